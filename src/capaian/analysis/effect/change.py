"""Before and after: what is left of a change when what comes by itself is taken off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS

from capaian.analysis.outcome import outcome_of, shared_rows
from capaian.analysis.table import Table
from capaian.analysis.wanted import prove
from capaian.errors import AnalysisError, did_you_mean, refuse
from capaian.scores import Scores

Floats = NDArray[np.float64]
HEADLINE = "Before and after cannot be compared."
TREATED = "nobody in the first period, and in the second some but not all"
FEW = 10
"""Fewer units than this on a side make the errors of a comparison of units too small."""


def regression_to_the_mean(x: Floats, mean: float, correlation: float) -> Floats:
    """Return what a second look is expected to give of those who had `x`, if nothing is done.

    Parameters
    ----------
    x
        Scores at the first look.
    mean
        Of all, not only of those looked at.
    correlation
        r, between two looks at the same subjects while nothing is done, from -1 to 1.

    Notes
    -----
    E[next] = mean + r (x - mean): who stood out stood out partly by luck (Galton 1886; Barnett et
    al. 2005). The bottom group rises and the top group falls with nothing done.
    """
    found: Floats = mean + correlation * (np.asarray(x, dtype=np.float64) - mean)
    return found


@frozen
class Stability:
    """How far two looks agree while nothing is done: the r of `before_after`, with its interval."""

    correlation: float
    low: float
    high: float
    subjects: int

    def __str__(self) -> str:
        return (
            f"correlation {self.correlation:.3f} ({self.low:.3f} to {self.high:.3f}), "
            f"{self.subjects} subjects"
        )


def stability(earlier: Scores, later: Scores, *, level: float = 0.95) -> Stability:
    """Return the correlation of scores between two periods in which nothing was done.

    Parameters
    ----------
    earlier, later
        Two results, under one policy.
    level
        Of the interval (Fisher's z).

    Raises
    ------
    AnalysisError
        CPN-M36: fewer than four subjects have a score in both, or all scores are the same.
    """
    one, two = outcome_of(earlier), outcome_of(later)
    rows, columns = shared_rows(one, two)
    x, y = one.score[rows], two.score[columns]
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:  # noqa: PLR2004 - z has n - 3
        raise refuse(AnalysisError, HEADLINE, "CPN-M36", "subjects")
    found = stats.pearsonr(x, y)
    low, high = found.confidence_interval(level)
    return Stability(float(found.statistic), float(low), float(high), len(x))


def before_after(
    before: Scores, after: Scores, *, correlation: float, level: float = 0.95
) -> Table:
    """Return how each band's people changed, and what of it would have come by itself.

    Parameters
    ----------
    before, after
        Two results of the same subjects under one policy, before and after something was done.
    correlation
        Between two periods in which nothing was done (`stability`). No default: it decides the
        answer.
    level
        Of the intervals.

    Returns
    -------
    Table
        A row for each band before, and one for all: `subjects`, `mean_before`, `mean_after`,
        `change`, `expected` (by regression to the mean alone), `net` (change - expected), `low` and
        `high` of the net change.

    Raises
    ------
    AnalysisError
        CPN-M33: `correlation` is not from -1 to 1. CPN-M36: nobody has a score in both.

    Notes
    -----
    `regression_to_the_mean` of each subject, with the mean of all subjects before. The interval is
    of the mean of (after - expected) as of independent subjects (t), and takes r as known. For all
    together the expected change is 0: what moved everybody is in `net`, whatever its cause.
    """
    prove(-1 <= correlation <= 1, HEADLINE, "correlation", correlation, "from -1 to 1")
    one, two = outcome_of(before), outcome_of(after)
    rows, columns = shared_rows(one, two)
    if not len(rows):
        raise refuse(AnalysisError, HEADLINE, "CPN-M36", "subjects")
    x, y, band = one.score[rows], two.score[columns], one.band[rows]
    expected = regression_to_the_mean(x, float(x.mean()), correlation)
    groups = [(name, band == at) for at, name in enumerate(one.bands) if (band == at).any()]
    groups.append(("all", np.ones(len(x), dtype=np.bool_)))
    by_itself = float((1 - correlation) * x.mean())
    made = [
        _group(
            name,
            (x[who], y[who], expected[who]),
            by_itself - float((1 - correlation) * x[who].mean()),
            level,
        )
        for name, who in groups
    ]
    table = {name: [each[name] for each in made] for name in made[0]}
    notes = (
        f"expected by regression to the mean with r = {correlation:g}",
        "a net change has causes besides the scheme: compare with units where nothing was done",
    )
    return Table("Before and after", table, after.origin, notes)


def _group(
    name: str, looks: tuple[Floats, Floats, Floats], by_itself: float, level: float
) -> dict[str, object]:
    x, y, expected = looks
    rest, count = y - expected, len(x)
    change, half = float(y.mean() - x.mean()), float("nan")
    net = change - by_itself
    if count > 1:
        half = float(stats.t.ppf((1 + level) / 2, count - 1) * rest.std(ddof=1) / np.sqrt(count))
    return {
        "band": name,
        "subjects": count,
        "mean_before": float(x.mean()),
        "mean_after": float(y.mean()),
        "change": change,
        "expected": float(by_itself),
        "net": net,
        "low": net - half,
        "high": net + half,
    }


@frozen
class Difference:
    """A difference in differences.

    Attributes
    ----------
    effect
        (treated after - treated before) - (control after - control before).
    naive
        Treated after - treated before: what it would be to look at the treated alone.
    se, low, high, p
        Of the effect, with errors that hang together within a unit; not a number where there are
        no more than two units.
    units
        How many units, treated and not.
    notes
        Warnings.
    """

    effect: float
    naive: float
    se: float
    low: float
    high: float
    p: float
    units: tuple[int, int]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        interval = f"{self.low:.2f} to {self.high:.2f}"
        lines = [
            f"effect {self.effect:.2f} ({interval}), error {self.se:.2f}, p = {self.p:.3f}",
            f"the treated alone: {self.naive:.2f}",
            f"{self.units[0]} units treated, {self.units[1]} not",
        ]
        return "\n".join([*lines, *(f"note: {each}" for each in self.notes)])


def difference_in_differences(
    treated: tuple[float, float], control: tuple[float, float]
) -> tuple[float, float]:
    """Return the difference in differences of four means, and the naive change of the treated.

    Parameters
    ----------
    treated, control
        Means before and after.

    Notes
    -----
    Card & Krueger 1994. It is the effect where both would have changed by the same amount.
    """
    naive = treated[1] - treated[0]
    return naive - (control[1] - control[0]), naive


def with_and_without(panel: Table, before: str, after: str, *, level: float = 0.95) -> Difference:
    """Return how much more the treated changed than the others, from a panel.

    Parameters
    ----------
    panel
        From `panel`, with `treated`.
    before, after
        Labels of two periods: in the first nobody is treated.
    level
        Of the interval.

    Returns
    -------
    Difference
        From the change of each subject that has a score in both periods.

    Raises
    ------
    AnalysisError
        CPN-M37: a period that the panel does not have. CPN-M33: somebody is treated before already,
        or nobody is treated after, or all are.

    Notes
    -----
    Least squares of each subject's change on being treated, errors clustered by unit (statsmodels).
    Where units start at different times, ask for two periods at a time, or use an estimator that is
    made for it (Callaway & Sant'Anna 2021).
    """
    labels = list(dict.fromkeys(panel["period"]))
    for label in (before, after):
        if label not in labels:
            hint = did_you_mean(label, labels)
            raise refuse(AnalysisError, HEADLINE, "CPN-M37", "period", name=label, hint=hint)
    looks = [_look(panel, label) for label in (before, after)]
    shared = [name for name in looks[0] if name in looks[1]]
    treated = np.array([looks[1][name][1] for name in shared], dtype=np.float64)
    early = any(looks[0][name][1] for name in shared)
    some = bool(shared) and not early and bool(treated.any()) and not treated.all()
    prove(some, HEADLINE, "treated", f"{int(treated.sum())} / {len(shared)}", TREATED)
    x, y = (np.array([look[name][0] for name in shared]) for look in looks)
    units = [looks[1][name][2] or f"subject {at}" for at, name in enumerate(shared)]
    numbers = np.unique(np.array(units, dtype=object).astype(str), return_inverse=True)[1]
    return _difference(x, y, treated, numbers, level)


def _look(panel: Table, label: str) -> dict[str, tuple[float, int, str | None]]:
    columns = (panel[name] for name in ("period", "subject", "score", "treated", "unit"))
    return {
        subject: (score, treated, unit)
        for period, subject, score, treated, unit in zip(*columns, strict=True)
        if period == label and score is not None
    }


def _difference(
    x: Floats, y: Floats, treated: Floats, units: NDArray[np.int64], level: float
) -> Difference:
    on = treated > 0
    effect, naive = difference_in_differences(
        (float(x[on].mean()), float(y[on].mean())), (float(x[~on].mean()), float(y[~on].mean()))
    )
    sizes = (len(np.unique(units[on])), len(np.unique(units[~on])))
    se = p = half = float("nan")
    if sum(sizes) > 2:  # noqa: PLR2004 - two units have no spread
        fit = OLS(y - x, np.column_stack([np.ones(len(x)), treated])).fit(
            cov_type="cluster", cov_kwds={"groups": units}, use_t=True
        )
        se, p = float(fit.bse[1]), float(fit.pvalues[1])
        half = float(stats.t.ppf((1 + level) / 2, sum(sizes) - 1)) * se
    notes: Sequence[str] = [
        f"only {size} units {where}: the error is too small"
        for size, where in zip(sizes, ("treated", "not treated"), strict=True)
        if size < FEW
    ]
    return Difference(effect, naive, se, effect - half, effect + half, p, sizes, tuple(notes))
