"""What of the evidence is looked at: stamps of each indicator, by the policy's own reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.groups import homes_of
from capaian.analysis.quality.stamps import DAY, HOUR, MINUTE
from capaian.columns import Coded, Filter, Reading, Table
from capaian.columns.arrays import Arrays, read_arrays
from capaian.indicator import ColumnRef
from capaian.scores.plan import Plan, Planned
from capaian.scores.requests import filters_of
from capaian.workcalendar import WorkCalendar

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(minute|hour|day)s?\s*")
_MICRO = {"minute": MINUTE, "hour": HOUR, "day": DAY}
_ROLES = ("start", "stop", "date")
_UNIX = 719_163
"""Ordinal of 1970-01-01."""


@frozen(eq=False)
class Act:
    """The stamped acts of one table, as some indicators read them.

    Attributes
    ----------
    place, table
        The first indicator that reads them, and the table.
    planned
        All indicators that read the same columns of the same rows.
    arrays
        `subject`, and `start`, `stop`, `date`, `recorded`, `moved`, `giver` as far as there are
        any.
    filtered
        Whether the rule leaves rows out by conditions.
    present
        The rows of the period that have a subject, whatever the conditions.
    counted
        Those of them that pass the conditions.
    fresh
        The roles whose column no earlier act has: a column is looked at once.
    done
        The role of the act itself: when a case was closed, or the date. Empty where the date is
        when something came in, which is nobody's act.
    sieved
        Whether the conditions are looked at here, and not with an earlier act.
    dated
        The role of the stamp by which a row counts in the period.
    """

    place: str
    table: str
    planned: tuple[Planned, ...]
    arrays: Arrays
    filtered: bool
    present: Bools
    counted: Bools
    fresh: frozenset[str]
    done: str
    sieved: bool
    dated: str

    @property
    def people(self) -> Coded:
        """The subject of each row."""
        found: Coded = self.arrays["subject"]
        return found

    def micro(self, role: str) -> tuple[Ints, Bools]:
        """Return stamps as microseconds since 1970, and which there are."""
        stamps = self.arrays[role]
        return stamps.astype(np.int64), ~np.isnat(stamps)


def acts_of(
    plan: Plan,
    tables: Mapping[str, Table],
    zone: str,
    recorded: Mapping[str, ColumnRef],
    span: tuple[int, int],
    *,
    moved: Mapping[str, ColumnRef] | None = None,
    giver: Mapping[str, ColumnRef] | None = None,
) -> list[Act]:
    """Return the stamped acts that a policy reads; rows that several indicators read, once.

    Parameters
    ----------
    plan, tables, zone
        The rule, the tables that are open, the office's zone.
    recorded
        For each table that has one, the column that says when a row was recorded.
    span
        The period, in microseconds: its first instant, and the first after it.
    moved, giver
        For each table that has one, the column that says when a case was handed over, and who did.
    """
    groups: dict[tuple[Any, ...], list[Planned]] = {}
    for each in plan.indicators.values():
        stamps = tuple(
            (need.role, ref) for need, ref in each.columns
            if need.kind == "stamp" and need.role in _ROLES
        )  # fmt: skip
        if not stamps or each.indicator.table not in tables:
            continue
        it = each.indicator
        groups.setdefault((it.table, it.subject, stamps, it.where), []).append(each)
    # Whole cases first: what a date of another indicator says is known from them.
    ordered = sorted(groups.items(), key=lambda each: -len(each[0][2]))
    arrivals = {
        (key[0], ref.column) for key, _ in ordered for role, ref in key[2] if role == "start"
    }
    looked: set[tuple[str, str]] = set()
    sieved: set[tuple[str, Any]] = set()
    found = []
    for (name, subject, stamps, where), planned in ordered:
        columns = {role: ref.column for role, ref in stamps}
        fresh = frozenset(role for role, column in columns.items() if (name, column) not in looked)
        looked |= {(name, column) for column in columns.values()}
        done = next((role for role in ("stop", "date") if role in columns), "")
        if done == "date" and (name, columns["date"]) in arrivals:
            done = ""
        readings = [
            Reading(role, ref.column, "stamp", nullable=True, format=ref.format)
            for role, ref in stamps
        ]
        for role, named in (("recorded", recorded), ("moved", moved or {})):
            if name in named:
                ref = named[name]
                readings.append(
                    Reading(role, ref.column, "stamp", nullable=True, format=ref.format)
                )
        if giver and name in giver:
            readings.append(Reading("giver", giver[name].column, "text", nullable=True))
        filters: tuple[Filter, ...] = filters_of(where)
        arrays = read_arrays(tables[name], readings, subject=subject, filters=filters, zone=zone)
        dated = planned[0].measure.dated or next(iter(columns))
        when = arrays[dated]
        micro = when.astype(np.int64)
        inside = ~np.isnat(when) & (micro >= span[0]) & (micro < span[1])
        present = inside & (arrays["subject"].codes >= 0)
        found.append(
            Act(
                planned[0].indicator.id, name, tuple(planned), arrays, bool(filters), present,
                present & arrays.passed, fresh, done, (name, where) not in sieved, dated,
            )
        )  # fmt: skip
        sieved.add((name, where))
    return found


def units_from(
    plan: Plan, tables: Mapping[str, Table], units: Any, zone: str
) -> Mapping[str, str | None]:
    """Return the unit of each subject, where one is given or the list of subjects says one."""
    if units is not None:
        return homes_of(units, "units")
    rule = plan.policy.subjects
    if rule is None or not rule.unit or rule.table not in tables:
        return {}
    read = read_arrays(
        tables[rule.table], [Reading("unit", rule.unit, "text")], subject=rule.subject, zone=zone
    )
    pairs = zip(read["subject"].tolist(), read["unit"].tolist(), strict=True)
    return {who: of for who, of in pairs if who is not None}


def coded_units(people: Coded, units: Mapping[str, str | None]) -> tuple[Ints, tuple[str, ...]]:
    """Return the unit of each subject as positions in names; -1 where it has none."""
    homes = [units.get(each) for each in people.words]
    names = sorted({each for each in homes if each})
    places: dict[str | None, int] = {each: at for at, each in enumerate(names)}
    code = [places.get(each, -1) for each in homes]
    return np.array(code, dtype=np.int64), tuple(names)


# ---- time --------------------------------------------------------------------------------------


@frozen(eq=False)
class Clock:
    """A work calendar for whole columns of stamps.

    Attributes
    ----------
    work, days
        Working time up to a stamp in microseconds, and working days up to its date.
    """

    first: int
    base: Ints
    opens: tuple[Ints, Ints]
    closes: tuple[Ints, Ints]
    count: Ints

    def covers(self, micro: Ints) -> Bools:
        """Return which stamps the calendar covers."""
        at = micro // DAY + _UNIX - self.first
        return (at >= 0) & (at < len(self.base))

    def _at(self, micro: Ints) -> Ints:
        return np.clip(micro // DAY + _UNIX - self.first, 0, len(self.base) - 1)

    def work(self, micro: Ints) -> Ints:
        """Return the working time from the calendar's first midnight to each stamp."""
        at, time = self._at(micro), micro % DAY
        total = self.base[at]
        for opens, closes in zip(self.opens, self.closes, strict=True):
            total = total + np.clip(time, opens[at], closes[at])
        return total

    def days(self, micro: Ints) -> Ints:
        """Return the working days up to and including the date of each stamp."""
        found: Ints = self.count[self._at(micro)]
        return found

    def is_open(self, micro: Ints) -> Bools:
        """Return which stamps lie in working hours, their ends included."""
        at, time = self._at(micro), micro % DAY
        found = np.zeros(len(micro), dtype=bool)
        for opens, closes in zip(self.opens, self.closes, strict=True):
            found |= (closes[at] > opens[at]) & (time >= opens[at]) & (time <= closes[at])
        return found


