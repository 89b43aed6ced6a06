"""An interrupted time series: a level and a slope before something was done, and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS

from capaian.analysis.table import Table
from capaian.analysis.wanted import prove

HEADLINE = "The series cannot be judged."
Floats = NDArray[np.float64]
ENOUGH = 12
"""Points on each side under which a series is warned of (Wagner 2002)."""
LEAST = 3
"""Points on each side without which there is no slope with an error."""


@frozen(eq=False, repr=False)
class InterruptedSeries:
    """What changed when something was done.

    Attributes
    ----------
    level, slope
        The jump at the start, and by how much more the series rises in each period from then on.
    before_slope
        By how much it rose in each period before.
    at_end
        The effect at the last period: `level` + `slope` x periods since the start.
    table
        `term`, `estimate`, `se`, `low`, `high`, `p`.
    fitted
        `time`, `value`, `fitted`, and `without`: what the line from before would have given.
    lags
        Of the Newey-West errors.
    notes
        Warnings.
    """

    level: float
    slope: float
    before_slope: float
    at_end: float
    table: Table
    fitted: Table
    lags: int
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<InterruptedSeries>\n{self.table.text()}"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def interrupted_series(
    values: Sequence[float] | Floats, start: int, *, lags: int | None = None, level: float = 0.95
) -> InterruptedSeries:
    """Return the change of level and slope of a series at a known time.

    Parameters
    ----------
    values
        One value for each period, in order and without gaps, such as the mean score of an office.
    start
        The position, from 0, of the first period after something was done.
    lags
        Over how many periods errors may hang together; 4 (T / 100)^(2/9), rounded down, where left
        out (Newey & West 1994).
    level
        Of the intervals.

    Returns
    -------
    InterruptedSeries
        Level, slope and the effect at the end, with errors; a warning with fewer than 12 periods on
        a side.

    Raises
    ------
    AnalysisError
        CPN-M33: fewer than 3 periods on a side, a value that is not finite, or `level` no
        probability.

    Notes
    -----
    y = b0 + b1 t + b2 [t >= start] + b3 (t - start) [t >= start], least squares with errors that
    hold for autocorrelation (Newey & West 1987; statsmodels OLS, HAC). Wagner 2002; Bernal 2017. It
    cannot tell what was done from whatever else happened at that time, and says nothing where the
    start was chosen after looking at the series.
    """
    y = np.asarray(values, dtype=np.float64)
    _prove(y, start, level)
    count, time = len(y), np.arange(len(y), dtype=np.float64)
    after = (time >= start).astype(np.float64)
    x = np.column_stack([np.ones(count), time, after, (time - start) * after])
    most = int(4 * (count / 100) ** (2 / 9)) if lags is None else lags
    fit = OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": most})
    since = count - 1 - start
    rows = np.array([[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, since]], dtype=np.float64)
    estimate = rows @ fit.params
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", rows, fit.cov_params(), rows), 0))
    reach = float(stats.norm.ppf((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.norm.sf(np.abs(estimate / se))
    notes = tuple(
        f"only {size} periods {where}: {ENOUGH} or more are wanted"
        for size, where in ((start, "before"), (count - start, "after"))
        if size < ENOUGH
    )
    table = Table(
        "Change of level and slope",
        {
            "term": ["slope before", "level", "slope", "effect at the end"],
            "estimate": estimate,
            "se": se,
            "low": estimate - reach * se,
            "high": estimate + reach * se,
            "p": p,
        },
        notes=notes,
    )
    fitted = {
        "time": time.astype(np.int64),
        "value": y,
        "fitted": x @ fit.params,
        "without": x[:, :2] @ fit.params[:2],
    }
    return InterruptedSeries(
        level=float(estimate[1]),
        slope=float(estimate[2]),
        before_slope=float(estimate[0]),
        at_end=float(estimate[3]),
        table=table,
        fitted=Table("Series", fitted, notes=notes),
        lags=most,
        notes=notes,
    )


def _prove(y: Floats, start: int, level: float) -> None:
    enough = min(start, len(y) - start) >= LEAST
    prove(enough, HEADLINE, "start", start, "3 periods or more on each side")
    prove(bool(np.isfinite(y).all()), HEADLINE, "values", "nan", "a number in each period")
    prove(0 < level < 1, HEADLINE, "level", level, "a probability between 0 and 1")
