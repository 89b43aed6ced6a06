"""A plan for one period: which stretches of evidence are measured, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from functools import lru_cache

from attrs import evolve

from capaian.errors import Finding, PeriodError
from capaian.formula import (
    Column,
    Moment,
    Node,
    Not,
    Present,
    lit,
    rounded,
    substitute,
    total,
    when,
)
from capaian.indicator import Accumulate, Consolidate
from capaian.measure import NO_EVIDENCE, Statistics, names_in, renamed
from capaian.normalise import held
from capaian.period import Period
from capaian.plugin import StatusRule
from capaian.policy import Policy
from capaian.scores.plan import Plan
from capaian.scores.planned import Planned, Window

INCOMPLETE = "incomplete"
NO_TARGET = "no_target"
NO_DAYS = "no_active_days"
NOT_ACTIVE = "not_active"


def at_period(plan: Plan, period: Period, as_of: datetime) -> Plan:
    """Return the plan with what depends on the period filled in; mostly the plan itself.

    Parameters
    ----------
    plan
        The policy made ready.
    period, as_of
        What is scored, and up to when evidence is known.

    Raises
    ------
    PeriodError
        CPN-D20: a period that is not made of the sub-periods that the policy consolidates.
    """
    if not any(each.apart for each in plan.indicators.values()):
        return plan
    return _at_period(plan, period, as_of)


@lru_cache(maxsize=64)
def _at_period(plan: Plan, period: Period, as_of: datetime) -> Plan:
    made, findings = {}, []
    for name, each in plan.indicators.items():
        try:
            if each.apart:
                each = _with_days(_dated(each, plan.policy, period, as_of))  # noqa: PLW2901
            made[name] = each
        except PeriodError as error:
            key = "consolidate" if each.indicator.consolidate else "accumulate"
            place = f"indicators['{name}'].{key}"
            findings += [Finding(one.code, place, one.values) for one in error.findings]
    if findings:
        raise PeriodError("Nothing was scored.", findings)
    return evolve(plan, indicators=made)


def windows_of(planned: Planned, moment: Moment) -> Sequence[Window]:
    """Return the stretches that an indicator is measured over: the period, if nothing is said."""
    if planned.windows:
        return planned.windows
    name = planned.indicator.id
    return (Window(name, "", moment.start, moment.end, planned.statistics),)


def reaching_back(plan: Plan, moment: Moment) -> list[Finding]:
    """Return a finding for each indicator that is measured from before the period.

    Who held a post or stood in a unit is known of the period alone: what lies before it counts for
    nobody, and the indicator would say less than it means.
    """
    findings = []
    for name, planned in plan.indicators.items():
        first = min(each.start for each in windows_of(planned, moment))
        if first < moment.start:
            values = {"indicator": name, "first": first.date().isoformat()}
            findings.append(Finding("CPN-A20", f"indicators['{name}'].accumulate", values))
    return findings


def _dated(planned: Planned, policy: Policy, period: Period, as_of: datetime) -> Planned:
    indicator = planned.indicator
    accumulate, consolidate = indicator.accumulate, indicator.consolidate
    if consolidate is not None:
        parts = period.split(consolidate.every)
        windows = tuple(_window(planned, each, accumulate, as_of, apart=True) for each in parts)
        planned = evolve(planned, targeted=period.label)
        return _consolidated(planned, policy, windows, consolidate)
    if accumulate.how == "last":
        parts = period.split(accumulate.every)
        windows = tuple(_window(planned, each, accumulate, as_of, apart=True) for each in parts)
        begun = tuple(each for each in windows if each.begun)
        windows = begun or (evolve(windows[0], begun=True),)  # nothing is found in it, and said so
        statistics = _with_target(planned, planned.statistics, indicator.id)
        return evolve(planned, windows=windows, statistics=statistics, targeted=period.label)
    window = _window(planned, period, accumulate, as_of, apart=False)
    return evolve(planned, windows=(window,), statistics=window.statistics, targeted=period.label)


def _window(
    planned: Planned, period: Period, accumulate: Accumulate, as_of: datetime, *, apart: bool
) -> Window:
    name = planned.indicator.id
    prefix = f"{name}@{period.label}" if apart else name
    statistics = renamed(planned.statistics, name, prefix) if apart else planned.statistics
    if not apart or planned.of_achievements:
        statistics = _with_target(planned, statistics, prefix)
    start = period.start
    if accumulate.how == "cumulative":
        start = datetime.combine(period.since(accumulate.since), time())
    elif accumulate.how == "rolling":
        start = datetime.combine(period.back(accumulate.months), time())
    begun = period.start < as_of or not apart
    return Window(prefix, period.label, start, period.end, statistics, begun=begun)


def _with_target(planned: Planned, statistics: Statistics, prefix: str) -> Statistics:
    """Return the statistics with the state of a subject that has no target."""
    if not planned.reads_target:
        return statistics
    absent = StatusRule(NO_TARGET, Not(Present(Column(f"{prefix}.target"))))
    return evolve(statistics, statuses=(*statistics.statuses, absent))


def _with_days(planned: Planned) -> Planned:
    """Return an indicator that goes by active days with the states of having none."""
    if not planned.active:
        return planned
    days = Column(active_name(planned))
    states = (StatusRule(NO_DAYS, Not(Present(days))), StatusRule(NOT_ACTIVE, days <= 0))
    statistics = evolve(planned.statistics, statuses=(*states, *planned.statistics.statuses))
    return evolve(planned, statistics=statistics)


def active_name(planned: Planned) -> str:
    """Return what the active days of an indicator are called in a program."""
    return f"{planned.indicator.id}.active"


def _consolidated(
    planned: Planned, policy: Policy, windows: tuple[Window, ...], rule: Consolidate
) -> Planned:
    """Return the indicator with its value over the statistics of all its sub-periods."""
    name, begun = planned.indicator.id, [each for each in windows if each.begun]
    measured = [window_value(planned, policy, each) for each in begun]
    value = _one(rule, name, begun, measured)
    made = planned.achievement
    if rule.of == "achievement":
        achieved = [window_achievement(planned, policy, each) for each in begun]
        indicator = planned.indicator
        made = held(
            _one(rule, name, begun, achieved),
            indicator.floor,
            indicator.cap,
            policy.rounded("achievement", name),
        )
    count, empty, whole = Column(f"{name}.periods"), Column(f"{name}.empty"), len(windows)
    least = whole if rule.incomplete == "withhold" else 1
    statistics = evolve(
        planned.statistics,
        value=value,
        n=_added([Column(f"{each.prefix}.present") * each.statistics.n for each in begun]),
        figures={"periods": lit(whole), "known_periods": count},
        checks=(),
        statuses=(
            StatusRule(NO_EVIDENCE, empty >= whole),
            StatusRule(INCOMPLETE, count < least),
        ),
        outside=(),
        needed=(),
        divisors=(),
    )
    if rule.of == "measured":
        statistics = _with_target(planned, statistics, name)
    return evolve(planned, windows=windows, statistics=statistics, achievement=made)


def window_value(planned: Planned, policy: Policy, window: Window) -> Node:
    """Return the measured value of a sub-period, as it is normalised."""
    rule, value = planned.indicator.consolidate, window.statistics.value
    step = policy.rounded("measured", planned.indicator.id)
    if rule is None or rule.of == "measured" or step is None or step.mode == "none":
        return value
    return rounded(value, step.digits, step.mode)


def window_achievement(planned: Planned, policy: Policy, window: Window) -> Node:
    """Return the achievement of a sub-period."""
    name = planned.indicator.id
    known: dict[Node, Node] = {
        Column(f"measured:{name}"): window_value(planned, policy, window),
        Column(f"{name}.target"): Column(f"{window.prefix}.target"),
    }
    return substitute(planned.each or planned.achievement, known)


def _one(rule: Consolidate, name: str, windows: Sequence[Window], values: Sequence[Node]) -> Node:
    """Return one value of several: their sum, average, or the last that is known."""
    known = [Column(f"{each.prefix}.present").equals(1) for each in windows]
    pairs = list(zip(known, values, strict=True))
    if rule.by == "last":
        made: Node = lit(0)
        for there, value in pairs:
            made = when(there, value, made)
        return made
    made = _added([when(there, value, 0) for there, value in pairs])
    return made / Column(f"{name}.periods") if rule.by == "average" else made


def _added(terms: list[Node]) -> Node:
    return total(terms) if terms else lit(0)


def inputs_of(planned: Planned, window: Window) -> tuple[str, ...]:
    """Return the names of the integers without which a sub-period has no value, and of its n."""
    names = dict.fromkeys((*names_in(window.statistics.value), *names_in(window.statistics.n)))
    if planned.of_achievements and planned.reads_target:
        names[f"{window.prefix}.target"] = None
    return tuple(names)
