"""The frame path: what engines hold, to integers per subject, in two lazy passes.

The first pass counts what is wrong and how large values are; the second, which runs only if
nothing is, reduces. Neither brings rows out of the engine.
"""

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
    clock_finding,
    filter_finding,
    formula_finding,
    missing_columns,
    value_findings,
)
from capaian.columns.intake import Source, Want, take_in
from capaian.columns.limits import CLOSES, DAY, EPOCH, OPENS, Span, at, guards, microseconds, prove
from capaian.columns.limits import Sizes
from capaian.columns.pauses import Interval, PauseRow, pause_findings
from capaian.columns.printer import Printer
from capaian.columns.records import read_pauses
from capaian.columns.reduction import Scope, reduce_scope
from capaian.columns.request import (
    ZONES,
    Filter,
    PauseReading,
    Reading,
    Reduced,
    Request,
    Roster,
    RosterReading,
    Table,
)
from capaian.columns.roster import roster_of
from capaian.columns.typed import Typed, typed
from capaian.columns.values import by_kind
from capaian.columns.work import clock_counts
from capaian.columns.written import StampForm, format_finding, stamp_form
from capaian.errors import Finding

Frame: TypeAlias = nw.LazyFrame[Any]
_SUBJECT = Reading(IDENTIFIER, "", "text", nullable=True)


@frozen
class _Entry:
    """A column that is read."""

    key: str
    reading: Reading
    purpose: str = ""
    form: StampForm | None = None

    @property
    def value(self) -> nw.Expr:
        return nw.col(f"{self.key}v")

    @property
    def fault(self) -> nw.Expr:
        return nw.col(f"{self.key}f")

    def want(self) -> Want:
        purpose = self.purpose or self.reading.kind
        pattern, groups = (self.form.pattern, len(self.form.parts)) if self.form else ("", 0)
        return Want(self.key, self.reading.column, purpose, pattern, groups)


class _Desk:
    """Where one table is read; it collects what is wrong."""

    def __init__(self, table: Table, zone: str) -> None:
        self.table = table
        self.hours = ZONES.get(zone)
        self.findings: list[Finding] = []
        self.entries: list[_Entry] = []
        self.filters: list[tuple[nw.Expr, list[_Entry]]] = []
        self.sources: dict[str, Source] = {}
        self.how: dict[str, Typed] = {}

    def has(self, names: Iterable[str]) -> bool:
        self.findings += missing_columns(self.table.name, names, self.table.columns)
        return not self.findings

    def add(self, reading: Reading, purpose: str = "") -> _Entry:
        """Note that a column is to be read."""
        form = stamp_form(reading.format) if reading.kind == "stamp" else None
        if isinstance(form, str):
            where = f"{self.table.name}.{reading.column}"
            self.findings.append(format_finding(where, reading.format, form))
            form = None
        entry = _Entry(f"x{len(self.entries)}", reading, purpose, form)
        self.entries.append(entry)
        return entry

    def pick(self, filters: Sequence[Filter]) -> nw.Expr:
        """Return whether a row passes; what its conditions compare is noted for reading."""
        passed = nw.lit(value=True)
        for each in filters:
            if each.present is not None:
                entry = self.add(Reading("", each.column, "text", nullable=True), "presence")
                there = ~nw.col(entry.key).is_null()
                passed = passed & (there if each.present else ~there)
            for wanted, sense in ((each.one_of, True), (each.none_of, False)):
                if wanted:
                    hit = self._hit(each.column, wanted)
                    passed = passed & (hit if sense else ~hit)
        return passed

    def _hit(self, column: str, wanted: Sequence[str | int | bool]) -> nw.Expr:
        hit = nw.lit(value=False)
        for kind, some in by_kind(wanted).items():
            entry = self.add(Reading("", column, kind, nullable=True), "condition")  # type: ignore[arg-type]
            found = entry.value.is_in(sorted(some))
            usable = (entry.fault == int(Fault.NONE)) & found
            hit = hit | nw.when(usable).then(nw.lit(value=True)).otherwise(nw.lit(value=False))
        return hit

    def open(self) -> Frame:
        """Return the table with a value and a fault for each column that is read."""
        frame, self.sources = take_in(self.table, [each.want() for each in self.entries])
        for each in self.entries:
            purpose = each.purpose if each.purpose == IDENTIFIER else ""
            self.how[each.key] = typed(
                self.sources[each.key],
                each.reading,
                purpose=purpose,
                form=each.form,
                hours=self.hours,
            )
        for step in range(2):
            made = {}
            for how in self.how.values():
                made.update(how.steps[step] if len(how.steps) > step else {})
            frame = frame.with_columns(**made) if made else frame
        frame = frame.with_columns(**{f"{key}f": how.fault for key, how in self.how.items()})
        return frame.with_columns(
            **{
                f"{key}v": nw.when(nw.col(f"{key}f") == int(Fault.NONE)).then(how.value)
                for key, how in self.how.items()
            }
        )

    def counts(self, entry: _Entry, rows: nw.Expr) -> dict[str, nw.Expr]:
        """Return, for each fault that can occur, how many of the rows have it."""
        return {
            f"{entry.key}n{int(fault)}": total(rows & (entry.fault == int(fault)))
            for fault in self.how[entry.key].faults
        }

    def tally(self, entry: _Entry, found: Mapping[str, Any]) -> Tally:
        """Return the faults that were counted; a missing value only where it is one."""
        tally = Tally()
        for fault in self.how[entry.key].faults:
            if fault is not Fault.MISSING or not entry.reading.nullable:
                count = found[f"{entry.key}n{int(fault)}"] or 0
                tally.add(fault, self.sources[entry.key].said, count)
        return tally

    def judge(self, entry: _Entry, found: Mapping[str, Any], rows: int) -> None:
        tally = self.tally(entry, found)
        if entry.purpose == "condition":
            reading = entry.reading
            self.findings += filter_finding(
                self.table.name, reading.column, reading.kind, tally, rows
            )
        elif entry.purpose != "presence":
            self.findings += value_findings(self.table.name, entry.reading, tally, rows)


