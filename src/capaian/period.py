"""Periods and instants: what a result is about, and up to when its evidence is known.

Inside capaian every stamp is naive local wall time of the office. There is no clock: the caller
says which period and as of when.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from attrs import frozen

from capaian.errors import PeriodError, refuse, wrong_kind

WrittenInstant: TypeAlias = str | date | datetime
Every: TypeAlias = Literal["month", "quarter", "semester"]
"""What a period can be split into."""
Part: TypeAlias = Every | Literal["year"]
"""A stretch of the calendar with a label of its own."""
MONTHS: dict[Part, int] = {"month": 1, "quarter": 3, "semester": 6, "year": 12}
"""How long each is, in months."""
_YEAR = 12
FORMS = "'2026', '2026-S1', '2026-Q1', '2026-03' or '2026-01-01/2026-03-31'"
_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|S([12])|(\d{2})))?")


@frozen
class Period:
    """A stretch of whole days.

    Attributes
    ----------
    label
        As written: `2026`, `2026-S1`, `2026-Q1`, `2026-03` or `2026-01-01/2026-03-31`.
    first, last
        The first and the last day, both inside.
    """

    label: str
    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time())

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return datetime.combine(self.last + timedelta(days=1), time())

    def split(self, every: Every) -> tuple[Period, ...]:
        """Return the months, quarters or semesters that the period is made of, in order.

        Parameters
        ----------
        every
            `month`, `quarter` or `semester`.

        Raises
        ------
        PeriodError
            `CPN-D20` where it does not begin and end with whole ones.

        Examples
        --------
        >>> [each.label for each in read_period("2026-S1").split("quarter")]
        ['2026-Q1', '2026-Q2']
        """
        made: list[Period] = []
        begin = _first_of(self.first, every)
        while begin <= self.last:
            made.append(_part(begin, every))
            begin = made[-1].last + timedelta(days=1)
        if not made or made[0].first != self.first or made[-1].last != self.last:
            values = {"given": self.label, "every_en": every, "every_id": _IN_INDONESIAN[every]}
            raise refuse(PeriodError, "The period cannot be split.", "CPN-D20", **values)
        return tuple(made)

    def since(self, part: Part) -> date:
        """Return the first day of the month, quarter, semester or year in which it begins."""
        return _first_of(self.first, part)

    def back(self, months: int) -> date:
        """Return the first day of the so many months that end with the period.

        Where a month has no such day, it is that month's last.
        """
        after = self.last + timedelta(days=1)
        year, month = divmod(after.year * _YEAR + after.month - 1 - months, _YEAR)
        ends = _part(date(year, month + 1, 1), "month").last
        return date(year, month + 1, min(after.day, ends.day))

    def covers(self, other: Period) -> bool:
        """Return whether it is the same days, whatever both are called."""
        return (self.first, self.last) == (other.first, other.last)


_IN_INDONESIAN: dict[Part, str] = {
    "month": "bulan", "quarter": "triwulan", "semester": "semester", "year": "tahun",
}  # fmt: skip


def _first_of(day: date, part: Part) -> date:
    return date(day.year, day.month - (day.month - 1) % MONTHS[part], 1)


def _part(first: date, part: Part) -> Period:
    """Return the stretch of the calendar that begins on a day, under its own label."""
    after = first.month + MONTHS[part]
    end = date(first.year + (after > _YEAR), after - _YEAR * (after > _YEAR), 1)
    number = (first.month - 1) // MONTHS[part] + 1
    tails = {"month": f"-{first.month:02d}", "quarter": f"-Q{number}", "semester": f"-S{number}"}
    return Period(f"{first.year:04d}{tails.get(part, '')}", first, end - timedelta(days=1))


def read_period(written: str | Period) -> Period:
    """Return the period that a label names.

    Raises
    ------
    PeriodError
        `CPN-D01` where the label is not one of the forms, `CPN-D02` where it ends before it starts.
    """
    if isinstance(written, Period):
        return written
    if not isinstance(written, str):
        headline = "The period cannot be read."
        raise wrong_kind(
            PeriodError, headline, "period", written, "a label such as '2026-Q1' (str)"
        )
    if match := _PERIOD.fullmatch(written):
        year, quarter, half, month = (int(each) if each else 0 for each in match.groups())
        part: Part = "year"
        first_month = 1
        if quarter:
            first_month, part = 3 * quarter - 2, "quarter"
        elif half:
            first_month, part = 6 * half - 5, "semester"
        elif match[4]:
            first_month, part = month, "month"
        if 1 <= first_month <= _YEAR and year:
            return _part(date(year, first_month, 1), part)
    first, separator, last = written.partition("/")
    try:
        period = Period(written, date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        period = None
    if period is None or not separator:
        raise refuse(
            PeriodError, "The period cannot be read.", "CPN-D01", given=written, forms=FORMS
        )
    if period.last < period.first:
        raise refuse(PeriodError, "The period cannot be read.", "CPN-D02", given=written)
    return period


def read_instant(written: WrittenInstant, name: str = "as_of") -> datetime:
    """Return a naive instant; a bare date is its midnight, before anything of that day.

    Raises
    ------
    PeriodError
        `CPN-D03` where it is no date, `CPN-D04` where it carries a time zone.
    """
    if isinstance(written, str):
        try:
            written = datetime.fromisoformat(written)
        except ValueError:
            raise refuse(
                PeriodError, "The date cannot be read.", "CPN-D03", name, given=written
            ) from None
    if not isinstance(written, date):
        wanted = "a date, a datetime, or one as text"
        raise wrong_kind(PeriodError, "The date cannot be read.", name, written, wanted)
    if not isinstance(written, datetime):
        return datetime.combine(written, time())
    if written.tzinfo is not None:
        raise refuse(PeriodError, "The date cannot be used.", "CPN-D04", name)
    return written


def read_date(written: str | date, name: str = "on") -> date:
    """Return a calendar date."""
    return read_instant(written, name).date()
