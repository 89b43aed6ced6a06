"""The columns of a printed loop: what is read of a row, and what is looked at on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from capaian.columns.faults import Fault
from capaian.columns.limits import USUAL, USUAL_STAMPS, Sizes, grows, microseconds
from capaian.columns.lowered import Lowering, UnsuitableError
from capaian.columns.request import LARGEST, Reading
from capaian.columns.values import reader, settle
from capaian.columns.written import stamp_form
from capaian.formula import Column, Kind, Node, walk

_BOUNDS = (USUAL[1], 2**20, 2**10)
"""Sizes of integers for which formulas are proved to fit 64 bits, the largest that will do."""
_QUICK = 2**30 - 1
"""Below this Python compares integers fastest."""


@frozen
class _Cell:
    """A column as it is read in one way: a variable of the loop."""

    name: str
    column: str
    kind: Kind
    digits: int
    format: str


class Cells:
    """The variables of a loop that hold a row's values.

    Attributes
    ----------
    required
        Those that no row may lack.
    bounds
        Those whose values must be of a certain size, to what they may come to.
    """

    def __init__(self, lowering: Lowering, zone: str) -> None:
        self.lowering = lowering
        self.zone = zone
        self.required: set[str] = set()
        self.bounds: dict[str, int] = {}
        self._cells: dict[tuple[str, Kind, int, str], _Cell] = {}

    def name(self, reading: Reading) -> str:
        """Return the variable of a column, read in this way."""
        key = (reading.column, reading.kind, reading.digits, reading.format)
        if key not in self._cells:
            self._cells[key] = _Cell(f"c{len(self._cells)}", *key)
        return self._cells[key].name

    def bound(
        self, trees: Iterable[Node], readings: Iterable[Reading], roles: Mapping[str, str]
    ) -> None:
        """Bound the values of formulas that could otherwise pass 64 bits."""
        if not grows(trees):
            return
        used = {each.name for tree in trees for each in walk(tree) if isinstance(each, Column)}
        kinds = {each.role: each.kind for each in readings}
        most = next((each for each in _BOUNDS if _fits(trees, kinds, each)), None)
        if most is None:
            raise UnsuitableError("integers that may grow too large")
        for role in used & set(roles):
            cell = roles[role]
            self.bounds[cell] = min(most, self.bounds.get(cell, most))

    @property
    def gaps(self) -> frozenset[str]:
        """The columns of which a row may lack the value."""
        cells = self._cells.values()
        return frozenset(each.column for each in cells if each.name not in self.required)

    def lines(self) -> list[str]:
        """Return the lines that read a row."""
        return [line for cell in self._cells.values() for line in self._lines(cell)]

    def _lines(self, cell: _Cell) -> list[str]:
        name, must = cell.name, cell.name in self.required
        odd = self.lowering.constant(self._odd(cell, must=must))
        rest = f"{name} = {odd}({name})"
        if not must:
            rest = f"if {name} is not None: {rest}"
        lines = [f"  {name} = row[{cell.column!r}]"]
        match cell.kind:
            case "stamp":
                lines += [
                    f"  if type({name}) is not datetime or {name}.tzinfo is not None:",
                    f"   {rest}",
                ]
                if name in self.bounds:
                    low, high = (self.lowering.constant(each) for each in USUAL_STAMPS)
                    there = "" if must else f"{name} is not None and "
                    lines.append(f"  if {there}not {low} <= {name} <= {high}: raise Surprise")
            case "integer":
                most = self.bounds.get(name, LARGEST)
                quick = min(most, _QUICK)
                lines.append(f"  if type({name}) is int:")
                if cell.digits:
                    lines.append(f"   {name} *= {10**cell.digits}")
                test = f"not -{quick} <= {name} <= {quick}"
                if most > quick:
                    test += f" and not -{most} <= {name} <= {most}"
                lines += [f"   if {test}: raise Surprise", "  else:", f"   {rest}"]
            case "text":
                lines += [f"  if type({name}) is not str or not {name}:", f"   {rest}"]
            case _:
                lines += [f"  if {name} is not True and {name} is not False:", f"   {rest}"]
        return lines

    def _odd(self, cell: _Cell, *, must: bool) -> Callable[[Any], Any]:
        """Return the function that reads a value of another type; a fault is a surprise."""
        form = stamp_form(cell.format) if cell.kind == "stamp" else None
        if isinstance(form, str):
            raise UnsuitableError(form)
        reading = Reading("", cell.column, cell.kind, format=cell.format, digits=cell.digits)
        read = reader(reading, zone=self.zone, form=form)
        most = self.bounds.get(cell.name, LARGEST)

        def odd(value: Any) -> Any:
            given, fault = read(settle(value))
            large = isinstance(given, int) and abs(given) > most
            if (fault and fault is not Fault.MISSING) or (must and given is None) or large:
                raise ValueError
            return given

        return odd


def _fits(trees: Iterable[Node], kinds: Mapping[str, Kind], most: int) -> bool:
    """Return whether no formula passes 64 bits as long as no value passes a size."""
    low, high = (microseconds(each) for each in USUAL_STAMPS)
    spans = {
        role: (low, high) if kind == "stamp" else (-most, most) for role, kind in kinds.items()
    }
    sizes = Sizes(spans, dict.fromkeys(("as_of", "start", "end"), (low, high)))
    for tree in trees:
        sizes.of(tree)
    return sizes.past is None
