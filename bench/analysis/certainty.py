"""Timed calls of the certainty of scores, and how far their probabilities are from the truth.

`python bench/analysis/certainty.py` compares the probabilities of bands with 200,000 draws for 400
subjects.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr

import capaian
from capaian.analysis import (
    band_probability,
    funnel,
    guarded_bands,
    probability_above,
    propagate,
    rank_interval,
    scheme_quality,
    shrink,
)
from capaian.analysis.certainty import dominant, mixture
from capaian.analysis.certainty.moments import ROOT, Curve, Floats
from capaian.policy import read_policy

SUBJECTS, SEED = 1_000_000, 7
WEIGHTS = {
    "equal": [0.1] * 10,
    "uneven": [0.4, 0.2, 0.1, 0.075, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025],
    "three": [0.5, 0.3, 0.2],
}
FLOOR, CAP, CUTS = 60.0, 100.0, (70.0, 80.0, 90.0)
ORACLE, DRAWS = 400, 200_000


def policy(weights: str) -> Any:
    """Return a policy of ten indicators, 60 to 100 each, four bands."""
    indicators = [
        {
            "id": f"i{at}",
            "weight": str(weight),
            "type": "count-based",
            "table": "marks",
            "columns": {"amount": f"m{at}"},
            "measure": {"statistic": "sum", "no_rows": "missing"},
            "normalise": {"method": "identity"},
        }
        for at, weight in enumerate(WEIGHTS[weights])
    ]
    edges = [None, *(int(each) for each in CUTS), None]
    bands = [
        {"id": f"b{at}"}
        | ({} if low is None else {"from": low})
        | ({} if high is None else {"below": high})
        for at, (low, high) in enumerate(pairwise(edges))
    ]
    return read_policy(
        {
            "id": "bench",
            "edition": "1",
            "in_force": {"from": "2026-01-01"},
            "sources": [{"cite": "made up", "trust": "derived"}],
            "scale": {"worst": 0, "best": 100, "floor": 60, "cap": 100},
            "missing": "exclude",
            "subject": "nip",
            "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
            "subjects": {"table": "staff", "unit": "unit"},
            "indicators": indicators,
            "bands": bands,
        }
    )


@cache
def setup(weights: str = "equal", subjects: int = SUBJECTS) -> tuple[Any, Floats]:
    """Return scores of so many subjects, and errors of 2 to 10."""
    chance = np.random.default_rng(SEED)
    count = len(WEIGHTS[weights])
    names = [f"p{at:07d}" for at in range(subjects)]
    marks = {f"m{at}": chance.integers(55, 106, subjects) for at in range(count)}
    staff = {"nip": names, "unit": [f"u{at % 20_000:05d}" for at in range(subjects)]}
    evidence = {"marks": pl.DataFrame({"nip": names, **marks}), "staff": pl.DataFrame(staff)}
    scores = capaian.score(policy(weights), evidence, period="2026-Q1", as_of="2026-04-01")
    return scores, chance.uniform(2, 10, (subjects, count))


def band_probability_equal() -> None:
    """Give the probability of each band, ten equal weights."""
    band_probability(*setup())


def band_probability_uneven() -> None:
    """Give the probability of each band, weights from 0.4 down to 0.025."""
    band_probability(*setup("uneven"))


def band_probability_with_prior() -> None:
    """Give the probability of each band, and that which knows the unit."""
    band_probability(*setup(), prior="unit")


def probability_above_of_one() -> None:
    """Hold one subject against all others."""
    scores, errors = setup()
    probability_above(scores, errors, scores.subjects[0])


def propagate_with_interval() -> None:
    """Give the error of each score, and an interval."""
    propagate(*setup())


def scheme_quality_by_unit() -> None:
    """Give accuracy and consistency, for 20,000 units too."""
    scheme_quality(*setup(), by="unit")


def guarded_bands_rejection() -> None:
    """Give the bands under guarded rejection."""
    guarded_bands(*setup(), guard="rejection")


def shrink_by_unit() -> None:
    """Draw each score towards the mean of its unit."""
    shrink(*setup(), by="unit")


def rank_interval_of_all() -> None:
    """Give joint ranks of all, and expected ranks."""
    rank_interval(*setup())


def rank_interval_by_unit() -> None:
    """Give ranks within 20,000 units."""
    rank_interval(*setup(), by="unit")


def funnel_of_all() -> None:
    """Give the funnel of one count."""
    funnel(setup()[0], "i0", target=80, kind="poisson")


CALLS = {
    "band_probability, equal weights": (setup, band_probability_equal),
    "band_probability, with a prior": (setup, band_probability_with_prior),
    "probability_above, one against all": (setup, probability_above_of_one),
    "band_probability, uneven weights": (lambda: setup("uneven"), band_probability_uneven),
    "propagate, with intervals": (setup, propagate_with_interval),
    "scheme_quality by 20,000 units": (setup, scheme_quality_by_unit),
    "guarded_bands": (setup, guarded_bands_rejection),
    "shrink by 20,000 units": (setup, shrink_by_unit),
    "rank_interval of all": (setup, rank_interval_of_all),
    "rank_interval by 20,000 units": (setup, rank_interval_by_unit),
    "funnel": (setup, funnel_of_all),
}
"""What is timed: what prepares it, and the call."""


def accuracy() -> None:
    """Print the error of the probabilities, by weighting and method, against draws."""
    for name, weights in WEIGHTS.items():
        chance = np.random.Generator(np.random.PCG64(SEED))
        x = chance.uniform(55, 105, (ORACLE, len(weights)))
        errors = chance.uniform(2, 10, x.shape)
        truth = np.stack([_drawn(chance, weights, *each) for each in zip(x, errors, strict=True)])
        ways = {
            "delta method": _delta(weights, x, errors),
            "exact moments, Gaussian": _moments(weights, x, errors, skew=0.0),
            "exact moments, skewness": _moments(weights, x, errors, skew=dominant.MOST_SKEW),
            "conditioned": _conditioned(weights, x, errors),
        }
        for way, found in ways.items():
            error = np.abs(found - truth).max(axis=1)
            print(f"{name:8} {way:24} mean {error.mean():.4f}  max {error.max():.3f}")


def _drawn(chance: np.random.Generator, weights: list[float], x: Floats, errors: Floats) -> Floats:
    total = np.clip(x + errors * chance.standard_normal((DRAWS, len(x))), FLOOR, CAP) @ weights
    codes = np.searchsorted(CUTS, np.round(total, 9), side="right")
    return np.bincount(codes, minlength=len(CUTS) + 1) / DRAWS


def _curves(weights: list[float]) -> list[Curve]:
    return [Curve([FLOOR, CAP], [FLOOR * w, 0, CAP * w], [0, w, 0]) for w in weights]


def _conditioned(weights: list[float], x: Floats, errors: Floats) -> Floats:
    found = []
    for _, total in dominant.sums(_curves(weights), x, errors):
        steps = [0 * total.mean, *(total.below(cut) for cut in CUTS), 0 * total.mean + 1]
        found.append(np.diff(np.stack(steps, axis=1), axis=1))
    return np.concatenate(found)


def _moments(weights: list[float], x: Floats, errors: Floats, *, skew: float) -> Floats:
    whole = mixture.Values.of(_curves(weights), x, errors).total(0.0)
    spread = np.sqrt(whole.variance)
    bend = np.clip(whole.third / spread**3, -skew, skew)[:, None]
    z = (np.array(CUTS) - whole.mean[:, None]) / spread[:, None]
    return _steps(z, bend)


def _delta(weights: list[float], x: Floats, errors: Floats) -> Floats:
    inside = (x > FLOOR) & (x < CAP)
    spread = np.sqrt(((np.array(weights) * errors * inside) ** 2).sum(axis=1)) + 1e-12
    score = np.clip(x, FLOOR, CAP) @ weights
    return _steps((np.array(CUTS) - score[:, None]) / spread[:, None], 0.0)


def _steps(z: Floats, bend: Any) -> Floats:
    below = np.clip(ndtr(z) - np.exp(-z * z / 2) / ROOT * bend * (z * z - 1) / 6, 0, 1)
    ends = np.zeros((len(z), 1))
    return np.diff(np.concatenate([ends, below, ends + 1], axis=1), axis=1)


if __name__ == "__main__":
    accuracy()
