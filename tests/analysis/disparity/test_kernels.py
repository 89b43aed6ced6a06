"""The kernels of comparison against well-kept libraries, on random data with ties and empty cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats.contingency import relative_risk
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.power import NormalIndPower, TTestIndPower

from capaian.analysis.disparity import (
    gap,
    impact_ratio,
    power_of_gap,
    power_of_rates,
    superiority,
    within_strata,
)

count = st.integers(1, 400)


@given(n=count, m=count, part=st.data())
def test_the_ratio_is_that_of_scipy(n, m, part):
    """Law: ratio, interval and test are `relative_risk` and `fisher_exact` where these have one."""
    a, c = part.draw(st.integers(1, n)), part.draw(st.integers(1, m))
    found = impact_ratio(a, n, c, m)
    oracle = relative_risk(a, n, c, m)
    assert found.ratio[0] == pytest.approx(oracle.relative_risk)
    assert found.p[0] == pytest.approx(stats.fisher_exact([[a, n - a], [c, m - c]]).pvalue)
    if (a, c) != (n, m):
        interval = oracle.confidence_interval(0.95)
        assert found.low[0] == pytest.approx(interval.low)
        assert found.high[0] == pytest.approx(interval.high)


@pytest.mark.parametrize(
    ("a", "n", "c", "m", "verdict"),
    [
        (0, 10, 5, 10, "watch"),  # nobody: the interval still has an end
        (10, 10, 12, 12, "none"),  # everybody: it has a width
        (5, 10, 0, 10, "undefined"),
        (1, 5, 3, 5, "watch"),  # the four-fifths alarm that means nothing [F02]
        (100, 1000, 300, 1000, "flag"),
        (300, 1000, 100, 1000, "flag"),  # the other way round
    ],
)
def test_small_and_empty_cells_have_a_verdict(a, n, c, m, verdict):
    found = impact_ratio(a, n, c, m)
    assert found.verdict == (verdict,)
    if verdict != "undefined":
        assert 0 <= found.low[0] < found.high[0] < np.inf


@given(
    n=st.integers(2, 500), m=st.integers(2, 500), p=st.floats(0.01, 0.99), q=st.floats(0.01, 0.99)
)
def test_power_of_rates_is_that_of_statsmodels(n, m, p, q):
    effect = 2 * np.arcsin(np.sqrt(p)) - 2 * np.arcsin(np.sqrt(q))
    oracle = NormalIndPower().power(effect, n, 0.05, ratio=m / n)
    assert power_of_rates(n, m, p, q) == pytest.approx(oracle, abs=1e-12)


@given(n=st.integers(2, 200), m=st.integers(2, 200), d=st.floats(0, 2))
def test_power_of_a_gap_is_that_of_statsmodels(n, m, d):
    oracle = TTestIndPower().power(d, n, 0.05, ratio=m / n)
    found = power_of_gap(n, m, d)
    assert 0 <= found <= 1 + 1e-12
    if not np.isnan(oracle):  # the library has none for some that are almost certain
        assert found == pytest.approx(oracle, abs=1e-7)


scores = st.lists(st.integers(0, 8), min_size=2, max_size=40)


@given(x=scores, y=scores)
def test_who_stands_above_whom_is_mann_whitney(x, y):
    """Law: probability and p, with ties, from counts of classes."""
    values = np.arange(9)
    counts = [np.bincount(each, minlength=9) for each in (x, y)]
    over, p = superiority(*counts)
    oracle = stats.mannwhitneyu(x, y, method="asymptotic")
    assert over == pytest.approx(oracle.statistic / (len(x) * len(y)))
    if len(set(x) | set(y)) > 1:
        assert p == pytest.approx(oracle.pvalue)
    else:
        assert p == 1
    assert len(values) == 9


@given(x=scores, y=scores)
def test_the_gap_is_welch_s(x, y):
    if np.var(x) == 0 or np.var(y) == 0:  # SciPy warns
        return
    found = gap(x, y)
    oracle = stats.ttest_ind(x, y, equal_var=False)
    interval = oracle.confidence_interval(0.95)
    assert found.p == pytest.approx(oracle.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_one_person_has_a_difference_and_no_interval():
    found = gap([3.0], [1.0, 2.0])
    assert found.difference == 1.5
    assert np.isnan([found.low, found.high, found.g, found.p]).all()


cell = st.integers(1, 30)


@given(
    strata=st.lists(st.tuples(cell, cell, cell, cell), min_size=2, max_size=6),
)
def test_strata_are_those_of_statsmodels(strata):
    """Law: common odds ratio, interval, both tests; and the two parts add up to the gap."""
    a, b, c, d = (np.array(each) for each in zip(*strata, strict=True))
    found = within_strata(a, a + b, c, c + d)
    oracle = StratifiedTable(np.array([[a, b], [c, d]]))
    assert found.odds_ratio == pytest.approx(oracle.oddsratio_pooled)
    assert (found.low, found.high) == pytest.approx(oracle.oddsratio_pooled_confint())
    assert found.p == pytest.approx(oracle.test_null_odds(correction=False).pvalue)
    if abs(oracle.oddsratio_pooled - 1) > 1e-3:  # the library divides by 1 - ratio
        assert found.p_homogeneous == pytest.approx(oracle.test_equal_odds().pvalue, abs=1e-6)
    assert found.within + found.between == pytest.approx(found.gap)


def test_homogeneity_has_a_p_where_the_common_ratio_is_one():
    """There the library gives none."""
    found = within_strata(*(np.array(each) for each in ([80, 10], [100, 50], [40, 20], [50, 100])))
    assert found.odds_ratio == pytest.approx(1)
    assert found.p_homogeneous == pytest.approx(1)


def test_a_stratum_of_one_group_is_placement():
    """Who has nobody to be compared with inside can only differ by where they are."""
    found = within_strata(*(np.array(each) for each in ([9, 0], [10, 0], [0, 1], [0, 10])))
    assert (found.mixed, found.within) == (0, 0)
    assert found.between == pytest.approx(found.gap) == pytest.approx(0.8)
    assert np.isnan(found.odds_ratio)
