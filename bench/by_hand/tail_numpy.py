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
    for start in range(0, count, BLOCK):
        rows = slice(start, start + BLOCK)
        block = {name: column[rows].astype(np.float64) for name, column in found.items()}
        scores[rows] = score = _score(block)
        bands[rows] = sum((score >= edge).astype(np.int8) for edge in EDGES)
    return scores, bands


def _limited(values: Floats, cap: float = 120.0) -> Floats:
    limited: Floats = np.maximum(values, 0.0, out=values)
    return np.minimum(limited, cap, out=limited)


def _per(below: Floats) -> Floats:
    """Return what to multiply by instead of dividing; anything finite where there is nothing."""
    return 1.0 / np.maximum(below, 1.0)


def _mean(parts: list[tuple[Any, Floats]]) -> Floats:
    """Return the weighted mean; the weight of a part that is not there is 0."""
    weights, total = parts[0][0], parts[0][0] * parts[0][1]
    for weight, values in parts[1:]:
        weights = weights + weight
        total = total + weight * values
    return np.asarray(total / np.maximum(weights, 1.0), dtype=np.float64)


def _score(x: Mapping[str, Floats]) -> Floats:
    n, per_event, per_rating = x["received"], _per(x["received"]), _per(x["rated"])
    judged = x["rated"] >= 5
    speed = _mean(
        [
            (15.0, _limited(x["success16"] * per_event * (100 / 0.6))),
            (25.0, _limited(200 - x["worked"] * per_event * (100 / (20 * HOUR)))),
            (
                25.0 * (x["mature5"] >= 5),
                _limited(x["success5"] * _per(x["mature5"]) * (100 / 0.9)),
            ),
            (
                20.0 * (x["mature3"] >= 1),
                _limited((x["success3"] * _per(x["mature3"]) - 0.2) * (100 / 0.7)),
            ),
            (
                15.0 * (x["closed"] >= 1),
                _limited(120 - x["lasted"] * _per(x["closed"]) * (10 / DAY)),
            ),
        ]
    )
    volume = _mean(
        [
            (40.0, _limited(x["units"] * (100 / 480))),
            (
                20.0 * (x["rated_units"] >= 1),
                _limited((x["rating_sum"] * _per(x["rated_units"]) - 0.2) * (100 / 0.6)),
            ),
            (40.0, _limited(n)),
        ]
    )
    citizens = _mean(
        [
            (50.0 * judged, _limited(x["satisfied"] * per_rating * (100 / 0.85), 110.0)),
            (
                50.0 * (x["rated"] >= 10),
                _limited((x["rating_sum"] * per_rating - 1) * (100 / 3 / 0.75)),
            ),
        ]
    )
    nodes = [(50.0, np.minimum(speed, 110.0)), (30.0, volume), (20.0 * judged, citizens)]
    return np.floor(_mean(nodes) * 100 + (0.5 + GUARD)) / 100
