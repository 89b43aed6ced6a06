"""Bands of whole columns by a decision table: on the edges too, where float64 cannot tell."""

from itertools import product

import numpy as np
import pytest

from capaian.policy import read_policy
from capaian.scores.columns import score_columns
from capaian.scores.patterns import Batch
from capaian.scores.plan import make_plan
from decisions import band_by_hand, decided, rating, values_of

NEAR = (8_998, 8_999, 9_000, 9_001, 9_002, 9_999, 10_000, 10_001)
FAR_OFF = tuple(range(0, 12_000, 379))
CELLS = decided()["decision"]["cells"]


def batch(plan, people):
    """People as whole columns, all of whom have everything."""
    columns = {}
    for name, values in zip("abc", np.array(people, dtype=np.int64).T, strict=True):
        figures = plan.indicators[name].statistics.figures
        columns |= {figures["sum"].name: (values, None)}
        columns |= {figures["rows"].name: (np.ones_like(values), None)}
    return Batch(len(people), columns, {})


def bands(document, people):
    """The bands that whole columns get, and how many rows were decided exactly."""
    plan = make_plan(read_policy(document))
    found = score_columns(plan, batch(plan, people))
    words = [each.id for each in plan.policy.bands]
    return [words[code] for code in found.bands.codes], found.decided


@pytest.mark.parametrize("score", ["half-up", "none"])
@pytest.mark.parametrize(
    "people",
    [
        list(product(NEAR, NEAR, NEAR)),
        list(product(FAR_OFF, FAR_OFF, FAR_OFF[:9])) + list(product(NEAR[::2], repeat=3)),
    ],
    ids=["many on edges", "few on edges"],
)
def test_whole_columns_are_the_bands_by_hand(people, score):
    document = decided(rounding=[{"where": "score", "digits": 2, "mode": score}])
    found, _ = bands(document, people)
    assert found == [band_by_hand(document, values_of(each)) for each in people]


def test_thirds_on_an_edge_are_decided_exactly():
    """Work is (a + 2 b) / 3: often 90 or 100 in truth, and a hair beside it in float64."""
    people = list(product(NEAR, NEAR, NEAR))
    assert bands(decided(), people)[1] > 0


def test_a_value_that_is_rounded_is_in_doubt_only_on_its_own_ties():
    """The edges of levels are never its values: nothing more is left for integers."""
    document = decided()
    document["decision"] = {
        "ratings": [
            rating("work", rounding={"digits": 2}),
            rating("conduct", rounding={"digits": 1}),
        ],
        "cells": CELLS,
    }
    people = list(product(NEAR, NEAR, NEAR))
    found, _ = bands(document, people)
    assert found == [band_by_hand(document, values_of(each)) for each in people]
    even = [(10_000, 10_000, c) for c in range(8_996, 9_004) for _ in range(50)]
    assert bands(document, even)[1] == 100  # 89.98 and 90.02 make ties of the score, not of bands


def test_statistics_that_pass_64_bits_are_left_to_integers():
    """Sums near 2^63: their ratios do not fit, and are still told apart from the edge."""
    document = decided(scale={"worst": 0, "best": 100, "floor": "none", "cap": "none"})
    far = 2**62
    people = [(far, 13_500 + n - far // 2, 10_000) for n in (-1, 0, 1)] * 40
    wide = {"floor": "none", "cap": "none"}
    document["indicators"] = [{**each, **wide} for each in document["indicators"]]
    found, _ = bands(document, people)
    assert found == [band_by_hand(document, values_of(each)) for each in people]
    assert set(found) == {"needs_work", "good"}
