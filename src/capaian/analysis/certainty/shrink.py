"""Scores drawn towards the mean of their group, as far as their errors say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen

from capaian.analysis.certainty.gaussian import posterior, shrinkage_of
from capaian.analysis.certainty.grouping import groups_of, summed
from capaian.analysis.certainty.moments import Codes, Floats
from capaian.analysis.certainty.monte_carlo import DRAWS
from capaian.analysis.certainty.propagate import spread_of
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.scores import Scores

LEAST = 3
"""A group needs so many for a variance between its members."""
ROUNDS, CLOSE = 200, 1e-12


@frozen(eq=False)
class Population:
    """Means and variances of true scores, one for each group; not a number where there is none."""

    mean: Floats
    variance: Floats
    count: Codes


def paule_mandel(score: Floats, error: Floats, group: Codes, groups: int) -> Population:
    """Return the mean and the variance of true scores in each group.

    Parameters
    ----------
    score, error
        Values and their standard errors.
    group
        The position of each one's group.
    groups
        How many groups there are.

    Notes
    -----
    tau^2 solves sum (y - mu)^2 / (s^2 + tau^2) = n - 1, mu the mean weighted by 1 / (s^2 + tau^2);
    0 where the left side is less at 0. Paule and Mandel 1982, by Newton's method for all groups at
    once; that of one group is that of `statsmodels.stats.meta_analysis.combine_effects` with
    `method_re="iterated"`.
    """
    count = np.bincount(group, minlength=groups)
    own = error * error
    usable = count >= LEAST
    scale = np.maximum(
        summed(group, np.square(score - _mean(score, group, groups)[group]), groups), 0
    )
    scale = scale / np.maximum(count - 1, 1)
    least = np.minimum.reduceat(own[np.argsort(group, kind="stable")], _starts(count)) if len(
        own
    ) else np.zeros(0)  # fmt: skip
    smallest = np.full(groups, np.inf)
    smallest[count > 0] = least
    tau = np.where(smallest > 0, 0.0, CLOSE * scale)
    open_ = usable & (scale > 0)
    for _ in range(ROUNDS):
        weight, mean = _weighted(score, own, tau, group, groups)
        gap = np.square(score - mean[group])
        left = summed(group, weight * gap, groups) - (count - 1)
        slope = summed(group, weight * weight * gap, groups)
        step = np.divide(left, slope, out=np.zeros(groups), where=open_ & (slope > 0))
        step = np.where(left > 0, step, 0.0)
        tau = tau + step
        if not (step > CLOSE * (tau + CLOSE * scale)).any():
            break
    _, mean = _weighted(score, own, tau, group, groups)
    none = np.where(usable, 0.0, np.nan)
    return Population(mean + none, tau + none, count)


def _weighted(
    score: Floats, own: Floats, tau: Floats, group: Codes, groups: int
) -> tuple[Floats, Floats]:
    whole = own + tau[group]
    weight = 1 / np.where(whole > 0, whole, 1.0)
    total = summed(group, weight, groups)
    mean = summed(group, weight * score, groups) / np.where(total > 0, total, 1.0)
    return weight, mean


def _mean(score: Floats, group: Codes, groups: int) -> Floats:
    return summed(group, score, groups) / np.maximum(np.bincount(group, minlength=groups), 1)


def _starts(count: Codes) -> Codes:
    """Return where each group that is not empty begins."""
    ends: Codes = np.cumsum(count) - count
    return ends[count > 0]


def shrink(
    scores: Scores,
    errors: Any,
    *,
    by: str | Sequence[str | None] | None = None,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Table:
    """Return scores drawn towards the mean of their group, beside the official ones.

    Parameters
    ----------
    scores
        Of one period.
    errors, seed, draws
        See `band_probability`.
    by
        Whose mean: `unit`, or a label for each subject such as the job family; all together where
        left out.

    Returns
    -------
    Table
        `subject`, `score`, `error`, `group`, `group_mean`, `group_spread` (the standard deviation
        of true scores in the group), `shrinkage` (0: stays, 1: becomes the mean), `score_shrunk`,
        `error_shrunk`, `status`. No value for groups of fewer than 3.

    Raises
    ------
    AnalysisError
        CPN-M15 to M22, N30, as for `band_probability`.

    Notes
    -----
    Empirical Bayes: B = s^2 / (s^2 + tau^2), mean B mu + (1 - B) y, variance (1 - B) s^2, tau^2 by
    Paule and Mandel. Efron and Morris 1975; Morris 1983. The official score is never changed.
    """
    found = spread_of(scores, errors, seed=seed, draws=draws)
    matrix, error = found.standing.matrix, found.error
    group, names = groups_of(matrix, by)
    some = np.isfinite(error) & (group >= 0)
    count = len(names)
    population = paule_mandel(matrix.score[some], error[some], group[some], count)
    made = np.full((5, len(matrix)), np.nan)
    home = group[some]
    mean, spread = population.mean[home], np.sqrt(population.variance[home])
    made[0, some], made[1, some] = mean, spread
    made[2, some] = shrinkage_of(error[some], spread)
    made[3:, some] = posterior(matrix.score[some], error[some], mean, spread)
    columns: dict[str, Any] = {"subject": matrix.subjects, "score": matrix.score, "error": error}
    if by is not None:
        columns["group"] = Coded(group, names)
    labels = ("group_mean", "group_spread", "shrinkage", "score_shrunk", "error_shrunk")
    columns |= dict(zip(labels, made, strict=True))
    columns["status"] = found.standing.status
    notes = [*found.standing.notes, "The official score is not changed."]
    if small := int(((population.count > 0) & (population.count < LEAST)).sum()):
        notes.append(f"{small} groups have fewer than {LEAST} members: no mean is made of them.")
    return Table("Scores drawn towards the mean of their group", columns, matrix.origin, notes)
