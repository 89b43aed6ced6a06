"""A sum of capped values as a mixture: heavy point masses apart, the rest by its moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from capaian.analysis.certainty.moments import (
    Curve,
    Floats,
    Mask,
    Moments,
    Piece,
    Rows,
    moments,
    pieces,
)

MUCH, HEAVY, DEEP = 0.5, 0.3, 2
"""An indicator is taken apart where it has more than this share of the rest's variance and so great
a point mass; at most so many, one after another."""


@frozen(eq=False)
class Part:
    """One part of a mixture.

    Attributes
    ----------
    rows
        Whose.
    weight
        The probability of the part.
    moments
        What the sum is in it: taken as Gaussian with a skewness.
    """

    rows: Rows
    weight: Floats
    moments: Moments


@frozen(eq=False)
class Values:
    """Values with errors, of subjects, under a function for each column."""

    curves: Sequence[Curve]
    x: Floats
    errors: Floats
    found: Sequence[Moments]

    @classmethod
    def of(cls, curves: Sequence[Curve], x: Floats, errors: Floats) -> Values:
        """Return values with the moments of each."""
        found = [moments(each, x[:, at], errors[:, at]) for at, each in enumerate(curves)]
        return cls(curves, x, errors, found)

    def some(self, rows: Rows) -> Values:
        """Return some of the subjects."""
        found = [each.of(rows) for each in self.found]
        return Values(self.curves, self.x[rows], self.errors[rows], found)

    def total(self, fixed: float, without: Sequence[int] = ()) -> Moments:
        """Return the moments of the sum of all columns but some."""
        none = np.zeros(len(self.x))
        made = Moments(none + fixed, none, none)
        for at, each in enumerate(self.found):
            if at not in without:
                made += each
        return made


def mixture(values: Values, lead: int, fixed: float) -> Iterator[Part]:
    """Give the sum of all columns but one as a mixture.

    Parameters
    ----------
    values
        Of subjects with the same dominant column.
    lead
        That column.
    fixed
        What is added besides.

    Notes
    -----
    Where one column has most of the variance that is left and a heavy point mass, the sum is a
    mixture: the column at each of its point masses, and on each of its lines, where it has the
    mean, variance and third moment of a truncated Gaussian.
    """
    count = len(values.x)
    whole = Part(np.arange(count), np.ones(count), values.total(fixed, [lead]))
    yield from _apart(values, whole, fixed, [lead], Moments(*np.zeros((3, count))))


def _apart(
    values: Values, part: Part, fixed: float, taken: Sequence[int], given: Moments
) -> Iterator[Part]:
    """Take the largest column of a part apart, where it has a heavy point mass.

    `given` are the moments of the columns that were taken apart before.
    """
    open_ = np.ones(len(part.rows), dtype=np.bool_)
    left = [at for at in range(len(values.curves)) if at not in taken]
    for at in left if len(taken) <= DEEP else ():
        some, cut = _heavy(values, part, at, open_)
        if not len(some):
            continue
        open_[some] = False
        rows = part.rows[some]
        rest = values.some(rows).total(fixed, [*taken, at])
        before = given.of(some)
        for piece in cut:
            now = before + piece.given()
            weight = part.weight[some] * piece.mass
            each = Part(rows, weight, rest + now)
            yield from _apart(values, each, fixed, [*taken, at], now)
    some = np.flatnonzero(open_)
    if len(some):
        yield Part(part.rows[some], part.weight[some], part.moments.of(some))


def _heavy(values: Values, part: Part, at: int, open_: Mask) -> tuple[Rows, list[Piece]]:
    """Return whose column is to be taken apart, and its pieces for them."""
    variance = values.found[at].variance[part.rows]
    some = np.flatnonzero(open_ & (variance > MUCH * part.moments.variance) & (variance > 0))
    if not len(some):
        return some, []
    rows = part.rows[some]
    cut = list(pieces(values.curves[at], values.x[rows, at], values.errors[rows, at]))
    masses = [each.mass for each in cut if each.q is None]
    if not masses:
        return some[:0], []
    heavy = np.max(masses, axis=0) > HEAVY
    return some[heavy], [each.of(heavy) for each in cut]
