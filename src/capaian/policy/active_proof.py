"""Proofs of weights that go by active days: what they need, and what cannot be weighed so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from capaian.errors import Finding
from capaian.indicator import ActiveTable
from capaian.policy.tree import ACTIVE_DAYS, ROOT, Item
from capaian.policy.written import WrittenNode, WrittenScore
from capaian.wire import below, short


def prove_active(parts: Mapping[str, Any], items: Sequence[Item]) -> list[Finding]:
    """Return what is wrong with weights that go by active days, and with their table.

    Parameters
    ----------
    parts
        The sound parts of the document, by field.
    items
        Its nodes and indicators.
    """
    nodes: list[tuple[str, str, WrittenScore | WrittenNode]] = [
        (each.id, f"nodes['{short(each.id)}']", each)
        for each in parts.get("nodes", ())
        if each.weights == ACTIVE_DAYS
    ]
    if parts.get("weights") == ACTIVE_DAYS and "score" in parts:
        nodes.append((ROOT, ROOT, parts["score"]))
    findings = [
        fault for name, place, rule in nodes for fault in _node(name, place, rule, parts, items)
    ]
    table: ActiveTable | None = parts.get("active")
    if nodes and "active" in parts and table is None:
        place = "weights" if nodes[-1][0] == ROOT else f"{nodes[-1][1]}.weights"
        findings.append(Finding("CPN-W17", place))
    if table is not None and not nodes and {"weights", "score", "nodes"} <= set(parts):
        findings.append(Finding("CPN-W18", "active"))
    if table is not None and not table.subject and not parts.get("subject", "x"):
        values = {"key": "subject", "wanted": "a column", "wanted_id": "kolom"}
        findings.append(Finding("CPN-P02", "active", values))
    return findings


def _node(
    name: str,
    place: str,
    rule: WrittenScore | WrittenNode,
    parts: Mapping[str, Any],
    items: Sequence[Item],
) -> list[Finding]:
    findings = []
    if rule.method not in {"arithmetic", "formula"}:  # of a formula it has been told
        findings.append(Finding("CPN-W14", below(place, "method"), {"method": short(rule.method)}))
    if rule.available and rule.method != "formula":
        findings.append(Finding("CPN-W20", below(place, "available")))
    missing = {each.id: each.missing for each in parts.get("indicators", ())}
    for each in items:
        if each.parent != name:
            continue
        if each.sort == "node":
            findings.append(Finding("CPN-W16", each.place, {"node": short(each.id)}))
        elif (missing.get(each.id) or parts.get("missing")) == "worst":
            values = {"child": short(each.id)}
            findings.append(Finding("CPN-W15", below(each.place, "missing"), values))
    return findings
