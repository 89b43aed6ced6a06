"""Trees as a whole: their nodes, their form as plain data, and one put in another's place."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import fields

from capaian.errors import FormulaError, refuse
from capaian.formula.functions import Functions
from capaian.formula.nodes import NODES, Node


def walk(tree: Node) -> list[Node]:
    """Return every node of the tree, children before parents, each distinct node once."""
    seen: dict[Node, None] = {}

    def visit(each: Node) -> None:
        if each not in seen:
            for child in each.children():
                visit(child)
            seen[each] = None

    visit(tree)
    return list(seen)


def to_data(tree: Node) -> list[Any]:
    """Return the tree as nested JSON lists `[tag, field, ...]`; fractions as text."""
    return [tree.tag, *(_out(getattr(tree, each.name)) for each in fields(type(tree)))]


def _out(value: object) -> object:
    if isinstance(value, Node):
        return to_data(value)
    if isinstance(value, tuple):
        return ["tuple", *(_out(each) for each in value)]
    if isinstance(value, Fraction):
        return ["ratio", value.numerator, value.denominator]
    if isinstance(value, Functions):
        return ["functions", value.name, *value.outputs]
    return value


def from_data(data: list[Any]) -> Node:
    """Read a tree back from `to_data`; functions cannot be read back (CPN-F03)."""
    if data[0] == "functions":
        headline = "The formula cannot be used."
        raise refuse(FormulaError, headline, "CPN-F03", "own", tag="functions")
    cls = NODES[data[0]]
    return cls(*(_in(value) for value in data[1:]))


def _in(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if value[0] == "tuple":
        return tuple(_in(each) for each in value[1:])
    if value[0] == "ratio":
        return Fraction(value[1], value[2])
    return from_data(value)


def substitute(tree: Node, known: Mapping[Node, Node]) -> Node:
    """Return the tree with every node that is a key of `known` replaced by its value."""
    if tree in known:
        return known[tree]
    return type(tree)(*(_replaced(getattr(tree, each.name), known) for each in fields(type(tree))))


def _replaced(value: Any, known: Mapping[Node, Node]) -> Any:
    if isinstance(value, Node):
        return substitute(value, known)
    if isinstance(value, tuple):
        return tuple(_replaced(each, known) for each in value)
    return value
