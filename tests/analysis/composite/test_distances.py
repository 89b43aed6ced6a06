"""Distances to the best: bounds, and what they do not depend on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import around_reference, standardised, topsis, uneven_mean, wroclaw_distance

TABLES = st.integers(1, 4).flatmap(lambda k: st.lists(
    st.lists(st.integers(1, 50), min_size=k, max_size=k), min_size=2, max_size=8))  # fmt: skip


@given(TABLES)
def test_topsis_is_bounded_and_has_no_unit_of_measure(table):
    """Law: 0 to 1; a column in another unit gives the same."""
    values = np.array(table, dtype=float)
    found = topsis(values)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(topsis(values * np.arange(1, values.shape[1] + 1)), found, atol=1e-9)


def test_best_of_everything_is_one_and_worst_nought():
    values = [[9, 9], [1, 1], [5, 1]]
    assert topsis(values).tolist()[:2] == [1, 0]
    assert wroclaw_distance(values)[0] == 0
    assert topsis([[9, 1], [1, 9]], less_is_better=[1]).tolist() == [1, 0]
    assert topsis([[5, 5], [5, 5]]).tolist() == [1, 1]
    assert wroclaw_distance([[5, 5]]).tolist() == [0]


@given(TABLES)
def test_unevenness_costs_what_the_variance_says(table):
    """Oracle: M - S^2 / M; nothing where all indicators are the same."""
    values = np.array(table, dtype=float)
    mean = values.mean(axis=1)
    np.testing.assert_allclose(uneven_mean(values), mean - values.var(axis=1) / mean)
    assert (uneven_mean(values) <= mean + 1e-12).all()
    assert (uneven_mean(values, penalty="plus") >= mean - 1e-12).all()


def test_the_reference_is_a_hundred():
    values = np.array([[1.0, 10], [3, 30]])
    np.testing.assert_allclose(around_reference(values, [2, 20]), [[70, 70], [130, 130]])
    assert standardised(values).mean() == 100


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: standardised([[5, 1], [5, 2]]), "standardised"),
        (lambda: around_reference([[5, 1], [5, 2]], [5, 1]), "around_reference"),
    ],
)
def test_a_column_on_which_all_are_alike_is_refused(call, name):
    with pytest.raises(AnalysisError) as caught:
        call()
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        (
            f"  CPN-N20  1: it does not have two different values: '{name}' cannot tell better"
            " from worse."
        ),
        "           to fix: leave the indicator out, or use a method with a fixed target.",
    ]


def test_unevenness_needs_a_mean_above_nought():
    with pytest.raises(AnalysisError) as caught:
        uneven_mean([[1, -1], [2, 3], [-4, 1]])
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        "  CPN-N27  values: 2 units have a mean of 0 or less, which the formula divides by.",
        (
            "           to fix: bring the indicators to a scale above 0 first (standardised,"
            " around_reference)."
        ),
    ]
