"""What follows from one score and one error: against draws."""

import numpy as np
import pytest

from capaian.analysis.certainty.gaussian import above, gaussian_bands, uncertain_weights


def test_bands_of_many_scores_add_up_to_one():
    p = gaussian_bands(np.array([58.0, 74.0, 120.0]), np.array([3.0, 0.5, 40.0]), [60, 75, 90])
    assert p.shape == (3, 4)
    np.testing.assert_allclose(p.sum(axis=1), 1)


def test_who_stands_above_whom():
    """Against draws; without any error it is known, and a tie is a half."""
    chance = np.random.default_rng(1)
    a, b = chance.normal(82, 3, 400_000), chance.normal(80, 4, 400_000)
    assert above(82, 3, 80, 4) == pytest.approx((a > b).mean(), abs=0.003)
    assert above(np.array([2.0, 1.0, 1.0]), 0, np.array([1.0, 2.0, 1.0]), 0).tolist() == [1, 0, 0.5]


def test_uncertain_weights_are_those_of_draws():
    chance = np.random.default_rng(2)
    alpha, value, error = [5, 3, 2], [90.0, 60.0, 75.0], [4.0, 6.0, 3.0]
    weights = chance.dirichlet(alpha, 400_000)
    drawn = chance.normal(value, error, (400_000, 3))
    both, measured, weighted = uncertain_weights(alpha, value, error)
    assert both == pytest.approx((weights * drawn).sum(axis=1).std(), abs=0.02)
    assert measured == pytest.approx((drawn @ [0.5, 0.3, 0.2]).std(), abs=0.02)
    assert weighted == pytest.approx((weights @ value).std(), abs=0.02)
