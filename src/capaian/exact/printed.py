"""The NumPy printer: a straight line of operations as source that works in a few buffers.

The operations on float64 and their order are those of `run_paired`, so that the bits are the same.
Each decision first asks the whole block whether anything in it is near: hardly ever, and then the
check has cost a glance.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen

from capaian.exact.bounds import UNIT, Bound, Ranges, bounds_of
from capaian.exact.buffers import Buffers, said
from capaian.exact.callables import CALLABLES, Mask
from capaian.exact.stairs import Table, table_of
from capaian.exact.straight import COMPARISONS, Operation, Straight, needed_for
from capaian.formula import Stairs

ROUGH = 2.0**-36
"""How far a geometric mean by way of logarithms may be off: far more than NumPy's ever are, for
parts between 2^-900 and 2^900."""


@frozen(eq=False)
class Printed:
    """A program as a function over a block of columns.

    Attributes
    ----------
    straight, bounds
        The program, and what is known of each of its operations.
    outputs
        The positions that are written out, in order.
    source
        What was printed.
    run
        `run(inputs, outputs, work, masks, seen)`: integer columns in the order of
        `straight.inputs`, float64 columns to write to, as many buffers as are asked for, and, where
        inputs are watched, a list for what is seen. Returns a mask of the rows in doubt, or `None`.
    work, masks
        How many buffers of float64 and of booleans it needs.
    """

    straight: Straight
    bounds: tuple[Bound, ...]
    outputs: tuple[int, ...]
    source: str
    run: Callable[..., Mask | None]
    work: int
    masks: int


def print_numpy(
    straight: Straight,
    ranges: Ranges,
    outputs: Sequence[int],
    *,
    near: bool = True,
    watched: bool = False,
) -> Printed:
    """Print a program.

    Parameters
    ----------
    straight
        The program.
    ranges
        The range of every input that it uses.
    outputs
        The positions whose values are wanted.
    near
        Whether a geometric mean is the nearest float64 to that of the parts, as in `run_paired`
        (one by one, slow), or merely near enough to decide nearly all.
    watched
        Whether all bits that are set anywhere in an input are said, found while it is at hand: in
        `seen`, in the order of the inputs.
    """
    bounds = bounds_of(straight, ranges, mean=UNIT if near else ROUGH, shown=outputs)
    writer = _Writer(straight, bounds, tuple(outputs), near=near, watched=watched)
    source = writer.source()
    space: dict[str, Any] = {**CALLABLES, **writer.tables}
    exec(compile(source, "<printed columns>", "exec"), space)  # noqa: S102 - printed right here
    return Printed(
        straight,
        bounds,
        tuple(outputs),
        source,
        space["run"],
        writer.floats.made,
        writer.answers.made,
    )


class _Writer(Buffers):
    def __init__(
        self,
        straight: Straight,
        bounds: tuple[Bound, ...],
        outputs: tuple[int, ...],
        *,
        near: bool,
        watched: bool,
    ) -> None:
        self.watched = watched
        self.tables: dict[str, Table] = {}
        self.straight = straight
        self.operations = straight.operations
        self.bounds = bounds
        self.outputs = outputs
        self.near = near
        self.needed = needed_for(self.operations, outputs)
        self.clips, self.silent = self.held()
        super().__init__(self.countdown())

    def source(self) -> str:
        for at, operation in enumerate(self.operations):
            if at in self.needed and at not in self.silent:
                self.write(at, operation)
        for index, at in enumerate(self.outputs):
            if self.place[at] != f"o{index}":
                self.line(f"copyto(o{index}, {self.value(at)})")
        head = [
            "def run(inputs, outputs, work, masks, seen=None):",
            _unpacked("x", len(self.straight.inputs), "inputs"),
            _unpacked("o", len(self.outputs), "outputs"),
            _unpacked("b", self.floats.made, "work"),
            _unpacked("m", self.answers.made, "masks"),
            "    doubt = None",
        ]
        body = [each for each in head if each] + [f"    {line}" for line in self.lines]
        return "\n".join([*body, "    return doubt", ""])

    def countdown(self) -> Counter[int]:
        """Count how often each value is to be used."""
        uses: Counter[int] = Counter(self.outputs)
        for at, operation in enumerate(self.operations):
            if at in self.clips:
                uses[self.clips[at][0]] += 1
            elif at in self.needed and at not in self.silent:
                uses.update(operation.args)
        return uses

    # ---- operations --------------------------------------------------------------------------

    def held(self) -> tuple[dict[int, tuple[int, float, float]], set[int]]:
        """Find values held between two constants: one operation in place of two."""
        counts = Counter(at for each in self.needed for at in self.operations[each].args)
        counts.update(self.outputs)
        clips: dict[int, tuple[int, float, float]] = {}
        silent: set[int] = set()
        for at in self.needed:
            outer = self.operations[at]
            if outer.kind not in {"min", "max"}:
                continue
            inner = self.operations[outer.args[0]]
            shared = counts[outer.args[0]] != 1 or outer.args[0] in clips
            if shared or {inner.kind, outer.kind} != {"min", "max"}:
                continue
            limits = [self.literal(inner.args[1]), self.literal(outer.args[1])]
            low, high = limits if outer.kind == "min" else reversed(limits)
            if low is not None and high is not None and low <= high:
                clips[at] = (inner.args[0], low, high)
                silent.add(outer.args[0])
        return clips, silent

    def literal(self, at: int) -> float | None:
        operation = self.operations[at]
        return _near(operation.value) if operation.kind == "literal" else None

    def write(self, at: int, operation: Operation) -> None:
        kind, args = operation.kind, operation.args
        if kind == "literal":
            self.place[at] = _near(operation.value)
        elif kind == "input":
            self.input(at, operation.value)
        elif kind == "result":
            self.result(at, args[0])
        elif at in self.clips:
            self.clip(at, *self.clips[at])
        elif kind in _BINARY:
            self.binary(at, kind, *args)
        else:
            self.decision(at, operation)

    def decision(self, at: int, operation: Operation) -> None:
        """Write a comparison, a case, a rounding, or the one irrational kind."""
        kind, args = operation.kind, operation.args
        if kind in COMPARISONS:
            self.compare(at, kind, *args)
        elif kind in {"and", "or", "not"}:
            self.logic(at, kind, args)
        elif kind == "when":
            self.when(at, *args)
        elif kind == "whole":
            self.whole(at, args[0], *operation.value)
        elif kind == "unscale":
            self.unscale(at, args[0], operation.value)
        elif kind == "stairs":
            self.stairs(at, args[0], operation.value)
        else:
            self.geometric(at, args, operation.value)

    def input(self, at: int, name: str) -> None:
        buffer = self.put(at, self.floats.take())
        place = self.straight.inputs.index(name)
        column = f"x{place}"
        self.line(f"copyto({buffer}, {column})")
        if self.watched:
            self.line(f"seen[{place}] = bits({column})")

    def into(self, at: int, call: str, *args: int) -> None:
        """Write a call that takes the values and puts its result where one of them was."""
        self.done(*args)
        self.line(f"{call}, out={self.put(at, self.target(at))})")

    def target(self, at: int) -> str:
        """Return a buffer for a value: the output itself, where it is one."""
        while at not in self.outputs and at + 1 < len(self.operations):
            above = self.operations[at + 1]
            if above.kind != "result" or above.args != (at,) or self.bounds[at].signed_zero:
                break
            at += 1
        free = at in self.outputs and f"o{self.outputs.index(at)}" not in self.pending
        return f"o{self.outputs.index(at)}" if free else self.floats.take()

    def result(self, at: int, inner: int) -> None:
        if known := self.constants(inner):
            self.place[at] = known[0] + 0.0
        elif self.bounds[inner].signed_zero and at in self.outputs:
            self.into(at, f"add({self.value(inner)}, 0.0", inner)
        else:
            self.share(at, inner)

    def binary(self, at: int, kind: str, left: int, right: int) -> None:
        function, plain = _BINARY[kind]
        if known := self.constants(left, right):
            by_zero = kind == "/" and known[1] == 0
            self.place[at] = np.nan if by_zero else float(plain(*known))
            self.done(left, right)
            return
        if kind in {"min", "max"} and (kept := self.idle(kind, left, right)) is not None:
            self.share(at, kept)
            self.done(right if kept == left else left)
            return
        self.into(at, f"{function}({self.value(left)}, {self.value(right)}", left, right)

    def idle(self, kind: str, left: int, right: int) -> int | None:
        """Return the side that a limit leaves as it is, whatever the row."""
        one, two = self.bounds[left], self.bounds[right]
        least, most = (one, two) if kind == "min" else (two, one)
        if least.high <= most.low and not self.constants(left):
            return left
        if most.high <= least.low and not self.constants(right):
            return right
        return None

    def clip(self, at: int, inner: int, low: float, high: float) -> None:
        bound = self.bounds[inner]
        under, over = not bound.low >= low, not bound.high <= high
        value = self.buffered(inner)
        if under and over:
            self.into(at, f"{value}.clip({said(low)}, {said(high)}", inner)
        elif under or over:
            name, limit = ("maximum", low) if under else ("minimum", high)
            self.into(at, f"{name}({value}, {said(limit)}", inner)
        else:
            self.share(at, inner)

    def compare(self, at: int, kind: str, left: int, right: int) -> None:
        first, second = self.buffered(left), self.value(right)
        answer = self.put(at, self.answers.take())
        self.line(f"{_COMPARE[kind]}({first}, {second}, out={answer})")
        reach = self.bounds[at].reach
        if reach > 0:
            gap = self.floats.take()
            self.line(f"subtract({first}, {second}, out={gap})")
            self.line(f"absolute({gap}, out={gap})")
            self.line(f"if not {gap}.min() > {said(reach)}:")
            self.line(f"    doubt = beyond(doubt, {gap}, {said(reach)})")
            self.floats.give(gap)
        self.done(left, right)

    def logic(self, at: int, kind: str, args: tuple[int, ...]) -> None:
        values = ", ".join(self.value(each) for each in args)
        self.done(*args)
        name = self.put(at, self.answers.take())
        self.line(f"logical_{kind}({values}, out={name})")

    def when(self, at: int, condition: int, then: int, otherwise: int) -> None:
        first, second = self.value(then), self.value(otherwise)
        if self.pending[second] == 1:  # nothing else reads it: it is changed where it is
            self.pending[second] -= 1
            self.put(at, second)
        else:
            self.line(f"copyto({self.put(at, self.floats.take())}, {second})")
            self.done(otherwise)
        self.line(f"copyto({self.value(at)}, {first}, where={self.value(condition)})")
        self.done(condition, then)

    def whole(self, at: int, inner: int, digits: int, mode: str) -> None:
        value, reach = self.buffered(inner), said(self.bounds[at].reach)
        scaled = self.floats.take()
        self.line(f"multiply({value}, {said(10.0**digits)}, out={scaled})")
        self.done(inner)
        whole = self.put(at, self.target(at))
        if mode == "half-even":
            self.line(f"rint({scaled}, out={whole})")
            self.line(f"subtract({scaled}, {whole}, out={scaled})")
            self.line(f"absolute({scaled}, out={scaled})")
            self.line(f"if not {scaled}.max() < 0.5 - {reach}:")
            self.line(f"    doubt = short(doubt, {scaled}, 0.5 - {reach})")
            self.floats.give(scaled)
            return
        signed, up = self.bounds[inner].low < 0, scaled
        if signed:
            up = self.floats.take()
            self.line(f"absolute({scaled}, out={up})")
        self.line(f"add({up}, 0.5, out={up})")
        self.line(f"floor({up}, out={whole})")
        self.line(f"subtract({up}, {whole}, out={up})")
        self.line(f"if not ({up}.min() > {reach} and {up}.max() < 1.0 - {reach}):")
        self.line(f"    doubt = short(beyond(doubt, {up}, {reach}), {up}, 1.0 - {reach})")
        if signed:
            self.line(f"copysign({whole}, {scaled}, out={whole})")
            self.floats.give(up)
        self.floats.give(scaled)

    def unscale(self, at: int, whole: int, digits: int) -> None:
        if digits == 0:
            self.share(at, whole)
        else:
            self.into(at, f"divide({self.value(whole)}, {said(10.0**digits)}", whole)

    def stairs(self, at: int, inner: int, tree: Stairs) -> None:
        self.tables[f"table{at}"] = table_of(tree)
        name, reach = self.floats.take(), said(self.bounds[at].reach)
        self.line(f"doubt = climb(doubt, {self.buffered(inner)}, table{at}, {reach}, {name})")
        self.put(at, name)
        self.done(inner)

    def geometric(self, at: int, args: tuple[int, ...], weights: tuple[Fraction, ...]) -> None:
        if self.near:
            parts = ", ".join(self.buffered(each) for each in args)
            shares = ", ".join(f"({each.numerator}, {each.denominator})" for each in weights)
            name = self.floats.take()
            self.line(f"means(({parts},), ({shares},), {name})")
        else:
            name, term = self.floats.take(), self.floats.take()
            self.line(f"{name}.fill(0.0)")
            for each, weight in zip(args, weights, strict=True):
                self.line(f"log({self.value(each)}, out={term})")
                self.line(f"multiply({term}, {said(_near(weight))}, out={term})")
                self.line(f"add({name}, {term}, out={name})")
            self.line(f"exp({name}, out={name})")
            self.floats.give(term)
        self.put(at, name)
        self.done(*args)


def _unpacked(letter: str, count: int, source: str) -> str:
    names = "".join(f"{letter}{index}, " for index in range(count))
    return f"    {names}= {source}" if count else ""


def _near(value: Fraction) -> float:
    return value.numerator / value.denominator


_BINARY: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "+": ("add", operator.add),
    "-": ("subtract", operator.sub),
    "*": ("multiply", operator.mul),
    "/": ("divide", operator.truediv),
    "min": ("minimum", min),
    "max": ("maximum", max),
}
_COMPARE: Mapping[str, str] = {
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "=": "equal",
    "!=": "not_equal",
}
