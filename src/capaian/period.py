"""Periods and instants: what a result is about, and up to when its evidence is known.

Inside capaian every stamp is naive local wall time of the office. There is no clock: the caller
says which period and as of when.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from attrs import frozen

from capaian.errors import PeriodError, refuse

WrittenInstant: TypeAlias = str | date | datetime
_QUARTER, _HALF = 3, 6
_FORMS = "'2026', '2026-S1', '2026-Q1', '2026-03' or '2026-01-01/2026-03-31'"
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


def read_period(written: str | Period) -> Period:
    """Return the period that a label names.

    Raises
    ------
    PeriodError
        `CPN-D01` where the label is not one of the forms, `CPN-D02` where it ends before it starts.
    """
    if isinstance(written, Period):
        return written
    if match := _PERIOD.fullmatch(written):
        year, quarter, half, month = (int(part) if part else 0 for part in match.groups())
        length = 12
        first_month = 1
        if quarter:
            first_month, length = 3 * quarter - 2, _QUARTER
        elif half:
            first_month, length = 6 * half - 5, _HALF
        elif match[4]:
            first_month, length = month, 1
        if 1 <= first_month <= 12 and year:  # noqa: PLR2004 - months
            after = first_month + length
            end = date(year + (after > 12), after - 12 * (after > 12), 1)  # noqa: PLR2004
            return Period(written, date(year, first_month, 1), end - timedelta(days=1))
    first, separator, last = written.partition("/")
    try:
        period = Period(written, date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        period = None
    if period is None or not separator:
        raise refuse(
            PeriodError, "The period cannot be read.", "CPN-D01", given=written, forms=_FORMS
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
    if not isinstance(written, datetime):
        return datetime.combine(written, time())
    if written.tzinfo is not None:
        raise refuse(PeriodError, "The date cannot be used.", "CPN-D04", name)
    return written


def read_date(written: str | date, name: str = "on") -> date:
    """Return a calendar date."""
    return read_instant(written, name).date()
