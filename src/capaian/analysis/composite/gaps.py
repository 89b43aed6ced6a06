"""Who has enough data to be compared, and what may stand in for what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from capaian.analysis.composite.reading import HEADLINE, Given, is_position, values_of
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray


def availability(
    given: Given, *, least: float, least_not_zero: float = 0.0, always: Any = (), never: Any = ()
) -> Table:
    """Return each unit's share of values, and whether that is enough.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators; not a number is missing.
    least
        The share of indicators that must have a value, 0 to 1.
    least_not_zero
        The share of those values that must not be 0.
    always, never
        Positions of units that are kept, or left out, whatever they have.

    Returns
    -------
    Table
        `unit` (its position), `available`, `not_zero` (not a number without any value), `kept`,
        `forced` (`in` or `out`, where the shares did not decide).

    Raises
    ------
    AnalysisError
        CPN-N29: a position that no unit has, or that is in both lists.
    """
    values = values_of(given, complete=False)
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    available = known.mean(axis=1)
    filled = (known & (values != 0)).sum(axis=1)
    not_zero = np.where(count > 0, filled / np.maximum(count, 1), np.nan)
    enough = (available >= least) & (np.nan_to_num(not_zero) >= least_not_zero)
    forced = _forced(always, never, len(values))
    kept = enough.copy()
    for at, way in forced.items():
        kept[at] = way == "in"
    columns = {
        "unit": np.arange(len(values)), "available": available, "not_zero": not_zero,
        "kept": kept.tolist(), "forced": [forced.get(at) for at in range(len(values))],
    }  # fmt: skip
    left = int((~enough).sum())
    notes = [f"{left:,} of {len(values):,} have too little"]
    if forced:
        notes.append(f"{len(forced):,} are kept or left out whatever they have")
    return Table("Availability", columns, notes=notes)


def _forced(always: Any, never: Any, count: int) -> dict[int, str]:
    kept, left = list(always), list(never)
    wrong = [each for each in kept + left if not is_position(each, count)]
    wrong += [each for each in kept if each in left]
    if wrong:
        values = {"count": len(wrong), "last": count - 1}
        raise refuse(AnalysisError, HEADLINE, "CPN-N29", "always, never", **values)
    return {**dict.fromkeys(kept, "in"), **dict.fromkeys(left, "out")}


def imputed(
    given: Given, *, by: Literal["mean", "median"], groups: Sequence[Any] | None = None
) -> tuple[NDArray[np.float64], Table]:
    """Fill what is missing with a figure of the others, and list every value that was filled.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators; not a number is missing.
    by
        The mean or the median of those who have a value.
    groups
        For each unit the group whose figure is taken; of all units where left out.

    Returns
    -------
    ndarray
        The values; what nobody in the group has stays missing.
    Table
        A line for each value that was filled: `unit`, `indicator` (positions) and `value`.

    Raises
    ------
    AnalysisError
        CPN-M85: not one group for each unit.

    Notes
    -----
    It is for an index over units. A policy's `missing` rule never takes a colleague's figure for
    somebody: a missing value is a state, and is said.
    """
    values = values_of(given, complete=False)
    keys: list[Any] = [None] * len(values) if groups is None else list(groups)
    if len(keys) != len(values):
        raise refuse(AnalysisError, HEADLINE, "CPN-M85", "groups", count=len(values))
    _, group = np.unique(np.array([str(each) for each in keys]), return_inverse=True)
    found = values.copy()
    for at in range(int(group.max()) + 1):
        rows = group == at
        for column in range(values.shape[1]):
            part = values[rows, column]
            known = part[~np.isnan(part)]
            if len(known) and len(known) < len(part):
                figure = known.mean() if by == "mean" else np.median(known)
                found[rows, column] = np.where(np.isnan(part), figure, part)
    unit, indicator = np.nonzero(np.isnan(values) & ~np.isnan(found))
    columns = {"unit": unit, "indicator": indicator, "value": found[unit, indicator]}
    return found, Table("Values that were filled in", columns)
