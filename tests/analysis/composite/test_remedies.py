"""A second remedy where pulling is in vain: every point recorded, and no order changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import boxcox

from capaian import AnalysisError
from capaian.analysis import log_shifted, treat, winsorise

SKEWED = np.exp(np.linspace(0, 9, 200))
"""So skewed that pulling five points does not mend it, and that a logarithm does."""


def column(values):
    return np.array(values, dtype=float)[:, None]


@pytest.mark.parametrize("then", ["log", "box-cox", None])
@given(values=st.lists(st.one_of(st.integers(0, 20), st.integers(500, 90_000)), min_size=5,
                       max_size=30))  # fmt: skip
def test_the_record_undoes_it_and_the_order_stays(then, values):
    """Laws: undoing the record gives the values back; nobody passes anybody."""
    found = treat(column(values), then=then)
    undone = found.values.copy()
    for line in found.treated.rows():
        assert found.values[line["unit"], 0] == line["after"]
        undone[line["unit"], 0] = line["before"]
    np.testing.assert_array_equal(undone, column(values))
    order = np.argsort(values, kind="stable")
    assert (np.diff(found.values[order, 0]) >= -1e-9).all()
    (shape,) = found.shapes.rows()
    assert shape["points"] == len(found.treated)
    if not shape["passed"]:
        assert shape["points"] == 0


def test_where_pulling_mends_it_nothing_else_is_done():
    days = column([1, 2, 2, 3, 3, 3, 4, 4, 5, 60])
    found, pulled = treat(days), winsorise(days)
    np.testing.assert_array_equal(found.values, pulled.values)
    assert found.treated.rows() == [{**each, "remedy": "pulled"} for each in pulled.treated.rows()]


def test_a_logarithm_is_that_of_the_coin_tool():
    values = np.column_stack([SKEWED, np.arange(200.0)])
    values[3, 0] = np.nan
    found = treat(values, then="log")
    np.testing.assert_allclose(found.values[:, 0], log_shifted(values[:, 0]))
    np.testing.assert_array_equal(found.values[:, 1], values[:, 1])
    assert {each["remedy"] for each in found.treated.rows()} == {"log"}
    assert found.treated["unit"] == [each for each in range(200) if each != 3]
    assert found.shapes["passed"] == [True, True]
    assert winsorise(values).shapes["passed"] == [False, True]


def test_box_cox_with_a_given_power_and_with_the_likeliest():
    """Oracle: SciPy."""
    moved = SKEWED - SKEWED.min() + 1
    fitted, _ = boxcox(moved)
    np.testing.assert_allclose(treat(column(SKEWED), then="box-cox").values[:, 0], fitted)
    given_ = treat(column(SKEWED), then="box-cox", power=0.1)
    np.testing.assert_allclose(given_.values[:, 0], boxcox(moved, 0.1))


def test_a_scale_that_does_not_mend_it_is_not_kept():
    """A power of 1 is the same shape; a logarithm of a column that leans the other way is worse."""
    for values, options in ((SKEWED, {"then": "box-cox", "power": 1}), (-SKEWED, {"then": "log"})):
        found = treat(column(values), **options)
        np.testing.assert_array_equal(found.values, column(values))
        assert len(found.treated) == 0
        assert found.shapes["passed"] == [False]


def test_another_remedy():
    with pytest.raises(AnalysisError) as caught:
        treat(column(SKEWED), then="boxcox")
    assert str(caught.value).splitlines() == [
        "The method was not applied.",
        "  CPN-M62  then: 'boxcox' is not known here. Did you mean 'box-cox'?",
        "           to fix: use one of: log, box-cox.",
    ]
