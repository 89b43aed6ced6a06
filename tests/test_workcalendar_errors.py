"""Every error of work calendars: its whole text, in both languages, and that all faults are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from capaian.errors import CalendarError, catalogue
from capaian.workcalendar import (
    Closure,
    Day,
    SpecialHours,
    Week,
    WorkCalendar,
    build_calendar,
    load_calendar,
    outside,
    read_calendar,
    read_closures,
    with_closures,
)

WEEK = Week({"monday-friday": "08:00-12:00"})
MONDAY = date(2026, 3, 2)


def office() -> WorkCalendar:
    """Build Monday 2 to Sunday 8 March 2026."""
    return build_calendar(id="office", edition="1", first=MONDAY, last=date(2026, 3, 8), week=WEEK)


def of_days(*days: Day) -> WorkCalendar:
    """Make a calendar of single days."""
    return WorkCalendar("own", "1", days)


def file_of(name: str, text: str | bytes) -> str:
    """Write a file into the working folder and return its name."""
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    return name


def csv_of(*rows: str) -> str:
    """Write a calendar file with its header beside it."""
    file_of("own.toml", 'id = "own"\nedition = "1"\n')
    return file_of("own.csv", "\n".join(("date,hours,kind,reason,decree,estimated", *rows)))


def special(first: int, last: int, reason: str) -> SpecialHours:
    """Make a special period in March 2026."""
    return SpecialHours(date(2026, 3, first), date(2026, 3, last), WEEK, reason)


def close(*closures: Closure) -> WorkCalendar:
    """Add closures to the office."""
    return with_closures(office(), closures, id="own", edition="2")


def fail(error: CalendarError) -> None:
    """Raise an error that was built, not raised."""
    raise error


FAULTS: list[ParameterSet] = [
    pytest.param(
        lambda: office().work_time(datetime(2026, 3, 2), datetime(2026, 3, 12, 9)),
        (
            "Working time cannot be counted.\n"
            "  CPN-C01  a stamp lies outside the work calendar 'office', which runs from 2026-03-02 to 2026-03-08 (days away: 4).\n"
            "           to fix: correct the stamp, or use a calendar that covers it."
        ),
        id="C01",
    ),
    pytest.param(
        lambda: fail(
            outside(office(), [MONDAY, date(2026, 3, 9), date(2025, 3, 2)], "complaints.received")
        ),
        (
            "Working time cannot be counted.\n"
            "  CPN-C02  complaints.received: 2 stamps lie outside the work calendar 'office', which runs from 2026-03-02 to 2026-03-08 (days away, at most: 365).\n"
            "           to fix: correct the stamps, or use a calendar that covers them."
        ),
        id="C02",
    ),
    pytest.param(
        lambda: office().due(date(2026, 3, 4), 3),
        (
            "The due date cannot be found.\n"
            "  CPN-C03  3 working days from the start lie beyond the work calendar 'office', which ends on 2026-03-08 (working days left: 2).\n"
            "           to fix: use a calendar that reaches further."
        ),
        id="C03",
    ),
    pytest.param(
        lambda: office().worked_by(datetime(2026, 3, 2, tzinfo=UTC)),
        (
            "Working time cannot be counted.\n"
            "  CPN-C04  a stamp carries a time zone; a calendar counts the local wall time of the office.\n"
            "           to fix: convert stamps to the office's zone (WIB, WITA or WIT) when they are read, and drop the zone."
        ),
        id="C04",
    ),
    pytest.param(
        lambda: office().due(MONDAY, -1),
        (
            "The due date cannot be found.\n"
            "  CPN-C05  -1 working days cannot be counted from a start.\n"
            "           to fix: give 0 or more."
        ),
        id="C05",
    ),
    pytest.param(
        lambda: Week({"monday": "8-12", "friday": [("25:00", "26:00")]}),
        (
            "The week cannot be used.\n"
            "  CPN-C10  week.monday: '8-12' is not a stretch of hours.\n"
            "           to fix: write 07:30-12:00, with a space between two stretches.\n"
            "  CPN-C10  week.friday: '25:00-26:00' is not a stretch of hours.\n"
            "           to fix: write 07:30-12:00, with a space between two stretches."
        ),
        id="C10",
    ),
    pytest.param(
        lambda: of_days(Day(MONDAY, ((10, 5),), "working")),
        (
            "The work calendar 'own' cannot be used.\n"
            "  CPN-C11  2026-03-02: the stretch '00:00:00.00001-00:00:00.000005' does not end after it begins, within one day.\n"
            "           to fix: exchange the times; split a night shift at 24:00 into two dates."
        ),
        id="C11",
    ),
    pytest.param(
        lambda: Week({"friday": "08:00-12:00 11:00-13:00"}),
        (
            "The week cannot be used.\n"
            "  CPN-C12  week.friday: the stretches '08:00-12:00 11:00-13:00' overlap or stand out of order.\n"
            "           to fix: write them in the order of the day, each beginning when or after the one before has ended."
        ),
        id="C12",
    ),
    pytest.param(
        lambda: Closure(MONDAY, "Rapat", hours="08:00-09:00 10:00-11:00 12:00-13:00"),
        (
            "The closure cannot be used.\n"
            "  CPN-C13  hours: there are 3 stretches of hours in one day; a calendar holds at most 2.\n"
            "           to fix: join two of them: a calendar holds one break a day."
        ),
        id="C13",
    ),
    pytest.param(
        lambda: of_days(Day(MONDAY, (), "weekend"), Day(date(2026, 3, 4), (), "weekend")),
        (
            "The work calendar 'own' cannot be used.\n"
            "  CPN-C14  2026-03-04: the row of 2026-03-04 stands where 2026-03-03 is expected: every date has one row, in order.\n"
            "           to fix: add the missing dates, or remove what is repeated."
        ),
        id="C14",
    ),
    pytest.param(
        lambda: read_calendar(csv_of("2026-03-02,,holidays,Nyepi,,false")),
        (
            "The work calendar 'own' cannot be used.\n"
            "  CPN-C15  2026-03-02: unknown kind of day 'holidays'. Did you mean 'holiday'?\n"
            "           to fix: use one of: working, weekend, holiday, collective_leave, closure, special."
        ),
        id="C15",
    ),
    pytest.param(
        lambda: read_calendar(csv_of("2026-03-02,08:00-12:00,holiday,Nyepi,,false")),
        (
            "The work calendar 'own' cannot be used.\n"
            "  CPN-C16  2026-03-02: a day of kind 'holiday' does not go with the hours '08:00-12:00'.\n"
            "           to fix: working and special days have hours; days of the other kinds have none."
        ),
        id="C16",
    ),
    pytest.param(
        of_days,
        (
            "The work calendar 'own' cannot be used.\n"
            "  CPN-C17  the calendar has no dates.\n"
            "           to fix: give a first date and a last date that is not before it."
        ),
        id="C17",
    ),
    pytest.param(
        lambda: Week({"friady": "08:00-12:00"}),
        (
            "The week cannot be used.\n"
            "  CPN-C18  week: unknown weekday 'friady'. Did you mean 'friday'?\n"
            "           to fix: use one of: monday, tuesday, wednesday, thursday, friday, saturday, sunday; or a range such as monday-thursday."
        ),
        id="C18",
    ),
    pytest.param(
        lambda: read_closures(file_of("own.csv", "date,decree\n2026-03-02,SK 1\n")),
        (
            "The closures cannot be read.\n"
            "  CPN-C19  own.csv: 'reason' is missing.\n"
            "           to fix: add 'reason' and what belongs under it."
        ),
        id="C19",
    ),
    pytest.param(
        lambda: read_closures(file_of("own.csv", "date,reason,dekree\n2026-03-02,Banjir,\n")),
        (
            "The closures cannot be read.\n"
            "  CPN-C20  own.csv: unknown column or key 'dekree'. Did you mean 'decree'?\n"
            "           to fix: remove it, or use one of: date, reason, decree, hours."
        ),
        id="C20",
    ),
    pytest.param(
        lambda: read_closures(file_of("own.csv", "date,reason\n02/03/2026,Banjir\n")),
        (
            "The closures cannot be read.\n"
            "  CPN-C21  own.csv, line 2: '02/03/2026' is not a date.\n"
            "           to fix: write dates as YYYY-MM-DD."
        ),
        id="C21",
    ),
    pytest.param(
        lambda: close(Closure(date(2027, 1, 1), "Banjir")),
        (
            "The work calendar 'own' cannot be built.\n"
            "  CPN-C22  closures, 2027-01-01: the date lies outside the work calendar 'office', which runs from 2026-03-02 to 2026-03-08.\n"
            "           to fix: correct the date, or start from a calendar that covers it."
        ),
        id="C22",
    ),
    pytest.param(
        lambda: build_calendar(
            id="own",
            edition="1",
            first=MONDAY,
            last=MONDAY,
            week=WEEK,
            special=[special(4, 6, "Ramadan"), special(1, 4, "Banjir")],
        ),
        (
            "The work calendar 'own' cannot be built.\n"
            "  CPN-C23  2026-03-04: the special period 'Ramadan' begins before 'Banjir' has ended.\n"
            "           to fix: let each date belong to one special period."
        ),
        id="C23",
    ),
    pytest.param(
        lambda: close(Closure(MONDAY, "Banjir"), Closure(MONDAY, "Rapat")),
        (
            "The work calendar 'own' cannot be built.\n"
            "  CPN-C24  closures, 2026-03-02: the date is given twice.\n"
            "           to fix: keep one row per date."
        ),
        id="C24",
    ),
    pytest.param(
        lambda: load_calendar("id/2024-2026"),
        (
            "The work calendar cannot be read.\n"
            "  CPN-C25  there is no shipped work calendar 'id/2024-2026'. Did you mean 'id/2024-2027'?\n"
            "           to fix: use a shipped calendar (id/2024-2027), or the path of a .csv or .json file."
        ),
        id="C25",
    ),
    pytest.param(
        lambda: read_calendar(file_of("own.json", "[1, 2")),
        (
            "The file cannot be read.\n"
            "  CPN-C26  own.json: the file cannot be understood: Expecting ',' delimiter: line 1 column 6 (char 5).\n"
            "           to fix: correct the file at that place."
        ),
        id="C26",
    ),
    pytest.param(
        lambda: read_calendar(csv_of("2026-03-02,,weekend,,,maybe")),
        (
            "The work calendar cannot be read.\n"
            "  CPN-C27  own.csv, line 2: 'maybe' is neither true nor false.\n"
            "           to fix: write true or false under 'estimated'."
        ),
        id="C27",
    ),
    pytest.param(
        lambda: read_closures(file_of("own.csv", b"date,reason\n2026-03-02,caf\xe9\n")),
        (
            "The file cannot be read.\n"
            "  CPN-C28  own.csv: the file is not UTF-8 text (byte 26).\n"
            "           to fix: save it as UTF-8 text; from a spreadsheet, as CSV UTF-8."
        ),
        id="C28",
    ),
    pytest.param(
        lambda: read_closures("none.csv"),
        (
            "The file cannot be read.\n"
            "  CPN-C30  none.csv: there is no such file, or it may not be read.\n"
            "           to fix: correct the path; a calendar in a .csv file has a .toml file of the same name beside it."
        ),
        id="C30",
    ),
    pytest.param(
        lambda: read_closures(file_of("own.csv", "date,reason\n2026-03-02,Banjir, rob\n")),
        (
            "The closures cannot be read.\n"
            "  CPN-C29  own.csv, line 2: the line has more cells than the header (too many: 1).\n"
            "           to fix: put text that holds the separator between double quotes."
        ),
        id="C29",
    ),
]


@pytest.mark.parametrize(("run", "text"), FAULTS)
def test_whole_text(
    run: Callable[[], object], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what is wrong and by how much, where, and what to do; also in Indonesian."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CalendarError) as caught:
        run()
    assert str(caught.value) == text
    assert "perbaikan: " in caught.value.text("id")


def test_every_code_has_its_text_compared() -> None:
    """No code of the calendar is left without a test of its text."""
    known = {code for code in catalogue() if code.startswith("CPN-C")}
    assert {f"CPN-{each.id}" for each in FAULTS} == known


def test_all_faults_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with several faults is refused once, with a place for each."""
    monkeypatch.chdir(tmp_path)
    name = csv_of("2026-02-30,8-12,working,,,no", "2026-03-03,,weekend")
    with pytest.raises(CalendarError) as caught:
        read_calendar(name)
    assert [each.code for each in caught.value.findings] == ["CPN-C27", "CPN-C21", "CPN-C10"]
    assert {each.where for each in caught.value.findings} == {"own.csv, line 2"}


