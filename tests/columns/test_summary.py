"""Ends of columns: what they prove, and that a scan that they prove counts the same."""

from datetime import datetime

import duckdb
import polars as pl
import pytest

from capaian.columns import Filter, Reading, Request, open_table, reduce_all
from capaian.columns.scan import Scan
from capaian.columns.summary import Ends, summarise
from capaian.formula import Moment, agg, col

MOMENT = Moment(datetime(2026, 4, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
ROWS = pl.DataFrame(
    {
        "who": ["b", "a", "b"],
        "at": [datetime(2026, 1, 1), datetime(2026, 3, 31, 23), datetime(2026, 2, 1)],
        "done": [None, datetime(2026, 5, 1), datetime(2026, 2, 2)],
        "units": [3, 0, 7],
    }
)
SORTS = {"who": "text", "at": "stamp", "done": "stamp", "units": "integer"}
MICRO = {
    "first": 1_767_225_600_000_000,
    "last": 1_774_998_000_000_000,
    "early": 1_769_990_400_000_000,
    "late": 1_777_593_600_000_000,
}


def as_file(rows, folder):
    rows.write_parquet(folder / "t.parquet", row_group_size=2)
    return str(folder / "t.parquet")


def as_relation(rows, folder):
    return duckdb.connect().read_parquet(as_file(rows, folder))


HELD = {
    "polars": lambda rows, _: rows,
    "polars-lazy": lambda rows, _: rows.lazy(),
    "pandas": lambda rows, _: rows.to_pandas(),
    "pyarrow": lambda rows, _: rows.to_arrow(),
    "duckdb": as_relation,
    "file": as_file,
}


@pytest.mark.parametrize("kind", HELD)
def test_the_ends_are_the_same_wherever_they_are_read(kind, tmp_path):
    """From footers, from DuckDB's statistics, or by looking."""
    table = open_table(HELD[kind](ROWS, tmp_path), "t")
    assert summarise(table, SORTS, set(SORTS)) == {
        "who": Ends("a", "b", gaps=False),
        "at": Ends(MICRO["first"], MICRO["last"], gaps=False),
        "done": Ends(MICRO["early"], MICRO["late"], gaps=True),
        "units": Ends(0, 7, gaps=False),
    }


def test_a_footer_that_says_nothing_is_not_believed(tmp_path):
    """A file without statistics is looked at."""
    ROWS.write_parquet(tmp_path / "t.parquet", statistics=False)
    found = summarise(open_table(str(tmp_path / "t.parquet"), "t"), SORTS, set(SORTS))
    assert found["units"] == Ends(0, 7, gaps=False)


def test_text_that_stands_for_other_values_is_counted_row_by_row(tmp_path):
    """A CSV file has no ends that prove anything."""
    ROWS.write_csv(tmp_path / "t.csv")
    assert summarise(open_table(str(tmp_path / "t.csv"), "t"), SORTS, set(SORTS)) is None


def asked(**more):
    readings = (
        Reading("at", "at", "stamp"),
        Reading("done", "done", "stamp", nullable=True),
        Reading("units", "units", "integer"),
    )
    trees = (agg.count(), agg.sum(col("units")), agg.count(~(col("units") >= 0)))
    made = {"filters": (), "dated": "at", **more}
    return Request("who", readings, made["filters"], trees, MOMENT, dated=made["dated"])


@pytest.mark.parametrize("kind", HELD)
def test_sound_columns_are_not_counted(kind, tmp_path):
    """Nothing is asked of a row where the ends say that all is well."""
    scan = Scan(open_table(HELD[kind](ROWS, tmp_path), "t"), [asked()])
    assert scan.clean
    assert scan.everywhere(scan.asked[0].scope)


@pytest.mark.parametrize("kind", HELD)
@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("who", "", None),
        ("who", None, None),
        ("at", None, "CPN-E10"),
        ("units", None, "CPN-E10"),
        ("at", datetime(2025, 12, 31), None),
    ],
)
def test_what_the_ends_do_not_prove_is_counted(kind, column, value, code, tmp_path):
    """A gap, an empty name, a row of another period: the full count, and the same answer as ever."""
    rows = ROWS.with_columns(
        pl.when(pl.int_range(pl.len()) == 1).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
    )  # fmt: skip
    native = HELD[kind](rows, tmp_path)
    (found,) = reduce_all(open_table(native, "t"), [asked()])
    (plain,) = reduce_all(open_table(rows.to_dicts(), "t"), [asked()])
    assert [each.code for each in found.findings] == ([code] if code else [])
    assert found.findings == plain.findings
    assert list(found.subjects) == list(plain.subjects)
    assert [found.column(i) for i in range(3) if found.subjects] == [
        plain.column(i) for i in range(3) if plain.subjects
    ]
    assert (found.rows, found.unattributed) == (plain.rows, plain.unattributed)


@pytest.mark.parametrize("kind", HELD)
def test_requests_with_other_conditions_share_a_scan(kind, tmp_path):
    """Each is answered as if it had been asked alone; who has no row in one scope has none there."""
    requests = [
        asked(),
        asked(filters=(Filter("done", present=True),)),
        asked(filters=(Filter("units", one_of=(7,)),), dated=""),
    ]
    together = reduce_all(open_table(HELD[kind](ROWS, tmp_path), "t"), requests)
    assert together[0].subjects is together[1].subjects is together[2].subjects
    for request, found in zip(requests, together, strict=True):
        (alone,) = reduce_all(open_table(HELD[kind](ROWS, tmp_path), "t"), [request])
        for index in range(3):
            wanted = alone.aligned(index, found.subjects, absent=0, whole=False)
            assert found.column(index) == wanted
        assert found.rows == alone.rows
