"""The same evidence as every kind of table: one fixture runs a test on all of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from capaian.columns import Reading, Request, open_table, reduce_table
from capaian.formula import Moment, agg
from capaian.workcalendar import Week, build_calendar
from spark_session import as_spark, settled, spark_session

WEEK = Week(
    {
        "monday-thursday": [("07:30", "12:00"), ("13:00", "16:00")],
        "friday": [("07:30", "11:30"), ("13:00", "16:30")],
    }
)


def as_records(table: pl.DataFrame) -> Any:
    return table.to_dicts()


def as_pandas(table: pl.DataFrame) -> Any:
    return table.to_pandas()


def as_pandas_arrow(table: pl.DataFrame) -> Any:
    return table.to_pandas(use_pyarrow_extension_array=True)


def as_polars(table: pl.DataFrame) -> Any:
    return table


def as_polars_lazy(table: pl.DataFrame) -> Any:
    return table.lazy()


def as_pyarrow(table: pl.DataFrame) -> Any:
    return table.to_arrow()


def as_duckdb(table: pl.DataFrame) -> Any:
    connection = duckdb.connect()
    connection.register("given", table.to_arrow())
    connection.execute("CREATE TABLE kept AS SELECT * FROM given")
    return connection.table("kept")


def as_spark_frame(table: pl.DataFrame) -> Any:
    return as_spark(spark_session(), table.to_arrow())


FRAMES: Mapping[str, Callable[[pl.DataFrame], Any]] = {
    "pandas": as_pandas,
    "pandas-arrow": as_pandas_arrow,
    "polars": as_polars,
    "polars-lazy": as_polars_lazy,
    "pyarrow": as_pyarrow,
    "duckdb": as_duckdb,
    "spark": as_spark_frame,
}
KINDS: Mapping[str, Callable[[pl.DataFrame], Any]] = {"records": as_records, **FRAMES}


def params(kinds: Iterable[str]) -> list[Any]:
    """Return kinds of tables as parameters; what needs Spark is marked so."""
    marks = {"spark": pytest.mark.spark}
    return [pytest.param(each, marks=marks.get(each, ())) for each in kinds]


def polars_table(columns: Mapping[str, Any], schema: Mapping[str, Any] | None = None) -> Any:
    return pl.DataFrame(dict(columns), schema_overrides=schema, strict=False)


@pytest.fixture(params=params(KINDS))
def frame(request):
    """Make a table of one kind from columns; the test runs once for each kind."""

    def make(columns, schema=None):
        return KINDS[request.param](polars_table(columns, schema))

    make.kind = request.param
    return make


@pytest.fixture(params=params(FRAMES))
def engine(request):
    """As `frame`, but without plain records."""

    def make(columns, schema=None):
        return FRAMES[request.param](polars_table(columns, schema))

    make.kind = request.param
    return make


@pytest.fixture(scope="session")
def calendar():
    """A work calendar of three weeks, from a Monday."""
    first, last = date(2026, 3, 2), date(2026, 3, 22)
    return build_calendar(id="test", edition="1", first=first, last=last, week=WEEK)


@pytest.fixture(scope="session")
def ask(calendar):
    """Reduce a table: `ask(native, subject="who", readings=[...], statistics=[...])`."""

    def call(native, readings=(), statistics=(), name="complaints", **more):
        as_of = more.pop("as_of", datetime(2026, 4, 1))
        moment = Moment(
            as_of=as_of,
            start=more.pop("start", datetime(2026, 1, 1)),
            end=more.pop("end", datetime(2026, 4, 1)),
            work_time=calendar.work_time,
            work_days=calendar.work_days,
        )
        asked = Request(
            subject=more.pop("subject", "who"),
            readings=tuple(readings),
            filters=tuple(more.pop("filters", ())),
            statistics=tuple(statistics) or (agg.count(),),
            moment=moment,
            calendar=calendar.dense(),
            **more,
        )
        return settled(reduce_table(open_table(native, name), asked))

    return call


@pytest.fixture(scope="session")
def reads():
    """Short names for readings."""

    def make(kind):
        def reading(column, role="", **more):
            return Reading(role or column, column, kind, **more)

        return reading

    return SimpleNamespace(
        stamp=make("stamp"), integer=make("integer"), text=make("text"), boolean=make("boolean")
    )


@pytest.fixture(scope="session")
def said():
    """What the findings say, one line each: code, place and sentence."""

    def make(found):
        return [f"{each.code} {each.where}: {each.text()}" for each in found.findings]

    return make


@pytest.fixture(scope="session")
def table_of():
    """Return every kind of table as a function of a Polars frame."""
    return KINDS
