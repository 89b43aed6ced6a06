"""Band: from a score to its named class, exactly; and what it takes to reach the next one.

Integers and fractions for one subject; for a column of rounded scores, the integer
score x 10^digits, which a float64 carries without error.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve, frozen

from capaian.errors import Finding, PolicyError
from capaian.exact import round_ratio
from capaian.exact.interval import Interval
from capaian.policy import Band, Rounding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Facts: TypeAlias = Mapping[str, bool]


def interval_of(band: Band) -> Interval:
    """Return the band's interval."""
    return Interval(band.low, band.high, band.low_inside, band.high_inside)


def interval_text(band: Band) -> str:
    """Return the band's interval as people write it, such as `90 ≤ x < 110`."""
    return interval_of(band).text()


def band_of(
    value: Fraction,
    bands: Sequence[Band],
    precedence: bool,  # noqa: FBT001 - a field of the policy, handed on
    facts: Facts,
) -> Band | None:
    """Return the band of a score.

    Parameters
    ----------
    value
        The score, rounded as the policy says.
    bands
        The policy's bands, in its order.
    precedence
        Whether the first band that fits is given; otherwise no two may fit.
    facts
        What is true of the subject, by gate. A fact that is not known does not hold.

    Returns
    -------
    Band or None
        `None` where no band fits: its gate is closed, or the policy has no band there.

    Raises
    ------
    PolicyError
        CPN-P82: two bands fit and the policy has no precedence.
    """
    fitting = [each for each in bands if _open(each, facts) and interval_of(each).holds(value)]
    if len(fitting) > 1 and not precedence:
        values = {"first": fitting[0].id, "second": fitting[1].id}
        raise PolicyError(
            "The band cannot be told; nothing was scored.", [Finding("CPN-P82", "bands", values)]
        )
    return fitting[0] if fitting else None


def _open(band: Band, facts: Facts) -> bool:
    return not band.gate or bool(facts.get(band.gate, False))


@frozen
class Ladder:
    """Where on the line of scores the band changes.

    Attributes
    ----------
    digits
        The decimals to which scores are rounded; they are then read as integers, score x 10^digits.
        `None` where they are not rounded.
    steps
        Where it changes, ascending. A rounded score changes at a step, the step itself being above;
        one that is not rounded may have another band at the step than on either side of it.
    gates
        The facts on which it depends.
    codes
        For each combination of these (first fact 1, second 2, ...; the sum of those that hold), the
        bands from the lowest score up, by position; -1 is none. Rounded: below the first step,
        between steps, above the last. Not rounded: below the first step, at it, between, at ...
    """

    digits: int | None
    steps: tuple[Fraction, ...]
    gates: tuple[str, ...]
    codes: tuple[tuple[int, ...], ...]

    def code(self, value: Fraction, open_: int) -> int:
        """Return the band of one score (rounded: as an integer), by the sum of open gates."""
        if self.digits is not None:
            return self.codes[open_][bisect_right(self.steps, value)]
        at = bisect_left(self.steps, value)
        here = at < len(self.steps) and self.steps[at] == value
        return self.codes[open_][2 * at + here]


def ladder_of(bands: Sequence[Band], digits: int | None) -> Ladder:
    """Return where the band changes; the first that fits is given where several do.

    Parameters
    ----------
    bands
        The policy's bands, in its order.
    digits
        The decimals to which scores are rounded; `None` where they are not.
    """
    gates = tuple(sorted({each.gate for each in bands if each.gate}))
    spans = [interval_of(each) if digits is None else _whole(each, digits) for each in bands]
    if digits is None:
        ends = {end for each in spans for end in (each.low, each.high)}
        steps = sorted(end for end in ends if end is not None)
        points = _points(steps)
    else:
        edges = {each.low for each in spans} | {each.high for each in spans}
        steps = sorted(edge for edge in edges if edge is not None)
        points = [steps[0] - 1, *steps] if steps else [Fraction(0)]
    codes = []
    for open_ in range(2 ** len(gates)):
        known = {gate: bool(open_ >> index & 1) for index, gate in enumerate(gates)}
        free = [index for index, each in enumerate(bands) if _open(each, known)]
        codes.append(
            tuple(next((i for i in free if spans[i].holds(point)), -1) for point in points)
        )
    return Ladder(digits, tuple(steps), gates, tuple(codes))


def _points(steps: Sequence[Fraction]) -> list[Fraction]:
    """Return a score below all steps, then each step and a score above it."""
    found = [steps[0] - 1] if steps else [Fraction(0)]
    for step in steps:
        found += [step, _just_above(step, steps)]
    return found


def band_codes(
    points: NDArray[np.float64],
    ladder: Ladder,
    facts: Mapping[str, NDArray[np.bool_]],
    codes: NDArray[np.int8],
) -> NDArray[np.bool_] | None:
    """Write the bands of a column of scores; return which are in doubt, or `None` where none is.

    Parameters
    ----------
    points
        Rounded scores as integers, score x 10^digits, below 2^51; scores that are not rounded as
        the nearest float64.
    ladder
        The policy's bands.
    facts
        For each gate, whether it is open, one for each score. A gate that is not listed is closed.
    codes
        Where to write the position of each score's band, -1 for none.

    Notes
    -----
    To round to the nearest float64 keeps order: a score that is not rounded is in doubt only where
    it is the very float64 nearest to a step.
    """
    import numpy as np  # noqa: PLC0415 - a few records need no NumPy

    given = [gate for gate in ladder.gates if gate in facts]
    if not given:
        _climb_codes(points, ladder, 0, codes)
    else:
        open_ = np.zeros(len(points), dtype=np.int64)
        for gate in given:
            open_ += facts[gate].astype(np.int64) << ladder.gates.index(gate)
        for each in np.unique(open_).tolist():
            rows = open_ == each
            found = np.empty(int(rows.sum()), dtype=codes.dtype)
            _climb_codes(points[rows], ladder, each, found)
            codes[rows] = found
    doubt = None
    for step in ladder.steps if ladder.digits is None else ():
        near = points == step.numerator / step.denominator
        if near.any():
            doubt = near if doubt is None else doubt | near
    return doubt


