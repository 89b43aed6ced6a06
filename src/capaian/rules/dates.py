"""Working days in the formulas of a regulation, by the calendar that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from capaian.errors import CalendarError
from capaian.workcalendar import WorkCalendar, load_calendar

NAMES = ("due", "work_days")
"""What a formula may call besides, where its regulation names a calendar."""


def dates_of(name: str) -> Mapping[str, Callable[..., Any]]:
    """Return the functions of a calendar over dates such as `2026-03-16`; none without a name.

    `due(start, days)` is the date on which so many working days have passed, `work_days(start,
    end)` how many have passed; the date of the start is day 0. What is not known gives `None`; a
    date that the calendar does not cover, or days that are no whole number, raise `ValueError`.
    """
    return {"due": _Due(name), "work_days": _WorkDays(name)} if name else {}


class _Counted:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, start: str | None, other: Any) -> Any:
        if start is None or other is None:
            return None
        try:
            return self.counted(_calendar(self.name), date.fromisoformat(start), other)
        except CalendarError as error:
            raise ValueError("; ".join(each.text() for each in error.findings)) from None

    def counted(self, calendar: WorkCalendar, start: date, other: Any) -> Any:
        raise NotImplementedError


class _Due(_Counted):
    def counted(self, calendar: WorkCalendar, start: date, other: Fraction) -> str:
        if other.denominator != 1:
            raise ValueError("working days are a whole number")
        return calendar.due(start, int(other)).isoformat()


class _WorkDays(_Counted):
    def counted(self, calendar: WorkCalendar, start: date, other: str) -> Fraction:
        return Fraction(calendar.work_days(start, date.fromisoformat(other)))


@lru_cache(maxsize=4)
def _calendar(name: str) -> WorkCalendar:
    return load_calendar(name)
