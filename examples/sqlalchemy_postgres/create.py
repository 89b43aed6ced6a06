"""Create the tables, and fill them with made-up evidence: python create.py --period 2026-Q1."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy import create_engine, insert

from tables import metadata

sys.path.append(str(Path(__file__).parents[1] / "front_desk"))


def main() -> None:
    """Create what is not there yet, and add a period."""
    from made_up import make  # noqa: PLC0415 - it stands beside this example

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--period", required=True)
    parser.add_argument("--people", type=int, default=50)
    options = parser.parse_args()
    database = create_engine(os.environ["CAPAIAN_POSTGRES"])
    metadata.create_all(database)
    with database.begin() as connection:
        for name, rows in make(options.people, options.period).items():
            connection.execute(insert(metadata.tables[name]), rows)
    database.dispose()


if __name__ == "__main__":
    main()
