"""Group D, time: the ends of the period, the cut-off, open cases, leap days, the turn of a year."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from capaian.formula import Elapsed, Instant, Paused, walk
from capaian.formula.nodes import WORKING
from capaian.period import Period, read_period
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.rig import Rig
from capaian.testing.strategies import MICROSECOND, trees_of

Rows = list[dict[str, Any]]
PERIODS = ("2024-02", "2024-12-01/2025-01-31")
"""A month with a leap day, and a period that crosses the turn of a year."""
LATER = timedelta(days=200)
_EVEN = "2026-01-05/2026-02-01"


def placed(rig: Rig) -> str:
    """Return the role of the stamp that places a row in time.

    Raises
    ------
    Skipped
        Every row counts, whatever its date.
    """
    measure = rig.measure
    if measure.dated:
        return measure.dated
    stamps = [need.role for need in measure.columns if need.kind == "stamp"]
    nodes = [each for tree in trees_of(measure) for each in walk(tree)]
    if stamps and any(isinstance(each, Instant) and each.name != "as_of" for each in nodes):
        return stamps[0]
    raise Skipped("rows are not placed in time: every one counts, whatever its date")


def periods(rig: Rig) -> list[Period]:
    """Return the periods that are tried: the sample's, one with a leap day, one across a year."""
    calendar = rig.sample.calendar
    more = PERIODS if not calendar or calendar.startswith("id/") else ()
    return [rig.period, *map(read_period, more)]


def moved(rig: Rig, row: dict[str, Any], role: str, to: datetime) -> dict[str, Any]:
    """Return a row with all its stamps moved so that one of them is at an instant."""
    stamps = [rig.columns[need.role] for need in rig.measure.columns if need.kind == "stamp"]
    begun = row[rig.columns[role]]
    if begun is None:
        return row
    shift = to - begun
    return {
        name: value + shift if name in stamps and value is not None else value
        for name, value in row.items()
    }


def outside(rig: Rig) -> None:
    """D01: rows at the first instant after the period, or the last before it, do not count."""
    role = placed(rig)
    for period in periods(rig):
        wrong = [period.end, period.end + timedelta(days=40), period.start - MICROSECOND]

        def proof(drawn: tuple[Rows, Rows, datetime], period: Period = period) -> None:
            rows, more, instant = drawn
            late = period.end + LATER
            added = [moved(rig, row, role, instant) for row in more]
            before = rig.entries(rows, period=period, as_of=late)
            if rig.entries(rows + added, period=period, as_of=late) != before:
                raise Broken(f"a row at {instant} counts in {period.label}", rows + added)

        inside = rig.evidence(period=period, outside=False, most=3)
        more = rig.rows(period=period, outside=False, full=True, most=2)
        rig.hunt(st.tuples(inside, more, st.sampled_from(wrong)), proof, share=3)


def inside(rig: Rig) -> None:
    """D02: rows at the first and the last instant of the period count, on a leap day too."""
    role = placed(rig)
    for period in periods(rig):
        middle = period.start + (period.end - period.start) / 2
        right = [period.start, period.end - MICROSECOND]
        if period.label == PERIODS[0]:
            right.append(datetime(2024, 2, 29, 12))

        def proof(
            drawn: tuple[Rows, datetime], period: Period = period, middle: datetime = middle
        ) -> None:
            rows, instant = drawn
            late = period.end + LATER
            here, there = (
                rig.entries([moved(rig, row, role, at) for row in rows], period=period, as_of=late)
                for at in (middle, instant)
            )
            if here["a"]["n"] != there["a"]["n"]:
                raise Broken(
                    f"n is {here['a']['n']} at {middle} and {there['a']['n']} at {instant}", rows
                )

        inside_rows = rig.rows(subjects=["a"], period=period, outside=False, full=True, most=2)
        rig.hunt(st.tuples(inside_rows, st.sampled_from(right)), proof, share=3)


