"""An explanation as a value: what goes out is JSON and exact."""

import json
from fractions import Fraction

import capaian
from capaian.policy import read_policy


def test_the_dictionary_is_json_and_exact(office, evidence):
    """Fractions are text; parts and adjustments of the document add up to the score."""
    explanation = capaian.score(read_policy(office), evidence, period="2026-01").explain("b")
    data = json.loads(json.dumps(explanation.to_dict()))
    parts = sum(Fraction(part["contribution"]) for part in data["parts"])
    parts += sum(Fraction(each["amount"]) for each in data["adjustments"])
    assert parts == Fraction(data["score"])


def test_html_is_escaped(office, evidence):
    """A title with a tag in it stays text."""
    office["indicators"][0]["title"] = {"en": "<script>alert(1)</script>", "id": "x"}
    explanation = capaian.score(read_policy(office), evidence, period="2026-01").explain("b")
    assert "<script>" not in explanation._repr_html_()
    assert "&lt;script&gt;" in explanation._repr_html_()
