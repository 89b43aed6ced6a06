"""A printed program is the walked one: the same fractions and the same bits, for every node."""

import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import FormulaError
from capaian.exact import Program, run_paired
from capaian.exact.integers import DEEP, LARGE, half_up, needed, print_program, to_even
from capaian.formula import (
    Arithmetic,
    Compare,
    Extreme,
    Geometric,
    Logic,
    Not,
    Round,
    When,
    agg,
    col,
    greatest,
    lit,
    rounded,
    when,
)

NAMES = ("a", "b", "c")
LEAVES = (
    st.sampled_from([col(name) for name in NAMES])
    | st.fractions(-20, 20, max_denominator=9).map(lit)
    | st.integers(-5, 5).map(lit)
)


SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


@st.composite
def trees(draw, depth=3):
    """Formulas of every kind of node that a program may have."""
    kind = draw(st.integers(0, 7)) if depth else 0
    below = trees(depth - 1)
    match kind:
        case 1 | 2:
            return Arithmetic(draw(st.sampled_from(["+", "-", "*", "/"])), draw(below), draw(below))
        case 3:
            parts = draw(st.lists(below, min_size=1, max_size=3))
            return Extreme(draw(st.sampled_from(["min", "max"])), tuple(parts))
        case 4 | 5:
            return When(draw(conditions(depth - 1)), draw(below), draw(below))
        case 6:
            mode = draw(st.sampled_from(["half-up", "half-even"]))
            return Round(draw(below), draw(st.integers(-1, 3)), mode)
        case 7:
            parts = (greatest(draw(below), 1), greatest(draw(below), 1))
            return Geometric(parts, (Fraction(1, 3), Fraction(2, 3)))
        case _:
            return draw(LEAVES)


@st.composite
def conditions(draw, depth):
    """Conditions of every kind."""
    kind = draw(st.integers(0, 3)) if depth else 0
    if kind == 1:
        op = draw(st.sampled_from(["and", "or"]))
        return Logic(op, draw(conditions(depth - 1)), draw(conditions(depth - 1)))
    if kind == 2:
        return Not(draw(conditions(depth - 1)))
    return Compare(draw(SIGNS), draw(trees(max(depth - 1, 0))), draw(trees(max(depth - 1, 0))))


ROWS = st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(-(2**63), 2**63))


def bits(value):
    return struct.pack("d", value)


def chained(formulas):
    """A program of which each step uses the one before in both branches of a choice."""
    steps = [("s0", formulas[0])]
    for index, tree in enumerate(formulas[1:]):
        before = col(f"s{index}")
        steps.append((f"s{index + 1}", when(before >= 1, tree + before, tree * before)))
    return Program(tuple(steps))


@given(st.lists(trees(), min_size=1, max_size=4), ROWS)
def test_a_printed_program_equals_the_walked_one(formulas, row):
    """Fractions and bits of every step; and where the one divides by zero, so does the other."""
    program = chained(formulas)
    run = print_program(program, NAMES, program.names, floats=True)
    try:
        truth = run_paired(program, dict(zip(NAMES, row, strict=True)))
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            run(row)
        return
    found = run(row)
    for index, name in enumerate(program.names):
        near, above, below = found[3 * index : 3 * index + 3]
        assert bits(near) == bits(truth[name][0])
        assert below > 0
        assert Fraction(above, below) == truth[name][1]
    last = print_program(program, NAMES, [program.names[-1]], floats=False)(row)
    assert Fraction(*last) == truth[program.names[-1]][1]


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4))
def test_ties_are_rounded_as_fractions_are(above, below):
    """Half-up away from zero, half-even as Python rounds a fraction."""
    value = Fraction(above, below)
    assert to_even(above, below) == round(value)
    away = int(abs(value) + Fraction(1, 2))
    assert half_up(above, below) == (away if above >= 0 else -away)


def test_an_input_may_be_wanted_itself():
    """Its float, the integer, over one."""
    run = print_program(Program(()), ["a", "b"], ["b"], floats=True)
    assert run((1, 2**53 + 1)) == (float(2**53 + 1), 2**53 + 1, 1)


def test_what_no_wanted_result_needs_is_left_out():
    """A step that would divide by zero is not computed for a score that does not use it."""
    program = Program((("bad", col("a") / 0), ("half", col("a") / 2), ("score", col("half") + 1)))
    assert [name for name, _ in needed(program, ["score"])] == ["half", "score"]
    assert print_program(program, ["a"], ["score"], floats=False)((3,)) == (5, 2)
    with pytest.raises(ZeroDivisionError):
        print_program(program, ["a"], ["bad"], floats=False)((3,))


def test_an_unknown_input_may_be_none_where_nothing_uses_it():
    """Statistics of an indicator that is left out are not read."""
    program = Program((("x", col("a") * 2),))
    assert print_program(program, ["a", "b"], ["x"], floats=True)((4, None)) == (8.0, 8, 1)


def test_a_step_may_take_the_name_of_an_input():
    """The later formula is meant by those after it, and by those who want the result."""
    program = Program((("b", col("a") + 1), ("a", col("a") * 3), ("c", col("a") + 1)))
    run = print_program(program, ["a"], ["b", "a", "c"], floats=False)
    truth = run_paired(program, {"a": 2})
    found = run((2,))
    assert [Fraction(*found[i : i + 2]) for i in (0, 2, 4)] == [
        truth[n][1] for n in ("b", "a", "c")
    ]


def test_denominators_do_not_grow_without_end():
    """A sum of many ratios is reduced on the way, and stays the same number."""
    names = [f"x{index}" for index in range(2 * DEEP)]
    steps = [("s0", lit(1) / col("x0"))]
    steps += [
        (f"s{index}", (col(f"s{index - 1}") + lit(1) / col(name)) * col(f"s{index - 1}"))
        for index, name in enumerate(names[1:], 1)
    ]
    program = Program(tuple(steps[: DEEP // 2]))
    row = [6] * len(names)
    above, below = print_program(program, names, [program.names[-1]], floats=False)(row)
    truth = run_paired(program, dict(zip(names, row, strict=True)))[program.names[-1]][1]
    assert Fraction(above, below) == truth
    assert truth.denominator > LARGE
    assert below < LARGE * truth.denominator


def test_a_minus_zero_is_a_zero():
    """As in `run_paired`: equal results have equal bits."""
    run = print_program(Program((("z", col("a") * -1),)), ["a"], ["z"], floats=True)
    assert str(run((0,))[0]) == "0.0"


@pytest.mark.parametrize(
    ("tree", "where", "tag"),
    [
        (lit("word") + 1, "literal", "text"),
        (agg.count() + 1, "aggregate", "aggregate"),
        (when(col("a").present(), 1, 2), "present", "present"),
        (rounded(col("a").one_of(1), 2), "one_of", "one_of"),
    ],
)
def test_what_is_no_arithmetic_is_refused_in_the_words_of_the_walked_program(tree, where, tag):
    """The same sentence, before anything is computed."""
    program = Program((("t", tree),))
    with pytest.raises(FormulaError) as printed:
        print_program(program, ["a"], ["t"], floats=True)
    assert str(printed.value) == (
        "The formula cannot be used.\n"
        f"  CPN-F03  {where}: '{tag}' cannot stand here.\n"
        "           to fix: use the nodes that capaian.formula documents for this place."
    )
