"""The heat map: achievements are the ledger's own; what is missing is never coloured."""

import copy

import pytest

import capaian
from capaian import AnalysisError, EvidenceError, charts
from capaian.charts.theme import PAPER, blend
from capaian.policy import read_policy
from pictured import (
    LANGUAGES,
    PEOPLE,
    captions,
    chances,
    sensitivities,
    small_scores,
    values,
)
from small_office import OFFICE, made_up_evidence

SCORES = small_scores()
LEDGER = SCORES.ledger_columns()


def cells(picture):
    """Each cell once, by row and column."""
    found = {(row["top"], row["from"]): row for row in values(picture, "achievement", "text")}
    return [found[place] for place in sorted(found)]


def order(scores):
    """Places of subjects, the highest score first."""
    known = scores.columns()["score"]
    return sorted(range(len(known)), key=lambda at: (known[at] is None, -(known[at] or 0), at))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cells_are_the_ledger(language):
    """Row by row; the colour is the place on the policy's scale, 0 to 120."""
    found = cells(charts.team_heat_map(SCORES, language))
    expected = [LEDGER["achievement"][3 * at + each] for at in order(SCORES) for each in range(3)]
    assert [row["achievement"] for row in found] == expected
    for row, value in zip(found, expected, strict=True):
        assert row["fill"] == (PAPER if value is None else blend(value / 120))
        assert row["text"] == ("" if value is None else f"{value:.1f}")


def test_what_is_missing_is_striped():
    """One lacks a survey: a striped cell, and the caption says that it is not zero."""
    picture = charts.team_heat_map(SCORES)
    striped = [layer["data"]["values"] for layer in picture.to_dict()["layer"]
               if isinstance(layer["mark"].get("fill"), dict)]  # fmt: skip
    assert [len(each) for each in striped] == [1]
    assert "it is not zero" in captions(picture)
    assert picture.description.endswith("1 of 15 cells have no value.")


def test_scores_and_bands_beside():
    """As they are published."""
    found = values(charts.team_heat_map(SCORES), "score", "band")
    columns = SCORES.columns()
    assert [row["score"] for row in found[:5]] == [
        f"{columns['score'][at]:.2f}" for at in order(SCORES)
    ]
    assert [row["band"] for row in found[:5]] == [columns["band"][at] for at in order(SCORES)]


def test_names():
    """Numbers; as the evidence calls them; pseudonyms; one that is marked."""
    plain = charts.team_heat_map(SCORES)
    assert {row["name"] for row in values(plain, "name")} == {"1", "2", "3", "4", "5"}
    named = charts.team_heat_map(SCORES, label={PEOPLE[0]: "K-7"}, highlight=PEOPLE[0])
    assert "► K-7" in {row["name"] for row in values(named, "name")}
    known = charts.team_heat_map(SCORES, label="name")
    assert {row["name"] for row in values(known, "name")} == {"1", "2", "3", "4", "5"}
    with pytest.raises(EvidenceError):
        charts.team_heat_map(SCORES, highlight="198701")


def test_many_are_groups():
    """Means of those with a value, a star where some have none."""
    people = [f"p{at:03}" for at in range(60)]
    evidence = made_up_evidence(subjects=people, size=600)
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "p007"]
    scores = capaian.score(SCORES.policy, evidence, period="2026-01")
    picture = charts.team_heat_map(scores)
    found = cells(picture)
    assert len(found) == 20 * 3
    ledger, people = scores.ledger_columns()["achievement"], order(scores)
    for place, cell in enumerate(found):
        row, each = divmod(place, 3)
        group = [ledger[3 * at + each] for at in people[3 * row : 3 * row + 3]]
        some = [value for value in group if value is not None]
        mean = sum(some) / len(some) if some else None
        assert cell["achievement"] == (None if mean is None else pytest.approx(mean, abs=1e-12))
        assert cell["text"].endswith("*") == (0 < len(some) < 3)
    assert any(row["text"].endswith("*") for row in found)
    assert "60 rows in 20 groups of neighbours" in captions(picture)
    assert "*: some have none" in captions(picture)


def test_many_indicators_have_upright_titles():
    """Columns that are too narrow for level titles; all of the text is there."""
    document = [
        {"id": f"i{at}", "weight": "1/14", "type": "count-based", "table": "services",
         "columns": {"date": "date"}, "measure": {"statistic": "count", "no_rows": "missing"},
         "normalise": {"method": "target", "target": 7 + at, "better": "higher"},
         "title": {"en": f"Services of kind {at}, counted", "id": f"Layanan jenis {at}, dihitung"}}
        for at in range(14)
    ]  # fmt: skip
    scores = small_scores(indicators=document, nodes=[])
    picture = charts.team_heat_map(scores, "id")
    layers = [each for each in picture.to_dict()["layer"] if each["mark"].get("angle") == 270]
    said = [" ".join(row["text"].split()) for each in layers for row in each["data"]["values"]]
    assert sorted(said) == sorted(f"Layanan jenis {at}, dihitung" for at in range(14))


def test_one_unit_alone():
    """By its name; of an unknown one the known are told."""
    people = [
        {"nip": each, "home": "north" if at < 2 else "south"} for at, each in enumerate(PEOPLE[:5])
    ]
    evidence = made_up_evidence(subjects=PEOPLE[:5]) | {"staff": people}
    roster = {"table": "staff", "subject": "nip", "unit": "home"}
    document = __import__("small_office").OFFICE | {"subjects": roster}
    scores = capaian.score(capaian.load_policy(document), evidence, period="2026-01")
    picture = charts.team_heat_map(scores, unit="north")
    assert len(cells(picture)) == 2 * 3
    assert "north · 2026-01" in picture.to_dict()["title"]["subtitle"][0]
    with pytest.raises(AnalysisError) as caught:
        charts.team_heat_map(scores, unit="nort")
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M90  unit: this is not one of the choices. Did you mean 'north'?\n"
        "           to fix: use one of: north, south."
    )


def test_something_else_than_scores():
    """A table is not enough: there is no policy in it."""
    with pytest.raises(AnalysisError) as caught:
        charts.team_heat_map(LEDGER)
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-X06  scores: this cannot be of the type dict.\n"
        "           to fix: give capaian.Scores or capaian.UnitScores."
    )


def test_a_band_that_asks_for_more_than_a_score_is_said():
    """Else a lower score with a better band looks like a mistake; not where no row has a band."""
    gated = copy.deepcopy(OFFICE)
    gated["subjects"] = {"table": "people", "subject": "nip", "facts": {"idea": "idea"}}
    gated["precedence"] = "first"
    gated["bands"] = [{"id": "top", "from": 0, "to": 120, "gate": "idea"}, *gated["bands"]]
    evidence = made_up_evidence(subjects=PEOPLE[:3])
    evidence["people"] = [{"nip": nip, "idea": nip == PEOPLE[1]} for nip in PEOPLE[:3]]
    scores = capaian.score(read_policy(gated), evidence, period="2026-01")
    said = "some bands ask for more (see the policy)"
    policy = scores.policy
    for picture in (charts.team_heat_map(scores), charts.band_strip(chances(), policy=policy),
                    charts.weight_fan(sensitivities(), policy=policy)):  # fmt: skip
        assert said in captions(picture)
    assert said not in captions(charts.team_heat_map(SCORES))
