"""The shipped calendars: figures with a source, the decree's list, and where rows come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from capaian.workcalendar import (
    Holiday,
    Week,
    WorkCalendar,
    build_calendar,
    holidays_of,
    hours_text,
    load_calendar,
    shipped_calendars,
)

HERE = Path(__file__).parent
CASES = json.loads((HERE / "golden" / "calendar_cases.json").read_text(encoding="utf-8"))["cases"]
MINUTE = 60_000_000
OFFICE = Week(
    {
        "monday-thursday": [("07:30", "12:00"), ("13:00", "16:00")],
        "friday": [("07:30", "11:30"), ("13:00", "16:30")],
    }
)


@cache
def indonesia() -> WorkCalendar:
    """Return the shipped calendar, read once."""
    return load_calendar("id/2024-2027")


def office_of(schedule: dict[str, Any], holidays: Iterable[Holiday] = ()) -> WorkCalendar:
    """Build 2026 with Indonesia's holidays and other hours."""
    names = {"mon-thu": "monday-thursday", "mon_thu": "monday-thursday", "fri": "friday"}
    week = Week({names[key]: hours for key, hours in schedule.items()})
    return build_calendar(
        id="office",
        edition="1",
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        week=week,
        holidays=holidays,
    )


def working_days(given: dict[str, Any]) -> dict[str, Any]:
    """Count the working days of a month, or of a year."""
    months = [given["month"]] if "month" in given else range(1, 13)
    spans = [date(given["year"], month, 1) for month in months]
    ends = [(each + timedelta(days=31)).replace(day=1) - timedelta(days=1) for each in spans]
    counted = (indonesia().working_days(*span) for span in zip(spans, ends, strict=True))
    return {"working_days": sum(counted)}


def day_type(given: dict[str, Any]) -> dict[str, Any]:
    """Name the kind of a date in the words of the decree."""
    kind = indonesia().day(date.fromisoformat(given["date"])).kind
    return {"type": {"holiday": "libur_nasional", "collective_leave": "cuti_bersama"}[kind]}


def deadline(given: dict[str, Any]) -> dict[str, Any]:
    """Find the date by which a limit of working days ends."""
    received = date.fromisoformat(given["received"])
    return {"due": str(indonesia().due(received, given["limit_working_days"]))}


