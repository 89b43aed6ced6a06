"""Building a calendar: an ordinary week, special periods, holidays, the office's own closures.

Later sources win over earlier ones on the same date: week, special period, holiday, closure. Only
one thing stands firm: a closure of a day that is closed by law keeps the law's reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from capaian.errors import CalendarError, Finding, did_you_mean
from capaian.workcalendar.calendar import Day, WorkCalendar
from capaian.workcalendar.hours import Hours, Stretch, parse_hours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HolidayKind: TypeAlias = Literal["holiday", "collective_leave"]


def _week(hours: Mapping[str, str | Iterable[Stretch]]) -> tuple[Hours, ...]:
    faults: list[Finding] = []
    week: list[Hours] = [()] * len(WEEKDAYS)
    for key, text in hours.items():
        ends = [each.strip().lower() for each in key.split("-")]
        unknown = [each for each in ends if each not in WEEKDAYS]
        if unknown or len(ends) > 2:  # noqa: PLR2004 - a range has two ends
            hint = did_you_mean(unknown[0], WEEKDAYS) if unknown else ""
            values = {"key": key, "hint": hint, "known": ", ".join(WEEKDAYS)}
            faults.append(Finding("CPN-C18", "week", values))
            continue
        parsed = parse_hours(text, f"week.{key}", faults)
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        for step in range((last - first) % len(WEEKDAYS) + 1):
            week[(first + step) % len(WEEKDAYS)] = parsed
    if faults:
        raise CalendarError("The week cannot be used.", faults)
    return tuple(week)


def _hours(given: Hours | str) -> Hours:
    if not isinstance(given, str):
        return tuple(given)
    faults: list[Finding] = []
    hours = parse_hours(given, "hours", faults)
    if faults:
        raise CalendarError("The closure cannot be used.", faults)
    return hours


@frozen
class Week:
    """The hours of an ordinary week. A weekday that is not named is closed.

    Parameters
    ----------
    hours
        Weekdays in English, or ranges of them, to their stretches of open time; breaks are the gaps
        between stretches: `{"monday-thursday": [("07:30", "12:00"), ("13:00", "16:00")]}`, or as
        text, `{"friday": "07:30-11:30 13:00-16:30"}`. Kept as seven entries, Monday first.

    Raises
    ------
    CalendarError
        All faults at once: an unknown weekday (CPN-C18), or hours that are none (C10 to C13).
    """

    hours: tuple[Hours, ...] = field(converter=_week)

    @property
    def minutes(self) -> int:
        """Open minutes in the whole week, rounded down."""
        return sum(end - begin for day in self.hours for begin, end in day) // 60_000_000


@frozen
class SpecialHours:
    """A period with a week of its own, both ends included: Ramadan hours.

    Attributes
    ----------
    first, last
        The first and the last date.
    week
        The hours during the period.
    reason, decree
        Why, and by which decree.
    estimated
        Whether the ends may still move. The first and last dates are then marked as estimated
        where the two weeks differ: the days between keep their hours either way.
    """

    first: date
    last: date
    week: Week
    reason: str
    decree: str | None = None
    estimated: bool = False


@frozen
class Holiday:
    """A date that is closed by law: a public holiday, or collective leave (cuti bersama)."""

    date: date
    reason: str
    kind: HolidayKind = "holiday"
    decree: str | None = None
    estimated: bool = False


@frozen
class Closure:
    """An office's own exception: a date on which it is closed, or open for other hours.

    Attributes
    ----------
    date
        The date.
    reason
        Why. Never empty: a closure without a reason cannot be defended.
    decree
        The order that says so, where there is one.
    hours
        The hours that remain: a half day (`"07:30-12:00"`), or a service day on a Saturday. Empty:
        closed.
    """

    date: date
    reason: str
    decree: str | None = None
    hours: Hours = field(default=(), converter=_hours)


def build_calendar(  # noqa: PLR0913 - all but five are optional, and all are named
    *,
    id: str,  # noqa: A002 - the design's word
    edition: str,
    first: date,
    last: date,
    week: Week,
    special: Sequence[SpecialHours] = (),
    holidays: Iterable[Holiday] = (),
    closures: Sequence[Closure] = (),
    title: Mapping[str, str] | None = None,
) -> WorkCalendar:
    """Build a calendar with one row per date.

    Parameters
    ----------
    id, edition
        Name and version of the calendar.
    first, last
        First and last date, both included.
    week
        The ordinary week.
    special
        Periods with hours of their own; they may reach beyond the calendar, not into one another.
    holidays
        Public holidays and collective leave; those outside the calendar are passed over. Two on
        one date become one row: a holiday goes before collective leave, reasons are joined.
    closures
        The office's own closures and half days, each inside the calendar.
    title
        Title by language, keys `id` and `en`.

    Raises
    ------
    CalendarError
        All faults at once: last before first (CPN-C17), special periods that overlap (C23), and
        those of `with_closures`.
    """
    faults = [] if first <= last else [Finding("CPN-C17")]
    for before, after in pairwise(sorted(special, key=lambda each: each.first)):
        if after.first <= before.last:
            values = {"before": before.reason, "after": after.reason}
            faults.append(Finding("CPN-C23", after.first.isoformat(), values))
    if faults:
        raise CalendarError(f"The work calendar '{id}' cannot be built.", faults)
    named: dict[date, Holiday] = {}
    for holiday in holidays:
        known = named.get(holiday.date)
        named[holiday.date] = holiday if known is None else _joined(known, holiday)
    days: list[Day] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        when = date.fromordinal(ordinal)
        if when in named:
            days.append(_closed(named[when]))
        else:
            days.append(_ordinary(when, week, special))
    calendar = WorkCalendar(id, edition, tuple(days), title or {})
    if closures:
        calendar = with_closures(calendar, closures, id=id, edition=edition, title=title)
    return calendar


def with_closures(
    calendar: WorkCalendar,
    closures: Sequence[Closure],
    *,
    id: str,  # noqa: A002 - the design's word
    edition: str,
    title: Mapping[str, str] | None = None,
) -> WorkCalendar:
    """Return a new calendar: another one with an office's own closures and half days.

    Parameters
    ----------
    calendar
        The calendar to start from, such as the shipped `id/2024-2027`.
    closures
        The office's own exceptions. One with hours replaces whatever the date was; one without
        closes it, and leaves the row of a public holiday or collective leave as it is.
    id, edition
        Name and version of the new calendar.
    title
        Title by language; the other calendar's where `None`.

    Raises
    ------
    CalendarError
        All faults at once: a date outside the calendar (CPN-C22), a date given twice (C24), a
        closure without a reason (C19), hours that are none (C11 to C13).
    """
    faults: list[Finding] = []
    given: dict[date, Closure] = {}
    for closure in closures:
        where = f"closures, {closure.date}"
        if not calendar.covers(closure.date):
            limits = {"first": str(calendar.first), "last": str(calendar.last)}
            faults.append(Finding("CPN-C22", where, {"calendar": calendar.id, **limits}))
        if closure.date in given:
            faults.append(Finding("CPN-C24", where))
        if not closure.reason.strip():
            faults.append(Finding("CPN-C19", where, {"key": "reason"}))
        given[closure.date] = closure
    if faults:
        raise CalendarError(f"The work calendar '{id}' cannot be built.", faults)
    days = [_excepted(day, given[day.date]) if day.date in given else day for day in calendar.days]
    return WorkCalendar(id, edition, tuple(days), calendar.title if title is None else title)


def holidays_of(calendar: WorkCalendar) -> tuple[Holiday, ...]:
    """Return a calendar's public holidays and collective leave, to build another week on them."""
    return tuple(
        Holiday(day.date, day.reason or "", day.kind, day.decree, day.estimated)
        for day in calendar.days
        if day.kind in {"holiday", "collective_leave"}
    )


