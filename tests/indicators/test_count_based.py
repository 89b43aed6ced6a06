"""Count-based indicators: published figures, independent oracles, laws, every option's fault."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capaian.errors import Finding, PolicyError
from capaian.formula import Moment, words
from capaian.indicator import ColumnRef, Exposure, Pauses
from capaian.indicators.count_based import CountOptions, build, capaian_indicator_types
from capaian.plugin import ColumnNeed, Measure

MOMENT = Moment(datetime(2027, 1, 1), datetime(2026, 1, 1), datetime(2027, 1, 1))
POST = Exposure("posts", "days", leave="leave", full=240)
WEIGHTS = {"simple": 1, "medium": "1.5", "complex": 2}
HEAD = "The indicator 'x' cannot be measured as it is written.\n"
LAW = settings(max_examples=100, deadline=None)


@pytest.fixture(scope="module")
def make(indicator):
    """Return the function that builds the measure of some options."""

    def function(options: CountOptions, columns: Any = None, **more: Any) -> Measure:
        return build(options, indicator("count-based", columns, **more))

    return function


def case_of(golden, name: str) -> dict[str, Any]:
    """Return one golden case."""
    return next(each for each in golden("count_cases.json") if each["id"] == name)


# --- published figures ----------------------------------------------------------------------------


def test_a_count_against_its_target(golden, make, measured):
    """C01: 45 rows are 45, exactly; against 50 they are nine tenths."""
    given_ = case_of(golden, "C01")
    measure = make(CountOptions("count", no_rows="zero"))
    result = measured(measure, [{}] * given_["input"]["observed"], MOMENT)
    assert (result.value, result.n, result.figures) == (45, 45, {"rows": 45})
    assert float(result.value / given_["input"]["target"]) == given_["expected"]["ratio"]
    assert (measure.unit, measure.grain) == ("count", 1)


def test_a_rate_for_a_full_period(golden, make, measured):
    """C04: 45 services in three quarters of a year in post are 60 a year."""
    given_ = case_of(golden, "C04")
    full = 240
    days = int(Fraction(given_["input"]["years_in_post"]) * full)
    measure = make(CountOptions("count", no_rows="zero"), exposure=POST)
    outside = {"exposure": days, "full": full}
    result = measured(measure, [{}] * given_["input"]["observed"], MOMENT, outside)
    assert result.value == given_["expected"]["rate"]
    assert result.figures == {"rows": 45, "exposure": 180, "full": 240}


def test_a_ratio_is_of_sums_and_never_the_mean_of_ratios(golden, make, measured):
    """C08: 1 of 1 and 10 of 40 are 11 of 41, not the mean of 1 and a quarter."""
    given_ = case_of(golden, "C08")
    rows = [
        {"numerator": each["done"], "denominator": each["target"]}
        for each in given_["input"]["quarters"]
    ]
    result = measured(make(CountOptions("ratio")), rows, MOMENT)
    assert result.value == Fraction(11, 41)
    assert float(result.value) == pytest.approx(given_["expected"]["ratio_of_sums"], abs=1e-12)
    assert result.figures == {"rows": 2, "numerator": 11, "denominator": 41}


# --- each statistic -------------------------------------------------------------------------------


def test_a_sum_of_amounts_is_exact_to_its_digits(make, measured):
    """12.50 and 0.05 with two digits are read as 1250 and 5, and add up to 12.55."""
    columns = {"amount": ColumnRef("paid", digits=2)}
    measure = make(CountOptions("sum", no_rows="zero"), columns)
    result = measured(measure, [{"amount": 1250}, {"amount": 5}], MOMENT)
    assert (result.value, result.figures["sum"]) == (Fraction("12.55"), 1255)
    assert (measure.grain, measure.columns) == (
        Fraction(1, 100),
        (ColumnNeed("amount", "integer"),),
    )


def test_weights_of_categories_are_exact(make, measured):
    """Two simple, one medium (1.5), one complex (2): 5.5, the figures in halves and quarters."""
    measure = make(CountOptions("weighted_count", no_rows="zero", weights=WEIGHTS))
    rows = [{"category": each} for each in ("simple", "simple", "medium", "complex")]
    result = measured(measure, rows, MOMENT)
    assert result.value == Fraction("5.5")
    assert result.figures == {"rows": 4, "weighted": 11, "weighted_squares": 4 + 4 + 9 + 16}
    assert measure.columns[0].labels == ("complex", "medium", "simple")
    said = words(measure.value)
    assert [said.index(part) for part in ("'complex'", "× 2", "'medium'", "× 1.5", "'simple'")]


def test_weights_may_be_a_column(make, measured):
    """The weight of a row with one digit; a negative one breaks the check."""
    columns = {"weight": ColumnRef("complexity", digits=1)}
    measure = make(CountOptions("weighted_count", no_rows="missing"), columns)
    result = measured(measure, [{"weight": 15}, {"weight": 20}], MOMENT)
    assert (result.value, result.figures["weighted_squares"]) == (Fraction("3.5"), 625)
    assert measured(measure, [{"weight": -1}, {"weight": 2}], MOMENT).broken == {"CPN-E31": 1}
    (check,) = measure.checks
    finding = Finding(check.code, "services", {"rows": 1, "of": 2, **check.values})
    assert finding.line() == (
        "  CPN-E31  services: 'complexity' is below 0 in 1 of 2 rows.\n"
        "           to fix: correct the amounts: a count or a weight is never negative."
    )


def test_distinct_items_are_counted_once(make, measured):
    """Three rows of two files are two files."""
    measure = make(CountOptions("distinct", no_rows="zero"))
    rows = [{"item": each} for each in ("a", "b", "a")]
    assert measured(measure, rows, MOMENT).value == 2


@pytest.mark.parametrize(
    ("success", "kind", "values"),
    [
        (["done"], "text", ("done", "done", "open")),
        ([1, 2], "integer", (1, 2, 3)),
        ([True], "boolean", (True, True, False)),
    ],
)
def test_a_share_of_outcomes(make, measured, success, kind, values):
    """Two of three rows have an outcome that counts, whatever its kind."""
    measure = make(CountOptions("share", success=success))
    result = measured(measure, [{"outcome": each} for each in values], MOMENT)
    assert (result.value, result.figures) == (Fraction(2, 3), {"rows": 3, "success": 2})
    assert (measure.unit, measure.columns) == ("share", (ColumnNeed("outcome", kind),))


def test_digits_of_a_ratio_cancel(make, measured):
    """1.50 (two digits) of 3.0 (one digit) is a half."""
    columns = {
        "numerator": ColumnRef("spent", digits=2),
        "denominator": ColumnRef("budget", digits=1),
    }
    rows = [{"numerator": 150, "denominator": 30}]
    assert measured(make(CountOptions("ratio"), columns), rows, MOMENT).value == Fraction(1, 2)


def test_rows_are_dated_only_if_the_policy_maps_a_date(make):
    """Without a date every row counts; with one, the stamp is read and never missing."""
    options = CountOptions("count", no_rows="zero")
    assert make(options).dated == ""
    dated = make(options, {"date": "finished"})
    assert (dated.dated, dated.columns) == ("date", (ColumnNeed("date", "stamp"),))


# --- states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("statistic", ["count", "sum", "distinct", "weighted_count"])
def test_no_rows_are_zero_or_missing_as_the_policy_says(make, measured, statistic):
    """Zero is given only where the policy says that an empty table means that none was done."""
    weights = WEIGHTS if statistic == "weighted_count" else {}
    for no_rows, wanted in (("zero", ("ok", 0)), ("missing", ("no_evidence", None))):
        measure = make(CountOptions(statistic, no_rows=no_rows, weights=weights))
        result = measured(measure, [], MOMENT)
        assert (result.status, result.value) == wanted


def test_shares_and_ratios_of_nothing_have_no_value(make, measured):
    """0/0 is not 0; nor is a ratio over a sum of zero."""
    ratio = make(CountOptions("ratio"))
    assert measured(make(CountOptions("share", success=["done"])), [], MOMENT).value is None
    assert measured(ratio, [], MOMENT).status == "no_evidence"
    zero = measured(ratio, [{"numerator": 3, "denominator": 0}], MOMENT)
    assert (zero.status, zero.value) == ("no_evidence", None)
    negative = measured(ratio, [{"numerator": 3, "denominator": -1}], MOMENT)
    assert negative.broken == {"CPN-E31": 1}


def test_fewer_rows_than_the_minimum_are_too_few(make, measured):
    """Three rows where five are asked for: a state, not a zero."""
    measure = make(CountOptions("count", no_rows="missing"), minimum=5)
    assert measured(measure, [{}] * 3, MOMENT).status == "too_few"
    assert measured(measure, [{}] * 5, MOMENT).status == "ok"


@pytest.mark.parametrize(
    ("exposure", "status"), [(0, "no_exposure"), (-3, "no_exposure"), (None, "no_evidence")]
)
def test_nobody_is_scored_for_days_that_were_not_in_post(make, measured, exposure, status):
    """No day in post is a state of its own; an officer without a row of postings has no value."""
    measure = make(CountOptions("count", no_rows="zero"), exposure=POST)
    result = measured_without(measured, measure, exposure)
    assert (result.status, result.value) == (status, None)


def measured_without(measured, measure: Measure, exposure: int | None) -> Any:
    """Run a measure whose figures leave out what is not known."""
    from attrs import evolve

    bare = evolve(measure, figures={})
    return measured(bare, [{}] * 3, MOMENT, {"exposure": exposure, "full": 240})


# --- laws -----------------------------------------------------------------------------------------

LABELS = st.lists(st.sampled_from(sorted(WEIGHTS)), max_size=30)


@LAW
@given(LABELS, st.integers(1, 9), st.randoms())
def test_weights_scale_and_order_is_free(make, measured, labels, factor, shuffle):
    """All weights times a factor give the value times that factor, in whatever order rows come."""
    exact = {label: Fraction(weight) for label, weight in WEIGHTS.items()}
    rows = [{"category": label} for label in labels]
    options = CountOptions("weighted_count", no_rows="zero", weights=exact)
    value = measured(make(options), rows, MOMENT).value
    assert value == sum((exact[label] for label in labels), Fraction(0))
    shuffle.shuffle(rows)
    larger = {label: weight * factor for label, weight in exact.items()}
    options = CountOptions("weighted_count", no_rows="zero", weights=larger)
    assert measured(make(options), rows, MOMENT).value == factor * value


@LAW
@given(LABELS)
def test_the_figures_of_a_weighted_count_are_its_moments(make, measured, labels):
    """Over D and D squared they are the value and the sum of squared weights."""
    weights = {"simple": "1/3", "medium": "0.5", "complex": 2}
    exact = {label: Fraction(weight) for label, weight in weights.items()}
    options = CountOptions("weighted_count", no_rows="zero", weights=weights)
    result = measured(make(options), [{"category": label} for label in labels], MOMENT)
    assert Fraction(result.figures["weighted"], 6) == result.value
    squares = sum((exact[label] ** 2 for label in labels), Fraction(0))
    assert Fraction(result.figures["weighted_squares"], 36) == squares


@LAW
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=20), st.randoms())
def test_a_ratio_lies_between_its_rows_and_splits_freely(make, measured, pairs, shuffle):
    """It is the sum over the sum, also when a row is split in two; no rows, no value."""
    rows = [{"numerator": top, "denominator": bottom} for top, bottom in pairs]
    result = measured(make(CountOptions("ratio")), rows, MOMENT)
    above, below = sum(top for top, _ in pairs), sum(bottom for _, bottom in pairs)
    assert result.value == (Fraction(above, below) if below else None)
    assert (result.status == "ok") == (below > 0)
    split = [{"numerator": top, "denominator": 0} for top, _ in pairs]
    split += [{"numerator": 0, "denominator": bottom} for _, bottom in pairs]
    shuffle.shuffle(split)
    assert measured(make(CountOptions("ratio")), split, MOMENT).value == result.value


@LAW
@given(st.integers(0, 200), st.integers(1, 300), st.integers(1, 300))
def test_a_rate_times_its_exposure_is_the_count(make, measured, rows, days, full):
    """rate x days / full gives the rows back exactly."""
    measure = make(CountOptions("count", no_rows="zero"), exposure=POST)
    outside = {"exposure": days, "full": full}
    result = measured(measure, [{}] * rows, MOMENT, outside)
    assert result.value * days / full == rows


# --- options --------------------------------------------------------------------------------------


FAULTS = [
    pytest.param(
        CountOptions("count"),
        {},
        "  CPN-P60  indicators['x'].measure.no_rows: 'no_rows' is missing; statistic = \"count\""
        " needs it, and there is no default.\n"
        '           to fix: add it, as in: no_rows = "zero" | "missing".',
        id="count without no_rows",
    ),
    pytest.param(
        CountOptions("weighted_count", no_rows="zero"),
        {},
        "  CPN-P60  indicators['x'].measure.weights: 'weights' is missing; statistic ="
        ' "weighted_count" needs it, and there is no default.\n'
        "           to fix: add it, as in: weights = { simple = 1, complex = 2 }.",
        id="weighted without weights",
    ),
    pytest.param(
        CountOptions("weighted_count", no_rows="zero", weights={"simple": "-0.5"}),
        {"columns": {"weight": "w"}},
        "  CPN-P61  indicators['x'].measure.weights: 'weights' has no effect beside"
        " columns.weight.\n"
        "           to fix: remove it; it goes with columns.category.\n"
        "  CPN-P65  indicators['x'].measure.weights.simple: 'weights.simple' is -1/2.\n"
        "           to fix: give a value with weights.simple >= 0.",
        id="two sources of weights, one negative",
    ),
    pytest.param(
        CountOptions("ratio", no_rows="zero", weights={"a": 1}, success=["done"]),
        {"exposure": POST, "pauses": Pauses("p", "c", ColumnRef("a"), ColumnRef("b"))},
        "  CPN-P61  indicators['x'].measure.no_rows: 'no_rows' has no effect beside statistic ="
        ' "ratio".\n'
        '           to fix: remove it; it goes with statistic = "count" | "sum" |'
        ' "weighted_count" | "distinct".\n'
        "  CPN-P61  indicators['x'].measure.weights: 'weights' has no effect beside statistic ="
        ' "ratio".\n'
        '           to fix: remove it; it goes with statistic = "weighted_count".\n'
        "  CPN-P61  indicators['x'].measure.success: 'success' has no effect beside statistic ="
        ' "ratio".\n'
        '           to fix: remove it; it goes with statistic = "share".\n'
        "  CPN-P68  indicators['x'].pauses: 'pauses' has no effect on an indicator of the type"
        " 'count-based' with this measure.\n"
        "           to fix: remove 'pauses'.\n"
        "  CPN-P68  indicators['x'].exposure: 'exposure' has no effect on an indicator of the type"
        " 'count-based' with this measure.\n"
        "           to fix: remove 'exposure'.",
        id="everything that a ratio passes over",
    ),
    pytest.param(
        CountOptions("share"),
        {},
        "  CPN-P60  indicators['x'].measure.success: 'success' is missing; statistic = \"share\""
        " needs it, and there is no default.\n"
        '           to fix: add it, as in: success = ["done"].',
        id="share without success",
    ),
    pytest.param(
        CountOptions("share", success=["done", 1, True]),
        {},
        "  CPN-P67  indicators['x'].measure.success: the values of 'success' are of several kinds:"
        " boolean, integer, text.\n"
        "           to fix: write all of them as the column has them: texts, whole numbers, or true"
        " and false.",
        id="success of several kinds",
    ),
    pytest.param(
        CountOptions("count", no_rows="zero"),
        {"minimum": 5},
        "  CPN-P69  indicators['x'].measure.no_rows: no_rows = \"zero\" gives a subject without"
        " rows the count 0, but minimum = 5 says that so few rows are too few to be measured.\n"
        "           to fix: remove 'minimum', or set no_rows = \"missing\".",
        id="zero rows beside a minimum",
    ),
]


@pytest.mark.parametrize(("options", "more", "text"), FAULTS)
def test_options_that_do_not_fit_are_refused_in_full(make, options, more, text):
    """All faults of an indicator's options at once, each with its place and its remedy."""
    with pytest.raises(PolicyError) as caught:
        make(options, **more)
    assert str(caught.value) == HEAD + text


def test_the_hook_returns_the_type():
    """A plugin like any stranger's: one record, found by its kind."""
    (record,) = capaian_indicator_types()
    assert (record.kind, record.options, record.build) == ("count-based", CountOptions, build)
    assert set(record.title) == {"en", "id"}
