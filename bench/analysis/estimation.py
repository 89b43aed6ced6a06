"""How long estimates take of a million subjects and ten indicators; of 20,000 officers' times."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl

import capaian
from capaian.analysis import estimates
from capaian.analysis.estimation.curves import curves
from capaian.analysis.estimation.survival import quantile, restricted_mean, share_ended
from capaian.policy import read_policy

SUBJECTS, OFFICERS, CASES = 1_000_000, 20_000, 1_000_000
NAMES = tuple(f"i{number}" for number in range(10))
_DATED = {"start": "received", "stop": "answered"}


def _indicator(name: str, kind: str, table: str, columns: Any, measure: Any) -> dict[str, Any]:
    return {
        "id": name, "type": kind, "table": table, "columns": columns, "measure": measure,
        "normalise": {"method": "identity"},
    }  # fmt: skip


def _policy(indicators: list[dict[str, Any]]) -> Any:
    return read_policy(
        {
            "id": "bench", "edition": "1", "in_force": {"from": "2026-01-01"}, "sources": [
                {"cite": "made up", "trust": "derived"}],
            "scale": {"worst": 0, "best": 100}, "missing": "exclude", "subject": "nip",
            "weights": "equal", "rounding": [{"where": "score", "digits": 2}],
            "indicators": indicators, "bands": [{"id": "any"}],
        }
    )  # fmt: skip


def _complaints(who: Any, start: Any, stop: Any) -> pl.DataFrame:
    stamps = {"received": start.astype("M8[us]"), "answered": stop.astype("M8[us]")}
    return pl.DataFrame({"nip": who, **stamps})


@cache
def ten_indicators() -> Any:
    """Return scores of a million subjects: four surveys, three counts, three shares in time."""
    rng = np.random.Generator(np.random.PCG64(1))
    made = []
    for at in range(4):
        items = ["u1", "u2", "u3"] if at < 2 else ["u1"]
        measure: dict[str, Any] = {"statistic": "ikm" if at < 2 else "top_box", "items": items,
                   "lowest": 1, "highest": 4}  # fmt: skip
        if at >= 2:
            measure["top"] = 3 + at % 2
        made.append(_indicator(NAMES[at], "survey-based", "survey", {}, measure))
    for at in range(4, 7):
        measure = (
            {"statistic": "share", "success": ["a"]} if at == 4 else
            {"statistic": "count", "no_rows": "zero"} if at == 5 else
            {"statistic": "weighted_count", "no_rows": "zero", "weights": {"a": 1, "b": "5/2"}}
        )  # fmt: skip
        columns = {4: {"outcome": "kind"}, 5: {}, 6: {"category": "kind"}}[at]
        made.append(_indicator(NAMES[at], "count-based", "services", columns, measure))
    for at in range(7, 10):
        measure = {"statistic": "share_within", "clock": "calendar", "limit": f"{at} days",
                   "basis": "mature"}  # fmt: skip
        made.append(_indicator(NAMES[at], "time-based", "complaints", _DATED, measure))
    who = np.repeat(np.arange(SUBJECTS), 3)
    start = np.datetime64("2026-01-01T08:00") + rng.integers(0, 80 * 24, len(who)).astype("m8[h]")
    stop = start + rng.integers(1, 400, len(who)).astype("m8[h]")
    answers = {f"u{each}": rng.integers(1, 5, len(who)) for each in (1, 2, 3)}
    tables = {
        "survey": pl.DataFrame({"nip": who, **answers}),
        "services": pl.DataFrame({"nip": who, "kind": rng.choice(["a", "b"], len(who))}),
        "complaints": _complaints(who, start, stop),
    }
    return capaian.score(_policy(made), tables, period="2026-Q1", as_of="2026-04-01")


@cache
def times() -> tuple[Any, Any, Any]:
    """Return a million cases of 20,000 officers: whose, how long, whether ended."""
    rng = np.random.Generator(np.random.PCG64(2))
    who = rng.integers(0, OFFICERS, CASES)
    return who, rng.integers(0, 90 * 24, CASES) / 24, rng.random(CASES) < 0.7


@cache
def officers() -> Any:
    """Return scores of 20,000 officers, in which three indicators need the times of cases."""
    who, duration, ended = times()
    cut = np.datetime64("2026-04-01T00:00")
    length = (duration * 24 + 1).astype("m8[h]")
    start = cut - length
    stop = np.where(ended, start + (length - np.timedelta64(1, "h")), np.datetime64("NaT"))
    table = _complaints(who, start, stop)
    measures = (
        {"statistic": "share_within", "limit": "14 days", "basis": "kaplan_meier"},
        {"statistic": "median"},
        {"statistic": "restricted_mean", "up_to": "30 days"},
    )
    made = [
        _indicator(name, "time-based", "complaints", _DATED, {"clock": "calendar", **measure})
        for name, measure in zip(NAMES, measures, strict=False)
    ]
    return capaian.score(_policy(made), {"complaints": table}, period="2026-Q1", as_of="2026-04-01")


def estimate_ten_indicators() -> None:
    """Estimate ten indicators of a million subjects, from the integers that the scores keep."""
    scores = ten_indicators()
    made = estimates(scores, inference=dict.fromkeys(scores.plan.indicators, "analytic"))
    made.se.sum()


def estimate_times() -> None:
    """Estimate three statistics of times of 20,000 officers; the table is read again for each."""
    scores = officers()
    estimates(scores, inference=dict.fromkeys(scores.plan.indicators, "analytic"))


def kaplan_meier() -> None:
    """Lay a million cases out as curves of 20,000 officers; share, median and restricted mean."""
    made = curves(*times(), count=OFFICERS)
    share_ended(made, 14)
    quantile(made, 0.5)
    restricted_mean(made, 30)


CALLS = {
    "estimates of ten indicators": (ten_indicators, estimate_ten_indicators),
    "estimates of three times, 20,000 officers": (officers, estimate_times),
    "Kaplan-Meier, 1,000,000 cases": (times, kaplan_meier),
}
"""What is timed: what prepares it, and the call."""
