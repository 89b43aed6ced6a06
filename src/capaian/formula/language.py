"""Formulas as people write them: text, read as a tree, or walked over values of another kind.

The language is a small part of Python's expressions: numbers, names, `+ - * /`, comparisons, `and`,
`or`, `not`, `a if c else b`, and calls of named functions. Nothing is ever executed: the text is
parsed, and every part that is not in the language is refused with its place.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from capaian.errors import Finding, FormulaError, did_you_mean
from capaian.formula.build import greatest, least, lit, rounded, when
from capaian.formula.check import NUMBERS, Kind, kind_of
from capaian.formula.nodes import Column, Compare, Node
from capaian.formula.trees import walk

LONGEST = 4000
"""Characters of the longest formula; a longer one is a slip, or hostile."""
DEEPEST = 60
"""How many parts may stand inside one another."""
MOST_DIGITS = 60
_HEADLINE = "The formula cannot be read."
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "=",
    ast.NotEq: "!=",
}


class Written:
    """A formula that was parsed: its text, and the names and functions that it uses.

    Attributes
    ----------
    text
        As it was written.
    tree
        Python's tree of it, proved to be of the language.
    names
        The names that it uses and the functions that it calls, each once, in order.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = _parsed(text)
        self.names = _names(self.tree)

    def faults(
        self, names: Iterable[str], functions: Iterable[str], where: str = ""
    ) -> list[Finding]:
        """Return a finding for each name (CPN-F11) and function (F12) that is not known."""
        known = {True: sorted(functions), False: sorted(names)}
        found = []
        for name, called in self.names:
            if name not in known[called]:
                values = {
                    "name": name,
                    "hint": did_you_mean(name, known[called]),
                    "known": ", ".join(known[called]) or "-",
                }
                found.append(Finding("CPN-F12" if called else "CPN-F11", where, values))
        return found

    def literals(self) -> list[Fraction]:
        """Return the numbers that stand in it, in order."""
        return [
            _number(self.text, each)
            for each in ast.walk(self.tree)
            if isinstance(each, ast.Constant) and not isinstance(each.value, str | bool | None)
        ]


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise _refuse("CPN-F13", count=len(text), most=LONGEST)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise _refuse("CPN-F10", at=error.offset or len(text) + 1) from None
    except (ValueError, MemoryError, RecursionError):
        raise _refuse("CPN-F10", at=1) from None
    _prove(tree, text.strip(), 0)
    return tree


def _prove(tree: ast.AST, text: str, depth: int) -> None:
    """Refuse the first part that is not in the language."""
    if depth > DEEPEST:
        raise _refuse("CPN-F15", most=DEEPEST)
    below = list(ast.iter_child_nodes(tree))
    marks = [each for each in below if not isinstance(each, ast.expr | ast.keyword)]
    known = all(isinstance(each, _LANGUAGE) for each in (tree, *marks))
    if not known or not _sound(tree):
        part = ast.get_source_segment(text, tree) or ""
        raise _refuse("CPN-F14", part=part[:40], at=getattr(tree, "col_offset", 0) + 1)
    for each in below:
        if each not in marks:
            _prove(each, text, depth + 1)


_LANGUAGE = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword,
    ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Slice, ast.List, ast.Tuple, ast.Load,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub, ast.Not, ast.And, ast.Or,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot,
)  # fmt: skip


def _sound(tree: ast.AST) -> bool:
    match tree:
        case ast.Compare(ops=ops):
            return len(ops) == 1
        case ast.Call(func=func, keywords=keywords):
            return isinstance(func, ast.Name) and all(each.arg for each in keywords)
        case ast.Constant(value=value):
            return isinstance(value, int | float | str | None)
        case ast.Slice(step=step):
            return step is None
        case ast.Attribute(attr=attr) | ast.Name(id=attr):
            return not attr.startswith("_")
        case _:
            return True


