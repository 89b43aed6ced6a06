"""Draws through the score's own program."""

import numpy as np
import polars as pl
import pytest

from analysis.certainty.marks import bands, indicator, policy, scored
from capaian.analysis.certainty.monte_carlo import Draws, drawn
from capaian.analysis.certainty.standing import standing_of

MARKS = {
    "p": {"a": 88_000, "b": 71_000},
    "q": {"a": 64_500, "b": 99_000},
    "r": {"a": 90_000, "b": None},
    "s": {"a": 101_500, "b": 58_000},
}
PARTS = [indicator("a", "0.6"), indicator("b", "0.4")]
CELLS = {
    "ratings": [
        {"id": "a", "levels": [{"id": "met", "from": 80}, {"id": "not", "below": 80}]},
        {"id": "b", "levels": [{"id": "met", "from": 70}, {"id": "not", "below": 70}]},
    ],
    "cells": [
        {"when": {"a": "met", "b": "met"}, "gives": "good"},
        {"when": {"a": "not"}, "gives": "poor"},
        {"when": {"a": "met", "b": "not"}, "gives": "poor"},
    ],
}
RULES = {
    "sum": policy(PARTS),
    "unrounded": policy(PARTS, rounding=[{"where": "score", "mode": "none"}]),
    "geometric": policy(PARTS, score={"method": "geometric"}),
    "least": policy(PARTS, score={"method": "minimum"}),
    "decided": policy(PARTS, bands=[{"id": "good"}, {"id": "poor"}], decision=CELLS),
    "gates": policy(
        PARTS,
        bands=[{"id": "top", "from": 80, "gate": "idea"}, {"id": "rest"}],
        precedence="first",
        subjects={"table": "staff", "facts": {"idea": "idea"}},
    ),
}
STAFF = [{"nip": name, "idea": name in "qs"} for name in "pqrs"]


def made(name):
    tables = {"staff": STAFF} if name == "gates" else {}
    return scored(RULES[name], MARKS, **tables)


@pytest.mark.parametrize("name", RULES)
def test_draws_without_an_error_are_the_official_result(name):
    """Score and band, to the bit: it is the same program."""
    scores = made(name)
    standing = standing_of(scores, {"a": 0, "b": 0})
    matrix, draws = standing.matrix, Draws.of(1, 7, 2)
    seen = 0
    for pattern in standing.patterns:
        for rows, values, codes in drawn(standing, pattern, pattern.rows, draws):
            np.testing.assert_array_equal(values, np.repeat(matrix.score[rows, None], 7, axis=1))
            np.testing.assert_array_equal(codes, np.repeat(matrix.band[rows, None], 7, axis=1))
            seen += len(rows)
    assert seen == np.isfinite(matrix.score).sum() >= 3


def test_draws_are_those_of_the_formula_written_out():
    """The least of two capped marks, rounded half up, by hand in NumPy."""
    scores = made("least")
    standing = standing_of(scores, {"a": 4, "b": 6})
    draws = Draws.of(3, 5_000, 2)
    pattern = next(each for each in standing.patterns if len(each.rows) == 3)
    for rows, values, codes in drawn(standing, pattern, pattern.rows, draws):
        x = standing.matrix.measured[rows][:, :, None] + np.array([4, 6])[:, None] * draws.z
        expected = np.floor(np.clip(x, 60, 100).min(axis=1) * 100 + 0.5) / 100
        np.testing.assert_allclose(values, expected, rtol=0, atol=1e-9)
        np.testing.assert_array_equal(codes, np.searchsorted([70, 80, 90], values, side="right"))


def test_a_seed_gives_the_same_draws_and_another_gives_others():
    assert (Draws.of(5, 10, 2).z == Draws.of(5, 10, 2).z).all()
    assert (Draws.of(5, 10, 2).z != Draws.of(6, 10, 2).z).any()


@pytest.mark.parametrize("whole", [False, True])
def test_own_targets_are_read_with_the_draws(whole):
    """A target of one's own is an integer of the subject: the draws are of the value alone."""
    part = indicator("a", 1, normalise={"method": "target", "target": {"from": "targets"},
                                        "better": "higher"})  # fmt: skip
    rule = policy([part], targets={"table": "goals", "indicator": "indicator", "period": "period",
                                   "value": "goal", "digits": 0},
                  bands=bands((None, 90, None)))  # fmt: skip
    goals = [
        {"nip": nip, "indicator": "a", "period": "2026-Q1", "goal": goal}
        for nip, goal in (("p", 100), ("q", 80))
    ]
    tables = {"goals": goals}
    if whole:  # columns of a dataframe are read in another way than records
        marks = [
            {"nip": nip, "top": top, "of": 1000} for nip, top in (("p", 85_000), ("q", 70_000))
        ]
        tables = {"goals": pl.DataFrame(goals), "marks_a": pl.DataFrame(marks)}
    scores = scored(rule, {} if whole else {"p": {"a": 85_000}, "q": {"a": 70_000}}, **tables)
    standing = standing_of(scores, {"a": 5})
    draws = Draws.of(3, 4_000, 1)
    (pattern,) = standing.patterns
    assert (standing.method == "conditioned").all()
    ((_, _, total),) = standing.sums()
    ((rows, values, _),) = drawn(standing, pattern, pattern.rows, draws)
    for row, measured, goal in ((0, 85, 100), (1, 70, 80)):
        expected = np.clip((measured + 5 * draws.z[0]) / goal * 100, 60, 100)
        np.testing.assert_allclose(values[list(rows).index(row)], expected, rtol=0, atol=0.006)
        assert total.mean[row] == pytest.approx(expected.mean(), abs=0.2)
        assert total.below(85.0)[row] == pytest.approx((expected < 85).mean(), abs=0.03)


def test_a_target_below_zero_is_no_size_to_take_shares_of():
    part = indicator("a", 1, normalise={"method": "target", "target": {"from": "targets"},
                                        "better": "higher"})  # fmt: skip
    rule = policy([part], targets={"table": "goals", "indicator": "indicator", "period": "period",
                                   "value": "goal", "digits": 0})  # fmt: skip
    goals = [
        {"nip": nip, "indicator": "a", "period": "2026-Q1", "goal": goal}
        for nip, goal in (("p", -100), ("q", 80))
    ]
    scores = scored(rule, {"p": {"a": -105_000}, "q": {"a": 70_000}}, goals=goals)
    assert standing_of(scores, {"a": 5}).method.tolist() == ["monte_carlo", "conditioned"]
