"""A first and a second remedy for skewed indicators: pulling, then another scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.stats import boxcox_normmax

from capaian.analysis.composite.reading import HEADLINE, Given, names_of, values_of
from capaian.analysis.composite.treatment import (
    Treatment,
    box_cox,
    fits,
    log_shifted,
    shapes_table,
    winsorise,
)
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, did_you_mean, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

Remedy = Literal["log", "box-cox"]


def treat(
    given: Given, *, most: int = 5, then: Remedy | None = "log", power: float | None = None
) -> Treatment:
    """Mend the shape of each indicator by pulling, and where that is in vain by another scale.

    Parameters
    ----------
    given
        Scores, a matrix (their achievements), or numbers as units x indicators.
    most
        Points of one indicator that may be pulled, as for `winsorise`.
    then
        What is tried where pulling does not mend it: `log` (`log_shifted`) or `box-cox`; nothing
        where it is `None`. A scale that does not mend it either is not kept.
    power
        lambda of `box-cox`; the one of the greatest likelihood where left out.

    Returns
    -------
    Treatment
        `treated` has a line for every point that was moved, with its `remedy` (`pulled`, `log` or
        `box-cox`); of another scale, that is every point of the indicator. The order of units never
        changes.

    Raises
    ------
    AnalysisError
        No numbers (CPN-M75, M77); no such remedy (M62); `most` is below 1 (M84).

    Notes
    -----
    JRC; OECD/JRC 2008, step 3; Box & Cox 1964. Evidence is not changed by it, as for `winsorise`.
    """
    known = get_args(Remedy)
    if then is not None and then not in known:
        values = {
            "given": str(then),
            "known": ", ".join(known),
            "hint": did_you_mean(str(then), known),
        }
        raise refuse(AnalysisError, HEADLINE, "CPN-M62", "then", **values)
    first = winsorise(given, most=most)
    before, after = values_of(given, complete=False), first.values.copy()
    names = names_of(given, before.shape[1])
    lines = [
        (row["unit"], row["indicator"], row["before"], row["after"], row["step"], "pulled")
        for row in first.treated.rows()
    ]
    for at, name in enumerate(names):
        if then is None or fits(after[:, at]):
            continue
        scaled = _scaled(before[:, at], then, power)
        if fits(scaled):
            rows = np.flatnonzero(~np.isnan(scaled))
            after[:, at] = scaled
            columns = (before[rows, at].tolist(), scaled[rows].tolist())
            lines += [
                (unit, name, old, new, 1, then)
                for unit, old, new in zip(rows.tolist(), *columns, strict=True)
            ]
    heads = ("unit", "indicator", "before", "after", "step", "remedy")
    cells = map(list, zip(*lines, strict=True)) if lines else ([] for _ in heads)
    treated = Table("Points that were moved", dict(zip(heads, cells, strict=True)))
    moved = [(line[0], line[1], line[2], line[3], line[4]) for line in lines]
    return Treatment(after, treated, shapes_table(names, before, after, moved))


def _scaled(column: NDArray[np.float64], then: Remedy, power: float | None) -> NDArray[np.float64]:
    if then == "log":
        return log_shifted(column)
    if power is None:
        known = column[~np.isnan(column)]
        power = float(boxcox_normmax(known - known.min() + 1, method="mle"))
    return box_cox(column, power)
