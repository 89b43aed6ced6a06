"""Making records: of one subject, or of all, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve

from capaian.errors import Finding, RecordError, did_you_mean, refuse
from capaian.record import Record, instant_text, seal
from capaian.scores.digests import Digests, digests_of
from capaian.scores.given import Given
from capaian.scores.recorded import Recorder
from capaian.scores.requests import tables_of

if TYPE_CHECKING:
    from capaian.scores.result import Scores

Instant: TypeAlias = str | date | datetime | None
HEADLINE = "Nothing was recorded."


def record_one(
    scores: Scores, row: int, made_at: Instant, evidence: Mapping[str, Any] | None
) -> Record:
    """Return the record of one subject.

    Parameters
    ----------
    scores, row
        The result, and the position of the subject.
    made_at, evidence
        As for `Scores.record`.
    """
    recorder, subject = Recorder(scores), scores.subjects[row]
    digests = _digests(scores, recorder, evidence, subject)
    if evidence is not None:
        _prove_rows(scores, digests, range(row, row + 1))
    return seal(recorder.contents(row, digests.of(subject)), made_at)


def record_all(
    scores: Scores, made_at: Instant, evidence: Mapping[str, Any] | None
) -> Iterator[Record]:
    """Return the records of all subjects; what is wrong is said before the first."""
    recorder, when = Recorder(scores), instant_text(made_at, "made_at")
    digests = _digests(scores, recorder, evidence)
    if evidence is not None:
        _prove_rows(scores, digests, range(len(scores)))
    return (
        seal(recorder.contents(row, digests.of(subject)), when)
        for row, subject in enumerate(scores.subjects)
    )


def _prove_rows(scores: Scores, digests: Digests, rows: range) -> None:
    """Refuse evidence without a row of somebody whose score was made of rows.

    A result under pseudonyms, held beside the tables with the identifiers, is the usual case: its
    records would hold the digests of nothing, and could never be verified.
    """
    strange = sum(
        not digests.count(scores.subjects[row]) and any(scores.given(row).values()) for row in rows
    )
    if strange:
        values = {"count": strange, "all": len(rows)}
        raise refuse(RecordError, HEADLINE, "CPN-N35", "evidence", **values)


def _digests(
    scores: Scores,
    recorder: Recorder,
    evidence: Mapping[str, Any] | None,
    only: str | None = None,
) -> Digests:
    given = scores.given_evidence or Given(None, scores.policy.zone)
    if evidence is not None:
        given = evolve(given, evidence=evidence)
    if given.evidence is None:
        raise refuse(RecordError, HEADLINE, "CPN-V01")
    wanted = tables_of(scores.policy)
    absent = [
        Finding(
            "CPN-E50",
            name,
            {
                "table": name,
                "given": ", ".join(sorted(given.evidence)) or "none",
                "hint": did_you_mean(name, given.evidence),
            },
        )
        for name in wanted
        if name not in given.evidence
    ]
    if absent:
        raise RecordError(HEADLINE, absent)
    return digests_of(scores.plan, recorder.moment, given, scores.facts, only)
