"""The door: every kind of table is told apart, opened, refused with reason, and given back."""

import json
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from capaian.columns import native_table, open_table
from capaian.errors import EvidenceError, catalogue

COLUMNS = {"who": ["a", "b", "a"], "units": [1, None, 3]}


def refusal(native, name="complaints"):
    with pytest.raises(EvidenceError) as caught:
        open_table(native, name)
    return caught.value


# ---- what comes in -----------------------------------------------------------------------------


def test_every_kind_is_opened(frame):
    """Name, origin, columns; nothing of it is text to be parsed."""
    table = open_table(frame(COLUMNS), "complaints")
    assert (table.name, table.columns, table.written) == ("complaints", ("who", "units"), False)
    assert table.origin == frame.kind.removesuffix("-arrow")


def test_an_open_table_stays_open(frame):
    """What was opened already passes through the door as it is."""
    table = open_table(frame(COLUMNS), "complaints")
    assert open_table(table, "complaints") is table


def test_columns_of_records_are_those_of_all_rows():
    """A row may lack a key; the columns are all keys, in order of first use."""
    table = open_table(({"a": 1}, OrderedDict(b=2, a=3)), "t")
    assert (table.columns, table.origin) == (("a", "b"), "records")


def test_frames_of_narwhals_and_derived_frames_are_opened():
    """A frame that Narwhals wraps is unwrapped; a type derived from a known one is that one."""
    table = pl.DataFrame(COLUMNS)
    assert open_table(nw.from_native(table), "t").origin == "polars"
    assert open_table(nw.from_native(table.lazy()), "t").origin == "polars-lazy"

    class Derived(pd.DataFrame):
        """As geographic frames are."""

    assert open_table(Derived(COLUMNS), "t").origin == "pandas"


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl", ".ndjson", ".CSV"])
def test_files_are_opened_lazily(tmp_path, suffix):
    """A path, as text or not; only CSV is text to be parsed."""
    path = tmp_path / f"complaints{suffix}"
    table = pl.DataFrame(COLUMNS)
    {".csv": table.write_csv, ".parquet": table.write_parquet}.get(
        suffix.lower(), table.write_ndjson
    )(path)
    for given in (path, str(path)):
        opened = open_table(given, "complaints")
        assert (opened.origin, opened.columns) == ("file", ("who", "units"))
        assert opened.written == (suffix.lower() != ".parquet")
        assert isinstance(opened.native, pl.LazyFrame)
        assert opened.source == str(path)


