"""Accuracy and consistency: against giving the bands again and again."""

import numpy as np
import pytest

from analysis.certainty.marks import indicator, policy, scored
from capaian.analysis import band_probability, scheme_quality
from capaian.errors import AnalysisError

RULE = policy([indicator("a", "0.5"), indicator("b", "0.5")],
              subjects={"table": "staff", "unit": "unit"})  # fmt: skip
MARKS = {f"s{at:02d}": {"a": 62_000 + 1_700 * at, "b": 65_000 + 1_500 * at} for at in range(20)}
STAFF = [{"nip": nip, "unit": ("north", "south", None)[at % 3]} for at, nip in enumerate(MARKS)]
ERRORS = {"a": 4, "b": 6}


def scores():
    return scored(RULE, MARKS, staff=STAFF)


def test_it_is_the_mean_of_each_bands_probability():
    """Over all, by band and by unit; a subject without a unit is in none of them."""
    found = scheme_quality(scores(), ERRORS, by="unit")
    each = band_probability(scores(), ERRORS)
    p = np.array([each[name] for name in ("p_b0", "p_b1", "p_b2", "p_b3")]).T
    right, again = np.array(each["probability"]), (p**2).sum(axis=1)
    masks = {("all", ""): right > -1}
    masks |= {("band", name): np.array(each["band"]) == name for name in ("b0", "b1", "b2", "b3")}
    masks |= {
        ("unit", name): np.array([row["unit"] == name for row in STAFF])
        for name in ("north", "south")
    }
    rows = found.rows()
    assert [(row["of"], row["name"]) for row in rows] == list(masks)
    for row, mask in zip(rows, masks.values(), strict=True):
        assert row["count"] == mask.sum()
        if mask.any():
            assert row["accuracy"] == pytest.approx(right[mask].mean())
            assert row["consistency"] == pytest.approx(again[mask].mean())
            assert row["least"] == pytest.approx(right[mask].min())


def test_consistency_is_the_share_of_the_same_band_twice():
    """Two draws of everyone: how many have the same band both times."""
    chance = np.random.default_rng(8)
    x = np.array([[each["a"], each["b"]] for each in MARKS.values()]) / 1000

    def drawn():
        noise = chance.standard_normal((20_000, *x.shape)) * [4, 6]
        total = np.clip(x + noise, 60, 100).mean(axis=2)
        return np.searchsorted([69.995, 79.995, 89.995], total, side="right")

    found = scheme_quality(scores(), ERRORS)
    assert found["consistency"][0] == pytest.approx((drawn() == drawn()).mean(), abs=0.01)


def test_no_errors_are_a_perfect_scheme():
    found = scheme_quality(scores(), {"a": 0, "b": 0})
    assert (found["accuracy"][0], found["consistency"][0]) == (1, 1)


def test_other_groups_are_refused():
    with pytest.raises(AnalysisError, match="CPN-M22  by: 'office' is not known here"):
        scheme_quality(scores(), ERRORS, by="office")
