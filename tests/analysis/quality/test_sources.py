"""What is read of the evidence, and working time of whole columns against the calendar's own."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quality.test_diagnose import DESK, PEOPLE, STAFF, cases, evidence, forms
from capaian.analysis import diagnose, diagnose_survey
from capaian.analysis.quality.sources import clock_of
from capaian.policy import read_policy
from capaian.workcalendar import load_calendar

CALENDAR = load_calendar("id/2024-2027")
CLOCK = clock_of(CALENDAR)
EPOCH = datetime(1970, 1, 1)
stamps = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31))


def micro(*when):
    return np.array([(each - EPOCH) // timedelta(microseconds=1) for each in when])


@given(stamps, stamps)
def test_working_time_is_that_of_the_calendar(one, other):
    """Law: W and C of whole columns are those of `WorkCalendar`."""
    at = micro(one, other)
    assert CLOCK.covers(at).all()
    assert np.diff(CLOCK.work(at))[0] == CALENDAR.work_time(one, other)
    assert np.diff(CLOCK.days(at))[0] == CALENDAR.work_days(one, other)


@given(stamps)
def test_an_office_is_open_in_its_hours(when):
    midnight = datetime(when.year, when.month, when.day)
    time = (when - midnight) // timedelta(microseconds=1)
    expected = any(opens <= time <= closes for opens, closes in CALENDAR.day(when).hours)
    assert CLOCK.is_open(micro(when))[0] == expected


def test_dates_outside_the_calendar_are_not_covered():
    at = micro(datetime(2020, 1, 1), datetime(2030, 1, 1))
    assert not CLOCK.covers(at).any()


def rule(**measure):
    first = {**DESK["indicators"][0]}
    first["measure"] = {**first["measure"], **measure}
    return read_policy({**DESK, "indicators": [first, DESK["indicators"][1]]})


def looked(policy, tables, **options):
    return diagnose(policy, tables, period="2026-Q1", as_of="2026-07-01", **options)


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        ({"clock": "working_days", "limit": "8 days"}, "day"),
        ({"clock": "working_hours", "limit": "60 hours"}, "hour"),
        ({"clock": "calendar", "limit": "240 hours"}, "day"),
        ({"clock": "calendar", "limit": "20 hours"}, "hour"),
    ],
)
def test_a_limit_is_looked_at_on_its_own_clock(measure, unit):
    """As many cases lie in the last unit as plain arithmetic says."""
    rows = cases(1500)
    [found] = looked(rule(**measure), evidence(rows)).of("bunching")
    limit = float(measure["limit"].split()[0])

    def taken(row):
        a, b = row["received"], row["answered"]
        if measure["clock"] == "working_days":
            return float(CALENDAR.work_days(a, b))
        time = b - a
        if measure["clock"] == "working_hours":
            time = timedelta(microseconds=CALENDAR.work_time(a, b))
        return time / timedelta(hours=1)

    step = 24 if measure["limit"] == "240 hours" else 1
    assert found.values["unit"] == unit
    assert found.observed == sum(limit - step < taken(row) <= limit for row in rows)
    assert found.rows.tolist() == [
        at for at, row in enumerate(rows) if limit - step < taken(row) <= limit
    ]


def test_a_limit_that_is_no_whole_number_of_units_is_passed_over():
    assert not looked(rule(limit="2.5 days"), evidence(cases(300))).of("bunching")


def test_cases_with_pauses_are_not_looked_at_around_their_limit():
    first = {
        **DESK["indicators"][0],
        "pauses": {"table": "pauses", "case": "case", "start": "from", "stop": "to"},
    }
    policy = read_policy({**DESK, "indicators": [first, DESK["indicators"][1]]})
    found = looked(policy, evidence(cases(300)))
    assert not found.of("bunching")
    assert "Cases with pauses were not looked at around their limit (response)." in found.text()


def test_units_can_be_given():
    homes = {who: "north" if at % 2 else "south" for at, who in enumerate(PEOPLE)}
    table = pl.DataFrame({"who": list(homes), "of": list(homes.values())})
    for units in (homes, (table, "who", "of")):
        found = looked(read_policy(DESK), evidence(cases(300)), units=units)
        assert set(found.units["unit"]) == {"north", "south"}


def test_without_units_people_stand_alone():
    document = {name: each for name, each in DESK.items() if name != "subjects"}
    found = looked(read_policy(document), evidence(cases(300)))
    assert len(found.units) == 0
    assert set(found.people["unit"]) == {None}
    assert list(found.people.to_native()[0])[:4] == ["check", "place", "subject", "unit"]


def test_what_cannot_be_read_or_seen_is_said():
    rows = cases(40)
    rows[0]["recorded"] = "yesterday"
    found = diagnose(
        read_policy(DESK),
        evidence(rows),
        period="2026-Q1",
        as_of="2026-03-15",
        recorded={"complaints": {"column": "recorded"}},
    )
    assert "complaints: values that cannot be read were left out (recorded: 1)." in found.text()
    assert "The period was not over at the cut-off" in found.text()
    assert not found.of("last_minute")


def test_a_policy_of_surveys_alone_reads_no_stamps():
    alone = {**DESK, "indicators": [{**DESK["indicators"][1], "weight": 1}]}
    found = looked(read_policy(alone), {"survey": forms(50), "staff": STAFF})
    assert "No indicator reads stamps" in found.text()
    assert [each.check for each in found] == ["duplicates"]
    assert found.units.to_native() == []


def test_forms_count_in_their_period():
    dated = {**DESK["indicators"][1], "columns": {"date": "date"}}
    policy = read_policy({**DESK, "indicators": [DESK["indicators"][0], dated]})
    rows = [{**row, "date": datetime(2026, 2, 1)} for row in forms(60)]
    for row in rows[:15]:
        row["date"] = datetime(2025, 2, 1)
    found = diagnose_survey(policy, evidence(cases(40), rows), period="2026-Q1", as_of="2026-07-01")
    assert {each.n for each in found} == {45}
