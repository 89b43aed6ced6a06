"""Spark's own traps: session zones, ANSI mode, names, collations, kinds of frames."""

from datetime import datetime
from decimal import Decimal

import pytest

from capaian.columns import open_table
from capaian.errors import EvidenceError
from capaian.formula import agg, as_of, col, elapsed

pytestmark = pytest.mark.spark

MINUTE = 60_000_000
X = col("x")


@pytest.fixture
def setting(spark):
    """Change a setting of the session for a test."""
    before = {}

    def change(name, value):
        before.setdefault(name, spark.conf.get(name))
        spark.conf.set(name, value)

    yield change
    for name, value in before.items():
        spark.conf.set(name, value)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Jakarta"])
def test_stamps_do_not_follow_the_zone_of_the_session(zone, spark, setting, ask, reads):
    """Half past two on the night of a change, which New York's clocks skip, is as late as it says."""
    setting("spark.sql.session.timeZone", zone)
    naive, instant = datetime(2026, 3, 8, 2, 30, 0, 1), "timestamp_micros(1772958600000000)"
    native = spark.sql(
        f"SELECT 'a' AS who, TIMESTAMP_NTZ '{naive}' AS t, {instant} AS u, DATE '2026-03-07' AS d"
    )
    midnight = datetime(2026, 3, 8)
    trees = [agg.sum(elapsed(as_of(), col(each))) for each in "tud"]
    readings = [reads.stamp(each) for each in "tud"]
    reduced = ask(native, readings, trees, as_of=midnight, zone="WIB")
    assert reduced.column(0) == [150 * MINUTE + 1]
    assert reduced.column(1) == [(8 * 60 + 30 + 7 * 60) * MINUTE]  # 08:30 in London, at seven east
    assert reduced.column(2) == [-24 * 60 * MINUTE]


@pytest.mark.parametrize("ansi", ["true", "false"])
def test_the_smallest_decimals_are_read_with_and_without_ansi(ansi, spark, setting, ask, reads):
    """Outside ANSI mode Spark writes them with an exponent."""
    setting("spark.sql.ansi.enabled", ansi)
    values = ["0.000000001200", "-0.000000001200", "0", "-12.5", "999999.999999999999", "1"]
    native = spark.createDataFrame(
        [(f"{place}", Decimal(each)) for place, each in enumerate(values)],
        "who string, x decimal(20, 12)",
    )
    reduced = ask(native, [reads.integer("x", digits=10)], [agg.sum(X)])
    assert [each.code for each in reduced.findings] == ["CPN-E14"]
    reduced = ask(native, [reads.integer("x", digits=12)], [agg.sum(X)])
    assert reduced.column(0) == [int(Decimal(each) * 10**12) for each in values]


@pytest.mark.parametrize("ansi", ["true", "false"])
def test_a_sum_neither_wraps_nor_raises(ansi, spark, setting, ask, reads):
    """Spark wraps it outside ANSI mode and raises inside; here it is exact, or a finding."""
    setting("spark.sql.ansi.enabled", ansi)
    rows = [("a", 2**62), ("a", 2**62), ("b", 5)]
    native = spark.createDataFrame(rows, "who string, x long")
    [finding] = ask(native, [reads.integer("x")], [agg.sum(X)]).findings
    assert (finding.code, finding.values["count"]) == ("CPN-E23", 1)
    native = spark.createDataFrame([*rows, ("a", -2)], "who string, x long")
    reduced = ask(native, [reads.integer("x")], [agg.sum(X)])
    assert reduced.column(0) == [2**63 - 2, 5]


def test_names_are_taken_as_they_are_written(spark, ask, reads):
    """A dot, a backtick, and two names that differ in their case alone."""
    native = spark.createDataFrame([("a", 1, 2, 3)], ["who", "x.y", "X`", "x`"])
    readings = [reads.integer(name, f"r{place}") for place, name in enumerate(["x.y", "X`", "x`"])]
    trees = [agg.sum(col(f"r{place}")) for place in range(3)]
    reduced = ask(native, readings, trees)
    assert [each.line() for each in reduced.findings] == []
    assert [reduced.column(place) for place in range(3)] == [[1], [2], [3]]


def test_texts_are_the_same_where_their_bytes_are(spark, ask, reads):
    """A column that is compared without case, or without trailing blanks, names each subject."""
    for order in ("UTF8_LCASE", "UTF8_BINARY_RTRIM", "UNICODE_CI"):
        native = spark.createDataFrame(
            [("a", "x"), ("A", "X"), ("a ", "x ")],
            f"who string collate {order}, x string collate {order}",
        )
        reduced = ask(native, [reads.text("x")], [agg.distinct(X), agg.count(X.one_of("x"))])
        assert list(reduced.subjects) == ["A", "a", "a "]
        assert reduced.column(1) == [0, 1, 0]


def test_a_plan_that_fails_as_it_runs_is_said_without_its_content(spark, ask, reads, said):
    """A cast of the user's own, somewhere below."""
    rows = spark.createDataFrame([("a", "1"), ("b", "secret")], "who string, x string")
    native = rows.selectExpr("who", "cast(x AS bigint) AS x")
    assert said(ask(native, [reads.integer("x")], name="t")) == [
        "CPN-E03 t: the table cannot be read as spark (NumberFormatException)."
    ]


# ---- frames that are not read ------------------------------------------------------------------

CONNECT = type("DataFrame", (), {"__module__": "pyspark.sql.connect.dataframe"})
PANDAS = type("DataFrame", (), {"__module__": "pyspark.pandas.frame"})


@pytest.mark.parametrize(
    ("make", "given", "instead"),
    [
        (lambda _: CONNECT(), "Spark Connect frame", "frame.toArrow()"),
        (lambda _: PANDAS(), "pandas-on-Spark frame", "frame.to_spark()"),
        (lambda spark: spark.readStream.format("rate").load(), "stream", "spark.read"),
    ],
    ids=["connect", "pandas", "stream"],
)
def test_frames_of_other_kinds_are_refused(make, given, instead, spark):
    """With what they are, and what to give instead."""
    with pytest.raises(EvidenceError) as caught:
        open_table(make(spark), "complaints")
    assert str(caught.value) == (
        "The table 'complaints' cannot be opened.\n"
        f"  CPN-E40  complaints: a {given} is not read.\n"
        f"           to fix: give a frame of a classic Spark session; see {instead}."
    )
    assert caught.value.findings[0].text("id") == f"{given} tidak dibaca."
