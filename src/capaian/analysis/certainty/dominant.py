"""The distribution of a sum: exact in the part that has most of its variance, Gaussian in the rest.

A sum of capped scores is far from Gaussian where one indicator outweighs the others: its floor and
its cap are point masses. So the sum is conditioned on that indicator (its point masses, and
Gauss-Legendre nodes along its lines), and only the rest is taken as Gaussian with a term for its
skewness (Edgeworth), by its exact moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from attrs import frozen
from scipy.special import ndtr

from capaian.analysis.certainty.mixture import Part, Values, mixture
from capaian.analysis.certainty.moments import ROOT, Curve, Floats, Moments, Rows, density, moments

NODES = 16
"""Nodes along a line where the rest has at least as large an error as the dominant part."""
FINER = 5
"""How often that may double; beyond, the rest is so small that it is taken at its mean along the
lines."""
REACH = 6.0
"""Standard errors to either side that the nodes cover."""
NEAR = 1e-9
"""How near to an edge a value without any error is taken to lie on it."""
MOST_SKEW = 1.0
"""Skewness beyond this is taken as this: the series does not hold there."""
BLOCK = 65_536
"""Subjects worked on at a time."""
HALVINGS = 16


@frozen(eq=False)
class Sum:
    """The distribution of a sum, for a block of subjects.

    Attributes
    ----------
    mean, error
        Exact mean and standard deviation of the sum.
    low, high
        The least and the greatest value that there can be; infinite where there is none.
    """

    mean: Floats
    error: Floats
    low: float
    high: float
    parts: Sequence[_Conditioned]

    def below(self, at: float | Floats, *, inside: bool = False) -> Floats:
        """Return P(sum < at), or P(sum <= at) with `inside`, of each subject."""
        found = np.zeros_like(self.mean)
        whole = np.broadcast_to(np.asarray(at, dtype=np.float64), self.mean.shape)
        for each in self.parts:
            found[each.rows] += each.weight * each.below(whole[each.rows], inside=inside)
        past = whole >= self.high if inside else whole > self.high
        short = whole < self.low if inside else whole <= self.low
        return np.where(past, 1.0, np.where(short, 0.0, np.clip(found, 0.0, 1.0)))

    def quantile(self, share: float) -> Floats:
        """Return the value below which a share of the distribution lies, by bisection.

        Notes
        -----
        To within 2^-16 of ten standard deviations. Where the value is a point mass, it is that.
        """
        span = 5 * self.error + 1e-12
        low = np.maximum(self.mean - span, self.low)
        high = np.minimum(self.mean + span, self.high)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            up = self.below(middle, inside=True) < share
            low, high = np.where(up, middle, low), np.where(up, high, middle)
        return (low + high) / 2

    def through(self, curve: Curve) -> tuple[Floats, Floats]:
        """Return mean and standard deviation of a function of the sum: a limit of the root.

        Notes
        -----
        Exact moments of a piecewise-linear function of each Gaussian that the sum is a mixture of.
        """
        first, second = np.zeros_like(self.mean), np.zeros_like(self.mean)
        here = curve.at(self.mean)
        for each in self.parts:
            one, two = each.through(curve, here[each.rows])
            first[each.rows] += each.weight * one
            second[each.rows] += each.weight * two
        return here + first, np.sqrt(np.maximum(second - first * first, 0.0))


def sums(
    curves: Sequence[Curve],
    measured: Floats,
    errors: Floats,
    fixed: float = 0.0,
    ends: tuple[float, float] = (-np.inf, np.inf),
) -> Iterator[tuple[slice, Sum]]:
    """Give the distribution of g_1(X_1) + ... + g_k(X_k) + fixed, block by block.

    Parameters
    ----------
    curves
        The functions g.
    measured, errors
        Subjects x functions: means and standard errors of X, independent and Gaussian.
    fixed
        A constant.
    ends
        The least and the greatest value of the sum that there can be.

    Notes
    -----
    Mean, variance and third moment of the sum are exact. The dominant indicator is the one with the
    greatest variance. Its lines get 16 nodes, more where the rest is small beside it. What is left
    is taken apart further where that is again mostly one indicator at its floor or cap.
    """
    for start in range(0, len(measured), BLOCK):
        rows = slice(start, start + BLOCK)
        yield rows, _block(Values.of(curves, measured[rows], errors[rows]), fixed, ends)


def _block(values: Values, fixed: float, ends: tuple[float, float]) -> Sum:
    whole = values.total(fixed)
    everyone = np.arange(len(values.x))
    parts: list[_Conditioned] = []
    if not values.found:
        one = np.ones((1, len(everyone)))
        parts.append(_Conditioned(everyone, one[0], *_shape(whole), 0 * one, one))
        return Sum(whole.mean, 0 * whole.mean, *ends, parts)
    lead = np.stack([each.variance for each in values.found]).argmax(axis=0)
    for at in range(len(values.curves)):
        rows = np.flatnonzero(lead == at)
        if len(rows):
            own = values.some(rows)
            for part in mixture(own, at, fixed):
                parts += _split(own, at, part, rows)
    return Sum(whole.mean, np.sqrt(whole.variance), *ends, parts)


def _split(values: Values, at: int, part: Part, rows: Rows) -> Iterator[_Conditioned]:
    """Give the subjects of a part by how many nodes they need: more where the rest is small."""
    curve = values.curves[at]
    x, error = values.x[part.rows, at], values.errors[part.rows, at]
    spread = np.sqrt(part.moments.variance)
    ratio = np.full(len(x), np.inf)
    np.divide(_longest(curve, x, error), 2 * REACH * spread, out=ratio, where=spread > 0)
    counts = [NODES * 2**index for index in range(FINER)]
    fineness = np.searchsorted(np.array(counts) / NODES, ratio)
    for code, count in enumerate([*counts, 0]):
        some = np.flatnonzero(fineness == code)
        if len(some):
            shape = _shape(part.moments.of(some))
            dominant = _pieces(curve, x[some], error[some], count)
            yield _Conditioned(rows[part.rows[some]], part.weight[some], *shape, *dominant)


def _longest(curve: Curve, x: Floats, error: Floats) -> Floats:
    """Return the length of each value's longest line, as far as the error reaches."""
    low, high = x - REACH * error, x + REACH * error
    found = np.zeros_like(x)
    ends = [-np.inf, *curve.knots, np.inf]
    for slope, left, right in zip(curve.slopes, ends[:-1], ends[1:], strict=True):
        if slope:
            length = np.minimum(high, right) - np.maximum(low, left)
            found = np.maximum(found, np.abs(slope) * length)
    return found