def _names(tree: ast.AST) -> list[tuple[str, bool]]:
    called = {id(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
    found = [(each.id, id(each) in called) for each in ast.walk(tree) if isinstance(each, ast.Name)]
    return list(dict.fromkeys(found))


def _number(text: str, tree: ast.Constant) -> Fraction:
    """Return a number as it is written: 0.1 is one tenth, never the float nearest to it."""
    said = ast.get_source_segment(text.strip(), tree) or ""
    power = said.lower().partition("e")[2].lstrip("+-")
    if power.isdigit() and int(power) > MOST_DIGITS:  # its digits would be written out first
        raise _refuse("CPN-F14", part=said[:40], at=tree.col_offset + 1)
    try:
        exact = Fraction(said)
    except (ValueError, ZeroDivisionError):
        raise _refuse("CPN-F14", part=said[:40], at=tree.col_offset + 1) from None
    if len(str(exact.numerator)) > MOST_DIGITS or len(str(exact.denominator)) > MOST_DIGITS:
        raise _refuse("CPN-F14", part=said[:40], at=tree.col_offset + 1)
    return exact


class Walk:
    """Walks a formula over values that bring their own operators; a subclass says the rest.

    Attributes
    ----------
    written
        The formula.
    names, functions
        What its names and functions stand for.
    """

    def __init__(
        self,
        written: Written,
        names: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.written = written
        self.names = names
        self.functions = functions

    def value(self) -> Any:
        """Return what the whole formula gives."""
        return self.of(self.written.tree)

    def of(self, tree: ast.expr) -> Any:
        """Return what a part of the formula gives."""
        match tree:
            case ast.BinOp(left=left, op=op, right=right):
                return self.arithmetic(_ARITHMETIC[type(op)], self.of(left), self.of(right))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self.arithmetic(operator.sub, self.literal(Fraction(0)), self.of(inner))
            case ast.UnaryOp(operand=inner):
                return self.opposite(self.of(inner))
            case ast.BoolOp(op=op, values=parts):
                return self.logic("and" if isinstance(op, ast.And) else "or", parts)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.compared(type(op), self.of(left), self.of(right))
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                return self.chosen(self.of(test), body, otherwise)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
                given = {each.arg or "": self.of(each.value) for each in keywords}
                return self.called(name, [self.of(each) for each in args], given)
            case ast.Name(id=name):
                return self.names[name]
            case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(
                value, bool
            ):
                return self.literal(_number(self.written.text, tree))
            case _:
                return self.other(tree)

    def arithmetic(self, apply: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
        """Return the sum, difference, product or ratio."""
        return apply(left, right)

    def called(self, name: str, args: Sequence[Any], given: Mapping[str, Any]) -> Any:
        """Return what a function gives."""
        try:
            return self.functions[name](*args, **given)
        except FormulaError:  # which is a TypeError too
            raise
        except TypeError:
            raise _refuse("CPN-F16", name=name, count=len(args) + len(given)) from None

    def literal(self, value: Fraction) -> Any:
        """Return a number of the formula."""
        raise NotImplementedError

    def opposite(self, inner: Any) -> Any:
        """Return what does not hold."""
        raise NotImplementedError

    def logic(self, op: str, parts: Sequence[ast.expr]) -> Any:
        """Return whether all parts hold, or any."""
        raise NotImplementedError

    def compared(self, op: type[ast.cmpop], left: Any, right: Any) -> Any:
        """Return whether a comparison holds."""
        raise NotImplementedError

    def chosen(self, test: Any, body: ast.expr, otherwise: ast.expr) -> Any:
        """Return one of two parts."""
        raise NotImplementedError

    def other(self, tree: ast.expr) -> Any:
        """Return what another part gives: a text, a list, a field, an item."""
        raise self.refused(tree)

    def refused(self, tree: ast.expr) -> FormulaError:
        """Return the refusal of a part that cannot stand in this formula."""
        part = ast.get_source_segment(self.written.text.strip(), tree) or ""
        return _refuse("CPN-F14", part=part[:40], at=tree.col_offset + 1)


class _Trees(Walk):
    """Makes a tree of a formula over numbers."""

    def literal(self, value: Fraction) -> Node:
        return lit(value.numerator if value.denominator == 1 else value)

    def opposite(self, inner: Node) -> Node:
        return ~inner

    def logic(self, op: str, parts: Sequence[ast.expr]) -> Node:
        first, *rest = (self.of(each) for each in parts)
        for each in rest:
            first = first & each if op == "and" else first | each
        made: Node = first
        return made

    def compared(self, op: type[ast.cmpop], left: Node, right: Node) -> Node:
        if op not in _COMPARISONS:
            raise self.refused(self.written.tree)
        return Compare(_COMPARISONS[op], left, right)  # type: ignore[arg-type]

    def chosen(self, test: Node, body: ast.expr, otherwise: ast.expr) -> Node:
        return when(test, self.of(body), self.of(otherwise))


def _least(first: Node, *others: Node) -> Node:
    return least(first, *others) if others else first


def _greatest(first: Node, *others: Node) -> Node:
    return greatest(first, *others) if others else first


def _clip(inner: Node, low: Node, high: Node) -> Node:
    return inner.clip(low, high)


def _round(inner: Node, digits: Node) -> Node:
    value = getattr(digits, "value", None)
    if not isinstance(value, int):
        raise TypeError("digits")  # said as an argument that does not fit
    if not 0 <= value <= MOST_DIGITS:  # nobody lives to see 10 to the power of nine figures
        raise _refuse("CPN-P97", digits=value, most=MOST_DIGITS)
    return rounded(inner, value)


FUNCTIONS: Mapping[str, Callable[..., Node]] = {
    "min": _least,
    "max": _greatest,
    "clip": _clip,
    "round": _round,
}
"""What a formula over numbers may call; `round` takes ties away from zero."""


def read_formula(text: str, names: Mapping[str, Node]) -> Node:
    """Return the tree of a formula over numbers.

    Parameters
    ----------
    text
        Such as `"(1 - 0.3) * result + 0.3 * office"` or `"a if a >= 90 else min(a, b)"`. Numbers
        are exact: 0.1 is one tenth.
    names
        What each name stands for.

    Raises
    ------
    FormulaError
        Text that cannot be read (CPN-F10, F13, F15), names and functions that are not known (F11,
        F12, all at once), a part that is not in the language (F14), arguments that do not fit
        (F16), kinds that do not fit (F02, F06).

    Examples
    --------
    >>> from capaian.formula import col, words
    >>> words(read_formula("0.75 * a + 0.25 * min(b, 120)", {"a": col("a"), "b": col("b")}))
    '0.75 × a + 0.25 × (b, at most 120)'
    """
    written = Written(text)
    if faults := written.faults(names, FUNCTIONS):
        raise FormulaError(_HEADLINE, faults)
    made: Node = _Trees(written, names, FUNCTIONS).value()
    inputs: dict[str, Kind] = {
        each.name: "ratio"
        for tree in (made, *names.values())
        for each in walk(tree)
        if isinstance(each, Column)
    }
    if (kind := kind_of(made, inputs)) not in NUMBERS:
        values = {"tag": "formula", "wanted": " or ".join(sorted(NUMBERS)), "kind": kind}
        raise FormulaError(_HEADLINE, [Finding("CPN-F06", "", values)])
    return made


def _refuse(code: str, **values: Any) -> FormulaError:
    return FormulaError(_HEADLINE, [Finding(code, "", values)])
