"""A pattern's program: what cannot be printed is interpreted, and what is watched is seen."""

from fractions import Fraction

import pytest

from capaian.exact import Program, run_paired
from capaian.exact.straight import pared
from capaian.formula import col, rounded, when
from capaian.scores.scorer import Program as Prepared
from capaian.scores.scorer import Watch
from capaian.scores.tail import Tail


def stairs(count):
    """Cases within cases, and a step that nobody wants."""
    tree = col("a") / 8
    for index in range(count):
        tree = when(col("a") <= index, index, tree + Fraction(index, 1000))
    steps = (("raw", tree), ("other", col("b") * 2), ("score", rounded(col("raw"), 2)))
    return Tail(Program(steps), "scored", {})


@pytest.mark.parametrize("count", [3, 90])
@pytest.mark.parametrize("near", [True, False])
def test_deep_programs_give_the_same_numbers_as_printed_ones(count, near):
    """Python's parser reads some sixty cases within cases; the interpreter reads the rest."""
    tail = stairs(count)
    prepared = Prepared(tail, ["score"], near=near)
    assert prepared.names == ("a",)
    at = prepared.straight.results["score"]
    whole = prepared.straight.whole_of("score")
    run = prepared.exact([at, whole])
    for value in (0, 2, 40, 89, 200, 1237):
        near_truth, truth = run_paired(tail.program, {"a": value, "b": 0})["score"]
        found = list(run(value))
        if near:
            assert found.pop(0) == near_truth
            found.pop(2)
        assert Fraction(found[0], found[1]) == truth
        assert Fraction(found[2], found[3]) == truth * 100


def test_a_program_is_pared_to_what_is_wanted():
    """Steps that nothing needs go, and so do the inputs that only they used."""
    kept = pared(stairs(1).program, ["score"])
    assert kept.names == ("raw", "score")
    assert pared(stairs(1).program, ["other"]).names == ("other",)


@pytest.mark.parametrize(
    ("seen", "holds"),
    [([7, 0, 2], True), ([8, 0, 2], False), ([-1, 0, 2], False), ([7, 0, 1], False)],
    ids=["within", "more bits", "below zero", "less than the least"],
)
def test_what_is_watched_is_held_against_its_limits(seen, holds):
    """Bits up to a mask and no sign; the least not lower."""
    watch = Watch(("bits:a", "bits:b", "least:a"), (7, 3), (2,))
    assert watch.holds(seen) is holds
