"""A regulation as people write it: numbers and tables with their sources, and rules over them.

A last underscore is Python's: the key of `from_` is `from`. What each key means is in the reference
of rules, `docs/reference/rules.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from capaian.policy.document import Trust
from capaian.policy.titles import Title

Sort: TypeAlias = Literal[
    "number",
    "label",
    "boolean",
    "date",
    "time",
    "text",
    "numbers",
    "labels",
    "booleans",
    "points",
    "record",
    "records",
]


@frozen
class Force:
    """The days of being in force, and how far they are to be trusted."""

    from_: date
    to: date | None = None
    trust: Trust = "verified"
    note: Title = None


@frozen
class Citation:
    """Where something was read: an article, a page, a table; and how far that is to be trusted."""

    cite: str
    trust: Trust
    note: Title = None


@frozen
class Number:
    """A number of the regulation."""

    value: Fraction
    source: str
    title: Title = None
    unit: str = ""
    in_force: Force | None = None


@frozen
class Table:
    """A decision table: for every combination of labels one row.

    Attributes
    ----------
    inputs
        For each input its labels.
    rows
        Each has, by input, a label or a list of labels (left out: any), and what it gives by name;
        `source` where it is another than the table's, `none` (why) where it gives nothing. What is
        given is a label, a number, or a list of them.
    """

    inputs: Mapping[str, tuple[str, ...]]
    rows: tuple[Mapping[str, Any], ...]
    source: str
    title: Title = None
    in_force: Force | None = None


@frozen
class Grades:
    """A table of intervals: which number gives what.

    Attributes
    ----------
    rows
        Each has its ends (`from` or `above`, `to` or `below`, or `is`) and what it gives by name;
        `source` and `none` as for a decision table.
    digits, mode
        How a number is rounded before it is looked up; not at all without `digits`.
    low, high
        The numbers for which there is a row, ends inside; all numbers without them.
    """

    rows: tuple[Mapping[str, Any], ...]
    source: str
    digits: int | None = None
    mode: Literal["half-up", "half-even"] = "half-up"
    low: Fraction | None = None
    high: Fraction | None = None
    title: Title = None
    in_force: Force | None = None


@frozen
class Curve:
    """Straight lines from point to point, as the method `piecewise` has them."""

    points: tuple[tuple[Fraction, Fraction], ...]
    source: str
    at_jump: Literal["upper", "lower"] = "upper"
    outside: Literal["clamp", "extend"] = "clamp"
    title: Title = None
    in_force: Force | None = None


@frozen
class Input:
    """What a rule is given under one name.

    Attributes
    ----------
    kind
        `number` (also as exact text, `"1/9"`), `label`, `boolean`, `date` (`"2026-03-16"`),
        `time` (`"07:30"`; in formulas the minutes after midnight), `text`, a `record`, or lists of
        these; `points` are pairs of numbers as a curve has them.
    of
        For labels: which there are.
    least, most, above, below
        Limits of a number, or of each in a list; `above` and `below` do not belong to it.
    optional
        Whether it may be left out, or be null.
    nullable
        Whether items of a list may be null.
    fewest
        How many items a list has at least.
    fields
        For records: what each is made of.
    """

    kind: Sort
    of: tuple[str, ...] = ()
    least: Fraction | None = None
    most: Fraction | None = None
    above: Fraction | None = None
    below: Fraction | None = None
    optional: bool = False
    nullable: bool = False
    fewest: int = 1
    fields: Mapping[str, Input] = field(factory=dict)
    title: Title = None


@frozen
class Refusal:
    """When a rule refuses what it is given, and why."""

    when: str
    because: Title


@frozen
class Rest:
    """What a result rests on besides: a source, and under which condition."""

    when: str
    source: str


@frozen
class Erratum:
    """A printed example that does not agree with the formula."""

    where: str
    printed: str
    right: str
    note: Title = None


@frozen
class WrittenRule:
    """A rule: what it is given, and formulas for what it gives.

    Attributes
    ----------
    input, steps, gives
        By name, in order. A formula may use inputs, numbers, earlier steps, tables and functions.
    refuses
        Conditions under which the input is refused, over inputs, numbers and steps.
    rests
        Sources of what no number and no row says, such as how gaps are taken: where the condition
        holds, the result rests on that source too.
    """

    gives: Mapping[str, str]
    source: str
    title: Title
    input: Mapping[str, Input] = field(factory=dict)
    steps: Mapping[str, str] = field(factory=dict)
    refuses: tuple[Refusal, ...] = ()
    rests: tuple[Rest, ...] = ()
    note: Title = None
    errata: tuple[Erratum, ...] = ()
    in_force: Force | None = None


@frozen
class Regulation:
    """A regulation: its days, sources, numbers, tables and rules.

    Attributes
    ----------
    id
        What rule ids begin with, such as `permenpanrb-6-2022`.
    cite
        Its name in full.
    uses
        What its formulas use from other regulations in the same folder: names of numbers, tables,
        grades and curves, by the regulation's id.
    calendar
        The shipped work calendar by which its formulas count days, such as `id/2024-2027`.
    """

    id: str
    title: Title
    cite: str
    sources: Mapping[str, Citation]
    uses: Mapping[str, tuple[str, ...]] = field(factory=dict)
    in_force: Force | None = None
    labels: Mapping[str, Title] = field(factory=dict)
    numbers: Mapping[str, Number] = field(factory=dict)
    tables: Mapping[str, Table] = field(factory=dict)
    grades: Mapping[str, Grades] = field(factory=dict)
    curves: Mapping[str, Curve] = field(factory=dict)
    rules: Mapping[str, WrittenRule] = field(factory=dict)
    calendar: str = ""
    note: Title = None

    def __hash__(self) -> int:
        return hash(self.id)
