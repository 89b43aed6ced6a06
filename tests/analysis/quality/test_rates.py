"""Shares that rise: against SciPy and statsmodels, and by simulation of shares that do not."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from capaian.analysis.quality.rates import share_change, share_trend

cells = st.tuples(st.integers(0, 40), st.integers(0, 40)).filter(sum)


@given(cells, cells, st.sampled_from([0.9, 0.95, 0.99]))
def test_a_change_is_fishers_test_with_newcombes_interval(before, after, level):
    """Law: p by `fisher_exact`, the interval by statsmodels."""
    n1, n2 = sum(before), sum(after)
    found = share_change(before[0], n1, after[0], n2, level=level)
    table = [list(after), list(before)]
    oracle = stats.fisher_exact(table, alternative="greater")
    assert found.p == pytest.approx(float(oracle.pvalue), abs=1e-9)
    low, high = confint_proportions_2indep(
        after[0], n2, before[0], n1, method="newcomb", alpha=1 - level
    )
    assert found.low == pytest.approx(low * n2, abs=1e-9)
    assert found.high == pytest.approx(high * n2, abs=1e-9)
    assert found.expected == before[0] / n1 * n2
    assert 0 <= found.power <= 1


def test_the_power_is_how_often_half_as_many_again_is_seen():
    rng = np.random.default_rng(1)
    one, two = rng.binomial(300, 0.2, 1500), rng.binomial(200, 0.3, 1500)
    seen = stats.hypergeom.sf(two - 1, 500, one + two, 200) < 0.05
    assert seen.mean() == pytest.approx(share_change(60, 300, 40, 200).power, abs=0.06)


def test_a_share_that_does_not_change_has_a_small_p_more_seldom_than_the_level_says():
    rng = np.random.default_rng(2)
    one, two = rng.binomial(300, 0.2, 4000), rng.binomial(200, 0.2, 4000)
    p = [
        share_change(int(a), 300, int(b), 200).p for a, b in zip(one[:600], two[:600], strict=True)
    ]
    assert 0.01 < np.mean(np.array(p) < 0.05) < 0.055


@given(st.lists(cells, min_size=2, max_size=8))
def test_a_trend_is_the_score_test_of_a_logistic_regression(parts):
    """Law: z squared is n times the squared correlation of being a hit with the part."""
    hits, n = np.array([each[0] for each in parts]), np.array([sum(each) for each in parts])
    z, p = share_trend(hits, n)
    if not 0 < hits.sum() < n.sum():
        assert np.isnan(z)
        return
    part = np.repeat(np.arange(len(n)), n)
    hit = np.concatenate([[1] * k + [0] * (m - k) for k, m in zip(hits, n, strict=True)])
    r = np.corrcoef(part, hit)[0, 1]
    assert z == pytest.approx(r * np.sqrt(n.sum()), abs=1e-9)
    assert p == pytest.approx(stats.norm.sf(z))


def test_a_trend_is_near_the_wald_test_of_statsmodels():
    hits, n = np.array([30, 36, 38, 45, 44, 52]), np.full(6, 200)
    model = sm.GLM(
        np.column_stack([hits, n - hits]),
        sm.add_constant(np.arange(6.0)),
        family=sm.families.Binomial(),
    )
    assert share_trend(hits, n)[0] == pytest.approx(float(model.fit().tvalues[1]), rel=0.03)


def test_one_part_has_no_trend():
    assert np.isnan(share_trend([3, 0], [9, 0])).all()
    assert np.isnan(share_trend([0, 0], [0, 0])).all()
