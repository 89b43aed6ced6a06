"""Small groups in a table of counts: which cells are left out so that none can be worked out.

A cell that counts fewer than the least is left out (*primary*). Rows and columns add up to totals
that are published, so others must be left out with it (*secondary*), or it follows by subtraction.
A row of fewer people than the least is left out whole, zeros too: zeros beside one cell that is
left out would say in which column all of them are.

A cell that is left out is safe where the table that remains has at least two readings in which the
cell differs. A reading changes cells by one, up and down in turn, around a cycle of cells left out:
in each row and column that it touches it adds one and takes one away. That is searched for, and
where there is no such cycle the cheapest one is left out. Whoever reads is taken to know that no
cell is left out which is zero, so that none goes below one.

Cell suppression by cycles: Fischetti and Salazar, *Models and algorithms for the 2-dimensional cell
suppression problem in statistical disclosure control*, Mathematical Programming 84 (1999).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

Cell: TypeAlias = tuple[int, int]
Grid: TypeAlias = Sequence[Sequence[int]]
Place: TypeAlias = tuple[int, int]
_ROW, _COLUMN = 0, 1
_MARGIN = 10**12
"""What it costs to leave out a total, so that cells of the body go first."""


def with_margins(body: Grid) -> list[list[int]]:
    """Return a table of counts with a total of each row, and below a row of the totals."""
    rows = [[*row, sum(row)] for row in body]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def suppressed(body: Grid, least: int) -> frozenset[Cell]:
    """Return which cells of a table with its margins must be left out.

    Parameters
    ----------
    body
        Counts by row and column, without totals; at least one row and one column.
    least
        The least count that is published, from 2. Zero is published, but in a row whose total is
        not: it counts nobody.

    Returns
    -------
    frozenset of tuple
        Row and column, from 0; the last row and the last column are the totals.
    """
    table = with_margins(body)
    search = _Search(table, least)
    out = search.out = {cell for cell, value in search.values.items() if value < least}
    out |= search.whole
    if table[-1][-1] < least:
        return frozenset(_cells(table))
    for cell in sorted(out):
        if search.is_known(cell):
            continue
        # All cells of a cycle move, so that those that are left out with this one are safe too.
        cycle = search.cheapest(cell)
        if cycle is None:  # nothing can hide it
            return frozenset(_cells(table))
        out |= cycle
    return frozenset(out)


def _cells(table: Grid) -> dict[Cell, int]:
    return {
        (row, column): value
        for row, values in enumerate(table)
        for column, value in enumerate(values)
    }


class _Search:
    """The cheapest cycles through a cell.

    Rows and columns are the places of a graph, cells the ways between them; a cell that is left out
    already costs nothing. `whole` are the cells of rows that are left out whole, `few` such rows.
    """

    def __init__(self, table: Grid, least: int) -> None:
        self.last = len(table) - 1, len(table[0]) - 1
        self.least, self.totals = least, table[-1]
        self.few = {row for row, values in enumerate(table) if 0 < values[-1] < least}
        known = _cells(table)
        self.whole = {cell for cell in known if cell[0] in self.few}
        self.values = {cell: value for cell, value in known.items() if value or cell in self.whole}
        self.out: set[Cell] = set()
        self.places: dict[Place, list[Cell]] = {}
        for row, column in self.values:
            self.places.setdefault((_ROW, row), []).append((row, column))
            self.places.setdefault((_COLUMN, column), []).append((row, column))

    def cheapest(self, cell: Cell) -> set[Cell] | None:
        """Return the cells of the cheapest cycle through a cell; `None` where there is none."""
        found = [way for up in (True, False) if (way := self.way(cell, up=up))]
        return min(found)[1] if found else None

    def way(self, cell: Cell, *, up: bool) -> tuple[int, set[Cell]] | None:
        """Return the cheapest cycle in which a cell goes up (or down), and what it costs.

        A total stands on the other side of its sum, so that it goes down where a cell of the body
        would go up. From a column the way goes on by a cell that makes good for what the last one
        added; Dijkstra's algorithm.
        """
        if not self.moves(cell, up=up):
            return None
        plus = up != self.is_total(cell)
        goal = (_ROW, cell[0])
        heap: list[tuple[int, int, Place, tuple[Cell, ...]]] = [(0, 0, (_COLUMN, cell[1]), (cell,))]
        seen: set[Place] = set()
        while heap:
            cost, length, place, way = heappop(heap)
            if place == goal:
                return cost, set(way)
            if place in seen:
                continue
            seen.add(place)
            from_row = place[0] == _ROW
            adds = plus if from_row else not plus
            for each in self.places[place]:
                other = (_COLUMN, each[1]) if from_row else (_ROW, each[0])
                goes_up = adds != self.is_total(each)
                if each != cell and other not in seen and self.moves(each, up=goes_up):
                    heappush(heap, (cost + self.cost(each), length + 1, other, (*way, each)))
        return None

    def cost(self, cell: Cell) -> int:
        """Return how many people a cell would no longer show."""
        if cell in self.out:
            return 0
        total = cell[0] == self.last[0] or cell[1] == self.last[1]
        return self.values[cell] + _MARGIN * total

    def is_total(self, cell: Cell) -> bool:
        """Return whether a cell stands on the other side of its sums; that of all does not."""
        return (cell[0] == self.last[0]) != (cell[1] == self.last[1])

    def moves(self, cell: Cell, *, up: bool) -> bool:
        """Return whether a cell can be read as one more, or as one less and still somebody.

        In a row that is left out whole a cell may be read as nobody, but the row may not; nor may
        it be read as so many that it would be shown.
        """
        if cell in self.whole and cell[1] != self.last[1]:
            return up or self.values[cell] > 0
        if up:
            return cell not in self.whole or self.values[cell] + 1 < self.least
        return self.values[cell] > 1

    def is_known(self, cell: Cell) -> bool:
        """Return whether a cell is no secret although it is left out.

        Those are a cell of a column in which nobody is, and the total of a row that is left out
        whole where that can only be one.
        """
        if cell not in self.whole:
            return False
        return not self.totals[cell[1]] or (cell[1] == self.last[1] and self.least == 2)  # noqa: PLR2004


def pooled(counts: Mapping[int, int], out: set[int], least: int) -> set[int] | None:
    """Return which means of groups are left out, so that none follows from that of all.

    The mean of all and those of the other groups give the mean of what is left out together. That
    must be several groups, and not fewer people than the least.

    Parameters
    ----------
    counts
        Group to how many people its mean is of; none of them 0.
    out
        The groups that are left out already.
    least
        The least count of which a mean is published.

    Returns
    -------
    set of int or None
        The groups; `None` where only that of all can hide them.
    """
    if not out:
        return set()
    left = set(out)
    others = sorted((count, group) for group, count in counts.items() if group not in left)
    while len(left) == 1 or sum(counts[group] for group in left) < least:
        if not others:
            return None
        left.add(others.pop(0)[1])
    return left
