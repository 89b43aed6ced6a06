"""A million subjects in one picture: groups of neighbours, cells and points that stand for many."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from capaian.charts import band_strip, funnel_plot, rank_intervals, weight_fan

SUBJECTS, SEED = 1_000_000, 1


@cache
def setup() -> dict[str, Any]:
    """Make up a table as each analysis gives it."""
    dice = np.random.Generator(np.random.PCG64(SEED))
    count = SUBJECTS
    people = {
        "subject": [f"{at:018}" for at in range(count)],
        "score": dice.normal(85, 10, count).round(2),
    }
    chance = dice.dirichlet([1, 3, 2], count)
    size = dice.integers(5, 300, count)
    value = dice.binomial(size, 0.85) / size
    funnel: dict[str, Any] = {"name": people["subject"], "size": size, "value": value}
    for level, z in (("95", 1.96), ("99.8", 3.09)):
        reach = z * np.sqrt(0.85 * 0.15 / size)
        funnel |= {f"low_{level}": 0.85 - reach, f"high_{level}": 0.85 + reach}
    funnel["position"] = np.where(value < funnel["low_95"], "below_95", "inside").tolist()
    rank = np.arange(count) + 1.0
    bands = {"band": ["low"] * count, "p_low": chance[:, 0], "p_middle": chance[:, 1]}
    return {
        "strip": people | bands | {"p_high": chance[:, 2], "probability": chance[:, 0]},
        "funnel": funnel,
        "ranks": people | {"rank_low": rank, "rank_high": rank + 99, "expected_rank": rank + 49},
        "fan": people | {"mean": people["score"], "sd": np.ones(count), "p_band": chance[:, 0]},
    }


def strip() -> None:
    """Draw the probabilities of bands."""
    band_strip(setup()["strip"]).to_svg()


def funnel() -> None:
    """Draw a funnel plot."""
    funnel_plot(setup()["funnel"], target=0.85).to_svg()


def ranks() -> None:
    """Draw ranks as intervals."""
    rank_intervals(setup()["ranks"]).to_svg()


def fan() -> None:
    """Draw the fan of weights."""
    weight_fan(setup()["fan"]).to_svg()


CALLS = {
    "band_strip": (setup, strip),
    "funnel_plot": (setup, funnel),
    "rank_intervals": (setup, ranks),
    "weight_fan": (setup, fan),
}
"""What is timed: what prepares it, and the call."""
