"""Scores combined, in 64 bits and beyond, against fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import round_ratio
from capaian.policy import Band, Rounding
from capaian.scores.combine import Points, Rule, combine, joined, rounded, share_of, shares_of

TEXT = {"en": "x", "id": "x"}
BANDS = (
    Band("low", TEXT, None, Fraction(60)),
    Band("middle", TEXT, Fraction(60), Fraction(90), high_inside=True),
    Band("high", TEXT, Fraction(90), None, low_inside=False),
)
PARTS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.none() | st.integers(-100, 12_000),
        st.sampled_from([0, 1, 2, 7, 90, 10**6]),
    ),
    max_size=25,
)
ROUNDINGS = st.sampled_from(
    [
        Rounding("score", 2),
        Rounding("score", 0, "half-even"),
        Rounding("score", 9),
        Rounding("score", 0, "none"),
    ]
)
SIZES = st.sampled_from([1, 10**9])
MISSING = st.sampled_from(["exclude", "withhold", "refer"])


def columns(parts, scale, *, exact):
    parts = sorted(parts, key=lambda each: each[0])
    group = np.array([each[0] for each in parts], dtype=np.int64)
    known = np.array([each[1] is not None for each in parts], dtype=np.bool_)
    values = [each[1] or 0 for each in parts]
    weight = np.array([each[2] * scale for each in parts], dtype=np.int64)
    if not exact:
        return parts, group, Points(np.array(values, dtype=np.int64), 2, known), weight
    made = np.full(len(parts), Fraction(0), dtype=object)
    for place, value in enumerate(values):
        made[place] = Fraction(value, 100)
    return parts, group, Points(made, 0, known), weight


def by_hand(parts, group, missing):
    """Status and exact score of one group."""
    mine = [(score, weight) for each, score, weight in parts if each == group and weight]
    known = [(Fraction(score, 100), weight) for score, weight in mine if score is not None]
    if not mine:
        return "nobody", None
    if len(known) < len(mine) and missing != "exclude":
        return {"withhold": "withheld", "refer": "referred"}[missing], None
    if not known:
        return "no_evidence", None
    total = sum(weight for _, weight in known)
    return "scored", sum(score * weight for score, weight in known) / total


@given(PARTS, ROUNDINGS, MISSING, st.booleans(), SIZES)
def test_a_combined_score_is_the_weighted_mean_in_fractions(parts, rounding, missing, exact, size):
    parts, group, points, weight = columns(parts, size, exact=exact)
    made = combine(group, 6, points, weight, Rule(missing, rounding, BANDS, empty="nobody"))
    shares, added = shares_of(group, points, weight, made)
    for whole in range(6):
        status, score = by_hand(parts, whole, missing)
        assert made.status[whole] == status
        mine = np.flatnonzero(group == whole).tolist()
        if score is None:
            assert np.isnan(made.published[whole])
            assert made.bands[whole] == -1
            assert np.isnan(shares[mine]).all()
            assert np.isnan(added[mine]).all()
            continue
        value = round_ratio(score, rounding.digits, rounding.mode)
        assert (made.unrounded(whole), made.score(whole)) == (score, value)
        assert made.published[whole] == value.numerator / value.denominator
        assert BANDS[made.bands[whole]].id == (
            "low" if value < 60 else "middle" if value <= 90 else "high"
        )
        exactly = [share_of(group, points, weight, made, place) for place in mine]
        assert sum(share for share, _ in exactly) == 1
        assert sum(contribution for _, contribution in exactly) == score
        for place, (share, contribution) in zip(mine, exactly, strict=True):
            assert shares[place] == pytest.approx(float(share), rel=1e-15)
            assert added[place] == pytest.approx(float(contribution), rel=1e-15)


@given(
    st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 1000)), min_size=1),
    st.sampled_from(["half-up", "half-even"]),
)
def test_ratios_are_rounded_as_one_by_one(ratios, mode):
    tops, bottoms = np.array(ratios, dtype=np.int64).T
    expected = [round_ratio(Fraction(a, b), 0, mode) for a, b in ratios]
    assert rounded(tops, bottoms, mode).tolist() == expected
    large = rounded(tops.astype(object) * 10**30, bottoms.astype(object) * 10**30, mode)
    assert large.tolist() == expected


def test_nobody_at_all_is_combined_into_wholes_without_parts():
    none = np.zeros(0, dtype=np.int64)
    points = Points(none, 2, none.astype(np.bool_))
    made = combine(
        none, 2, points, none, Rule("exclude", Rounding("score", 2), BANDS, empty="nobody")
    )
    assert made.status == ["nobody", "nobody"]
    assert made.bands.tolist() == [-1, -1]


def test_the_first_band_that_fits_is_given_where_they_have_precedence():
    gated = (Band("best", TEXT, Fraction(60), None, gate="idea"), *BANDS[1:], BANDS[0])
    one = np.array([0])
    points = Points(np.array([9000]), 2, np.array([True]))
    for rounding in (Rounding("score", 2), Rounding("score", 0, "none")):
        made = combine(one, 1, points, one + 1, Rule("exclude", rounding, gated, precedence=True))
        assert gated[made.bands[0]].id == "middle"


def test_scores_by_several_rules_are_put_in_the_order_of_the_parts():
    rule = np.array([1, 0, 1])
    first = Points(np.array([5]), 2, np.array([True]))
    second = Points(np.array([7, 0]), 2, np.array([True, False]))
    made = joined([first, second], rule)
    assert (made.values.tolist(), made.known.tolist()) == ([7, 5, 0], [True, True, False])
    exact = Points(np.array([Fraction(1, 3), Fraction(0)], dtype=object), 0, second.known)
    mixed = joined([Points(np.array([Fraction(5)], dtype=object), 0, first.known), exact], rule)
    assert mixed.values.tolist() == [Fraction(1, 3), 5, 0]


def test_a_mean_that_no_float_holds_has_its_band_all_the_same():
    """2^53 + 1 lies on the edge; the nearest float64 lies below it."""
    edge = 2**53 + 1
    bands = (Band("below", TEXT, None, Fraction(edge)), Band("above", TEXT, Fraction(edge), None))
    points = Points(np.array([edge], dtype=np.int64), 0, np.ones(1, dtype=np.bool_))
    rule = Rule("exclude", Rounding("score", 0), bands, empty="nobody")
    one = np.ones(1, dtype=np.int64)
    assert combine(one * 0, 1, points, one, rule).bands.tolist() == [1]
