"""Working days in formulas: by the calendar that the regulation names, and by no other."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PolicyError
from capaian.rules import read_regulation, rules_of
from capaian.workcalendar import load_calendar

CALENDAR = load_calendar("id/2024-2027")
TEXT = """
id = "city"
cite = "Decree"
title = "Days"
in_force = { from = 2026-01-01 }
calendar = "id/2024-2027"
sources = { a = { cite = "article 1", trust = "verified" } }

[rules.due]
title = "Due"
source = "a"
input = { start = { kind = "date", optional = true }, days = { kind = "number", optional = true } }
gives = { day = "due(start, days)" }

[rules.passed]
title = "Passed"
source = "a"
input = { start = { kind = "date" }, end = { kind = "date", optional = true } }
gives = { days = "work_days(start, end)" }
"""
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def read(text=TEXT):
    return read_regulation(tomllib.loads(text, parse_float=Decimal))


DUE, PASSED = rules_of(read())


@given(DAYS, st.integers(0, 60))
def test_a_date_is_due_when_so_many_working_days_have_passed(start, days):
    if start > date(2027, 9, 1):
        start -= timedelta(days=365)
    due = DUE.apply({"start": start.isoformat(), "days": days})["day"]
    assert due == CALENDAR.due(start, days).isoformat()
    found = PASSED.apply({"start": start.isoformat(), "end": due})
    assert found == {"days": days}


def test_what_is_not_known_stays_so():
    assert DUE.apply({"start": "2026-03-16"}) == {"day": None}
    assert DUE.apply({"days": 5}) == {"day": None}
    assert PASSED.apply({"start": "2026-03-16"}) == {"days": None}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"start": "2026-03-16", "days": "5/2"}, "working days are a whole number"),
        ({"start": "2026-03-16", "days": -1}, "-1 working days cannot be counted from a start."),
        (
            {"start": "2028-03-16", "days": 1},
            (
                "a stamp lies outside the work calendar 'id/2024-2027', which runs from 2024-01-01 to"
                " 2027-12-31 (days away: 76)."
            ),
        ),
    ],
)
def test_days_that_cannot_be_counted_are_refused(values, said):
    with pytest.raises(ValueError, match=r".") as refused:
        DUE.apply(values)
    assert str(refused.value) == said


def test_without_a_calendar_there_are_no_such_functions():
    with pytest.raises(PolicyError) as refused:
        read(TEXT.replace('calendar = "id/2024-2027"', ""))
    assert [each.code for each in refused.value.findings] == ["CPN-F12", "CPN-F12"]


def test_a_calendar_that_is_not_shipped_is_refused():
    """Not even a file: what a regulation means hangs on no folder."""
    with pytest.raises(PolicyError) as refused:
        read(TEXT.replace("id/2024-2027", "id/2024-2028"))
    (finding,) = refused.value.findings
    assert (finding.where, finding.text()) == (
        "calendar",
        "there is no shipped work calendar 'id/2024-2028'. Did you mean 'id/2024-2027'?",
    )
