"""Exact moments of a piecewise-linear function of a Gaussian value, for a column of values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from capaian.analysis.certainty.piecewise import Pieces

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.intp]
Codes: TypeAlias = NDArray[np.signedinteger[Any]]
ROOT = float(np.sqrt(2 * np.pi))
TINY = 1e-300


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


@frozen(eq=False)
class Curve:
    """Pieces in float64.

    Attributes
    ----------
    knots
        Where the line changes, ascending.
    starts, slopes
        a and b of a + b x: one more than knots.
    """

    knots: Floats = field(converter=_floats)
    starts: Floats = field(converter=_floats)
    slopes: Floats = field(converter=_floats)

    @classmethod
    def of(cls, pieces: Pieces) -> Curve:
        """Return pieces as the nearest float64."""
        lines = pieces.lines
        return cls(
            [_near(each) for each in pieces.knots],
            [_near(a) for a, _ in lines],
            [_near(b) for _, b in lines],
        )

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, x: Floats) -> Floats:
        """Return the values at numbers; at a knot, that of the line above it."""
        where = np.searchsorted(self.knots, x, side="right")
        found: Floats = self.starts[where] + self.slopes[where] * x
        return found


@frozen(eq=False)
class Moments:
    """Mean, variance and third central moment of each value."""

    mean: Floats
    variance: Floats
    third: Floats

    def of(self, rows: Rows) -> Moments:
        """Return the moments of some of the values."""
        return Moments(self.mean[rows], self.variance[rows], self.third[rows])

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of a sum of independent values."""
        return Moments(
            self.mean + other.mean, self.variance + other.variance, self.third + other.third
        )


def _near(value: Fraction) -> float:
    return value.numerator / value.denominator


def density(z: Floats) -> Floats:
    """Return the standard Gaussian density."""
    found: Floats = np.exp(-0.5 * z * z) / ROOT
    return found


def moments(curve: Curve, mean: Floats, error: Floats) -> Moments:
    """Return the exact moments of g(X), X Gaussian, g piecewise linear.

    Parameters
    ----------
    curve
        g.
    mean, error
        Mean and standard error of each X; errors are 0 or more.

    Notes
    -----
    With z = (x - mean) / error, a line a + b x is p + q z on z from s to t, where p = a + b mean
    and q = b error. E[1] = Phi(t) - Phi(s), E[z] = phi(s) - phi(t),
    E[z^2] = E[1] + s phi(s) - t phi(t), E[z^3] = 2 E[z] + s^2 phi(s) - t^2 phi(t).
    The values are taken from g(mean), so that nothing is lost where the error is small. Moments of
    a truncated Gaussian: Johnson, Kotz and Balakrishnan 1994, section 13.10. Where the error is 0,
    so are variance and third moment.
    """
    if not len(curve.knots):
        spread = (curve.slopes[0] * error) ** 2
        return Moments(curve.starts[0] + curve.slopes[0] * mean, spread, np.zeros_like(mean))
    here = curve.at(mean)
    first, second, third = (np.zeros_like(mean) for _ in range(3))
    safe = np.where(error > 0, error, 1.0)
    for piece in pieces(curve, mean, safe):
        one, two, cube = piece.powers(here)
        first += one
        second += two
        third += cube
    sure = error > 0
    variance = np.where(sure, np.maximum(second - first * first, 0.0), 0.0)
    central = third - 3 * first * second + 2 * first * first * first
    return Moments(here + np.where(sure, first, 0.0), variance, np.where(sure, central, 0.0))


@frozen(eq=False)
class Piece:
    """One line of a curve on the scale of z = (x - mean) / error: p + q z from low to high.

    Attributes
    ----------
    p, q
        The line; q is 0 where it is flat.
    low, high
        Where it begins and ends.
    integrals
        Those of 1, z, z^2 and z^3 times the density from low to high.
    """

    p: Floats
    q: Floats | None
    low: Floats
    high: Floats
    integrals: tuple[Floats, Floats, Floats, Floats]

    @property
    def mass(self) -> Floats:
        """The probability of the piece."""
        return self.integrals[0]

    def given(self) -> Moments:
        """Return the moments of the value, given that it lies on this piece."""
        if self.q is None:
            none = np.zeros_like(self.p)
            return Moments(self.p, none, none)
        whole = np.maximum(self.mass, TINY)
        _, one, two, cube = (each / whole for each in self.integrals)
        variance = np.maximum(two - one * one, 0.0)
        third = cube - 3 * one * two + 2 * one * one * one
        qq = self.q * self.q
        return Moments(self.p + self.q * one, qq * variance, qq * self.q * third)

    def of(self, rows: Mask) -> Piece:
        """Return the piece for some of the values."""
        whole, one, two, cube = (each[rows] for each in self.integrals)
        q = None if self.q is None else self.q[rows]
        return Piece(self.p[rows], q, self.low[rows], self.high[rows], (whole, one, two, cube))

    def powers(self, origin: Floats | float) -> tuple[Floats, Floats, Floats]:
        """Return the parts of E[g - origin], and of its square and cube, on this piece."""
        whole, one, two, cube = self.integrals
        p = self.p - origin
        if self.q is None:
            first = p * whole
            second = p * first
            return first, second, p * second
        q = self.q
        pp, qq, pq = p * p, q * q, p * q
        return (
            p * whole + q * one,
            pp * whole + 2 * pq * one + qq * two,
            p * (pp * whole + 3 * (pq * one + qq * two)) + q * qq * cube,
        )


def pieces(curve: Curve, mean: Floats, error: Floats) -> Iterator[Piece]:
    """Give the lines of a curve as a Gaussian value sees them; errors are above 0."""
    low, none = np.full_like(mean, -np.inf), np.zeros_like(mean)
    under = (none, none, none, none)
    for at in range(len(curve)):
        last = at == len(curve) - 1
        high = np.full_like(mean, np.inf) if last else (curve.knots[at] - mean) / error
        over = _tail(None if last else high, mean)
        slope = curve.slopes[at]
        whole, one, two, cube = (more - less for more, less in zip(over, under, strict=True))
        yield Piece(
            curve.starts[at] + slope * mean,
            slope * error if slope else None,
            low,
            high,
            (whole, one, two, cube),
        )
        low, under = high, over


def _tail(z: Floats | None, like: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the integrals of 1, z, z^2 and z^3 times the density from minus infinity to z."""
    if z is None:
        one, none = np.ones_like(like), np.zeros_like(like)
        return one, none, one, none
    phi, whole = density(z), ndtr(z)
    return whole, -phi, whole - z * phi, -(2 + z * z) * phi
