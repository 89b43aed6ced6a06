"""Columns brought to one scale by what a cohort is: for an index, in float64.

Where a policy has the same method (`min-max`, `z-score`, `rank`, `reference`, `mean-band`), that is
the exact one, fitted once and frozen. Here are all of them for a whole table at once, and those
that no exact arithmetic has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from attrs import frozen
from scipy.stats import rankdata

from capaian.analysis.composite.reading import (
    HEADLINE,
    Given,
    is_position,
    less_of,
    names_of,
    values_of,
)
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray  # noqa: TC004 - nothing resolves the annotations

Scale = Literal[
    "min-max", "z-score", "best", "sum", "vector", "logarithmic", "percentile", "borda",
    "mean-band", "reference", "target",
]  # fmt: skip
"""How a column may be brought to one scale."""

_BOUNDS = {
    "negative": ("below 0", "di bawah 0"),
    "not above 0": ("0 or less", "0 atau kurang"),
    "below 1": ("below 1", "di bawah 1"),
}
_OPTIONS = {
    "unit": ("reference", "the position of a unit", "posisi sebuah unit"),
    "targets": ("target", "one number for each indicator", "satu bilangan untuk tiap indikator"),
    "band": (
        "mean-band",
        "a share of the mean, from 0 to 1",
        "bagian dari rata-rata, dari 0 sampai 1",
    ),
}


@frozen
class _Column:
    """The known values of one indicator, and what a method is told beside them."""

    x: NDArray[np.float64]
    less: bool
    post: float
    """The reference unit's value, the target, or the width of the band."""

    @property
    def worst(self) -> float:
        return float(self.x.max() if self.less else self.x.min())


