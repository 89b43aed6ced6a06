"""The tail of plain records: one subject after another, in integers, without NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from capaian.exact import Pair, run_paired
from capaian.policy import Band
from capaian.scores.gathered import Gathered
from capaian.scores.ledger import LEDGER
from capaian.scores.plan import Plan
from capaian.scores.printed import Case, PlainTail, Row, plain_tail
from capaian.scores.tail import Tail


class PlainResults:
    """See `capaian.scores.results`."""

    whole = False

    def __init__(
        self, line: PlainTail, rows: Sequence[Row], facts: Sequence[Mapping[str, bool]] = ()
    ) -> None:
        self.line = line
        self.rows = rows
        self.facts = facts
        self.states: list[tuple[str, ...]] = []
        self.cases: list[Case] = []
        self.scores: list[float | None] = []
        self.bands: list[Band | None] = []
        for index, row in enumerate(rows):
            states = line.states(row)
            case = line.case(states)
            score, band = case.score(row, facts[index] if facts else {})
            self.states.append(states)
            self.cases.append(case)
            self.scores.append(score)
            self.bands.append(band)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what it is made of: what was printed is printed anew where it is unpickled."""
        return _again, (self.line.plan, self.line.names, self.rows, self.facts)

    @classmethod
    def of(cls, plan: Plan, gathered: Gathered) -> PlainResults:
        """Return the results of what was gathered from tables of any kind."""
        inputs = gathered.inputs
        rows = list(zip(*inputs.values(), strict=True)) or [()] * len(gathered.subjects)
        facts = [gathered.facts_of(each) for each in gathered.subjects] if gathered.facts else []
        return cls(plain_tail(plan, tuple(inputs)), rows, facts)

    @property
    def names(self) -> Sequence[str]:
        """The names of the statistics."""
        return self.line.names

    def __len__(self) -> int:
        return len(self.rows)

    def tail(self, row: int) -> Tail:
        """Return the program by which a subject was scored."""
        return self.cases[row].tail

    def state(self, indicator: str, row: int) -> str:
        """Return the state of a subject's indicator."""
        return self.states[row][self.line.indicators.index(indicator)]

    def given(self, row: int) -> dict[str, int]:
        """Return a subject's statistics by name; one that is not known is left out."""
        pairs = zip(self.line.names, self.rows[row], strict=True)
        return {name: value for name, value in pairs if value is not None}

    def statistic(self, name: str) -> list[int | None]:
        """Return a statistic of every subject, `None` where it is unknown."""
        at = self.line.names.index(name)
        return [row[at] for row in self.rows]

    def exact(self, row: int) -> dict[str, Pair]:
        """Return every value of a subject's program as float64 and as a fraction."""
        return run_paired(self.tail(row).program, self.given(row))

    def value(self, step: str, row: int) -> float | None:
        """Return a step of a subject's program; `None` where it has no such step."""
        places, run = self.cases[row].steps
        return run(self.rows[row])[places[step]] if step in places else None

    def score(self, row: int) -> float | None:
        """Return the score as it is published."""
        return self.scores[row]

    def band(self, row: int) -> Band | None:
        """Return the band."""
        return self.bands[row]

    def columns(self) -> dict[str, list[Any]]:
        """Return `score`, `band` and `status` of every subject."""
        return {
            "score": list(self.scores),
            "band": [band.id if band else None for band in self.bands],
            "status": [case.tail.status for case in self.cases],
        }

    def ledger(self) -> dict[str, list[Any]]:
        """Return the ledger but for subject and period."""
        ledger: dict[str, list[Any]] = {name: [] for name in LEDGER}
        for row, states, case in zip(self.rows, self.states, self.cases, strict=True):
            for name, values in case.fixed.items():
                ledger[name] += values
            ledger["state"] += states
            for name, values in case.figures(row).items():
                ledger[name] += values
        return ledger


def _again(
    plan: Plan, names: tuple[str, ...], rows: Sequence[Row], facts: Sequence[Mapping[str, bool]]
) -> PlainResults:
    return PlainResults(plain_tail(plan, names), rows, facts)
