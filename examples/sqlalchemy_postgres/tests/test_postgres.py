"""Against a real PostgreSQL, which `tools/with_postgres.sh` starts: cursors, upserts, NUMERIC."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, insert, select, text

from follow_page import Command, steps

HERE = Path(__file__).parent
EXAMPLE = HERE.parent
DESK = EXAMPLE.parent / "front_desk"
sys.path[:0] = [str(EXAMPLE), str(DESK)]

import made_up  # noqa: E402 - they stand beside the tests
from results import rows_of  # noqa: E402
from streams import batches, streams  # noqa: E402

import capaian  # noqa: E402
from run import score_period  # noqa: E402
from tables import metadata, results  # noqa: E402

POLICIES = str(DESK / "policies")
PERIOD = "2026-Q1"


@pytest.fixture(scope="module")
def server() -> Iterator[Engine]:
    """Return the server that was started for this."""
    address = os.environ.get("CAPAIAN_POSTGRES")
    if not address:
        raise AssertionError("run this by `make hosts`, or by tools/with_postgres.sh")
    found = create_engine(address)
    yield found
    found.dispose()


@pytest.fixture
def database(server: Engine) -> Iterator[Engine]:
    """Return the office's database, its tables empty."""
    metadata.create_all(server)
    yield server
    metadata.drop_all(server)


def fill(database: Engine, evidence: dict[str, list[dict[str, Any]]]) -> None:
    """Put evidence into the tables."""
    with database.begin() as connection:
        for name, rows in evidence.items():
            connection.execute(insert(metadata.tables[name]), rows)


def stored(database: Engine) -> list[dict[str, Any]]:
    """Return the results that are kept."""
    with database.connect() as connection:
        found = connection.execute(select(results).order_by(results.c.subject)).mappings()
        return [dict(each) for each in found]


def test_the_server_is_real(server: Engine) -> None:
    """It is PostgreSQL, on loopback."""
    with server.connect() as connection:
        version = connection.scalar(text("select version()"))
        host = connection.scalar(text("select host(inet_server_addr())"))
    assert str(version).startswith("PostgreSQL ")
    assert host == "127.0.0.1"


@pytest.mark.parametrize("size", [1, 7, 500])
def test_batches_give_what_all_at_once_gives(database: Engine, size: int) -> None:
    """However many subjects are in memory: the records are those of plain rows."""
    evidence = made_up.make(60, PERIOD)
    fill(database, evidence)
    said = score_period(database, POLICIES, PERIOD, size=size)
    assert (said["subjects"], said["written"], said["findings"]) == (60, 60, [])
    policy = capaian.load_policy(POLICIES, on="2026-03-31")
    assert stored(database) == list(rows_of(capaian.score(policy, evidence, period=PERIOD)))


def test_scores_are_decimals_and_what_is_missing_is_null(database: Engine) -> None:
    """Somebody with no evidence that counts has no score: not 0, and a status that says why."""
    evidence = made_up.make(5, PERIOD)
    young = made_up.nip(6)
    day = datetime(2026, 3, 31, 9, 0)
    evidence["complaints"].append({"nip": young, "received": day, "answered": None})
    fill(database, evidence)
    score_period(database, POLICIES, PERIOD)
    *scored, last = stored(database)
    assert all(type(each["score"]) is Decimal for each in scored)
    for each in scored:
        assert str(each["score"]) == json.loads(each["record"])["result"]["score"]
    assert (last["subject"], last["score"], last["band"]) == (young, None, None)
    assert last["status"] != "scored"


def test_a_second_run_writes_nothing(database: Engine) -> None:
    """PostgreSQL itself says that no row was touched."""
    fill(database, made_up.make(20, PERIOD))
    score_period(database, POLICIES, PERIOD)
    with database.connect() as connection:
        versions = connection.execute(text("select ctid::text, xmin::text from results")).all()
    assert score_period(database, POLICIES, PERIOD, size=3)["written"] == 0
    with database.connect() as connection:
        again = connection.execute(text("select ctid::text, xmin::text from results")).all()
    assert again == versions


