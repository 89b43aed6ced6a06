"""How far a subject's score and band depend on the weights."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.edges import edges_of
from capaian.analysis.matrix import Matrix, matrix_of
from capaian.analysis.robustness.dirichlet import (
    between,
    blocks,
    critical_weight,
    draw,
    share_not_above,
    tree_moments,
)
from capaian.analysis.table import Table
from capaian.analysis.tree import WeightTree, tree_of
from capaian.analysis.wanted import prove
from capaian.errors import AnalysisError, refuse
from capaian.scores import Scores
from capaian.scores.columns import facts_of

Floats = NDArray[np.float64]
HEADLINE = "The sensitivity to weights cannot be told."
ABOVE = "It cannot be told who stands above."
MOST_EXACT = 512
"""The greatest concentration, as the number of parts, for which the share is worked out exactly."""


def weight_sensitivity(
    scores: Scores, concentration: float, *, draws: int = 0, seed: int | None = None
) -> Table:
    """Return, for each subject, how much its score and its band depend on the weights.

    Parameters
    ----------
    scores
        Of one period, with bands that are intervals of the score.
    concentration
        How sure the weights are: at each node they are drawn from Dirichlet(concentration x the
        policy's weights). A weight m then has the standard deviation
        sqrt(m (1 - m) / (concentration + 1)); 100 makes 40 % +- 4.9 %. Above 0, no default.
    draws
        How many weightings are drawn, the same for all subjects; 0 for none.
    seed
        With `draws`: the same seed gives the same weightings.

    Returns
    -------
    Table
        `subject`, `score`, `mean` and `sd` of the score under the uncertain weights, `band`,
        `p_band` (the probability that the band stays), and the weight that matters most:
        `swap_indicator`, its `swap_weight` now and `swap_at`, the nearest weight at which, the
        others keeping their proportions, the band is another.

    Raises
    ------
    AnalysisError
        CPN-M26: the tree has a node that cannot be evaluated under drawn weights. CPN-M27:
        weightings must be drawn, and there are no draws or no seed. CPN-M31: the band is the cell
        of a decision table. CPN-M33: a number that cannot be.

    Notes
    -----
    Without draws: the exact variance (see `tree_moments`), and the probability by a beta
    distribution with these moments, exact for two parts. That is for additive trees without limits
    of nodes; others are drawn. Roundings of
    nodes are left aside. Lahdelma et al. 1998; Triantaphyllou & Sanchez 1997.
    """
    _prove(HEADLINE, concentration)
    tree = tree_of(scores.policy, tuple(scores.plan.indicators), HEADLINE)
    if (not tree.additive and not draws) or (draws and seed is None):
        raise refuse(AnalysisError, HEADLINE, "CPN-M27", "draws")
    matrix = matrix_of(scores)
    facts: Any = facts_of(scores.plan, scores.facts, scores.subjects)
    low, high = edges_of(scores.policy, matrix.score, facts, HEADLINE)
    if draws:
        mean, spread, same = _drawn(tree, matrix, concentration, draws, seed, (low, high))
    else:
        mean, variance = tree_moments(tree, matrix.achievement, concentration)
        mean, spread = np.where(np.isnan(matrix.score), np.nan, mean), np.sqrt(variance)
        least, most = _ends(tree, matrix.achievement)
        same = between(low, high, least, most, mean, variance)
    nearest = _swaps(matrix, low, high)
    return Table(
        "Sensitivity to weights",
        {
            "subject": matrix.subjects,
            "score": matrix.score,
            "mean": mean,
            "sd": np.where(np.isnan(mean), np.nan, spread),
            "band": [matrix.bands[at] if at >= 0 else None for at in matrix.band.tolist()],
            "p_band": same,
            "swap_indicator": nearest.indicator,
            "swap_weight": nearest.now,
            "swap_at": nearest.at,
        },
        matrix.origin,
        (
            f"weights ~ Dirichlet with concentration {concentration:g} at each node",
            f"by {draws} weightings, seed {seed}"
            if draws
            else "exact variance; probability of the band by a beta distribution",
        ),
    )


def _prove(headline: str, concentration: float) -> None:
    known = isfinite(concentration) and concentration > 0
    prove(known, headline, "concentration", concentration, "above 0")


def _ends(tree: WeightTree, achievement: Floats) -> tuple[Floats, Floats]:
    """Return the least and the greatest part that counts for each subject."""
    counted = np.concatenate([b.weights > 0 for b in tree.branches])
    parts = [p for b in tree.branches for p in b.parts]
    worst = [m == "worst" for b in tree.branches for m in b.missing]
    columns = [p for p, used in zip(parts, counted, strict=True) if used and isinstance(p, int)]
    if any(worst):
        achievement = np.where(np.isnan(achievement), tree.worst, achievement)
    x = achievement[:, columns]
    with np.errstate(all="ignore"):
        return np.fmin.reduce(x, axis=1), np.fmax.reduce(x, axis=1)


def _drawn(
    tree: WeightTree,
    matrix: Matrix,
    total: float,
    draws: int,
    seed: int | None,
    ends: tuple[Floats, Floats],
) -> tuple[Floats, Floats, Floats]:
    """Return mean and deviation of the drawn scores, and the share that keeps the band."""
    weights = draw(tree, total, draws, np.random.default_rng(seed))
    found = np.full((3, len(matrix)), np.nan)
    for rows in blocks(len(matrix), draws):
        made = tree.scores(matrix.achievement[rows], weights)
        found[0, rows], found[1, rows] = made.mean(axis=1), made.std(axis=1)
        inside = (made >= ends[0][rows, None]) & (made < ends[1][rows, None])
        found[2, rows] = inside.mean(axis=1)
    found[:, np.isnan(matrix.score)] = np.nan
    return found[0], found[1], found[2]


@frozen(eq=False)
class _Swap:
    indicator: list[str | None]
    now: Floats
    at: Floats


def _swaps(matrix: Matrix, low: Floats, high: Floats) -> _Swap:
    """Return for each subject the nearest weight of one indicator at which its band changes.

    With weight t the score is t x + (1 - t) r, where r is the mean of the others; it meets the edge
    e at t = (e - r) / (x - r).
    """
    count = len(matrix)
    nearest, now, at = np.full(count, np.inf), np.full(count, np.nan), np.full(count, np.nan)
    which = np.full(count, -1)
    unrounded = np.nansum(matrix.contribution, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        for place in range(len(matrix.indicators)):
            x, weight = matrix.achievement[:, place], matrix.weight[:, place]
            others = (unrounded - weight * x) / (1 - weight)
            for edge in (low, high):
                level = (edge - others) / (x - others)
                far = np.abs(level - weight)
                closer = (level >= 0) & (level <= 1) & (far < nearest)
                nearest[closer], now[closer], at[closer] = (
                    far[closer],
                    weight[closer],
                    level[closer],
                )
                which[closer] = place
    names = [matrix.indicators[place] if place >= 0 else None for place in which.tolist()]
    return _Swap(names, now, at)


@frozen(eq=False)
class Above:
    """How often A stands above B.

    Attributes
    ----------
    share
        The share of weightings under which A has the greater score, before rounding: a `Fraction`
        where it is exact, a float where weightings were drawn.
    exact
        Whether it is exact.
    error
        Standard error of a share that was drawn; 0 where it is exact.
    critical
        Of two indicators: the weight of the first at which they stand level, where there is one.
    """

    share: Fraction | float
    exact: bool
    error: float = 0.0
    critical: Fraction | None = None


def share_above(
    scores: Scores,
    a: str,
    b: str,
    *,
    concentration: float | None = None,
    draws: int = 100_000,
    seed: int | None = None,
) -> Above:
    """Return the share of weightings under which A stands above B.

    Parameters
    ----------
    scores
        Of one period.
    a, b
        Two subjects.
    concentration
        As for `weight_sensitivity`. Where left out, at each node every weighting is as likely.
    draws, seed
        How many weightings are drawn, and from which seed, where the share has no closed form: for
        trees with more than one node, for limits of the score, where one of them lacks an
        indicator, and where the concentration times a weight is no whole number.

    Raises
    ------
    EvidenceError
        CPN-E54: no such subject.
    AnalysisError
        CPN-M26: the tree cannot be evaluated under drawn weights. CPN-M27: weightings must be drawn
        and there is no seed. CPN-M33: a concentration that is not above 0.

    Notes
    -----
    The set of weights is a simplex, and A stands above B on one side of a plane through it
    (stochastic multicriteria acceptability analysis: Lahdelma, Hokkanen & Salminen 1998).
    """
    if concentration is not None:
        _prove(ABOVE, concentration)
    names = tuple(scores.plan.indicators)
    tree = tree_of(scores.policy, names, ABOVE)
    one, two = (_achievements(scores, each) for each in (a, b))
    if tree.additive and len(tree.branches) == 1 and None not in {*one.values(), *two.values()}:
        ahead = {name: Fraction(one[name] or 0) - Fraction(two[name] or 0) for name in names}
        times = _times(scores, concentration)
        if times is not None:
            repeated = [ahead[name] for name in names for _ in range(times[name])]
            # Where they stand level on a share of weightings that is not 0, they do on all of them.
            ahead_of = 1 - share_not_above(repeated)
            return Above(ahead_of, exact=True, critical=_critical(one, two, names))
    if seed is None:
        raise refuse(AnalysisError, ABOVE, "CPN-M27", "seed")
    weights = draw(tree, concentration, draws, np.random.default_rng(seed))
    rows = [[np.nan if v[n] is None else float(v[n] or 0) for n in names] for v in (one, two)]
    made = tree.scores(np.array(rows, dtype=np.float64), weights)
    share = float((made[0] > made[1]).mean())
    error = float(np.sqrt(share * (1 - share) / draws))
    return Above(share, exact=False, error=error, critical=_critical(one, two, names))


def _achievements(scores: Scores, subject: str) -> dict[str, Fraction | None]:
    row = scores.row(subject)
    exact = scores.exact(row)
    found = {name: exact.get(f"achievement:{name}") for name in scores.plan.indicators}
    return {name: None if pair is None else pair[1] for name, pair in found.items()}


def _times(scores: Scores, concentration: float | None) -> dict[str, int] | None:
    """Return the alphas where they are whole numbers that are not too many."""
    if concentration is None:
        return dict.fromkeys(scores.plan.indicators, 1)
    alphas = {n: Fraction(concentration) * each.indicator.weight
              for n, each in scores.plan.indicators.items()}  # fmt: skip
    whole = all(each.denominator == 1 for each in alphas.values())
    if not whole or sum(alphas.values()) > MOST_EXACT:
        return None
    return {name: int(each) for name, each in alphas.items()}


def _critical(
    one: dict[str, Fraction | None], two: dict[str, Fraction | None], names: tuple[str, ...]
) -> Fraction | None:
    if len(names) != 2:  # noqa: PLR2004 - two indicators
        return None
    (a, b), (c, d) = ((values[names[0]], values[names[1]]) for values in (one, two))
    if a is None or b is None or c is None or d is None:
        return None
    return critical_weight((a, b), (c, d))
