"""What is measured, how often and at which sizes."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASES = ("events", "tail", "one", "import", "peers", "spark")


@dataclass(frozen=True)
class Settings:
    """Sizes are events, or subjects for the tail and the peers; `runs` is rounds of each race."""

    sizes: tuple[int, ...]
    only: tuple[str, ...]
    runs: int
    tail: int
    peers: int
    spark: int
    folder: Path = ROOT / "build" / "bench"
    page: Path = ROOT / "docs" / "reference" / "benchmarks.md"


def read_settings(arguments: list[str]) -> Settings:
    """Read the command's options; an unknown case or a size that is no number ends the command."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", default="1000000 100000000", help="events, apart by spaces")
    parser.add_argument("--only", default=",".join(CASES), help=f"of {', '.join(CASES)}")
    parser.add_argument("--runs", type=int, default=3, help="rounds of which the median is taken")
    parser.add_argument("--tail", type=int, default=5_000_000, help="subjects of the tail alone")
    parser.add_argument("--peers", type=int, default=1_000_000, help="rows of the peers' matrix")
    parser.add_argument("--spark", type=int, default=10_000_000, help="events for Spark")
    given = parser.parse_args(arguments)
    only = tuple(each.strip() for each in given.only.split(",") if each.strip())
    if strangers := set(only) - set(CASES):
        parser.error(f"no such case: {', '.join(sorted(strangers))}; there are {', '.join(CASES)}")
    try:
        sizes = tuple(sorted({int(each) for each in given.sizes.split()}))
    except ValueError:
        parser.error(f"sizes are whole numbers, and '{given.sizes}' is not of such")
    if given.runs < 1 or not sizes or min(*sizes, given.tail, given.peers, given.spark) < 1:
        parser.error("runs and sizes are 1 or more")
    return Settings(sizes, only, given.runs, given.tail, given.peers, given.spark)
