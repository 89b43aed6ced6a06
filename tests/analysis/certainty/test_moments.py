"""Moments of a piecewise-linear function of a Gaussian: against numerical integration."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from capaian.analysis.certainty.moments import Curve, moments, pieces

CAPPED = Curve([60, 100], [60, 0, 100], [0, 1, 0])
TIERS = Curve([50, 80, 120], [0, 30, -50, 90], [0, 0.5, 1.5, -0.25])
STRAIGHT = Curve([], [3], [-2])


def integrated(curve, mean, error):
    """Mean, variance and third moment, by integrating each line of the curve on its own."""
    ends = [mean - 12 * error, *curve.knots, mean + 12 * error]
    inside = [each for each in ends if abs(each - mean) <= 12 * error]
    cuts = sorted({ends[0], *inside, ends[-1]})

    def over(function):
        return sum(
            quad(lambda x: function(curve.at(x)) * norm.pdf(x, mean, error), low, high,
                 epsabs=1e-7)[0]
            for low, high in pairwise(cuts)
        )  # fmt: skip

    first = over(lambda y: y)
    return first, over(lambda y: (y - first) ** 2), over(lambda y: (y - first) ** 3)


@pytest.mark.parametrize("curve", [CAPPED, TIERS, STRAIGHT])
@pytest.mark.parametrize(("mean", "error"), [(80, 5), (100, 8), (58, 3), (120, 40), (20, 4)])
def test_moments_are_those_of_numerical_integration(curve, mean, error):
    found = moments(curve, np.array([float(mean)]), np.array([float(error)]))
    expected = integrated(curve, mean, error)
    for got, want in zip((found.mean, found.variance, found.third), expected, strict=True):
        assert got[0] == pytest.approx(want, rel=1e-6, abs=1e-6)


def test_a_cap_makes_the_error_smaller():
    """0.70 +- 0.20 against a target of 0.80: the delta method says 25, and it is 18.6."""
    achievement = Curve([0, 0.8], [0, 0, 100], [0, 125, 0])
    found = moments(achievement, np.array([0.7]), np.array([0.2]))
    delta = achievement.slopes[1] * 0.2
    assert delta == 25
    assert found.variance[0] ** 0.5 == pytest.approx(18.6, abs=0.05)
    assert found.mean[0] == pytest.approx(integrated(achievement, 0.7, 0.2)[0])


@given(mean=st.floats(0, 150), error=st.floats(1e-9, 60))
def test_the_pieces_are_a_partition(mean, error):
    """Law: probabilities of the lines add up to 1, and so do their parts of the mean."""
    x, s = np.array([mean]), np.array([error])
    cut = list(pieces(TIERS, x, s))
    assert sum(each.mass[0] for each in cut) == pytest.approx(1)
    given_ = [each.mass[0] * each.given().mean[0] for each in cut if each.mass[0] > 1e-9]
    assert sum(given_) == pytest.approx(moments(TIERS, x, s).mean[0], abs=1e-5)


@given(mean=st.floats(0, 150))
def test_no_error_is_no_variance(mean):
    found = moments(TIERS, np.array([mean]), np.zeros(1))
    assert (found.mean[0], found.variance[0], found.third[0]) == (
        TIERS.at(np.array([mean]))[0],
        0,
        0,
    )


@given(mean=st.floats(0, 150), error=st.floats(1e-6, 1e-3))
def test_a_small_error_keeps_its_digits(mean, error):
    """Law: away from the knots the variance is that of the line, to many digits."""
    if min(abs(mean - knot) for knot in TIERS.knots) > 12 * error:
        found = moments(TIERS, np.array([mean]), np.array([error]))
        slope = TIERS.slopes[np.searchsorted(TIERS.knots, mean)]
        assert found.variance[0] == pytest.approx((slope * error) ** 2, rel=1e-6)
