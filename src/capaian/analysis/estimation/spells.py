"""`responsibility`: cases that change hands, each holder answerable for the time in hand alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.estimation.counts import exact_poisson
from capaian.analysis.estimation.curves import Curves, curves
from capaian.analysis.estimation.estimate import NOT_REACHED, OK, STATUSES, TOO_FEW
from capaian.analysis.estimation.levels import HEADLINE, Floats, floats, prove_level
from capaian.analysis.estimation.proportion import proportion_se, wilson
from capaian.analysis.estimation.survival import share_ended
from capaian.analysis.table import Table
from capaian.columns import Coded, Origin, Reading, open_table
from capaian.columns.arrays import Arrays, read_arrays
from capaian.discreet import discreet
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse
from capaian.period import WrittenInstant, read_instant

_EPOCH, _MICRO = datetime(1970, 1, 1), datetime.resolution
DAY = 86_400_000_000
"""Microseconds."""
_ROLES = ("case", "holder", "from", "to", "event")
_REASONS = ("followed_too_short", "nobody_at_risk", "from_age", "no_spell")
_NOTE = (
    "a case is at risk with its holder alone, from the age at which it was received (left "
    "truncation): nobody answers for the time that it was with others"
)


@frozen(eq=False)
class Spells:
    """Stretches of time during which somebody held a case.

    Attributes
    ----------
    holder
        Whose it was, from 0.
    entry, leave
        The age of the case, in days, when the holder received it and when it left the holder, or
        the cut-off came.
    ended
        Whether it was closed then, by this holder.
    held
        Whether it was with this holder still.
    case
        Which case it was, from 0.
    """

    holder: NDArray[np.int64]
    entry: Floats
    leave: Floats
    ended: NDArray[np.bool_]
    held: NDArray[np.bool_]
    case: NDArray[np.int64]


@discreet
def responsibility(
    spells: Any,
    *,
    limit: float,
    as_of: WrittenInstant,
    columns: Mapping[str, str] | None = None,
    inclusive: bool = True,
    zone: str = "",
    level: float = 0.95,
) -> Table:
    """Return for each holder the share of cases closed within a limit, of the time in hand alone.

    A case that is passed on counts for each of its holders, for the time that each had it: not for
    the last one alone, who may have received it when it was late already.

    Parameters
    ----------
    spells
        A table with a row for each stretch of time: `case`, `holder`, `from`, `to` (missing while
        the case is still with the holder), `event` (whether it was closed at `to`; else it was
        passed on).
    limit
        In days of 24 hours since the case began: its first `from`, or `opened` where that is given.
    as_of
        The cut-off: what came later was not known yet.
    columns
        The names of the columns by these words, where they are called otherwise; `opened` for a
        column that says when the case began.
    inclusive
        Whether a closure exactly at the limit counts.
    zone
        The office's zone, for stamps that have one.
    level
        The confidence of the intervals, between 0 and 1.

    Returns
    -------
    Table
        A row for each holder. `spells`, `cases`, and what became of the spells: `closed`,
        `passed_on`, `open`. `days_held`, the time in hand of all cases, and `share_of_time`, their
        part of everybody's. `closed_per_day` of a case in hand, with Garwood's ends. `within`: the
        share closed by the limit (Kaplan-Meier with late entry), with `se`, `low` and `high`
        (Greenwood, log-log; Wilson where none or all were closed); `from_age`, the least age at
        which a case was received: above 0, `within` is of cases that were open at that age.
        `status`, `reason`.

    Raises
    ------
    AnalysisError
        `CPN-M01`: a level that is none. `CPN-M98`: rows that are no spells. `CPN-M99`: a word that
        is no column's. `CPN-M45`: a limit that is not above 0.

    Notes
    -----
    The share is not known where the holder's cases end before the limit (`followed_too_short`). It
    is not known either (`nobody_at_risk`) where all came after the limit, or where at some age
    before it the holder had no case and received others later: the curve would say of a few early
    cases what holds for none. Times are of the calendar. Kalbfleisch & Prentice 2002.
    """
    prove_level(level)
    if not 0 < limit < np.inf:
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M45", "limit", given=str(limit), wanted="above 0",
            wanted_id="di atas 0", example="limit = 5",
        )  # fmt: skip
    table = open_table(spells, "spells", "polars")
    arrays = _read(table, columns or {}, zone)
    cut = int((read_instant(as_of) - _EPOCH) / _MICRO)
    found, names = _spells(arrays, cut)
    made = curves(found.holder, found.leave, found.ended, count=len(names), entry=found.entry)
    return _table(found, names, made, (limit, inclusive, level), table.origin)


def _read(table: Any, columns: Mapping[str, str], zone: str) -> Arrays:
    known = (*_ROLES, "opened")
    wrong = [each for each in columns if each not in known]
    if wrong:
        raise AnalysisError(HEADLINE, [
            Finding("CPN-M99", f"columns['{each}']", {
                "given": each, "known": ", ".join(known), "hint": did_you_mean(each, known),
            })
            for each in wrong
        ])  # fmt: skip
    kinds: dict[str, Any] = {"case": "text", "from": "stamp", "to": "stamp", "event": "boolean"}
    if "opened" in columns:
        kinds["opened"] = "stamp"
    readings = [
        Reading(role, columns.get(role, role), kind, nullable=True) for role, kind in kinds.items()
    ]
    return read_arrays(table, readings, subject=columns.get("holder", "holder"), zone=zone)


def _spells(arrays: Arrays, cut: int) -> tuple[Spells, list[str]]:
    """Return what is known at the cut-off, and the holders.

    Raises
    ------
    AnalysisError
        `CPN-M98`.
    """
    holder, case = arrays["subject"], arrays["case"]
    start, stop = (arrays[each] for each in ("from", "to"))
    event = arrays["event"]
    bare = np.isnat(stop)
    with np.errstate(invalid="ignore"):
        wrong = (holder.codes < 0) | (case.codes < 0) | np.isnat(start) | np.isnan(event)
        wrong |= ~bare & (stop < start)
        wrong |= bare & (event == 1)
    begin = start.astype(np.int64)
    if "opened" in arrays:
        opened = arrays["opened"]
        wrong |= np.isnat(opened) | (opened > start)
        first = opened.astype(np.int64)
    else:
        earliest = np.full(len(case.words), np.iinfo(np.int64).max)
        np.minimum.at(earliest, case.codes[~wrong], begin[~wrong])
        first = np.where(wrong, 0, earliest[case.codes])
    if lacking := int(wrong.sum()) + arrays.unusable["to"]:
        raise AnalysisError(HEADLINE, [Finding("CPN-M98", "spells", {"count": lacking})])
    known = begin < cut
    gone = ~bare & (stop.astype(np.int64) < cut)
    end = np.where(gone, stop.astype(np.int64), cut)
    found = Spells(
        holder=holder.codes[known].astype(np.int64),
        entry=floats((begin - first)[known] / DAY),
        leave=floats((end - first)[known] / DAY),
        ended=(gone & (event == 1))[known],
        held=~gone[known],
        case=case.codes[known].astype(np.int64),
    )
    return found, [str(each) for each in holder.words]


def without_anybody(
    holder: NDArray[np.int64], entry: Floats, leave: Floats, count: int
) -> tuple[Floats, Floats]:
    """Return for each holder the first age with nobody at risk, and that of the next receipt.

    Parameters
    ----------
    holder, entry, leave
        Whose spell it is, and the ages at which it began and ended.
    count
        How many holders there are.

    Returns
    -------
    tuple of arrays
        Infinite where there is no such age, or nobody came later.
    """
    some = leave > entry
    who, times = np.tile(holder[some], 2), np.concatenate([entry[some], leave[some]])
    step = np.repeat([1, -1], int(some.sum()))
    order = np.lexsort((-step, times, who))  # at the same age, who comes is there when others go
    who, times = who[order], times[order]
    there = np.cumsum(step[order])
    last = np.ones(len(who), dtype=np.bool_)
    last[:-1] = who[1:] != who[:-1]
    empty = np.flatnonzero((there == 0) & ~last)
    owner, first = np.unique(who[empty], return_index=True)
    age, later = np.full(count, np.inf), np.full(count, np.inf)
    age[owner], later[owner] = times[empty[first]], times[empty[first] + 1]
    return age, later


def _table(
    it: Spells, names: list[str], made: Curves, asked: tuple[float, bool, float], origin: Origin
) -> Table:
    limit, inclusive, level = asked
    count, who = len(names), it.holder

    def number(rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(who[rows], minlength=count)

    every = np.ones(len(who), dtype=np.bool_)
    held = np.bincount(who, it.leave - it.entry, count)
    cases = np.bincount(np.unique(np.stack([who, it.case]), axis=1)[0], minlength=count)
    closed = number(it.ended)
    least = np.full(count, np.inf)
    np.minimum.at(least, who, it.entry)
    found = share_ended(made, limit, inclusive=inclusive, level=level)
    early = made.duration <= limit if inclusive else made.duration < limit
    watched = number((it.entry < limit) & (it.leave >= limit))
    ended = np.bincount(made.subject[early], made.ended[early], count)
    rests = np.where(found.value > 0, ended, watched)
    flat = ~found.plain & found.seen
    good = np.where(found.value > 0, rests, 0.0)
    ends = wilson(good, rests, level)
    low, high = np.where(flat, ends[0], found.low), np.where(flat, ends[1], found.high)
    se = np.where(flat, proportion_se(good, rests), found.se)
    status, reason = np.full(count, OK, np.int8), np.full(count, -1, np.int8)
    reason[least > 0] = _REASONS.index("from_age")
    age, later = without_anybody(who, it.entry, it.leave, count)
    # Who closed all there was before, and received no other before the limit, has closed all.
    gap = (age < limit) & ~((found.value == 1) & (later >= limit))
    gap |= least >= limit  # everything came when it was late already
    # The last one at risk was closed at the age at which others came: S is 0, and they go on.
    all_closed, longest = np.full(count, np.inf), np.zeros(count)
    none_left = made.survival == 0
    np.minimum.at(all_closed, made.subject[none_left], made.duration[none_left])
    np.maximum.at(longest, who, np.where(it.entry < limit, it.leave, 0.0))
    gap |= (all_closed <= limit) & (longest > all_closed)
    short = ~found.seen
    status[short], reason[short] = NOT_REACHED, _REASONS.index("followed_too_short")
    status[gap], reason[gap] = TOO_FEW, _REASONS.index("nobody_at_risk")
    some = np.bincount(who, minlength=count) > 0
    status[~some], reason[~some] = TOO_FEW, _REASONS.index("no_spell")
    unknown = short | gap
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [each / held for each in (closed, *exact_poisson(closed, level))]
        share = held / held.sum()
    rates = [np.where(held > 0, each, np.nan) for each in rates]
    columns = {
        "holder": names,
        "spells": number(every),
        "cases": cases,
        "closed": closed,
        "passed_on": number(~it.ended & ~it.held),
        "open": number(it.held),
        "days_held": held,
        "share_of_time": share,
        "closed_per_day": rates[0],
        "rate_low": rates[1],
        "rate_high": rates[2],
        **{
            name: np.where(unknown, np.nan, each)
            for name, each in (("within", found.value), ("se", se), ("low", low), ("high", high))
        },
        "from_age": np.where(some, least, np.nan),
        "status": Coded(status, STATUSES),
        "reason": Coded(reason, _REASONS),
    }
    return Table(f"Holders of cases, within {limit:g} days", columns, origin, (_NOTE,))
