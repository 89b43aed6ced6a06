"""The frame path equals the plain path, in every integer and every finding, on every engine."""

import os
from datetime import date, datetime
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capaian.columns import Filter, PauseReading, Reading, Request, open_table, reduce_table
from capaian.errors import FormulaError
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
    as_of,
    col,
    elapsed,
)
from capaian.workcalendar import Week, build_calendar

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


def reduce_as(make, table, pauses, dated, trees):
    reading = pause_reading(pauses, make) if pauses else None
    try:
        return outcome(reduce_table(open_table(make(table), "cases"), asked(trees, dated, reading)))
    except FormulaError as error:
        return [], [], [], 0, 0, error.findings


@pytest.mark.parametrize(
    "kind", ["pandas", "pandas-arrow", "polars", "polars-lazy", "pyarrow", "duckdb"]
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


@pytest.mark.parametrize("kind", ["pandas-arrow", "polars", "pyarrow", "duckdb"])
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
    moment = Moment(datetime(2026, 3, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
    request = Request(subject, (reading,), filters, statistics_of(reading.kind), moment, zone=zone)
    plain, framed = (
        outcome(reduce_table(open_table(table_of[each](table), "t"), request))
        for each in ("records", kind)
    )
    assert framed == plain
