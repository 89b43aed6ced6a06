"""The printer for one row: a straight line of operations as plain Python over integers.

Every number is a numerator over a denominator above zero, not in lowest terms: a few
multiplications of integers in place of a `Fraction` and its greatest common divisor. Beside it,
where they are wanted, the floats of `run_paired`, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import frozen

from capaian.exact.program import near_geometric, stair
from capaian.exact.ratio import geometric_mean
from capaian.exact.straight import COMPARISONS, Operation, Straight
from capaian.formula import Stairs

Row: TypeAlias = tuple[Any, ...]
DEEPEST = 60
"""Cases within cases that are printed; Python itself reads no more than a hundred."""


class TooDeep(Exception):  # noqa: N818 - not a fault of anybody's: the caller takes another way
    """The program has more cases within cases than can be printed."""


@frozen
class _Place:
    """Where a number is: its names in the source, a denominator of 1 being no name."""

    top: str
    bottom: str = "1"
    near: str = ""


def print_row(
    straight: Straight, outputs: Sequence[int], *, near: bool = False
) -> Callable[..., Row]:
    """Print a program as a function of one row.

    Parameters
    ----------
    straight
        The program.
    outputs
        The positions that are wanted.
    near
        Whether the floats of `run_paired` are wanted too.

    Returns
    -------
    Callable
        Takes the inputs as integers, in the order of `straight.inputs`. Gives, for each output,
        numerator and denominator (above zero, not in lowest terms), and before them its float
        where `near`; all in one tuple. Raises `ZeroDivisionError` as `run_paired` does.

    Raises
    ------
    TooDeep
        More than 60 cases within cases.
    """
    writer = _Writer(straight, near=near)
    source = writer.source(outputs)
    space: dict[str, Any] = {
        **writer.stairs,
        "stair": stair,
        "Fraction": Fraction,
        "means": geometric_mean,
        "near_means": near_geometric,
        "halves": _halves,
    }
    exec(compile(source, "<printed row>", "exec"), space)  # noqa: S102 - printed right here
    made: Callable[..., Row] = space["run"]
    return made


def _halves(top: int, bottom: int) -> int:
    """Return a ratio rounded to the nearest integer, a tie to the even one."""
    whole, rest = divmod(top, bottom)
    return whole + (2 * rest > bottom or (2 * rest == bottom and whole % 2 == 1))


class _Writer:
    def __init__(self, straight: Straight, *, near: bool) -> None:
        self.straight = straight
        self.near = near
        self.lines: list[str] = []
        self.stairs: dict[str, Any] = {}
        self.known: dict[int, Any] = {}
        self.depth = 1

    def source(self, outputs: Sequence[int]) -> str:
        names = ", ".join(f"x{index}" for index in range(len(self.straight.inputs)))
        found: list[str] = []
        for at in outputs:
            place = self.number(at)
            found += (
                [place.near, place.top, place.bottom]
                if self.near
                else [
                    place.top,
                    place.bottom,
                ]
            )
        given = "".join(f"{each}, " for each in found)
        return "\n".join([f"def run({names}):", *self.lines, f"    return ({given})", ""])

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def number(self, at: int) -> _Place:
        if at not in self.known:
            self.known[at] = self.write(at, self.straight.operations[at])
        place: _Place = self.known[at]
        return place

    # ---- answers -----------------------------------------------------------------------------

    def answer(self, at: int) -> str:
        if at not in self.known:
            self.known[at] = self.ask(at, self.straight.operations[at])
        name: str = self.known[at]
        return name

    def ask(self, at: int, operation: Operation) -> str:
        kind, args, name = operation.kind, operation.args, f"a{at}"
        if kind in COMPARISONS:
            left, right = self.number(args[0]), self.number(args[1])
            sign = {"=": "==", "!=": "!="}.get(kind, kind)
            first, second = _times(left.top, right.bottom), _times(right.top, left.bottom)
            if left.bottom == right.bottom:
                first, second = left.top, right.top
            self.line(f"{name} = {first} {sign} {second}")
        elif kind == "not":
            self.line(f"{name} = not {self.answer(args[0])}")
        else:  # the second is asked only where the first leaves it open, as `run_paired` does
            first = self.answer(args[0])
            self.line(f"{name} = {first}")
            self.line(f"if {'' if kind == 'and' else 'not '}{name}:")
            self.inside(lambda: self.line(f"{name} = {self.answer(args[1])}"))
        return name

    def inside(self, write: Callable[[], None]) -> None:
        """Write lines of one case; what they compute is not known outside it."""
        if self.depth > DEEPEST:
            raise TooDeep
        known, self.known = self.known, dict(self.known)
        self.depth += 1
        write()
        self.depth -= 1
        self.known = known

    # ---- numbers -----------------------------------------------------------------------------

    def write(self, at: int, operation: Operation) -> _Place:  # noqa: PLR0911 - one for each kind
        kind, args = operation.kind, operation.args
        if kind == "input":
            name = f"x{self.straight.inputs.index(operation.value)}"
            if self.near:
                self.line(f"f{at} = float({name})")
            return _Place(name, near=f"f{at}")
        if kind == "literal":
            value: Fraction = operation.value
            near = repr(value.numerator / value.denominator)
            return _Place(_signed(str(value.numerator)), str(value.denominator), _signed(near))
        if kind == "result":
            return self.result(at, self.number(args[0]))
        if kind == "when":
            return self.when(at, *args)
        if kind == "whole":
            return self.whole(at, self.number(args[0]), *operation.value)
        if kind == "unscale":
            whole, scale = self.number(args[0]), str(10**operation.value)
            if self.near:
                self.line(f"f{at} = {whole.top} / {scale}")
            return _Place(whole.top, scale, f"f{at}")
        if kind == "stairs":
            return self.step(at, self.number(args[0]), operation.value)
        if kind == "geometric":
            return self.geometric(at, [self.number(each) for each in args], operation.value)
        return self.binary(at, kind, self.number(args[0]), self.number(args[1]))

    def result(self, at: int, inner: _Place) -> _Place:
        if self.near:
            self.line(f"f{at} = {inner.near} + 0.0")
        return _Place(inner.top, inner.bottom, f"f{at}")

    def binary(self, at: int, kind: str, x: _Place, y: _Place) -> _Place:
        if kind in {"min", "max"}:
            return self.extreme(at, kind, x, y)
        if kind == "*":
            self.line(f"n{at} = {x.top} * {y.top}")
            bottom = self.product(at, x.bottom, y.bottom)
        elif kind == "/":
            self.line(f"n{at} = {_times(x.top, y.bottom)}")
            bottom = f"d{at}"
            self.line(f"{bottom} = {_times(x.bottom, y.top)}")
            self.line(f"if {bottom} <= 0:")
            self.line(f"    if not {bottom}: raise ZeroDivisionError('division by zero')")
            self.line(f"    n{at}, {bottom} = -n{at}, -{bottom}")
        elif x.bottom == y.bottom:
            self.line(f"n{at} = {x.top} {kind} {y.top}")
            bottom = x.bottom
        else:
            first, second = _times(x.top, y.bottom), _times(y.top, x.bottom)
            self.line(f"n{at} = {first} {kind} {second}")
            bottom = self.product(at, x.bottom, y.bottom)
        if self.near:
            self.line(f"f{at} = {x.near} {kind} {y.near}")
        return _Place(f"n{at}", bottom, f"f{at}")

    def product(self, at: int, one: str, two: str) -> str:
        if "1" in {one, two}:
            return two if one == "1" else one
        if one.isdigit() and two.isdigit():
            return str(int(one) * int(two))
        self.line(f"d{at} = {one} * {two}")
        return f"d{at}"

    def extreme(self, at: int, kind: str, x: _Place, y: _Place) -> _Place:
        sign = "<" if kind == "min" else ">"
        first, second = _times(y.top, x.bottom), _times(x.top, y.bottom)
        self.line(f"if {first} {sign} {second}: n{at}, d{at} = {y.top}, {y.bottom}")
        self.line(f"else: n{at}, d{at} = {x.top}, {x.bottom}")
        if self.near:
            self.line(f"f{at} = {kind}({x.near}, {y.near})")
        return _Place(f"n{at}", f"d{at}", f"f{at}")

    def when(self, at: int, condition: int, then: int, otherwise: int) -> _Place:
        def put(case: int) -> Callable[[], None]:
            def write() -> None:
                place = self.number(case)
                self.line(f"n{at}, d{at} = {place.top}, {place.bottom}")
                if self.near:
                    self.line(f"f{at} = {place.near}")

            return write

        self.line(f"if {self.answer(condition)}:")
        self.inside(put(then))
        self.line("else:")
        self.inside(put(otherwise))
        return _Place(f"n{at}", f"d{at}", f"f{at}")

    def whole(self, at: int, inner: _Place, digits: int, mode: str) -> _Place:
        scale, bottom = 10 ** max(digits, 0), inner.bottom
        if digits < 0:
            bottom = _times(bottom, str(10**-digits))
        if mode == "half-even":
            self.line(f"n{at} = halves({inner.top} * {scale}, {bottom})")
        else:
            self.line(f"n{at} = (abs({inner.top}) * {2 * scale} + {bottom}) // ({bottom} * 2)")
            self.line(f"if {inner.top} < 0: n{at} = -n{at}")
        return _Place(f"n{at}", near=f"float(n{at})")

    def step(self, at: int, inner: _Place, tree: Stairs) -> _Place:
        self.stairs[f"stairs{at}"] = tree
        self.line(f"g{at} = stair(stairs{at}, Fraction({inner.top}, {inner.bottom}))")
        self.line(f"n{at}, d{at} = g{at}.numerator, g{at}.denominator")
        if self.near:
            self.line(f"f{at} = n{at} / d{at}")
        return _Place(f"n{at}", f"d{at}", f"f{at}")

    def geometric(self, at: int, parts: Sequence[_Place], weights: Sequence[Fraction]) -> _Place:
        said = "".join(f"{each!r}, " for each in weights)
        given = "".join(f"Fraction({each.top}, {each.bottom}), " for each in parts)
        self.line(f"w{at} = [{said}]")
        self.line(f"g{at} = means([{given}], w{at})")
        self.line(f"n{at}, d{at} = g{at}.numerator, g{at}.denominator")
        if self.near:
            floats = "".join(f"{each.near}, " for each in parts)
            self.line(f"f{at} = near_means([{floats}], w{at})")
        return _Place(f"n{at}", f"d{at}", f"f{at}")


def _times(one: str, two: str) -> str:
    """Return a product as source; a factor of 1 is left out."""
    if two == "1":
        return one
    return two if one == "1" else f"{one} * {two}"


def _signed(text: str) -> str:
    """Return a number as source that may stand anywhere in a formula."""
    return f"({text})" if text.startswith("-") else text
