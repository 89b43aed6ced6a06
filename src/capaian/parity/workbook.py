"""Sheets as workbooks: the values as they were stored, the digits that their formats show."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from capaian.errors import SheetError, did_you_mean, refuse
from capaian.parity.cells import EMPTY, Cell, read_binary
from capaian.parity.sheet import HEADLINE, SHOWN, Layout, Raw
from capaian.wire import short

LARGEST = 2**29
"""Bytes that a workbook may be unpacked: one that says less and holds more is no workbook."""


def read_workbook(path: Path, layout: Layout) -> Raw:
    """Read one sheet of a workbook; see `read_raw`. Nothing in it is calculated or run."""
    if find_spec("openpyxl") is None:
        raise refuse(SheetError, HEADLINE, "CPN-S04", short(path.name))
    sheet = _sheet(path, layout, values=True)
    cells = sheet._cells  # noqa: SLF001 - only what is there: a stray cell far away costs nothing
    last = layout.last
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(cells.items()):
        if row > last and (made := _cell(cell)) is not EMPTY:
            rows.setdefault(row, {})[column] = made

    def uncomputed(places: set[tuple[int, int]]) -> set[tuple[int, int]]:
        formulas = _sheet(path, layout, values=False)._cells  # noqa: SLF001 - as above
        return {each for each in places if each in formulas and formulas[each].data_type == "f"}

    return Raw(short(sheet.title), _headings(sheet, layout), rows, uncomputed)


def _sheet(path: Path, layout: Layout, *, values: bool) -> Any:
    """Return a sheet of a workbook: with stored values, or with formulas."""
    import openpyxl  # noqa: PLC0415 - only where a workbook is read

    where = short(path.name)
    failed = ""
    try:
        with path.open("rb") as file:  # openpyxl leaves a file open that it cannot read
            with zipfile.ZipFile(file) as packed:
                size = sum(each.file_size for each in packed.infolist())
            if size <= LARGEST:
                book = openpyxl.load_workbook(file, data_only=values)
    except Exception as error:  # noqa: BLE001 - whatever a library makes of a broken file
        failed = type(error).__name__
    if failed:
        raise refuse(SheetError, HEADLINE, "CPN-S03", where, form="XLSX", error=failed)
    if size > LARGEST:
        megabytes = LARGEST // 2**20
        raise refuse(SheetError, HEADLINE, "CPN-S19", where, size=size // 2**20, most=megabytes)
    sheets = {each.title: each for each in book.worksheets}
    if not sheets:
        raise refuse(SheetError, HEADLINE, "CPN-S03", where, form="XLSX", error="no sheet")
    name = layout.sheet or next(iter(sheets))
    if name not in sheets:
        known = [short(each) for each in sheets]
        values_ = {"sheet": short(name), "hint": did_you_mean(name, known)}
        known_ = ", ".join(f"'{each}'" for each in known[:SHOWN])
        raise refuse(SheetError, HEADLINE, "CPN-S06", where, **values_, known=known_)
    return sheets[name]


def _cell(cell: Any) -> Cell:
    value = cell.value
    match value:
        case None:
            return EMPTY
        case bool():
            return Cell("text", text=str(value).upper())
        case int() | float():
            return read_binary(value, cell.number_format)
        case str():
            if cell.data_type == "e":
                return Cell("fault")
            return Cell("text", text=value.strip()) if value.strip() else EMPTY
        case _:
            return Cell("unreadable")


def _headings(sheet: Any, layout: Layout) -> Mapping[int, str]:
    """Return the heading of each column; a merged one stands over all its columns and rows."""
    found: dict[int, dict[int, str]] = {}
    rows = range(layout.first, layout.last + 1)
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001 - as above
        if row in rows and cell.value is not None:
            found.setdefault(column, {})[row] = _words(cell.value)
    for merged in sheet.merged_cells.ranges:
        first, last = max(merged.min_row, layout.first), min(merged.max_row, layout.last)
        corner = sheet._cells.get((merged.min_row, merged.min_col))  # noqa: SLF001 - as above
        if first > last or corner is None or corner.value is None:
            continue
        for column in range(merged.min_col, min(merged.max_col, sheet.max_column) + 1):
            for row in range(first, last + 1):
                found.setdefault(column, {})[row] = _words(corner.value)
    return {
        column: " / ".join(_once(by_row[row] for row in sorted(by_row)))
        for column, by_row in sorted(found.items())
    }


def _words(value: Any) -> str:
    return " ".join(str(value).split())


def _once(texts: Iterable[str]) -> list[str]:
    return [each for each in dict.fromkeys(texts) if each]
