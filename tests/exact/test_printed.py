"""What is printed equals what is interpreted: floats in every bit, decisions exactly."""

import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from capaian.exact import Program, run_paired
from capaian.exact.bounds import bounds_of
from capaian.exact.double import fine, run_double
from capaian.exact.filtered import BLOCK, ranges_of, run_filtered
from capaian.exact.printed import print_numpy
from capaian.exact.ratios import run_ratios
from capaian.exact.single import LARGE, MANY, TooDeep, print_results, print_row
from capaian.exact.straight import straighten
from capaian.formula import Geometric, col, greatest, lit, rounded, when
from programs import INPUTS, ROWS, columns_of, programs, truth

MORE = settings(max_examples=40, deadline=None)


def bits(value):
    """The bits of a float: minus zero is not zero."""
    return struct.pack("<d", value)


@MORE
@given(programs(), ROWS)
def test_printed_columns_have_the_bits_of_run_paired_or_are_in_doubt(program, rows):
    """Every node kind, every result; and no value is farther from the truth than its bound."""
    run = run_filtered(program, columns_of(rows))
    for index, row in enumerate(rows):
        known = truth(program, row)
        if known is None or run.doubt[index]:
            continue
        for name in program.names:
            near, exact = known[name]
            found = float(run.values[name][index])
            assert bits(found) == bits(near)
            if run.errors[name] < np.inf:
                assert abs(Fraction(found) - exact) <= Fraction(run.errors[name])
        assert float(run.values["score"][index]) == float(known["score"][1])


@MORE
@given(programs(), ROWS)
def test_a_printed_row_is_the_truth_and_carries_the_floats(program, rows):
    """Integers give the fractions of `run_paired`, and beside them its floats, without doubt."""
    straight = straighten(program)
    outputs = [straight.results[name] for name in program.names]
    exact, paired = print_row(straight, outputs), print_row(straight, outputs, near=True)
    for row in rows:
        given_in = [row[name] for name in straight.inputs]
        known = truth(program, row)
        if known is None:
            continue
        found, both = exact(*given_in), paired(*given_in)
        for place, name in enumerate(program.names):
            near, fraction = known[name]
            assert Fraction(found[2 * place], found[2 * place + 1]) == fraction
            assert Fraction(both[3 * place + 1], both[3 * place + 2]) == fraction
            assert bits(both[3 * place]) == bits(near)


@MORE
@given(programs(), ROWS)
def test_a_row_by_name_equals_the_walked_program(program, rows):
    """Fractions and bits of every step; and where the one divides by zero, so does the other."""
    names = sorted(INPUTS)
    for near in (True, False):
        run = print_results(program, program.names, names, near=near)
        for row in rows:
            given_in = [row[name] for name in names]
            try:
                known = run_paired(program, row)
            except OverflowError:
                continue
            except ZeroDivisionError:
                with pytest.raises(ZeroDivisionError):
                    run(given_in)
                continue
            found = list(run(given_in))
            for name in program.names:
                if near:
                    assert bits(found.pop(0)) == bits(known[name][0])
                above, below = found.pop(0), found.pop(0)
                assert below > 0
                assert Fraction(above, below) == known[name][1]


@pytest.mark.parametrize("near", [True, False])
def test_a_row_may_lack_what_nothing_uses(near):
    """Statistics of an indicator that is left out are not read; nor is a step nobody wants."""
    program = Program((("bad", col("a") / 0), ("half", col("a") / 2), ("score", col("half") + 1)))
    run = print_results(program, ["score"], ["a", "b"], near=near)
    assert run((3, None)) == ((2.5, 5, 2) if near else (5, 2))


