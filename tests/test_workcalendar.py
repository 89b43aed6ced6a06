"""Work calendars: the closed form and its laws, building, files."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capaian.workcalendar import (
    ZONES,
    Closure,
    Day,
    Holiday,
    Kind,
    SpecialHours,
    Week,
    WorkCalendar,
    build_calendar,
    hours_text,
    load_calendar,
    parse_hours,
    read_calendar,
    read_closures,
    with_closures,
)

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
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


# ---- the closed form ---------------------------------------------------------------------------


@cache
def running_seconds() -> tuple[datetime, list[int]]:
    """Count open seconds one by one, Ramadan and Idul Fitri 2026, from the hours as text."""
    first, days = datetime(2026, 2, 16), 45
    opened = bytearray(days * 86_400)
    for row in indonesia().to_rows():
        offset = (date.fromisoformat(row["date"]) - first.date()).days
        for stretch in row["hours"].split() if 0 <= offset < days else ():
            begin, end = (int(each[:2]) * 3600 + int(each[3:]) * 60 for each in stretch.split("-"))
            for second in range(offset * 86_400 + begin, offset * 86_400 + end):
                opened[second] = 1
    return first, list(accumulate(opened, initial=0))


@given(st.integers(0, 45 * 86_400 - 1), st.integers(0, 45 * 86_400 - 1))
@settings(deadline=None)
def test_working_time_is_the_count_of_open_seconds(start: int, end: int) -> None:
    """W(end) - W(start) equals a running count of open seconds, in both directions."""
    first, running = running_seconds()
    stamps = [first + timedelta(seconds=each) for each in (start, end)]
    assert indonesia().work_time(*stamps) == (running[end] - running[start]) * 1_000_000


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Draw up to six days of any hours, to the microsecond, closed days among them."""
    cuts = st.lists(st.integers(0, DAY), min_size=4, max_size=4, unique=True).map(sorted)
    days = []
    for index in range(draw(st.integers(1, 6))):
        one, two, three, four = draw(cuts)
        hours = draw(st.sampled_from([(), ((one, four),), ((one, two), (three, four))]))
        kind: Kind = "working" if hours else "weekend"
        days.append(Day(date(2026, 2, 26) + timedelta(days=index), hours, kind))
    return WorkCalendar("drawn", "1", tuple(days))


def stamps_in(calendar: WorkCalendar, draw: Callable[..., Any], count: int) -> list[datetime]:
    """Draw stamps that the calendar covers."""
    midnight = datetime.combine(calendar.first, datetime.min.time())
    span = st.integers(0, len(calendar.days) * DAY - 1)
    return [midnight + timedelta(microseconds=draw(span)) for _ in range(count)]


@given(st.data())
def test_working_time_adds_up_the_overlaps(data: st.DataObject) -> None:
    """To the microsecond, for any hours: the sum of each open stretch's overlap."""
    calendar = data.draw(calendars())
    start, end = sorted(stamps_in(calendar, data.draw, 2))
    overlap = timedelta()
    for day in calendar.days:
        midnight = datetime.combine(day.date, datetime.min.time())
        for begin, close in day.hours:
            opens, closes = (midnight + timedelta(microseconds=each) for each in (begin, close))
            overlap += max(timedelta(), min(end, closes) - max(start, opens))
    assert calendar.work_time(start, end) == overlap // timedelta(microseconds=1)


@given(st.data())
def test_laws_of_working_time(data: st.DataObject) -> None:
    """Additive, its own opposite, monotone, never more than the clock, whatever the order."""
    calendar = data.draw(calendars())
    one, two, three = stamps_in(calendar, data.draw, 3)
    work = calendar.work_time
    assert work(one, two) + work(two, three) == work(one, three)
    assert work(one, two) == -work(two, one)
    early, late = sorted((one, two))
    assert 0 <= work(early, late) <= (late - early) // timedelta(microseconds=1)
    days = calendar.work_days
    assert days(one, two) + days(two, three) == days(one, three)


