"""Draws of what was measured, run through the score's own program."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, sqrt
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from capaian.analysis.certainty.moments import Codes, Floats, Rows
from capaian.analysis.certainty.standing import DRAWN, Pattern, Standing, inputs_of
from capaian.band import band_codes, ladder_of
from capaian.errors import AnalysisError, Finding
from capaian.exact import Program
from capaian.exact.filtered import BLOCK, Workspace, run_block
from capaian.exact.printed import Printed, print_numpy
from capaian.exact.straight import straighten
from capaian.scores.tail import DECISION, SCORE

Drawn: TypeAlias = tuple[Rows, Floats, Codes]
TOGETHER = 1 << 20
"""Values drawn at a time."""
RULE = 10_000
DRAWS = 10_000
"""Draws, where a caller does not say how many."""


def draws_needed(level: float) -> int:
    """Return how many draws an interval at a level takes.

    Parameters
    ----------
    level
        Between 0 and 1.

    Notes
    -----
    M >= 10^4 / (1 - level). JCGM 101:2008, 7.2.2.
    """
    return ceil(round(RULE / (1 - level), 6))


def draw_error(probability: float, draws: int) -> float:
    """Return the standard error of a probability found by draws: sqrt(p (1 - p) / draws)."""
    return sqrt(probability * (1 - probability) / draws)


@frozen(eq=False)
class Draws:
    """Standard Gaussian draws: the same for every subject, so that their order does not matter."""

    z: Floats

    @classmethod
    def of(cls, seed: int, count: int, indicators: int) -> Draws:
        """Return draws for each indicator (PCG64)."""
        generator = np.random.Generator(np.random.PCG64(seed))
        return cls(generator.standard_normal((indicators, count)))


def prove_seed(standing: Standing, seed: int | None) -> None:
    """Refuse to draw without a seed.

    Raises
    ------
    AnalysisError
        CPN-M19.
    """
    count = int((standing.method == DRAWN).sum())
    if seed is None and count:
        values = {"count": count}
        headline = "Some subjects need draws; nothing was computed."
        raise AnalysisError(headline, [Finding("CPN-M19", "seed", values)])


def drawn(standing: Standing, pattern: Pattern, rows: Rows, draws: Draws) -> Iterator[Drawn]:
    """Give the published score and the band of every draw.

    Parameters
    ----------
    standing
        Scores and errors.
    pattern
        What is known of the subjects.
    rows
        Which of them.
    draws
        The draws.

    Returns
    -------
    Iterator of (positions, scores, bands)
        The last two are subjects x draws; a band is its position in `Matrix.bands`, -1 for none.

    Notes
    -----
    The measured value, as it was rounded, plus its error times a draw, runs through the program
    that made the official score, printed for NumPy: normalisations, limits, roundings, gates, the
    decision table. Propagation of distributions: JCGM 101:2008.
    """
    if len(rows):
        run = _Run(standing, pattern, rows, draws)
        count = draws.z.shape[1]
        step = max(1, TOGETHER // count)
        with np.errstate(all="ignore"):  # a branch that is not taken may divide by zero
            for start in range(0, len(rows), step):
                yield run.block(slice(start, start + step))


class _Run:
    def __init__(self, standing: Standing, pattern: Pattern, rows: Rows, draws: Draws) -> None:
        self.standing, self.draws = standing, draws
        policy = standing.scores.policy
        steps = pattern.tail.program.steps
        program = Program(tuple(each for each in steps if not each[0].startswith("measured:")))
        decided = DECISION in program.names
        self.wanted = [SCORE, DECISION] if decided else [SCORE]
        self.unrated = policy.decision is not None and not decided
        straight = straighten(program, self.wanted)
        self.names = straight.inputs
        others = [name for name in self.names if not name.startswith("measured:")]
        self.other = inputs_of(standing.scores, others, rows)
        self.rows = rows
        ranges = {name: self.range(name, rows) for name in self.names}
        outputs = [straight.results[name] for name in self.wanted]
        self.printed: Printed = print_numpy(straight, ranges, outputs, near=False)
        self.space = Workspace()
        rounding = policy.rounded("score", "score")
        plain = rounding is None or rounding.mode == "none"
        self.digits = None if plain or rounding is None else rounding.digits
        self.ladder = ladder_of(policy.bands, self.digits)
        bands = standing.matrix.bands
        self.places = np.array(
            [*(bands.index(each.id) if each.id in bands else -1 for each in policy.bands), -1],
            dtype=np.int16,
        )
        self.gates = standing.gates

    def range(self, name: str, rows: Rows) -> tuple[int, int]:
        if name in self.other:
            column = self.other[name]
            return int(column.min()), int(column.max())
        at = self.standing.matrix.indicators.index(name.removeprefix("measured:"))
        reach = np.abs(self.draws.z[at]).max() + 1
        x, error = self.standing.matrix.measured[rows, at], self.standing.errors[rows, at]
        return floor((x - reach * error).min()), ceil((x + reach * error).max())

    def block(self, some: slice) -> Drawn:
        rows = self.rows[some]
        count = self.draws.z.shape[1]
        columns = [self.column(name, some) for name in self.names]
        size = len(rows) * count
        outputs = [np.empty(size) for _ in self.wanted]
        for start in range(0, size, BLOCK):
            part = slice(start, start + BLOCK)
            run_block(
                self.printed,
                [each[part] for each in columns],
                [each[part] for each in outputs],
                self.space,
            )
        scores = outputs[0].reshape(len(rows), count)
        return rows, scores, self.bands(rows, outputs).reshape(len(rows), count)

    def column(self, name: str, some: slice) -> Any:
        if name in self.other:
            return np.repeat(self.other[name][some], self.draws.z.shape[1])
        rows = self.rows[some]
        at = self.standing.matrix.indicators.index(name.removeprefix("measured:"))
        x, error = self.standing.matrix.measured[rows, at], self.standing.errors[rows, at]
        return (x[:, None] + error[:, None] * self.draws.z[at]).reshape(-1)

    def bands(self, rows: Rows, outputs: list[Floats]) -> Codes:
        if len(outputs) == 1 and self.unrated:
            return np.full(len(outputs[0]), -1, dtype=np.int16)
        if len(outputs) > 1:
            found: Codes = self.places[outputs[1].astype(np.int16)]
            return found
        points = outputs[0]
        if self.digits is not None:
            points = np.rint(points * 10.0**self.digits)
        codes = np.empty(len(points), dtype=np.int8)
        repeat = self.draws.z.shape[1]
        facts = {name: np.repeat(each[rows], repeat) for name, each in self.gates.items()}
        band_codes(points, self.ladder, facts, codes)
        made: Codes = self.places[codes]
        return made
