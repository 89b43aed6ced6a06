"""Limits of a funnel: exact laws, and more spread than chance has."""

import numpy as np
import pytest
from scipy.stats import binom, poisson

from analysis.cases import MEASUREMENT
from capaian.analysis.funnels import funnel_limits, over_dispersion, standard_errors


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_limits_are_exact_where_they_interpolate(level):
    """Between r - 1 and r the law passes the tail: Spiegelhalter 2005a, for one size at a time."""
    sizes = np.array([1.0, 7.0, 20.0, 500.0])
    for kind, law in (("binomial", binom), ("poisson", poisson)):
        low, high = funnel_limits(kind, 0.3, sizes, level)
        for at, size in enumerate(sizes):
            args = (size, 0.3) if kind == "binomial" else (size * 0.3,)
            for limit, p in ((low[at], (1 - level) / 2), (high[at], (1 + level) / 2)):
                r = int(np.ceil(limit * size - 1e-9)) if limit > 0 else 0
                assert law.cdf(r - 1, *args) <= p + 1e-9
                assert limit <= r / size + 1e-12
        assert (low <= 0.3).all()
        assert (high >= 0.3 - 1e-12).all()


def test_a_heterogeneous_team_is_over_dispersed():
    """Case C10: Poisson limits would flag half of it."""
    case = MEASUREMENT["C10"]
    counts = np.array(case["input"]["counts"], dtype=float)
    mean = counts.mean()
    error = standard_errors("poisson", mean, np.ones(len(counts)))
    z = (counts - mean) / error
    found = over_dispersion(z, error, winsorised=0, estimated=True)
    assert found.phi == pytest.approx(case["expected"]["phi"])
    assert found.tau2 == pytest.approx(counts.var(ddof=1) - mean)
    low, high = funnel_limits("poisson", mean, np.ones(len(counts)), 0.95)
    assert ((counts < low) | (counts > high)).mean() == case["expected"]["share_outside_poisson_95"]


def test_chance_alone_is_not_over_dispersed():
    chance = np.random.default_rng(6)
    size = chance.integers(20, 200, 4_000).astype(float)
    value = chance.binomial(size.astype(int), 0.8) / size
    error = standard_errors("binomial", 0.8, size)
    found = over_dispersion((value - 0.8) / error, error, winsorised=0)
    assert found.phi == pytest.approx(1, abs=0.08)
    assert found.tau2 < 2e-4
