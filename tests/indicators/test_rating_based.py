"""Rating-based indicators: worked cases, states, laws on every engine, every option's fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import PolicyError
from capaian.explain.words import STATES
from capaian.formula import Moment, words
from capaian.indicator import ColumnRef, Exposure, Pauses
from capaian.indicators import rating_based
from capaian.indicators.rating_based import RatingOptions, build, capaian_indicator_types
from capaian.plugin import ColumnNeed, Measure
from capaian.policy import read_policy

MOMENT = Moment(datetime(2027, 1, 1), datetime(2026, 1, 1), datetime(2027, 1, 1))
HEAD = "The indicator 'x' cannot be measured as it is written.\n"
LAW = settings(max_examples=60, deadline=None)
LEVELS = ["below", "meets", "above"]
STATISTICS = ("only", "lowest", "highest", "mean", "last")


@pytest.fixture(scope="module")
def make(indicator):
    """Return the function that builds the measure of some options; dated where they need it."""

    def function(options: RatingOptions, columns: Any = None, **more: Any) -> Measure:
        dated = {"date": "date"} if options.statistic == "last" else None
        return build(options, indicator("rating-based", columns or dated, **more))

    return function


def rated(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    """Rows of a rating and a stamp."""
    return [{"rating": rating, "date": datetime.fromisoformat(date)} for rating, date in pairs]


# --- each statistic -------------------------------------------------------------------------------

ROWS = rated(("meets", "2026-02-01"), ("below", "2026-01-05"), ("above", "2026-03-01T16:30"))


@pytest.mark.parametrize(
    ("statistic", "value"),
    [("lowest", 1), ("highest", 3), ("mean", 2), ("last", 3)],
)
def test_levels_count_one_two_three(make, measured, statistic, value):
    """Without `values` the first level is 1; the ledger has how many ratings are at each."""
    measure = make(RatingOptions(LEVELS, statistic))
    result = measured(measure, ROWS, MOMENT)
    assert (result.status, result.value, result.n) == ("ok", value, 3)
    assert result.figures == {"rows": 3, "level_1": 1, "level_2": 1, "level_3": 1}
    assert (measure.unit, measure.least, measure.most) == ("points", 1, 3)
    assert measure.columns[-1] == ColumnNeed("rating", "text", labels=tuple(LEVELS))


@pytest.mark.parametrize(
    ("statistic", "value"),
    [("lowest", "-1/3"), ("highest", "2.5"), ("mean", "13/18"), ("last", "2.5")],
)
def test_values_are_exact(make, measured, statistic, value):
    """What a level is worth may be any number; thirds and tenths add up exactly."""
    measure = make(RatingOptions(LEVELS, statistic, values=["-1/3", 0, "2.5"]))
    assert measured(measure, ROWS, MOMENT).value == Fraction(value)
    assert (measure.least, measure.most) == (Fraction(-1, 3), Fraction(5, 2))


def test_the_only_rating_is_its_level(make, measured):
    """One row, one value; which of three levels it is stands in the figures."""
    result = measured(make(RatingOptions(LEVELS, "only")), [{"rating": "meets"}], MOMENT)
    assert (result.status, result.value) == ("ok", 2)
    assert result.figures == {"rows": 1, "level_1": 0, "level_2": 1, "level_3": 0}


@pytest.mark.parametrize(
    ("values", "grain"), [((), 1), ((25, 50, 75), 25), (("0.5", 1, "1.75"), Fraction(1, 4))]
)
def test_a_value_is_spoken_of_in_steps_that_it_can_take(make, values, grain):
    """Nobody is advised to reach 26 where the levels are 25, 50 and 75; a mean has hundredths."""
    assert make(RatingOptions(LEVELS, "lowest", values=values)).grain == grain
    assert make(RatingOptions(LEVELS, "mean", values=values)).grain == Fraction(1, 100)


def test_the_last_day_counts_and_not_the_hour(make, measured):
    """Of the 5th there are two that agree; a later hour of the 4th is still the 4th."""
    measure = make(RatingOptions(LEVELS, "last", values=[-2, "1/2", 7]))
    rows = rated(
        ("above", "2026-01-04T23:59:59.999999"),
        ("meets", "2026-01-05T00:00"),
        ("meets", "2026-01-05T09:00"),
    )
    assert measured(measure, rows, MOMENT).value == Fraction(1, 2)


def test_ratings_are_dated_only_if_the_policy_maps_a_date(make):
    """Without a date every row counts; with one, the stamp is read and never missing."""
    options = RatingOptions(LEVELS, "mean")
    assert make(options).dated == ""
    dated = make(options, {"date": "rated_on"})
    assert (dated.dated, dated.columns[0]) == ("date", ColumnNeed("date", "stamp"))


def test_a_measure_can_be_said_in_words(make):
    """Level by level, in the policy's own words."""
    assert words(make(RatingOptions(["low", "high"], "lowest")).value) == (
        "least (1 if rating = 'low', else 2)"
    )
    assert words(make(RatingOptions(["low", "high"], "last")).value, "id") == (
        "(hari dari awal periode sampai date × 2 + (0 jika rating = 'low', selain itu 1)) terbesar"
        " − (hari dari awal periode sampai date × 2) terbesar + 1"
    )


