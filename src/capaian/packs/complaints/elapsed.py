"""The rule of working time: how many minutes of work lie between two stamps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from capaian.errors import CalendarError
from capaian.packs.complaints.calendar_rules import CALENDAR, shipped
from capaian.packs.complaints.given import only, stamp
from capaian.plugin import Rule, Source
from capaian.workcalendar import Week, WorkCalendar, build_calendar, holidays_of

DAYS = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}
_MICROSECONDS = 60_000_000
"""Of one minute."""

SOURCE = Source(
    "Waktu kerja = W(akhir) - W(awal), menurut jadwal kantor dan kalender id/2024-2027 "
    "(Perpres 21/2023; SKB 3 Menteri)",
    "unconfirmed",
    "The decree leaves the end of the day and the place of the break to each agency: the schedule "
    "is the office's own. Days off of 2024 and 2025 were not compared with their decrees.",
)


def elapsed_rule() -> Rule:
    """Return the rule."""
    return Rule(
        id="working-time/elapsed-minutes",
        title={"id": "Menit kerja antara dua saat", "en": "Working minutes between two stamps"},
        source=SOURCE,
        apply=elapsed_minutes,
        first=date(2024, 1, 1),
        last=date(2027, 12, 31),
    )


def elapsed_minutes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the minutes from start to end: `{start, end, schedule?}`.

    `schedule` has the hours of weekdays, such as `{"mon-thu": ["07:30-12:00", "13:00-16:00"]}`; it
    holds in Ramadan too. Without it the shipped calendar's hours count, those of Ramadan among
    them. Public holidays and collective leave are closed. Gives `{working_minutes,
    calendar_minutes}`, exact.
    """
    only(values, ["start", "end"], ["schedule"])
    start, end = stamp(values["start"], "start"), stamp(values["end"], "end")
    if end < start:
        raise ValueError("'end' comes before 'start'")
    schedule = values.get("schedule")
    try:
        calendar = shipped() if schedule is None else _by_schedule(_week(schedule))
        worked = calendar.work_time(start, end)
    except CalendarError as error:
        raise ValueError("; ".join(each.text() for each in error.findings)) from None
    between = end - start
    passed = (between.days * 86_400 + between.seconds) * 1_000_000 + between.microseconds
    return {
        "working_minutes": Fraction(worked, _MICROSECONDS),
        "calendar_minutes": Fraction(passed, _MICROSECONDS),
    }


def _week(schedule: Any) -> tuple[tuple[str, str], ...]:
    """Return weekdays with their hours as text, as a calendar takes them."""
    if not isinstance(schedule, Mapping) or not schedule:
        raise ValueError("'schedule' is no table of weekdays with their hours")
    made = []
    for key, stretches in schedule.items():
        each = [stretches] if isinstance(stretches, str) else stretches
        if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
            raise ValueError("'schedule' has hours that are no list such as ['07:30-12:00']")
        ends = str(key).lower().split("-")
        made.append(("-".join(DAYS.get(end, end) for end in ends), " ".join(each)))
    return tuple(made)


@lru_cache(maxsize=8)
def _by_schedule(week: tuple[tuple[str, str], ...]) -> WorkCalendar:
    own = shipped()
    return build_calendar(
        id=CALENDAR,
        edition=own.edition,
        first=own.first,
        last=own.last,
        week=Week(dict(week)),
        holidays=holidays_of(own),
    )
