"""Score a period from PostgreSQL into PostgreSQL.

    python run.py --policy ../front_desk/policies --period 2026-Q1

CAPAIAN_POSTGRES has the address, such as postgresql+psycopg://user:password@host/office. Prints one
line of JSON. Exit codes: 0 done, 2 it cannot be scored: then nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from results import rows_of, upsert
from sqlalchemy import Engine, create_engine
from streams import batches, streams

import capaian

SUBJECTS = 500
"""How many subjects are in memory at a time."""


def score_period(
    database: Engine, source: str, label: str, as_of: str | None = None, size: int = SUBJECTS
) -> dict[str, Any]:
    """Score everybody; the evidence is read as it was at one moment, all is kept or nothing.

    Raises
    ------
    capaian.CapaianError
        What cannot be scored, with codes.
    """
    period = capaian.read_period(label)
    policy = capaian.load_policy(source, on=period.last)
    subjects, written = 0, 0
    findings: list[dict[str, Any]] = []
    with (
        database.connect().execution_options(isolation_level="REPEATABLE READ") as reading,
        reading.begin(),
        streams(reading, period) as found,
        database.begin() as writing,
    ):
        for evidence in batches(found, size):
            scores = capaian.score(policy, evidence, period=period, as_of=as_of)
            written += upsert(writing, list(rows_of(scores)))
            subjects += len(scores)
            findings += [each.to_dict() for each in scores.findings]
    return {
        "period": period.label,
        "edition": policy.edition,
        "subjects": subjects,
        "written": written,
        "findings": findings,
    }


def main() -> int:
    """Score one period."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--policy", required=True)
    parser.add_argument("--period", required=True)
    parser.add_argument("--as-of")
    parser.add_argument("--subjects", type=int, default=SUBJECTS, help="so many at a time")
    options = parser.parse_args()
    database = create_engine(os.environ["CAPAIAN_POSTGRES"])
    try:
        said = score_period(
            database, options.policy, options.period, options.as_of, options.subjects
        )
    except capaian.CapaianError as error:
        print(json.dumps(error.to_dict(), ensure_ascii=False))
        return 2
    finally:
        database.dispose()
    print(json.dumps(said, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
