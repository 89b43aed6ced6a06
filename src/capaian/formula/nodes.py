"""The nodes of a formula tree: what a measure and a method are made of.

A tree is the one definition of a formula. It is checked (`check`), put into words (`words`),
hashed (`to_data`) and printed to whatever runs it: plain Python here, dataframe engines in
`capaian.columns`, `Fraction` and NumPy in `capaian.exact`.

Nodes compare by structure, so `==` never builds a tree: write `x.equals(y)`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal, TypeAlias

from attrs import field, fields, frozen

from capaian.errors import FormulaError, refuse
from capaian.formula.functions import Functions

Value: TypeAlias = int | Fraction | str | bool
Clock = Literal["calendar", "working_hours", "working_days"]
Measuring = Clock | Literal["dates"]
"""What a length of time is measured by: a clock, or the dates alone."""
WORKING = ("working_hours", "working_days")
"""Clocks that a work calendar drives."""
BLANKS = "".join(
    map(chr, (*range(9, 14), 32, 133, 160, 5760, *range(8192, 8203), 8232, 8233, 8239, 8287, 12288))
)
"""White space as Unicode has it: engines differ in what they take off by themselves."""
NODES: dict[str, type[Node]] = {}


def _kind_and_value(value: Value) -> tuple[str, Value]:
    """Tell `True` from 1 and a ratio from an integer, which are equal to Python."""
    return type(value).__name__, value


def _kinds_and_values(values: tuple[Value, ...]) -> tuple[tuple[str, Value], ...]:
    return tuple(_kind_and_value(value) for value in values)


def node(value: Node | Value) -> Node:
    """Return a node as it is, and a plain value as a `Literal`."""
    return value if isinstance(value, Node) else Literal_(value)


@frozen(order=False, cache_hash=True)
class Node:
    """A formula tree; operators build larger ones."""

    tag: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        NODES[cls.tag] = cls

    def children(self) -> tuple[Node, ...]:
        """Return the nodes directly below, in order."""
        found: list[Node] = []
        for attribute in fields(type(self)):
            value = getattr(self, attribute.name)
            if isinstance(value, Node):
                found.append(value)
            elif isinstance(value, tuple):
                found.extend(each for each in value if isinstance(each, Node))
        return tuple(found)

    def __add__(self, other: Node | Value) -> Node:
        return Arithmetic("+", self, node(other))

    def __radd__(self, other: Value) -> Node:
        return Arithmetic("+", node(other), self)

    def __sub__(self, other: Node | Value) -> Node:
        return Arithmetic("-", self, node(other))

    def __rsub__(self, other: Value) -> Node:
        return Arithmetic("-", node(other), self)

    def __mul__(self, other: Node | Value) -> Node:
        return Arithmetic("*", self, node(other))

    def __rmul__(self, other: Value) -> Node:
        return Arithmetic("*", node(other), self)

    def __truediv__(self, other: Node | Value) -> Node:
        return Arithmetic("/", self, node(other))

    def __rtruediv__(self, other: Value) -> Node:
        return Arithmetic("/", node(other), self)

    def __le__(self, other: Node | Value) -> Node:
        return Compare("<=", self, node(other))

    def __lt__(self, other: Node | Value) -> Node:
        return Compare("<", self, node(other))

    def __ge__(self, other: Node | Value) -> Node:
        return Compare(">=", self, node(other))

    def __gt__(self, other: Node | Value) -> Node:
        return Compare(">", self, node(other))

    def equals(self, other: Node | Value) -> Node:
        """Return the tree that asks whether both sides are equal."""
        return Compare("=", self, node(other))

    def differs(self, other: Node | Value) -> Node:
        """Return the tree that asks whether the sides differ."""
        return Compare("!=", self, node(other))

    def one_of(self, *values: Value) -> Node:
        """Return the tree that asks whether this is one of the values."""
        return OneOf(self, tuple(values))

    def present(self) -> Node:
        """Return the tree that asks whether there is a value at all."""
        return Present(self)

    def blank(self) -> Node:
        """Return the tree that asks whether this text is nothing but white space."""
        return Blank(self)

    def __and__(self, other: Node) -> Node:
        return Logic("and", self, other)

    def __or__(self, other: Node) -> Node:
        return Logic("or", self, other)

    def __invert__(self) -> Node:
        return Not(self)

    def clip(self, low: Node | Value | None, high: Node | Value | None) -> Node:
        """Return the tree held between two limits; `None` is no limit."""
        held: Node = self
        if high is not None:
            held = Extreme("min", (held, node(high)))
        if low is not None:
            held = Extreme("max", (held, node(low)))
        return held


@frozen(order=False, cache_hash=True)
class Column(Node):
    """A column of the evidence, by the role that it plays; in a method, a named input."""

    tag: ClassVar[str] = "column"
    name: str


@frozen(order=False, cache_hash=True)
class Literal_(Node):  # noqa: N801 - `Literal` is taken by typing
    """A constant. `said` is how people write it (`3 days` for 259200000000 microseconds)."""

    tag: ClassVar[str] = "literal"
    value: Value = field(eq=_kind_and_value)
    said: str = ""

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.value, int | Fraction | str):
            values = {"given": repr(self.value)[:40], "type": type(self.value).__name__}
            headline = "The formula cannot be used."
            raise refuse(FormulaError, headline, "CPN-F08", "literal", **values)


@frozen(order=False, cache_hash=True)
class Instant(Node):
    """An instant that the call fixes: `as_of` (the cut-off), or the period's `start` or `end`."""

    tag: ClassVar[str] = "instant"
    name: Literal["as_of", "start", "end"]


