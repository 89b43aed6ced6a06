"""The explanation of a unit's score that is made of its members' scores."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape
from typing import Any

from attrs import frozen

from capaian.errors import Language, plain_json
from capaian.exact import fixed
from capaian.explain.record import SCHEMA
from capaian.explain.words import percent, phrase, points, small, state
from capaian.formula import number
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


@frozen
class UnitExplanation:
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

    def adjustment(self) -> Fraction:
        """Return what the rounding added to the score, or took off."""
        if self.score is None or self.unrounded is None:
            return Fraction(0)
        return self.score - self.unrounded

    def total(self) -> Fraction:
        """Return the sum of all contributions and of the rounding: the score itself."""
        return sum((part.contribution for part in self.parts), self.adjustment())

    def score_text(self) -> str:
        """Return the score as it is published."""
        if self.score is None:
            return "–"
        return fixed(self.score, self.digits) if self.rounding != "none" else number(self.score)

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the explanation as plain text, with so many of the members."""
        result = self.score_text()
        if self.score is None:
            result = state(self.status, language)
        elif self.band:
            band = self.band_title.get(language) or self.band
            result = f"{result} → {band} ({self.interval})"
        who = self.subject if not self.label else f"{self.label} ({self.subject})"
        rule = self.policy
        rules = f"{phrase('rules', language)}: {rule['id']} {rule['edition']} · {self.period}"
        rules += f" · {self.as_of} · {rule['fingerprint'][:12]}"
        return "\n".join([f"{who} · {result}", "", *self._table(language, rows), "", rules])

    def _table(self, language: Language, rows: int) -> list[str]:
        head = tuple(phrase(each, language) for each in _HEAD)
        body = [self._row(part, language) for part in self.parts[:rows]]
        if rest := self.parts[rows:]:
            added = sum((part.contribution for part in rest), Fraction(0))
            more = phrase("more_members", language, count=str(len(rest)))
            body.append((more, percent(_shares(rest)), "", points(added)))
        if self.adjustment():
            rounding = phrase("whole_rounding", language)
            body.append((rounding, "", "", small(self.adjustment())))
        lines = [head, *body, (phrase("total", language), "", "", self.score_text())]
        widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
        text = [_line(line, widths) for line in lines]
        return [*text[:-1], "─" * len(text[0]), text[-1]]

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

    def to_json(self) -> str:
        """Return the explanation as canonical JSON: the same bytes as the command line prints."""
        return plain_json(self.to_dict()) + "\n"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        head = f"<UnitExplanation · {self.score_text()} · {self.band or self.status}>"
        return f"{head}\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


_HEAD = ("member", "weight", "total", "contribution")


def _shares(parts: tuple[MemberPart, ...]) -> Fraction:
    return sum((part.weight for part in parts), Fraction(0))


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = cells
    right = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *right]).rstrip()
