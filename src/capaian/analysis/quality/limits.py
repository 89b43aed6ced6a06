"""Times just inside a limit, and scores just above a band's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from capaian.analysis.matrix import Matrix
from capaian.analysis.quality.checks import Asked, Look, Seen
from capaian.analysis.quality.diagnosis import Diagnosis
from capaian.analysis.quality.heap import heap
from capaian.analysis.quality.mass import ExcessMass, density_break, excess_mass, window_screen
from capaian.analysis.quality.shape import shape_change
from capaian.analysis.quality.sources import Act, times_of
from capaian.analysis.quality.stamps import DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_SIDE = 10
"""Bins on each side of a limit, at most."""
FEWEST = 5
"""Bins that must be left to draw a smooth run through."""
_STRAIGHT = 8
"""With fewer bins the run is a straight line, else a parabola."""
_LARGEST = 50_000
"""Times of which the density is tested; more are thinned evenly."""
_MICRO = 1_000_000
"""Scores are compared as whole millionths."""
_STRIDES = {_MICRO: 5, 5 * _MICRO: 2, 10 * _MICRO: 2}
"""A limit that is a whole number, a multiple of 5 or of 10 is as round as others so far apart; and
how many of these are taken on each side."""
_NEXT = 20
"""Neighbours on each side in steps of the rounding."""
_WIDTH = 1.0
"""Points of a bin of scores."""


def bunching(act: Act, look: Look) -> Seen:
    """Cases closed in the last unit of time before their limit."""
    for planned in act.planned:
        taken = times_of(act, planned, look.clock, look.as_of)
        if taken is None:
            continue
        bins, counts, place = around(taken.steps, taken.limit, whole=taken.whole)
        if len(bins) < FEWEST + 2:
            continue
        found = _mass(bins, counts, taken.limit, (taken.limit, taken.limit + 1), look)
        if found is None or found.expected <= 0:
            continue
        rows = taken.rows[place == taken.limit]
        below = counts[(bins <= taken.limit) & (bins > taken.limit - 2)].sum()
        above = counts[(bins > taken.limit) & (bins <= taken.limit + 2)].sum()
        values = {
            "limit": taken.text, "unit": taken.unit, "missing": found.missing, "b": found.b,
            "dispersion": found.dispersion,
            "p_window": float(window_screen(below, above)),
        }  # fmt: skip
        if not taken.whole:
            values["p_density"] = density_break(_thinned(taken.steps), taken.limit)
        name = planned.indicator.id
        yield Diagnosis(
            "bunching", name, len(taken.rows), found.observed, found.expected, found.low,
            found.high, found.p, found.power, rows=rows, table=act.table, values=values,
        )  # fmt: skip
        # A person's cases near the limit: which share lies in the last unit, against the same run.
        near = np.isin(place, bins) & (place != taken.limit + 1)
        outside = counts[~np.isin(bins, (taken.limit, taken.limit + 1))].sum()
        share = found.expected / (found.expected + outside)
        yield Asked(
            "bunching", name, act.people.codes[taken.rows[near]], place[near] == taken.limit, share
        )


def _thinned(values: Floats) -> Floats:
    """Return values, or of very many every so manieth in order, which keeps their distribution."""
    if len(values) <= _LARGEST:
        return values
    return np.sort(values)[:: -(-len(values) // _LARGEST)]


def around(steps: Floats, limit: int, *, whole: bool) -> tuple[Ints, Ints, Ints]:
    """Return bins around a limit, their counts, and the bin of each case.

    A case that takes exactly the limit lies in the limit's bin; whole numbers are their own bins.
    """
    place = np.ceil(steps).astype(np.int64)
    first = 0 if whole else 1
    side = min(_SIDE, max(FEWEST, limit - first))
    bins = np.arange(max(first, limit - side), limit + side + 2)
    inside = (place >= bins[0]) & (place <= bins[-1])
    counts = np.bincount(place[inside] - bins[0], minlength=len(bins))
    return bins, counts, place


def _mass(
    bins: Ints, counts: Ints, limit: float, excluded: tuple[float, ...], look: Look
) -> ExcessMass | None:
    left = len(bins) - len(excluded)
    if left < FEWEST or not counts.sum():
        return None
    degree = 2 if left >= _STRAIGHT else 1
    return excess_mass(
        bins, counts, limit, excluded=excluded, degree=degree, level=look.level, seed=look.seed
    )


def announced(act: Act, look: Look, when: int) -> Iterator[Diagnosis]:
    """Compare times of cases that came in before and after a target was announced."""
    if not {"start", "stop"} <= set(act.arrays.columns):
        return
    start, begun = act.micro("start")
    stop, ended = act.micro("stop")
    rows = np.flatnonzero(act.counted & begun & ended & (stop >= start) & (stop < look.as_of))
    time = stop[rows] - start[rows]
    # By the day of receipt: by that of closing, slow cases would fall after it by themselves. Cases
    # received late in the period are seen only where they were closed fast, on both sides alike up
    # to the shorter of the two stretches of sight.
    sight = min(look.as_of - when, look.as_of - look.start)
    early = start[rows] < when
    seen = np.where(early, time <= sight, start[rows] + time <= look.as_of)
    before, after = time[early & seen], time[~early & seen]
    if not len(before) or not len(after):
        return
    found = shape_change(before, after, level=look.level)
    yield Diagnosis(
        "shape", act.place, len(before) + len(after), found.d, p=found.p, power=found.power,
        table=act.table,
        values={"before": len(before), "after": len(after), "smallest": found.smallest,
                "shift": found.shift / DAY, "shift_low": found.low / DAY,
                "shift_high": found.high / DAY},
    )  # fmt: skip


def score_bunching(matrix: Matrix, cuts: dict[str, float], look: Look) -> Iterator[Diagnosis]:
    """Scores in the first point from a band's limit up.

    Scores are no stamps: nobody can move one by hand. What shows here is that somebody worked, or
    recorded, towards the limit, or that marks were given from the result backwards.
    """
    score = matrix.score[np.isfinite(matrix.score)]
    for name, cut in cuts.items():
        place = np.floor((score - cut) / _WIDTH).astype(np.int64)
        bins = np.arange(-_SIDE - 1, _SIDE + 1)
        inside = (place >= bins[0]) & (place <= bins[-1])
        counts = np.bincount(place[inside] - bins[0], minlength=len(bins))
        # The mass lies above the limit here, so that bins are counted downwards.
        found = _mass(-bins, counts, 0, (0, 1), look)
        if found is None or found.expected <= 0:
            continue
        known = np.flatnonzero(np.isfinite(matrix.score))
        yield Diagnosis(
            "score_bunching", name, len(score), found.observed, found.expected, found.low,
            found.high, found.p, found.power, rows=known[place == 0],
            values={"limit": cut, "width": _WIDTH, "missing": found.missing, "b": found.b,
                    "exactly": int((score == cut).sum())},
        )  # fmt: skip


def score_heaping(matrix: Matrix, cuts: dict[str, float], look: Look) -> Iterator[Diagnosis]:
    """Scores at exactly a band's limit, against scores as round as it.

    Marks that are sought from the result backwards give the limit itself.
    """
    known = np.flatnonzero(np.isfinite(matrix.score))
    score = np.rint(matrix.score[known] * _MICRO).astype(np.int64)
    strides = {int(np.gcd.reduce(score)): _NEXT, **_STRIDES}
    places = {name: round(cut * _MICRO) for name, cut in cuts.items()}
    for name, cut in places.items():
        found = heap(score, cut, strides, tuple(places.values()), level=look.level)
        if found is None:
            continue
        yield Diagnosis(
            "score_heaping", name, len(score), found.observed, found.expected, found.low,
            found.high, found.p, found.power, rows=known[score == cut],
            values={"limit": cuts[name], "stride": found.stride / _MICRO},
        )  # fmt: skip
