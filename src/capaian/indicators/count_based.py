"""Count-based indicators: how much was done, and for the time in post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from typing import Literal

from attrs import field, frozen

from capaian.exact import read_number
from capaian.formula import Kind, Node, agg, col, total
from capaian.indicator import Indicator
from capaian.indicators.options import Faults, quoted, states
from capaian.plugin import (
    ColumnNeed,
    Count,
    Flow,
    IndicatorType,
    Measure,
    Ratio,
    RowCheck,
    Sampling,
    Share,
    StatusRule,
    Weighted,
    hookimpl,
)

Statistic = Literal["count", "sum", "weighted_count", "distinct", "ratio", "share"]
NoRows = Literal["zero", "missing"]

EXPOSURE, FULL = col("exposure"), col("full")
"""Days in post less leave, and the days of a full period: integers that the engine supplies."""
_OUTPUTS = ("count", "sum", "weighted_count", "distinct")
"""Statistics that add up over time: 0 is a possible value, and time in post matters."""
_SHARE_GRAIN, _RATE_GRAIN = Fraction(1, 10_000), Fraction(1, 100)


def _weights(written: Mapping[str, object]) -> dict[str, Fraction]:
    return {label: read_number(weight) for label, weight in written.items()}  # type: ignore[arg-type]


@frozen
class CountOptions:
    """What a count-based indicator measures.

    Attributes
    ----------
    statistic
        * `count`: the rows, O;
        * `sum`: the sum of the column `amount`;
        * `weighted_count`: the sum over categories of weight times rows, sum of w_c O_c
          (Dobson et al. 1991), with `weights` and the column `category`, or the sum of a column
          `weight`;
        * `distinct`: how many different values the column `item` has;
        * `ratio`: the sum of the column `numerator` over the sum of `denominator`; never the mean
          of the rows' ratios (0.27, not 0.63, in case C08; Cochran 1977, chapter 6);
        * `share`: the rows whose column `outcome` is one of `success`, over all rows.
    no_rows
        What a subject without any row has, for the statistics that can be 0: `zero` or `missing`.
        There is no default. Missing is never zero; yet somebody who is on the roster, whose
        services are all recorded and of whom none is, did complete zero. Which of the two an empty
        table means, only the policy knows, and half an office may be scored 0 by a wrong guess.
        `ratio` and `share` of no rows have no value whatever the policy says.
    weights
        For `weighted_count`: label to weight, exact, not negative. A label that is not listed is
        refused when the evidence is read.
    success
        For `share`: the values of `outcome` that count, all texts, all integers or all booleans.
    """

    statistic: Statistic
    no_rows: NoRows | None = None
    weights: Mapping[str, Fraction] = field(factory=dict, converter=_weights)
    success: tuple[str | int | bool, ...] = field(default=(), converter=tuple)


def build(options: CountOptions, indicator: Indicator) -> Measure:
    """Return the measure of a count-based indicator.

    With `exposure` the value is the rate for a full period, O x full / exposure (Breslow & Day
    1987): 45 in three quarters of a year are 60 a year (case C04). A subject without a day in post
    has the state `no_exposure`.

    Raises
    ------
    PolicyError
        An option is missing (CPN-P60) or without effect (P61), a weight is negative (P65), values
        of `success` are of several kinds (P67), the indicator has `pauses`, or `exposure` where
        it cancels out (P68), or a `minimum` beside `no_rows = "zero"` (P69).
    """
    _prove(options, indicator)
    return _STATISTICS[options.statistic](_Frame(options, indicator))


def _prove(options: CountOptions, indicator: Indicator) -> None:
    faults = Faults(indicator)
    statistic = f'statistic = "{options.statistic}"'
    outputs = options.statistic in _OUTPUTS
    if outputs:
        faults.need("no_rows", options.no_rows, statistic, quoted(("zero", "missing")))
    else:
        faults.idle("no_rows", options.no_rows, statistic, f"statistic = {quoted(_OUTPUTS)}")
    if options.statistic != "weighted_count":
        faults.idle("weights", options.weights, statistic, 'statistic = "weighted_count"')
    elif "weight" in indicator.columns:
        faults.idle("weights", options.weights, "columns.weight", "columns.category")
    else:
        faults.need("weights", options.weights, statistic, "{ simple = 1, complex = 2 }")
    for label, weight in options.weights.items():
        if weight < 0:
            faults.outside(f"weights.{label}", weight, f"weights.{label} >= 0")
    if options.statistic == "share":
        faults.need("success", options.success, statistic, '["done"]')
    else:
        faults.idle("success", options.success, statistic, 'statistic = "share"')
    if len(kinds := sorted({_KINDS[type(each)] for each in options.success})) > 1:
        faults.add("CPN-P67", "success", kinds=", ".join(kinds))
    faults.foreign(indicator, "pauses", *(() if outputs else ("exposure",)))
    if options.no_rows == "zero" and indicator.minimum > 1:
        faults.add("CPN-P69", "no_rows", minimum=indicator.minimum)
    faults.close()


_KINDS: dict[type, Kind] = {str: "text", int: "integer", bool: "boolean"}


@frozen
class _Frame:
    """What all counts have in common."""

    options: CountOptions
    indicator: Indicator

    def power(self, role: str) -> int:
        """Return by how much a column's integers exceed its amounts: 100 where it has 2 digits."""
        reference = self.indicator.columns.get(role)
        return 10**reference.digits if reference else 1

    def measure(
        self,
        value: Node,
        figures: Mapping[str, Node],
        *needs: ColumnNeed,
        unit: str = "count",
        grain: Fraction,
        checks: tuple[RowCheck, ...] = (),
        sampling: Sampling | None = None,
    ) -> Measure:
        rows = agg.count()
        dated = "date" if "date" in self.indicator.columns else ""
        dates = (ColumnNeed("date", "stamp"),) if dated else ()
        rules: tuple[StatusRule, ...] = ()
        if self.options.no_rows != "zero":
            rules = states(rows, rows, self.indicator.minimum)
        figures = {"rows": rows, **figures}
        if self.indicator.exposure is not None:
            value = value * FULL / EXPOSURE
            rules = (StatusRule("no_exposure", EXPOSURE <= 0), *rules)
            figures |= {"exposure": EXPOSURE, "full": FULL}
            grain = min(grain, _RATE_GRAIN)
        return Measure(
            columns=(*dates, *needs),
            value=value,
            n=rows,
            dated=dated,
            figures=figures,
            checks=checks,
            statuses=rules,
            unit=unit,
            grain=grain,
            most=Fraction(1) if unit == "share" else None,
            sampling=sampling,
        )


