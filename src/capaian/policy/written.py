"""The policy document as people write it: its keys, their kinds and their defaults.

A last underscore is Python's: the key of `from_` is `from`. What each key means is in the policy
reference, `docs/reference/policy.md`; what becomes of it is `Policy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from capaian.exact import Mode
from capaian.exact.interval import Interval
from capaian.indicator import (
    Accumulate,
    ActiveTable,
    ColumnRef,
    Consolidate,
    Exposure,
    Missing,
    TargetTable,
)
from capaian.period import Every, Part
from capaian.policy.document import Scale, Source, Where
from capaian.policy.guidance import GroupLabels
from capaian.policy.titles import Title

Value: TypeAlias = str | int | bool
Limit: TypeAlias = Fraction | Literal["none"] | None
"""A floor or a cap: a number, no limit, or what the key's default is."""
Weights: TypeAlias = Literal["exact", "relative", "equal", "quality", "active_days"]
Steps: TypeAlias = Mapping[str, Any] | tuple[Mapping[str, Any], ...]
"""Methods with their options: one, or several in order."""
How: TypeAlias = Literal["periodic", "cumulative", "rolling", "last"]


def limit_of(written: Limit, default: Fraction | None = None) -> Fraction | None:
    """Return a floor or a cap, `None` for no limit; what is not written is the default."""
    meant = default if written is None else written
    return None if meant is None or meant == "none" else Fraction(meant)


@frozen
class WrittenForce:
    """The days of being in force."""

    from_: date
    to: date | None = None


@frozen
class WrittenScale:
    """The scale of achievement."""

    worst: Fraction
    best: Fraction
    floor: Limit = None
    cap: Limit = None

    @property
    def meant(self) -> Scale:
        """The scale with its limits: by default the lesser and the greater of worst and best."""
        limits = map(limit_of, (self.floor, self.cap), sorted((self.worst, self.best)))
        return Scale(self.worst, self.best, *limits)


@frozen
class WrittenRounding:
    """A rounding step."""

    where: Where
    digits: int | None = None
    mode: Mode = "half-up"
    of: tuple[str, ...] = ()


@frozen
class WrittenTest:
    """What a condition asks of a column besides being one of some values."""

    not_: Value | tuple[Value, ...] = ()
    present: bool | None = None


Conditions: TypeAlias = Mapping[str, Value | tuple[Value, ...] | WrittenTest]
Column: TypeAlias = str | ColumnRef


@frozen
class WrittenFact:
    """A column of true and false values, and what people read where the fact is missing."""

    column: str
    title: Title = None


@frozen
class WrittenRoster:
    """The table of who is scored."""

    table: str
    subject: str = ""
    label: str = ""
    unit: str = ""
    where: Conditions = field(factory=dict)
    facts: Mapping[str, str | WrittenFact] = field(factory=dict)


@frozen
class WrittenNumber:
    """A named constant."""

    id: str
    value: Fraction
    title: Title = None
    source: str = ""


@frozen
class WrittenScore:
    """The settings of the root."""

    method: str = "arithmetic"
    options: Mapping[str, Any] = field(factory=dict)
    formula: str = ""
    convert: Steps = ()
    floor: Limit = None
    cap: Limit = None
    available: Fraction = Fraction(0)
    title: Title = None
    source: str = ""


@frozen
class WrittenNode:
    """A node of the tree."""

    id: str
    title: Title = None
    parent: str = ""
    weight: Fraction | None = None
    quality: Fraction | None = None
    method: str = "arithmetic"
    options: Mapping[str, Any] = field(factory=dict)
    formula: str = ""
    convert: Steps = ()
    weights: Weights = "exact"
    missing: Missing | None = None
    floor: Limit = None
    cap: Limit = None
    available: Fraction = Fraction(0)
    source: str = ""


@frozen
class WrittenPauses:
    """Where the pauses of cases are recorded."""

    table: str
    case: str
    start: Column
    stop: Column
    key: str = ""


@frozen
class WrittenAccumulate:
    """The stretch of time that is measured, with its own figures."""

    how: How
    since: Part | None = None
    months: int | None = None
    every: Every | None = None

    @property
    def meant(self) -> Accumulate:
        """The stretch, with every default."""
        return Accumulate(self.how, self.since or "year", self.months or 0, self.every or "month")


@frozen
class WrittenIndicator:
    """An indicator."""

    id: str
    type: str
    table: str
    normalise: Steps
    title: Title = None
    parent: str = ""
    weight: Fraction | None = None
    quality: Fraction | None = None
    subject: str = ""
    columns: Mapping[str, Column] = field(factory=dict)
    where: Conditions = field(factory=dict)
    measure: Mapping[str, Any] = field(factory=dict)
    missing: Missing | None = None
    floor: Limit = None
    cap: Limit = None
    minimum: int = 1
    exposure: Exposure | None = None
    pauses: WrittenPauses | None = None
    accumulate: How | WrittenAccumulate = "periodic"
    consolidate: Consolidate | None = None
    source: str = ""


