"""Intervals of counts and rates: O events in an exposure E, weighted counts, ratios of counts.

A count that is the answer itself ("45 services were completed") has no sampling error. These are
for the other question: what is this officer's rate? (Deming 1953.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from scipy import special, stats

from capaian.analysis.estimation.levels import Floats, Interval, floats, normal, prove_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def exact_poisson(events: ArrayLike, level: float = 0.95) -> Interval:
    """Return the exact interval of the expected count (Garwood 1936).

    Quantiles of Gamma(O) and Gamma(O + 1). Divide by the exposure, or the target, for a rate.

    Parameters
    ----------
    events
        O, not negative; it need not be whole.
    level
        Between 0 and 1.

    Examples
    --------
    >>> low, high = exact_poisson(0)
    >>> f"{low:.2f} to {high:.2f}"
    '0.00 to 3.69'
    """
    o, tail = floats(events), (1 - prove_level(level)) / 2
    most = o.max(initial=0)
    if o.size > most + 1 and not (o % 1).any():  # of a million officers few counts are distinct
        low, high = _garwood(np.arange(most + 1), tail)
        at = o.astype(np.int64)
        return low[at], high[at]
    return _garwood(o, tail)


def _garwood(o: Floats, tail: float) -> Interval:
    low = special.gammaincinv(np.where(o > 0, o, 1), tail)
    return np.where(o > 0, low, o * 0), special.gammaincinv(o + 1, 1 - tail)


def byar(events: ArrayLike, level: float = 0.95) -> Interval:
    """Return Byar's approximation, for comparison with published tables (Breslow & Day 1987).

    O (1 - 1/(9 O) - z/(3 sqrt O))^3 and (O+1) (1 - 1/(9 (O+1)) + z/(3 sqrt(O+1)))^3. It is poor
    below 10; `exact_poisson` costs no more.
    """
    o, z = floats(events), normal(level)
    more = o + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        low = o * (1 - 1 / (9 * o) - z / (3 * np.sqrt(o))) ** 3
    return np.where(o > 0, low, o * 0), more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def count_se(events: ArrayLike) -> Floats:
    """Return sqrt(O); where there is no event, that of the Jeffreys posterior, Gamma(1/2)."""
    return np.sqrt(np.maximum(floats(events), 0.5))


def reaches(events: ArrayLike, target: ArrayLike) -> Floats:
    """Return the probability that the rate reaches the target.

    P(rate >= T) under the Jeffreys posterior, Gamma(O + 1/2).

    Parameters
    ----------
    events, target
        O, and the expected count that the target asks for.
    """
    found: Floats = special.gammaincc(floats(events) + 0.5, floats(target))
    return found


def weighted_count(
    events: ArrayLike, weighted: ArrayLike, squares: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the interval of a weighted count W = sum w_c O_c (Dobson et al. 1991).

    W + sqrt(V/O) (L - O), where V = sum w_c^2 O_c and L is an end of the exact interval of O. It is
    not a Poisson count of W (case C06 of the reference).

    Parameters
    ----------
    events, weighted, squares
        O, W and V. Where O is 0 there is nothing to tell a weight from: not a number.
    level
        Between 0 and 1.
    """
    o, w, v = floats(events), floats(weighted), floats(squares)
    low, high = exact_poisson(o, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.sqrt(v / o)
    return w + step * (low - o), w + step * (high - o)


def fay_feuer(
    weighted: ArrayLike, squares: ArrayLike, largest: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the gamma interval of a weighted count, which is never too short (Fay & Feuer 1997).

    Parameters
    ----------
    weighted, squares, largest
        W, V = sum w_c^2 O_c, and the greatest weight.
    level
        Between 0 and 1.
    """
    w, v, most = floats(weighted), floats(squares), floats(largest)
    tail = (1 - prove_level(level)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = v / w * special.gammaincinv(w * w / v, tail)
        above, spread = w + most, v + most * most
        high = spread / above * special.gammaincinv(above * above / spread, 1 - tail)
    return np.where(w > 0, low, w * 0), high


@frozen
class TwoRates:
    """Two rates compared: their ratio, and the exact conditional p-value."""

    ratio: float
    p: float


def two_rates(first: tuple[int, float], second: tuple[int, float]) -> TwoRates:
    """Compare two rates given their sum (Przyborowski & Wilenski 1940).

    If both rates are equal, the first count is binomial with chance E_1/(E_1 + E_2) in all events.

    Parameters
    ----------
    first, second
        Events and exposure of each; exposures above 0.

    Examples
    --------
    >>> two_rates((60, 1), (40, 0.5)).ratio
    0.75
    """
    (a, time), (b, other) = first, second
    ratio = float("nan") if b == 0 else (a / time) / (b / other)
    p = 1.0 if a + b == 0 else float(stats.binomtest(a, a + b, time / (time + other)).pvalue)
    return TwoRates(ratio, p)


@frozen
class Dispersion:
    """How much counts of a team vary, against Poisson.

    Attributes
    ----------
    rate
        The team's events per exposure; with no exposure given, the mean count.
    phi
        Pearson chi-square over degrees of freedom; about 1 if the team is alike.
    outside
        The share of counts outside their central Poisson interval. Where phi is far above 1, that
        says that officers differ in what they are given, and nothing about any of them.
    """

    rate: float
    phi: float
    outside: float


def dispersion(
    events: ArrayLike, exposure: ArrayLike | None = None, level: float = 0.95
) -> Dispersion:
    """Return how far a team's counts are from one Poisson rate (Spiegelhalter 2005).

    Parameters
    ----------
    events
        The count of each officer.
    exposure
        The time of each; the same for all where left out.
    level
        Of the central interval.
    """
    o = floats(events)
    time = np.ones_like(o) if exposure is None else floats(exposure)
    rate = float(o.sum() / time.sum())
    expected, tail = rate * time, (1 - prove_level(level)) / 2
    phi = float((((o - expected) ** 2 / expected).sum()) / (len(o) - 1)) if len(o) > 1 else np.nan
    low, high = stats.poisson.ppf(tail, expected), stats.poisson.ppf(1 - tail, expected)
    return Dispersion(rate, phi, float(((o < low) | (o > high)).mean()))


@frozen(eq=False)
class CaseMix:
    """What was done, against what the same cases would have given at reference rates."""

    expected: Floats
    ratio: Floats
    standardised: Floats


def case_mix(
    cases: ArrayLike, reference: ArrayLike, observed: ArrayLike, overall: float
) -> CaseMix:
    """Standardise by the mix of cases: observed over expected (Breslow & Day 1987).

    expected = sum_c n_c r_c; ratio = O / expected; standardised rate = ratio x overall rate.

    Parameters
    ----------
    cases
        n_c: the last axis is the classes of cases.
    reference
        r_c: the rate of each class in the reference, frozen for the period.
    observed
        O of each officer.
    overall
        The rate of the reference over all its cases.
    """
    expected = floats(cases) @ floats(reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = floats(observed) / expected
    return CaseMix(expected, ratio, ratio * overall)


def ratio_of_sums(numerators: ArrayLike, denominators: ArrayLike) -> Floats:
    """Return the sum of the numerators over that of the denominators (Cochran 1977, chapter 6).

    Never the mean of ratios: 1 of 1 and 10 of 40 are 0.27, not 0.63 (case C08).

    Parameters
    ----------
    numerators, denominators
        The last axis is what is added up, such as periods.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = floats(numerators).sum(axis=-1) / floats(denominators).sum(axis=-1)
    return found