# --- states ---------------------------------------------------------------------------------------


def test_of_several_ratings_none_is_the_only_one(make, measured):
    """Two ratings where the rule knows one are a state; two that agree are still two."""
    measure = make(RatingOptions(LEVELS, "only"))
    for second in LEVELS:
        result = measured(measure, [{"rating": "meets"}, {"rating": second}], MOMENT)
        assert (result.status, result.value, result.n) == ("several", None, 2)


def test_ratings_of_the_last_day_that_differ_are_a_state(make, measured):
    """The later hour does not win; nor does a day before matter."""
    measure = make(RatingOptions(LEVELS, "last"))
    rows = rated(("below", "2026-01-05T08:00"), ("meets", "2026-01-05T17:00"))
    assert measured(measure, rows, MOMENT).status == "conflicting"
    rows += rated(("above", "2026-01-06"))
    assert measured(measure, rows, MOMENT).value == 3


@pytest.mark.parametrize("statistic", STATISTICS)
def test_no_rating_is_no_evidence(make, measured, statistic):
    """Never the lowest level, never zero."""
    result = measured(make(RatingOptions(LEVELS, statistic)), [], MOMENT)
    assert (result.status, result.value, result.n) == ("no_evidence", None, 0)


def test_fewer_ratings_than_the_minimum_are_too_few(make, measured):
    """Two raters where three are asked for."""
    measure = make(RatingOptions(LEVELS, "mean"), minimum=3)
    assert measured(measure, ROWS[:2], MOMENT).status == "too_few"
    assert measured(measure, ROWS, MOMENT).status == "ok"


def test_the_states_have_words_in_both_languages():
    """An explanation says them as people do."""
    assert STATES["several"] == {"en": "several ratings", "id": "lebih dari satu penilaian"}
    assert STATES["conflicting"] == {
        "en": "ratings of the last day differ",
        "id": "penilaian pada hari terakhir berbeda",
    }


# --- laws, on every engine ------------------------------------------------------------------------


def policy(statistic: str, values: list[Any]) -> capaian.Policy:
    """A policy of one indicator, whose score is its measured value."""
    return read_policy(
        {
            "id": "rated", "edition": "1", "in_force": {"from": "2026-01-01"},
            "scale": {"worst": 0, "best": 100, "floor": "none", "cap": "none"},
            "missing": "exclude", "subject": "nip",
            "rounding": [{"where": "score", "mode": "none"}],
            "indicators": [
                {
                    "id": "x", "type": "rating-based", "table": "ratings",
                    "columns": {"date": "date"},
                    "measure": {"statistic": statistic, "levels": LEVELS, "values": values},
                    "normalise": {"method": "identity"},
                }
            ],
        }
    )  # fmt: skip


def in_duckdb(frame: pl.DataFrame) -> Any:
    connection = duckdb.connect()
    connection.register("given", frame.to_arrow())
    return connection.table("given")