def _ordinary(when: date, week: Week, special: Sequence[SpecialHours]) -> Day:
    hours = week.hours[when.weekday()]
    for period in special:
        if period.first <= when <= period.last:
            own = period.week.hours[when.weekday()]
            moves = period.estimated and when in {period.first, period.last} and own != hours
            if own:
                return Day(when, own, "special", period.reason, period.decree, moves)
            return Day(when, (), "weekend", estimated=moves)
    return Day(when, hours, "working" if hours else "weekend")


def _closed(holiday: Holiday) -> Day:
    return Day(holiday.date, (), holiday.kind, holiday.reason, holiday.decree, holiday.estimated)


def _joined(one: Holiday, two: Holiday) -> Holiday:
    first, second = (
        (two, one) if (one.kind, two.kind) == ("collective_leave", "holiday") else (one, two)
    )
    decrees = dict.fromkeys(each for each in (first.decree, second.decree) if each)
    return evolve(
        first,
        reason=f"{first.reason}; {second.reason}",
        decree="; ".join(decrees) or None,
        estimated=first.estimated and second.estimated,
    )


def _excepted(day: Day, closure: Closure) -> Day:
    if closure.hours:
        return Day(day.date, closure.hours, "special", closure.reason, closure.decree)
    if day.kind in {"holiday", "collective_leave"}:
        return day
    return Day(day.date, (), "closure", closure.reason, closure.decree)
