"""The tail on whole columns: NumPy float64 with its filter, doubtful rows in fractions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from capaian.band import band_codes
from capaian.exact import Pair, run_paired
from capaian.exact.filtered import Filtered, run_filtered
from capaian.measure import OK, Known, states
from capaian.policy import Band
from capaian.scores.gather import Gathered
from capaian.scores.ledger import ledger_of
from capaian.scores.plan import Plan
from capaian.scores.tail import SCORE, Tail, make_tail

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 16_384
"""Rows run at a time: small enough for the columns in work to stay in the processor's cache."""


class WholeResults:
    """See `capaian.scores.results`."""

    whole = True

    def __init__(self, plan: Plan, gathered: Gathered) -> None:
        self.plan = plan
        self.inputs: Mapping[str, Any] = gathered.inputs
        values = {name: pair[0] for name, pair in gathered.inputs.items()}
        present = {name: pair[1] for name, pair in gathered.inputs.items()}
        self.count = len(gathered.subjects)
        self.states, patterns, self.tails = _patterns(plan, Known(values, present), self.count)
        runner = _Runner(plan, gathered, values, self.count)
        for number, tail in enumerate(self.tails):
            runner.run(tail, np.flatnonzero(patterns == number))
        self.patterns = patterns
        self.values = runner.values
        self.scores = runner.published
        self.bands = runner.bands

    def __len__(self) -> int:
        return self.count

    def tail(self, row: int) -> Tail:
        """Return the program by which a subject was scored."""
        return self.tails[int(self.patterns[row])]

    def state(self, indicator: str, row: int) -> str:
        """Return the state of a subject's indicator."""
        return self.states[indicator][row]

    def given(self, row: int) -> dict[str, int]:
        """Return a subject's statistics by name; one that is not known is left out."""
        pairs = ((name, values[row], known[row]) for name, (values, known) in self.inputs.items())
        return {name: int(value) for name, value, sure in pairs if sure}

    def exact(self, row: int) -> dict[str, Pair]:
        """Return every value of a subject's program as float64 and as a fraction."""
        return run_paired(self.tail(row).program, self.given(row))

    def value(self, step: str, row: int) -> float | None:
        """Return a step of a subject's program; `None` where it has no such step."""
        return _float(self.values[step][row]) if step in self.values else None

    def score(self, row: int) -> float | None:
        """Return the score as it is published."""
        return _float(self.scores[row])

    def band(self, row: int) -> Band | None:
        """Return the band."""
        return self.bands[row]

    def columns(self) -> dict[str, Any]:
        """Return `score`, `band` and `status` of every subject."""
        return {
            "score": self.scores,
            "band": [band.id if band else None for band in self.bands],
            "status": [self.tail(row).status for row in range(self.count)],
        }

    def ledger(self) -> dict[str, list[Any]]:
        """Return the ledger but for subject and period."""
        return ledger_of(self.plan, self)


def _float(value: Any) -> float | None:
    return None if value != value else float(value)  # noqa: PLR0124 - not a number


def _patterns(
    plan: Plan, known: Known, count: int
) -> tuple[dict[str, list[str]], NDArray[np.int64], list[Tail]]:
    """Find each subject's states, and number the patterns of what is known."""
    found: dict[str, list[str]] = {}
    flags = np.zeros((count, len(plan.indicators)), dtype=np.bool_)
    for index, (name, planned) in enumerate(plan.indicators.items()):
        rules = states(planned.statistics, known)
        words = [OK, *dict.fromkeys(state for state, _ in rules)]
        code = np.zeros(count, dtype=np.int64)
        for state, holds in reversed(rules):  # the first rule that holds has the last word
            code[np.broadcast_to(np.asarray(holds, dtype=np.bool_), (count,))] = words.index(state)
        found[name] = [words[each] for each in code.tolist()]
        flags[:, index] = code == 0
    rows, patterns = np.unique(flags, axis=0, return_inverse=True)
    names = list(plan.indicators)
    tails = [
        make_tail(plan, frozenset(name for name, known in zip(names, row, strict=True) if known))
        for row in rows.tolist()
    ]
    return found, patterns.reshape(-1).astype(np.int64), tails


class _Runner:
    """Runs one pattern's program over the rows that have it, block by block."""

    def __init__(
        self, plan: Plan, gathered: Gathered, inputs: Mapping[str, NDArray[np.int64]], count: int
    ) -> None:
        self.plan = plan
        self.gathered = gathered
        self.inputs = inputs
        self.count = count
        self.values: dict[str, NDArray[np.float64]] = {}
        self.published = np.full(count, np.nan)
        self.bands: list[Band | None] = [None] * count

    def run(self, tail: Tail, rows: NDArray[np.int64]) -> None:
        for start in range(0, len(rows), BLOCK):
            self.block(tail, rows[start : start + BLOCK])

    def block(self, tail: Tail, rows: NDArray[np.int64]) -> None:
        run = run_filtered(tail.program, {name: col[rows] for name, col in self.inputs.items()})
        doubt = run.doubt.copy()
        bands = self.band(tail, run, rows, doubt)
        for name in tail.program.names:
            column = self.values.setdefault(name, np.full(self.count, np.nan))
            column[rows] = run.values[name]
        if SCORE in run.values:
            self.published[rows] = run.values[SCORE]
        for row, band in zip(rows.tolist(), bands, strict=True):
            self.bands[row] = band
        for row in rows[doubt].tolist():
            self.decide(tail, row)

    def band(
        self, tail: Tail, run: Filtered, rows: NDArray[np.int64], doubt: NDArray[np.bool_]
    ) -> list[Band | None]:
        """Read the bands; mark the rows whose score lies too near an edge, or is not rounded."""
        if SCORE not in run.values or tail.status != "scored":
            return [None] * len(rows)
        policy = self.plan.policy
        rounding = policy.rounded("score", "score")
        if rounding is None or rounding.mode == "none":
            doubt |= True  # an unrounded score is published to the nearest float64: exact for all
            return [None] * len(rows)
        facts = {
            name: np.array([bool(known.get(self.gathered.subjects[row])) for row in rows.tolist()])
            for name, known in self.gathered.facts.items()
        }
        coded = band_codes(run.values[SCORE], policy.bands, digits=rounding.digits, facts=facts)
        doubt |= coded.doubt
        return [policy.bands[code] if code >= 0 else None for code in coded.codes.tolist()]

    def decide(self, tail: Tail, row: int) -> None:
        """Run one subject in fractions and put the result where the doubtful one was."""
        given = {name: int(column[row]) for name, column in self.inputs.items()}  # 0 if unknown
        exact = run_paired(tail.program, given)
        for name in tail.program.names:
            self.values[name][row] = exact[name][0]
        if SCORE in exact:
            value: Fraction = exact[SCORE][1]
            self.published[row] = value.numerator / value.denominator
            subject = self.gathered.subjects[row]
            self.bands[row] = self.plan.band(value, self.gathered.facts_of(subject))
