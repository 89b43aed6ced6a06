"""Formulas of one number as straight lines: against the formula itself, in exact arithmetic."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.analysis.certainty.piecewise import NotPiecewise, Pieces, pieces_of
from capaian.exact import Program, run_paired
from capaian.formula import Geometric, col, greatest, least, lit, rounded, stairs, when
from capaian.methods.tables import PiecewiseOptions, piecewise
from capaian.policy import Scale

X = col("x")
NUMBERS = st.fractions(-200, 200, max_denominator=16)


def value(tree, x):
    return run_paired(Program((("y", tree),)), {"x": x})["y"][1]


def trees():
    """Any formula of one number that is made of lines, without a rounding."""
    leaves = st.one_of(st.just(X), NUMBERS.map(lit))

    def larger(inner):
        compare = st.tuples(inner, inner, st.sampled_from(["<", "<=", ">", ">="]))
        conditions = compare.map(lambda each: _compare(*each))
        both = st.tuples(conditions, conditions).flatmap(
            lambda pair: st.sampled_from([pair[0] & pair[1], pair[0] | pair[1], ~pair[0]])
        )
        return st.one_of(
            st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
            st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
            st.tuples(inner, NUMBERS).map(lambda pair: pair[0] * lit(pair[1])),
            st.tuples(inner, NUMBERS.filter(bool)).map(lambda pair: pair[0] / lit(pair[1])),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: least(*parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: greatest(*parts)),
            st.tuples(both, inner, inner).map(lambda parts: when(*parts)),
        )

    return st.recursive(leaves, larger, max_leaves=8)


def _compare(one, two, op):
    rules = {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}
    return rules[op]


@given(tree=trees(), x=NUMBERS)
def test_the_lines_are_the_formula(tree, x):
    """Law: at every number that is no knot, both give the same fraction."""
    made = pieces_of(tree, X)
    if x not in made.knots:
        assert made.at(x) == value(tree, x)
    assert list(made.knots) == sorted(set(made.knots))
    assert all(one != two for one, two in zip(made.lines, made.lines[1:], strict=False))


@given(tree=trees(), digits=st.integers(0, 1), x=NUMBERS)
def test_a_coarse_rounding_is_its_staircase(tree, digits, x):
    held = tree.clip(-3, 4)
    made = pieces_of(rounded(held, digits), X)
    assert made.slack == 0
    if x not in made.knots:
        assert made.at(x) == value(rounded(held, digits), x)


@given(tree=trees(), x=NUMBERS)
def test_a_fine_rounding_is_left_out_and_said(tree, x):
    """What it may be off by is the half of its unit."""
    made = pieces_of(rounded(tree.clip(-100, 100), 4), X)
    known = made.constant is not None or made.slack == 0
    assert known or made.slack == F(1, 20_000)
    if x not in made.knots:
        assert abs(made.at(x) - value(rounded(tree.clip(-100, 100), 4), x)) <= F(1, 20_000)


def test_a_table_of_points_has_its_points_as_knots():
    """KMK 127/2026, stabilise: 90 is worth 100, 100 is worth 120."""
    options = PiecewiseOptions(((F(0), F(0)), (F(90), F(100)), (F(100), F(120))))
    made = pieces_of(piecewise(options, Scale(F(0), F(100), F(0), F(120)), X), X)
    assert made.knots == (0, 90, 100)
    assert made.lines == ((0, 0), (0, F(10, 9)), (-80, 2), (120, 0))
    assert made.range() == (0, 120)


def test_a_staircase_has_its_steps():
    tree = stairs(X, [F(1), F(2)], [F(10), F(20)], [F(0), F(10), F(20)])
    assert pieces_of(tree, X) == Pieces((1, 2), ((0, 0), (10, 0), (20, 0)))


def test_what_has_no_end_has_no_range():
    assert pieces_of(X, X).range() == (None, None)
    assert pieces_of(lit(0) - X.clip(0, None), X).range() == (None, 0)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (X * X, "*"),
        (lit(1) / X, "/"),
        (Geometric((X, lit(2)), (F(1, 2), F(1, 2))), "geometric"),
        (X + col("y"), "y"),
        (when(rounded(X, 2) > 1, X, 0), "round"),
        (when(X.present(), X, 0), "present"),
        (stairs(rounded(X, 2), [F(1)], [F(1)], [F(0), F(1)]), "round"),
        (rounded(X, 2) * when(X > 1, 1, 0), "round"),
    ],
)
def test_what_is_not_made_of_lines_is_refused(tree, said):
    with pytest.raises(NotPiecewise, match=rf"^{said.replace('*', '[*]')}$"):
        pieces_of(tree, X)
