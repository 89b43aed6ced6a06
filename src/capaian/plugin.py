"""All that a plugin author imports: the hooks, the mark, and the records that hooks return.

A plugin is a module (or object) with functions marked `@hookimpl` that return lists of records. It
is announced by an entry point of the group `capaian` whose name is the kind that it provides, or
the id of its pack.
Hooks run once, while an engine is built; none may alter a score in passing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from importlib.resources.abc import Traversable
from typing import Any, Literal, TypeAlias

import pluggy
from attrs import field, frozen

from capaian.errors import Finding
from capaian.exact import Cohort as Cohort  # noqa: PLC0414 - handed on to authors
from capaian.formula import Column, Kind, Node
from capaian.indicator import ColumnRef as ColumnRef  # noqa: PLC0414 - the same
from capaian.indicator import Indicator as Indicator  # noqa: PLC0414 - the same
from capaian.indicator import Text
from capaian.policy.document import Scale
from capaian.policy.document import Source as Source  # noqa: PLC0414 - handed on to authors
from capaian.sampling import Bounds as Bounds  # noqa: PLC0414 - the same
from capaian.sampling import Count as Count  # noqa: PLC0414 - the same
from capaian.sampling import Flow as Flow  # noqa: PLC0414 - the same
from capaian.sampling import Mean as Mean  # noqa: PLC0414 - the same
from capaian.sampling import NetPromoter as NetPromoter  # noqa: PLC0414 - the same
from capaian.sampling import Ratio as Ratio  # noqa: PLC0414 - the same
from capaian.sampling import Sampling as Sampling  # noqa: PLC0414 - the same
from capaian.sampling import Share as Share  # noqa: PLC0414 - the same
from capaian.sampling import Times as Times  # noqa: PLC0414 - the same
from capaian.sampling import Weighted as Weighted  # noqa: PLC0414 - the same

GROUP = "capaian"
"""The entry-point group."""

hookspec = pluggy.HookspecMarker("capaian")
hookimpl = pluggy.HookimplMarker("capaian")

Direction = Literal["higher", "lower", "nearest", "unknown"]

TARGET: Node = Column("target")
"""The subject's own target in a normalisation, an integer in units of 1/`UNIT`."""
UNIT: Node = Column("unit")
"""The integer that stands for a target of 1 in a normalisation, such as 100 with 2 digits."""


@frozen
class ColumnNeed:
    """A column that a measure reads.

    Attributes
    ----------
    role
        What the formula calls it; the policy maps roles to columns.
    kind
        `stamp`, `integer`, `text` or `boolean`.
    nullable
        Whether a row may lack the value. Where it may not, a row without it is an error.
    labels
        For text: the only values allowed; any where empty.
    """

    role: str
    kind: Kind
    nullable: bool = False
    labels: tuple[str, ...] = ()


@frozen
class RowCheck:
    """What must hold in every row that counts; a row where it is false is an error.

    `code` is a finding's code; `values` are the figures of its sentence besides `rows` (how many
    rows break it), `table` and `indicator`.
    """

    code: str
    holds: Node
    values: Mapping[str, Any] = field(factory=dict)


@frozen
class StatusRule:
    """A state in which the value is not to be had, and when: a condition over statistics."""

    status: str
    when: Node


@frozen
class Measure:
    """How a type measures an indicator: formulas over the rows of one subject.

    Attributes
    ----------
    columns
        What it reads.
    value
        The measured value: statistics combined with `+ - * /`; an exact ratio.
    n
        The number of observations behind it: one statistic.
    dated
        Role of the stamp that places a row in the period; empty where every row counts.
    figures
        Further integer statistics by name, for the ledger and for intervals.
    checks
        What must hold in every row.
    statuses
        States in which there is no value, in order; the first that holds is given.
    unit
        What the value counts: `share`, `days`, `hours`, `minutes`, `count`, `points`.
    grain
        The step in which the value is spoken of (0.0001 for a share, 1 for a count).
    least, most
        What the value cannot pass; `None` is no limit. Nothing is advised beyond them.
    sampling
        How the value varies, for `capaian.analysis`; `None` where nothing is known of that, and
        then no interval is made up.
    """

    columns: tuple[ColumnNeed, ...]
    value: Node
    n: Node
    dated: str = ""
    figures: Mapping[str, Node] = field(factory=dict)
    checks: tuple[RowCheck, ...] = ()
    statuses: tuple[StatusRule, ...] = ()
    unit: str = "count"
    grain: Fraction = Fraction(1, 100)
    least: Fraction | None = Fraction(0)
    most: Fraction | None = None
    sampling: Sampling | None = None