@pytest.mark.parametrize(
    "text", ["a,b\n01,x\n", "a;b\n01;x\n", "a\tb\r\n01\tx\r\n", '"a","b"\n"01","x"\n']
)
def test_csv_keeps_identifiers_and_finds_its_separator(tmp_path, text):
    """Commas, semicolons (as Indonesian spreadsheets write) or tabs; 01 stays 01; with a mark."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    table = open_table(path, "t")
    assert table.columns == ("a", "b")
    assert table.native.collect().to_dicts() == [{"a": "01", "b": "x"}]


# ---- what stays outside ------------------------------------------------------------------------


def test_no_such_file():
    """A path that does not exist, however large the file sounds."""
    error = refusal("evidence/complaints-2026-2GB.parquet")
    assert str(error) == (
        "The table 'complaints' cannot be opened.\n"
        "  CPN-E01  complaints: there is no file 'evidence/complaints-2026-2GB.parquet'.\n"
        "           to fix: correct the path."
    )
    assert error.text("id").endswith(
        "  CPN-E01  complaints: tidak ada berkas 'evidence/complaints-2026-2GB.parquet'.\n"
        "           perbaikan: perbaiki jalurnya."
    )


def test_a_kind_of_file_that_is_not_read(tmp_path):
    """The message lists the endings that are read."""
    path = tmp_path / "complaints.xlsx"
    path.write_text("x")
    assert str(refusal(path)) == (
        "The table 'complaints' cannot be opened.\n"
        f"  CPN-E02  complaints: the file '{path}' is of a kind that is not read.\n"
        "           to fix: give a file that ends in .csv, .parquet, .jsonl, .ndjson."
    )


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("t.parquet", b"not parquet at all", "Parquet"),
        ("t.jsonl", b'{"nik": "3171', "JSON Lines"),
        ("t.csv", b"nama,b\nR\xff3171,1\n", "CSV"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, name, content, form):
    """Damaged files: what was tried and what came of it, and nothing of the content."""
    path = tmp_path / name
    path.write_bytes(content)
    error = refusal(path)
    [finding] = error.findings
    assert finding.code == "CPN-E03"
    assert finding.text().startswith(f"the table cannot be read as {form} (")
    assert "3171" not in str(error)


def test_a_line_with_too_many_cells(tmp_path):
    """The line is named by its number, never by its content."""
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\nsecret,3,4\n")
    error = refusal(path, "t")
    assert str(error) == (
        "The table 't' cannot be opened.\n"
        "  CPN-E28  t: line 3 has 3 cells, and the header 2.\n"
        "           to fix: put text that holds the separator between double quotes."
    )


def test_a_file_with_more_columns_than_anybody_has(tmp_path):
    """With each, an engine takes longer for every other."""
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"c{at}" for at in range(10_001)) + "\n1\n")
    assert str(refusal(path, "t")) == (
        "The table 't' cannot be opened.\n"
        "  CPN-E75  t: it has 10,001 columns; at most 10,000 are read.\n"
        "           to fix: keep the columns that the policy names."
    )


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_empty_file(tmp_path, kind):
    """No bytes at all, or a header without rows."""
    path = tmp_path / f"t.{kind}"
    path.write_text("")
    assert refusal(path).code == "CPN-E04"
    path.with_suffix(".csv").write_text("a,b\n")
    assert refusal(path.with_suffix(".csv")).code == "CPN-E04"


def test_an_empty_table(frame):
    """A table without rows is refused, whatever its kind."""
    native = [] if frame.kind == "records" else frame({"who": []}, {"who": pl.String})
    assert str(refusal(native)) == (
        "The table 'complaints' cannot be opened.\n"
        "  CPN-E04  complaints: the table has no rows.\n"
        "           to fix: see whether the query is right; where there truly was nothing, give rows "
        "of other periods too: they are not counted."
    )


def duplicates(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,a\n1,2,3\n")
    return {
        "pandas": pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]),
        "pyarrow": pa.table([[1], [2], [3]], names=["a", "b", "a"]),
        "duckdb": duckdb.connect().sql("SELECT 1 AS a, 2 AS b, 3 AS a"),
        "file": path,
    }


@pytest.mark.parametrize("kind", ["pandas", "pyarrow", "duckdb", "file"])
def test_a_column_name_twice(tmp_path, kind):
    """Which of two columns is meant cannot be known."""
    assert str(refusal(duplicates(tmp_path)[kind], "t")) == (
        "The table 't' cannot be opened.\n"
        "  CPN-E05  t: column names occur more than once: 'a'.\n"
        "           to fix: give every column a name of its own."
    )


@pytest.mark.parametrize("native", [[{1: 2, "a": 3}], pd.DataFrame({1: [2], "a": [3]})])
def test_column_names_that_are_not_text(native):
    """A policy names columns by text."""
    error = refusal(native, "t")
    assert [each.text() for each in error.findings] == ["1 column names are not text."]


def test_rows_that_are_not_dictionaries():
    """A list of something else."""
    assert str(refusal([{"a": 1}, "siti", 3], "t")) == (
        "The table 't' cannot be opened.\n"
        "  CPN-E07  t: 2 of 3 rows are not dictionaries.\n"
        "           to fix: make each row a dictionary from column names to values."
    )


@pytest.mark.parametrize(
    ("native", "given"),
    [(3, "int"), (None, "NoneType"), ({"a": [1]}, "dict"), (pd.Series([1]), "Series")],
)
def test_what_is_no_table(native, given):
    """Anything else is named by its type."""
    assert str(refusal(native, "t")) == (
        "The table 't' cannot be opened.\n"
        f"  CPN-E06  t: a {given} is not a table.\n"
        "           to fix: give a pandas, Polars or PyArrow table, a DuckDB relation, a list of "
        "dictionaries, or a path."
    )


@pytest.mark.parametrize("kind", ["pandas", "duckdb"])
def test_a_library_that_is_missing(monkeypatch, table_of, kind):
    """pandas and DuckDB need PyArrow between them and Polars; the extra that brings it is named."""
    native = table_of[kind](pl.DataFrame(COLUMNS))
    monkeypatch.setattr("capaian.columns.door.find_spec", lambda _: None)
    assert str(refusal(native, "t")) == (
        "The table 't' cannot be opened.\n"
        f"  CPN-E29  t: a table of kind {kind} needs PyArrow, which is not installed.\n"
        f"           to fix: install capaian[{kind}]."
    )


def test_every_code_says_what_and_how_in_both_languages():
    """Four texts per code, and the same figures in both languages."""
    codes = {
        code: each
        for code, each in catalogue().items()
        if code.startswith("CPN-E") and code < "CPN-E3"
    }
    assert len(codes) == 29
    for each in codes.values():
        assert set(each) == {"en", "id", "fix_en", "fix_id"}


# ---- what goes out -----------------------------------------------------------------------------

GOING_OUT = {
    "subject": ["a", "b", "c"],
    "n": [1, None, 2**53 + 1],
    "score": [1.5, None, 3.0],
    "late": [True, False, True],
    "gap": [True, None, False],
    "nothing": [None, None, None],
}
OUT = {
    "records": list,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars-lazy": pl.LazyFrame,
    "pyarrow": pa.Table,
    "duckdb": duckdb.DuckDBPyRelation,
    "file": pl.DataFrame,
}


def rows_of(native):
    if isinstance(native, list):
        return native
    if isinstance(native, pd.DataFrame):
        return [
            {name: None if pd.isna(each) else each for name, each in row.items()}
            for row in native.astype(object).to_dict("records")
        ]
    if isinstance(native, duckdb.DuckDBPyRelation):
        return [dict(zip(native.columns, row, strict=True)) for row in native.fetchall()]
    if isinstance(native, pa.Table):
        return native.to_pylist()
    return native.lazy().collect().to_dicts()


@pytest.mark.parametrize("origin", OUT)
def test_a_table_goes_out_as_it_came_in(origin):
    """The same kind, the same values; integers with gaps stay exact integers."""
    native = native_table(GOING_OUT, origin)
    assert isinstance(native, OUT[origin])
    names = list(GOING_OUT)
    wanted = [dict(zip(names, row, strict=True)) for row in zip(*GOING_OUT.values(), strict=True)]
    assert rows_of(native) == wanted


def test_integers_of_pandas_stay_integers():
    """Without gaps int64, with gaps Int64; never a float."""
    native = native_table(GOING_OUT, "pandas")
    assert str(native["n"].dtype) == "Int64"
    assert [str(native[each].dtype) for each in ("late", "gap", "score")] == [
        "bool",
        "boolean",
        "float64",
    ]
    assert str(native_table({"n": [1, 2]}, "pandas")["n"].dtype) == "int64"


# ---- what is imported --------------------------------------------------------------------------

RECORDS_ONLY = """
import json, sys
from datetime import datetime
from capaian.columns import Reading, Request, open_table, reduce_table, native_table
from capaian.formula import Moment, agg, col
moment = Moment(datetime(2026, 4, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
request = Request("who", (Reading("x", "x", "integer"),), (), (agg.sum(col("x")),), moment)
reduced = reduce_table(open_table([{"who": "a", "x": 1}, {"who": "a", "x": 2}], "t"), request)
assert reduced.column(0) == [3]
assert native_table({"a": [1]}, "records") == [{"a": 1}]
loaded = {each.split(".")[0] for each in sys.modules}
print(json.dumps(sorted(loaded & {"numpy", "narwhals", "polars", "pandas", "pyarrow", "duckdb"})))
"""


def test_records_load_no_dataframe_library():
    """From the door to the result and out again, plain records need none."""
    command = [sys.executable, "-W", "error", "-c", RECORDS_ONLY]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(found.stdout) == []


def test_a_table_is_told_without_importing_its_library():
    """The door knows a kind by where its type was defined."""
    code = "import sys; import capaian.columns.door; print('polars' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "False"


def test_only_columns_speaks_to_dataframe_libraries():
    """Outside this room no source imports one (NumPy is a library of numbers)."""
    house = Path(sys.modules["capaian"].__file__).parent
    named = [
        f"{file.relative_to(house)}: {line.strip()}"
        for file in house.rglob("*.py")
        if file.relative_to(house).parts[0] != "columns"
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith(
            tuple(
                f"{verb} {lib}"
                for verb in ("import", "from")
                for lib in ("polars", "pandas", "narwhals", "duckdb", "pyarrow")
            )
        )
    ]
    assert named == []
