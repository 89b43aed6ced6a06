"""How explanations look as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from capaian.schemas.results import (
    AdjustmentDocument,
    AssignmentHead,
    RuleDocument,
    ShareDocument,
    SourceDocument,
    SubPeriodDocument,
)
from capaian.schemas.texts import Count, Day, Exact, Instant, Published, Said, Whole


@frozen
class RoundedDocument:
    """How the score was rounded: to so many decimals, and in which mode."""

    digits: Count
    mode: Literal["half-up", "half-even", "none"]


@frozen
class PartDocument:
    """One indicator's part in a score.

    Attributes
    ----------
    node
        The node that it belongs to.
    type, plugin
        The kind of its indicator type, and what brought it.
    state, decision
        `ok`, or why there is no measured value; what the policy did about it.
    numerator, denominator
        The measured value, in lowest terms.
    n, unit, figures
        The observations behind it, what it counts, and further whole numbers.
    formula
        How it was measured, in words.
    achievement, weight, contribution
        On the policy's scale; its share of the whole score; its points of the score.
    """

    id: str
    title: Said
    node: str
    type: str
    plugin: str
    state: str
    decision: str | None
    numerator: Whole | None
    denominator: Whole | None
    n: Count
    unit: str
    figures: Mapping[str, Whole]
    formula: Said
    achievement: Exact | None
    weight: Exact
    contribution: Exact
    source: str | None
    target: Exact = ""
    periods: tuple[SubPeriodDocument, ...] = ()


@frozen
class LeverDocument:
    """How far one indicator alone would have to move for the next band.

    Attributes
    ----------
    now, measured
        The measured value as it is, and as it would have to be; none where it alone is not enough.
    best
        The score if this indicator alone were as good as it can be.
    """

    id: str
    unit: str
    now: Exact
    measured: Exact | None
    best: Exact


@frozen
class LackDocument:
    """A node or an indicator without a value, its state, and whether it counts as the worst."""

    id: str
    state: str
    worst: bool


@frozen
class NextLevelDocument:
    """What a rating alone would have to be for its next level, and the band of that cell.

    Attributes
    ----------
    value
        The least that is enough, or, where not `inside`, what must be passed.
    """

    level: str
    value: Exact
    inside: bool
    band: str


@frozen
class RatingPartDocument:
    """One rating of a decision table.

    Attributes
    ----------
    of
        Whose value it is, or a formula.
    lacks
        What it reads that has no value of its own.
    next
        What would lift it to the next level, where another band came of it.
    source
        The citation of the level.
    """

    id: str
    title: Said
    of: str
    value: Exact | None
    level: str | None
    level_title: Said | None
    interval: str | None
    lacks: tuple[LackDocument, ...]
    next: NextLevelDocument | None
    source: str | None


@frozen
class CellDocument:
    """The cell of a decision table that applies.

    Attributes
    ----------
    position
        In the policy, the first being 0.
    when
        The levels that it asks for, by rating; one that is not named may have any.
    """

    position: Count
    when: Mapping[str, tuple[str, ...]]
    source: str | None


@frozen
class ExplanationDocument:
    """Why a subject has its score: contributions and adjustments add up to it exactly.

    Attributes
    ----------
    status
        `scored`, or why there is no score.
    score, unrounded
        As it is published, and before it was rounded.
    band, interval
        The band's id, and its interval in words.
    next_band, next_gate, gap
        The next better band, the fact that it asks for, and how many points are wanting.
    unconfirmed
        The citations that are not confirmed and on which the result rests.
    formulas
        Of the nodes that are formulas.
    ratings, cell
        Where the policy has a decision table.
    """

    schema: Literal["capaian/explanation/1"]
    subject: str
    policy: RuleDocument
    period: str
    as_of: Instant
    status: str
    score: Published | None
    unrounded: Exact | None
    rounding: RoundedDocument
    band: str | None
    interval: str | None
    next_band: str | None
    next_gate: str | None
    gap: Exact | None
    parts: tuple[PartDocument, ...]
    adjustments: tuple[AdjustmentDocument, ...]
    levers: tuple[LeverDocument, ...]
    sources: tuple[SourceDocument, ...]
    unconfirmed: tuple[str, ...]
    formulas: Mapping[str, Said] = field(factory=dict)
    ratings: tuple[RatingPartDocument, ...] = ()
    cell: CellDocument | None = None


@frozen
class PostingPartDocument:
    """What one posting adds to a subject's score, and why it has its own.

    Attributes
    ----------
    score
        The posting's own score, exact.
    """

    post: str
    policy: str
    edition: str
    first: Day
    last: Day
    days: Count
    leave: Count
    weight: Exact
    contribution: Exact
    score: Exact | None
    band: str | None
    status: str
    decision: str | None
    explanation: ExplanationDocument


@frozen
class PostingExplanationDocument:
    """Why a subject who held posts has this score; as for a subject."""

    schema: Literal["capaian/explanation/1+postings"]
    subject: str
    assignment: AssignmentHead
    period: str
    as_of: Instant
    status: str
    score: Published | None
    unrounded: Exact | None
    rounding: RoundedDocument
    band: str | None
    interval: str | None
    next_band: str | None
    gap: Exact | None
    postings: tuple[PostingPartDocument, ...]
    sources: tuple[SourceDocument, ...]


@frozen
class UnitExplanationDocument:
    """Why a unit whose score is made of people's has this score; as for a subject."""

    schema: Literal["capaian/explanation/1+units"]
    subject: str
    parent: str | None
    level: Count
    policy: RuleDocument
    period: str
    as_of: Instant
    status: str
    score: Published | None
    unrounded: Exact | None
    rounding: RoundedDocument
    band: str | None
    interval: str | None
    members: tuple[ShareDocument, ...]


@frozen
class ExplanationsDocument:
    """Why a subject has its scores in several periods."""

    schema: Literal["capaian/explanation/1+periods"]
    periods: tuple[ExplanationDocument, ...]
