"""A result of postings once more, from its record alone: each posting's, and how they became one.

What the engine combines in whole columns is done here again for one subject, in fractions.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve, frozen

from capaian.band import band_of, interval_text, next_band
from capaian.exact import fixed, read_number, round_ratio
from capaian.formula import number
from capaian.policy import Assignment, load_assignment
from capaian.record import CombinedResult, HeldPost, Next, PostingRecord, Rounded


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
    total = sum(each.weight for each in counted if each.score is not None)
    status = _status(counted, total, rule)
    scored = status == "scored"
    made = []
    for each, one in zip(held, counted, strict=True):
        share = Fraction(one.weight, total) if scored and one.score is not None else Fraction(0)
        added = share * (one.score or 0)
        made.append(
            evolve(each, decision=_decision(each, one, rule), weight=str(share),
                   contribution=str(added))
        )  # fmt: skip
    exact = sum((Fraction(each.contribution) for each in made), Fraction(0)) if scored else None
    return tuple(made), _result(status, exact, rule)


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


def _status(counted: list[_Counted], total: int, rule: Assignment) -> str:
    weighty = [each for each in counted if each.weight > 0]
    if not weighty:
        return "too_short"
    if rule.missing != "exclude" and any(each.score is None for each in weighty):
        return "withheld" if rule.missing == "withhold" else "referred"
    return "scored" if total else "no_evidence"


def _result(status: str, exact: Fraction | None, rule: Assignment) -> CombinedResult:
    rounding = rule.rounding
    rounds = rounding.mode != "none"
    shown = Rounded(rounding.digits, rounding.mode) if rounds else None
    if exact is None:
        return CombinedResult(status, None, None, shown, None, "")
    score = round_ratio(exact, rounding.digits, rounding.mode)
    band = band_of(score, rule.bands, False, {})  # noqa: FBT003 - a field of policies
    above = next_band(score, rule.bands, False, {}, rounding)  # noqa: FBT003 - the same
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
