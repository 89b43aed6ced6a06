"""Survey forms that came in one close upon another, from one device or about one subject."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats

from capaian.analysis.quality.checks import Asked
from capaian.analysis.quality.diagnosis import Diagnosis
from capaian.analysis.quality.front import Case
from capaian.analysis.quality.mass import HALF
from capaian.analysis.quality.screen import count_interval
from capaian.analysis.quality.stamps import HOUR, SECOND, grain
from capaian.columns import Coded, Reading
from capaian.columns.arrays import read_arrays
from capaian.indicator import ColumnRef
from capaian.scores.planned import Planned

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@frozen(eq=False)
class Close:
    """Acts that follow another of the same source closely.

    Attributes
    ----------
    follows
        Which acts do: the first of a burst does not.
    chance
        How likely each was to, if the acts of its hour fell into it independently.
    step
        The step of the stamps, microseconds.
    """

    follows: Bools
    chance: Floats
    step: int

    @property
    def expected(self) -> float:
        """How many would follow another closely."""
        return float(self.chance.sum())


def close_acts(source: Ints, micro: Ints, within: int) -> Close | None:
    r"""Return which acts follow another of their source within a time, and how likely that was.

    .. math:: E[\text{wider gaps}] = (K - c - 1)(\alpha^m - \beta^m) - \beta^m, \quad
              \alpha = \frac{K - c}{K}, \ \beta = \frac{K - c - 1}{K}

    Parameters
    ----------
    source
        Where each act comes from, 0 or more.
    micro
        Its stamp, microseconds.
    within
        How soon after another it must follow, microseconds, below an hour.

    Returns
    -------
    Close or None
        Nothing where stamps are no finer than an hour.

    Notes
    -----
    The m acts of a source in one clock hour fall into its K steps independently (a Poisson process
    of the rate of that very hour, so that a busy hour is no burst); a gap of c steps or less is a
    close one, and there are m - 1 gaps. With steps without end it is the law of uniform spacings,
    (m - 1)(1 - w)^m wider gaps of the share w of an hour (Pyke 1965).
    """
    step = grain(micro)
    if not step or step >= HOUR:
        return None
    steps, c = max(HOUR // step, 1), within // step
    order = np.lexsort((micro, source))
    where, when = source[order], micro[order]
    hour = when // HOUR
    same = (where[1:] == where[:-1]) & (hour[1:] == hour[:-1])
    follows = np.zeros(len(order), dtype=bool)
    follows[order[1:]] = same & (when[1:] - when[:-1] <= within)
    block = np.concatenate([[0], np.cumsum(~same)])
    m = np.bincount(block).astype(np.float64)
    a, b = max(steps - c, 0) / steps, max(steps - c - 1, 0) / steps
    wider = max(steps - c - 1, 0) * (a**m - b**m) - b**m
    each = np.clip((m - 1 - wider) / m, 0.0, 1.0)
    chance = np.empty(len(order))
    chance[order] = each[block]
    return Close(follows, chance, step)


def bursts(
    case: Case,
    planned: Planned,
    rows: Ints,
    who: Ints,
    columns: tuple[ColumnRef, ColumnRef | None],
    within: float,
    level: float,
) -> tuple[Diagnosis, Asked] | None:
    """Return the look at the forms of one survey that came in close upon one another.

    Parameters
    ----------
    case, planned
        What is looked at.
    rows, who
        The forms that count, and the subject of each.
    columns
        When a form came in, and from which device; by subject where there is no such column.
    within
        Seconds.
    level
        Of the interval.
    """
    sent, device = columns
    name = planned.indicator.table
    readings = [Reading("sent", sent.column, "stamp", nullable=True, format=sent.format)]
    if device is not None:
        readings.append(Reading("device", device.column, "text", nullable=True))
    arrays = read_arrays(case.tables[name], readings, zone=case.zone)
    stamps: Any = arrays["sent"][rows]
    source: Ints = who
    if device is not None:
        coded: Coded = arrays["device"]
        source = coded.codes[rows]
    known = np.flatnonzero(~np.isnat(stamps) & (source >= 0))
    micro = stamps.astype(np.int64)[known]
    found = close_acts(source[known], micro, int(within * SECOND))
    if found is None:
        return None
    observed, e = int(found.follows.sum()), found.expected
    low, high = count_interval(observed, level=level)
    edge = float(stats.poisson.isf(1 - level, e)) if e else 0.0
    place = planned.indicator.id
    # The gaps of an hour lean on one another, and their count varies less than a Poisson one.
    made = Diagnosis(
        "bursts", place, len(known), observed, e, low - e, high - e,
        float(stats.poisson.sf(observed - 1, e)) if e else float(not observed),
        float(stats.poisson.sf(edge, e * (1 + HALF))) if e else 0.0,
        rows=rows[known[found.follows]], table=name,
        values={"within": within, "source": "subject" if device is None else "device"},
    )  # fmt: skip
    return made, Asked("bursts", place, who[known], found.follows, 0.0, found.chance)


def seconds_per_item(
    case: Case,
    planned: Planned,
    rows: Ints,
    answers: Floats,
    columns: tuple[ColumnRef | None, ColumnRef | None],
) -> Floats:
    """Return how long each form took for each item that was answered.

    Parameters
    ----------
    case, planned, rows
        As for `bursts`.
    answers
        Forms x items, not a number where an item has no answer.
    columns
        When a form was opened, and when it was sent.

    Returns
    -------
    numpy.ndarray
        float64, seconds; not a number where it is not known, or would be below 0.

    Notes
    -----
    Curran 2016. A threshold such as two seconds would be a guess about people and their forms: none
    is set here.
    """
    began, sent = columns
    if began is None or sent is None:
        return np.full(len(rows), np.nan)
    readings = [
        Reading(role, ref.column, "stamp", nullable=True, format=ref.format)
        for role, ref in (("began", began), ("sent", sent))
    ]
    arrays = read_arrays(case.tables[planned.indicator.table], readings, zone=case.zone)
    one, other = arrays["began"][rows], arrays["sent"][rows]
    took = (other - one).astype(np.float64) / SECOND
    items = np.isfinite(answers).sum(axis=1)
    known = ~np.isnat(one) & ~np.isnat(other) & (took >= 0) & (items > 0)
    return np.where(known, took / np.maximum(items, 1), np.nan)


def dated_column(planned: Planned) -> ColumnRef | None:
    """Return the column by which forms count in a period, where the policy reads one."""
    refs = {need.role: ref for need, ref in planned.columns}
    return refs.get(planned.measure.dated) if planned.measure.dated else None
