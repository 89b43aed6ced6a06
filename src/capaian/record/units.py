"""The record of a unit's score that is made of people's: their scores, and how they became one."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from capaian.errors import Language
from capaian.policy import Band, Policy, Rounding
from capaian.record.combined_page import page_of_units
from capaian.record.sealed import Sealed, hashed
from capaian.record.shape import CombinedResult, Engine, Plain, Rule, Span

UNITS = "capaian/record/1+units"


@frozen
class MemberShare:
    """One member of the unit, and what the member adds to its score.

    Attributes
    ----------
    subject
        Who.
    status, score, unrounded
        The member's own result: as it is published, and exact.
    given
        What the member weighs, a whole number.
    decision
        What the policy did about it; empty where it simply counts.
    weight, contribution
        Its share of the score, and its points of it, exact.
    content_hash
        Of the member's own record; null where there is no evidence of the member.
    """

    subject: str
    status: str
    score: str | None
    unrounded: str | None
    given: str
    decision: str
    weight: str
    contribution: str
    content_hash: str | None


@frozen
class UnitContents:
    """Everything that the record of a unit says, but for its hashes and its time.

    Attributes
    ----------
    subject
        The unit.
    parent, level
        The unit above; 1 for a unit that has none above.
    """

    engine: Engine
    subject: str
    parent: str | None
    level: int
    period: Span
    policy: Rule
    members: tuple[MemberShare, ...]
    findings: tuple[Plain, ...]
    result: CombinedResult
    schema: str = UNITS


@frozen(repr=False)
class UnitRecord(Sealed[UnitContents]):
    """The audit record of the result of one unit in one period, made of the scores of people.

    Attributes
    ----------
    contents
        What it says, section by section (`capaian.record.units`).
    made_at, hashes, content_hash, seal
        As in `Record`.
    """

    def text(self, language: Language = "en", reader: str = "employee") -> str:
        """Return the record in words, from the record alone; as for `Record.text`."""
        return page_of_units(self, language, reader)


def published_as(policy: Policy) -> tuple[tuple[Band, ...], Rounding | None, bool]:
    """Return the bands of a policy's units, how their scores are rounded, and the precedence."""
    rule = policy.units
    own = () if rule is None else rule.bands
    rounding = policy.rounded("score", "score") if rule is None else rule.rounding
    bands = own or (() if policy.decision else policy.bands)
    rounding = rounding or policy.rounded("score", "score")
    return bands, rounding, policy.precedence and not own


def seal_units(contents: UnitContents, made_at: str | date | datetime | None = None) -> UnitRecord:
    """Return the record of some contents, with its hashes; as for `seal`."""
    return UnitRecord(**hashed(contents, made_at))
