"""Working clocks as tables of slots: the same as the calendar's own count, at every instant."""

from datetime import date, datetime, timedelta

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capaian.columns.clocks import DAYS, HOURS, count_to, held_count, slots, with_clocks
from capaian.columns.limits import microseconds
from capaian.workcalendar import Week, build_calendar

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 22)


def made(**hours):
    return build_calendar(id="t", edition="1", first=FIRST, last=LAST, week=Week(hours))


HALF_HOURS = made(
    **{"monday-thursday": [("07:30", "12:00"), ("13:00", "16:00")], "friday": [("00:00", "24:00")]}
)
MINUTES = made(**{"monday-friday": [("07:13", "12:01")]})
SECONDS = made(**{"monday-friday": [("07:30:07", "11:59:59"), ("13:00", "16:00:01")]})
CALENDARS = {"half hours": HALF_HOURS, "minutes": MINUTES, "seconds": SECONDS}
STAMPS = st.datetimes(datetime(2026, 2, 27), datetime(2026, 3, 25)) | st.sampled_from(
    [
        datetime(2026, 3, day, hour, minute, second, micro)
        for day in (2, 6, 7, 22)
        for hour, minute, second, micro in (
            (0, 0, 0, 0), (7, 30, 0, 0), (7, 29, 59, 999_999), (12, 0, 0, 0), (12, 0, 0, 1),
            (16, 0, 1, 0), (23, 59, 59, 999_999),
        )
    ]
)  # fmt: skip


def in_polars(stamps):
    return nw.from_native(pl.LazyFrame({"t": pl.Series(stamps, dtype=pl.Int64)}))


def in_duckdb(stamps):
    return nw.from_native(
        duckdb.connect().from_arrow(pa.table({"t": pa.array(stamps, pa.int64())}))
    )


STAMPED = [
    *((name, in_polars) for name in CALENDARS),
    ("half hours", in_duckdb),
    ("minutes", in_duckdb),
    pytest.param("seconds", in_duckdb, marks=pytest.mark.slow),  # tens of seconds
]


@pytest.mark.parametrize(("name", "engine"), STAMPED)
@pytest.mark.parametrize("proved", [False, True])
@settings(max_examples=5)
@given(st.data())
def test_every_stamp_is_counted_as_the_calendar_counts(engine, name, proved, data):
    """Both clocks, inside and outside the calendar, whether or not the span is known."""
    dense = CALENDARS[name].dense()
    found = data.draw(st.lists(STAMPS, min_size=1, max_size=12))
    micro = [microseconds(each) for each in found]
    span = (min(micro), max(micro)) if proved else None
    frame = with_clocks(engine([*micro, None]), dense, "t", {HOURS, DAYS}, inside=span)
    rows = frame.select("t", f"t_{HOURS}", f"t_{DAYS}").collect(backend="polars").rows()
    counted = {t: (hours, days) for t, hours, days in rows}
    assert counted.pop(None) == (None, None)
    assert counted == {
        t: (count_to(dense, each, HOURS), count_to(dense, each, DAYS))
        for t, each in zip(micro, found, strict=True)
    }


def test_a_slot_is_as_long_as_the_hours_allow():
    """Half an hour and a minute; hours kept by the second over many years need too many slots."""
    assert slots(HALF_HOURS.dense()).length == 30 * 60 * 1_000_000
    assert slots(MINUTES.dense()).length == 60 * 1_000_000
    with pytest.raises(OverflowError):
        slots(
            build_calendar(
                id="long", edition="1", first=date(2000, 1, 1), last=date(2027, 12, 31),
                week=Week({"monday-friday": [("07:30:07", "16:00")]}),
            ).dense()
        )  # fmt: skip


def test_the_table_of_a_calendar_is_made_once():
    """The same calendar gives the same table."""
    assert slots(HALF_HOURS.dense()) is slots(HALF_HOURS.dense())


def test_a_count_is_held_at_the_calendars_ends():
    """Before the first day nothing is counted; after the last, all that there is."""
    dense = HALF_HOURS.dense()
    late = datetime(2026, 3, 22) + timedelta(days=9)
    assert [held_count(dense, datetime(2026, 1, 1), each) for each in (HOURS, DAYS)] == [0, 0]
    whole = count_to(dense, datetime(2026, 3, 22, 23, 59, 59, 999_999), HOURS)
    assert [held_count(dense, late, each) for each in (HOURS, DAYS)] == [whole, 15]
