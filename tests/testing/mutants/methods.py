"""Normalisations, aggregations and cohort methods, a little off."""

from fractions import Fraction

from attrs import frozen

from capaian.formula import Column, least, lit, rounded, total, when
from capaian.plugin import (
    Aggregation,
    Normalisation,
    ParametricAggregation,
    RelativeNormalisation,
    hookimpl,
)
from testing.mutants.making import NoOptions

TITLE = {"en": "wrong", "id": "salah"}


def higher(options):
    return "higher"


def falling(options, scale, x):
    """More is declared better, and gives less."""
    return lit(scale.best) - x


def upward(options, scale, x):
    """The direction is a word that nobody knows."""
    return x


def peaking(options, scale, x):
    """Beyond the target it falls off."""
    return when(x <= 1, x * 100, lit(200) - x * 100)


def rounded_down(options, scale, x):
    """The floor, where the rule rounds to the nearest."""
    return rounded(x - lit(Fraction(1, 2)), 0)


def one_over(options, scale, x):
    """Nobody thought of zero."""
    return lit(scale.best) / x


def reads_column(options, scale, x):
    """A column of the evidence, which a method never sees."""
    return x + Column("rating")


def as_float(options, scale, x):
    """A tenth, as a float."""
    return x * lit(0.1)


def a_number(options, scale, x):
    """A number where a formula belongs."""
    return scale.best


@frozen
class Ends:
    """Options of `swapped-goalposts`: `worst`, `best`."""

    worst: Fraction
    best: Fraction


def swapped_goalposts(options, scale, x):
    """Worst and best change places."""
    return (x - lit(options.best)) * lit(100 / (options.worst - options.best))


def weighted(parts, weights):
    return total([part * lit(weight) for part, weight in zip(parts, weights, strict=True)])


def by_weight(parts, weights, index, value):
    return lit(weights[index])


def half_again(parts, weights):
    """Half as much again as the mean."""
    return weighted(parts, weights) * lit(Fraction(3, 2))


def half_again_each(parts, weights, index, value):
    return lit(weights[index] * Fraction(3, 2))


@frozen
class Times:
    """Options of `times-the-mean` and `raw-family`: `by`."""

    by: Fraction


def times_the_mean(options):
    """A family: the mean times an option, also one above 1."""
    return Aggregation(
        "times",
        TITLE,
        lambda parts, weights: weighted(parts, weights) * lit(options.by),
        lambda parts, weights, index, value: lit(weights[index] * options.by),
    )


def raw_family(options):
    """A family that refuses an option without a code."""
    if options.by > 1:
        raise ValueError(options.by)
    return times_the_mean(options)


def minus_distance(parts, weights):
    """The mean less the distance between the first two parts."""
    return weighted(parts, weights) - (parts[0] - parts[1]) * 1


def minus_distance_each(parts, weights, index, value):
    return lit(weights[index] + {0: -1, 1: 1}.get(index, 0))


def lowest_part(parts, weights):
    """The least of all parts, those of weight 0 among them."""
    return least(*parts)


def lowest_part_each(parts, weights, index, value):
    others = [part for place, part in enumerate(parts) if place != index]
    ties = total([when(other <= parts[index], 1, 0) for other in others])
    beaten = parts[index] > (others[0] if len(others) == 1 else least(*others))
    return when(beaten, 0, lit(1) / (ties + 1))


def harmonic_part(parts, weights):
    """Weights are given as the slopes of what is no weighted mean."""
    return least(*parts)


def first_part(parts, weights):
    """The first part alone."""
    return parts[0]


def first_part_each(parts, weights, index, value):
    return lit(int(index == 0))


def harmonic(parts, weights):
    """The harmonic mean, which has no value at 0."""
    pairs = [(p, w) for p, w in zip(parts, weights, strict=True) if w]
    return lit(1) / total([lit(weight) / part for part, weight in pairs])


def harmonic_each(parts, weights, index, value):
    ratio = value / parts[index]
    return ratio * ratio * lit(weights[index])


@frozen
class Middle:
    """Parameters as a float."""

    middle: float


@frozen
class Span:
    """Parameters without a fault."""

    low: Fraction
    high: Fraction


def fit_middle(options, cohort):
    return Middle(float(cohort.mean()))


def above_middle(options, parameters, scale, x):
    """The middle is frozen as a float."""
    return x - lit(Fraction(parameters.middle))


def fit_span(options, cohort):
    return Span(cohort.least, cohort.greatest)


def within_span(options, span, scale, x):
    """Nobody thought of equal values."""
    return (x - lit(span.low)) * lit(100 / (span.high - span.low))


@hookimpl
def capaian_methods():
    return [
        Normalisation("falling", TITLE, NoOptions, falling, higher),
        Normalisation("peaking", TITLE, NoOptions, peaking, higher),
        Normalisation("odd-direction", TITLE, NoOptions, upward, lambda options: "up"),
        Normalisation("rounded-down", TITLE, NoOptions, rounded_down, higher),
        Normalisation("one-over", TITLE, NoOptions, one_over, lambda options: "unknown"),
        Normalisation("reads-column", TITLE, NoOptions, reads_column, higher),
        Normalisation("as-float", TITLE, NoOptions, as_float, higher),
        Normalisation("a-number", TITLE, NoOptions, a_number, higher),
        Normalisation("swapped-goalposts", TITLE, Ends, swapped_goalposts, higher),
        Aggregation("half-again", TITLE, half_again, half_again_each),
        ParametricAggregation("times-the-mean", TITLE, Times, times_the_mean),
        ParametricAggregation("raw-family", TITLE, Times, raw_family),
        Aggregation("minus-distance", TITLE, minus_distance, minus_distance_each),
        Aggregation("by-one-slope", TITLE, harmonic_part, by_weight),
        Aggregation("first-part", TITLE, first_part, first_part_each),
        Aggregation("lowest-of-all", TITLE, lowest_part, lowest_part_each),
        Aggregation("divides-by-parts", TITLE, harmonic, harmonic_each, lowest=Fraction(0)),
        RelativeNormalisation(
            "float-parameters", TITLE, NoOptions, Middle, fit_middle, above_middle, higher
        ),
        RelativeNormalisation("zero-range", TITLE, NoOptions, Span, fit_span, within_span, higher),
    ]
