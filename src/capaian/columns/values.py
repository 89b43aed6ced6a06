"""One value of a plain record: what sort of thing it is, and how it is read.

Nothing here imports a dataframe library; scalars of NumPy and pandas inside a record are told by
their names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, TypeAlias

from capaian.columns.faults import IDENTIFIER, Fault
from capaian.columns.request import LARGEST, ZONES, Reading
from capaian.columns.written import ANSWERS, StampForm, parse_number, parse_stamp, shift
from capaian.formula import Kind

Read: TypeAlias = tuple[Any, Fault]
Reader: TypeAlias = Callable[[Any], Read]

WHOLE_FROM = 2.0**52
"""From here on every float64 is a whole number."""
EXACT_BELOW = 2.0**53
"""Below this, different whole numbers are different float64s."""
NEAR = 1e-6
"""How far an amount may lie from a whole number of its last decimal, in such decimals."""
GRAIN = 2.0**-52
"""... or, for large amounts, how far in relation to the amount: float64 is no finer."""

_SETTLED = frozenset({bool, int, float, str, datetime, date, Decimal, type(None)})
_UNKNOWN = frozenset({"NAType", "NaTType"})
_SORTS: dict[type, str] = {
    bool: "boolean", int: "integer", float: "float", Decimal: "decimal", str: "text",
    datetime: "stamp", date: "stamp",
}  # fmt: skip


def settle(value: Any) -> Any:
    """Return a scalar as one of Python's own types; what it is not stays as it is."""
    if type(value) in _SETTLED:
        return value
    name = type(value).__name__
    if name in _UNKNOWN or (name == "datetime64" and str(value) == "NaT"):
        return None
    if name == "datetime64":
        return value.astype("datetime64[us]").item()
    if name in {"bool", "bool_"}:
        return bool(value)
    if isinstance(value, datetime):
        whole = datetime(value.year, value.month, value.day, tzinfo=value.tzinfo, fold=value.fold)
        return whole.replace(
            hour=value.hour,
            minute=value.minute,
            second=value.second,
            microsecond=value.microsecond,
        )
    if isinstance(value, str) or name == "UUID":
        return str.__str__(value) if isinstance(value, str) else str(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value


def sort_of(value: Any) -> str:
    """Return what sort of thing a settled value is."""
    return _SORTS.get(type(value), "other")


def reader(reading: Reading, *, purpose: str = "", written: bool = False, zone: str = "",
           form: StampForm | None = None) -> Reader:  # fmt: skip
    """Return the function that reads one settled value: the value, or `None` and its fault."""
    if purpose == IDENTIFIER:
        return read_identifier
    if reading.kind == "stamp":
        hours = ZONES.get(zone)
        return lambda value: read_stamp(value, form, hours)
    if reading.kind == "integer":
        return lambda value: read_integer(value, reading.digits, written=written)
    if reading.kind == "boolean":
        return lambda value: read_boolean(value, written=written)
    labels = frozenset(reading.labels)
    return lambda value: read_text(value, labels)


def read_identifier(value: Any) -> Read:
    """Read the name of a subject or a case: text, or a number that is surely whole."""
    match value:
        case None | "":
            return None, Fault.MISSING
        case str():
            return value, Fault.NONE
        case bool():
            return None, Fault.KIND
        case int():
            return str(value), Fault.NONE
        case float():
            if math.isnan(value):
                return None, Fault.NAN
            if math.isinf(value):
                return None, Fault.INFINITE
            if abs(value) >= EXACT_BELOW or value != math.floor(value):
                return None, Fault.INEXACT
            return str(int(value)), Fault.NONE
        case Decimal():
            number, fault = _decimal(value, 0, limit=None)
            if fault in {Fault.NAN, Fault.INFINITE}:
                return None, fault
            return (None, Fault.INEXACT) if fault else (str(number), fault)
        case _:
            return None, Fault.KIND


def read_text(value: Any, labels: frozenset[str] = frozenset()) -> Read:
    """Read a text, or an integer by its digits."""
    match value:
        case None | "":
            return None, Fault.MISSING
        case str():
            text = value
        case bool():
            return None, Fault.KIND
        case int():
            text = str(value)
        case float() if math.isnan(value):
            return None, Fault.NAN
        case _:
            return None, Fault.KIND
    return (None, Fault.LABEL) if labels and text not in labels else (text, Fault.NONE)


def read_boolean(value: Any, *, written: bool) -> Read:
    """Read an answer: true or false, 1 or 0, or written text."""
    match value:
        case None | "":
            return None, Fault.MISSING
        case bool():
            return value, Fault.NONE
        case str() if written:
            answer = ANSWERS.get(value.lower())
            return answer, Fault.TEXT if answer is None else Fault.NONE
        case float() if math.isnan(value):
            return None, Fault.NAN
        case int() | float() if value in {0, 1}:
            return bool(value), Fault.NONE
        case _:
            return None, Fault.KIND


def read_integer(value: Any, digits: int, *, written: bool) -> Read:
    """Read an integer, or an amount in units of its last decimal."""
    match value:
        case None | "":
            return None, Fault.MISSING
        case bool():
            return None, Fault.KIND
        case int():
            return _within(value * 10**digits)
        case float():
            return _float(value, digits)
        case Decimal():
            return _decimal(value, digits)
        case str() if written:
            parts = parse_number(value)
            if parts is None:
                return None, Fault.TEXT
            negative, whole, fraction = parts
            if len(fraction) > digits:
                return None, Fault.DECIMALS
            number = int(whole + fraction.ljust(digits, "0"))
            return _within(-number if negative else number)
        case _:
            return None, Fault.KIND


def _within(number: int, limit: int | None = LARGEST) -> Read:
    large = limit is not None and abs(number) > limit
    return (None, Fault.LARGE) if large else (number, Fault.NONE)


def _float(value: float, digits: int) -> Read:
    if math.isnan(value):
        return None, Fault.NAN
    if math.isinf(value):
        return None, Fault.INFINITE
    scaled = value * 10.0**digits
    if abs(scaled) >= 2.0**63:
        return None, Fault.LARGE
    whole = int(scaled) if abs(scaled) >= WHOLE_FROM else math.floor(scaled + 0.5)
    near = max(NEAR, abs(scaled) * GRAIN) if digits else 0.0
    return (None, Fault.DECIMALS) if abs(scaled - whole) > near else (whole, Fault.NONE)


def _decimal(value: Decimal, digits: int, limit: int | None = LARGEST) -> Read:
    if value.is_nan():
        return None, Fault.NAN
    if value.is_infinite():
        return None, Fault.INFINITE
    sign, figures, exponent = value.as_tuple()
    number = int("".join(map(str, figures)))
    shifted = int(exponent) + digits
    if number == 0:
        return 0, Fault.NONE
    if shifted < 0:
        if -shifted >= len(figures) or number % 10**-shifted:
            return None, Fault.DECIMALS
        number //= 10**-shifted
    elif len(figures) + shifted > 80:  # noqa: PLR2004 - far beyond any engine's integers
        return None, Fault.LARGE
    else:
        number *= 10**shifted
    return _within(-number if sign else number, limit)


def read_stamp(value: Any, form: StampForm | None, hours: int | None) -> Read:
    """Read a stamp as naive local wall time of the office."""
    match value:
        case None | "":
            return None, Fault.MISSING
        case datetime():
            stamp, offset = value.replace(tzinfo=None, fold=0), value.utcoffset()
        case date():
            return datetime.combine(value, time()), Fault.NONE
        case str():
            parsed = parse_stamp(value, form) if form else None
            if parsed is None:
                return None, Fault.STAMP
            stamp, offset = parsed
        case float() if math.isnan(value):
            return None, Fault.NAN
        case _:
            return None, Fault.KIND
    if offset is None:
        return stamp, Fault.NONE
    if hours is None:
        return None, Fault.ZONE
    local = shift(stamp, timedelta(hours=hours) - offset)
    return (None, Fault.STAMP) if local is None else (local, Fault.NONE)


def by_kind(values: Iterable[str | int | bool]) -> dict[Kind, set[Any]]:
    """Return the values of a condition by what they are compared as."""
    found: dict[Kind, set[Any]] = {}
    for each in values:
        kind: Kind = "integer"
        if isinstance(each, bool):
            kind = "boolean"
        elif isinstance(each, str):
            kind = "text"
        found.setdefault(kind, set()).add(each)
    return found
