"""What the formulas ask of the rows: nodes that rows can answer, 64-bit integers, a calendar.

Both paths ask here, so that a formula is refused on records exactly where it is on frames, although
Python's integers have no limit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from capaian.columns.request import LARGEST, DenseCalendar
from capaian.errors import FormulaError, refuse
from capaian.formula import (
    Aggregate,
    Arithmetic,
    Column,
    Compare,
    Elapsed,
    Extreme,
    Geometric,
    Instant,
    Kind,
    Literal_,
    Logic,
    Moment,
    Node,
    Not,
    Own,
    Paused,
    Present,
    Round,
    Survival,
    Value,
    When,
    walk,
)
from capaian.formula.nodes import WORKING

Span: TypeAlias = tuple[int, int]
"""The least and the greatest value."""

EPOCH = datetime(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
"""Microseconds of a day."""
FIRST_STAMP = (datetime.min - EPOCH) // MICROSECOND
LAST_STAMP = (datetime.max - EPOCH) // MICROSECOND
USUAL = (-(2**31), 2**31)
USUAL_STAMPS = (datetime(1900, 1, 1), datetime(2200, 1, 1))
"""Values of a usual size; formulas proved for them once need no further proof."""
OPENS, CLOSES = "calendar:opens", "calendar:closes"
"""Names under which a guard finds the calendar's first instant and the one after its last."""


def microseconds(stamp: datetime) -> int:
    """Return a naive stamp in microseconds since 1970."""
    return (stamp - EPOCH) // MICROSECOND


def at(micro: int) -> datetime:
    """Return the naive stamp that lies so many microseconds after 1970 began."""
    return EPOCH + timedelta(microseconds=micro)


def prove(trees: Iterable[Node]) -> None:
    """Refuse statistics with nodes that a row cannot answer: `/`, `round`, `geometric`.

    A stamp that a working clock reads may be chosen by a condition, but not by one that itself
    needs working time or pauses.

    Raises
    ------
    FormulaError
        `CPN-F03`: the node cannot stand below a statistic, or the tree is no statistic.
    """
    for tree in trees:
        if not isinstance(tree, Aggregate | Survival | Own):
            raise _refusal(tree.tag)
        for each in walk(tree):
            if isinstance(each, Round | Geometric):
                raise _refusal(each.tag)
            if isinstance(each, Arithmetic) and each.op == "/":
                raise _refusal("/")
            if needs_clock(each):
                inner = (below for child in each.children() for below in walk(child))
                if any(needs_clock(below) or isinstance(below, Paused) for below in inner):
                    raise _refusal(each.tag)


def needs_clock(tree: Node) -> bool:
    """Return whether a node measures by a working clock."""
    return isinstance(tree, Elapsed | Paused) and tree.clock in WORKING


def _refusal(tag: str) -> FormulaError:
    return refuse(FormulaError, "The formula cannot be used.", "CPN-F03", where=tag, tag=tag)


# ---- the calendar ------------------------------------------------------------------------------


@frozen
class Guard:
    """A condition that holds in the rows whose working time lies outside the calendar."""

    node: Elapsed | Paused
    outside: Node

    @property
    def count(self) -> Node:
        """The number of such rows."""
        return Aggregate("count", self.outside)

    @property
    def roles(self) -> tuple[str, ...]:
        """The stamps that the working clock reads."""
        return self._names(Column)

    @property
    def instants(self) -> tuple[str, ...]:
        """The instants of the call that the working clock reads."""
        return self._names(Instant)

    def _names(self, kind: type[Column | Instant]) -> tuple[str, ...]:
        found = [*leaves(self.node.start), *leaves(self.node.end)]
        return tuple(dict.fromkeys(each.name for each in found if isinstance(each, kind)))


