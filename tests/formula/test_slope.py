"""The slope of a formula, against automatic differentiation in fractions (dual numbers)."""

from fractions import Fraction

import pytest
from attrs import frozen
from hypothesis import assume, given
from hypothesis import strategies as st

from capaian.errors import FormulaError
from capaian.exact import Program, run_paired
from capaian.formula import (
    Arithmetic,
    Column,
    Compare,
    Extreme,
    Literal_,
    When,
    agg,
    col,
    greatest,
    least,
    lit,
    rounded,
    slope,
    stairs,
    when,
    words,
)

VALUES = st.fractions(-50, 150, max_denominator=20)


@frozen
class Dual:
    """A value and its rate: the oracle carries both through every operation."""

    value: Fraction
    rate: Fraction


def dual(tree, known):
    """The oracle: forward differentiation, written without a formula of slopes."""
    match tree:
        case Column(name):
            return known[name]
        case Literal_(value):
            return Dual(Fraction(value), Fraction(0))
        case Arithmetic(op, left, right):
            return RULES[op](dual(left, known), dual(right, known))
        case Extreme(op, args):
            pick = min if op == "min" else max  # the first of several that tie
            return pick([dual(each, known) for each in args], key=lambda each: each.value)
        case When(Compare(op, left, right), then, otherwise):
            x, y = dual(left, known).value, dual(right, known).value
            holds = {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op]
            return dual(then if holds else otherwise, known)


RULES = {
    "+": lambda x, y: Dual(x.value + y.value, x.rate + y.rate),
    "-": lambda x, y: Dual(x.value - y.value, x.rate - y.rate),
    "*": lambda x, y: Dual(x.value * y.value, x.rate * y.value + x.value * y.rate),
    "/": lambda x, y: Dual(x.value / y.value, (x.rate * y.value - x.value * y.rate) / y.value**2),
}


def compared(trees):
    ops = st.sampled_from(["<", "<=", ">", ">="])
    return st.builds(Compare, ops, trees, trees)


LEAVES = st.sampled_from([col("x"), col("y"), lit(2), lit(Fraction(1, 3)), lit(-40)])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner)
        | st.builds(lambda op, args: Extreme(op, tuple(args)), st.sampled_from(["min", "max"]),
                    st.lists(inner, min_size=2, max_size=3))
        | st.builds(When, compared(inner), inner, inner)
        | st.builds(lambda each: each.clip(0, 100), inner)
    ),
    max_leaves=8,
)  # fmt: skip


def value(tree, **known):
    return run_paired(Program((("y", tree),)), known)["y"][1]


@given(TREES, VALUES, VALUES)
def test_the_slope_is_that_of_dual_numbers(tree, x, y):
    """Every tree of the language, also at the bends, where the branch that is taken decides."""
    known = {"x": Dual(x, Fraction(1)), "y": Dual(y, Fraction(0))}
    try:
        wanted = dual(tree, known).rate
    except ZeroDivisionError:
        assume(condition=False)
    assert value(slope(tree, col("x")), x=x, y=y) == wanted


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (col("y") + 3, "0"),
        (col("x") * lit(Fraction(1, 2)) + col("y"), "0.5"),
        (col("x") * col("y"), "y"),
        (col("x") / 4, "1 ÷ 4"),
        (3 - col("x"), "0 − 1"),
        (rounded(col("x") * 2, 1), "2"),
        (stairs(col("x"), [Fraction(1)], [Fraction(0)], [Fraction(0), Fraction(1)]), "0"),
        (when(col("y") > 0, col("x"), 0), "(1 if y > 0, else 0)"),
        (when(col("y") > 0, col("x"), col("x") + 1), "1"),
        (least(col("x"), col("y")), "(1 if x ≤ y, else 0)"),
        (greatest(col("x"), 0, col("y")), "(1 if x ≥ 0 and x ≥ y, else 0)"),
    ],
)
def test_the_slope_is_as_short_as_it_can_be(tree, said):
    """Nothing is added to or multiplied by what changes nothing."""
    assert words(slope(tree, col("x"))) == said


def test_what_has_no_slope_is_refused():
    with pytest.raises(FormulaError) as caught:
        slope(agg.count() * col("x"), col("x"))
    assert caught.value.code == "CPN-F03"
