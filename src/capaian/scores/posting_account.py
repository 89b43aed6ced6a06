"""An account of a result that is made of postings: one subject's explanation, the JSON document.

All of it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import evolve

from capaian.band import interval_text, next_band
from capaian.exact import fixed
from capaian.explain import PostingExplanation, PostingPart
from capaian.formula import number
from capaian.scores import account
from capaian.scores.account import SCORED

if TYPE_CHECKING:
    from capaian.scores.posting_scores import PostingScores
    from capaian.scores.stretches import Days

SCHEMA = "capaian/postings/1"


def score_text(scores: PostingScores, row: int) -> str:
    """Return a subject's score as it is published."""
    if scores.combined.status[row] != SCORED:
        return "–"
    score, rounding = scores.combined.score(row), scores.assignment.rounding
    return number(score) if rounding.mode == "none" else fixed(score, rounding.digits)


def days_text(days: Days) -> list[str]:
    """Return ordinals as dates in ISO's form; each day is written once."""
    known = {each: date.fromordinal(each).isoformat() for each in set(days.tolist())}
    return [known[each] for each in days.tolist()]


def explanation(scores: PostingScores, row: int) -> PostingExplanation:
    """Return why a subject has this score."""
    combined, rule = scores.combined, scores.assignment
    code = int(combined.bands[row])
    band = rule.bands[code] if code >= 0 else None
    score = unrounded = above = gap = None
    if combined.status[row] == SCORED:
        score, unrounded = combined.score(row), combined.unrounded(row)
        above = next_band(score, rule.bands, False, {}, rule.rounding)  # noqa: FBT003 - a field
        gap = max(above.score - unrounded, Fraction(0)) if above else None
    places = (scores.roll.codes == row).nonzero()[0].tolist()
    parts = tuple(_part(scores, place) for place in places)
    return PostingExplanation(
        subject=scores.subjects[row],
        label=next((each.explanation.label for each in parts if each.explanation.label), ""),
        assignment=_head(scores),
        period=scores.period.label,
        as_of=scores.as_of.isoformat(),
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
        gap=gap,
        parts=parts,
        sources=_sources(scores),
    )


def _part(scores: PostingScores, place: int) -> PostingPart:
    roll, rule = scores.roll, int(scores.roll.rule[place])
    below, policy = scores.scores[rule], roll.rules[rule]
    row = int((roll.rule[:place] == rule).sum())
    subject = roll.subjects[int(roll.codes[place])]
    own = evolve(below.explain(below.subjects[row]), subject=subject)
    share, added = scores.share(place)
    return PostingPart(
        post=roll.posts[place],
        policy=policy.id,
        edition=policy.edition,
        first=days_text(roll.first[place : place + 1])[0],
        last=days_text(roll.stop[place : place + 1] - 1)[0],
        days=int(roll.days[place]),
        leave=int(roll.leave[place]),
        weight=share,
        contribution=added,
        score=own.score,
        band=own.band,
        status=own.status,
        decision=scores.decisions[place] or "",
        explanation=own,
    )


def _head(scores: PostingScores) -> dict[str, Any]:
    rule = scores.assignment
    return {
        "id": rule.id,
        "edition": rule.edition,
        "title": dict(rule.title),
        "first": rule.first.isoformat(),
        "last": rule.last.isoformat() if rule.last else None,
        "fingerprint": scores.fingerprint,
    }


def _sources(scores: PostingScores) -> tuple[dict[str, str], ...]:
    return tuple(
        {"cite": each.cite, "trust": each.trust, "note": each.note}
        for each in scores.assignment.sources
    )


def document(scores: PostingScores) -> dict[str, Any]:
    """Return the whole result as plain JSON values."""
    policies = [account.document(each) for each in scores.scores]
    below = [iter(each["scores"]) for each in policies]
    postings = [_posting(scores, place, below) for place in range(len(scores.roll))]
    edges = scores.roll.codes.searchsorted(list(range(len(scores) + 1))).tolist()
    return {
        "schema": SCHEMA,
        "version": policies[0]["version"],
        "assignment": _head(scores),
        "period": policies[0]["period"],
        "as_of": scores.as_of.isoformat(),
        "sources": list(_sources(scores)),
        "policies": [
            {key: each[key] for key in ("policy", "plugins", "sources")} for each in policies
        ],
        "findings": [finding.to_dict() for finding in scores.findings],
        "scores": [
            _subject(scores, row, postings[edges[row] : edges[row + 1]])
            for row in range(len(scores))
        ],
    }


def _subject(scores: PostingScores, row: int, postings: list[dict[str, Any]]) -> dict[str, Any]:
    combined = scores.combined
    scored, code = combined.status[row] == SCORED, int(combined.bands[row])
    return {
        "subject": scores.subjects[row],
        "status": combined.status[row],
        "score": score_text(scores, row) if scored else None,
        "unrounded": str(combined.unrounded(row)) if scored else None,
        "band": scores.assignment.bands[code].id if code >= 0 else None,
        "postings": postings,
    }


def _posting(scores: PostingScores, place: int, below: Sequence[Any]) -> dict[str, Any]:
    """Return a posting, with the steps of its own score; `policy` counts from 0 in `policies`."""
    roll, rule = scores.roll, int(scores.roll.rule[place])
    share, added = scores.share(place)
    own = next(below[rule])
    return {
        "post": roll.posts[place],
        "policy": rule,
        "first": days_text(roll.first[place : place + 1])[0],
        "last": days_text(roll.stop[place : place + 1] - 1)[0],
        "days": int(roll.days[place]),
        "leave": int(roll.leave[place]),
        "weight": str(share),
        "contribution": str(added),
        "decision": scores.decisions[place],
        **{name: each for name, each in own.items() if name != "subject"},
    }
