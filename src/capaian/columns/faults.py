"""What can be wrong with a value, and how many such values make a finding.

Both paths, over records and over frames, count the same faults and say them through here, so that
the same evidence is refused in the same words whatever it came as.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import IntEnum
from typing import Any

from attrs import define, field

from capaian.columns.request import DenseCalendar, Reading
from capaian.errors import Finding, did_you_mean
from capaian.formula import Node, words


class Fault(IntEnum):
    """Why a value cannot be used. A value has at most one fault."""

    NONE = 0
    MISSING = 10
    KIND = 11
    NAN = 12
    INFINITE = 13
    DECIMALS = 14
    LARGE = 15
    STAMP = 16
    ZONE = 17
    LABEL = 18
    TEXT = 19
    INEXACT = 21


NAMED = 100
"""How many columns of a table a message names; the others are counted."""
IDENTIFIER = "identifier"
"""The purpose of a column that names a subject or a case; it is read as text."""

CONDITION, PRESENCE = "condition", "presence"
"""The purposes of a column that a condition compares, or asks whether it has a value."""


@define
class Tally:
    """How often each fault occurs in a column, and what was found where another kind was wanted."""

    counts: dict[Fault, int] = field(factory=dict)
    found: set[str] = field(factory=set)

    def add(self, fault: Fault, sort: str = "", count: int = 1) -> None:
        """Count a fault."""
        if count:
            self.counts[fault] = self.counts.get(fault, 0) + count
            if fault is Fault.KIND:
                self.found.add(sort)


def place(table: str, column: str = "") -> str:
    """Return where a finding is: the table, and a column of it."""
    return f"{table}.{column}" if table and column else table or column


def value_findings(table: str, reading: Reading, tally: Tally, rows: int) -> list[Finding]:
    """Return the findings about the values of one column, in the order of their codes."""
    if not tally.counts:
        return []
    extra: dict[Fault, Mapping[str, Any]] = {
        Fault.KIND: {"found": _listed(tally.found), "wanted": reading.kind},
        Fault.DECIMALS: {"digits": reading.digits},
        Fault.LARGE: {"digits": reading.digits},
        Fault.STAMP: {"form": f"'{reading.format}'" if reading.format else "2026-03-31 16:30"},
        Fault.LABEL: {"known": ", ".join(f"'{label}'" for label in reading.labels)},
        Fault.TEXT: {"wanted": reading.kind},
    }
    where = place(table, reading.column)
    return [
        Finding(f"CPN-E{fault}", where, {"count": count, "rows": rows, **extra.get(fault, {})})
        for fault, count in sorted(tally.counts.items())
    ]


def missing_columns(table: str, wanted: Iterable[str], known: tuple[str, ...]) -> list[Finding]:
    """Return a finding for each column that the table does not have."""
    absent = [name for name in dict.fromkeys(wanted) if name not in known]
    listed = ", ".join(known[:NAMED]) + (f" (+{more})" if (more := len(known) - NAMED) > 0 else "")
    return [
        Finding(
            "CPN-E09",
            table,
            {"column": name, "hint": did_you_mean(name, known), "known": listed},
        )
        for name in absent
    ]


def filter_finding(table: str, column: str, wanted: str, tally: Tally, rows: int) -> list[Finding]:
    """Return the finding about a condition whose values are of another kind than the column."""
    count = tally.counts.get(Fault.KIND, 0)
    values = {"count": count, "rows": rows, "wanted": wanted, "found": _listed(tally.found)}
    return [Finding("CPN-E25", place(table, column), values)] if count else []


def clock_finding(
    table: str, columns: Iterable[str], calendar: DenseCalendar, count: int, rows: int
) -> Finding:
    """Return the finding about rows that need working time outside the calendar."""
    span = {
        "first": date.fromordinal(calendar.first).isoformat(),
        "last": date.fromordinal(calendar.first + len(calendar.count) - 1).isoformat(),
    }
    where = place(table, ", ".join(columns))
    return Finding("CPN-E22", where, {"count": count, "rows": rows, **span})


def formula_finding(code: str, table: str, tree: Node, **values: Any) -> Finding:
    """Return the finding about a formula whose integers grow too large."""
    said = {"what_en": words(tree, "en"), "what_id": words(tree, "id")}
    return Finding(code, table, {**said, **values})


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
