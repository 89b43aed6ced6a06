"""Files by Polars and by DuckDB: the same answers, the same refusals."""

import os
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

import capaian
from capaian.columns import Reading, Request, open_table, reduce_table
from capaian.columns.files import CONNECTION, give_back
from capaian.errors import EvidenceError
from capaian.formula import Moment, agg, col
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

MOMENT = Moment(datetime(2026, 4, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
ROWS = pl.DataFrame(
    {
        "nip": ["b", "a", "b", ""],
        "at": [datetime(2026, 1, 1, 7), datetime(2026, 3, 31, 23), datetime(2026, 2, 1), None],
        "units": [3, None, 7, 1],
    }
)
READINGS = (
    Reading("at", "at", "stamp", nullable=True),
    Reading("units", "units", "integer", nullable=True),
)
REQUEST = Request("nip", READINGS, (), (agg.count(), agg.sum(col("units"))), MOMENT)


def refused(path, engine):
    with pytest.raises(EvidenceError) as caught:
        open_table(path, "t", engine)
    return str(caught.value)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_both_engines_read_the_same_integers(form, engine, tmp_path):
    """Text that stands for stamps and numbers, gaps and rows without a subject among them."""
    path = tmp_path / f"t.{form}"
    ROWS.write_csv(path, datetime_format="%Y-%m-%d %H:%M") if form == "csv" else ROWS.write_parquet(
        path
    )
    found = reduce_table(open_table(path, "t", engine), REQUEST)
    assert (list(found.subjects), found.unattributed, found.findings) == (["a", "b"], 1, ())
    assert [found.column(0), found.column(1)] == [[1, 2], [0, 10]]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ragged.csv", "nip;units\na;1\nb;2;3\n"),
        ("twice.csv", "nip,nip\na,b\n"),
        ("empty.csv", ""),
        ("head.csv", "nip,units\n"),
        ("broken.parquet", "nothing of the kind"),
    ],
)
def test_both_engines_refuse_the_same_files(name, text, engine, tmp_path):
    """What a file lacks is said in the same words whatever reads it."""
    (tmp_path / name).write_text(text)
    codes = []
    for each in ("polars", engine):
        try:
            found = reduce_table(open_table(tmp_path / name, "t", each), REQUEST)
            codes.append([finding.code for finding in found.findings])
        except EvidenceError as error:
            codes.append([finding.code for finding in error.findings])
    assert codes[0] == codes[1] != []


@pytest.fixture
def relation():
    """Evidence of two million events, made as it is read, in a DuckDB of little memory."""
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '40MB'; SET temp_directory = ''; SET threads = 2")
        yield connection.sql(
            "SELECT i % 1000 AS nip, TIMESTAMP '2026-01-01' + to_seconds(i % 86400) AS at, "
            "i % 7 AS units FROM range(2000000) t(i)"
        )


def test_events_that_do_not_fit_duckdbs_memory_are_reduced_in_it(relation):
    """Nothing may be spilt either: what is held is of subjects, not of events."""
    with pytest.raises(duckdb.OutOfMemoryException):
        relation.order('units, "at"').to_arrow_table()
    found = reduce_table(open_table(relation, "t"), REQUEST)
    assert (len(found.subjects), found.rows, found.findings) == (1000, 2_000_000, ())
    assert found.total(1) == sum(i % 7 for i in range(2_000_000))


def test_the_settings_of_a_relation_stay_its_owners(relation):
    """What is set back in a DuckDB of our own is left alone in another's."""
    table = open_table(relation, "t")
    reduce_table(table, REQUEST)
    give_back(table)
    asked = "SELECT current_setting('memory_limit') AS said"
    assert relation.query("t", asked).fetchall() == [("38.1 MiB",)]


def test_a_column_may_have_the_name_under_which_a_connection_is_kept():
    """Columns that were converted are kept in the same place."""
    rows = ROWS.rename({"units": CONNECTION})
    asked = Reading("n", CONNECTION, "integer", nullable=True)
    request = Request("nip", (asked,), (), (agg.sum(col("n")),), MOMENT)
    for native in (rows.to_pandas(), rows.to_arrow(), rows):
        assert reduce_table(open_table(native, "t"), request).column(0) == [0, 10]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read as Linux says it")
def test_a_file_that_was_read_leaves_no_memory_with_duckdb(tmp_path):
    """Its allocator would keep what the groups needed as long as the table is open."""
    path = tmp_path / "t.parquet"
    with duckdb.connect() as connection:
        connection.sql(
            "SELECT i AS nip, TIMESTAMP '2026-01-01' AS at, i % 7 AS units FROM range(800000) t(i)"
        ).write_parquet(str(path))
    table = open_table(path, "t", "duckdb")
    table.native.aggregate(
        'nip, sum(units), sum(nip), min("at"), max("at")', "nip"
    ).to_arrow_table()
    needed = given_back(table)
    assert needed > 40
    assert reduce_table(table, REQUEST).total(0) == 800_000
    assert given_back(table) < needed / 2  # what the groups took is gone already


def given_back(table):
    """Return how many MB less this process holds."""
    before = resident()
    give_back(table)
    return before - resident()


def resident():
    """How many MB this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_duckdb_does_not_read_json_lines(tmp_path):
    """The whole text, which names the engine and the other."""
    (tmp_path / "t.jsonl").write_text('{"nip": "a"}\n')
    assert refused(tmp_path / "t.jsonl", "duckdb") == (
        "The table 't' cannot be opened.\n"
        "  CPN-E57  t: DuckDB does not read JSON Lines files here.\n"
        "           to fix: take the engine 'polars', or write the table as Parquet or CSV."
    )


def test_an_unknown_engine_is_refused(tmp_path):
    """The whole text."""
    assert refused(tmp_path / "t.csv", "polar") == (
        "The table 't' cannot be opened.\n"
        "  CPN-E58  t: there is no engine 'polar' for files. Did you mean 'polars'?\n"
        "           to fix: name one of: polars, duckdb."
    )


@pytest.mark.parametrize("streaming", [False, True])
def test_a_panic_of_polars_is_a_file_that_cannot_be_read(streaming, tmp_path, monkeypatch):
    """Where a file is opened, and where it is read whole: a panic is no `Exception`."""
    path = tmp_path / "survey.parquet"
    pl.DataFrame(made_up_evidence()["survey"]).write_parquet(path)
    collect = pl.LazyFrame.collect

    def panics(frame, *given, **named):
        if streaming and named.get("engine") != "streaming":
            return collect(frame, *given, **named)
        raise pl.exceptions.PanicException("a value of the file")

    monkeypatch.setattr(pl.LazyFrame, "collect", panics)
    rule = {**OFFICE, "nodes": [], "indicators": [{**OFFICE["indicators"][2], "weight": 1}]}
    with pytest.raises(EvidenceError) as refused:
        capaian.score(read_policy(rule), {"survey": str(path)}, period="2026-01")
    assert refused.value.code == "CPN-E03"
    assert "PanicException" in str(refused.value)
    assert "a value of the file" not in str(refused.value)
