"""Results into the database: one row each, written only where its content is another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

import capaian
from tables import results

KEY = ("subject", "period", "policy", "edition")


def rows_of(scores: capaian.Scores) -> Iterator[dict[str, Any]]:
    """Give each subject's result as a row.

    Its document is what `Scores.to_json` says of this subject and of the rule. The same evidence
    and the same rule give the same bytes, and their hash is the same on every machine.
    """
    whole = scores.to_dict()
    head = {name: each for name, each in whole.items() if name not in {"scores", "findings"}}
    for each in whole["scores"]:
        document = json.dumps(
            {**head, "scores": [each]}, ensure_ascii=False, separators=(",", ":"), sort_keys=True
        )
        yield {
            "subject": each["subject"],
            "period": scores.period.label,
            "policy": scores.policy.id,
            "edition": scores.policy.edition,
            "score": None if each["score"] is None else Decimal(each["score"]),
            "band": each["band"],
            "status": each["status"],
            "document": document,
            "content_hash": sha256(document.encode()).hexdigest(),
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
