"""What an analysis gives: named columns, and what must be said beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import islice
from math import isnan
from typing import Any

from attrs import field, frozen

from capaian.columns import Coded, Origin, native_table

SHOWN = 12
"""Rows that a repr shows."""
_FEW, _MANY = 2, 4
"""Digits after the point, of numbers above 1 and of shares."""
_SIDES = (' style="text-align:left"', ' style="text-align:right"')


def _listed(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(notes)


@frozen(eq=False, repr=False)
class Table:
    """A result of an analysis, as columns of equal length.

    Attributes
    ----------
    title
        What it shows, in a few words.
    columns
        Names to values: NumPy arrays, in which a float that is not a number is missing, coded
        words, or lists.
    origin
        The kind of table that the evidence came as, and that `to_native` gives.
    notes
        What a reader must know of it: what was left out, what was assumed, what it cannot show.
    """

    title: str
    columns: Mapping[str, Any]
    origin: Origin = "records"
    notes: tuple[str, ...] = field(default=(), converter=_listed)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> list[Any]:
        """Return a column as a plain list, `None` where it has no value."""
        return _plain(self.columns[name])

    def rows(self, most: int | None = None) -> list[dict[str, Any]]:
        """Return the rows, or the first of them, as dictionaries."""
        lists = {name: _plain(each) for name, each in self._cut(most).items()}
        return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]

    def to_native(self) -> Any:
        """Return the table as the kind of table that the evidence came in."""
        if self.origin == "records":
            return self.rows()
        return native_table(self.columns, self.origin)

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain JSON values."""
        return {"title": self.title, "notes": list(self.notes), "rows": self.rows()}

    def text(self, *, rows: int = SHOWN) -> str:
        """Return the first rows as a table of plain text, with the notes below."""
        head = list(self.columns)
        body = self._cells(rows)
        numeric = [_numeric(self.columns[name]) for name in head]
        widths = [max(len(line[at]) for line in [head, *body]) for at in range(len(head))]
        lines = [self.title, ""] if self.title else []
        for line in [head, *body]:
            cells = [
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, numeric, strict=True)
            ]
            lines.append("  ".join(cells).rstrip())
        if (rest := len(self) - len(body)) > 0:
            lines.append(f"… {rest} more")
        lines += ["", *(f"note: {each}" for each in self.notes)] if self.notes else []
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Table {self.title!r}: {len(self)} rows, {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        sides = [_SIDES[_numeric(each)] for each in self.columns.values()]
        head = "".join(
            f"<th scope=col{side}>{escape(name)}</th>"
            for name, side in zip(self.columns, sides, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(f"<td{s}>{escape(each)}</td>" for each, s in zip(row, sides, strict=True))
            + "</tr>"
            for row in self._cells(SHOWN)
        )
        rest = len(self) - SHOWN
        more = f"<p>… {rest} more</p>" if rest > 0 else ""
        notes = "".join(f"<p>{escape(each)}</p>" for each in self.notes)
        return (
            f"<table><caption{_SIDES[0]}>{escape(self.title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>{more}{notes}"
        )

    def _cells(self, most: int) -> list[list[str]]:
        """Return the first rows as text, with as many digits all the way down a column."""
        rows = [list(each.values()) for each in self.rows(most)]
        columns = [_shown(column) for column in zip(*rows, strict=True)]
        return [list(each) for each in zip(*columns, strict=True)]

    def _cut(self, most: int | None) -> dict[str, Any]:
        """Return the first entries of each column."""
        if most is None:
            return dict(self.columns)
        return {
            name: Coded(each.codes[:most], each.words)
            if isinstance(each, Coded)
            else each[:most]
            if hasattr(each, "dtype")
            else list(islice(each, most))
            for name, each in self.columns.items()
        }


def _plain(column: Any) -> list[Any]:
    values = column.tolist() if hasattr(column, "tolist") else list(column)
    return [None if type(each) is float and isnan(each) else each for each in values]


def _shown(column: Sequence[Any]) -> list[str]:
    """Return a column's values as text; small ones keep more digits after the point.

    What is not zero is not written as zero, as far as four digits go; there is no negative zero.
    Whole numbers have no digits after the point: counts come as floats where some are missing.
    """
    sizes = [abs(each) for each in column if type(each) is float]
    lost = any(0.5 * 10**-_MANY <= each < 0.5 * 10**-_FEW for each in sizes)
    digits = _FEW if max(sizes, default=0) > 1 and not lost else _MANY
    if max(sizes, default=0) > 1 and all(each.is_integer() for each in sizes):
        digits = 0

    def shown(value: Any) -> str:
        return f"{value:z.{digits}f}" if type(value) is float else str(value)

    return ["–" if each is None else shown(each) for each in column]


def _numeric(column: Any) -> bool:
    if hasattr(column, "dtype"):
        return column.dtype.kind in "if"
    known: Sequence[Any] = [each for each in _plain(column) if each is not None]
    return bool(known) and all(isinstance(each, int | float) for each in known)
