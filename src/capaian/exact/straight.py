"""A program as a straight line of operations: equal sub-formulas once, nothing that is not wanted.

What is printed (NumPy for whole columns, Python integers for one row), what is bounded and what
runs with twice the digits all read this one form, so that they speak of the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from capaian.errors import FormulaError, refuse
from capaian.exact.program import Program
from capaian.formula import (
    Arithmetic,
    Column,
    Compare,
    Extreme,
    Geometric,
    Literal_,
    Logic,
    Node,
    Not,
    Round,
    Stairs,
    When,
    substitute,
    walk,
)

COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
ANSWERS = (*COMPARISONS, "and", "or", "not")
"""Kinds that give true or false; all others give a number."""


@frozen
class Operation:
    """One operation.

    Attributes
    ----------
    kind
        `input`, `literal`, `+ - * /`, `min`, `max` (two each), `when` (condition, then, otherwise),
        a comparison, `and`, `or`, `not`, `whole` (the integer value x 10^digits, rounded),
        `unscale` (that over 10^digits), `geometric`, `stairs`, or `result` (a named one: no minus
        zero).
    args
        Positions of what it works on.
    value
        An input's name, a literal's value, `(digits, mode)`, digits, a mean's weights, or a
        staircase.
    """

    kind: str
    args: tuple[int, ...] = ()
    value: Any = None


@frozen(eq=False)
class Straight:
    """Operations, each after those that it works on.

    Attributes
    ----------
    operations
        In order.
    results
        Name of a result to its position.
    """

    operations: tuple[Operation, ...]
    results: Mapping[str, int]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs that are used, in order of first use."""
        return tuple(each.value for each in self.operations if each.kind == "input")

    def whole_of(self, name: str) -> int | None:
        """Return where a rounded result is still an integer; `None` where it is not rounded."""
        at = self.results[name]
        while self.operations[at].kind == "result":
            at = self.operations[at].args[0]
        operation = self.operations[at]
        return operation.args[0] if operation.kind == "unscale" else None

    def last_uses(self) -> dict[int, int]:
        """Return after which operation each position is no longer needed; results always are."""
        last: dict[int, int] = {}
        for at, operation in enumerate(self.operations):
            last.update(dict.fromkeys((*operation.args, at), at))
        return last | dict.fromkeys(self.results.values(), len(self.operations))


def straighten(program: Program, wanted: Iterable[str] | None = None) -> Straight:
    """Return a program as a straight line.

    Parameters
    ----------
    program
        The formulas, in order.
    wanted
        The results that are asked for, and so what they need; all where left out.

    Raises
    ------
    FormulaError
        CPN-F03: a node that has no place in a score's arithmetic.
    """
    maker = _Maker(dict(program.steps))
    names = program.names if wanted is None else tuple(wanted)
    results = {name: maker.named(name) for name in names}
    return Straight(tuple(maker.found), results)


def pared(program: Program, wanted: Iterable[str]) -> Program:
    """Return a program with only the steps that what is wanted needs."""
    needed = set(wanted)
    kept: list[tuple[str, Node]] = []
    for name, tree in reversed(program.steps):
        if name in needed:
            kept.append((name, tree))
            needed |= {each.name for each in walk(tree) if isinstance(each, Column)}
    return Program(tuple(reversed(kept)))


def merged(program: Program, same: Mapping[str, str]) -> Program:
    """Return a program that takes some inputs for others that have the same values."""
    known: dict[Node, Node] = {Column(name): Column(other) for name, other in same.items()}
    if not known:
        return program
    return Program(tuple((name, substitute(tree, known)) for name, tree in program.steps))


def needed_for(operations: Sequence[Operation], outputs: Sequence[int]) -> list[int]:
    """Return what the outputs need, in order."""
    found: set[int] = set()
    waiting = list(outputs)
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += operations[at].args
    return sorted(found)


class _Maker:
    def __init__(self, trees: Mapping[str, Node]) -> None:
        self.trees = trees
        self.found: dict[Operation, int] = {}
        self.known: dict[str, int] = {}

    def add(self, kind: str, args: tuple[int, ...] = (), value: Any = None) -> int:
        return self.found.setdefault(Operation(kind, args, value), len(self.found))

    def named(self, name: str) -> int:
        if name not in self.known:
            tree = self.trees.get(name)
            self.known[name] = (
                self.add("input", value=name)
                if tree is None
                else self.add("result", (self.number(tree),))
            )
        return self.known[name]

    def number(self, tree: Node) -> int:
        match tree:
            case Column(name):
                return self.named(name)
            case Literal_(value) if not isinstance(value, str):
                return self.add("literal", value=Fraction(value))
            case Arithmetic(op, left, right):
                return self.add(op, (self.number(left), self.number(right)))
            case Extreme(op, args):
                first, *others = (self.number(each) for each in args)
                for other in others:
                    first = self.add(op, (first, other))
                return first
            case When(condition, then, otherwise):
                asked = self.answer(condition)
                return self.add("when", (asked, self.number(then), self.number(otherwise)))
            case Round(inner, digits, mode):
                whole = self.add("whole", (self.number(inner),), (digits, mode))
                return self.add("unscale", (whole,), digits)
            case Stairs(inner):
                return self.add("stairs", (self.number(inner),), tree)
            case Geometric(args, weights):
                return self.add("geometric", tuple(map(self.number, args)), tuple(weights))
            case _:
                raise _misplaced(tree)

    def answer(self, tree: Node) -> int:
        match tree:
            case Compare(op, left, right):
                return self.add(op, (self.number(left), self.number(right)))
            case Logic(op, left, right):
                return self.add(op, (self.answer(left), self.answer(right)))
            case Not(inner):
                return self.add("not", (self.answer(inner),))
            case _:
                raise _misplaced(tree)


def _misplaced(tree: Node) -> FormulaError:
    tag, where = tree.tag, tree.tag
    if isinstance(tree, Literal_):
        tag = "text"
    return refuse(FormulaError, "The formula cannot be used.", "CPN-F03", where, tag=tag)
