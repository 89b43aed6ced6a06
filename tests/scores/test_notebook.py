"""What a notebook shows of results and explanations, whole, as HTML."""

from xml.etree import ElementTree as ET

import pytest

import capaian
from capaian import ScoresByPeriod
from capaian.policy import read_policy
from unit_office import units_of


@pytest.fixture
def scores(office, evidence):
    """The small office, one of whose people has no survey, with a title that is markup."""
    office["indicators"][2]["title"] = {"en": "Citizens & <b>clients</b>", "id": "Warga"}
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    return capaian.score(read_policy(office), evidence, period="2026-01")


@pytest.mark.parametrize("what", ["scores", "explanation", "periods"])
def test_what_a_notebook_shows(scores, what, snapshot):
    """The same as the text, escaped; well-formed; no script, no style from elsewhere."""
    shown = {
        "scores": scores,
        "explanation": scores.explain("b"),
        "periods": ScoresByPeriod((scores, scores)),
    }[what]
    html = shown._repr_html_()
    assert ET.fromstring(html).text == shown.text()  # noqa: S314 - our own
    assert "<b>" not in html
    snapshot(f"{what}.html", html)


@pytest.mark.parametrize("by", ["people", "events"])
def test_what_a_notebook_shows_of_units(by, snapshot):
    """Units below each other, and why one of them has its score."""
    document, evidence = units_of(by)
    units = capaian.score_units(document, evidence, period="2026-03")
    shown = {"units": units, "unit": units.explain(units.subjects[0])}
    for name, each in shown.items():
        assert ET.fromstring(each._repr_html_()).text == each.text()  # noqa: S314 - our own
        snapshot(f"{name}_{by}.html", each._repr_html_())


def test_long_titles_stand_in_several_lines(office, evidence):
    """So that no row breaks: 96 letters to a line, and every word of a title whole."""
    for each in office["indicators"]:
        each["title"] = {
            "en": f"Share of {each['id']} answered within five working days of the week"
        }
    text = capaian.score(read_policy(office), evidence, period="2026-01").text()
    *heads, first = text.splitlines()[: text.splitlines().index(next(
        each for each in text.splitlines() if each.startswith("a "))) + 1]  # fmt: skip
    assert max(map(len, text.splitlines())) <= 96
    assert len(heads) > 1
    assert heads[-1].startswith("subject")
    assert heads[-1].endswith("score  band")
    said = " ".join(heads)
    assert said.count("answered") == said.count("five") == said.count("week") > 0
    assert first.split()[0] == "a"
