"""Score periods, each into its own partition: what a scheduler calls, as often as it likes.

    python run.py --policy ../front_desk/policies --evidence EVIDENCE --out OUT --period 2026-Q1

EVIDENCE has a folder for each period (`2026-Q1/complaints.csv` and so on). Of a policy with several
editions each period takes the one that was in force. One line of JSON is printed for each period.

Exit codes: 0 all done, 2 some period could not be scored or written, 3 a plugin failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from partition import current, score_partition

import capaian


def tables_of(folder: Path) -> dict[str, Path]:
    """Return the tables of evidence in a folder, by name."""
    try:
        files = sorted(folder.iterdir())
    except OSError:
        return {}  # capaian says which tables the policy reads that are not given
    return {each.stem: each for each in files if each.suffix in {".csv", ".parquet", ".jsonl"}}


def run(options: argparse.Namespace, label: str) -> dict[str, Any]:
    """Score one period; return what is said of it."""
    period = capaian.read_period(label)
    policy = capaian.load_policy(options.policy, on=period.last)
    folder = options.out / policy.id / period.label
    evidence = tables_of(options.evidence / period.label)
    status = score_partition(policy, evidence, period, options.as_of, folder)
    return {
        "period": period.label,
        "policy": policy.id,
        "edition": policy.edition,
        "status": status,
        "documents": str(current(folder)),
    }


def main() -> int:
    """Run every period; one that fails does not stop the others."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--policy", required=True, help="a file, or a folder of editions")
    parser.add_argument("--evidence", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--period", action="append", required=True)
    parser.add_argument(
        "--as-of", help="evidence is known up to here; each period's end if left out"
    )
    options = parser.parse_args()
    code = 0
    for label in options.period:
        try:
            said = run(options, label)
        except capaian.CapaianError as error:
            said = {"period": label, "status": "failed"} | error.to_dict()
            code = max(code, 3 if isinstance(error, capaian.PluginError) else 2)
        print(json.dumps(said, ensure_ascii=False), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
