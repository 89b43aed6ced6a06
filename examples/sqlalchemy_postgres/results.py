"""Results into the database: one row each, written only where its content is another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

import capaian
from tables import results

KEY = ("subject", "period", "policy", "edition")


def rows_of(scores: capaian.Scores) -> Iterator[dict[str, Any]]:
    """Give each subject's record as a row.

    The same evidence and the same rule give the same content hash, on every machine and in whatever
    batch: it is the key by which nothing is written twice.
    """
    for record in scores.records():
        result = record.contents.result
        yield {
            "subject": record.subject,
            "period": scores.period.label,
            "policy": scores.policy.id,
            "edition": scores.policy.edition,
            "score": None if result.score is None else Decimal(result.score),
            "band": result.band,
            "status": result.status,
            "record": record.to_json(),
            "content_hash": record.content_hash,
        }


def upsert(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Write rows that are new or have another content hash; return how many."""
    new = insert(results).values(rows)
    columns = {each.name: new.excluded[each.name] for each in results.c if each.name not in KEY}
    statement = new.on_conflict_do_update(
        index_elements=KEY,
        set_=columns,
        where=results.c.content_hash != new.excluded.content_hash,
    )
    return len(connection.execute(statement.returning(results.c.subject)).all())
