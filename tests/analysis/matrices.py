"""Matrices of scores for tests of analysis, made without an engine."""

import numpy as np

from capaian.analysis import Matrix


def matrix(score, bands=("low", "middle", "high"), cuts=(60, 90), units=None, achievement=None):
    """Scores with their bands; one indicator that is the score, where no other is given."""
    score = np.asarray(score, float)
    band = np.where(np.isnan(score), -1, np.searchsorted(cuts, score, side="right"))
    if achievement is None:
        achievement = score[:, None]
    many = achievement.shape[1]
    weight = np.where(np.isfinite(achievement), 1.0, np.nan)
    weight = weight / np.nansum(weight, axis=1, keepdims=True)
    return Matrix(
        subjects=[f"s{at:07}" for at in range(len(score))],
        indicators=tuple(f"i{at}" for at in range(many)),
        measured=achievement,
        achievement=achievement,
        weight=weight,
        contribution=achievement * weight,
        n=np.ones(achievement.shape, dtype=np.int64),
        score=score,
        band=band.astype(np.int16),
        bands=bands,
        units=units if units is not None else [None] * len(score),
        origin="records",
    )
