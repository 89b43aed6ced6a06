"""How numbers, stamps and answers are written as text: one set of patterns for every engine.

The patterns use only what Python, Rust's regex crate and RE2 read alike, so that a text means the
same on plain records, Polars and DuckDB. Every group is a part of the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TypeAlias

from attrs import frozen

from capaian.errors import Finding

NUMBER = r"^[ \t]*([+-]?)0*([0-9]+)(?:\.([0-9]*?)0*)?[ \t]*$"
"""Sign, digits before the point, digits after it without trailing zeros."""

ANSWERS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}
"""Written answers, in lower case."""

MONTHS = (
    ("jan",), ("feb",), ("mar",), ("apr",), ("may", "mei"), ("jun",), ("jul",), ("aug", "agu"),
    ("sep",), ("oct", "okt"), ("nov",), ("dec", "des"),
)  # fmt: skip
"""The first three letters of each month's name, in English and Indonesian."""

_NAMES = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "januari|februari|maret|mei|juni|juli|agustus|oktober|desember|"
    "jan|feb|mar|apr|jun|jul|aug|agu|sept|sep|oct|okt|nov|dec|des"
)
_DAY = "3[01]|[12][0-9]|0?[1-9]"
_HOUR, _SIXTIETH = "2[0-3]|[01][0-9]|[0-9]", "[0-5][0-9]|[0-9]"
_ZONE = "(?:(Z)|([+-])([01][0-9]|2[0-3]):?([0-5][0-9])?)"
_DIRECTIVES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Y": ("([0-9]{4})", ("year",)),
    "y": ("([0-9]{2})", ("short_year",)),
    "m": ("(1[0-2]|0?[1-9])", ("month",)),
    "b": (f"((?i:{_NAMES}))", ("month_name",)),
    "B": (f"((?i:{_NAMES}))", ("month_name",)),
    "d": (f"({_DAY})", ("day",)),
    "H": (f"({_HOUR})", ("hour",)),
    "I": ("(1[0-2]|0?[1-9])", ("half_hour",)),
    "p": ("((?i:am|pm))", ("half",)),
    "M": (f"({_SIXTIETH})", ("minute",)),
    "S": (f"({_SIXTIETH})", ("second",)),
    "f": ("([0-9]{1,6})", ("fraction",)),
    "z": (_ZONE, ("utc", "zone_sign", "zone_hour", "zone_minute")),
}
_ISO = (
    r"([0-9]{4})-(1[0-2]|0[1-9])-(3[01]|[12][0-9]|0[1-9])"
    r"(?:[T ](2[0-3]|[01][0-9]):([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]{1,9}))?)?"
    rf"{_ZONE}?)?"
)
_ISO_PARTS = (
    "year", "month", "day", "hour", "minute", "second", "fraction",
    "utc", "zone_sign", "zone_hour", "zone_minute",
)  # fmt: skip
_NEEDED = (("%Y", {"year", "short_year"}), ("%m", {"month", "month_name"}), ("%d", {"day"}))
CENTURY_TURNS = 69
"""Two-digit years from here on are of the 1900s, as in POSIX."""

Parsed: TypeAlias = tuple[datetime, timedelta | None]


@frozen
class StampForm:
    """How stamps are written: a pattern, and what each of its groups is."""

    pattern: str
    parts: tuple[str, ...]


@cache
def stamp_form(form: str) -> StampForm | str:
    """Return the pattern of a format, or the directive that is unknown or missing."""
    if not form:
        return StampForm(rf"^[ \t]*{_ISO}[ \t]*$", _ISO_PARTS)
    pattern = ""
    parts: list[str] = []
    pieces: list[str] = re.findall(r"%.|%$|[ \t]+|[^%]", form, flags=re.DOTALL)
    for piece in pieces:
        if piece == "%%":
            pattern += "%"
        elif piece[0] == "%":
            if piece[1:] not in _DIRECTIVES:
                return piece
            group, names = _DIRECTIVES[piece[1:]]
            if set(names) & set(parts):
                return piece
            pattern += group
            parts += names
        else:
            pattern += r"[ \t]+" if piece.isspace() else re.escape(piece)
    for directive, needed in _NEEDED:
        if not needed & set(parts):
            return directive
    if ("half_hour" in parts) != ("half" in parts):
        return "%p" if "half_hour" in parts else "%I"
    return StampForm(rf"^[ \t]*{pattern}[ \t]*$", tuple(parts))


def format_finding(where: str, form: str, part: str) -> Finding:
    """Return the finding about a format that cannot be used."""
    used = part in re.findall("%.|%$", form)
    values = {
        "form": form,
        "part": part,
        "state_en": "unknown or repeated" if used else "missing",
        "state_id": "tidak dikenal atau berulang" if used else "tidak ada",
        "known": " ".join(f"%{letter}" for letter in _DIRECTIVES),
    }
    return Finding("CPN-E27", where, values)


@cache
def _compiled(form: StampForm) -> re.Pattern[str]:
    return re.compile(form.pattern, re.ASCII)


def parse_stamp(text: str, form: StampForm) -> Parsed | None:
    """Return a stamp as written and its distance from UTC, or `None` where it is no stamp."""
    match = _compiled(form).fullmatch(text)
    if match is None:
        return None
    parts = dict(zip(form.parts, match.groups(), strict=True))
    fraction = parts.get("fraction") or ""
    try:
        stamp = datetime(
            _year(parts),
            _month(parts),
            int(parts["day"] or 0),
            _hour(parts),
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            int(fraction.ljust(6, "0")[:6]),
        )
    except ValueError:
        return None
    return stamp, _offset(parts)


def _year(parts: Mapping[str, str | None]) -> int:
    if parts.get("year"):
        return int(parts["year"] or 0)
    short = int(parts["short_year"] or 0)
    return short + (1900 if short >= CENTURY_TURNS else 2000)


def _month(parts: Mapping[str, str | None]) -> int:
    if parts.get("month"):
        return int(parts["month"] or 0)
    name = (parts["month_name"] or "")[:3].lower()
    return next(number for number, names in enumerate(MONTHS, 1) if name in names)


def _hour(parts: Mapping[str, str | None]) -> int:
    if half := parts.get("half"):
        return int(parts["half_hour"] or 0) % 12 + (12 if half.lower() == "pm" else 0)
    return int(parts.get("hour") or 0)


def _offset(parts: Mapping[str, str | None]) -> timedelta | None:
    if parts.get("utc"):
        return timedelta()
    if not parts.get("zone_sign"):
        return None
    minutes = int(parts["zone_hour"] or 0) * 60 + int(parts["zone_minute"] or 0)
    return timedelta(minutes=-minutes if parts["zone_sign"] == "-" else minutes)


@cache
def _number() -> re.Pattern[str]:
    return re.compile(NUMBER, re.ASCII)


def parse_number(text: str) -> tuple[bool, str, str] | None:
    """Return whether a written number is negative, and its digits before and after the point."""
    match = _number().fullmatch(text)
    return (match[1] == "-", match[2], match[3] or "") if match else None


def shift(stamp: datetime, distance: timedelta) -> datetime | None:
    """Return a stamp moved by a distance, or `None` where it would leave the years 1 to 9999."""
    try:
        return stamp + distance
    except OverflowError:
        return None
