"""Figures of a cohort: the same from plain numbers and from columns, and equal to the textbooks."""

from decimal import Context, Decimal
from fractions import Fraction
from math import isqrt
from statistics import fmean, pvariance, variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import cohort as listed
from capaian.exact.cohort import cohort_of, counted, stated, stated_root
from capaian.exact.ratios import Ratio
from capaian.exact.whole_cohort import WholeCohort, cohort_of_ratios, distinct_rows, sums_of

TOPS = st.integers(-(10**6), 10**6)
SMALL = st.lists(st.tuples(TOPS, st.integers(1, 60)), min_size=2, max_size=40)
LARGE = st.lists(
    st.tuples(st.integers(-(2**55), 2**55), st.integers(1, 2**40)), min_size=2, max_size=12
)
WHOLE = st.lists(st.tuples(st.integers(-(2**61), 2**61), st.just(1)), min_size=2, max_size=20)


def columns(pairs):
    """The cohort of integer columns; a denominator that all have is one integer."""
    top = np.array([pair[0] for pair in pairs], dtype=np.int64)
    bottom = np.array([pair[1] for pair in pairs], dtype=np.int64)
    under = {pair[1] for pair in pairs}
    one = under.pop() if len(under) == 1 else bottom
    return cohort_of_ratios(
        Ratio(top, one, max(abs(pair[0]) for pair in pairs), max(pair[1] for pair in pairs))
    )


def figures(cohort):
    """Everything that a method may ask for."""
    ranks = range(1, cohort.n + 1)
    return (
        cohort.n,
        cohort.least,
        cohort.greatest,
        cohort.different,
        cohort.total(),
        cohort.length(),
        cohort.mean(),
        cohort.deviation(sample=True),
        cohort.deviation(sample=False),
        cohort.at(ranks),
        cohort.tally(),
    )


@given(SMALL | LARGE | WHOLE)
def test_plain_numbers_and_columns_have_the_same_figures(pairs):
    """Near values, long numerators, denominators of every size: nothing differs."""
    plain = cohort_of(counted(Fraction(*pair) for pair in pairs))
    assert figures(columns(pairs)) == figures(plain)


@given(SMALL)
def test_order_and_ends_are_those_of_sorted_fractions(pairs):
    """The value of a rank is the value at that place of the sorted list."""
    values = sorted(Fraction(*pair) for pair in pairs)
    cohort = columns(pairs)
    assert cohort.at(range(1, len(values) + 1)) == tuple(values)
    assert (cohort.least, cohort.greatest) == (values[0], values[-1])
    assert dict(cohort.tally()) == {value: values.count(value) for value in values}


@given(SMALL | WHOLE)
def test_the_mean_and_the_deviation_are_correctly_rounded(pairs):
    """No decimal of 20 digits is nearer: exact variance by `statistics`, root by `decimal`."""
    values = [Fraction(*pair) for pair in pairs]
    cohort = columns(pairs)
    assert cohort.mean() == stated(sum(values, Fraction(0)) / len(values))
    for sample, exact in ((False, pvariance(values)), (True, variance(values))):
        found = cohort.deviation(sample=sample)
        assert len(f"{Decimal(found.numerator) / found.denominator:f}") <= 60
        precise = Context(prec=80)
        square = precise.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        root = Context(prec=20).plus(precise.sqrt(square))
        assert found == Fraction(root)


@given(SMALL | WHOLE)
def test_the_sum_and_the_length_are_correctly_rounded(pairs):
    """The sum of fractions, and the root of their squares by `decimal`, to 20 digits."""
    values = [Fraction(*pair) for pair in pairs]
    cohort = columns(pairs)
    assert cohort.total() == stated(sum(values, Fraction(0)))
    square = sum((value * value for value in values), Fraction(0))
    precise = Context(prec=80)
    root = precise.sqrt(precise.divide(Decimal(square.numerator), Decimal(square.denominator)))
    assert cohort.length() == Fraction(Context(prec=20).plus(root))


@given(st.lists(st.tuples(TOPS, st.integers(1, 10**7)), min_size=2, max_size=30))
def test_bounds_give_the_figure_that_the_common_denominator_gives(pairs):
    """The short way and the long way end at the same decimal."""
    cohort = cohort_of(counted(Fraction(*pair) for pair in pairs))

    def figured():
        return cohort.total(), cohort.length(), cohort.mean(), cohort.deviation(sample=False)

    long_way = figured()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "_common", lambda _: None)
        assert figured() == long_way


