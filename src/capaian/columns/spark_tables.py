"""Tables that stand beside the evidence in Spark: pauses of cases, and who is to be scored.

Neither comes to the driver: pauses are united and joined, and the roster is joined, where they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from pyspark.sql import Window
from pyspark.sql import functions as fn

from capaian.columns.faults import Fault, missing_columns, place
from capaian.columns.frame_desk import (
    Desk,
    Entry,
    engine_errors,
    total,
    unreadable_table,
)
from capaian.columns.limits import microseconds
from capaian.columns.pauses import pause_findings
from capaian.columns.request import PauseReading, Table
from capaian.columns.roster import Roster, RosterReading
from capaian.columns.spark_reduction import SUBJECT
from capaian.errors import Finding

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from capaian.columns.scope import Asked

CASE, FIRST, LAST = "case", "first", "last"


def read_there(asked: Asked, pauses: PauseReading) -> list[Finding]:
    """Note the pauses of a request as a frame of their own; return what is wrong with them."""
    there, found = _pauses(pauses, asked.request.zone, asked.request.moment.as_of)
    asked.pauses_there.extend(there)
    return found


def _pauses(
    pauses: PauseReading, zone: str, as_of: datetime
) -> tuple[list[nw.LazyFrame[Any]], list[Finding]]:
    """Return the union of each case's pauses, in microseconds, or what is wrong with the table."""
    desk = Desk(pauses.table, zone)
    wanted = [pauses.case, pauses.start.column, pauses.stop.column]
    if missing := missing_columns(pauses.table.name, wanted, pauses.table.columns):
        return [], missing
    case = desk.identify(pauses.case, nullable=False)
    start, stop = desk.add(pauses.start), desk.add(pauses.stop)
    known = _sound(case) & _sound(start)
    late = total(known & (stop.value < start.value))
    try:
        frame, answers, findings = desk.judged(nw.lit(value=True), {"late": late})
    except engine_errors() as error:
        return [], [unreadable_table(pauses.table, error)]
    findings += pause_findings(pauses, answers["late"] or 0, answers["rows"])
    if findings:
        return [], findings
    ended = nw.when(stop.value.is_null()).then(nw.lit(microseconds(as_of))).otherwise(stop.value)
    rows = frame.filter(known).select(
        case.value.cast(nw.String).alias(CASE), start.value.alias(FIRST), ended.alias(LAST)
    )
    united: DataFrame = _united(rows.filter(nw.col(FIRST) < nw.col(LAST)).to_native())
    return [nw.from_native(united)], []


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
    wanted = [roster.subject, *(each.column for each in roster.readings)]
    wanted += [each.column for each in roster.filters]
    if missing := missing_columns(table.name, wanted, table.columns):
        return Roster(findings=tuple(missing))
    passed, _ = desk.pick(roster.filters)
    subject = desk.identify(roster.subject, nullable=False)
    entries = {each.role: desk.add(each) for each in roster.readings}
    try:
        counted = {"count": total(nw.col("passed") & _sound(subject))}
        frame, answers, findings = desk.judged(passed, counted)
        named = subject.value.cast(nw.String).alias(SUBJECT)
        columns = [entry.value.alias(role) for role, entry in entries.items()]
        people = frame.filter(nw.col("passed") & _sound(subject)).select(named, *columns)
        native: DataFrame = people.to_native()
        found = native.agg(fn.count_distinct(SUBJECT)).first()
    except engine_errors() as error:
        return Roster(findings=(unreadable_table(table, error),))
    again = answers["count"] - (found[0] if found else 0)
    if again:
        values = {"count": again, "rows": answers["rows"]}
        findings.append(Finding("CPN-E20", place(table.name, roster.subject), values))
    if findings:
        return Roster(findings=tuple(findings))
    return Roster(rows=answers["count"], lazy=native)


def _sound(entry: Entry) -> nw.Expr:
    """Return whether there is a value that can be used."""
    return entry.has(Fault.NONE)
