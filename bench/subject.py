"""One subject: fifty events as a list of dicts, scored again and again in a warm process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from statistics import median
from typing import Any

import pyarrow.parquet as pq

import ours
from by_hand import plain_python

EVENTS = 50


def fifty_events(path: str) -> list[dict[str, Any]]:
    """Return the first fifty events of subject 1 as an application would hold them."""
    rows: list[dict[str, Any]] = pq.read_table(path, filters=[("subject", "=", 1)]).to_pylist()
    return rows[:EVENTS]


def by_hand(path: str, calls: int) -> dict[str, Any]:
    """Score in plain Python by hand."""
    rows = fifty_events(path)
    found = plain_python.score(rows)
    measured = {name: _lowest(*pair) if pair else None for name, pair in found["measured"].items()}
    digest = _digest(measured, found["score"], found["band"])
    return {"seconds": _median(lambda: plain_python.score(rows), calls), "digest": digest}


def scored(path: str, calls: int) -> dict[str, Any]:
    """Score with capaian: the measured values, the score and the band."""
    rows = fifty_events(path)
    return _answer(rows, lambda: ours.score(rows).to_native(), calls)


def with_ledger(path: str, calls: int) -> dict[str, Any]:
    """Score with capaian, and write every step of every indicator into the ledger."""
    rows = fifty_events(path)

    def call() -> None:
        scores = ours.score(rows)
        scores.to_native()
        scores.ledger()

    return _answer(rows, call, calls)


def _answer(rows: list[dict[str, Any]], call: Callable[[], object], calls: int) -> dict[str, Any]:
    scores = ours.score(rows)
    (result,) = _records(scores.to_native())
    measured = {
        each["indicator"]: (each["numerator"], each["denominator"])
        if each["numerator"] is not None
        else None
        for each in _records(scores.ledger())
    }
    digest = _digest(measured, result["score"], result["band"])
    return {"seconds": _median(call, calls), "digest": digest}


def _records(table: Any) -> list[dict[str, Any]]:
    return list(table)


def _median(call: Callable[[], object], calls: int) -> float:
    for _ in range(max(calls // 10, 3)):
        call()
    taken = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return median(taken)


def _lowest(above: int, below: int) -> tuple[int, int]:
    return Fraction(above, below).as_integer_ratio()


def _digest(measured: object, score: object, band: object) -> str:
    text = json.dumps([measured, score, band], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]
