"""The relative normalisation that measures the way from the cohort's worst to a stated target."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from capaian.errors import Finding
from capaian.exact import Cohort
from capaian.formula import Node, number
from capaian.methods.cohorts import refuse_equal, refuse_parameters, unfit
from capaian.methods.lines import Better, line, span
from capaian.plugin import Direction, RelativeNormalisation
from capaian.policy import Scale

KIND = "distance-to-target"


@frozen
class DistanceOptions:
    """Options of `distance-to-target`.

    Attributes
    ----------
    target
        The value that earns the best of the scale: a target, or the value of a unit that all are
        held against.
    better
        Whether more or less is better.
    """

    target: Fraction
    better: Better


@frozen
class DistanceParameters:
    """What `distance-to-target` is fitted to.

    Attributes
    ----------
    worst
        The worst value of the cohort.
    """

    worst: Fraction


def fit_distance(options: DistanceOptions, cohort: Cohort) -> DistanceParameters:
    """Return the worst value of the cohort.

    Raises
    ------
    EvidenceError
        CPN-R06: all values are equal. CPN-N23: the target is not better than the worst value.
    """
    refuse_equal(KIND, cohort)
    worst = cohort.least if options.better == "higher" else cohort.greatest
    if not _ahead(options, worst):
        values = {"target": number(options.target), "worst": number(worst)}
        raise unfit(KIND, Finding("CPN-N23", "", values))
    return DistanceParameters(worst)


def distance(
    options: DistanceOptions, parameters: DistanceParameters, scale: Scale, x: Node
) -> Node:
    """Return how much of the way from the cohort's worst value to the target is gone.

    Parameters
    ----------
    options
        The target, and what is better.
    parameters
        The worst value.
    scale
        The scale: the cohort's worst value is its worst, the target its best.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-R10: the worst value is not worse than the target.

    Notes
    -----
    worst + (best - worst) (x - w) / (target - w), w the cohort's worst value; the line goes on
    beyond both. OECD and JRC, Handbook on Constructing Composite Indicators (2008), step 5,
    distance to a reference; COINr, n_dist2targ and n_dist2ref.
    """
    if not _ahead(options, parameters.worst):
        refuse_parameters(
            KIND,
            "worst",
            "worst is not worse than the target",
            "worst tidak lebih buruk dari target",
        )
    way = options.target - parameters.worst
    return line(x, parameters.worst, scale.worst, span(scale), way)


def _ahead(options: DistanceOptions, worst: Fraction) -> bool:
    return options.target > worst if options.better == "higher" else options.target < worst


def _better(options: DistanceOptions) -> Direction:
    return options.better


DISTANCE = RelativeNormalisation(
    KIND,
    {"en": "way from the cohort's worst to a target", "id": "jarak dari nilai terburuk kelompok"},
    DistanceOptions,
    DistanceParameters,
    fit_distance,
    distance,
    _better,
)
