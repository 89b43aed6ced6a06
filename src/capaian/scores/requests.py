"""What a policy asks of its tables: one request for each indicator and stretch of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve

from capaian.columns import (
    Attribution,
    Filter,
    PauseReading,
    Reading,
    Request,
    RosterReading,
    Table,
)
from capaian.formula import Moment, agg, col
from capaian.indicator import Condition, Indicator
from capaian.plugin import ColumnNeed
from capaian.policy import Assignment, Policy, Roster
from capaian.scores.active import active_asks
from capaian.scores.ask import Ask, rows_name
from capaian.scores.plan import Plan
from capaian.scores.planned import Planned, Window
from capaian.scores.targets import label_ask, labels_of, target_asks
from capaian.scores.windows import windows_of

__all__ = ["Ask", "asks_of", "filters_of", "roster_reading", "tables_of"]


def tables_of(policy: Policy, *, exposure: bool = True) -> list[str]:
    """Return the tables that a policy reads, in order of first use.

    Parameters
    ----------
    policy
        A policy.
    exposure
        Whether tables of days in post are read.
    """
    names: dict[str, None] = {}
    if policy.subjects:
        names[policy.subjects.table] = None
    for each in policy.indicators:
        names[each.table] = None
        if each.exposure and exposure:
            names[each.exposure.table] = None
        if each.pauses:
            names[each.pauses.table] = None
    if policy.targets:
        names[policy.targets.table] = None
    if policy.active:
        names[policy.active.table] = None
    return list(names)


def unit_tables(policy: Policy) -> list[str]:
    """Return the tables that say who stands in which unit, in order of first use."""
    if policy.units is None:
        return []
    own = [policy.units.table]
    if policy.units.membership is not None:
        own.append(policy.units.membership.table)
    elif policy.subjects is not None:
        own.append(policy.subjects.table)
    return own


def later_tables(rule: Policy | Assignment) -> list[str]:
    """Return the tables that a rule names and the scores of its subjects do not need."""
    guidance = rule.guidance
    labels = [guidance.labels.table] if guidance and guidance.labels else []
    return labels if isinstance(rule, Assignment) else [*unit_tables(rule), *labels]


def asks_of(
    plan: Plan,
    tables: Mapping[str, Table],
    moment: Moment,
    zone: str,
    attribution: Attribution | None = None,
    *,
    counted: bool = False,
    exposure: bool = True,
) -> list[Ask]:
    """Return what is asked of the tables that could be opened.

    Parameters
    ----------
    plan
        The policy made ready for the period.
    tables
        The tables that are open, by name; what is to be read of others is left out.
    moment
        Cut-off and period.
    zone
        The office's zone.
    attribution
        To whom rows count instead of their own subject.
    counted
        Whether to ask for the number of each subject's rows too: who has none in this period may
        have some in another that is read in the same pass.
    exposure
        Whether tables of days in post are read.
    """
    asked: list[Ask] = []
    for planned in plan.indicators.values():
        indicator = planned.indicator
        pauses = indicator.pauses
        if indicator.table not in tables or (pauses and pauses.table not in tables):
            continue
        for window in windows_of(planned, moment):
            if not window.begun:
                continue
            request = _request(plan, planned, window, moment, counted=counted)
            request = evolve(
                request, zone=zone, pauses=_pauses(indicator, tables), attribution=attribution
            )
            names = window.statistics.names
            if indicator.accumulate.how == "last" and len(request.statistics) > len(names):
                names = (*names, rows_name(window))
            asked.append(Ask(indicator.table, names, request, planned, window.statistics))
            if window.statistics.outside and exposure:
                asked += _exposure(plan, indicator, tables, moment, window, attribution)
    asked += target_asks(plan, tables, moment, attribution)
    return asked + active_asks(plan, tables, moment, attribution)


def _request(
    plan: Plan, planned: Planned, window: Window, moment: Moment, *, counted: bool
) -> Request:
    if (window.start, window.end) != (moment.start, moment.end):
        moment = evolve(moment, start=window.start, end=window.end)
    counted = counted or planned.indicator.accumulate.how == "last"
    return Request(
        subject=planned.indicator.subject,
        readings=tuple(_reading(need, ref) for need, ref in planned.columns),
        filters=filters_of(planned.indicator.where),
        statistics=window.statistics.counted if counted else window.statistics.trees,
        moment=moment,
        calendar=plan.calendar.dense() if plan.calendar else None,
        dated=planned.measure.dated,
    )


def _exposure(
    plan: Plan,
    indicator: Indicator,
    tables: Mapping[str, Table],
    moment: Moment,
    window: Window,
    attribution: Attribution | None,
) -> Iterable[Ask]:
    rule = indicator.exposure
    if rule is None or rule.table not in tables:
        return
    columns = {"days": rule.days} | ({"leave": rule.leave} if rule.leave else {})
    request = Request(
        subject=rule.subject or plan.policy.indicators[0].subject,
        readings=tuple(Reading(role, column, "integer") for role, column in columns.items()),
        filters=(Filter(rule.period, one_of=labels_of(window.label)),) if rule.period else (),
        statistics=tuple(agg.sum(col(role)) for role in columns),
        moment=moment,
        attribution=attribution,
    )
    yield Ask(rule.table, tuple(f"{window.prefix}.{role}" for role in columns), request)
    if rule.period:
        yield label_ask(rule.table, rule.period, moment)


def roster_reading(roster: Roster) -> RosterReading:
    """Return what is read of the list of who is to be scored."""
    texts = [
        Reading(role, column, "text", nullable=True)
        for role, column in (("label", roster.label), ("unit", roster.unit))
        if column
    ]
    facts = [
        Reading(f"fact:{name}", column, "boolean", nullable=True)
        for name, column in sorted(roster.facts.items())
    ]
    return RosterReading(roster.subject, (*texts, *facts), filters_of(roster.where))


def _pauses(indicator: Indicator, tables: Mapping[str, Table]) -> PauseReading | None:
    rule = indicator.pauses
    if rule is None:
        return None
    return PauseReading(
        table=tables[rule.table],
        case=rule.case,
        start=Reading("start", rule.start.column, "stamp", format=rule.start.format),
        stop=Reading("stop", rule.stop.column, "stamp", nullable=True, format=rule.stop.format),
        key=rule.key or rule.case,
    )


def _reading(need: ColumnNeed, ref: Any) -> Reading:
    return Reading(
        role=need.role, column=ref.column, kind=need.kind, nullable=need.nullable,
        labels=need.labels, format=ref.format, digits=ref.digits,
    )  # fmt: skip


def filters_of(conditions: Sequence[Condition]) -> tuple[Filter, ...]:
    """Return a policy's conditions as filters of rows."""
    return tuple(
        Filter(each.column, each.one_of, each.none_of, each.present) for each in conditions
    )