def guards(trees: Iterable[Node]) -> list[Guard]:
    """Return a guard for each measurement by a working clock."""
    found: dict[Node, Guard] = {}
    for tree in trees:
        for each in walk(tree):
            if isinstance(each, Elapsed | Paused) and needs_clock(each):
                start, end = each.start, each.end
                known = Present(start) & Present(end)
                found[each] = Guard(each, known & (_outside(start) | _outside(end)))
    return list(found.values())


def _outside(stamp: Node) -> Node:
    return (stamp < Column(OPENS)) | (stamp >= Column(CLOSES))


def leaves(stamp: Node) -> list[Node]:
    """Return the columns and instants of which a stamp formula chooses one."""
    if isinstance(stamp, When):
        return [*leaves(stamp.then), *leaves(stamp.otherwise)]
    return [stamp]


def opening(calendar: DenseCalendar) -> tuple[int, int]:
    """Return the calendar's first instant and the one after its last, in microseconds."""
    opens = calendar.first - EPOCH.toordinal()
    return opens * DAY, (opens + len(calendar.count)) * DAY


# ---- 64 bits -----------------------------------------------------------------------------------


@frozen
class Size:
    """How large a row formula can grow: a numerator between two limits over a fixed denominator."""

    low: int = 0
    high: int = 0
    below: int = 1

    @property
    def most(self) -> int:
        """The largest absolute numerator."""
        return max(abs(self.low), abs(self.high))

    def over(self, below: int) -> Size:
        """Return the same numbers over a multiple of the denominator."""
        factor = below // self.below
        return Size(self.low * factor, self.high * factor, below)


def instants_of(moment: Moment) -> dict[str, Span]:
    """Return the instants that a call fixes, as spans."""
    found = {}
    for name in ("as_of", "start", "end"):
        stamp = microseconds(getattr(moment, name))
        found[name] = (stamp, stamp)
    return found


def are_usual(values: Iterable[int | datetime | None]) -> bool:
    """Return whether all values are of a usual size, so that nothing need be worked out."""
    known = [each for each in values if each is not None]
    if not known:
        return True
    low, high = USUAL if isinstance(known[0], int) else USUAL_STAMPS
    return bool(low <= min(known) and max(known) <= high)  # type: ignore[operator]


def holds_usual(trees: Iterable[Node], kinds: Mapping[str, Kind]) -> bool:
    """Return whether no formula can pass 64 bits as long as all its values are of a usual size."""
    stamps = tuple(microseconds(each) for each in USUAL_STAMPS)
    spans = {role: stamps if kind == "stamp" else USUAL for role, kind in kinds.items()}
    sizes = Sizes(spans, dict.fromkeys(("as_of", "start", "end"), stamps))  # type: ignore[arg-type]
    for tree in trees:
        sizes.of(tree)
    return sizes.past is None


def grows(trees: Iterable[Node]) -> bool:
    """Return whether a formula can make larger integers than those in the columns."""
    return any(
        isinstance(each, Arithmetic) or (isinstance(each, Literal_) and not _small(each.value))
        for tree in trees
        for each in walk(tree)
    )


def plain_counts(trees: Sequence[Node]) -> dict[int, Node]:
    """Return by its place what a count counts, where neither clocks nor size need be looked at."""
    return {
        place: tree.inner
        for place, tree in enumerate(trees)
        if isinstance(tree, Aggregate) and tree.op == "count" and tree.inner is not None
        if not grows([tree])
        if not any(needs_clock(each) or isinstance(each, Paused) for each in walk(tree))
    }


def _small(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and abs(value) <= LARGEST)


