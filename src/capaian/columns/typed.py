"""Columns of a frame, read: for each a value and a fault, as expressions that no row can break.

Integers only: stamps are microseconds since 1970, worked out from their parts in whole numbers. A
cast sees nothing but what has been proved to fit, because engines raise where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
from attrs import field, frozen

from capaian.columns.faults import IDENTIFIER, Fault
from capaian.columns.intake import Source
from capaian.columns.limits import DAY, FIRST_STAMP, LAST_STAMP
from capaian.columns.printer import whole
from capaian.columns.request import LARGEST, Reading
from capaian.columns.values import EXACT_BELOW, GRAIN, NEAR, WHOLE_FROM
from capaian.columns.written import ANSWERS, CENTURY_TURNS, MONTHS, StampForm

Expr: TypeAlias = nw.Expr
Cases: TypeAlias = Sequence[tuple[nw.Expr, Fault]]
MINUTE = 60_000_000
_COARSE = 2.0**-23
"""The grain of float32."""
_TOO_LONG = len(str(LARGEST))


@frozen
class Typed:
    """How a column is read.

    Attributes
    ----------
    steps
        Columns to make first, step by step.
    fault
        The fault of each row's value; a missing value is one.
    value
        The value where there is no fault: Int64, String or Boolean. A name may be Int64 still.
    faults
        The faults that can occur.
    """

    fault: Expr
    value: Expr
    faults: tuple[Fault, ...]
    steps: tuple[dict[str, Expr], ...] = field(default=())


def typed(
    source: Source,
    reading: Reading,
    *,
    purpose: str = "",
    form: StampForm | None = None,
    hours: int | None = None,
) -> Typed:
    """Return how a column is read for a purpose; see `capaian.columns.values` for the rules."""
    x = nw.col(source.key)
    if source.sort == "null":
        return _made(x, [], _nothing(x, reading.kind))
    if purpose == IDENTIFIER:
        return _identifier(source, x)
    if reading.kind == "stamp":
        return _stamp(source, x, form, hours)
    if reading.kind == "integer":
        return _integer(source, x, reading.digits)
    if reading.kind == "boolean":
        return _boolean(source, x)
    return _text(source, x, reading.labels)


def clean_value(source: Source, reading: Reading, how: Typed) -> Expr:
    """Return the value of a column of which it is known that every value can be used."""
    if source.sort == "integer" and reading.kind == "integer":
        x = nw.col(source.key)
        return x * whole(10**reading.digits) if reading.digits else x
    return how.value


def _made(x: Expr, cases: Cases, value: Expr, *steps: dict[str, Expr]) -> Typed:
    """Join the faults, the first that holds; no value comes before all."""
    all_cases = [(x.is_null(), Fault.MISSING), *cases]
    fault = whole(Fault.NONE)
    for condition, each in reversed(all_cases):
        fault = nw.when(condition).then(whole(each)).otherwise(fault)
    return Typed(fault, value, tuple(dict.fromkeys(each for _, each in all_cases)), steps)


def _nothing(x: Expr, kind: str) -> Expr:
    """Return no value in every row."""
    some: dict[str, Any] = {"text": nw.lit(""), "boolean": nw.lit(value=True)}
    return nw.when(x.is_null() & ~x.is_null()).then(some.get(kind, whole(0)))


def _unfit(source: Source, x: Expr, kind: str) -> Typed:
    """Return how a column of the wrong kind is read: every value is a fault."""
    if source.sort in {"float", "float32"}:
        cases = [(x.is_nan(), Fault.NAN), (~x.is_null(), Fault.KIND)]
        return _made(x, cases, _nothing(x, kind))
    return _made(x, [(~x.is_null(), Fault.KIND)], _nothing(x, kind))


def _text(source: Source, x: Expr, labels: Sequence[str]) -> Typed:
    if source.sort == "text" or (source.sort == "exact" and source.said == "integer"):
        value = x
    elif source.sort == "integer":
        value = x.cast(nw.String)
    else:
        return _unfit(source, x, "text")
    cases = [(~value.is_in(list(labels)), Fault.LABEL)] if labels else []
    return _made(x, cases, value)


def _boolean(source: Source, x: Expr) -> Typed:
    if source.sort == "boolean":
        return _made(x, [], x)
    if source.sort in {"float", "float32"}:
        cases = [(x.is_nan(), Fault.NAN), ((x != 0.0) & (x != 1.0), Fault.KIND)]
        return _made(x, cases, x == 1.0)
    if source.sort == "integer":
        return _made(x, [((x != 0) & (x != 1), Fault.KIND)], x == 1)
    if source.sort == "exact" and source.said == "integer":
        return _made(x, [(~x.is_in(["0", "1"]), Fault.KIND)], x == nw.lit("1"))
    if source.sort == "text" and source.written:
        answer = x.str.to_lowercase()
        known = answer.is_in(list(ANSWERS))
        yes = answer.is_in([each for each, means in ANSWERS.items() if means])
        return _made(x, [(~known, Fault.TEXT)], yes)
    return _unfit(source, x, "boolean")


# ---- integers ----------------------------------------------------------------------------------


def _integer(source: Source, x: Expr, digits: int) -> Typed:
    if source.sort == "integer":
        most = LARGEST // 10**digits
        large = (x > most) | (x < -most)
        value = nw.when(~large).then(x) * whole(10**digits)
        return _made(x, [(large, Fault.LARGE)], value)
    if source.sort in {"float", "float32"}:
        return _float(source, x, digits)
    return _digits(source, x, digits) if source.parts else _unfit(source, x, "integer")


def _float(source: Source, x: Expr, digits: int) -> Typed:
    scaled = x * 10.0**digits
    near_whole = nw.when(scaled.abs() >= WHOLE_FROM).then(scaled).otherwise((scaled + 0.5).floor())
    off = (scaled - near_whole).abs()
    if digits:
        slack = scaled.abs() * (GRAIN if source.sort == "float" else _COARSE)
        off = nw.when(off > slack).then(off).otherwise(nw.lit(0.0))
    cases = [
        (x.is_nan(), Fault.NAN),
        (~x.is_finite(), Fault.INFINITE),
        (scaled.abs() >= 2.0**63, Fault.LARGE),
        (off > (NEAR if digits else 0.0), Fault.DECIMALS),
    ]
    fits = x.is_finite() & (scaled.abs() < 2.0**63)
    return _made(x, cases, nw.when(fits).then(near_whole).cast(nw.Int64))


def _absent_as(part: Expr, text: str) -> Expr:
    return nw.when(part.is_null()).then(nw.lit(text)).otherwise(part)


def _digits(source: Source, x: Expr, digits: int) -> Typed:
    """Read a number from its decimal text, taken apart by `NUMBER`."""
    sign, before, after = (nw.col(each) for each in source.parts)
    fraction = _absent_as(after, "")
    figures = before
    if digits:
        padded = nw.concat_str([fraction, nw.lit("0" * digits)]).str.slice(0, digits)
        figures = nw.concat_str([before, padded])
    length = figures.str.len_chars()
    large = (length > _TOO_LONG) | ((length == _TOO_LONG) & (figures > nw.lit(str(LARGEST))))
    small = ~before.is_null() & ~large
    number = nw.when(small).then(figures).cast(nw.Int64)
    cases = [
        (before.is_null(), Fault.TEXT),
        (fraction.str.len_chars() > digits, Fault.DECIMALS),
        (large, Fault.LARGE),
    ]
    return _made(x, cases, nw.when(sign == nw.lit("-")).then(-number).otherwise(number))


def _identifier(source: Source, x: Expr) -> Typed:
    """Read a name; what is held as a number stays one, because engines group numbers faster."""
    if source.sort == "text":
        return _made(x, [], x)
    if source.sort == "integer":
        return _made(x, [], x)
    if source.sort in {"float", "float32"}:
        sure = x.is_finite() & (x.abs() < EXACT_BELOW)
        cases = [
            (x.is_nan(), Fault.NAN),
            (~x.is_finite(), Fault.INFINITE),
            ((x.abs() >= EXACT_BELOW) | (x != x.floor()), Fault.INEXACT),
        ]
        return _made(x, cases, nw.when(sure).then(x.floor()).cast(nw.Int64))
    if source.sort == "exact":
        sign, before, after = (nw.col(each) for each in source.parts)
        minus = (sign == nw.lit("-")) & (before != nw.lit("0"))
        value = nw.when(minus).then(nw.concat_str([nw.lit("-"), before])).otherwise(before)
        odd = before.is_null() | (_absent_as(after, "") != nw.lit(""))
        return _made(x, [(odd, Fault.INEXACT)], value)
    return _unfit(source, x, "text")


# ---- stamps ------------------------------------------------------------------------------------


def _stamp(source: Source, x: Expr, form: StampForm | None, hours: int | None) -> Typed:
    if source.sort == "stamp":
        return _made(x, [(_no_year(x), Fault.STAMP)], x)
    if source.sort == "aware":
        if hours is None:
            return _made(x, [(~x.is_null(), Fault.ZONE)], _nothing(x, "stamp"))
        local = nw.when(~_no_year(x)).then(x) + whole(hours * 60 * MINUTE)
        return _made(x, [(local.is_null() | _no_year(local), Fault.STAMP)], local)
    if source.sort == "text":
        if form is None:
            return _made(x, [(~x.is_null(), Fault.STAMP)], _nothing(x, "stamp"))
        return _written_stamp(source, x, form, hours)
    return _unfit(source, x, "stamp")


def _no_year(micro: Expr) -> Expr:
    """Return whether a stamp lies outside the years 1 to 9999."""
    return (micro < FIRST_STAMP) | (micro > LAST_STAMP)


def _written_stamp(source: Source, x: Expr, form: StampForm, hours: int | None) -> Typed:
    parts = {name: nw.col(key) for name, key in zip(form.parts, source.parts, strict=True)}
    key = source.key
    year, month, day = (nw.col(f"{key}_{each}") for each in ("year", "month", "day"))
    numbers = {
        f"{key}_year": _year(parts),
        f"{key}_month": _month(parts),
        f"{key}_day": parts["day"].cast(nw.Int64),
        f"{key}_time": _time(parts),
        f"{key}_zone": _zone(parts),
    }
    zone = nw.col(f"{key}_zone")
    wall = _days(year, month, day) * whole(DAY) + nw.col(f"{key}_time")
    shifted = wall + (whole((hours or 0) * 60) - zone) * whole(MINUTE)
    instant = {f"{key}_at": nw.when(zone.is_null()).then(wall).otherwise(shifted)}
    found = nw.col(f"{key}_at")
    no_date = year.is_null() | (year < 1) | (day > _month_length(year, month))
    cases = [(no_date, Fault.STAMP)]
    if hours is None:
        cases.append((~zone.is_null(), Fault.ZONE))
    cases.append((_no_year(found), Fault.STAMP))
    return _made(x, cases, found, numbers, instant)


def _number(part: Expr | None) -> Expr:
    """Return a part as a number; what is not written counts as 0."""
    return whole(0) if part is None else _absent_as(part, "0").cast(nw.Int64)


def _year(parts: dict[str, Expr]) -> Expr:
    if "year" in parts:
        return parts["year"].cast(nw.Int64)
    short = parts["short_year"].cast(nw.Int64)
    return nw.when(short >= CENTURY_TURNS).then(short + 1900).otherwise(short + 2000)


def _month(parts: dict[str, Expr]) -> Expr:
    if "month" in parts:
        return parts["month"].cast(nw.Int64)
    name = parts["month_name"].str.to_lowercase().str.slice(0, 3)
    month = whole(0)
    for number, names in enumerate(MONTHS, 1):
        month = nw.when(name.is_in(list(names))).then(whole(number)).otherwise(month)
    return month


def _time(parts: dict[str, Expr]) -> Expr:
    hour = _number(parts.get("hour"))
    if "half" in parts:
        afternoon = parts["half"].str.to_lowercase() == nw.lit("pm")
        twelve = _number(parts["half_hour"])
        morning = nw.when(twelve == 12).then(whole(0)).otherwise(twelve)  # noqa: PLR2004 - hours
        hour = nw.when(afternoon).then(morning + 12).otherwise(morning)
    fraction = whole(0)
    if "fraction" in parts:
        padded = [_absent_as(parts["fraction"], ""), nw.lit("000000")]
        fraction = nw.concat_str(padded).str.slice(0, 6).cast(nw.Int64)
    minutes = hour * 60 + _number(parts.get("minute"))
    return (minutes * 60 + _number(parts.get("second"))) * 1_000_000 + fraction


def _zone(parts: dict[str, Expr]) -> Expr:
    """Return the minutes east of UTC; none where no zone is written."""
    day = parts["day"]
    if "utc" not in parts:
        return _nothing(day, "stamp")
    minutes = _number(parts["zone_hour"]) * 60 + _number(parts["zone_minute"])
    sign = parts["zone_sign"]
    signed = nw.when(sign == nw.lit("-")).then(-minutes).otherwise(minutes)
    return nw.when(~parts["utc"].is_null() | ~sign.is_null()).then(signed)


def _month_length(year: Expr, month: Expr) -> Expr:
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    february = nw.when(leap).then(whole(29)).otherwise(whole(28))
    short = nw.when(month.is_in([4, 6, 9, 11])).then(whole(30)).otherwise(whole(31))
    return nw.when(month == 2).then(february).otherwise(short)  # noqa: PLR2004 - February


def _days(year: Expr, month: Expr, day: Expr) -> Expr:
    """Return the days since 1970, by the civil calendar that begins its years in March."""
    before_march = month <= 2  # noqa: PLR2004 - February
    years = year - before_march.cast(nw.Int64)
    months = nw.when(before_march).then(month + 9).otherwise(month - 3)
    leaps = years // 4 - years // 100 + years // 400
    return years * 365 + leaps + (months * 153 + 2) // 5 + day - 719_469
