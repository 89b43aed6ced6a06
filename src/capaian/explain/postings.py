"""The explanation of a score that is made of postings: what each adds, and each one's own."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from capaian.errors import Language
from capaian.explain.record import SCHEMA, Explanation
from capaian.explain.told import CombinedTold
from capaian.explain.words import percent, phrase, points, state
from capaian.indicator import Text


@frozen
class PostingPart:
    """One posting's part in the score of a period.

    Attributes
    ----------
    post, policy, edition
        The post, and the rule by which it was scored.
    first, last
        Its first and last day in the period.
    days, leave
        How many days that is, by the clock that weighs, and how many of them are leave.
    weight, contribution
        Its share of the score, and the points that it adds; 0 where it does not count.
    score, band
        Of the posting, by its own policy.
    status, decision
        The posting's status, and what the assignment did about it: empty, `exclude`, `withhold`,
        `refer`, `too_short`, `no_weight`.
    explanation
        Why the posting has its score.
    """

    post: str
    policy: str
    edition: str
    first: str
    last: str
    days: int
    leave: int
    weight: Fraction
    contribution: Fraction
    score: Fraction | None
    band: str
    status: str
    decision: str
    explanation: Explanation

    def to_dict(self) -> dict[str, Any]:
        """Return the part as plain JSON values; exact numbers are text."""
        return {
            "post": self.post,
            "policy": self.policy,
            "edition": self.edition,
            "first": self.first,
            "last": self.last,
            "days": self.days,
            "leave": self.leave,
            "weight": str(self.weight),
            "contribution": str(self.contribution),
            "score": None if self.score is None else str(self.score),
            "band": self.band or None,
            "status": self.status,
            "decision": self.decision or None,
            "explanation": self.explanation.to_dict(),
        }


@frozen(repr=False)
class PostingExplanation(CombinedTold):
    """Why a subject who held posts has this score.

    The contributions and the rounding add up to `score` exactly.
    """

    subject: str
    label: str
    assignment: Mapping[str, Any]
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
    next_title: Text
    next_band: str
    gap: Fraction | None
    parts: tuple[PostingPart, ...]
    sources: tuple[Mapping[str, str], ...] = field(factory=tuple)

    def text(self, language: Language = "en") -> str:
        """Return the explanation as a page of plain text, the postings' own pages after it."""
        lines = [self._heading(language), "", *self._table(language)]
        if self.next_band:
            band = self.next_title.get(language) or self.next_band
            gap = points(self.gap or Fraction(0))
            lines += ["", phrase("higher", language, band=band, gap=gap)]
        rules = self._rules(self.assignment, self.period, self.as_of, language)
        lines += ["", rules]
        for part in self.parts:
            title = f"{part.post} · {part.first} – {part.last}"
            lines += ["", "─" * len(title), title, "", part.explanation.text(language)]
        return "\n".join(lines)

    def _table(self, language: Language) -> list[str]:
        names = ("post", "days", "leave", "weight", "total", "contribution")
        return self._lines(names, [self._row(part, language) for part in self.parts], language)

    def _row(self, part: PostingPart, language: Language) -> tuple[str, ...]:
        name = f"{part.post} ({part.policy} {part.edition})"
        score = "–" if part.score is None else points(part.score)
        if part.decision:
            score = phrase(part.decision, language, state=state(part.status, language))
        added = "–" if self.score is None or part.decision else points(part.contribution)
        weight = percent(part.weight) if part.weight else "–"
        return (name, str(part.days), str(part.leave), weight, score, added)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values; exact numbers are text."""
        return {
            "schema": f"{SCHEMA}+postings",
            "subject": self.subject,
            "assignment": dict(self.assignment),
            "period": self.period,
            "as_of": self.as_of,
            "status": self.status,
            "score": None if self.score is None else self.score_text(),
            "unrounded": None if self.unrounded is None else str(self.unrounded),
            "rounding": {"digits": self.digits, "mode": self.rounding},
            "band": self.band or None,
            "interval": self.interval or None,
            "next_band": self.next_band or None,
            "gap": None if self.gap is None else str(self.gap),
            "postings": [part.to_dict() for part in self.parts],
            "sources": [dict(source) for source in self.sources],
        }
