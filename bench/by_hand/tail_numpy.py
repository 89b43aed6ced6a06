"""From fourteen integers to score and band, in NumPy float64 by blocks, exactness unchecked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from by_hand.office_hours import DAY
from by_hand.rule import BANDS, GUARD, HOUR, LOWEST

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
BLOCK = 16_384
"""Rows at a time: what is in work stays in the processor's cache."""
NAMES = np.array([LOWEST, *(name for _, name in reversed(BANDS))])
EDGES = np.array([float(edge) for edge, _ in reversed(BANDS)])


def run_tail(found: Mapping[str, Integers]) -> tuple[Floats, NDArray[np.int8]]:
    """Return the scores, and the bands by their number, the lowest first."""
    count = len(found["received"])
    scores = np.empty(count)
    bands = np.empty(count, dtype=np.int8)
    with np.errstate(divide="ignore", invalid="ignore"):
        for start in range(0, count, BLOCK):
            rows = slice(start, start + BLOCK)
            scores[rows] = _score({name: column[rows] for name, column in found.items()})
            bands[rows] = np.searchsorted(EDGES, scores[rows], side="right")
    return scores, bands


def _limited(values: Any, cap: float = 120.0) -> Floats:
    limited: Floats = np.maximum(values, 0.0, out=values)
    return np.minimum(limited, cap, out=limited)


def _mean(parts: list[tuple[int, Floats, NDArray[np.bool_] | None]]) -> Floats:
    """Return the weighted mean of the parts that there are."""
    weights: Any = 0.0
    total: Any = 0.0
    for weight, values, known in parts:
        if known is None or known.all():
            weights = weights + weight
            total = total + weight * values
        else:
            weights = weights + weight * known
            total = total + np.where(known, weight * values, 0.0)
    return np.asarray(total / weights, dtype=np.float64)


def _score(x: Mapping[str, Integers]) -> Floats:
    n = x["received"]
    enough, some = x["mature5"] >= 5, x["mature3"] > 0
    closed, rated = x["closed"] > 0, x["rated_units"] > 0
    judged, answered = x["rated"] >= 5, x["rated"] >= 10
    speed = _mean(
        [
            (25, _limited(x["success5"] / x["mature5"] * (100 / 0.9)), enough),
            (15, _limited(x["success16"] / n * (100 / 0.6)), None),
            (20, _limited((x["success3"] / x["mature3"] - 0.2) * (100 / 0.7)), some),
            (25, _limited(200 - x["worked"] / n * (100 / (20 * HOUR))), None),
            (15, _limited(120 - x["lasted"] / x["closed"] * (10 / DAY)), closed),
        ]
    )
    volume = _mean(
        [
            (40, _limited(n.astype(np.float64)), None),
            (40, _limited(x["units"] * (100 / 480)), None),
            (20, _limited((x["rating_sum"] / x["rated_units"] - 0.2) * (100 / 0.6)), rated),
        ]
    )
    citizens = _mean(
        [
            (50, _limited(x["satisfied"] / x["rated"] * (100 / 0.85), 110.0), judged),
            (50, _limited((x["rating_sum"] / x["rated"] - 1) * (100 / 3 / 0.75)), answered),
        ]
    )
    nodes = [(50, np.minimum(speed, 110.0), None), (30, volume, None), (20, citizens, judged)]
    return np.floor(_mean(nodes) * 100 + (0.5 + GUARD)) / 100
