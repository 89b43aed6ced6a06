"""Values that are out of bounds, made of nothing, or not what the author says."""

from fractions import Fraction

from capaian.formula import agg, col, lit, when
from capaian.plugin import ColumnNeed, Normalisation, StatusRule, hookimpl
from testing.mutants.making import (
    RATED,
    RATING,
    NoOptions,
    mean_rating,
    of_kind,
    states,
)

HIGH = agg.count(RATING >= 4)


def swapped(options, indicator):
    """The division is the wrong way round."""
    high = StatusRule("undetermined", HIGH.equals(0))
    rules = (high, *states(RATED, indicator))
    return mean_rating(indicator, value=RATED / HIGH, unit="share", most=1, statuses=rules)


def unbounded(options, indicator):
    """A mark out of ten that the rows do not keep."""
    return mean_rating(indicator, least=0, most=10)


def negative_n(options, indicator):
    """Five observations are taken off."""
    return mean_rating(indicator, n=RATED - 5, statuses=states(RATED, indicator))


def n_of_others(options, indicator):
    """n counts the high ratings, the value is the mean of all."""
    return mean_rating(indicator, n=HIGH)


def no_minimum(options, indicator):
    """The policy's minimum is passed over."""
    return mean_rating(indicator, statuses=mean_rating(indicator).statuses[:2])


def minimum_off_by_one(options, indicator):
    """As many as the minimum are too few."""
    rules = [*states(RATED, indicator)[:2], StatusRule("too_few", RATED <= indicator.minimum)]
    if indicator.minimum == 1:
        rules = rules[:2]
    return mean_rating(indicator, statuses=tuple(rules))


_KEPT = []


def cached(options, indicator):
    """The first measure is kept for every indicator."""
    if not _KEPT:
        _KEPT.append(mean_rating(indicator))
    return _KEPT[0]


def smoothed(options, indicator):
    """One is added to the rows; the author's case knows nothing of it."""
    return mean_rating(indicator, value=agg.sum(RATING) / (RATED + 1))


def by_name(options, indicator):
    """One subject is favoured by name."""
    needs = (*mean_rating(indicator).columns, ColumnNeed("subject", "text"))
    value = agg.sum(when(col("subject").equals("a"), RATING + 1, RATING)) / RATED
    return mean_rating(indicator, columns=needs, value=value)


def float_constant(options, indicator):
    """A tenth, as a float."""
    return mean_rating(indicator, value=agg.sum(RATING) * lit(0.1) / RATED)


@hookimpl
def capaian_indicator_types():
    return [
        of_kind("swapped-arguments", swapped),
        of_kind("unbounded", unbounded),
        of_kind("negative-n", negative_n),
        of_kind("n-of-others", n_of_others),
        of_kind("no-minimum", no_minimum),
        of_kind("minimum-off-by-one", minimum_off_by_one),
        of_kind("cached-result", cached),
        of_kind("smoothed", smoothed),
        of_kind("by-name", by_name),
        of_kind("float-constant", float_constant),
    ]


@hookimpl
def capaian_methods():
    title = {"en": "falls", "id": "turun"}

    def falls(options, scale, x):
        return lit(Fraction(100)) - x

    return [Normalisation("falls", title, NoOptions, falls, lambda options: "higher")]
