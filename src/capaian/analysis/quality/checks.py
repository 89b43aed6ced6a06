"""The looks at stamps and rows of one table: each gives diagnoses, and screens of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats

from capaian.analysis.quality.diagnosis import Diagnosis
from capaian.analysis.quality.mass import HALF
from capaian.analysis.quality.screen import binomial_power, count_interval, share_interval
from capaian.analysis.quality.sources import Act, Clock
from capaian.analysis.quality.stamps import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    digit_preference,
    grain,
    last_minute,
    same_instants,
)
from capaian.analysis.quality.texts import CALENDAR_TIME
from capaian.columns import Coded

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_STEPS = 5
"""Steps of the clock after the first that tell how many cases take no time."""


@frozen(eq=False)
class Look:
    """How it is looked.

    Attributes
    ----------
    start, end, as_of
        The period and the cut-off, in microseconds since 1970.
    clock
        The policy's work calendar, where it has one.
    level
        Of intervals; 1 less the share of false warnings.
    last
        The last part of the period that is looked at, a share.
    late
        From how many days on a row is recorded long after.
    seed
        For a bootstrap; none where left out.
    """

    start: int
    end: int
    as_of: int
    clock: Clock | None
    level: float
    last: float
    late: int
    seed: int | None


@frozen(eq=False)
class Asked:
    """How many acts of each row's subject show something, for a screen.

    Attributes
    ----------
    check, place
        Which look, and where.
    who
        The subject of each act that counts, as positions.
    hit
        Which of these acts show it.
    share
        The share that is expected under honesty.
    chance
        Where each act has its own chance, these, in place of a share for all.
    people
        The names of `who`, where they are not the subjects of the rows.
    """

    check: str
    place: str
    who: Ints
    hit: NDArray[np.bool_]
    share: float
    chance: Floats | None = None
    people: Coded | None = None


Seen: TypeAlias = Iterator[Diagnosis | Asked]


def order(act: Act, look: Look) -> Seen:
    """Stamps in an order that cannot be."""
    if {"start", "stop"} <= act.fresh:
        start, begun = act.micro("start")
        stop, ended = act.micro("stop")
        both = act.present & begun & ended
        yield _wrong(act, "order", both, both & (stop < start))
        yield from _no_time(act, look, start, stop, act.counted & begun & ended & (stop >= start))
    if "recorded" in act.arrays and act.done in act.fresh:
        done, there = act.micro(act.done)
        made, noted = act.micro("recorded")
        both = act.present & there & noted
        yield _wrong(act, "recorded_before", both, both & (made < done))
        rows = np.flatnonzero(both & (made >= done))
        lag = (made[rows] - done[rows]) / DAY
        late = lag > look.late
        yield Diagnosis(
            "late_recording", act.place, len(rows), int(late.sum()), rows=rows[late],
            table=act.table,
            values={"days": look.late, "median": float(np.median(lag)) if len(lag) else 0.0},
        )  # fmt: skip
    after = np.zeros(len(act.arrays), dtype=bool)
    any_stamp = after.copy()
    for role in sorted(act.fresh):
        micro, there = act.micro(role)
        after |= there & (micro > look.as_of)
        any_stamp |= there
    if not act.fresh:
        return
    known = any_stamp & act.present
    yield Diagnosis(
        "after_cutoff", act.place, int(known.sum()), int((after & known).sum()),
        rows=np.flatnonzero(after & known), table=act.table,
    )  # fmt: skip


def _wrong(act: Act, check: str, looked: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> Diagnosis:
    count = int(wrong.sum())
    return Diagnosis(
        check, act.place, int(looked.sum()), count, 0.0, severity="error" if count else "note",
        rows=np.flatnonzero(wrong), table=act.table,
    )  # fmt: skip


def _no_time(act: Act, look: Look, start: Ints, stop: Ints, known: NDArray[np.bool_]) -> Seen:
    rows = np.flatnonzero(known)
    step = grain(np.concatenate([start[rows], stop[rows]]))
    if not step or step >= HOUR:
        return
    steps = (stop[rows] - start[rows]) // step
    none = steps == 0
    near = int(((steps > 0) & (steps <= _STEPS)).sum())
    # Both stamps are cut to a step, so that no time at all has half the room of each later step.
    expected = near / _STEPS / 2
    observed = int(none.sum())
    low, high = count_interval(observed, level=look.level)
    share = 1 / (1 + 2 * _STEPS)
    p = float(stats.binom.sf(observed - 1, observed + near, share))
    edge = float(stats.binom.isf(1 - look.level, observed + near, share))
    more = share * (1 + HALF) / (1 + share * HALF)
    yield Diagnosis(
        "no_time", act.place, len(rows), observed, expected, low - expected, high - expected, p,
        float(stats.binom.sf(edge, observed + near, more)), rows=rows[none], table=act.table,
        values={"steps": _STEPS},
    )  # fmt: skip


def instants(act: Act, look: Look) -> Seen:
    """Acts of one person at the very same instant, and rows recorded at the very same instant."""
    if act.done not in act.fresh:
        return
    for role, check in ((act.done, "same_instant"), ("recorded", "recorded_together")):
        if role not in act.arrays:
            continue
        micro, there = act.micro(role)
        rows = np.flatnonzero(act.counted & there & (micro < look.as_of))
        found = same_instants(act.people.codes[rows], micro[rows])
        if found.expected != found.expected:
            continue
        low, high = count_interval(found.pairs, level=look.level)
        e = found.expected
        edge = float(stats.poisson.isf(1 - look.level, e))
        yield Diagnosis(
            check, act.place, len(rows), found.pairs, e, low - e, high - e, found.p,
            float(stats.poisson.sf(edge, e * (1 + HALF))), rows=rows[found.rows], table=act.table,
            values={"step": grain(micro[rows]) / SECOND},
        )  # fmt: skip


def hours(act: Act, look: Look) -> Seen:
    """Acts outside working hours."""
    if look.clock is None or act.done not in act.fresh:
        return
    micro, there = act.micro(act.done)
    rows = np.flatnonzero(act.counted & there & look.clock.covers(micro))
    if not len(rows) or grain(micro[rows]) % DAY == 0:
        return  # dates have no hours
    off = ~look.clock.is_open(micro[rows])
    yield Diagnosis(
        "off_hours", act.place, len(rows), int(off.sum()), rows=rows[off], table=act.table
    )


def digits(act: Act, look: Look) -> Seen:
    """Minutes that end in 0 or 5."""
    for role in sorted(act.fresh):
        micro, there = act.micro(role)
        rows = np.flatnonzero(act.counted & there)
        step = grain(micro[rows])
        if not step or step > MINUTE:
            continue  # stamps of five minutes, hours or days have no minutes of their own
        minute = micro[rows] // MINUTE % 60
        found = digit_preference(minute)
        n = len(rows)
        hit = minute % 5 == 0
        low, high = share_interval(int(hit.sum()), n, level=look.level)
        yield Diagnosis(
            "digits", act.place, n, int(hit.sum()), 0.2 * n, (low - 0.2) * n, (high - 0.2) * n,
            found.p_round, binomial_power(n, 0.2, look.level), rows=rows[hit], table=act.table,
            values={"role": role, "chi2": found.chi2, "p_digits": found.p},
        )  # fmt: skip
        if role == act.done:
            yield Asked("digits", act.place, act.people.codes[rows], hit, 0.2)


def spike(act: Act, look: Look) -> Seen:
    """Acts in the last part of the period."""
    if act.done not in act.fresh or look.as_of < look.end:
        return
    micro, there = act.micro(act.done)
    known = act.arrays.passed & (act.people.codes >= 0) & there
    rows = np.flatnonzero(known & (micro >= look.start) & (micro < look.end))
    edge = look.end - int((look.end - look.start) * look.last)
    share, exposure = look.last, CALENDAR_TIME
    clock = look.clock
    ends = np.array([look.start, edge, look.end - 1])
    if clock is not None and clock.covers(ends).all():
        done = clock.work(ends)
        share, exposure = (
            float(done[2] - done[1]) / float(max(done[2] - done[0], 1)),
            "working time",
        )
    n, hit = len(rows), micro[rows] >= edge
    if not n or not 0 < share < 1:
        return
    late = int(hit.sum())
    found = last_minute(n, late, share)
    low, high = share_interval(late, n, level=look.level)
    yield Diagnosis(
        "last_minute", act.place, n, late, share * n, (low - share) * n, (high - share) * n,
        found.p, binomial_power(n, share, look.level), rows=rows[hit], table=act.table,
        values={"share": f"{look.last:.0%}", "exposure": exposure},
    )  # fmt: skip
    yield Asked("last_minute", act.place, act.people.codes[rows], hit, share)


def left_out(act: Act, look: Look) -> Seen:
    """Rows that the rule's conditions leave out."""
    del look
    if not act.filtered or not act.sieved:
        return
    rows = np.flatnonzero(act.present)
    out = ~act.arrays.passed[rows]
    if not len(rows):
        return
    yield Diagnosis(
        "left_out", act.place, len(rows), int(out.sum()), rows=rows[out], table=act.table
    )
    yield Asked("left_out", act.place, act.people.codes[rows], out, float(out.mean()))


CHECKS: tuple[Callable[[Act, Look], Seen], ...] = (
    order, instants, hours, digits, spike, left_out,
)  # fmt: skip
