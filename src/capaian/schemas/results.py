"""How results look as documents: `Scores.to_dict` and its like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from capaian.schemas.faults import FindingDocument
from capaian.schemas.texts import (
    Count,
    Day,
    Exact,
    Hash,
    Instant,
    Published,
    Said,
    Trust,
    Whole,
)


@frozen
class RuleDocument:
    """What names the policy by which was scored.

    Attributes
    ----------
    first, last
        The days of its being in force; no `last` while it is open.
    fingerprint
        Of the policy document.
    formulas
        Of the formulas that the plugins made of it.
    calendar
        Of the work calendar, where it has one.
    """

    id: str
    edition: str
    title: Said
    first: Day
    last: Day | None
    fingerprint: Hash
    formulas: Hash
    calendar: Hash | None


@frozen
class AssignmentHead:
    """What names the assignment by which was scored; as for a policy."""

    id: str
    edition: str
    title: Said
    first: Day
    last: Day | None
    fingerprint: Hash


@frozen
class SpanDocument:
    """A period: its label, and its first and last day, both inside."""

    label: str
    first: Day
    last: Day


@frozen
class SourceDocument:
    """A citation, and how far it is to be trusted; its `id` where the policy gives it one."""

    cite: str
    trust: Trust
    note: str
    id: str = ""


@frozen
class SubPeriodDocument:
    """What one sub-period gave to an indicator; as for an indicator."""

    period: str
    state: str
    numerator: Whole | None
    denominator: Whole | None
    n: Count
    figures: Mapping[str, Whole]
    achievement: Exact | None
    target: Exact = ""


@frozen
class IndicatorDocument:
    """One indicator's part in a score.

    Attributes
    ----------
    state
        `ok`, or why there is no measured value.
    decision
        What the policy did about it.
    numerator, denominator
        The measured value, in lowest terms.
    n
        The number of observations behind it.
    figures
        Further whole numbers by name.
    achievement
        On the policy's scale.
    weight
        Its share of the whole score, after rescaling.
    contribution
        Its points of the score.
    target
        The subject's own target, where it has one.
    periods
        What each sub-period gave, where the indicator is consolidated.
    """

    id: str
    state: str
    decision: str | None
    numerator: Whole | None
    denominator: Whole | None
    n: Count
    figures: Mapping[str, Whole]
    achievement: Exact | None
    weight: Exact
    contribution: Exact
    target: Exact = ""
    periods: tuple[SubPeriodDocument, ...] = ()


@frozen
class AdjustmentDocument:
    """What a node added to the score by itself, or took off."""

    node: str
    reason: str
    amount: Exact


@frozen
class RatingDocument:
    """One rating of a decision table.

    Attributes
    ----------
    value
        Its value; none where it cannot be had.
    level
        The level that the value is in.
    """

    id: str
    value: Exact | None
    level: str | None


@frozen
class SubjectDocument:
    """One subject's score with every step.

    Attributes
    ----------
    subject
        The identifier, as text.
    status
        `scored`, or why there is no score.
    score
        As it is published.
    unrounded
        Before it was rounded.
    band
        The band's id.
    ratings, cell
        Where the policy has a decision table: its ratings, and the position of the cell that
        applies, the first being 0.
    unconfirmed
        The positions of the sources that are not confirmed and on which the result rests.
    """

    subject: str
    status: str
    score: Published | None
    unrounded: Exact | None
    band: str | None
    indicators: tuple[IndicatorDocument, ...]
    adjustments: tuple[AdjustmentDocument, ...]
    ratings: tuple[RatingDocument, ...] = ()
    cell: Count | None = None
    unconfirmed: tuple[Count, ...] = ()


@frozen
class ScoresDocument:
    """The scores of a policy in a period.

    Attributes
    ----------
    version
        Of capaian.
    as_of
        Evidence was known up to this instant.
    plugins
        Kinds that the policy uses, to the plugins that brought them.
    scores
        In ascending order of their identifiers.
    guidance
        What the guidance on the set of results finds, where `capaian score` looked at it.
    """

    schema: Literal["capaian/scores/1"]
    version: str
    policy: RuleDocument
    period: SpanDocument
    as_of: Instant
    plugins: Mapping[str, str]
    sources: tuple[SourceDocument, ...]
    findings: tuple[FindingDocument, ...]
    scores: tuple[SubjectDocument, ...]
    guidance: tuple[FindingDocument, ...] = ()


@frozen
class PeriodsDocument:
    """The scores of a policy in several periods, in the order in which they were asked for."""

    schema: Literal["capaian/scores/1+periods"]
    periods: tuple[ScoresDocument, ...]
    guidance: tuple[FindingDocument, ...] = ()


@frozen
class UsedDocument:
    """A policy that an assignment uses."""

    policy: RuleDocument
    plugins: Mapping[str, str]
    sources: tuple[SourceDocument, ...]


@frozen
class PostingDocument:
    """What one posting adds to a subject's score, with the steps of its own.

    Attributes
    ----------
    policy
        The position among `policies`, the first being 0.
    first, last
        Its days in the period, both inside.
    days, leave
        How many days, and how many of them were leave.
    weight, contribution
        Its share of the subject's score, and its points of it.
    """

    post: str
    policy: Count
    first: Day
    last: Day
    days: Count
    leave: Count
    weight: Exact
    contribution: Exact
    decision: str | None
    status: str
    score: Published | None
    unrounded: Exact | None
    band: str | None
    indicators: tuple[IndicatorDocument, ...]
    adjustments: tuple[AdjustmentDocument, ...]
    ratings: tuple[RatingDocument, ...] = ()
    cell: Count | None = None
    unconfirmed: tuple[Count, ...] = ()


@frozen
class HolderDocument:
    """The score of a subject who held posts; as for a subject."""

    subject: str
    status: str
    score: Published | None
    unrounded: Exact | None
    band: str | None
    postings: tuple[PostingDocument, ...]


@frozen
class PostingsDocument:
    """The scores of an assignment of posts to policies, in a period; as for a policy."""

    schema: Literal["capaian/postings/1"]
    version: str
    assignment: AssignmentHead
    period: SpanDocument
    as_of: Instant
    sources: tuple[SourceDocument, ...]
    policies: tuple[UsedDocument, ...]
    findings: tuple[FindingDocument, ...]
    scores: tuple[HolderDocument, ...]
    guidance: tuple[FindingDocument, ...] = ()


@frozen
class ShareDocument:
    """What one member adds to its unit's score."""

    subject: str
    weight: Exact
    contribution: Exact
    score: Exact | None
    status: str
    decision: str | None


