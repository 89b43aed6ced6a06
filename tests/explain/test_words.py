"""Numbers and states as people read them."""

from fractions import Fraction

import pytest

from capaian.explain import near, percent, phrase, points, small, spoken, state
from capaian.explain.words import STATES, UNITS, WORDS


@pytest.mark.parametrize(
    ("value", "unit", "language", "said"),
    [
        (Fraction(2, 3), "share", "en", "66.67 %"),
        (Fraction(25, 2), "days", "id", "12.50 hari"),
        (Fraction(3), "hours", "en", "3 hours"),
        (Fraction(7), "count", "en", "7"),
        (Fraction(5, 1), "widgets", "en", "5 widgets"),
    ],
)
def test_a_measured_value_is_said_with_its_unit(value, unit, language, said):
    """A plugin's own unit is used as it stands."""
    assert spoken(value, unit, language) == said


def test_points_percent_and_adjustments():
    """Two decimals for points, a sign and four for what a rounding changed."""
    assert points(Fraction(1, 3)) == "0.33"
    assert percent(Fraction(1, 8)) == "12.50 %"
    assert small(Fraction(-1, 300)) == "−0.0033"
    assert small(Fraction(1, 300)) == "+0.0033"


def test_every_phrase_has_both_languages():
    """An officer may read Indonesian, an auditor English."""
    for table in (WORDS, STATES, UNITS):
        for texts in table.values():
            assert set(texts) == {"en", "id"}


def test_phrases_and_states():
    """Places are filled; a state that a plugin made up is shown as it is."""
    assert phrase("to", "id", now="1", then="2") == "dari 1 menjadi 2"
    assert state("too_few", "en") == "too few observations"
    assert state("on_strike", "en") == "on_strike"


@pytest.mark.parametrize(
    ("value", "edges", "said"),
    [
        ("88.5", [], "88.5"),
        ("93.425", [], "93.425"),
        ("1/3", [], "≈ 0.33"),
        ("-1/3", [], "≈ -0.33"),
        ("269999/3000", ["90"], "≈ 89.9997"),
        ("270001/3000", ["90"], "≈ 90.0003"),
        ("269999/3000", ["70"], "≈ 90.00"),
        ("89.99999999999", ["90"], "89.99999999999"),
    ],
)
def test_an_unrounded_value_is_never_shown_on_the_other_side_of_an_edge(value, edges, said):
    """A score just below a band is not shown as that band's first."""
    assert near(Fraction(value), {Fraction(each) for each in edges}) == said