def _shape(rest: Moments) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard deviation and skewness."""
    spread = np.sqrt(rest.variance)
    skew = np.zeros_like(spread)
    np.divide(rest.third, spread * rest.variance, out=skew, where=spread * rest.variance > 0)
    return rest.mean, spread, np.clip(skew, -MOST_SKEW, MOST_SKEW)


@frozen(eq=False)
class _Conditioned:
    """A dominant part as weighted values (and lines, where the rest is small), and the rest."""

    rows: Rows
    weight: Floats
    centre: Floats
    spread: Floats
    skew: Floats
    values: Floats
    weights: Floats
    lines: Sequence[tuple[Floats, Floats, Floats, Floats]] = ()

    def below(self, at: Floats, *, inside: bool) -> Floats:
        """Return P(dominant + rest < at), or P(... <= at) with `inside`."""
        gap = at - self.centre
        found = np.zeros_like(gap)
        if len(self.values):
            found = np.einsum("ij,ij->j", self.weights, self.chances(at, gap, inside=inside))
        for p, q, low, high in self.lines:
            reached = np.clip((gap - p) / q, low, high)
            found += np.where(q > 0, ndtr(reached) - ndtr(low), ndtr(high) - ndtr(reached))
        return found

    def through(self, curve: Curve, origin: Floats) -> tuple[Floats, Floats]:
        """Return the mean of h(dominant + rest) - origin, and of its square."""
        values, weights = [self.values], [self.weights]
        for p, q, low, high in self.lines:
            z, weight = _nodes(low, high, ndtr(high) - ndtr(low), NODES)
            values.append(p + q * z)
            weights.append(weight)
        at = np.concatenate(values) + self.centre
        chance = np.concatenate(weights)
        found = moments(curve, at, np.broadcast_to(self.spread, at.shape))
        gap = found.mean - origin
        return (chance * gap).sum(axis=0), (chance * (gap * gap + found.variance)).sum(axis=0)

    def chances(self, at: Floats, gap: Floats, *, inside: bool) -> Floats:
        """Return the probability that the rest is below what each value leaves."""
        rough = self.spread > 0
        z: Floats = gap - self.values
        if rough.all():
            z /= self.spread
        else:
            edge = NEAR * (1 + np.abs(at)) * (-1 if inside else 1)
            sure = np.where(z > edge, np.inf, -np.inf)
            z = np.where(rough, z / np.where(rough, self.spread, 1.0), sure)
        chance: Floats = ndtr(z)
        if self.skew.any():
            np.clip(z, -9.0, 9.0, out=z)
            z *= z
            bend = np.exp(-0.5 * z)
            z -= 1.0
            bend *= z
            bend *= self.skew / (6 * ROOT)
            chance -= bend
            np.clip(chance, 0.0, 1.0, out=chance)
        return chance


def _pieces(
    curve: Curve, x: Floats, error: Floats, nodes: int
) -> tuple[Floats, Floats, list[tuple[Floats, Floats, Floats, Floats]]]:
    """Return a dominant part: its point masses, and nodes along its lines (0: the lines)."""
    sure = error == 0
    safe = np.where(sure, 1.0, error)
    values: list[Floats] = []
    weights: list[Floats] = []
    lines = []
    if sure.any():
        values.append(curve.at(x)[None])
        weights.append(sure.astype(np.float64)[None])
    cuts = [(each - x) / safe for each in curve.knots]
    lows, highs = [np.full_like(x, -np.inf), *cuts], [*cuts, np.full_like(x, np.inf)]
    for at, (low, high) in enumerate(zip(lows, highs, strict=True)):
        start, slope = curve.starts[at], curve.slopes[at]
        mass = np.where(sure, 0.0, ndtr(high) - ndtr(low))
        if slope == 0:
            values.append(np.full_like(x, start)[None])
            weights.append(mass[None])
        elif nodes:
            z, weight = _nodes(low, high, mass, nodes)
            values.append(start + slope * x + slope * safe * z)
            weights.append(weight)
        elif not sure.all():
            none = np.where(sure, np.inf, low)
            lines.append((start + slope * x, slope * safe, none, np.where(sure, np.inf, high)))
    if not values:
        return np.zeros((0, len(x))), np.zeros((0, len(x))), lines
    return np.concatenate(values), np.concatenate(weights), lines


def _nodes(low: Floats, high: Floats, mass: Floats, count: int) -> tuple[Floats, Floats]:
    """Return nodes along a line, in standard errors, and the probability of each."""
    low, high = np.clip(low, -REACH, REACH), np.clip(high, -REACH, REACH)
    places, weights = _legendre(count)
    z = (low + high) / 2 + (high - low) / 2 * places[:, None]
    weight = density(z) * weights[:, None]
    whole = weight.sum(axis=0)
    weight *= np.divide(mass, whole, out=np.zeros_like(mass), where=whole > 0)
    return z, weight


@lru_cache
def _legendre(count: int) -> tuple[Floats, Floats]:
    places, weights = np.polynomial.legendre.leggauss(count)
    return places, weights
