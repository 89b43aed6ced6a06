"""The rows of a sheet: each with its subject and the cells that are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from capaian.errors import Finding, SheetError
from capaian.parity.cells import SIGNIFICANT, Cell
from capaian.parity.mapping import Sheet, plain
from capaian.parity.quantity import Quantity
from capaian.parity.sheet import (
    HEADLINE,
    NAMED,
    Raw,
    Row,
    cell_at,
    find_columns,
    letters,
    number_of,
)

_NO_VALUE = {"unreadable": "CPN-S13", "fault": "CPN-S16", "uncomputed": "CPN-S17"}


def read_rows(raw: Raw, sheet: Sheet) -> tuple[list[Row], list[Finding]]:
    """Return the rows that have a subject, and what is worth knowing about the sheet.

    Parameters
    ----------
    raw
        The sheet as it was read.
    sheet
        The mapping.

    Raises
    ------
    SheetError
        Columns that are not there (CPN-S08, S09); identifiers kept as numbers that are longer than
        a number can be (S14); a subject in several rows (S15).
    """
    names = [sheet.subject, *(each.column for each in sheet.columns.values())]
    places = find_columns(raw, names)
    subjects = {row: cell_at(raw, row, places[sheet.subject]) for row in raw.rows}
    named = {row: _identifier(cell) for row, cell in subjects.items()}
    faults = [*_long(raw, sheet.subject, subjects), *_twice(raw, sheet.subject, named)]
    if faults:
        raise SheetError(HEADLINE, faults)
    rows = [
        Row(number, subject, dict(_cells(raw, sheet, places, number)))
        for number, subject in sorted(named.items())
        if subject
    ]
    rows = _uncomputed(raw, sheet, places, rows)
    findings = [*_findings(raw, sheet, places, rows)]
    if left_out := sum(not subject for subject in named.values()):
        findings.append(Finding("CPN-S18", raw.name, {"count": left_out}, "note"))
    return rows, findings


def _identifier(cell: Cell) -> str:
    """Return a subject as text; a whole number as its digits."""
    if cell.state == "number" and cell.number is not None and cell.number.denominator == 1:
        return str(cell.number.numerator)
    return cell.text


def _long(raw: Raw, column: str, subjects: dict[int, Cell]) -> Iterator[Finding]:
    """Find identifiers of which a number has kept only the first fifteen digits."""
    limit = 10**SIGNIFICANT
    rows = [row for row, each in subjects.items() if each.number and abs(each.number) >= limit]
    if rows:
        yield Finding("CPN-S14", f"{raw.name}.{column}", _where(rows))


def _twice(raw: Raw, column: str, named: dict[int, str]) -> Iterator[Finding]:
    counts = Counter(each for each in named.values() if each)
    rows = [row for row, each in named.items() if counts[each] > 1]
    if rows:
        yield Finding("CPN-S15", f"{raw.name}.{column}", _where(rows))


def _where(rows: Iterable[int]) -> dict[str, object]:
    """Return how many rows there are, and the numbers of the first."""
    found = sorted(rows)
    shown = ", ".join(map(str, found[:NAMED]))
    return {"count": len(found), "rows": shown + (", …" if len(found) > NAMED else "")}


def _cells(
    raw: Raw, sheet: Sheet, places: dict[str, int], row: int
) -> Iterator[tuple[Quantity, Cell]]:
    for quantity, column in sheet.columns.items():
        cell = cell_at(raw, row, places[column.column])
        if quantity.step != "band":
            cell = number_of(cell, sheet.layout.locale).times(column.times)
        yield quantity, cell


def _uncomputed(raw: Raw, sheet: Sheet, places: dict[str, int], rows: list[Row]) -> list[Row]:
    """Return the rows with what is empty only because a formula's value was never stored."""
    asked = {
        (each.number, places[sheet.columns[quantity].column])
        for each in rows
        for quantity, cell in each.cells.items()
        if cell.state == "empty"
    }
    found = raw.uncomputed(asked) if asked else set()
    if not found:
        return rows
    return [
        Row(
            each.number,
            each.subject,
            {
                quantity: Cell("uncomputed")
                if (each.number, places[sheet.columns[quantity].column]) in found
                else cell
                for quantity, cell in each.cells.items()
            },
        )
        for each in rows
    ]


def _findings(raw: Raw, sheet: Sheet, places: dict[str, int], rows: list[Row]) -> Iterator[Finding]:
    """Find cells that hold no value that can be compared; each counts as empty."""
    for quantity, column in sheet.columns.items():
        where = f"{raw.name}.{column.column} [{letters(places[column.column])}]"
        for state, code in _NO_VALUE.items():
            if at := [each.number for each in rows if each.cells[quantity].state == state]:
                locale = sheet.layout.locale or "–"
                yield Finding(code, where, {**_where(at), "locale": locale}, "warning")
        if quantity.step == "band":
            texts = [(each.number, each.cells[quantity]) for each in rows]
            at = [n for n, cell in texts if cell.state == "text" and plain(cell.text) not in
                  sheet.bands]  # fmt: skip
            if at:
                known = ", ".join(f"'{each}'" for each in dict.fromkeys(sheet.bands.values()))
                yield Finding("CPN-S23", where, {**_where(at), "known": known}, "warning")
