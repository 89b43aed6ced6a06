"""Verifying records of scores that are made of scores: of holders of posts, and of units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import evolve

from capaian import __version__
from capaian.errors import (
    CalendarError,
    CapaianError,
    EvidenceError,
    Finding,
    PluginError,
    PolicyError,
)
from capaian.policy import Assignment, assignment_fingerprint, policy_fingerprint, read_policy
from capaian.record import PostingContents, PostingRecord, UnitContents, UnitRecord
from capaian.registry import Plugins
from capaian.replay.again import plain
from capaian.replay.combined import assignment_of, combined_again, units_again
from capaian.replay.verification import Measured, Verification
from capaian.scores import score, score_units
from capaian.wire import canonical, differences, short

OWN = ("post", "first", "last", "days", "leave", "given", "decision", "weight", "contribution")
"""What the replay and the measuring say of a posting besides its own record."""

_UNFIT = {
    "reason": "its values are not those that its rule takes.",
    "reason_id": "nilainya bukan yang dibutuhkan aturannya.",
}


def verify_postings(
    record: PostingRecord,
    findings: Iterable[Finding],
    evidence: Mapping[str, Any] | None,
    plugins: Plugins | Iterable[object],
    folder: str,
    verify: Callable[..., Verification],
) -> Verification:
    """Find everything that is not as it was recorded; see `capaian.verify`.

    Parameters
    ----------
    record, findings
        The record, and what was found when it was read.
    evidence, plugins, folder
        As for `capaian.verify`; the folder is also where the policies are that the assignment
        names, by which evidence is measured again.
    verify
        What verifies the record of a posting.
    """
    found = list(findings)
    replayed = True
    for place, each in enumerate(record.contents.postings):
        try:
            own = verify(dict(each.record), None, plugins, folder)
        except CapaianError as error:
            found += _below(place, error.findings)
            replayed = False
            continue
        found += _below(place, own.findings)
        replayed = replayed and own.replayed
        if own.record.subject != record.subject:
            found.append(Finding("CPN-V26", f"/postings/{place}/record/subject"))
    measured: Measured = "" if evidence is None else "not measured"
    try:
        rule = assignment_of(record, folder)
    except PolicyError as error:
        found.append(_unusable(record, "assignment", _reason(error)))
        return Verification(record, False, measured, _ordered(found))  # noqa: FBT003 - not replayed
    found += _replayed(record, rule)
    if evidence is not None:
        measured, more = _measured(record, rule, evidence, plugins)
        found += more
    return Verification(record, replayed, measured, _ordered(found))


def verify_units(
    record: UnitRecord,
    findings: Iterable[Finding],
    evidence: Mapping[str, Any] | None,
    plugins: Plugins | Iterable[object],
    folder: str,
) -> Verification:
    """Find everything that is not as it was recorded; see `capaian.verify`.

    Parameters
    ----------
    record, findings, evidence, plugins, folder
        As for `verify_postings`.
    """
    found, contents = list(findings), record.contents
    measured: Measured = "" if evidence is None else "not measured"
    try:
        policy = evolve(read_policy(dict(contents.policy.document)), folder=folder)
    except PolicyError as error:
        found.append(_unusable(record, "policy", _reason(error)))
        return Verification(record, False, measured, _ordered(found))  # noqa: FBT003 - not replayed
    made = policy_fingerprint(policy)
    if made != contents.policy.fingerprint:
        said = {"expected": _shown(made), "found": _shown(contents.policy.fingerprint)}
        found.append(Finding("CPN-V08", "/policy/fingerprint", said))
    try:
        members, result = units_again(record, policy)
    except (ValueError, ArithmeticError, TypeError):
        found.append(_unusable(record, "members", _UNFIT))
        return Verification(record, False, measured, _ordered(found))  # noqa: FBT003 - the same
    again = evolve(contents, members=members, result=result)
    found += _apart("CPN-V08", again, contents)
    if evidence is not None:
        period = contents.period
        how: dict[str, Any] = {"period": period.label, "as_of": period.as_of, "zone": period.zone}
        try:
            scores = score_units(policy, evidence, plugins=plugins, **how)
        except (PolicyError, CalendarError, PluginError) as error:
            found.append(Finding("CPN-V14", "evidence", _reason(error), "warning"))
            return Verification(record, True, measured, _ordered(found))  # noqa: FBT003 - replayed
        more = [Finding("CPN-V15", "/subject")]
        if record.subject in scores.subjects:
            more = _apart("CPN-V23", scores.record(record.subject).contents, contents)
        measured = "different" if more else "equal"
        found += more
    return Verification(record, True, measured, _ordered(found))  # noqa: FBT003 - replayed


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(findings, key=lambda each: order[each.severity]))


def _apart(code: str, wanted: UnitContents, given: UnitContents) -> list[Finding]:
    """Return where two records of a unit say other members or another result; nobody is named."""
    names = ("parent", "level", "members", "result")
    right, left = ({name: plain(getattr(each, name)) for name in names} for each in (wanted, given))
    return [
        Finding(code, place, {"expected": _discreet(place, one), "found": _discreet(place, other)})
        for place, one, other in differences(right, left)
    ]


def _discreet(place: str, value: Any) -> str:
    """Return a value as it is shown; of who a member is, only that it is somebody."""
    personal = place.endswith("/subject") or isinstance(value, dict | list)
    return "…" if personal and place.startswith("/members") else _shown(value)


def _below(place: int, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings about the record of a posting with their place in the whole."""
    return [
        evolve(each, where=f"/postings/{place}/record/{each.where.lstrip('/')}".rstrip("/"))
        for each in findings
    ]


