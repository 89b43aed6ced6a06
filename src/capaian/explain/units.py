"""The explanation of a unit's score that is made of its members' scores."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from capaian.errors import Language
from capaian.explain.record import SCHEMA
from capaian.explain.told import CombinedTold
from capaian.explain.words import percent, phrase, points, state
from capaian.indicator import Text

SHOWN = 20
"""Members that the text shows."""


@frozen
class MemberPart:
    """One member's part in the score of a unit.

    Attributes
    ----------
    subject
        The member.
    weight, contribution
        Its share of the score, and the points that it adds; 0 where it does not count.
    score, status
        Of the member.
    decision
        What the policy did about it: empty, `exclude`, `worst`, `withhold`, `refer`, `no_weight`.
    """

    subject: str
    weight: Fraction
    contribution: Fraction
    score: Fraction | None
    status: str
    decision: str


@frozen(repr=False)
class UnitExplanation(CombinedTold):
    """Why a unit has this score; contributions and the rounding add up to it exactly."""

    subject: str
    label: str
    parent: str
    level: int
    policy: Mapping[str, Any]
    period: str
    as_of: str
    status: str
    score: Fraction | None
    unrounded: Fraction | None
    digits: int
    rounding: str
    band: str
    band_title: Text
    interval: str
    parts: tuple[MemberPart, ...]

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the explanation as plain text, with so many of the members."""
        rules = self._rules(self.policy, self.period, self.as_of, language)
        return "\n".join([self._heading(language), "", *self._table(language, rows), "", rules])

    def _table(self, language: Language, rows: int) -> list[str]:
        body = [self._row(part, language) for part in self.parts[:rows]]
        if rest := self.parts[rows:]:
            added = sum((part.contribution for part in rest), Fraction(0))
            more = phrase("more_members", language, count=str(len(rest)))
            body.append((more, percent(_shares(rest)), "", points(added)))
        return self._lines(_HEAD, body, language)

    def _row(self, part: MemberPart, language: Language) -> tuple[str, ...]:
        score = "–" if part.score is None else points(part.score)
        if part.decision:
            score = phrase(part.decision, language, state=state(part.status, language))
        added = points(part.contribution) if part.weight and self.score is not None else "–"
        return (part.subject, percent(part.weight) if part.weight else "–", score, added)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values; exact numbers are text."""
        return {
            "schema": f"{SCHEMA}+units",
            "subject": self.subject,
            "parent": self.parent or None,
            "level": self.level,
            "policy": dict(self.policy),
            "period": self.period,
            "as_of": self.as_of,
            "status": self.status,
            "score": None if self.score is None else self.score_text(),
            "unrounded": None if self.unrounded is None else str(self.unrounded),
            "rounding": {"digits": self.digits, "mode": self.rounding},
            "band": self.band or None,
            "interval": self.interval or None,
            "members": [
                {
                    "subject": part.subject,
                    "weight": str(part.weight),
                    "contribution": str(part.contribution),
                    "score": None if part.score is None else str(part.score),
                    "status": part.status,
                    "decision": part.decision or None,
                }
                for part in self.parts
            ],
        }


_HEAD = ("member", "weight", "total", "contribution")


def _shares(parts: tuple[MemberPart, ...]) -> Fraction:
    return sum((part.weight for part in parts), Fraction(0))
