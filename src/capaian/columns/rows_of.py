"""The rows that count for a request, by subject, as values: what a digest of evidence is made of.

The same reading as for a reduction, and the same values on every engine, but the rows come out.
Their values were proved when they were reduced; a value that cannot be used is `None` here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from attrs import evolve

from capaian.columns.record_desk import RecordDesk
from capaian.columns.records import named_rows, names_of, pauses_of, read_pauses, rows_in_scope
from capaian.columns.request import Reading, Request, Table
from capaian.columns.values import by_kind, read_identifier, settle

Line: TypeAlias = tuple[Any, ...]


def columns_read(request: Request) -> tuple[Reading, ...]:
    """Return the columns that decide about a row that counts, each once, in canonical order.

    Parameters
    ----------
    request
        What is asked of a table.

    Returns
    -------
    tuple of Reading
        Those of the readings, and those that are compared with values; by name, kind and digits. A
        column of which only the presence is asked says nothing more about a row that counts.
    """
    found: dict[tuple[str, str, int], Reading] = {}
    compared = [
        Reading("", each.column, kind, nullable=True)
        for each in request.filters
        for kind in by_kind((*each.one_of, *each.none_of))
    ]
    for each in (*request.readings, *compared):
        found.setdefault((each.column, each.kind, each.digits), each)
    return tuple(found[key] for key in sorted(found))


def rows_of(
    table: Table, request: Request, only: str | None = None
) -> dict[str, list[tuple[Line, Line]]]:
    """Return the rows that count, by subject, in no order.

    Parameters
    ----------
    table
        What `open_table` returned.
    request
        What is asked of it; its statistics are not looked at.
    only
        One subject, where no other is wanted.

    Returns
    -------
    dict
        For each subject its rows: the values of `columns_read`, and the disjoint pauses of the row
        as pairs of stamps.
    """
    wanted = columns_read(request)
    dated = next((each for each in request.readings if each.role == request.dated), None)
    readings = tuple(evolve(each, role=f"c{at}") for at, each in enumerate(wanted))
    if dated is not None:
        readings = (dated, *readings)
    plain = evolve(request, readings=readings, statistics=(), attribution=None)
    if table.origin == "records":
        subjects, lines, pauses = _of_records(table, plain, only)
    else:
        subjects, lines, pauses = _of_frames(table, plain, only)
    found: dict[str, list[tuple[Line, Line]]] = {}
    skipped = int(dated is not None)
    for subject, line, some in zip(subjects, lines, pauses, strict=True):
        found.setdefault(subject, []).append((tuple(line[skipped:]), tuple(some)))
    return found


Rows: TypeAlias = tuple[Sequence[str], Sequence[Line], Sequence[Any]]


def _of_records(table: Table, request: Request, only: str | None) -> Rows:
    if only is not None:
        column = request.subject
        rows = [row for row in table.native if read_identifier(settle(row.get(column)))[0] == only]
        table = evolve(table, native=rows)
    desk = RecordDesk(table, request.zone)
    if not desk.has(names_of(request)):
        return (), (), ()
    named, subjects, _ = named_rows(desk, request)
    columns, named, subjects = rows_in_scope(desk, request, named, subjects)
    given = [columns[each.role] for each in request.readings]
    lines: list[Line] = list(zip(*given, strict=True)) if given else [()] * len(subjects)
    return subjects, lines, list(pauses_of(desk, request, named))


def _of_frames(table: Table, request: Request, only: str | None) -> Rows:
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - records need no Narwhals

    from capaian.columns.frame_desk import Desk, collect  # noqa: PLC0415 - the same
    from capaian.columns.limits import at, microseconds  # noqa: PLC0415 - the same

    desk = Desk(table, request.zone)
    passed, _ = desk.pick(request.filters)
    who = desk.identify(request.subject)
    entries = [desk.add(each) for each in request.readings]
    key = desk.identify(request.pauses.key) if request.pauses else None
    passed = passed & ~who.value.is_null()
    if request.dated:
        moment = request.moment
        stamp = entries[0].value
        first, end = microseconds(moment.start), microseconds(min(moment.end, moment.as_of))
        passed = passed & (stamp >= nw.lit(first)) & (stamp < nw.lit(end))
    if only is not None:
        passed = passed & (who.value.cast(nw.String) == nw.lit(only))
    chosen = desk.open().filter(passed)
    columns = {"who": who.value.cast(nw.String)}
    columns |= {f"v{at_}": each.value for at_, each in enumerate(entries)}
    columns |= {"key": key.value.cast(nw.String)} if key else {}
    found = collect(chosen.select(**columns)).to_dict(as_series=False)
    values = [
        [None if value is None else at(value) for value in found[f"v{at_}"]]
        if each.kind == "stamp"
        else found[f"v{at_}"]
        for at_, each in enumerate(request.readings)
    ]
    count = len(found["who"])
    lines: list[Line] = list(zip(*values, strict=True)) if values else [()] * count
    pauses: Sequence[Any] = [()] * count
    if request.pauses:
        cases, _ = read_pauses(request.pauses, request.zone, request.moment.as_of)
        pauses = [cases.get(each, ()) for each in found["key"]]
    return found["who"], lines, pauses


def cell(value: Any) -> Any:
    """Return a value as canonical JSON has it in a row: text, true, false or null.

    A stamp is `2026-01-05T08:00:00.000000`; an integer, or an amount in units of its last decimal,
    is its digits.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return str(int(value))
