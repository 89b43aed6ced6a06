"""The ordered weighted average: weights go by the order of the parts, not by which part it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate

from attrs import frozen

from capaian.errors import Finding
from capaian.formula import Node, greatest, least, lit, number, total, when
from capaian.methods.lines import refuse_options
from capaian.plugin import Aggregation, ParametricAggregation

MOST_SORTED = 16
"""Up to so many parts a network of `min` and `max` sorts them; beyond it, parts are compared."""


@frozen
class OrderedOptions:
    """Options of `ordered`.

    Attributes
    ----------
    weights_by_order
        What the greatest part weighs, then the next, down to the least; 0 or more, adding up to 1.
    """

    weights_by_order: tuple[Fraction, ...]

    def __attrs_post_init__(self) -> None:
        whole = sum(self.weights_by_order, Fraction(0))
        low = min(self.weights_by_order, default=Fraction(0))
        if whole != 1 or low < 0:
            values = {"sum": number(whole), "least": number(low)}
            refuse_options("ordered", [Finding("CPN-W24", "weights_by_order", values)])


def ordered(options: OrderedOptions) -> Aggregation:
    """Return the ordered weighted average.

    Notes
    -----
    f = sum of w_k x_(k), x_(1) the greatest part. With as many parts as weights by order, all of
    equal weight, that is Yager's OWA (1988): (1, 0, 0) is the greatest part, (0, 0, 1) the least,
    (0, 1, 0) the middle one. In general it is Torra's weighted OWA (1997): Q is the straight lines
    through the points (k/n, w_1 + ... + w_k), and a part of weight p_i counts with Q(a + p_i) -
    Q(a), where a is the weight of all greater parts. So a part of weight 0 has no say, and where
    parts are left out what was said of all holds for those that remain. Parts that are equal share
    by their weights.
    """
    by_order = options.weights_by_order

    def value(parts: Sequence[Node], weights: Sequence[Fraction]) -> Node:
        counted = [pair for pair in zip(parts, weights, strict=True) if pair[1] > 0]
        count = len(counted)
        equal = len({weight for _, weight in counted}) == 1
        if equal and count <= MOST_SORTED:
            ends = [_read(by_order, Fraction(place, count)) for place in range(count + 1)]
            steps = zip(_sorted([part for part, _ in counted]), ends, ends[1:], strict=False)
            return total([part * lit(to - at) for part, at, to in steps if to > at])
        return total(
            [
                part * multiplier(parts, weights, index, part)
                for index, part in enumerate(parts)
                if weights[index] > 0
            ]
        )

    def multiplier(
        parts: Sequence[Node], weights: Sequence[Fraction], index: int, value: Node
    ) -> Node:
        del value
        part, weight = parts[index], weights[index]
        others = [
            (other, more)
            for place, (other, more) in enumerate(zip(parts, weights, strict=True))
            if place != index and more > 0
        ]
        if weight == 0 or not others:
            return lit(weight)
        above = total([when(other > part, more, 0) for other, more in others])
        same = total([when(other.equals(part), more, 0) for other, more in others]) + lit(weight)
        gained = _line(by_order, above + same) - _line(by_order, above)
        return gained * lit(weight) / same.clip(lit(weight), 1)

    title = {
        "en": "an average by the order of its parts",
        "id": "rata-rata menurut urutan bagiannya",
    }
    return Aggregation("ordered", title, value, multiplier)


def _read(by_order: Sequence[Fraction], at: Fraction) -> Fraction:
    """Return Q at a share: the straight lines through the sums of the weights by order."""
    sums = [Fraction(0), *accumulate(by_order)]
    place, rest = divmod(at * len(by_order), 1)
    if rest == 0:
        return sums[place]
    return sums[place] + rest * by_order[place]


def _line(by_order: Sequence[Fraction], at: Node) -> Node:
    """Return the same as a formula over a share."""
    count = len(by_order)
    step = lit(Fraction(1, count))
    return total(
        [
            (at - lit(Fraction(place, count))).clip(0, step) * lit(weight * count)
            for place, weight in enumerate(by_order)
            if weight > 0
        ]
    )


def _sorted(parts: Sequence[Node]) -> list[Node]:
    """Return the parts from the greatest to the least: Batcher's network (1968)."""
    wires = list(parts)
    for one, two in _pairs(len(wires)):
        wires[one], wires[two] = greatest(wires[one], wires[two]), least(wires[one], wires[two])
    return wires


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    width = 1
    while width < count:
        apart = width
        while apart >= 1:
            for start in range(apart % width, count - apart, 2 * apart):
                for one in range(start, min(start + apart, count - apart)):
                    if one // (2 * width) == (one + apart) // (2 * width):
                        yield one, one + apart
            apart //= 2
        width *= 2


ORDERED = ParametricAggregation(
    "ordered",
    {"en": "ordered weighted average", "id": "rata-rata tertimbang menurut urutan"},
    OrderedOptions,
    ordered,
)
