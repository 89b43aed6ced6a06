"""The distribution of a sum of capped values: against 200,000 draws, and its laws."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from capaian.analysis.certainty import mixture
from capaian.analysis.certainty.dominant import sums
from capaian.analysis.certainty.moments import Curve

CUTS = (65.0, 70.0, 80.0, 90.0, 97.0)


def capped(weight):
    return Curve([60, 100], [60 * weight, 0, 100 * weight], [0, weight, 0])


def one(curves, x, errors, fixed=0.0):
    ((_, found),) = sums(curves, np.atleast_2d(x), np.atleast_2d(errors), fixed)
    return found


WEIGHTS = {
    "equal": ([0.1] * 10, 0.006),
    "uneven": ([0.4, 0.2, 0.1, 0.075, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025], 0.012),
    "three": ([0.5, 0.3, 0.2], 0.05),
    "one": ([1.0], 0.005),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_probabilities_are_those_of_draws(name):
    """Mean and standard deviation exactly, probabilities within the bound that the method has."""
    weights, bound = WEIGHTS[name]
    chance = np.random.default_rng(5)
    x = chance.uniform(55, 105, (20, len(weights)))
    errors = chance.uniform(2, 10, x.shape)
    found = one([capped(each) for each in weights], x, errors)
    for row in range(len(x)):
        z = chance.standard_normal((200_000, len(weights)))
        total = np.clip(x[row] + errors[row] * z, 60, 100) @ weights
        assert found.mean[row] == pytest.approx(total.mean(), abs=0.05)
        assert found.error[row] == pytest.approx(total.std(), rel=0.01, abs=0.02)
        for cut in CUTS:
            truth = (total < cut - 1e-9).mean()
            assert found.below(cut)[row] == pytest.approx(truth, abs=bound), (row, cut)


def test_a_sum_of_straight_lines_is_gaussian():
    """Where nothing is capped there is an exact answer, however many nodes it takes."""
    for lead in (1.0, 3.0, 10.0, 40.0):
        curves = [Curve([], [1], [lead]), Curve([], [0], [1])]
        found = one(curves, [10.0, 5.0], [2.0, 2.0], fixed=4.0)
        exact = norm(1 + 10 * lead + 5 + 4, 2 * np.hypot(lead, 1))
        for share in (0.01, 0.3, 0.5, 0.9, 0.999):
            assert found.below(exact.ppf(share))[0] == pytest.approx(share, abs=1e-3)


def test_one_value_is_exact_with_its_point_masses():
    """P(sum < cap) leaves out the mass at the cap, P(sum <= cap) is 1."""
    found = one([capped(1.0)], [98.0], [4.0])
    assert found.below(100.0)[0] == pytest.approx(norm.cdf(0.5))
    assert found.below(100.0, inside=True)[0] == 1
    assert found.below(60.0)[0] == 0
    assert found.below(90.0)[0] == pytest.approx(norm.cdf(-2))


def test_a_second_indicator_at_its_cap_is_taken_apart():
    """Two indicators at their caps: the sum is 100 with a probability, and nothing is smeared."""
    curves = [capped(0.5), capped(0.5)]
    found = one(curves, [104.0, 103.0], [4.0, 4.0])
    both = norm.cdf(1) * norm.cdf(0.75)
    assert 1 - found.below(99.999)[0] == pytest.approx(both, abs=0.015)
    before = mixture.DEEP
    mixture.DEEP = 0
    try:
        assert abs(1 - one(curves, [104.0, 103.0], [4.0, 4.0]).below(99.999)[0] - both) > 0.04
    finally:
        mixture.DEEP = before


def test_nothing_lies_beyond_the_ends():
    """The Gaussian of the rest reaches farther than the sum can: that part is cut off."""
    curves = [capped(0.5), capped(0.5)]
    x, errors = np.array([[98.0, 97.0]]), np.array([[9.0, 9.0]])
    ((_, found),) = sums(curves, x, errors, ends=(60.0, 100.0))
    assert found.below(100.0, inside=True)[0] == 1
    assert found.below(100.5)[0] == 1
    assert found.below(60.0)[0] == 0
    assert found.below(59.0, inside=True)[0] == 0


def test_no_errors_are_a_single_value():
    found = one([capped(0.5), capped(0.5)], [80.0, 90.0], [0.0, 0.0])
    assert (found.mean[0], found.error[0]) == (85, 0)
    assert [found.below(at)[0] for at in (84.9, 85.0, 85.1)] == [0, 0, 1]
    assert found.below(85.0, inside=True)[0] == 1


def test_nothing_to_add_is_the_constant():
    found = one([], np.zeros((3, 0)), np.zeros((3, 0)), fixed=42.0)
    assert found.mean.tolist() == [42, 42, 42]
    assert found.below(42.0).tolist() == [0, 0, 0]
    assert found.below(42.5).tolist() == [1, 1, 1]


VALUES = st.lists(st.tuples(st.floats(40, 120), st.one_of(st.just(0.0), st.floats(1e-3, 40))),
                  min_size=1, max_size=4)  # fmt: skip


@settings(deadline=None)
@given(values=VALUES, cuts=st.lists(st.floats(50, 110), min_size=2, max_size=5))
def test_probabilities_rise_with_the_cut(values, cuts):
    """Law: between 0 and 1, and never less for a higher cut (to the series' own rounding)."""
    x, errors = np.array(values).T
    weight = 1 / len(values)
    found = one([capped(weight)] * len(values), x, errors)
    steps = [found.below(cut)[0] for cut in sorted(cuts)]
    assert all(0 <= each <= 1 for each in steps)
    assert all(low <= high + 0.02 for low, high in pairwise(steps))


@settings(deadline=None, max_examples=25)
@given(values=VALUES, share=st.floats(0.02, 0.98))
def test_a_quantile_has_its_share_below_it(values, share):
    x, errors = np.array(values).T
    weight = 1 / len(values)
    found = one([capped(weight)] * len(values), x, errors)
    at = found.quantile(share)
    slip = 1e-3 * found.error + 1e-6
    assert found.below(at - slip)[0] <= share + 0.02
    assert found.below(at + slip, inside=True)[0] >= share - 0.02


def test_the_order_of_subjects_does_not_matter():
    chance = np.random.default_rng(2)
    x, errors = chance.uniform(55, 105, (300, 4)), chance.uniform(0, 10, (300, 4))
    curves = [capped(0.25)] * 4
    order = chance.permutation(300)
    straight = one(curves, x, errors).below(85.0)
    np.testing.assert_allclose(one(curves, x[order], errors[order]).below(85.0), straight[order],
                               rtol=0, atol=1e-12)  # fmt: skip


def test_moments_through_a_limit_of_the_root():
    """Against draws, with a rest and without one."""
    cap = Curve([90], [0, 90], [1, 0])
    chance = np.random.default_rng(4)
    for weights in ([1.0], [0.97, 0.03], [0.5, 0.3, 0.2]):
        x, errors = np.full(len(weights), 88.0), np.full(len(weights), 7.0)
        mean, error = one([capped(each) for each in weights], x, errors).through(cap)
        z = chance.standard_normal((400_000, len(weights)))
        total = np.minimum(np.clip(x + errors * z, 60, 100) @ weights, 90)
        assert mean[0] == pytest.approx(total.mean(), abs=0.05)
        assert error[0] == pytest.approx(total.std(), abs=0.05)
