"""Kaplan-Meier in integers against a brute-force definition and published figures."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from capaian.formula.survival import GRAIN, area, curve, quantile, reduce, steps, within

CASES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30)
T06 = list(zip([2, 3, 3, 5, 6, 7, 9, 10, 12, 14], [1, 1, 0, 1, 0, 1, 1, 0, 1, 0], strict=True))


def still_running(cases, time):
    """S(time) by its definition: the product over end times of (1 - ended / at risk)."""
    share = Fraction(1)
    for moment in sorted({duration for duration, ended in cases if ended and duration <= time}):
        at_risk = sum(duration >= moment for duration, _ in cases)
        ended = sum(duration == moment and done for duration, done in cases)
        share *= 1 - Fraction(ended, at_risk)
    return share


@given(CASES, st.integers(0, 14))
def test_the_curve_is_the_product_limit(cases, time):
    """At every time the curve equals the definition."""
    left = Fraction(1)
    for duration, share in curve(steps(cases)):
        if duration <= time:
            left = share
    assert left == still_running(cases, time)


@given(CASES, st.integers(1, 12), st.booleans())
def test_the_share_within_a_limit(cases, limit, inclusive):
    """1 - S(limit), or 1 - S just before it, to the nearest 10^-12."""
    longest = max(duration for duration, _ in cases)
    expected = 1 - still_running(cases, limit if inclusive else limit - Fraction(1, 2))
    found = within(steps(cases), Fraction(limit), inclusive=inclusive)
    if found is None:
        assert limit > longest
        assert still_running(cases, longest) > 0
    else:
        assert abs(Fraction(found, GRAIN) - expected) <= Fraction(1, 2 * GRAIN)


@given(CASES, st.integers(1, 12))
def test_the_restricted_mean_is_the_area_under_the_curve(cases, limit):
    """Summed over unit steps, since every time here is an integer."""
    expected = sum(still_running(cases, time) for time in range(limit))
    found = area(steps(cases), Fraction(limit))
    if found is None:
        assert limit > max(duration for duration, _ in cases)
    else:
        assert abs(found - expected) <= Fraction(1, 2)


@given(CASES, st.sampled_from([Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(1)]))
def test_a_quantile_is_the_first_time_the_curve_falls_so_far(cases, share):
    """And there is none where it never does: never the longest time seen."""
    times = sorted({duration for duration, ended in cases if ended})
    expected = next((t for t in times if still_running(cases, t) <= 1 - share), None)
    assert quantile(steps(cases), share) == expected


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_without_open_cases_the_median_is_the_value_of_nearest_rank(values):
    """The k-th smallest with k the least integer not under n/2."""
    ordered = sorted(values)
    nearest = ordered[-(-len(values) // 2) - 1]
    assert quantile(steps([(value, True) for value in values]), Fraction(1, 2)) == nearest


def test_published_figures():
    """Measurement cases T02 and T06: S(7), the median, and a 90th percentile never reached."""
    table = steps([(duration, bool(ended)) for duration, ended in T06])
    assert abs((1 - within(table, Fraction(7), inclusive=True) / GRAIN) - 0.548571428571) < 1e-11
    assert quantile(table, Fraction(1, 2)) == 9
    assert quantile(table, Fraction(9, 10)) is None


def test_nothing_can_be_said_of_no_cases():
    """An empty table has no statistic at all: missing is not zero."""
    assert reduce("within", [], Fraction(3), inclusive=True) is None


def test_a_limit_beyond_what_was_watched_has_no_answer():
    """One case, still running after 2 days: nobody knows whether it will end within 5."""
    table = steps([(2, False)])
    assert reduce("within", table, Fraction(5), inclusive=True) is None
    assert reduce("area", table, Fraction(5), inclusive=True) is None
    assert reduce("within", table, Fraction(2), inclusive=True) == 0
