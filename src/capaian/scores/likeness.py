"""Who in a block has another pattern than the one that leads: only what is open is asked.

A glance at the least value of a column settles most conditions (no divisor is zero where the least
is 1); the others are asked of every row, a condition over the same column once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from capaian.formula import Column, Compare, Literal_, Node, Present, substitute, walk
from capaian.measure import Known, holds, outcomes
from capaian.scores.patterns import Batch, StateRules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capaian.exact.bounds import Ranges
    from capaian.exact.callables import Mask

LARGEST, LOWEST = 2**63 - 1, -(2**63)

Conditions: TypeAlias = tuple[Node, ...]
_Firsts: TypeAlias = tuple[tuple[str, str, str], ...]


@frozen
class _Questions:
    """What is asked of every row: any of `none_of` holds, or none of one of `one_of` does."""

    none_of: Conditions
    one_of: tuple[Conditions, ...]
    names: frozenset[str]


class Likeness:
    """Compares the rows of a batch with a pattern.

    Attributes
    ----------
    rules
        The states of the policy's indicators.
    """

    def __init__(self, rules: StateRules, batch: Batch, ranges: Ranges | None) -> None:
        self.rules = rules
        self.inputs = batch.inputs
        complete = frozenset(name for name, (_, known) in batch.inputs.items() if known is None)
        self.asking = _asking(rules, _firsts(batch), complete)
        steps = self.asking.steps
        self.given = None if ranges is None else {name: ranges[name][0] for name in steps}

    def others(self, lead: frozenset[int], rows: slice) -> Mask | None:
        """Return which rows have another pattern than the leading one; `None` where none has.

        Parameters
        ----------
        lead
            The indicators that have a value, by position.
        rows
            Rows that follow one another.
        """
        asked = self.asking.questions(lead, self.lows(rows))
        if not asked.none_of and not asked.one_of:
            return None
        known = self._part(asked.names, rows)
        found = np.zeros(rows.stop - rows.start, dtype=np.bool_)
        for when in asked.none_of:
            found |= holds(when, known)
        for some in asked.one_of:
            bad = np.zeros_like(found)
            for when in some:
                bad |= holds(when, known)
            found |= ~bad
        return found if found.any() else None

    def lows(self, rows: slice) -> tuple[int, ...]:
        """Return for each column that is compared the highest step that no row is below."""
        return tuple(
            steps[bisect_right(steps, self._least(name, rows)) - 1]
            for name, steps in self.asking.steps.items()
        )

    def _least(self, name: str, rows: slice) -> int:
        if self.given is not None:
            return self.given[name]
        return int(np.minimum.reduce(self.inputs[name][0][rows]))

    def _part(self, names: frozenset[str], rows: slice) -> Known:
        values: dict[str, NDArray[np.int64]] = {}
        masks: dict[str, Mask] = {}
        for name in names:
            column, known = self.inputs[name]
            values[name] = column[rows]
            if known is not None:
                masks[name] = known[rows]
        return Known(values, masks)


class _Asking:
    """What follows from the rules and from which columns are one: kept from batch to batch."""

    def __init__(self, rules: StateRules, firsts: _Firsts, complete: frozenset[str]) -> None:
        self.complete = complete
        one: dict[Node, Node] = {}
        for name, values, known in firsts:
            one[Column(name)] = Column(values)
            one[Present(Column(name))] = Present(Column(known))
        self.conditions: list[Conditions] = [
            tuple(dict.fromkeys(substitute(rule.when, one) for rule in some))
            for some in rules.rules.values()
        ]
        compared = [each for some in self.conditions for when in some for each in _compares(when)]
        self.steps = {name: _steps(name, compared) for each in compared for name in _names(each)}
        self.known: dict[tuple[frozenset[int], tuple[int, ...]], _Questions] = {}

    def questions(self, lead: frozenset[int], lows: tuple[int, ...]) -> _Questions:
        """Return what is open, for rows of which no column is below its low."""
        key = lead, lows
        if key not in self.known:
            self.known[key] = self.open(lead, lows)
        return self.known[key]

    def open(self, lead: frozenset[int], lows: tuple[int, ...]) -> _Questions:
        ranges = {name: (low, LARGEST) for name, low in zip(self.steps, lows, strict=True)}
        none_of: dict[Node, None] = {}
        one_of: dict[Conditions, None] = {}
        for index, some in enumerate(self.conditions):
            may = {when: outcomes(when, ranges, self.complete) for when in some}
            open_ = tuple(when for when, found in may.items() if True in found)
            if index in lead:
                none_of.update(dict.fromkeys(open_))
            elif {True} not in may.values():
                one_of[_fewest(open_)] = None
        fewest = _fewest(tuple(none_of))
        asked = (*fewest, *(when for some in one_of for when in some))
        names = frozenset(name for when in asked for name in _names(when))
        return _Questions(fewest, tuple(one_of), names)


@lru_cache(maxsize=64)
def _asking(rules: StateRules, firsts: _Firsts, complete: frozenset[str]) -> _Asking:
    return _Asking(rules, firsts, complete)


def _firsts(batch: Batch) -> _Firsts:
    """Return, for each statistic, the first that has its values, and the first known as often."""
    values: dict[tuple[int, int], str] = {}
    masks: dict[int, str] = {}
    return tuple(
        (
            name,
            values.setdefault((id(column), id(known)), name),
            masks.setdefault(id(known), name),
        )
        for name, (column, known) in batch.inputs.items()
    )


def _fewest(conditions: Conditions) -> Conditions:
    """Return conditions without those that hold only where another holds: 0 is below 10."""
    below: dict[Node, Any] = {}
    for when in conditions:
        if isinstance(when, Compare) and when.op == "<" and _is_whole(when.right):
            limit: Any = when.right
            below[when.left] = max(below.get(when.left, limit.value), limit.value)
    return tuple(when for when in conditions if not _implied(when, below))


def _implied(when: Node, below: Mapping[Node, Any]) -> bool:
    if not isinstance(when, Compare) or when.left not in below or not _is_whole(when.right):
        return False
    limit: Any = when.right
    return when.op in {"=", "<"} and limit.value < below[when.left]


def _is_whole(tree: Node) -> bool:
    return isinstance(tree, Literal_) and not isinstance(tree.value, str)


def _names(tree: Node) -> list[str]:
    return [each.name for each in walk(tree) if isinstance(each, Column)]


def _compares(tree: Node) -> list[Compare]:
    return [each for each in walk(tree) if isinstance(each, Compare)]


def _steps(name: str, compared: list[Compare]) -> list[int]:
    """Return from where on a least value may settle something: few, so that answers are kept."""
    literals: list[Any] = [
        literal.value
        for each in compared
        if name in _names(each)
        for literal in walk(each)
        if isinstance(literal, Literal_) and _is_whole(literal)
    ]
    ends = {int(value) + more for value in literals for more in (0, 1)}
    return sorted({LOWEST, 0, 1, *ends})
