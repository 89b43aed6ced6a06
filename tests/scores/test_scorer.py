"""A pattern's program: what cannot be printed is interpreted, and no other row is decided."""

import copy
from fractions import Fraction

import numpy as np
import pytest
from attrs import evolve

from capaian.exact import Program, run_paired
from capaian.exact.filtered import Workspace
from capaian.exact.straight import pared
from capaian.formula import col, rounded, when
from capaian.policy import read_policy
from capaian.scores.plan import make_plan
from capaian.scores.scorer import Block, Scorer
from capaian.scores.scorer import Program as Prepared
from small_office import OFFICE


def stairs(count):
    """Cases within cases, and a step that nobody wants."""
    tree = col("a") / 8
    for index in range(count):
        tree = when(col("a") <= index, index, tree + Fraction(index, 1000))
    steps = (("raw", tree), ("other", col("b") * 2), ("score", rounded(col("raw"), 2)))
    return Program(steps)


@pytest.mark.parametrize("count", [3, 90])
@pytest.mark.parametrize("near", [True, False])
def test_deep_programs_give_the_same_numbers_as_printed_ones(count, near):
    """Python's parser reads some sixty cases within cases; the interpreter reads the rest."""
    program = stairs(count)
    prepared = Prepared(program, ["score"], near=near)
    assert prepared.names == ("a",)
    at = prepared.straight.results["score"]
    whole = prepared.straight.whole_of("score")
    run = prepared.exact([at, whole])
    for value in (0, 2, 40, 89, 200, 1237):
        near_truth, truth = run_paired(program, {"a": value, "b": 0})["score"]
        found = list(run(value))
        if near:
            assert found.pop(0) == near_truth
            found.pop(2)
        assert Fraction(found[0], found[1]) == truth
        assert Fraction(found[2], found[3]) == truth * 100


def test_a_program_is_pared_to_what_is_wanted():
    """Steps that nothing needs go, and so do the inputs that only they used."""
    kept = pared(stairs(1), ["score"])
    assert kept.names == ("raw", "score")
    assert pared(stairs(1), ["other"]).names == ("other",)


@pytest.mark.parametrize("rounding", ["half-up", "none"])
@pytest.mark.parametrize(
    ("value", "known"),
    [(7, True), (4, True), (8, False), (-1, False), (-(2**63), False)],
    ids=["all the bits", "some", "more", "below zero", "the least"],
)
def test_what_is_taken_for_granted_is_looked_at_while_a_block_is_scored(rounding, value, known):
    """Bits up to a mask and no sign: otherwise nothing is said to be scored."""
    document = {
        **copy.deepcopy(OFFICE),
        "rounding": [{"where": "score", "digits": 2, "mode": rounding}],
    }
    plan = make_plan(read_policy(document))
    scorer = Scorer(plan, frozenset(plan.indicators))
    given = [np.array([5, value if name == scorer.names[0] else 5, 5]) for name in scorer.names]
    block = Block(given, {}, np.empty(3), np.empty(3, dtype=np.int8))
    ranges = dict.fromkeys(scorer.names, (0, 7))
    with np.errstate(all="ignore"):
        found = scorer.block(block, ranges, Workspace(), [7] * len(given))
    assert (found is not None) is known


def test_a_strange_row_is_never_decided():
    """Its divisors may be zero, and integers cannot divide by it."""
    plan = make_plan(read_policy(copy.deepcopy(OFFICE)))
    scorer = Scorer(plan, frozenset(plan.indicators))
    given = [np.array([0, *[5] * 20]) for _ in scorer.names]
    ranges = dict.fromkeys(scorer.names, (0, 7))
    strange = np.array([True, *[False] * 20])
    block = Block(given, {}, np.empty(21), np.empty(21, dtype=np.int8), strange)
    with np.errstate(all="ignore"):
        assert scorer.block(block, ranges, Workspace()) == 0
        with pytest.raises(ZeroDivisionError):
            scorer.block(evolve(block, strange=None), ranges, Workspace())


def test_inputs_of_one_column_are_one_input():
    """And give the same bits as two."""
    plan = make_plan(read_policy(copy.deepcopy(OFFICE)))
    apart = Scorer(plan, frozenset(plan.indicators))
    first, other = apart.names[:2]
    merged = Scorer(plan, frozenset(plan.indicators), {other: first})
    assert other not in merged.names
    assert set(apart.names) - {other} == set(merged.names)
    found = []
    for scorer in (apart, merged):
        given = [np.array([3, 9, 27, 40]) for _ in scorer.names]
        block = Block(given, {}, np.empty(4), np.empty(4, dtype=np.int8))
        with np.errstate(all="ignore"):
            scorer.block(block, dict.fromkeys(scorer.names, (0, 63)), Workspace())
        found.append((block.scores.tobytes(), block.codes.tobytes()))
    assert found[0] == found[1]
