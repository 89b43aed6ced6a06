"""Principal components of the indicators, and the weights that follow from their loadings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from statsmodels.multivariate.factor_rotation import rotate_factors

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray  # noqa: TC004 - nothing resolves the annotations

KAISER = 1.0
"""Components with a smaller eigenvalue say less than one indicator (Kaiser 1960)."""


@frozen(eq=False)
class Components:
    """The principal components of indicators.

    Attributes
    ----------
    eigenvalues
        Of the correlation matrix, the largest first; they add up to the number of indicators.
    shares
        Each one's share of the variance.
    loadings
        Indicators x kept components, rotated by varimax: the correlation of an indicator with a
        component.
    """

    eigenvalues: NDArray[np.float64]
    shares: NDArray[np.float64]
    loadings: NDArray[np.float64]


def principal_components(values: ArrayLike, *, least: float = KAISER) -> Components:
    """Return the principal components of units x indicators.

    Parameters
    ----------
    values
        Complete, and no column with the same value everywhere.
    least
        The least eigenvalue of a component that is kept; the largest one always is.
    """
    given = np.asarray(values, dtype=np.float64)
    found, vectors = np.linalg.eigh(np.atleast_2d(np.corrcoef(given, rowvar=False)))
    order = np.argsort(found)[::-1]
    found, vectors = np.maximum(found[order], 0), vectors[:, order]
    kept = max(int((found >= least).sum()), 1)
    loadings = vectors[:, :kept] * np.sqrt(found[:kept])
    if kept > 1:
        loadings = rotate_factors(loadings, "varimax")[0]
    return Components(found, found / found.sum(), loadings)


def loading_weights(scaled_squares: ArrayLike, factor_shares: ArrayLike) -> NDArray[np.float64]:
    """Return the weights of indicators from the factor in which each is strongest.

    Parameters
    ----------
    scaled_squares
        For each indicator its squared loading in its factor, over the sum of that factor's.
    factor_shares
        For each indicator its factor's share of what the kept factors explain.

    Notes
    -----
    w_i = squared loading x share, scaled to 1 (Nicoletti, Scarpetta & Boylaud 2000; OECD/JRC 2008,
    Tables 17 and 18).
    """
    found = np.asarray(scaled_squares, dtype=np.float64) * np.asarray(factor_shares)
    weights: NDArray[np.float64] = found / found.sum()
    return weights


def component_weights(values: ArrayLike) -> NDArray[np.float64]:
    """Return the weights of indicators by their rotated principal components."""
    squares = principal_components(values).loadings ** 2
    explained = squares.sum(axis=0)
    scaled = squares / explained
    home = scaled.argmax(axis=1)
    rows = np.arange(len(squares))
    return loading_weights(scaled[rows, home], (explained / explained.sum())[home])
