"""Kaplan-Meier steps of a frame: how many cases ended, and how many ran, at each duration."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from capaian.columns.frame_desk import collect
from capaian.formula.survival import Step


def steps_of(
    frame: nw.LazyFrame[Any], subject: str, duration: nw.Expr, ended: nw.Expr
) -> dict[str, list[Step]]:
    """Return the steps of each subject's curve, in order of duration.

    Parameters
    ----------
    frame
        The rows that count.
    subject
        The column that names the subject.
    duration, ended
        Of each row; a case without a duration is passed over.
    """
    made = frame.select(
        nw.col(subject).alias("subject"), duration.alias("duration"), ended.alias("ended")
    )
    grouped = (
        made.filter(~nw.col("duration").is_null())
        .group_by("subject", "duration")
        .agg(
            nw.col("ended").cast(nw.Int64).sum().cast(nw.Int64).alias("ended"),
            nw.len().cast(nw.Int64).alias("cases"),
        )
    )
    found = collect(grouped).with_columns(pl.col("subject").cast(pl.String))
    rows = found.sort("subject", "duration").iter_rows()
    return {
        each: [(length, ends or 0, cases - (ends or 0)) for _, length, ends, cases in group]
        for each, group in groupby(rows, key=itemgetter(0))
    }
