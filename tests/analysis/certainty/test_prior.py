"""Bands that know the population: the published example, and laws."""

import numpy as np
import pytest
from scipy.stats import norm

from analysis.cases import MEASUREMENT, assert_close
from analysis.certainty.marks import bands, indicator, policy, scored
from capaian.analysis import band_probability, shrink
from capaian.errors import AnalysisError

OPEN = {"scale": {"worst": 0, "best": 100, "floor": -1000, "cap": 1000}}
"""Far from floor and cap: the error of the score is that of the measured value."""
BARE = [{"where": "score", "mode": "none"}]
MARKS = {f"s{at:02d}": {"a": 58_000 + 2_300 * at} for at in range(16)}
RULE = policy([indicator("a")], subjects={"table": "staff", "unit": "unit"}, **OPEN)
STAFF = [{"nip": nip, "unit": "small" if at < 2 else "large"} for at, nip in enumerate(MARKS)]
BANDS = ("b0", "b1", "b2", "b3")


def p_of(table, front="prior_p_"):
    return np.array([[np.nan if each is None else each for each in table[front + name]]
                     for name in BANDS]).T  # fmt: skip


def test_the_published_example_from_the_front():
    """R11: 84 +- 6 is above 80 with 75 %; from a population of 70 +- 8 with 41 %."""
    case = MEASUREMENT["R11"]
    given = case["input"]
    rule = policy([indicator("a")], bands=bands((None, given["cut"], None)), rounding=BARE, **OPEN)
    scores = scored(rule, {"x": {"a": given["score"] * 1000}})
    prior = {"mean": given["population_mean"], "sd": given["population_sd"]}
    found = band_probability(scores, {"a": given["se"]}, prior=prior)
    assert found["band"] == ["b1"]
    assert_close(found["p_b1"][0], case["expected"]["p_without_prior"], 1e-6)
    assert_close(found["prior_p_b1"][0], case["expected"]["p_with_prior"], 1e-9)
    assert found["prior_likeliest"] == ["b0"]
    assert found["prior_probability"] == found["prior_p_b1"]
    assert found.notes[1:] == (
        "The prior is a mean of 70 and a spread of 8.",
        "What begins with prior_ stands beside the official band, and never replaces it.",
    )


def test_nothing_else_changes():
    """The columns that know no population are the same to the bit, the band is the official one."""
    scores = scored(RULE, MARKS, staff=STAFF)
    plain, found = (
        band_probability(scores, {"a": 5}),
        band_probability(scores, {"a": 5}, prior="all"),
    )
    assert not any("prior" in name for name in plain.columns)
    assert {name: found[name] for name in plain.columns} == {
        name: plain[name] for name in plain.columns
    }
    assert found["band"] == scores.columns()["band"]


def test_it_is_the_score_that_shrink_draws():
    """A normal score with its mean and error: cut at half a hundredth below each edge."""
    scores = scored(RULE, MARKS, staff=STAFF)
    errors = {"a": [1.0 + at % 5 for at in range(16)]}
    drawn = shrink(scores, errors)
    mean, sd = np.array(drawn["score_shrunk"]), np.array(drawn["error_shrunk"])
    edges = np.array([-np.inf, 69.995, 79.995, 89.995, np.inf])
    expected = np.diff(norm.cdf((edges - mean[:, None]) / sd[:, None]), axis=1)
    found = band_probability(scores, errors, prior="all")
    np.testing.assert_allclose(p_of(found), expected, atol=1e-12)


def test_by_unit_and_by_label_a_small_group_has_no_prior():
    scores = scored(RULE, MARKS, staff=STAFF)
    found = band_probability(scores, {"a": 4}, prior="unit")
    assert found["prior_probability"][:2] == found["prior_likeliest"][:2] == [None, None]
    np.testing.assert_allclose(p_of(found)[2:].sum(axis=1), 1)
    assert "1 groups have fewer than 3 members: no prior is made of them." in found.notes
    labels = [row["unit"] for row in STAFF]
    np.testing.assert_array_equal(
        p_of(found), p_of(band_probability(scores, {"a": 4}, prior=labels))
    )


def test_a_wide_population_says_nothing():
    """Law: with a spread that grows the prior goes; without floor and cap both are the same."""
    scores = scored(RULE, MARKS, staff=STAFF)
    found = band_probability(scores, {"a": 4}, prior={"mean": 70, "sd": 1e6})
    np.testing.assert_allclose(p_of(found), p_of(found, "p_"), atol=1e-6)


