"""Spark SQL: the calendar broadcast and joined by the half-hour of both stamps."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pyarrow as pa

from by_hand.office_hours import HALF, half_hours
from by_hand.rule import (
    AS_OF,
    CALENDAR_DAYS,
    END,
    FIRST,
    MATURE_3,
    MATURE_5,
    WORKED_BY_CUT_OFF,
    WORKING_DAYS,
    WORKING_HOURS,
)
from by_hand.tail_sql import tail

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PARTITIONS = 8


def session() -> SparkSession:
    """Return a session of two threads and eight partitions, in UTC, so that stamps stay as is."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where Spark is asked for

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # its workers need capaian too
    made = (
        SparkSession.builder.master("local[2]")
        .appName("bench")
        .config("spark.sql.shuffle.partitions", PARTITIONS)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.adaptive.coalescePartitions.enabled", "false")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.files.minPartitionNum", PARTITIONS)
        .config("spark.sql.files.openCostInBytes", 0)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("ERROR")
    return made


def read_events(path: str) -> DataFrame:
    """Return the events, in eight partitions if the file has as many row groups."""
    return session().read.parquet(path)


def score(events: DataFrame) -> pa.Table:
    """Score a Spark frame of events."""
    spark = session()
    calendar = half_hours()
    slots = range(calendar.first, calendar.first + len(calendar.base))
    columns = {"base": calendar.base, "open": calendar.open, "days": calendar.days}
    table = pa.table({"place": slots, **columns})
    spark.createDataFrame(table).createOrReplaceTempView("calendar")
    events.createOrReplaceTempView("given")
    return spark.sql(tail(_statistics())).toArrow()


def _statistics() -> str:
    known = f"responded < timestamp_ntz '{AS_OF}'"
    return f"""
        with events as (
            select subject, rating, units, {_microseconds("received")} as received,
                case when {known} then {_microseconds("responded")} end as responded
            from given
            where received >= timestamp_ntz '{FIRST}' and received < timestamp_ntz '{END}'
        ),
        timed as (
            select /*+ broadcast(a), broadcast(b) */ subject, rating, units, received,
                a.base + a.open * received as begun,
                b.base + b.open * responded as ended,
                responded - received as lasted, b.days - a.days as days
            from events
            join calendar a on received div {HALF} = a.place
            left join calendar b on responded div {HALF} = b.place
        )
        select subject,
            count(*) as received,
            count(lasted) as closed,
            count_if(received < {MATURE_5}) as mature5,
            count_if(received < {MATURE_5} and days <= {WORKING_DAYS}) as success5,
            count_if(ended - begun <= {WORKING_HOURS}) as success16,
            count_if(received < {MATURE_3}) as mature3,
            count_if(received < {MATURE_3} and lasted <= {CALENDAR_DAYS}) as success3,
            sum(coalesce(ended, {WORKED_BY_CUT_OFF}) - begun) as worked,
            coalesce(sum(lasted), 0) as lasted,
            sum(units) as units,
            count(rating) as rated,
            coalesce(sum(rating), 0) as rating_sum,
            coalesce(sum(if(rating is null, 0, units)), 0) as rated_units,
            count_if(rating >= 3) as satisfied
        from timed
        group by subject
    """


def _microseconds(stamp: str) -> str:
    """Spark counts microseconds since 1970 in instants; in UTC the wall time is the instant."""
    return f"unix_micros(cast({stamp} as timestamp))"


def score_file(path: str) -> pa.Table:
    """Score a Parquet file of events."""
    return score(read_events(path))
