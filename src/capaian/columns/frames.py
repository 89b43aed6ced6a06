"""The frame path: what engines hold, to integers per subject, in at most two lazy passes.

The first counts what is wrong and how large values are, unless the ends of the columns prove that
all is well; the second, which runs only if nothing is wrong, reduces. Neither brings rows out of
the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from capaian.columns.faults import IDENTIFIER, missing_columns
from capaian.columns.frame_desk import Desk, collect, engine_errors, unreadable_table
from capaian.columns.limits import at, guards, prove
from capaian.columns.pauses import PauseRow, pause_findings
from capaian.columns.reduced import Reduced
from capaian.columns.reduction import reduce_scan
from capaian.columns.request import PauseReading, Request, Table
from capaian.columns.roster import Roster, RosterReading, roster_of
from capaian.columns.scan import Scan
from capaian.errors import Finding, FormulaError, refuse


def reduce_frames(table: Table, requests: Sequence[Request]) -> list[Reduced]:
    """Reduce a frame to one integer, or none, per subject and statistic, for several requests.

    Requests that name the same column of subjects are answered in one pass.
    """
    found: dict[int, Reduced] = {}
    together: dict[tuple[str, str], list[Request]] = {}
    for each in requests:
        _prove(each)
        findings = missing_columns(table.name, [each.subject, *_names(each)], table.columns)
        if findings:
            found[id(each)] = Reduced(findings=tuple(findings))
        else:
            together.setdefault((each.subject, each.zone), []).append(each)
    for some in together.values():
        try:
            scan = Scan(table, some)
            scan.judge()
            made = reduce_scan(scan)
        except engine_errors() as error:
            made = [Reduced(findings=(unreadable_table(table, error),))] * len(some)
        found |= {id(each): one for each, one in zip(some, made, strict=True)}
    return [found[id(each)] for each in requests]


def _prove(request: Request) -> None:
    prove(request.statistics)
    watched = guards(request.statistics)
    if watched and request.calendar is None:
        clock = watched[0].node.clock
        raise refuse(
            FormulaError, "The formula cannot be used.", "CPN-F07", where="elapsed", clock=clock
        )


def _names(request: Request) -> list[str]:
    names = [each.column for each in request.readings]
    names += [each.column for each in request.filters]
    return [*names, request.pauses.key] if request.pauses else names


def frame_pauses(pauses: PauseReading, zone: str) -> tuple[list[PauseRow], list[Finding]]:
    """Read a table of pauses; it is brought out of its engine."""
    if pauses.table.origin == "spark":
        return [], [Finding("CPN-E42", pauses.table.name)]
    desk = Desk(pauses.table, zone)
    wanted = [pauses.case, pauses.start.column, pauses.stop.column]
    if missing := missing_columns(pauses.table.name, wanted, pauses.table.columns):
        return [], missing
    case = desk.identify(pauses.case, nullable=False)
    start, stop = desk.add(pauses.start), desk.add(pauses.stop)
    try:
        found, rows, findings = _whole(desk, nw.lit(value=True))
    except engine_errors() as error:
        return [], [unreadable_table(pauses.table, error)]
    made: list[PauseRow] = [
        (name, at(begin), None if end is None else at(end))
        for name, begin, end in zip(
            *(found[each.name] for each in (case, start, stop)), strict=True
        )
        if name is not None and begin is not None
    ]
    late = sum(end is not None and end < begin for _, begin, end in made)
    return made, findings + pause_findings(pauses, late, rows)


def frame_roster(table: Table, roster: RosterReading) -> Roster:
    """Read the list of who is to be scored; it is brought out of its engine, but for Spark's."""
    if table.origin == "spark":
        from capaian.columns.spark_tables import spark_roster  # noqa: PLC0415 - loads PySpark

        return spark_roster(table, roster)
    desk = Desk(table)
    wanted = [roster.subject, *(each.column for each in roster.readings)]
    wanted += [each.column for each in roster.filters]
    if missing := missing_columns(table.name, wanted, table.columns):
        return Roster(findings=tuple(missing))
    passed, _ = desk.pick(roster.filters)
    subject = desk.identify(roster.subject, nullable=False)
    entries = {each.role: desk.add(each) for each in roster.readings}
    try:
        found, rows, findings = _whole(desk, passed)
    except engine_errors() as error:
        return Roster(findings=(unreadable_table(table, error),))
    columns = {role: found[entry.name] for role, entry in entries.items()}
    return roster_of(table, roster, found[subject.name], columns, rows, findings)


def _whole(desk: Desk, passed: nw.Expr) -> tuple[dict[str, list[Any]], int, list[Finding]]:
    """Return the values of the rows that pass, how many rows there are, and what is wrong."""
    frame, answers, findings = desk.judged(passed)
    values = [
        each.value.cast(nw.String) if each.purpose == IDENTIFIER else each.value
        for each in desk.entries
    ]
    chosen = frame.filter(nw.col("passed")).select(*values)
    return collect(chosen).to_dict(as_series=False), answers["rows"], findings
