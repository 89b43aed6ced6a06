"""The frame path equals the plain path, in every integer and every finding, on every engine."""

import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from capaian.columns import Filter, PauseReading, Reading, Request, open_table, reduce_table
from capaian.errors import FormulaError
from capaian.formula import (
    Aggregate,
    Arithmetic,
    Blank,
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
    as_of,
    col,
    elapsed,
    lit,
    when,
)
from capaian.workcalendar import Week, build_calendar
from spark_session import settled

SPARK = pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.slow])
EXAMPLES = int(os.environ.get("CAPAIAN_EXAMPLES", "25"))
DEPTH = int(os.environ.get("CAPAIAN_DEPTH", "3"))
MINUTE = 60_000_000
OFFICE = build_calendar(
    id="office",
    edition="1",
    first=date(2026, 3, 4),
    last=date(2026, 3, 18),
    week=Week(
        {
            "monday-thursday": [("07:30", "12:00"), ("13:00", "16:00")],
            "friday": [("00:00", "24:00")],
        }
    ),
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
OUTSIDE = [
    datetime(2026, 3, 3, 23, 59, 59, 999_999),
    datetime(2026, 3, 19),
    datetime(1969, 7, 20, 20, 17),
]
STAMPS = st.sampled_from(EDGES)
LARGE = st.sampled_from([2**62, -(2**62), 2**63 - 1, 1 - 2**63, 2**53 + 1])
INTEGERS = st.one_of(*[st.integers(-3, 3)] * 9, *[st.integers(-(2**40), 2**40)] * 9, LARGE)
NUMBERS = st.integers(-3, 3) | st.fractions(-1, 1, max_denominator=2)
TEXTS = st.sampled_from(["", " ", "\u2003\t", "baik", "buruk", "Baik", "é", " 0", "12"])


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
    rows = {
        name: draw(st.lists(each, min_size=size, max_size=size)) for name, each in kinds.items()
    }
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
    return pl.DataFrame(rows, schema=schema), pauses, draw(st.sampled_from(["", "start", "stop"]))


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
        leaf = st.sampled_from(
            [Column("start"), Column("stop"), Instant("as_of"), Instant("start"), Instant("end")]
        )
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
            st.builds(
                Extreme,
                st.sampled_from(["min", "max"]),
                st.lists(below, min_size=2, max_size=3).map(tuple),
            ),
            st.builds(Elapsed, stamps, stamps, CLOCKS | st.just("dates")),
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
            st.builds(Blank, texts),
            st.builds(OneOf, numbers, st.lists(NUMBERS, max_size=3).map(tuple)),
            st.builds(OneOf, texts, st.lists(TEXTS, max_size=3).map(tuple)),
            st.builds(OneOf, below, st.lists(st.booleans(), max_size=2).map(tuple)),
        )
    )


@st.composite
def statistics(draw):
    numbers, flags = integer_trees(DEPTH), boolean_trees(DEPTH)
    any_kind = st.one_of(integer_trees(DEPTH - 1), text_trees(DEPTH - 1), stamp_trees(DEPTH - 1))
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


def asked(trees, dated="", pauses=None):
    moment = Moment(
        as_of=datetime(2026, 3, 16, 12, 30),
        start=datetime(2026, 3, 5),
        end=datetime(2026, 3, 15),
        work_time=OFFICE.work_time,
        work_days=OFFICE.work_days,
    )
    return Request("who", READINGS, (), trees, moment, OFFICE.dense(), dated, "", pauses)


def pause_reading(pauses, make):
    schema = {"case": pl.String, "from": pl.Datetime("us"), "to": pl.Datetime("us")}
    native = make(pl.DataFrame(pauses, schema=schema, orient="row"))
    stop = Reading("stop", "to", "stamp", nullable=True)
    return PauseReading(
        open_table(native, "pauses"), "case", Reading("start", "from", "stamp"), stop, "case"
    )


def settled_table(table, request):
    return settled(reduce_table(table, request))


