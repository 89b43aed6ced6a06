"""Visits of two officers over a quarter, on every engine, and a policy that counts them."""

from datetime import datetime, timedelta

import duckdb
import pandas as pd
import polars as pl

import capaian
from capaian.policy import read_policy

MONTHS = ["2026-01", "2026-02", "2026-03"]
DAYS = [datetime(2026, 1, 1, 9) + timedelta(days=3 * step) for step in range(30)]
VISITS = [{"nip": "ab"[step % 2], "day": day, "x": step} for step, day in enumerate(DAYS)]
ENGINES = {
    "records": lambda rows: rows,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars-lazy": lambda rows: pl.DataFrame(rows).lazy(),
    "pyarrow": lambda rows: pl.DataFrame(rows).to_arrow(),
    "duckdb": lambda rows: duckdb.from_arrow(pl.DataFrame(rows).to_arrow()),
}


def document(**changes):
    """A policy with one count, dated by its column."""
    made = {
        "id": "visits",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "exclude",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2}],
        "indicators": [
            {
                "id": "visits",
                "type": "count-based",
                "table": "visits",
                "columns": {"date": "day"},
                "measure": {"statistic": "count", "no_rows": "missing"},
                "normalise": {"method": "target", "target": 6, "better": "higher"},
            }
        ],
    }
    made["indicators"][0] |= changes
    return made


def score(period=MONTHS, visits=VISITS, more=None, rule=None, **how):
    """Score the visits."""
    policy = read_policy(rule or document())
    return capaian.score(policy, {"visits": visits, **(more or {})}, period=period, **how)