def clock_of(calendar: WorkCalendar) -> Clock:
    """Return a calendar as arrays."""
    dense = calendar.dense()

    def array(values: Any) -> Ints:
        return np.array(values, dtype=np.int64)

    return Clock(
        dense.first, array(dense.base), (array(dense.open1), array(dense.open2)),
        (array(dense.close1), array(dense.close2)), array(dense.count),
    )  # fmt: skip


@frozen(eq=False)
class Taken:
    """Times of closed cases in steps of a unit.

    Attributes
    ----------
    steps
        Time of each case over the unit.
    limit
        The limit, in units: a whole number.
    unit
        `minute`, `hour` or `day`.
    whole
        Whether every time is a whole number of units.
    """

    steps: Floats
    rows: Ints
    limit: int
    unit: str
    whole: bool
    text: str


@frozen(eq=False)
class Clocked:
    """The limit of an indicator, and the clock that it runs on.

    Attributes
    ----------
    limit, unit
        A whole number of units: `minute`, `hour` or `day`.
    text
        As it is written.
    on
        `calendar`, `working_days` or `working_hours`.
    clock
        The work calendar, where it runs on one.
    """

    limit: int
    unit: str
    text: str
    on: str
    clock: Clock | None

    def steps(self, rows: Ints, start: Ints, stop: Ints) -> tuple[Ints, Floats]:
        """Return the rows that the clock covers, and the time of each from start to stop."""
        a, b = start[rows], stop[rows]
        if self.on == "calendar" or self.clock is None:
            return rows, (b - a) / _MICRO[self.unit]
        inside = self.clock.covers(a) & self.clock.covers(b)
        rows, a, b = rows[inside], a[inside], b[inside]
        if self.on == "working_days":
            return rows, (self.clock.days(b) - self.clock.days(a)).astype(np.float64)
        return rows, (self.clock.work(b) - self.clock.work(a)) / _MICRO[self.unit]


def clocked(planned: Planned, clock: Clock | None) -> Clocked | None:
    """Return the limit of an indicator; nothing where it has none in whole units.

    Cases with pauses are not looked at: their time is not that between two stamps.
    """
    rule = planned.indicator.measure
    found = _LENGTH.fullmatch(str(rule.get("limit") or ""))
    on = str(rule.get("clock", "calendar"))
    if found is None or planned.indicator.pauses is not None:
        return None
    if on != "calendar" and clock is None:
        return None
    unit, length = found[2], float(found[1])
    if unit == "hour" and length % 24 == 0 and on == "calendar":
        unit, length = "day", length / 24
    if not length.is_integer():
        return None
    return Clocked(int(length), unit, str(rule["limit"]).strip(), on, clock)


def times_of(act: Act, planned: Planned, clock: Clock | None, as_of: int) -> Taken | None:
    """Return the times of an indicator's closed cases in units of its limit, where it has one."""
    on = clocked(planned, clock)
    if on is None or "stop" not in act.arrays:
        return None
    start, begun = act.micro("start")
    stop, ended = act.micro("stop")
    rows = np.flatnonzero(act.counted & begun & ended & (stop < as_of) & (stop >= start))
    if not len(rows):
        return None
    rows, time = on.steps(rows, start, stop)
    return Taken(time, rows, on.limit, on.unit, bool((time == np.floor(time)).all()), on.text)
