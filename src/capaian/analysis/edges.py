"""Between which unrounded scores each subject keeps its band."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from capaian.band import ladder_of
from capaian.errors import AnalysisError, refuse
from capaian.policy import Policy

Floats = NDArray[np.float64]


def edges_of(
    policy: Policy,
    score: Floats,
    facts: Mapping[str, NDArray[np.bool_]],
    headline: str,
) -> tuple[Floats, Floats]:
    """Return the least and the greatest unrounded score at which each subject has its band.

    Parameters
    ----------
    policy
        With bands of the score.
    score
        The published scores; not a number where there is none.
    facts
        For each gate of a band, whether it is open, one for each subject.
    headline
        What is not done where it cannot be.

    Returns
    -------
    tuple
        The ends, infinite where the band is open; not a number where there is no score. A score
        that is rounded to n decimals keeps its band down to half a unit of the last decimal below
        the band's edge. Which end is inside is not told: in float64 it does not matter.

    Raises
    ------
    AnalysisError
        CPN-M31: the band is the cell of a decision table.
    """
    if policy.decision is not None:
        raise refuse(AnalysisError, headline, "CPN-M31", "decision")
    rounding = policy.rounded("score", "score")
    digits = None if rounding is None or rounding.mode == "none" else rounding.digits
    ladder = ladder_of(policy.bands, digits)
    scale = 10.0 ** (digits or 0)
    steps = np.array([float(each) for each in ladder.steps]) / scale
    moved = steps - (0.0 if digits is None else 0.5 / scale)
    at = np.searchsorted(steps * scale, np.rint(score * scale) if digits is not None else score,
                         side="right")  # fmt: skip
    low, high = np.full(len(score), -np.inf), np.full(len(score), np.inf)
    opened = np.zeros(len(score), dtype=np.int64)
    for place, gate in enumerate(ladder.gates):
        if gate in facts:
            opened += facts[gate].astype(np.int64) << place
    for open_ in np.unique(opened).tolist():
        along = ladder.codes[open_][:: 2 if digits is None else 1]
        for place in range(len(along)):
            rows = (opened == open_) & (at == place)
            first = last = place
            while first > 0 and along[first - 1] == along[place]:
                first -= 1
            while last < len(along) - 1 and along[last + 1] == along[place]:
                last += 1
            low[rows] = moved[first - 1] if first else -np.inf
            high[rows] = moved[last] if last < len(along) - 1 else np.inf
    missing = np.isnan(score)
    low[missing] = high[missing] = np.nan
    return low, high