@given(st.data())
def test_days_are_counted_one_by_one(data: st.DataObject) -> None:
    """Counts and due dates equal a walk over the dates; day of receipt is day 0."""
    calendar = data.draw(calendars())
    start, end = sorted(each.date() for each in stamps_in(calendar, data.draw, 2))
    opened = [day.date for day in calendar.days if day.hours]
    assert calendar.work_days(start, end) == sum(start < each <= end for each in opened)
    assert calendar.working_days(start, end) == sum(start <= each <= end for each in opened)
    assert start == end or calendar.working_days(end, start) == 0
    later = [each for each in opened if each > start]
    assert [calendar.due(start, n) for n in range(len(later) + 1)] == [start, *later]


@given(st.data())
def test_dense_columns_hold_the_same_closed_form(data: st.DataObject) -> None:
    """An engine that evaluates the formula over the columns gets W, from plain integers."""
    calendar = data.draw(calendars())
    (stamp,) = stamps_in(calendar, data.draw, 1)
    dense = calendar.dense()
    row = stamp.toordinal() - dense.first
    time = (stamp - datetime.combine(stamp, datetime.min.time())) // timedelta(microseconds=1)
    worked = dense.base[row]
    for opens, closes in ((dense.open1, dense.close1), (dense.open2, dense.close2)):
        worked += min(max(time, opens[row]), closes[row])
    assert worked == calendar.worked_by(stamp)
    assert dense.count[row] == calendar.working_days(calendar.first, stamp)
    assert {type(each) for column in (dense.base, dense.count) for each in column} == {int}


def test_week_of_idul_fitri_2026_is_no_working_day() -> None:
    """18 to 24 March 2026 has no working day: five days from Monday the 16th end on the 30th."""
    calendar = indonesia()
    assert calendar.working_days(date(2026, 3, 18), date(2026, 3, 24)) == 0
    assert calendar.due(date(2026, 3, 16), 5) == date(2026, 3, 30)
    assert calendar.due(datetime(2026, 3, 16, 23, 59), 5) == date(2026, 3, 30)
    assert calendar.work_days(date(2026, 3, 17), date(2026, 3, 24)) == 0
    assert calendar.work_time(datetime(2026, 3, 17, 15), datetime(2026, 3, 25, 7, 30)) == 0


def test_zones_are_offsets_in_hours() -> None:
    """Indonesia's three zones, for conversion at the door."""
    assert dict(ZONES) == {"WIB": 7, "WITA": 8, "WIT": 9}


# ---- building ----------------------------------------------------------------------------------


def small(
    *,
    week: Week = OFFICE,
    special: Sequence[SpecialHours] = (),
    holidays: Sequence[Holiday] = (),
    closures: Sequence[Closure] = (),
    title: Mapping[str, str] | None = None,
) -> WorkCalendar:
    """Build Monday 2 to Sunday 8 March 2026."""
    return build_calendar(
        id="small",
        edition="1",
        first=date(2026, 3, 2),
        last=date(2026, 3, 8),
        week=week,
        special=special,
        holidays=holidays,
        closures=closures,
        title=title,
    )


def test_later_sources_win() -> None:
    """Week, then special period, then holiday, then closure; Sunday's holiday stays a holiday."""
    short = Week({"monday-friday": "08:00-12:00"})
    special = SpecialHours(date(2026, 3, 4), date(2026, 3, 7), short, "Short week", "SE 1")
    named = [
        Holiday(date(2026, 3, 5), "Leave", "collective_leave", "SKB", estimated=True),
        Holiday(date(2026, 3, 8), "Feast"),
        Holiday(date(2026, 3, 5), "Feast", decree="SKB"),
        Holiday(date(2027, 1, 1), "Passed over"),
    ]
    own = [Closure(date(2026, 3, 3), "Flood"), Closure(date(2026, 3, 5), "Moving house")]
    rows = small(special=[special], holidays=named, closures=own).days
    assert [(day.kind, hours_text(day.hours), day.reason) for day in rows] == [
        ("working", "07:30-12:00 13:00-16:00", None),
        ("closure", "", "Flood"),
        ("special", "08:00-12:00", "Short week"),
        ("holiday", "", "Feast; Leave"),
        ("special", "08:00-12:00", "Short week"),
        ("weekend", "", None),
        ("holiday", "", "Feast"),
    ]
    assert (rows[3].decree, rows[3].estimated) == ("SKB", False)