ENGINES = {
    "records": pl.DataFrame.to_dicts,
    "polars": pl.DataFrame.lazy,
    "pandas": pl.DataFrame.to_pandas,
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": in_duckdb,
}
SCHEMA = {"nip": pl.String, "rating": pl.String, "date": pl.Datetime("us")}
HOURS = st.integers(0, 31 * 24 - 1).map(lambda n: datetime(2026, 1, 1) + timedelta(hours=n))
FEW = st.integers(0, 60).map(lambda n: datetime(2026, 1, 30) + timedelta(hours=n % 48))
RATINGS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(LEVELS), HOURS | FEW), min_size=1, max_size=12
)
VALUES = st.lists(
    st.fractions(-3, 100, max_denominator=12), min_size=3, max_size=3, unique=True
).map(sorted)


def oracle(statistic: str, rows: list[tuple[int, datetime]], values: list[Fraction]) -> Any:
    """The state and the value, by Python's own arithmetic."""
    worths = [values[level] for level, _ in rows]
    if statistic == "only":
        return ("several", None) if len(rows) > 1 else ("ok", worths[0])
    if statistic == "last":
        last = max(date.date() for _, date in rows)
        found = {values[level] for level, date in rows if date.date() == last}
        return ("conflicting", None) if len(found) > 1 else ("ok", found.pop())
    of = {"lowest": min, "highest": max, "mean": lambda each: sum(each) / len(each)}
    return "ok", of[statistic](worths)


@settings(LAW, max_examples=20)
@given(RATINGS, VALUES, st.sampled_from(STATISTICS))
def test_every_engine_gives_what_fractions_give(ratings, values, statistic):
    """State, value and figures of each subject, and the same document, wherever the rows are."""
    rows = [dict(zip(SCHEMA, each, strict=True)) for each in ratings]
    frame = pl.DataFrame(rows, schema=SCHEMA)
    plan = policy(statistic, [str(each) for each in values])
    documents = set()
    for kind in ENGINES.values():
        scores = capaian.score(
            plan, {"ratings": kind(frame)}, period="2026-01", plugins=[rating_based]
        )
        documents.add(scores.to_json())
    assert len(documents) == 1
    for entry in scores.to_dict()["scores"]:
        found = entry["indicators"][0]
        mine = [
            (LEVELS.index(level), date) for who, level, date in ratings if who == entry["subject"]
        ]
        state, value = oracle(statistic, mine, values)
        top, bottom = found["numerator"], found["denominator"]
        got = None if top is None else Fraction(int(top), int(bottom))
        assert (found["state"], got, found["n"]) == (state, value, len(mine))
        counts = [sum(level == place for level, _ in mine) for place in range(3)]
        assert [int(found["figures"][f"level_{place}"]) for place in (1, 2, 3)] == counts


@pytest.mark.spark
def test_spark_finds_the_last_day_as_the_others_do(spark):
    """Days end at midnight to the microsecond; ratings of one day that differ are a state."""
    from spark_session import as_spark

    rows = [
        ("a", "above", datetime(2026, 1, 4, 23, 59, 59, 999_999)),
        ("a", "meets", datetime(2026, 1, 5)),
        ("b", "meets", datetime(2026, 1, 5)),
        ("b", "above", datetime(2026, 1, 5, 23, 59, 59, 999_999)),
        ("c", "below", datetime(2026, 1, 31, 12)),
    ]
    frame = pl.DataFrame([dict(zip(SCHEMA, each, strict=True)) for each in rows], schema=SCHEMA)
    for statistic in STATISTICS:
        plan = policy(statistic, ["-1/3", 0, "2.5"])
        given_ = {"period": "2026-01", "plugins": [rating_based]}
        wanted = capaian.score(plan, {"ratings": frame}, **given_).ledger_columns()
        table = as_spark(spark, frame.to_arrow())
        scores = capaian.score(plan, {"ratings": table}, **given_)
        found = pl.from_arrow(scores.ledger().toArrow()).sort("subject")
        for name in ("subject", "state", "numerator", "denominator", "n", "achievement"):
            assert found[name].to_list() == list(wanted[name])


