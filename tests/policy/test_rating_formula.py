"""Formulas of ratings: the names of nodes and indicators, and what no formula may do."""

from fractions import Fraction

import pytest

from capaian.errors import FormulaError
from capaian.exact import Program, run_paired
from capaian.formula import Column, lit
from capaian.policy.rating_formula import formula_names, read_rating, reads


def test_dashes_and_dots_are_written_as_underscores():
    names = formula_names(["in-time", "a.b", "work"])
    assert names == {"in_time": "in-time", "a_b": "a.b", "work": "work"}


def test_a_name_of_two_has_neither_and_one_as_it_stands_is_kept():
    assert formula_names(["a-b", "a.b"]) == {}
    assert formula_names(["a-b", "a_b"]) == {"a_b": "a_b"}


def test_a_formula_is_over_ids_and_exact():
    tree = read_rating("0.7 * in_time + 0.3 * max(work, 0.1)", ["in-time", "work"], {})
    assert sorted(reads(tree)) == ["in-time", "work"]
    known = run_paired(Program((("x", tree),)), {"in-time": 100, "work": 0})
    assert known["x"][1] == Fraction("70.03")


@pytest.mark.parametrize("text", ["work / in_time", "work / 0", "1 / (work + 1)"])
def test_nothing_divides_but_by_a_number(text):
    with pytest.raises(FormulaError) as caught:
        read_rating(text, ["in-time", "work"], {})
    assert str(caught.value) == (
        "The formula cannot be used.\n"
        "  CPN-B15  the formula divides by something that may be 0.\n"
        "           to fix: divide by a number, or let a node of the tree give the ratio."
    )


def test_a_formula_knows_the_numbers_of_the_policy():
    """By name, with `-` and `.` written `_`; a node or an indicator of the name goes before."""
    numbers = {"share.of-work": Fraction(3, 4), "work": Fraction(9)}
    tree = read_rating("share_of_work * work", ["work"], numbers)
    assert tree == lit(Fraction(3, 4)) * Column("work")
    assert reads(tree) == ["work"]
