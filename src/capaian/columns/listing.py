"""Tables that say how things stand, and are no evidence: postings, leave, units.

They are read whole and brought out of their engine as columns: names as lists of text, numbers
and stamps as NumPy arrays of integers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from capaian.columns.faults import IDENTIFIER, missing_columns
from capaian.columns.limits import microseconds
from capaian.columns.record_desk import RecordDesk
from capaian.columns.request import Filter, Reading, Table
from capaian.errors import Finding

if TYPE_CHECKING:
    from capaian.columns.reduced import Whole  # noqa: TC004 - nothing resolves the annotations


@frozen(eq=False)
class Listing:
    """The rows of a table that pass its filters.

    Attributes
    ----------
    texts
        Role to a list of text, `None` where a value is missing.
    numbers
        Role to an int64 array and a mask of what is known: whole numbers, and stamps in
        microseconds since 1970. An unknown entry is 0.
    rows
        How many rows the table has in all.
    findings
        What is wrong with the table; then there are no columns.
    """

    texts: Mapping[str, list[str | None]] = field(factory=dict)
    numbers: Mapping[str, Whole] = field(factory=dict)
    rows: int = 0
    findings: tuple[Finding, ...] = ()


def read_listing(
    table: Table,
    readings: Sequence[Reading],
    *,
    names: Collection[str] = (),
    filters: Sequence[Filter] = (),
    zone: str = "",
) -> Listing:
    """Read some columns of a table whole.

    Parameters
    ----------
    table
        What `open_table` returned.
    readings
        The columns.
    names
        The roles of those that name a subject, a post or a unit: text, or the digits of a number.
    filters
        Which rows count.
    zone
        The office's zone, to which stamps with a zone are converted.
    """
    if table.origin == "records":
        return _of_records(table, readings, names, filters, zone)
    return _of_frame(table, readings, names, filters, zone)


def _of_records(
    table: Table,
    readings: Sequence[Reading],
    names: Collection[str],
    filters: Sequence[Filter],
    zone: str,
) -> Listing:
    desk = RecordDesk(table, zone)
    wanted = [each.column for each in readings] + [each.column for each in filters]
    if not desk.has(wanted):
        return Listing(findings=tuple(desk.findings))
    rows = desk.filtered(filters)
    found: dict[str, list[Any]] = {}
    for each in readings:
        purpose = IDENTIFIER if each.role in names else ""
        found[each.role] = desk.read(each, rows, purpose=purpose)
    if desk.findings:
        return Listing(findings=tuple(desk.findings))
    texts = {each.role: found[each.role] for each in readings if each.kind == "text"}
    numbers = {
        each.role: _whole(found[each.role], stamps=each.kind == "stamp")
        for each in readings
        if each.kind in {"integer", "stamp"}
    }
    return Listing(texts, numbers, len(table.native))


def _whole(values: Sequence[Any], *, stamps: bool) -> Whole:
    import numpy as np  # noqa: PLC0415 - evidence as records needs no NumPy

    known = np.array([each is not None for each in values], dtype=np.bool_)
    if stamps:
        values = [None if each is None else microseconds(each) for each in values]
    return np.array([each or 0 for each in values], dtype=np.int64), known


def _of_frame(
    table: Table,
    readings: Sequence[Reading],
    names: Collection[str],
    filters: Sequence[Filter],
    zone: str,
) -> Listing:
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - records need no Narwhals

    from capaian.columns.frame_desk import (  # noqa: PLC0415 - loads Polars
        Desk,
        collect,
        engine_errors,
        unreadable_table,
    )

    wanted = [each.column for each in readings] + [each.column for each in filters]
    if missing := missing_columns(table.name, wanted, table.columns):
        return Listing(findings=tuple(missing))
    desk = Desk(table, zone)
    passed, conditions = desk.pick(filters)
    entries = {
        each.role: desk.add(each, IDENTIFIER if each.role in names else "") for each in readings
    }
    uses = [(each, each.reading, nw.lit(value=True)) for each in conditions]
    uses += [(entries[each.role], each, nw.col("passed")) for each in readings]
    try:
        frame = desk.open().with_columns(passed=passed)
        asked: dict[str, Any] = {"rows": nw.len().cast(nw.Int64)}
        for number, (entry, _, rows) in enumerate(uses):
            asked |= desk.questions(entry, f"u{number}", rows)
        answers = collect(frame.select(**asked)).row(0, named=True)
        findings = [
            finding
            for number, (entry, reading, _) in enumerate(uses)
            for finding in desk.judge(entry, reading, f"u{number}", answers, answers["rows"])
        ]
        if findings:
            return Listing(findings=tuple(findings))
        values = {
            role: entry.value.cast(nw.String) if entry.purpose == IDENTIFIER else entry.value
            for role, entry in entries.items()
        }
        found = collect(frame.filter(nw.col("passed")).select(**values))
    except engine_errors() as error:
        return Listing(findings=(unreadable_table(table, error),))
    texts, numbers = {}, {}
    for each in readings:
        column = found[each.role]
        if each.kind == "text":
            texts[each.role] = column.to_list()
        else:
            numbers[each.role] = column.fill_null(0).to_numpy(), column.is_not_null().to_numpy()
    return Listing(texts, numbers, answers["rows"])
