"""Proofs of time: what is measured over which stretch, and how sub-periods become one value."""

from __future__ import annotations

from typing import Any, Final

from capaian.errors import Finding
from capaian.indicator import Consolidate
from capaian.policy.written import WrittenAccumulate, WrittenIndicator

_OWN: Final = {"cumulative": "since", "rolling": "months", "last": "every"}
"""The figure that goes with each way to accumulate."""


def prove_stretches(each: WrittenIndicator, place: str) -> list[Finding]:
    """Return what is wrong with an indicator's `accumulate` and `consolidate`.

    Parameters
    ----------
    each
        The indicator as it is written.
    place
        Where it is in the document.
    """
    written = each.accumulate
    made = WrittenAccumulate(written) if isinstance(written, str) else written
    findings = _accumulate(made, f"{place}.accumulate")
    if each.consolidate is not None:
        findings += _consolidate(each.consolidate, f"{place}.consolidate")
        if made.how == "last":
            findings.append(Finding("CPN-P74", f"{place}.accumulate"))
    if each.exposure is not None and not each.exposure.period:
        key = "consolidate" if each.consolidate is not None else ""
        if key or made.how == "last":
            said = key or 'accumulate = "last"'
            findings.append(Finding("CPN-P75", f"{place}.exposure", {"setting": said}))
    return findings


def _accumulate(made: WrittenAccumulate, place: str) -> list[Finding]:
    findings = []
    if made.how == "rolling" and made.months is None:
        values = {"key": "months", "setting": 'how = "rolling"', "wanted": "12"}
        findings.append(Finding("CPN-P60", place, values))
    elif made.months is not None and made.months < 1:
        values = {"given": str(made.months), "wanted": "x ≥ 1"}
        findings.append(Finding("CPN-P20", f"{place}.months", values))
    findings += [
        _idle(key, f'how = "{made.how}"', f'how = "{how}"', place)
        for how, key in _OWN.items()
        if how != made.how and getattr(made, key) is not None
    ]
    return findings


def _consolidate(each: Consolidate, place: str) -> list[Finding]:
    of = f'of = "{each.of}"'
    if each.of == "measured" and each.cap is not None:
        return [_idle("cap", of, 'of = "achievement"', place)]
    if each.of == "achievement" and each.cap is None:
        values = {"key": "cap", "setting": of, "wanted": '"before" | "after"'}
        return [Finding("CPN-P60", place, values)]
    return []


def _idle(key: str, setting: str, wanted: str, place: str) -> Finding:
    values: dict[str, Any] = {"key": key, "setting": setting, "wanted": wanted}
    return Finding("CPN-P61", f"{place}.{key}", values)
