"""A program printed to one Python function: what `run_paired` computes, without walking any tree.

An exact value is a pair of integers, a numerator over a positive denominator, not reduced: every
decision (comparison, extreme, rounding) is made on integers, and a `Fraction` is made only where
somebody asks for one. Where floats are wanted too, they are those of `run_paired`: the same
float64 operations in the same order, so the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from math import gcd
from typing import Any, TypeAlias

from attrs import frozen

from capaian.errors import FormulaError, refuse
from capaian.exact.program import Program, near_geometric, stair
from capaian.exact.ratio import geometric_mean
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
    walk,
)

Printed: TypeAlias = Callable[[Sequence[int | None]], tuple[Any, ...]]
"""From a row of inputs to the wanted results, one after another: see `print_program`."""
LARGE = 1 << 1024
"""From this denominator on a pair is reduced."""
DEEP = 24
"""How many inputs a denominator must be a product of before it is looked at at all."""


def print_program(
    program: Program, inputs: Sequence[str], wanted: Sequence[str], *, floats: bool
) -> Printed:
    """Return the program as a function of a row of inputs.

    Parameters
    ----------
    program
        The formulas, in order. Those that no wanted result needs are left out.
    inputs
        The names of a row's integers, in order. One that is not known may be `None` where no
        formula uses it.
    wanted
        Names of results or inputs.
    floats
        Whether each wanted result is three values (float64, numerator, denominator), or two.

    Returns
    -------
    Printed
        Raises `ZeroDivisionError` where a formula divides by zero, as `run_paired` does.
    """
    printer = _Printer(inputs, floats=floats)
    for name, tree in needed(program, wanted):
        printer.step(name, tree)
    source = printer.source(wanted)
    scope: dict[str, Any] = dict(_SCOPE) | printer.constants
    exec(compile(source, "<program>", "exec"), scope)  # noqa: S102 - our own printed source
    function: Printed = scope["run"]
    return function


def needed(program: Program, wanted: Sequence[str]) -> list[tuple[str, Node]]:
    """Return the steps that the wanted results need, in order."""
    names = set(wanted)
    steps = []
    for name, tree in reversed(program.steps):
        if name in names:
            names.discard(name)
            names.update(each.name for each in walk(tree) if isinstance(each, Column))
            steps.append((name, tree))
    return steps[::-1]


@frozen
class _Value:
    """Where a value is: variables or written integers, and how deep its denominator is."""

    near: str
    above: str
    below: str = "1"
    depth: int = 0


class _Printer:
    """Collects the lines of the printed function."""

    def __init__(self, inputs: Sequence[str], *, floats: bool) -> None:
        self.inputs = list(inputs)
        self.floats = floats
        self.lines: list[str] = []
        self.indent = "    "
        self.constants: dict[str, Any] = {}
        self.results: dict[str, _Value] = {}
        self.known: dict[Node, _Value] = {}
        self.count = 0

    def source(self, wanted: Sequence[str]) -> str:
        parts: list[str] = []
        for name in wanted:
            value = self.named(name)
            parts += [value.near] * self.floats + [value.above, value.below]
        row = "".join(f"i{index}, " for index in range(len(self.inputs)))
        head = ["def run(row):"] + ([f"    {row}= row"] if row else [])
        return "\n".join([*head, *self.lines, f"    return ({''.join(f'{p}, ' for p in parts)})"])

    # ---- lines -------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append(self.indent + text)

    def fresh(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def let(self, letter: str, text: str) -> str:
        name = self.fresh(letter)
        self.line(f"{name} = {text}")
        return name

    def near(self, text: str) -> str:
        """Keep a float, where floats are wanted."""
        return self.let("f", text) if self.floats else ""

    def constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Print lines under a condition; what is computed there is not known after it."""
        self.line(head)
        before, known = self.indent, dict(self.known)
        self.indent += "    "
        yield
        self.indent, self.known = before, known

    # ---- steps -------------------------------------------------------------------------------

    def step(self, name: str, tree: Node) -> None:
        value = self.value(tree)
        if value.depth > DEEP:
            value = self.reduced(value)
        near = self.near(f"{value.near} + 0.0")  # no minus zero
        if name in self.results or name in self.inputs:
            self.known.clear()  # formulas over an earlier result of this name say something else
        self.results[name] = _Value(near, value.above, value.below, value.depth)

    def reduced(self, value: _Value) -> _Value:
        above, below = self.let("n", value.above), self.let("d", value.below)
        common = self.fresh("g")
        self.line(f"if {below} > LARGE:")
        self.line(f"    {common} = gcd({above}, {below})")
        self.line(f"    {above} //= {common}")
        self.line(f"    {below} //= {common}")
        return _Value(value.near, above, below, value.depth)

    def named(self, name: str) -> _Value:
        if name not in self.results:
            given = f"i{self.inputs.index(name)}"
            self.results[name] = _Value(self.given(given), given, depth=1)
        return self.results[name]

    def given(self, given: str) -> str:
        """Return the float of an input, which is the same wherever it is used."""
        if not self.floats:
            return ""
        near = f"x{given}"
        # Ahead of every condition, so that it is known everywhere; an unknown input has no float.
        self.lines.insert(0, f"    {near} = None if {given} is None else {given} / 1")
        return near

    # ---- values ------------------------------------------------------------------------------

    def value(self, tree: Node) -> _Value:
        if isinstance(tree, Column):
            return self.named(tree.name)
        if tree not in self.known:
            self.known[tree] = self.made(tree)
        return self.known[tree]

    def made(self, tree: Node) -> _Value:
        match tree:
            case Literal_(value) if not isinstance(value, str):
                exact = Fraction(value)
                above, below = exact.numerator, exact.denominator
                near = self.constant(above / below) if self.floats else ""
                return _Value(near, _written(above), _written(below))
            case Arithmetic(op, left, right):
                return self.arithmetic(op, self.value(left), self.value(right))
            case Extreme(op, args):
                return self.extreme(op, [self.value(each) for each in args])
            case When(condition, then, otherwise):
                return self.when(condition, then, otherwise)
            case Round(inner, digits, mode):
                return self.round(self.value(inner), digits, mode)
            case Stairs():
                return self.stairs(tree, self.value(tree.inner))
            case Geometric(args, weights):
                return self.geometric([self.value(each) for each in args], list(weights))
            case Literal_():
                raise _refusal("literal", "text")
            case _:
                raise _refusal(tree.tag, tree.tag)

    def arithmetic(self, op: str, x: _Value, y: _Value) -> _Value:
        near = self.near(f"{x.near} {op} {y.near}")
        if op == "*":
            above, below = _product(x.above, y.above), _product(x.below, y.below)
            return self.pair(near, above, below, x.depth + y.depth)
        if op == "/":
            return self.quotient(near, x, y)
        if x.below == y.below:
            return self.pair(near, f"{x.above} {op} {y.above}", x.below, max(x.depth, y.depth))
        left, right = _product(x.above, y.below), _product(y.above, x.below)
        below = _product(x.below, y.below)
        return self.pair(near, f"{left} {op} {right}", below, x.depth + y.depth)

    def quotient(self, near: str, x: _Value, y: _Value) -> _Value:
        above, below = _product(x.above, y.below), _product(x.below, y.above)
        divided = self.pair(near, above, below, x.depth + y.depth)
        if _is_written(divided.below) and int(divided.below.strip("()")) > 0:
            return divided
        above, below = self.fresh("n"), self.fresh("d")
        self.line(f"{above}, {below} = {divided.above}, {divided.below}")
        self.line(f"if {below} <= 0:")
        self.line(f"    {above}, {below} = turned({above}, {below})")
        return _Value(near, above, below, divided.depth)

    def pair(self, near: str, above: str, below: str, depth: int) -> _Value:
        if not _is_plain(above):
            above = self.let("n", above)
        if not _is_plain(below):
            below = self.let("d", below)
        return _Value(near, above, below, depth)

    def extreme(self, op: str, parts: list[_Value]) -> _Value:
        sign = "<" if op == "min" else ">"
        best = parts[0]
        for part in parts[1:]:
            near = self.near(f"{part.near} if {part.near} {sign} {best.near} else {best.near}")
            above, below = self.fresh("n"), self.fresh("d")
            first, second = _crossed(part, best)
            self.line(f"if {first} {sign} {second}: {above}, {below} = {part.above}, {part.below}")
            self.line(f"else: {above}, {below} = {best.above}, {best.below}")
            best = _Value(near, above, below, max(part.depth, best.depth))
        return best

    def when(self, condition: Node, then: Node, otherwise: Node) -> _Value:
        test = self.test(condition)
        near, above, below = self.fresh("f"), self.fresh("n"), self.fresh("d")
        depth = 0
        for head, tree in ((f"if {test}:", then), ("else:", otherwise)):
            with self.block(head):
                value = self.value(tree)
                depth = max(depth, value.depth)
                if self.floats:
                    self.line(f"{near} = {value.near}")
                self.line(f"{above}, {below} = {value.above}, {value.below}")
        return _Value(near, above, below, depth)

    def round(self, inner: _Value, digits: int, mode: str) -> _Value:
        power = Fraction(10) ** digits
        above = _product(inner.above, _written(power.numerator))
        below = _product(inner.below, _written(power.denominator))
        how = "to_even" if mode == "half-even" else "half_up"
        whole = self.let("n", f"{how}({above}, {below})")
        above = _product(whole, _written(power.denominator))
        if not _is_plain(above):
            above = self.let("n", above)
        below = _written(power.numerator)
        return _Value(self.near(f"{above} / {below}"), above, below)

    def stairs(self, tree: Stairs, inner: _Value) -> _Value:
        exact = f"stair({self.constant(tree)}, Fraction({inner.above}, {inner.below}))"
        return self.fraction(self.let("m", exact), "")

    def fraction(self, exact: str, near: str) -> _Value:
        """Return a value that was made as a fraction, its float the nearest where none is given."""
        above, below = self.let("n", f"{exact}.numerator"), self.let("d", f"{exact}.denominator")
        return _Value(near or self.near(f"{above} / {below}"), above, below, 1)

    def geometric(self, parts: list[_Value], weights: list[Fraction]) -> _Value:
        listed = self.constant(weights)
        nears = ", ".join(each.near for each in parts)
        near = self.near(f"near_geometric([{nears}], {listed})")
        exact = ", ".join(f"Fraction({each.above}, {each.below})" for each in parts)
        return self.fraction(self.let("m", f"geometric_mean([{exact}], {listed})"), near)

    # ---- conditions --------------------------------------------------------------------------

    def test(self, tree: Node) -> str:
        """Return the text of a condition; what decides nothing is not computed."""
        match tree:
            case Compare(op, left, right):
                first, second = _crossed(self.value(left), self.value(right))
                return f"{first} {'==' if op == '=' else op} {second}"
            case Not(inner):
                return f"not ({self.test(inner)})"
            case Logic(op, left, right):
                found = self.let("b", self.test(left))
                with self.block(f"if {found}:" if op == "and" else f"if not {found}:"):
                    self.line(f"{found} = {self.test(right)}")
                return found
            case _:
                raise _refusal(tree.tag, tree.tag)


