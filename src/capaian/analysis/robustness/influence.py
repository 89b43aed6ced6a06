"""Effective weights: how much of the differences between subjects each indicator really makes."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.matrix import Matrix, matrix_of
from capaian.analysis.table import Table
from capaian.scores import Scores

Floats = NDArray[np.float64]
HEAVY, LIGHT = 0.5, 0.25
"""A weight from `HEAVY` on that carries less than `LIGHT` of the variance is warned of."""
KNOTS = 8
"""The most stretches of the smoother; each has a hundred subjects or more, or there is one."""
_EACH = 100


@frozen(eq=False)
class Influence:
    """What each part contributes to the variance of a whole.

    Attributes
    ----------
    linear
        S_i = corr(x_i, y)^2, the share of the variance of y that x_i alone explains on a line.
    smooth
        eta^2 = Var(E[y | x_i]) / Var(y), with E[y | x_i] from a smoother: a line with bends.
    share
        Cov(c_i, y) / Var(y), with c_i what x_i brings to y; where the c_i add up to y, these add up
        to 1.
    """

    linear: Floats
    smooth: Floats
    share: Floats


def influence(x: Floats, contributions: Floats, y: Floats) -> Influence:
    """Return what each part contributes to the variance of the whole.

    Parameters
    ----------
    x
        Subjects x parts; not a number where one has no value. It is then left out of that part's
        main effect.
    contributions
        Subjects x parts: what each brings to `y`; not a number counts as nothing.
    y
        The whole, one for each subject.

    Notes
    -----
    Paruolo, Saisana & Saltelli 2013; Becker et al. 2017. Where `y`, or a part, is the same for all,
    there is nothing to explain and the result is not a number.
    """
    brought = np.nan_to_num(contributions)
    centred = y - y.mean() if len(y) else y
    total = float(centred @ centred)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.array([centred @ (each - each.mean()) for each in brought.T]) / total
    linear, smooth = np.full(x.shape[1], np.nan), np.full(x.shape[1], np.nan)
    for at, column in enumerate(x.T):
        known = np.isfinite(column)
        if known.sum() > 1 and np.ptp(column[known]) > 0 and np.ptp(y[known]) > 0:
            linear[at] = correlation(column[known], y[known]) ** 2
            smooth[at] = max(linear[at], explained(column[known], y[known]))
    return Influence(linear, smooth, share)


def correlation(x: Floats, y: Floats) -> float:
    """Return Pearson's correlation."""
    one, two = x - x.mean(), y - y.mean()
    return float(one @ two / np.sqrt((one @ one) * (two @ two)))


def explained(x: Floats, y: Floats, *, knots: int | None = None) -> float:
    """Return eta^2: the share of the variance of y that a smooth function of x explains.

    Parameters
    ----------
    x, y
        Of equal length, neither of them constant.
    knots
        Into how many stretches the range of `x` is cut, at its quantiles; one for each hundred
        subjects, at most 8, where left out. With one it is the square of the correlation.

    Notes
    -----
    Least squares of a continuous function that is a line on each stretch (a linear spline). The sum
    of squares in it is from the normal equations, which have three diagonals: one pass over x.
    """
    pieces = min(KNOTS, max(1, len(x) // _EACH)) if knots is None else knots
    posts = np.unique(np.quantile(x, np.linspace(0, 1, pieces + 1)))
    at = np.clip(np.searchsorted(posts, x, side="right") - 1, 0, len(posts) - 2)
    right = (x - posts[at]) / (posts[at + 1] - posts[at])
    left, size, centred = 1 - right, len(posts), y - y.mean()

    def summed(values: Floats) -> Floats:
        return np.bincount(at, values, size)[:size].astype(np.float64)

    squares = np.diag(summed(left * left) + np.concatenate([[0], summed(right * right)[:-1]]))
    beside = summed(left * right)[:-1]
    squares += np.diag(beside, 1) + np.diag(beside, -1)
    towards = summed(left * centred) + np.concatenate([[0], summed(right * centred)[:-1]])
    height, *_ = np.linalg.lstsq(squares, towards, rcond=None)
    # What is fitted is a projection, so its sum of squares is its product with y.
    return float(np.clip(height @ towards / (centred @ centred), 0, 1))


def effective_weights(scores: Scores | Matrix) -> Table:
    """Return how much of the differences between scores each indicator really makes.

    Parameters
    ----------
    scores
        Of one period, additive or not; subjects without a score are left out.

    Returns
    -------
    Table
        A row for each indicator, the heaviest first:

        * `nominal`: its weight in the score, the mean over the subjects;
        * `main_effect`: corr(achievement, score)^2, from 0 to 1;
        * `smooth`: eta^2 by a smoother: above `main_effect` where the relation is no line;
        * `covariance_share`: Cov(contribution, score) / Var(score); the rows add up to 1, one may
          be below 0. What limits and roundings of nodes add is a row of its own;
        * `ratio`: `covariance_share` / `nominal`.

        A note warns of a weight of 50 % or more that carries less than 25 % of the variance.

    Notes
    -----
    Paruolo, Saisana & Saltelli 2013, JRSS-A 176:609; Becker et al. 2017. A weight is a price, not
    an influence: an indicator on which all are alike decides nothing, whatever its weight.
    """
    matrix = scores if isinstance(scores, Matrix) else matrix_of(scores)
    kept = np.isfinite(matrix.score)
    x, brought, y = matrix.achievement[kept], matrix.contribution[kept], matrix.score[kept]
    left_out = int((~kept).sum())
    rest = y - np.nansum(brought, axis=1)
    names = list(matrix.indicators)
    nominal = np.nan_to_num(matrix.weight[kept]).mean(axis=0) if len(y) else np.zeros(len(names))
    if len(y) and np.abs(rest).max() > np.spacing(np.abs(y).max()) * len(names) * 8:
        names.append("limits and rounding")
        x = np.column_stack([x, np.full(len(y), np.nan)])
        brought, nominal = np.column_stack([brought, rest]), np.append(nominal, np.nan)
    found = influence(x, brought, y)
    order = np.argsort(-np.nan_to_num(nominal), kind="stable")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = found.share / nominal
    notes = [
        f"'{names[at]}' has {nominal[at]:.0%} of the weight and makes {found.share[at]:.0%} of "
        "the differences between subjects"
        for at in order
        if nominal[at] >= HEAVY and found.share[at] < LIGHT
    ]
    if left_out:
        notes.append(f"{left_out} subjects without a score are left out")
    if not np.isfinite(found.share).all():
        notes.append("all scores are the same: there are no differences to explain")
    return Table(
        "Effective weights",
        {
            "indicator": [names[at] for at in order],
            "nominal": nominal[order],
            "main_effect": found.linear[order],
            "smooth": found.smooth[order],
            "covariance_share": found.share[order],
            "ratio": ratio[order],
        },
        matrix.origin,
        tuple(notes),
    )