def _reason(error: CapaianError) -> dict[str, str]:
    first = error.findings[0]
    return {"reason": first.text("en"), "reason_id": first.text("id")}


def _unusable(record: PostingRecord | UnitRecord, where: str, reason: Mapping[str, str]) -> Finding:
    same = record.contents.engine.version == __version__
    return Finding("CPN-V24", where, reason, "error" if same else "warning")


def _replayed(record: PostingRecord, rule: Assignment) -> list[Finding]:
    """Return what the postings' scores and days do not lead to."""
    contents = record.contents
    made = assignment_fingerprint(rule)
    found = []
    if made != contents.assignment.fingerprint:
        said = {"expected": _shown(made), "found": _shown(contents.assignment.fingerprint)}
        found.append(Finding("CPN-V08", "/assignment/fingerprint", said))
    try:
        postings, result = combined_again(record, rule)
    except (KeyError, ValueError, ArithmeticError, TypeError):
        return [*found, _unusable(record, "postings", _UNFIT)]
    again = evolve(contents, postings=postings, result=result)
    return found + _different("CPN-V08", again, contents)


def _different(code: str, wanted: PostingContents, given: PostingContents) -> list[Finding]:
    return [
        Finding(code, place, {"expected": _shown(right), "found": _shown(left)})
        for place, right, left in differences(_own(wanted), _own(given))
    ]


def _own(contents: PostingContents) -> dict[str, Any]:
    postings = [{name: getattr(each, name) for name in OWN} for each in contents.postings]
    made: dict[str, Any] = plain({"postings": postings, "result": contents.result})
    return made


def _shown(value: Any) -> str:
    return short(canonical(value))


def _measured(
    record: PostingRecord,
    rule: Assignment,
    evidence: Mapping[str, Any],
    plugins: Plugins | Iterable[object],
) -> tuple[Measured, list[Finding]]:
    """Measure the evidence again by the assignment and the policies in its folder."""
    contents = record.contents
    period = contents.period
    how: dict[str, Any] = {"period": period.label, "as_of": period.as_of, "zone": period.zone}
    try:
        scores: Any = score(rule, evidence, plugins=plugins, **how)
    except (PolicyError, CalendarError, PluginError) as error:
        return "not measured", [Finding("CPN-V14", "evidence", _reason(error), "warning")]
    except EvidenceError as error:
        if any(not each.code.startswith("CPN-P") for each in error.findings):
            raise
        # The policies that the assignment names are not in the folder.
        return "not measured", [Finding("CPN-V14", "evidence", _reason(error), "warning")]
    if record.subject not in scores.subjects:
        return "different", [Finding("CPN-V15", "/subject")]
    fresh: PostingContents = scores.record(record.subject).contents
    found = _different("CPN-V23", fresh, contents)
    names = ("policy", "evidence", "values", "result")
    for place, (before, now) in enumerate(zip(contents.postings, fresh.postings, strict=False)):
        left = {name: before.record.get(name) for name in names}
        right = {name: now.record.get(name) for name in names}
        found += [
            Finding("CPN-V23", f"/postings/{place}/record{where}",
                    {"expected": _shown(wanted), "found": _shown(given)})
            for where, wanted, given in differences(right, left)
        ]  # fmt: skip
    return ("different" if found else "equal"), found