def test_bounds_that_never_agree_end_in_exact_arithmetic():
    """A mean exactly between two decimals of 20 digits goes to the even one, however it is found."""
    tie = Fraction(2 * 10**20 + 1, 2 * 10**20)  # 1.000000000000000000005
    cohort = cohort_of({tie: 2})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listed, "_common", lambda _: None)
        assert cohort.mean() == 1
        assert cohort.deviation(sample=False) == 0


@given(st.fractions(min_value=0, max_value=10**30, max_denominator=10**30))
def test_a_root_is_the_nearest_decimal_of_20_digits(square):
    """Squares of the halfway points to its neighbours lie on either side."""
    root = stated_root(square)
    if square == 0:
        assert root == 0
        return
    power = 0
    while root * Fraction(10) ** power < 10**19:
        power += 1
    while root * Fraction(10) ** power >= 10**20:
        power -= 1
    half = Fraction(1, 2) / Fraction(10) ** power
    assert (root * Fraction(10) ** power).denominator == 1
    assert (root - half) ** 2 <= square <= (root + half) ** 2


@pytest.mark.parametrize(
    ("square", "root"),
    [
        (Fraction(4), "2"),
        (Fraction(2), "1.4142135623730950488"),
        (Fraction(1, 4), "0.5"),
        (Fraction(3, 10**9), "0.000054772255750516611346"),
        (Fraction(10**40 + 1), "100000000000000000000"),
    ],
)
def test_roots_that_everybody_knows(square, root):
    """Rational roots are themselves; the others have 20 digits wherever the point is."""
    assert stated_root(square) == Fraction(root)


def test_long_numerators_add_up_beyond_int64():
    """Sums and squares of 2^61 are exact integers."""
    values = [2**61, 2**61 - 1, -(2**61), 2**60, 7]
    column = np.array(values, dtype=np.int64)
    found = sums_of(Ratio(column, 1, 2**61, 1))
    assert found == [(sum(values), sum(value * value for value in values), 1)]
    limbs = [2**50 + 3, -(2**50) + 1, 2**49]
    found = sums_of(Ratio(np.array(limbs, dtype=np.int64), 1, 2**50 + 3, 1))
    assert found == [(sum(limbs), sum(value * value for value in limbs), 1)]


def test_a_cohort_too_fine_for_float64_is_listed_value_by_value():
    """Two ratios that share their nearest float64 stay two values, in their order."""
    pairs = [(2**52, 2**52 - 1), (2**52 - 1, 2**52 - 2)]
    assert pairs[0][0] / pairs[0][1] == pairs[1][0] / pairs[1][1]
    cohort = columns(pairs)
    assert not isinstance(cohort, WholeCohort)
    assert (cohort.least, cohort.different) == (Fraction(*pairs[0]), 2)


def test_a_float_that_numpy_would_give_is_not_far_away():
    """The stated mean and deviation are what a float64 library approximates."""
    rng = np.random.default_rng(7)
    top, bottom = rng.integers(0, 500, 5000), rng.integers(1, 90, 5000)
    cohort = cohort_of_ratios(Ratio(top, bottom, 500, 90))
    assert float(cohort.mean()) == pytest.approx(fmean((top / bottom).tolist()), rel=1e-14)
    assert float(cohort.deviation(sample=True)) == pytest.approx(
        np.std(top / bottom, ddof=1), rel=1e-12
    )
    ranks = [-(-5000 * step // 20) for step in range(1, 21)]
    oracle = np.quantile(top / bottom, np.arange(1, 21) / 20, method="inverted_cdf")
    assert [float(each) for each in cohort.at(ranks)] == oracle.tolist()


def test_different_rows_come_once_with_their_count():
    """What falls back to fractions does so once per different row."""
    rows = {"a": np.array([3, 1, 3]), "b": np.array([2, 2, 2])}
    assert list(distinct_rows(rows)) == [({"a": 1, "b": 2}, 1), ({"a": 3, "b": 2}, 2)]


def test_the_whole_part_of_a_root_is_that_of_the_integer_root():
    """Long integers: the first 20 digits are those of `math.isqrt`."""
    square = 12345678901234567890123456789012345678901234567
    whole = isqrt(square * 100**4)
    digits = len(str(whole)) - 20
    assert stated_root(Fraction(square)) == Fraction(
        round(Fraction(whole, 10**digits)) * 10**digits, 10**4
    )