def test_a_closure_needs_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closure that cannot be defended is refused, from a file and from code."""
    monkeypatch.chdir(tmp_path)
    name = file_of("own.csv", "date,reason\n2026-03-02, \n")
    for run in (lambda: read_closures(name), lambda: close(Closure(MONDAY, " "))):
        with pytest.raises(CalendarError) as caught:
            run()
        (fault,) = caught.value.findings
        assert (fault.code, fault.values["key"]) == ("CPN-C19", "reason")


def test_a_json_file_needs_its_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing keys of the document and of a row are named, with the row's place."""
    monkeypatch.chdir(tmp_path)
    row = {"date": "2026-03-02", "hours": "", "kind": "weekend", "decree": None, "estimate": True}
    for document, wanted in (
        ([], ["own.json days", "own.json id", "own.json edition"]),
        (
            {"id": "own", "edition": "1", "days": [row]},
            [
                "own.json, days[0] reason",
                "own.json, days[0] estimated",
                "own.json, days[0] estimate",
            ],
        ),
    ):
        name = file_of("own.json", json.dumps(document))
        with pytest.raises(CalendarError) as caught:
            read_calendar(name)
        assert [f"{each.where} {each.values['key']}" for each in caught.value.findings] == wanted


def test_a_stamp_is_inside_to_the_last_microsecond() -> None:
    """The first and last instants of the calendar are counted, the next is refused."""
    last = datetime(2026, 3, 8, 23, 59, 59, 999_999)
    assert office().work_time(datetime(2026, 3, 2), last) == 5 * 4 * 3_600_000_000
    assert office().covers(last)
    for stamp in (datetime(2026, 3, 9), datetime(2026, 3, 1, 23, 59)):
        assert not office().covers(stamp)
        for run in (office().worked_by, office().day):
            with pytest.raises(CalendarError):
                run(stamp)
        with pytest.raises(CalendarError):
            office().work_days(MONDAY, stamp)


def test_an_error_holds_no_stamp() -> None:
    """Neither text nor figures repeat the stamp itself, which is the content of a row."""
    with pytest.raises(CalendarError) as caught:
        office().day(date(1987, 5, 17))
    assert "1987" not in json.dumps(caught.value.to_dict())
