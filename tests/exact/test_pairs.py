"""Pairs of float64 against fractions and sixty digits: their errors stay under what is promised."""

from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import geometric_mean
from capaian.exact.bounds import UNIT
from capaian.exact.double import FINE
from capaian.exact.pairs import (
    LN2,
    MEAN,
    add,
    divide,
    exponential,
    geometric,
    literal,
    logarithm,
    multiply,
    nearest,
    subtract,
)

DIGITS = Context(prec=60)
VALUES = st.fractions(Fraction(-1000), 1000, max_denominator=10**12)


def value(pair):
    """A pair as a fraction."""
    return Fraction(float(pair[0])) + Fraction(float(pair[1] or 0.0))


@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        (add, lambda x, y: x + y),
        (subtract, lambda x, y: x - y),
        (multiply, lambda x, y: x * y),
        (divide, lambda x, y: x / y),
    ],
    ids=["sum", "difference", "product", "quotient"],
)
@given(VALUES, VALUES)
def test_arithmetic_of_pairs_is_within_its_unit(rule, truth, one, two):
    """Against the fractions that the pairs hold: at most 2^-100 of the result."""
    x, y = literal(one), literal(two)
    left, right = value(x), value(y)
    if rule is divide and right == 0:
        return
    exact = truth(left, right)
    assert abs(value(rule(x, y)) - exact) <= abs(exact) * Fraction(FINE)


@pytest.mark.parametrize("seed", range(3))
def test_powers_and_logarithms_are_far_nearer_than_the_mean_asks(seed):
    """Against 60 digits, over every size that is allowed."""
    rng = np.random.default_rng(seed)
    sizes = np.exp(rng.uniform(-620, 620, 300))
    logs = logarithm((sizes, None))
    raised = exponential(logs)
    for row, size in enumerate(sizes.tolist()):
        log = DIGITS.ln(Decimal(size))
        found = value((logs[0][row], logs[1][row]))
        # An error of the logarithm is one of the power, as a share.
        assert abs(found - Fraction(log)) <= Fraction(MEAN) / 16
        back = value((raised[0][row], raised[1][row]))
        assert abs(back / Fraction(size) - 1) <= Fraction(MEAN) / 16


@given(
    st.lists(
        st.tuples(st.fractions(0, 120, max_denominator=400), st.integers(1, 9)),
        min_size=2,
        max_size=5,
    )
)
def test_a_geometric_mean_of_pairs_rounds_to_the_nearest(parts):
    """Rational means too, whose root is exact; nothing that is sure is wrong."""
    whole = sum(weight for _, weight in parts)
    weights = [Fraction(weight, whole) for _, weight in parts]
    columns = []
    for part, _ in parts:
        high, low = literal(part)
        columns.append((np.array([high]), None if low is None else np.array([low])))
    with np.errstate(all="ignore"):
        found = geometric(columns, weights)
        sure = nearest(found, np.abs(found[0]) * MEAN)
    exact = geometric_mean([value(literal(part)) for part, _ in parts], weights)
    assert sure[0]
    assert float(found[0][0]) == float(exact)


def test_the_middle_between_two_floats_is_never_sure():
    """Nor is what lies within the error of it."""
    half = UNIT
    pairs = np.array([1.0, 1.0, 1.0, 0.0]), np.array([half, half * 0.9, 0.0, 0.0])
    assert nearest(pairs, 0.0).tolist() == [False, True, True, True]
    assert nearest(pairs, half * 0.2).tolist() == [False, False, True, False]


def test_the_parts_of_ln_2_add_up():
    """To more digits than a pair holds; the first two are short enough for exact multiples."""
    left = Fraction(DIGITS.ln(Decimal(2))) - sum(map(Fraction, LN2))
    assert abs(left) < Fraction(2) ** -110
    for part in LN2[:2]:
        assert Fraction(part).numerator.bit_length() <= 33
