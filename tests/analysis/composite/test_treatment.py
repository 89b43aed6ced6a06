"""Outliers: what is moved is recorded, and what cannot be mended is left alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kurtosis, skew

from capaian import AnalysisError
from capaian.analysis import box_cox, log_shifted, shape_of, winsorise

COLUMN = [1, 2, 2, 3, 3, 3, 4, 4, 5, 60]


def column(values):
    return np.array(values, dtype=float)[:, None]


@pytest.mark.filterwarnings("ignore:Precision loss")
@given(st.lists(st.integers(0, 200), min_size=4, max_size=30).filter(lambda x: len(set(x)) > 1))
def test_the_shape_is_that_of_the_library(values):
    """Oracle: SciPy, corrected for bias."""
    one, two = shape_of(values)
    assert one[0] == pytest.approx(skew(values, bias=False), nan_ok=True)
    assert two[0] == pytest.approx(kurtosis(values, bias=False), nan_ok=True)


@pytest.mark.parametrize("values", [[1, 2, 3], [5, 5, 5, 5], [np.nan] * 5])
def test_too_few_or_all_alike_have_no_shape(values):
    assert np.isnan(shape_of(values)[0]).all()
    assert winsorise(column(values)).shapes["passed"] == [True]


@given(st.lists(st.one_of(st.integers(0, 20), st.integers(500, 900)), min_size=5, max_size=40))
def test_every_point_that_was_moved_is_recorded(values):
    """Law: undoing the record gives the values back; nothing else has changed."""
    given_values = column(values)
    found = winsorise(given_values)
    undone = found.values.copy()
    for line in found.treated.rows():
        assert found.values[line["unit"], 0] == line["after"]
        undone[line["unit"], 0] = line["before"]
    np.testing.assert_array_equal(undone, given_values)
    (shape,) = found.shapes.rows()
    assert shape["points"] == len(found.treated)
    if not shape["passed"]:
        assert len(found.treated) == 0


def test_what_a_person_sees():
    found = winsorise(column([*COLUMN, np.nan]))
    assert repr(found) == "<Treatment of 1 indicators: 1 points moved>"
    assert str(found).splitlines() == [
        "Shape of each indicator",
        "",
        "indicator  skew_before  kurtosis_before  skew_after  kurtosis_after  points  passed",
        "1                 3.14             9.89     -0.0876         -0.7513       1    True",
        "",
        "Points that were moved",
        "",
        "unit  indicator  before  after  step",
        "   9  1              60      5     1",
    ]
    assert "<table>" in found._repr_html_()


def test_a_column_that_pulling_does_not_mend_is_left_as_it_was():
    """Half of a thousand zeros and ten giants: more points than may be moved."""
    values = column([0] * 300 + [1000] * 4)
    found = winsorise(values, most=3)
    np.testing.assert_array_equal(found.values, values)
    assert found.shapes["passed"] == [False]


def test_low_outliers_are_pulled_up():
    found = winsorise(column([-60, *(-x for x in COLUMN[:-1])]))
    assert found.treated.rows() == [
        {"unit": 0, "indicator": "1", "before": -60.0, "after": -5.0, "step": 1}
    ]


def test_scales():
    """Order is kept; lambda 0 is the logarithm."""
    np.testing.assert_allclose(box_cox(COLUMN, 0), np.log(np.array(COLUMN)))
    assert (np.diff(log_shifted(COLUMN)) >= 0).all()


def test_no_point_may_be_moved():
    with pytest.raises(AnalysisError) as caught:
        winsorise(column(COLUMN), most=0)
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        "  CPN-M84  most: no point may be moved.",
        "           to fix: allow 1 or more.",
    ]