def test_a_correction_writes_whom_it_concerns(database: Engine) -> None:
    """One more service of one employee."""
    fill(database, made_up.make(20, PERIOD))
    score_period(database, POLICIES, PERIOD)
    before = {each["subject"]: each["content_hash"] for each in stored(database)}
    row = {"nip": made_up.nip(3), "served": "2026-02-02", "points": Decimal("0.10")}
    fill(database, {"services": [row]})
    assert score_period(database, POLICIES, PERIOD)["written"] == 1
    after = {each["subject"]: each["content_hash"] for each in stored(database)}
    assert {name for name in after if after[name] != before[name]} == {made_up.nip(3)}


def test_two_periods_and_two_editions_stand_beside_each_other(database: Engine) -> None:
    """The key is subject, period, policy, edition."""
    for period in ("2025-Q4", PERIOD):
        fill(database, made_up.make(10, period))
        score_period(database, POLICIES, period)
    found = stored(database)
    assert {(each["period"], each["edition"]) for each in found} == {
        ("2025-Q4", "2025"), (PERIOD, "2026"),
    }  # fmt: skip
    assert len(found) == 20


def test_a_kept_record_is_replayed_with_the_evidence_of_the_database(database: Engine) -> None:
    """Records of plain rows, too: PostgreSQL's export has the digests of the same evidence."""
    evidence = made_up.make(10, PERIOD)
    fill(database, evidence)
    score_period(database, POLICIES, PERIOD)
    with (
        database.connect() as connection,
        streams(connection, capaian.read_period(PERIOD)) as found,
    ):
        exported = {name: list(rows) for name, rows in found.items()}
    policy = capaian.load_policy(POLICIES, on="2026-03-31")
    own = {each.subject: each for each in capaian.score(policy, evidence, period=PERIOD).records()}
    for each in stored(database):
        for record in (each["record"], own[each["subject"]]):
            verified = capaian.verify(record, evidence=exported)
            assert verified.ok, verified.findings
            assert (verified.replayed, verified.measured) == (True, "equal")


def test_a_kept_record_that_was_changed_is_found(database: Engine) -> None:
    """By anybody who may write to the table; the place is named."""
    fill(database, made_up.make(3, PERIOD))
    score_period(database, POLICIES, PERIOD)
    with database.begin() as connection:
        connection.execute(
            text("update results set record = replace(record, '\"fair\"', '\"good\"')")
        )
        connection.execute(
            text("update results set record = replace(record, '\"poor\"', '\"good\"')")
        )
    verified = [capaian.verify(each["record"]) for each in stored(database)]
    assert not all(each.ok for each in verified)
    assert {found.code for each in verified for found in each.findings} & {"CPN-V05", "CPN-V06"}


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused_and_nothing_is_kept(database: Engine, value: str) -> None:
    """Also where it comes after batches that are sound; no message holds an identifier."""
    fill(database, made_up.make(20, PERIOD))
    with database.begin() as connection:
        if value == "Infinity":  # numeric(6, 2) has none
            connection.execute(text("alter table services alter column points type numeric"))
        statement = "insert into services values (:nip, '2026-02-02', cast(:value as numeric))"
        connection.execute(text(statement), {"nip": made_up.nip(20), "value": value})
    with pytest.raises(capaian.EvidenceError) as caught:
        score_period(database, POLICIES, PERIOD, size=2)
    assert caught.value.code in {"CPN-E12", "CPN-E13"}
    assert "services.points" in str(caught.value)
    assert made_up.nip(20) not in str(caught.value)
    assert stored(database) == []


def test_rows_without_a_subject_are_counted(database: Engine) -> None:
    """NULL comes last in the order, and is left out with a word."""
    evidence = made_up.make(20, PERIOD)
    fill(database, evidence)
    fill(database, {"services": [{"nip": None, "served": "2026-02-02", "points": None}] * 3})
    said = score_period(database, POLICIES, PERIOD, size=6)
    assert said["subjects"] == 20
    assert [(each["code"], each["values"]["rows"]) for each in said["findings"]] == [("CPN-E55", 3)]


