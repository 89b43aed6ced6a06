"""Moderation: corrections within limits, each with its author and its reason."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Literal

from attrs import field, frozen

from capaian.exact import read_number
from capaian.formula import Node, agg, col, number
from capaian.indicator import ColumnRef, Indicator
from capaian.indicators.options import Faults, exact, quoted, states
from capaian.plugin import ColumnNeed, IndicatorType, Measure, RowCheck, StatusRule, hookimpl

NoRows = Literal["zero", "missing"]


@frozen
class ModerationOptions:
    """What a moderation may do. A row is one decision.

    Attributes
    ----------
    least, most
        What one decision may correct by, exact: -5 and 5 (KMK 127/2026). A row beyond them is an
        error: it is neither cut down nor passed over.
    total_least, total_most
        What the decisions on one subject may come to together; no limit where it is not given.
        Beyond them there is no value (`beyond_limit`).
    no_rows
        What a subject without any decision has, `zero` or `missing`, without a default: only the
        policy knows whether no decision means that there was none, or that it was not recorded.
    """

    least: Fraction = field(converter=read_number)
    most: Fraction = field(converter=read_number)
    total_least: Fraction | None = field(default=None, converter=exact)
    total_most: Fraction | None = field(default=None, converter=exact)
    no_rows: NoRows | None = None


def build(options: ModerationOptions, indicator: Indicator) -> Measure:
    """Return the measure of a moderation: the sum of the amounts; n is the number of decisions.

    Author and reason are only asked whether they are there: no figure, message or ledger has them.

    Raises
    ------
    PolicyError
        `no_rows` is missing (CPN-P60), limits are the wrong way round (P65), an achievement that
        is the sum itself would be cut at the indicator's own limit (P58), the indicator has
        `exposure` or `pauses` (P68), or a `minimum` beside `no_rows = "zero"` (P69).
    """
    _prove(options, indicator)
    amount, rows = agg.sum(col("amount")), agg.count()
    reference = indicator.columns.get("amount")
    power = 10**reference.digits if reference else 1
    dated = "date" if "date" in indicator.columns else ""
    dates = (ColumnNeed("date", "stamp"),) if dated else ()
    beyond = _beyond(options, amount, power)
    rules = states(rows, rows, indicator.minimum, *beyond)
    return Measure(
        columns=(
            *dates,
            ColumnNeed("amount", "integer"),
            ColumnNeed("author", "text", nullable=True),
            ColumnNeed("reason", "text", nullable=True),
        ),
        value=amount if power == 1 else amount / power,
        n=rows,
        dated=dated,
        figures={"decisions": rows, "sum": amount},
        checks=(_within(options, indicator, power), *_signed(indicator)),
        statuses=beyond if options.no_rows == "zero" else rules,
        unit="points",
        grain=Fraction(1, power),
        least=options.total_least,
        most=options.total_most,
    )


def _prove(options: ModerationOptions, indicator: Indicator) -> None:
    faults = Faults(indicator)
    faults.need(
        "no_rows", options.no_rows, f'type = "{indicator.type}"', quoted(("zero", "missing"))
    )
    least, most = options.total_least, options.total_most
    if options.least > options.most:
        faults.outside("least", number(options.least), f"least <= {number(options.most)}")
    if least is not None and most is not None and least > most:
        faults.outside("total_least", number(least), f"total_least <= {number(most)}")
    if options.no_rows == "zero":
        if least is not None and least > 0:
            faults.outside("total_least", number(least), "total_least <= 0")
        if most is not None and most < 0:
            faults.outside("total_most", number(most), "total_most >= 0")
        if indicator.minimum > 1:
            faults.add("CPN-P69", "no_rows", minimum=indicator.minimum)
    if all(step.method == "identity" for step in indicator.normalise):
        _prove_uncut(options, indicator, faults)
    faults.foreign(indicator, "exposure", "pauses")
    faults.close()


def _prove_uncut(options: ModerationOptions, indicator: Indicator, faults: Faults) -> None:
    """Refuse limits of the achievement that would cut what the moderation allows."""
    low = options.least if options.total_least is None else options.total_least
    high = options.most if options.total_most is None else options.total_most
    if indicator.floor is not None and low < indicator.floor:
        faults.cut("floor", indicator.floor, low)
    if indicator.cap is not None and high > indicator.cap:
        faults.cut("cap", indicator.cap, high)


def _beyond(options: ModerationOptions, amount: Node, power: int) -> tuple[StatusRule, ...]:
    """Return the state in which the decisions come to more than they may, where there is a limit.

    Amounts are integers, in units of their last decimal: so are the limits, rounded inwards.
    """
    least, most = options.total_least, options.total_most
    low = None if least is None else amount < ceil(least * power)
    high = None if most is None else amount > floor(most * power)
    if low is None or high is None:
        one = low or high
        return () if one is None else (StatusRule("beyond_limit", one),)
    return (StatusRule("beyond_limit", low | high),)


def _within(options: ModerationOptions, indicator: Indicator, power: int) -> RowCheck:
    amount = col("amount")
    holds = (amount >= ceil(options.least * power)) & (amount <= floor(options.most * power))
    limits = {"least": number(options.least), "most": number(options.most)}
    return RowCheck("CPN-E33", holds, {"column": _column(indicator, "amount"), **limits})


def _signed(indicator: Indicator) -> list[RowCheck]:
    return [
        RowCheck(
            "CPN-E34",
            col(role).present() & ~col(role).blank(),
            {"column": _column(indicator, role)},
        )
        for role in ("author", "reason")
    ]


def _column(indicator: Indicator, role: str) -> str:
    return indicator.columns.get(role, ColumnRef(role)).column


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the type `moderation`."""
    title = {"en": "corrections", "id": "koreksi"}
    return [IndicatorType("moderation", title, ModerationOptions, build)]
