"""Proofs of a decision table: its levels cover every value, and every combination has one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from capaian.errors import Finding, FormulaError, did_you_mean
from capaian.exact.decision_table import Combination, combinations, prove_table, strangers
from capaian.exact.interval import Interval
from capaian.policy.bands import Tree, prove_bands, prove_cover
from capaian.policy.rating_formula import read_rating
from capaian.policy.titles import WrittenTitle
from capaian.policy.tree import ROOT, Item, prove_name
from capaian.policy.unit_proof import prove_evenness
from capaian.policy.written import WrittenBand, WrittenDecision, WrittenRating
from capaian.wire import short

MOST = 10_000
"""Combinations of levels that a table may have: each is proved, and looked up, one by one."""
EDGES = {"from": "from_", "above": "above", "to": "to", "below": "below", "gate": "gate"}
"""Keys of a band that say when it is given, where no table does."""
OF_LEVELS = {"CPN-P32": "CPN-B01", "CPN-P34": "CPN-B02"}
"""What is said of bands, and how the same is said of levels."""


def prove_decision(
    parts: Mapping[str, Any], items: Sequence[Item], tree: Tree | None
) -> list[Finding]:
    """Return what is wrong with a policy's decision table.

    Parameters
    ----------
    parts
        The sound parts of the document, by field.
    items
        The nodes and indicators.
    tree
        What their values follow from; `None` where that is not known.
    """
    decision: WrittenDecision | None = parts.get("decision")
    if decision is None:
        return []
    bands: Sequence[WrittenBand] | None = parts.get("bands")
    findings = [] if bands is None else _edges(bands)
    if parts.get("precedence") is not None:
        findings.append(Finding("CPN-B03", "precedence", {"key": "precedence"}))
    if not decision.ratings:
        return [*findings, Finding("CPN-B04", "decision.ratings")]
    names = [each.id for each in items]
    numbers = {each.id: each.value for each in parts.get("numbers", ())}
    faults = [
        fault
        for index, rating in enumerate(decision.ratings)
        for fault in _rating(rating, index, decision, names, numbers, tree)
    ]
    return findings + faults + _cells(decision, bands)


def _edges(bands: Sequence[WrittenBand]) -> list[Finding]:
    """Refuse what would give a band beside the table."""
    return [
        Finding("CPN-B03", f"bands['{short(each.id)}'].{key}", {"key": key})
        for each in bands
        for key, name in EDGES.items()
        if getattr(each, name) not in (None, "")
    ]


def _rating(
    rating: WrittenRating,
    index: int,
    decision: WrittenDecision,
    names: Sequence[str],
    numbers: Mapping[str, Fraction],
    tree: Tree | None,
) -> list[Finding]:
    """Return what is wrong with a rating: its name, what it reads, its levels."""
    findings = prove_name(rating.id, f"decision.ratings[{index}].id")
    before = [each.id for each in decision.ratings[:index]]
    if rating.id in before:
        first = f"decision.ratings[{before.index(rating.id)}]"
        values = {"name": short(rating.id), "first": first}
        findings.append(Finding("CPN-P12", f"decision.ratings[{index}].id", values))
    place = f"decision.ratings['{short(rating.id)}']"
    titles = {place: rating.title}
    titles |= {f"{place}.levels['{short(each.id)}']": each.title for each in rating.levels}
    findings += [
        Finding("CPN-P27", f"{where}.title")
        for where, title in titles.items()
        if title == "" or title == WrittenTitle()
    ]
    unread = _reading(rating, place, names, numbers)
    findings += unread
    uneven = [] if rating.rounding is None else prove_evenness(rating.rounding, f"{place}.rounding")
    return findings + uneven + _levels(rating, place, None if uneven or unread else tree)


def _reading(
    rating: WrittenRating, place: str, names: Sequence[str], numbers: Mapping[str, Fraction]
) -> list[Finding]:
    """Return what is wrong with where a rating's value comes from."""
    if rating.formula and rating.of:
        return [Finding("CPN-B16", place)]
    if rating.formula:
        try:
            read_rating(rating.formula, names, numbers)
        except FormulaError as error:
            return [Finding(each.code, f"{place}.formula", each.values) for each in error.findings]
        return []
    wanted = rating.of or rating.id
    if wanted == ROOT or wanted in names:
        return []
    values = {
        "name": short(wanted),
        "hint": did_you_mean(wanted, [ROOT, *names]),
        "known": ", ".join(sorted([ROOT, *names])),
    }
    return [Finding("CPN-B05", f"{place}.of", values)]


