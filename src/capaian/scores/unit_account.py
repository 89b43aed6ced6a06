"""An account of units' scores: one unit's explanation, the JSON document. All of it is exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from capaian.band import interval_text
from capaian.explain import MemberPart, UnitExplanation
from capaian.scores import account

if TYPE_CHECKING:
    from capaian.scores.unit_scores import Shares, UnitScores

SCHEMA = "capaian/units/1"


def explanation(scores: UnitScores, row: int) -> UnitExplanation:
    """Return why a unit has this score by its members, or that it has none."""
    shares = scores.shares
    status, score, unrounded, band, digits, rounding = "no_members", None, None, None, 0, "none"
    parts: tuple[MemberPart, ...] = ()
    if shares is not None:
        combined, rule = shares.combined, shares.rule
        status, code = combined.status[row], int(combined.bands[row])
        digits, rounding = rule.rounding.digits, rule.rounding.mode
        band = rule.bands[code] if code >= 0 else None
        if status == account.SCORED:
            score, unrounded = combined.score(row), combined.unrounded(row)
        low, high = shares.unit.searchsorted([row, row + 1]).tolist()
        parts = tuple(_part(scores, shares, place) for place in range(low, high))
    above = int(scores.tree.parent[row])
    return UnitExplanation(
        subject=scores.subjects[row],
        label=scores.tree.labels.get(scores.subjects[row], ""),
        parent=scores.subjects[above] if above >= 0 else "",
        level=int(scores.tree.level[row]),
        policy=_head(scores),
        period=scores.period.label,
        as_of=scores.as_of.isoformat(),
        status=status,
        score=score,
        unrounded=unrounded,
        digits=digits,
        rounding=rounding,
        band=band.id if band else "",
        band_title=band.title if band else {},
        interval=interval_text(band) if band else "",
        parts=parts,
    )


def _part(scores: UnitScores, shares: Shares, place: int) -> MemberPart:
    share, added = shares.share(place)
    row, people = int(shares.row[place]), scores.people
    return MemberPart(
        subject=shares.subjects[int(shares.code[place])],
        weight=share,
        contribution=added,
        score=shares.points.fraction(place) if shares.known[place] else None,
        status=people.tail(row).status if people is not None and row >= 0 else "no_evidence",
        decision=shares.decision(place),
    )


def _head(scores: UnitScores) -> dict[str, Any]:
    below = scores.scores if scores.people is None else scores.people
    return account.policy_head(below) if below is not None else {}


def document(scores: UnitScores) -> dict[str, Any]:
    """Return the whole result as plain JSON values."""
    below = scores.scores if scores.people is None else scores.people
    made = account.document(below) if below is not None else {}
    own = made.pop("scores")
    columns = scores.columns()
    names = ("parent", "level", "members", "with_score")
    units = [
        {name: columns[name][row] for name in names} | _unit(scores, row, own)
        for row in range(len(scores))
    ]
    findings = [finding.to_dict() for finding in scores.findings]
    made |= {"schema": SCHEMA, "findings": findings, "scores": units}
    return made if scores.people is None else made | {"people": own}


def _unit(scores: UnitScores, row: int, own: list[dict[str, Any]]) -> dict[str, Any]:
    place = scores.place(row)
    if place >= 0:
        return own[place]
    known = explanation(scores, row).to_dict()
    names = ("subject", "status", "score", "unrounded", "band")
    made = {name: known[name] for name in names}
    return made if scores.shares is None else made | {"shares": known["members"]}