@LAW
@given(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=20), st.randoms())
def test_the_mean_lies_between_and_order_is_free(make, measured, labels, shuffle):
    """lowest <= mean <= highest, in whatever order rows come."""
    rows = [{"rating": each} for each in labels]

    def of(statistic):
        return measured(make(RatingOptions(LEVELS, statistic)), rows, MOMENT).value

    low, mean, high = of("lowest"), of("mean"), of("highest")
    assert low <= mean <= high
    shuffle.shuffle(rows)
    assert (of("lowest"), of("mean"), of("highest")) == (low, mean, high)


def test_a_label_that_is_no_level_is_refused():
    """At the door, without saying what it was."""
    rows = [{"nip": "a", "rating": "Above", "date": datetime(2026, 1, 5)}]
    with pytest.raises(capaian.EvidenceError) as caught:
        capaian.score(
            policy("mean", [1, 2, 3]), {"ratings": rows}, period="2026-01", plugins=[rating_based]
        )
    assert "Above" not in str(caught.value)
    assert caught.value.code == "CPN-E18"


# --- options --------------------------------------------------------------------------------------

POST = Exposure("posts", "days", full=240)
FAULTS = [
    pytest.param(
        RatingOptions(["meets"], "mean"),
        {},
        "  CPN-P54  indicators['x'].measure.levels: 'levels' names 1, and a rating chooses among"
        " two at least.\n"
        '           to fix: name every level, from the lowest to the highest: levels = ["below",'
        ' "meets", "above"].',
        id="one level",
    ),
    pytest.param(
        RatingOptions(["low", "high", "low"], "mean", values=[1, 2]),
        {},
        "  CPN-P53  indicators['x'].measure.levels: the level 'low' stands more than once.\n"
        "           to fix: name each level once, from the lowest to the highest.\n"
        "  CPN-P55  indicators['x'].measure.values: 'values' has 2 numbers, and 'levels' 3"
        " labels.\n"
        "           to fix: give one number for each level, in the same order.",
        id="a level twice, values too few",
    ),
    pytest.param(
        RatingOptions(LEVELS, "mean", values=[2, "1.5", "3/2"]),
        {},
        "  CPN-P56  indicators['x'].measure.values: 'values' does not rise: 1.5 comes after 2.\n"
        "           to fix: list the levels from the lowest to the highest, each worth more than"
        " the one before.\n"
        "  CPN-P56  indicators['x'].measure.values: 'values' does not rise: 1.5 comes after"
        " 1.5.\n"
        "           to fix: list the levels from the lowest to the highest, each worth more than"
        " the one before.",
        id="values that do not rise",
    ),
    pytest.param(
        RatingOptions(LEVELS, "only"),
        {"minimum": 2},
        "  CPN-P57  indicators['x'].measure.statistic: statistic = \"only\" is of a single rating,"
        " but minimum = 2 says that one is too few.\n"
        "           to fix: remove 'minimum', or take another statistic.",
        id="only one of two at least",
    ),
    pytest.param(
        RatingOptions(LEVELS, "last"),
        {
            "columns": {"rating": "grade"},
            "exposure": POST,
            "pauses": Pauses("p", "c", ColumnRef("a"), ColumnRef("b")),
        },
        "  CPN-P60  indicators['x'].columns.date: 'columns.date' is missing; statistic = \"last\""
        " needs it, and there is no default.\n"
        '           to fix: add it, as in: columns.date = "...".\n'
        "  CPN-P68  indicators['x'].exposure: 'exposure' has no effect on an indicator of the type"
        " 'rating-based' with this measure.\n"
        "           to fix: remove 'exposure'.\n"
        "  CPN-P68  indicators['x'].pauses: 'pauses' has no effect on an indicator of the type"
        " 'rating-based' with this measure.\n"
        "           to fix: remove 'pauses'.",
        id="last without a date",
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
    assert (record.kind, record.options, record.build) == ("rating-based", RatingOptions, build)
    assert set(record.title) == {"en", "id"}
