"""Relative normalisations by the cohort's order: rank and percentile.

Their formulas are staircases: the cohort's own values are the edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import Literal

from attrs import frozen

from capaian.errors import Finding
from capaian.exact import Cohort
from capaian.formula import Node, stairs
from capaian.methods.cohorts import refuse_equal, refuse_parameters, unfit
from capaian.methods.lines import refuse_options, span
from capaian.plugin import Direction, RelativeNormalisation
from capaian.policy import Scale

Better = Literal["higher", "lower"]
LARGEST_ORDER = 10_000
"""The most different values that `rank` keeps."""
FEWEST_STEPS, MOST_STEPS = 2, 1000


@frozen
class RankOptions:
    """Options of `rank`.

    Attributes
    ----------
    better
        Whether more or less is better.
    ties
        Which place those have who share a value: the first of their places (`min`), the last
        (`max`) or the mean of both (`average`).
    gives
        `share`: on the scale, how much of the way from the last place to the first; `place`: the
        place itself, 1 for the best, as the next method's number.
    """

    better: Better
    ties: Literal["min", "max", "average"]
    gives: Literal["share", "place"]


@frozen
class RankParameters:
    """What `rank` is fitted to: the cohort in order.

    Attributes
    ----------
    values
        Each different value, from the least to the greatest.
    counts
        How many subjects have it.
    """

    values: tuple[Fraction, ...]
    counts: tuple[int, ...]


def fit_rank(options: RankOptions, cohort: Cohort) -> RankParameters:
    """Return the cohort in order.

    Raises
    ------
    EvidenceError
        CPN-R06: all values are equal. CPN-R07: more than 10 000 different values.
    """
    del options
    refuse_equal("rank", cohort)
    if (count := cohort.different) > LARGEST_ORDER:
        values = {"count": count, "most": LARGEST_ORDER}
        raise unfit("rank", Finding("CPN-R07", "", values))
    tally = cohort.tally()
    return RankParameters(tuple(value for value, _ in tally), tuple(count for _, count in tally))


def rank(options: RankOptions, parameters: RankParameters, scale: Scale, x: Node) -> Node:
    """Return the place that a value has, or would have, in the order of the cohort.

    Parameters
    ----------
    options
        What is better, ties, and what is given.
    parameters
        The order.
    scale
        The scale of a share.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-R10: values out of order, or not one count for each.

    Notes
    -----
    Of n subjects b have a better value and e the same. The place is b + 1 (`min`), b + e (`max`) or
    b + (e + 1)/2 (`average`), held between 1 and n: a value that nobody in the cohort has takes
    the place that is open there. The share is worst + (best - worst) (n - place) / (n - 1).
    """
    _refuse_order(parameters)
    counts, n = parameters.counts, sum(parameters.counts)
    above = [n - count for count in accumulate(counts, initial=0)]  # greater than each gap
    higher = options.better == "higher"
    twice_at = [
        _twice_place(options, above[index + 1] if higher else n - above[index], count, n)
        for index, count in enumerate(counts)
    ]
    twice_between = [_twice_place(options, each if higher else n - each, 0, n) for each in above]
    start, rise = Fraction(0), Fraction(1, 2)
    if options.gives == "share":
        rise = -span(scale) / (2 * (n - 1))
        start = scale.worst - 2 * n * rise
    return stairs(
        x, parameters.values, _along(twice_at, start, rise), _along(twice_between, start, rise)
    )


def _twice_place(options: RankOptions, better: int, same: int, n: int) -> int:
    """Return two times a place, which is whole where the mean of two places is not."""
    within = {"min": 2, "max": 2 * same, "average": same + 1}
    return min(max(2 * better + within[options.ties], 2), 2 * n)


def _along(counts: Sequence[int], start: Fraction, rise: Fraction) -> list[Fraction]:
    """Return start + count x rise for each count: thousands of fractions, each made once."""
    bottom = lcm(start.denominator, rise.denominator)
    first, step = int(start * bottom), int(rise * bottom)
    return [Fraction(first + count * step, bottom) for count in counts]


@frozen
class PercentileOptions:
    """Options of `percentile`.

    Attributes
    ----------
    better
        Whether more or less is better.
    steps
        Into how many steps the cohort is cut: 2 to 1000, or it is refused (CPN-R08).
    """

    better: Better
    steps: int = 100

    def __attrs_post_init__(self) -> None:
        if not FEWEST_STEPS <= self.steps <= MOST_STEPS:
            values = {"steps": self.steps, "least": FEWEST_STEPS, "most": MOST_STEPS}
            refuse_options("percentile", [Finding("CPN-R08", "steps", values)])


@frozen
class PercentileParameters:
    """What `percentile` is fitted to.

    Attributes
    ----------
    cuts
        The value that each step begins with, from the worst to the best.
    """

    cuts: tuple[Fraction, ...]


def fit_percentile(options: PercentileOptions, cohort: Cohort) -> PercentileParameters:
    """Return the cohort's values by nearest rank.

    Raises
    ------
    EvidenceError
        CPN-R06: all values are equal.
    """
    refuse_equal("percentile", cohort)
    ranks = [-(-cohort.n * step // options.steps) for step in range(1, options.steps + 1)]
    if options.better == "lower":
        ranks = [cohort.n + 1 - each for each in ranks]
    return PercentileParameters(cohort.at(ranks))


def percentile(
    options: PercentileOptions, parameters: PercentileParameters, scale: Scale, x: Node
) -> Node:
    """Return how many steps of the cohort a value reaches.

    Parameters
    ----------
    options
        What is better, and the number of steps.
    parameters
        The cuts.
    scale
        The scale.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-R10: another number of cuts, or cuts out of order.

    Notes
    -----
    worst + (best - worst) k / steps, where k is the number of cuts that x reaches. Cut j is the
    value of rank ceil(n j / steps), counted from the worst: the nearest-rank quantile (Hyndman and
    Fan 1996, type 1), so that it is always somebody's value.
    """
    higher = options.better == "higher"
    rising = parameters.cuts if higher else tuple(reversed(parameters.cuts))
    if len(rising) != options.steps or list(rising) != sorted(rising):
        count, steps = len(rising), options.steps
        en = f"{count} cuts for {steps} steps, or cuts that are not in order"
        refuse_parameters(
            "percentile", "cuts", en, f"{count} batas untuk {steps} langkah, atau tidak urut"
        )
    edges = tuple(dict.fromkeys(rising))
    reached = [sum(cut <= edge for cut in rising) for edge in edges]
    before = [0, *reached[:-1]]
    steps = options.steps
    if higher:
        at, between = reached, [0, *reached]
    else:
        at = [steps - each for each in before]
        between = [steps - each for each in (0, *reached)]
    rise = span(scale) / steps
    return stairs(x, edges, _along(at, scale.worst, rise), _along(between, scale.worst, rise))


def _refuse_order(parameters: RankParameters) -> None:
    values, counts = parameters.values, parameters.counts
    if len(values) != len(counts) or min(counts, default=0) < 1 or len(values) < 2:  # noqa: PLR2004
        refuse_parameters(
            "rank",
            "counts",
            "there is not one count, 1 or more, for each of two values or more",
            "tidak ada satu hitungan, 1 atau lebih, untuk tiap nilai dari dua atau lebih",
        )
    if list(values) != sorted(set(values)):
        refuse_parameters(
            "rank", "values", "values are not in ascending order", "values tidak urut naik"
        )


def _rank_direction(options: RankOptions) -> Direction:
    """Return which way what is given grows: a better value has a smaller place."""
    if options.gives == "share":
        return options.better
    return "lower" if options.better == "higher" else "higher"


def _better(options: PercentileOptions) -> Direction:
    return options.better


RANK = RelativeNormalisation(
    "rank",
    {"en": "place in the cohort", "id": "peringkat dalam kelompok"},
    RankOptions,
    RankParameters,
    fit_rank,
    rank,
    _rank_direction,
)
PERCENTILE = RelativeNormalisation(
    "percentile",
    {"en": "percentile of the cohort", "id": "persentil kelompok"},
    PercentileOptions,
    PercentileParameters,
    fit_percentile,
    percentile,
    _better,
)
