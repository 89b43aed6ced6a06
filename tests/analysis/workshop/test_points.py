"""Weights of points and of ranks."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from capaian.analysis import budget_weights, rank_order_centroid, swing_weights

POINTS = st.lists(st.integers(0, 100), min_size=2, max_size=8).filter(any)


@given(POINTS)
def test_weights_are_the_points_share(points):
    """Oracle: fractions."""
    found = budget_weights(points)[0]
    np.testing.assert_allclose(found, [float(Fraction(p, sum(points))) for p in points], rtol=1e-15)
    np.testing.assert_array_equal(swing_weights(points)[0], found)


@given(POINTS, st.integers(2, 50))
def test_the_sum_of_the_points_does_not_matter(points, times):
    """Law: 90 points given out say the same as 900."""
    more = [each * times for each in points]
    np.testing.assert_allclose(budget_weights(more), budget_weights(points), rtol=1e-14)


@given(st.integers(2, 9).flatmap(lambda n: st.permutations(range(1, n + 1))))
def test_a_centroid_is_the_mean_of_the_corners(ranks):
    """Oracle: the weightings that agree with a ranking are a simplex; its centroid is the mean of
    its corners, which give the first k places 1/k each (fractions)."""
    count = len(ranks)
    corners = [
        [Fraction(1, k) * (place < k) for place in range(count)] for k in range(1, count + 1)
    ]
    by_place = [sum(corner[place] for corner in corners) / count for place in range(count)]
    expected = [float(by_place[rank - 1]) for rank in ranks]
    np.testing.assert_allclose(rank_order_centroid(ranks)[0], expected, rtol=1e-13)


def test_ties_share_their_places():
    """1, 2, 2 and 1, 2, 2 written as 1, 2, 2 or 1, 3, 3 are the same; all tied are equal."""
    tied = rank_order_centroid([[1, 2, 2], [1, 3, 3], [5, 5, 5]])
    np.testing.assert_allclose(tied[0], tied[1])
    np.testing.assert_allclose(tied[0], [11 / 18, 7 / 36, 7 / 36])
    np.testing.assert_allclose(tied[2], [1 / 3] * 3)
