"""Verifying a record: its hashes, its steps run again, and the evidence measured again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from capaian import __version__
from capaian.errors import CalendarError, CapaianError, Finding, PluginError, PolicyError
from capaian.policy import Policy
from capaian.record import (
    Contents,
    Digest,
    PostingRecord,
    Record,
    UnitRecord,
    open_record,
)
from capaian.record.read import Recorded, Written
from capaian.registry import Plugins
from capaian.replay.again import RUN, contents_again, policy_of, scores_again, sections
from capaian.replay.verification import Measured, Verification
from capaian.replay.verifying_combined import verify_postings, verify_units
from capaian.scores import score
from capaian.wire import canonical, differences, short


def verify(
    record: Written,
    evidence: Mapping[str, Any] | None = None,
    plugins: Plugins | Iterable[object] = (),
    folder: str = "",
) -> Verification:
    """Find everything that is not as it was recorded.

    The hash of every section is made again, and the bytes are held against the canonical form. The
    plan is made again from the policy in the record and run from the recorded values in exact
    arithmetic; every step and the result must be the same.

    Parameters
    ----------
    record
        A record, its document as plain values, its JSON, or the path of a file.
    evidence
        The tables, in any form, by name; they are measured again, and their digests and every
        statistic compared.
    plugins
        As for `capaian.score`. Where a plugin is missing, the record is not replayed, and that is
        said.
    folder
        Where the calendar and the closures are that the policy names; needed for evidence alone.

    Raises
    ------
    RecordError
        The record cannot be read.
    EvidenceError, PeriodError
        The evidence cannot be measured.
    """
    opened = open_record(record)
    found = opened.record
    findings = [*opened.findings, *_versions(found)]
    if isinstance(found, PostingRecord):
        return verify_postings(found, findings, evidence, plugins, folder, verify)
    if isinstance(found, UnitRecord):
        return verify_units(found, findings, evidence, plugins, folder)
    replayed, measured = False, _asked(evidence)
    try:
        policy = policy_of(found, folder)
    except PolicyError as error:
        findings.append(_unusable(found, "policy", _reason(error)))
        return Verification(found, replayed, measured, _ordered(findings))
    again = None
    try:
        again = contents_again(found, scores_again(found, policy, plugins))
    except (PolicyError, PluginError) as error:
        findings.append(Finding("CPN-V09", "plugins", _reason(error), "warning"))
    except (CapaianError, KeyError, ValueError, ArithmeticError):
        values = {
            "reason": "its values are not those that its policy takes.",
            "reason_id": "nilainya bukan yang dibutuhkan kebijakannya.",
        }
        findings.append(_unusable(found, "values", values))
    if again is not None:
        replayed = True
        findings += _plugin_versions(found, again)
        findings += _compared(found, again)
    if evidence is not None:
        measured, more = _measured(found, policy, evidence, plugins)
        findings += more
    return Verification(found, replayed, measured, _ordered(findings))


def _asked(evidence: Mapping[str, Any] | None) -> Measured:
    return "" if evidence is None else "not measured"


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(findings, key=lambda each: order[each.severity]))


def _versions(record: Recorded) -> list[Finding]:
    """Return a note where another version wrote the record."""
    version = record.contents.engine.version
    if version == __version__:
        return []
    values = {"version": short(version), "now": __version__}
    return [Finding("CPN-V11", "/engine/version", values, "note")]


def _plugin_versions(record: Record, again: Contents) -> list[Finding]:
    """Return a note for each kind that another distribution or version brings now."""
    return [
        Finding("CPN-V12", f"/plugins/{kind}", {
            "kind": kind,
            "version": f"{before.distribution} {before.version}".strip(),
            "now": f"{now.distribution} {now.version}".strip(),
        }, "note")
        for kind, before in record.contents.plugins.items()
        if (now := again.plugins.get(kind)) is not None and now != before
    ]  # fmt: skip


def _reason(error: CapaianError) -> dict[str, str]:
    first = error.findings[0]
    return {"reason": first.text("en"), "reason_id": first.text("id")}


def _unusable(record: Record, where: str, reason: Mapping[str, str]) -> Finding:
    """Return the finding about a section that cannot be used: changed, or of another version."""
    same = record.contents.engine.version == __version__
    return Finding("CPN-V24", where, reason, "error" if same else "warning")


def _compared(record: Record, again: Contents) -> list[Finding]:
    """Return a finding for each place at which the replay gives something else."""
    same = record.contents.engine.version == __version__
    names = (*RUN, "words") if same else RUN  # another version may say the same in other words
    expected, found = sections(again, names), sections(record.contents, names)
    return [
        Finding("CPN-V08", place, {"expected": _shown(wanted), "found": _shown(given)})
        for place, wanted, given in differences(expected, found)
    ]


def _shown(value: Any) -> str:
    return short(canonical(value))


def _measured(
    record: Record,
    policy: Policy,
    evidence: Mapping[str, Any],
    plugins: Plugins | Iterable[object],
) -> tuple[Measured, list[Finding]]:
    """Measure the evidence again, and say what differs."""
    contents = record.contents
    period, zone = contents.period, contents.period.zone or None
    how: dict[str, Any] = {"period": period.label, "as_of": period.as_of, "zone": zone}
    try:
        scores = score(policy, evidence, plugins=plugins, **how)
    except (PolicyError, CalendarError, PluginError) as error:
        return "not measured", [Finding("CPN-V14", "evidence", _reason(error), "warning")]
    if contents.subject not in scores.subjects:
        return "different", [Finding("CPN-V15", "/subject")]
    fresh = scores.record(contents.subject).contents
    findings = [*_digests(contents, fresh), *_statistics(contents, fresh)]
    names = ("calendar", "result")
    findings += [
        Finding("CPN-V23", place, {"expected": _shown(wanted), "found": _shown(given)})
        for place, wanted, given in differences(sections(fresh, names), sections(contents, names))
    ]
    return ("different" if findings else "equal"), findings


def _digests(contents: Contents, fresh: Contents) -> list[Finding]:
    known = {_key(each): each for each in fresh.evidence}
    return [
        Finding("CPN-V10", f"/evidence/{at}", {
            "table": each.table,
            "gives": ", ".join(each.gives[:1]) or each.table,
            "rows": each.rows,
            "found": now.rows if now is not None else 0,
            "columns": ", ".join(one.column for one in each.columns),
        })
        for at, each in enumerate(contents.evidence)
        if (now := known.get(_key(each))) != each
    ]  # fmt: skip


def _key(each: Digest) -> tuple[str, tuple[str, ...]]:
    return each.table, each.gives


def _statistics(contents: Contents, fresh: Contents) -> list[Finding]:
    before, now = contents.values, fresh.values
    words = {name: contents.words[name].values if name in contents.words else {}
             for name in ("en", "id")}  # fmt: skip
    pairs = [("statistics", before.statistics, now.statistics), ("facts", before.facts, now.facts)]
    return [
        Finding("CPN-V13", f"/values{place}", {
            "name": name,
            "said": words["en"].get(name, name),
            "said_id": words["id"].get(name, name),
            "expected": _shown(wanted),
            "found": _shown(given),
        })
        for section, left, right in pairs
        for place, wanted, given in differences({section: dict(right)}, {section: dict(left)})
        if (name := place.rpartition("/")[2])
    ]  # fmt: skip
