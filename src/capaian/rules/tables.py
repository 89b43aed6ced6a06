"""Tables of a regulation: their rows made ready, and the row for what is looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from capaian.exact import round_ratio
from capaian.exact.interval import Interval
from capaian.rules.document import Grades, Table
from capaian.wire import exact_number

ENDS = ("from", "above", "to", "below", "is")
OTHER = ("source", "none")


@frozen
class Row:
    """A row: where it stands, what it gives by name, and its source.

    `none` is why it gives nothing; then every name gives `None`.
    """

    index: int
    gives: Mapping[str, Any]
    source: str
    none: str = ""


@frozen
class Cell(Row):
    """A row of a decision table, with the labels that it is for."""

    labels: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class Step(Row):
    """A row of a table of intervals, with the numbers that it is for."""

    interval: Interval = field(factory=Interval)


def cells_of(table: Table) -> tuple[Cell, ...]:
    """Return the rows of a decision table."""
    names = _names(table.rows, (*table.inputs, *OTHER))
    return tuple(
        Cell(
            index,
            _gives(row, names),
            str(row.get("source", table.source)),
            str(row.get("none", "")),
            {name: _labels(row.get(name), known) for name, known in table.inputs.items()},
        )
        for index, row in enumerate(table.rows)
    )


def steps_of(table: Grades) -> tuple[Step, ...]:
    """Return the rows of a table of intervals."""
    names = _names(table.rows, (*ENDS, *OTHER))
    return tuple(
        Step(
            index,
            _gives(row, names),
            str(row.get("source", table.source)),
            str(row.get("none", "")),
            interval_of(row),
        )
        for index, row in enumerate(table.rows)
    )


def outputs_of(table: Table | Grades) -> tuple[str, ...]:
    """Return the names under which a table gives something."""
    known = (*table.inputs, *OTHER) if isinstance(table, Table) else (*ENDS, *OTHER)
    return _names(table.rows, known)


def interval_of(row: Mapping[str, Any]) -> Interval:
    """Return the numbers that a row is for; its ends are numbers."""
    ends = {end: exact_number(row[end]) for end in ENDS if end in row}
    if "is" in ends:
        return Interval(ends["is"], ends["is"], high_inside=True)
    return Interval(
        ends.get("from", ends.get("above")),
        ends.get("to", ends.get("below")),
        low_inside="above" not in ends,
        high_inside="to" in ends,
    )


def cell_for(cells: Sequence[Cell], labels: Mapping[str, str]) -> Cell:
    """Return the row for a combination of labels; the table is proved to have one."""
    return next(
        each for each in cells if all(labels[name] in its for name, its in each.labels.items())
    )


def step_for(table: Grades, steps: Sequence[Step], x: Fraction) -> Step | None:
    """Return the row for a number; `None` outside the numbers that the table is for."""
    rounded = x if table.digits is None else round_ratio(x, table.digits, table.mode)
    if not Interval(table.low, table.high, high_inside=True).holds(rounded):
        return None
    return next((each for each in steps if each.interval.holds(rounded)), None)


def _names(rows: Sequence[Mapping[str, Any]], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for row in rows for key in row if key not in known))


def _gives(row: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    return {name: _value(row.get(name)) for name in names}


def _value(written: Any) -> Any:
    """Return a label as it is and a number exact: a decimal of the document is what it says."""
    if isinstance(written, str | bool) or written is None:
        return written
    if isinstance(written, list | tuple):
        return tuple(map(_value, written))
    return exact_number(written)


def _labels(written: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    if written is None:
        return known
    return (written,) if isinstance(written, str) else tuple(written)