def _climb_codes(points: Any, ladder: Ladder, open_: int, codes: Any) -> None:
    """Go up the line: add to every score above a step what the step changes."""
    along = ladder.codes[open_][:: 2 if ladder.digits is None else 1]
    codes.fill(along[0])
    for step, before, after in zip(ladder.steps, along, along[1:], strict=False):
        if before != after:
            above = (points >= step.numerator / step.denominator).view("int8")
            codes += above if after - before == 1 else above * codes.dtype.type(after - before)


def _whole(band: Band, digits: int) -> Interval:
    """Return the band on the grid of integers, score x 10^digits: first inside, last outside."""
    low = high = None
    if band.low is not None:
        edge = Fraction(band.low) * 10**digits
        low = Fraction(ceil(edge) if band.low_inside else floor(edge) + 1)
    if band.high is not None:
        edge = Fraction(band.high) * 10**digits
        high = Fraction(floor(edge) + 1 if band.high_inside else ceil(edge))
    return Interval(low, high)


@frozen
class NextBand:
    """The band above, and what it takes.

    Attributes
    ----------
    band
        The next band.
    rounded
        The least rounded score inside it; `None` where scores are not rounded.
    score
        The score, before rounding, from which on it is given.
    inside
        Whether that very score is enough, or only more than it.
    gate
        The fact that is needed besides; empty where the score alone will do.
    """

    band: Band
    rounded: Fraction | None
    score: Fraction
    inside: bool
    gate: str = ""

    def reached_by(self, score: Fraction) -> bool:
        """Return whether a score, before rounding, is enough."""
        return score > self.score or (self.inside and score == self.score)


def next_band(
    value: Fraction,
    bands: Sequence[Band],
    precedence: bool,  # noqa: FBT001 - as for `band_of`
    facts: Facts,
    rounding: Rounding | None,
) -> NextBand | None:
    """Return the band above a score and the least score that reaches it.

    Parameters
    ----------
    value
        The score, rounded as the policy says.
    bands, precedence, facts
        As for `band_of`.
    rounding
        How scores are rounded; `None` where they are not.

    Returns
    -------
    NextBand or None
        The nearest band above that the subject can have by score alone; where there is none, the
        nearest that also needs a fact; `None` at the top.

    Notes
    -----
    With half-up, an edge of 90.00 is reached by 89.995; with half-even, by 89.995 if 9000 is even
    (it is), while 90.01 needs more than 90.005; without rounding, by the edge itself, or by more
    than it where it does not belong to the band.
    """
    now = band_of(value, bands, precedence, facts)
    if found := _climb(value, bands, precedence, facts, rounding, now):
        return found
    every = {each.gate: True for each in bands if each.gate}
    here = band_of(value, bands, precedence, every)
    if here is not None and here is not now:
        edge, inside = (value, True) if here.low is None else (here.low, here.low_inside)
        return NextBand(here, *_least(edge, inside, rounding), gate=here.gate)
    found = _climb(value, bands, precedence, every, rounding, now)
    if found is None or _open(found.band, facts):
        return found
    return evolve(found, gate=found.band.gate)


def _climb(
    value: Fraction,
    bands: Sequence[Band],
    precedence: bool,  # noqa: FBT001 - as for `band_of`
    facts: Facts,
    rounding: Rounding | None,
    now: Band | None,
) -> NextBand | None:
    """Return the first other band on the way up: bands change only at their edges."""
    edges = {(each.low, each.low_inside) for each in bands if each.low is not None}
    edges |= {(each.high, not each.high_inside) for each in bands if each.high is not None}
    ways = sorted(edges, key=lambda each: (each[0], not each[1]))
    places = sorted({edge for edge, _ in ways})
    for edge, inside in ways:
        least, score, enough = _least(edge, inside, rounding)
        point = least
        if point is None:
            point = edge if inside else _just_above(edge, places)
        if point <= value:
            continue
        band = band_of(point, bands, precedence, facts)
        if band is not None and band is not now:
            return NextBand(band, least, score, enough)
    return None


def _just_above(edge: Fraction, places: Sequence[Fraction]) -> Fraction:
    """Return a point between an edge and the next."""
    above = [each for each in places if each > edge]
    return (edge + above[0]) / 2 if above else edge + 1


def _least(
    edge: Fraction,
    inside: bool,  # noqa: FBT001 - edges come as pairs
    rounding: Rounding | None,
) -> tuple[Fraction | None, Fraction, bool]:
    """Return the least rounded score at an edge, the score it needs, and whether that is enough."""
    if rounding is None or rounding.mode == "none":
        return None, edge, inside
    unit = Fraction(1, 10**rounding.digits)
    steps = ceil(edge / unit) if inside else floor(edge / unit) + 1
    least = steps * unit
    tie = least - unit / 2
    return least, tie, round_ratio(tie, rounding.digits, rounding.mode) == least
