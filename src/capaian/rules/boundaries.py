"""Where a rule changes its mind: inputs at every edge of its tables, and in every cell.

Only a table that is asked with the rule's own inputs can be reached so: `grade(score)`, and not
`grade(a + b)`. What is reached by no case is told by coverage, which looks at every table.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from capaian.rules.document import Grades, Input, Table
from capaian.rules.rule import DataRule, Lookup
from capaian.rules.tables import steps_of

NEAR = 4
"""Decimals of the step to either side of an edge, where the table does not round."""


def boundary_inputs(rule: DataRule, plain: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return inputs at the edges and in the cells of the tables that a rule asks directly.

    Parameters
    ----------
    rule
        The rule.
    plain
        An input that it takes; what the table does not ask for stays as it is there.

    Returns
    -------
    list of dict
        For a decision table every combination of labels. For a table of intervals each edge, half a
        unit and one unit to either side of it (a unit is the last decimal that it rounds to, so
        that half of one is a tie), as far as the input may be that number. Each once.
    """
    found: list[dict[str, Any]] = []
    for names, table in _asked(rule):
        for values in _values(rule, names, table):
            made = {**plain, **dict(zip(names, values, strict=True))}
            if made not in found:
                found.append(made)
    return found


def edges_of(table: Grades) -> list[Fraction]:
    """Return the edges of a table of intervals, ascending."""
    ends = {end for each in steps_of(table) for end in (each.interval.low, each.interval.high)}
    return sorted(end for end in (*ends, table.low, table.high) if end is not None)


def missed(
    tables: Mapping[str, Table | Grades], lookups: list[Lookup]
) -> dict[str, tuple[list[int], list[Fraction]]]:
    """Return for each table the rows and the edges that no look-up has met.

    Parameters
    ----------
    tables
        Tables by name.
    lookups
        What was looked up in them.

    Returns
    -------
    dict
        By table: positions of rows, and edges, of tables of intervals, at which nothing was looked
        up. A table that was met everywhere is left out.
    """
    found: dict[str, tuple[list[int], list[Fraction]]] = {}
    for name, table in tables.items():
        here = [each for each in lookups if each.table == name]
        met = {each.row for each in here}
        rows = [index for index in range(len(table.rows)) if index not in met]
        edges: list[Fraction] = []
        if isinstance(table, Grades):
            asked = {each.given[0] for each in here}
            edges = [each for each in dict.fromkeys(edges_of(table)) if each not in asked]
        if rows or edges:
            found[name] = (rows, edges)
    return found


def _asked(rule: DataRule) -> Iterator[tuple[tuple[str, ...], Table | Grades]]:
    """Return the inputs that a rule hands to a table as they are, with the table; each once."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for _, written in rule.desk.formulas[rule.id]:
        for each in ast.walk(written.tree):
            if not isinstance(each, ast.Call) or not isinstance(each.func, ast.Name):
                continue
            name = each.func.id
            args = tuple(arg.id for arg in each.args if isinstance(arg, ast.Name))
            inputs = all(arg in rule.written.input for arg in args)
            table = rule.desk.tables.get(name)
            if table is None or len(args) != len(each.args) or not inputs or (name, args) in seen:
                continue
            seen.add((name, args))
            yield args, table[0]


def _values(
    rule: DataRule, names: tuple[str, ...], table: Table | Grades
) -> Iterator[tuple[Any, ...]]:
    if isinstance(table, Table):
        yield from product(*table.inputs.values())
        return
    wanted = rule.written.input[names[0]]
    unit = Fraction(1, 10 ** (NEAR if table.digits is None else table.digits))
    for edge in edges_of(table):
        for step in (-1, Fraction(-1, 2), 0, Fraction(1, 2), 1):
            value = edge + step * unit
            if _allowed(value, wanted) and _allowed(
                value, Input("number", least=table.low, most=table.high)
            ):
                yield (value,)


def _allowed(value: Fraction, wanted: Input) -> bool:
    return (
        (wanted.least is None or value >= wanted.least)
        and (wanted.most is None or value <= wanted.most)
        and (wanted.above is None or value > wanted.above)
        and (wanted.below is None or value < wanted.below)
    )
