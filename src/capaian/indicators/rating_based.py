"""Rating-based indicators: what an appraiser said, in the policy's own words, as a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import gcd, lcm
from typing import Literal

from attrs import field, frozen

from capaian.exact import read_number
from capaian.formula import Node, agg, col, elapsed, lit, number, period_start, total, when
from capaian.indicator import Indicator
from capaian.indicators.options import Faults, states
from capaian.plugin import ColumnNeed, IndicatorType, Measure, StatusRule, hookimpl

Statistic = Literal["only", "lowest", "highest", "mean", "last"]

_MEAN_GRAIN = Fraction(1, 100)
_TWO = 2


def _values(written: Iterable[object]) -> tuple[Fraction, ...]:
    return tuple(read_number(each) for each in written)  # type: ignore[arg-type]


@frozen
class RatingOptions:
    """What a rating-based indicator measures. A row is one rating.

    Attributes
    ----------
    levels
        The labels of the column `rating`, from the lowest to the highest, two at least. A label
        that is not listed is refused when the evidence is read.
    statistic
        * `only`: the one rating there is; of several, equal ones too, there is no value
          (`several`);
        * `lowest`, `highest`: the least and the greatest;
        * `mean`: the sum of what the ratings are worth, over their number;
        * `last`: that of the last day by the column `date`; where ratings of that day differ,
          there is no value (`conflicting`).
    values
        What each level is worth, exact, in the order of `levels` and rising with them; 1, 2, 3,
        ... where it is not given.
    """

    levels: tuple[str, ...] = field(converter=tuple)
    statistic: Statistic
    values: tuple[Fraction, ...] = field(default=(), converter=_values)

    @property
    def worths(self) -> tuple[Fraction, ...]:
        """What each level is worth."""
        return self.values or tuple(Fraction(place + 1) for place in range(len(self.levels)))


def build(options: RatingOptions, indicator: Indicator) -> Measure:
    """Return the measure of a rating-based indicator; n is the number of ratings.

    Raises
    ------
    PolicyError
        `last` has no column of dates (CPN-P60), a level stands twice (P53), there are fewer than
        two (P54), `values` are not as many as the levels (P55) or do not rise (P56), `only` has a
        `minimum` of several (P57), the indicator has `exposure` or `pauses` (P68).
    """
    _prove(options, indicator)
    return _STATISTICS[options.statistic](_Frame(options, indicator))


def _prove(options: RatingOptions, indicator: Indicator) -> None:
    faults = Faults(indicator)
    levels, values = options.levels, options.values
    for level in sorted({each for each in levels if levels.count(each) > 1}):
        faults.add("CPN-P53", "levels", level=level)
    if len(levels) < _TWO:
        faults.add("CPN-P54", "levels", count=len(levels))
    if values and len(values) != len(levels):
        faults.add("CPN-P55", "values", count=len(values), levels=len(levels))
    for below, value in pairwise(values):
        if value <= below:
            faults.add("CPN-P56", "values", value=number(value), below=number(below))
    if options.statistic == "only" and indicator.minimum > 1:
        faults.add("CPN-P57", "statistic", minimum=indicator.minimum)
    if options.statistic == "last":
        faults.unmapped("date", 'statistic = "last"')
    faults.foreign(indicator, "exposure", "pauses")
    faults.close()


@frozen
class _Frame:
    """What all statistics of ratings have in common.

    What a level is worth is counted in units of 1/D, D being the common denominator: integers.
    """

    options: RatingOptions
    indicator: Indicator

    @cached_property
    def unit(self) -> int:
        """D."""
        return lcm(*(each.denominator for each in self.options.worths))

    @cached_property
    def parts(self) -> tuple[int, ...]:
        """What each level is worth, in units of 1/D."""
        return tuple(int(each * self.unit) for each in self.options.worths)

    @cached_property
    def counts(self) -> tuple[Node, ...]:
        """How many ratings there are at each level."""
        return tuple(agg.count(col("rating").equals(level)) for level in self.options.levels)

    @cached_property
    def sum(self) -> Node:
        """What the ratings are worth together, in units of 1/D."""
        pairs = zip(self.counts, self.parts, strict=True)
        return total([count if part == 1 else count * part for count, part in pairs])

    def each(self, parts: tuple[int, ...]) -> Node:
        """Return what is given for the level of a row."""
        tree: Node = lit(parts[-1])
        for level, part in reversed(list(zip(self.options.levels[:-1], parts[:-1], strict=True))):
            tree = when(col("rating").equals(level), part, tree)
        return tree

    def measure(self, value: Node, *more: StatusRule, grain: Fraction | None = None) -> Measure:
        """Return the measure of a value in units of 1/D."""
        worths, rows = self.options.worths, agg.count()
        dated = "date" if "date" in self.indicator.columns else ""
        dates = (ColumnNeed("date", "stamp"),) if dated else ()
        step = Fraction(gcd(*self.parts), self.unit)
        places = enumerate(self.counts, 1)
        return Measure(
            columns=(*dates, ColumnNeed("rating", "text", labels=self.options.levels)),
            value=value if self.unit == 1 else value / self.unit,
            n=rows,
            dated=dated,
            figures={"rows": rows, **{f"level_{place}": count for place, count in places}},
            statuses=states(rows, rows, self.indicator.minimum, *more),
            unit="points",
            grain=step if grain is None else min(grain, step),
            least=worths[0],
            most=worths[-1],
        )


def _only(frame: _Frame) -> Measure:
    return frame.measure(frame.sum, StatusRule("several", agg.count() > 1))


def _lowest(frame: _Frame) -> Measure:
    return frame.measure(agg.min(frame.each(frame.parts)))


def _highest(frame: _Frame) -> Measure:
    return frame.measure(agg.max(frame.each(frame.parts)))


def _mean(frame: _Frame) -> Measure:
    return frame.measure(frame.sum / agg.count(), grain=_MEAN_GRAIN)


def _last(frame: _Frame) -> Measure:
    """Return the rating of the last day.

    With d the day of a row and 0 <= r < K, the greatest K d + r is K times the last day, and the
    greatest r of that day: integers, in one pass, whatever the order of the rows.
    """
    low, high = frame.parts[0], frame.parts[-1]
    width = high - low + 1
    day = elapsed(period_start(), col("date"), "dates")
    last = agg.max(day * width)
    above = agg.max(day * width + frame.each(tuple(part - low for part in frame.parts))) - last
    below = agg.max(day * width + frame.each(tuple(high - part for part in frame.parts))) - last
    differ = StatusRule("conflicting", (above + below).differs(high - low))
    return frame.measure(above + low if low else above, differ)


_STATISTICS: dict[str, Callable[[_Frame], Measure]] = {
    "only": _only,
    "lowest": _lowest,
    "highest": _highest,
    "mean": _mean,
    "last": _last,
}


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the type `rating-based`."""
    title = {"en": "appraiser's rating", "id": "penilaian pejabat"}
    return [IndicatorType("rating-based", title, RatingOptions, build)]
