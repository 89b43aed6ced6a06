"""The result of an assignment: one score for each subject, made of the scores of the postings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from capaian.columns import Origin, native_table
from capaian.discreet import discreet
from capaian.errors import EvidenceError, Finding, Language, refuse
from capaian.explain import PostingExplanation, state
from capaian.period import Period
from capaian.policy import Assignment, assignment_fingerprint
from capaian.record import PostingRecord
from capaian.scores.account import SCORED
from capaian.scores.given import Given
from capaian.scores.guiding import counted_columns, guided
from capaian.scores.ledger import LEDGER as AFTER
from capaian.scores.posting_account import days_text, document, explanation, score_text
from capaian.scores.result import SHOWN, Scores, as_list, fitting
from capaian.scores.table import line
from capaian.wire import canonical

if TYPE_CHECKING:
    from capaian.scores.combine import Combined, Points  # noqa: TC004 - loads NumPy
    from capaian.scores.roll import Roll  # noqa: TC004 - loads NumPy
    from capaian.scores.stretches import Days  # noqa: TC004 - loads NumPy

POSTINGS = (
    "subject", "period", "post", "policy", "edition", "fingerprint", "first", "last", "days",
    "leave", "weight", "score", "band", "status", "decision", "contribution",
)  # fmt: skip
"""The columns of `postings()`."""
LEDGER = ("subject", "period", "post", "first", "last", "policy", "edition", *AFTER)
"""The columns of `ledger()`."""


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
    given_evidence
        Where the tables are that were scored, for a record of them; no row is kept.
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
    given_evidence: Given | None = field(default=None, repr=False)

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
        from capaian.scores.combine import shares_of  # noqa: PLC0415 - loads NumPy

        shares, added = shares_of(roll.codes, self.points, self.weight, self.combined)
        score, band, status = (self._of_postings(name) for name in ("score", "band", "status"))
        made = {
            "subject": [roll.subjects[code] for code in roll.codes.tolist()],
            "period": [self.period.label] * len(roll),
            "post": list(roll.posts),
            "policy": [roll.rules[each].id for each in rule],
            "edition": [roll.rules[each].edition for each in rule],
            "fingerprint": [self.scores[each].plan.fingerprint for each in rule],
            "first": days_text(roll.first),
            "last": days_text(roll.stop - 1),
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

    def share(self, place: int) -> tuple[Fraction, Fraction]:
        """Return a posting's share of the score and its contribution, exactly."""
        from capaian.scores.combine import share_of  # noqa: PLC0415 - loads NumPy

        return share_of(self.roll.codes, self.points, self.weight, self.combined, place)

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
            places = (self.roll.rule == number_).nonzero()[0].tolist()
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
            mine = (self.roll.rule == number_).nonzero()[0]
            places += mine.repeat(len(each.plan.indicators)).tolist()
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
        return native_table(fitting(self.ledger_columns(), self.origin), self.origin)

    def _plain(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return columns as records hold them, or as they are."""
        if self.origin != "records":
            return dict(columns)
        return {name: as_list(each) for name, each in columns.items()}

    # ---- the set of results --------------------------------------------------------------------

    @discreet
    def guidance(self, evidence: Mapping[str, Any] | None = None) -> list[Finding]:
        """Return what the assignment's guidance finds in the scores, as `Scores.guidance` does."""
        rule = self.assignment.guidance
        if rule is None:
            return []
        found = counted_columns(self._columns()["band"], None)
        return guided(rule, self.assignment.bands, found, evidence, self.period.label)

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

    @discreet
    def explain(self, subject: str) -> PostingExplanation:
        """Return why a subject has this score: what each posting adds, and each one's own."""
        return explanation(self, self.row(subject))

    def record(
        self,
        subject: str,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> PostingRecord:
        """Return the audit record of one subject: each posting's own, and how they became one.

        Parameters
        ----------
        subject, made_at, evidence
            As for `Scores.record`.

        Raises
        ------
        EvidenceError
            No such subject (CPN-E54); a table that cannot be opened any more.
        RecordError
            No such instant (CPN-V02); tables that are not at hand (V01, E50).
        """
        row = self.row(subject)
        return next(self._recorded(range(row, row + 1), made_at, evidence))

    def records(
        self,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Iterator[PostingRecord]:
        """Return the records of all subjects, one after another; as for `record`."""
        return self._recorded(range(len(self)), made_at, evidence)

    @discreet
    def _recorded(
        self, rows: range, made_at: str | date | datetime | None, evidence: Any
    ) -> Iterator[PostingRecord]:
        from capaian.scores.posting_recording import posting_records  # noqa: PLC0415 - on demand

        return posting_records(self, rows, made_at, evidence)

    # ---- documents ---------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain JSON values; exact numbers and identifiers are text."""
        return document(self)

    def to_json(self) -> str:
        """Return the whole result as canonical JSON: the same bytes for the same evidence."""
        return canonical(self.to_dict()) + "\n"

    # ---- for people --------------------------------------------------------------------------

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the scores as a table of plain text."""
        words = _HEAD[language]
        head = [words[name] for name in ("subject", "postings", "score", "band")]
        edges = self.roll.codes.searchsorted(list(range(len(self) + 1))).tolist()
        counts = [after - before for before, after in pairwise(edges)]
        body = []
        for row in range(min(rows, len(self))):
            code = int(self.combined.bands[row])
            said = state(self.combined.status[row], language)
            if self.combined.status[row] == SCORED:
                band = self.assignment.bands[code] if code >= 0 else None
                said = (band.title.get(language) or band.id) if band else ""
            body.append([self.subjects[row], str(counts[row]), score_text(self, row), said])
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
