"""The same units over several periods: gaps between known values, change, and the cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from capaian.analysis.composite.reading import HEADLINE, alike, values_of
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, did_you_mean, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

WAYS = ("latest", "linear")


def carried(
    values: ArrayLike, *, by: Literal["latest", "linear"]
) -> tuple[NDArray[np.float64], Table]:
    """Fill gaps in time from the unit's own other periods, and list every value that was filled.

    Parameters
    ----------
    values
        Periods x units, in the order of time; not a number is missing.
    by
        `latest`: the last value before the gap. `linear`: on the line between the value before and
        the one after, by the count of periods.

    Returns
    -------
    ndarray
        The values; what has nothing before it (or, for `linear`, nothing after) stays missing.
    Table
        A line for each value that was filled: `period`, `unit` (positions), `value` and `age`, how
        many periods before the value is from that was used.

    Raises
    ------
    AnalysisError
        No numbers (CPN-M75, M77); another word (M62).
    """
    if by not in WAYS:
        said = {"given": str(by), "known": ", ".join(WAYS), "hint": did_you_mean(str(by), WAYS)}
        raise refuse(AnalysisError, HEADLINE, "CPN-M62", "by", **said)
    given = values_of(values, complete=False)
    there = ~np.isnan(given)
    periods = np.arange(len(given))[:, None]
    before = np.maximum.accumulate(np.where(there, periods, -1), axis=0)
    after = np.minimum.accumulate(np.where(there, periods, len(given))[::-1], axis=0)[::-1]
    columns = np.arange(given.shape[1])
    low = np.where(before >= 0, given[np.maximum(before, 0), columns], np.nan)
    found = low.copy()
    if by == "linear":
        high = np.where(
            after < len(given), given[np.minimum(after, len(given) - 1), columns], np.nan
        )
        step = (periods - before) / np.maximum(after - before, 1)
        found = low + (high - low) * step
    found = np.where(there, given, found)
    period, unit = np.nonzero(~there & ~np.isnan(found))
    lines = {
        "period": period,
        "unit": unit,
        "value": found[period, unit],
        "age": period - before[period, unit],
    }
    return found, Table("Values that were filled in", lines)


def relative_change(values: ArrayLike) -> NDArray[np.float64]:
    """Return by how much each value differs from the one before it, as a share of that one.

    Parameters
    ----------
    values
        Periods x units, in the order of time, above 0; not a number is missing.

    Returns
    -------
    ndarray
        (x_t - x_(t-1)) / x_(t-1); missing in the first period, and beside a gap.

    Raises
    ------
    AnalysisError
        No numbers (CPN-M75, M77); values of 0 or less, of which no share can be taken (N21).
    """
    given = values_of(values, complete=False)
    low = int((given <= 0).sum())
    if low:
        said = {
            "count": low, "bound": "0 or less", "bound_id": "0 atau kurang",
            "method": "relative_change",
        }  # fmt: skip
        raise refuse(AnalysisError, HEADLINE, "CPN-N21", "values", **said)
    found = np.full_like(given, np.nan)
    found[1:] = given[1:] / given[:-1] - 1
    return found


def cyclical(values: ArrayLike) -> NDArray[np.float64]:
    """Return how far each period stands above or below the unit's own usual value.

    Parameters
    ----------
    values
        Periods x units; not a number is missing.

    Returns
    -------
    ndarray
        (x_t - m) / (the mean of abs(x - m)), with m the unit's mean over time: 0 is as usual, 1 as
        far above it as is usual.

    Raises
    ------
    AnalysisError
        No numbers (CPN-M75, M77); a unit with the same value in every period (N20).

    Notes
    -----
    OECD & JRC 2008, step 5, methods for cyclical indicators.
    """
    given = values_of(values, complete=False)
    names = [f"unit {at}" for at in range(given.shape[1])]
    findings = alike(given, names, "cyclical")
    if findings:
        raise AnalysisError(HEADLINE, findings)
    apart = given - np.nanmean(given, axis=0)
    found: NDArray[np.float64] = apart / np.nanmean(np.abs(apart), axis=0)
    return found
