"""A person's page: escaped, self-contained, in two languages."""

import re
from fractions import Fraction

import pytest

import capaian
from capaian.policy import read_policy
from capaian.report import page


@pytest.fixture
def html(office, evidence):
    """One subject's page."""
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    return page(scores.explain("b"), best=Fraction(120))


def test_nothing_is_loaded_from_elsewhere(html):
    """No script, no image, no address: an office network may be closed."""
    assert not re.search(r"https?://|<script|<link|<img|@import|url\(", html)


def test_both_languages_are_on_the_page(html):
    """Each in a section that says its language."""
    assert '<section lang="id">' in html
    assert '<section lang="en">' in html
    assert "Mengapa nilainya demikian" in html
    assert "Why this score" in html


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
