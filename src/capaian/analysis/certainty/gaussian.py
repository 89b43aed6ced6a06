"""What follows from one score and one standard error: arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from capaian.analysis.certainty.moments import Floats


def gaussian_bands(score: Floats, error: Floats, cuts: Sequence[float]) -> Floats:
    """Return the probability of each band of a Gaussian value.

    Parameters
    ----------
    score, error
        Value and standard error (above 0) of each subject.
    cuts
        Lower edges of the bands above the lowest, ascending.

    Returns
    -------
    array
        Subjects x (cuts + 1).

    Notes
    -----
    p_b = Phi((c_{b+1} - y) / s) - Phi((c_b - y) / s). JCGM 106:2012, section 7.
    """
    z = (np.asarray(cuts, dtype=np.float64) - np.asarray(score)[..., None]) / np.asarray(error)[
        ..., None
    ]
    steps = np.concatenate([np.zeros((*z.shape[:-1], 1)), ndtr(z), np.ones((*z.shape[:-1], 1))], -1)
    found: Floats = np.diff(steps, axis=-1)
    return found


def acceptance_limit(cut: float, error: float, level: float) -> float:
    """Return the score from which on a value is above a cut with a probability: cut + z u.

    Notes
    -----
    Guarded acceptance, JCGM 106:2012, section 8; z = Phi^-1(level).
    """
    return float(cut + ndtri(level) * error)


def posterior(score: Floats, error: Floats, mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of a true score, given the population it comes from.

    Parameters
    ----------
    score, error
        What was measured, and its standard error.
    mean, spread
        Mean and standard deviation of true scores in the population.

    Notes
    -----
    B = s^2 / (s^2 + tau^2); mean B mu + (1 - B) y, variance (1 - B) s^2. Morris 1983; Lindley 1983;
    JCGM 106:2012, annex A.
    """
    shrinkage = shrinkage_of(error, spread)
    return shrinkage * mean + (1 - shrinkage) * score, np.sqrt(1 - shrinkage) * error


def shrinkage_of(error: Floats, spread: Floats) -> Floats:
    """Return how far each score goes to the mean: s^2 / (s^2 + tau^2); 0 where both are 0."""
    own, whole = np.square(error), np.square(error) + np.square(spread)
    found: Floats = np.divide(own, whole, out=np.zeros_like(whole * 1.0), where=whole > 0)
    return found


def above(score: Floats, error: Floats, other: Floats, other_error: Floats) -> Floats:
    """Return P(A > B) of two independent Gaussian values: Phi((a - b) / sqrt(s_a^2 + s_b^2)).

    Where neither has an error it is 1, 0, or 1/2 where they are equal.
    """
    gap, spread = np.subtract(score, other), np.hypot(error, other_error)
    sure = np.where(gap == 0, 0.5, (gap > 0).astype(np.float64))
    found: Floats = np.where(spread > 0, ndtr(gap / np.where(spread > 0, spread, 1.0)), sure)
    return found


def uncertain_weights(alpha: Floats, value: Floats, error: Floats) -> tuple[float, float, float]:
    """Return the standard deviation of a weighted mean whose weights are uncertain too.

    Parameters
    ----------
    alpha
        Parameters of the Dirichlet distribution of the weights, above 0.
    value, error
        Achievements and their standard errors, independent of each other and of the weights.

    Returns
    -------
    tuple of float
        With both; with the errors alone; with the weights alone.

    Notes
    -----
    Var(w'X) = m_w' S_x m_w + m_x' S_w m_x + tr(S_w S_x). Goodman 1960.
    """
    alpha, value = np.asarray(alpha, dtype=np.float64), np.asarray(value, dtype=np.float64)
    variance = np.square(np.asarray(error, dtype=np.float64))
    whole = alpha.sum()
    mean = alpha / whole
    spread = (np.diag(mean) - np.outer(mean, mean)) / (whole + 1)
    measured, weighted = float(mean**2 @ variance), float(value @ spread @ value)
    both = measured + weighted + float(np.diag(spread) @ variance)
    return both**0.5, measured**0.5, weighted**0.5