def _work(law: Count | Weighted | Ratio | Share, factor: Fraction = Fraction(1)) -> Sampling:
    """Return how a value varies that is made of all the rows there are."""
    return Sampling(law, "work", Flow(agg.count()), factor)


def _count(frame: _Frame) -> Measure:
    rows = agg.count()
    return frame.measure(rows, {}, grain=Fraction(1), sampling=_work(Count(rows)))


def _sum(frame: _Frame) -> Measure:
    amount, power = agg.sum(col("amount")), frame.power("amount")
    need = ColumnNeed("amount", "integer")
    each = col("amount")
    law = Weighted(agg.count(), amount, agg.sum(each * each))
    return frame.measure(
        _over(amount, power),
        {"sum": amount},
        need,
        grain=Fraction(1, power),
        sampling=_work(law, Fraction(1, power)),
    )


def _weighted_count(frame: _Frame) -> Measure:
    """Return the weighted count; its figures are in units of 1/D, D the common denominator.

    `weighted_squares`, in units of 1/D^2, is the sum of w^2 over the rows: the variance of a
    weighted count of Poisson events (Dobson et al. 1991).
    """
    weights = frame.options.weights
    if not weights:
        power, weight = frame.power("weight"), col("weight")
        figures = {"weighted": agg.sum(weight), "weighted_squares": agg.sum(weight * weight)}
        need, value = ColumnNeed("weight", "integer"), _over(figures["weighted"], power)
        checks = (_not_negative(frame, "weight"),)
        return frame.measure(
            value,
            figures,
            need,
            grain=Fraction(1, power),
            checks=checks,
            sampling=_weighted(figures, power),
        )
    labels = tuple(sorted(weights))
    counts = {label: agg.count(col("category").equals(label)) for label in labels}
    unit = lcm(*(weight.denominator for weight in weights.values()))
    parts = {label: int(weight * unit) for label, weight in weights.items()}
    figures = {
        "weighted": total([counts[label] * parts[label] for label in labels]),
        "weighted_squares": total([counts[label] * parts[label] ** 2 for label in labels]),
    }
    value = total([counts[label] * _plain(weights[label]) for label in labels])
    need = ColumnNeed("category", "text", labels=labels)
    return frame.measure(
        value, figures, need, grain=Fraction(1, unit), sampling=_weighted(figures, unit)
    )


def _weighted(figures: Mapping[str, Node], unit: int) -> Sampling:
    law = Weighted(agg.count(), figures["weighted"], figures["weighted_squares"])
    return _work(law, Fraction(1, unit))


def _distinct(frame: _Frame) -> Measure:
    items = agg.distinct(col("item"))
    return frame.measure(items, {"distinct": items}, ColumnNeed("item", "text"), grain=Fraction(1))


def _ratio(frame: _Frame) -> Measure:
    roles = ("numerator", "denominator")
    above, below = (agg.sum(col(role)) for role in roles)
    scale = Fraction(frame.power("denominator"), frame.power("numerator"))
    value = above / below if scale == 1 else above * _plain(scale) / below
    needs = [ColumnNeed(role, "integer") for role in roles]
    checks = (_not_negative(frame, "denominator"),)
    figures = {"numerator": above, "denominator": below}
    over, under = (col(role) for role in roles)
    law = Ratio(
        agg.count(),
        above,
        below,
        top_squares=agg.sum(over * over),
        bottom_squares=agg.sum(under * under),
        products=agg.sum(over * under),
    )
    return frame.measure(
        value,
        figures,
        *needs,
        unit="share",
        grain=_SHARE_GRAIN,
        checks=checks,
        sampling=_work(law, scale),
    )


def _share(frame: _Frame) -> Measure:
    values = frame.options.success
    success = agg.count(col("outcome").one_of(*values))
    need = ColumnNeed("outcome", _KINDS[type(values[0])])
    figures = {"success": success}
    return frame.measure(
        success / agg.count(),
        figures,
        need,
        unit="share",
        grain=_SHARE_GRAIN,
        sampling=_work(Share(success, agg.count())),
    )


def _over(value: Node, power: int) -> Node:
    return value if power == 1 else value / power


def _plain(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def _not_negative(frame: _Frame, role: str) -> RowCheck:
    reference = frame.indicator.columns.get(role)
    column = reference.column if reference else role
    return RowCheck("CPN-E31", col(role) >= 0, {"column": column})


_STATISTICS: dict[str, Callable[[_Frame], Measure]] = {
    "count": _count,
    "sum": _sum,
    "weighted_count": _weighted_count,
    "distinct": _distinct,
    "ratio": _ratio,
    "share": _share,
}


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the type `count-based`."""
    title = {"en": "amount of work", "id": "jumlah pekerjaan"}
    return [IndicatorType("count-based", title, CountOptions, build)]
