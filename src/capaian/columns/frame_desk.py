"""Where one frame is read: which columns, into what, and how many values cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import polars as pl
from attrs import frozen

from capaian.columns.faults import (
    IDENTIFIER,
    Fault,
    Tally,
    filter_finding,
    missing_columns,
    place,
    value_findings,
)
from capaian.columns.intake import Source, Want, is_duckdb, is_spark, take_in
from capaian.columns.request import ZONES, Filter, Reading, Table
from capaian.columns.typed import Typed, typed
from capaian.columns.values import by_kind
from capaian.columns.written import StampForm, format_finding, stamp_form
from capaian.errors import Finding

Frame: TypeAlias = nw.LazyFrame[Any]
CONDITION, PRESENCE = "condition", "presence"
_YES, _NO = nw.lit(value=True), nw.lit(value=False)


@frozen
class Entry:
    """A column that is read, and what it is called in the frame."""

    key: str
    reading: Reading
    purpose: str = ""
    form: StampForm | str | None = None

    @property
    def name(self) -> str:
        """The column of values."""
        return f"{self.key}v"

    @property
    def value(self) -> nw.Expr:
        """The value; none where it cannot be used."""
        return nw.col(self.name)

    @property
    def sound(self) -> nw.Expr:
        """Whether there is a value that can be used."""
        return self.has(Fault.NONE)

    def has(self, fault: Fault) -> nw.Expr:
        """Return whether the value has a fault."""
        return nw.col(f"{self.key}f") == int(fault)

    def want(self) -> Want:
        """Return what is wanted of the engine."""
        kind = self.purpose if self.purpose == IDENTIFIER else self.reading.kind
        if not isinstance(self.form, StampForm):
            return Want(self.key, self.reading.column, kind)
        form = self.form
        return Want(self.key, self.reading.column, kind, form.pattern, len(form.parts))


class Desk:
    """Where one frame is read; it collects what is wrong."""

    def __init__(self, table: Table, zone: str = "") -> None:
        self.table = table
        self.hours = ZONES.get(zone)
        self.findings: list[Finding] = []
        self.entries: list[Entry] = []
        self.sources: dict[str, Source] = {}
        self.how: dict[str, Typed] = {}

    def has(self, names: Iterable[str]) -> bool:
        """Return whether the table has all these columns."""
        self.findings += missing_columns(self.table.name, names, self.table.columns)
        return not self.findings

    def add(self, reading: Reading, purpose: str = "") -> Entry:
        """Note that a column is to be read."""
        form = stamp_form(reading.format) if reading.kind == "stamp" else None
        entry = Entry(f"x{len(self.entries)}", reading, purpose, form)
        self.entries.append(entry)
        return entry

    def identify(self, column: str, *, nullable: bool = True) -> Entry:
        """Note that a column names subjects or cases."""
        return self.add(Reading(IDENTIFIER, column, "text", nullable=nullable), IDENTIFIER)

    def pick(self, filters: Sequence[Filter]) -> nw.Expr:
        """Return whether a row passes; what its conditions compare is noted for reading."""
        passed = _YES
        for each in filters:
            if each.present is not None:
                reading = Reading("", each.column, "text", nullable=True)
                there = ~nw.col(self.add(reading, PRESENCE).key).is_null()
                passed = passed & (there if each.present else ~there)
            for wanted, sense in ((each.one_of, True), (each.none_of, False)):
                if wanted:
                    hit = self._hit(each.column, wanted)
                    passed = passed & (hit if sense else ~hit)
        return passed

    def _hit(self, column: str, wanted: Sequence[str | int | bool]) -> nw.Expr:
        hit = _NO
        for kind, some in by_kind(wanted).items():
            entry = self.add(Reading("", column, kind, nullable=True), CONDITION)
            found = nw.when(entry.value.is_in(sorted(some))).then(_YES).otherwise(_NO)
            hit = hit | found
        return hit

    def open(self) -> Frame:
        """Return the table with a value and a fault for each column that is read."""
        frame, self.sources = take_in(self.table, [each.want() for each in self.entries])
        for each in self.entries:
            self.how[each.key] = typed(
                self.sources[each.key],
                each.reading,
                purpose=each.purpose,
                form=each.form if isinstance(each.form, StampForm) else None,
                hours=self.hours,
            )
        steps: list[dict[str, nw.Expr]] = [{}, {}, {}, {}]
        for key, how in self.how.items():
            for step, made in zip(steps, how.steps, strict=False):
                step.update(made)
            steps[2][f"{key}f"] = how.fault
            usable = nw.col(f"{key}f") == int(Fault.NONE)
            steps[3][f"{key}v"] = nw.when(usable).then(how.value)
        for step in steps:
            frame = frame.with_columns(**step) if step else frame
        return frame

    def questions(self, entry: Entry, rows: nw.Expr) -> dict[str, nw.Expr]:
        """Return, for each fault that can occur, how many of the rows have it."""
        return {
            f"{entry.key}n{int(fault)}": total(rows & entry.has(fault))
            for fault in self.how[entry.key].faults
        }

    def judge(self, entry: Entry, answers: Mapping[str, Any], rows: int) -> None:
        """Turn the answers about a column into findings."""
        name, reading = self.table.name, entry.reading
        if isinstance(entry.form, str):
            where = place(name, reading.column)
            self.findings.append(format_finding(where, reading.format, entry.form))
        tally = Tally()
        for fault in self.how[entry.key].faults:
            if fault is not Fault.MISSING or not reading.nullable:
                said = self.sources[entry.key].said
                tally.add(fault, said, answers[f"{entry.key}n{int(fault)}"] or 0)
        if entry.purpose == CONDITION:
            self.findings += filter_finding(name, reading.column, reading.kind, tally, rows)
        elif entry.purpose != PRESENCE:
            self.findings += value_findings(name, reading, tally, rows)


def total(condition: nw.Expr) -> nw.Expr:
    """Return the number of rows in which a condition holds."""
    return condition.cast(nw.Int64).sum().cast(nw.Int64)


def collect(frame: Frame) -> pl.DataFrame:
    """Run a frame in its engine; Polars streams, which takes less time and memory."""
    other = is_duckdb(frame) or is_spark(frame)
    options: dict[str, Any] = {} if other else {"engine": "streaming"}
    made: pl.DataFrame = frame.collect(backend="polars", **options).to_native()
    return made


def engine_errors() -> tuple[type[Exception], ...]:
    """Return what the engines at hand raise where a table turns out to be unreadable."""
    found: list[type[Exception]] = [OSError, pl.exceptions.PolarsError, nw.exceptions.NarwhalsError]
    if duckdb := sys.modules.get("duckdb"):
        found.append(duckdb.Error)
    if "pyspark" in sys.modules:
        from capaian.columns.spark import ERRORS  # noqa: PLC0415 - loads PySpark

        found += ERRORS
    return tuple(found)


def unreadable_table(table: Table, error: Exception) -> Finding:
    """Return the finding about a table that its engine could not read, without its content."""
    if table.origin == "file":
        from capaian.columns.files import file_form, unreadable  # noqa: PLC0415 - only for files

        return unreadable(table.name, table.source, file_form(table.source), error)
    return Finding("CPN-E03", table.name, {"form": table.origin, "error": type(error).__name__})