Faults: TypeAlias = Sequence[Finding]


@frozen
class IndicatorType:
    """An indicator type.

    Attributes
    ----------
    kind
        The word that policies use, such as `time-based`.
    title
        What it is called, by language.
    options
        A frozen attrs class: the keys of an indicator's `measure` table, with their types and
        defaults. Unknown keys and wrong types are refused before `build` is called.
    build
        `(options, indicator) -> Measure`. Raises `PolicyError` for options that do not fit.
    """

    kind: str
    title: Text
    options: type
    build: Callable[[Any, Indicator], Measure]


@frozen
class Normalisation:
    """A method that turns a number into an achievement, or into the next method's number.

    Attributes
    ----------
    kind, title, options
        As for an indicator type.
    build
        `(options, scale, x) -> tree`: the formula over the input tree `x`.
    direction
        `(options) -> "higher" | "lower" | "nearest" | "unknown"`: which way is better.
    targets
        For a method whose formula may use `TARGET`: `(options) -> condition`, over `TARGET` and
        `UNIT`, under which a target can be used; `None` where these options take none. Where left
        out, a method that uses `TARGET` takes any.
    """

    kind: str
    title: Text
    options: type
    build: Callable[[Any, Scale, Node], Node]
    direction: Callable[[Any], Direction]
    targets: Callable[[Any], Node | None] | None = None


@frozen
class RelativeNormalisation:
    """A method that holds a number against those of a cohort, in two passes.

    `capaian.fit` measures the cohort, calls `fit` once and writes what it returns into the policy.
    `capaian.score` reads it from there: no subject's score depends on who else is scored.

    Attributes
    ----------
    kind, title, options, direction
        As for a normalisation.
    parameters
        A frozen attrs class: what `fit` finds, and what a policy's `fitted.parameters` table holds.
        Its fields are read as strictly as options; numbers are exact.
    fit
        `(options, cohort) -> parameters`. The cohort has two values at least. Raises
        `EvidenceError` where it cannot be fitted to.
    build
        `(options, parameters, scale, x) -> tree`. Raises `PolicyError` for what does not fit.
    """

    kind: str
    title: Text
    options: type
    parameters: type
    fit: Callable[[Any, Cohort], Any]
    build: Callable[[Any, Any, Scale, Node], Node]
    direction: Callable[[Any], Direction]


@frozen
class Aggregation:
    """A method that makes one score of several.

    Attributes
    ----------
    kind, title
        As for an indicator type.
    value
        `(parts, weights) -> tree`: parts are trees, weights exact and adding up to 1.
    multiplier
        `(parts, weights, index, value) -> tree`: what a part is multiplied by to give its
        contribution, so that contributions add up to the value exactly (Euler's theorem for
        functions of degree one: the sum of x_i times the slope in x_i is the value itself).
    lowest
        The least part that the method can take; `None` where any number will do.
    remainder
        Whether contributions may leave a part of the value over, as they do where the method is not
        of degree one. What is left is an adjustment of its own, `formula`, so that contributions
        and adjustments add up all the same.
    """

    kind: str
    title: Text
    value: Callable[[Sequence[Node], Sequence[Fraction]], Node]
    multiplier: Callable[[Sequence[Node], Sequence[Fraction], int, Node], Node]
    lowest: Fraction | None = None
    remainder: bool = False


