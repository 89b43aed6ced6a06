"""A rule's formula over exact values: numbers, labels, lists and records; missing is a state.

What is not known stays so: arithmetic with it is not known, and neither is a choice that hangs on
it. `known(x)` asks.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import repeat
from typing import Any

from capaian.formula.language import Walk, Written
from capaian.rules.functions import BY_ITEM, OF_LISTS

_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def evaluate(
    written: Written, names: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
) -> Any:
    """Return what a formula gives: a `Fraction`, a label, a truth, a list, a record, or `None`.

    Parameters
    ----------
    written
        The formula, whose names and functions are known.
    names
        What its names stand for.
    functions
        What it may call.

    Raises
    ------
    TypeError, ZeroDivisionError, FormulaError
        A formula that is wrong for these values: a fault of the rule.
    """
    return _Exact(written, names, functions).value()


class _Exact(Walk):
    def literal(self, value: Fraction) -> Fraction:
        return value

    def arithmetic(self, apply: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
        return _by_item(apply, left, right)

    def opposite(self, inner: Any) -> Any:
        return None if inner is None else not _truth(inner)

    def logic(self, op: str, parts: Sequence[ast.expr]) -> Any:
        """Decide as soon as one part does: `and` by what is false, `or` by what is true."""
        unknown = False
        for each in parts:
            found = self.of(each)
            if found is None:
                unknown = True
            elif _truth(found) == (op == "or"):
                return op == "or"
        return None if unknown else op == "and"

    def compared(self, op: type[ast.cmpop], left: Any, right: Any) -> Any:
        if op in {ast.In, ast.NotIn}:
            return None if left is None else (left in right) == (op is ast.In)
        if op not in _COMPARE:
            raise TypeError("is")
        return _by_item(lambda one, other: _compare(op, one, other), left, right)

    def chosen(self, test: Any, body: ast.expr, otherwise: ast.expr) -> Any:
        if test is None:
            return None
        return self.of(body if _truth(test) else otherwise)

    def called(self, name: str, args: Sequence[Any], given: Mapping[str, Any]) -> Any:
        listed = args and isinstance(args[0], tuple)
        if name in BY_ITEM and listed:
            return tuple(self.functions[name](each, *args[1:], **given) for each in args[0])
        if name in OF_LISTS and None in args:
            return None
        return self.functions[name](*args, **given)

    def other(self, tree: ast.expr) -> Any:
        match tree:
            case ast.Constant(value=str() | None as value):
                return value
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return tuple(self.of(each) for each in parts)
            case ast.Attribute(value=inner, attr=name):
                return _field(self.of(inner), name)
            case ast.Subscript(value=inner, slice=ast.Slice(lower=first, upper=last)):
                ends = [None if each is None else int(self.of(each)) for each in (first, last)]
                whole = self.of(inner)
                return None if whole is None else whole[slice(*ends)]
            case ast.Subscript(value=inner, slice=index):
                return _item(self.of(inner), self.of(index))
            case _:
                raise self.refused(tree)


def _by_item(apply: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply to two values, or item by item where one of them is a list, or both."""
    if isinstance(left, tuple) or isinstance(right, tuple):
        lefts = left if isinstance(left, tuple) else repeat(left)
        rights = right if isinstance(right, tuple) else repeat(right)
        both = isinstance(left, tuple) and isinstance(right, tuple)
        return tuple(_by_item(apply, *each) for each in zip(lefts, rights, strict=both))
    if left is None or right is None:
        return None
    return apply(left, right)


def _compare(op: type[ast.cmpop], left: Any, right: Any) -> bool:
    if isinstance(left, str) != isinstance(right, str):
        raise TypeError("a label and a number")
    return _COMPARE[op](left, right)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("a condition")
    return value


def _field(value: Any, name: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_field(each, name) for each in value)
    return None if value is None else value[name]


def _item(value: Any, index: Any) -> Any:
    if value is None or index is None:
        return None
    return value[index] if isinstance(index, str) else value[int(index)]
