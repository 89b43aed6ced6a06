"""Weights that the data suggest: what an indicator tells apart, not what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from scipy.stats import rankdata

from capaian.analysis.composite.factors import component_weights
from capaian.analysis.composite.reading import HEADLINE, Given, less_of, names_of, values_of
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, did_you_mean, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

Method = Literal["deviation", "entropy", "critic", "gini", "merec", "components"]
_POSITIVE = {"entropy", "gini", "merec"}


def data_weights(given: Given, *, method: Method, less_is_better: Any = ()) -> Table:
    """Return the weights that a method takes from the data themselves.

    Parameters
    ----------
    given
        Scores or a matrix, of which the achievements are taken, or numbers as units x indicators.
        Units with a missing value are left out and counted.
    method
        `deviation`: sd_j / sum sd (what varies more counts more). `entropy`: 1 - e_j over their
        sum, with e_j = -sum p ln p / ln n and p = x / sum x (Shannon; Zeleny 1982). `critic`: sd_j
        sum_k (1 - r_jk) of columns scaled to 0..1: what varies, and is told by no other indicator
        (Diakoulaki, Mavrotas & Papayannakis 1995). `gini`: each column's Gini coefficient over
        their sum. `merec`: how much the overall performance changes where the indicator is taken
        away (Keshavarz-Ghorabaee et al. 2021). `components`: squared loadings of the rotated
        principal components (Nicoletti, Scarpetta & Boylaud 2000; OECD/JRC 2008, section 6.1).
    less_is_better
        Positions of the indicators of which less is better; achievements need none.

    Returns
    -------
    Table
        `indicator` and `weight`; the weights add up to 1.

    Raises
    ------
    AnalysisError
        No such method (CPN-M62), no numbers (M75, M77), fewer than two units with all values (M79),
        a column that says nothing because all have the same (M80), values of 0 or less where the
        method takes shares or logarithms (M81).

    Notes
    -----
    Such weights describe a cohort. They change with every colleague who joins, and say nothing of
    what matters to citizens; compare them with those of a policy, do not publish them as one.
    """
    known = get_args(Method)
    if method not in known:
        hint = did_you_mean(str(method), known)
        values = {"given": str(method), "known": ", ".join(known), "hint": hint}
        raise refuse(AnalysisError, HEADLINE, "CPN-M62", "method", **values)
    every = values_of(given, complete=False)
    whole = every[~np.isnan(every).any(axis=1)]
    _prove(whole, method)
    less = less_of(less_is_better, whole.shape[1])
    found = _METHODS[method](whole, less)
    left = len(every) - len(whole)
    notes = [f"{left:,} of {len(every):,} units have a value missing, and were left out"] * (
        left > 0
    )
    columns = {"indicator": names_of(given, whole.shape[1]), "weight": found / found.sum()}
    return Table(f"Weights by {method}", columns, notes=notes)


def _prove(values: NDArray[np.float64], method: str) -> None:
    if len(values) < 2:  # noqa: PLR2004 - one unit has no spread
        raise refuse(AnalysisError, HEADLINE, "CPN-M79", "values", count=len(values))
    flat = int((np.ptp(values, axis=0) == 0).sum())
    if (flat and method in {"critic", "components"}) or flat == values.shape[1]:
        raise refuse(AnalysisError, HEADLINE, "CPN-M80", "values", count=flat)
    low = int((values <= 0).sum())
    if low and method in _POSITIVE:
        values_ = {"count": low, "method": method}
        raise refuse(AnalysisError, HEADLINE, "CPN-M81", "values", **values_)


def _deviation(values: NDArray[np.float64], _: NDArray[np.bool_]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = values.std(axis=0)
    return found


def _entropy(values: NDArray[np.float64], _: NDArray[np.bool_]) -> NDArray[np.float64]:
    shares = values / values.sum(axis=0)
    found: NDArray[np.float64] = 1 + (shares * np.log(shares)).sum(axis=0) / np.log(len(values))
    return np.maximum(found, 0)


def _critic(values: NDArray[np.float64], less: NDArray[np.bool_]) -> NDArray[np.float64]:
    scaled = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    scaled = np.where(less, 1 - scaled, scaled)
    apart = np.atleast_2d(1 - np.corrcoef(scaled, rowvar=False))
    found: NDArray[np.float64] = scaled.std(axis=0) * apart.sum(axis=0)
    return found


def _gini(values: NDArray[np.float64], _: NDArray[np.bool_]) -> NDArray[np.float64]:
    """sum_i (2 i - n - 1) x_(i) / (n^2 mean), from the sorted column: no pair is formed."""
    count = len(values)
    places = rankdata(values, axis=0)
    found: NDArray[np.float64] = ((2 * places - count - 1) * values).sum(axis=0)
    coefficients: NDArray[np.float64] = found / (count**2 * values.mean(axis=0))
    return coefficients


def _merec(values: NDArray[np.float64], less: NDArray[np.bool_]) -> NDArray[np.float64]:
    scaled = np.where(less, values / values.max(axis=0), values.min(axis=0) / values)
    logs = np.abs(np.log(scaled))
    count = values.shape[1]
    whole = np.log1p(logs.mean(axis=1, keepdims=True))
    without = np.log1p((logs.sum(axis=1, keepdims=True) - logs) / count)
    found: NDArray[np.float64] = np.abs(without - whole).sum(axis=0)
    return found


def _components(values: NDArray[np.float64], _: NDArray[np.bool_]) -> NDArray[np.float64]:
    return component_weights(values)


_METHODS: dict[str, Callable[[NDArray[np.float64], NDArray[np.bool_]], NDArray[np.float64]]] = {
    "deviation": _deviation,
    "entropy": _entropy,
    "critic": _critic,
    "gini": _gini,
    "merec": _merec,
    "components": _components,
}
