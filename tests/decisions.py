"""Policies with a decision table, evidence for them, and their results worked out in fractions."""

from fractions import Fraction
from itertools import product

from capaian.exact import round_ratio

WEIGHTS = {"a": Fraction(1, 3), "b": Fraction(2, 3)}
THREE = [
    {"id": "above", "title": {"en": "Above", "id": "Di atas"}, "above": 100},
    {"id": "meets", "title": {"en": "As expected", "id": "Sesuai"}, "from": 90, "to": 100},
    {"id": "below", "title": {"en": "Below", "id": "Di bawah"}, "below": 90},
]
BANDS = ("excellent", "good", "needs_work", "poor", "very_poor")
MATRIX = [
    ("above", "above", "excellent"),
    ("above", "meets", "good"),
    ("above", "below", "poor"),
    ("meets", "above", "good"),
    ("meets", "meets", "good"),
    ("meets", "below", "poor"),
    ("below", "above", "needs_work"),
    ("below", "meets", "needs_work"),
    ("below", "below", "very_poor"),
]


def indicator(name, **changes):
    """An indicator whose achievement is its evidence as it stands, to two decimals."""
    return {
        "id": name,
        "title": {"en": name.upper(), "id": f"Indikator {name}"},
        "type": "count-based",
        "table": name,
        "columns": {"amount": {"column": "x", "digits": 2}},
        "measure": {"statistic": "sum", "no_rows": "missing"},
        "normalise": {"method": "identity"},
        **changes,
    }


def decided(**changes):
    """A policy of two nodes, whose ratings a table of nine cells makes a band of."""
    return {
        "id": "matrix",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "sources": [{"cite": "made up for tests", "trust": "derived"}],
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "exclude",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
        "nodes": [
            {"id": "work", "title": {"en": "Results", "id": "Hasil kerja"}, "weight": 75},
            {"id": "conduct", "title": {"en": "Conduct", "id": "Perilaku kerja"}, "weight": 25},
        ],
        "indicators": [
            indicator("a", parent="work", weight="1/3"),
            indicator("b", parent="work", weight="2/3"),
            indicator("c", parent="conduct"),
        ],
        "bands": [{"id": each} for each in BANDS],
        "decision": {
            "ratings": [rating("work"), rating("conduct")],
            "cells": [
                {"when": {"work": work, "conduct": conduct}, "gives": band}
                for work, conduct, band in MATRIX
            ],
        },
        **changes,
    }


def rating(name, **changes):
    """A rating with the three levels of the matrix."""
    titles = {"work": "Hasil kerja", "conduct": "Perilaku kerja"}
    title = {"en": name.capitalize(), "id": titles.get(name, name)}
    return {"id": name, "title": title, "levels": THREE, **changes}


def evidence(rows):
    """The tables of people whose a, b and c are given in hundredths; `None` is no evidence."""
    tables = {"a": [], "b": [], "c": []}
    for subject, values in rows.items():
        for name, value in zip(tables, values, strict=True):
            if value is not None:
                tables[name].append({"nip": subject, "x": text(value)})
    return tables


def text(hundredths):
    """A number of hundredths as a decimal."""
    return float(Fraction(hundredths, 100))


def values_of(values, missing="exclude"):
    """The exact achievements and scores of one person, by id; what has none is left out."""
    known = {n: Fraction(v, 100) for n, v in zip("abc", values, strict=True) if v is not None}
    if missing == "worst":
        known = {name: known.get(name, Fraction(0)) for name in "abc"}
    if {"a", "b"} & known.keys() and (missing == "exclude" or {"a", "b"} <= known.keys()):
        shares = {name: WEIGHTS[name] for name in "ab" if name in known}
        total = sum(shares.values())
        known["work"] = sum(known[name] * share for name, share in shares.items()) / total
    if "c" in known:
        known["conduct"] = known["c"]
    return known


def holds(level, value):
    """Whether a value is in a level, by the document's own keys."""
    return all(
        {
            "from": lambda edge: value >= edge,
            "above": lambda edge: value > edge,
            "to": lambda edge: value <= edge,
            "below": lambda edge: value < edge,
        }[key](Fraction(level[key]))
        for key in ("from", "above", "to", "below")
        if key in level
    )


def band_by_hand(document, known, formulas=()):
    """The band of a person's exact values by the document alone; `None` where a rating has none."""
    levels = {}
    for each in document["decision"]["ratings"]:
        of = each.get("of", each["id"])
        value = dict(formulas)[each["id"]](known) if "formula" in each else known.get(of)
        if value is None:
            return None
        if "rounding" in each:
            step = each["rounding"]
            value = round_ratio(value, step["digits"], step.get("mode", "half-up"))
        [levels[each["id"]]] = [one["id"] for one in each["levels"] if holds(one, value)]
    [given] = [
        cell["gives"]
        for cell in document["decision"]["cells"]
        if all(
            levels[name] in ([wanted] if isinstance(wanted, str) else wanted)
            for name, wanted in cell.get("when", {}).items()
        )
    ]
    return given


def combinations(ratings):
    """Every combination of the levels of a document's ratings."""
    names = [each["id"] for each in ratings]
    levels = [[level["id"] for level in each["levels"]] for each in ratings]
    return [dict(zip(names, each, strict=True)) for each in product(*levels)]
