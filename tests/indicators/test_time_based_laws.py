"""Time-based indicators: laws over drawn cases, each with an oracle in plain Python."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capaian.formula import Moment, merge_pauses
from capaian.indicator import ColumnRef, Pauses
from capaian.indicators.time_based import TimeOptions, build
from capaian.plugin import Measure

AS_OF = datetime(2026, 4, 1)
MOMENT = Moment(AS_OF, datetime(2026, 1, 1), AS_OF)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PAUSES = Pauses("pauses", "case", ColumnRef("from"), ColumnRef("to"))


def case(taken: float | None, age: float, unit: timedelta = DAY, **more: Any) -> dict[str, Any]:
    """Return a case of this age at the cut-off that took so long, or is open."""
    start = AS_OF - age * unit
    return {"start": start, "stop": None if taken is None else start + taken * unit, **more}


def share(basis: str, limit: str = "14 days", clock: str = "calendar", **more: Any) -> TimeOptions:
    """Return the options of a share within a limit."""
    return TimeOptions("share_within", clock, limit=limit, basis=basis, **more)


ALL = [
    share("mature"),
    share("bounds", bound="lower"),
    share("bounds", bound="upper"),
    share("kaplan_meier"),
    TimeOptions("mean", "calendar", open_cases="refuse"),
    TimeOptions("mean", "calendar", open_cases="age"),
    TimeOptions("mean", "calendar", open_cases="exclude"),
    TimeOptions("restricted_mean", "calendar", up_to="14 days"),
    TimeOptions("median", "calendar"),
    TimeOptions("percentile", "calendar", percentile="90%"),
]
CASES = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 30)), st.integers(1, 30), st.booleans()),
    min_size=1,
    max_size=25,
)
LAW = settings(max_examples=150, deadline=None)


def drawn(cases) -> list[dict[str, Any]]:
    """Return rows of drawn cases: (time or none, age)."""
    return [case(taken, age) for taken, age, _ in cases]


def survival(pairs: list[tuple[Fraction, bool]], limit: Fraction, *, inclusive: bool) -> Fraction:
    """Return S at a limit the long way: at each end, who was still running."""
    left = Fraction(1)
    for moment in sorted({time for time, ended in pairs if ended}):
        if moment > limit or (moment == limit and not inclusive):
            break
        at_risk = sum(time >= moment for time, _ in pairs)
        ends = sum(time == moment and ended for time, ended in pairs)
        left *= 1 - Fraction(ends, at_risk)
    return left


def followed(cases) -> list[tuple[Fraction, bool]]:
    """Return (days followed, ended) pairs: what is stamped at the cut-off or later is not known."""
    return [
        (Fraction(taken), True) if taken is not None and taken < age else (Fraction(age), False)
        for taken, age, _ in cases
    ]


@LAW
@given(CASES, st.integers(1, 20), st.booleans())
def test_every_share_agrees_with_plain_python(make_once, measured, cases, limit, inclusive):
    """Success, failure and undetermined are counted case by case, and S by definition."""
    success = failure = undetermined = mature = 0
    for taken, age, _ in cases:
        if taken is not None and taken < age:
            good = taken <= limit if inclusive else taken < limit
            success, failure = success + good, failure + (not good)
        elif age > limit or (age == limit and not inclusive):
            failure += 1
        else:
            undetermined += 1
        mature += age > limit or (age == limit and not inclusive)
    rows = drawn(cases)
    text = f"{limit} days"
    result = measured(make_once(share("mature", text, inclusive=inclusive)), rows, MOMENT)
    figures = result.figures
    assert (figures["success"], figures["failure"]) == (success, failure)
    assert (figures["undetermined"], figures["mature"]) == (undetermined, mature)
    assert success + failure + undetermined == figures["received"] == len(rows)
    lower, upper = (
        measured(make_once(share("bounds", text, inclusive=inclusive, bound=bound)), rows, MOMENT)
        for bound in ("lower", "upper")
    )
    assert lower.value == Fraction(success, len(rows))
    assert upper.value == Fraction(success + undetermined, len(rows))
    km = measured(make_once(share("kaplan_meier", text, inclusive=inclusive)), rows, MOMENT)
    if km.status == "ok":
        left = survival(followed(cases), Fraction(limit), inclusive=inclusive)
        assert abs(km.value - (1 - left)) <= Fraction(1, 2 * 10**12)
        grain = Fraction(1, 10**12)
        assert lower.value - grain <= km.value <= upper.value + grain, "the bounds hold it"


@LAW
@given(CASES, st.integers(1, 20), st.lists(st.integers(1, 60), min_size=25, max_size=25))
def test_the_bounds_hold_whatever_open_cases_come_to(make_once, measured, cases, limit, futures):
    """Let every open case be closed some day: the final share lies within today's bounds."""
    rows = drawn(cases)
    text = f"{limit} days"
    lower, upper = (
        measured(make_once(share("bounds", text, bound=bound)), rows, MOMENT).value
        for bound in ("lower", "upper")
    )
    final = []
    for (taken, age, _), later in zip(cases, futures, strict=False):
        known = taken is not None and taken < age
        final.append((taken if known else age + later - 1) <= limit)
    assert lower <= Fraction(sum(final), len(final)) <= upper


