"""Proofs of a regulation's tables: each number and each combination has exactly one row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from capaian.errors import Finding, did_you_mean
from capaian.exact.decision_table import prove_table, strangers
from capaian.exact.interval import Interval, gaps, overlaps
from capaian.formula import number
from capaian.rules.document import Curve, Grades, Regulation, Table
from capaian.rules.tables import ENDS, cells_of, outputs_of, steps_of
from capaian.wire import exact_number, short


def prove_tables(regulation: Regulation) -> list[Finding]:
    """Return what is wrong with the tables and curves of a regulation."""
    findings: list[Finding] = []
    for name, table in regulation.tables.items():
        faults = [*_rows(table, f"tables.{name}")]
        findings += faults or _decisions(table, f"tables.{name}")
    for name, grades in regulation.grades.items():
        faults = [*_rows(grades, f"grades.{name}"), *_ends(grades, f"grades.{name}")]
        findings += faults or _cover(grades, f"grades.{name}")
    for name, curve in regulation.curves.items():
        findings += _points(curve, f"curves.{name}")
    return findings


def _rows(table: Table | Grades, where: str) -> Iterator[Finding]:
    """Refuse rows that give nothing, or not all that the others give."""
    names = outputs_of(table)
    if not names or not table.rows:
        yield Finding("CPN-L07", where, {"names": "-"})
        return
    for index, row in enumerate(table.rows):
        lacking = [name for name in names if name not in row]
        if ("none" in row) != (len(lacking) == len(names)) or (lacking and "none" not in row):
            yield Finding("CPN-L07", f"{where}.rows[{index}]", {"names": ", ".join(names)})


def _decisions(table: Table, where: str) -> list[Finding]:
    cells = [each.labels for each in cells_of(table)]
    found = [
        Finding(
            "CPN-L08",
            f"{where}.rows[{each.cell}].{each.input}",
            {
                "label": short(each.level),
                "hint": did_you_mean(each.level, table.inputs[each.input]),
                "known": ", ".join(table.inputs[each.input]),
            },
        )
        for each in strangers(table.inputs, cells)
    ]
    if found:
        return found
    open_, twice = prove_table(table.inputs, cells)
    found += [Finding("CPN-L05", where, {"labels": _said(table, each)}) for each in open_]
    found += [
        Finding("CPN-L06", where, {"labels": _said(table, each), "rows": ", ".join(map(str, rows))})
        for each, rows in twice
    ]
    return found


def _said(table: Table, labels: Sequence[str]) -> str:
    return ", ".join(f"{name} = {each}" for name, each in zip(table.inputs, labels, strict=True))


def _ends(grades: Grades, where: str) -> Iterator[Finding]:
    """Refuse rows that are no interval."""
    for index, row in enumerate(grades.rows):
        ends = [end for end in ENDS if end in row]
        numbers = all(exact_number(row[end]) is not None for end in ends)
        twice = {"from", "above"} <= set(ends) or {"to", "below"} <= set(ends)
        alone = "is" in ends and len(ends) > 1
        if not numbers or twice or alone or steps_of(grades)[index].interval.empty:
            yield Finding("CPN-P94", f"{where}.rows[{index}]", {"row": _written(row, ends)})


def _written(row: Mapping[str, Any], ends: Sequence[str]) -> str:
    return ", ".join(f"{end} = {short(str(row[end]))}" for end in ends) or "-"


def _cover(grades: Grades, where: str) -> list[Finding]:
    """Refuse numbers without a row and numbers with two, on the grid where they are rounded."""
    rows = [each.interval for each in steps_of(grades)]
    span = Interval(grades.low, grades.high, high_inside=True)
    if grades.digits is not None:
        rows = [_whole(each, grades.digits) for each in rows]
        span = _whole(span, grades.digits)
    open_ = gaps([*rows, *_beyond(span)])
    found = [Finding("CPN-L03", where, {"gap": _text(each, grades.digits)}) for each in open_]
    for first, second, shared in overlaps(rows):
        values = {"first": first, "second": second, "shared": _text(shared, grades.digits)}
        found.append(Finding("CPN-L04", where, values))
    return found


def _beyond(span: Interval) -> Iterator[Interval]:
    """Return what is outside a span, and so needs no row."""
    if span.low is not None:
        yield Interval(None, span.low, high_inside=not span.low_inside)
    if span.high is not None:
        yield Interval(span.high, None, low_inside=not span.high_inside)


def _whole(each: Interval, digits: int) -> Interval:
    """Return an interval on the grid of whole numbers, x times 10^digits: half-open."""
    unit = 10**digits
    low = high = None
    if each.low is not None:
        edge = each.low * unit
        low = Fraction(ceil(edge) if each.low_inside else floor(edge) + 1)
    if each.high is not None:
        edge = each.high * unit
        high = Fraction(floor(edge) + 1 if each.high_inside else ceil(edge))
    return Interval(low, high)


def _text(each: Interval, digits: int | None) -> str:
    """Return the numbers that are meant, on the grid as its first and last."""
    if digits is None or each.low is None or each.high is None:
        unit = 1 if digits is None else 10**digits
        low = None if each.low is None else each.low / unit
        high = None if each.high is None else each.high / unit
        return Interval(low, high, each.low_inside, each.high_inside).text()
    first, last = each.low / 10**digits, (each.high - 1) / 10**digits
    return f"x = {number(first)}" if first == last else f"{number(first)} ≤ x ≤ {number(last)}"


def _points(curve: Curve, where: str) -> list[Finding]:
    xs = [x for x, _ in curve.points]
    if len(set(xs)) < 2:  # noqa: PLR2004 - a line needs two ends
        return [Finding("CPN-P91", f"{where}.points", {"count": len(xs)})]
    return [
        Finding("CPN-P92", f"{where}.points", {"before": number(before), "after": number(after)})
        for before, after in pairwise(xs)
        if after < before
    ]
