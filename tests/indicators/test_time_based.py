"""Time-based indicators: published figures, the clock, edges and states."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from capaian.errors import Finding
from capaian.formula import Moment, merge_pauses, words
from capaian.indicator import ColumnRef, Pauses
from capaian.indicators.time_based import TimeOptions, build
from capaian.plugin import Measure

AS_OF = datetime(2026, 4, 1)
MOMENT = Moment(AS_OF, datetime(2026, 1, 1), AS_OF)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PAUSES = Pauses("pauses", "case", ColumnRef("from"), ColumnRef("to"))


def case(taken: float | None, age: float, unit: timedelta = DAY, **more: Any) -> dict[str, Any]:
    """Return a case of this age at the cut-off that took so long, or is open."""
    start = AS_OF - age * unit
    return {"start": start, "stop": None if taken is None else start + taken * unit, **more}


def share(basis: str, limit: str = "14 days", clock: str = "calendar", **more: Any) -> TimeOptions:
    """Return the options of a share within a limit."""
    return TimeOptions("share_within", clock, limit=limit, basis=basis, **more)


ALL = [
    share("mature"),
    share("bounds", bound="lower"),
    share("bounds", bound="upper"),
    share("kaplan_meier"),
    TimeOptions("mean", "calendar", open_cases="refuse"),
    TimeOptions("mean", "calendar", open_cases="age"),
    TimeOptions("mean", "calendar", open_cases="exclude"),
    TimeOptions("restricted_mean", "calendar", up_to="14 days"),
    TimeOptions("median", "calendar"),
    TimeOptions("percentile", "calendar", percentile="90%"),
]


@pytest.fixture
def make(indicator):
    """Return the function that builds the measure of some options."""

    def function(options: TimeOptions, **more: Any) -> Measure:
        return build(options, indicator("time-based", **more))

    return function


# --- published figures ----------------------------------------------------------------------------


def cases_of(golden, name: str) -> dict[str, Any]:
    """Return one golden case."""
    return next(each for each in golden("time_cases.json") if each["id"] == name)


def test_share_within_counts_open_cases_on_every_basis(golden, make, measured):
    """T03: five of twelve in time, four late, three undecided; each basis gives its own share."""
    golden_case = cases_of(golden, "T03")
    given_, wanted = golden_case["input"], golden_case["expected"]
    rows = [
        case(time if closed else None, age)
        for time, closed, age in zip(
            given_["duration_or_age"], given_["closed"], given_["age_since_opened"], strict=True
        )
    ]
    mature = measured(make(share("mature")), rows, MOMENT)
    figures = mature.figures
    assert figures == {
        "received": 12,
        "closed": 7,
        "open": 5,
        "success": wanted["success"],
        "failure": wanted["failure"],
        "undetermined": wanted["undetermined"],
        "mature": wanted["mature_cohort"][1],
        "mature_success": wanted["mature_cohort"][0],
    }
    assert (mature.value, mature.n) == (Fraction(1, 2), 8)
    assert float(mature.value) == wanted["mature_share"]
    for bound, figure in zip(("lower", "upper"), wanted["bounds"], strict=True):
        result = measured(make(share("bounds", bound=bound)), rows, MOMENT)
        assert float(result.value) == pytest.approx(figure, abs=1e-9)
        assert result.n == 12
    km = measured(make(share("kaplan_meier")), rows, MOMENT)
    assert float(km.value) == pytest.approx(wanted["km_share"], abs=1e-9)
    closed = measured(make(TimeOptions("mean", "calendar", open_cases="exclude")), rows, MOMENT)
    assert (closed.status, closed.figures["open"]) == ("ok", 5)


def km_rows(golden, name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the cases of T02 and T06: an open case is as old as it was followed."""
    golden_case = cases_of(golden, name)
    given_ = golden_case["input"]
    rows = [
        case(time if closed else None, time if not closed else time + 30)
        for time, closed in zip(given_["duration_days"], given_["closed"], strict=True)
    ]
    return rows, golden_case["expected"]


def test_kaplan_meier_share_is_that_of_the_survival_libraries(golden, make, measured):
    """T02: S(7), computed with scipy, statsmodels and lifelines, from the tree."""
    rows, wanted = km_rows(golden, "T02")
    result = measured(make(share("kaplan_meier", "7 days")), rows, MOMENT)
    assert 1 - float(result.value) == pytest.approx(wanted["S"], abs=1e-8)


