"""Normalisations that hold a value against those of a cohort: min-max, z-score, rank, percentile.

Each has two passes. `fit` finds its parameters in a cohort, `build` makes a formula of them that
holds for whoever comes later. In the formulas, x is the value and the scale runs from worst to
best. `better` says whether more (`higher`) or less (`lower`) is better.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import Literal

from attrs import frozen

from capaian.errors import EvidenceError, Finding
from capaian.exact import Cohort
from capaian.formula import Node, number, stairs
from capaian.methods.lines import line, refuse_options, span
from capaian.plugin import Direction, Method, RelativeNormalisation, hookimpl
from capaian.policy import Scale

Better = Literal["higher", "lower"]
LARGEST_ORDER = 10_000
"""The most different values that `rank` keeps."""
FEWEST_STEPS, MOST_STEPS = 2, 1000


@frozen
class MinMaxOptions:
    """Options of `min-max`.

    Attributes
    ----------
    better
        Whether more or less is better.
    """

    better: Better


@frozen
class MinMaxParameters:
    """What `min-max` is fitted to.

    Attributes
    ----------
    least, greatest
        The least and the greatest value of the cohort.
    """

    least: Fraction
    greatest: Fraction


def fit_min_max(options: MinMaxOptions, cohort: Cohort) -> MinMaxParameters:
    """Return the least and the greatest value of the cohort.

    Raises
    ------
    EvidenceError
        CPN-R06: all values are equal.
    """
    del options
    _refuse_equal("min-max", cohort)
    return MinMaxParameters(cohort.least, cohort.greatest)


def min_max(options: MinMaxOptions, parameters: MinMaxParameters, scale: Scale, x: Node) -> Node:
    """Return where a value stands between the least and the greatest of the cohort.

    Parameters
    ----------
    options
        What is better.
    parameters
        The least and the greatest value.
    scale
        The scale; the cohort's best is its best, the cohort's worst its worst.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-R10: the least is not below the greatest.

    Notes
    -----
    worst + (best - worst) (x - least) / (greatest - least), or (greatest - x) in place of
    (x - least) where less is better; the line goes on beyond the cohort. OECD and JRC, Handbook on
    Constructing Composite Indicators (2008), step 5.
    """
    low, high = parameters.least, parameters.greatest
    if low >= high:
        _refuse(
            "min-max", "greatest", "least is not below greatest", "least tidak di bawah greatest"
        )
    if options.better == "higher":
        return line(x, low, scale.worst, span(scale), high - low)
    return line(x, high, scale.worst, span(scale), low - high)


@frozen
class ZScoreOptions:
    """Options of `z-score`.

    Attributes
    ----------
    better
        Whether more or less is better.
    deviation
        `population` divides the squares by n (the cohort is all there is), `sample` by n - 1.
    centre
        The achievement of the cohort's mean.
    spread
        How far one standard deviation moves the achievement; above 0, or it is refused (CPN-R11).
    """

    better: Better
    deviation: Literal["population", "sample"]
    centre: Fraction
    spread: Fraction

    def __attrs_post_init__(self) -> None:
        if self.spread <= 0:
            values = {"given": number(self.spread)}
            refuse_options("z-score", [Finding("CPN-R11", "spread", values)])


@frozen
class ZScoreParameters:
    """What `z-score` is fitted to, each to 20 significant digits and exactly that from then on.

    Attributes
    ----------
    mean, deviation
        The mean and the standard deviation of the cohort.
    """

    mean: Fraction
    deviation: Fraction


def fit_z_score(options: ZScoreOptions, cohort: Cohort) -> ZScoreParameters:
    """Return the mean and the standard deviation of the cohort.

    Raises
    ------
    EvidenceError
        CPN-R06: all values are equal.
    """
    _refuse_equal("z-score", cohort)
    sample = options.deviation == "sample"
    return ZScoreParameters(cohort.mean(), cohort.deviation(sample=sample))


def z_score(options: ZScoreOptions, parameters: ZScoreParameters, scale: Scale, x: Node) -> Node:
    """Return how many standard deviations a value lies from the mean, on a line.

    Parameters
    ----------
    options
        What is better, which standard deviation, and the line.
    parameters
        The mean and the standard deviation.
    scale
        Not used: `centre` and `spread` say what a value is worth.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-R10: the standard deviation is not above 0.

    Notes
    -----
    centre + spread z with z = (x - mean) / deviation, or (mean - x) / deviation where less is
    better. OECD and JRC, Handbook on Constructing Composite Indicators (2008), step 5.
    """
    del scale
    if parameters.deviation <= 0:
        _refuse("z-score", "deviation", "deviation is not above 0", "deviation tidak di atas 0")
    rise = options.spread if options.better == "higher" else -options.spread
    return line(x, parameters.mean, options.centre, rise, parameters.deviation)


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
    _refuse_equal("rank", cohort)
    if (count := cohort.different) > LARGEST_ORDER:
        values = {"count": count, "most": LARGEST_ORDER}
        raise _unfit("rank", Finding("CPN-R07", "", values))
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
    at = [
        _place(options, above[index + 1] if higher else n - above[index], count, n)
        for index, count in enumerate(counts)
    ]
    between = [_place(options, each if higher else n - each, 0, n) for each in above]
    if options.gives == "share":
        at = [scale.worst + span(scale) * (n - each) / (n - 1) for each in at]
        between = [scale.worst + span(scale) * (n - each) / (n - 1) for each in between]
    return stairs(x, parameters.values, at, between)


def _place(options: RankOptions, better: int, same: int, n: int) -> Fraction:
    within = {"min": Fraction(1), "max": Fraction(same), "average": Fraction(same + 1, 2)}
    return min(max(better + within[options.ties], Fraction(1)), Fraction(n))


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
    _refuse_equal("percentile", cohort)
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
        _refuse("percentile", "cuts", en, f"{count} batas untuk {steps} langkah, atau tidak urut")
    edges = tuple(dict.fromkeys(rising))
    reached = [sum(cut <= edge for cut in rising) for edge in edges]
    before = [0, *reached[:-1]]
    steps = options.steps
    if higher:
        at, between = reached, [0, *reached]
    else:
        at = [steps - each for each in before]
        between = [steps - each for each in (0, *reached)]
    earned = [[scale.worst + span(scale) * each / steps for each in part] for part in (at, between)]
    return stairs(x, edges, *earned)


def _unfit(kind: str, finding: Finding) -> EvidenceError:
    return EvidenceError(f"The method '{kind}' cannot be fitted; nothing was frozen.", [finding])


def _refuse_equal(kind: str, cohort: Cohort) -> None:
    if cohort.least == cohort.greatest:
        raise _unfit(kind, Finding("CPN-R06", "", {"method": kind, "count": cohort.n}))


def _refuse(kind: str, key: str, reason: str, reason_id: str) -> None:
    """Refuse parameters that no cohort can have given."""
    values = {"method": kind, "reason": reason, "reason_id": reason_id}
    refuse_options(kind, [Finding("CPN-R10", f"fitted.parameters.{key}", values)])


def _refuse_order(parameters: RankParameters) -> None:
    values, counts = parameters.values, parameters.counts
    if len(values) != len(counts) or min(counts, default=0) < 1 or len(values) < 2:  # noqa: PLR2004
        _refuse(
            "rank",
            "counts",
            "there is not one count, 1 or more, for each of two values or more",
            "tidak ada satu hitungan, 1 atau lebih, untuk tiap nilai dari dua atau lebih",
        )
    if list(values) != sorted(set(values)):
        _refuse("rank", "values", "values are not in ascending order", "values tidak urut naik")


def _better(options: MinMaxOptions | ZScoreOptions | PercentileOptions) -> Direction:
    return options.better


def _rank_direction(options: RankOptions) -> Direction:
    """Return which way what is given grows: a better value has a smaller place."""
    if options.gives == "share":
        return options.better
    return "lower" if options.better == "higher" else "higher"


MIN_MAX = RelativeNormalisation(
    "min-max",
    {"en": "between the cohort's ends", "id": "di antara nilai ujung kelompok"},
    MinMaxOptions,
    MinMaxParameters,
    fit_min_max,
    min_max,
    _better,
)
Z_SCORE = RelativeNormalisation(
    "z-score",
    {"en": "distance from the cohort's mean", "id": "jarak dari rata-rata kelompok"},
    ZScoreOptions,
    ZScoreParameters,
    fit_z_score,
    z_score,
    _better,
)
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


@hookimpl
def capaian_methods() -> list[Method]:
    """Return the relative normalisations of this distribution."""
    return [MIN_MAX, Z_SCORE, RANK, PERCENTILE]
