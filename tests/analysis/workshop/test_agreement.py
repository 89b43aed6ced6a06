"""How far people agree, against libraries and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import dirichlet, spearmanr

from capaian.analysis import agreement, budget_weights, fit_dirichlet
from capaian.analysis.workshop.agreement import homogeneity, kendall_w, with_floor


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.permutations(range(1, n + 1)), min_size=2,
                                                    max_size=6)))  # fmt: skip
def test_kendall_follows_from_the_mean_spearman_correlation(orders):
    """Oracle: without ties W = (1 + (m - 1) mean rho) / m (SciPy's rho)."""
    points = np.array(orders, dtype=float)
    people = len(points)
    pairs = [spearmanr(points[i], points[j]).statistic for i in range(people) for j in range(i)]
    assert kendall_w(points) == pytest.approx((1 + (people - 1) * np.mean(pairs)) / people)


def test_everybody_says_that_all_are_equal():
    """No order, no agreement on one: not a number, and said so."""
    assert np.isnan(kendall_w([[1, 1], [1, 1]]))


def test_homogeneity_at_its_ends():
    """1 where all say the same; 1/m where each wants another indicator alone."""
    assert homogeneity([[0.5, 0.3, 0.2]] * 4) == pytest.approx(1)
    assert homogeneity(np.eye(3)) == pytest.approx(1 / 3)


@pytest.mark.parametrize("alpha", [(2.0, 3.0, 5.0), (40.0, 30.0, 20.0, 10.0), (0.7, 1.2)])
def test_a_fitted_distribution_is_the_most_likely_one(alpha):
    """Oracle: SciPy's likelihood is lower at 200 distributions around it, and near it is flat."""
    generator = np.random.default_rng(7)
    drawn = with_floor(generator.dirichlet(alpha, 60), 1e-6)
    found = fit_dirichlet(drawn)

    def likely(parameters):
        return sum(dirichlet.logpdf(each, parameters) for each in drawn / drawn.sum(1)[:, None])

    best = likely(found)
    for _ in range(200):
        assert likely(found * np.exp(generator.normal(0, 0.2, len(alpha)))) <= best + 1e-9


def test_many_answers_give_their_distribution_back():
    drawn = np.random.default_rng(1).dirichlet([8.0, 4.0, 2.0], 20_000)
    np.testing.assert_allclose(fit_dirichlet(drawn), [8, 4, 2], rtol=0.03)


def test_wholly_agreed():
    """All the same weights: no spread, and a concentration without end."""
    found = agreement(budget_weights([[5, 3, 2]] * 3))
    assert found.kendall_w == pytest.approx(1)
    assert found.homogeneity == pytest.approx(1)
    assert np.isinf(found.concentration)
    np.testing.assert_allclose(found.spread, 0, atol=1e-15)


@given(st.integers(3, 8), st.integers(0, 2**32 - 1))
def test_the_order_of_people_does_not_matter(people, seed):
    """Law."""
    drawn = np.random.default_rng(seed).dirichlet([3.0, 2.0, 4.0], people)
    one, two = agreement(drawn), agreement(drawn[::-1])
    assert one.homogeneity == pytest.approx(two.homogeneity)
    assert one.kendall_w == pytest.approx(two.kendall_w)
    assert one.concentration == pytest.approx(two.concentration, rel=1e-6)
