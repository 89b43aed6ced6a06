"""The tail of plain records: every subject in both arithmetics, without NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from capaian.exact import Pair, run_paired
from capaian.measure import OK, Known, states
from capaian.policy import Band
from capaian.scores.gather import Gathered
from capaian.scores.ledger import ledger_of
from capaian.scores.plan import Plan
from capaian.scores.tail import SCORE, Tail, make_tail


class PlainResults:
    """See `capaian.scores.results`."""

    whole = False

    def __init__(self, plan: Plan, gathered: Gathered) -> None:
        self.plan = plan
        self.inputs: Mapping[str, Sequence[int | None]] = gathered.inputs
        self.count = len(gathered.subjects)
        self.states: dict[str, list[str]] = {name: [] for name in plan.indicators}
        self.tails: list[Tail] = []
        self.floats: list[dict[str, float]] = []
        self.scores: list[float | None] = []
        self.bands: list[Band | None] = []
        known: dict[frozenset[str], Tail] = {}
        for row, subject in enumerate(gathered.subjects):
            self._run(row, known, gathered.facts_of(subject))

    def _run(self, row: int, tails: dict[frozenset[str], Tail], facts: dict[str, bool]) -> None:
        plan = self.plan
        given = {name: column[row] for name, column in self.inputs.items()}
        present = {name: value is not None for name, value in given.items()}
        known = Known({name: value or 0 for name, value in given.items()}, present)
        for name, planned in plan.indicators.items():
            rules = states(planned.statistics, known)
            self.states[name].append(next((state for state, holds in rules if holds), OK))
        pattern = frozenset(name for name in plan.indicators if self.states[name][row] == OK)
        if pattern not in tails:
            tails[pattern] = make_tail(plan, pattern)
        tail = tails[pattern]
        self.tails.append(tail)
        exact = self.exact(row)
        self.floats.append({name: exact[name][0] for name in tail.program.names})
        self.scores.append(publish(exact[SCORE][1]) if SCORE in exact else None)
        self.bands.append(plan.band(exact[SCORE][1], facts) if SCORE in exact else None)

    def __len__(self) -> int:
        return self.count

    def tail(self, row: int) -> Tail:
        """Return the program by which a subject was scored."""
        return self.tails[row]

    def state(self, indicator: str, row: int) -> str:
        """Return the state of a subject's indicator."""
        return self.states[indicator][row]

    def given(self, row: int) -> dict[str, int]:
        """Return a subject's statistics by name; one that is not known is left out."""
        column = ((name, values[row]) for name, values in self.inputs.items())
        return {name: value for name, value in column if value is not None}

    def exact(self, row: int) -> dict[str, Pair]:
        """Return every value of a subject's program as float64 and as a fraction."""
        return run_paired(self.tail(row).program, self.given(row))

    def value(self, step: str, row: int) -> float | None:
        """Return a step of a subject's program; `None` where it has no such step."""
        return self.floats[row].get(step)

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
            "status": [tail.status for tail in self.tails],
        }

    def ledger(self) -> dict[str, list[Any]]:
        """Return the ledger but for subject and period."""
        return ledger_of(self.plan, self)


def publish(score: Fraction) -> float:
    """Return the float64 nearest to an exact score."""
    return score.numerator / score.denominator
