"""Row formulas as Python text over local variables: what the printed loop computes, and when.

A value that takes more than an operator or two (the working time up to a stamp, the time between
two stamps) has a variable of its own and the lines that make it, a `Making`; the loop prints them
once, in the outermost branch where two places need them. What does not change from row to row is a
constant: it is worked out once per call.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import timedelta
from typing import Any

from attrs import frozen

from capaian.columns.truths import holds
from capaian.formula import (
    Arithmetic,
    Blank,
    Column,
    Compare,
    Elapsed,
    Extreme,
    Literal_,
    Logic,
    Node,
    Not,
    OneOf,
    Present,
    When,
)
from capaian.formula.nodes import BLANKS

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class UnsuitableError(Exception):
    """The formulas cannot be printed as one loop; they go the general way."""


@frozen
class Making:
    """A variable of the loop: the lines that make it, what they need, which cells they read."""

    lines: tuple[str, ...]
    needs: tuple[str, ...]
    cells: tuple[str, ...]


class Lowering:
    """Puts formulas over cells (`c0`) and instants (`@as_of:0`) into text.

    Attributes
    ----------
    makings
        By variable, in order.
    constants
        Objects that the printed text names.
    fixed
        By name, the text over `m0`, `m1` (moments), `worked` and `counted` that is worked out once
        per call.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.makings: dict[str, Making] = {}
        self.constants: dict[str, Any] = {}
        self.fixed: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._known: dict[Hashable, str] = {}

    # ---- names -------------------------------------------------------------------------------

    def constant(self, value: Hashable) -> str:
        """Return the name of an object; equal ones of one type have the same."""
        known = (type(value), value)
        if known not in self._known:
            name = self._known[known] = f"k{len(self.constants)}"
            self.constants[name] = value
        return self._known[known]

    def once(self, text: str) -> str:
        """Return the name of what is worked out once per call."""
        if text not in self._names:
            name = self._names[text] = f"q{len(self.fixed)}"
            self.fixed[name] = text
        return self._names[text]

    def make(self, name: str, making: Making, used: dict[str, None]) -> str:
        """Return a variable that has lines of its own, and note that it is used."""
        self.makings.setdefault(name, making)
        self.use(name, used)
        return name

    def use(self, name: str, used: dict[str, None]) -> None:
        """Note that a variable is used, after those that it needs."""
        for each in self.makings[name].needs:
            self.use(each, used)
        used[name] = None

    # ---- stamps ------------------------------------------------------------------------------

    def stamp(self, tree: Node) -> str:
        """Return a stamp: a cell, or an instant that was worked out once."""
        if not isinstance(tree, Column):
            raise UnsuitableError(tree.tag)
        if not tree.name.startswith("@"):
            return tree.name
        name, index = tree.name[1:].split(":")
        return self.once(f"m{index}.{name}")

    def counted(self, tree: Node, clock: str, used: dict[str, None]) -> str:
        """Return what a working clock has counted up to a stamp."""
        stamp = self.stamp(tree)
        if stamp.startswith("q"):
            function = "worked" if clock == "working_hours" else "counted"
            return self.once(f"{function}({self.fixed[stamp]})")
        worked, days = f"w{stamp[1:]}", f"n{stamp[1:]}"
        first, second = (
            f"(open{each} if time < open{each} else close{each} if time > close{each} else time)"
            for each in (1, 2)
        )
        lines = (
            f"since = {stamp} - origin",
            "date = since.days",
            "if date < 0: raise IndexError",
            "time = since.seconds * 1000000 + since.microseconds",
            f"base, open1, close1, open2, close2, {days} = dates[date]",
            f"{worked} = base + {first} + {second}",
        )
        self.make(worked, Making(lines, (), (stamp,)), used)
        return worked if clock == "working_hours" else days

    def span(self, start: Node, end: Node, used: dict[str, None]) -> str:
        """Return the time between two stamps, as a `timedelta`."""
        first, last = self.stamp(start), self.stamp(end)
        cells = tuple(each for each in (first, last) if each.startswith("c"))
        name = f"e{first}{last}"
        return self.make(name, Making((f"{name} = {last} - {first}",), (), cells), used)

    def elapsed(self, tree: Elapsed, used: dict[str, None]) -> str:
        """Return the time between two stamps by a clock, as an integer."""
        if tree.clock == "calendar":
            span = self.span(tree.start, tree.end, used)
            name = f"y{span[1:]}"
            line = (
                f"{name} = ({span}.days * 86400 + {span}.seconds) * 1000000 + {span}.microseconds"
            )
            return self.make(name, Making((line,), (span,), self.makings[span].cells), used)
        if tree.clock == "dates":
            return f"({self.stamp(tree.end)}.toordinal() - {self.stamp(tree.start)}.toordinal())"
        first = self.counted(tree.start, tree.clock, used)
        last = self.counted(tree.end, tree.clock, used)
        name = f"x{first}{last}"
        needs = tuple(f"w{each[1:]}" for each in (first, last) if not each.startswith("q"))
        cells = tuple(cell for each in needs for cell in self.makings[each].cells)
        return self.make(name, Making((f"{name} = {last} - {first}",), needs, cells), used)

    # ---- formulas ----------------------------------------------------------------------------

    def text(self, tree: Node, used: dict[str, None]) -> str:
        """Return the text of a value that is known."""
        match tree:
            case Column(name):
                return self.stamp(tree) if name.startswith("@") else name
            case Literal_(value):
                return str(value) if type(value) is int and value >= 0 else self.constant(value)
            case Arithmetic(op, left, right) if op != "/":
                return f"({self.text(left, used)} {op} {self.text(right, used)})"
            case Extreme(op, args):
                texts = [self.text(each, used) for each in args]
                return texts[0] if len(texts) == 1 else f"{op}({', '.join(texts)})"
            case Elapsed():
                return self.elapsed(tree, used)
            case When(condition, then, otherwise):
                test = self.test(holds(condition), used)
                return f"({self.text(then, used)} if {test} else {self.text(otherwise, used)})"
            case Blank() | Compare() | Logic() | Not() | OneOf() | Present():
                return f"({self.test(holds(tree), used)})"
            case _:
                raise UnsuitableError(tree.tag)

    def test(self, condition: Node, used: dict[str, None]) -> str:
        """Return the text of a condition in two values."""
        match condition:
            case Literal_(value):
                return str(bool(value))
            case Logic(op, left, right):
                return f"({self.test(left, used)} {op} {self.test(right, used)})"
            case Not(Present(inner)):
                return f"{self.text(inner, used)} is None"
            case Present(inner):
                return f"{self.text(inner, used)} is not None"
            case Not(inner):
                return f"not {self.test(inner, used)}"
            case Compare():
                return self.comparison(condition, used)
            case Blank(inner):
                return f"not {self.text(inner, used)}.strip({self.constant(BLANKS)})"
            case OneOf(inner, values):
                return f"{self.text(inner, used)} in {self.constant(frozenset(values))}"
            case _:
                return self.text(condition, used)

    def comparison(self, tree: Compare, used: dict[str, None]) -> str:
        """Return the text of a comparison of known values."""
        op = "==" if tree.op == "=" else tree.op
        left, right = tree.left, tree.right
        if (
            isinstance(left, Elapsed)
            and left.clock != "dates"
            and isinstance(right, Literal_)
            and type(right.value) is int
        ):
            return self.limit(left, op, right.value, used)
        return f"{self.text(left, used)} {op} {self.text(right, used)}"

    def limit(self, time: Elapsed, op: str, limit: int, used: dict[str, None]) -> str:
        """Compare a time with a limit; where it ends at an instant, compare its start instead."""
        to_instant = isinstance(time.end, Column) and time.end.name.startswith("@")
        if time.clock == "calendar":
            length = self.constant(timedelta(microseconds=limit))
            if to_instant:
                edge = self.once(f"{self.fixed[self.stamp(time.end)]} - {length}")
                return f"{self.stamp(time.start)} {_FLIPPED.get(op, op)} {edge}"
            return f"{self.span(time.start, time.end, used)} {op} {length}"
        if to_instant:
            end = self.fixed[self.counted(time.end, time.clock, used)]
            start = self.counted(time.start, time.clock, used)
            return f"{start} {_FLIPPED.get(op, op)} {self.once(f'{end} - {limit}')}"
        return f"{self.elapsed(time, used)} {op} {limit}"
