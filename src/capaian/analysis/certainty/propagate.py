"""The error of the score, from the errors of what was measured."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

import numpy as np
from attrs import frozen

from capaian.analysis.certainty.dominant import Sum
from capaian.analysis.certainty.given import prove_choice, prove_share
from capaian.analysis.certainty.moments import Curve, Floats
from capaian.analysis.certainty.monte_carlo import DRAWS, Draws, drawn, prove_seed
from capaian.analysis.certainty.piecewise import IDENTITY, Pieces
from capaian.analysis.certainty.standing import (
    CONDITIONED,
    DRAWN,
    NONE,
    SURE,
    Standing,
    standing_of,
)
from capaian.analysis.table import Table
from capaian.scores import Scores

Method = Literal["analytic", "monte_carlo"]


@frozen(eq=False)
class Spread:
    """The distribution of each score.

    Attributes
    ----------
    standing
        Scores and errors, and how each subject was computed.
    mean, error
        Mean and standard deviation of the score before rounding; not a number where there is none.
    low, high
        Ends of the interval, where it was asked for.
    """

    standing: Standing
    mean: Floats
    error: Floats
    low: Floats
    high: Floats


def propagate(
    scores: Scores,
    errors: Any,
    *,
    method: Method = "analytic",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Table:
    """Return the standard error of every score, and an interval.

    Parameters
    ----------
    scores
        Of one period.
    errors
        Standard errors of the measured values; see `band_probability`.
    method
        `analytic`: exact moments, draws only where the score is no sum of separate parts.
        `monte_carlo`: draws for everyone.
    level
        Of the interval, between 0 and 1.
    seed, draws
        See `band_probability`.

    Returns
    -------
    Table
        `subject`, `score`; `mean` and `error`: mean and standard deviation of the score that a
        Gaussian measured value gives (a cap pulls the mean below the score, and makes the error
        smaller); `low` and `high`: between them lies `level` of the distribution, as much outside
        on either side; `method`, `status`.

    Raises
    ------
    AnalysisError
        CPN-M15 to M22, N30, as for `band_probability`.

    Notes
    -----
    The exact moments of a piecewise-linear function of a Gaussian, added up over independent
    indicators. Not the delta method, which takes the slope at the measured value: at a cap it gives
    a standard deviation of 25 where it is 18.6. JCGM 100:2008; JCGM 101:2008.
    """
    prove_choice("method", method, ("analytic", "monte_carlo"))
    found = spread_of(
        scores, errors, level=level, seed=seed, draws=draws, all_drawn=method == "monte_carlo"
    )
    matrix, standing = found.standing.matrix, found.standing
    columns = {
        "subject": matrix.subjects,
        "score": matrix.score,
        "mean": found.mean,
        "error": found.error,
        "low": found.low,
        "high": found.high,
        "method": standing.method,
        "status": standing.status,
    }
    return Table("Standard error of the score", columns, matrix.origin, standing.notes)


def spread_of(
    scores: Scores,
    errors: Any,
    *,
    level: float | None = None,
    seed: int | None = None,
    draws: int = DRAWS,
    all_drawn: bool = False,
) -> Spread:
    """Return the distribution of each score; without a level no interval is worked out."""
    if level is not None:
        prove_share("level", level)
    standing = standing_of(scores, errors)
    _redirect(standing, all_drawn=all_drawn)
    prove_seed(standing, seed)
    made = np.full((4, len(standing.matrix)), np.nan)
    certain = standing.method == SURE
    made[:, certain] = standing.matrix.score[certain]
    made[1, certain] = 0.0
    for rows, form, total in standing.sums():
        made[:2, rows] = _moments(total, form.outer)
        if level is not None:
            curve = Curve.of(form.outer)
            for at, share in ((2, (1 - level) / 2), (3, (1 + level) / 2)):
                made[at, rows] = curve.at(total.quantile(share))
    if seed is not None:
        _draw(standing, Draws.of(seed, draws, len(standing.matrix.indicators)), level, made)
    return Spread(standing, *made)


def _moments(total: Sum, outer: Pieces) -> tuple[Floats, Floats]:
    return (total.mean, total.error) if outer == IDENTITY else total.through(Curve.of(outer))


def _redirect(standing: Standing, *, all_drawn: bool) -> None:
    """Send to the draws who is asked to go there, or whose root may fall as its sum rises."""
    for pattern in standing.patterns:
        rows = pattern.rows[standing.method[pattern.rows] == CONDITIONED]
        if all_drawn or (pattern.form is not None and not _rises(pattern.form.outer)):
            standing.method[rows] = DRAWN


def _rises(outer: Pieces) -> bool:
    ends = zip(outer.knots, pairwise(outer.lines), strict=True)
    jumps = all(a + b * knot <= c + d * knot for knot, ((a, b), (c, d)) in ends)
    return jumps and all(slope >= 0 for _, slope in outer.lines)


def _draw(standing: Standing, draws: Draws, level: float | None, made: Floats) -> None:
    for pattern in standing.patterns:
        rows = pattern.rows[standing.method[pattern.rows] == DRAWN]
        for some, values, _ in drawn(standing, pattern, rows, draws):
            made[0, some], made[1, some] = values.mean(axis=1), values.std(axis=1)
            if level is not None:
                ends = [(1 - level) / 2, (1 + level) / 2]
                made[2:, some] = np.quantile(values, ends, axis=1)


def known(found: Spread) -> Any:
    """Return of whom there is an error."""
    return found.standing.method != NONE
