"""Lengths of time as people write them, on the clock on which they are counted."""

from __future__ import annotations

import re
from fractions import Fraction

from attrs import frozen

from capaian.formula import Clock, Literal_, Node, lit, number

MICROSECONDS = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}
UNITS: dict[Clock, tuple[str, ...]] = {
    "calendar": ("days", "hours", "minutes"),
    "working_hours": ("hours", "minutes"),
    "working_days": ("days",),
}
"""The units in which each clock can be read, the usual one first."""
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(minute|hour|day)s?\s*")


@frozen
class BadLength:
    """Why a text is no length of time on a clock: the code of the finding."""

    code: str


def read_length(text: str, clock: Clock) -> Literal_ | BadLength:
    """Return a length such as `3 days`, `36 hours` or `90 minutes` as an integer constant.

    Microseconds; on the clock `working_days`, whole days. A day of the clock `calendar` is 24
    hours. On the clock `working_hours` a day is refused: a Friday is shorter than a Monday and a
    day of Ramadan shorter than either, so it would be a different length on different dates.
    """
    found = _LENGTH.fullmatch(text)
    if found is None:
        return BadLength("CPN-P62")
    count, unit = Fraction(found[1]), f"{found[2]}s"
    if clock == "working_hours" and unit == "days":
        return BadLength("CPN-P63")
    if clock == "working_days" and (unit != "days" or count.denominator != 1):
        return BadLength("CPN-P64")
    length = count if clock == "working_days" else count * MICROSECONDS[unit]
    if length.denominator != 1:
        return BadLength("CPN-P62")
    working = "" if clock == "calendar" else "working "
    plural = "" if count == 1 else "s"
    return Literal_(length.numerator, f"{number(count)} {working}{found[2]}{plural}")


def one_of(unit: str, clock: Clock) -> Node | None:
    """Return one unit as a constant to divide by; `None` where the clock counts in it already."""
    if clock == "working_days":
        return None
    return lit(MICROSECONDS[unit], f"1 {unit.removesuffix('s')}")
