"""Normalisations that hold a value against those of a cohort; here min-max and z-score.

Each has two passes. `fit` finds its parameters in a cohort, `build` makes a formula of them that
holds for whoever comes later. In the formulas, x is the value and the scale runs from worst to
best. `better` says whether more (`higher`) or less (`lower`) is better.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from capaian.errors import Finding
from capaian.exact import Cohort
from capaian.formula import Node, number
from capaian.methods.cohorts import refuse_equal, refuse_parameters
from capaian.methods.distances import DISTANCE
from capaian.methods.lines import line, refuse_options, span
from capaian.methods.orders import PERCENTILE, RANK
from capaian.methods.references import MEAN_BAND, REFERENCE
from capaian.plugin import Direction, Method, RelativeNormalisation, hookimpl
from capaian.policy import Scale

Better = Literal["higher", "lower"]


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
    refuse_equal("min-max", cohort)
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
        refuse_parameters(
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
    refuse_equal("z-score", cohort)
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
        refuse_parameters(
            "z-score", "deviation", "deviation is not above 0", "deviation tidak di atas 0"
        )
    rise = options.spread if options.better == "higher" else -options.spread
    return line(x, parameters.mean, options.centre, rise, parameters.deviation)


def _better(options: MinMaxOptions | ZScoreOptions) -> Direction:
    return options.better


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


@hookimpl
def capaian_methods() -> list[Method]:
    """Return the relative normalisations of this distribution."""
    return [MIN_MAX, Z_SCORE, RANK, PERCENTILE, REFERENCE, MEAN_BAND, DISTANCE]
