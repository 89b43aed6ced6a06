"""Benefit of the doubt against the dual of its linear programme."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from capaian import AnalysisError
from capaian.analysis import benefit_of_the_doubt

TABLES = st.integers(1, 3).flatmap(lambda k: st.lists(
    st.lists(st.integers(1, 30), min_size=k, max_size=k), min_size=2, max_size=6))  # fmt: skip


@given(TABLES)
def test_it_is_the_least_mixture_of_others_that_does_as_well(table):
    """Oracle: duality. min sum l so that the mixture l of all units reaches the unit everywhere."""
    values = np.array(table, dtype=float)
    for unit, found in zip(values, benefit_of_the_doubt(values), strict=True):
        dual = linprog(np.ones(len(values)), A_ub=-values.T, b_ub=-unit, method="highs").fun
        assert found == pytest.approx(dual)
        assert 0 < found <= 1 + 1e-9


@given(TABLES)
def test_it_has_no_unit_of_measure(table):
    values = np.array(table, dtype=float)
    np.testing.assert_allclose(
        benefit_of_the_doubt(values * 1000), benefit_of_the_doubt(values), atol=1e-9
    )


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (np.zeros((2001, 1)),
         ["  CPN-M82  values: 2,001 units are too many for all their programmes; the most are 2,000.",
          "           to fix: compare fewer units, such as offices in place of people, or use topsis."]),
        ([[1, -2]],
         ["  CPN-M83  values: 1 values are below 0.",
          "           to fix: move the scale, so that the worst is 0."]),
    ],
)  # fmt: skip
def test_what_is_refused(table, lines):
    with pytest.raises(AnalysisError) as caught:
        benefit_of_the_doubt(table)
    assert str(caught.value).splitlines() == ["The method was not applied.", *lines]
