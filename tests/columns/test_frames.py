"""The frame path equals the plain path, in every integer and every finding, on every engine."""

import os
from datetime import date, datetime, timedelta
from fractions import Fraction

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capaian.columns import PauseReading, Reading, Request, open_table, reduce_table
from capaian.formula import (
    Aggregate,
    Arithmetic,
    Column,
    Compare,
    Elapsed,
    Extreme,
    Instant,
    Literal_,
    Logic,
    Moment,
    Not,
    OneOf,
    Paused,
    Present,
    Survival,
    When,
    agg,
    col,
    elapsed,
    lit,
    when,
)
from capaian.workcalendar import Week, build_calendar

EXAMPLES = int(os.environ.get("CAPAIAN_EXAMPLES", "25"))
MINUTE = 60_000_000
OFFICE = build_calendar(
    id="office",
    edition="1",
    first=date(2026, 3, 4),
    last=date(2026, 3, 18),
    week=Week({"monday-thursday": [("07:30", "12:00"), ("13:00", "16:00")], "friday": [("00:00", "24:00")]}),
)

# ---- evidence and formulas ---------------------------------------------------------------------

EDGES = [
    datetime(2026, 3, day, hour, minute, second, micro)
    for day in (4, 6, 7, 9, 18)
    for hour, minute, second, micro in (
        (0, 0, 0, 0), (7, 30, 0, 0), (7, 30, 0, 1), (11, 59, 59, 999_999), (12, 30, 0, 0),
        (16, 0, 0, 0), (23, 0, 0, 0), (23, 59, 59, 999_999),
    )
]  # fmt: skip
OUTSIDE = [datetime(2026, 3, 3, 23, 59, 59, 999_999), datetime(2026, 3, 19), datetime(1969, 7, 20, 20, 17)]
STAMPS = st.sampled_from(EDGES)
INTEGERS = st.integers(-3, 3) | st.integers(-(2**40), 2**40)
NUMBERS = st.integers(-3, 3) | st.fractions(-1, 1, max_denominator=2)
TEXTS = st.sampled_from(["", "baik", "buruk", "Baik", "é", "0", "12"])


def column(values, *, gaps=True):
    return st.none() | values if gaps else values


@st.composite
def evidence(draw):
    """Draw up to a dozen rows, and pauses of their cases that overlap, touch and never end."""
    size = draw(st.integers(1, 12))
    stamps = draw(st.sampled_from([STAMPS, STAMPS, STAMPS, STAMPS | st.sampled_from(OUTSIDE)]))
    kinds = {
        "who": column(st.sampled_from(["b", "a", "é", "Z", ""])),
        "a": INTEGERS,
        "b": column(INTEGERS),
        "flag": column(st.booleans()),
        "label": column(TEXTS),
        "begin": stamps,
        "done": column(stamps),
        "case": column(st.sampled_from(["1", "2", "it's"])),
    }
    rows = {name: draw(st.lists(each, min_size=size, max_size=size)) for name, each in kinds.items()}
    pauses = draw(
        st.lists(
            st.tuples(st.sampled_from(["1", "2", "it's", "9"]), STAMPS, column(STAMPS)), max_size=6
        )
    )
    pauses = [(case, first, last) for case, first, last in pauses if last is None or first <= last]
    schema = {
        "who": pl.String, "a": pl.Int64, "b": pl.Int64, "flag": pl.Boolean, "label": pl.String,
        "begin": pl.Datetime("us"), "done": pl.Datetime("us"), "case": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema), pauses


READINGS = (
    Reading("a", "a", "integer"),
    Reading("b", "b", "integer", nullable=True),
    Reading("flag", "flag", "boolean", nullable=True),
    Reading("label", "label", "text", nullable=True),
    Reading("start", "begin", "stamp"),
    Reading("stop", "done", "stamp", nullable=True),
)
CLOCKS = st.sampled_from(["calendar", "working_hours", "working_days"])


@st.composite
def stamp_trees(draw, depth):
    if depth == 0 or draw(st.booleans()):
        leaf = st.sampled_from([Column("start"), Column("stop"), Instant("as_of"), Instant("start"), Instant("end")])
        return draw(leaf)
    below = stamp_trees(depth - 1)
    return When(draw(boolean_trees(depth - 1)), draw(below), draw(below))


@st.composite
def text_trees(draw, depth):
    if depth == 0 or draw(st.booleans()):
        return draw(st.just(Column("label")) | st.builds(Literal_, TEXTS))
    below = text_trees(depth - 1)
    return When(draw(boolean_trees(depth - 1)), draw(below), draw(below))


@st.composite
def integer_trees(draw, depth):
    leaf = st.sampled_from([Column("a"), Column("b")]) | st.builds(Literal_, st.integers(-9, 9))
    if depth == 0:
        return draw(leaf)
    below, stamps = integer_trees(depth - 1), stamp_trees(depth - 1)
    return draw(
        st.one_of(
            leaf,
            st.builds(Arithmetic, st.sampled_from("+-*"), below, below),
            st.builds(When, boolean_trees(depth - 1), below, below),
            st.builds(Extreme, st.sampled_from(["min", "max"]), st.lists(below, min_size=2, max_size=3).map(tuple)),
            st.builds(Elapsed, stamps, stamps, CLOCKS),
            st.builds(Paused, stamps, stamps, CLOCKS),
        )
    )


