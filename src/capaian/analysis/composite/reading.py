"""What composite methods are given: scores, a matrix, or plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from capaian.analysis.matrix import Matrix, matrix_of
from capaian.errors import AnalysisError, Finding, refuse
from capaian.scores import Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADLINE = "The method was not applied."
Given: TypeAlias = Any
"""`Scores`, a `Matrix`, or numbers as units x indicators."""


def values_of(given: Given, *, complete: bool = True) -> NDArray[np.float64]:
    """Return achievements, or the numbers given, as float64 units x indicators.

    Parameters
    ----------
    given
        Scores or a matrix, of which the achievements are taken, or an array.
    complete
        Whether every unit must have a value of every indicator.

    Raises
    ------
    AnalysisError
        CPN-M75: no table of numbers; M76: values are missing, and the method cannot say what stands
        in their place; M77: an infinite value.
    """
    if isinstance(given, Scores):
        given = matrix_of(given)
    if isinstance(given, Matrix):
        given = given.achievement
    try:
        found: NDArray[np.float64] = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise refuse(AnalysisError, HEADLINE, "CPN-M75", "values") from None
    if found.ndim != 2 or not found.size:  # noqa: PLR2004 - rows and columns
        raise refuse(AnalysisError, HEADLINE, "CPN-M75", "values")
    missing = int(np.isnan(found).sum())
    findings = []
    if complete and missing:
        findings.append(Finding("CPN-M76", "values", {"count": missing, "all": found.size}))
    if np.isinf(found).any():
        findings.append(Finding("CPN-M77", "values", {"count": int(np.isinf(found).sum())}))
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return found


def names_of(given: Given, count: int) -> list[str]:
    """Return what the indicators are called; counted from 1 where nothing says."""
    if isinstance(given, Scores):
        return list(given.plan.indicators)
    if isinstance(given, Matrix):
        return list(given.indicators)
    return [str(at) for at in range(1, count + 1)]


def alike(values: NDArray[np.float64], names: list[str], method: str) -> list[Finding]:
    """Return a finding for each indicator without two different values (CPN-N20)."""
    flat = [not len(each) or each.min() == each.max() for each in _known(values)]
    return [
        Finding("CPN-N20", name, {"method": method})
        for name, same in zip(names, flat, strict=True)
        if same
    ]


def _known(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [column[~np.isnan(column)] for column in values.T]


def shares_of(weights: Any, count: int) -> NDArray[np.float64]:
    """Return weights scaled to 1; equal ones where none are given.

    Raises
    ------
    AnalysisError
        CPN-M78: not one weight of 0 or more for each indicator, or all are 0.
    """
    if weights is None:
        return np.full(count, 1 / count)
    found = np.asarray(weights, dtype=np.float64)
    sound = found.shape == (count,) and np.isfinite(found).all() and (found >= 0).all()
    if not sound or not found.any():
        raise refuse(AnalysisError, HEADLINE, "CPN-M78", "weights", count=count)
    shares: NDArray[np.float64] = found / found.sum()
    return shares


def less_of(positions: Any, count: int) -> NDArray[np.bool_]:
    """Return for each indicator whether less of it is better.

    Raises
    ------
    AnalysisError
        CPN-N26: a position at which there is no indicator.
    """
    given = list(positions)
    sound = [is_position(each, count) for each in given]
    if not all(sound):
        values = {"count": sound.count(False), "last": count - 1}
        raise refuse(AnalysisError, HEADLINE, "CPN-N26", "less_is_better", **values)
    return np.isin(np.arange(count), given)


def is_position(each: Any, count: int) -> bool:
    """Return whether it is one of so many positions."""
    return isinstance(each, int | np.integer) and bool(0 <= each < count)