@frozen
class WrittenBand:
    """A band of the score."""

    id: str
    title: Title = None
    from_: Fraction | None = None
    above: Fraction | None = None
    to: Fraction | None = None
    below: Fraction | None = None
    gate: str = ""
    source: str = ""

    @property
    def interval(self) -> Interval:
        """The scores that the band takes."""
        return Interval(
            self.above if self.from_ is None else self.from_,
            self.below if self.to is None else self.to,
            low_inside=self.above is None,
            high_inside=self.to is not None,
        )


@frozen
class WrittenEvenness:
    """How one result is rounded."""

    digits: int | None = None
    mode: Mode = "half-up"


@frozen
class WrittenLevel:
    """A level of a rating: a band of its value, without a gate."""

    id: str
    title: Title = None
    from_: Fraction | None = None
    above: Fraction | None = None
    to: Fraction | None = None
    below: Fraction | None = None
    source: str = ""

    @property
    def band(self) -> WrittenBand:
        """The level as a band."""
        return WrittenBand(
            id=self.id,
            title=self.title,
            from_=self.from_,
            above=self.above,
            to=self.to,
            below=self.below,
            source=self.source,
        )


@frozen
class WrittenRating:
    """An input of a decision table."""

    id: str
    levels: tuple[WrittenLevel, ...]
    title: Title = None
    of: str = ""
    formula: str = ""
    rounding: WrittenEvenness | None = None


@frozen
class WrittenCell:
    """A cell of a decision table."""

    gives: str
    when: Mapping[str, str | tuple[str, ...]] = field(factory=dict)
    source: str = ""

    @property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """For each rating that it names, its levels."""
        return {
            name: (levels,) if isinstance(levels, str) else levels
            for name, levels in self.when.items()
        }


@frozen
class WrittenDecision:
    """A decision table."""

    ratings: tuple[WrittenRating, ...]
    cells: tuple[WrittenCell, ...]

    @property
    def inputs(self) -> dict[str, tuple[str, ...]]:
        """The ratings with their levels, by name, in order."""
        return {each.id: tuple(level.id for level in each.levels) for each in self.ratings}


@frozen
class WrittenMembership:
    """In which unit a subject stood when."""

    table: str
    unit: str
    subject: str = ""
    from_: Column | None = None
    to: Column | None = None
    weight: Column | None = None
    where: Conditions = field(factory=dict)


@frozen
class WrittenUnits:
    """How units are scored."""

    table: str
    unit: str
    from_: Literal["people", "events"]
    parent: str = ""
    label: str = ""
    membership: WrittenMembership | None = None
    weigh: Literal["equal", "active_days"] | None = None
    members: Literal["all", "direct"] | None = None
    missing: Missing | None = None
    of: Literal["published", "unrounded"] | None = None
    rounding: WrittenEvenness | None = None
    bands: tuple[WrittenBand, ...] = ()
    where: Conditions = field(factory=dict)


@frozen
class WrittenLimit:
    """A limit on the set of results."""

    id: str
    bands: tuple[str, ...]
    for_: tuple[str, ...] = ()
    most: Fraction | None = None
    least: Fraction | None = None
    most_count: int | None = None
    least_count: int | None = None
    source: str = ""


@frozen
class WrittenGuidance:
    """What is expected of the set of results."""

    group: Literal["unit", "all"]
    limits: tuple[WrittenLimit, ...]
    title: Title = None
    labels: GroupLabels | None = None
    source: str = ""


@frozen
class WrittenPolicy:
    """The whole document."""

    id: str
    edition: str
    in_force: WrittenForce
    scale: WrittenScale
    missing: Missing
    indicators: tuple[WrittenIndicator, ...]
    title: Title = None
    sources: tuple[Source, ...] = ()
    subject: str = ""
    calendar: str = ""
    closures: str = ""
    zone: Literal["WIB", "WITA", "WIT"] | None = None
    weights: Weights = "exact"
    numbers: tuple[WrittenNumber, ...] = ()
    rounding: tuple[WrittenRounding, ...] = ()
    precedence: Literal["first"] | None = None
    relative: bool = False
    subjects: WrittenRoster | None = None
    units: WrittenUnits | None = None
    targets: TargetTable | None = None
    active: ActiveTable | None = None
    guidance: WrittenGuidance | None = None
    score: WrittenScore = WrittenScore()
    nodes: tuple[WrittenNode, ...] = ()
    bands: tuple[WrittenBand, ...] = ()
    decision: WrittenDecision | None = None
