"""Make up the evidence of a front desk: the same seed gives the same rows everywhere.

python made_up.py --people 50 --period 2026-Q1 --out build/evidence/2026-Q1
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import capaian

POINTS = (Decimal("0.50"), Decimal("1.00"), Decimal("1.25"), Decimal("2.75"))
TABLES: Mapping[str, tuple[str, ...]] = {
    "complaints": ("nip", "received", "answered"),
    "services": ("nip", "served", "points"),
    "survey": ("nip", "answered", "u1", "u2", "u3"),
}
Rows = list[dict[str, Any]]


def nip(number: int) -> str:
    """Return an identifier of 18 digits that nobody has: born on the 99th of month 99 of 9999."""
    return f"9999999920260{number:05d}"


def make(people: int, period: str, seed: int = 2026) -> dict[str, Rows]:
    """Return complaints, services and survey forms of so many people in a period."""
    span = capaian.read_period(period)
    days = (span.last - span.first).days + 1
    tables: dict[str, Rows] = {name: [] for name in TABLES}
    for number in range(1, people + 1):
        # Only `random` of a seeded generator is promised to stay the same in every Python.
        chance = Random(f"{seed} {period} {number}").random
        who, pace = nip(number), 1 + 4 * chance()

        def when(chance: Any = chance) -> datetime:
            minute = timedelta(minutes=int(chance() * days * 24 * 60))
            return datetime.combine(span.first, datetime.min.time()) + minute

        for _ in range(int(chance() * 10)):
            received = when()
            answered = received + timedelta(minutes=int(chance() * pace * 24 * 60))
            known = chance() < 0.9
            case = {"nip": who, "received": received, "answered": answered if known else None}
            tables["complaints"].append(case)
        for _ in range(int(chance() * 40)):
            points = POINTS[int(chance() * len(POINTS))]
            tables["services"].append({"nip": who, "served": when().date(), "points": points})
        for _ in range(int(chance() * 8)):
            form: dict[str, Any] = {"nip": who, "answered": when().date()}
            form |= {item: 1 + int(chance() * 4) for item in ("u1", "u2", "u3")}
            form |= {"u3": None} if chance() < 0.1 else {}
            tables["survey"].append(form)
    return tables


def write(folder: Path, tables: Mapping[str, Rows]) -> None:
    """Write each table as a CSV file; what is not known is left empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, TABLES[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main() -> None:
    """Make up a period and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--period", required=True)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    write(options.out, make(options.people, options.period, options.seed))


if __name__ == "__main__":
    main()
