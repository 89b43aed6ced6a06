"""Tables that are read whole: the same columns and findings, whatever holds them."""

from datetime import date, datetime

import polars as pl

from capaian.columns import Filter, Reading, open_table, read_listing
from capaian.columns.limits import microseconds

READINGS = (
    Reading("subject", "nip", "text"),
    Reading("from", "from", "stamp"),
    Reading("to", "to", "stamp", nullable=True),
    Reading("weight", "share", "integer", digits=2),
    Reading("label", "name", "text", nullable=True),
)
ROWS = {
    "nip": [7, 8, 9],
    "from": [datetime(2026, 1, 1), datetime(2026, 1, 2, 9), datetime(2026, 1, 3)],
    "to": [None, datetime(2026, 2, 1), None],
    "share": [0.5, 1.0, 0.25],
    "name": ["Ani", "", None],
    "status": ["x", "x", "y"],
}


def read(native, readings=READINGS, **more):
    return read_listing(open_table(native, "postings"), readings, names=("subject",), **more)


def test_columns_are_text_and_integers_with_what_is_known(frame):
    found = read(frame(ROWS), filters=(Filter("status", one_of=("x",)),))
    assert (found.findings, found.rows) == ((), 3)
    assert found.texts == {"subject": ["7", "8"], "label": ["Ani", None]}
    columns = {name: (v.tolist(), k.tolist()) for name, (v, k) in found.numbers.items()}
    assert columns == {
        "from": ([microseconds(each) for each in ROWS["from"][:2]], [True, True]),
        "to": ([0, microseconds(datetime(2026, 2, 1))], [False, True]),
        "weight": ([50, 100], [True, True]),
    }


def test_all_that_cannot_be_read_is_said_and_no_column_is_given(frame):
    rows = ROWS | {"nip": [7, None, 9], "share": [0.5, 0.125, 1.0]}
    found = read(frame(rows))
    assert [(each.code, each.where) for each in found.findings] == [
        ("CPN-E10", "postings.nip"),
        ("CPN-E14", "postings.share"),
    ]
    assert (found.texts, found.numbers) == ({}, {})


def test_a_missing_column_is_named(frame):
    found = read(frame({name: ROWS[name] for name in ROWS if name != "to"}))
    assert [each.text() for each in found.findings] == ["there is no column 'to'."]


def test_files_and_stamps_with_a_zone_are_read(tmp_path):
    path = tmp_path / "postings.csv"
    pl.DataFrame({"nip": ["007"], "from": ["2026-01-01T00:30:00+07:00"]}).write_csv(path)
    readings = READINGS[:2]
    found = read(path, readings, zone="WIT")
    assert found.texts["subject"] == ["007"]
    values, _ = found.numbers["from"]
    assert values.tolist() == [microseconds(datetime(2026, 1, 1, 2, 30))]


def test_dates_are_their_midnight(frame):
    found = read(frame({"nip": ["a"], "from": [date(2026, 1, 5)]}), READINGS[:2])
    assert found.numbers["from"][0].tolist() == [microseconds(datetime(2026, 1, 5))]


def test_a_table_that_its_engine_cannot_read_is_a_finding(tmp_path):
    path = tmp_path / "postings.csv"
    path.write_text("nip,from\na,2026-01-01\n", encoding="utf-8")
    table = open_table(path, "postings")
    path.write_bytes(b"nip,from\n\xff\xfe,\xff\n")
    found = read_listing(table, READINGS[:2], names=("subject",))
    assert [each.code for each in found.findings] == ["CPN-E03"]
