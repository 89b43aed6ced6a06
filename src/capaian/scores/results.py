"""What the tail gives of every subject, by position: what each way of running it must say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from capaian.exact import Pair
from capaian.policy import Band
from capaian.scores.tail import Tail


class Results(Protocol):
    """The results of a batch of subjects; `row` is a subject's position.

    Records are run one by one (`capaian.scores.plain`), whole columns on NumPy
    (`capaian.scores.whole`). Both give the same bits.
    """

    @property
    def whole(self) -> bool:
        """Whether columns come as NumPy arrays (an unknown float is not a number), or as lists."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the statistics."""

    def __len__(self) -> int: ...

    def tail(self, row: int) -> Tail:
        """Return the program by which a subject was scored."""

    def state(self, indicator: str, row: int) -> str:
        """Return the state of a subject's indicator: `ok`, or why it has no value."""

    def given(self, row: int) -> dict[str, int]:
        """Return a subject's statistics by name; one that is not known is left out."""

    def statistic(self, name: str) -> Any:
        """Return a statistic of every subject: a list, or an array with a mask of what is known."""

    def exact(self, row: int) -> dict[str, Pair]:
        """Return every value of a subject's program as float64 and as a fraction."""

    def value(self, step: str, row: int) -> float | None:
        """Return a step of a subject's program as float64; `None` where it has no such step."""

    def score(self, row: int) -> float | None:
        """Return the score as it is published; `None` where there is none."""

    def band(self, row: int) -> Band | None:
        """Return the band; `None` where there is none."""

    def columns(self) -> Mapping[str, Any]:
        """Return `score`, `band` (its id) and `status` of every subject, as whole columns."""

    def ledger(self) -> Mapping[str, Sequence[Any]]:
        """Return the ledger but for subject and period: one row per subject and indicator."""
