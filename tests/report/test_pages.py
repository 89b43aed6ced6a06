"""A person's page: escaped, self-contained, in two languages."""

import re
from fractions import Fraction

import pytest

import capaian
from capaian.policy import read_policy
from capaian.report import page, write_reports
from decisions import decided


@pytest.fixture
def html(office, evidence):
    """One subject's page."""
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    return page(scores.explain("b"), best=Fraction(120))


def test_nothing_is_loaded_from_elsewhere(html):
    """No script, no image, no address: an office network may be closed."""
    assert not re.search(r"https?://|<script|<link|<img|@import|url\((?!#)", html)


def test_both_languages_are_on_the_page(html):
    """Each in a section that says its language."""
    assert '<section lang="id">' in html
    assert '<section lang="en">' in html
    assert "Mengapa nilainya demikian" in html
    assert "Why this score" in html
    assert ">Realisasi</th>" in html
    assert 'data-head="Measured"' in html


def test_everything_that_came_from_outside_is_escaped(office, evidence):
    """Identifiers and titles with markup stay text."""
    evil = "<img src=x onerror=alert(1)>"
    for rows in evidence.values():
        for row in rows:
            row["nip"] = evil if row["nip"] == "b" else row["nip"]
    office["indicators"][0]["title"] = {"en": evil, "id": evil}
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    html = page(scores.explain(evil), best=Fraction(100))
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_page_without_a_score_is_whole(office, evidence):
    """Withheld: it says why, and shows no sum of nothing."""
    office["indicators"][2]["missing"] = "withhold"
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    html = page(scores.explain("a"), best=Fraction(100))
    assert "No score is given" in html
    assert "Nilai tidak diberikan" in html


def test_sub_periods_and_the_target_are_on_the_page(office, evidence):
    """Each sub-period in a line of its own; the subject's target beside n."""
    office["targets"] = {"table": "goals"}
    office["indicators"][1]["normalise"]["target"] = {"from": "targets"}
    office["indicators"][1]["consolidate"] = {
        "every": "month",
        "by": "sum",
        "incomplete": "exclude",
    }
    goals = [{"nip": "b", "indicator": "services", "period": "2026-01", "value": 7}]
    scores = capaian.score(read_policy(office), {**evidence, "goals": goals}, period="2026-01")
    html = page(scores.explain("b"), best=Fraction(120))
    assert ", target 7)" in html
    assert html.count("2026-01: ") == 2


def test_a_decision_table_is_on_the_page():
    """Ratings, cell and what would change the band; nothing of points to the next band."""
    tables = {"a": [{"nip": "1", "x": 89.0}], "b": [{"nip": "1", "x": 90.49}]}
    tables["c"] = [{"nip": "1", "x": 89.0}, {"nip": "2", "x": 95.0}]
    scores = capaian.score(read_policy(decided()), tables, period="2026-Q1")
    made = page(scores.explain("1"), best=Fraction(120))
    assert '<b>very_poor</b><br><span class="note">Score: 89.75</span>' in made
    assert made.index("predikat adalah sel") < made.index("Mengapa nilainya")
    assert "<h2>predikat adalah sel dari rating berikut</h2>" in made
    assert "<li>Hasil kerja: 89.99 → &#39;Di bawah&#39; (x &lt; 90)</li>" in made
    assert (
        "<p>cell: Work &#39;Below&#39;; Conduct &#39;Below&#39; → &#39;very_poor&#39;</p>" in made
    )
    assert "<li>Conduct: from 90.00 on it is &#39;As expected&#39;, and the band" in made
    assert "This band is" not in made
    assert "What the next band takes" not in made
    without = page(scores.explain("2"), best=Fraction(120))
    assert "<b>no band: a rating is missing</b>" in without
    assert '<span class="note">Score: 95.00</span>' in without
    assert "<p>no band is given; without a level: Work</p>" in without


def test_parts_stand_under_the_titles_of_their_nodes(office, evidence):
    """Where all stand below the score there is nothing to head."""
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    made = page(scores.explain("b"), best=Fraction(120))
    heads = re.findall(r'<tr class="node" role="row"><th [^>]*>(.*?)</th>', made)
    assert heads == ["service", "Nilai", "service", "Score"]
    office["nodes"] = []
    for each in office["indicators"]:
        each |= {"weight": "1/3"}
        each.pop("parent", None)
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    assert 'class="node"' not in page(scores.explain("b"), best=Fraction(120))


def test_how_the_score_adds_up_is_drawn_in_both_languages(html):
    """With its words for those who do not see it; without pictures there is none."""
    assert html.count("<svg") == 2
    assert "<title id=" in html
    assert 'role="img" lang="id"' in html
    assert 'role="img" lang="en"' in html


def test_over_several_periods_there_is_a_trend(office, evidence, tmp_path):
    """From the second period on, up to that period; under a heading of its own."""
    halves = ["2026-01-01/2026-01-14", "2026-01-15/2026-01-31"]
    scores = capaian.score(read_policy(office), evidence, period=halves)
    written = write_reports(scores, tmp_path)
    first, second = (each.read_text(encoding="utf-8") for each in written if each.name == "b.html")
    assert "Dari periode ke periode" not in first
    assert second.count("<h2>From period to period</h2>") == 1
    assert second.count("<svg") == 4


def test_without_pictures_or_what_draws_them_a_page_is_whole(office, evidence, monkeypatch):
    """Both give the same page, without an empty place."""
    it = capaian.score(read_policy(office), evidence, period="2026-01").explain("b")
    plain = page(it, best=Fraction(120), pictures=False)
    monkeypatch.setattr("capaian.report.drawing.can_draw", lambda: False)
    assert page(it, best=Fraction(120)) == plain
    assert "<figure" not in plain


def test_where_nobody_has_a_score_pages_are_whole(office, evidence, tmp_path):
    """No trend of nothing, no waterfall; the team's heat map shows what was measured."""
    office["indicators"][2] |= {"missing": "withhold", "minimum": 1000}
    halves = ["2026-01-01/2026-01-14", "2026-01-15/2026-01-31"]
    scores = capaian.score(read_policy(office), evidence, period=halves)
    written = write_reports(scores, tmp_path)
    texts = {each.name: each.read_text(encoding="utf-8") for each in written[-8:]}
    assert "<svg" not in texts["b.html"]
    assert "No score is given" in texts["b.html"]
    assert "0 with a score, 4 without" in texts["team.html"]
