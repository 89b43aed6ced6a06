"""Where one frame is read: which columns, into what, and how many values cannot be used."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import polars as pl
from attrs import frozen

from capaian.columns.faults import (
    CONDITION,
    IDENTIFIER,
    PRESENCE,
    Fault,
    Tally,
    filter_finding,
    place,
    value_findings,
)
from capaian.columns.intake import Source, Want, is_duckdb, is_spark, look_in, take_in
from capaian.columns.request import ZONES, Filter, Reading, Table
from capaian.columns.typed import Typed, clean_value, typed
from capaian.columns.values import by_kind
from capaian.columns.written import StampForm, format_finding, stamp_form
from capaian.errors import Finding

Frame: TypeAlias = nw.LazyFrame[Any]
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
    """Where one frame is read: each column once, however many ask for it."""

    def __init__(self, table: Table, zone: str = "") -> None:
        self.table = table
        self.hours = ZONES.get(zone)
        self.entries: list[Entry] = []
        self.known: dict[tuple[Any, ...], Entry] = {}
        self.sources: dict[str, Source] = {}
        self.how: dict[str, Typed] = {}

    def add(self, reading: Reading, purpose: str = "") -> Entry:
        """Note that a column is to be read."""
        sort = (
            reading.column,
            reading.kind,
            reading.labels,
            reading.format,
            reading.digits,
            purpose,
        )
        if sort not in self.known:
            form = stamp_form(reading.format) if reading.kind == "stamp" else None
            self.known[sort] = Entry(f"x{len(self.entries)}", reading, purpose, form)
            self.entries.append(self.known[sort])
        return self.known[sort]

    def identify(self, column: str, *, nullable: bool = True) -> Entry:
        """Note that a column names subjects or cases."""
        return self.add(Reading(IDENTIFIER, column, "text", nullable=nullable), IDENTIFIER)

    def pick(self, filters: Sequence[Filter]) -> tuple[nw.Expr, list[Entry]]:
        """Return whether a row passes, and the columns that its conditions look at."""
        passed = _YES
        looked_at: list[Entry] = []
        for each in filters:
            if each.present is not None:
                reading = Reading("", each.column, "text", nullable=True)
                looked_at.append(self.add(reading, PRESENCE))
                there = ~nw.col(looked_at[-1].key).is_null()
                passed = passed & (there if each.present else ~there)
            for wanted, sense in ((each.one_of, True), (each.none_of, False)):
                if wanted:
                    hit, entries = self._hit(each.column, wanted)
                    looked_at += entries
                    passed = passed & (hit if sense else ~hit)
        return passed, looked_at

    def _hit(self, column: str, wanted: Sequence[str | int | bool]) -> tuple[nw.Expr, list[Entry]]:
        hit, entries = _NO, []
        for kind, some in by_kind(wanted).items():
            entry = self.add(Reading("", column, kind, nullable=True), CONDITION)
            found = nw.when(entry.value.is_in(sorted(some))).then(_YES).otherwise(_NO)
            hit = hit | found
            entries.append(entry)
        return hit, entries

    def look(self) -> dict[str, Source]:
        """Return by key what each column is; no row is read."""
        return look_in(self.table, [each.want() for each in self.entries])

    def open(self, *, clean: bool = False) -> Frame:
        """Return the table with a value for each column that is read, and its fault.

        Where it is known that every value can be used, there are no faults.
        """
        wants = [each.want() for each in self.entries]
        frame, self.sources = take_in(self.table, wants, clean=clean)
        for each in self.entries:
            self.how[each.key] = typed(
                self.sources[each.key],
                each.reading,
                purpose=each.purpose,
                form=each.form if isinstance(each.form, StampForm) else None,
                hours=self.hours,
            )
        if clean:
            made = {
                each.name: clean_value(self.sources[each.key], each.reading, self.how[each.key])
                for each in self.entries
            }
            if self.table.in_memory:  # Polars cuts what it adds columns to, not what it selects
                return frame.select(nw.all(), **made)
            return frame.with_columns(**made)
        steps: list[dict[str, nw.Expr]] = [{}, {}, {}, {}]
        for key, how in self.how.items():
            for step, some in zip(steps, how.steps, strict=False):
                step.update(some)
            steps[2][f"{key}f"] = how.fault
            usable = nw.col(f"{key}f") == int(Fault.NONE)
            steps[3][f"{key}v"] = nw.when(usable).then(how.value)
        for step in steps:
            frame = frame.with_columns(**step) if step else frame
        return frame

    def questions(self, entry: Entry, name: str, rows: nw.Expr) -> dict[str, nw.Expr]:
        """Return, for each fault that can occur, how many of some rows have it.

        Parameters
        ----------
        entry
            The column.
        name, rows
            A name for the rows, and whether a row is one of them.
        """
        return {
            f"{entry.key}n{int(fault)}{name}": total(rows & entry.has(fault))
            for fault in self.how[entry.key].faults
        }

    def judge(
        self, entry: Entry, reading: Reading, name: str, answers: Mapping[str, Any], rows: int
    ) -> list[Finding]:
        """Turn the answers about a column in some rows into findings."""
        table, findings = self.table.name, []
        if isinstance(entry.form, str):
            where = place(table, reading.column)
            findings.append(format_finding(where, reading.format, entry.form))
        tally = Tally()
        for fault in self.how[entry.key].faults:
            if fault is not Fault.MISSING or not reading.nullable:
                said = self.sources[entry.key].said
                tally.add(fault, said, answers[f"{entry.key}n{int(fault)}{name}"] or 0)
        if entry.purpose == CONDITION:
            findings += filter_finding(table, reading.column, reading.kind, tally, rows)
        elif entry.purpose != PRESENCE:
            findings += value_findings(table, reading, tally, rows)
        return findings

    def judged(
        self, passed: nw.Expr, more: Mapping[str, nw.Expr] | None = None
    ) -> tuple[Frame, dict[str, Any], list[Finding]]:
        """Open the table and look at every column.

        Parameters
        ----------
        passed
            Whether a row passes; the frame has it as `passed`. Conditions are judged everywhere.
        more
            Further questions, by name.

        Returns
        -------
        tuple
            The frame; the answers to these questions, and of `rows`; what is wrong.
        """
        frame = self.open().with_columns(passed=passed)
        asked = {"rows": nw.len().cast(nw.Int64), **(more or {})}
        for entry in self.entries:
            everywhere = entry.purpose in {CONDITION, PRESENCE}
            rows = nw.lit(value=True) if everywhere else nw.col("passed")
            asked |= self.questions(entry, "", rows)
        answers = collect(frame.select(**asked)).row(0, named=True)
        findings = [
            finding
            for entry in self.entries
            for finding in self.judge(entry, entry.reading, "", answers, answers["rows"])
        ]
        return frame, answers, findings


def total(condition: nw.Expr) -> nw.Expr:
    """Return the number of rows in which a condition holds."""
    return condition.cast(nw.Int64).sum().cast(nw.Int64)


def collect(frame: Frame) -> pl.DataFrame:
    """Run a frame in its engine; Polars streams, which takes less time and memory."""
    other = is_duckdb(frame) or is_spark(frame)
    options: dict[str, Any] = {} if other else {"engine": "streaming"}
    made: pl.DataFrame = frame.collect(backend="polars", **options).to_native()
    return made


def engine_errors() -> tuple[type[BaseException], ...]:
    """Return what the engines at hand raise where a table turns out to be unreadable.

    A panic of Polars, which a broken Parquet file may bring about, is no `Exception`.
    """
    found: list[type[BaseException]] = [
        OSError,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        nw.exceptions.NarwhalsError,
    ]
    if duckdb := sys.modules.get("duckdb"):
        found.append(duckdb.Error)
    if "pyspark" in sys.modules:
        from capaian.columns.spark import ERRORS  # noqa: PLC0415 - loads PySpark

        found += ERRORS
    return tuple(found)


def unreadable_table(table: Table, error: BaseException) -> Finding:
    """Return the finding about a table that its engine could not read, without its content."""
    if table.source:
        from capaian.columns.files import file_form, unreadable  # noqa: PLC0415 - only for files

        return unreadable(table.name, table.source, file_form(table.source), error)
    return Finding("CPN-E03", table.name, {"form": table.origin, "error": type(error).__name__})
