"""Values at exactly one number, against values as round as it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.matrices import matrix
from analysis.quality.test_diagnose import LOOK
from capaian.analysis.quality.heap import heap
from capaian.analysis.quality.limits import score_heaping


@given(
    counts=st.lists(st.integers(0, 30), min_size=7, max_size=7),
    level=st.sampled_from([0.9, 0.95, 0.99]),
)
def test_a_heap_is_a_binomial_test_of_the_middle(counts, level):
    """Law: p and interval are those of `binomtest` of the number among itself and its neighbours."""
    found = heap(np.repeat(np.arange(7), counts), 3, {1: 3}, level=level)
    k, m = counts[3], sum(counts) - counts[3]
    if not k + m:
        assert found is None
        return
    oracle = stats.binomtest(k, k + m, 1 / 7, alternative="greater")
    assert found.p == pytest.approx(oracle.pvalue, abs=1e-12)
    assert (found.observed, found.expected) == (k, m / 6)
    if m:
        share = stats.binomtest(k, k + m).proportion_ci(level, method="exact").low
        assert found.low + found.expected == pytest.approx(share / (1 - share) * m)


def test_many_values_on_a_curved_density_are_no_heap():
    """A million, with the number where the density is highest: a straight run alone would say so."""
    rng = np.random.default_rng(5)
    values = np.rint(rng.normal(60, 12, 1_000_000)).astype(np.int64)
    assert heap(values, 60, {1: 3}).p < 0.01
    assert heap(values, 60, {1: 5}).p > 0.01


def test_honest_values_are_a_heap_more_seldom_than_the_level_says():
    """Also where every tenth value is rounder than the rest: the kindest neighbours are taken."""
    rng = np.random.default_rng(1)
    p = []
    for _ in range(400):
        values = np.rint(rng.normal(600, 60, 600)).astype(np.int64)
        typed = rng.random(600) < 0.3
        values[typed] = values[typed] // 10 * 10
        p.append(heap(values, 600, {1: 20, 10: 5}).p)
    assert 0.005 < np.mean(np.array(p) < 0.05) < 0.06


def test_the_power_is_how_often_half_as_many_again_is_seen():
    rng = np.random.default_rng(2)
    found = [
        heap(np.repeat(np.arange(11), rng.poisson([20] * 5 + [30] + [20] * 5)), 5, {1: 5})
        for _ in range(600)
    ]
    seen = np.mean([each.p < 0.05 for each in found])
    assert seen == pytest.approx(np.mean([each.power for each in found]), abs=0.1)


def test_other_limits_are_no_neighbours():
    values = np.repeat([50, 60, 70, 80], [5, 50, 50, 5])
    assert heap(values, 60, {10: 2}).expected == (5 + 50 + 5) / 4
    assert heap(values, 60, {10: 2}, [50, 60, 70]).expected == 5 / 2
    assert heap(values, 60, {10: 1}, [50, 60, 70]) is None
    assert heap(np.zeros(0, dtype=np.int64), 60, {1: 2}) is None


def test_a_number_alone_has_no_neighbours_to_expect_from():
    found = heap(np.array([7, 7, 7]), 7, {1: 2})
    assert (found.expected, found.power) == (0, 0)
    assert found.low == pytest.approx(stats.chi2.ppf(0.025, 6) / 2)


def test_scores_at_exactly_a_limit_are_seen():
    """Sixty of 5,000 scores got the 60 that they lacked a little of."""
    rng = np.random.default_rng(3)
    score = np.round(rng.normal(62, 12, 5000), 2)
    [honest] = score_heaping(matrix(score), {"middle": 60.0}, LOOK)
    near = np.flatnonzero((score > 58) & (score < 60))[:60]
    score[near] = 60.0
    [found] = score_heaping(matrix(score), {"middle": 60.0}, LOOK)
    assert honest.p > 0.05
    assert found.p < 1e-6
    assert set(near) <= set(found.rows)
    assert "scores are exactly 60; scores as round as that one make" in found.text()
    assert "tepat 60" in found.text("id")


def test_scores_that_are_whole_numbers_are_held_against_whole_numbers():
    score = np.rint(np.random.default_rng(4).normal(62, 12, 5000))
    [found] = score_heaping(matrix(score), {"middle": 60.0}, LOOK)
    assert found.expected > 100
    assert found.p > 0.01
