"""A statistic that no formula can say: the longest time between two neighbouring visits."""

from itertools import pairwise

from attrs import frozen

from capaian.formula import Functions, agg, col, days
from capaian.plugin import ColumnNeed, IndicatorType, Measure, StatusRule, hookimpl


def gap_of_records(rows):
    """From one subject's rows, in no order, to whole microseconds."""
    times = sorted(row["at"] for row in rows)
    gaps = [after - before for before, after in pairwise(times)]
    return {"longest": max(gaps, default=None)}


def gap_of_frames(frame):
    """From a lazy frame of all subjects to one row for each: the same integers."""
    import narwhals as nw  # records need no library

    at = nw.col("at")
    gaps = frame.with_columns(gap=at - at.shift(1).over("subject", order_by="at"))
    return gaps.group_by("subject").agg(longest=nw.col("gap").max())


GAP = Functions(
    name="our-office/longest-gap-1",
    inputs=["at"],
    outputs=["longest"],
    records=gap_of_records,
    frames=gap_of_frames,
    title={"en": "longest time between two visits", "id": "jeda terlama antara dua kunjungan"},
)


@frozen
class Options:
    """The keys of an indicator's `measure` table: none."""


def build(options, indicator):
    """The longest gap in days; two visits at least."""
    return Measure(
        columns=(ColumnNeed("at", "stamp"),),
        value=agg.own(GAP, "longest", at=col("at")) / days(1),
        n=agg.count(),
        dated="at",
        statuses=(
            StatusRule("no_evidence", agg.count() < 2),
            StatusRule("too_few", agg.count() < indicator.minimum),
        ),
        unit="days",
    )


@hookimpl
def capaian_indicator_types():
    title = {"en": "Longest time without a visit", "id": "Waktu terlama tanpa kunjungan"}
    return [IndicatorType("longest-gap", title, Options, build)]
