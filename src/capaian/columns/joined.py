"""What requests gave, joined by subject where it is: a plan, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Protocol, TypeAlias

from attrs import frozen

from capaian.columns.reduced import Reduced

Columns: TypeAlias = Mapping[str, Any]
"""Names to whole columns: of integers a pair of an int64 array and a mask, of others a list."""


@frozen(eq=False)
class Part:
    """What one request gave.

    Attributes
    ----------
    names
        What its first statistics are called from here on; the rest are not.
    reduced
        Its integers; those of other engines are sent to Spark.
    evidence
        Whether a subject that is found in it is to be scored; days in post are no evidence.
    rows
        Which statistic is the number of a subject's rows, without which it is not found here;
        `None` where whoever is in the pass is.
    """

    names: tuple[str, ...]
    reduced: Reduced
    evidence: bool = True
    rows: int | None = None


class Joined(Protocol):
    """The integers of every subject as a plan, one row each; nothing has been run."""

    @property
    def names(self) -> tuple[str, ...]:
        """The statistics."""

    def strangers(self) -> int:
        """Return how many subjects have evidence and are not on the roster: a number comes out."""

    def of(self, subject: str) -> Columns | None:
        """Return the columns of one subject: one row comes out, if any."""

    def run(self, function: Callable[[Columns], Columns], schema: Mapping[str, type]) -> Any:
        """Return the plan that runs a function over batches of subjects, where they are.

        Parameters
        ----------
        function
            From the columns of a batch (`subject`, the statistics, what the roster says) to columns
            of results. It is pickled.
        schema
            The results' columns, and whether each holds text, integers or floats.
        """

    def counted(
        self, function: Callable[[Columns], Columns], schema: Mapping[str, type]
    ) -> list[tuple[tuple[str | None, ...], int]]:
        """Run it, and return how often each row of results occurs: only the counts come out.

        Parameters
        ----------
        function, schema
            As for `run`.
        """


def stacked(frames: Sequence[Any]) -> Any:
    """Return plans with the same columns, one under the other, as one plan."""
    return reduce(lambda one, two: one.unionByName(two), frames)