def test_a_percentile_that_the_curve_never_reaches_is_not_reached(golden, make, measured):
    """T06: the median is 9 days; the 90th percentile is not the largest closed time, but none."""
    rows, wanted = km_rows(golden, "T06")
    median = measured(make(TimeOptions("median", "calendar")), rows, MOMENT)
    assert (median.status, median.value) == ("ok", wanted["p50"])
    ninety = measured(make(TimeOptions("percentile", "calendar", percentile="90%")), rows, MOMENT)
    assert (ninety.status, ninety.value) == ("not_reached", None)
    last = measured(make(share("kaplan_meier", "12 days")), rows, MOMENT)
    assert 1 - float(last.value) == pytest.approx(wanted["S_at_largest_event"], abs=1e-9)


def test_overlapping_pauses_are_taken_off_once(golden, make, measured):
    """T11: 20 days with pauses from day 4 to 9 and from 7 to 12 are 12 days, not 10."""
    golden_case = cases_of(golden, "T11")
    given_, wanted = golden_case["input"], golden_case["expected"]
    row = case(given_["closed"], 30)
    pauses = [
        (row["start"] + first * DAY, row["start"] + last * DAY) for first, last in given_["paused"]
    ]
    row["pauses"] = merge_pauses(pauses)
    options = TimeOptions("mean", "calendar", open_cases="refuse")
    paused = measured(make(options, pauses=PAUSES), [row], MOMENT)
    assert paused.value == wanted["net_duration"]
    assert measured(make(options), [row], MOMENT).value == 20


def test_only_the_mature_cohort_and_kaplan_meier_find_the_truth(golden, make, measured):
    """T04: exponential times of mean 10 over 30 days; the shortcuts miss, the two bases do not."""
    wanted = cases_of(golden, "T04")["expected"]
    draw = random.Random(4)
    rows = []
    for _ in range(40_000):
        age, time = draw.uniform(0, 30), draw.expovariate(1 / 10)
        # Whole hours, so that the exact curve has hundreds of steps and not thousands.
        rows.append(case(ceil(time * 24) if time < age else None, ceil(age * 24), HOUR))
    mature = measured(make(share("mature", "10 days")), rows, MOMENT)
    km = measured(make(share("kaplan_meier", "10 days")), rows, MOMENT)
    assert float(mature.value) == pytest.approx(wanted["true_share"], abs=0.01)
    assert float(km.value) == pytest.approx(wanted["true_share"], abs=0.01)
    figures = mature.figures
    decided = figures["success"] / (figures["success"] + figures["failure"])
    assert decided == pytest.approx(wanted["success_over_decided"], abs=0.01)
    exclude = TimeOptions("mean", "calendar", open_cases="exclude")
    closed = measured(make(exclude), rows, MOMENT)
    assert float(closed.value) == pytest.approx(wanted["mean_of_closed"], abs=0.1)
    up_to = TimeOptions("restricted_mean", "calendar", up_to="20 days")
    restricted = measured(make(up_to), rows, MOMENT)
    assert float(restricted.value) == pytest.approx(8.6466, abs=0.1), "10 (1 - e^-2)"


# --- the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "inclusive", "figure"),
    [
        (datetime(2026, 3, 30), True, "undetermined"),
        (datetime(2026, 3, 30, 15), True, "undetermined"),
        (datetime(2026, 3, 31), True, "failure"),
        (datetime(2026, 3, 27, 23), False, "undetermined"),
        (datetime(2026, 3, 30), False, "failure"),
    ],
)
def test_five_working_days_across_a_week_without_any(
    make, measured, office, as_of, inclusive, figure
):
    """Received Monday 16 March 2026, 18-24 March off: five days are over when 30 March is."""
    options = share("mature", "5 days", "working_days", inclusive=inclusive)
    rows = [{"start": datetime(2026, 3, 16, 9), "stop": None}]
    result = measured(make(options), rows, office(as_of))
    assert result.figures[figure] == 1
    assert result.figures["mature"] == (figure == "failure")
    assert result.status == ("ok" if figure == "failure" else "undetermined")


