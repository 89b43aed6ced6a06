"""The waterfall: its bars are the explanation's own numbers, to the last fraction."""

import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

import capaian
from capaian import AnalysisError, charts
from pictured import LANGUAGES, PEOPLE, captions, small_scores, values

EXAMPLE = Path(__file__).parents[2] / "examples" / "lubuk_begalung"


@pytest.fixture(scope="module")
def staff():
    """The field staff of the example office: nodes that are minima, gaps, bands with open ends."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        import office
    finally:
        sys.path.remove(str(EXAMPLE))
    tables = office.tables(period="2026-Q1")
    policy = capaian.load_policy(EXAMPLE / "field_staff.toml")
    return capaian.score(policy, tables, period="2026-Q1", as_of="2026-04-08")


def bars(picture):
    """The bars from top to bottom, each once."""
    rows = {row["y"]: row for row in values(picture, "exact", "from")}
    return [rows[y] for y in sorted(rows)]


def test_the_bars_are_the_explanation(staff):
    """Of everybody: amounts as fractions, as float64, and where each bar begins and ends."""
    scored = 0
    for subject in staff.subjects:
        it = staff.explain(subject)
        if it.score is None:
            continue
        scored += 1
        found = bars(charts.waterfall(it))
        amounts = [part.contribution if part.achievement is not None or part.contribution else None
                   for part in it.parts]  # fmt: skip
        amounts += [each.amount for each in it.adjustments]
        assert [row["exact"] for row in found[:-1]] == [
            None if each is None else str(each) for each in amounts
        ]
        assert [row["amount"] for row in found[:-1]] == [
            None if each is None else float(each) for each in amounts
        ]
        assert Fraction(found[-1]["exact"]) == it.score == sum(each or 0 for each in amounts)
        assert found[0]["from"] == found[-1]["from"] == 0
        assert all(one["to"] == two["from"] for one, two in pairwise(found[:-1]))
        assert found[-2]["to"] == found[-1]["to"] == float(it.score)
    assert scored == 38


def test_what_is_missing_has_no_bar(staff):
    """Stripes, and the reason: not an amount of 0."""
    for subject in staff.subjects:
        it = staff.explain(subject)
        if it.score is None or all(part.measured is not None for part in it.parts):
            continue
        picture = charts.waterfall(it)
        missing = [row for row in bars(picture) if row["kind"] == "none"]
        assert missing
        assert {row["amount"] for row in missing} == {None}
        assert {row["text"] for row in missing} == {"no value"}
        assert "It is not zero." in captions(picture)
        striped = [layer for layer in picture.to_dict()["layer"]
                   if isinstance(layer["mark"].get("fill"), dict)]  # fmt: skip
        assert len(striped) == 1
        assert len(striped[0]["data"]["values"]) == len(missing)
        return
    pytest.fail("nobody lacks anything")


def test_what_counts_as_the_worst_has_a_bar():
    """A missing value that counts as the worst contributes, be it 0."""
    scores = small_scores(missing="worst", scale={"worst": 20, "best": 100, "cap": 120})
    it = scores.explain(PEOPLE[1])
    assert [part.decision for part in it.parts].count("worst") == 1
    assert [row["kind"] for row in bars(charts.waterfall(it))].count("none") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_edges_of_bands_and_how_far_the_next_is(language):
    """Edges within reach; the two beside the score are shaded between."""
    it = small_scores().explain(PEOPLE[1])
    picture = charts.waterfall(it, language)
    edges = [row["exact"] for row in values(picture, "at", "exact")]
    assert edges == ["60", "90"]
    shade = [row for row in values(picture, "from", "to") if row.get("top") == 0]
    assert [(row["from"], row["to"]) for row in shade] == [(60.0, 90.0)]
    assert it.interval in captions(picture)
    assert str(round(float(it.gap), 2)) in captions(picture)


def test_a_band_that_is_not_seen_whole():
    """Nothing is shaded where the next edge is far off: all of the plot would be."""
    bands = [{"id": "low", "from": 0, "below": 119}, {"id": "high", "from": 119}]
    picture = charts.waterfall(small_scores(bands=bands).explain(PEOPLE[1]))
    assert [row["exact"] for row in values(picture, "at", "exact")] == ["0"]
    assert "Shaded" not in captions(picture)


def test_a_score_beyond_all_edges():
    """Nothing is shaded: its band has no end on one side."""
    bands = [{"id": "low", "below": 60}, {"id": "high", "from": 60}]
    picture = charts.waterfall(small_scores(bands=bands).explain(PEOPLE[1]))
    assert not [row for row in values(picture, "from", "to") if row.get("top") == 0]
    assert "Dashed: edges of bands." in captions(picture)
    assert "Shaded" not in captions(picture)


def test_where_a_table_gives_the_band():
    """The score adds up all the same; it is not said to give the band."""
    levels = [{"id": "weak", "below": 60}, {"id": "strong", "from": 60}]
    cells = [{"when": {"work": each}, "gives": each} for each in ("weak", "strong")]
    table = {"ratings": [{"id": "work", "of": "score", "levels": levels}], "cells": cells}
    bands = [{"id": "weak"}, {"id": "strong"}]
    it = small_scores(bands=bands, decision=table).explain(PEOPLE[1])
    picture = charts.waterfall(it)
    assert picture.title == f"Why the score is {it.shown()}"
    assert "edges of bands" not in captions(picture)


def test_who_it_is():
    """As the explanation calls the subject, or as one likes, or not at all."""
    it = small_scores().explain(PEOPLE[1])
    assert PEOPLE[1] in charts.waterfall(it).to_json()
    assert PEOPLE[1] not in charts.waterfall(it, label="").to_json()
    named = charts.waterfall(it, label="A. N. Other").to_dict()["title"]["subtitle"]
    assert named == ["A. N. Other · 2026-01 · Desk 2026"]


def test_long_titles_are_wrapped_and_none_is_cut():
    """Every word of a title of 120 letters stands in the picture."""
    import small_office

    title = "Persentase pengaduan masyarakat yang ditindaklanjuti sampai tuntas " * 2
    indicators = [each | {"title": {"en": title, "id": title}}
                  for each in small_office.OFFICE["indicators"]]  # fmt: skip
    it = small_scores(indicators=indicators).explain(PEOPLE[0])
    names = [row["name"] for row in values(charts.waterfall(it), "name") if "exact" not in row]
    whole = [each for each in names if " ".join(each.split()) == " ".join(title.split())]
    assert len(whole) == 3
    assert max(len(line) for each in whole for line in each.split("\n")) <= 42


def test_no_score():
    """Withheld: there is nothing that adds up, and the message says so."""
    scores = small_scores(missing="withhold")
    with pytest.raises(AnalysisError) as caught:
        charts.waterfall(scores.explain(PEOPLE[1]), "id")
    assert caught.value.text("id") == (
        "The picture cannot be drawn.\n"
        "  CPN-M93  explanation: tidak ada nilai yang dapat dijelaskan: ditahan.\n"
        "           perbaikan: baca explanation.text(): di situ disebut bukti yang belum ada."
    )


def test_something_else_than_an_explanation():
    """Its type is told, not what it holds."""
    with pytest.raises(AnalysisError) as caught:
        charts.waterfall("198701")
    assert caught.value.code == "CPN-X06"
    assert "198701" not in str(caught.value)
    with pytest.raises(AnalysisError) as caught:
        charts.waterfall(small_scores().explain(PEOPLE[0]), "ind")
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M90  language: this is not one of the choices. Did you mean 'id'?\n"
        "           to fix: use one of: en, id."
    )
