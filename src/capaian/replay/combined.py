"""A score that is made of scores once more, from its record alone: of postings, or of people.

What the engine combines in whole columns is done here again for one subject, in fractions.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve, frozen

from capaian.band import band_of, interval_text, next_band
from capaian.exact import fixed, read_number, round_ratio
from capaian.formula import number
from capaian.policy import Assignment, Band, Policy, Rounding, load_assignment
from capaian.record import (
    CombinedResult,
    HeldPost,
    MemberShare,
    Next,
    PostingRecord,
    Rounded,
    UnitRecord,
)
from capaian.record.units import published_as
from capaian.scores.account import NO_ROUNDING


@frozen
class _Counted:
    """A posting as it counts: its weight, and its score where it has one."""

    weight: int
    score: Fraction | None


def assignment_of(record: PostingRecord, folder: str = "") -> Assignment:
    """Return the assignment that a record holds.

    Raises
    ------
    PolicyError
        The document cannot be used: it was changed.
    """
    return evolve(load_assignment(dict(record.contents.assignment.document)), folder=folder)


def combined_again(
    record: PostingRecord, rule: Assignment
) -> tuple[tuple[HeldPost, ...], CombinedResult]:
    """Return the postings with their shares, and the result, from their days and scores.

    Parameters
    ----------
    record
        The record; of its postings the days, the leave, the weight that was given, and the result
        of each one's own record are taken.
    rule
        Its assignment.

    Returns
    -------
    postings, result
        Formula: sum(w x) / sum(w) over the postings that have a weight and a score, exact, then
        rounded; w is the days less leave, or 1, times the weight that was given.

    Raises
    ------
    KeyError, ValueError, ArithmeticError, TypeError
        The recorded values are not such.
    """
    held = record.contents.postings
    counted = [_counted(each, rule) for each in held]
    status, shares, exact = _mean(counted, rule.missing, "too_short")
    made = tuple(
        evolve(each, decision=_decision(each, one, rule), weight=str(share),
               contribution=str(share * (one.score or 0)))
        for each, one, share in zip(held, counted, shares, strict=True)
    )  # fmt: skip
    return made, _result(status, exact, rule.rounding, rule.bands, precedence=False)


def units_again(
    record: UnitRecord, policy: Policy
) -> tuple[tuple[MemberShare, ...], CombinedResult]:
    """Return the members with their shares, and the unit's result, from the members' scores.

    Parameters
    ----------
    record
        The record; of its members the scores and what they weigh are taken.
    policy
        Its policy, which has units that are made of people.

    Returns
    -------
    members, result
        As for `combined_again`.

    Raises
    ------
    ValueError, ArithmeticError, TypeError
        The recorded values are not such.
    """
    rule = policy.units
    if rule is None or rule.by != "people":
        raise ValueError("the policy has no units that are made of people")
    counted, decisions = [], []
    for each in record.contents.members:
        written = each.score if rule.taken == "published" else each.unrounded
        weight, own = int(each.given), None if written is None else read_number(written)
        decisions.append("no_weight" if not weight else rule.missing if own is None else "")
        worst = policy.scale.worst if rule.missing == "worst" else None
        counted.append(_Counted(weight, worst if own is None else own))
    status, shares, exact = _mean(counted, rule.missing, "no_members")
    members = tuple(
        evolve(each, decision=decision, weight=str(share),
               contribution=str(share * (one.score or 0)))
        for each, decision, one, share in zip(
            record.contents.members, decisions, counted, shares, strict=True
        )
    )  # fmt: skip
    bands, rounding, precedence = published_as(policy)
    made = _result(status, exact, rounding or NO_ROUNDING, bands, precedence=precedence)
    return members, made


def _mean(
    counted: list[_Counted], missing: str, empty: str
) -> tuple[str, list[Fraction], Fraction | None]:
    """Return the status, each part's share, and the exact weighted mean, where there is one."""
    total = sum(each.weight for each in counted if each.score is not None)
    status = _status(counted, total, missing, empty)
    scored = status == "scored"
    shares = [
        Fraction(each.weight, total) if scored and each.score is not None else Fraction(0)
        for each in counted
    ]
    if not scored:
        return status, shares, None
    exact = (share * (one.score or 0) for share, one in zip(shares, counted, strict=True))
    return status, shares, sum(exact, Fraction(0))


def _counted(each: HeldPost, rule: Assignment) -> _Counted:
    active = each.days - each.leave
    enough = active >= rule.minimum_days and active > 0
    base = 1 if rule.weigh == "equal" else active
    result = each.record["result"]
    written = result["score" if rule.taken == "published" else "unrounded"]
    weight = base * int(each.given) if enough else 0
    return _Counted(weight, None if written is None else read_number(written))


def _decision(each: HeldPost, one: _Counted, rule: Assignment) -> str | None:
    if each.days - each.leave < max(rule.minimum_days, 1):
        return "too_short"
    if not one.weight:
        return "no_weight"
    return rule.missing if one.score is None else None


def _status(counted: list[_Counted], total: int, missing: str, empty: str) -> str:
    weighty = [each for each in counted if each.weight > 0]
    if not weighty:
        return empty
    if missing != "exclude" and any(each.score is None for each in weighty):
        return "withheld" if missing == "withhold" else "referred"
    return "scored" if total else "no_evidence"


def _result(
    status: str,
    exact: Fraction | None,
    rounding: Rounding,
    bands: tuple[Band, ...],
    *,
    precedence: bool,
) -> CombinedResult:
    rounds = rounding.mode != "none"
    shown = Rounded(rounding.digits, rounding.mode) if rounds else None
    if exact is None:
        return CombinedResult(status, None, None, shown, None, "")
    score = round_ratio(exact, rounding.digits, rounding.mode)
    band = band_of(score, bands, precedence, {})
    above = next_band(score, bands, precedence, {}, rounding)
    following = None
    if above is not None:
        gap = max(above.score - exact, Fraction(0))
        following = Next(above.band.id, number(above.score), above.inside, str(gap), above.gate)
    return CombinedResult(
        status=status,
        score=fixed(score, rounding.digits) if rounds else number(score),
        unrounded=str(exact),
        rounding=shown,
        band=band.id if band else None,
        interval=interval_text(band) if band else "",
        next=following,
    )