def test_an_answer_on_the_last_day_is_in_time_and_on_the_next_is_late(make, measured, office):
    """Due Monday 30 March: answered that evening in time, the next morning late."""
    options = share("mature", "5 days", "working_days")
    start = datetime(2026, 3, 16, 9)
    rows = [{"start": start, "stop": datetime(2026, 3, day, 20)} for day in (30, 31)]
    result = measured(make(options), rows, office(datetime(2026, 4, 2)))
    assert (result.figures["success"], result.figures["failure"]) == (1, 1)


def test_an_answer_on_a_day_off_counts_as_on_the_working_day_before(make, measured, office):
    """Due Friday 27 March (four days): Saturday's answer is in time, and Saturday is undecided."""
    options = share("mature", "4 days", "working_days")
    start, saturday = datetime(2026, 3, 16, 9), datetime(2026, 3, 28, 10)
    answered = measured(
        make(options), [{"start": start, "stop": saturday}], office(datetime(2026, 4, 2))
    )
    assert answered.figures["success"] == 1
    unanswered = measured(make(options), [{"start": start, "stop": None}], office(saturday))
    assert unanswered.figures["undetermined"] == 1


def test_zero_working_days_is_the_day_of_receipt(make, measured, office):
    """A limit of 0 days is kept until the next working day begins."""
    options = share("mature", "0 days", "working_days")
    start = datetime(2026, 3, 16, 9)
    rows = [{"start": start, "stop": start + HOUR}, {"start": start, "stop": start + DAY}]
    result = measured(make(options), rows, office(AS_OF))
    assert (result.figures["success"], result.figures["failure"]) == (1, 1)


def test_working_hours_run_over_the_night_and_the_days_off(make, measured, office):
    """Tuesday 15:00 to Wednesday 25 March 10:00 is one hour and two hours of work."""
    row = {"start": datetime(2026, 3, 17, 15), "stop": datetime(2026, 3, 25, 10)}
    options = TimeOptions("mean", "working_hours", open_cases="refuse")
    result = measured(make(options), [row], office(AS_OF))
    assert result.value == 3
    minutes = TimeOptions("mean", "working_hours", open_cases="refuse", unit="minutes")
    assert measured(make(minutes), [row], office(AS_OF)).value == 180
    held = share("mature", "3 hours", "working_hours")
    assert measured(make(held), [row], office(AS_OF)).value == 1
    held = share("mature", "3 hours", "working_hours", inclusive=False)
    assert measured(make(held), [row], office(AS_OF)).value == 0


def test_pauses_of_working_days_are_counted_in_working_days(make, measured, office):
    """Monday 2 to Monday 9 March is five days; a pause from Tuesday to Thursday takes off two."""
    row = {
        "start": datetime(2026, 3, 2, 9),
        "stop": datetime(2026, 3, 9, 9),
        "pauses": [(datetime(2026, 3, 3, 9), datetime(2026, 3, 5, 9))],
    }
    options = TimeOptions("mean", "working_days", open_cases="refuse")
    assert measured(make(options, pauses=PAUSES), [row], office(AS_OF)).value == 3


def test_a_restricted_mean_of_working_days_keeps_its_fraction(make, measured, office):
    """Two cases of 1 and 2 working days: the mean up to 5 is 1.5, not rounded to a whole day."""
    start = datetime(2026, 3, 2, 9)
    rows = [{"start": start, "stop": start + days * DAY} for days in (1, 2)]
    options = TimeOptions("restricted_mean", "working_days", up_to="5 days")
    assert measured(make(options), rows, office(AS_OF)).value == Fraction(3, 2)


# --- exactly at an edge -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "age", "inclusive", "figure"),
    [
        (14, 20, True, "success"),
        (14, 20, False, "failure"),
        (None, 14, True, "undetermined"),
        (None, 14, False, "failure"),
        (14, 14, True, "undetermined"),  # stamped exactly at the cut-off: not known before it
        (15, 14, True, "undetermined"),
    ],
)
def test_the_limit_and_the_cut_off_belong_to_one_side(
    make, measured, taken, age, inclusive, figure
):
    """At the limit and at the cut-off, each case has the state that the definition says."""
    result = measured(make(share("mature", inclusive=inclusive)), [case(taken, age)], MOMENT)
    states = {name: result.figures[name] for name in ("success", "failure", "undetermined")}
    assert states == {name: int(name == figure) for name in states}


