"""Formulas in integers: the exact ratio, or nothing where integers cannot say it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import Program, run_paired
from capaian.exact.ratios import ratio_of
from capaian.formula import Geometric, col, greatest, least, lit, rounded, when

LEAVES = st.one_of(
    st.sampled_from(["a", "b"]).map(col),
    st.integers(-5, 5).map(lit),
    st.fractions(-5, 5, max_denominator=9).map(lit),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        inner.map(lambda each: each / col("d")),
        inner.map(lambda each: lit(3) / (each * each + 1)),
        st.tuples(inner, inner).map(lambda pair: least(*pair)),
        st.tuples(inner, inner).map(lambda pair: greatest(*pair)),
        st.tuples(inner, inner, inner).map(lambda part: when(part[0] <= part[1], part[0], part[2])),
        st.tuples(inner, inner).map(
            lambda pair: when((pair[0] > 1) & ~(pair[1] < 0) | pair[0].equals(pair[1]), *pair)
        ),
        st.tuples(inner, st.integers(0, 3), st.sampled_from(["half-up", "half-even"])).map(
            lambda part: rounded(*part)
        ),
    ),
    max_leaves=6,
)
ROWS = st.lists(
    st.tuples(st.integers(-99, 99), st.integers(-9, 9), st.integers(1, 12)), min_size=1, max_size=12
)


@given(TREES, ROWS)
def test_integers_give_the_truth_of_fractions(tree, rows):
    """Every operation and condition, negative numbers, ties of both kinds."""
    program = Program((("x", tree * 1), ("y", col("x") + col("a") * 0)))
    columns = {
        name: np.array([row[index] for row in rows], dtype=np.int64)
        for index, name in enumerate("abd")
    }
    found = ratio_of(program, columns, len(rows))
    if found is None:  # a product that may be beyond int64: the caller takes fractions
        return
    bottoms = np.broadcast_to(found.bottom, (len(rows),)).tolist()
    for row, top, bottom in zip(rows, found.top.tolist(), bottoms, strict=True):
        truth = run_paired(program, dict(zip("abd", row, strict=True)))["y"][1]
        assert (Fraction(top, bottom), bottom > 0) == (truth, True)
    assert found.most == max(map(abs, found.top.tolist()))
    assert found.under == max(bottoms)


def test_a_constant_is_the_same_for_every_row():
    """A formula without columns fills the column."""
    found = ratio_of(Program((("x", lit(Fraction(2, 3))),)), {}, 3)
    assert (found.top.tolist(), found.bottom) == ([2, 2, 2], 3)


@pytest.mark.parametrize(
    "tree",
    [
        col("a") * col("a"),
        Geometric((col("a"), col("z")), (Fraction(1, 2), Fraction(1, 2))),
        col("a") + lit(2**63),
        col("h") - col("a"),
        least(col("h"), col("a")),
    ],
    ids=[
        "too large",
        "a root",
        "a constant too large",
        "a sum too large",
        "a gap too large",
    ],
)
def test_what_integers_cannot_say_is_left_to_fractions(tree):
    """No wrapped product: nothing is returned."""
    columns = {"a": np.array([2**40, 1]), "z": np.array([0, 1]), "h": np.array([-(2**62), 5])}
    assert ratio_of(Program((("x", tree),)), columns, 2) is None


def test_long_denominators_are_brought_to_lowest_terms_before_giving_up():
    """Ten ratios of one column's halves: the product of denominators would not fit, the sum does."""
    tree = col("a") / col("b")
    for _ in range(9):
        tree = tree + col("a") / (col("b") * 1)
    columns = {"a": np.array([2**20, 3 * 2**20]), "b": np.array([2**21, 2**22])}
    found = ratio_of(Program((("x", tree),)), columns, 2)
    bottoms = np.broadcast_to(found.bottom, (2,)).tolist()
    assert [Fraction(*each) for each in zip(found.top.tolist(), bottoms, strict=True)] == [
        5,
        Fraction(15, 2),
    ]
    uneven = lit(Fraction(1, 3)) + sum((col("a") / col(name) for name in "bcd"), start=lit(0))
    columns |= {"c": np.array([2**22, 2**23]), "d": np.array([2**23, 2**20])}
    found = ratio_of(Program((("x", uneven),)), columns, 2)
    bottoms = np.broadcast_to(found.bottom, (2,)).tolist()
    assert [Fraction(*each) for each in zip(found.top.tolist(), bottoms, strict=True)] == [
        Fraction(1, 3) + Fraction(1, 2) + Fraction(1, 4) + Fraction(1, 8),
        Fraction(1, 3) + Fraction(3, 4) + Fraction(3, 8) + 3,
    ]