def _refusal(where: str, tag: str) -> FormulaError:
    return refuse(FormulaError, "The formula cannot be used.", "CPN-F03", where, tag=tag)


def _written(value: int) -> str:
    return str(value) if value >= 0 else f"({value})"


def _is_written(text: str) -> bool:
    return text.strip("(-)").isdigit()


def _is_plain(text: str) -> bool:
    return text.isidentifier() or _is_written(text)


def _product(first: str, second: str) -> str:
    """Return the text of a product; constants are multiplied here."""
    if _is_written(first) and _is_written(second):
        return _written(int(first.strip("()")) * int(second.strip("()")))
    if first == "1":
        return second
    return first if second == "1" else f"{first} * {second}"


def _crossed(x: _Value, y: _Value) -> tuple[str, str]:
    """Return the integers that compare as two values do."""
    if x.below == y.below:
        return x.above, y.above
    return _product(x.above, y.below), _product(y.above, x.below)


def _turned(above: int, below: int) -> tuple[int, int]:
    """Return a pair with a positive denominator."""
    if not below:
        raise ZeroDivisionError("float division by zero")
    return -above, -below


def half_up(above: int, below: int) -> int:
    """Return the nearest integer; a tie goes away from zero."""
    whole = (2 * abs(above) + below) // (2 * below)
    return whole if above >= 0 else -whole


def to_even(above: int, below: int) -> int:
    """Return the nearest integer; a tie goes to the even one."""
    whole, rest = divmod(above, below)
    twice = 2 * rest
    return whole + (twice > below or (twice == below and whole % 2 == 1))


_SCOPE: Mapping[str, Any] = {
    "Fraction": Fraction,
    "LARGE": LARGE,
    "gcd": gcd,
    "geometric_mean": geometric_mean,
    "half_up": half_up,
    "near_geometric": near_geometric,
    "stair": stair,
    "to_even": to_even,
    "turned": _turned,
}