@frozen(order=False, cache_hash=True)
class Arithmetic(Node):
    """`+`, `-`, `*` or `/` of two numbers; unknown where either side is."""

    tag: ClassVar[str] = "arithmetic"
    op: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@frozen(order=False, cache_hash=True)
class Compare(Node):
    """A comparison; unknown where either side is."""

    tag: ClassVar[str] = "compare"
    op: Literal["<", "<=", ">", ">=", "=", "!="]
    left: Node
    right: Node


@frozen(order=False, cache_hash=True)
class Logic(Node):
    """`and` / `or` with three values: an unknown side leaves the answer open only if it must."""

    tag: ClassVar[str] = "logic"
    op: Literal["and", "or"]
    left: Node
    right: Node


@frozen(order=False, cache_hash=True)
class Not(Node):
    """The opposite; unknown stays unknown."""

    tag: ClassVar[str] = "not"
    inner: Node


@frozen(order=False, cache_hash=True)
class Present(Node):
    """Whether there is a value; never unknown."""

    tag: ClassVar[str] = "present"
    inner: Node


@frozen(order=False, cache_hash=True)
class OneOf(Node):
    """Whether the value is one of a list; unknown where the value is."""

    tag: ClassVar[str] = "one_of"
    inner: Node
    values: tuple[Value, ...] = field(eq=_kinds_and_values)


@frozen(order=False, cache_hash=True)
class Blank(Node):
    """Whether a text is nothing but white space (`BLANKS`); unknown where the text is."""

    tag: ClassVar[str] = "blank"
    inner: Node


@frozen(order=False, cache_hash=True)
class When(Node):
    """`then` where the condition holds, else `otherwise` (also where it is unknown)."""

    tag: ClassVar[str] = "when"
    condition: Node
    then: Node
    otherwise: Node


@frozen(order=False, cache_hash=True)
class Extreme(Node):
    """The least or the greatest of several numbers; unknown where any is."""

    tag: ClassVar[str] = "extreme"
    op: Literal["min", "max"]
    args: tuple[Node, ...]


@frozen(order=False, cache_hash=True)
class Elapsed(Node):
    """Time from one stamp to another by a clock: microseconds, or whole days for `working_days`.

    `dates` are the days from the one date to the other, whatever the hour.
    """

    tag: ClassVar[str] = "elapsed"
    start: Node
    end: Node
    clock: Measuring = "calendar"


@frozen(order=False, cache_hash=True)
class Paused(Node):
    """The part of start to end that the case's pauses cover, overlaps counted once."""

    tag: ClassVar[str] = "paused"
    start: Node
    end: Node
    clock: Clock = "calendar"


@frozen(order=False, cache_hash=True)
class Aggregate(Node):
    """A statistic over the rows of one subject, always an integer.

    `count` (rows, or rows where `inner` is true), `sum`, `min`, `max`, `distinct`. Unknown values
    are passed over; `min` and `max` of nothing are unknown, the others 0.
    """

    tag: ClassVar[str] = "aggregate"
    op: Literal["count", "sum", "min", "max", "distinct"]
    inner: Node | None = None


@frozen(order=False, cache_hash=True)
class Survival(Node):
    """A statistic of durations of which some are still running (Kaplan and Meier 1958).

    Attributes
    ----------
    op
        `within` (share ended by `at`, in units of 10^-12), `quantile` (least duration by which
        the share `at` has ended; unknown if never reached) or `area` (restricted mean up to `at`).
    duration
        Elapsed integer time; for a running case, its age.
    ended
        Whether the case has ended.
    at
        A limit in the duration's unit (`within`, `area`), or a share between 0 and 1 (`quantile`).
    inclusive
        For `within`: whether an end exactly at the limit counts.
    """

    tag: ClassVar[str] = "survival"
    op: Literal["within", "quantile", "area"]
    duration: Node
    ended: Node
    at: Fraction = field(converter=Fraction)
    inclusive: bool = True


@frozen(order=False, cache_hash=True)
class Own(Node):
    """One of the integers that a pair of functions gives of a subject's rows.

    Attributes
    ----------
    functions
        The pair.
    output
        Which of its outputs.
    args
        What the functions get of each row: a formula for each of their inputs.
    """

    tag: ClassVar[str] = "own"
    functions: Functions
    output: str
    args: tuple[Node, ...]


@frozen(order=False, cache_hash=True)
class Round(Node):
    """A number rounded to `digits` decimals; `half-up` takes ties away from zero."""

    tag: ClassVar[str] = "round"
    inner: Node
    digits: int
    mode: Literal["half-up", "half-even"] = "half-up"


@frozen(order=False, cache_hash=True)
class Geometric(Node):
    """The weighted geometric mean, weights adding up to one; zero where any argument is zero."""

    tag: ClassVar[str] = "geometric"
    args: tuple[Node, ...]
    weights: tuple[Fraction, ...]


@frozen(order=False, cache_hash=True)
class Stairs(Node):
    """A staircase: one value at each edge, and one between each edge and the next.

    Attributes
    ----------
    inner
        The number that is looked up.
    edges
        Where the value changes, in ascending order.
    at
        The value at each edge.
    between
        The value below the first edge, between the edges, and above the last: one more than edges.
    """

    tag: ClassVar[str] = "stairs"
    inner: Node
    edges: tuple[Fraction, ...]
    at: tuple[Fraction, ...]
    between: tuple[Fraction, ...]
