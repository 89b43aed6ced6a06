"""Conditions of one row in two values: when a formula holds, and when its value is known.

A formula over rows knows three values, true, false and unknown. What is counted, chosen or added
needs only whether it *holds*; so every condition is turned into one that does or does not, and the
printed code has no unknown left in it. `Not` swaps "is true" and "is false".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from capaian.formula import (
    Arithmetic,
    Column,
    Compare,
    Literal_,
    Logic,
    Node,
    Not,
    Present,
    When,
    substitute,
    walk,
)
from capaian.formula.signs import COMPARE, OPPOSITE

YES, NO = Literal_(True), Literal_(False)  # noqa: FBT003 - the constants themselves
Facts: TypeAlias = Mapping[Node, Node]
"""What is known in a branch: `Present(column)` or a condition, to `YES` or `NO`."""


def both(*conditions: Node) -> Node:
    """Return the condition that all of these hold, each said once."""
    said = dict.fromkeys(part for each in conditions for part in _parts(each))
    said.pop(YES, None)
    if NO in said:
        return NO
    found: Node = YES
    for each in said:
        found = each if found == YES else Logic("and", found, each)
    return found


def _parts(condition: Node) -> list[Node]:
    if isinstance(condition, Logic) and condition.op == "and":
        return [*_parts(condition.left), *_parts(condition.right)]
    return [condition]


def either(first: Node, second: Node) -> Node:
    """Return the condition that one of these holds."""
    if YES in {first, second}:
        return YES
    if first == NO:
        return second
    return first if second in {NO, first} else Logic("or", first, second)


def holds(tree: Node, *, wanted: bool = True) -> Node:
    """Return, in two values, the condition that a formula is true (or that it is false)."""
    match tree:
        case Literal_(value):
            return YES if bool(value) == wanted else NO
        case Not(inner):
            return holds(inner, wanted=not wanted)
        case Logic(op, left, right):
            join = both if (op == "and") == wanted else either
            return join(holds(left, wanted=wanted), holds(right, wanted=wanted))
        case When(condition, then, otherwise):
            chosen, other = holds(then, wanted=wanted), holds(otherwise, wanted=wanted)
            test = holds(condition)
            if test in {YES, NO} or chosen == other:
                return chosen if test == YES else other
            return either(both(test, chosen), both(opposite(test), other))
        case Present(inner):
            known = is_known(inner)
            return known if wanted else opposite(known)
        case _:
            atom = tree if wanted else _turned(tree)
            return both(is_known(tree), atom)


def _turned(atom: Node) -> Node:
    """Return the opposite of a condition whose values are all known."""
    if isinstance(atom, Compare):
        return Compare(OPPOSITE[atom.op], atom.left, atom.right)  # type: ignore[arg-type]
    return Not(atom)


def opposite(condition: Node) -> Node:
    """Return the condition, in two values, that this one (in two values) does not hold."""
    match condition:
        case Literal_(value):
            return NO if value else YES
        case Not(inner):
            return inner
        case Logic("and", left, right):
            return either(opposite(left), both(left, opposite(right)))
        case Logic(_, left, right):
            return both(opposite(left), opposite(right))
        case Present():
            return Not(condition)
        case _:
            return _turned(condition)


def is_known(tree: Node) -> Node:
    """Return, in two values, the condition that a formula has a value."""
    match tree:
        case Column():
            return Present(tree)
        case Present():
            return YES
        case Logic():
            return either(holds(tree), holds(tree, wanted=False))
        case When(condition, then, otherwise):
            first, second = is_known(then), is_known(otherwise)
            if first == second:
                return first
            test = holds(condition)
            return either(both(test, first), both(opposite(test), second))
        case _:
            return both(*dict.fromkeys(is_known(each) for each in tree.children()))


def atoms(condition: Node) -> list[Node]:
    """Return what a condition in two values is made of, first things first, none turned."""
    match condition:
        case Logic(_, left, right):
            return list(dict.fromkeys([*atoms(left), *atoms(right)]))
        case Not(inner):
            return atoms(inner)
        case Literal_():
            return []
        case Compare():
            return [straight(condition)]
        case _:
            return [condition]


def straight(atom: Compare) -> Compare:
    """Return a comparison or its opposite, always the same of the two."""
    return atom if atom.op in {"<", "<=", "="} else _turned(atom)  # type: ignore[return-value]


def settle_condition(condition: Node, facts: Facts) -> Node:
    """Return a condition in two values with what is known put in."""
    match condition:
        case Logic(op, left, right):
            first = settle_condition(left, facts)
            if first == (NO if op == "and" else YES):
                return first
            second = settle_condition(right, facts)
            return both(first, second) if op == "and" else either(first, second)
        case Not(inner):
            return opposite(settle_condition(inner, facts))
        case Compare(op, left, right):
            plain = straight(condition)
            found = facts.get(plain)
            if found is not None:
                return found if plain == condition else opposite(found)
            return _compared(op, settle_value(left, facts), settle_value(right, facts))
        case _:
            return facts.get(condition, condition)


def _compared(op: str, left: Node, right: Node) -> Node:
    if isinstance(left, Literal_) and isinstance(right, Literal_):
        return YES if COMPARE[op](left.value, right.value) else NO
    return Compare(op, left, right)  # type: ignore[arg-type]


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def _folded(tree: Node) -> Node:
    """Return a formula with the arithmetic of constants done."""
    if not isinstance(tree, Arithmetic) or tree.op not in _ARITHMETIC:
        return tree
    left, right = _folded(tree.left), _folded(tree.right)
    if isinstance(left, Literal_) and isinstance(right, Literal_):
        return Literal_(_ARITHMETIC[tree.op](left.value, right.value))
    return Arithmetic(tree.op, left, right)


def settle_value(tree: Node, facts: Facts) -> Node:
    """Return a value formula with what is known put in: the choices that are made."""
    chosen: dict[Node, Node] = {}
    for each in walk(tree):
        if isinstance(each, When):
            test = settle_condition(holds(each.condition), facts)
            if test in {YES, NO}:
                chosen[each] = each.then if test == YES else each.otherwise
    if not chosen:
        return _folded(tree)
    return settle_value(_chosen(tree, chosen), facts)


def _chosen(tree: Node, chosen: Mapping[Node, Node]) -> Node:
    while tree in chosen:
        tree = chosen[tree]
    return substitute(tree, chosen)
