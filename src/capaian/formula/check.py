"""Whether a tree makes sense: kinds that fit, integers that stay integers, one level at a time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from capaian.errors import FormulaError, refuse
from capaian.formula.nodes import (
    Aggregate,
    Arithmetic,
    Blank,
    Column,
    Compare,
    Elapsed,
    Extreme,
    Geometric,
    Instant,
    Literal_,
    Logic,
    Node,
    Not,
    OneOf,
    Own,
    Paused,
    Present,
    Round,
    Stairs,
    Survival,
    When,
)
from capaian.formula.trees import walk

Kind = Literal["integer", "ratio", "boolean", "text", "stamp"]
NUMBERS = frozenset({"integer", "ratio"})


GROUPS = (Aggregate, Survival, Own)
"""Kinds of statistics: over the rows of a subject together."""


def kind_of(tree: Node, columns: Mapping[str, Kind]) -> Kind:
    """Return the kind of value that a tree gives.

    Parameters
    ----------
    tree
        The formula.
    columns
        The kind of each column (or, in a method, of each named input) that the tree may use.

    Raises
    ------
    FormulaError
        A column that is not declared, kinds that do not fit, a ratio where an integer is promised,
        an aggregate inside an aggregate.
    """
    match tree:
        case Column(name):
            if name not in columns:
                raise _fault("CPN-F01", tree, name=name, known=", ".join(sorted(columns)))
            return columns[name]
        case Literal_(value):
            return _literal(value)
        case Instant():
            return "stamp"
        case Arithmetic(op, left, right):
            _numbers(tree, columns)
            kinds = {kind_of(left, columns), kind_of(right, columns)}
            return "ratio" if op == "/" or "ratio" in kinds else "integer"
        case Compare(_, left, right):
            kinds = {kind_of(left, columns), kind_of(right, columns)}
            if len(kinds) > 1 and not kinds <= NUMBERS:
                raise _fault("CPN-F02", tree, kinds=" and ".join(sorted(kinds)))
            return "boolean"
        case Logic() | Not():
            for child in tree.children():
                _expect(tree, child, columns, {"boolean"})
            return "boolean"
        case Present() | OneOf():
            kind_of(tree.inner, columns)
            return "boolean"
        case Blank(inner):
            _expect(tree, inner, columns, {"text"})
            return "boolean"
        case When(condition, then, otherwise):
            _expect(tree, condition, columns, {"boolean"})
            kinds = {kind_of(then, columns), kind_of(otherwise, columns)}
            if len(kinds) > 1 and not kinds <= NUMBERS:
                raise _fault("CPN-F02", tree, kinds=" and ".join(sorted(kinds)))
            return "ratio" if "ratio" in kinds else kinds.pop()
        case Extreme() | Geometric():
            _numbers(tree, columns)
            kinds = {kind_of(child, columns) for child in tree.children()}
            return "integer" if kinds == {"integer"} and isinstance(tree, Extreme) else "ratio"
        case Elapsed() | Paused():
            for child in tree.children():
                _expect(tree, child, columns, {"stamp"})
            return "integer"
        case Aggregate(op, inner):
            return _aggregate(tree, op, inner, columns)
        case Survival(duration=duration, ended=ended):
            _not_nested(tree)
            _expect(tree, duration, columns, {"integer"})
            _expect(tree, ended, columns, {"boolean"})
            return "integer"
        case Own(functions, output, args):
            _not_nested(tree)
            if output not in functions.outputs or len(args) != len(functions.inputs):
                raise _fault("CPN-F09", tree, functions=functions.name, output=output)
            for child in args:
                _expect(tree, child, columns, {"boolean", "integer", "stamp", "text"})
            return "integer"
        case Round() | Stairs():
            _numbers(tree, columns)
            return "ratio"
        case _:
            raise _fault("CPN-F03", tree, tag=tree.tag or type(tree).__name__)


def _literal(value: object) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "ratio" if isinstance(value, Fraction) else "text"


def _aggregate(tree: Node, op: str, inner: Node | None, columns: Mapping[str, Kind]) -> Kind:
    _not_nested(tree)
    if inner is None:
        if op != "count":
            raise _fault("CPN-F05", tree, op=op)
        return "integer"
    wanted = {"count": {"boolean"}, "distinct": {"integer", "text", "stamp"}}
    _expect(tree, inner, columns, wanted.get(op, {"integer"}))
    return "integer"


def _not_nested(tree: Node) -> None:
    for child in tree.children():
        if any(isinstance(each, GROUPS) for each in walk(child)):
            raise _fault("CPN-F04", tree, tag=tree.tag)


def _numbers(tree: Node, columns: Mapping[str, Kind]) -> None:
    for child in tree.children():
        _expect(tree, child, columns, set(NUMBERS))


def _expect(parent: Node, child: Node, columns: Mapping[str, Kind], wanted: set[str]) -> None:
    kind = kind_of(child, columns)
    if kind not in wanted:
        raise _fault(
            "CPN-F06", parent, tag=parent.tag, kind=kind, wanted=" or ".join(sorted(wanted))
        )


def _fault(code: str, tree: Node, **values: str) -> Exception:
    return refuse(FormulaError, "The formula cannot be used.", code, where=tree.tag, **values)


def is_group(tree: Node) -> bool:
    """Return whether the tree is about a subject's rows together, not about one row."""
    return any(isinstance(each, GROUPS) for each in walk(tree))


def statistics(tree: Node) -> list[Node]:
    """Return the distinct statistics in the tree, in a fixed order: what an engine must reduce."""
    return [each for each in walk(tree) if isinstance(each, GROUPS)]
