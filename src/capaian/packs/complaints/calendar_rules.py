"""Rules over the shipped work calendar: what a day is, and how many working days there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from capaian.packs.complaints.given import day, label, only, whole
from capaian.plugin import Rule, Source
from capaian.workcalendar import (
    Week,
    WorkCalendar,
    build_calendar,
    holidays_of,
    load_calendar,
)

CALENDAR = "id/2024-2027"
TYPES = {
    "holiday": "libur_nasional",
    "collective_leave": "cuti_bersama",
    "weekend": "akhir_pekan",
    "working": "hari_kerja",
    "special": "hari_kerja",
}
"""What each kind of day of the shipped calendar is called. A holiday on a Saturday or Sunday is a
holiday; a day with the hours of Ramadan is a working day."""
EXCLUDED = {"libur_nasional": "holiday", "cuti_bersama": "collective_leave"}
WEEKS = ("monday-friday", "monday-saturday")
_ANY_HOURS = "08:00-16:00"
"""Working days are counted, not hours: that a day has some is all that matters."""

SOURCES = {
    2024: Source(
        "SKB 3 Menteri tentang Hari Libur Nasional dan Cuti Bersama 2024 (nomor tidak dibaca)",
        "unconfirmed",
        "As the library `holidays` has it, not compared with the decree.",
    ),
    2025: Source(
        "SKB 3 Menteri tentang Hari Libur Nasional dan Cuti Bersama 2025 (nomor tidak dibaca)",
        "unconfirmed",
        "As the library `holidays` has it, not compared with the decree. Collective leave on 18 "
        "August 2025 was added during the year.",
    ),
    2026: Source(
        "SKB 3 Menteri 1497/2025, 2/2025 dan 5/2025 tentang Hari Libur Nasional dan Cuti Bersama "
        "2026 (disdiksmg.semarangkota.go.id; pembelajaranbermaknaid.blogspot.com, November 2025)",
        "derived",
        "17 holidays and 8 days of collective leave, read in two published lists, not in the "
        "decree. One newspaper (palu.tribunnews.com) prints other dates of holidays.",
    ),
}


def calendar_rules() -> tuple[Rule, ...]:
    """Return both rules of each year."""
    made = []
    for year, source in SOURCES.items():
        first, last = date(year, 1, 1), date(year, 12, 31)
        made += [
            Rule(
                id=f"calendar-{year}/day-type",
                title={"id": f"Jenis hari pada {year}", "en": f"What a day of {year} is"},
                source=source,
                apply=_day_type(year),
                first=first,
                last=last,
            ),
            Rule(
                id=f"calendar-{year}/working-days",
                title={"id": f"Jumlah hari kerja {year}", "en": f"Working days of {year}"},
                source=source,
                apply=_working_days(year),
                first=first,
                last=last,
            ),
        ]
    return tuple(made)


def _day_type(year: int) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def day_type(values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the type of a day and why it is a day off: `{date}` to `{type, reason}`."""
        only(values, ["date"])
        when = day(values["date"], "date")
        if when.year != year:
            raise ValueError(f"'date' is not in {year}; the calendar is of that year alone")
        found = shipped().day(when)
        off = found.kind in EXCLUDED.values()
        return {"type": TYPES[found.kind], "reason": found.reason if off else None}

    return day_type


def _working_days(year: int) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def working_days(values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the working days of a year or a month.

        `{year?, month?, week?, exclude?}` to `{working_days}`. `exclude` says what is no working
        day besides the weekend; without it both public holidays and collective leave.
        """
        only(values, [], ["year", "month", "week", "exclude"])
        if values.get("year") is not None and values["year"] != year:
            raise ValueError(f"'year' is not {year}; the calendar is of that year alone")
        month = values.get("month")
        first, last = _span(year, None if month is None else whole(month, "month", 1, 12))
        week = values.get("week")
        given = values.get("exclude")
        excluded = list(EXCLUDED) if given is None else given
        if not isinstance(excluded, list):
            raise ValueError("'exclude' is not a list")
        kinds = frozenset(EXCLUDED[label(each, "exclude", EXCLUDED)] for each in excluded)
        named = label("monday-friday" if week is None else week, "week", WEEKS)
        return {"working_days": _calendar(named, kinds).working_days(first, last)}

    return working_days


def _span(year: int, month: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


@lru_cache(maxsize=1)
def shipped() -> WorkCalendar:
    """Return the shipped calendar."""
    return load_calendar(CALENDAR)


@lru_cache(maxsize=8)
def _calendar(week: str, kinds: frozenset[str]) -> WorkCalendar:
    """Return the shipped calendar's days off of some kinds on another week."""
    return build_calendar(
        id=CALENDAR,
        edition=shipped().edition,
        first=shipped().first,
        last=shipped().last,
        week=Week({week: _ANY_HOURS}),
        holidays=[each for each in holidays_of(shipped()) if each.kind in kinds],
    )
