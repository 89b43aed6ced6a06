"""DuckDB, SQL from the Parquet file to score and band."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from by_hand.office_hours import DAY, HALF, half_hours, office_hours
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


def joined_by_date(path: str) -> pa.Table:
    """Score with the calendar joined on the dates of both stamps."""
    calendar = office_hours()
    columns = {name: getattr(calendar, name) for name in calendar._fields[1:]}
    days = range(calendar.first, calendar.first + len(calendar.base))
    start, stop = _worked_by_date("received", "a"), _worked_by_date("responded", "b")
    timed = _timed(start, stop, f"received // {DAY}", f"responded // {DAY}")
    return _run(tail(_statistics(path, timed)), pa.table({"place": days, **columns}))


def joined_by_half_hour(path: str) -> pa.Table:
    """Score with the calendar joined by the half-hour, in which an office is open or closed."""
    calendar = half_hours()
    slots = range(calendar.first, calendar.first + len(calendar.base))
    columns = {"base": calendar.base, "open": calendar.open, "days": calendar.days}
    start, stop = "a.base + a.open * received", "b.base + b.open * responded"
    timed = _timed(start, stop, f"received // {HALF}", f"responded // {HALF}")
    return _run(tail(_statistics(path, timed)), pa.table({"place": slots, **columns}))


def _run(query: str, calendar: pa.Table | None = None) -> pa.Table:
    with duckdb.connect() as connection:
        if calendar is not None:
            connection.register("calendar", calendar)
        return connection.sql(query).to_arrow_table()


def _worked_by_date(stamp: str, table: str) -> str:
    time = f"{stamp} % {DAY}"
    return (
        f"{table}.base + greatest({table}.open1, least({table}.close1, {time}))"
        f" + greatest({table}.open2, least({table}.close2, {time}))"
    )


def _timed(start: str, stop: str, received: str, responded: str) -> str:
    return f"""
        select subject, rating, units, received,
            {start} as begun,
            case when responded is not null then {stop} end as ended,
            responded - received as lasted, b.days - a.days as days
        from events
        join calendar a on {received} = a.place
        left join calendar b on {responded} = b.place
    """


def _statistics(path: str, timed: str) -> str:
    known = f"responded < timestamp '{AS_OF}'"
    return f"""
        with events as (
            select subject, rating, units, epoch_us(received) as received,
                case when {known} then epoch_us(responded) end as responded
            from read_parquet('{path}')
            where received >= timestamp '{FIRST}' and received < timestamp '{END}'
        ),
        timed as ({timed})
        select subject,
            count(*) as received,
            count(lasted) as closed,
            count(*) filter (received < {MATURE_5}) as mature5,
            count(*) filter (received < {MATURE_5} and days <= {WORKING_DAYS}) as success5,
            count(*) filter (ended - begun <= {WORKING_HOURS}) as success16,
            count(*) filter (received < {MATURE_3}) as mature3,
            count(*) filter (received < {MATURE_3} and lasted <= {CALENDAR_DAYS}) as success3,
            sum(coalesce(ended, {WORKED_BY_CUT_OFF}) - begun) as worked,
            coalesce(sum(lasted), 0) as lasted,
            sum(units) as units,
            count(rating) as rated,
            coalesce(sum(rating), 0) as rating_sum,
            coalesce(sum(units) filter (rating is not null), 0) as rated_units,
            count(*) filter (rating >= 3) as satisfied
        from timed
        group by subject
    """


def read_columns(path: str) -> pa.Table:
    """Read every column of every row and add each up: the least there is to do."""
    sums = (
        "sum(subject), sum(epoch_us(received)), sum(epoch_us(responded)), sum(rating), sum(units)"
    )
    return _run(f"select {sums} from read_parquet('{path}')")


def count_and_sum(path: str) -> pa.Table:
    """Count the rows of each subject and add up one column."""
    found = f"select subject, count(*), sum(units) from read_parquet('{path}')"
    return _run(f"{found} group by subject")
