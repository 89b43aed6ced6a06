"""What the open cases say of a mean time: Little's law, beside every mean of times.

A mean of closed cases leaves out those that take long, as they are still open. What is open is seen
all the same: in a steady flow the backlog is the closures per day times the mean time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import ArrayLike, NDArray

from capaian.analysis.estimation.integers import Integers, OutOfReachError
from capaian.analysis.estimation.levels import Floats, Interval, floats
from capaian.analysis.estimation.proportion import clopper_pearson
from capaian.formula import Elapsed, agg, as_of, col, period_start, walk
from capaian.scores.run import moment_of

if TYPE_CHECKING:
    from capaian.sampling import Sampling, Times

SHORT = (
    "{indicator}: of {count} subjects the open backlog is worth more time than the mean says, "
    "beyond chance: cases that take long are still open (Little 1961)"
)


@frozen(eq=False)
class Backlog:
    """The flow of cases through a period, an entry for each subject.

    Attributes
    ----------
    opened, closed
        Cases received, and cases closed, from the period's start to its end (or the cut-off, if
        that is earlier), whenever they were received.
    open
        Cases open at that end, whenever they were received.
    worth, low, high
        The mean time that the backlog stands for, in the unit of the measured value, and its
        interval; see `little`.
    short
        Whether the reported mean, with its own interval, lies below that: the mean of the quick
        cases.
    """

    opened: Floats
    closed: Floats
    open: Floats
    worth: Floats
    low: Floats
    high: Floats
    short: NDArray[np.bool_]


def little(
    backlog: ArrayLike, closed: ArrayLike, length: float, level: float = 0.95
) -> tuple[Floats, Interval]:
    """Return the mean time that a backlog stands for, W = L / (closures per day), and its interval.

    Little's law (1961) for a steady flow. Where cases do not wait for each other the backlog at an
    instant and the closures before it are independent Poisson numbers (Mirasol 1963): given their
    sum the backlog is binomial, and the ends are the odds of Clopper & Pearson's.

    Parameters
    ----------
    backlog, closed
        Cases that are open at the end of a stretch of time, and those that were closed in it.
    length
        How long the stretch was: the unit of the result.
    level
        Between 0 and 1.

    Returns
    -------
    tuple of arrays
        The mean time, not a number where nothing was closed; its lower and its upper end, the
        latter not a number where nothing was closed.

    Examples
    --------
    >>> worth, _ = little(60, 360, 90)  # 60 open, 4 closed a day
    >>> f"{worth:.0f} days"
    '15 days'
    """
    waiting, done = floats(backlog), floats(closed)
    low, high = clopper_pearson(waiting, waiting + done, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(done > 0, waiting / done * length, np.nan)
        ends = low / (1 - low) * length, np.where(done > 0, high / (1 - high) * length, np.nan)
    return worth, ends


def backlog_of(
    sampling: Sampling, law: Times, get: Integers, reported: tuple[Floats, Floats], level: float
) -> Backlog | None:
    """Return the flow of the cases of a mean time; `None` where the table does not allow it.

    Parameters
    ----------
    sampling, law
        How the mean varies.
    get
        The indicator's integers.
    reported
        The mean, and the upper end of its interval where it has one.
    level
        Between 0 and 1.

    Raises
    ------
    AnalysisError, EvidenceError
        As for `Integers.want`.
    """
    clocks = {each.clock for each in walk(law.duration) if isinstance(each, Elapsed)}
    roles = {need.role for need, _ in get.planned.columns}
    if len(clocks) != 1 or not {"start", "stop"} <= roles:
        return None  # a type of its own, of which it is not known how a case ends
    scores = get.scores
    moment = moment_of(scores.plan, scores.period, scores.as_of)
    cut = min(moment.end, moment.as_of)
    span = moment.elapsed(clocks.pop())(moment.start, cut) * float(sampling.factor)
    if span <= 0:
        return None
    begun = col("start") < as_of()
    closed = begun & col("stop").present() & (col("stop") < as_of())
    inside = closed & (col("stop") >= period_start())
    received = begun & (col("start") >= period_start())
    trees = tuple(agg.count(each) for each in (begun, closed, received, inside))
    try:
        every, over, opened, done = get.of_all(trees, evolve(moment, as_of=cut))
    except OutOfReachError:
        return None
    worth, (low, high) = little(every - over, done, span, level)
    mean, most = reported
    with np.errstate(invalid="ignore"):
        short = low > np.where(np.isnan(most), mean, most)
    return Backlog(opened, done, every - over, worth, low, high, short)
