"""Score the made-up office of Lubuk Begalung: evidence, policies, a table per office, pages.

Everything about people and places here is invented. Run it with `make demo`, or

    python examples/lubuk_begalung/run.py --out build/lubuk_begalung
    python examples/lubuk_begalung/run.py --out build/lubuk_begalung --regulation asn-2022

Without a regulation it is the office's own rule, for a quarter. With one it is that rule, for the
year 2026; with `all` it is all three, side by side.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import office
from people import SEED
from regulations import REGULATIONS, files
from shown import compare, show

import capaian
from capaian.report import write_report

HERE = Path(__file__).parent
POLICIES = ("front_desk", "field_staff")
PERIOD, AS_OF = "2026-Q1", "2026-04-08"
QUARTER = "2026-Q1"


def evidence(folder: Path) -> dict[str, Path]:
    """Return the files that the policies read: staff of the quarter, and the year's events."""
    names = ("complaints", "pauses", "services", "survey")
    return {"staff": folder / f"staff_{QUARTER}.csv"} | {n: folder / f"{n}.csv" for n in names}


def print_by_office(scores: capaian.Scores) -> None:
    """Print one table for each office: who, what score, which band."""
    by_office: dict[str, list[int]] = defaultdict(list)
    for row, subject in enumerate(scores.subjects):
        by_office[scores.units.get(subject, "?")].append(row)
    columns = scores.columns()
    print(f"\n{scores.policy.title['id']} · {scores.period.label} · as of {scores.as_of:%Y-%m-%d}")
    for name in sorted(by_office):
        print(f"\n  {name}")
        for row in by_office[name]:
            subject, band = scores.subjects[row], scores.band(row)
            value = columns["score"][row]
            result = f"{value:7.2f}  {band.title['id']}" if value is not None and band else ""
            status = "" if result else f"      –  {columns['status'][row]}"
            print(f"    {subject}  {scores.labels[subject]:<28}{result}{status}")


def by_own_rule(out: Path) -> None:
    """Score the quarter by the office's own policies; write documents and pages."""
    for name in POLICIES:
        policy = capaian.load_policy(HERE / f"{name}.toml")
        tables = evidence(out / "evidence")
        scores = capaian.score(policy, tables, period=PERIOD, as_of=AS_OF)
        print_by_office(scores)
        for finding in scores.findings:
            print(finding.line("id"))
        written = write_report(scores, out / name)
        print(f"\n{len(written)} documents and pages in {out / name}")


def main() -> None:
    """Write the evidence, score it by what is asked for, write documents and pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--regulation", choices=[*REGULATIONS, "all"])
    options = parser.parse_args()
    counts = office.write(options.seed, options.out / "evidence")
    print(f"{sum(counts.values())} made-up rows in {options.out / 'evidence'}")
    if options.regulation is None:
        by_own_rule(options.out)
        return
    asked = list(REGULATIONS) if options.regulation == "all" else [options.regulation]
    found = {name: show(name, files(name, options.out / "evidence"), options.out) for name in asked}
    if options.regulation == "all":
        compare(found, options.out)


if __name__ == "__main__":
    main()
