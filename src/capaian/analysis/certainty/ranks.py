"""Ranks as intervals: what the errors leave of an order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from capaian.analysis.certainty.given import prove_share
from capaian.analysis.certainty.grouping import groups_of
from capaian.analysis.certainty.moments import Codes, Floats
from capaian.analysis.certainty.monte_carlo import DRAWS
from capaian.analysis.certainty.propagate import spread_of
from capaian.analysis.table import Table
from capaian.columns import Coded, Gappy
from capaian.scores import Scores

PAIRS = 2_000
"""Up to so many, expected ranks are worked out pair by pair; beyond, on a grid."""
GRID, LEVELS = 4_096, 16


def joint_multiplier(count: int, level: float) -> float:
    """Return z for intervals that all hold together: Phi^-1((1 + level^(1/n)) / 2), Sidak 1967."""
    return float(-ndtri(-np.expm1(np.log(level) / count) / 2))


def confidence_ranks(score: Floats, error: Floats, level: float) -> tuple[Codes, Codes]:
    """Return the best and the worst rank that each may have; rank 1 is the highest score.

    Parameters
    ----------
    score, error
        Values and their standard errors, independent of each other.
    level
        The probability that all intervals hold together.

    Notes
    -----
    With simultaneous intervals [L, U]: from 1 + #{j: L_j > U_k} to n - #{j: U_j < L_k}, by two
    sorts. Klein, Wright and Wieczorek 2020; Wright, Klein and Wieczorek 2014.
    """
    count = len(score)
    if not count:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    reach = joint_multiplier(count, level) * error
    low, high = score - reach, score + reach
    best = 1 + count - np.searchsorted(np.sort(low), high, side="right")
    worst = count - np.searchsorted(np.sort(high), low, side="left")
    return best, worst


def expected_ranks(score: Floats, error: Floats) -> Floats:
    """Return the expected rank of each: 1 + sum over j of P(theta_j > theta_k).

    Parameters
    ----------
    score, error
        Values and their standard errors, independent and Gaussian.

    Notes
    -----
    P = Phi((y_j - y_k) / sqrt(s_j^2 + s_k^2)). Laird and Louis 1989; Lin and others 2006. Up to
    2,000 pair by pair. Beyond, scores go to a grid of 4,096 points and errors to 32 levels (each
    shared between its two neighbours), and the sums are convolutions: within about one rank in ten
    thousand.
    """
    if len(score) <= PAIRS:
        gap, spread = score[:, None] - score, np.hypot(error[:, None], error)
        sure = np.where(gap == 0, 0.5, gap > 0)
        chance = np.where(spread > 0, ndtr(gap / np.where(spread > 0, spread, 1.0)), sure)
        made: Floats = 0.5 + chance.sum(axis=0)
        return made
    return _on_grid(score, error)


def _on_grid(score: Floats, error: Floats) -> Floats:
    even = np.linspace(error.min(), error.max(), LEVELS)
    levels = np.unique(np.concatenate([even, np.quantile(error, np.linspace(0, 1, LEVELS))]))
    span = max(float(np.ptp(score)), 1e-12)
    width = span / (GRID - 1)
    place = (score - score.min()) / width
    left = np.minimum(place.astype(np.int64), GRID - 2)
    part = place - left
    level = np.clip(np.searchsorted(levels, error, side="right") - 1, 0, max(len(levels) - 2, 0))
    room = levels[level + 1] - levels[level] if len(levels) > 1 else np.ones_like(error)
    share = (error - levels[level]) / room if len(levels) > 1 else np.zeros_like(error)
    corners = [
        (level, left, (1 - share) * (1 - part)),
        (level, left + 1, (1 - share) * part),
    ]
    if len(levels) > 1:
        corners += [(level + 1, left, share * (1 - part)), (level + 1, left + 1, share * part)]
    mass = np.zeros((len(levels), GRID))
    for row, column, weight in corners:
        mass += np.bincount(row * GRID + column, weight, mass.size).reshape(mass.shape)
    spectrum = np.fft.rfft(mass, 2 * GRID)
    steps = np.arange(2 * GRID)
    gap = -np.where(steps < GRID, steps, steps - 2 * GRID) * width
    found = np.empty_like(mass)
    for at, own in enumerate(levels):
        total = np.zeros(spectrum.shape[1], dtype=np.complex128)
        for other, each in zip(levels, spectrum, strict=True):
            spread = np.hypot(np.hypot(own, other), width / 4)
            total += each * np.fft.rfft(ndtr(gap / spread))
        found[at] = np.fft.irfft(total, 2 * GRID)[:GRID]
    return 0.5 + sum((weight * found[row, column] for row, column, weight in corners), 0 * score)


def rank_interval(
    scores: Scores,
    errors: Any,
    *,
    level: float = 0.95,
    by: str | Sequence[str | None] | None = None,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Table:
    """Return for every subject the ranks that it may have; there is no bare rank.

    Parameters
    ----------
    scores
        Of one period.
    errors, seed, draws
        See `band_probability`.
    level
        The probability that all intervals of a group hold together, between 0 and 1.
    by
        Within what subjects are ranked: `unit`, or a label for each subject; all where left out.

    Returns
    -------
    Table
        `subject`, `score`, `error`, `group`, `of` (how many are ranked together), `rank_low` and
        `rank_high` (1 is the highest score), `expected_rank`, `status`.

    Raises
    ------
    AnalysisError
        CPN-M15 to M22, N30, as for `band_probability`.

    Notes
    -----
    See `confidence_ranks` and `expected_ranks`. Scores are taken as Gaussian here, with the error
    that `propagate` gives.
    """
    prove_share("level", level)
    found = spread_of(scores, errors, seed=seed, draws=draws)
    matrix, error = found.standing.matrix, found.error
    group, names = groups_of(matrix, by)
    some = np.flatnonzero(np.isfinite(error) & (group >= 0))
    order = some[np.argsort(group[some], kind="stable")]
    ends = np.searchsorted(group[order], np.arange(len(names) + 1))
    made = np.zeros((3, len(matrix)), dtype=np.int64)
    expected = np.full(len(matrix), np.nan)
    for start, stop in pairwise(ends):
        rows = order[start:stop]
        y, s = matrix.score[rows], error[rows]
        made[0, rows] = len(rows)
        made[1, rows], made[2, rows] = confidence_ranks(y, s, level)
        expected[rows] = expected_ranks(y, s)
    columns: dict[str, Any] = {"subject": matrix.subjects, "score": matrix.score, "error": error}
    if by is not None:
        columns["group"] = Coded(group, names)
    known = np.isfinite(expected)
    labels = ("of", "rank_low", "rank_high")
    columns |= {name: Gappy(each, known) for name, each in zip(labels, made, strict=True)}
    columns["expected_rank"] = expected
    columns["status"] = found.standing.status
    title = f"Ranks that all hold together at {level:g}"
    return Table(title, columns, matrix.origin, found.standing.notes)
