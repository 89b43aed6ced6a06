"""A subject's ratings, from evidence to explanation: values, levels, cell, and what is missing."""

import json
from fractions import Fraction

import polars as pl
import pytest

import capaian
from capaian.policy import read_policy
from decisions import decided, evidence, indicator, rating

PEOPLE = {
    "both above": (10_100, 10_000, 10_001),
    "just below": (8_900, 9_049, 8_900),
    "no conduct": (10_000, 10_000, None),
    "no work": (None, None, 9_500),
    "nothing": (None, None, None),
}
CELLS = decided()["decision"]["cells"]


def scored(document=None, people=PEOPLE, kind=list):
    """The scores of people; somebody with nothing at all is on the roster."""
    document = {**(document or decided()), "subjects": {"table": "staff"}}
    tables = {name: kind(rows) for name, rows in evidence(people).items()}
    tables["staff"] = kind([{"nip": name} for name in people])
    return capaian.score(read_policy(document), tables, period="2026-Q1", as_of="2026-04-01")


def by_subject(scores, column):
    columns = scores.columns()
    return dict(zip(columns["subject"], columns[column], strict=True))


@pytest.mark.parametrize("kind", [list, pl.DataFrame], ids=["records", "polars"])
def test_a_rating_without_a_value_leaves_the_score_and_gives_no_band(kind):
    scores = scored(kind=kind)
    assert by_subject(scores, "band") == {
        "both above": "excellent", "just below": "very_poor",
        "no conduct": None, "no work": None, "nothing": None,
    }  # fmt: skip
    assert by_subject(scores, "status") == {
        "both above": "scored", "just below": "scored",
        "no conduct": "unrated", "no work": "unrated", "nothing": "no_evidence",
    }  # fmt: skip
    assert by_subject(scores, "score") == {
        "both above": 100.25, "just below": 89.75,
        "no conduct": 100.0, "no work": 95.0, "nothing": None,
    }  # fmt: skip


def test_the_ledger_is_what_it_is_without_a_table():
    """A table adds no row and no column: what it adds stands in the explanation and the document."""
    plain = {key: value for key, value in decided().items() if key != "decision"}
    plain["bands"] = []
    assert scored().ledger_columns() == scored(plain).ledger_columns()


@pytest.mark.parametrize(
    ("missing", "status", "band"),
    [
        ("exclude", "unrated", None),
        ("worst", "scored", "poor"),
        ("withhold", "withheld", None),
        ("refer", "referred", None),
    ],
)
def test_the_missing_rule_of_a_node_says_what_its_rating_is(missing, status, band):
    scores = scored(decided(missing=missing), {"one": (10_000, 10_000, None), "two": (1, 1, 1)})
    assert (by_subject(scores, "status")["one"], by_subject(scores, "band")["one"]) == (
        status,
        band,
    )


def test_a_table_of_what_was_measured_for_an_officer():
    assert scored().text("en").splitlines()[:6] == [
        "subject     Conduct  Results   score  band",
        "both above   100.01   100.33  100.25  excellent",
        "just below    89.00    89.99   89.75  very_poor",
        "no conduct        –   100.00  100.00  no band: a rating is missing",
        "no work       95.00        –   95.00  no band: a rating is missing",
        "nothing           –        –       –  no evidence",
    ]


def block(text, first):
    """The lines of a page from one on to the next that is empty."""
    lines = text.splitlines()
    start = lines.index(first)
    return lines[start : lines.index("", start)]


def test_the_explanation_has_each_rating_the_cell_and_what_would_change():
    text = scored().explain("just below").text("en")
    assert text.startswith("just below · very_poor (Score: 89.75)\n")
    assert (
        "\nthe score is rounded to 2 decimal places (half-up); it does not give the band\n" in text
    )
    assert block(text, "the band is the cell of these ratings:")[1:] == [
        "  Work (Results): 89.99 → 'Below' (x < 90)",
        "  Conduct: 89.00 → 'Below' (x < 90)",
        "  cell: Work 'Below'; Conduct 'Below' → 'very_poor'",
        "another band by one rating alone:",
        "  Work: from 90.00 on it is 'As expected', and the band 'poor'",
        "  Conduct: from 90.00 on it is 'As expected', and the band 'needs_work'",
    ]


