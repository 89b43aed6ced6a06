"""Ratings in the program: whose value they are, and what is said where there is none."""

from fractions import Fraction

import pytest

from capaian.formula import Column, lit
from capaian.policy import read_policy
from capaian.scores.rated import rated
from decisions import decided, rating

ALL = {"a", "b", "c"}
NONE = {"score": "", "work": "", "conduct": ""}


def made(changes, known=ALL, reasons=NONE, **policy):
    """The first rating of a matrix with something else about it."""
    document = decided(**policy)
    document["decision"]["ratings"][0] = rating("work", **changes)
    read = read_policy(document)
    return rated(read.decision.ratings[0], read, known, reasons)


@pytest.mark.parametrize(
    ("of", "name"), [("work", "score:work"), ("score", "score:score"), ("a", "achievement:a")]
)
def test_a_rating_is_a_score_or_an_achievement(of, name):
    found = made({"of": of})
    assert found.value == Column(name)
    assert found.name == "rating:work"
    assert found.missing == found.worst == ()


def test_a_formula_reads_what_it_names():
    found = made({"formula": "0.5 * a + conduct"})
    assert "achievement:a" in str(found.value)
    assert "score:conduct" in str(found.value)
    assert found.digits is None


def test_what_has_no_value_is_named_with_its_reason():
    reasons = {**NONE, "conduct": "all_missing"}
    found = made({"formula": "a + b + conduct"}, {"b"}, reasons)
    assert found.missing == (("a", ""), ("conduct", "all_missing"))


def test_the_worst_is_the_policys_word_and_no_other_default():
    found = made({"formula": "a + conduct"}, {"b"}, {**NONE, "conduct": "withheld"},
                 missing="worst")  # fmt: skip
    assert found.missing == ()
    assert found.worst == (("a", ""), ("conduct", "withheld"))
    assert found.value == lit(Fraction(0)) + lit(Fraction(0))


def test_the_score_itself_is_never_taken_for_the_worst():
    found = made({"of": "score"}, set(), {**NONE, "score": "all_missing"}, missing="worst")
    assert found.missing == (("score", "all_missing"),)


@pytest.mark.parametrize(
    ("where", "of", "own", "digits"),
    [
        ("node", "work", {}, 1),
        ("achievement", "a", {}, 1),
        ("achievement", "work", {}, None),
        ("node", "score", {}, 2),
        ("node", "work", {"rounding": {"digits": 3}}, 3),
        ("node", "work", {"rounding": {"mode": "none"}}, 1),
    ],
)
def test_what_is_rounded_already_stays_on_its_grid(where, of, own, digits):
    rounding = [{"where": "score", "digits": 2}, {"where": where, "digits": 1}]
    assert made({"of": of, **own}, rounding=rounding).digits == digits
