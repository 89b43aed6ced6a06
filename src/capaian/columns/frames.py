"""The frame path: what engines hold, to integers per subject, in two lazy passes.

The first pass counts what is wrong and how large values are; the second, which runs only if
nothing is, reduces. Neither brings rows out of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw

from capaian.columns.faults import IDENTIFIER, Fault, clock_finding, formula_finding
from capaian.columns.frame_desk import Desk, Entry, collect, engine_errors, total, unreadable_table
from capaian.columns.intake import is_spark
from capaian.columns.limits import (
    CLOSES,
    DAY,
    EPOCH,
    OPENS,
    Guard,
    Sizes,
    Span,
    at,
    grows,
    guards,
    instants_of,
    microseconds,
    needs_clock,
    prove,
)
from capaian.columns.pauses import PauseRow, pause_findings
from capaian.columns.printer import Printer
from capaian.columns.records import read_pauses
from capaian.columns.reduction import Scope, reduce_scope
from capaian.columns.request import PauseReading, Reduced, Request, Roster, RosterReading, Table
from capaian.columns.roster import roster_of
from capaian.columns.work import Pauses
from capaian.errors import Finding, FormulaError, refuse
from capaian.formula import Aggregate, Paused, walk


def reduce_frame(table: Table, request: Request) -> Reduced:
    """Reduce a frame to one integer, or none, per subject and statistic."""
    prove(request.statistics)
    watched = guards(request.statistics)
    if watched and request.calendar is None:
        clock = watched[0].node.clock
        raise refuse(
            FormulaError, "The formula cannot be used.", "CPN-F07", where="elapsed", clock=clock
        )
    desk = Desk(table, request.zone)
    names = [each.column for each in request.readings]
    names += [each.column for each in request.filters]
    if request.pauses:
        names.append(request.pauses.key)
    if not desk.has([request.subject, *names]):
        return Reduced(findings=tuple(desk.findings))
    try:
        return _Reduction(desk, request, watched).run()
    except engine_errors() as error:
        return Reduced(findings=(*desk.findings, unreadable_table(table, error)))


class _Reduction:
    def __init__(self, desk: Desk, request: Request, watched: list[Guard]) -> None:
        self.desk = desk
        self.request = request
        self.watched = watched
        self.passed = desk.pick(request.filters)
        self.conditions = list(desk.entries)
        self.subject = desk.identify(request.subject)
        self.roles = {each.role: desk.add(each) for each in request.readings}
        self.key = desk.identify(request.pauses.key) if request.pauses else None

    def run(self) -> Reduced:
        desk, request = self.desk, self.request
        frame = desk.open().with_columns(passed=self.passed)
        frame = frame.with_columns(named=nw.col("passed") & self.subject.sound)
        frame = frame.with_columns(scope=self.in_scope())
        answers = collect(frame.select(**self.questions())).row(0, named=True)
        self.judge(answers)
        pauses: Pauses = {}
        if request.pauses:
            pauses, findings = _pauses(frame, request.pauses, request)
            desk.findings += findings
        sizes = Sizes(self.spans(answers), instants_of(request.moment))
        if not desk.findings:
            for tree in request.statistics:
                sizes.of(tree)
            if sizes.past is not None:
                desk.findings.append(formula_finding("CPN-E24", desk.table.name, sizes.past))
            elif self.watched and self.late:
                scoped = frame.filter(nw.col("scope")).select(**self.guarded())
                answers |= collect(scoped).row(0, named=True)
            if sizes.past is None:
                self.outside(answers)
        if desk.findings:
            return Reduced(findings=tuple(desk.findings))
        scope = Scope(
            table=desk.table.name,
            frame=frame.filter(nw.col("scope")),
            subject=self.subject.name,
            names={role: entry.name for role, entry in self.roles.items()},
            key=self.key.name if self.key else "",
            rows=answers["count"] or 0,
            unattributed=answers["unattributed"] or 0,
            sizes=sizes,
            pauses=pauses,
            totals={
                int(name.removeprefix("total")): count or 0
                for name, count in answers.items()
                if name.startswith("total")
            },
        )
        return reduce_scope(request, scope)

    def in_scope(self) -> nw.Expr:
        """Return whether a row that has a subject counts."""
        if not self.request.dated:
            return nw.col("named")
        moment, stamp = self.request.moment, self.roles[self.request.dated].value
        start, end = microseconds(moment.start), microseconds(min(moment.end, moment.as_of))
        inside = (stamp >= start) & (stamp < end)
        sure = nw.when(inside).then(nw.lit(value=True)).otherwise(nw.lit(value=False))
        return nw.col("named") & sure

    def looked_at(self, entry: Entry) -> nw.Expr:
        """Return which rows a column is judged in."""
        if entry in self.conditions:
            return nw.lit(value=True)
        if entry is self.subject:
            return nw.col("passed")
        return nw.col("named" if entry.reading.role == self.request.dated else "scope")

    def questions(self) -> dict[str, nw.Expr]:
        """Return what the first pass asks of all rows together."""
        scope = nw.col("scope")
        asked = {
            "rows": nw.len().cast(nw.Int64),
            "count": total(scope),
            "unattributed": total(nw.col("passed") & self.subject.has(Fault.MISSING)),
        }
        for entry in self.desk.entries:
            asked |= self.desk.questions(entry, self.looked_at(entry))
        for entry in self.roles.values():
            if entry.reading.kind in {"integer", "stamp"}:
                inside = nw.when(scope).then(entry.value)
                asked[f"{entry.key}low"], asked[f"{entry.key}high"] = inside.min(), inside.max()
        if self.desk.table.origin == "spark":
            asked |= self.totals()
        return asked if self.late else asked | self.guarded()

    def totals(self) -> dict[str, nw.Expr]:
        """Return the questions of how many rows count for a statistic, where that is cheap to say.

        In Spark a total over all subjects would otherwise take a pass of its own.
        """
        printer = self.printer()
        return {
            f"total{index}": total(nw.col("scope") & printer.row(tree.inner).expr)
            for index, tree in enumerate(self.request.statistics)
            if isinstance(tree, Aggregate) and tree.op == "count" and tree.inner is not None
            if not grows([tree])
            if not any(needs_clock(each) or isinstance(each, Paused) for each in walk(tree))
        }

    @property
    def late(self) -> bool:
        """Whether guards must wait until it is known that their integers fit 64 bits."""
        return grows(guard.outside for guard in self.watched)

    def guarded(self) -> dict[str, nw.Expr]:
        """Return the questions of how many rows need working time outside the calendar."""
        printer = self.printer()
        return {
            f"guard{number}": total(nw.col("scope") & printer.row(guard.outside).expr)
            for number, guard in enumerate(self.watched)
        }

    def printer(self) -> Printer:
        names = {role: entry.name for role, entry in self.roles.items()}
        kinds = {role: entry.reading.kind for role, entry in self.roles.items()}
        fixed = {}
        if calendar := self.request.calendar:
            opens = calendar.first - EPOCH.toordinal()
            fixed = {OPENS: opens * DAY, CLOSES: (opens + len(calendar.count)) * DAY}
        return Printer(names, kinds, self.request.moment, fixed=fixed)

    def judge(self, answers: Mapping[str, Any]) -> None:
        for entry in self.judged():
            self.desk.judge(entry, answers, answers["rows"])

    def judged(self) -> list[Entry]:
        """Return the columns in the order in which they are read."""
        dated = self.request.dated
        roles = sorted(self.roles.values(), key=lambda entry: entry.reading.role != dated)
        return [*self.conditions, self.subject, *roles, *([self.key] if self.key else [])]

    def spans(self, answers: Mapping[str, Any]) -> dict[str, Span]:
        """Return the least and greatest value of each column of numbers or stamps."""
        return {
            role: (answers[f"{entry.key}low"], answers[f"{entry.key}high"])
            for role, entry in self.roles.items()
            if answers.get(f"{entry.key}low") is not None
        }

    def outside(self, answers: Mapping[str, Any]) -> None:
        """Note rows whose working time lies outside the calendar."""
        calendar = self.request.calendar
        for number, guard in enumerate(self.watched):
            count = answers.get(f"guard{number}") or 0
            if count and calendar is not None:
                columns = [self.roles[role].reading.column for role in guard.roles]
                self.desk.findings.append(
                    clock_finding(self.desk.table.name, columns, calendar, count, answers["rows"])
                )


def _pauses(
    frame: nw.LazyFrame[Any], pauses: PauseReading, request: Request
) -> tuple[Pauses, list[Finding]]:
    """Return the disjoint pauses of each case; in Spark they stay where they are."""
    zone, as_of = request.zone, request.moment.as_of
    if is_spark(frame) and pauses.table.origin == "spark":
        from capaian.columns.spark_tables import spark_pauses  # noqa: PLC0415 - loads PySpark

        return spark_pauses(pauses, zone, as_of)
    return read_pauses(pauses, zone, as_of)


def frame_pauses(pauses: PauseReading, zone: str) -> tuple[list[PauseRow], list[Finding]]:
    """Read a table of pauses; it is brought out of its engine."""
    if pauses.table.origin == "spark":
        return [], [Finding("CPN-E42", pauses.table.name)]
    desk = Desk(pauses.table, zone)
    if not desk.has([pauses.case, pauses.start.column, pauses.stop.column]):
        return [], desk.findings
    case = desk.identify(pauses.case, nullable=False)
    start, stop = desk.add(pauses.start), desk.add(pauses.stop)
    try:
        found, rows = _whole(desk, nw.lit(value=True))
    except engine_errors() as error:
        return [], [*desk.findings, unreadable_table(pauses.table, error)]
    made: list[PauseRow] = [
        (name, at(begin), None if end is None else at(end))
        for name, begin, end in zip(
            *(found[each.name] for each in (case, start, stop)), strict=True
        )
        if name is not None and begin is not None
    ]
    late = sum(end is not None and end < begin for _, begin, end in made)
    return made, desk.findings + pause_findings(pauses, late, rows)


def frame_roster(table: Table, roster: RosterReading) -> Roster:
    """Read the list of who is to be scored; it is brought out of its engine, but for Spark's."""
    if table.origin == "spark":
        from capaian.columns.spark_tables import spark_roster  # noqa: PLC0415 - loads PySpark

        return spark_roster(table, roster)
    desk = Desk(table)
    names = [each.column for each in roster.readings]
    names += [each.column for each in roster.filters]
    if not desk.has([roster.subject, *names]):
        return Roster(findings=tuple(desk.findings))
    passed = desk.pick(roster.filters)
    subject = desk.identify(roster.subject, nullable=False)
    entries = {each.role: desk.add(each) for each in roster.readings}
    try:
        found, rows = _whole(desk, passed)
    except engine_errors() as error:
        return Roster(findings=(*desk.findings, unreadable_table(table, error)))
    columns = {role: found[entry.name] for role, entry in entries.items()}
    return roster_of(table, roster, found[subject.name], columns, rows, desk.findings)


def _whole(desk: Desk, passed: nw.Expr) -> tuple[dict[str, list[Any]], int]:
    """Return the values of the rows that pass, as lists, and how many rows there are in all."""
    frame = desk.open().with_columns(passed=passed)
    asked = {"rows": nw.len().cast(nw.Int64)}
    for entry in desk.entries:
        everywhere = entry.purpose in {"condition", "presence"}
        rows = nw.lit(value=True) if everywhere else nw.col("passed")
        asked |= desk.questions(entry, rows)
    answers = collect(frame.select(**asked)).row(0, named=True)
    for entry in desk.entries:
        desk.judge(entry, answers, answers["rows"])
    values = [
        each.value.cast(nw.String) if each.purpose == IDENTIFIER else each.value
        for each in desk.entries
    ]
    chosen = frame.filter(nw.col("passed")).select(*values)
    return collect(chosen).to_dict(as_series=False), answers["rows"]