@st.composite
def ratio_trees(draw, depth):
    half = st.builds(Literal_, st.fractions(-4, 4, max_denominator=7))
    if depth == 0:
        return draw(half)
    below, whole = ratio_trees(depth - 1), integer_trees(depth - 1)
    return draw(
        st.one_of(
            half,
            st.builds(Arithmetic, st.sampled_from("+-*"), below, whole),
            st.builds(When, boolean_trees(depth - 1), below, whole),
            st.builds(Extreme, st.sampled_from(["min", "max"]), st.tuples(whole, below)),
        )
    )


@st.composite
def boolean_trees(draw, depth):
    leaf = st.just(Column("flag")) | st.builds(Literal_, st.booleans())
    if depth == 0:
        return draw(leaf)
    below, numbers = boolean_trees(depth - 1), integer_trees(depth - 1)
    texts, stamps = text_trees(depth - 1), stamp_trees(depth - 1)
    ops = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    return draw(
        st.one_of(
            leaf,
            st.builds(Compare, ops, numbers, numbers),
            st.builds(Compare, ops, numbers, ratio_trees(depth - 1)),
            st.builds(Compare, ops, texts, texts),
            st.builds(Compare, ops, stamps, stamps),
            st.builds(Compare, ops, below, below),
            st.builds(Logic, st.sampled_from(["and", "or"]), below, below),
            st.builds(Not, below),
            st.builds(Present, st.one_of(numbers, texts, stamps, below)),
            st.builds(OneOf, numbers, st.lists(NUMBERS, max_size=3).map(tuple)),
            st.builds(OneOf, texts, st.lists(TEXTS, max_size=3).map(tuple)),
            st.builds(OneOf, below, st.lists(st.booleans(), max_size=2).map(tuple)),
        )
    )


@st.composite
def statistics(draw):
    numbers, flags = integer_trees(3), boolean_trees(3)
    any_kind = st.one_of(integer_trees(2), text_trees(2), stamp_trees(2))
    at = st.fractions(0, 10 * 24 * 60 * MINUTE) | st.sampled_from([Fraction(0), Fraction(2)])
    share = st.fractions(0, 1, max_denominator=6)
    one = st.one_of(
        st.just(agg.count()),
        st.builds(Aggregate, st.just("count"), flags),
        st.builds(Aggregate, st.sampled_from(["sum", "min", "max"]), numbers),
        st.builds(Aggregate, st.just("distinct"), any_kind),
        st.builds(Survival, st.just("quantile"), numbers, flags, share),
        st.builds(Survival, st.sampled_from(["within", "area"]), numbers, flags, at, st.booleans()),
    )
    return tuple(draw(st.lists(one, min_size=1, max_size=4)))


def asked(trees, pauses=None):
    moment = Moment(
        as_of=datetime(2026, 3, 16, 12, 30),
        start=datetime(2026, 3, 5),
        end=datetime(2026, 3, 15),
        work_time=OFFICE.work_time,
        work_days=OFFICE.work_days,
    )
    return Request("who", READINGS, (), trees, moment, OFFICE.dense(), "", "", pauses)


def pause_reading(pauses, make):
    schema = {"case": pl.String, "from": pl.Datetime("us"), "to": pl.Datetime("us")}
    native = make(pl.DataFrame(pauses, schema=schema, orient="row"))
    stop = Reading("stop", "to", "stamp", nullable=True)
    return PauseReading(open_table(native, "pauses"), "case", Reading("start", "from", "stamp"), stop, "case")


def outcome(reduced):
    """Everything a request returns."""
    columns = [reduced.column(index) for index in range(len(reduced.statistics))]
    arrays = [[each.tolist() for each in reduced.array(i)] for i in range(len(reduced.statistics))]
    return list(reduced.subjects), columns, arrays, reduced.rows, reduced.unattributed, reduced.findings


def reduce_as(make, table, pauses, trees):
    reading = pause_reading(pauses, make) if pauses else None
    return outcome(reduce_table(open_table(make(table), "cases"), asked(trees, reading)))


@pytest.mark.parametrize("kind", ["pandas", "pandas-arrow", "polars", "polars-lazy", "pyarrow", "duckdb"])
@given(evidence=evidence(), trees=statistics(), order=st.randoms(use_true_random=False))
@settings(
    deadline=None,
    max_examples=EXAMPLES,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_every_engine_gives_the_integers_of_plain_python(kind, evidence, trees, order, table_of):
    """Any formulas over any evidence: the same integers, or the same refusal, in any row order."""
    table, pauses = evidence
    plain = reduce_as(table_of["records"], table, pauses, trees)
    places = list(range(table.height))
    order.shuffle(places)
    shuffled = table[places]
    assert reduce_as(table_of[kind], shuffled, pauses, trees) == plain
