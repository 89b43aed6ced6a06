"""What a workshop of ten costs for many people."""

from __future__ import annotations

import numpy as np

import capaian
from capaian.analysis import label_stability, weights_workshop
from capaian.analysis.workshop.agreement import agreement


def prepare(scores: capaian.Scores) -> dict[str, object]:
    """Return the calls to time, by what they are called."""
    parts = [each.id for each in scores.policy.children("score")]
    drawn = np.random.default_rng(1).dirichlet([4.0] * len(parts), 10)
    answers = {
        str(at): dict(zip(parts, line.tolist(), strict=True)) for at, line in enumerate(drawn)
    }
    workshop = weights_workshop(scores.policy, answers, method="budget")
    return {
        "label_stability, 10 participants": lambda: label_stability(scores, workshop),
        "agreement of 10,000 participants": lambda: agreement(
            np.random.default_rng(2).dirichlet([4.0] * 10, 10_000)
        ),
    }
