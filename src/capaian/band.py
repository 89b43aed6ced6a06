"""Band: from a score to its named class, exactly; and what it takes to reach the next one.

Python 3 integers and fractions for one subject; for a column of rounded scores, the integer
score x 10^digits, which a float64 carries without error.
"""

from __future__ import annotations

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
    import numpy as np  # noqa: TC004 - nothing resolves these annotations; a record needs no NumPy
    from numpy.typing import NDArray  # noqa: TC004 - the same

Facts: TypeAlias = Mapping[str, bool]
LARGEST = 2**51
"""Beyond this, score x 10^digits cannot be told from its neighbours in float64."""


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


@frozen(eq=False)
class Coded:
    """The bands of a column of scores.

    Attributes
    ----------
    codes
        For each score, the position of its band; -1 where there is none (also where the score is
        not a number).
    doubt
        True where the score lies too near an edge to be told in float64.
    """

    codes: NDArray[np.int64]
    doubt: NDArray[np.bool_]


def band_codes(
    values: NDArray[np.float64],
    bands: Sequence[Band],
    *,
    digits: int | None,
    error: float = 0.0,
    facts: Mapping[str, NDArray[np.bool_]] | None = None,
) -> Coded:
    """Return the bands of a column of scores; the first that fits where several do.

    Parameters
    ----------
    values
        The scores; not a number where there is none.
    bands
        The policy's bands, in its order.
    digits
        The decimals to which the scores are rounded: edges are then compared as integers and
        nothing is in doubt. `None` where they are not rounded.
    error
        For scores that are not rounded: how far one may lie from the truth.
    facts
        For each gate, whether it is open, one for each score. A gate that is not listed is closed.
    """
    import numpy as np  # noqa: PLC0415 - a few records need no NumPy

    codes = np.full(len(values), -1, dtype=np.int64)
    doubt = np.zeros(len(values), dtype=np.bool_)
    known = np.isfinite(values)
    scale = 1.0 if digits is None else 10.0**digits
    points: Any = np.where(known, values, 0.0)
    if digits is not None:
        points = np.rint(points * scale)
        doubt |= np.abs(points) > LARGEST
    for index in range(len(bands) - 1, -1, -1):
        band = bands[index]
        fits = known.copy()
        if band.gate:
            gate = (facts or {}).get(band.gate)
            fits &= False if gate is None else gate
        if digits is None:
            near = np.zeros(len(values), dtype=np.bool_)
            for edge, above, inside in _edges(band):
                at = edge.numerator / edge.denominator
                if error != 0 or Fraction(at) != edge:
                    # The edge's rounding and the difference's are within two units of the last
                    # place. Written so that an error that is not a number leaves all in doubt.
                    reach = error + abs(at) * 2.0**-51
                    near |= fits & ~(np.abs(points - at) > reach)
                fits &= _beyond(points, at, above=above, inside=inside)
            doubt |= near
        else:
            low, high = _whole(band, digits)
            if low is not None:
                fits &= points >= low
            if high is not None:
                fits &= points <= high
        codes[fits] = index
    return Coded(codes, doubt)


def _edges(band: Band) -> list[tuple[Fraction, bool, bool]]:
    """Return the band's edges: where, whether x lies above it, whether it is inside."""
    edges = []
    if band.low is not None:
        edges.append((Fraction(band.low), True, band.low_inside))
    if band.high is not None:
        edges.append((Fraction(band.high), False, band.high_inside))
    return edges


def _beyond(points: Any, at: float, *, above: bool, inside: bool) -> Any:
    if above:
        return points >= at if inside else points > at
    return points <= at if inside else points < at


def _whole(band: Band, digits: int) -> tuple[int | None, int | None]:
    """Return the least and the greatest integer value x 10^digits inside the band."""
    low = high = None
    if band.low is not None:
        edge = Fraction(band.low) * 10**digits
        low = ceil(edge) if band.low_inside else floor(edge) + 1
    if band.high is not None:
        edge = Fraction(band.high) * 10**digits
        high = floor(edge) if band.high_inside else ceil(edge) - 1
    return low, high


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