def outcome(reduced):
    """Everything a request returns."""
    columns = [reduced.column(index) for index in range(len(reduced.statistics))]
    arrays = [[each.tolist() for each in reduced.array(i)] for i in range(len(reduced.statistics))]
    return (
        list(reduced.subjects),
        columns,
        arrays,
        reduced.rows,
        reduced.unattributed,
        reduced.findings,
    )


EXACT_IN_FLOATS = 2**53


def reduce_as(make, table, pauses, dated, trees):
    reading = pause_reading(pauses, make) if pauses else None
    try:
        return outcome(
            settled_table(open_table(make(table), "cases"), asked(trees, dated, reading))
        )
    except FormulaError as error:
        return [], [], [], 0, 0, error.findings


@pytest.mark.parametrize(
    "kind",
    [
        "pandas",
        "pandas-arrow",
        "polars",
        "polars-lazy",
        "pyarrow",
        "duckdb",
        SPARK,
    ],
)
@given(evidence=evidence(), trees=statistics(), order=st.randoms(use_true_random=False))
@settings(
    deadline=None,
    max_examples=EXAMPLES,
    report_multiple_bugs=False,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
def test_every_engine_gives_the_integers_of_plain_python(kind, evidence, trees, order, table_of):
    """Any formulas over any evidence: the same integers, or the same refusal, in any row order."""
    table, pauses, dated = evidence
    if kind == "pandas":  # it holds whole numbers beside missing ones as float64
        exact = pl.col("a", "b").is_between(-EXACT_IN_FLOATS, EXACT_IN_FLOATS)
        table = table.with_columns(pl.when(exact).then(pl.col("a", "b")))
    plain = reduce_as(table_of["records"], table, pauses, dated, trees)
    places = list(range(table.height))
    order.shuffle(places)
    shuffled = table[places]
    assert reduce_as(table_of[kind], shuffled, pauses, dated, trees) == plain


# ---- columns of every type ---------------------------------------------------------------------

NUMBERS_WRITTEN = st.sampled_from(
    ["0", "-0", "007", " 12 ", "12.50", "-3.250", "1e3", "1,5", "5.", ".5", "9" * 18, "9" * 19,
     "9223372036854775807", "9223372036854775808", "-9223372036854775807", "+4", "x", "", "\t1", "--1",
     "0.000000000000000001", "\u0661", "12\n"]
)  # fmt: skip
STAMPS_WRITTEN = st.sampled_from(
    ["1/2/20 8:43", "01/02/2020 08:43", "12/31/99 23:59", "2/29/21 0:00", "2/29/2024 0:00", "2026-03-09",
     "2026-03-09T07:30:00.1234567", "2026-03-09 07:30+07:00", "2026-03-09T24:00", "0001-01-01",
     "0000-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59Z", "2026-02-30", "1900-02-29", "3-Mei-2026",
     "14 AGU 2026 12:05 am", "14 aug 2026 12:05 PM", "1/1/69 0:00", "1/1/68 0:00", "20260309", "", " 2026-03-09 ",
     "2026-03-09 07:30 -0330", "2026-3-9", "2026-03-09T07:30Z", "13/1/20 8:43", "1/2/20  8:43", "1/2/20 8:43\n"]
)  # fmt: skip
FORMS = [
    "",
    "%m/%d/%y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d-%B-%Y",
    "%d %b %Y %I:%M %p",
    "%Y%m%d",
    "%Y-%m-%d %H:%M %z",
]
FLOATS = st.sampled_from(
    [0.0, -0.0, 1.0, 2.5, -7.0, 12.1, 12.345, 1e-9, 1234567890.12, 0.1 + 0.2, 2.0**52 + 1, 2.0**53, -(2.0**62),
     2.0**63, 1e300, float("nan"), float("inf"), float("-inf"), 0.49999999999999994, 1.005]
)  # fmt: skip
DAYS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
SOON = st.datetimes(datetime(1960, 1, 1), datetime(2060, 1, 1))
TYPES = {
    "int8": (pl.Int8, st.integers(-128, 127)),
    "uint32": (pl.UInt32, st.integers(0, 2**32 - 1)),
    "int64": (pl.Int64, INTEGERS),
    "uint64": (pl.UInt64, st.integers(0, 3) | st.integers(2**63 - 1, 2**64 - 1)),
    "float": (pl.Float64, FLOATS),
    "decimal": (pl.Decimal(20, 3), st.decimals(-(10**16), 10**16, places=3) | st.decimals(-9, 9, places=1)),
    "boolean": (pl.Boolean, st.booleans()),
    "written number": (pl.String, NUMBERS_WRITTEN),
    "written stamp": (pl.String, STAMPS_WRITTEN),
    "text": (pl.String, TEXTS),
    "category": (pl.Categorical, st.sampled_from(["baik", "buruk", ""])),
    "date": (pl.Date, st.dates()),
    "stamp": (pl.Datetime("us"), DAYS),
    "stamp in ms": (pl.Datetime("ms"), DAYS.map(lambda each: each.replace(microsecond=0))),
    "stamp in ns": (pl.Datetime("ns"), SOON),
    "aware": (pl.Datetime("us", "Asia/Jayapura"), SOON),
    "time": (pl.Time, st.times()),
    "list": (pl.List(pl.Int64), st.lists(st.integers(0, 3), max_size=2)),
    "nothing": (pl.Null, st.none()),
}  # fmt: skip


@st.composite
def typed_columns(draw):
    """Draw a column of any type, with gaps, and ways to read it."""
    name = draw(st.sampled_from(sorted(TYPES)))
    dtype, values = TYPES[name]
    rows = draw(st.lists(column(values), min_size=1, max_size=6))
    table = pl.DataFrame({"x": pl.Series(rows, dtype=dtype)}).with_columns(who=pl.lit("a"))
    kind = draw(st.sampled_from(["integer", "text", "boolean", "stamp"]))
    labels = draw(st.sampled_from([(), ("baik", "12")])) if kind == "text" else ()
    reading = Reading(
        "x",
        "x",
        kind,
        draw(st.booleans()),
        labels,
        draw(st.sampled_from(FORMS)),
        draw(st.sampled_from([0, 0, 1, 2, 18])),
    )
    wanted = st.lists(st.sampled_from([0, 1, 12, True, "baik", "0", "12", "1"]), max_size=3).map(
        tuple
    )
    where = Filter("x", draw(wanted), draw(wanted), draw(st.none() | st.booleans()))
    filters = (where,) if draw(st.booleans()) else ()
    subject = draw(st.sampled_from(["who", "x"]))
    return table, subject, reading, filters, draw(st.sampled_from(["", "WIB", "WIT"]))


def statistics_of(kind):
    x = col("x")
    some = (agg.count(), agg.count(x.present()))
    if kind == "boolean":
        return (*some, agg.count(x))
    if kind == "integer":
        return (*some, agg.min(x), agg.max(x), agg.distinct(x))
    if kind == "stamp":
        since = elapsed(as_of(), x)
        return (*some, agg.min(since), agg.max(since), agg.distinct(x))
    return (*some, agg.distinct(x), agg.count(OneOf(x, ("baik", "12"))))


@pytest.mark.parametrize(
    "kind",
    ["pandas-arrow", "polars", "pyarrow", "duckdb", SPARK],
)
@given(drawn=typed_columns())
@settings(
    deadline=None,
    max_examples=EXAMPLES * 4,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_column_of_any_type_is_read_alike(kind, drawn, table_of):
    """Whatever a column holds, records and frames take it, or refuse it, in the same words."""
    table, subject, reading, filters, zone = drawn
    assume(kind != "spark" or table.schema["x"] != pl.UInt64)  # Spark has no such type
    moment = Moment(datetime(2026, 3, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
    request = Request(subject, (reading,), filters, statistics_of(reading.kind), moment, zone=zone)
    plain, framed = (
        outcome(settled_table(open_table(table_of[each](table), "t"), request))
        for each in ("records", kind)
    )
    assert framed == plain


# ---- text that stands for values ---------------------------------------------------------------


@pytest.mark.slow
@given(
    numbers=st.lists(NUMBERS_WRITTEN, min_size=1, max_size=6),
    stamps=st.lists(STAMPS_WRITTEN, min_size=6, max_size=6),
    answers=st.lists(
        st.sampled_from(["true", "FALSE", "1", "0", "yes", ""]), min_size=6, max_size=6
    ),
    form=st.sampled_from(FORMS),
    digits=st.sampled_from([0, 2, 18]),
)
@settings(deadline=None, max_examples=EXAMPLES * 4)
def test_a_csv_file_is_read_as_the_same_text_in_records(numbers, stamps, answers, form, digits):
    """Every value is parsed by Polars as by plain Python."""
    size = len(numbers)
    rows = {"who": ["01"] * size, "n": numbers, "t": stamps[:size], "b": answers[:size]}
    readings = (
        Reading("n", "n", "integer", nullable=True, digits=digits),
        Reading("t", "t", "stamp", nullable=True, format=form),
        Reading("b", "b", "boolean", nullable=True),
    )
    filters = (Filter("n", none_of=(12,)), Filter("b", none_of=(False,)))
    trees = (agg.sum(col("n")), agg.distinct(col("t")), agg.count(col("b")), agg.count())
    moment = Moment(datetime(2026, 3, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        pl.DataFrame(rows).write_csv(path, quote_style="always")
        file = open_table(path, "t")
        records = evolve(open_table(pl.DataFrame(rows).to_dicts(), "t"), written=True)
        for chosen in (filters, ()):
            request = Request("who", readings, chosen, trees, moment, zone="WIB")
            assert outcome(settled_table(file, request)) == outcome(settled_table(records, request))


# ---- the quiet traps of engines ----------------------------------------------------------------


def test_eleven_at_night_is_1380_minutes(engine, ask, reads):
    """Polars would work out the time of day in eight bits, where 23 * 60 is 100."""
    native = engine({"who": ["a"], "t": [datetime(2026, 3, 9, 23)]})
    taken = elapsed(as_of(), col("t"))
    reduced = ask(native, [reads.stamp("t")], [agg.sum(taken)], as_of=datetime(2026, 3, 9))
    assert reduced.column(0) == [1380 * MINUTE]
    worked = elapsed(as_of(), col("t"), "working_hours")
    reduced = ask(native, [reads.stamp("t")], [agg.sum(worked)], as_of=datetime(2026, 3, 9))
    assert reduced.column(0) == [450 * MINUTE]


def test_small_integers_do_not_wrap(engine, ask, reads):
    """A product or a sum of eight-bit columns is of 64 bits."""
    native = engine({"who": ["a"] * 3, "x": [100, 100, 100]}, {"x": pl.Int8})
    reduced = ask(native, [reads.integer("x")], [agg.sum(col("x")), agg.sum(col("x") * col("x"))])
    assert [reduced.column(index) for index in (0, 1)] == [[300], [30_000]]


def test_sums_beyond_float64_are_exact(engine, ask, reads):
    """DuckDB's sums are of 128 bits, and floats on their way out if nobody looks."""
    odd = 2**53 + 1
    native = engine({"who": ["a"] * 3, "x": [odd, odd, -1]})
    assert ask(native, [reads.integer("x")], [agg.sum(col("x"))]).column(0) == [2 * odd - 1]


def test_a_sum_that_passes_64_bits_is_refused(frame, ask, reads, said):
    """Not wrapped, not an engine's error: how many subjects, which statistic."""
    native = frame({"who": ["a", "a", "b"], "x": [2**62, 2**62, 7]})
    reduced = ask(native, [reads.integer("x")], [agg.count(), agg.sum(col("x"))])
    [finding] = reduced.findings
    assert finding.line() == (
        "  CPN-E23  complaints: the statistic 'sum of x' passes ±9,223,372,036,854,775,807 "
        "(subjects: 1).\n"
        "           to fix: look for stamps or amounts that are far too large, or count in a larger "
        "unit."
    )
    assert finding.text("id").startswith("statistik 'jumlah x' melampaui")


def test_a_sum_that_fits_after_all_is_given(frame, ask, reads):
    """Partial sums may pass 64 bits as long as the sum does not."""
    native = frame({"who": ["a"] * 5, "x": [2**62, 2**62, 2**62, -(2**62), -(2**62)]})
    reduced = ask(native, [reads.integer("x")], [agg.sum(col("x")), agg.max(col("x"))])
    assert (reduced.column(0), reduced.column(1), reduced.total(0)) == ([2**62], [2**62], 2**62)


def test_a_row_formula_that_could_pass_64_bits_is_refused(frame, ask, reads, said):
    """By the least and greatest values, before anything is multiplied."""
    native = frame({"who": ["a", "b"], "x": [2**40, 1]})
    tree = agg.count(col("x") * col("x") > lit(5))
    assert said(ask(native, [reads.integer("x")], [tree])) == [
        (
            "CPN-E24 complaints: the formula 'x × x' could pass ±9,223,372,036,854,775,807 with the "
            "values in these rows."
        )
    ]
    native = frame({"who": ["a", "b"], "x": [2**31, 1]})
    assert ask(native, [reads.integer("x")], [tree]).column(0) == [1, 0]


def test_constants_count_once_per_row(frame, ask, reads):
    """An expression without a column is one value to an engine, not one per row."""
    native = frame({"who": ["a", "a", "b"], "x": [1, 2, 3]})
    trees = [
        agg.sum(lit(5)),
        agg.count(lit(True)),
        agg.count(lit(False)),
        agg.max(lit(-2)),
        agg.distinct(lit("x")),
        agg.sum(elapsed(as_of(), as_of())),
        agg.median(lit(4)),
    ]
    reduced = ask(native, [reads.integer("x")], trees)
    assert [reduced.column(index) for index in range(7)] == [
        [10, 5], [2, 1], [0, 0], [-2, -2], [1, 1], [0, 0], [4, 4],
    ]  # fmt: skip


def test_zones_do_not_follow_the_session(ask, reads):
    """DuckDB shows a stamp with a zone in the zone of the session, which may be any."""
    for session in ("UTC", "America/New_York", "Asia/Jakarta"):
        connection = duckdb.connect()
        connection.execute(f"SET TimeZone = '{session}'")
        native = connection.sql(
            "SELECT 'a' AS who, t::TIMESTAMPTZ AS t FROM "
            "(VALUES ('2026-03-08 06:30+00'), ('2026-11-01 05:30+00')) given(t)"
        )
        taken = agg.sum(elapsed(as_of(), col("t")))
        reduced = ask(native, [reads.stamp("t")], [taken], as_of=datetime(2026, 3, 8), zone="WIB")
        days = (datetime(2026, 11, 1) - datetime(2026, 3, 8)).days
        assert reduced.column(0) == [(days * 24 * 60 + 810 + 750) * MINUTE]


def test_stamps_before_1970_count_downwards(frame, ask, reads):
    """Days and times of day are floors, not what is nearer to zero."""
    moon = datetime(1969, 7, 20, 20, 17, 40, 1)
    native = frame({"who": ["a"], "t": [moon]})
    since = elapsed(as_of(), col("t"))
    reduced = ask(native, [reads.stamp("t")], [agg.min(since)], as_of=datetime(1969, 7, 20))
    assert reduced.column(0) == [((20 * 60 + 17) * 60 + 40) * 1_000_000 + 1]


def test_endless_stamps_are_no_stamps(ask, reads, said):
    """DuckDB knows infinity, and years that no calendar has."""
    native = duckdb.connect().sql(
        "SELECT 'a' AS who, t FROM (VALUES (TIMESTAMP 'infinity'), (TIMESTAMP '-infinity'), "
        "(TIMESTAMP '20000-01-01'), (TIMESTAMP '2026-01-01'), (NULL)) given(t)"
    )
    assert said(ask(native, [reads.stamp("t", nullable=True)])) == [
        (
            "CPN-E16 complaints.t: 3 of 5 rows hold text that is not a date or time written as "
            "2026-03-31 16:30."
        )
    ]


def test_pandas_with_its_own_missing_values(ask, reads, said):
    """Nullable integers, answers and text, and floats that stand for integers with gaps."""
    native = pd.DataFrame(
        {
            "who": pd.Series(["a", "a", None], dtype="string"),
            "n": pd.Series([1, None, 3], dtype="Int64"),
            "f": [2.0, np.nan, np.nan],
            "b": pd.Series([True, None, False], dtype="boolean"),
            "o": pd.Series([Decimal("1.5"), None, None], dtype=object),
            "d": pd.Series([date(2026, 3, 2), None, None], dtype=object),
            "c": pd.Series(["x", None, "y"], dtype="category"),
        }
    )
    native.index = [7, 7, 7]
    readings = [reads.integer("o", digits=1, nullable=True), reads.stamp("d", nullable=True)]
    readings += [reads.integer("n", nullable=True), reads.integer("f", nullable=True)]
    readings += [reads.boolean("b", nullable=True), reads.text("c", nullable=True)]
    trees = [agg.sum(col(each)) for each in "nfo"]
    trees += [agg.count(col("b")), agg.distinct(col("c")), agg.count(col("d").present())]
    reduced = ask(native, readings, trees)
    assert said(reduced) == []
    assert [reduced.column(index) for index in range(6)] == [[1], [2], [15], [1], [1], [1]]
    assert reduced.unattributed == 1


def test_a_column_that_polars_cannot_hold_matters_only_where_it_is_read(ask, reads, said):
    """Mixed objects beside what is wanted are nobody's concern."""
    native = pd.DataFrame(
        {"who": ["a", "a"], "x": [1, 2], "odd": pd.Series([1, "x"], dtype=object)}
    )
    assert ask(native, [reads.integer("x")], [agg.sum(col("x"))]).column(0) == [3]
    assert said(ask(native, [reads.integer("odd")])) == [
        "CPN-E11 complaints.odd: 2 of 2 rows hold other where integer is wanted."
    ]


def test_chunks_change_nothing(ask, reads):
    """However an engine has cut its columns."""
    rows = pl.DataFrame({"who": list("abcabc"), "x": [1, 2, 3, 4, None, 6]})
    pieces = [rows[:1], rows[1:4], rows[4:]]
    for native in (
        pl.concat(pieces, rechunk=False),
        pa.concat_tables([each.to_arrow() for each in pieces]),
        pl.concat([each.lazy() for each in pieces]),
    ):
        reduced = ask(native, [reads.integer("x", nullable=True)], [agg.sum(col("x")), agg.count()])
        assert (reduced.column(0), reduced.column(1)) == ([5, 2, 9], [2, 2, 2])


def test_a_relation_is_reduced_in_its_own_connection(tmp_path, ask, reads):
    """Calendar and pauses join it there; nothing is left behind; it may be read only."""
    path = tmp_path / "office.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE c AS SELECT 'a' AS who, TIMESTAMP '2026-03-02 08:00' AS t")
    with duckdb.connect(path, read_only=True) as connection:
        taken = agg.sum(elapsed(col("t"), as_of(), "working_hours"))
        native = connection.table("c")
        reduced = ask(native, [reads.stamp("t")], [taken], as_of=datetime(2026, 3, 2, 9))
        assert reduced.column(0) == [60 * MINUTE]
        views = connection.sql("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall()
        assert views == [(0,)]


def test_what_an_engine_cannot_read_is_said_without_its_content(tmp_path, ask, reads, said):
    """A plan that fails as it runs, a line that goes wrong further down."""
    lazy = pl.LazyFrame({"who": ["a", "b"], "x": ["1", "secret"]})
    lazy = lazy.with_columns(pl.col("x").cast(pl.Int64))
    relation = duckdb.connect().sql(
        "SELECT who, CASE WHEN who = 'b' THEN CAST(x AS BIGINT) ELSE 1 END AS x "
        "FROM (VALUES ('a', '1'), ('b', 'secret')) given(who, x)"
    )
    for native, origin, error in (
        (lazy, "polars-lazy", "InvalidOperationError"),
        (relation, "duckdb", "ConversionException"),
    ):
        assert said(ask(native, [reads.integer("x")], name="t")) == [
            f"CPN-E03 t: the table cannot be read as {origin} ({error})."
        ]
    path = tmp_path / "t.csv"
    path.write_text("who,x\n" + "a,1\n" * 20_000 + "secret,2,3\n")
    assert said(ask(path, [reads.integer("x")], name="t")) == [
        "CPN-E28 t: line 20,002 has 3 cells, and the header 2."
    ]


# ---- the calendar ------------------------------------------------------------------------------


def test_a_stamp_outside_the_calendar_is_never_missing(frame, ask, reads):
    """Counted by row, named by its columns; a stamp that no clock reads may lie anywhere."""
    table = {
        "who": ["a"] * 3,
        "t": [datetime(2026, 3, 1, 23), datetime(2026, 3, 2), datetime(2026, 3, 2)],
        "u": [datetime(2026, 3, 4), None, datetime(2026, 3, 23)],
    }
    readings = [reads.stamp("t"), reads.stamp("u", nullable=True)]
    for clock in ("working_hours", "working_days"):
        tree = agg.sum(elapsed(col("t"), col("u"), clock))
        [finding] = ask(frame(table), readings, [tree]).findings
        assert finding.line() == (
            "  CPN-E22  complaints.t, u: 2 of 3 rows need working time outside the work calendar, "
            "which runs from 2026-03-02 to 2026-03-22.\n"
            "           to fix: correct the stamps or the cut-off, or use a calendar that covers them."
        )
    assert ask(frame(table), readings, [agg.sum(elapsed(col("t"), col("u")))]).findings == ()


def test_only_the_stamp_that_is_chosen_must_lie_in_the_calendar(frame, ask, reads):
    """A closing date after the cut-off, such as 9999-12-31, is not looked up."""
    table = {"who": ["a"], "t": [datetime(2026, 3, 2, 8)], "u": [datetime(9999, 12, 31)]}
    end = when(col("u") <= as_of(), col("u"), as_of())
    trees = [agg.sum(elapsed(col("t"), end, "working_hours"))]
    readings = [reads.stamp("t"), reads.stamp("u")]
    reduced = ask(frame(table), readings, trees, as_of=datetime(2026, 3, 2, 9))
    assert reduced.column(0) == [60 * MINUTE]
    assert [each.code for each in ask(frame(table), readings, trees).findings] == ["CPN-E22"]


def test_working_time_equals_the_calendars_own(engine, ask, reads, calendar):
    """Every edge of every day, in both directions: joined, or counted by the calendar itself."""
    first = datetime(2026, 3, 2)
    edges = [
        first + timedelta(days=day, minutes=minute)
        for day in range(21)
        for minute in (0, 449, 450, 451, 720, 780, 959, 960, 961, 1439)
    ]
    native = engine({"who": [f"{each:03}" for each in range(len(edges))], "t": edges})
    middle = datetime(2026, 3, 11, 10, 15)
    trees = [
        agg.sum(elapsed(as_of(), col("t"), clock)) for clock in ("working_hours", "working_days")
    ]
    reduced = ask(native, [reads.stamp("t")], trees, as_of=middle)
    assert reduced.column(0) == [calendar.work_time(middle, each) for each in edges]
    assert reduced.column(1) == [calendar.work_days(middle, each) for each in edges]


def test_a_condition_that_chooses_a_stamp_may_not_need_working_time(frame, ask, reads):
    """It would have to be counted before it is known what is to be counted."""
    early = elapsed(col("t"), as_of(), "working_hours") > lit(0)
    tree = agg.sum(elapsed(col("t"), when(early, as_of(), col("t")), "working_days"))
    with pytest.raises(FormulaError) as caught:
        ask(frame({"who": ["a"], "t": [datetime(2026, 3, 2)]}), [reads.stamp("t")], [tree])
    assert caught.value.code == "CPN-F03"
