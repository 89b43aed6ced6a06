"""Periods and instants: what a label means, and what is refused."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PeriodError
from capaian.period import Period, read_date, read_instant, read_period


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-S1", "2026-01-01", "2026-06-30"),
        ("2026-S2", "2026-07-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-01-05/2026-01-05", "2026-01-05", "2026-01-05"),
    ],
)
def test_labels(label, first, last):
    """Year, semester, quarter, month, and any stretch of days."""
    period = read_period(label)
    assert (period.first, period.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert period.label == label
    assert read_period(period) is period


@given(st.integers(2000, 2100), st.sampled_from(["", "S", "Q", "M"]))
def test_the_parts_of_a_year_are_the_year(year, part):
    """Semesters, quarters and months follow each other without a gap or an overlap."""
    count = {"": 1, "S": 2, "Q": 4, "M": 12}[part]
    labels = [f"{year}-{part}{n}" for n in range(1, count + 1)] if part else [f"{year}"]
    if part == "M":
        labels = [f"{year}-{n:02d}" for n in range(1, 13)]
    periods = [read_period(label) for label in labels]
    assert periods[0].first == date(year, 1, 1)
    assert periods[-1].end == datetime(year + 1, 1, 1)
    for before, after in pairwise(periods):
        assert before.end == after.start


@pytest.mark.parametrize(
    "label", ["2026-13", "2026-00", "2026-Q5", "26", "2026-1", "", "x", "2026-01-01"]
)
def test_what_is_no_period(label):
    """The forms are listed."""
    with pytest.raises(PeriodError) as caught:
        read_period(label)
    assert str(caught.value) == (
        "The period cannot be read.\n"
        f"  CPN-D01  '{label}' is not a period.\n"
        "           to fix: write '2026', '2026-S1', '2026-Q1', '2026-03' or "
        "'2026-01-01/2026-03-31'."
    )


def test_a_period_that_ends_before_it_starts():
    """Said as such."""
    with pytest.raises(PeriodError) as caught:
        read_period("2026-03-01/2026-02-01")
    assert str(caught.value) == (
        "The period cannot be read.\n"
        "  CPN-D02  the period '2026-03-01/2026-02-01' ends before it starts.\n"
        "           to fix: swap the dates."
    )


def test_a_bare_date_is_its_midnight():
    """As of the first of April: everything of March, nothing of April."""
    assert read_instant("2026-04-01") == datetime(2026, 4, 1)
    assert read_instant(date(2026, 4, 1)) == datetime(2026, 4, 1)
    assert read_instant("2026-04-01T07:30") == datetime(2026, 4, 1, 7, 30)
    assert read_date("2026-04-01") == date(2026, 4, 1)
    assert Period("x", date(2026, 1, 1), date(2026, 3, 31)).end == read_instant("2026-04-01")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            "soon",
            (
                "The date cannot be read.\n"
                "  CPN-D03  as_of: 'soon' is not a date.\n"
                "           to fix: write it as 2026-04-01 or 2026-04-01T07:30."
            ),
        ),
        (
            "2026-04-01T07:30+07:00",
            (
                "The date cannot be used.\n"
                "  CPN-D04  as_of: it carries a time zone; instants here are the office's local time.\n"
                "           to fix: convert it to the office's local time and drop the zone."
            ),
        ),
    ],
)
def test_instants_that_are_refused(given, text):
    """No guess about what a word or a zone may have meant."""
    with pytest.raises(PeriodError) as caught:
        read_instant(given)
    assert str(caught.value) == text


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 500))
def test_any_stretch_of_days(first, length):
    """The end is the first instant after the last day."""
    last = first + timedelta(days=length)
    period = read_period(f"{first}/{last}")
    assert period.end - period.start == timedelta(days=length + 1)


@pytest.mark.parametrize(
    ("label", "every", "parts"),
    [
        ("2026", "semester", ["2026-S1", "2026-S2"]),
        ("2026", "quarter", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("2026-S2", "quarter", ["2026-Q3", "2026-Q4"]),
        ("2026-Q1", "month", ["2026-01", "2026-02", "2026-03"]),
        ("2026-02", "month", ["2026-02"]),
        ("2025-11-01/2026-01-31", "month", ["2025-11", "2025-12", "2026-01"]),
    ],
)
def test_what_a_period_is_made_of(label, every, parts):
    """Months, quarters and semesters under their own labels, over the turn of a year too."""
    assert [each.label for each in read_period(label).split(every)] == parts


@pytest.mark.parametrize(
    ("label", "every", "said"),
    [
        ("2026-Q1", "semester", "semesters."),
        ("2026-02-01/2026-04-30", "quarter", "quarters."),
        ("2026-01-01/2026-03-15", "month", "months."),
    ],
)
def test_a_period_that_cannot_be_split(label, every, said):
    """It must begin and end with whole ones."""
    with pytest.raises(PeriodError) as caught:
        read_period(label).split(every)
    assert str(caught.value).startswith(
        f"The period cannot be split.\n  CPN-D20  '{label}' is not made of whole {said}"
    )


@pytest.mark.parametrize(
    ("label", "part", "first"),
    [
        ("2026-08", "month", "2026-08-01"),
        ("2026-08", "quarter", "2026-07-01"),
        ("2026-08", "semester", "2026-07-01"),
        ("2026-08", "year", "2026-01-01"),
        ("2025-12-15/2026-01-15", "year", "2025-01-01"),
    ],
)
def test_since_when_a_period_is_cumulative(label, part, first):
    """The first day of the stretch of the calendar in which it begins."""
    assert read_period(label).since(part) == date.fromisoformat(first)


@pytest.mark.parametrize(
    ("label", "months", "first"),
    [
        ("2026-03", 1, "2026-03-01"),
        ("2026-03", 3, "2026-01-01"),
        ("2026-Q1", 12, "2025-04-01"),
        ("2026-01-01/2026-03-15", 2, "2026-01-16"),
        ("2026-05-01/2026-05-30", 3, "2026-02-28"),
    ],
)
def test_the_months_that_end_with_a_period(label, months, first):
    """Whole months back from its end; a day that a month lacks is that month's last."""
    assert read_period(label).back(months) == date.fromisoformat(first)


def test_a_period_covers_the_same_days_under_any_name():
    """And no others."""
    assert read_period("2026-Q1").covers(read_period("2026-01-01/2026-03-31"))
    assert not read_period("2026-Q1").covers(read_period("2026-01"))
