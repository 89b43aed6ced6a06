"""Evidence through server-side cursors, in batches of whole subjects: a batch bounds the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, select

import capaian
import tables

Row = Mapping[str, Any]
Batch = dict[str, list[Row]]
FETCHED = 1_000
"""How many rows come at a time."""


def queries(period: capaian.Period) -> dict[str, Select[Any]]:
    """Return the query of each table of the policy: a period's rows, in the order of subjects."""
    start = datetime.combine(period.first, datetime.min.time())
    after = datetime.combine(period.last + timedelta(days=1), datetime.min.time())
    places = {
        "complaints": (tables.complaints, tables.complaints.c.received),
        "services": (tables.services, tables.services.c.served),
        "survey": (tables.survey, tables.survey.c.answered),
    }
    return {
        name: select(table)
        .where(dated >= start, dated < after)
        .order_by(table.c.nip.collate("C").nulls_last())  # as Python orders text
        for name, (table, dated) in places.items()
    }


@contextmanager
def streams(connection: Connection, period: capaian.Period) -> Iterator[dict[str, Iterator[Row]]]:
    """Give each table's rows as they come from a cursor that stays in the server."""
    options = {"stream_results": True, "yield_per": FETCHED}
    with ExitStack() as cursors:
        yield {
            name: map(
                dict,
                cursors.enter_context(
                    connection.execute(query, execution_options=options).mappings()
                ),
            )
            for name, query in queries(period).items()
        }


def batches(found: Mapping[str, Iterable[Row]], size: int) -> Iterator[Batch]:
    """Give the evidence of so many subjects at a time; nobody's rows are torn apart.

    A batch has rows in every table, since a table without rows is refused (CPN-E04): it may be
    larger for that. Rows without a subject come last, and capaian says how many there are.
    """
    held: Batch | None = None
    batch, count = _empty(found), 0
    for rows in _subjects(found):
        count += 1
        for name, row in rows:
            batch[name].append(row)
        if count >= size and all(batch.values()):
            if held is not None:
                yield held
            held, batch, count = batch, _empty(found), 0
    if count and held is not None and not all(batch.values()):
        batch = {name: held[name] + rows for name, rows in batch.items()}
        held = None
    if held is not None:
        yield held
    if count:
        yield batch


def _empty(names: Iterable[str]) -> Batch:
    return {name: [] for name in names}


def _subjects(found: Mapping[str, Iterable[Row]]) -> Iterator[list[tuple[str, Row]]]:
    """Give one subject's rows of all tables at a time."""

    def keyed(name: str, rows: Iterable[Row]) -> Iterator[tuple[tuple[bool, str], str, Row]]:
        for row in rows:
            yield (row["nip"] is None, row["nip"] or ""), name, row

    together = merge(*(keyed(*each) for each in found.items()), key=lambda each: each[0])
    for _, group in groupby(together, key=lambda each: each[0]):
        yield [(name, row) for _, name, row in group]
