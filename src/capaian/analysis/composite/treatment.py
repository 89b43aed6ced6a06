"""Outliers treated, with a record of every point that was moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from scipy.special import boxcox as scipy_boxcox
from scipy.stats import kurtosis, skew

from capaian.analysis.composite.reading import HEADLINE, Given, names_of, values_of
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray  # noqa: TC004 - nothing resolves the annotations

SKEW, KURTOSIS = 2.0, 3.5
"""An indicator is treated where both are exceeded (JRC's rule of thumb)."""


@frozen(eq=False, repr=False)
class Treatment:
    """Treated values, and what was done.

    Attributes
    ----------
    values
        Units x indicators, as they are after the treatment.
    treated
        A line for each point that was moved: `unit` (its position), `indicator`, `before`, `after`,
        `step` (the how-manieth of that indicator).
    shapes
        For each indicator `skew_before`, `kurtosis_before`, `skew_after`, `kurtosis_after`,
        `points` (how many were moved) and `passed`.
    """

    values: NDArray[np.float64]
    treated: Table
    shapes: Table

    def __repr__(self) -> str:
        return f"<Treatment of {self.values.shape[1]} indicators: {len(self.treated)} points moved>"

    def __str__(self) -> str:
        return f"{self.shapes.text()}\n\n{self.treated.text()}"

    def _repr_html_(self) -> str:
        return self.shapes._repr_html_() + self.treated._repr_html_()


def shape_of(values: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return skewness and excess kurtosis of each column, corrected for bias (G1, G2).

    Missing values are left out. Not a number with fewer than four values, or where all are the
    same.
    """
    given = np.asarray(values, dtype=np.float64)
    columns = given.T if given.ndim > 1 else given[None, :]
    found = [_shape(column[~np.isnan(column)]) for column in columns]
    one, two = zip(*found, strict=True)
    return np.array(one), np.array(two)


def _shape(known: NDArray[np.float64]) -> tuple[float, float]:
    if len(known) < 4 or np.ptp(known) == 0:  # noqa: PLR2004 - G2 divides by n - 3
        return float("nan"), float("nan")
    return float(skew(known, bias=False)), float(kurtosis(known, bias=False))


def winsorise(given: Given, *, most: int = 5) -> Treatment:
    """Pull each indicator's most extreme points to the next one until its shape is acceptable.

    Parameters
    ----------
    given
        Scores, a matrix (their achievements), or numbers as units x indicators.
    most
        Points of one indicator that may be moved; where that is not enough, none of them is, and
        the indicator has not passed: it wants another scale, not more pulling.

    Returns
    -------
    Treatment
        The treated values, with every point that was moved.

    Raises
    ------
    AnalysisError
        No numbers (CPN-M75, M77); `most` is below 1 (M84).

    Notes
    -----
    Treated while abs(skew) >= 2 and kurtosis >= 3.5, on the side to which the column leans (JRC;
    OECD/JRC 2008). Evidence is not changed by it: this is for an index over units, and a person's
    score keeps every value as it was measured.
    """
    if most < 1:
        raise refuse(AnalysisError, HEADLINE, "CPN-M84", "most")
    before = values_of(given, complete=False)
    after = before.copy()
    names = names_of(given, before.shape[1])
    moved: list[tuple[int, str, float, float, int]] = []
    for at, name in enumerate(names):
        column = after[:, at]
        lines = _pull(column, most)
        moved += [(row, name, float(before[row, at]), float(column[row]), step)
                  for row, step in lines]  # fmt: skip
    return Treatment(after, _treated(moved), shapes_table(names, before, after, moved))


def _pull(column: NDArray[np.float64], most: int) -> list[tuple[int, int]]:
    """Pull a column's points where it stands; return positions and steps, none where in vain."""
    kept = column.copy()
    lines: dict[int, int] = {}
    while not fits(column):
        high = float(shape_of(column)[0][0]) > 0
        edge = np.nanmax(column) if high else np.nanmin(column)
        rows = np.flatnonzero(column == edge)
        inside = column[~np.isnan(column) & (column != edge)]
        if len(lines | dict.fromkeys(rows.tolist(), 0)) > most or not len(inside):
            column[:] = kept
            return []
        column[rows] = inside.max() if high else inside.min()
        step = max(lines.values(), default=0) + 1
        for row in rows.tolist():
            lines.setdefault(row, step)
    return sorted(lines.items(), key=lambda each: (each[1], each[0]))


def fits(column: NDArray[np.float64]) -> bool:
    """Return whether a column's shape is acceptable."""
    one, two = (float(each[0]) for each in shape_of(column))
    return not (abs(one) >= SKEW and two >= KURTOSIS)


def _treated(moved: list[tuple[int, str, float, float, int]]) -> Table:
    columns = list(zip(*moved, strict=True)) or [(), (), (), (), ()]
    names = ("unit", "indicator", "before", "after", "step")
    return Table("Points that were moved", dict(zip(names, map(list, columns), strict=True)))


def shapes_table(
    names: list[str], before: NDArray[np.float64], after: NDArray[np.float64],
    moved: list[tuple[int, str, float, float, int]],
) -> Table:  # fmt: skip
    """Return the shapes of the indicators before and after, and how many points were moved."""
    one, two = shape_of(before), shape_of(after)
    columns = {
        "indicator": names,
        "skew_before": one[0],
        "kurtosis_before": one[1],
        "skew_after": two[0],
        "kurtosis_after": two[1],
        "points": [sum(each[1] == name for each in moved) for name in names],
        "passed": [fits(column) for column in after.T],
    }
    return Table("Shape of each indicator", columns)


def log_shifted(values: ArrayLike) -> NDArray[np.float64]:
    """Return ln(x - min + 0.01 (max - min)) of each column, as JRC's COIN Tool takes it."""
    given = np.asarray(values, dtype=np.float64)
    low = np.nanmin(given, axis=0)
    found: NDArray[np.float64] = np.log(given - low + 0.01 * (np.nanmax(given, axis=0) - low))
    return found


def box_cox(values: ArrayLike, power: float) -> NDArray[np.float64]:
    """Return the Box-Cox transform of each column, moved so that its least value is 1.

    Parameters
    ----------
    values
        Units x indicators, or one column.
    power
        lambda; 0 is the logarithm.

    Notes
    -----
    ((x - min + 1)^lambda - 1) / lambda (Box & Cox 1964).
    """
    given = np.asarray(values, dtype=np.float64)
    found: NDArray[np.float64] = scipy_boxcox(given - np.nanmin(given, axis=0) + 1, power)
    return found
