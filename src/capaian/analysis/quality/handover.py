"""Cases handed over to somebody else just before their limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from capaian.analysis.quality.checks import Asked, Look, Seen
from capaian.analysis.quality.diagnosis import Diagnosis
from capaian.analysis.quality.limits import FEWEST, around
from capaian.analysis.quality.mass import ExcessMass, excess_mass
from capaian.analysis.quality.sources import Act, Clocked, clocked

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def at_risk(age: Floats, bins: Ints, *, whole: bool) -> Floats:
    """Return how much time cases of some final ages spent open in each bin.

    Parameters
    ----------
    age
        How old each case became before it was closed, handed over, or last seen; 0 or more.
    bins
        Consecutive whole numbers; bin b reaches from above b - 1 up to b.
    whole
        Ages are whole numbers, which are their own bins: a case counts in every bin up to its age.
    """
    first, size = int(bins[0]), len(bins)
    if whole:
        reached = np.bincount(
            np.clip(age.astype(np.int64) - first + 1, 0, size), minlength=size + 1
        )
        return np.cumsum(reached[::-1])[::-1][1:].astype(np.float64)
    past = age - (first - 1)
    full = np.clip(np.floor(past), 0, size).astype(np.int64)
    inside = (past > 0) & (past < size)
    part = np.bincount(full[inside], weights=(past - full)[inside], minlength=size)[:size]
    beyond = np.cumsum(np.bincount(full, minlength=size + 1)[::-1])[::-1][1:]
    return np.asarray(beyond + part)


def handed_over(act: Act, look: Look) -> Seen:
    """Cases handed over in the last unit of time before their limit."""
    if not {"start", "stop", "moved"} <= set(act.arrays.columns):
        return
    start, begun = act.micro("start")
    stop, ended = act.micro("stop")
    moved, there = act.micro("moved")
    away = there & (moved >= start) & (moved < look.as_of)
    closed = ended & (stop >= start) & (stop < look.as_of)
    gone = np.where(away, moved, np.where(closed, stop, look.as_of))
    known = act.present & begun & (start < look.as_of) & (gone >= start)
    # Handed over after it was closed: the limit was no reason any more.
    away &= ~closed | (moved <= stop)
    gone = np.where(closed & ~away, stop, gone)
    for planned in act.planned:
        on: Clocked | None = clocked(planned, look.clock)
        if on is None:
            continue
        rows, age = on.steps(np.flatnonzero(known), start, gone)
        if not len(rows):
            continue
        whole = bool((age == np.floor(age)).all())
        bins, counts, place = around(age[away[rows]], on.limit, whole=whole)
        risk = at_risk(age, bins, whole=whole)
        found = _kindest(bins, counts, risk, on.limit, look)
        if found is None:
            continue
        given = rows[away[rows]]
        last = place == on.limit
        yield Diagnosis(
            "handed_over", planned.indicator.id, len(given), found.observed, found.expected,
            found.low, found.high, found.p, found.power, rows=given[last], table=act.table,
            values={"limit": on.text, "unit": on.unit, "b": found.b,
                    "dispersion": found.dispersion},
        )  # fmt: skip
        if "giver" in act.arrays:
            near = np.isin(place, bins) & (place != on.limit + 1)
            outside = counts[~np.isin(bins, (on.limit, on.limit + 1))].sum()
            share = found.expected / (found.expected + outside)
            who = act.arrays["giver"].codes[given[near]]
            yield Asked(
                "handed_over", planned.indicator.id, who[who >= 0], last[near][who >= 0], share,
                people=act.arrays["giver"],
            )  # fmt: skip


def _kindest(bins: Ints, counts: Ints, risk: Floats, limit: int, look: Look) -> ExcessMass | None:
    """Return the excess in the last bin against the bins around it, or those before it alone.

    Of the two that with the larger p: after a limit there may be less reason to hand anything over,
    or more, and neither says anything of the last unit before it.
    """
    made = []
    for upto in (bins[-1], limit):
        some = (risk > 0) & (bins <= upto)
        out = [each for each in (limit, limit + 1) if each in bins[some]]
        if limit not in out or some.sum() - len(out) < FEWEST:
            continue
        found = excess_mass(
            bins[some], counts[some], limit, excluded=out, exposure=risk[some], level=look.level,
            seed=look.seed,
        )  # fmt: skip
        if found.expected > 0:
            made.append(found)
    return max(made, key=lambda each: each.p, default=None)
