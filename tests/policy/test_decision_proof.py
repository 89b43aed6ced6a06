"""Proofs of decision tables: what a table's levels must cover follows from the tree."""

from itertools import product

import pytest

from capaian.errors import PolicyError
from capaian.policy import read_policy
from decisions import THREE, decided, rating

CELLS = decided()["decision"]["cells"]


def faults(document):
    try:
        read_policy(document)
    except PolicyError as error:
        return [(each.code, each.where) for each in error.findings]
    return []


def with_work(levels, **changes):
    """The matrix with other levels of the first rating, one cell for each combination."""
    own = rating("work", levels=levels, **changes)
    cells = [
        {"when": {"work": each["id"], "conduct": other["id"]}, "gives": "good"}
        for each, other in product(levels, THREE)
    ]
    return decided(bands=[{"id": "good"}], decision={"ratings": [own, rating("conduct")],
                                                    "cells": cells})  # fmt: skip


def test_levels_need_to_cover_no_more_than_there_can_be():
    """The node's indicators are limited to 0 and 120 by the scale."""
    closed = [{"id": "high", "from": 90, "to": 120}, {"id": "low", "from": 0, "below": 90}]
    assert faults(with_work(closed)) == []
    assert faults(with_work([{**closed[0], "to": 119}, closed[1]])) == [
        ("CPN-B01", "decision.ratings['work'].levels")
    ]


def test_a_formula_may_have_any_value():
    closed = [{"id": "high", "from": 90, "to": 120}, {"id": "low", "below": 90}]
    place = "decision.ratings['work'].levels"
    assert faults(with_work(closed, formula="work")) == [("CPN-B01", place)]


@pytest.mark.parametrize(
    ("rounding", "own", "expected"),
    [
        ([{"where": "node", "digits": 2}], {}, []),
        ([{"where": "node", "digits": 3}], {}, ["CPN-B01"]),
        ([], {"rounding": {"digits": 2}}, []),
        ([], {"rounding": {"mode": "none"}}, ["CPN-B01"]),
        ([{"where": "node", "digits": 3}], {"rounding": {"digits": 2}}, []),
        ([], {}, ["CPN-B01"]),
    ],
)
def test_levels_may_leave_open_what_no_rounded_value_is(rounding, own, expected):
    levels = [{"id": "high", "from": 90}, {"id": "low", "to": "89.99"}]
    document = with_work(levels, **own)
    document["rounding"] = [*document["rounding"], *rounding]
    assert [code for code, _ in faults(document)] == expected


def test_a_worst_that_is_off_the_grid_must_have_its_level():
    """What counts as the worst is taken as it is, whatever the node is rounded to."""
    levels = [{"id": "high", "from": 1}, {"id": "low", "to": 0}]
    document = with_work(levels, of="conduct")
    document["rounding"].append({"where": "node", "digits": 0})
    document["missing"] = "worst"
    document["scale"] = {"worst": "0.5", "best": 100, "floor": 0}
    assert faults(document) == [("CPN-B01", "decision.ratings['work'].levels")]
    document["scale"] = {"worst": 0, "best": 100, "floor": 0}
    assert faults(document) == []


def test_a_rating_may_read_the_score_and_an_indicator():
    for of in ("score", "a", "c"):
        assert faults(with_work(THREE, of=of)) == []


def test_a_misread_table_is_told_of_and_bands_without_edges_are_not():
    document = decided()
    document["decision"]["cels"] = []
    assert faults(document) == [("CPN-P01", "decision")]
    del document["decision"]["ratings"]
    assert faults(document) == [("CPN-P01", "decision"), ("CPN-P02", "decision")]


def test_bands_that_cannot_be_read_are_told_of_once():
    """No cell is blamed for a band that could not be read."""
    assert faults(decided(bands="good")) == [("CPN-P04", "bands")]


def test_units_may_have_intervals_of_their_own():
    """A unit's score is a mean: its bands are intervals, whatever its people are judged by."""
    bands = [{"id": "good", "from": 90}, {"id": "poor", "below": 90}]
    units = {"table": "units", "unit": "code", "from": "people", "missing": "exclude",
             "bands": bands, "membership": {"table": "staffing", "unit": "unit"}}  # fmt: skip
    assert faults(decided(units=units)) == []
