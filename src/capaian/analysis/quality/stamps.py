"""What stamps say of how they came about: grain, digits, same instants, the last minutes."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
_TENS = 10


def grain(micro: Ints) -> int:
    """Return the coarsest step, in microseconds, in which all stamps can be written."""
    return int(np.gcd.reduce(micro)) if len(micro) else 0


@frozen(eq=False)
class Digits:
    """How last digits are spread.

    Attributes
    ----------
    counts
        Of the digits 0 to 9.
    chi2, p
        Against equal shares (`scipy.stats.chisquare`).
    round_share
        Share of 0 and 5; 0.2 where values are stamped and not typed.
    p_round
        Of so many 0 and 5 or more, one-sided.
    """

    counts: Ints
    chi2: float
    p: float
    round_share: float
    p_round: float


def digit_preference(values: ArrayLike) -> Digits:
    """Return how the last digits of whole numbers are spread.

    Parameters
    ----------
    values
        Whole numbers, at least one; minutes of stamps, amounts.

    Notes
    -----
    Source: Roberts & Brewer 2001. Values over less than a hundred different numbers need not have
    equal digits.
    """
    last = np.abs(np.asarray(values, dtype=np.int64)) % _TENS
    counts = np.bincount(last, minlength=_TENS)
    n = int(counts.sum())
    found = stats.chisquare(counts)
    ends = int(counts[0] + counts[5])
    return Digits(
        counts, float(found.statistic), float(found.pvalue), ends / n,
        float(stats.binom.sf(ends - 1, n, 0.2)),
    )  # fmt: skip


@frozen(eq=False)
class Together:
    """Acts of one person that bear the same stamp.

    Attributes
    ----------
    pairs, expected
        Pairs with the same stamp, and how many would have it by chance.
    p
        Of so many or more (Poisson).
    rows
        Rows that share their stamp with another of the same person.
    """

    pairs: int
    expected: float
    p: float
    rows: Ints


def same_instants(who: Ints, micro: Ints) -> Together:
    r"""Return how many acts of the same person bear the very same stamp.

    .. math:: E = \sum_{\text{person, hour}} \binom{m}{2} \frac{g}{3600\,\mathrm{s}}

    Parameters
    ----------
    who
        The person of each act, 0 or more.
    micro
        Its stamp, microseconds.

    Notes
    -----
    Expected where the acts of an hour fall into it independently; g is the grain of the stamps.
    Stamps no finer than an hour cannot be told apart: nothing is expected, and nothing counted.
    """
    step = grain(micro)
    if not step or step >= HOUR:
        return Together(0, float("nan"), float("nan"), np.zeros(0, dtype=np.int64))
    order = np.lexsort((micro, who))
    person, stamp = who[order], micro[order]
    runs = _runs((person[1:] == person[:-1]) & (stamp[1:] == stamp[:-1]))
    hour = stamp // HOUR
    blocks = _runs((person[1:] == person[:-1]) & (hour[1:] == hour[:-1]))
    pairs = int((runs * (runs - 1) // 2).sum())
    expected = float((blocks * (blocks - 1) / 2).sum() * step / HOUR)
    shared = np.repeat(runs > 1, runs)
    p = float(stats.poisson.sf(pairs - 1, expected)) if expected else float(not pairs)
    return Together(pairs, expected, p, np.sort(order[shared]))


def _runs(alike: NDArray[np.bool_]) -> Ints:
    """Return the lengths of runs of entries that are like the one before."""
    starts = np.concatenate([[0], np.flatnonzero(~alike) + 1, [len(alike) + 1]])
    found: Ints = np.diff(starts)
    return found


@frozen
class Spike:
    """Acts in the last part of a period.

    Attributes
    ----------
    ratio
        Observed over expected.
    p
        Of so many or more (binomial, one-sided).
    """

    ratio: float
    p: float


def last_minute(records: int, late: int, share: float) -> Spike:
    """Return how many times more acts fall into the last part of a period than its share.

    Parameters
    ----------
    records, late
        Acts in the period, at least one, and in its last part.
    share
        The share of the period's exposure (working time) that the last part has, in (0, 1).

    Notes
    -----
    Sources of the behaviour: Oyer 1998; Liebman & Mahoney 2017.
    """
    return Spike(late / (records * share), float(stats.binom.sf(late - 1, records, share)))


def benford_deviation(shares: ArrayLike) -> float:
    """Return the mean absolute deviation of first-digit shares from Benford's law.

    Parameters
    ----------
    shares
        Of the first digits 1 to 9; they add up to 1.

    Notes
    -----
    Nigrini 2012: above 0.015 is no conformity. Nothing here runs it by itself: counts against
    targets of 10 to 100 do not follow the law. It takes amounts over three powers of ten, at least
    1000 of them.
    """
    found = np.asarray(shares, float)
    return float(np.abs(found - np.log10(1 + 1 / np.arange(1, 10))).mean())
