"""Rows of which each has a subject of its own: not grouped, and the same integers as if they were."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.columns import Filter, Reading, Request, open_table, reduce_all
from capaian.columns.sums import Sums
from capaian.formula import Aggregate, Literal_, Moment, Survival, agg, as_of, col, elapsed, when

START, END = datetime(2026, 1, 1), datetime(2026, 4, 1)
MOMENT = Moment(END, START, END)
STAMPS = st.sampled_from(
    [START, datetime(2026, 2, 3, 4), datetime(2026, 3, 31, 23, 59), END, datetime(2025, 12, 31)]
)
AMOUNTS = st.integers(-5, 5) | st.integers(-(2**40), 2**40)
NUMBERED = st.integers(-12, 120) | st.integers(10**16, 10**18)
NAMED = st.sampled_from([*"abcdeFGHé", "10", "9", "100", "-1", ""])
READINGS = (
    Reading("amount", "amount", "integer"),
    Reading("extra", "extra", "integer", nullable=True),
    Reading("flag", "flag", "boolean", nullable=True),
    Reading("label", "label", "text", nullable=True),
    Reading("at", "at", "stamp"),
)
TREES = (
    agg.count(),
    agg.sum(col("amount")),
    agg.sum(col("extra")),
    agg.sum(when(col("flag"), 3, 1)),
    agg.count(col("extra") > 0),
    agg.count(col("label").equals("good")),
    agg.min(col("extra")),
    agg.max(col("amount") * 2 - col("extra")),
    agg.max(elapsed(col("at"), as_of())),
    Aggregate("distinct", col("label")),
    Aggregate("distinct", col("extra")),
    Survival("quantile", elapsed(col("at"), as_of()), col("amount") > 0, 0.5),
    Survival("area", elapsed(col("at"), as_of()), Literal_(value=True), 10**9),
)
SCHEMA = {
    "amount": pl.Int64, "extra": pl.Int64, "flag": pl.Boolean, "label": pl.String,
    "at": pl.Datetime("us"),
}  # fmt: skip
FILTERS = (
    Filter("label", one_of=("good", "bad")),
    Filter("label", none_of=("bad",)),
    Filter("extra", present=True),
    Filter("amount", one_of=(0, 1, 2)),
)


@st.composite
def rows(draw):
    """Rows with a key each, or nearly: now and then a late repeat, a key that is missing."""
    sort, keys = draw(st.sampled_from([(pl.Int64, NUMBERED), (pl.String, NAMED)]))
    who = draw(st.lists(keys, min_size=1, max_size=9, unique=True))
    who += draw(st.sampled_from([[], [], who[:1]]))
    if draw(st.booleans()):
        who.insert(draw(st.integers(0, len(who))), None)
    if draw(st.booleans()):
        who.sort(key=str)
    columns = {
        "amount": AMOUNTS,
        "extra": draw(st.sampled_from([AMOUNTS, st.none() | AMOUNTS])),
        "flag": st.none() | st.booleans(),
        "label": st.sampled_from([None, "good", "bad", ""]),
        "at": draw(st.sampled_from([st.just(START), STAMPS])),
    }
    drawn = {
        name: draw(st.lists(each, min_size=len(who), max_size=len(who)))
        for name, each in columns.items()
    }
    return pl.DataFrame({"who": who, **drawn}, schema={"who": sort, **SCHEMA})


@st.composite
def requests(draw):
    """One request or two of the same table, that look at the same rows or at others."""
    some = st.lists(st.sampled_from(TREES), min_size=1, max_size=5, unique=True)
    return [
        Request(
            "who",
            READINGS,
            tuple(draw(st.lists(st.sampled_from(FILTERS), max_size=1))),
            tuple(draw(some)),
            MOMENT,
            dated=draw(st.sampled_from(["", "at"])),
        )
        for _ in range(draw(st.integers(1, 2)))
    ]


def said(reduced):
    """By subject what a request was answered; subjects without rows in it are left out."""
    found = {}
    for row, subject in enumerate(reduced.subjects):
        found[subject] = [reduced.column(at)[row] for at in range(len(reduced.statistics))]
    return found


HELD = {
    "polars": lambda table: table,
    "pandas": lambda table: table.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": lambda table: table.to_arrow(),
}


@given(rows(), requests(), st.sampled_from(sorted(HELD)))
def test_a_row_alone_says_what_its_group_would(table, asked, kind):
    """In memory, where rows stand alone, and lazily, where they are grouped: one answer."""
    single = reduce_all(open_table(HELD[kind](table), "t"), asked)
    grouped = reduce_all(open_table(table.lazy(), "t"), asked)
    for one, other in zip(single, grouped, strict=True):
        assert one.findings == other.findings
        assert (list(one.subjects), one.rows) == (list(other.subjects), other.rows)
        assert said(one) == said(other)
        assert one.unattributed == other.unattributed


@given(rows(), requests())
def test_a_row_alone_says_what_the_plain_path_says(table, asked):
    """Each request by itself, against plain Python."""
    for each in asked:
        (single,) = reduce_all(open_table(table, "t"), [each])
        (plain,) = reduce_all(open_table(table.to_dicts(), "t"), [each])
        assert single.findings == plain.findings
        assert list(single.subjects) == list(plain.subjects)
        assert said(single) == said(plain)


@given(rows(), requests())
def test_where_any_order_will_do_only_the_order_is_another(table, asked):
    """As the cohort of a fit is read."""
    from attrs import evolve

    free = [evolve(each, ordered=False) for each in asked]
    native = open_table(table, "t")
    for one, other in zip(reduce_all(native, free), reduce_all(native, asked), strict=True):
        assert said(one) == said(other)
        assert one.findings == other.findings


@pytest.fixture
def taken(monkeypatch):
    """Whether each pass took rows as they stand."""
    seen = []
    singly = Sums.singly

    def watched(self, **options):
        found = singly(self, **options)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(Sums, "singly", watched)
    return seen


def table_of(who):
    size = len(who)
    return pl.DataFrame(
        {"who": who, "amount": range(size), "extra": [None] * size, "flag": [True] * size,
         "label": ["good"] * size, "at": [START] * size},
        schema_overrides=SCHEMA,
    )  # fmt: skip


ALL = Request("who", READINGS, (), TREES, MOMENT, dated="at")


@pytest.mark.parametrize("kind", HELD)
@pytest.mark.parametrize("who", [[3, 1, 20], ["b", "a", "c"], [None, "b", "a"], [2, None, 1]])
def test_what_is_in_memory_is_not_grouped_where_no_subject_comes_twice(kind, who, taken):
    """Whatever the key is, with rows of nobody too."""
    reduce_all(open_table(HELD[kind](table_of(who)), "t"), [ALL])
    assert taken == [True]


@pytest.mark.parametrize("who", [[1, 2, 1], [*range(6000), 17], [*map(str, range(6000)), "17"]])
def test_a_subject_that_comes_again_is_grouped(who, taken):
    """Early or late."""
    (found,) = reduce_all(open_table(table_of(who), "t"), [ALL])
    assert taken == [False]
    counts = dict(zip(found.subjects, found.column(0), strict=True))
    assert (counts.pop(str(who[-1])), set(counts.values())) == (2, {1})


def test_what_is_not_in_memory_is_not_looked_at_row_by_row(taken):
    """A lazy frame may be larger than memory."""
    reduce_all(open_table(table_of([1, 2]).lazy(), "t"), [ALL])
    assert taken == []


def test_nobody_in_the_period_is_nobody(taken):
    """No row is left: no subjects, no error."""
    late = table_of([1, 2]).with_columns(at=pl.lit(END))
    (found,) = reduce_all(open_table(late, "t"), [ALL])
    assert (taken, list(found.subjects), found.rows) == ([True], [], 0)


@pytest.mark.parametrize("who", [[10, 20, 30], [30, 20, 10]])
@pytest.mark.parametrize("ordered", [True, False])
def test_integers_are_lent_by_the_table_and_subjects_are_not(who, ordered):
    """What stands as it is wanted is not copied, and it is said that it is not."""
    amounts, names = np.array([1, 2, 3]), np.array(who)
    table = pl.DataFrame({"who": names, "amount": amounts})
    request = Request("who", READINGS[:1], (), (agg.sum(col("amount")),), MOMENT, ordered=ordered)
    (found,) = reduce_all(open_table(table, "t"), [request])
    assert found.lent
    assert np.shares_memory(found.array(0)[0], amounts) == (not ordered or who == sorted(who))
    names[:] = 7
    assert not ordered or list(found.subjects) == ["10", "20", "30"]
