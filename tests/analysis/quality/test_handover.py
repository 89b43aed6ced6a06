"""Cases handed over before their limit: time at risk by hand, honest hand-overs by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.analysis.quality.handover import at_risk
from capaian.analysis.quality.mass import excess_mass

ages = st.lists(st.floats(0, 30), min_size=1, max_size=20)


@given(ages, st.integers(1, 10), st.integers(1, 15))
def test_time_at_risk_is_added_up_by_hand(age, first, size):
    """Law: in the bin up to b a case was open from b - 1 to b, or to its end."""
    bins = np.arange(first, first + size)
    found = at_risk(np.array(age), bins, whole=False)
    for b, risk in zip(bins.tolist(), found, strict=True):
        assert risk == pytest.approx(sum(min(max(each - (b - 1), 0), 1) for each in age))


@given(
    st.lists(st.integers(0, 30), min_size=1, max_size=20), st.integers(0, 10), st.integers(1, 15)
)
def test_cases_at_risk_on_whole_days_are_counted_by_hand(age, first, size):
    bins = np.arange(first, first + size)
    found = at_risk(np.array(age, dtype=float), bins, whole=True)
    assert found.tolist() == [sum(each >= b for each in age) for b in bins.tolist()]


def test_an_equal_exposure_changes_nothing():
    counts = [300, 290, 270, 260, 240, 400, 100, 200, 190, 180, 170]
    plain = excess_mass(range(8, 19), counts, 13, excluded=(13, 14))
    same = excess_mass(range(8, 19), counts, 13, excluded=(13, 14), exposure=[7.0] * 11)
    assert (same.expected, same.low, same.p) == pytest.approx((plain.expected, plain.low, plain.p))


def test_an_exposure_that_falls_is_taken_into_account():
    """Honest hand-overs at a steady rate among cases that are closed up to the limit of ten days."""
    rng = np.random.default_rng(1)
    bins = np.arange(1, 21)
    risk = np.where(bins <= 10, 5000 - 200 * bins, 1200 - 20 * bins).astype(float)
    p = [
        excess_mass(bins, rng.poisson(0.02 * risk), 10, excluded=(10, 11), exposure=risk).p
        for _ in range(500)
    ]
    assert 0.01 < np.mean(np.array(p) < 0.05) < 0.08