@LAW
@given(CASES, st.integers(1, 20))
def test_every_mature_case_is_decided(make_once, measured, cases, limit):
    """Adding cases younger than the limit, decided or not, does not move the mature share."""
    measure = make_once(share("mature", f"{limit} days"))
    old = [each for each in cases if each[1] > limit]
    all_cases, only_old = (measured(measure, drawn(each), MOMENT) for each in (cases, old))
    assert all_cases.value == only_old.value
    assert only_old.figures["undetermined"] == 0
    assert only_old.figures["mature"] == only_old.figures["received"]


def test_the_mature_share_may_lie_outside_the_bounds(make_once, measured):
    """It is of other cases: one old and late, one young and quick; nobody is undecided."""
    rows = [case(20, 30), case(1, 5)]
    mature = measured(make_once(share("mature")), rows, MOMENT)
    lower = measured(make_once(share("bounds", bound="lower")), rows, MOMENT)
    assert (mature.value, lower.value) == (0, Fraction(1, 2))


@LAW
@given(CASES, st.sampled_from(ALL), st.randoms())
def test_order_does_not_matter(make_once, measured, cases, options, shuffle):
    """The same rows in any order give the same integers."""
    rows = drawn(cases)
    first = measured(make_once(options), rows, MOMENT)
    shuffle.shuffle(rows)
    assert measured(make_once(options), rows, MOMENT) == first


@LAW
@given(CASES, st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(1, 4)]))
def test_quantiles_and_restricted_means_agree_with_brute_force(make_once, measured, cases, part):
    """The quantile is the first end with S <= 1 - p; the mean is the area, step by step."""
    rows, pairs = drawn(cases), followed(cases)
    options = TimeOptions("percentile", "calendar", percentile=part)
    result = measured(make_once(options), rows, MOMENT)
    ends = sorted({time for time, ended in pairs if ended})
    reached = [time for time in ends if survival(pairs, time, inclusive=True) <= 1 - part]
    assert result.value == (reached[0] if reached else None)
    assert result.status == ("ok" if reached else "not_reached")
    up_to = TimeOptions("restricted_mean", "calendar", up_to="10 days")
    mean = measured(make_once(up_to), rows, MOMENT)
    hourly = [survival(pairs, Fraction(day), inclusive=True) for day in range(10)]
    longest = max(time for time, _ in pairs)
    seen = longest >= 10 or not any(time == longest and not ended for time, ended in pairs)
    assert mean.status == ("ok" if seen else "undetermined")
    if seen:
        assert abs(mean.value - sum(hourly)) <= Fraction(1, 10**9), "whole days: steps of one"


@LAW
@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_without_open_cases_the_restricted_mean_is_the_mean_of_capped_times(
    make_once, measured, times
):
    """Every case closed: RMST(10 days) is the mean of min(T, 10 days)."""
    rows = [case(time, 500, HOUR) for time in times]
    up_to = TimeOptions("restricted_mean", "calendar", up_to="10 days", unit="hours")
    result = measured(make_once(up_to), rows, MOMENT)
    mean = Fraction(sum(min(time, 240) for time in times), len(times))
    assert abs(result.value - mean) <= Fraction(1, 7_200_000_000), "half a microsecond"
    half = measured(make_once(TimeOptions("median", "calendar", unit="hours")), rows, MOMENT)
    ranked = sorted(times)
    nearest = next(time for time in ranked if 2 * bisect_right(ranked, time) >= len(ranked))
    assert half.value == nearest, "nearest rank"


@LAW
@given(
    st.lists(st.tuples(st.integers(0, 480), st.integers(0, 120)), max_size=6),
    st.integers(1, 480),
)
def test_pauses_take_off_what_they_cover(make_once, measured, spans, taken):
    """Hour by hour: an hour counts if no pause covers it, however pauses overlap."""
    row = case(taken, 500, HOUR)
    pauses = [
        (row["start"] + first * HOUR, row["start"] + (first + length) * HOUR)
        for first, length in spans
        if length
    ]
    row["pauses"] = merge_pauses(pauses)
    options = TimeOptions("mean", "calendar", open_cases="refuse", unit="hours")
    result = measured(make_once(options, pauses=PAUSES), [row], MOMENT)
    running = [
        hour
        for hour in range(taken)
        if not any(first <= hour < first + length for first, length in spans)
    ]
    assert result.value == len(running)


@pytest.fixture(scope="module")
def make_once(indicator):
    """Return the function that builds a measure and keeps it: laws build few, run many."""
    kept: dict[Any, Measure] = {}

    def function(options: TimeOptions, pauses: Pauses | None = None) -> Measure:
        key = (options, pauses)
        if key not in kept:
            kept[key] = build(options, indicator("time-based", pauses=pauses))
        return kept[key]

    return function