def normalised(
    given: Given, *, method: Scale, less_is_better: Any = (), unit: int | None = None,
    targets: ArrayLike | None = None, band: float | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Return each indicator on one scale, where more is better.

    Parameters
    ----------
    given
        Scores, a matrix (their achievements), or numbers as units x indicators. A missing value
        stays missing, and plays no part in what the others become.
    method
        How, with x the value, over the values that are known, and where less is better in brackets.

        * `min-max`: (x - min) / (max - min) [(max - x) / (max - min)];
        * `z-score`: (x - mean) / sd [(mean - x) / sd], the deviation of all n;
        * `best`: x / max [min / x];
        * `sum`: x / sum x [(1/x) / sum (1/x)];
        * `vector`: x / sqrt(sum x^2) [1 - that];
        * `logarithmic`: ln x / sum ln x [(1 - that) / (n - 1)];
        * `borda`: how many are worse, and half of how many are equal;
        * `percentile`: the same, divided by n - 1;
        * `mean-band`: 1 above the band around the mean, 0 within it and on its edges, -1 below it
          [the other way round];
        * `reference`: (x - worst) / (reference - worst), the reference being one unit's value;
        * `target`: (x - worst) / (target - worst).
    less_is_better
        Positions of the indicators of which less is better; achievements need none.
    unit
        For `reference`: the position of the unit that has 1 everywhere.
    targets
        For `target`: one for each indicator.
    band
        For `mean-band`: the share of the mean on either side that is neutral, 0 to 1.

    Returns
    -------
    ndarray
        Units x indicators.

    Raises
    ------
    AnalysisError
        No numbers (CPN-M75, M77), no such method (M62) or indicator (N26). CPN-N20: an indicator
        without two different values. N21: values that a method cannot take. N22: a reference or
        target that is missing or not better than the worst. N24: an option that the method needs.
        N25: one that it does not use.

    Notes
    -----
    OECD & JRC 2008, step 5; the logarithm: Zavadskas & Turskis 2008. A column of equal values is
    refused, whatever the method: some packages answer 0 for all, some 1, some not a number.
    """
    known = get_args(Scale)
    if method not in known:
        hint = did_you_mean(str(method), known)
        values = {"given": str(method), "known": ", ".join(known), "hint": hint}
        raise refuse(AnalysisError, HEADLINE, "CPN-M62", "method", **values)
    every = values_of(given, complete=False)
    names = names_of(given, every.shape[1])
    less = less_of(less_is_better, every.shape[1])
    posts = _posts(method, every, {"unit": unit, "targets": targets, "band": band})
    there = ~np.isnan(every)
    columns = [
        _Column(each[rows], bool(turned), float(post))
        for each, rows, turned, post in zip(every.T, there.T, less, posts, strict=True)
    ]
    findings = [
        fault
        for name, column in zip(names, columns, strict=True)
        for fault in _faults(method, name, column)
    ]
    if findings:
        raise AnalysisError(HEADLINE, findings)
    found = np.full_like(every, np.nan)
    for at, column in enumerate(columns):
        found[there[:, at], at] = _METHODS[method](column)
    return found


def _posts(
    method: str, values: NDArray[np.float64], options: dict[str, Any]
) -> NDArray[np.float64]:
    """Return the post of each indicator, or refuse the options (CPN-N24, N25)."""
    count = values.shape[1]
    findings = []
    posts = np.full(count, np.nan)
    for name, value in options.items():
        purpose, wanted, wanted_id = _OPTIONS[name]
        said = {"option": name, "method": purpose, "wanted": wanted, "wanted_id": wanted_id}
        if method != purpose:
            findings += [Finding("CPN-N25", name, said)] * (value is not None)
        elif (read := _read(name, value, values)) is None:
            findings.append(Finding("CPN-N24", name, said))
        else:
            posts = read
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return posts


def _read(name: str, value: Any, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    count, indicators = values.shape
    if name == "unit":
        return values[value] if is_position(value, count) else None
    try:
        found = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    if name == "band":
        sound = found.shape == () and 0 <= float(found) <= 1
        return np.full(indicators, float(found)) if sound else None
    return found if found.shape == (indicators,) and np.isfinite(found).all() else None


def _faults(method: str, name: str, column: _Column) -> list[Finding]:
    x = column.x
    if not len(x) or x.min() == x.max():
        return [Finding("CPN-N20", name, {"method": method})]
    if method in {"best", "sum"} and column.less:
        low, what = int((x <= 0).sum()), "not above 0"
    elif method in {"best", "sum", "vector", "mean-band"}:
        low, what = int((x < 0).sum()), "negative"
    else:
        low, what = int((x < 1).sum()) * (method == "logarithmic"), "below 1"
    if low:
        bound, bound_id = _BOUNDS[what]
        values = {"count": low, "method": method, "bound": bound, "bound_id": bound_id}
        return [Finding("CPN-N21", name, values)]
    if method in {"reference", "target"}:
        beyond = column.worst - column.post if column.less else column.post - column.worst
        if not beyond > 0:
            return [Finding("CPN-N22", name, {"method": method})]
    return []


def _min_max(column: _Column) -> NDArray[np.float64]:
    x = column.x
    found: NDArray[np.float64] = (x - column.worst) / np.ptp(x)
    return -found if column.less else found


def _z_score(column: _Column) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (column.x - column.x.mean()) / column.x.std()
    return -found if column.less else found


def _best(column: _Column) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (
        column.x.min() / column.x if column.less else column.x / column.x.max()
    )
    return found


def _sum(column: _Column) -> NDArray[np.float64]:
    x = 1 / column.x if column.less else column.x
    found: NDArray[np.float64] = x / x.sum()
    return found


def _vector(column: _Column) -> NDArray[np.float64]:
    found: NDArray[np.float64] = column.x / np.linalg.norm(column.x)
    return 1 - found if column.less else found


def _logarithmic(column: _Column) -> NDArray[np.float64]:
    logs = np.log(column.x)
    found: NDArray[np.float64] = logs / logs.sum()
    return (1 - found) / (len(logs) - 1) if column.less else found


def _borda(column: _Column) -> NDArray[np.float64]:
    found: NDArray[np.float64] = rankdata(-column.x if column.less else column.x) - 1
    return found


def _percentile(column: _Column) -> NDArray[np.float64]:
    return _borda(column) / (len(column.x) - 1)


def _mean_band(column: _Column) -> NDArray[np.float64]:
    x, mean = column.x, column.x.mean()
    above, below = x > mean * (1 + column.post), x < mean * (1 - column.post)
    found: NDArray[np.float64] = above.astype(np.float64) - below
    return -found if column.less else found


def _distance(column: _Column) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (column.x - column.worst) / (column.post - column.worst)
    return found


_METHODS: dict[str, Callable[[_Column], NDArray[np.float64]]] = {
    "min-max": _min_max,
    "z-score": _z_score,
    "best": _best,
    "sum": _sum,
    "vector": _vector,
    "logarithmic": _logarithmic,
    "percentile": _percentile,
    "borda": _borda,
    "mean-band": _mean_band,
    "reference": _distance,
    "target": _distance,
}
