"""Majorities against their definition, pair by pair."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import AnalysisError
from capaian.analysis import borda_points, copeland_scores, kemeny_orders, outranking_matrix

FEWER = "compare fewer units, such as offices in place of people, or use"
TABLE = "give scores, a Matrix, or numbers as units x indicators, one or more of each."
CELL = st.one_of(st.none(), st.integers(0, 4))


def tables(cell=CELL, units=6, indicators=4):
    return st.integers(2, units).flatmap(lambda n: st.integers(1, indicators).flatmap(
        lambda k: st.tuples(
            st.lists(st.lists(cell, min_size=k, max_size=k), min_size=n, max_size=n),
            st.lists(st.integers(1, 5), min_size=k, max_size=k),
        )))  # fmt: skip


def by_hand(values, weights):
    """The weight on which each row stands above each column, in fractions."""
    count = len(values)
    matrix = [[Fraction(0)] * count for _ in values]
    for a in range(count):
        for b in range(count):
            shared = [(x, y, w) for x, y, w in zip(values[a], values[b], weights, strict=True)
                      if x is not None and y is not None]  # fmt: skip
            if a != b and shared:
                above = sum(w * (Fraction(x > y) + Fraction(x == y, 2)) for x, y, w in shared)
                matrix[a][b] = Fraction(above, sum(w for *_, w in shared))
            elif a != b:
                matrix[a][b] = Fraction(1, 2)
    return matrix


def array(values):
    return np.array([[np.nan if x is None else x for x in line] for line in values], dtype=float)


@given(tables())
def test_the_matrix_is_its_definition(drawn):
    """Oracle: fractions, with ties and gaps; what A has over B, B lacks over A."""
    values, weights = drawn
    found = outranking_matrix(array(values), weights=weights)
    expected = by_hand(values, weights)
    np.testing.assert_allclose(found, [[float(x) for x in line] for line in expected], atol=1e-12)
    off = ~np.eye(len(values), dtype=bool)
    np.testing.assert_allclose((found + found.T)[off], 1)


@given(tables())
def test_copeland_counts_majorities(drawn):
    values, weights = drawn
    matrix = by_hand(values, weights)
    expected = [
        sum(
            (matrix[a][b] > matrix[b][a]) - (matrix[a][b] < matrix[b][a])
            for b in range(len(matrix))
        )
        for a in range(len(matrix))
    ]
    assert copeland_scores(array(values), weights=weights).tolist() == expected


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(drawn, random):
    """Law: with gaps too, where one peer's answer depends on it."""
    values, weights = array(drawn[0]), drawn[1]
    order = list(range(len(values)))
    random.shuffle(order)
    found = copeland_scores(values, weights=weights)
    np.testing.assert_array_equal(copeland_scores(values[order], weights=weights), found[order])


@given(tables(st.integers(0, 4)))
def test_borda_gives_out_all_its_points(drawn):
    """Law: every voter gives 0 + 1 + ... + (n - 1), ties or not."""
    values, weights = drawn
    points = borda_points(values, weights=weights)
    assert points.sum() == pytest.approx(sum(weights) * len(values) * (len(values) - 1) / 2)
    for at, line in enumerate(values):
        expected = sum(
            w * sum((x > y[j]) + 0.5 * (x == y[j]) for b, y in enumerate(values) if b != at)
            for j, (x, w) in enumerate(zip(line, weights, strict=True))
        )
        assert points[at] == pytest.approx(expected)


def test_where_one_beats_all_every_method_agrees():
    """A Condorcet winner is first by Copeland and by Kemeny."""
    values = [[3, 3, 1], [2, 1, 3], [1, 2, 2]]
    assert copeland_scores(values).argmax() == 0
    assert next(iter(kemeny_orders(values)))[0] == 0


@pytest.mark.parametrize(
    ("call", "lines"),
    [
        (lambda: outranking_matrix(np.zeros((5001, 1))),
         ["  CPN-M82  values: 5,001 units are too many for all their pairs; the most are 5,000.",
          f"           to fix: {FEWER} borda_points."]),
        (lambda: kemeny_orders(np.zeros((9, 1))),
         ["  CPN-M82  values: 9 units are too many for all their orders; the most are 8.",
          f"           to fix: {FEWER} copeland_scores."]),
        (lambda: borda_points([[1, np.nan]]),
         ["  CPN-M76  values: 1 of 2 values are missing, and the method has no rule for that.",
          "           to fix: leave those units out, or fill the values in (imputed) and say so."]),
        (lambda: borda_points([[1, np.inf]]),
         ["  CPN-M77  values: 1 values are infinite.",
          "           to fix: find out what divided by zero, and mark it as missing (NaN)."]),
        (lambda: borda_points([1, 2]),
         ["  CPN-M75  values: this is no table of numbers.",
          f"           to fix: {TABLE}"]),
        (lambda: borda_points([["a"]]),
         ["  CPN-M75  values: this is no table of numbers.",
          f"           to fix: {TABLE}"]),
        (lambda: outranking_matrix([[1, 2]], weights=[0, 0]),
         ["  CPN-M78  weights: these are not 2 weights of 0 or more, of which one is above 0.",
          "           to fix: give one weight for each indicator, in its order."]),
    ],
)  # fmt: skip
def test_what_is_refused(call, lines):
    with pytest.raises(AnalysisError) as caught:
        call()
    assert str(caught.value).splitlines() == ["The method was not applied.", *lines]