def test_the_explanation_in_indonesian():
    text = scored().explain("no conduct").text("id")
    assert text.startswith("no conduct · tanpa predikat: rating belum ada (Nilai: 100.00)\n")
    assert "\nnilai dibulatkan ke 2 desimal (half-up); predikat tidak ditentukan olehnya\n" in text
    assert block(text, "predikat adalah sel dari rating berikut:")[1:] == [
        "  Hasil kerja: 100.00 → 'Sesuai' (90 ≤ x ≤ 100)",
        "  Perilaku kerja: tanpa nilai (tidak ada bukti)",
        "  predikat tidak diberikan; tanpa tingkat: Perilaku kerja",
    ]


def test_what_must_be_passed_is_not_said_to_be_enough():
    text = scored(people={"one": (9_500, 9_500, 10_001)}).explain("one").text("en")
    assert "  Work: above 100.00 it is 'Above', and the band 'excellent'" in text.splitlines()


def test_a_subject_without_a_score_still_hears_of_its_ratings():
    text = scored().explain("nothing").text("en")
    assert block(text, "the band is the cell of these ratings:")[1:] == [
        "  Work (Results): no value (no evidence)",
        "  Conduct: no value (no evidence)",
    ]


def test_the_worst_is_said_where_it_gave_the_level():
    document = decided(missing="worst")
    document["decision"]["ratings"][1] = rating("conduct", of="c")
    scores = scored(document, {"one": (10_000, 10_000, None), "two": (1, 1, 1)})
    lines = scores.explain("one").text("en").splitlines()
    assert "  Conduct (C): 0.00 → 'Below' (x < 90), counted as the worst (no evidence)" in lines


def test_levers_and_the_next_band_by_score_are_not_spoken_of():
    explained = scored().explain("just below")
    assert (explained.next_band, explained.interval, explained.levers, explained.gap) == (
        "", "", (), None,
    )  # fmt: skip


def test_the_document_has_ratings_and_cell():
    found = json.loads(scored().to_json())["scores"]
    first = next(each for each in found if each["subject"] == "just below")
    assert first["ratings"] == [
        {"id": "work", "value": "13499/150", "level": "below"},
        {"id": "conduct", "value": "89", "level": "below"},
    ]
    assert first["cell"] == 8
    lacking = next(each for each in found if each["subject"] == "no conduct")
    assert lacking["ratings"][1] == {"id": "conduct", "value": None, "level": None}
    assert lacking["cell"] is None


def test_without_a_table_a_document_says_nothing_of_ratings():
    plain = {key: value for key, value in decided().items() if key != "decision"}
    plain["bands"] = []
    scores = scored(plain)
    assert "ratings" not in scores.to_dict()["scores"][0]
    assert "ratings" not in scores.explain("both above").to_dict()


def test_an_explanation_as_a_document():
    made = scored().explain("just below").to_dict()
    assert made["cell"] == {
        "position": 8, "when": {"work": ["below"], "conduct": ["below"]}, "source": None,
    }  # fmt: skip
    assert made["ratings"][1]["next"] == {
        "level": "meets", "value": "90", "inside": True, "band": "needs_work",
    }  # fmt: skip


def test_a_formula_of_nodes_is_a_rating():
    """KMK 127/2026: the organisation's value is mixed into both ratings."""
    document = decided()
    document["decision"]["ratings"] = [
        rating("work", formula="0.7 * work + 0.3 * c", rounding={"digits": 2}),
        rating("conduct"),
    ]
    explained = scored(document, {"one": (10_000, 10_000, 10_001)}).explain("one")
    assert [each.value for each in explained.decided.ratings] == [
        Fraction(100), Fraction("100.01"),
    ]  # fmt: skip
    assert explained.decided.ratings[0].of == "0.7 * work + 0.3 * c"
    assert explained.band == "good"


def test_more_ratings_than_two_and_cells_for_any_level():
    document = decided(bands=[{"id": "yes"}, {"id": "no"}])
    document["indicators"] = [*document["indicators"][:2], indicator("c", parent="conduct")]
    document["decision"] = {
        "ratings": [rating("work"), rating("conduct"), rating("all", of="score")],
        "cells": [
            {"when": {"all": ["above", "meets"]}, "gives": "yes", "source": "article 4"},
            {"when": {"all": "below"}, "gives": "no"},
        ],
    }
    explained = scored(document).explain("both above")
    assert explained.decided.outcome("yes", "en") == (
        "cell: All 'Above' or 'As expected' → 'yes' [article 4]"
    )
    assert explained.decided.outcome("yes", "id").startswith("sel: all 'Di atas' atau 'Sesuai'")
