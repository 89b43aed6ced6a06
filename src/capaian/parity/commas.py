"""Sheets as CSV: every cell is text, and a locale says how its numbers are written."""

from __future__ import annotations

import csv
from pathlib import Path

from capaian.errors import SheetError, refuse
from capaian.parity.cells import Cell
from capaian.parity.sheet import HEADLINE, Layout, Raw
from capaian.wire import short

_SEPARATORS = (";", ",", "\t")


def read_commas(path: Path, layout: Layout) -> Raw:
    """Read a CSV file; see `read_raw`.

    The separator is that of semicolon, comma and tab which the first row of headings has most.
    """
    if layout.locale is None:
        raise refuse(SheetError, HEADLINE, "CPN-S05", short(path.name))
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            lines = text.readlines()
        head = lines[layout.first - 1] if len(lines) >= layout.first else ""
        separator = max(_SEPARATORS, key=head.count)
        rows = list(csv.reader(lines, delimiter=separator))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        failed = type(error).__name__
    else:
        return _raw(short(path.name), rows, layout)
    raise refuse(SheetError, HEADLINE, "CPN-S03", short(path.name), form="CSV", error=failed)


def _raw(name: str, rows: list[list[str]], layout: Layout) -> Raw:
    heads = rows[layout.first - 1 : layout.last]
    width = max(map(len, heads), default=0)
    headings = {}
    for column in range(width):
        parts = [row[column].strip() for row in heads if column < len(row)]
        headings[column + 1] = " / ".join(dict.fromkeys(each for each in parts if each))
    cells = {
        number: {
            column: Cell("text", text=text.strip())
            for column, text in enumerate(row, start=1)
            if text.strip()
        }
        for number, row in enumerate(rows[layout.last :], start=layout.last + 1)
    }
    return Raw(name, headings, cells)
