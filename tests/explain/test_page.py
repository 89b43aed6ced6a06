"""The explanation as a page of text, whole, in both languages."""

import capaian
from capaian.policy import read_policy


def explained(office, evidence, subject):
    """One subject's explanation."""
    return capaian.score(read_policy(office), evidence, period="2026-01").explain(subject)


def test_the_whole_page(office, evidence, snapshot):
    """Heading, table, sum, rounding, levers, formulas, rules: as a tired officer reads it."""
    explanation = explained(office, evidence, "b")
    snapshot("explanation_en.txt", explanation.text("en"))
    snapshot("explanation_id.txt", explanation.text("id"))


def test_a_page_without_a_score_says_which_evidence_is_missing(office, evidence, snapshot):
    """Withheld: no sum, no levers, the reason in the table."""
    office["indicators"][2]["missing"] = "withhold"
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    snapshot("explanation_withheld.txt", explained(office, evidence, "a").text("en"))


def test_the_page_is_narrow_enough_for_a_terminal(office, evidence):
    """The table fits 100 columns."""
    text = explained(office, evidence, "b").text("id")
    table = text.split("\n\n")[1]
    assert max(len(line) for line in table.splitlines()) <= 100


def test_numbers_in_the_page_are_those_of_the_dictionary(office, evidence):
    """Text, JSON and HTML say the same."""
    explanation = explained(office, evidence, "b")
    data = explanation.to_dict()
    assert data["score"] in explanation.text()
    assert data["score"] in explanation._repr_html_()
    assert data["band"] == explanation.band
    assert repr(explanation).startswith(f"<Explanation · {data['score']} · {data['band']}>")