def test_denominators_do_not_grow_without_end():
    """A sum of many ratios is brought to lowest terms on the way, and stays the same number."""
    names = [f"x{index}" for index in range(MANY // 2)]
    steps = [("s0", lit(1) / col("x0"))]
    steps += [
        (f"s{index}", (col(f"s{index - 1}") + lit(1) / col(name)) * col(f"s{index - 1}"))
        for index, name in enumerate(names[1:], 1)
    ]
    program = Program(tuple(steps))
    row = [6] * len(names)
    above, below = print_results(program, [program.names[-1]], names, near=False)(row)
    known = run_paired(program, dict(zip(names, row, strict=True)))[program.names[-1]][1]
    assert Fraction(above, below) == known
    assert known.denominator > LARGE
    assert below < LARGE * known.denominator


def test_a_program_too_deep_to_be_printed_is_walked():
    """With the same numbers, and with what is not known left out."""
    tree = col("a") / 8
    for index in range(90):
        tree = when(col("a") <= index, Fraction(index, 7), tree + Fraction(index, 1000))
    program = Program((("other", col("b") * 2), ("score", rounded(tree, 2))))
    for near in (True, False):
        run = print_results(program, ["score"], ["b", "a"], near=near)
        for value in (0, 40, 91, 1237):
            float_, exact = run_paired(program, {"a": value, "b": 0})["score"]
            expected = (float_, exact.numerator, exact.denominator)
            assert run((None, value)) == expected[not near :]


@MORE
@given(programs(), ROWS)
def test_twice_the_digits_give_the_nearest_float_or_are_in_doubt(program, rows):
    """The float64 nearest to the fraction, for rounded and unrounded results alike."""
    columns = columns_of(rows)
    for name in (program.names[-2], "score"):
        straight = straighten(program, [name])
        ready = fine(straight, ranges_of(columns, straight.inputs), straight.results[name])
        given_in = [columns[each] for each in straight.inputs]
        run = run_double(ready, given_in, len(rows))
        for index, row in enumerate(rows):
            known = truth(program, row)
            if known is not None and not run.doubt[index]:
                assert float(run.nearest[index]) == float(known[name][1])


@MORE
@given(programs(), ROWS)
def test_ratios_of_columns_are_in_lowest_terms_and_exact(program, rows):
    """In 64 bits where they fit, else as Python's integers; only zero divisors are left out."""
    kept = [(row, known) for row in rows if (known := truth(program, row)) is not None]
    if not kept:
        return
    columns = columns_of([row for row, _ in kept])
    name = program.names[-2]
    straight = straighten(program, [name])
    given_in = [columns[each] for each in straight.inputs]
    found = run_ratios(straight, straight.results[name], given_in, len(kept))
    for index, (_, known) in enumerate(kept):
        exact = known[name][1]
        pair = found.large.get(
            index, (int(found.numerators[index]), int(found.denominators[index]))
        )
        assert pair == (exact.numerator, exact.denominator)
        assert (index in found.large) == (
            max(abs(2 * exact.numerator + 1), exact.denominator * 2) > 2**64
        )


def test_a_program_is_computed_once_and_only_as_far_as_wanted():
    """Equal sub-formulas share a buffer, dead steps are not printed, idle limits cost nothing."""
    share = col("a") / col("b")
    tail = Program(
        (
            ("one", (share * 100).clip(0, 120)),
            ("two", share * 50),
            ("unwanted", col("a") * col("b") * 7),
            ("score", rounded(col("one") / 2 + col("two"), 2)),
        )
    )
    straight = straighten(tail, ["score"])
    printed = print_numpy(straight, {"a": (0, 9), "b": (1, 9)}, [straight.results["score"]])
    assert printed.source.count("divide(") == 3  # the share, the half, the decimals
    assert "7.0" not in printed.source
    assert "maximum" not in printed.source  # nothing is below zero
    assert ", 0.0, out" not in printed.source  # nor minus zero
    assert printed.work == 2
    wide = print_numpy(straight, {"a": (-9, 9), "b": (1, 9)}, [straight.results["score"]])
    assert ".clip(0.0, 120.0" in wide.source


def test_a_divisor_that_is_a_count_leaves_nothing_in_doubt():
    """A divisor of 0 is nobody's: of all others the quotient is bounded."""
    capped = (col("a") / col("n") * 100).clip(0, 120)
    tail = Program((("score", rounded(capped, 2)),))
    rows = np.arange(BLOCK) % 97
    run = run_filtered(tail, {"a": rows, "n": np.arange(BLOCK) % 89})
    assert run.doubt[np.arange(BLOCK) % 89 > 0].mean() < 0.1


@pytest.mark.parametrize(
    ("tree", "low", "high"),
    [
        (col("x") / col("y"), -5, 5),
        (1 / (col("x") / 3 - col("y") / 3), 0, 9),
        (col("x") * lit(Fraction(10**300)) * lit(Fraction(10**300)), 0, 9),
        (col("x") * lit(Fraction(1, 10**300)) * lit(Fraction(1, 10**300)), 0, 9),
    ],
    ids=["sign unknown", "difference", "overflow", "underflow"],
)
def test_where_nothing_is_known_everything_is_in_doubt(tree, low, high):
    """An infinite bound, or one that is not a number, is never taken for a small one."""
    tail = Program((("raw", tree), ("score", when(tree < lit(Fraction(1, 3)), 0, 1))))
    x, y = np.array([low, high, 3]), np.array([high, low, 3])
    run = run_filtered(tail, {"x": x, "y": y})
    for row in range(3):
        try:
            exact = run_paired(tail, {"x": int(x[row]), "y": int(y[row])})["score"][1]
        except ZeroDivisionError:
            continue
        assert run.doubt[row] or run.values["score"][row] == exact
    bounds = bounds_of(straighten(tail), ranges_of({"x": x, "y": y}, ("x", "y")))
    assert not any(np.isnan(each.error) for each in bounds)


def test_a_rough_geometric_mean_decides_as_the_nearest_does():
    """Logarithms are near enough for nearly all; what they leave is in doubt, and none is wrong."""
    means = Geometric(
        (greatest(col("a"), 1), greatest(col("b"), 1)), (Fraction(1, 3), Fraction(2, 3))
    )
    tail = Program((("score", rounded(means, 2)),))
    straight = straighten(tail)
    rng = np.random.default_rng(5)
    columns = {"a": rng.integers(0, 120, 400), "b": rng.integers(0, 120, 400)}
    at = straight.results["score"]
    printed = print_numpy(straight, ranges_of(columns, straight.inputs), [at], near=False)
    out = np.empty(400)
    work = [np.empty(400) for _ in range(printed.work)]
    doubt = printed.run([columns[name] for name in straight.inputs], [out], work, [])
    sure = np.ones(400, bool) if doubt is None else ~doubt
    assert sure.mean() > 0.9
    for row in np.flatnonzero(sure).tolist():
        given_in = {name: int(column[row]) for name, column in columns.items()}
        assert out[row] == float(run_paired(tail, given_in)["score"][1])


def test_too_many_cases_within_cases_are_said_to_be_too_deep():
    """Python reads no more than a hundred; the caller takes the interpreter."""
    tree = col("a")
    for index in range(80):
        tree = when(col("a") <= index, index, tree + index)
    straight = straighten(Program((("t", tree),)))
    with pytest.raises(TooDeep):
        print_row(straight, [straight.results["t"]])
