"""pandas: the calendar by NumPy look-up, one column per statistic, and one `groupby(...).sum()`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from by_hand.office_hours import HALF, half_hours, microseconds
from by_hand.rule import (
    CALENDAR_DAYS,
    CUT_OFF,
    END,
    FIRST,
    MATURE_3,
    MATURE_5,
    WORKED_BY_CUT_OFF,
    WORKING_DAYS,
    WORKING_HOURS,
)
from by_hand.tail_numpy import NAMES, run_tail

Integers = NDArray[np.int64]


def score(path: str) -> pd.DataFrame:
    """Score a Parquet file of events, a row group at a time where there are several."""
    file = pq.ParquetFile(path)
    found = [
        _statistics(file.read_row_group(number).to_pandas())
        for number in range(file.num_row_groups)
    ]
    whole = found[0] if len(found) == 1 else pd.concat(found).groupby(level=0).sum()
    scores, bands = run_tail({str(name): whole[name].to_numpy() for name in whole.columns})
    return pd.DataFrame({"subject": whole.index, "score": scores, "band": NAMES[bands]})


def _statistics(events: pd.DataFrame) -> pd.DataFrame:
    calendar = half_hours()
    base, is_open, count = (
        np.array(each, dtype=np.int64) for each in (calendar.base, calendar.open, calendar.days)
    )
    first, end = microseconds(FIRST), microseconds(END)
    start: Integers = events["received"].to_numpy().astype("datetime64[us]").astype(np.int64)
    stop: Integers = events["responded"].to_numpy().astype("datetime64[us]").astype(np.int64)
    if not ((start >= first) & (start < end)).all():
        kept = (start >= first) & (start < end)
        events, start, stop = events[kept], start[kept], stop[kept]
    closed = events["responded"].notna().to_numpy() & (stop < CUT_OFF)
    stop = np.where(closed, stop, start)
    opened, ended = start // HALF - calendar.first, stop // HALF - calendar.first
    begun = base[opened] + is_open[opened] * start
    worked = np.where(closed, base[ended] + is_open[ended] * stop, WORKED_BY_CUT_OFF) - begun
    lasted = stop - start
    old5, old3 = start < MATURE_5, start < MATURE_3
    rated = events["rating"].notna().to_numpy()
    rating = events["rating"].fillna(0).to_numpy().astype(np.int64)
    units = events["units"].to_numpy().astype(np.int64)
    columns = {
        "received": np.ones(len(start), dtype=np.int64),
        "closed": closed,
        "mature5": old5,
        "success5": closed & old5 & (count[ended] - count[opened] <= WORKING_DAYS),
        "success16": closed & (worked <= WORKING_HOURS),
        "mature3": old3,
        "success3": closed & old3 & (lasted <= CALENDAR_DAYS),
        "worked": worked,
        "lasted": lasted,
        "units": units,
        "rated": rated,
        "rating_sum": rating,
        "rated_units": units * rated,
        "satisfied": rating >= 3,
    }
    frame = pd.DataFrame({name: column.astype(np.int64) for name, column in columns.items()})
    return frame.groupby(events["subject"].to_numpy()).sum()
