"""Proofs of the guidance on the set of results: what its keys and kinds alone cannot say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from capaian.errors import Finding, did_you_mean
from capaian.exact.interval import Interval
from capaian.formula import number
from capaian.policy.guidance import Bound, GroupLabels, Limit
from capaian.policy.titles import WrittenTitle
from capaian.policy.together import conflict
from capaian.policy.tree import prove_name
from capaian.policy.written import WrittenGuidance, WrittenLimit
from capaian.wire import short

BOUNDS: tuple[Bound, ...] = ("most", "least", "most_count", "least_count")
SHARE = Interval(Fraction(0), Fraction(1), high_inside=True)
COUNT = Interval(Fraction(0), None)


def bounds_of(limit: WrittenLimit) -> Mapping[Bound, Fraction | int]:
    """Return the bounds that a limit has; a sound one has one."""
    found = {bound: getattr(limit, bound) for bound in BOUNDS}
    return {bound: value for bound, value in found.items() if value is not None}


def names_of(listed: Any) -> list[str]:
    """Return the ids of a list of tables as it is written, sound or not."""
    items = listed if isinstance(listed, list | tuple) else ()
    found = [each.get("id") for each in items if isinstance(each, Mapping)]
    return [each for each in found if isinstance(each, str)]


def prove_guidance(
    guidance: WrittenGuidance, bands: Sequence[str], *, units: bool | None
) -> list[Finding]:
    """Return what is wrong with a rule's guidance.

    Parameters
    ----------
    guidance
        What is written.
    bands
        The ids of the bands that there are.
    units
        Whether it is known in which unit a subject is; `None` where a rule, as an assignment, has
        no way to say it.
    """
    findings = _groups(guidance, units=units)
    if guidance.title == "" or guidance.title == WrittenTitle():
        findings.append(Finding("CPN-P27", "guidance.title"))
    if not guidance.limits:
        findings.append(Finding("CPN-U01", "guidance.limits"))
    seen: dict[str, str] = {}
    for index, each in enumerate(guidance.limits):
        place = f"guidance.limits[{index}]"
        findings += prove_name(each.id, f"{place}.id")
        if each.id in seen:
            values = {"name": short(each.id), "first": seen[each.id]}
            findings.append(Finding("CPN-P12", f"{place}.id", values))
        seen.setdefault(each.id, place)
        findings += _limit(each, guidance.labels, bands)
    return findings or _together(guidance, bands)


def _groups(guidance: WrittenGuidance, *, units: bool | None) -> list[Finding]:
    """Prove that the groups, and the labels of each, can be known."""
    labels = guidance.labels
    if guidance.group == "unit":
        code = "CPN-U10" if units is None else "CPN-U02"
        findings = [] if units else [Finding(code, "guidance.group")]
        if labels is not None and not labels.unit:
            values = {"key": "unit", "wanted": "a column", "wanted_id": "kolom"}
            findings.append(Finding("CPN-P02", "guidance.labels", values))
        return findings
    if labels is not None and labels.unit:
        return [Finding("CPN-U03", "guidance.labels.unit")]
    return []


def _limit(each: WrittenLimit, labels: GroupLabels | None, bands: Sequence[str]) -> list[Finding]:
    place = f"guidance.limits['{short(each.id)}']"
    findings: list[Finding] = []
    bounds = bounds_of(each)
    if len(bounds) != 1:
        given = " and ".join(bounds) if bounds else "none of them"
        given_id = " dan ".join(bounds) if bounds else "tidak satu pun"
        findings.append(Finding("CPN-U04", place, {"given": given, "given_id": given_id}))
    for bound, value in bounds.items():
        wanted = SHARE if bound in {"most", "least"} else COUNT
        if not wanted.holds(Fraction(value)):
            values = {"given": number(value), "wanted": wanted.text()}
            findings.append(Finding("CPN-P20", f"{place}.{bound}", values))
    if not each.bands:
        findings.append(Finding("CPN-U05", f"{place}.bands"))
    findings += _unknown("CPN-U06", each.bands, bands, f"{place}.bands")
    if each.for_ and labels is None:
        findings.append(Finding("CPN-U07", f"{place}.for"))
    elif labels is not None and labels.known:
        findings += _unknown("CPN-U08", each.for_, labels.known, f"{place}.for")
    return findings


def _unknown(code: str, names: Sequence[str], known: Sequence[str], place: str) -> list[Finding]:
    return [
        Finding(
            code,
            place,
            {
                "name": short(name),
                "hint": did_you_mean(name, known),
                "known": ", ".join(known) or "-",
            },
        )
        for name in dict.fromkeys(names)
        if name not in known
    ]


def _together(guidance: WrittenGuidance, bands: Sequence[str]) -> list[Finding]:
    """Refuse limits that no set of results could keep."""
    known = guidance.labels.known if guidance.labels else ()
    named = (label for each in guidance.limits for label in each.for_)
    findings: list[Finding] = []
    told: list[list[str]] = []
    for label in dict.fromkeys([*known, *named]) or [""]:
        limits = [
            Limit(each.id, each.bands, bound, Fraction(value))
            for each in guidance.limits
            if not each.for_ or label in each.for_
            for bound, value in bounds_of(each).items()
        ]
        ids = [each.id for each in conflict(limits, bands)]
        if ids and ids not in told:
            told.append(ids)
            said = ", ".join(f"'{short(each)}'" for each in ids)
            group = f" ('{short(label)}')" if label else ""
            findings.append(Finding("CPN-U09", "guidance.limits", {"limits": said, "group": group}))
    return findings