# --- states ---------------------------------------------------------------------------------------


def test_no_case_is_no_evidence_and_never_a_share_of_zero(make, measured):
    """Without a row there is no value, whatever the statistic."""
    for options in ALL:
        result = measured(make(options), [], MOMENT)
        assert (result.status, result.value) == ("no_evidence", None), options


def test_young_cases_alone_are_undetermined(make, measured):
    """One open case of a day: no basis but the bounds can say a share."""
    rows = [case(None, 1)]
    for basis in ("mature", "kaplan_meier"):
        assert measured(make(share(basis)), rows, MOMENT).status == "undetermined"
    for bound, value in (("lower", 0), ("upper", 1)):
        result = measured(make(share("bounds", bound=bound)), rows, MOMENT)
        assert (result.status, result.value) == ("ok", value)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([case(3, 5), case(None, 4)], "undetermined"),  # the curve ends at 4 with half running
        ([case(3, 5), case(None, 2)], "ok"),  # the last one known to run has ended: S = 0
        ([case(3, 5), case(None, 20)], "ok"),  # somebody has been seen past the limit
        ([case(3, 5), case(20, 25)], "ok"),
        ([case(3, 5), case(None, 14)], "undetermined"),  # at the limit, not past it
    ],
)
def test_kaplan_meier_says_nothing_beyond_what_was_seen(make, measured, rows, status):
    """Where the curve does not reach the limit, a share would be a guess."""
    assert measured(make(share("kaplan_meier")), rows, MOMENT).status == status


def test_a_mean_with_an_open_case_does_what_the_policy_says(make, measured):
    """Closed after 2 and 4 days, open for 12: refused, 6, or 3 with the open one said."""
    rows = [case(2, 20), case(4, 20), case(None, 12)]

    def mean(open_cases: str) -> Any:
        options = TimeOptions("mean", "calendar", open_cases=open_cases)
        return measured(make(options), rows, MOMENT)

    assert mean("refuse").status == "undetermined"
    assert (mean("age").value, mean("age").n) == (6, 3)
    assert (mean("exclude").value, mean("exclude").n) == (3, 2)
    assert mean("exclude").figures == {"received": 3, "closed": 2, "open": 1}
    closed = TimeOptions("mean", "calendar", open_cases="exclude")
    assert measured(make(closed), rows[2:], MOMENT).status == "undetermined"


def test_fewer_cases_than_the_minimum_are_too_few(make, measured):
    """The minimum is held against n: for the mature basis, the mature cases."""
    rows = [case(3, 20), case(3, 20), case(3, 5)]
    assert measured(make(share("mature"), minimum=3), rows, MOMENT).status == "too_few"
    assert measured(make(share("mature"), minimum=2), rows, MOMENT).status == "ok"
    lower = share("bounds", bound="lower")
    assert measured(make(lower, minimum=3), rows, MOMENT).status == "ok"


def test_a_stop_before_the_start_is_counted_as_a_broken_row(make, measured):
    """The check names the user's columns; the text says how many of how many rows."""
    columns = {"start": "received", "stop": "answered"}
    measure = make(share("mature"), columns=columns)
    rows = [case(3, 20), case(-1, 20), case(None, 20), case(0, 20)]
    assert measured(measure, rows, MOMENT).broken == {"CPN-E30": 1}
    (check,) = measure.checks
    finding = Finding(check.code, "complaints", {"rows": 1, "of": 4, **check.values})
    assert finding.line() == (
        "  CPN-E30  complaints: 'answered' comes before 'received' in 1 of 4 rows.\n"
        "           to fix: correct the stamps, or leave those rows out with a condition under"
        " 'where'."
    )


def test_the_formula_reads_in_words(make):
    """An explanation shows the measure: here the mature share, in both languages."""
    measure = make(share("mature", "5 days", "working_days"))
    names = {"start": "received", "stop": "answered"}
    said = words(measure.value, "en", names)
    assert said.count("working days from received to the cut-off > 5 working days") == 2
    assert said.count("working days from received to answered ≤ 5 working days") == 1
    assert "hari kerja dari received sampai batas data" in words(measure.value, "id", names)
