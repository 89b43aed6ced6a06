"""Consolidation of periods, KMK 127/2026: sum, average and take last known value (TLKV).

The numbers are of `consolidation_cases.json`, with their sources. The decree was read through two
third-party calculators, whose tests cite its pages; its own text was not at hand.
"""

import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import capaian
from capaian.policy import read_policy

FILE = Path(__file__).with_name("consolidation_cases.json")
CASES = json.loads(FILE.read_text("utf-8"))["cases"]
BY = {"sum": "sum", "average": "average", "take_last_known": "last"}


def rule(by):
    """A policy whose achievement is the consolidated value as it stands."""
    return read_policy(
        {
            "id": "kmk-127-2026",
            "edition": "1",
            "in_force": {"from": "2026-01-01"},
            "sources": [{"cite": "KMK 127/2026 pp. 37-38, Tabel 4", "trust": "unconfirmed"}],
            "scale": {"worst": 0, "best": 100, "floor": "none", "cap": "none"},
            "missing": "exclude",
            "subject": "unit",
            "rounding": [{"where": "score", "mode": "none"}],
            "indicators": [
                {
                    "id": "realised",
                    "type": "count-based",
                    "table": "work",
                    "columns": {"date": "day", "amount": {"column": "x", "digits": 2}},
                    "measure": {"statistic": "sum", "no_rows": "missing"},
                    "normalise": {"method": "identity"},
                    "consolidate": {"every": "quarter", "by": by, "incomplete": "exclude"},
                }
            ],
        }
    )


@pytest.mark.parametrize("whole", [False, True], ids=["records", "polars"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_year_consolidated_through_a_quarter(case, whole):
    """The year's value as of the end of a quarter; what is not there yet is left out."""
    given = case["input"]
    rows = [
        {"unit": "u", "day": datetime(2026, 3 * quarter - 1, 20), "x": float(value)}
        for quarter, value in enumerate(given["quarters"], 1)
        if value is not None
    ]
    policy = rule(BY[given["type"]])
    month = 3 * given["through_quarter"] + 1
    as_of = f"2026-{month:02d}-01" if month <= 12 else "2027-01-01"
    work = pl.DataFrame(rows) if whole else rows
    scores = capaian.score(policy, {"work": work}, period="2026", as_of=as_of)
    assert scores.exact(0)["measured:realised"][1] == Fraction(str(case["expected"]["value"]))
    assert scores.columns()["score"] == [float(case["expected"]["value"])]
