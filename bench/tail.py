"""The tail alone: integers of millions of subjects, from there to score and band."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ours
from by_hand import tail_numpy
from by_hand.office_hours import DAY
from by_hand.rule import HOUR
from events import SEED

Statistics = dict[str, NDArray[np.int64]]
WARM = 100_000
CALLS = 5


def make_statistics(subjects: int) -> Statistics:
    """Return plausible statistics of so many subjects, from a fixed seed."""
    chance = np.random.default_rng([SEED, subjects])
    good = chance.uniform(0.3, 1.0, subjects)
    received = chance.poisson(100, subjects) + 1
    closed = np.maximum(chance.binomial(received, 0.97), 1)
    mature5, mature3 = chance.binomial(received, 0.9), chance.binomial(received, 0.95)
    rated = chance.binomial(
        received, chance.choice([0.0, 0.08, 0.7], subjects, p=[0.01, 0.04, 0.95])
    )
    return {
        "received": received,
        "closed": closed,
        "mature5": mature5,
        "success5": chance.binomial(mature5, good),
        "success16": chance.binomial(received, good * 0.7),
        "mature3": mature3,
        "success3": chance.binomial(mature3, good * 0.8),
        "worked": (received * (32 * HOUR * (1.2 - good))).astype(np.int64),
        "lasted": (closed * (9 * DAY * (1.2 - good))).astype(np.int64),
        "units": chance.binomial(received * 9, 0.5),
        "rated": rated,
        "rating_sum": rated + chance.binomial(rated * 3, good),
        "rated_units": chance.binomial(rated * 9, 0.5),
        "satisfied": chance.binomial(rated, good),
    }


def by_hand(subjects: int) -> dict[str, Any]:
    """Run the tail in NumPy by hand."""
    found = make_statistics(subjects)
    seconds, (scores, codes) = _timed(tail_numpy.run_tail, found)
    return {"seconds": seconds, "digest": _digest(scores, tail_numpy.NAMES[codes])}


def mine(subjects: int) -> dict[str, Any]:
    """Run capaian's tail."""
    found = make_statistics(subjects)
    seconds, (scores, bands) = _timed(ours.run_tail, found)
    names = np.array(bands.words)
    return {"seconds": seconds, "digest": _digest(np.asarray(scores), names[bands.codes])}


def one_pass(subjects: int) -> dict[str, Any]:
    """Read every byte once, and write a score and a band: what the memory allows."""
    return {"seconds": _timed(_pass, make_statistics(subjects))[0]}


def _pass(found: Statistics) -> tuple[Any, Any]:
    sums = [int(column.sum()) for column in found.values()]
    count = len(found["received"])
    return np.full(count, float(len(sums))), np.full(count, 1, dtype=np.int8)


def _timed(call: Callable[[Statistics], Any], found: Statistics) -> tuple[float, Any]:
    call({name: column[:WARM] for name, column in found.items()})
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        made = call(found)
        taken.append(time.perf_counter() - started)
    return median(taken), made


def _digest(scores: NDArray[np.float64], bands: Any) -> str:
    made = sha256(np.ascontiguousarray(scores, dtype=np.float64).tobytes())
    for start in range(0, len(bands), WARM):
        made.update("\n".join(map(str, bands[start : start + WARM])).encode())
    return made.hexdigest()[:16]
