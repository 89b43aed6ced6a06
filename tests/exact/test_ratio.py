"""Numbers as people write them, rounding against `decimal`, and exact roots."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import fixed, geometric_mean, read_number, round_ratio, whole_root

MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN}
EXACT = Context(prec=200)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1/9", Fraction(1, 9)),
        ("60%", Fraction(3, 5)),
        ("12.5 %", Fraction(1, 8)),
        ("0.25", Fraction(1, 4)),
        (0.1, Fraction(1, 10)),
        (Decimal("88.305"), Fraction(88305, 1000)),
        (-3, Fraction(-3)),
        ("-1/2", Fraction(-1, 2)),
    ],
)
def test_numbers_are_read_exactly(written, number):
    """A tenth is a tenth, however it is written."""
    assert read_number(written) == number


@pytest.mark.parametrize(
    "written", ["1/0", "abc", "", "1e3", True, float("nan"), float("inf"), Decimal("NaN"), "1,5"]
)
def test_what_is_not_a_number_is_refused(written):
    """Including a decimal comma, which would be read as a thousand by half the readers."""
    with pytest.raises(ValueError, match=r".*"):
        read_number(written)


@given(st.decimals(-1000, 1000, places=6), st.integers(0, 5), st.sampled_from(sorted(MODES)))
def test_rounding_agrees_with_decimal(value, digits, mode):
    """The standard library's decimal, with the mode of the same name, is the oracle."""
    expected = value.quantize(Decimal(1).scaleb(-digits), rounding=MODES[mode], context=EXACT)
    assert round_ratio(Fraction(value), digits, mode) == Fraction(expected)


@given(st.fractions(max_denominator=10**6), st.integers(0, 4))
def test_rounding_moves_by_at_most_half_a_unit(value, digits):
    """And `none` does not move at all."""
    assert abs(round_ratio(value, digits, "half-up") - value) <= Fraction(1, 2 * 10**digits)
    assert round_ratio(value, digits, "none") == value


def test_ties_that_binary_rounding_gets_wrong():
    """The credit table's 3.125 and 28.125, and 1.005, whose float64 lies under the tie."""
    for written, rounded in [("3.125", "3.13"), ("28.125", "28.13"), ("1.005", "1.01")]:
        assert fixed(round_ratio(read_number(written), 2, "half-up"), 2) == rounded


def test_fixed_text_has_all_its_digits():
    """A published score shows as many decimals as the policy rounds to."""
    assert fixed(Fraction(90), 2) == "90.00"
    assert fixed(Fraction(-1, 20), 2) == "-0.05"
    assert fixed(Fraction(7), 0) == "7"


@given(st.integers(0, 10**6), st.integers(1, 9))
def test_a_root_is_found_exactly_when_there_is_one(root, degree):
    """The power of every integer has that integer as its root; its neighbour has none."""
    assert whole_root(root**degree, degree) == root
    if degree > 1 and root > 1:
        assert whole_root(root**degree + 1, degree) is None


@given(st.fractions(0, 100, max_denominator=50), st.integers(2, 6))
def test_the_geometric_mean_of_equals_is_that_number(value, count):
    """So an exact 60 stays 60 and does not fall under a band's edge."""
    assert geometric_mean([value] * count, [Fraction(1, count)] * count) == value


def test_an_irrational_mean_is_right_to_fifty_digits():
    """The square of the mean of 2 and 3 is 6, as far as fifty digits can tell."""
    mean = geometric_mean([Fraction(2), Fraction(3)], [Fraction(1, 2)] * 2)
    assert abs(mean * mean - 6) < Fraction(1, 10**50)


def test_one_zero_makes_the_mean_zero():
    """The geometric mean does not compensate."""
    assert geometric_mean([Fraction(0), Fraction(99)], [Fraction(1, 2)] * 2) == 0