def test_who_has_no_error_keeps_the_official_band_and_who_has_no_score_has_none():
    rule = policy([indicator("a", "0.5"), indicator("b", "0.5")], missing="withhold", **OPEN)
    marks = {f"s{at}": {"a": 90_000 - 9_000 * at, "b": 80_000} for at in range(5)}
    marks["s4"]["b"] = None
    errors = {"a": [0, 3, 3, np.nan, 3], "b": 0}
    found = band_probability(scored(rule, marks), errors, prior={"mean": 70, "sd": 3})
    assert found["prior_probability"][0] == 1.0
    assert found["prior_likeliest"][0] == found["band"][0]
    assert found["prior_probability"][3:] == [None, None]


def test_what_lies_beyond_the_scale_belongs_to_the_outermost_band():
    """Bands that end at 60 and 100: nobody has none because the normal distribution has no ends."""
    ends = bands()
    ends[0]["from"], ends[-1]["to"] = 60, 100
    rule = policy([indicator("a")], bands=ends)
    marks = {"x": {"a": 61_000}, "y": {"a": 99_000}}
    found = band_probability(scored(rule, marks), {"a": 8}, prior={"mean": 80, "sd": 20})
    assert "prior_p_none" not in found.columns
    np.testing.assert_allclose(p_of(found).sum(axis=1), 1)
    assert found["prior_likeliest"] == ["b0", "b3"]


def test_a_gate_that_is_shut_gives_its_band_to_nobody():
    gated = bands((None, 80, None))
    gated = [{"id": "best", "from": 90, "gate": "idea"}, {"id": "good", "from": 80}, gated[0]]
    rule = policy(
        [indicator("a")], bands=gated, precedence="first",
        subjects={"table": "staff", "facts": {"idea": "idea"}}, **OPEN,
    )  # fmt: skip
    staff = [{"nip": "x", "idea": True}, {"nip": "y", "idea": False}]
    scores = scored(rule, {"x": {"a": 88_000}, "y": {"a": 88_000}}, staff=staff)
    found = band_probability(scores, {"a": 4}, prior={"mean": 85, "sd": 5})
    assert found["prior_p_best"][0] > 0.1
    assert found["prior_p_best"][1] == 0
    assert found["prior_p_good"][1] == pytest.approx(
        found["prior_p_good"][0] + found["prior_p_best"][0]
    )


WRONG = (
    "'prior' cannot be used; nothing was computed.\n"
    "  CPN-N34  prior: a population is given by a mean and a standard deviation above 0, and by "
    "nothing else.\n"
    '           to fix: write prior = {"mean": 70, "sd": 8}, or one of: all, unit, a label for '
    "each subject."
)


@pytest.mark.parametrize(
    "prior",
    [{"mean": 70, "sd": 0}, {"mean": 70}, {"mean": 70, "sd": 8, "n": 3}, {"mean": "70", "sd": 8},
     {"mean": np.nan, "sd": 8}],
)  # fmt: skip
def test_a_population_that_is_none_is_refused(prior):
    with pytest.raises(AnalysisError) as refused:
        band_probability(scored(RULE, MARKS, staff=STAFF), {"a": 4}, prior=prior)
    assert refused.value.text() == WRONG


def test_words_and_labels_that_are_wrong_are_refused():
    scores = scored(RULE, MARKS, staff=STAFF)
    with pytest.raises(AnalysisError) as refused:
        band_probability(scores, {"a": 4}, prior="units")
    assert refused.value.text() == (
        "'prior' cannot be used; nothing was computed.\n"
        "  CPN-M22  prior: 'units' is not known here. Did you mean 'unit'?\n"
        "           to fix: use one of: all, unit."
    )
    with pytest.raises(
        AnalysisError, match="CPN-M15  prior: 2 values are given, and 16 are wanted"
    ):
        band_probability(scores, {"a": 4}, prior=["n", "s"])


def test_a_decision_table_has_no_population():
    cells = {
        "ratings": [{"id": "top", "of": "a", "levels": [{"id": "up", "from": 80},
                                                         {"id": "low", "below": 80}]}],
        "cells": [{"when": {"top": "up"}, "gives": "good"}, {"when": {"top": "low"}, "gives": "poor"}],
    }  # fmt: skip
    rule = policy([indicator("a")], bands=[{"id": "good"}, {"id": "poor"}], decision=cells)
    with pytest.raises(AnalysisError) as refused:
        band_probability(scored(rule, {"x": {"a": 81_000}}), {"a": 3}, prior="all", seed=1)
    assert refused.value.text() == (
        "'prior' cannot be used; nothing was computed.\n"
        "  CPN-N33  prior: a decision table gives the bands, and a population of scores says "
        "nothing of its cells.\n"
        "           to fix: leave out `prior`."
    )
