"""A million subjects, or a million cases, through fairness, quotas and diagnoses."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl

from capaian.analysis import (
    Matrix,
    case_mix,
    diagnose,
    diagnose_case_mix,
    diagnose_survey,
    explain_gap,
    fairness,
    forced_distribution_effects,
)
from capaian.policy import read_policy

SUBJECTS, INDICATORS, CASES, PEOPLE = 1_000_000, 10, 1_000_000, 20_000
POLICY = {
    "id": "desk",
    "edition": "2026",
    "title": {"en": "Desk", "id": "Loket"},
    "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
    "sources": [{"cite": "made up to be timed", "trust": "derived"}],
    "scale": {"worst": 0, "best": 100, "cap": 120},
    "missing": "exclude",
    "subject": "nip",
    "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
    "indicators": [
        {
            "id": "response",
            "weight": "1/2",
            "type": "time-based",
            "table": "complaints",
            "columns": {"start": "received", "stop": "answered"},
            "where": {"status": {"not": ["cancelled"]}},
            "measure": {
                "statistic": "share_within",
                "clock": "calendar",
                "limit": "10 days",
                "basis": "mature",
            },
            "normalise": {"method": "target", "target": "90%", "better": "higher"},
        },
        {
            "id": "satisfaction",
            "weight": "1/2",
            "type": "survey-based",
            "table": "survey",
            "measure": {
                "statistic": "ikm",
                "items": [f"u{at}" for at in range(1, 10)],
                "lowest": 1,
                "highest": 4,
            },
            "normalise": {"method": "goalposts", "worst": 25, "best": 100},
        },
    ],
    "bands": [{"id": "low", "below": 60}, {"id": "high", "from": 60}],
}


@cache
def scores() -> tuple[Matrix, dict[str, str], dict[str, str]]:
    """Return a million made-up subjects, their groups and their units."""
    rng = np.random.Generator(np.random.PCG64(1))
    achievement = rng.uniform(0, 120, (SUBJECTS, INDICATORS))
    weight = np.full((SUBJECTS, INDICATORS), 1 / INDICATORS)
    score = np.round(achievement.mean(axis=1), 2)
    subjects = [f"{at:018}" for at in range(SUBJECTS)]
    units = [f"unit {at}" for at in rng.integers(0, 20_000, SUBJECTS).tolist()]
    matrix = Matrix(
        subjects=subjects,
        indicators=tuple(f"i{at}" for at in range(INDICATORS)),
        measured=achievement,
        achievement=achievement,
        weight=weight,
        contribution=achievement * weight,
        n=np.ones((SUBJECTS, INDICATORS), dtype=np.int64),
        score=score,
        band=np.searchsorted([50, 60, 70], score, side="right").astype(np.int16),
        bands=("d", "c", "b", "a"),
        units=units,
        origin="polars",
    )
    groups = rng.choice(["p", "l"], SUBJECTS).tolist()
    return matrix, dict(zip(subjects, groups, strict=True)), dict(zip(subjects, units, strict=True))


@cache
def evidence() -> dict[str, Any]:
    """Return a million made-up cases of 20,000 officers, and as many forms."""
    rng = np.random.Generator(np.random.PCG64(2))
    start = rng.integers(0, 80 * 86_400, CASES) * 1_000_000 + 1_767_225_600_000_000
    stop = start + (rng.weibull(1.6, CASES) * 9 * 86_400).astype(np.int64) * 1_000_000
    nip = [f"{at:018}" for at in rng.integers(0, PEOPLE, CASES).tolist()]
    # One row in five is recorded late, 15 days after on average.
    days = np.where(np.arange(CASES) % 5, 0.0, rng.exponential(15, CASES))
    delay = 60_000_000 + (days * 86_400).astype(np.int64) * 1_000_000
    complaints = pl.DataFrame(
        {
            "nip": nip,
            "received": pl.Series(start).cast(pl.Datetime("us")),
            "answered": pl.Series(stop).cast(pl.Datetime("us")),
            "recorded": pl.Series(stop + delay).cast(pl.Datetime("us")),
            "moved": pl.Series((start + stop) // 2).cast(pl.Datetime("us")),
            "giver": nip,
            "category": rng.choice(["easy", "hard"], CASES, p=[0.3, 0.7]),
            "status": rng.choice(["done", "cancelled"], CASES, p=[0.97, 0.03]),
        }
    )
    z = rng.normal(size=(CASES, 1))
    answers = np.searchsorted([-1.6, -1.0, 0.0], 0.6 * z + 0.8 * rng.normal(size=(CASES, 9))) + 1
    survey = pl.DataFrame(
        {
            "nip": nip,
            "sent": pl.Series(start).cast(pl.Datetime("us")),
            "device": [f"tablet {at}" for at in rng.integers(0, 500, CASES).tolist()],
            **{f"u{at + 1}": answers[:, at] for at in range(9)},
        }
    )
    return {"complaints": complaints, "survey": survey}


@cache
def policy() -> Any:
    """Return the policy that reads them."""
    return read_policy(POLICY)


def groups_compared() -> None:
    """Compare a million subjects in two groups and 20,000 units."""
    matrix, group, _ = scores()
    fairness(matrix, group, band="a", within="unit")


def gap_explained() -> None:
    """Explain the gap of a million subjects by ten indicators."""
    matrix, group, _ = scores()
    explain_gap(matrix, group)


def quota_tried() -> None:
    """Try a quota on a million subjects in 20,000 units."""
    matrix, _, _ = scores()
    forced_distribution_effects(matrix, {"a": "20%", "b": "50%"}, semantics="at_most", ties="order")


def evidence_diagnosed() -> None:
    """Diagnose a million cases of 20,000 officers by every check."""
    diagnose(
        policy(), evidence(), period="2026-Q1", as_of="2026-05-01",
        recorded={"complaints": "recorded"},
    )  # fmt: skip


def survey_diagnosed() -> None:
    """Diagnose a million forms of nine items about 20,000 officers."""
    diagnose_survey(
        policy(), evidence(), period="2026-Q1", as_of="2026-05-01", sent={"survey": "sent"},
        device={"survey": "device"},
    )  # fmt: skip


KINDS = {"complaints": {"easy": {"category": "easy"}, "left out": {"status": "cancelled"}}}


def mix_diagnosed() -> None:
    """Diagnose two kinds and the hand-overs of a million cases of 20,000 officers."""
    diagnose_case_mix(
        policy(), evidence(), period="2026-Q1", as_of="2026-05-01", kinds=KINDS,
        transferred={"complaints": {"column": "moved", "by": "giver"}},
    )  # fmt: skip


def mix_tabled() -> None:
    """Tell the shares of two kinds among a million cases by time."""
    case_mix(policy(), evidence(), period="2026-Q1", as_of="2026-05-01", kinds=KINDS)


def read() -> None:
    """Make everything that is diagnosed."""
    policy()
    evidence()


CALLS = {
    "fairness, 2 groups, 20,000 units": (scores, groups_compared),
    "explain_gap": (scores, gap_explained),
    "forced_distribution_effects, 20,000 units": (scores, quota_tried),
    "diagnose, 1,000,000 cases": (read, evidence_diagnosed),
    "diagnose_survey, 1,000,000 forms": (read, survey_diagnosed),
    "diagnose_case_mix, 1,000,000 cases": (read, mix_diagnosed),
    "case_mix, 1,000,000 cases": (read, mix_tabled),
}
"""What is timed: what prepares it, and the call."""
