"""Scores of parts combined into one: postings into a period, people into a unit. Exact.

The weighted mean of ratios is a ratio of integers. Published scores lie on a grid and weights are
whole, so whole columns are combined in int64; where that could not hold them, and where a score is
not rounded, Python's own integers take their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.band import band_codes, band_of, ladder_of
from capaian.exact import round_ratio
from capaian.policy import Band, Rounding
from capaian.scores.account import SCORED
from capaian.scores.tail import SCORE, UNROUNDED

if TYPE_CHECKING:
    from capaian.scores.result import Scores

Whole: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]

MOST = 2**62
ON_GRID = 2**51
"""Above this, score x 10^digits cannot be told from its neighbours in float64."""


@frozen(eq=False)
class Points:
    """Scores as integers: score x 10^digits, or, where they are on no grid, fractions.

    Attributes
    ----------
    values
        An int64 array, or an array of fractions with `digits` 0; 0 where there is no score.
    digits
        How many decimals the integers have.
    known
        Which have a score.
    """

    values: Any
    digits: int
    known: Truths

    def fraction(self, place: int) -> Fraction:
        """Return a score."""
        return _fraction(self.values[place]) / Fraction(10**self.digits)


@frozen(eq=False)
class Rule:
    """How parts become one score.

    Attributes
    ----------
    missing
        What a part without a score means: `exclude`, `withhold` or `refer`.
    rounding, bands, precedence
        Of the combined score.
    empty
        The status of a whole that has no part with a weight.
    """

    missing: str
    rounding: Rounding
    bands: Sequence[Band]
    precedence: bool = False
    empty: str = "no_evidence"


@frozen(eq=False)
class Combined:
    """One score for each whole.

    Attributes
    ----------
    status
        `scored`, `withheld`, `referred`, `no_evidence`, or what a whole without parts is called.
    tops, bottoms
        The unrounded score as a ratio of integers; 0 / 1 where there is none.
    weights
        The weight of the parts that counted.
    published
        The nearest float64; not a number where there is none.
    bands
        The position of the band, -1 where there is none.
    """

    status: Sequence[str]
    tops: Any
    bottoms: Any
    weights: Any
    published: NDArray[np.float64]
    bands: Whole
    rounding: Rounding

    def unrounded(self, place: int) -> Fraction:
        """Return the exact score before rounding."""
        return Fraction(int(self.tops[place]), int(self.bottoms[place]))

    def score(self, place: int) -> Fraction:
        """Return the score as it is published."""
        return round_ratio(self.unrounded(place), self.rounding.digits, self.rounding.mode)


def points_of(scores: Sequence[Scores], taken: str) -> list[Points]:
    """Return the scores of several results as integers with the same number of decimals.

    Parameters
    ----------
    scores
        Results, each of one policy.
    taken
        Whether scores are taken as they were `published` or `unrounded`.
    """
    steps = [each.policy.rounded("score", "score") for each in scores]
    grid = [None if step is None or step.mode == "none" else step.digits for step in steps]
    made = [_published(each) for each in scores]
    large = (np.abs(np.nan_to_num(each)).max(initial=0.0) for each in made)
    digits = max((each for each in grid if each is not None), default=0)
    whole = None not in grid and all(most * 10.0**digits < ON_GRID for most in large)
    if whole and taken == "published":
        return [_on_grid(each, own or 0, digits) for each, own in zip(made, grid, strict=True)]
    return [_exact(each, taken) for each in scores]


def _published(scores: Scores) -> NDArray[np.float64]:
    values = scores.results.columns()["score"]
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)


def _on_grid(values: NDArray[np.float64], own: int, digits: int) -> Points:
    known = ~np.isnan(values)
    points = np.rint(np.where(known, values, 0.0) * 10.0**own).astype(np.int64)
    return Points(points * 10 ** (digits - own), digits, known)


def _exact(scores: Scores, taken: str) -> Points:
    known = ~np.isnan(_published(scores))
    values = np.full(len(known), Fraction(0), dtype=object)
    for row in np.flatnonzero(known).tolist():
        values[row] = scores.exact(row)[SCORE if taken == "published" else UNROUNDED][1]
    return Points(values, 0, known)


def combine(group: Whole, count: int, points: Points, weight: Whole, rule: Rule) -> Combined:
    """Return the weighted mean of each group's parts.

    Parameters
    ----------
    group
        The group of each part, from 0, in ascending order.
    count
        How many groups there are; a group may have no part.
    points
        The scores of the parts.
    weight
        The weights; a part without one does not count, whether it has a score or not.
    rule
        How they are combined.

    Returns
    -------
    Combined
        One for each group. Formula: sum(w x) / sum(w) over the parts that have a weight and a
        score, exact, then rounded.
    """
    edges = np.searchsorted(group, np.arange(count + 1))
    counts = weight > 0
    used = counts & points.known
    values, weights = np.where(used, points.values, 0), np.where(used, weight, 0)
    if not _fits(values, weights, 10**points.digits):
        values, weights = values.astype(object), weights.astype(object)
    tops, totals = _sums(values * weights, edges), _sums(weights, edges)
    parts, without = _sums(counts.astype(np.int64), edges), _sums((counts & ~used) * 1, edges)
    status = np.full(count, SCORED, dtype=object)
    status[totals == 0] = "no_evidence"
    if rule.missing != "exclude":
        status[without > 0] = "withheld" if rule.missing == "withhold" else "referred"
    status[parts == 0] = rule.empty
    scored = status == SCORED
    tops, bottoms = _ratios(tops, totals * 10**points.digits, scored)
    published, bands = _results(tops, bottoms, scored, rule)
    return Combined(status.tolist(), tops, bottoms, totals, published, bands, rule.rounding)


def _fits(values: Any, weights: Whole, scale: int) -> bool:
    """Return whether all sums are sure to fit 64 bits."""
    if values.dtype == object:
        return False
    most = max(int(np.abs(values).max(initial=0)), scale)
    return most * int(weights.max(initial=0)) * len(values) < MOST


def _sums(values: Any, edges: Whole) -> Any:
    """Return the sum of each group; groups lie between edges."""
    sums = np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])
    return sums[edges[1:]] - sums[edges[:-1]]


def _ratios(tops: Any, bottoms: Any, scored: Truths) -> tuple[Any, Any]:
    """Return ratios of integers, 0 / 1 where there is no score."""
    tops, bottoms = np.where(scored, tops, 0), np.where(scored, bottoms, 1)
    if tops.dtype != object:
        return tops, bottoms
    made = [_fraction(top) / bottom for top, bottom in zip(tops, bottoms, strict=True)]
    return (
        np.array([each.numerator for each in made] or [0], dtype=object)[: len(made)],
        np.array([each.denominator for each in made] or [1], dtype=object)[: len(made)],
    )


def _fraction(value: Any) -> Fraction:
    return Fraction(value) if isinstance(value, Fraction) else Fraction(int(value))


def _results(
    tops: Any, bottoms: Any, scored: Truths, rule: Rule
) -> tuple[NDArray[np.float64], Whole]:
    """Return the published scores as floats, and their bands."""
    rounding = rule.rounding
    if rounding.mode != "none" and _rounds(tops, bottoms, 10**rounding.digits):
        whole = rounded(tops * 10**rounding.digits, bottoms, rounding.mode)
        if int(np.abs(whole).max(initial=0)) < ON_GRID:
            codes: Any = np.full(len(tops), -1, dtype=np.int64)
            # No facts: a band with a gate is never given.
            band_codes(whole.astype(np.float64), ladder_of(rule.bands, rounding.digits), {}, codes)
            published = np.where(scored, whole / 10.0**rounding.digits, np.nan)
            return published, np.where(scored, codes, -1)
    published, codes = np.full(len(tops), np.nan), np.full(len(tops), -1, dtype=np.int64)
    places = {each.id: place for place, each in enumerate(rule.bands)}
    for row in np.flatnonzero(scored).tolist():
        exact = Fraction(int(tops[row]), int(bottoms[row]))
        value = round_ratio(exact, rounding.digits, rounding.mode)
        band = band_of(value, rule.bands, rule.precedence, {})
        published[row] = value.numerator / value.denominator
        codes[row] = -1 if band is None else places[band.id]
    return published, codes


def _rounds(tops: Any, bottoms: Any, scale: int) -> bool:
    """Return whether ratios are rounded in 64 bits."""
    if tops.dtype == object:
        return False
    most = max(int(np.abs(tops).max(initial=0)) * scale, int(bottoms.max(initial=0)))
    return most < MOST


def joined(points: Sequence[Points], rule: Whole) -> Points:
    """Return the scores of all parts in their order, from those by rule.

    Parameters
    ----------
    points
        For each rule the scores of its parts, in their order.
    rule
        The position of each part's rule.
    """
    exact = any(each.values.dtype == object for each in points)
    values: Any = np.zeros(len(rule), dtype=object if exact else np.int64)
    known = np.zeros(len(rule), dtype=np.bool_)
    for place, each in enumerate(points):
        values[rule == place], known[rule == place] = each.values, each.known
    return Points(values, points[0].digits, known)


def share_of(
    group: Whole, points: Points, weight: Whole, combined: Combined, place: int
) -> tuple[Fraction, Fraction]:
    """Return a part's share of the combined score and its contribution, exactly.

    Parameters
    ----------
    group, points, weight, combined
        As for `combine`, and what it returned.
    place
        Which part; one that does not count has 0 of both.
    """
    whole = int(group[place])
    if combined.status[whole] != SCORED or not points.known[place]:
        return Fraction(0), Fraction(0)
    share = Fraction(int(weight[place]), int(combined.weights[whole]))
    return share, share * points.fraction(place)


def shares_of(
    group: Whole, points: Points, weight: Whole, combined: Combined
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return every part's share and contribution as floats; none where there is no score."""
    scored = np.array([each == SCORED for each in combined.status], dtype=np.bool_)[group]
    shares, added = np.full(len(group), np.nan), np.full(len(group), np.nan)
    total = combined.weights[group]
    if np.object_ not in {points.values.dtype.type, total.dtype.type}:
        used = np.where(points.known, weight, 0)
        bottom = np.where(scored, total, 1)
        shares = np.where(scored, used / bottom, np.nan)
        scale = 10**points.digits
        added = np.where(scored, points.values * used / (bottom * scale), np.nan)
        return shares, added
    for place in np.flatnonzero(scored).tolist():
        share, contribution = share_of(group, points, weight, combined, place)
        shares[place], added[place] = float(share), float(contribution)
    return shares, added


def rounded(tops: Whole, bottoms: Whole, mode: str) -> Whole:
    """Return ratios of integers rounded to whole numbers; an exact tie as `round_ratio` has it.

    Parameters
    ----------
    tops, bottoms
        The ratios; bottoms are greater than 0.
    mode
        `half-up` (away from zero) or `half-even`.
    """
    size = np.abs(tops)
    whole = size // bottoms
    rest = 2 * (size - whole * bottoms)
    tie = rest == bottoms
    up = (rest > bottoms) | (tie & ((whole % 2 == 1) if mode == "half-even" else True))
    result: Whole = np.sign(tops) * (whole + up)
    return result
