"""The two runs of a program agree: float64 columns with their filter, and fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import FormulaError
from capaian.exact import Program, compare, run_paired
from capaian.exact.filtered import run_filtered
from capaian.formula import Geometric, col, greatest, lit, rounded, total, when

RATIOS = st.tuples(st.integers(0, 60), st.integers(1, 40))
NUMBERS = st.fractions(Fraction(1, 7), 300, max_denominator=7)


def program(target, weights):
    """A tail with every node kind: ratio, cap, jump, geometric mean, weighted sum, rounding."""
    measured = col("x") / col("n")
    share = sum(weights)
    high = (col("m") * 100 / lit(target)).clip(0, 120)
    low = ((2 - col("m") / lit(target)) * 100).clip(0, 100)
    jump = when(
        col("high") <= 59,
        col("high") * lit(Fraction(49, 59)),
        when(~(col("high") < 80) & (col("high") >= 100), 109, 50 + (col("high") - 60)),
    )
    means = Geometric(
        (greatest(col("high"), 1), greatest(col("low"), 1)), (Fraction(1, 3), Fraction(2, 3))
    )
    parts = [col(name) * lit(weight / share) for name, weight in zip("hlj", weights, strict=True)]
    return Program(
        (
            ("m", measured),
            ("high", high),
            ("low", low),
            ("h", col("high")),
            ("l", col("low")),
            ("j", jump),
            ("g", means),
            ("raw", total(parts)),
            ("score", rounded(col("raw"), 2)),
            ("even", rounded(col("raw"), 1, "half-even")),
            ("root", rounded(col("g"), 2)),
        )
    )


DECIDED = ("score", "even", "root")


@given(
    st.lists(RATIOS, min_size=1, max_size=40),
    NUMBERS,
    st.lists(st.fractions(Fraction(1, 9), 5, max_denominator=9), min_size=3, max_size=3),
)
def test_columns_equal_the_truth_wherever_they_are_sure(rows, target, weights):
    """Not in doubt: same bits as one by one, right decisions, errors within the bound."""
    tail = program(target, weights)
    columns = {
        "x": np.array([x for x, _ in rows], dtype=np.int64),
        "n": np.array([n for _, n in rows], dtype=np.int64),
    }
    run = run_filtered(tail, columns)
    for index, (x, n) in enumerate(rows):
        truth = run_paired(tail, {"x": x, "n": n})
        if run.doubt[index]:
            continue
        for name in tail.names:
            near, exact = truth[name]
            found = float(run.values[name][index])
            assert found == near
            assert abs(Fraction(found) - exact) <= Fraction(run.errors[name])
            if name in DECIDED:
                assert found == float(exact)


def test_an_exact_tie_is_doubted_and_decided_by_fractions():
    """60.005 as a weighted sum in float64 lies beside the tie; half-up must still say 60.01."""
    tail = Program((("raw", col("a") / 100 + col("b") / 1000), ("score", rounded(col("raw"), 2))))
    columns = {"a": np.array([6000]), "b": np.array([5])}
    assert run_filtered(tail, columns).doubt.tolist() == [True]
    assert run_paired(tail, {"a": 6000, "b": 5})["score"] == (60.01, Fraction(6001, 100))


def test_large_integers_are_doubted_not_trusted():
    """Beyond 2^53 a float64 does not hold every integer: the bound knows."""
    tail = Program((("d", col("a") - col("b")), ("s", when(col("a") <= col("b"), 1, 0))))
    big = 2**60
    run = run_filtered(tail, {"a": np.array([big + 1]), "b": np.array([big])})
    assert run.doubt.tolist() == [True]
    assert run_paired(tail, {"a": big + 1, "b": big})["s"][1] == 0


def test_no_result_is_minus_zero():
    """Zero has two float64 forms; results use one, so that equal scores have equal bits."""
    tail = Program((("z", col("a") * -1),))
    assert np.signbit(run_filtered(tail, {"a": np.array([0])}).values["z"]).tolist() == [False]
    assert str(run_paired(tail, {"a": 0})["z"][0]) == "0.0"


def test_a_text_has_no_place_in_arithmetic():
    """A plugin's mistake is named, not computed."""
    tail = Program((("t", lit("word") + 1),))
    with pytest.raises(FormulaError) as caught:
        run_paired(tail, {})
    assert str(caught.value) == (
        "The formula cannot be used.\n"
        "  CPN-F03  literal: 'text' cannot stand here.\n"
        "           to fix: use the nodes that capaian.formula documents for this place."
    )


@given(st.fractions(), st.fractions())
def test_comparisons(left, right):
    """Each sign means what Python's does."""
    assert compare("<", left, right) == (left < right)
    assert compare("<=", left, right) == (left <= right)
    assert compare(">", left, right) == (left > right)
    assert compare(">=", left, right) == (left >= right)
    assert compare("=", left, right) == (left == right)
    assert compare("!=", left, right) == (left != right)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_a_possible_division_by_zero_leaves_rows_in_doubt_and_never_wrong(rows):
    """Nothing is known of a quotient whose divisor may be zero, however it is capped after."""
    safe = when(col("b") >= 1, col("a") / greatest(col("b"), 0), 0)
    capped = ((safe + 1).clip(0, 2)) * 50
    tail = Program((("y", capped), ("score", rounded(col("y"), 0)), ("zero", capped * 0 + 1)))
    columns = {"a": np.array([a for a, _ in rows]), "b": np.array([b for _, b in rows])}
    with np.errstate(all="ignore"):
        run = run_filtered(tail, columns)
    assert not any(np.isnan(error) for error in run.errors.values())
    for index, (a, b) in enumerate(rows):
        truth = run_paired(tail, {"a": a, "b": b})
        if not run.doubt[index]:
            assert float(run.values["score"][index]) == truth["score"][0]
