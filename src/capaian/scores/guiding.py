"""Guidance on the set of results: bands counted by group, each group's label, and what is found.

Nothing here touches a score or a band. A finding names a unit, which is an office, and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from capaian.columns import Reading, open_table, read_listing
from capaian.errors import EvidenceError, Finding, did_you_mean, refuse
from capaian.exact import round_ratio
from capaian.formula import number
from capaian.guidance import Violation, violations
from capaian.policy import Band, GroupLabels, Guidance

ALL = ""
"""The group of everybody."""
NAMED = 5
"""How many units a finding names; the others are counted."""
_FINEST = 9
_HEADLINE = "Nothing was compared with the guidance."


@frozen
class Counted:
    """How many results of each group have each band.

    Attributes
    ----------
    groups
        Group to band to how many.
    homeless
        How many results with a band are in no unit.
    """

    groups: Mapping[str, Mapping[str, int]]
    homeless: int = 0


def counted(pairs: Iterable[tuple[tuple[str | None, str | None], int]]) -> Counted:
    """Return the counts of each group.

    Parameters
    ----------
    pairs
        A group and a band, and how many results have both; `None` for no unit and no band. A pair
        may come several times, and in any order.
    """
    found: dict[str, dict[str, int]] = {}
    homeless = 0
    for (group, band), count in pairs:
        if band is None:
            continue
        if group is None:
            homeless += count
            continue
        bands = found.setdefault(group, {})
        bands[band] = bands.get(band, 0) + count
    return Counted({group: found[group] for group in sorted(found)}, homeless)


def counted_columns(bands: Iterable[str | None], units: Iterable[str | None] | None) -> Counted:
    """Return the counts of columns of bands and units; everybody is one group without units."""
    if units is None:
        return counted(((ALL, band), count) for band, count in Counter(bands).items())
    return counted(Counter(zip(units, bands, strict=True)).items())


def guided(
    guidance: Guidance,
    bands: Sequence[Band],
    found: Counted,
    evidence: Mapping[str, Any] | None,
    period: str,
) -> list[Finding]:
    """Return what the guidance says of the counts: limits that are not kept, by group and limit.

    Parameters
    ----------
    guidance
        The limits.
    bands
        The bands that there are.
    found
        The counts.
    evidence
        Tables by name, among them that of the labels, where the guidance has one.
    period
        The label of the period.

    Raises
    ------
    EvidenceError
        The table of labels is not given (CPN-E50), is in Spark (U25), cannot be read, or has
        several labels for a group (U23, U24).
    """
    labels: Mapping[str, str] = {}
    findings: list[Finding] = []
    if guidance.labels is not None:
        labels = read_labels(guidance.labels, evidence or {})
        findings += _strange(guidance, guidance.labels, labels, list(found.groups))
    if found.homeless:
        findings.append(Finding("CPN-U20", "", {"count": found.homeless}, "note"))
    for group, counts in found.groups.items():
        findings += [
            _said(each, group, bands, period)
            for each in violations(guidance.limits, counts, labels.get(group, ""))
        ]
    return findings


def read_labels(labels: GroupLabels, evidence: Mapping[str, Any]) -> dict[str, str]:
    """Return each group's label; that of everybody under an empty name.

    Raises
    ------
    EvidenceError
        As for `guided`.
    """
    if labels.table not in evidence:
        hint = did_you_mean(labels.table, evidence)
        values = {"table": labels.table, "given": ", ".join(sorted(evidence)) or "none"}
        raise refuse(EvidenceError, _HEADLINE, "CPN-E50", labels.table, **values, hint=hint)
    table = open_table(evidence[labels.table], labels.table)
    if table.origin == "spark":
        raise refuse(EvidenceError, _HEADLINE, "CPN-U25", labels.table)
    readings = [Reading("label", labels.label, "text", nullable=True)]
    readings += [Reading("unit", labels.unit, "text")] if labels.unit else []
    listing = read_listing(table, readings, names=("unit",))
    if listing.findings:
        raise EvidenceError(_HEADLINE, listing.findings)
    said = listing.texts["label"]
    units = listing.texts["unit"] if labels.unit else [ALL] * len(said)
    each: dict[str, set[str]] = {}
    for unit, label in zip(units, said, strict=True):
        if label:
            each.setdefault(unit or ALL, set()).add(label)
    several = sorted(unit for unit, own in each.items() if len(own) > 1)
    if several and labels.unit:
        names = _names(several)
        raise refuse(
            EvidenceError, _HEADLINE, "CPN-U23", f"{table.name}.{labels.label}",
            count=len(several), units=names["en"], units_id=names["id"],
        )  # fmt: skip
    if several:
        where = f"{table.name}.{labels.label}"
        raise refuse(EvidenceError, _HEADLINE, "CPN-U24", where, count=len(each[ALL]))
    return {unit: own.pop() for unit, own in each.items()}


def _strange(
    guidance: Guidance, own: GroupLabels, labels: Mapping[str, str], groups: Sequence[str]
) -> list[Finding]:
    """Return the warnings that a group has no label, or one of which nothing is known."""
    known = own.known or tuple(
        dict.fromkeys(one for each in guidance.limits for one in each.labels)
    )
    without = [each for each in groups if each not in labels]
    strange = [each for each in groups if each in labels and labels[each] not in known]
    place = f"{own.table}.{own.label}"
    if guidance.group == "all":
        findings = (
            [Finding("CPN-U21", own.table, {"table": own.table}, "warning")] if without else []
        )
        return findings + (
            [Finding("CPN-U26", place, {"known": ", ".join(known)}, "warning")] if strange else []
        )
    findings = []
    for code, some in (("CPN-U22", without), ("CPN-U27", strange)):
        if some:
            names = _names(some)
            values = {"count": len(some), "groups": len(groups), "known": ", ".join(known)}
            values |= {"units": names["en"], "units_id": names["id"]}
            findings.append(Finding(code, place, values, "warning"))
    return findings


def _names(units: Sequence[str]) -> dict[str, str]:
    said = ", ".join(f"'{each}'" for each in units[:NAMED])
    rest = len(units) - NAMED
    if rest <= 0:
        return {"en": said, "id": said}
    return {"en": f"{said} and {rest} more", "id": f"{said} dan {rest} lagi"}


def _said(found: Violation, group: str, bands: Sequence[Band], period: str) -> Finding:
    """Return a limit that is not kept as a finding: counts, share, limit, group."""
    limit = found.limit
    value = f"{number(limit.value * 100)}%" if limit.shares else number(limit.value)
    most = limit.bound in {"most", "most_count"}
    titles = {each.id: each.title for each in bands}
    words = {
        language: [titles[each].get(language) or each for each in limit.bands if each in titles]
        for language in ("en", "id")
    }
    values = {
        "limit": limit.id,
        "counted": found.counted,
        "of": found.of,
        "share": share_text(found.share, limit.value if limit.shares else None),
        "bands": " or ".join(words["en"]),
        "bands_id": " atau ".join(words["id"]),
        "wanted": f"{'at most' if most else 'at least'} {value}",
        "wanted_id": f"{'paling banyak' if most else 'paling sedikit'} {value}",
        "group": f" of unit '{group}'" if group else "",
        "group_id": f" unit '{group}'" if group else "",
        "unit": group,
        "period": period,
    }
    return Finding("CPN-U28", f"guidance.limits['{limit.id}']", values, "warning")


def share_text(share: Fraction, limit: Fraction | None = None) -> str:
    """Return a share in per cent, rounded half up to so many decimals that it is not the limit.

    Examples
    --------
    >>> share_text(Fraction(3, 20)), share_text(Fraction(1, 3))
    ('15%', '33.33%')
    >>> share_text(Fraction(700_001, 1_000_000), Fraction(7, 10))
    '70.0001%'
    """
    for digits in range(2, _FINEST):
        near = round_ratio(share * 100, digits, "half-up")
        if limit is None or near != limit * 100:
            break
    return f"{number(near)}%"
