"""Time-based indicators: lengths of time, and the whole text of every fault of the options."""

from __future__ import annotations

from typing import Any

import pytest

from capaian.errors import PolicyError
from capaian.indicator import Exposure
from capaian.indicators.lengths import BadLength, read_length
from capaian.indicators.time_based import TimeOptions, build, capaian_indicator_types


def share(basis: str, limit: str = "14 days", clock: str = "calendar", **more: Any) -> TimeOptions:
    """Return the options of a share within a limit."""
    return TimeOptions("share_within", clock, limit=limit, basis=basis, **more)


# --- options --------------------------------------------------------------------------------------


def refusal(options: TimeOptions, declared: Any) -> str:
    """Return the whole text of the error that the options raise."""
    with pytest.raises(PolicyError) as caught:
        build(options, declared)
    return str(caught.value)


HEAD = "The indicator 'x' cannot be measured as it is written.\n"


FAULTS = [
    pytest.param(
        TimeOptions("share_within", "calendar"),
        "  CPN-P60  indicators['x'].measure.limit: 'limit' is missing; statistic = \"share_within\""
        " needs it, and there is no default.\n"
        '           to fix: add it, as in: limit = "3 days".\n'
        "  CPN-P60  indicators['x'].measure.basis: 'basis' is missing; statistic = \"share_within\""
        " needs it, and there is no default.\n"
        '           to fix: add it, as in: basis = "mature" | "bounds" | "kaplan_meier".',
        id="share without limit and basis",
    ),
    pytest.param(
        share("bounds"),
        "  CPN-P60  indicators['x'].measure.bound: 'bound' is missing; basis = \"bounds\" needs it,"
        " and there is no default.\n"
        '           to fix: add it, as in: bound = "lower" | "upper".',
        id="bounds without bound",
    ),
    pytest.param(
        share("mature", bound="lower", unit="days"),
        "  CPN-P61  indicators['x'].measure.unit: 'unit' has no effect beside statistic ="
        ' "share_within".\n'
        '           to fix: remove it; it goes with statistic = "mean" | "restricted_mean" |'
        ' "median" | "percentile".\n'
        "  CPN-P61  indicators['x'].measure.bound: 'bound' has no effect beside basis ="
        ' "mature".\n'
        '           to fix: remove it; it goes with basis = "bounds".',
        id="bound and unit without effect",
    ),
    pytest.param(
        TimeOptions("mean", "calendar", limit="3 days", inclusive=False),
        "  CPN-P61  indicators['x'].measure.limit: 'limit' has no effect beside statistic ="
        ' "mean".\n'
        '           to fix: remove it; it goes with statistic = "share_within".\n'
        "  CPN-P60  indicators['x'].measure.open_cases: 'open_cases' is missing; statistic ="
        ' "mean" needs it, and there is no default.\n'
        '           to fix: add it, as in: open_cases = "refuse" | "age" | "exclude".\n'
        "  CPN-P61  indicators['x'].measure.inclusive: 'inclusive' has no effect beside statistic ="
        ' "mean".\n'
        '           to fix: remove it; it goes with statistic = "share_within".',
        id="mean without open_cases",
    ),
    pytest.param(
        TimeOptions("restricted_mean", "calendar", up_to="0 days"),
        "  CPN-P65  indicators['x'].measure.up_to: 'up_to' is 0 days.\n"
        "           to fix: give a value with up_to > 0.",
        id="nothing to be restricted to",
    ),
    pytest.param(
        TimeOptions("percentile", "calendar", percentile=90),
        "  CPN-P65  indicators['x'].measure.percentile: 'percentile' is 90.\n"
        "           to fix: give a value with 0 < percentile < 1.",
        id="percentile of 90",
    ),
    pytest.param(
        share("mature", "soon"),
        "  CPN-P62  indicators['x'].measure.limit: 'soon' is not a length of time.\n"
        '           to fix: write a number and a unit: "3 days", "36 hours" or "90 minutes".',
        id="no length",
    ),
    pytest.param(
        share("mature", "2 days", "working_hours"),
        "  CPN-P63  indicators['x'].measure.limit: '2 days' cannot be counted in working hours:"
        " some working days are shorter than others, so a day is not one length.\n"
        '           to fix: write hours or minutes, or set clock = "working_days".',
        id="days of working hours",
    ),
    pytest.param(
        share("mature", "36 hours", "working_days"),
        "  CPN-P64  indicators['x'].measure.limit: '36 hours' is not a whole number of working"
        " days.\n"
        '           to fix: write a whole number of days, or set clock = "working_hours".',
        id="hours of working days",
    ),
    pytest.param(
        TimeOptions("median", "working_hours", unit="days"),
        "  CPN-P66  indicators['x'].measure.unit: the clock 'working_hours' does not count in"
        " days.\n"
        '           to fix: use "hours" | "minutes".',
        id="unit that the clock does not count in",
    ),
]


@pytest.mark.parametrize(("options", "text"), FAULTS)
def test_options_that_do_not_fit_are_refused_in_full(indicator, options, text):
    """All faults of an indicator's options at once, each with its place and its remedy."""
    assert refusal(options, indicator("time-based")) == HEAD + text


def test_exposure_is_refused_rather_than_passed_over(indicator):
    """Days in post pro-rate counts, not times; a policy that says so believes something false."""
    declared = indicator("time-based", exposure=Exposure("posts", "days"))
    assert refusal(share("mature"), declared) == HEAD + (
        "  CPN-P68  indicators['x'].exposure: 'exposure' has no effect on an indicator of the type"
        " 'time-based' with this measure.\n"
        "           to fix: remove 'exposure'."
    )


@pytest.mark.parametrize(
    ("text", "clock", "value", "said"),
    [
        ("3 days", "calendar", 3 * 86_400_000_000, "3 days"),
        ("1 day", "calendar", 86_400_000_000, "1 day"),
        (" 90minutes ", "calendar", 5_400_000_000, "90 minutes"),
        ("1.5 hours", "working_hours", 5_400_000_000, "1.5 working hours"),
        ("5 days", "working_days", 5, "5 working days"),
    ],
)
def test_lengths_of_time_are_exact(text, clock, value, said):
    """What is written is read to the microsecond and said as people say it."""
    length = read_length(text, clock)
    assert (length.value, length.said) == (value, said)


@pytest.mark.parametrize("text", ["-1 days", "3", "days", "1/2 day", "0.00000001 minutes"])
def test_what_is_no_length_is_not_guessed_at(text):
    """Neither a bare number nor a fraction of a microsecond is a length of time."""
    assert read_length(text, "calendar") == BadLength("CPN-P62")


def test_the_hook_returns_the_type():
    """A plugin like any stranger's: one record, found by its kind."""
    (record,) = capaian_indicator_types()
    assert (record.kind, record.options, record.build) == ("time-based", TimeOptions, build)
    assert set(record.title) == {"en", "id"}
