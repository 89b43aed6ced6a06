"""Intervals: what they hold, how they read, and whether several of them cover the line."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact.interval import Interval, gaps, in_order, overlaps

ENDS = st.none() | st.integers(-6, 6).map(Fraction)
INTERVALS = st.builds(Interval, ENDS, ENDS, st.booleans(), st.booleans())
EVERY_KIND_OF_PLACE = [Fraction(place, 2) for place in range(-15, 16)]


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(Fraction(90), Fraction(110)), "90 ≤ x < 110"),
        (Interval(Fraction(90), Fraction(100), low_inside=False, high_inside=True), "90 < x ≤ 100"),
        (Interval(None, Fraction(50)), "x < 50"),
        (Interval(None, Fraction(-1, 2), high_inside=True), "x ≤ −0.5"),
        (Interval(Fraction(90), None), "x ≥ 90"),
        (Interval(Fraction(90), None, low_inside=False), "x > 90"),
        (Interval(Fraction(0), Fraction(0), high_inside=True), "x = 0"),
        (Interval(Fraction(1, 3), Fraction(2, 3)), "1/3 ≤ x < 2/3"),
        (Interval(), "−∞ < x < ∞"),
    ],
)
def test_an_interval_reads_as_people_write_it(interval, text):
    """Both ends, one end, one value, no end."""
    assert interval.text() == text


@given(INTERVALS)
def test_an_interval_is_empty_where_it_holds_nothing(interval):
    """Between half-integers there is always a place inside an interval of integer ends."""
    assert interval.empty != any(interval.holds(x) for x in EVERY_KIND_OF_PLACE)


@given(st.lists(INTERVALS, max_size=5))
def test_gaps_are_what_no_interval_holds(intervals):
    """Every place is in an interval or in exactly one gap; gaps are in order and not empty."""
    left = gaps(intervals)
    assert not any(each.empty for each in left)
    for x in EVERY_KIND_OF_PLACE:
        held = any(each.holds(x) for each in intervals)
        assert [each.holds(x) for each in left].count(True) == (0 if held else 1)
    assert in_order(left) == list(range(len(left)))


@given(st.lists(INTERVALS, max_size=5))
def test_overlaps_are_what_two_intervals_hold(intervals):
    """Every place that two intervals hold is in what is said to be shared by them, and no other."""
    shared = {(first, second): each for first, second, each in overlaps(intervals)}
    for x in EVERY_KIND_OF_PLACE:
        for first, one in enumerate(intervals):
            for second in range(first + 1, len(intervals)):
                both = one.holds(x) and intervals[second].holds(x)
                pair = (first, second)
                assert both == (pair in shared and shared[pair].holds(x))