def test_a_closure_may_leave_hours_or_open_a_saturday() -> None:
    """Half days and service days count as working days, for the hours they have."""
    own = [
        Closure(date(2026, 3, 6), "Half day", hours="07:30-11:30"),
        Closure(date(2026, 3, 7), "Service Saturday", "SK 4", hours="08:00-12:00"),
    ]
    office = with_closures(small(title={"en": "Small"}), own, id="own", edition="2")
    friday = datetime(2026, 3, 6)
    assert office.work_time(friday, friday + timedelta(days=2)) == 8 * 60 * MINUTE
    assert office.working_days(date(2026, 3, 2), date(2026, 3, 8)) == 6
    assert (office.id, office.edition, office.title["en"]) == ("own", "2", "Small")
    assert office.day(date(2026, 3, 7)).decree == "SK 4"


def test_ends_of_an_estimated_period_are_marked() -> None:
    """Only the first and last dates may turn into ordinary ones, and only where hours differ."""
    short = Week({"monday-saturday": "08:00-12:00"})
    period = SpecialHours(date(2026, 3, 3), date(2026, 3, 8), short, "Ramadan", estimated=True)
    marked = [day.date.day for day in small(special=[period]).days if day.estimated]
    assert marked == [3]


def test_a_week_may_run_over_sunday() -> None:
    """A range of weekdays goes forward, past Sunday if it must."""
    week = Week({"saturday-monday": "08:00-09:00"})
    assert [bool(day) for day in week.hours] == [True, False, False, False, False, True, True]


# ---- files -------------------------------------------------------------------------------------


def test_files_give_back_the_same_calendar(tmp_path: Path) -> None:
    """JSON and CSV both come back equal; the fingerprint holds through a file and a pickle."""
    calendar = indonesia()
    (tmp_path / "a.json").write_text(calendar.to_json(), encoding="utf-8")
    (tmp_path / "a.csv").write_text(calendar.to_csv(), encoding="utf-8-sig")
    header = 'id = "id/2024-2027"\nedition = "{}"\n[title]\nid = "{id}"\nen = "{en}"\n'
    text = header.format(calendar.edition, **calendar.title)
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    for read in (read_calendar(tmp_path / "a.json"), load_calendar("a.csv", folder=tmp_path)):
        assert read == calendar
        assert hash(read) == hash(calendar)
        assert read.fingerprint == calendar.fingerprint
    assert pickle.loads(pickle.dumps(calendar)) == calendar  # noqa: S301 - our own bytes
    assert small().fingerprint != small(week=Week({"monday": "08:00-09:00"})).fingerprint


def test_closures_come_from_a_spreadsheet(tmp_path: Path) -> None:
    """Semicolons, a byte-order mark, spaces and absent optional columns are all read."""
    file = tmp_path / "own.csv"
    file.write_bytes(
        "\ufeffdate; reason ;hours\n2026-03-03;Banjir;\n2026-03-06;Rapat;07.30-11.30\n".encode()
    )
    first, second = read_closures(file)
    assert first == Closure(date(2026, 3, 3), "Banjir")
    assert second == Closure(date(2026, 3, 6), "Rapat", hours="07:30-11:30")


@pytest.mark.parametrize(
    "text", ["", "07:30-12:00 13:00-24:00", "00:00-00:00:01", "00:00-01:00:00.5 01:00:01-02:00"]
)
def test_hours_come_back_as_text(text: str) -> None:
    """What is written for hours is what is read, to the microsecond."""
    faults: list[Any] = []
    assert hours_text(parse_hours(text, "", faults)) == text
    assert not faults


def test_repr_says_what_it_is() -> None:
    """Name, edition, span, working days, and how many rows may still change."""
    assert repr(small()) == (
        "<WorkCalendar small · edition 1 · 2026-03-02 to 2026-03-08 · 5 working days>"
    )
    assert repr(indonesia()).endswith("· 957 working days · 4 estimated>")


def test_nothing_heavy_is_imported() -> None:
    """A calendar needs no dataframe library and no NumPy."""
    heavy = "{'numpy', 'narwhals', 'polars', 'pandas', 'holidays'}"
    code = f"import sys, capaian.workcalendar as w; w.load_calendar('id/2024-2027'); print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
