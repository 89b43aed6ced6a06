"""Guarded bands: against the limits of a Gaussian score, and who is protected."""

import numpy as np
import pytest

from analysis.certainty.marks import bands, indicator, policy, scored
from capaian.analysis import guarded_bands
from capaian.analysis.certainty.gaussian import acceptance_limit
from capaian.errors import AnalysisError

RULE = policy([indicator("a")], scale={"worst": 0, "best": 100, "floor": 0, "cap": 200},
              bands=bands((None, 75, 90, None)))  # fmt: skip
MARKS = {f"s{at:03d}": {"a": 60_000 + 400 * at} for at in range(100)}
ERROR = 2.5


def test_guarded_acceptance_moves_the_cut_up():
    """By z times the error; the score is rounded, so half a unit comes off."""
    found = guarded_bands(scored(RULE, MARKS), {"a": ERROR}, guard="acceptance")
    limits = [acceptance_limit(cut - 0.005, ERROR, 0.95) for cut in (75, 90)]
    expected = np.searchsorted(limits, found["score"], side="right")
    assert found["guarded"] == [f"b{code}" for code in expected]
    assert found["changed"] == [
        a != b for a, b in zip(found["band"], found["guarded"], strict=True)
    ]
    assert max(found["risk"]) <= 0.05 + 1e-9
    assert any(found["changed"])


def test_guarded_rejection_moves_the_cut_down():
    found = guarded_bands(scored(RULE, MARKS), {"a": ERROR}, guard="rejection")
    limits = [acceptance_limit(cut - 0.005, -ERROR, 0.95) for cut in (75, 90)]
    expected = np.searchsorted(limits, found["score"], side="right")
    assert found["guarded"] == [f"b{code}" for code in expected]
    assert max(found["risk"]) <= 0.05 + 1e-9


def test_one_cut_may_be_guarded_and_the_other_plain():
    """Guarded for the sanction, plain for the praise."""
    found = guarded_bands(scored(RULE, MARKS), {"a": ERROR}, guard="rejection", cuts=["b1"])
    for official, now, score in zip(found["band"], found["guarded"], found["score"], strict=True):
        assert official == now or (official == "b0" and now == "b1" and score > 70)


def test_no_errors_change_nothing():
    for guard in ("acceptance", "rejection"):
        found = guarded_bands(scored(RULE, MARKS), {"a": 0}, guard=guard)
        assert not any(found["changed"])
        assert set(found["risk"]) == {0.0}


def test_what_cannot_be_guarded_is_refused():
    scores = scored(RULE, {"p": MARKS["s000"]})
    with pytest.raises(AnalysisError, match="CPN-M22  guard: 'both' is not known here"):
        guarded_bands(scores, {"a": 1}, guard="both")
    with pytest.raises(AnalysisError, match="CPN-M22  cuts: 'b0' is not known here"):
        guarded_bands(scores, {"a": 1}, guard="rejection", cuts=["b0"])
    with pytest.raises(AnalysisError, match=r"CPN-M20  level: 'level' is 0.2, and has to"):
        guarded_bands(scores, {"a": 1}, guard="rejection", level=0.2)


def test_a_decision_table_has_no_cuts():
    cells = {
        "ratings": [{"id": "a", "levels": [{"id": "met", "from": 80}, {"id": "not", "below": 80}]}],
        "cells": [{"when": {"a": "met"}, "gives": "good"}, {"when": {"a": "not"}, "gives": "poor"}],
    }
    rule = policy([indicator("a")], bands=[{"id": "good"}, {"id": "poor"}], decision=cells)
    with pytest.raises(AnalysisError) as refused:
        guarded_bands(scored(rule, {"p": {"a": 80_000}}), {"a": 1}, guard="rejection", seed=1)
    assert refused.value.text() == (
        "Nothing can be guarded; nothing was computed.\n"
        "  CPN-M23  bands: the band comes from a decision table, whose bands have no cuts.\n"
        "           to fix: use `band_probability`, which draws the table too."
    )