@frozen
class UnitDocument:
    """One unit's score; as for a subject.

    Attributes
    ----------
    parent
        The unit above.
    level
        1 for a unit that has none above.
    members, with_score
        How many there are; and, of people, how many of them have a score.
    shares
        Where the score is made of people: what each adds.
    indicators, adjustments
        Where it is made of events.
    """

    parent: str | None
    level: Count
    members: Count
    with_score: Count | None
    subject: str
    status: str
    score: Published | None
    unrounded: Exact | None
    band: str | None
    shares: tuple[ShareDocument, ...] = ()
    indicators: tuple[IndicatorDocument, ...] = ()
    adjustments: tuple[AdjustmentDocument, ...] = ()
    ratings: tuple[RatingDocument, ...] = ()
    cell: Count | None = None
    unconfirmed: tuple[Count, ...] = ()


@frozen
class UnitsDocument:
    """The scores of units; as for a policy.

    Attributes
    ----------
    people
        Where the scores are made of people: theirs.
    """

    schema: Literal["capaian/units/1"]
    version: str
    policy: RuleDocument
    period: SpanDocument
    as_of: Instant
    plugins: Mapping[str, str]
    sources: tuple[SourceDocument, ...]
    findings: tuple[FindingDocument, ...]
    scores: tuple[UnitDocument, ...]
    people: tuple[SubjectDocument, ...] = ()