def unknown_yet(rig: Rig) -> None:
    """D03: what is stamped at the cut-off or after it is not known yet."""
    roles = rig.nullable("stamp")
    as_of = rig.period.end

    def proof(drawn: tuple[Rows, str, timedelta]) -> None:
        rows, role, later = drawn
        name = rig.columns[role]
        open_rows = [{**row, name: None} for row in rows]
        future = [{**row, name: as_of + later} for row in rows]
        before, after = rig.entries([*open_rows, *rows]), rig.entries([*future, *rows])
        if before != after:
            raise Broken(f"'{name}' at {as_of + later} counts as of {as_of}", future)

    later = st.sampled_from([timedelta(0), timedelta(hours=1), timedelta(days=5)])
    drawn = rig.rows(outside=False, full=True, most=4)
    rig.hunt(st.tuples(drawn, st.sampled_from(roles), later), proof)


def after_cut_off(rig: Rig) -> None:
    """D04: rows at the cut-off or after it do not count, inside the period too."""
    role = placed(rig)
    period = rig.period
    as_of = datetime.combine(
        (period.start + (period.end - period.start) / 2).date(), datetime.min.time()
    )
    early = Period(f"{period.first}/{as_of.date() - timedelta(days=1)}", period.first,
                   as_of.date() - timedelta(days=1))  # fmt: skip

    def proof(drawn: tuple[Rows, Rows, timedelta]) -> None:
        rows, more, later = drawn
        added = [moved(rig, row, role, as_of + later) for row in more]
        before = rig.entries(rows, as_of=as_of)
        if rig.entries(rows + added, as_of=as_of) != before:
            raise Broken(f"a row at {as_of + later} counts as of {as_of}", rows + added)

    later = st.sampled_from([timedelta(0), timedelta(hours=1), timedelta(days=3)])
    known = rig.evidence(period=early, outside=False, most=3)
    more = rig.rows(outside=False, full=True, most=2)
    rig.hunt(st.tuples(known, more, later), proof, share=2)


def open_cases(rig: Rig) -> None:
    """D05: cases that are long open leave a trace: in the value, n, a figure or the state."""
    roles = rig.nullable("stamp")
    late = rig.period.end + LATER
    traces: dict[str, list[bool]] = {role: [] for role in roles}

    def proof(drawn: tuple[Rows, Rows]) -> None:
        rows, more = drawn
        for role in roles:
            added = [{**row, "subject": "a", rig.columns[role]: None} for row in more]
            before, after = rig.entries(rows, as_of=late), rig.entries(rows + added, as_of=late)
            traces[role].append(before["a"] != after["a"])

    closed = rig.rows(subjects=["a"], outside=False, full=True, most=3)
    more = rig.rows(subjects=["a"], outside=False, full=True, most=2)
    rig.hunt(st.tuples(closed, more), proof, share=3)
    for role, seen in traces.items():
        if not any(seen):
            raise Broken(f"rows without '{role}' are left out and nothing says so")


def later_on(rig: Rig) -> None:
    """D06: the same evidence four weeks later gives the same."""
    nodes = [each for tree in trees_of(rig.measure) for each in walk(tree)]
    if any(isinstance(each, Elapsed | Paused) and each.clock in WORKING for each in nodes):
        raise Skipped("working time depends on the date: that is what it is for")
    stamps = [rig.columns[need.role] for need in rig.measure.columns if need.kind == "stamp"]
    if not stamps:
        raise Skipped("the measure reads no stamp")
    first, shift = read_period(_EVEN), timedelta(days=28)
    start, last = first.first + shift, first.last + shift
    second = Period(f"{start}/{last}", start, last)

    def proof(rows: Rows) -> None:
        turned = [
            {k: v + shift if k in stamps and v is not None else v for k, v in row.items()}
            for row in rows
        ]
        if rig.entries(rows, period=first) != rig.entries(turned, period=second):
            raise Broken("the same rows, 28 days later in a period 28 days later, differ", rows)

    rig.hunt(rig.evidence(period=first), proof, share=2)
