"""Decision tables as a step: which cell, which level, where the next one begins."""

from fractions import Fraction
from itertools import product

import pytest

from capaian.decision import (
    FAR,
    band_position,
    decide,
    level_of,
    level_position,
    next_step,
    value_text,
)
from capaian.errors import PolicyError
from capaian.exact import Program, round_ratio, run_paired
from capaian.formula import Column, lit
from capaian.policy import read_policy
from decisions import MATRIX, decided, rating

POLICY = read_policy(decided())
TABLE = POLICY.decision
WORK = TABLE.ratings[0]


def ratings(**changes):
    """The ratings of the matrix, the first with something else about it."""
    decision = {"ratings": [rating("work", **changes), rating("conduct")], "cells": CELLS}
    return read_policy(decided(decision=decision)).decision.ratings


CELLS = decided()["decision"]["cells"]


@pytest.mark.parametrize(("work", "conduct", "band"), MATRIX)
def test_each_combination_has_its_cell(work, conduct, band):
    assert decide(TABLE, {"work": work, "conduct": conduct}).gives == band


def test_levels_that_are_not_known_are_all_told():
    with pytest.raises(PolicyError) as caught:
        decide(TABLE, {"work": "abov", "conducts": "meets"})
    assert str(caught.value) == (
        "The decision table cannot be read.\n"
        "  CPN-B07  work: 'abov' is no level of 'work'. Did you mean 'above'?\n"
        "           to fix: use one of: above, meets, below.\n"
        "  CPN-B06  conducts: 'conducts' is no rating of the decision table."
        " Did you mean 'conduct'?\n"
        "           to fix: use one of: work, conduct; a rating that is left out may have any"
        " level.\n"
        "  CPN-B14  conduct: the rating 'conduct' has no level.\n"
        "           to fix: give one of: above, meets, below."
    )


@pytest.mark.parametrize(
    ("value", "level"),
    [("90", "meets"), ("89.999", "below"), ("100", "meets"), ("100.001", "above"), ("0", "below")],
)
def test_a_level_is_read_from_the_edges_as_they_are_written(value, level):
    assert level_of(WORK, Fraction(value)).id == level


def test_a_value_that_no_level_takes_has_none():
    """A table of a policy that was made in Python and never proved."""
    gap = ratings()[0].__class__("work", {}, "work", (WORK.levels[0],))
    assert level_of(gap, Fraction(50)) is None
    assert position(gap, Fraction(50), None) == -FAR


def position(rating_, value, digits):
    """The position of a value's level, as the program has it."""
    tree = level_position(rating_, Column("x"), digits)
    return run_paired(Program((("at", tree),)), {"x": value})["at"][1]


@pytest.mark.parametrize("digits", [None, 0, 1, 2])
def test_the_position_in_the_program_is_that_of_the_level(digits):
    for hundredths in range(8_800, 10_200):
        value = Fraction(hundredths, 100)
        value = value if digits is None else round_ratio(value, digits, "half-up")
        assert WORK.levels[int(position(WORK, value, digits))] == level_of(WORK, value)


def test_no_rounded_value_lies_on_an_edge_of_the_program():
    """So that none of them is in doubt in float64."""
    tree = level_position(WORK, Column("x"), 2)
    assert all((edge * 100).denominator == 2 for edge in tree.edges)


def test_the_position_of_the_band_is_that_of_the_cell():
    tree = band_position(TABLE, POLICY.bands, [Column("work"), Column("conduct")])
    for work, conduct in product(range(3), range(3)):
        known = run_paired(Program((("band", tree),)), {"work": work, "conduct": conduct})
        names = {"work": WORK.levels[work].id, "conduct": WORK.levels[conduct].id}
        assert POLICY.bands[int(known["band"][1])].id == decide(TABLE, names).gives


@pytest.mark.parametrize("place", [0, 1])
def test_without_a_level_there_is_no_band(place):
    levels = [lit(1), lit(1)]
    levels[place] = lit(-FAR)
    tree = band_position(TABLE, POLICY.bands, levels)
    assert run_paired(Program((("band", tree),)), {})["band"][1] == -1


@pytest.mark.parametrize(
    ("changes", "value", "least", "rounded", "inside"),
    [
        ({}, "89.5", "90", None, True),
        ({"rounding": {"digits": 1}}, "89.5", "89.95", "90", True),
        ({"rounding": {"digits": 0, "mode": "half-even"}}, "88", "89.5", "90", True),
    ],
)
def test_the_next_level_begins_where_the_rounding_lets_it(changes, value, least, rounded, inside):
    work = ratings(**changes)[0]
    step = next_step(TABLE, {"work": "below", "conduct": "meets"}, work, Fraction(value))
    assert (step.level.band.id, step.gives) == ("meets", "good")
    assert step.level.score == Fraction(least)
    assert step.level.rounded == (None if rounded is None else Fraction(rounded))
    assert step.level.inside is inside


def test_a_level_that_gives_the_same_band_is_no_step():
    levels = {"work": "meets", "conduct": "meets"}
    assert next_step(TABLE, levels, WORK, Fraction(95)) is None


def test_there_is_no_step_above_the_highest_level():
    levels = {"work": "above", "conduct": "meets"}
    assert next_step(TABLE, levels, WORK, Fraction(101)) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("95", "95.00"),
        ("269/3", "89.67"),
        ("100.004", "100.004"),
        ("100.0000004", "100.0000004"),
        ("269999/3000", "89.9997"),
        ("30000000000000000001/300000000000000000", "30000000000000000001/300000000000000000"),
    ],
)
def test_a_value_is_shown_so_that_it_is_seen_in_its_level(value, shown):
    assert value_text(WORK, Fraction(value)) == shown


def test_a_rounded_value_is_shown_as_it_is_rounded():
    assert value_text(ratings(rounding={"digits": 1})[0], Fraction(90)) == "90.0"


def test_a_table_of_one_band_is_a_number():
    """Whatever the ratings are."""
    document = decided(bands=[{"id": "good"}])
    document["decision"] = {"ratings": [rating("work")], "cells": [{"gives": "good"}]}
    read = read_policy(document)
    tree = band_position(read.decision, read.bands, [Column("work")])
    assert run_paired(Program((("band", tree),)), {"work": 2})["band"][1] == 0


def test_a_rating_of_one_level_is_a_number():
    level = {"levels": [{"id": "any"}]}
    document = decided(bands=[{"id": "good"}])
    document["decision"] = {"ratings": [rating("work", **level)], "cells": [{"gives": "good"}]}
    assert level_position(read_policy(document).decision.ratings[0], Column("x"), 2) == lit(0)
