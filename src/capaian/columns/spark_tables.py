"""Tables that stand beside the evidence in Spark: pauses of cases, and who is to be scored.

Neither comes to the driver: pauses are united and joined, and the roster is joined, where they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from pyspark.sql import Window
from pyspark.sql import functions as fn

from capaian.columns.faults import place
from capaian.columns.frame_desk import (
    CONDITION,
    PRESENCE,
    Desk,
    collect,
    engine_errors,
    total,
    unreadable_table,
)
from capaian.columns.limits import microseconds
from capaian.columns.pauses import pause_findings
from capaian.columns.request import PauseReading, Roster, RosterReading, Table
from capaian.columns.spark_reduction import SUBJECT
from capaian.errors import Finding

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CASE, FIRST, LAST = "case", "first", "last"


def spark_pauses(
    pauses: PauseReading, zone: str, as_of: datetime
) -> tuple[nw.LazyFrame[Any] | None, list[Finding]]:
    """Return the union of each case's pauses, in microseconds, and what is wrong with the table."""
    desk = Desk(pauses.table, zone)
    if not desk.has([pauses.case, pauses.start.column, pauses.stop.column]):
        return None, desk.findings
    case = desk.identify(pauses.case, nullable=False)
    start, stop = desk.add(pauses.start), desk.add(pauses.stop)
    known = case.sound & start.sound
    late = total(known & (stop.value < start.value))
    try:
        frame, answers = asked(desk, nw.lit(value=True), {"late": late})
    except engine_errors() as error:
        return None, [*desk.findings, unreadable_table(pauses.table, error)]
    desk.findings += pause_findings(pauses, answers["late"] or 0, answers["rows"])
    if desk.findings:
        return None, desk.findings
    ended = nw.when(stop.value.is_null()).then(nw.lit(microseconds(as_of))).otherwise(stop.value)
    rows = frame.filter(known).select(
        case.value.cast(nw.String).alias(CASE), start.value.alias(FIRST), ended.alias(LAST)
    )
    united: DataFrame = _united(rows.filter(nw.col(FIRST) < nw.col(LAST)).to_native())
    return nw.from_native(united), []


def _united(rows: DataFrame) -> DataFrame:
    """Return the union of the intervals of each case, as disjoint intervals."""
    ordered = Window.partitionBy(CASE).orderBy(FIRST, LAST)
    before = ordered.rowsBetween(Window.unboundedPreceding, -1)
    so_far = ordered.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    apart = fn.coalesce(fn.col(FIRST) > fn.max(LAST).over(before), fn.lit(True))  # noqa: FBT003
    rows = rows.withColumn("apart", apart.cast("bigint"))
    rows = rows.withColumn("stretch", fn.sum("apart").over(so_far))
    return (
        rows.groupBy(CASE, "stretch")
        .agg(fn.min(FIRST).alias(FIRST), fn.max(LAST).alias(LAST))
        .drop("stretch")
    )


def spark_roster(table: Table, roster: RosterReading) -> Roster:
    """Read the list of who is to be scored; it stays where it is."""
    desk = Desk(table)
    names = [each.column for each in roster.readings]
    names += [each.column for each in roster.filters]
    if not desk.has([roster.subject, *names]):
        return Roster(findings=tuple(desk.findings))
    passed = desk.pick(roster.filters)
    subject = desk.identify(roster.subject, nullable=False)
    entries = {each.role: desk.add(each) for each in roster.readings}
    try:
        frame, answers = asked(desk, passed, {"count": total(nw.col("passed") & subject.sound)})
        named = subject.value.cast(nw.String).alias(SUBJECT)
        columns = [entry.value.alias(role) for role, entry in entries.items()]
        people = frame.filter(nw.col("passed") & subject.sound).select(named, *columns)
        native: DataFrame = people.to_native()
        found = native.agg(fn.count_distinct(SUBJECT)).first()
    except engine_errors() as error:
        return Roster(findings=(*desk.findings, unreadable_table(table, error)))
    again = answers["count"] - (found[0] if found else 0)
    if again:
        values = {"count": again, "rows": answers["rows"]}
        desk.findings.append(Finding("CPN-E20", place(table.name, roster.subject), values))
    if desk.findings:
        return Roster(findings=tuple(desk.findings))
    return Roster(rows=answers["count"], lazy=native)


def asked(
    desk: Desk, passed: nw.Expr, more: dict[str, nw.Expr]
) -> tuple[nw.LazyFrame[Any], dict[str, Any]]:
    """Open a table and judge it; return its frame and the answers to further questions."""
    frame = desk.open().with_columns(passed=passed)
    questions = {"rows": nw.len().cast(nw.Int64), **more}
    for entry in desk.entries:
        everywhere = entry.purpose in {CONDITION, PRESENCE}
        rows = nw.lit(value=True) if everywhere else nw.col("passed")
        questions |= desk.questions(entry, rows)
    answers = collect(frame.select(**questions)).row(0, named=True)
    for entry in desk.entries:
        desk.judge(entry, answers, answers["rows"])
    return frame, answers
