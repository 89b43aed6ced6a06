"""Stretches of days against sets of days."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import capaian
from capaian.errors import CalendarError
from capaian.scores.stretches import (
    EVER,
    NEVER,
    coded,
    days_of,
    every_day,
    merged,
    overlapping,
    shade,
    stamps_of,
    working_days,
)

FIRST = date(2026, 3, 1).toordinal()
STRETCHES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-5, 40), st.integers(1, 20)), max_size=12
)


def columns(stretches):
    made = np.array(stretches, dtype=np.int64).reshape(-1, 3)
    return made[:, 0], FIRST + made[:, 1], FIRST + made[:, 1] + made[:, 2]


def sets(codes, first, stop):
    """The days of each code."""
    found = {}
    for code, start, end in zip(codes.tolist(), first.tolist(), stop.tolist(), strict=True):
        found.setdefault(code, set()).update(range(start, end))
    return found


@given(STRETCHES)
def test_merged_stretches_have_the_same_days_in_order_and_without_touching(stretches):
    given_ = columns(stretches)
    codes, first, stop = merged(*given_)
    assert sets(codes, first, stop) == sets(*given_)
    rows = list(zip(codes.tolist(), first.tolist(), stop.tolist(), strict=True))
    assert rows == sorted(rows)
    assert all(a[0] < b[0] or a[2] < b[1] for a, b in pairwise(rows))


@given(STRETCHES)
def test_stretches_overlap_where_their_days_are_more_than_their_sets(stretches):
    codes, first, stop = columns(stretches)
    days = int((stop - first).sum())
    assert (overlapping(codes, first, stop) > 0) == (
        days > sum(len(each) for each in sets(codes, first, stop).values())
    )


CALENDAR = capaian.load_calendar("id/2024-2027")


@pytest.mark.parametrize("working", [False, True])
@given(off=STRETCHES, held=STRETCHES)
def test_days_off_within_a_stretch_are_those_of_both_sets(working, off, held):
    stop_ = FIRST + 31
    clock = working_days(CALENDAR, FIRST, stop_) if working else every_day(FIRST, stop_)
    away, (codes, first, stop) = sets(*columns(off)), columns(held)
    counted = {
        each
        for each in range(FIRST, stop_)
        if not working or CALENDAR.day(date.fromordinal(each)).hours
    }
    found = shade(*columns(off)).within(codes, first, stop, clock).tolist()
    spans = [set(range(a, b)) & counted for a, b in zip(first.tolist(), stop.tolist(), strict=True)]
    owners = codes.tolist()
    assert found == [len(s & away.get(c, set())) for s, c in zip(spans, owners, strict=True)]
    assert clock.count(first, stop).tolist() == [len(each) for each in spans]


def test_a_calendar_that_ends_before_the_stretch_is_refused():
    with pytest.raises(CalendarError) as caught:
        working_days(CALENDAR, date(2027, 12, 1).toordinal(), date(2028, 1, 2).toordinal())
    assert caught.value.code == "CPN-C01"


def test_stretches_without_an_end_have_stamps():
    days = np.array([NEVER, FIRST, EVER])
    assert days_of(stamps_of(days)).tolist() == days.tolist()
    assert days_of(np.array([-1])).tolist() == [date(1969, 12, 31).toordinal()]


@given(st.lists(st.text(max_size=2)))
def test_codes_are_positions_in_the_sorted_names(names):
    codes, listed = coded(names)
    assert listed == sorted(set(names))
    assert [listed[code] for code in codes.tolist()] == names
