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
    rows = alike(frame, subject, duration, ended).sort("subject", "duration").iter_rows()
    return {
        each: [(length, ends or 0, cases - (ends or 0)) for _, length, ends, cases in group]
        for each, group in groupby(rows, key=itemgetter(0))
    }


def alike(
    frame: nw.LazyFrame[Any], subject: str, duration: nw.Expr, ended: nw.Expr
) -> pl.DataFrame:
    """Return how many cases of each subject have each duration, and how many of them ended.

    Parameters
    ----------
    frame, subject, duration, ended
        As for `steps_of`.

    Returns
    -------
    polars.DataFrame
        `subject` (text), `duration`, `ended`, `cases`, in no order.
    """
    made = frame.select(
        nw.col(subject).alias("subject"), duration.alias("duration"), ended.alias("ended")
    )
    grouped = (
        made.filter(~nw.col("duration").is_null())
        .group_by("subject", "duration")
        .agg(
            nw.col("ended").cast(nw.Int64).sum().fill_null(0).cast(nw.Int64).alias("ended"),
            nw.len().cast(nw.Int64).alias("cases"),
        )
    )
    return collect(grouped).with_columns(pl.col("subject").cast(pl.String))
