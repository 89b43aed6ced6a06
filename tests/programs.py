"""Programs of every node kind, drawn at random, for tests that compare the ways to run them."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from capaian.exact import Program, run_paired
from capaian.formula import (
    Arithmetic,
    Compare,
    Extreme,
    Geometric,
    Logic,
    Not,
    Round,
    When,
    col,
    lit,
)

INPUTS = {
    "few": st.integers(0, 12),
    "many": st.integers(1, 4000),
    "either": st.integers(-50, 50),
    "huge": st.integers(-(2**62), 2**62),
}
"""Counts, divisors, differences, and integers that a float64 does not hold."""

LITERALS = st.one_of(st.integers(-3, 120), st.fractions(Fraction(-2), 200, max_denominator=12)).map(
    lambda value: lit(Fraction(value))
)
LEAVES = st.one_of(LITERALS, st.sampled_from(list(INPUTS)).map(col))


@st.composite
def answers(draw, depth):
    """A comparison, or what is made of one or two."""
    kind = draw(st.sampled_from(["compare", "compare", "not", "and", "or"])) if depth else "compare"
    if kind == "compare":
        op = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]))
        return Compare(op, draw(numbers(depth - 1)), draw(numbers(depth - 1)))
    if kind == "not":
        return Not(draw(answers(depth - 1)))
    return Logic(kind, draw(answers(depth - 1)), draw(answers(depth - 1)))


@st.composite
def numbers(draw, depth):
    """A formula of every kind of node over smaller ones."""
    kind = draw(st.sampled_from(["+", "-", "*", "/", "limits", "least", "when", "round", "mean"]))
    if depth <= 0:
        return draw(LEAVES)
    first = draw(numbers(depth - 1))
    if kind == "limits":
        return first.clip(0, 1000)
    if kind == "round":
        return Round(
            first, draw(st.integers(0, 3)), draw(st.sampled_from(["half-up", "half-even"]))
        )
    second = draw(numbers(depth - 1))
    if kind == "least":
        return Extreme(draw(st.sampled_from(["min", "max"])), (first, second, draw(LEAVES)))
    if kind == "when":
        return When(draw(answers(depth - 1)), first, second)
    if kind == "mean":
        parts = first.clip(0, 1000), second.clip(0, 1000)
        return Geometric(parts, (Fraction(1, 4), Fraction(3, 4)))
    return Arithmetic(kind, first, second)


@st.composite
def programs(draw):
    """Two to four steps, the later ones over the earlier too."""
    steps = []
    for index in range(draw(st.integers(1, 3))):
        tree = draw(numbers(3))
        if steps and draw(st.booleans()):
            tree = draw(st.sampled_from([tree + col(steps[-1][0]), tree * col(steps[-1][0])]))
        steps.append((f"step{index}", tree))
    steps.append(("score", Round(col(steps[-1][0]).clip(-120, 120), 2)))
    return Program(tuple(steps))


ROWS = st.lists(st.fixed_dictionaries(INPUTS), min_size=1, max_size=25)


def columns_of(rows):
    """Rows as int64 columns."""
    return {name: np.array([row[name] for row in rows], dtype=np.int64) for name in INPUTS}


def truth(program, row):
    """What `run_paired` says; None where it divides by zero or a float has no room for it."""
    try:
        return run_paired(program, row)
    except (ZeroDivisionError, OverflowError):
        return None
