"""Formulas of ratings: text over the ids of nodes and indicators, read as a tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from capaian.errors import Finding, FormulaError
from capaian.formula import Arithmetic, Column, Literal_, Node, lit, read_formula, walk
from capaian.policy.formulas import name_in_formula


def formula_names(ids: Iterable[str]) -> dict[str, str]:
    """Return what ids are called in a formula: `-` and `.` are written `_`.

    An id that is written as it stands keeps its name; one that shares its name with others, none of
    them written so, has none.
    """
    known = sorted(set(ids))
    called = {each: name_in_formula(each) for each in known}
    count = Counter(called.values())
    names = {name: each for each, name in called.items() if count[name] == 1}
    return names | {each: each for each, name in called.items() if name == each}


def read_rating(formula: str, ids: Iterable[str], numbers: Mapping[str, Fraction]) -> Node:
    """Return the tree of a rating's formula; its columns are the ids of nodes and indicators.

    Parameters
    ----------
    formula
        The text, such as `"0.7 * result + 0.3 * office"`.
    ids
        The nodes and indicators that there are.
    numbers
        The policy's named numbers, by id; a node or an indicator of the same name goes before.

    Raises
    ------
    FormulaError
        As `capaian.formula.read_formula`; CPN-B15 where it divides by anything but a number.
    """
    names: dict[str, Node] = {name_in_formula(each): lit(of) for each, of in numbers.items()}
    names |= {name: Column(each) for name, each in formula_names(ids).items()}
    tree = read_formula(formula, names)
    for each in walk(tree):
        if isinstance(each, Arithmetic) and each.op == "/" and not _number(each.right):
            raise FormulaError("The formula cannot be used.", [Finding("CPN-B15")])
    return tree


def reads(tree: Node) -> list[str]:
    """Return the ids that a rating's formula reads."""
    return list(dict.fromkeys(each.name for each in walk(tree) if isinstance(each, Column)))


def _number(tree: Node) -> bool:
    return isinstance(tree, Literal_) and tree.value != 0
