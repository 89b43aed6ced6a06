"""Rows count for postings and units: every engine against a loop over rows and entries."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capaian.columns import Attribution, PauseReading, Reading, open_table
from capaian.columns.attribution import attributed_lines, post_column
from capaian.columns.limits import DAY, microseconds
from capaian.formula import Present, agg, as_of, col, days, elapsed, hours, paused

FIRST = datetime(2026, 1, 1)
DAYS = st.integers(0, 9)
WHO = ["7", "07", "a", "b"]
STATISTICS = (agg.count(), agg.sum(col("amount")), agg.max(col("amount")))
READINGS = (Reading("on", "on", "stamp"), Reading("amount", "amount", "integer"))


def day(number):
    return FIRST + timedelta(days=number)


def held(entry, row, *, dated=True, named=True):
    """Whether a row counts for an entry, from the words of the reference."""
    subject, _, start, stop, post = entry
    inside = (start is None or start <= row["on"]) and (stop is None or row["on"] < stop)
    fits = not named or row["post"] is None or row["post"] == post
    return subject == row["who"] and fits and (inside or not dated)


def by_hand(rows, entries, **options):
    """Key to count, sum and greatest amount, row by row."""
    found = {}
    for row in rows:
        for key in {entry[1] for entry in entries if held(entry, row, **options)}:
            found.setdefault(key, []).append(row["amount"])
    return {key: (len(some), sum(some), max(some)) for key, some in found.items()}


def attribution(entries, column="post", *, arrays=False):
    """The entries as columns."""
    subjects, keys, starts, stops, posts = (
        [list(each) for each in zip(*entries, strict=True)] if entries else [[]] * 5
    )
    limit = 2**62
    begins = [None if each is None else microseconds(each) for each in starts]
    ends = [None if each is None else microseconds(each) for each in stops]
    if arrays:
        begins = np.array([-limit if each is None else each for each in begins], dtype=np.int64)
        ends = np.array([limit if each is None else each for each in ends], dtype=np.int64)
        keys = np.array(keys, dtype=np.int64)
    return Attribution(subjects, keys, begins, ends, posts, column)


def answers(reduced):
    assert reduced.findings == ()
    columns = [reduced.column(index) for index in range(len(STATISTICS))]
    return dict(zip(reduced.subjects, zip(*columns, strict=True), strict=True))


@st.composite
def cases(draw):
    """Rows, and for each subject entries that do not overlap for one key."""
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "who": st.sampled_from(WHO),
                    "on": st.builds(
                        lambda d, m: day(d) + timedelta(minutes=m), DAYS, st.integers(0, 1439)
                    ),
                    "amount": st.integers(-9, 9),
                    "post": st.sampled_from([None, "head", "8"]),
                }
            ),
            min_size=1,
            max_size=30,
        )
    )
    entries, key = [], 100
    for subject in WHO:
        for _ in range(draw(st.integers(0, 3))):
            start, length = draw(DAYS), draw(st.integers(0, 9))
            key += 1
            entries.append(
                (
                    subject,
                    str(
                        draw(
                            st.sampled_from([key, 900])
                            if not any(e[0] == subject and e[1] == "900" for e in entries)
                            else st.just(key)
                        )
                    ),
                    draw(st.sampled_from([None, day(start)])),
                    draw(st.sampled_from([None, day(start + length)])),
                    draw(st.sampled_from(["head", "8", "clerk"])),
                )
            )
    return rows, draw(st.permutations(entries))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(case=cases(), dated=st.booleans(), named=st.booleans(), arrays=st.booleans())
def test_every_engine_gives_what_a_loop_over_rows_and_entries_gives(
    ask, frame, case, dated, named, arrays
):
    rows, entries = case
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    made = ask(
        frame(columns, {"post": pl.String}),
        READINGS,
        STATISTICS,
        dated="on" if dated else "",
        attribution=attribution(entries, "post" if named else "another", arrays=arrays),
    )
    assert answers(made) == by_hand(rows, entries, dated=dated, named=named)


@pytest.mark.parametrize("given", [[7, 8], ["7", "8"], [7.0, 8.0]])
def test_a_subject_is_its_digits_whatever_holds_it(ask, frame, given):
    entries = [("7", "x", None, None, ""), ("07", "y", None, None, ""), ("8", "x", None, None, "")]
    made = ask(
        frame({"who": given, "on": [FIRST, FIRST], "amount": [1, 2]}),
        READINGS,
        STATISTICS,
        dated="on",
        attribution=attribution(entries),
    )
    assert answers(made) == {"x": (2, 3, 2)}


@pytest.mark.parametrize("post", [[8, None], ["8", None]])
def test_a_post_is_its_digits_whatever_holds_it(ask, frame, post):
    entries = [
        ("a", "1", None, None, "8"),
        ("a", "2", None, None, "08"),
        ("a", "3", None, None, "x"),
    ]
    made = ask(
        frame({"who": ["a", "a"], "on": [FIRST, FIRST], "amount": [1, 2], "post": post}),
        READINGS,
        STATISTICS,
        dated="on",
        attribution=attribution(entries),
    )
    assert answers(made) == {"1": (2, 3, 2), "2": (1, 2, 2), "3": (1, 2, 2)}


def test_no_entry_leaves_no_key_and_still_counts_the_rows(ask, frame):
    made = ask(
        frame({"who": ["a", "b"], "on": [FIRST, FIRST], "amount": [1, 2]}),
        READINGS,
        STATISTICS,
        dated="on",
        attribution=attribution([("c", "1", None, None, "")]),
    )
    assert (list(made.subjects), made.rows, made.findings) == ([], 2, ())


def test_rows_that_count_for_nobody_are_judged_like_the_others(ask, frame):
    """Evidence is refused in the same words whoever it counts for."""
    made = ask(
        frame({"who": ["a", "b"], "on": [FIRST, FIRST], "amount": ["1", "many"]}),
        READINGS,
        STATISTICS,
        dated="on",
        attribution=attribution([("a", "1", None, None, "")]),
    )
    assert [(each.code, each.where) for each in made.findings] == [("CPN-E11", "complaints.amount")]


def test_a_column_of_posts_that_cannot_be_read_is_a_finding(ask, frame):
    made = ask(
        frame({"who": ["a"], "on": [FIRST], "amount": [1], "post": [1.5]}),
        READINGS,
        STATISTICS,
        dated="on",
        attribution=attribution([("a", "1", None, None, "x")]),
    )
    assert [(each.code, each.where) for each in made.findings] == [("CPN-E21", "complaints.post")]


def test_the_last_instant_of_an_entry_is_not_inside(ask, frame):
    entries = [("a", "1", day(0), day(1), ""), ("a", "2", day(1), day(2), "")]
    moments = [day(1) - timedelta(microseconds=1), day(1)]
    made = ask(
        frame({"who": ["a", "a"], "on": moments, "amount": [1, 2]}),
        READINGS,
        STATISTICS,
        dated="on",
        attribution=attribution(entries),
    )
    assert answers(made) == {"1": (1, 1, 1), "2": (1, 2, 2)}


def test_entries_are_made_ready_once():
    made = attribution([("a", "1", None, None, "")])
    for _ in range(2):
        attributed_lines(made, ["a"], None, [], [0])
    assert list(made.kept) == ["records"]


def test_a_table_without_the_column_names_no_post():
    made = attribution([], "post")
    assert post_column(made, ("who", "post")) == "post"
    assert post_column(made, ("who",)) == ""
    assert post_column(None, ("who", "post")) == ""


def test_a_stop_beyond_the_calendar_is_no_end():
    made = Attribution(["a"], ["1"], [None], [2**62 // DAY * DAY])
    assert attributed_lines(made, ["a"], [datetime.max - timedelta(days=1)], [], [0]) == (
        ["1"],
        [0],
    )


def test_working_time_pauses_and_curves_are_counted_for_every_key(ask, frame):
    """Two keys of one subject have what the subject has alone."""
    start, stop = col("start"), col("stop")
    took = elapsed(start, stop, "working_hours")
    ended = Present(stop)
    trees = (
        agg.count(took <= hours(9)),
        agg.sum(paused(start, stop, "working_hours")),
        agg.median(took),
        agg.share_ended(elapsed(start, as_of()), ended, days(40)),
    )
    rows = {
        "who": [7, 7, 8, 7],
        "id": ["a", "b", "c", "d"],
        "start": [datetime(2026, 3, day, 8) for day in (2, 3, 4, 10)],
        "stop": [datetime(2026, 3, 3, 9), None, datetime(2026, 3, 5, 9), datetime(2026, 3, 12, 10)],
    }
    waits = [{"case": "a", "from": datetime(2026, 3, 2, 9), "until": datetime(2026, 3, 2, 11)}]
    until = Reading("stop", "until", "stamp", nullable=True)
    pauses = PauseReading(
        open_table(waits, "waits"), "case", Reading("start", "from", "stamp"), until, "id"
    )
    readings = (Reading("start", "start", "stamp"), Reading("stop", "stop", "stamp", nullable=True))
    given = {"dated": "start", "pauses": pauses}
    entries = [("7", "1", None, None, ""), ("7", "2", None, None, ""), ("8", "3", None, None, "")]
    alone = ask(frame(rows), readings, trees, **given)
    made = ask(frame(rows), readings, trees, attribution=attribution(entries), **given)
    assert (alone.findings, made.findings) == ((), ())
    assert (list(alone.subjects), list(made.subjects)) == (["7", "8"], ["1", "2", "3"])
    for index in range(len(trees)):
        seven, eight = alone.column(index)
        assert made.column(index) == [seven, seven, eight]
