"""A sheet as rows of cells under headings, wherever it was read from; and how columns are found."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from capaian.errors import Finding, SheetError, did_you_mean, refuse
from capaian.parity.cells import EMPTY, Cell, Locale, read_text
from capaian.parity.quantity import Quantity
from capaian.wire import short

HEADLINE = "The sheet was not compared."
WORKBOOKS, TABLES = (".xlsx", ".xlsm"), (".csv",)
SHOWN = 12
"""Headings that an error lists."""
NAMED = 5
"""Rows that a finding names; the others are counted."""
_LETTERS = re.compile(r"\[([A-Za-z]{1,3})\]")


def _none_of(_places: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return set()


@frozen(eq=False)
class Raw:
    """A sheet as it was read.

    Attributes
    ----------
    name
        What it is called in findings: the name of the sheet, or of the file.
    headings
        Position of a column, from 1, to its heading, that of merged cells and of several rows
        joined by ` / `.
    rows
        Number of a row, from 1, to its cells by column.
    uncomputed
        Given places, returns those with a formula whose value was never stored.
    """

    name: str
    headings: Mapping[int, str]
    rows: Mapping[int, Mapping[int, Cell]]
    uncomputed: Callable[[set[tuple[int, int]]], set[tuple[int, int]]] = _none_of


@frozen
class Row:
    """A row of the sheet: its number, its subject, and its cells by what they are."""

    number: int
    subject: str
    cells: Mapping[Quantity, Cell]


def letters(column: int) -> str:
    """Return the letters of a column, from 1: A, B, ..., Z, AA."""
    said = ""
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def position(name: str) -> int | None:
    """Return the column that a name such as `[F]` means; `None` where it is a heading."""
    match = _LETTERS.fullmatch(name.strip())
    if match is None:
        return None
    found = 0
    for letter in match[1].upper():
        found = found * 26 + ord(letter) - 64
    return found


def find_columns(raw: Raw, names: Sequence[str]) -> dict[str, int]:
    """Return where the named columns stand.

    Parameters
    ----------
    raw
        The sheet.
    names
        Headings, or letters in brackets: `[F]`. White space is taken as one blank.

    Raises
    ------
    SheetError
        No such column (CPN-S08), or several with this heading (S09); all at once.
    """
    said = {place: _plain(heading) for place, heading in raw.headings.items()}
    found, findings = {}, []
    for name in dict.fromkeys(names):
        if (place := position(name)) is not None:
            found[name] = place
            continue
        places = [each for each, heading in said.items() if heading == _plain(name)]
        if len(places) == 1:
            found[name] = places[0]
        elif places:
            values = {"column": short(name), "places": ", ".join(map(letters, places[:SHOWN]))}
            values["first"] = letters(places[0])
            findings.append(Finding("CPN-S09", raw.name, {**values, "count": len(places)}))
        else:
            findings.append(_no_column(raw.name, name, list(dict.fromkeys(said.values()))))
    if findings:
        raise SheetError(HEADLINE, findings)
    return found


def _no_column(where: str, name: str, known: Sequence[str]) -> Finding:
    shown = ", ".join(f"'{short(each)}'" for each in known[:SHOWN] if each)
    more = len(known) - SHOWN
    values = {
        "column": short(name),
        "hint": did_you_mean(_plain(name), [short(each) for each in known if each]),
        "known": shown + (f" (+{more})" if more > 0 else ""),
    }
    return Finding("CPN-S08", where, values)


def _plain(heading: str) -> str:
    return " ".join(heading.split())


@frozen
class Layout:
    """Where a sheet's table lies.

    Attributes
    ----------
    sheet
        The name of the sheet in a workbook; its first where empty.
    first, last
        The rows of the headings, from 1; the table's own rows come after.
    locale
        How numbers are written in texts.
    """

    sheet: str = ""
    first: int = 1
    last: int = 1
    locale: Locale | None = None


def read_raw(source: str | os.PathLike[str], layout: Layout) -> Raw:
    """Read a workbook or a CSV file.

    Parameters
    ----------
    source
        The path of a `.xlsx`, `.xlsm` or `.csv` file.
    layout
        Where the table lies. A CSV file needs a locale.

    Raises
    ------
    SheetError
        No such file (CPN-S01), another form (S02), a file that cannot be read (S03), a library that
        is missing (S04), no locale for a CSV file (S05), no such sheet (S06), no headings in the
        rows that are named (S07), a workbook that is too large (S19).
    """
    path = Path(source)
    ending = path.suffix.lower()
    # os.path and not pathlib, which raises for names that no file can have.
    if not os.path.isfile(path):  # noqa: PTH113
        raise refuse(SheetError, HEADLINE, "CPN-S01", file=short(path.name))
    if ending in WORKBOOKS:
        from capaian.parity.workbook import read_workbook  # noqa: PLC0415 - loads openpyxl

        raw = read_workbook(path, layout)
    elif ending in TABLES:
        from capaian.parity.commas import read_commas  # noqa: PLC0415 - only for such a file

        raw = read_commas(path, layout)
    else:
        known = ", ".join((*WORKBOOKS, *TABLES))
        raise refuse(SheetError, HEADLINE, "CPN-S02", ending=short(ending or "–"), known=known)
    if not any(raw.headings.values()):
        rows = str(layout.first)
        rows += f"-{layout.last}" if layout.last != layout.first else ""
        raise refuse(SheetError, HEADLINE, "CPN-S07", raw.name, rows=rows)
    return raw


def number_of(cell: Cell, locale: Locale | None) -> Cell:
    """Return a cell as a number: a text is read as people of the locale write numbers."""
    return read_text(cell.text, locale) if cell.state == "text" else cell


def cell_at(raw: Raw, row: int, column: int) -> Cell:
    """Return the cell at a place; an empty one where there is none."""
    return raw.rows.get(row, {}).get(column, EMPTY)
