"""The printer for one row: a straight line of operations as plain Python over integers.

Every number is a numerator over a denominator above zero, not in lowest terms: a few
multiplications of integers in place of a `Fraction` and its greatest common divisor. Beside it,
where they are wanted, the floats of `run_paired`, bit for bit. It serves one employee's records,
and the rows of whole columns that float64 leaves in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd
from typing import Any, TypeAlias

from attrs import evolve, frozen

from capaian.exact.program import Program, near_geometric, run_paired, stair
from capaian.exact.ratio import geometric_mean
from capaian.exact.straight import COMPARISONS, Operation, Straight, pared, straighten
from capaian.formula import Stairs

Row: TypeAlias = tuple[Any, ...]
DEEPEST = 60
"""Cases within cases that are printed; Python itself reads no more than a hundred."""
LARGE = 1 << 1024
"""From this denominator on a result is brought to lowest terms."""
MANY = 24
"""How many inputs a denominator must be a product of before it is looked at at all."""


class TooDeep(Exception):  # noqa: N818 - not a fault of anybody's: the caller takes another way
    """The program has more cases within cases than can be printed."""


@frozen
class _Place:
    """Where a number is: its names in the source, a denominator of 1 being no name."""

    top: str
    bottom: str = "1"
    near: str = ""
    factors: int = 0
    """How many inputs the denominator may be a product of."""


def print_row(
    straight: Straight,
    outputs: Sequence[int],
    *,
    near: bool = False,
    row: Sequence[str] | None = None,
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
    row
        The names of a row's integers, where they come as one sequence; one that the program does
        not use may be anything.

    Returns
    -------
    Callable
        Takes the inputs as integers, in the order of `straight.inputs`, or a row. Gives, for each
        output,
        numerator and denominator (above zero, not in lowest terms), and before them its float
        where `near`; all in one tuple. Raises `ZeroDivisionError` as `run_paired` does.

    Raises
    ------
    TooDeep
        More than 60 cases within cases.
    """
    writer = _Writer(straight, row, near=near)
    source = writer.source(outputs)
    space: dict[str, Any] = {
        **writer.stairs,
        "stair": stair,
        "Fraction": Fraction,
        "means": geometric_mean,
        "near_means": near_geometric,
        "halves": _halves,
        "gcd": gcd,
        "LARGE": LARGE,
    }
    exec(compile(source, "<printed row>", "exec"), space)  # noqa: S102 - printed right here
    made: Callable[..., Row] = space["run"]
    return made


def print_results(
    program: Program, wanted: Sequence[str], row: Sequence[str], *, near: bool
) -> Callable[[Sequence[int | None]], Row]:
    """Return the named results of a program as a function of a row, whatever the program.

    Parameters
    ----------
    program
        The formulas, in order. Those that no wanted result needs are left out.
    wanted
        Names of results.
    row
        The names of a row's integers. One that is not known may be `None` where no formula uses it.
    near
        As for `print_row`.

    Returns
    -------
    Callable
        As `print_row` gives it; a program with too many cases within cases is walked.
    """
    straight = straighten(program, wanted)
    try:
        return print_row(straight, [straight.results[name] for name in wanted], near=near, row=row)
    except TooDeep:
        less = pared(program, wanted)

    def walked(given: Sequence[int | None]) -> Row:
        pairs = zip(row, given, strict=True)
        known = run_paired(less, {name: value for name, value in pairs if value is not None})
        found = [known[name] for name in wanted]
        return tuple(
            value
            for float_, exact in found
            for value in (*([float_] * near), exact.numerator, exact.denominator)
        )

    return walked


def _halves(top: int, bottom: int) -> int:
    """Return a ratio rounded to the nearest integer, a tie to the even one."""
    whole, rest = divmod(top, bottom)
    return whole + (2 * rest > bottom or (2 * rest == bottom and whole % 2 == 1))


class _Writer:
    def __init__(self, straight: Straight, row: Sequence[str] | None, *, near: bool) -> None:
        self.straight = straight
        self.row = row
        self.inputs = list(straight.inputs if row is None else row)
        self.near = near
        self.lines: list[str] = []
        self.stairs: dict[str, Any] = {}
        self.known: dict[int, Any] = {}
        self.depth = 1

    def source(self, outputs: Sequence[int]) -> str:
        names = "".join(f"x{index}, " for index in range(len(self.inputs)))
        given = names if self.row is None else "row"
        unpack = [f"    {names}= row"] if self.row else []
        found: list[str] = []
        for at in outputs:
            place = self.number(at)
            found += [place.near] * self.near + [place.top, place.bottom]
        results = "".join(f"{each}, " for each in found)
        return "\n".join(
            [f"def run({given}):", *unpack, *self.lines, f"    return ({results})", ""]
        )

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
            name = f"x{self.inputs.index(operation.value)}"
            if self.near:
                self.line(f"f{at} = float({name})")
            return _Place(name, near=f"f{at}", factors=1)
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
        if inner.factors <= MANY:
            return evolve(inner, near=f"f{at}")
        self.line(f"n{at}, d{at} = {inner.top}, {inner.bottom}")
        self.line(f"if d{at} > LARGE:")
        self.line(f"    g{at} = gcd(n{at}, d{at})")
        self.line(f"    n{at}, d{at} = n{at} // g{at}, d{at} // g{at}")
        return _Place(f"n{at}", f"d{at}", f"f{at}", inner.factors)

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
        return _Place(f"n{at}", bottom, f"f{at}", x.factors + y.factors)

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
        return _Place(f"n{at}", f"d{at}", f"f{at}", max(x.factors, y.factors))

    def when(self, at: int, condition: int, then: int, otherwise: int) -> _Place:
        factors = []

        def put(case: int) -> Callable[[], None]:
            def write() -> None:
                place = self.number(case)
                factors.append(place.factors)
                self.line(f"n{at}, d{at} = {place.top}, {place.bottom}")
                if self.near:
                    self.line(f"f{at} = {place.near}")

            return write

        self.line(f"if {self.answer(condition)}:")
        self.inside(put(then))
        self.line("else:")
        self.inside(put(otherwise))
        return _Place(f"n{at}", f"d{at}", f"f{at}", max(factors))

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