def total(condition: nw.Expr) -> nw.Expr:
    """Return the number of rows in which a condition holds."""
    return condition.cast(nw.Int64).sum().cast(nw.Int64)


def collect(frame: Frame) -> pl.DataFrame:
    """Run a frame in its engine; Polars streams."""
    options = {} if frame.implementation.is_duckdb() else {"engine": "streaming"}
    made: pl.DataFrame = frame.collect(backend="polars", **options).to_native()
    return made


def reduce_frame(table: Table, request: Request) -> Reduced:
    """Reduce a frame to one integer, or none, per subject and statistic."""
    prove(request.statistics)
    desk = _Desk(table, request.zone)
    names = [each.column for each in (*request.readings, *request.filters)]
    if request.pauses:
        names.append(request.pauses.key)
    if not desk.has([request.subject, *names]):
        return Reduced(findings=tuple(desk.findings))
    try:
        return _Reduction(desk, request).run()
    except engine_errors() as error:
        return Reduced(findings=(*desk.findings, unreadable_table(table, error)))


class _Reduction:
    def __init__(self, desk: _Desk, request: Request) -> None:
        self.desk = desk
        self.request = request
        self.passed = desk.pick(request.filters)
        self.conditions = list(desk.entries)
        self.subject = desk.add(_with_column(_SUBJECT, request.subject), IDENTIFIER)
        self.roles = {each.role: desk.add(each) for each in request.readings}
        self.key: _Entry | None = None
        if request.pauses:
            self.key = desk.add(_with_column(_SUBJECT, request.pauses.key), IDENTIFIER)

    def run(self) -> Reduced:
        desk, request = self.desk, self.request
        frame = desk.open().with_columns(passed=self.passed)
        named = nw.col("passed") & (self.subject.fault == int(Fault.NONE))
        frame = frame.with_columns(named=named)
        frame = frame.with_columns(scope=self._in_scope())
        frame, counts = clock_counts(frame, request, {k: f"{e.key}v" for k, e in self.roles.items()})
        found = collect(frame.select(**self._questions(counts))).row(0, named=True)
        rows = found["rows"] or 0
        self._judge(found)
        pauses: dict[str, list[Interval]] = {}
        if request.pauses:
            moment = request.moment
            pauses, findings = read_pauses(request.pauses, request.zone, moment.as_of)
            desk.findings += findings
        spans = self._spans(found)
        sizes = Sizes(spans, request.moment)
        for tree in request.statistics:
            sizes.of(tree)
        if not desk.findings and sizes.past is not None:
            desk.findings.append(formula_finding("CPN-E24", desk.table.name, sizes.past))
        if not desk.findings:
            self._outside(found)
        if desk.findings:
            return Reduced(findings=tuple(desk.findings))
        scope = Scope(
            frame=frame.filter(nw.col("scope")),
            subject=f"{self.subject.key}v",
            names={role: f"{entry.key}v" for role, entry in self.roles.items()},
            key=f"{self.key.key}v" if self.key else "",
            rows=found["scope"] or 0,
            sizes=sizes,
            counts=counts,
            pauses=pauses,
        )
        del rows
        return reduce_scope(desk.table.name, request, scope, found["unattributed"] or 0)

    def _in_scope(self) -> nw.Expr:
        dated = self.request.dated
        if not dated:
            return nw.col("named")
        moment = self.request.moment
        stamp = self.roles[dated].value
        start = microseconds(moment.start)
        end = microseconds(min(moment.end, moment.as_of))
        inside = (stamp >= start) & (stamp < end)
        sure = nw.when(inside).then(nw.lit(value=True)).otherwise(nw.lit(value=False))
        return nw.col("named") & sure
