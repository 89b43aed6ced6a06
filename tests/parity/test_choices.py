"""Other roundings: each is a program of its own, and cutting off is exact."""

from fractions import Fraction
from math import trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capaian
from capaian.exact import Program, run_paired
from capaian.formula import Column
from capaian.parity.choices import Choice, Others, choices, truncated
from capaian.parity.quantity import Quantity
from capaian.parity.words import _WORDS, _choice
from capaian.policy import read_policy
from office_sheets import STATISTICS, statistics_evidence, statistics_office

SCORE = Quantity("score")


@given(st.fractions(-1000, 1000, max_denominator=10_000), st.integers(0, 4))
def test_cutting_off_is_toward_zero(value, digits):
    """Oracle: the integer part of a fraction."""
    tree = truncated(Column("x"), digits)
    found = run_paired(Program((("y", tree),)), {"x": value})["y"][1]
    assert found == Fraction(trunc(value * 10**digits), 10**digits)


def score_under(choice, evidence=None, **changes):
    """The one officer's score of the worked example under a choice."""
    policy = statistics_office(**changes)
    scores = capaian.score(policy, evidence or statistics_evidence(), period="2025-Q2")
    return Others(scores).values(0, choice, [SCORE])[SCORE]


def by_hand(kipapp, digits=2):
    """0.4 x kipapp + 0.4 x 100 + 0.2 x 100, in fractions."""
    reached = 100 - (Fraction("94.58") - kipapp) * 20 / Fraction("2.73")
    return Fraction(2, 5) * reached + 60


def test_the_mean_of_the_worked_example_rounded_first_is_99_82():
    """The manual of the statistics office; exact arithmetic gives 99.81."""
    exact = Fraction("283.55") / 3
    assert round(by_hand(exact), 2) == Fraction("99.81")
    assert score_under(Choice("measured", 2, "half-up")) == Fraction("99.82")
    assert round(by_hand(Fraction("94.52")), 2) == Fraction("99.82")
    assert score_under(Choice("score")) == by_hand(exact)


def test_months_rounded_before_their_mean_are_another_order():
    """94.405, 94.705, 94.455: each to two decimals and then their mean, or the mean itself."""
    rounding = [{"where": "score", "digits": 4}]
    evidence = statistics_evidence(("94.405", "94.705", "94.455"))
    wide = [
        {**each, "columns": {"date": "on", "amount": {"column": "value", "digits": 3}}}
        for each in STATISTICS["indicators"]
    ]
    changes = {"rounding": rounding, "indicators": wide}
    months = score_under(Choice("sub-period", 2, "half-up"), evidence, **changes)
    mean = score_under(Choice("measured", 2, "half-up"), evidence, **changes)
    cut = score_under(Choice("sub-period", 2, "truncate"), evidence, **changes)
    assert months == round(by_hand(Fraction("283.58") / 3), 4)  # 94.41, 94.71, 94.46
    assert mean == round(by_hand(Fraction("94.52")), 4)
    assert cut == round(by_hand(Fraction("283.55") / 3), 4)


def test_contributions_that_are_rounded_before_they_are_added():
    """Two thirds and one third of 50 and 70: 33.33 + 23.33, and not 56.67."""
    document = {
        "id": "desk", "edition": "1", "in_force": {"from": "2026-01-01"}, "missing": "withhold",
        "scale": {"worst": 0, "best": 100}, "subject": "nip", "weights": "relative",
        "rounding": [{"where": "score", "digits": 2}],
        "indicators": [
            {"id": name, "weight": weight, "type": "count-based", "table": name,
             "columns": {"amount": "value"}, "measure": {"statistic": "sum", "no_rows": "missing"},
             "normalise": {"method": "identity"}}
            for name, weight in (("a", 2), ("b", 1))
        ],
    }  # fmt: skip
    evidence = {"a": [{"nip": "1", "value": 50}], "b": [{"nip": "1", "value": 70}]}
    scores = capaian.score(read_policy(document), evidence, period="2026-01")
    assert scores.explain("1").score == Fraction("56.67")
    found = Others(scores).values(0, Choice("contribution", 2, "half-up"), [SCORE])
    assert found[SCORE] == Fraction("56.66")


def test_the_policys_own_rounding_is_not_tried_again_but_none_is():
    """And of places that a policy does not have nothing."""
    scores = capaian.score(statistics_office(), statistics_evidence(), period="2025-Q2")
    tried = list(choices(scores))
    assert Choice("score", 2, "half-up") not in tried
    assert Choice("score") in tried
    assert Choice("measured") not in tried
    assert {each.place for each in tried} == {
        "measured", "sub-period", "achievement", "contribution", "score",
    }  # fmt: skip
    assert len(tried) == 4 * 15 + 15


def test_the_policys_own_rounding_on_the_way_gives_way():
    """Measured to four decimals by the policy; under the choice to two, or not at all."""
    rounding = [{"where": "measured", "digits": 4}, {"where": "score", "digits": 6}]
    exact = Fraction("283.55") / 3
    assert score_under(Choice("measured"), rounding=rounding) == round(by_hand(exact), 6)
    two = score_under(Choice("measured", 2, "truncate"), rounding=rounding)
    assert two == round(by_hand(Fraction("94.51")), 6)


@pytest.mark.parametrize(
    ("digits", "way", "english", "indonesian"),
    [
        (1, "half-up", "score to 1 decimal, half-up", "nilai dibulatkan 1 desimal, setengah ke atas"),
        (2, "half-even", "score to 2 decimals, half-even",
         "nilai dibulatkan 2 desimal, setengah ke genap"),
        (1, "truncate", "score cut off after 1 decimal", "nilai dipotong setelah 1 desimal"),
        (0, "truncate", "score cut off after 0 decimals", "nilai dipotong setelah 0 desimal"),
    ],
)  # fmt: skip
def test_one_decimal_is_one(digits, way, english, indonesian):
    choice = Choice("score", digits, way)
    assert _choice(choice, _WORDS["en"]) == english
    assert _choice(choice, _WORDS["id"]) == indonesian
