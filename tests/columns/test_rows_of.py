"""The rows behind a reduction: the same values on every engine, and only those that counted."""

from datetime import datetime

import pytest

from capaian.columns import Filter, Reading, Request, cell, columns_read, open_table, rows_of
from capaian.formula import Moment, agg
from visits import ENGINES

START, END = datetime(2026, 1, 1), datetime(2026, 4, 1)
ROWS = [
    {"who": "a", "on": datetime(2026, 1, 5, 8), "paid": 12.5, "kind": "x", "ok": True},
    {"who": "a", "on": datetime(2026, 1, 6, 9, 30), "paid": None, "kind": "y", "ok": False},
    {"who": "b", "on": datetime(2026, 2, 1), "paid": 0.25, "kind": "x", "ok": None},
    {"who": "b", "on": datetime(2026, 2, 2), "paid": 1.0, "kind": "void", "ok": True},
    {"who": "a", "on": datetime(2026, 5, 1), "paid": 2.0, "kind": "x", "ok": True},
    {"who": None, "on": datetime(2026, 1, 7), "paid": 3.0, "kind": "x", "ok": True},
]
REQUEST = Request(
    subject="who",
    readings=(
        Reading("date", "on", "stamp"),
        Reading("amount", "paid", "integer", nullable=True, digits=2),
        Reading("again", "paid", "integer", nullable=True, digits=2),
        Reading("answer", "ok", "boolean", nullable=True),
    ),
    filters=(Filter("kind", none_of=("void",)), Filter("on", present=True)),
    statistics=(agg.count(),),
    moment=Moment(as_of=END, start=START, end=END),
    dated="date",
)
FOUND = {
    "a": {
        ("x", True, datetime(2026, 1, 5, 8), 1250),
        ("y", False, datetime(2026, 1, 6, 9, 30), None),
    },
    "b": {("x", None, datetime(2026, 2, 1), 25)},
}


def test_the_columns_are_named_once_in_order_of_their_names():
    """Those of the readings, and those that are compared with values."""
    read = [(each.column, each.kind, each.digits) for each in columns_read(REQUEST)]
    assert read == [
        ("kind", "text", 0), ("ok", "boolean", 0), ("on", "stamp", 0), ("paid", "integer", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("only", [None, "a", "nobody"])
def test_every_engine_gives_the_same_rows(engine, only):
    """Of one subject, or of all; without those outside the period or the conditions."""
    table = open_table(ENGINES[engine](ROWS), "t")
    found = rows_of(table, REQUEST, only)
    assert {who: {values for values, _ in rows} for who, rows in found.items()} == {
        who: rows for who, rows in FOUND.items() if only in {None, who}
    }
    assert all(pauses == () for rows in found.values() for _, pauses in rows)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("007", "007"),
        (1250, "1250"),
        (-3, "-3"),
        (datetime(2026, 1, 5, 8), "2026-01-05T08:00:00.000000"),
        (datetime(206, 1, 5, 8, 0, 0, 5), "0206-01-05T08:00:00.000005"),
    ],
)
def test_a_cell_is_text_that_nothing_rounds(value, expected):
    assert cell(value) == expected


def test_rows_without_a_column_give_nothing():
    """The finding was told when they were reduced."""
    assert rows_of(open_table([{"who": "a"}], "t"), REQUEST) == {}
