"""Where one table of records is read: columns whole, in the interpreter's own loops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import compress
from typing import Any, TypeAlias

from capaian.columns.faults import (
    Fault,
    Tally,
    filter_finding,
    missing_columns,
    place,
    value_findings,
)
from capaian.columns.request import LARGEST, Filter, Reading, Table
from capaian.columns.values import by_kind, reader, settle, sort_of
from capaian.columns.written import StampForm, format_finding, stamp_form
from capaian.errors import Finding

Rows: TypeAlias = Sequence[Mapping[str, Any]]
_NOTHING = type(None)
_PLAIN: Mapping[str, type] = {"integer": int, "stamp": datetime, "text": str, "boolean": bool}


class RecordDesk:
    """Where one table of records is read; it collects what is wrong."""

    def __init__(self, table: Table, zone: str) -> None:
        self.table = table
        self.zone = zone
        self.findings: list[Finding] = []
        self.last = Tally()
        """Faults of the column read last, missing values left out where they may be missing."""

    def has(self, names: Iterable[str]) -> bool:
        """Return whether the table has all these columns."""
        self.findings += missing_columns(self.table.name, names, self.table.columns)
        return not self.findings

    def read(self, reading: Reading, rows: Rows, purpose: str = "") -> list[Any]:
        """Return the values of a column; a value that cannot be used is `None` and counted."""
        self.last = Tally()
        name = reading.column
        form = stamp_form(reading.format) if reading.kind == "stamp" else None
        if isinstance(form, str):
            where = place(self.table.name, name)
            self.findings.append(format_finding(where, reading.format, form))
            form = None
        values = [row.get(name) for row in rows]
        if _is_plain(values, reading, purpose):
            if not reading.nullable:
                self.last.add(Fault.MISSING, count=values.count(None))
        else:
            values, self.last = read_column(
                values,
                reading,
                purpose=purpose,
                written=self.table.written,
                zone=self.zone,
                form=form,
            )
        self.findings += value_findings(self.table.name, reading, self.last, len(self.table.native))
        return values

    def filtered(self, filters: Sequence[Filter]) -> Rows:
        """Return the rows that pass."""
        rows: Rows = self.table.native
        keep: list[bool] | None = None
        for each in filters:
            passed = self._passes(each)
            keep = passed if keep is None else [a and b for a, b in zip(keep, passed, strict=True)]
        return rows if keep is None else list(compress(rows, keep))

    def _passes(self, rule: Filter) -> list[bool]:
        values = [settle(row.get(rule.column)) for row in self.table.native]
        passed = [True] * len(values)
        if rule.present is not None:
            passed = [_is_there(each) == rule.present for each in values]
        for wanted, sense in ((rule.one_of, True), (rule.none_of, False)):
            if wanted:
                hits = self._hits(rule.column, wanted, values)
                passed = [a and hit == sense for a, hit in zip(passed, hits, strict=True)]
        return passed

    def _hits(
        self, column: str, wanted: Sequence[str | int | bool], values: Sequence[Any]
    ) -> list[bool]:
        hits = [False] * len(values)
        for kind, some in by_kind(wanted).items():
            reading = Reading("", column, kind, nullable=True)
            read, tally = read_column(values, reading, written=self.table.written)
            self.findings += filter_finding(
                self.table.name, column, kind, tally, len(self.table.native)
            )
            hits = [a or each in some for a, each in zip(hits, read, strict=True)]
        return hits


def _is_there(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and not value)


def _is_plain(values: Sequence[Any], reading: Reading, purpose: str) -> bool:
    """Return whether all values are as they should be, or missing: no need to look at each."""
    kinds = set(map(type, values))
    kinds.discard(_NOTHING)
    if not kinds:
        return True
    if kinds != {_PLAIN[reading.kind]}:
        return False
    match reading.kind:
        case "integer":
            known = [each for each in values if each is not None]
            return not reading.digits and max(known) <= LARGEST and min(known) >= -LARGEST
        case "stamp":
            return all(each is None or each.tzinfo is None for each in values)
        case "text":
            distinct = set(values)
            allowed = not reading.labels or purpose or distinct <= {*reading.labels, None}
            return "" not in distinct and bool(allowed)
        case _:
            return True


def read_column(
    values: Iterable[Any],
    reading: Reading,
    *,
    purpose: str = "",
    written: bool = False,
    zone: str = "",
    form: StampForm | None = None,
) -> tuple[list[Any], Tally]:
    """Read values one by one; a value that cannot be used is `None` and counted."""
    read = reader(reading, purpose=purpose, written=written, zone=zone, form=form)
    tally = Tally()
    result = []
    for raw in values:
        value = settle(raw)
        given, fault = read(value)
        if fault and not (fault is Fault.MISSING and reading.nullable):
            tally.add(fault, sort_of(value))
        result.append(given)
    return result, tally
