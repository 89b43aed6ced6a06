"""Columns as arrays: the same from every kind of table, every row in its place."""

from datetime import datetime

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.columns import Filter, Reading, open_table
from capaian.columns.arrays import all_different, read_arrays, repeated_rows
from capaian.errors import EvidenceError

ROWS = [
    {"nip": "b", "at": datetime(2026, 1, 5, 8, 30), "amount": 12, "kind": "x", "ok": True},
    {"nip": "a", "at": None, "amount": None, "kind": "y", "ok": False},
    {"nip": None, "at": datetime(2026, 1, 6), "amount": -3, "kind": None, "ok": None},
    {"nip": "b", "at": datetime(2026, 1, 5, 8, 30), "amount": 12, "kind": "x", "ok": True},
]
READINGS = [
    Reading("at", "at", "stamp"),
    Reading("amount", "amount", "integer"),
    Reading("kind", "kind", "text"),
    Reading("ok", "ok", "boolean"),
]
FORMS = {
    "records": lambda rows: rows,
    "polars": pl.DataFrame,
    "pandas": pd.DataFrame,
    "pyarrow": lambda rows: pl.DataFrame(rows).to_arrow(),
    "duckdb": lambda rows: duckdb.from_arrow(pl.DataFrame(rows).to_arrow()),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_table_gives_the_same_arrays(form):
    table = open_table(FORMS[form](ROWS), "rows")
    found = read_arrays(table, READINGS, subject="nip", filters=[Filter("kind", one_of=("x",))])
    assert len(found) == 4
    assert found["at"].tolist() == [each["at"] for each in ROWS]
    np.testing.assert_array_equal(found["amount"], [12, np.nan, -3, 12])
    np.testing.assert_array_equal(found["ok"], [1, 0, np.nan, 1])
    assert found["kind"].tolist() == ["x", "y", None, "x"]
    assert list(found["subject"].words) == ["a", "b"]
    assert found["subject"].codes.tolist() == [1, 0, -1, 1]
    assert found.passed.tolist() == [True, False, False, True]
    assert set(found.unusable.values()) == {0}
    assert "start" not in found


@pytest.mark.parametrize("form", ["records", "polars"])
def test_what_cannot_be_read_is_missing_and_counted(form):
    rows = [{"nip": "a", "at": "31/01/26"}, {"nip": "b", "at": "yesterday"}]
    reading = Reading("at", "at", "stamp", format="%d/%m/%y")
    found = read_arrays(open_table(FORMS[form](rows), "rows"), [reading], subject="nip")
    assert np.isnat(found["at"]).tolist() == [False, True]
    assert found.unusable == {"at": 1, "subject": 0}


def test_amounts_keep_their_unit():
    """12.50 with two digits is 12.5, not 1250."""
    table = open_table([{"x": 12.5}], "rows")
    assert read_arrays(table, [Reading("x", "x", "integer", digits=2)])["x"].tolist() == [12.5]


@pytest.mark.parametrize("form", FORMS)
def test_rows_that_are_alike_are_found(form):
    table = open_table(FORMS[form](ROWS), "rows")
    assert repeated_rows(table, table.columns).tolist() == [0, 1, 2, 0]
    assert all_different(table, table.columns) == []
    numbered = [{"no": at, **each} for at, each in enumerate(ROWS)]
    table = open_table(FORMS[form](numbered), "rows")
    assert all_different(table, table.columns) == ["no"]


@pytest.mark.parametrize("form", FORMS)
def test_rows_that_are_loosely_alike_are_found(form):
    """Capitals, spaces, lines and punctuation do not count; letters with marks and digits do."""
    texts = ["Jalan rusak, RT 3!", " jalan\nRUSAK (rt 3)", "jalan rusak rt 4", "jälan rusak rt 3"]
    table = open_table(FORMS[form]([{"no": 1, "told": each} for each in texts]), "rows")
    assert repeated_rows(table, ["no", "told"], loosely=True).tolist() == [0, 0, 2, 3]
    assert repeated_rows(table, ["no", "told"]).tolist() == [0, 1, 2, 3]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("ab")), min_size=1, max_size=20))
def test_the_first_of_a_group_is_its_name(pairs):
    """Law: the position of the first row with the same values."""
    rows = [{"x": x, "y": y} for x, y in pairs]
    expected = [pairs.index(each) for each in pairs]
    for form in ("records", "polars"):
        table = open_table(FORMS[form](rows), "rows")
        assert repeated_rows(table, ["x", "y"]).tolist() == expected


def test_columns_that_are_not_there_are_named_at_once():
    with pytest.raises(EvidenceError) as error:
        read_arrays(open_table(ROWS, "rows"), [Reading("at", "when", "stamp")], subject="nik")
    assert [each.code for each in error.value.findings] == ["CPN-E09"] * len(error.value.findings)
    assert str(error.value).startswith("The table 'rows' cannot be read.\n")
