"""The shape of a record: frozen nouns, one for each section of the document.

Identifiers, exact numbers and integers of the evidence are text, so that no reader rounds them;
counts of rows are numbers. A record is written as canonical JSON and read back strictly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

SCHEMA = "capaian/record/1"

Plain: TypeAlias = Mapping[str, Any]


@frozen
class Engine:
    """What computed the result: the library's name and version."""

    name: str
    version: str


@frozen
class Span:
    """What was scored, and what was known: `as_of` is the naive wall time of the office's zone."""

    label: str
    first: str
    last: str
    as_of: str
    zone: str


@frozen
class Rule:
    """The policy: its name, its interval, its sources, and the whole document.

    Attributes
    ----------
    id, edition, first, last
        Which edition, and the days on which it is in force; `last` is null where that is open.
    fingerprint, formulas
        SHA-256 of the document, and of the formulas that the plugins made of it.
    sources
        The legal sources, each with `cite`, `trust` and `note`.
    document
        The canonical document, every default written out.
    """

    id: str
    edition: str
    first: str
    last: str | None
    fingerprint: str
    formulas: str
    sources: tuple[Mapping[str, str], ...]
    document: Plain


@frozen
class Calendar:
    """The work calendar with the office's closures in it: by name, and by the hash of its days."""

    id: str
    edition: str
    sha256: str


@frozen
class Plugin:
    """Where a kind came from."""

    distribution: str
    version: str
    module: str


@frozen
class Read:
    """A column that was read, as what, and how many decimals of it are kept."""

    column: str
    kind: Literal["stamp", "integer", "text", "boolean"]
    digits: int = 0


@frozen
class Digest:
    """The rows of one subject that count for some values.

    Attributes
    ----------
    table
        The table.
    gives
        The names of the values that are made of these rows.
    columns
        The columns that were read, in the order in which a row is written.
    rows
        How many rows there are.
    sha256
        The hash of the rows, whatever their order.
    """

    table: str
    gives: tuple[str, ...]
    columns: tuple[Read, ...]
    rows: int
    sha256: str


@frozen
class Values:
    """What was measured: every integer by name, and the facts that bands ask for; null: unknown."""

    statistics: Mapping[str, str | None]
    facts: Mapping[str, bool | None]


@frozen
class Part:
    """One indicator's part in the score.

    Attributes
    ----------
    id
        The indicator.
    state
        `ok`, or why it has no measured value.
    decision
        What the policy did about that: empty, `exclude`, `worst`, `withhold`, `refer`.
    n, unit
        The observations behind it, and what its value counts.
    figures
        Further integers by name.
    weight
        Its share of the whole score, exact, after rescaling.
    periods
        What each sub-period gave, where the indicator is consolidated.
    """

    id: str
    state: str
    decision: str
    n: int
    unit: str
    figures: Mapping[str, str]
    weight: str
    periods: tuple[Plain, ...] = ()


@frozen
class Missing:
    """What had no value and what the policy did about it: an indicator, or a node of the tree."""

    of: str
    kind: Literal["indicator", "node"]
    state: str
    decision: str


@frozen
class Rounded:
    """A rounding: the decimals that are kept, and what happens to a tie."""

    digits: int
    mode: str


@frozen
class Step:
    """One step of the program.

    Attributes
    ----------
    name
        The name of its result; later steps take it as an input.
    kind, of
        What sort of step it is, and the node, indicator or rating of the policy that asks for it.
    inputs
        The values and earlier results that it takes.
    exact
        The exact result before any rounding, in lowest terms: `22/7`.
    rounded, rounding
        The result that later steps take, and the rule, where the step ends with a rounding.
    """

    name: str
    kind: str
    of: str
    inputs: tuple[str, ...]
    exact: str
    rounded: str | None = None
    rounding: Rounded | None = None


@frozen
class Cohort:
    """What a relative method was fitted to, and what it found there."""

    of: str
    method: str
    period: str
    as_of: str
    n: int
    left_out: Mapping[str, int]
    parameters: Plain


@frozen
class Next:
    """The band above: from which unrounded score on, what is lacking, and the fact it needs."""

    band: str
    score: str
    inside: bool
    gap: str
    gate: str


@frozen
class Result:
    """What is published.

    Attributes
    ----------
    status
        `scored`, or why there is no score.
    score
        As it is published; null where there is none.
    unrounded
        The exact score before rounding.
    rounding
        How it was rounded; null where it was not.
    band, interval
        The band and the scores that it covers; empty interval where a table decided.
    next
        The band above, where there is one.
    decision
        The ratings and the cell, where a decision table gives the band.
    unconfirmed
        The citations that are not confirmed and that bear on this result.
    """

    status: str
    score: str | None
    unrounded: str | None
    rounding: Rounded | None
    band: str | None
    interval: str
    next: Next | None = None
    decision: Plain | None = None
    unconfirmed: tuple[str, ...] = ()


@frozen
class CombinedResult:
    """What is published; as for a policy."""

    status: str
    score: str | None
    unrounded: str | None
    rounding: Rounded | None
    band: str | None
    interval: str
    next: Next | None = None


@frozen
class Words:
    """What the names stand for, in one language.

    Attributes
    ----------
    values, steps
        For each value and step, what it is.
    parts
        For each indicator, how it was measured.
    decision
        Where a decision table gives the band: its ratings, the cell, and what would change it.
    """

    values: Mapping[str, str]
    steps: Mapping[str, str]
    parts: Mapping[str, str]
    decision: tuple[str, ...] = ()


@frozen
class Contents:
    """Everything that a record says, but for when it was made, and its hashes."""

    engine: Engine
    subject: str
    period: Span
    policy: Rule
    calendar: Calendar | None
    plugins: Mapping[str, Plugin]
    evidence: tuple[Digest, ...]
    values: Values
    targets: Mapping[str, str]
    cohorts: tuple[Cohort, ...]
    parts: tuple[Part, ...]
    missing: tuple[Missing, ...]
    steps: tuple[Step, ...]
    findings: tuple[Plain, ...]
    result: Result
    words: Mapping[str, Words] = field(factory=dict)
    schema: str = SCHEMA
