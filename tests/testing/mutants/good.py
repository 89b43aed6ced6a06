"""Small plugins without a fault: no check may fail for them."""

from fractions import Fraction

from attrs import frozen

from capaian.errors import Finding, PolicyError
from capaian.formula import agg, col, least, lit, when
from capaian.plugin import (
    Aggregation,
    ColumnNeed,
    Measure,
    Normalisation,
    RowCheck,
    StatusRule,
    hookimpl,
)
from testing.mutants.making import ROWS, NoOptions, cases, mean_rating, of_kind


@frozen
class Visits:
    """Options of `good-visits`.

    Attributes
    ----------
    at_most
        How many visits a settled case takes; above 0.
    """

    at_most: int = 1


def visits(options, indicator):
    if options.at_most <= 0:
        place = f"indicators['{indicator.id}'].measure.at_most"
        values = {"key": "at_most", "given": str(options.at_most), "wanted": "at_most > 0"}
        raise PolicyError("The indicator cannot be measured.", [Finding("CPN-P65", place, values)])
    column = indicator.columns["visits"].column if "visits" in indicator.columns else "visits"
    return Measure(
        columns=(ColumnNeed("visits", "integer"),),
        value=agg.count(col("visits") <= options.at_most) / ROWS,
        n=ROWS,
        checks=(RowCheck("CPN-E31", col("visits") >= 0, {"column": column}),),
        statuses=(StatusRule("too_few", ROWS < indicator.minimum),),
        unit="share",
        most=Fraction(1),
    )


@frozen
class Mark:
    """Options of `good-mark`.

    Attributes
    ----------
    at_least
        From where on the best is given.
    """

    at_least: Fraction


def mark(options, scale, x):
    return when(x >= lit(options.at_least), lit(scale.best), lit(scale.worst))


def mean(parts, weights):
    value = parts[0] * lit(weights[0])
    for part, weight in zip(parts[1:], weights[1:], strict=True):
        value = value + part * lit(weight)
    return value


def held(parts, weights):
    """The mean, at most 30 above the least part that counts: not of degree one."""
    lowest = least(*(part for part, weight in zip(parts, weights, strict=True) if weight))
    return least(mean(parts, weights), lowest + 30)


@hookimpl
def capaian_indicator_types():
    return [
        of_kind("good-visits", visits, Visits),
        of_kind("good-rating", lambda options, indicator: mean_rating(indicator)),
        of_kind("good-cases", lambda options, indicator: cases(indicator)),
        of_kind("owner/good", lambda options, indicator: cases(indicator), NoOptions),
    ]


@hookimpl
def capaian_methods():
    title = {"en": "good", "id": "baik"}
    return [
        Normalisation("good-mark", title, Mark, mark, lambda options: "higher"),
        Aggregation("good-mean", title, mean, lambda parts, weights, i, value: lit(weights[i])),
        Aggregation(
            "good-held",
            title,
            held,
            lambda parts, weights, i, value: lit(weights[i]),
            remainder=True,
        ),
    ]
