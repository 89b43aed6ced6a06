"""Complaints and working time: limits, days and hours against the decrees' lists as published."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import polars as pl
import pytest

import capaian
from capaian.packs import complaints
from capaian.workcalendar import load_calendar
from held import KINDS, held
from pack_rules import all_cases, apply, trusts

HOLIDAYS = [f"2026-{each}" for each in ("01-01", "01-16", "02-17", "03-19", "03-21", "03-22", "04-03", "04-05", "05-01", "05-14", "05-27", "05-31", "06-01", "06-16", "08-17", "08-25", "12-25")]  # fmt: skip
COLLECTIVE = [f"2026-{each}" for each in ("02-16", "03-18", "03-20", "03-23", "03-24", "05-15", "05-28", "12-24")]  # fmt: skip
MONTHS = (20, 18, 17, 21, 16, 20, 23, 19, 22, 22, 21, 21)
LIMITS = {
    "verifikasi": 3,
    "normatif": 5,
    "tidak_berkadar_pengawasan": 14,
    "berkadar_pengawasan": 60,
}
WEEK = {"mon-thu": ["07:30-12:00", "13:00-16:00"], "fri": ["07:30-11:30", "13:00-16:30"]}


def days_of(year):
    first = date(year, 1, 1)
    return [first + timedelta(days=each) for each in range((date(year + 1, 1, 1) - first).days)]


def test_every_case_of_the_pack_passes():
    found = all_cases(complaints)
    assert found.passed == len(found.results) > 100, found.text()


def test_every_day_of_2026_is_what_the_published_list_says():
    """A holiday on a Saturday or Sunday is a holiday."""
    for day in days_of(2026):
        said = apply(complaints, "calendar-2026/day-type", date=day.isoformat())["type"]
        if day.isoformat() in HOLIDAYS:
            assert said == "libur_nasional"
        elif day.isoformat() in COLLECTIVE:
            assert said == "cuti_bersama"
        else:
            assert said == ("akhir_pekan" if day.weekday() >= 5 else "hari_kerja")


@pytest.mark.parametrize("week", ["monday-friday", "monday-saturday"])
@pytest.mark.parametrize("excluded", [[], ["libur_nasional"], ["cuti_bersama"], ["libur_nasional", "cuti_bersama"]])  # fmt: skip
def test_working_days_of_2026_by_month_and_year(week, excluded):
    """Counted by hand over the days, whatever is excluded; with everything, as published."""
    off = {*(HOLIDAYS if "libur_nasional" in excluded else ())}
    off |= {*(COLLECTIVE if "cuti_bersama" in excluded else ())}
    open_days = 5 if week == "monday-friday" else 6
    counted = [
        each for each in days_of(2026) if each.weekday() < open_days and each.isoformat() not in off
    ]
    given = {"year": 2026, "week": week, "exclude": excluded}
    rule = "calendar-2026/working-days"
    assert apply(complaints, rule, **given) == {"working_days": len(counted)}
    by_month = [
        apply(complaints, rule, **given, month=each)["working_days"] for each in range(1, 13)
    ]
    assert by_month == [sum(day.month == each for day in counted) for each in range(1, 13)]
    if open_days == 5 and len(excluded) == 2:
        assert tuple(by_month) == MONTHS
        assert apply(complaints, rule, year=2026) == {"working_days": 240}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_year_s_rules_count_by_the_shipped_calendar_and_know_that_year_alone(year):
    calendar = load_calendar("id/2024-2027")
    expected = calendar.working_days(date(year, 1, 1), date(year, 12, 31))
    found = apply(complaints, f"calendar-{year}/working-days")
    assert found == {"working_days": expected}
    with pytest.raises(ValueError, match="the calendar is of that year alone"):
        apply(complaints, f"calendar-{year}/day-type", date=f"{year + 1}-01-01")
    wanted = "derived" if year == 2026 else "unconfirmed"
    (pack,) = complaints.capaian_packs()
    assert {each.source.trust for each in pack.rules if f"-{year}/" in each.id} == {wanted}


@pytest.mark.parametrize("category", LIMITS)
def test_a_deadline_is_the_nth_working_day_after_receipt(category):
    """For every day of receipt in the first half of 2026, by walking from day to day."""
    off = {*HOLIDAYS, *COLLECTIVE}
    for received in days_of(2026)[:181]:
        day, passed = received, 0
        while passed < LIMITS[category]:
            day += timedelta(days=1)
            passed += day.weekday() < 5 and day.isoformat() not in off
        given = {"received": received.isoformat(), "kategori": category}
        found = apply(complaints, "sp4n-lapor/deadline", **given)
        assert found == {"limit_working_days": LIMITS[category], "due": day.isoformat()}


def test_how_days_are_counted_is_not_confirmed_and_that_is_said():
    given = {"received": "2026-03-16", "kategori": "normatif"}
    assert trusts(complaints, "sp4n-lapor/deadline", **given) == {"derived", "unconfirmed"}
    assert trusts(complaints, "sp4n-lapor/limit", kategori="normatif") == {"derived"}
    assert trusts(complaints, "perpres-21-2023/weekly-hours", period="biasa") == {"derived"}
    given = {"day": "jumat", "start": "07:30", "end": "16:30", "break_minutes": 90}
    assert trusts(complaints, "perpres-21-2023/daily-hours", **given) == {"unconfirmed"}


@pytest.mark.parametrize(
    ("period", "rule", "end", "friday"),
    [
        ("biasa", "daily-hours", "16:00", "16:30"),
        ("ramadan", "daily-hours-ramadan", "15:00", "15:30"),
    ],
)
def test_five_days_make_the_week_of_the_decree(period, rule, end, friday):
    week = apply(complaints, "perpres-21-2023/weekly-hours", period=period)
    days = ["senin", "selasa", "rabu", "kamis", "jumat"]
    total = sum(
        apply(
            complaints,
            f"perpres-21-2023/{rule}",
            day=day,
            start=week["start"],
            end=friday if day == "jumat" else end,
        )["working_minutes"]
        for day in days
    )
    assert total == week["minutes"] == (2250 if period == "biasa" else 1950)


def test_working_minutes_are_those_counted_minute_by_minute():
    """Over the days off of March 2026, from every third hour to every third hour."""
    off = {*HOLIDAYS, *COLLECTIVE}
    start = datetime(2026, 3, 13)
    open_minutes = [0]
    for minute in range(15 * 24 * 60):
        now = start + timedelta(minutes=minute)
        hours = WEEK["fri"] if now.weekday() == 4 else WEEK["mon-thu"]
        closed = now.weekday() >= 5 or now.date().isoformat() in off
        at = now.strftime("%H:%M")
        inside = any(a <= at < b for a, b in (each.split("-") for each in hours))
        open_minutes.append(open_minutes[-1] + (inside and not closed))
    for begin in range(0, 15 * 24 * 60, 1260):
        for end in range(begin, 15 * 24 * 60, 1890):
            stamps = [(start + timedelta(minutes=each)).isoformat() for each in (begin, end)]
            found = apply(
                complaints,
                "working-time/elapsed-minutes",
                start=stamps[0],
                end=stamps[1],
                schedule=WEEK,
            )
            assert found["working_minutes"] == open_minutes[end] - open_minutes[begin]
            assert found["calendar_minutes"] == end - begin


@pytest.mark.parametrize(
    ("rule", "values", "said"),
    [
        (
            "calendar-2026/day-type",
            {"date": "2025-12-31"},
            "'date' is not in 2026; the calendar is of that year alone",
        ),
        ("calendar-2026/day-type", {"date": "31-12-2026"}, "'date' is not a date such as 2026-03-16"),
        ("calendar-2026/day-type", {}, "'date' is missing"),
        (
            "calendar-2026/day-type",
            {"dates": "2026-01-01"},
            "'dates' is not known; there is date (did you mean 'date'?)",
        ),
        (
            "calendar-2026/working-days",
            {"year": 2026, "month": 13},
            "'month' is not a whole number from 1 to 12",
        ),
        (
            "calendar-2026/working-days",
            {"exclude": ["cuti_bersamaa"]},
            "'exclude' is none of libur_nasional, cuti_bersama (did you mean 'cuti_bersama'?)",
        ),
        (
            "calendar-2026/working-days",
            {"exclude": "libur_nasional"},
            "'exclude' is not a list",
        ),
        (
            "working-time/elapsed-minutes",
            {"start": "2026-07-06T09:00", "end": "2026-07-06T08:00"},
            "'end' comes before 'start'",
        ),
        (
            "working-time/elapsed-minutes",
            {"start": "2026-07-06T09:00Z", "end": "2026-07-06T10:00"},
            "'start' carries a time zone; stamps are the office's own wall time",
        ),
        (
            "working-time/elapsed-minutes",
            {"start": "2026-07-06 at nine", "end": "2026-07-06T10:00"},
            "'start' is not a stamp such as 2026-03-16T08:00",
        ),
        (
            "working-time/elapsed-minutes",
            {"start": "2026-07-06T09:00", "end": "2026-07-06T10:00", "schedule": []},
            "'schedule' is no table of weekdays with their hours",
        ),
        (
            "working-time/elapsed-minutes",
            {"start": "2026-07-06T09:00", "end": "2026-07-06T10:00", "schedule": {"mon": 8}},
            "'schedule' has hours that are no list such as ['07:30-12:00']",
        ),
        (
            "working-time/elapsed-minutes",
            {"start": "2023-07-06T09:00", "end": "2023-07-06T10:00", "schedule": WEEK},
            (
                "a stamp lies outside the work calendar 'id/2024-2027', which runs from 2024-01-01 to"
                " 2027-12-31 (days away: 179)."
            ),
        ),
        (
            "working-time/elapsed-minutes",
            {"start": "2026-07-06T09:00", "end": "2026-07-06T10:00", "schedule": {"mondy": ["08:00-09:00"]}},
            "unknown weekday 'mondy'. Did you mean 'monday'?",
        ),
        (
            "sp4n-lapor/deadline",
            {"received": "2026-07-06", "kategori": "normatif", "limit_working_days": "5/2"},
            "'limit_working_days' is not a whole number of days",
        ),
        (
            "sp4n-lapor/deadline",
            {"received": "2028-01-03", "kategori": "normatif"},
            (
                "a stamp lies outside the work calendar 'id/2024-2027', which runs from 2024-01-01 to"
                " 2027-12-31 (days away: 3)."
            ),
        ),
        (
            "perpres-21-2023/daily-hours",
            {"day": "senin", "start": "07:30", "end": "08:00"},
            "the break is longer than the day",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(rule, values, said):
    with pytest.raises(ValueError, match=r".") as refused:
        apply(complaints, rule, **values)
    assert str(refused.value) == said


# ---- the policy --------------------------------------------------------------------------------

STEPS = {"verification": ("verifikasi", "forwarded"), "normative": ("normatif", "responded"),
         "without-oversight": ("tidak_berkadar_pengawasan", "responded"),
         "with-oversight": ("berkadar_pengawasan", "responded")}  # fmt: skip
AS_OF = date(2026, 5, 20)


def cases():
    """Complaints of three offices around each limit: just inside, just outside, open, forwarded late."""
    calendar = load_calendar("id/2024-2027")
    rows = []
    for number, received in enumerate(days_of(2026)[4:89:3]):
        category = list(LIMITS)[1 + number % 3]
        late = (-1, 0, 1, None)[number % 4]
        days = None if late is None else LIMITS[category] + late
        rows.append(
            {
                "unit": "abc"[number % 3] if number % 5 else "a",
                "category": category,
                "received": received,
                "forwarded": calendar.due(received, 2 + number % 3) if number % 7 else None,
                "responded": calendar.due(received, days) if days is not None else None,
            }
        )
    return rows


SCHEMA = {"unit": pl.String, "category": pl.String, "received": pl.Date, "forwarded": pl.Date, "responded": pl.Date}  # fmt: skip


def by_hand(rows, unit):
    """Of the complaints past their limit on the day before the cut-off, the share in time."""
    off = {*HOLIDAYS, *COLLECTIVE}

    def waited(start, end):
        span = ((end - start).days and [start + timedelta(days=d) for d in range(1, (end - start).days + 1)]) or []  # fmt: skip
        return sum(each.weekday() < 5 and each.isoformat() not in off for each in span)

    shares = []
    for category, column in STEPS.values():
        mine = [row for row in rows if row["unit"] == unit]
        if category != "verifikasi":
            mine = [row for row in mine if row["category"] == category]
        limit = LIMITS[category]
        mature = [row for row in mine if waited(row["received"], AS_OF) > limit]
        in_time = [
            row
            for row in mature
            if row[column] is not None
            and row[column] < AS_OF
            and waited(row["received"], row[column]) <= limit
        ]
        if mature:
            shares.append(Fraction(len(in_time), len(mature)))
    return sum(shares) / len(shares) * 100 if shares else None


@pytest.mark.parametrize("kind", KINDS)
def test_the_share_in_time_is_that_of_fractions_on_every_table(kind):
    """Open cases past their limit have failed; those within it are not judged yet."""
    rows = cases()
    policy = capaian.load_policy("complaints/2023", plugins=[complaints])
    scores = capaian.score(
        policy, {"complaints": held(rows, kind, SCHEMA)}, period="2026-Q1", as_of=AS_OF.isoformat()
    )
    columns = scores.columns()
    found = dict(zip(columns["subject"], columns["score"], strict=True))
    for unit in "abc":
        share = by_hand(rows, unit)
        assert found[unit] == float(Fraction(int(share * 100 + Fraction(1, 2)), 100))
    assert {each.trust for each in policy.sources} == {"derived", "unconfirmed"}
    assert all(each.source for each in (*policy.indicators, *policy.nodes))


def test_an_open_complaint_past_its_limit_has_failed_and_one_within_it_waits():
    """The trap of March 2026: five working days from the 16th end on the 30th."""
    row = {"unit": "a", "category": "normatif", "received": date(2026, 3, 16), "forwarded": date(2026, 3, 17), "responded": None}  # fmt: skip
    policy = capaian.load_policy("complaints", plugins=[complaints])

    def score(as_of):
        evidence = {"complaints": pl.DataFrame([row], schema=SCHEMA)}
        ledger = capaian.score(policy, evidence, period="2026-Q1", as_of=as_of).ledger()
        (found,) = ledger.filter(pl.col("indicator") == "normative").to_dicts()
        return found["state"], found["achievement"]

    assert score("2026-03-30") == ("undetermined", None)
    assert score("2026-03-31") == ("ok", 0.0)
