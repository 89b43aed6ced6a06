"""A table of a page: heads, rows, and which cells are words, numbers or bars."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen


@frozen
class Head:
    """The head of a column.

    Attributes
    ----------
    text
        What it says.
    said
        Whether its cells are words, which stand to the left and may wrap.
    bar
        Whether its cells have a bar below.
    """

    text: str
    said: bool = False
    bar: bool = False


@frozen
class Line:
    """A row: its name, the cells beside it, where the name leads to, and the length of its bar."""

    name: str
    cells: tuple[str, ...]
    link: str = ""
    bar: str = "0"


@frozen
class Grid:
    """A table; its first head is that of the names of the rows."""

    heads: tuple[Head, ...]
    rows: tuple[Line, ...]

    def beside(self, row: Line) -> Iterator[tuple[Head, str]]:
        """Return the cells of a row with their heads."""
        return zip(self.heads[1:], row.cells, strict=True)


def share_of(count: int, total: int) -> str:
    """Return a share in percent with one digit, rounded half up: a length of a bar, and a text."""
    if not total:
        return "0.0"
    tenths = (2 * 1000 * Fraction(count, total) + 1) // 2
    return f"{tenths // 10}.{tenths % 10}"
