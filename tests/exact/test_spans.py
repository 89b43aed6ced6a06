"""Spans: no value that a formula can have lies outside, and no divisor that can be zero is missed."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import FormulaError
from capaian.exact import Program, run_paired
from capaian.exact.interval import Interval
from capaian.exact.spans import reach_of
from capaian.formula import (
    Arithmetic,
    Compare,
    Extreme,
    Geometric,
    Logic,
    Not,
    When,
    agg,
    col,
    lit,
    read_formula,
    rounded,
    stairs,
    words,
)

ENDS = st.fractions(-3, 3, max_denominator=2)


@st.composite
def intervals(draw):
    """An interval that is not empty, perhaps without an end."""
    low, high = sorted((draw(ENDS), draw(ENDS)))
    inside = draw(st.booleans()), draw(st.booleans())
    if low == high:
        inside = True, True
    open_low, open_high = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    return Interval(
        None if open_low else low,
        None if open_high else high,
        low_inside=inside[0] or open_low,
        high_inside=inside[1] and not open_high,
    )


def inside(interval):
    """Values of an interval: its ends, near them, in the middle, far out."""
    low = Fraction(-1000) if interval.low is None else interval.low
    high = Fraction(1000) if interval.high is None else interval.high
    step = (high - low) / 1000
    tried = {low, low + step, (low + high) / 2, high - step, high, Fraction(0)}
    return [each for each in sorted(tried) if interval.holds(each)]


def conditions(inner):
    compare = st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner, inner)
    return compare | st.builds(Not, compare) | st.builds(
        Logic, st.sampled_from(["and", "or"]), compare, compare
    )  # fmt: skip


LEAVES = st.sampled_from([col("x"), col("y"), lit(0), lit(1), lit(Fraction(-5, 2))])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner)
        | st.builds(lambda op, args: Extreme(op, tuple(args)), st.sampled_from(["min", "max"]),
                    st.lists(inner, min_size=2, max_size=3))
        | st.builds(When, conditions(inner), inner, inner)
        | st.builds(lambda each: rounded(each, 0), inner)
    ),
    max_leaves=7,
)  # fmt: skip


@given(TREES, intervals(), intervals())
def test_every_value_lies_within(tree, x, y):
    """Against every pair of values tried: inside the span; no zero is divided by unannounced."""
    reach = reach_of(tree, {"x": x, "y": y})
    for one, two in product(inside(x), inside(y)):
        try:
            found = run_paired(Program((("v", tree),)), {"x": one, "y": two})["v"][1]
        except ZeroDivisionError:
            assert reach.divisors
            continue
        except OverflowError:
            continue  # of the float beside it, which is not looked at here
        if not reach.divisors:
            assert reach.span.holds(found)


def said(text, **inputs):
    names = {name: col(name) for name in "abx"}
    ends = {name: Interval(Fraction(low), Fraction(high), high_inside=True)
            for name, (low, high) in inputs.items()}  # fmt: skip
    reach = reach_of(read_formula(text, names), ends)
    return reach.span.text(), [(words(tree), span.text()) for tree, span in reach.divisors]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("0.75 * a + 0.25 * b", "0 ≤ x ≤ 120"),
        ("a - b", "−120 ≤ x ≤ 120"),
        ("(1 - 0.3) * a + 0.3 * b", "0 ≤ x ≤ 120"),
        ("a * b / 100", "0 ≤ x ≤ 144"),
        ("min(a, 115)", "0 ≤ x ≤ 115"),
        ("clip(a + b, 0, 100)", "0 ≤ x ≤ 100"),
        ("a if a <= 100 else 100 + (a - 100) * 0.75", "0 ≤ x ≤ 115"),
        ("100 / (a + 20)", "5/7 ≤ x ≤ 5"),
        ("round(a / 7, 0)", "0 ≤ x ≤ 17"),
        ("a / b if b > 0 else 0", "x ≥ 0"),
        ("a if a > 500 else 3", "x = 3"),
    ],
)
def test_spans_that_can_be_read_off(text, span):
    """Worked by hand, a and b from 0 to 120."""
    assert said(text, a=(0, 120), b=(0, 120)) == (span, [])


@pytest.mark.parametrize(
    ("text", "divisors"),
    [
        ("a / b", [("b", "0 ≤ x ≤ 120")]),
        ("a / (b + 1)", []),
        ("a / (b - 20) + b / (b - 20)", [("b − 20", "−20 ≤ x ≤ 100")]),
        ("a / b if b > 0 else 0", []),
        ("a / b if b >= 0 else 0", [("b", "0 ≤ x ≤ 120")]),
        ("0 if b == 0 else a / b", []),
        ("0 if b == 20 else a / (b - 20)", [("b − 20", "−20 ≤ x ≤ 100")]),
        ("a / b if a > 5 and b > 5 else 0", []),
        ("a / b if a > 5 or b > 5 else 0", [("b", "0 ≤ x ≤ 120")]),
        ("0 if a > 5 or b <= 5 else a / b", []),
        ("a / (a + b) if not a <= 0 else 0", []),
        ("a / max(b, 1)", []),
        ("a / (1 / (b + 1))", []),
        ("a / b if b > 200 else a", []),
    ],
)
def test_what_a_formula_may_divide_by(text, divisors):
    """Told once each, with all that it can be; a branch that keeps it from zero is believed."""
    assert said(text, a=(0, 120), b=(0, 120))[1] == divisors


def test_other_nodes_of_methods():
    """Stairs give their values, a geometric mean lies between its parts; the rest is refused."""
    ends = {"x": Interval(Fraction(4), Fraction(9), high_inside=True)}
    steps = stairs(col("x"), [Fraction(5)], [Fraction(2)], [Fraction(1), Fraction(7)])
    assert reach_of(steps, ends).span.text() == "1 ≤ x ≤ 7"
    half = (Fraction(1, 2), Fraction(1, 2))
    mean = Geometric((col("x"), col("x")), half)
    assert reach_of(mean, ends).span.text() == "4 ≤ x ≤ 9"
    assert reach_of(Geometric((col("x"), col("z")), half), ends).span.text() == "x ≥ 0"
    assert reach_of(col("z"), ends).span.text() == "−∞ < x < ∞"
    with pytest.raises(FormulaError) as caught:
        reach_of(agg.count(), ends)
    assert caught.value.code == "CPN-F03"


def test_huge_numbers_meet_infinities():
    """No number of a document is too large for a float to stand in the way."""
    huge = lit(Fraction(10) ** 400)
    assert reach_of(col("x") * huge + huge, {"x": Interval(Fraction(0), None)}).span.low > 10**399
