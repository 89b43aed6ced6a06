"""Pairs of functions that do not keep what they declare: only the kit sees most of it."""

import itertools
from functools import partial

from capaian.formula import Functions, agg, col
from capaian.plugin import hookimpl
from testing.mutants.making import RATED, RATING, mean_rating, of_kind

TITLE = {"en": "spread", "id": "rentang"}


def rating():
    """Return the column, for which records need no library."""
    import narwhals.stable.v2 as nw

    return nw.col("rating")


def known(rows):
    return [row["rating"] for row in rows if row["rating"] is not None]


def records(rows):
    """The distance between the least and the greatest rating."""
    ratings = sorted(known(rows))
    gaps = [after - before for before, after in itertools.pairwise(ratings)]
    return {"spread": sum(gaps) if ratings else None}


def frames(frame):
    spread = (rating().max() - rating().min()).alias("spread")
    return frame.filter(~rating().is_null()).group_by("subject").agg(spread)


def changes_rows(rows):
    """The rows are emptied of what is missing, in place."""
    rows[:] = [row for row in rows if row["rating"] is not None]
    return records(rows)


def first_of(rows):
    """The first row decides."""
    ratings = known(rows)
    return {"spread": ratings[0] if ratings else None}


def as_float(rows):
    """Half the distance, as a float."""
    spread = records(rows)["spread"]
    return {"spread": None if spread is None else spread / 2}


def raises(rows):
    """The second rating, which a single row does not have."""
    return {"spread": known(rows)[1]}


def endless(rows):
    """It waits for more rows."""
    while rows:
        pass


def nearly(frame):
    """One too many, on frames alone."""
    spread = (rating().max() - rating().min() + 1).alias("spread")
    return frame.filter(~rating().is_null()).group_by("subject").agg(spread)


def mean_of(frame):
    """A mean, which is a float."""
    return frame.group_by("subject").agg(rating().mean().alias("spread"))


def build(pair, options, indicator):
    value = agg.own(pair, "spread", rating=col("rating"))
    return mean_rating(indicator, value=value, n=RATED, figures={"rated": agg.count(RATING >= 0)})


def with_pair(kind, on_records=records, on_frames=frames):
    pair = Functions(kind, ["rating"], ["spread"], on_records, on_frames, TITLE)
    return of_kind(kind, partial(build, pair))


@hookimpl
def capaian_indicator_types():
    return [
        with_pair("good-pair"),
        with_pair("changes-rows", changes_rows),
        with_pair("first-of", first_of),
        with_pair("float-of-records", as_float),
        with_pair("raises-at-work", raises),
        with_pair("endless-at-work", endless),
        with_pair("frames-differ", records, nearly),
        with_pair("float-of-frames", records, mean_of),
    ]
