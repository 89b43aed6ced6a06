"""The plain path: lists of dictionaries to integers, without any dataframe library.

Columns are read whole, in the interpreter's own loops: for one employee's fifty rows that is a
small part of a millisecond.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import compress
from typing import Any, TypeAlias

from attrs import frozen

from capaian.columns.attribution import attributed_lines, named_posts
from capaian.columns.faults import IDENTIFIER, clock_finding, formula_finding
from capaian.columns.limits import (
    CLOSES,
    DAY,
    EPOCH,
    OPENS,
    Guard,
    Sizes,
    are_usual,
    at,
    grows,
    guards,
    holds_usual,
    instants_of,
    prove,
)
from capaian.columns.limits import microseconds as micro
from capaian.columns.pauses import Interval, PauseRow, merged, pause_findings
from capaian.columns.record_desk import RecordDesk, Rows
from capaian.columns.reduced import Reduced
from capaian.columns.request import (
    LARGEST,
    PauseReading,
    Reading,
    Request,
    Table,
)
from capaian.columns.roster import Roster, RosterReading, roster_of
from capaian.errors import Finding
from capaian.formula import Moment, Node, compile_statistics
from capaian.formula.python import PAUSES

Reduce: TypeAlias = Callable[[Iterable[tuple[Any, ...]], Moment], tuple[int | None, ...]]
_KEPT = 256


@frozen(eq=False)
class _Program:
    """The statistics of a request, compiled."""

    statistics: tuple[Node, ...]
    reduce: Reduce
    guards: tuple[Guard, ...]
    guard: Reduce
    grows: bool
    usual: bool
    """Whether values of a usual size need no further proof."""


_programs: OrderedDict[tuple[Any, ...], _Program] = OrderedDict()


def _program(request: Request) -> _Program:
    """Return the compiled statistics; known by identity, because to hash trees takes too long."""
    readings = request.readings
    roles = (*(each.role for each in readings), PAUSES)
    nullable = {each.role: each.nullable for each in readings}
    key = (id(request.statistics), roles, tuple(nullable.values()))
    known = _programs.get(key)
    if known is not None and known.statistics is request.statistics:
        return known
    trees = request.statistics
    prove(trees)
    watched = tuple(guards(trees))
    conditions = [each.count for each in watched]
    made = _Program(
        statistics=trees,
        reduce=compile_statistics(trees, roles, nullable),
        guards=watched,
        guard=compile_statistics(conditions, (*roles, OPENS, CLOSES), nullable),
        grows=grows(trees),
        usual=holds_usual(trees, {each.role: each.kind for each in readings}),
    )
    _programs[key] = made
    while len(_programs) > _KEPT:
        _programs.popitem(last=False)
    return made


def reduce_records(table: Table, request: Request) -> Reduced:
    """Reduce records to one tuple of integers per subject."""
    program = _program(request)
    desk = RecordDesk(table, request.zone)
    if not desk.has(names_of(request)):
        return Reduced(findings=tuple(desk.findings))
    rows, subjects, unattributed = named_rows(desk, request)
    columns, rows, subjects = rows_in_scope(desk, request, rows, subjects)
    pauses = pauses_of(desk, request, rows)
    posts = named_posts(desk, request, rows)
    given: list[Iterable[Any]] = [columns[each.role] for each in request.readings]
    if desk.findings or len(given) < len(request.readings):
        return Reduced(findings=tuple(desk.findings))
    desk.findings += _too_large(table, request, program, columns)
    lines = list(zip(*given, pauses, strict=True))
    if not desk.findings:
        desk.findings += _outside(table, request, program, lines)
    if desk.findings:
        return Reduced(findings=tuple(desk.findings))
    if request.attribution is not None:
        stamps = columns[request.dated] if request.dated else None
        subjects, lines = attributed_lines(request.attribution, subjects, stamps, posts, lines)
    found = _by_subject(program, request.moment, subjects, lines)
    return _reduced(table, request, found, len(rows), unattributed)


def names_of(request: Request) -> list[str]:
    """Return the columns of its own table that a request names."""
    names = [request.subject, *(each.column for each in request.readings)]
    names += [each.column for each in request.filters]
    return [*names, request.pauses.key] if request.pauses else names


def named_rows(desk: RecordDesk, request: Request) -> tuple[Rows, list[str], int]:
    """Return the rows that pass the filters and have a subject, and the subjects."""
    rows = desk.filtered(request.filters)
    who = Reading(IDENTIFIER, request.subject, "text", nullable=True)
    subjects = desk.read(who, rows, purpose=IDENTIFIER)
    named = [each is not None for each in subjects]
    unattributed = len(rows) - sum(named) - sum(desk.last.counts.values())
    if all(named):
        return rows, subjects, 0
    return list(compress(rows, named)), list(compress(subjects, named)), unattributed


def rows_in_scope(
    desk: RecordDesk, request: Request, rows: Rows, subjects: list[str]
) -> tuple[dict[str, list[Any]], Rows, list[str]]:
    """Return the values of the rows in scope by role, with the rows and their subjects."""
    columns: dict[str, list[Any]] = {}
    rest = list(request.readings)
    for each in request.readings:
        if each.role == request.dated:
            rest.remove(each)
            stamps = desk.read(each, rows)
            start, end = request.moment.start, min(request.moment.end, request.moment.as_of)
            inside = [stamp is not None and start <= stamp < end for stamp in stamps]
            if not all(inside):
                rows, subjects = list(compress(rows, inside)), list(compress(subjects, inside))
                stamps = list(compress(stamps, inside))
            columns[each.role] = stamps
    for each in rest:
        columns[each.role] = desk.read(each, rows)
    return columns, rows, subjects


def pauses_of(desk: RecordDesk, request: Request, rows: Rows) -> Iterable[Any]:
    """Return each row's disjoint pauses."""
    if request.pauses is None:
        return [()] * len(rows)
    key = Reading(PAUSES, request.pauses.key, "text", nullable=True)
    keys = desk.read(key, rows, purpose=IDENTIFIER)
    cases, findings = read_pauses(request.pauses, request.zone, request.moment.as_of)
    desk.findings += findings
    return [cases.get(each, ()) for each in keys]


