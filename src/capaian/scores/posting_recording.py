"""From the scores of postings to records: one subject's result, with the record of each posting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve

from capaian.band import interval_text, next_band
from capaian.errors import Finding, RecordError, did_you_mean, refuse
from capaian.exact import fixed
from capaian.formula import number
from capaian.policy import Band
from capaian.policy.assigning import assignment_document
from capaian.policy.write import source_document
from capaian.record import (
    AssignmentRule,
    CombinedResult,
    Digest,
    Engine,
    HeldPost,
    Next,
    PostingContents,
    PostingRecord,
    Rounded,
    Span,
    instant_text,
    seal,
    seal_postings,
)
from capaian.scores.account import SCORED
from capaian.scores.digests import Digests, digests_of
from capaian.scores.given import Given
from capaian.scores.posting_account import days_text
from capaian.scores.recorded import OF_THE_CALL, Recorder
from capaian.scores.requests import tables_of
from capaian.wire import canonical

if TYPE_CHECKING:
    from capaian.scores.combine import Combined
    from capaian.scores.posting_scores import PostingScores
    from capaian.scores.result import Scores

Instant: TypeAlias = str | date | datetime | None
HEADLINE = "Nothing was recorded."


def posting_records(
    scores: PostingScores,
    rows: range,
    made_at: Instant,
    evidence: Mapping[str, Any] | None,
) -> Iterator[PostingRecord]:
    """Return the records of some subjects; what is wrong is said before the first.

    Parameters
    ----------
    scores, rows
        The result, and the positions of the subjects.
    made_at, evidence
        As for `PostingScores.record`.
    """
    when = instant_text(made_at, "made_at")
    only = scores.subjects[rows.start] if len(rows) == 1 else None
    recorder = _Recorder(scores, evidence, only)
    return (seal_postings(recorder.contents(row), when) for row in rows)


class _Recorder:
    """Makes the contents of records; what all subjects have in common is made once."""

    def __init__(
        self, scores: PostingScores, evidence: Mapping[str, Any] | None, only: str | None
    ) -> None:
        self.scores = scores
        given = scores.given_evidence or Given(None, scores.assignment.zone)
        if evidence is not None:
            given = evolve(given, evidence=evidence)
        if given.evidence is None:
            raise refuse(RecordError, HEADLINE, "CPN-V01")
        self.below = [
            evolve(each, given_evidence=evolve(given, zone=given.zone or each.policy.zone))
            for each in scores.scores
        ]
        self.recorders = [Recorder(each) for each in self.below]
        _prove(self.below, given.evidence)
        owners = self._owners()
        self.own = self._own()
        self.digests = [
            _digests(each, recorder, known, only)
            for each, recorder, known in zip(self.below, self.recorders, owners, strict=True)
        ]
        rule = scores.assignment
        self.rule = AssignmentRule(
            id=rule.id,
            edition=rule.edition,
            first=rule.first.isoformat(),
            last=rule.last.isoformat() if rule.last else None,
            fingerprint=scores.fingerprint,
            sources=tuple(map(source_document, rule.sources)),
            document=assignment_document(rule),
        )
        period = scores.period
        self.span = Span(
            label=period.label,
            first=period.first.isoformat(),
            last=period.last.isoformat(),
            as_of=scores.as_of.isoformat(),
            zone=given.zone,
        )
        findings = [each.to_dict() for each in scores.findings if each.code not in OF_THE_CALL]
        self.findings = tuple(sorted(findings, key=canonical))

    def _owners(self) -> list[dict[str, str]]:
        """Return for each policy whose posting each key is that was scored by it."""
        roll = self.scores.roll
        made = []
        for number_, each in enumerate(self.below):
            codes = roll.codes[roll.rule == number_].tolist()
            owners = (roll.subjects[code] for code in codes)
            made.append(dict(zip(each.subjects, owners, strict=True)))
        return made

    def _own(self) -> list[int]:
        """Return for each posting its position among those that its policy scores."""
        seen = [0] * len(self.below)
        made = []
        for rule in self.scores.roll.rule.tolist():
            made.append(seen[rule])
            seen[rule] += 1
        return made

    def contents(self, row: int) -> PostingContents:
        """Return what is recorded of a subject."""
        scores = self.scores
        places = (scores.roll.codes == row).nonzero()[0].tolist()
        return PostingContents(
            engine=Engine("capaian", self.below[0].plan.version),
            subject=scores.subjects[row],
            period=self.span,
            assignment=self.rule,
            postings=tuple(self._posting(place) for place in places),
            findings=self.findings,
            result=combined_result(scores.combined, row, scores.assignment.bands),
        )

    def _posting(self, place: int) -> HeldPost:
        scores, roll = self.scores, self.scores.roll
        rule = int(roll.rule[place])
        subject = roll.subjects[int(roll.codes[place])]
        evidence: tuple[Digest, ...] = self.digests[rule].of(subject)
        contents = self.recorders[rule].contents(self.own[place], evidence)
        share, added = scores.share(place)
        return HeldPost(
            post=roll.posts[place],
            first=days_text(roll.first[place : place + 1])[0],
            last=days_text(roll.stop[place : place + 1] - 1)[0],
            days=int(roll.days[place]),
            leave=int(roll.leave[place]),
            given=str(int(roll.given[place])),
            decision=scores.decisions[place],
            weight=str(share),
            contribution=str(added),
            record=seal(evolve(contents, subject=subject)).to_dict(),
        )


def _prove(below: list[Scores], evidence: Mapping[str, Any]) -> None:
    """Refuse where a table is not there any more."""
    wanted = {name for each in below for name in tables_of(each.policy, exposure=False)}
    given = ", ".join(sorted(evidence)) or "none"
    absent = [
        Finding("CPN-E50", name,
                {"table": name, "given": given, "hint": did_you_mean(name, evidence)})
        for name in sorted(wanted)
        if name not in evidence
    ]  # fmt: skip
    if absent:
        raise RecordError(HEADLINE, absent)


def _digests(
    scores: Scores, recorder: Recorder, owners: Mapping[str, str], only: str | None
) -> Digests:
    """Return the digests of people; what the roster says of a key it says of its owner."""
    facts = {
        name: {owners[key]: fact for key, fact in known.items() if key in owners}
        for name, known in scores.facts.items()
    }
    given = scores.given_evidence or Given(None, "")
    return digests_of(scores.plan, recorder.moment, given, facts, only, exposure=False)


def combined_result(
    combined: Combined, row: int, bands: Sequence[Band], *, precedence: bool = False
) -> CombinedResult:
    """Return what is published of a score that is made of scores."""
    scored, code = combined.status[row] == SCORED, int(combined.bands[row])
    band, rounding = bands[code] if code >= 0 else None, combined.rounding
    rounds = rounding.mode != "none"
    shown = Rounded(rounding.digits, rounding.mode) if rounds else None
    if not scored:
        return CombinedResult(combined.status[row], None, None, shown, None, "")
    score, unrounded = combined.score(row), combined.unrounded(row)
    following = None
    above = next_band(score, tuple(bands), precedence, {}, rounding)
    if above is not None:
        gap = max(above.score - unrounded, Fraction(0))
        following = Next(above.band.id, number(above.score), above.inside, str(gap), above.gate)
    return CombinedResult(
        status=SCORED,
        score=fixed(score, rounding.digits) if rounds else number(score),
        unrounded=str(unrounded),
        rounding=shown,
        band=band.id if band else None,
        interval=interval_text(band) if band else "",
        next=following,
    )