class Sizes:
    """The sizes of row formulas, from the least and greatest values of the columns.

    Attributes
    ----------
    past
        The first node found that could pass 64 bits, if any.
    """

    def __init__(self, spans: Mapping[str, Span], instants: Mapping[str, Span]) -> None:
        self.spans = spans
        self.instants = instants
        self.known: dict[Node, Size] = {}
        self.past: Node | None = None

    def of(self, tree: Node) -> Size:
        """Return the size of a tree; of a statistic, that of what is under it."""
        for each in walk(tree):
            if each not in self.known:
                size = self._size(each)
                if self.past is None and size.most > LARGEST:
                    self.past = each
                self.known[each] = size
        return self.known[tree]

    def chances(self, tree: Node) -> tuple[bool, bool]:
        """Return whether a condition can be true in any row, and whether it can be false."""
        match tree:
            case Literal_(value):
                return bool(value), not value
            case Not(inner):
                true, false = self.chances(inner)
                return false, true
            case Logic(op, left, right):
                (one, no_one), (two, no_two) = self.chances(left), self.chances(right)
                if op == "and":
                    return one and two, no_one or no_two
                return one or two, no_one and no_two
            case Compare("<" | "<=", left, right) if self._told(tree):
                return self._order(tree, left, right)
            case Compare(">" | ">=", left, right) if self._told(tree):
                return self._order(tree, right, left)
            case _:
                return True, True

    def _order(self, tree: Compare, less: Node, more: Node) -> tuple[bool, bool]:
        """Return the chances of `less < more`, or of `less <= more`."""
        first, second = self._common(tree, (less, more))
        if tree.op in {"<", ">"}:
            return first.low < second.high, first.high >= second.low
        return first.low <= second.high, first.high > second.low

    def _told(self, tree: Node) -> bool:
        """Return whether the ends of all columns below are known, of numbers or stamps."""
        for each in tree.children():
            self.of(each)
        return all(each.name in self.spans for each in walk(tree) if isinstance(each, Column))

    def _size(self, tree: Node) -> Size:
        match tree:
            case Column(name):
                return Size(*self.spans.get(name, (0, 0)))
            case Literal_(value):
                if isinstance(value, str):
                    return Size()
                exact = Fraction(value)
                return Size(exact.numerator, exact.numerator, exact.denominator)
            case Instant(name):
                return Size(*self.instants[name])
            case Arithmetic(op, left, right):
                return self._arithmetic(tree, op, self.known[left], self.known[right])
            case Compare(_, left, right):
                self._common(tree, (left, right))
                return Size()
            case When(_, then, otherwise):
                sizes = self._common(tree, (then, otherwise))
                low, high = min(each.low for each in sizes), max(each.high for each in sizes)
                return Size(low, high, sizes[0].below)
            case Extreme(op, args):
                sizes = self._common(tree, args)
                pick = min if op == "min" else max
                low, high = pick(each.low for each in sizes), pick(each.high for each in sizes)
                return Size(low, high, sizes[0].below)
            case Elapsed(start, end, clock):
                first, last = self.known[start], self.known[end]
                if clock == "dates":
                    low = last.low // DAY - first.high // DAY
                    return Size(low, last.high // DAY - first.low // DAY)
                low, high = last.low - first.high, last.high - first.low
                # Working time and working days never exceed the time itself, in microseconds.
                return Size(low, high) if clock == "calendar" else Size(min(0, low), max(0, high))
            case Paused(start, end):
                return Size(0, max(0, self.known[end].high - self.known[start].low))
            case Aggregate(_, inner):
                return self.known[inner] if inner is not None else Size()
            case Survival(duration=duration):
                return self.known[duration]
            case _:
                return Size()

    def _common(self, tree: Node, parts: Sequence[Node]) -> list[Size]:
        sizes = [self.known[each] for each in parts]
        below = math.lcm(*(each.below for each in sizes))
        scaled = [each.over(below) for each in sizes]
        if self.past is None and any(each.most > LARGEST for each in scaled):
            self.past = tree
        return scaled

    def _arithmetic(self, tree: Node, op: str, left: Size, right: Size) -> Size:
        if op == "*":
            corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            return Size(min(corners), max(corners), left.below * right.below)
        first, second = self._common(tree, (tree.children()[0], tree.children()[1]))
        if op == "+":
            return Size(first.low + second.low, first.high + second.high, first.below)
        return Size(first.low - second.high, first.high - second.low, first.below)