def _levels(rating: WrittenRating, place: str, tree: Tree | None) -> list[Finding]:
    levels = [each.band for each in rating.levels]
    findings = prove_bands(levels, (), precedence=False)
    unsound = any(each.code in {"CPN-P30", "CPN-P31"} for each in findings)
    if tree is not None and not unsound:
        whole = Interval(None, None), None
        span, digits = whole if rating.formula else tree.of(rating.of or rating.id)
        if rating.rounding is not None and rating.rounding.mode != "none":
            digits = rating.rounding.digits
        findings += prove_cover(levels, span, digits, precedence=False)
    return [
        Finding(
            OF_LEVELS.get(each.code, each.code),
            f"{place}.{_in_levels(each.where)}",
            {
                key: _in_levels(value) if key == "first" and each.code == "CPN-P12" else value
                for key, value in each.values.items()
            },
        )
        for each in findings
    ]


def _in_levels(place: str) -> str:
    return place.replace("bands", "levels", 1)


def _cells(decision: WrittenDecision, bands: Sequence[WrittenBand] | None) -> list[Finding]:
    """Return what is wrong with the cells, each for itself and all together."""
    findings: list[Finding] = []
    inputs, cells = decision.inputs, [each.levels for each in decision.cells]
    if bands is not None:
        findings += _bands(decision, [each.id for each in bands])
    for stranger in strangers(inputs, cells):
        known = inputs[stranger.input] if stranger.level else tuple(inputs)
        name = stranger.level or stranger.input
        values = {
            "name": short(name),
            "rating": short(stranger.input),
            "hint": did_you_mean(name, known),
            "known": ", ".join(known) or "-",
        }
        place = f"decision.cells[{stranger.cell}].when"
        code = "CPN-B07" if stranger.level else "CPN-B06"
        where = f"{place}.{short(stranger.input)}" if stranger.level else place
        findings.append(Finding(code, where, values))
    empty = [
        Finding("CPN-B08", f"decision.cells[{index}].when.{short(name)}", {"rating": short(name)})
        for index, cell in enumerate(cells)
        for name, levels in cell.items()
        if not levels and name in inputs
    ]
    unsure = [each for each in findings if each.code in {"CPN-B06", "CPN-B07"}]
    twice = len(inputs) < len(decision.ratings)
    twice |= any(len(set(levels)) < len(levels) for levels in inputs.values())
    findings += empty
    if unsure or twice or not inputs:
        return findings
    count = combinations(inputs)
    if count > MOST:
        return [*findings, Finding("CPN-B12", "decision", {"count": count, "most": MOST})]
    return findings + _whole(decision)


def _bands(decision: WrittenDecision, bands: Sequence[str]) -> list[Finding]:
    """Prove that each cell gives a band, and that each band is given."""
    given = {each.gives for each in decision.cells}
    findings = [
        Finding(
            "CPN-B09",
            f"decision.cells[{index}].gives",
            {
                "band": short(each.gives),
                "hint": did_you_mean(each.gives, bands),
                "known": ", ".join(bands) or "-",
            },
        )
        for index, each in enumerate(decision.cells)
        if each.gives not in bands
    ]
    return findings + [
        Finding("CPN-B13", f"bands['{short(each)}']") for each in bands if each not in given
    ]


def _whole(decision: WrittenDecision) -> list[Finding]:
    """Prove that every combination of levels has exactly one cell."""
    gaps, overlaps = prove_table(decision.inputs, [each.levels for each in decision.cells])
    place = "decision.cells"
    findings = [Finding("CPN-B10", place, {"combination": _said(decision, each)}) for each in gaps]
    return findings + [
        Finding(
            "CPN-B11",
            place,
            {
                "combination": _said(decision, each),
                "cells": ", ".join(f"{place}[{cell}]" for cell in cells),
            },
        )
        for each, cells in overlaps
    ]


def _said(decision: WrittenDecision, combination: Combination) -> str:
    pairs = zip(decision.inputs, combination, strict=True)
    return ", ".join(f"{short(name)} = '{short(level)}'" for name, level in pairs)
