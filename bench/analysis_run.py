"""Times every function of analysis at a million subjects, and writes the page of its benchmarks.

Each call has a process of its own: what prepares it is not timed, and memory is the process's.

    python bench/analysis_run.py [--only TEXT]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from machine import machine, versions

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "reference" / "benchmarks-analysis.md"
TOPICS = {
    "estimation": "Estimates",
    "surveys": "Surveys and spells",
    "certainty": "Certainty",
    "robustness": "Robustness, change, effect",
    "weighting": "Weighting, an index over units",
    "columns": "Columns of an index",
    "fairness": "Fairness, data quality, quotas",
    "pictures": "Pictures",
}
UNTIMED = {
    "by participants of a workshop, not by subjects": (
        "agreement", "best_worst_weights", "budget_weights", "fit_dirichlet", "group_judgements",
        "pairwise_weights", "rank_order_centroid", "swing_weights",
    ),
    "by periods of one series": ("difference_in_differences", "interrupted_series"),
    "of a function, not of subjects": ("sobol_indices",),
    "of a few loadings": ("loading_weights",),
    "refused for more units than it can be had for, with what to use instead (CPN-M82)": (
        "benefit_of_the_doubt", "copeland_scores", "kemeny_orders", "outranking_matrix",
        "rank_reversal",
    ),
}  # fmt: skip
"""Functions that are not in the table, by why."""
HEAD = """# Benchmarks of analysis

One million subjects with ten indicators, unless a line says otherwise. Each call runs in a process
of its own; the scores are made before the clock starts. *Memory* is the most that the process had,
*before* what it had when the call began: evidence, scores and libraries.

Stated for all of them: {seconds} seconds and {memory} GiB, whatever the call; `make bench-analysis`
fails where one takes more. Per-officer loops over libraries are not used.

Measured by `make bench-analysis` on {machine}; {versions}. One run: times are to tell seconds
from minutes.
"""


SECONDS, MEMORY = 60, 4
"""What every call is stated to stay within; memory in GiB."""


def timed(topic: str, name: str) -> dict[str, float]:
    """Prepare and time one call in this process."""
    prepare, call = import_module(f"analysis.{topic}").CALLS[name]
    prepare()
    before, start, used = _peak(), time.perf_counter(), time.process_time()
    call()
    wall, own = time.perf_counter() - start, time.process_time() - used
    return {"wall": wall, "own": own, "before": before, "peak": _peak()}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def rows(only: str) -> dict[str, list[tuple[str, dict[str, float]]]]:
    """Time every call whose name holds a text; return the figures by topic."""
    found: dict[str, list[tuple[str, dict[str, float]]]] = {}
    for topic in TOPICS:
        for name in import_module(f"analysis.{topic}").CALLS:
            if only in name:
                words = [sys.executable, str(Path(__file__)), "--one", topic, name]
                run = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - this file
                figures = json.loads(run.stdout.splitlines()[-1])
                found.setdefault(topic, []).append((name, figures))
                sys.stdout.write(f"{name:44} {figures['wall']:7.2f} s {figures['peak']:5.2f} GiB\n")
                sys.stdout.flush()
    return found


def page(found: dict[str, Any]) -> str:
    """Return the page."""
    limits = {"seconds": SECONDS, "memory": MEMORY}
    lines = [HEAD.format(machine=machine(), versions=versions(), **limits)]
    for topic, title in TOPICS.items():
        lines += [f"## {title}", "", "| call | seconds | of processor | memory, GiB | before |",
                  "|---|---:|---:|---:|---:|"]  # fmt: skip
        lines += [
            f"| {name} | {f['wall']:.2f} | {f['own']:.2f} | {f['peak']:.2f} | {f['before']:.2f} |"
            for name, f in found[topic]
        ]
        lines.append("")
    lines += ["## Not in the table", "", "| functions | why |", "|---|---|"]
    lines += [f"| {', '.join(f'`{name}`' for name in names)} | {why} |"
              for why, names in UNTIMED.items()]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Time one call, some, or all of them; all of them make the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--one", nargs=2, metavar=("TOPIC", "NAME"))
    given = parser.parse_args()
    if given.one:
        sys.stdout.write(json.dumps(timed(*given.one)) + "\n")
        return
    found = rows(given.only)
    if not given.only:
        PAGE.write_text(page(found), encoding="utf-8")
    over = [
        name for some in found.values() for name, each in some
        if each["wall"] > SECONDS or each["peak"] > MEMORY
    ]  # fmt: skip
    if over:
        sys.exit(f"over {SECONDS} s or {MEMORY} GiB: {', '.join(over)}")


if __name__ == "__main__":
    main()
