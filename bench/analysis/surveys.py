"""A million forms of 20,000 officers, and a million spells of theirs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl

import capaian
from analysis.estimation import OFFICERS, officers
from analysis.fairness import CASES, evidence, policy
from capaian.analysis import (
    estimates,
    reliability,
    responsibility,
    shares_within,
    survey_by_design,
    survey_forms,
    survey_quality,
)

ASKED: Any = {"period": "2026-Q1", "as_of": "2026-05-01"}


@cache
def forms() -> dict[str, Any]:
    """Return the survey with weights, strata and the day on which each form was drawn."""
    rng = np.random.Generator(np.random.PCG64(3))
    drawn = {
        "weight": rng.integers(1, 5, CASES),
        "stratum": rng.integers(0, 2, CASES),
        "day": rng.integers(0, 60, CASES),
    }
    tables = evidence()
    survey = tables["survey"].with_columns(pl.Series(name, each) for name, each in drawn.items())
    return tables | {"survey": survey}


@cache
def spells() -> pl.DataFrame:
    """Return a million spells: cases, who held them, from when, to when, and whether they ended."""
    rng = np.random.Generator(np.random.PCG64(4))
    start = np.datetime64("2026-01-01T08:00") + rng.integers(0, 80 * 24, CASES).astype("m8[h]")
    stop = start + rng.integers(1, 400, CASES).astype("m8[h]")
    return pl.DataFrame(
        {
            "case": np.arange(CASES),
            "holder": rng.integers(0, OFFICERS, CASES),
            "from": start.astype("M8[us]"),
            "to": stop.astype("M8[us]"),
            "event": rng.random(CASES) < 0.8,
        }
    )


@cache
def estimated() -> Any:
    """Return the estimates of the survey's indicator for every officer."""
    scores = capaian.score(policy(), evidence(), **ASKED)
    return estimates(scores, inference=dict.fromkeys(scores.plan.indicators, "analytic"))


def told_apart() -> None:
    """Say how far 20,000 officers can be told apart by their estimates."""
    reliability(estimated())


def items() -> None:
    """Look at nine items of a million forms."""
    survey_quality(policy(), forms(), **ASKED)


def listed() -> None:
    """List a million forms with what is odd about each."""
    survey_forms(policy(), forms(), **ASKED)


def designed() -> None:
    """Estimate 20,000 officers' satisfaction by a sample with weights, strata and clusters."""
    survey_by_design(
        policy(), forms(), indicator="satisfaction", inference="analytic", drawn="each",
        weights="weight", strata="stratum", psu="day", **ASKED,
    )  # fmt: skip


def held() -> None:
    """Say what 20,000 holders did with a million spells."""
    responsibility(spells(), limit=14, as_of="2026-05-01")


def three_ways() -> None:
    """Share within a limit of 20,000 officers: bounds, mature cases, Kaplan-Meier."""
    shares_within(officers(), "i0")


CALLS = {
    "reliability, 20,000 officers": (estimated, told_apart),
    "survey_quality, 1,000,000 forms": (forms, items),
    "survey_forms, 1,000,000 forms": (forms, listed),
    "survey_by_design, 1,000,000 forms, 20,000 officers": (forms, designed),
    "responsibility, 1,000,000 spells, 20,000 holders": (spells, held),
    "shares_within, 1,000,000 cases, 20,000 officers": (officers, three_ways),
}
"""What is timed: what prepares it, and the call."""
