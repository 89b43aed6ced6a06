"""Normalisations that read a table: piecewise-linear conversion and look-up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

from attrs import frozen

from capaian.errors import Finding
from capaian.exact.interval import Interval, gaps, in_order, overlaps
from capaian.formula import Node, greatest, least, lit, number, when
from capaian.methods.lines import line, refuse_options
from capaian.plugin import Direction, Normalisation
from capaian.policy import Scale

Point: TypeAlias = tuple[Fraction, Fraction]


@frozen
class PiecewiseOptions:
    """Options of `piecewise`.

    Attributes
    ----------
    points
        Pairs [x, y] in order of x; the same x twice is a jump.
    at_jump
        Which of the two values the point of a jump itself has: the greater (`upper`) or the less
        (`lower`).
    outside
        Beyond the first and last point: `clamp` keeps their values, `extend` goes on along the
        outermost line.
    """

    points: tuple[tuple[Fraction, Fraction], ...]
    at_jump: Literal["upper", "lower"] = "upper"
    outside: Literal["clamp", "extend"] = "clamp"


def piecewise(options: PiecewiseOptions, scale: Scale, x: Node) -> Node:
    """Return a conversion along straight lines from point to point, with jumps.

    Parameters
    ----------
    options
        The points and what holds at jumps and outside.
    scale
        Not used: the points say what each value is worth.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P91 to P93, P98: too few points, out of order, one x more than twice, no line to extend.

    Notes
    -----
    y = y0 + (y1 - y0) / (x1 - x0) (x - x0) between the points (x0, y0) and (x1, y1). A stretch that
    bends one way only is the least or the greatest of its lines, which needs no decision and so no
    recheck. KMK 127/2026, stabilise: [[0, 0], [90, 100], [100, 120]]; PermenPANRB 8/2021, value of
    an indicator: see the reference of methods.
    """
    del scale
    points = options.points
    refuse_options("piecewise", _point_faults(options))
    stretches: list[list[Point]] = [[points[0]]]
    for before, after in pairwise(points):
        if after[0] == before[0]:
            stretches.append([after])
        else:
            stretches[-1].append(after)
    last = len(stretches) - 1
    made = [
        _stretch(
            stretch,
            x,
            low_open=index > 0 or options.outside == "extend",
            high_open=index < last or options.outside == "extend",
        )
        for index, stretch in enumerate(stretches)
    ]
    tree = made[-1]
    for index in range(last - 1, -1, -1):
        (at, left), (_, right) = stretches[index][-1], stretches[index + 1][0]
        rises = right >= left
        takes_right = rises == (options.at_jump == "upper")
        tree = when(x < at if takes_right else x <= at, made[index], tree)
    return tree


def _stretch(points: Sequence[Point], x: Node, *, low_open: bool, high_open: bool) -> Node:
    """Return the lines through points without a jump; a closed end keeps its value beyond it."""
    if len(points) == 1:
        return lit(points[0][1])
    held = x.clip(None if low_open else points[0][0], None if high_open else points[-1][0])
    pieces = list(pairwise(_bends(points)))
    lines = [line(held, x0, y0, y1 - y0, x1 - x0) for (x0, y0), (x1, y1) in pieces]
    slopes = [_slope(before, after) for before, after in pieces]
    if len(lines) == 1:
        return lines[0]
    if slopes == sorted(slopes):
        return greatest(*lines)
    if slopes == sorted(slopes, reverse=True):
        return least(*lines)
    tree = lines[-1]
    for (_, (end, _y)), each in zip(reversed(pieces[:-1]), reversed(lines[:-1]), strict=True):
        tree = when(held < end, each, tree)
    return tree


def _slope(before: Point, after: Point) -> Fraction:
    return Fraction(after[1] - before[1]) / (after[0] - before[0])


def _bends(points: Sequence[Point]) -> list[Point]:
    """Return the ends and the points at which the line bends."""
    kept = [points[0]]
    for here, after in pairwise(points[1:]):
        if _slope(kept[-1], here) != _slope(here, after):
            kept.append(here)
    return [*kept, points[-1]]


def _point_faults(options: PiecewiseOptions) -> list[Finding]:
    points = options.points
    if len({x for x, _ in points}) < 2:  # noqa: PLR2004 - a line needs two ends
        return [Finding("CPN-P91", "points", {"count": len(points)})]
    found = []
    for index, ((before, _), (after, _)) in enumerate(pairwise(points), start=1):
        if after < before:
            values = {"before": number(before), "after": number(after)}
            found.append(Finding("CPN-P92", f"points[{index}]", values))
    thrice = [x for index, (x, _) in enumerate(points[2:]) if points[index][0] == x]
    found += [Finding("CPN-P93", "points", {"x": number(x)}) for x in dict.fromkeys(thrice)]
    if options.outside == "extend":
        ends = (("first", points[0], points[1]), ("last", points[-1], points[-2]))
        found += [
            Finding("CPN-P98", "outside", {"x": number(end[0])})
            for _, end, inner in ends
            if end[0] == inner[0]
        ]
    return found


def _piecewise_direction(options: PiecewiseOptions) -> Direction:
    return trend([y for _, y in options.points])


def trend(values: Sequence[Fraction]) -> Direction:
    """Return which way a sequence of achievements goes: up, down, up and then down, or neither."""
    steps = [after - before for before, after in pairwise(values) if after != before]
    if not steps:
        return "unknown"
    rising = [step > 0 for step in steps]
    if all(rising):
        return "higher"
    if not any(rising):
        return "lower"
    turn = rising.index(False)
    return "nearest" if turn > 0 and not any(rising[turn:]) else "unknown"


@frozen
class Row:
    """One row of a look-up: which values of x it is for, and what they are worth.

    In a document the keys are `from` and `is`: a name's last underscore is Python's need.

    Attributes
    ----------
    value
        The achievement.
    from_, above
        The lower end, itself inside (`from`) or not (`above`); none where both are empty.
    to, below
        The upper end, itself inside (`to`) or not (`below`); none where both are empty.
    is_
        One single x (`is`), in place of ends.
    """

    value: Fraction
    from_: Fraction | None = None
    above: Fraction | None = None
    to: Fraction | None = None
    below: Fraction | None = None
    is_: Fraction | None = None

    @property
    def interval(self) -> Interval:
        """What the row is for."""
        if self.is_ is not None:
            return Interval(self.is_, self.is_, high_inside=True)
        return Interval(
            self.above if self.from_ is None else self.from_,
            self.below if self.to is None else self.to,
            low_inside=self.above is None,
            high_inside=self.to is not None,
        )


@frozen
class LookupOptions:
    """Options of `lookup`.

    Attributes
    ----------
    rows
        The rows, in any order; no x may be in two of them.
    otherwise
        The achievement of every x that is in no row; where empty, the rows must cover the line.
    """

    rows: tuple[Row, ...]
    otherwise: Fraction | None = None


def lookup(options: LookupOptions, scale: Scale, x: Node) -> Node:
    """Return the achievement that a table gives for a value.

    Parameters
    ----------
    options
        The rows.
    scale
        Not used: the rows say what each value is worth.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P94 to P96: a row that is not an interval, a gap, an overlap.

    Notes
    -----
    The value of the one row whose interval holds x. Lateness tiers of PMK 214/PMK.01/2011 and of
    regional allowances are tables of this kind.
    """
    del scale
    refuse_options("lookup", _row_faults(options))
    steps = _steps(options)
    tree: Node = lit(steps[-1][1])
    for interval, value in reversed(steps[:-1]):
        end = interval.high if interval.high is not None else Fraction(0)
        tree = when(x <= end if interval.high_inside else x < end, value, tree)
    return tree


def _steps(options: LookupOptions) -> list[tuple[Interval, Fraction]]:
    """Return intervals that cover the line, in order, with their values."""
    found = [(row.interval, row.value) for row in options.rows]
    if options.otherwise is not None:
        left = gaps([interval for interval, _ in found])
        found += [(interval, options.otherwise) for interval in left]
    return [found[index] for index in in_order([interval for interval, _ in found])]


def _row_faults(options: LookupOptions) -> list[Finding]:
    found = [
        Finding("CPN-P94", f"rows[{index}]", {"row": _written(row)})
        for index, row in enumerate(options.rows)
        if _malformed(row)
    ]
    if found:
        return found
    intervals = [row.interval for row in options.rows]
    for first, second, shared in overlaps(intervals):
        values = {"first": first, "second": second, "shared": shared.text()}
        found.append(Finding("CPN-P96", f"rows[{second}]", values))
    if options.otherwise is None:
        left = gaps(intervals)
        found += [Finding("CPN-P95", "rows", {"gap": each.text()}) for each in left]
    return found


def _malformed(row: Row) -> bool:
    lows = row.from_ is not None and row.above is not None
    highs = row.to is not None and row.below is not None
    ends = (row.from_, row.above, row.to, row.below)
    mixed = row.is_ is not None and any(end is not None for end in ends)
    return lows or highs or mixed or row.interval.empty


def _written(row: Row) -> str:
    ends = {
        "is": row.is_,
        "from": row.from_,
        "above": row.above,
        "to": row.to,
        "below": row.below,
    }
    return ", ".join(f"{key} = {number(end)}" for key, end in ends.items() if end is not None)


def _lookup_direction(options: LookupOptions) -> Direction:
    return trend([value for _, value in _steps(options)])


PIECEWISE = Normalisation(
    "piecewise",
    {"en": "straight lines between points", "id": "garis lurus antartitik"},
    PiecewiseOptions,
    piecewise,
    _piecewise_direction,
)
LOOKUP = Normalisation(
    "lookup",
    {"en": "look-up in a table", "id": "menurut tabel"},
    LookupOptions,
    lookup,
    _lookup_direction,
)
