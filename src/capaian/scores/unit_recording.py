"""From the scores of units to records: the members' scores, and how they became the unit's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from capaian.errors import RecordError, refuse
from capaian.record import Engine, MemberShare, UnitContents, UnitRecord, instant_text, seal_units
from capaian.scores.account import SCORED, score_text
from capaian.scores.posting_recording import combined_result
from capaian.scores.recorded import OF_THE_CALL, Recorder
from capaian.scores.tail import UNROUNDED
from capaian.wire import canonical

if TYPE_CHECKING:
    from capaian.scores.result import Scores
    from capaian.scores.unit_scores import Shares, UnitScores

Instant: TypeAlias = str | date | datetime | None


def unit_records(
    scores: UnitScores, rows: range, made_at: Instant, evidence: Mapping[str, Any] | None
) -> Iterator[UnitRecord]:
    """Return the records of some units; what is wrong is said before the first.

    Parameters
    ----------
    scores, rows
        The result, and the positions of the units.
    made_at, evidence
        As for `UnitScores.record`.
    """
    people, shares = scores.people, scores.shares
    if people is None or shares is None:
        raise refuse(RecordError, "Nothing was recorded.", "CPN-V25")
    when = instant_text(made_at, "made_at")
    edges = shares.unit.searchsorted([rows.start, rows.stop]).tolist()
    wanted = {int(each) for each in shares.row[edges[0] : edges[1]].tolist() if each >= 0}
    hashes: dict[int, str] = {}
    if len(rows) == 1:
        for row in sorted(wanted):
            hashes[row] = people.record(people.subjects[row], None, evidence).content_hash
    else:
        for row, each in enumerate(people.records(None, evidence)):
            hashes[row] = each.content_hash
    recorder = Recorder(people)
    return (
        seal_units(_contents(scores, people, shares, recorder, hashes, row), when) for row in rows
    )


def _contents(
    scores: UnitScores,
    people: Scores,
    shares: Shares,
    recorder: Recorder,
    hashes: Mapping[int, str],
    row: int,
) -> UnitContents:
    low, high = shares.unit.searchsorted([row, row + 1]).tolist()
    above = int(scores.tree.parent[row])
    findings = [each.to_dict() for each in scores.findings if each.code not in OF_THE_CALL]
    rule = shares.rule
    return UnitContents(
        engine=Engine("capaian", scores.plan.version),
        subject=scores.subjects[row],
        parent=scores.subjects[above] if above >= 0 else None,
        level=int(scores.tree.level[row]),
        period=recorder.span,
        policy=recorder.rule,
        members=tuple(_member(people, shares, hashes, place) for place in range(low, high)),
        findings=tuple(sorted(findings, key=canonical)),
        result=combined_result(shares.combined, row, rule.bands, precedence=rule.precedence),
    )


def _member(people: Scores, shares: Shares, hashes: Mapping[int, str], place: int) -> MemberShare:
    share, added = shares.share(place)
    row = int(shares.row[place])
    status = people.tail(row).status if row >= 0 else "no_evidence"
    scored = status == SCORED
    return MemberShare(
        subject=shares.subjects[int(shares.code[place])],
        status=status,
        score=score_text(people, row) if scored else None,
        unrounded=str(people.exact(row)[UNROUNDED][1]) if scored else None,
        given=str(int(shares.weight[place])),
        decision=shares.decision(place),
        weight=str(share),
        contribution=str(added),
        content_hash=hashes.get(row),
    )
