"""Polars, its streaming engine: one pass over the file, whole formulas inside the aggregates."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

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
from by_hand.tail_polars import scored

col = pl.col
STAMPS = ("received", "responded")


def joined_by_date(path: str) -> pl.DataFrame:
    """Score with the calendar joined on the dates of both stamps."""
    days = _calendar().lazy()
    frame = _events(path).with_columns(*_dates())
    for name in STAMPS:
        entries = days.select(col("day").alias(f"{name}_day"), pl.exclude("day").name.prefix(name))
        frame = frame.join(entries, on=f"{name}_day", how="left")
    return _scored(frame, *_by_date(lambda name, column: col(f"{name}{column}")))


def gathered_by_date(path: str) -> pl.DataFrame:
    """Score with the calendar as arrays, looked up by the number of the date."""
    calendar = office_hours()

    def entry(name: str, column: str) -> pl.Expr:
        table = pl.Series(getattr(calendar, column), dtype=pl.Int64)
        return pl.lit(table).gather(col(f"{name}_day") - calendar.first)

    return _scored(_events(path).with_columns(*_dates()), *_by_date(entry))


def gathered_by_half_hour(path: str) -> pl.DataFrame:
    """Score with the calendar as arrays of half-hours, in which an office is open or closed."""
    calendar = half_hours()
    slots = [(col(name) // HALF - calendar.first).alias(f"{name}_slot") for name in STAMPS]

    def entry(name: str, column: list[int]) -> pl.Expr:
        return pl.lit(pl.Series(column, dtype=pl.Int64)).gather(col(f"{name}_slot"))

    start, stop = (
        entry(name, calendar.base) + entry(name, calendar.open) * col(name) for name in STAMPS
    )
    days_taken = entry("responded", calendar.days) - entry("received", calendar.days)
    return _scored(_events(path).with_columns(*slots), start, stop, days_taken)


def _events(path: str) -> pl.LazyFrame:
    """Return the events of the quarter; what was answered after the cut-off was not known."""
    known = pl.when(col("responded") < AS_OF).then("responded").alias("responded")
    stamps = [col(name).dt.timestamp("us") for name in STAMPS]
    quarter = pl.scan_parquet(path).filter(col("received") >= FIRST, col("received") < END)
    return quarter.with_columns(known).with_columns(*stamps)


def _dates() -> list[pl.Expr]:
    return [(col(name) // DAY).cast(pl.Int32).alias(f"{name}_day") for name in STAMPS]


def _calendar() -> pl.DataFrame:
    calendar = office_hours()
    columns = {name: getattr(calendar, name) for name in calendar._fields[1:]}
    days = range(calendar.first, calendar.first + len(calendar.base))
    return pl.DataFrame({"day": days, **columns}).with_columns(col("day").cast(pl.Int32))


def _by_date(entry: Callable[[str, str], pl.Expr]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return the working time up to both stamps, and the working days between them."""

    def worked(name: str) -> pl.Expr:
        time = col(name) - col(f"{name}_day").cast(pl.Int64) * DAY
        return (
            entry(name, "base")
            + time.clip(entry(name, "open1"), entry(name, "close1"))
            + time.clip(entry(name, "open2"), entry(name, "close2"))
        )

    days_taken = entry("responded", "days") - entry("received", "days")
    return worked("received"), worked("responded"), days_taken


def read_columns(path: str) -> pl.DataFrame:
    """Read every column of every row and add each up: the least there is to do."""
    stamps = [col(name).dt.timestamp("us").sum() for name in STAMPS]
    sums = [col(name).cast(pl.Int64).sum() for name in ("subject", "rating", "units")]
    return pl.scan_parquet(path).select(*sums, *stamps).collect(engine="streaming")


def count_and_sum(path: str) -> pl.DataFrame:
    """Count the rows of each subject and add up one column."""
    found = pl.scan_parquet(path).group_by("subject")
    return found.agg(pl.len(), col("units").cast(pl.Int64).sum()).collect(engine="streaming")


def _scored(
    frame: pl.LazyFrame, start: pl.Expr, stop: pl.Expr, days_taken: pl.Expr
) -> pl.DataFrame:
    frame = frame.select(
        "subject",
        "received",
        "rating",
        "units",
        taken=stop - start,
        worked=stop.fill_null(WORKED_BY_CUT_OFF) - start,
        lasted=col("responded") - col("received"),
        days=days_taken,
    )
    rated = col("rating").is_not_null()
    old5, old3 = col("received") < MATURE_5, col("received") < MATURE_3
    found = frame.group_by("subject").agg(
        received=pl.len().cast(pl.Int64),
        closed=col("lasted").count().cast(pl.Int64),
        mature5=old5.sum().cast(pl.Int64),
        success5=(old5 & (col("days") <= WORKING_DAYS)).sum().cast(pl.Int64),
        success16=(col("taken") <= WORKING_HOURS).sum().cast(pl.Int64),
        mature3=old3.sum().cast(pl.Int64),
        success3=(old3 & (col("lasted") <= CALENDAR_DAYS)).sum().cast(pl.Int64),
        worked=col("worked").sum(),
        lasted=col("lasted").sum(),
        units=col("units").cast(pl.Int64).sum(),
        rated=col("rating").count().cast(pl.Int64),
        rating_sum=col("rating").cast(pl.Int64).sum(),
        rated_units=pl.when(rated).then(col("units")).otherwise(0).cast(pl.Int64).sum(),
        satisfied=(col("rating") >= 3).sum().cast(pl.Int64),
    )
    return scored(found).collect(engine="streaming")
