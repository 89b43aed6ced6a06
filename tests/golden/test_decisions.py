"""The matrix of PermenPANRB 6/2022 and the rows of KMK 127/2026, from evidence to predicate.

The numbers are of `decision_cases.json`, with their sources.
"""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import polars as pl
import pytest

import capaian
from capaian.decision import decide, level_of
from capaian.policy import read_policy
from decisions import indicator

CASES = json.loads(Path(__file__).with_name("decision_cases.json").read_text("utf-8"))
LEVELS = [
    {"id": "di_atas", "above": 100},
    {"id": "sesuai", "from": 90, "to": 100},
    {"id": "di_bawah", "below": 90},
]
VALUES = {"di_atas": ("100.01", "120"), "sesuai": ("90", "100"), "di_bawah": ("0", "89.99")}
RATED = "0.75 * nhk + 0.25 * npk - hukdis - dampak + koreksi"
"""KMK 127/2026: what is compared with the organisation's value to find its weight b."""


def policy(ratings, weights):
    """A policy whose predicate is the cell of two ratings."""
    return read_policy(
        {
            "id": "predicates",
            "edition": "1",
            "in_force": {"from": "2026-01-01"},
            "sources": [{"cite": "case files", "trust": "derived"}],
            "scale": {"worst": 0, "best": 100, "floor": "none", "cap": 120},
            "missing": "exclude",
            "subject": "nip",
            "rounding": [{"where": "score", "digits": 2}],
            "indicators": [
                indicator(name, weight=weight)
                for name, weight in weights.items()
            ],
            "bands": [{"id": each} for each in dict.fromkeys(c["predicate"] for c in MATRIX)],
            "decision": {
                "ratings": [{**each, "levels": LEVELS} for each in ratings],
                "cells": [
                    {
                        "when": {"work": each["work"], "conduct": each["conduct"]},
                        "gives": each["predicate"],
                        "source": each["source"],
                    }
                    for each in MATRIX
                ],
            },
        }
    )  # fmt: skip


MATRIX = CASES["matrix"]
PLAIN = policy([{"id": "work", "of": "nhk"}, {"id": "conduct", "of": "npk"}],
               {"nhk": 75, "npk": 25})  # fmt: skip


def mixed(tier):
    """The ratings of KMK 127/2026: the organisation's value is mixed into both."""
    share = f"({ {1: 0.5, 2: 0.3}[tier] } if clip({RATED}, 0, 120) >= nko else 0.1)"
    ratings = []
    for name, of in (("work", "nhk"), ("conduct", "npk")):
        own = f"clip({of} - hukdis - dampak + koreksi, 0, 120)"
        ratings.append({"id": name, "formula": f"(1 - {share}) * {own} + {share} * nko"})
    weights = {"nhk": 60, "npk": 20, "nko": 5, "hukdis": 5, "dampak": 5, "koreksi": 5}
    return policy(ratings, weights)


def test_the_matrix_has_nine_cells():
    levels = {(each["work"], each["conduct"]) for each in MATRIX}
    assert len(MATRIX) == len(levels) == 9


@pytest.mark.parametrize("case", MATRIX, ids=lambda each: f"{each['work']}-{each['conduct']}")
@pytest.mark.parametrize("kind", [list, pl.DataFrame], ids=["records", "polars"])
def test_each_cell_of_the_matrix_is_given_at_every_end_of_its_levels(case, kind):
    assert (
        decide(PLAIN.decision, {k: case[k] for k in ("work", "conduct")}).gives
        == (case["predicate"])
    )
    ends = list(product(VALUES[case["work"]], VALUES[case["conduct"]]))
    tables = {
        name: kind([{"nip": str(at), "x": float(values[place])} for at, values in enumerate(ends)])
        for place, name in enumerate(("nhk", "npk"))
    }
    found = capaian.score(PLAIN, tables, period="2026-Q1").columns()["band"]
    assert found == [case["predicate"]] * 4


@pytest.mark.parametrize("case", CASES["thresholds"], ids=lambda each: each["id"])
def test_the_thresholds_of_kmk_127_2026(case):
    found = level_of(PLAIN.decision.ratings[0], Fraction(case["value"]))
    assert found.id == case["level"]


@pytest.mark.parametrize("case", CASES["nkp"], ids=lambda each: each["id"])
def test_the_rows_of_kmk_127_2026(case):
    """The ratings' exact values and the predicate; the score, NKP itself, is not of this test."""
    given = case["input"]
    of = {"nhk": "nhk_awal", "npk": "npk_awal", "nko": "nko", "hukdis": "nilai_hukuman_disiplin",
          "dampak": "nilai_dampak", "koreksi": "nilai_koreksi"}  # fmt: skip
    tables = {name: [{"nip": "1", "x": given[key]}] for name, key in of.items()}
    explained = capaian.score(mixed(given["tier"]), tables, period="2026-Q1").explain("1")
    work, conduct = (each.value for each in explained.decided.ratings)
    assert abs(work - Fraction(case["work"])) <= Fraction(1, 10_000)
    assert abs(conduct - Fraction(case["conduct"])) <= Fraction(1, 10_000)
    assert explained.band == case["predicate"]
    assert explained.decided.source.startswith("PermenPANRB 6/2022")
