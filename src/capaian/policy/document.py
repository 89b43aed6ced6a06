"""The policy: the whole rule as a value. Frozen, comparable, without behaviour of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from attrs import field, frozen

from capaian.exact import Mode
from capaian.indicator import (
    ActiveTable,
    ColumnRef,
    Condition,
    Indicator,
    Missing,
    Step,
    TargetTable,
    Text,
)
from capaian.policy.guidance import Guidance

Trust = Literal["verified", "derived", "unconfirmed"]
Where = Literal["measured", "achievement", "node", "score"]


@frozen
class Source:
    """A citation, and how far it is to be trusted.

    A part of the policy that gives the `id` as its `source` is what the citation is for; one
    without an `id` is for the whole policy.
    """

    cite: str
    trust: Trust
    note: str = ""
    id: str = ""


@frozen
class Scale:
    """The achievement scale: what the worst and the best (or the target met) are worth."""

    worst: Fraction
    best: Fraction
    floor: Fraction | None
    cap: Fraction | None


@frozen
class Rounding:
    """A rounding step: where it happens, to how many decimals, and how ties are broken.

    `of` names the indicators or nodes that it is for; empty is all of that place.
    """

    where: Where
    digits: int
    mode: Mode = "half-up"
    of: tuple[str, ...] = ()


@frozen
class Number:
    """A named constant of a policy, which its formulas use."""

    id: str
    title: Text
    value: Fraction
    source: str = ""


@frozen
class NodeRule:
    """A node of the tree: how the scores or achievements below it become one.

    Attributes
    ----------
    id, title, parent, weight
        As for an indicator. The root is the node with the id `score`. Directly below a formula
        the weight is 0.
    method
        Kind of the aggregation; `formula` for a formula over the parts.
    formula
        That formula as text; empty where the method is another.
    options
        The method's own options, where it has any.
    convert
        The methods that are applied to the aggregated value before it is limited, in order.
    active
        Whether the weights below it are multiplied by each subject's active days.
    floor, cap
        Limits of the node's score; `None` is no limit.
    missing
        What happens, in the node above, where this node has no score.
    available
        The least share of weight that must have an achievement; under it the node has no score.
    """

    id: str
    title: Text
    method: str
    weight: Fraction
    missing: Missing
    parent: str = ""
    floor: Fraction | None = None
    cap: Fraction | None = None
    available: Fraction = Fraction(0)
    source: str = ""
    formula: str = ""
    convert: tuple[Step, ...] = ()
    active: bool = False
    options: Mapping[str, Any] = field(factory=dict)


@frozen
class Band:
    """A named interval of the score.

    Attributes
    ----------
    low, high
        The edges; `None` is no edge on that side.
    low_inside, high_inside
        Which edges belong to the band.
    gate
        A fact about the subject without which the band is not given; empty is none.
    """

    id: str
    title: Text
    low: Fraction | None
    high: Fraction | None
    low_inside: bool = True
    high_inside: bool = False
    gate: str = ""
    source: str = ""


@frozen
class Rating:
    """An input of a decision table: a value, read as one of some levels.

    Attributes
    ----------
    id, title
        What it is called.
    of
        The node or the indicator whose score or achievement is its value; `score` is the root.
        Empty where a formula says it.
    formula
        The value as text over the ids of nodes and indicators; empty where one of them is it.
    levels
        Its levels, as bands of the value without gates.
    rounding
        How the value is rounded before the level is read; `None` where it is taken as it is.
    """

    id: str
    title: Text
    of: str
    levels: tuple[Band, ...]
    rounding: Rounding | None = None
    formula: str = ""


@frozen
class Cell:
    """A cell of a decision table.

    Attributes
    ----------
    when
        For each rating that it asks for, the levels that will do, in the rating's order; any level
        of the others will do.
    gives
        The id of the band.
    source
        The citation.
    """

    when: Mapping[str, tuple[str, ...]]
    gives: str
    source: str = ""


@frozen
class Decision:
    """A decision table: the band is the cell of a subject's ratings, not an interval of the score.

    Every combination of levels has exactly one cell; that is proved when the policy is read.
    """

    ratings: tuple[Rating, ...]
    cells: tuple[Cell, ...]

    @property
    def inputs(self) -> dict[str, tuple[str, ...]]:
        """The ratings with their levels, by name, in order."""
        return {each.id: tuple(level.id for level in each.levels) for each in self.ratings}


@frozen
class Roster:
    """The table of who is scored: one row per subject.

    `facts` names, for each gate, the column of true and false values; `fact_titles` says what
    people read of it, where that is not its id.
    """

    table: str
    subject: str
    label: str = ""
    unit: str = ""
    where: tuple[Condition, ...] = ()
    facts: dict[str, str] = field(factory=dict)
    fact_titles: dict[str, Text] = field(factory=dict)


@frozen
class Membership:
    """The table that says in which unit a subject stood when.

    Attributes
    ----------
    table, subject, unit
        The table, and its columns with the subject and the unit.
    start, stop
        The first and the last day, both inside; always where `start` is `None`, still where a row
        has no last day or `stop` is `None`.
    weight
        A column of given weights; `None` for none.
    where
        Which rows count.
    """

    table: str
    subject: str
    unit: str
    start: ColumnRef | None = None
    stop: ColumnRef | None = None
    weight: ColumnRef | None = None
    where: tuple[Condition, ...] = ()


@frozen
class Units:
    """How units are scored.

    Attributes
    ----------
    table, unit, parent, label
        The table of units, one row each, and its columns: the unit, the unit above (empty where
        there is no hierarchy), what people read.
    by
        Whether a unit's score comes from the scores of its `people`, or the policy is applied to
        all their `events` together.
    membership
        In which unit a subject stood when; the roster's column of units where it is `None`.
    weigh
        What a member weighs: one each (`equal`) or its days in the unit (`active_days`); times the
        weight of the membership, where it has one.
    members
        Whether the members of the units below are members too (`all`, or `direct` only).
    missing
        What a member without a score means.
    taken
        Which score of a member is taken, as it was `published` or `unrounded`.
    rounding, bands
        Of the units; the policy's where left out.
    """

    table: str
    unit: str
    by: Literal["people", "events"]
    parent: str = ""
    label: str = ""
    membership: Membership | None = None
    weigh: Literal["equal", "active_days"] = "equal"
    members: Literal["all", "direct"] = "all"
    missing: Missing = "withhold"
    taken: Literal["published", "unrounded"] = "published"
    rounding: Rounding | None = None
    bands: tuple[Band, ...] = ()
    where: tuple[Condition, ...] = ()


@frozen
class Policy:
    """A whole rule in one edition.

    Attributes
    ----------
    id, edition, title
        What it is called.
    first, last
        The days of its being in force; `last` is `None` while it is open.
    sources
        The legal sources.
    scale, nodes, indicators, rounding, bands
        The rule. Nodes and indicators are in canonical order (by id); the root is `score`.
    precedence
        Whether the first band that fits is given, so that bands may overlap.
    subjects
        The roster, where the policy has one.
    calendar, closures, zone
        The work calendar's name, the file of the office's own closures, and the office's zone
        (`WIB`, `WITA`, `WIT`), where it has them.
    relative
        Whether a subject's score depends on the other subjects.
    units
        How units are scored, where the policy says it.
    targets
        The table of targets per subject, where the policy has one.
    active
        The table of active days, where weights go by them.
    numbers
        The named constants of its formulas, in order of their ids.
    decision
        The table that gives the band, where the bands are no intervals of the score.
    guidance
        What is expected of the set of results, where the policy says it.
    """

    id: str
    edition: str
    title: Text
    first: date
    last: date | None
    sources: tuple[Source, ...]
    scale: Scale
    nodes: tuple[NodeRule, ...]
    indicators: tuple[Indicator, ...]
    rounding: tuple[Rounding, ...]
    bands: tuple[Band, ...]
    precedence: bool = False
    subjects: Roster | None = None
    calendar: str = ""
    closures: str = ""
    zone: str = ""
    relative: bool = False
    units: Units | None = None
    targets: TargetTable | None = None
    active: ActiveTable | None = None
    numbers: tuple[Number, ...] = ()
    decision: Decision | None = None
    guidance: Guidance | None = None
    folder: str = field(default="", eq=False, repr=False)
    """Where the document came from, so that files that it names are found beside it."""

    def __hash__(self) -> int:
        return hash((self.id, self.edition))

    @property
    def root(self) -> NodeRule:
        """The node whose score is the result."""
        return next(node for node in self.nodes if node.id == "score")

    def children(self, parent: str) -> tuple[NodeRule | Indicator, ...]:
        """Return the nodes and indicators directly below a node, in canonical order."""
        above = "" if parent == "score" else parent
        below: list[NodeRule | Indicator] = [
            each for each in self.nodes if each.id != "score" and each.parent == above
        ]
        below += [each for each in self.indicators if each.parent == above]
        return tuple(sorted(below, key=lambda each: each.id))

    def rounded(self, where: Where, name: str = "") -> Rounding | None:
        """Return the rounding step at a place, or `None`."""
        for step in self.rounding:
            if step.where == where and (not step.of or name in step.of):
                return step
        return None
