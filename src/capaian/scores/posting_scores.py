"""The result of an assignment: one score for each subject, made of the scores of the postings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from capaian.band import interval_text, next_band
from capaian.columns import Origin, native_table
from capaian.errors import EvidenceError, Finding, Language, refuse
from capaian.exact import fixed
from capaian.explain import PostingExplanation, PostingPart, state
from capaian.formula import number
from capaian.period import Period
from capaian.policy import Assignment, assignment_fingerprint
from capaian.scores.account import document
from capaian.scores.combine import SCORED, Combined, Points
from capaian.scores.ledger import LEDGER as AFTER
from capaian.scores.result import SHOWN, Scores, as_list, fits, line
from capaian.scores.roll import Roll
from capaian.wire import canonical

if TYPE_CHECKING:
    from capaian.scores.stretches import Days

SCHEMA = "capaian/postings/1"
POSTINGS = (
    "subject", "period", "post", "policy", "edition", "fingerprint", "first", "last", "days",
    "leave", "weight", "score", "band", "status", "decision", "contribution",
)  # fmt: skip
"""The columns of `postings()`."""
LEDGER = ("subject", "period", "post", "first", "last", "policy", "edition", *AFTER)
"""The columns of `ledger()`."""


def joined(points: Sequence[Points], rule: Days) -> Points:
    """Return the scores of all postings in their order, from those by policy."""
    exact = any(each.values.dtype == object for each in points)
    values: Any = np.zeros(len(rule), dtype=object if exact else np.int64)
    known = np.zeros(len(rule), dtype=np.bool_)
    for number_, each in enumerate(points):
        values[rule == number_], known[rule == number_] = each.values, each.known
    return Points(values, points[0].digits, known)


@frozen(eq=False, repr=False)
class PostingScores:
    """The scores of every subject who held a post in a period.

    Attributes
    ----------
    assignment, period, as_of
        The rule, the period, and the instant up to which evidence was known.
    roll
        The postings, in order of subject, first day and post.
    scores
        The scores of the postings, one `Scores` for each edition of a policy.
    findings
        Notes met on the way, such as evidence of days on which a subject held no post.
    """

    assignment: Assignment
    period: Period
    as_of: datetime
    roll: Roll
    scores: Sequence[Scores]
    points: Points
    weight: Days
    combined: Combined
    origin: Origin
    findings: tuple[Finding, ...] = field(factory=tuple)

    @property
    def subjects(self) -> Sequence[str]:
        """Identifiers in ascending order; everything else is in this order."""
        return self.roll.subjects

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the assignment; each policy has its own."""
        return assignment_fingerprint(self.assignment)

    def __len__(self) -> int:
        return len(self.subjects)

    # ---- tables ------------------------------------------------------------------------------

    def _columns(self) -> dict[str, Any]:
        bands = [each.id for each in self.assignment.bands]
        codes = self.combined.bands.tolist()
        return {
            "subject": list(self.subjects),
            "period": [self.period.label] * len(self),
            "score": self.combined.published,
            "band": [bands[code] if code >= 0 else None for code in codes],
            "status": list(self.combined.status),
        }

    def columns(self) -> dict[str, list[Any]]:
        """Return the scores as plain lists: subject, period, score, band, status."""
        return {name: as_list(each) for name, each in self._columns().items()}

    def to_native(self) -> Any:
        """Return one row per subject as the kind of table that the evidence came in."""
        return native_table(self._plain(self._columns()), self.origin)

    def postings_columns(self) -> dict[str, list[Any]]:
        """Return the postings as plain lists: one row per subject and posting."""
        return {name: as_list(each) for name, each in self._postings().items()}

    def postings(self) -> Any:
        """Return what each posting adds, as the kind of table that the evidence came in."""
        return native_table(self._plain(self._postings()), self.origin)

    def _postings(self) -> dict[str, Any]:
        roll, rule = self.roll, self.roll.rule.tolist()
        shares, added = self._shares()
        score, band, status = (self._of_postings(name) for name in ("score", "band", "status"))
        made = {
            "subject": [roll.subjects[code] for code in roll.codes.tolist()],
            "period": [self.period.label] * len(roll),
            "post": list(roll.posts),
            "policy": [roll.rules[each].id for each in rule],
            "edition": [roll.rules[each].edition for each in rule],
            "fingerprint": [self.scores[each].plan.fingerprint for each in rule],
            "first": _days_text(roll.first),
            "last": _days_text(roll.stop - 1),
            "days": roll.days,
            "leave": roll.leave,
            "weight": shares,
            "score": score,
            "band": band,
            "status": status,
            "decision": self.decisions,
            "contribution": added,
        }
        return {name: made[name] for name in POSTINGS}

    def _shares(self) -> tuple[Any, Any]:
        """Return each posting's share of the score and its contribution, as the nearest floats."""
        scored = np.array([each == SCORED for each in self.combined.status], dtype=np.bool_)
        counts = scored[self.roll.codes]
        used = np.where(self.points.known, self.weight, 0)
        total = self.combined.weights[self.roll.codes]
        scale = 10**self.points.digits
        shares, added = np.full(len(used), np.nan), np.full(len(used), np.nan)
        if self.points.values.dtype != object and total.dtype != object:
            bottom = np.where(counts, total, 1)
            shares = np.where(counts, used / bottom, np.nan)
            added = np.where(counts, self.points.values * used / (bottom * scale), np.nan)
            return shares, added
        for place in np.flatnonzero(counts).tolist():
            share, contribution = self._share(place)
            shares[place], added[place] = float(share), float(contribution)
        return shares, added

    def _share(self, place: int) -> tuple[Fraction, Fraction]:
        """Return a posting's share of the score and its contribution, exactly."""
        code = int(self.roll.codes[place])
        if self.combined.status[code] != SCORED or not self.points.known[place]:
            return Fraction(0), Fraction(0)
        share = Fraction(int(self.weight[place]), int(self.combined.weights[code]))
        return share, share * self.points.fraction(place)

    @cached_property
    def decisions(self) -> list[str | None]:
        """For each posting what the assignment did about it; `None` where it simply counts."""
        active = (self.roll.days - self.roll.leave).tolist()
        known, weight = self.points.known.tolist(), self.weight.tolist()
        least = max(self.assignment.minimum_days, 1)
        return [
            "too_short" if days < least else "no_weight" if not each else None if sure else missing
            for days, each, sure, missing in zip(
                active, weight, known, [self.assignment.missing] * len(known), strict=True
            )
        ]

    def _of_postings(self, name: str) -> list[Any]:
        """Return a column of the postings' own scores, in their order."""
        made: list[Any] = [None] * len(self.roll)
        for number_, each in enumerate(self.scores):
            places = np.flatnonzero(self.roll.rule == number_).tolist()
            for place, value in zip(places, as_list(each.results.columns()[name]), strict=True):
                made[place] = value
        return made

    def ledger_columns(self) -> dict[str, list[Any]]:
        """Return the ledgers of the postings as plain lists: one row per posting and indicator."""
        found: dict[str, list[Any]] = {name: [] for name in AFTER}
        places: list[int] = []
        for number_, each in enumerate(self.scores):
            rows = each.results.ledger()
            for name in AFTER:
                found[name] += as_list(rows[name])
            mine = np.flatnonzero(self.roll.rule == number_)
            places += np.repeat(mine, len(each.plan.indicators)).tolist()
        order = sorted(range(len(places)), key=places.__getitem__)
        postings = self._postings()
        made: dict[str, list[Any]] = {}
        for name in LEDGER:
            if name in found:
                made[name] = [found[name][each] for each in order]
            else:
                column = as_list(postings[name])
                made[name] = [column[places[each]] for each in order]
        return made

    def ledger(self) -> Any:
        """Return the ledgers of the postings as the kind of table that the evidence came in.

        `weight` and `contribution` are of the posting's score; `postings()` has its own in the
        score of the period.
        """
        columns = self.ledger_columns()
        if self.origin != "records":
            for name in ("numerator", "denominator"):
                columns[name] = [fits(value) for value in columns[name]]
        return native_table(columns, self.origin)

    def _plain(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return columns as records hold them, or as they are."""
        if self.origin != "records":
            return dict(columns)
        return {name: as_list(each) for name, each in columns.items()}

    # ---- one subject -------------------------------------------------------------------------

    def row(self, subject: str) -> int:
        """Return the position of a subject.

        Raises
        ------
        EvidenceError
            `CPN-E54`: no such subject; the message does not repeat the identifier.
        """
        row = bisect_left(self.subjects, str(subject))
        if row == len(self) or self.subjects[row] != str(subject):
            raise refuse(EvidenceError, "There is nothing to explain.", "CPN-E54", count=len(self))
        return row

    def explain(self, subject: str) -> PostingExplanation:
        """Return why a subject has this score: what each posting adds, and each one's own."""
        row = self.row(subject)
        combined, rule = self.combined, self.assignment
        scored = combined.status[row] == SCORED
        code = int(combined.bands[row])
        band = rule.bands[code] if code >= 0 else None
        score = combined.score(row) if scored else None
        above = None if score is None else next_band(score, rule.bands, False, {}, rule.rounding)
        places = np.flatnonzero(self.roll.codes == row).tolist()
        parts = tuple(self._part(place) for place in places)
        unrounded = combined.unrounded(row) if scored else None
        return PostingExplanation(
            subject=self.subjects[row],
            label=next((each.explanation.label for each in parts if each.explanation.label), ""),
            assignment=self._head(),
            period=self.period.label,
            as_of=self.as_of.isoformat(),
            status=combined.status[row],
            score=score,
            unrounded=unrounded,
            digits=rule.rounding.digits,
            rounding=rule.rounding.mode,
            band=band.id if band else "",
            band_title=band.title if band else {},
            interval=interval_text(band) if band else "",
            next_title=above.band.title if above else {},
            next_band=above.band.id if above else "",
            gap=max(above.score - unrounded, Fraction(0)) if above and unrounded is not None else None,
            parts=parts,
            sources=self._sources(),
        )

    def _part(self, place: int) -> PostingPart:
        roll, number_ = self.roll, int(self.roll.rule[place])
        scores, policy = self.scores[number_], self.roll.rules[number_]
        row = int(np.flatnonzero(roll.rule[:place] == number_).size)
        subject = roll.subjects[int(roll.codes[place])]
        explanation = evolve(scores.explain(scores.subjects[row]), subject=subject)
        share, added = self._share(place)
        return PostingPart(
            post=roll.posts[place],
            policy=policy.id,
            edition=policy.edition,
            first=_days_text(roll.first[place : place + 1])[0],
            last=_days_text(roll.stop[place : place + 1] - 1)[0],
            days=int(roll.days[place]),
            leave=int(roll.leave[place]),
            weight=share,
            contribution=added,
            score=explanation.score,
            band=explanation.band,
            status=explanation.status,
            decision=self.decisions[place] or "",
            explanation=explanation,
        )

    # ---- documents ---------------------------------------------------------------------------

    def _head(self) -> dict[str, Any]:
        rule = self.assignment
        return {
            "id": rule.id,
            "edition": rule.edition,
            "title": dict(rule.title),
            "first": rule.first.isoformat(),
            "last": rule.last.isoformat() if rule.last else None,
            "fingerprint": self.fingerprint,
        }

    def _sources(self) -> tuple[dict[str, str], ...]:
        return tuple(
            {"cite": each.cite, "trust": each.trust, "note": each.note}
            for each in self.assignment.sources
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain JSON values; exact numbers and identifiers are text."""
        policies = [document(each) for each in self.scores]
        below = [iter(each["scores"]) for each in policies]
        postings = [self._posting(place, below) for place in range(len(self.roll))]
        edges = np.searchsorted(self.roll.codes, np.arange(len(self) + 1)).tolist()
        return {
            "schema": SCHEMA,
            "version": policies[0]["version"],
            "assignment": self._head(),
            "period": policies[0]["period"],
            "as_of": self.as_of.isoformat(),
            "sources": list(self._sources()),
            "policies": [
                {key: each[key] for key in ("policy", "plugins", "sources")} for each in policies
            ],
            "findings": [finding.to_dict() for finding in self.findings],
            "scores": [
                self._subject(row, postings[edges[row] : edges[row + 1]])
                for row in range(len(self))
            ],
        }

    def _subject(self, row: int, postings: list[dict[str, Any]]) -> dict[str, Any]:
        scored, code = self.combined.status[row] == SCORED, int(self.combined.bands[row])
        return {
            "subject": self.subjects[row],
            "status": self.combined.status[row],
            "score": self.score_text(row) if scored else None,
            "unrounded": str(self.combined.unrounded(row)) if scored else None,
            "band": self.assignment.bands[code].id if code >= 0 else None,
            "postings": postings,
        }

    def _posting(self, place: int, below: Sequence[Any]) -> dict[str, Any]:
        roll, number_ = self.roll, int(self.roll.rule[place])
        share, added = self._share(place)
        own = next(below[number_])
        return {
            "post": roll.posts[place],
            "policy": number_,
            "first": _days_text(roll.first[place : place + 1])[0],
            "last": _days_text(roll.stop[place : place + 1] - 1)[0],
            "days": int(roll.days[place]),
            "leave": int(roll.leave[place]),
            "weight": str(share),
            "contribution": str(added),
            "decision": self.decisions[place],
            **{name: each for name, each in own.items() if name != "subject"},
        }

    def to_json(self) -> str:
        """Return the whole result as canonical JSON: the same bytes for the same evidence."""
        return canonical(self.to_dict()) + "\n"

    # ---- for people --------------------------------------------------------------------------

    def score_text(self, row: int) -> str:
        """Return a subject's score as it is published."""
        if self.combined.status[row] != SCORED:
            return "–"
        score, rounding = self.combined.score(row), self.assignment.rounding
        return number(score) if rounding.mode == "none" else fixed(score, rounding.digits)

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the scores as a table of plain text."""
        words = _HEAD[language]
        head = [words[name] for name in ("subject", "postings", "score", "band")]
        counts = np.bincount(self.roll.codes, minlength=len(self)).tolist()
        body = []
        for row in range(min(rows, len(self))):
            code = int(self.combined.bands[row])
            said = state(self.combined.status[row], language)
            if self.combined.status[row] == SCORED:
                band = self.assignment.bands[code] if code >= 0 else None
                said = (band.title.get(language) or band.id) if band else ""
            body.append([self.subjects[row], str(counts[row]), self.score_text(row), said])
        widths = [max(len(each[i]) for each in [head, *body]) for i in range(len(head))]
        lines = [line(each, widths) for each in [head, *body]]
        if (rest := len(self) - len(body)) > 0:
            lines.append(words["more"].format(rest=rest))
        rule = self.assignment
        lines.append(f"{rule.id} {rule.edition} · {self.period.label} · {self.fingerprint[:12]}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rule = self.assignment
        counted = f"{len(self)} subjects · {len(self.roll)} postings"
        head = f"<PostingScores {rule.id} {rule.edition} · {self.period.label} · {counted}>"
        return f"{head}\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


_HEAD: dict[Language, dict[str, str]] = {
    "en": {
        "subject": "subject", "postings": "postings", "score": "score", "band": "band",
        "more": "… {rest} more",
    },
    "id": {
        "subject": "pegawai", "postings": "jabatan", "score": "nilai", "band": "predikat",
        "more": "… {rest} lagi",
    },
}  # fmt: skip


def _days_text(days: Days) -> list[str]:
    """Return ordinals as dates in ISO's form; each day is written once."""
    known = {each: date.fromordinal(each).isoformat() for each in np.unique(days).tolist()}
    return [known[each] for each in days.tolist()]
