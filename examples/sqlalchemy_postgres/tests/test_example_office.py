"""The example office's year through a real PostgreSQL: its records verify with what comes back."""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    func,
    insert,
    select,
    text,
)

import capaian

OFFICE = Path(__file__).parents[2] / "lubuk_begalung"
PERIOD, AS_OF = "2026-Q1", "2026-04-08"
KINDS: tuple[tuple[type, type], ...] = (  # a truth is an integer and a moment a day to Python
    (bool, Boolean), (int, Integer), (dt.datetime, DateTime), (dt.date, Date), (str, Text),
)  # fmt: skip
Rows = list[dict[str, Any]]


def kind_of(values: list[Any]) -> Any:
    """Return the column type of values, some of which may be missing."""
    known = next(each for each in values if each is not None)
    return next(made for kind, made in KINDS if isinstance(known, kind))


def table_of(name: str, rows: Rows, metadata: MetaData) -> Table:
    """Return the table that holds such rows."""
    columns = [Column(key, kind_of([row[key] for row in rows])) for key in rows[0]]
    return Table(name, metadata, *columns)


@pytest.fixture(scope="module")
def made() -> dict[str, Rows]:
    """Return the office's own rows, as they were before any database."""
    sys.path.insert(0, str(OFFICE))
    try:
        office = import_module("office")  # it stands in another example
    finally:
        sys.path.remove(str(OFFICE))
    found: dict[str, Rows] = office.tables(period=PERIOD)
    return found


@pytest.fixture(scope="module")
def connection(made: dict[str, Rows]) -> Iterator[Connection]:
    """Put the rows into tables of their own schema, in another order; give a connection."""
    address = os.environ.get("CAPAIAN_POSTGRES")
    if not address:
        raise AssertionError("run this by `make hosts`, or by tools/with_postgres.sh")
    engine = create_engine(address)
    metadata = MetaData(schema="lubuk_begalung")
    with engine.connect() as opened:
        opened.execute(text("create schema lubuk_begalung"))
        dice = random.Random(2026)
        for name, rows in made.items():
            table = table_of(name, rows, metadata)
            table.create(opened)
            opened.execute(insert(table), dice.sample(rows, len(rows)))
        yield opened
        opened.rollback()
    engine.dispose()


def export(connection: Connection, names: Iterable[str]) -> dict[str, Rows]:
    """Return what PostgreSQL gives back, in an order of its own."""
    found = {}
    for name in names:
        table = Table(name, MetaData(), schema="lubuk_begalung", autoload_with=connection)
        key = next(iter(table.c))  # what numbers its rows
        query = select(table).order_by(func.md5(key))
        found[name] = [dict(row) for row in connection.execute(query).mappings()]
    return found


@pytest.fixture(scope="module")
def exported(connection: Connection, made: dict[str, Rows]) -> dict[str, Rows]:
    """Return every table as PostgreSQL has it."""
    found = export(connection, made)
    assert {name: len(rows) for name, rows in found.items()} == {
        name: len(rows) for name, rows in made.items()
    }
    return found


def scored(policy: str, evidence: dict[str, Rows]) -> capaian.Scores:
    """Return the quarter's scores of one of the office's policies."""
    found = capaian.score(
        capaian.load_policy(OFFICE / f"{policy}.toml"), evidence, period=PERIOD, as_of=AS_OF
    )
    assert isinstance(found, capaian.Scores)
    return found


@pytest.mark.parametrize("policy", ["front_desk", "field_staff"])
def test_records_verify_with_what_postgres_exports(
    policy: str, made: dict[str, Rows], exported: dict[str, Rows]
) -> None:
    """Written before the evidence ever was in a database; each is measured again and equal.

    Everybody of the front desk, and every third of the field staff.
    """
    records = [each.to_json() for each in scored(policy, made).records(made_at="2026-04-09")]
    assert len(records) > 20
    records = records if policy == "front_desk" else records[::3]
    for record in records:
        verified = capaian.verify(record, evidence=exported)
        assert verified.ok, verified.text()
        assert (verified.replayed, verified.measured) == (True, "equal")


@pytest.mark.parametrize("policy", ["front_desk", "field_staff"])
def test_what_postgres_exports_gives_the_same_records(
    policy: str, made: dict[str, Rows], exported: dict[str, Rows]
) -> None:
    """Byte for byte."""
    own, other = (
        [each.to_json() for each in scored(policy, evidence).records(made_at="2026-04-09")]
        for evidence in (made, exported)
    )
    assert own == other


def test_a_row_that_was_changed_in_the_database_is_found(
    connection: Connection, made: dict[str, Rows]
) -> None:
    """One service fewer in the quarter: its owner's record is not that of the evidence any more."""
    record = next(iter(scored("front_desk", made).records(made_at="2026-04-09")))
    mine = "nip = :nip and status = 'done' and date between '2026-01-01' and '2026-03-31'"
    with connection.begin_nested() as change:
        gone = connection.execute(
            text(
                "delete from lubuk_begalung.services where service_id = "
                f"(select min(service_id) from lubuk_begalung.services where {mine})"
            ),
            {"nip": record.subject},
        )
        assert gone.rowcount == 1
        verified = capaian.verify(record.to_json(), evidence=export(connection, made))
        change.rollback()
    assert (verified.ok, verified.measured) == (False, "different")
    assert {each.where.split("/")[1] for each in verified.findings} >= {"evidence"}
