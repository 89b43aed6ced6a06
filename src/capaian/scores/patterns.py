"""Who has a value for which indicator: states of whole columns as numbers, patterns as bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import field, frozen

from capaian.columns import Coded
from capaian.measure import OK, Known, holds, state_rules
from capaian.plugin import StatusRule

if TYPE_CHECKING:
    from numpy.typing import NDArray  # noqa: TC004 - nothing resolves these annotations

    from capaian.scores.plan import Plan

    Whole: TypeAlias = tuple[NDArray[np.int64], NDArray[np.bool_] | None]
    """Values, and a mask of what is known; `None` where all is."""

BITS = 62
"""Indicators that fit one integer of 64 bits."""


@frozen(eq=False)
class Batch:
    """What is known of a batch of subjects, one entry each; any batch of them gives the same bits.

    Attributes
    ----------
    count
        How many there are.
    inputs
        Name of a statistic to its values (int64) and a mask of what is known, or `None` where all
        is. An unknown value is 0.
    facts
        For each gate of a band, of whom it is true; a gate that is not listed is closed for all.
    """

    count: int
    inputs: Mapping[str, Whole]
    facts: Mapping[str, NDArray[np.bool_]] = field(factory=dict)

    def part(self, rows: slice) -> Batch:
        """Return the entries of some rows that follow one another."""
        distinct = Distinct(self)
        return distinct.batch([each[rows] for each in distinct.columns])

    def same(self) -> dict[str, str]:
        """Return, for each statistic whose values are another's too, the first of that name."""
        first: dict[int, str] = {}
        pairs = ((name, first.setdefault(id(each[0]), name)) for name, each in self.inputs.items())
        return {name: other for name, other in pairs if name != other}


class Distinct:
    """The columns of a batch, each once, however many names it has.

    Attributes
    ----------
    columns
        Values, masks and facts.
    """

    def __init__(self, batch: Batch) -> None:
        self.columns: list[Any] = []
        places: dict[int, int] = {}

        def place(column: Any) -> int:
            if id(column) not in places:
                places[id(column)] = len(self.columns)
                self.columns.append(column)
            return places[id(column)]

        self.inputs = {
            name: (place(values), None if known is None else place(known))
            for name, (values, known) in batch.inputs.items()
        }
        self.facts = {name: place(each) for name, each in batch.facts.items()}
        self.count = batch.count

    def batch(self, columns: Sequence[Any]) -> Batch:
        """Return other columns, in the same order, as a batch."""
        inputs = {
            name: (columns[values], None if known is None else columns[known])
            for name, (values, known) in self.inputs.items()
        }
        facts = {name: columns[each] for name, each in self.facts.items()}
        return Batch(len(columns[0]) if columns else self.count, inputs, facts)


@frozen(eq=False)
class StateRules:
    """The states of all the indicators of a policy.

    Attributes
    ----------
    rules
        By indicator, in canonical order; the first that holds is the state.
    """

    rules: Mapping[str, tuple[StatusRule, ...]]

    def codes(self, indicator: str, batch: Batch) -> Coded:
        """Return the states of an indicator: `ok`, or why there is no value."""
        rules = self.rules[indicator]
        words = (OK, *dict.fromkeys(rule.status for rule in rules))
        codes = np.zeros(batch.count, dtype=np.int8)
        known = _known(batch)
        for rule in reversed(rules):  # the first rule that holds has the last word
            found = holds(rule.when, known)
            if found is not False:
                codes[np.broadcast_to(found, (batch.count,))] = words.index(rule.status)
        return Coded(codes, words)

    def bits(self, batch: Batch) -> list[NDArray[np.int64]]:
        """Return who has a value: of indicator i, as bit i % 62 of column i // 62."""
        columns = [
            np.zeros(batch.count, dtype=np.int64) for _ in range(-(-len(self.rules) // BITS))
        ]
        known = _known(batch)
        for index, rules in enumerate(self.rules.values()):
            bad: Any = False
            for rule in rules:
                bad = bad | holds(rule.when, known)
            columns[index // BITS] |= np.where(bad, 0, 1 << index % BITS)
        return columns


def _known(batch: Batch) -> Known:
    """Return the statistics with masks only where something is unknown."""
    masks = {name: known for name, (_, known) in batch.inputs.items()}
    return Known(
        {name: values for name, (values, _) in batch.inputs.items()},
        {name: mask for name, mask in masks.items() if mask is not None and not mask.all()},
    )


@lru_cache(maxsize=64)
def state_rules_of(plan: Plan) -> StateRules:
    """Return the states of a policy's indicators."""
    rules = {
        name: tuple(dict.fromkeys(state_rules(each.statistics)))
        for name, each in plan.indicators.items()
    }
    return StateRules(rules)


def groups(bits: Sequence[NDArray[np.int64]]) -> list[tuple[frozenset[int], NDArray[np.int64]]]:
    """Return each pattern that occurs, as the positions of its bits, with its rows in order."""
    number = bits[0]
    for column in bits[1:]:
        # Two columns become one by numbering what occurs in each.
        _, first = np.unique(number, return_inverse=True)
        _, second = np.unique(column, return_inverse=True)
        number = first * (int(second.max(initial=0)) + 1) + second
    return [(_positions([int(column[rows[0]]) for column in bits]), rows) for rows in alike(number)]


def alike(numbers: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Return the rows of each number that occurs, in order."""
    if not len(numbers):
        return []
    if numbers.min() == numbers.max():
        return [np.arange(len(numbers))]
    fits = numbers.min() >= 0 and numbers.max() < 1 << 16
    small = numbers.astype(np.uint16) if fits else numbers
    order = np.argsort(small, kind="stable")  # 16 bits are sorted by counting
    return np.split(order, np.flatnonzero(np.diff(small[order])) + 1)


def _positions(bits: Sequence[int]) -> frozenset[int]:
    return frozenset(
        place * BITS + bit
        for place, each in enumerate(bits)
        for bit in range(BITS)
        if each >> bit & 1
    )
