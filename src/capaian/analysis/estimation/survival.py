"""What Kaplan-Meier curves say: the share ended by a limit, quantiles, the restricted mean."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.estimation.curves import Curves, running
from capaian.analysis.estimation.levels import Floats, normal

NEAR = 1e-12
"""S that differs from a share by less is taken to have reached it: halves are halves."""


@frozen(eq=False)
class ShareEnded:
    """The share of cases that have ended by a limit, 1 - S(limit), of each officer.

    Attributes
    ----------
    value, se, low, high
        The share, Greenwood's error, and the ends of the log-log interval. Where S is 1 or 0 these
        do not exist; see `share_ended`.
    at_risk
        How many cases were still running at the limit: what the value rests on there.
    seen
        Whether the curve is known up to the limit.
    plain
        Whether the interval is the log-log one.
    """

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    seen: NDArray[np.bool_]
    plain: NDArray[np.bool_]


def share_ended(
    made: Curves, limit: float, *, inclusive: bool = True, level: float = 0.95
) -> ShareEnded:
    """Return 1 - S(limit) with Greenwood's error and its log-log interval.

    S^exp(-+ z sqrt(G) / abs(log S)), G Greenwood's sum (Kalbfleisch & Prentice 2002). Where none
    has ended (S = 1), or all have (S = 0), the error is 0 and the interval a point; there the
    interval is not given here: there is nothing in the curve to make it of.

    Parameters
    ----------
    made
        The curves.
    limit
        The time, in the unit of the durations.
    inclusive
        Whether an end exactly at the limit counts.
    level
        Between 0 and 1.
    """
    z = normal(level)
    early = made.duration <= limit if inclusive else made.duration < limit
    at = made.last(early)
    there = at >= 0
    s = np.where(there, made.survival[at] if len(early) else 1.0, 1.0)
    g = np.where(there, made.hazard[at] if len(early) else 0.0, 0.0)
    plain = (s > 0) & (s < 1) & np.isfinite(g)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = s * np.sqrt(np.where(plain, g, np.nan))
        width = z * np.sqrt(g) / np.abs(np.log(s))
        low, high = s ** np.exp(width), s ** np.exp(-width)
    later = np.where(there, at + 1, made.starts[:-1])
    running = later < made.starts[1:]
    if len(early):
        at_risk = np.where(running, made.at_risk[np.minimum(later, len(early) - 1)], 0.0)
    else:
        at_risk = np.zeros(made.count)
    empty = made.starts[1:] == made.starts[:-1]
    return ShareEnded(
        value=np.where(empty, np.nan, 1 - s),
        se=se,
        low=np.where(plain, 1 - high, np.nan),
        high=np.where(plain, 1 - low, np.nan),
        at_risk=at_risk,
        seen=~empty & (_seen(made, limit) | (s == 0)),
        plain=plain & ~empty,
    )


def _seen(made: Curves, limit: float) -> NDArray[np.bool_]:
    """Return whether anybody was watched to the limit, or the last case ended."""
    found = np.zeros(made.count, dtype=np.bool_)
    some = made.starts[1:] > made.starts[:-1]
    last = made.starts[1:][some] - 1
    found[some] = (made.duration[last] >= limit) | (made.cases[last] == made.ended[last])
    return found


@frozen(eq=False)
class TimeQuantile:
    """The least time by which a share of cases has ended, of each officer.

    Attributes
    ----------
    value
        Not a number where the curve never falls so far: not reached.
    low, high
        Its interval; an upper end that is not reached is infinite.
    least
        S at the last event: what the curve came down to.
    """

    value: Floats
    low: Floats
    high: Floats
    least: Floats


def quantile(made: Curves, share: float, level: float = 0.95) -> TimeQuantile:
    """Return the first t with S(t) <= 1 - share (Brookmeyer & Crowley 1982).

    The interval inverts the log-log band: from the first t at which the lower band has come down to
    1 - share to the first at which the upper has. Never the largest closed time (case T06).

    Parameters
    ----------
    made
        The curves.
    share
        Between 0 and 1; a half for the median.
    level
        Between 0 and 1.
    """
    z, s = normal(level), made.survival
    with np.errstate(divide="ignore", invalid="ignore"):
        width = z * np.sqrt(made.hazard) / np.abs(np.log(s))
        low, high = s ** np.exp(width), s ** np.exp(-width)
    # Where S is 1 or 0 both bands are S: the log-log band has no width there.
    solid = (s > 0) & (s < 1) & np.isfinite(width)
    low, high = np.where(solid, low, s), np.where(solid, high, s)
    goal = 1 - share + NEAR
    value, upper = _first(made, s <= goal), _first(made, high <= goal)
    lower = _first(made, low <= goal)
    at = made.last(made.duration < np.inf)
    least = np.where(at >= 0, s[at] if len(s) else np.nan, np.nan)
    high_end = np.where(np.isnan(upper) & (at >= 0), np.inf, upper)
    return TimeQuantile(value, lower, high_end, least)


def _first(made: Curves, holds: NDArray[np.bool_]) -> Floats:
    """Return the time of each officer's first step at which something holds."""
    found = np.full(made.count, np.nan)
    at = np.flatnonzero(holds & (made.ended > 0))
    who, first = np.unique(made.subject[at], return_index=True)
    found[who] = made.duration[at[first]]
    return found


def restricted_mean(made: Curves, up_to: float) -> tuple[Floats, Floats]:
    """Return the area under S from 0 to a time, and its standard error (Royston & Parmar 2013).

    The variance is the sum over events of (area from there on)^2 d/(n (n - d)). It is 0 where all
    cases took that long, or all equally long.

    Parameters
    ----------
    made
        The curves; known up to the time, see `ShareEnded.seen`.
    up_to
        The time, fixed by the policy: the largest time seen differs by officer.
    """
    early = made.duration < up_to
    s, time = np.where(early, made.survival, 0), np.minimum(made.duration, up_to)
    following = np.full(len(time), up_to)
    following[:-1] = np.where(made.subject[1:] == made.subject[:-1], time[1:], up_to)
    piece = np.where(early, s * (following - time), 0)
    first = np.full(made.count, up_to)
    some = made.starts[1:] > made.starts[:-1]
    first[some] = time[made.starts[:-1][some]]
    after = np.bincount(made.subject, piece, made.count)
    rest = after[made.subject] - running(piece, made.starts, np.add) + piece
    gone = made.at_risk - made.ended
    with np.errstate(divide="ignore", invalid="ignore"):
        term = np.where(
            early & (made.ended > 0) & (gone > 0), rest**2 * made.ended / (made.at_risk * gone), 0
        )
    value = np.where(some, first + after, np.nan)
    return value, np.where(some, np.sqrt(np.bincount(made.subject, term, made.count)), np.nan)
