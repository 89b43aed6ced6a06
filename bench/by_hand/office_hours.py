"""The work calendar as plain columns, read from its file and from nothing else of capaian."""

from __future__ import annotations

import csv
from datetime import date, datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

SECOND = 1_000_000
DAY = 86_400 * SECOND
HALF = 1_800 * SECOND
EPOCH = date(1970, 1, 1).toordinal()


class Calendar(NamedTuple):
    """One entry a date, in order; microseconds. `first` is the first date's day since 1970."""

    first: int
    base: list[int]
    """Working time before the date, less `open1` and `open2`."""
    open1: list[int]
    close1: list[int]
    open2: list[int]
    close2: list[int]
    days: list[int]
    """Working days up to and including the date."""


@lru_cache(maxsize=1)
def office_hours() -> Calendar:
    """Read the calendar that the policy names, `id/2024-2027`."""
    package = find_spec("capaian")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("capaian")
    file = Path(package.origin).parent / "calendars" / "id" / "2024-2027.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    made = Calendar(date.fromisoformat(rows[0]["date"]).toordinal() - EPOCH, [], [], [], [], [], [])
    worked = days = 0
    for row in rows:
        open1, close1, open2, close2 = _stretches(row["hours"])
        days += bool(row["hours"])
        entry = (worked - open1 - open2, open1, close1, open2, close2, days)
        for column, value in zip(made[1:], entry, strict=True):
            column.append(value)
        worked += close1 - open1 + close2 - open2
    return made


def _stretches(hours: str) -> tuple[int, int, int, int]:
    ends = [_time(end) for stretch in hours.split() for end in stretch.split("-")]
    open1, close1, open2, close2 = (*ends, 0, 0, 0, 0)[:4]
    return open1, close1, open2, close2


def _time(text: str) -> int:
    hour, minute = text.split(":")
    return (int(hour) * 60 + int(minute)) * 60 * SECOND


class HalfHours(NamedTuple):
    """One entry a half-hour, in which an office is open throughout or not at all.

    Working time up to a stamp of the half-hour is `base + open * stamp`. `first` is the number of
    the first one since 1970.
    """

    first: int
    base: list[int]
    open: list[int]
    days: list[int]
    """Working days up to and including the date."""


@lru_cache(maxsize=1)
def half_hours() -> HalfHours:
    """Return the same calendar by the half-hour."""
    calendar = office_hours()
    made = HalfHours(calendar.first * (DAY // HALF), [], [], [])
    for day, days in enumerate(calendar.days, calendar.first):
        for start in range(day * DAY, (day + 1) * DAY, HALF):
            before = worked(calendar, start)
            during = worked(calendar, start + HALF - SECOND) - before
            if during not in {0, HALF - SECOND}:
                raise ValueError("the office opens or closes within a half-hour")
            is_open = int(during > 0)
            made.base.append(before - is_open * start)
            made.open.append(is_open)
            made.days.append(days)
    return made


def microseconds(stamp: datetime) -> int:
    """Return the microseconds from 1970 to a stamp."""
    day = (stamp.toordinal() - EPOCH) * DAY
    seconds = (stamp.hour * 60 + stamp.minute) * 60 + stamp.second
    return day + seconds * SECOND + stamp.microsecond


def worked(calendar: Calendar, stamp: int) -> int:
    """Return the working time up to a stamp of microseconds since 1970."""
    day, time = divmod(stamp, DAY)
    index = day - calendar.first
    first = min(max(time, calendar.open1[index]), calendar.close1[index])
    second = min(max(time, calendar.open2[index]), calendar.close2[index])
    return calendar.base[index] + first + second


def last_start(calendar: Calendar, as_of: datetime, days: int) -> int:
    """Return the stamp before which a case is more than so many working days old."""
    until = calendar.days[as_of.toordinal() - EPOCH - calendar.first]
    index = next(i for i, each in enumerate(calendar.days) if until - each <= days)
    return (calendar.first + index) * DAY
