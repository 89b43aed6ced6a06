"""Generated evidence is what the measure declares, thick where answers change."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from capaian.formula import agg, col, days, elapsed
from capaian.period import read_period
from capaian.plugin import ColumnNeed, Measure, RowCheck
from capaian.testing import strategies

PERIOD = read_period("2026-01")
MEASURE = Measure(
    columns=(
        ColumnNeed("start", "stamp"),
        ColumnNeed("stop", "stamp", nullable=True),
        ColumnNeed("mark", "integer"),
        ColumnNeed("kind", "text", labels=("good", "bad")),
        ColumnNeed("done", "boolean", nullable=True),
    ),
    value=agg.count(elapsed(col("start"), col("stop")) <= days(3)) / agg.count(col("mark") >= 3),
    n=agg.count(col("kind").one_of("good")),
    checks=(
        RowCheck("CPN-E30", col("stop") >= col("start")),
        RowCheck("CPN-E32", (col("mark") >= 1) & (col("mark") <= 5)),
    ),
)
FEWER = settings(max_examples=30, deadline=None)


@FEWER
@given(strategies.rows(MEASURE, PERIOD, fixed={"subject": st.just("a")}))
def test_rows_are_as_declared_and_pass_the_checks(rows):
    for row in rows:
        assert set(row) == {"start", "stop", "mark", "kind", "done", "subject"}
        assert row["subject"] == "a"
        assert isinstance(row["start"], datetime)
        assert row["stop"] is None or row["stop"] >= row["start"]
        assert 1 <= row["mark"] <= 5
        assert row["kind"] in {"good", "bad"}
        assert row["done"] in {True, False, None}


@FEWER
@given(strategies.rows(MEASURE, PERIOD, columns={"mark": "rating"}, most=3, outside=False))
def test_roles_are_columns_and_stamps_can_stay_inside(rows):
    for row in rows:
        assert "rating" in row
        assert PERIOD.start <= row["start"] < PERIOD.end


def test_constants_are_those_that_a_column_is_held_against():
    """Not those of a statistic, and not durations as integers of a column."""
    assert strategies.constants(MEASURE, "mark") == (3, 1, 5)
    assert strategies.constants(MEASURE, "kind") == ("good",)
    assert strategies.constants(MEASURE, "done") == ()


def test_integers_come_at_and_beside_the_constants():
    """Only allowed ones, and large ones where they are allowed."""
    few = st.lists(strategies.integers([7], lambda number: 6 <= number <= 8), min_size=1)

    @FEWER
    @given(few)
    def held(numbers):
        assert set(numbers) <= {6, 7, 8}

    held()


@FEWER
@given(strategies.stamps(PERIOD), strategies.texts(near=["x", 3]))
def test_stamps_lie_around_the_period_and_words_are_texts(stamp, text):
    assert abs((stamp - PERIOD.start).days) <= 34
    assert isinstance(text, str)


SIGNED = Measure(
    columns=(
        ColumnNeed("amount", "integer"),
        ColumnNeed("author", "text", nullable=True),
        ColumnNeed("note", "text", nullable=True),
    ),
    value=agg.sum(col("amount")),
    n=agg.count(),
    checks=(
        RowCheck("CPN-E33", (col("amount") >= -5) & (col("amount") <= 5)),
        RowCheck("CPN-E34", col("author").present() & ~col("author").blank()),
    ),
)


@FEWER
@given(strategies.rows(SIGNED, PERIOD, least=12, most=36))
def test_a_check_may_ask_whether_a_value_is_there(rows):
    """A check of one column says nothing of the others, and many rows are no trouble."""
    for row in rows:
        assert -5 <= row["amount"] <= 5
        assert row["author"].strip()


def test_a_text_that_may_not_be_blank_is_tried_with_white_space():
    """Of other columns of text nobody asks."""
    assert " " in strategies.constants(SIGNED, "author")
    assert strategies.constants(SIGNED, "note") == ()