def read_pauses(
    pauses: PauseReading, zone: str, as_of: datetime
) -> tuple[dict[str, list[Interval]], list[Finding]]:
    """Return the disjoint pauses of each case, whatever their table came as."""
    if pauses.table.origin != "records":
        from capaian.columns.frames import frame_pauses  # noqa: PLC0415 - loads Narwhals

        rows, findings = frame_pauses(pauses, zone)
    else:
        rows, findings = _record_pauses(pauses, zone)
    return merged(rows, as_of), findings


def _record_pauses(pauses: PauseReading, zone: str) -> tuple[list[PauseRow], list[Finding]]:
    desk = RecordDesk(pauses.table, zone)
    if not desk.has([pauses.case, pauses.start.column, pauses.stop.column]):
        return [], desk.findings
    rows = pauses.table.native
    case = desk.read(Reading("case", pauses.case, "text"), rows, purpose=IDENTIFIER)
    starts, stops = desk.read(pauses.start, rows), desk.read(pauses.stop, rows)
    made = [
        (name, start, stop)
        for name, start, stop in zip(case, starts, stops, strict=True)
        if name is not None and start is not None
    ]
    late = sum(stop is not None and stop < start for _, start, stop in made)
    desk.findings += pause_findings(pauses, late, len(rows))
    return made, desk.findings


def _too_large(
    table: Table, request: Request, program: _Program, columns: Mapping[str, list[Any]]
) -> list[Finding]:
    """Return a finding where a row formula could pass 64 bits."""
    moment = request.moment
    if not program.grows or (
        program.usual
        and are_usual((moment.as_of, moment.start, moment.end))
        and all(
            are_usual(columns[each.role])
            for each in request.readings
            if each.kind in {"integer", "stamp"}
        )
    ):
        return []
    spans = {}
    for each in request.readings:
        known = [value for value in columns[each.role] if value is not None]
        if known and each.kind == "integer":
            spans[each.role] = (min(known), max(known))
        elif known and each.kind == "stamp":
            spans[each.role] = (micro(min(known)), micro(max(known)))
    sizes = Sizes(spans, instants_of(moment))
    for tree in request.statistics:
        sizes.of(tree)
    return [formula_finding("CPN-E24", table.name, sizes.past)] if sizes.past else []


def _outside(
    table: Table, request: Request, program: _Program, lines: Sequence[tuple[Any, ...]]
) -> list[Finding]:
    """Return findings about rows whose working time lies outside the calendar."""
    calendar = request.calendar
    if calendar is None or not program.guards:
        return []
    opens = at((calendar.first - EPOCH.toordinal()) * DAY)
    closes = at((calendar.first - EPOCH.toordinal() + len(calendar.count)) * DAY)
    watched = ((*line, opens, closes) for line in lines)
    names = {each.role: each.column for each in request.readings}
    return [
        clock_finding(
            table.name, [names[role] for role in guard.roles], calendar, count, len(table.native)
        )
        for guard, count in zip(program.guards, program.guard(watched, request.moment), strict=True)
        if count
    ]


def _by_subject(
    program: _Program, moment: Moment, subjects: Sequence[str], lines: Sequence[tuple[Any, ...]]
) -> dict[str, tuple[int | None, ...]]:
    """Return the statistics of each subject, in order of the subjects' text."""
    if len(set(subjects)) == 1:
        return {subjects[0]: program.reduce(lines, moment)}
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for subject, line in zip(subjects, lines, strict=True):
        groups.setdefault(subject, []).append(line)
    return {subject: program.reduce(groups[subject], moment) for subject in sorted(groups)}


def _reduced(
    table: Table,
    request: Request,
    found: Mapping[str, tuple[int | None, ...]],
    rows: int,
    unattributed: int,
) -> Reduced:
    findings = []
    for index, tree in enumerate(request.statistics):
        past = sum(abs(values[index] or 0) > LARGEST for values in found.values())
        if past:
            findings.append(formula_finding("CPN-E23", table.name, tree, count=past))
    if findings:
        return Reduced(findings=tuple(findings))
    return Reduced(
        subjects=list(found),
        statistics=request.statistics,
        rows=rows,
        unattributed=unattributed,
        plain=list(found.values()),
    )


def records_roster(table: Table, roster: RosterReading) -> Roster:
    """Read the list of who is to be scored from records."""
    desk = RecordDesk(table, "")
    names = [each.column for each in roster.readings]
    names += [each.column for each in roster.filters]
    if not desk.has([roster.subject, *names]):
        return Roster(findings=tuple(desk.findings))
    rows = desk.filtered(roster.filters)
    who = Reading(IDENTIFIER, roster.subject, "text")
    subjects = desk.read(who, rows, purpose=IDENTIFIER)
    columns = {each.role: desk.read(each, rows) for each in roster.readings}
    return roster_of(table, roster, subjects, columns, len(table.native), desk.findings)