def test_the_cursors_stay_in_the_server(database: Engine) -> None:
    """PostgreSQL lists one for each table, while only the first rows have come."""
    fill(database, made_up.make(200, PERIOD))
    with (
        database.connect() as connection,
        streams(connection, capaian.read_period(PERIOD)) as found,
    ):
        assert all("nip" in next(rows) for rows in found.values())
        open_ones = connection.scalars(text("select statement from pg_cursors where name <> ''"))
        assert len(open_ones.all()) == 3


def peak(people: int, database: Engine) -> int:
    """Return the most memory, in MB, that a run over so many people takes."""
    with database.begin() as connection:
        for each in metadata.sorted_tables:
            connection.execute(each.delete())
        nip = "'99999999' || lpad(p::text, 10, '0')"
        many = f"select {nip} from generate_series(1, {people}) p, generate_series(1, :n) k"
        for name, more, count in (
            ("complaints", "timestamp '2026-02-02 09:00', timestamp '2026-02-03 09:00'", 5),
            ("services", "date '2026-02-02', 1.25", 20),
            ("survey", "date '2026-02-02', 3, 4, 4", 3),
        ):
            rows = many.replace(" from", f", {more} from", 1)
            connection.execute(text(f"insert into {name} {rows}"), {"n": count})
    line = "import resource, run, sys; code = run.main(); "
    line += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    line = f"import sys; sys.path.insert(0, {str(EXAMPLE)!r}); {line}"
    command = [sys.executable, "-W", "error", "-c", line, "--policy", POLICIES, "--period", PERIOD]
    command += ["--subjects", "100"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["subjects"] == people
    return int(done.stderr) // 1024


def test_memory_is_bounded_by_a_batch(database: Engine) -> None:
    """Six times the people, a hundred at a time, and not 10 MB more."""
    few, many = peak(500, database), peak(3_000, database)
    print(f"peak memory: {few} MB of 14,000 rows, {many} MB of 84,000 rows")
    assert many - few < 10


def test_the_page_s_commands_run(database: Engine) -> None:
    """`docs/embed/postgres.md` creates tables and scores twice; it prints what it says."""
    metadata.drop_all(database)
    for step in steps(EXAMPLE.parents[1] / "docs" / "embed" / "postgres.md"):
        if isinstance(step, Command):
            step.run(EXAMPLE)
    assert len(stored(database)) == 50


class TestBatches:
    """How rows are put into batches, without a database."""

    @staticmethod
    def rows(*names: str | None) -> list[dict[str, Any]]:
        """Return a row for each name."""
        return [{"nip": name} for name in names]

    def split(self, size: int, **tables: list[dict[str, Any]]) -> list[dict[str, list[Any]]]:
        """Return the batches, of each row the name."""
        return [
            {name: [row["nip"] for row in rows] for name, rows in batch.items()}
            for batch in batches(tables, size)
        ]

    def test_nobody_is_torn_apart(self) -> None:
        """All rows of a subject are in one batch."""
        found = self.split(1, a=self.rows("1", "1", "2"), b=self.rows("1", "2", "2"))
        assert found == [{"a": ["1", "1"], "b": ["1"]}, {"a": ["2"], "b": ["2", "2"]}]

    def test_a_batch_has_rows_in_every_table(self) -> None:
        """It waits for them; the last joins the one before, if it must."""
        found = self.split(1, a=self.rows("1", "2", "3", "4"), b=self.rows("2", "3"))
        assert found == [{"a": ["1", "2"], "b": ["2"]}, {"a": ["3", "4"], "b": ["3"]}]

    def test_rows_of_nobody_come_last(self) -> None:
        """And belong to the last batch."""
        found = self.split(1, a=self.rows("1", "2", None), b=self.rows("1", "2"))
        assert found == [{"a": ["1"], "b": ["1"]}, {"a": ["2", None], "b": ["2"]}]

    def test_a_table_that_is_empty_throughout_is_left_to_be_refused(self) -> None:
        """One batch, with an empty table in it."""
        assert self.split(1, a=self.rows("1", "2"), b=[]) == [{"a": ["1", "2"], "b": []}]
        assert self.split(1, a=[], b=[]) == []