def daily_hours(when: date) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Compare the hours of a date with the start, end and break of the case."""

    def run(given: dict[str, Any]) -> dict[str, Any]:
        (begin, noon), (again, end) = indonesia().day(when).hours
        assert hours_text(((begin, end),)) == f"{given['start']}-{given['end']}"
        assert (again - noon) // MINUTE == given["break_minutes"]
        return {"working_minutes": (noon - begin + end - again) // MINUTE}

    return run


def weekly_hours(_: dict[str, Any]) -> dict[str, Any]:
    """Add up an ordinary week, from the calendar's own rows."""
    hours = [indonesia().day(date(2026, 7, 6) + timedelta(days=day)).hours for day in range(7)]
    breaks = [(day[1][0] - day[0][1]) // MINUTE for day in hours if day]
    return {
        "minutes": sum(end - begin for day in hours for begin, end in day) // MINUTE,
        "start": hours_text((hours[0][0],))[:5],
        "break_minutes": breaks[0],
        "break_minutes_friday": breaks[4],
    }


def elapsed(given: dict[str, Any]) -> dict[str, Any]:
    """Measure from one stamp to another by working time and by the clock."""
    office = office_of(given["schedule"], holidays=holidays_of(indonesia()))
    start, end = datetime.fromisoformat(given["start"]), datetime.fromisoformat(given["end"])
    worked = office.work_time(start, end)
    clock = (end - start) // timedelta(minutes=1)
    return {"working_minutes": worked // MINUTE, "calendar_minutes": clock}


def across_eid(given: dict[str, Any]) -> dict[str, Any]:
    """Find a due date across Idul Fitri 2026, with holidays and without any."""
    opened, days = date.fromisoformat(given["opened"]), given["working_days"]
    bare = office_of({"mon-thu": "07:30-16:00", "fri": "07:30-16:00"})
    return {
        "deadline_with_collective_leave": str(indonesia().due(opened, days)),
        "deadline_ignoring_holidays": str(bare.due(opened, days)),
    }


def weekend(given: dict[str, Any]) -> dict[str, Any]:
    """Measure across a weekend, in hours."""
    opened, closed = (datetime.fromisoformat(given[key]) for key in ("opened", "closed"))
    hours = indonesia().work_time(opened, closed) / 60 / MINUTE
    clock = (closed - opened) / timedelta(hours=1)
    return {"working_hours": hours, "clock_hours": clock, "hours_per_week": OFFICE.minutes / 60}


def ramadan(given: dict[str, Any]) -> dict[str, Any]:
    """Measure the same stretch by ordinary hours and by Ramadan hours."""
    opened, closed = (datetime.fromisoformat(given[key]) for key in ("opened", "closed"))
    ordinary = build_calendar(
        id="x", edition="1", first=opened.date(), last=closed.date(), week=OFFICE
    )
    monday = datetime(2026, 3, 2)
    week = indonesia().work_time(monday, monday + timedelta(days=7))
    return {
        "normal": ordinary.work_time(opened, closed) / 60 / MINUTE,
        "ramadan": indonesia().work_time(opened, closed) / 60 / MINUTE,
        "hours_per_week_ramadan": week / 60 / MINUTE,
    }


RULES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "calendar-2026/working-days": working_days,
    "calendar-2026/day-type": day_type,
    "sp4n-lapor/deadline": deadline,
    "perpres-21-2023/daily-hours": daily_hours(date(2026, 7, 3)),
    "perpres-21-2023/daily-hours-ramadan": daily_hours(date(2026, 3, 6)),
    "perpres-21-2023/weekly-hours": weekly_hours,
    "working-time/elapsed-minutes": elapsed,
    "measurement/T08": across_eid,
    "measurement/T09": weekend,
    "measurement/T10": ramadan,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_figures_with_a_source(case: dict[str, Any]) -> None:
    """Every carried figure comes out as its source has it."""
    assert RULES[case["rule"]](case["input"]) == case["expected"]


# ---- the shipped data --------------------------------------------------------------------------


def test_2026_is_the_list_of_the_decree() -> None:
    """17 holidays and 8 days of collective leave, each with its decree; 240 working days."""
    listed = {
        "holiday": "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01"
        " 06-16 08-17 08-25 12-25",
        "collective_leave": "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24",
    }
    days = [day for day in indonesia().days if day.date.year == 2026]
    for kind, dates in listed.items():
        found = [day for day in days if day.kind == kind]
        assert " ".join(f"{day.date:%m-%d}" for day in found) == dates
        assert {day.decree for day in found} == {"SKB 3 Menteri 1497/2025, 2/2025, 5/2025"}
    monthly = [sum(day.is_working for day in days if day.date.month == m) for m in range(1, 13)]
    assert monthly == [20, 18, 17, 21, 16, 20, 23, 19, 22, 22, 21, 21]


def test_ramadan_of_each_year() -> None:
    """Special hours from 1 Ramadan to the eve of Idul Fitri; what is estimated is marked."""
    days = indonesia().days
    special = [day.date for day in days if day.kind == "special"]
    ends = [(a, b) for a, b in pairwise(special) if b - a > timedelta(days=99)]
    assert [str(b) for _, b in ends] == ["2025-03-03", "2026-02-19", "2027-02-08"]
    assert [str(special[0]), *(str(a) for a, _ in ends)] == [
        "2024-03-13", "2024-04-05", "2025-03-27", "2026-03-17"
    ]  # fmt: skip
    marked = [str(day.date) for day in days if day.estimated]
    assert marked == ["2027-02-08", "2027-03-10", "2027-03-11", "2027-05-17"]


def test_shipped_rows_are_the_proposal() -> None:
    """What is shipped is what the tool proposes, with the library at the version of the header."""
    pytest.importorskip("holidays")
    spec = spec_from_file_location("propose", HERE.parent / "tools" / "propose_calendar.py")
    assert spec is not None
    assert spec.loader is not None
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    for name in shipped_calendars():
        header = tool.tomllib.loads((tool.FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        pinned = header["proposed_by"]["version"]
        if version("holidays") != pinned:
            pytest.skip(f"holidays {pinned} is not installed")
        proposed = tool.propose(header).to_csv()
        shipped = (tool.FOLDER / f"{name}.csv").read_text(encoding="utf-8")
        assert tool.difference(shipped, proposed) == []
        assert tool.propose(header) == load_calendar(name)