@frozen
class ParametricAggregation:
    """An aggregation with options: a family of aggregations, one for each choice of them.

    A node names it under `method` and writes its options in a table `options`.

    Attributes
    ----------
    kind, title, options
        As for an indicator type.
    make
        `(options) -> Aggregation`: the one that these options mean. What it is called in an
        explanation is the title of what is returned; its kind is this record's, whatever it says.
        Raises `PolicyError` for options that do not fit.
    """

    kind: str
    title: Text
    options: type
    make: Callable[[Any], Aggregation]


Method: TypeAlias = Normalisation | RelativeNormalisation | Aggregation | ParametricAggregation


@frozen
class Rule:
    """A rule of a pack as a function: plain JSON values in, plain JSON values out.

    Attributes
    ----------
    id
        The pack's id and a name, such as `ph-spms/adjectival`.
    title
        What it is called, by language.
    source
        Its citation, and how far that is to be trusted.
    apply
        `(values) -> values`: mappings of text to JSON values. Numbers arrive exact: a whole number
        as `int`, any other as `Fraction` (4.50 is nine halves, never a float). What is returned is
        as exact: `None`, `bool`, `int`, `Fraction`, `Decimal`, `str`, and lists and mappings of
        them; a float is refused. Values that the rule cannot take raise `ValueError`, whose text
        speaks of the names and limits of the input and never of a person. Pure: the same values
        give the same result, and what it is given is not changed.
    first, last
        The first and the last day on which it is in force; `None` where the day is not known, or
        where it is in force still.
    sources
        `(values) -> sources`: on which sources the result for these values rests, itself among
        them; where left out, on `source` alone.
    """

    id: str
    title: Text
    source: Source
    apply: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    first: date | None = None
    last: date | None = None
    sources: Callable[[Mapping[str, Any]], Sequence[Source]] | None = None


@frozen
class Pack:
    """Policies, rule functions and cases for one regulation.

    Attributes
    ----------
    id
        A name without `/`, such as `ph-spms`; the name of its entry point.
    title
        What it is called, by language.
    sources
        Where its facts come from, and how far each is to be trusted.
    first, last
        As for a rule.
    policies
        A folder of documents, such as `files("my_pack") / "policies"`: `2012.toml` there is the
        policy `ph-spms/2012`, `ipcr/2012.toml` is `ph-spms/ipcr/2012`. Documents with the same
        `id` are editions of one policy.
    rules
        Rule functions; the id of each begins with the pack's and a `/`.
    cases
        Files of worked cases in JSON or TOML, as `capaian cases` reads them.
    regulations
        The ids of its regulations, such as `permenpanrb-6-2022`: a rule's id may begin with one of
        them in place of the pack's. Each is announced by an entry point of its own, beside the
        pack's, so that its rules are found.
    documents
        A folder with the rules as data, one document for each regulation: `<its id>.toml`.
    evidence
        A folder of made-up tables to learn and to try with, files as `capaian.score` takes them:
        those for the policy `city/office` in `office`, those for `city` in the folder itself.
    """

    id: str
    title: Text
    sources: tuple[Source, ...]
    first: date | None = None
    last: date | None = None
    policies: Traversable | None = None
    rules: tuple[Rule, ...] = ()
    cases: tuple[Traversable, ...] = ()
    regulations: tuple[str, ...] = ()
    documents: Traversable | None = None
    evidence: Traversable | None = None

    @property
    def kind(self) -> str:
        """The word that names it among all that plugins bring: its id."""
        return self.id


@hookspec
def capaian_indicator_types() -> list[IndicatorType]:  # type: ignore[empty-body]
    """Return the indicator types that this plugin brings.

    Since 0.1. Called once, while an engine is built.
    """


@hookspec
def capaian_methods() -> list[Method]:  # type: ignore[empty-body]
    """Return the normalisations and aggregations that this plugin brings.

    Since 0.1. Called once, while an engine is built.
    """


@hookspec
def capaian_packs() -> list[Pack]:  # type: ignore[empty-body]
    """Return the packs that this plugin brings.

    Since 0.1. Called once, when a policy or a rule of one of its packs is asked for.
    """
