"""Staircases: one value at an edge, another between, the same in both arithmetics."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import Program, run_paired
from capaian.exact.double import fine, run_double
from capaian.exact.filtered import run_filtered
from capaian.exact.ratios import run_ratios
from capaian.exact.straight import straighten
from capaian.formula import (
    Geometric,
    Stairs,
    col,
    from_data,
    kind_of,
    lit,
    stairs,
    to_data,
    words,
)  # fmt: skip

EDGES = st.sets(st.fractions(-3, 3, max_denominator=40), min_size=0, max_size=12).map(sorted)
RATIOS = st.lists(st.tuples(st.integers(-120, 120), st.integers(1, 40)), min_size=1, max_size=30)


def steps(edges):
    """A staircase with a value of its own at every edge and between any two."""
    at = [Fraction(2 * index + 1, 3) for index in range(len(edges))]
    between = [Fraction(2 * index, 3) for index in range(len(edges) + 1)]
    return lambda x: stairs(x, edges, at, between)


def truth(edges, x):
    """The value by counting the edges below."""
    below = sum(edge < x for edge in edges)
    return Fraction(2 * below + 1, 3) if x in edges else Fraction(2 * below, 3)


def agree(program, columns, wanted):
    """What is not in doubt is right to the bit, in both widths; integers decide every row."""
    found, straight = run_filtered(program, columns), straighten(program)
    given = [columns[name] for name in straight.inputs]
    length = len(given[0])
    at = straight.results["y"]
    exact = run_ratios(straight, at, given, length)
    ranges = {n: (int(c.min()), int(c.max())) for n, c in columns.items()}
    double = run_double(fine(straight, ranges, at), given, length)
    for row in range(length):
        one = run_paired(program, {name: int(column[row]) for name, column in columns.items()})["y"]
        assert one[1] == wanted(row)
        assert Fraction(int(exact.numerators[row]), int(exact.denominators[row])) == one[1]
        assert found.doubt[row] or found.values["y"][row] == one[0]
        error = abs(Fraction(float(found.values["y"][row])) - one[1])
        assert found.doubt[row] or error <= Fraction(found.errors["y"])
        assert double.doubt[row] or double.nearest[row] == one[0]


@given(EDGES, RATIOS)
def test_columns_equal_the_truth_on_edges_and_beside_them(edges, ratios):
    """On an edge, beside it and far from it."""
    program = Program((("m", col("a") / col("b")), ("y", steps(edges)(col("m")))))
    columns = {
        "a": np.array([pair[0] for pair in ratios], dtype=np.int64),
        "b": np.array([pair[1] for pair in ratios], dtype=np.int64),
    }
    agree(program, columns, lambda row: truth(edges, Fraction(*ratios[row])))


@given(EDGES, RATIOS, st.sampled_from([Fraction(1, 7), Fraction(1, 3)]))
def test_sums_of_ratios_through_earlier_steps_are_decided_too(edges, ratios, more):
    """What is looked up may be the result of a result: the integers are followed down."""
    steps_before = (
        ("left over", col("b") * 9),
        ("m", col("a") / col("b")),
        ("n", (col("m") + lit(more)) * lit(Fraction(5, 3))),
    )
    program = Program((*steps_before, ("y", steps(edges)(col("n")))))
    columns = {
        "a": np.array([pair[0] for pair in ratios], dtype=np.int64),
        "b": np.array([pair[1] for pair in ratios], dtype=np.int64),
    }
    agree(
        program,
        columns,
        lambda row: truth(edges, (Fraction(*ratios[row]) + more) * Fraction(5, 3)),
    )


def test_a_value_on_an_edge_that_only_fractions_can_tell_is_in_doubt():
    """A geometric mean is no ratio of integers: the row at the edge is left to fractions."""
    halves = (Fraction(1, 2), Fraction(1, 2))
    value = Geometric((col("a") / col("b"), col("b") / col("b")), halves)
    program = Program((("m", value), ("y", steps([Fraction(2, 7)])(col("m")))))
    found = run_filtered(program, {"a": np.array([4, 5]), "b": np.array([49, 7])})
    assert found.doubt.tolist() == [True, False]
    assert run_paired(program, {"a": 4, "b": 49})["y"][1] == Fraction(1, 3)


@pytest.mark.parametrize("edges", [[Fraction(1, 3), Fraction(1, 3) + Fraction(1, 2**60)],
                                   [Fraction(1, 3), Fraction(2**61, 3 * 2**61 + 1)][::-1]])  # fmt: skip
def test_edges_too_near_to_tell_apart_are_left_to_fractions(edges):
    """Two edges within the error of one value, or products beyond int64: in doubt, not guessed."""
    program = Program((("m", col("a") / col("b")), ("y", steps(edges)(col("m")))))
    found = run_filtered(program, {"a": np.array([1]), "b": np.array([3])})
    assert found.doubt.tolist() == [True]


def test_integers_on_whole_edges_need_no_second_look():
    """Counts against counts: nothing is rounded, so nothing is near."""
    program = Program((("y", steps([Fraction(2), Fraction(5)])(col("a"))),))
    found = run_filtered(program, {"a": np.array([1, 2, 3, 5, 9])})
    assert not found.doubt.any()
    assert found.values["y"].tolist() == [0, 1 / 3, 2 / 3, 1, 4 / 3]


def test_a_staircase_is_a_number_that_can_be_written_down_and_said():
    """Kind, JSON and words in both languages."""
    tree = steps([Fraction(1, 3), Fraction(2)])(col("x"))
    assert isinstance(tree, Stairs)
    assert kind_of(tree, {"x": "ratio"}) == "ratio"
    assert from_data(to_data(tree)) == tree
    assert words(tree) == "x read from a table of 2 edges, from 0 to 4/3"
    assert words(tree, "id") == "x dibaca dari tabel dengan 2 batas, dari 0 sampai 4/3"


@pytest.mark.parametrize(
    ("edges", "at", "between", "said"),
    [
        ([2, 1], [0, 0], [0, 0, 0], "ascending order"),
        ([1, 1], [0, 0], [0, 0, 0], "ascending order"),
        ([1, 2], [0], [0, 0, 0], "a value at each edge"),
        ([1, 2], [0, 0], [0, 0], "one more between"),
    ],
)
def test_steps_that_cannot_be_climbed_are_refused(edges, at, between, said):
    """A plugin's slip is told when the tree is built."""
    with pytest.raises(ValueError, match=said):
        stairs(col("x"), edges, at, between)
