"""Relative normalisations that hold a value against one figure of the cohort: a reference.

The reference is the cohort's best, worst, mean, sum or length; or the band around its mean.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from capaian.errors import Finding
from capaian.exact import Cohort
from capaian.formula import Node, lit, number, stairs, when
from capaian.methods.cohorts import refuse_parameters, unfit
from capaian.methods.lines import Better, line, refuse_options, span
from capaian.plugin import Direction, RelativeNormalisation
from capaian.policy import Scale

_ZERO = Fraction(0)
_FIGURES = {
    "best": ("best value", "nilai terbaik"),
    "worst": ("worst value", "nilai terburuk"),
    "mean": ("mean", "rata-rata"),
    "sum": ("sum", "jumlah"),
    "length": ("length", "panjang"),
}
"""What each figure is called, in English and in Indonesian."""


@frozen
class ReferenceOptions:
    """Options of `reference`.

    Attributes
    ----------
    to
        Which figure of the cohort the reference r is: the `best` value, the `worst`, the `mean`,
        the `sum` of all, or their `length` (the square root of the sum of their squares).
    gives
        `ratio`: x / r; `difference`: the relative difference (x - r) / r.
    better
        Whether more (`higher`) or less (`lower`) is better. With `lower` the ratio is r / x and the
        difference (r - x) / r.
    most
        For a ratio where less is better: the most that it gives, also where x is 0 or less; the
        scale's cap where empty.
    """

    to: Literal["best", "worst", "mean", "sum", "length"]
    gives: Literal["ratio", "difference"]
    better: Better
    most: Fraction | None = None


@frozen
class ReferenceParameters:
    """What `reference` is fitted to.

    Attributes
    ----------
    reference
        The figure r, above 0. A mean, a sum and a length are stated to 20 significant digits, and
        are exactly that from then on.
    """

    reference: Fraction


def fit_reference(options: ReferenceOptions, cohort: Cohort) -> ReferenceParameters:
    """Return the cohort's figure.

    Raises
    ------
    EvidenceError
        CPN-R15: it is not above 0, so that no ratio to it says what is better.
    """
    found = {
        "best": lambda: cohort.greatest if options.better == "higher" else cohort.least,
        "worst": lambda: cohort.least if options.better == "higher" else cohort.greatest,
        "mean": cohort.mean,
        "sum": cohort.total,
        "length": cohort.length,
    }[options.to]()
    refuse_not_above(options.to, "reference", found)
    return ReferenceParameters(found)


def refuse_not_above(figure: str, kind: str, found: Fraction) -> None:
    """Refuse a cohort whose figure is 0 or less (CPN-R15)."""
    if found <= 0:
        en, id_ = _FIGURES[figure]
        values = {"method": kind, "figure": en, "figure_id": id_, "given": number(found)}
        raise unfit(kind, Finding("CPN-R15", "", values))


def reference(
    options: ReferenceOptions, parameters: ReferenceParameters, scale: Scale, x: Node
) -> Node:
    """Return the ratio of a value to a figure of the cohort, or how far it lies from it.

    Parameters
    ----------
    options
        What is given, and what is better.
    parameters
        The figure.
    scale
        The scale: a ratio of 1 is its best, one of 0 its worst; a difference of 0 is its worst.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-R10: the figure is not above 0. CPN-R16: a ratio without a limit, or a limit that does
        nothing or lies below the best of the scale.

    Notes
    -----
    worst + (best - worst) times x/r or (x - r)/r, and r/x or (r - x)/r where less is better. OECD
    and JRC, Handbook on Constructing Composite Indicators (2008), step 5, distance to a reference;
    scikit-criteria's MaxAbsScaler, SumScaler and VectorScaler and pymcdm's max, sum, vector and
    linear normalisations are this with another reference.
    """
    refuse_options("reference", _limit_faults(options, scale))
    goal, rise = parameters.reference, span(scale)
    if goal <= 0:
        refuse_parameters(
            "reference", "reference", "reference is not above 0", "reference tidak di atas 0"
        )
    if options.gives == "difference":
        return line(x, goal, scale.worst, rise if options.better == "higher" else -rise, goal)
    if options.better == "higher":
        return line(x, _ZERO, scale.worst, rise, goal)
    most = _most(options, scale)
    limit = scale.best if most is None else most
    share = lit(rise * goal, f"({number(rise)} × {number(goal)})") / x
    # Where x is above 0 the lower limit changes nothing, but it bounds the error of the float64.
    held = share.clip(0, limit - scale.worst)
    return when(x <= 0, limit, held if scale.worst == 0 else lit(scale.worst) + held)


def _most(options: ReferenceOptions, scale: Scale) -> Fraction | None:
    return scale.cap if options.most is None else options.most


def _limit_faults(options: ReferenceOptions, scale: Scale) -> list[Finding]:
    inverse = options.gives == "ratio" and options.better == "lower"
    if not inverse and options.most is not None:
        purpose = 'gives = "ratio" with better = "lower"'
        return [Finding("CPN-P85", "most", {"key": "most", "purpose": purpose})]
    if inverse and _most(options, scale) is None:
        return [Finding("CPN-R16", "most", {})]
    if inverse and options.most is not None and options.most < scale.best:
        values = {"key": "most", "value": number(options.most), "best": number(scale.best)}
        return [Finding("CPN-P87", "most", values)]
    return []


@frozen
class MeanBandOptions:
    """Options of `mean-band`.

    Attributes
    ----------
    band
        p, the share of the mean that is neutral on either side of it, 0 to 1.
    above, within, below
        The achievement of a value above the band, within it (its edges among it), and below it.
    """

    band: Fraction
    above: Fraction
    within: Fraction
    below: Fraction

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.band <= 1:
            values = {"given": number(self.band)}
            refuse_options("mean-band", [Finding("CPN-R17", "band", values)])


@frozen
class MeanBandParameters:
    """What `mean-band` is fitted to.

    Attributes
    ----------
    mean
        The mean of the cohort, above 0, stated to 20 significant digits.
    """

    mean: Fraction


def fit_mean_band(options: MeanBandOptions, cohort: Cohort) -> MeanBandParameters:
    """Return the mean of the cohort.

    Raises
    ------
    EvidenceError
        CPN-R15: it is not above 0.
    """
    del options
    mean = cohort.mean()
    refuse_not_above("mean", "mean-band", mean)
    return MeanBandParameters(mean)


def mean_band(
    options: MeanBandOptions, parameters: MeanBandParameters, scale: Scale, x: Node
) -> Node:
    """Return whether a value lies above, within or below a band around the mean.

    Parameters
    ----------
    options
        The band, and what each side of it earns.
    parameters
        The mean.
    scale
        Not used: the options say what a value is worth.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-R10: the mean is not above 0.

    Notes
    -----
    `above` where x / mean > 1 + p, `below` where x / mean < 1 - p, else `within`. OECD and JRC,
    Handbook on Constructing Composite Indicators (2008), step 5, indicators above or below the
    mean.
    """
    del scale
    mean = parameters.mean
    if mean <= 0:
        refuse_parameters("mean-band", "mean", "mean is not above 0", "mean tidak di atas 0")
    edges = sorted({mean * (1 - options.band), mean * (1 + options.band)})
    within = [options.within] * len(edges)
    return stairs(x, edges, within, [options.below, *within[1:], options.above])


def _better(options: ReferenceOptions) -> Direction:
    return options.better


def _side(options: MeanBandOptions) -> Direction:
    """Return which way the achievement grows."""
    if options.above >= options.within >= options.below:
        return "higher"
    if options.above <= options.within <= options.below:
        return "lower"
    return "nearest" if options.within > max(options.above, options.below) else "unknown"


REFERENCE = RelativeNormalisation(
    "reference",
    {"en": "against a figure of the cohort", "id": "terhadap angka acuan kelompok"},
    ReferenceOptions,
    ReferenceParameters,
    fit_reference,
    reference,
    _better,
)
MEAN_BAND = RelativeNormalisation(
    "mean-band",
    {"en": "above or below the cohort's mean", "id": "di atas atau di bawah rata-rata kelompok"},
    MeanBandOptions,
    MeanBandParameters,
    fit_mean_band,
    mean_band,
    _side,
)
