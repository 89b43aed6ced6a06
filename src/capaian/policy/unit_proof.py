"""Proofs of how units are scored: what its keys and kinds alone cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capaian.errors import Finding
from capaian.exact.interval import Interval
from capaian.policy.bands import prove_bands, prove_cover
from capaian.policy.written import WrittenEvenness, WrittenRounding, WrittenUnits

OF_PEOPLE = ("weigh", "members", "missing", "of")
"""Keys that speak of people's scores, and say nothing where units are scored from events."""
MOST_DIGITS = 9


def prove_units(parts: Mapping[str, Any], span: Interval | None) -> list[Finding]:
    """Return what is wrong with a policy's units.

    Parameters
    ----------
    parts
        The sound parts of the document, by field.
    span
        Every score that there can be; `None` where that is not known.
    """
    units: WrittenUnits | None = parts.get("units")
    if units is None:
        return []
    findings: list[Finding] = []
    membership = units.membership
    roster = parts.get("subjects")
    if membership is None and "subjects" in parts and not (roster is not None and roster.unit):
        findings.append(Finding("CPN-A31", "units"))
    if membership is not None and not membership.subject and not parts.get("subject", "x"):
        values = {"key": "subject", "wanted": "a column", "wanted_id": "kolom"}
        findings.append(Finding("CPN-P02", "units.membership", values))
    if membership is not None and membership.to is not None and membership.from_ is None:
        values = {"key": "from", "wanted": "a column", "wanted_id": "kolom"}
        findings.append(Finding("CPN-P02", "units.membership", values))
    if units.weigh == "active_days" and (membership is None or membership.from_ is None):
        findings.append(Finding("CPN-A32", "units.weigh"))
    if units.from_ == "events":
        written = [key for key in OF_PEOPLE if getattr(units, key) is not None]
        findings += [Finding("CPN-A33", f"units.{key}", {"key": key}) for key in written]
        if membership is not None and membership.weight is not None:
            findings.append(Finding("CPN-A33", "units.membership.weight", {"key": "weight"}))
    elif units.missing is None:
        values = {"key": "missing", "wanted": '"exclude" or "withhold"'}
        values["wanted_id"] = '"exclude" atau "withhold"'
        findings.append(Finding("CPN-P02", "units", values))
    return findings + _bands(units, parts, span)


def _bands(units: WrittenUnits, parts: Mapping[str, Any], span: Interval | None) -> list[Finding]:
    rounding: WrittenEvenness | WrittenRounding | None = units.rounding
    faults = [] if units.rounding is None else prove_evenness(units.rounding, "units.rounding")
    if not units.bands or faults:
        return faults
    bands = [
        Finding(each.code, f"units.{each.where}", each.values)
        for each in prove_bands(units.bands, (), precedence=False)
    ]
    if rounding is None:
        rounding = next((each for each in parts.get("rounding", ()) if each.where == "score"), None)
    if bands or span is None or rounding is None:
        return bands
    digits = None if rounding.mode == "none" else rounding.digits
    if units.missing == "worst":
        worst = parts["scale"].meant.worst
        low = None if span.low is None else min(span.low, worst)
        high = None if span.high is None else max(span.high, worst)
        span = Interval(low, high, high_inside=True)
    return [
        Finding(each.code, f"units.{each.where}", each.values)
        for each in prove_cover(units.bands, span, digits, precedence=False)
    ]


def prove_evenness(rounding: WrittenEvenness, place: str) -> list[Finding]:
    """Refuse the rounding of one result without decimals, or with too many."""
    if rounding.digits is not None:
        if 0 <= rounding.digits <= MOST_DIGITS:
            return []
        values = {"given": str(rounding.digits), "wanted": f"0 ≤ x ≤ {MOST_DIGITS}"}
        return [Finding("CPN-P20", f"{place}.digits", values)]
    if rounding.mode == "none":
        return []
    values = {"key": "digits", "wanted": "a whole number", "wanted_id": "bilangan bulat"}
    return [Finding("CPN-P02", place, values)]
