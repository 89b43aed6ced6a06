"""What people see of the office under three regulations: tables, pages, findings, side by side."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from regulations import score

import capaian
from capaian.explain import state
from capaian.report import write_report, write_text

PREDICATES = ("sangat baik", "baik", "cukup", "butuh perbaikan", "kurang", "sangat kurang")
"""From the best to the worst; no regulation has them all."""
NONE = "–"


def show(regulation: str, tables: Mapping[str, Any], out: Path) -> list[capaian.Scores]:
    """Score a regulation, print its tables, write documents, pages and findings; return scores."""
    made = []
    for name, (scores, guidance) in score(regulation, tables).items():
        print_scores(scores)
        print_guidance(scores, guidance)
        folder = out / regulation / name
        written = write_report(scores, folder)
        said = json.dumps([each.to_dict() for each in guidance], ensure_ascii=False, indent=1)
        write_text(folder / "guidance.json", f"{said}\n")
        print(f"\n{len(written) + 1} documents and pages in {folder}")
        made.append(scores)
    return made


def print_scores(scores: capaian.Scores) -> None:
    """Print one table for each unit: who, what score, which predicate; or why there is none."""
    by_unit: dict[str, list[str]] = {}
    for subject in scores.subjects:
        by_unit.setdefault(scores.units.get(subject, "?"), []).append(subject)
    print(f"\n{scores.policy.title['id']} · {scores.period.label} · as of {scores.as_of:%Y-%m-%d}")
    for unit in sorted(by_unit):
        print(f"\n  {unit}")
        for subject in by_unit[unit]:
            print(f"    {subject}  {scores.labels[subject]:<28}{_result(scores, subject)}")
    for finding in scores.findings:
        print(finding.line("id"))


def _result(scores: capaian.Scores, subject: str) -> str:
    """Return a result in one line: score, predicate, ratings; or what is missing."""
    told = scores.explain(subject)
    if not told.band:
        lacks = [
            f"{part.title['id']}: {state(part.state, 'id')}"
            for part in told.parts
            if part.state != "ok"
        ]
        return f"{NONE:>7}  {state(told.status, 'id')} ({'; '.join(lacks)})"
    number = "" if is_rated(scores.policy) else f"{told.shown():>7}  "
    ratings = told.decided.ratings if told.decided else ()
    levels = [f"{each.title['id'].lower()} {each.level_title['id'].lower()}" for each in ratings]
    said = f"({', '.join(levels)})" if levels else ""
    return f"{number}{told.band_title['id']:<18}{said}".rstrip()


def is_rated(policy: capaian.Policy) -> bool:
    """Return whether a policy has ratings by people alone: its score is no value of the rule."""
    return {each.type for each in policy.indicators} == {"rating-based"}


def print_guidance(scores: capaian.Scores, findings: Iterable[capaian.Finding]) -> None:
    """Print which limits of the guidance are not kept: no quota, and no result changes by it."""
    guidance = scores.policy.guidance
    if guidance is None:
        return
    print(f"\n  {guidance.title['id']} ({guidance.source})")
    print("  Pertimbangan bagi pejabat penilai, bukan kuota: tidak ada hasil yang berubah.")
    for each in findings:
        print(f"    - {each.text('id')}")


def side_by_side(
    found: Mapping[str, Sequence[capaian.Scores]],
) -> dict[str, dict[str, tuple[str, str]]]:
    """Return for each person the score and the predicate under each regulation that scored it.

    Both are texts as they are published, the predicate in Indonesian; a dash where there is none.
    """
    made: dict[str, dict[str, tuple[str, str]]] = {}
    for regulation, several in found.items():
        for scores in several:
            for subject in scores.subjects:
                told = scores.explain(subject)
                number = NONE if is_rated(scores.policy) else told.shown()
                predicate = told.band_title.get("id", NONE)
                made.setdefault(subject, {})[regulation] = (number, predicate)
    return made


def compare(found: Mapping[str, Sequence[capaian.Scores]], out: Path) -> None:
    """Print how many have each predicate under each regulation; write who has which."""
    everybody = side_by_side(found)
    names = {
        subject: name for scores in found["asn-2022"] for subject, name in scores.labels.items()
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["nip", "nama", *(f"{each} {key}" for each in found for key in ("nilai", "predikat"))]
    )
    for subject, results in sorted(everybody.items()):
        cells = [cell for each in found for cell in results.get(each, ("", ""))]
        writer.writerow([subject, names[subject], *cells])
    write_text(out / "side_by_side.csv", text.getvalue())
    shared = [each for each in everybody.values() if len(each) == len(found)]
    print(f"\n{len(shared)} petugas dinilai menurut ketiga peraturan. Berapa memperoleh apa:\n")
    print("  predikat          " + "".join(f"{name:>16}" for name in found))
    counts = {name: Counter(_plain(each[name][1]) for each in shared) for name in found}
    for predicate in (*PREDICATES, NONE):
        print(f"  {predicate:<18}" + "".join(f"{counts[name][predicate]:>16}" for name in found))
    print(f"\nSetiap petugas: {out / 'side_by_side.csv'}")


def _plain(predicate: str) -> str:
    """Return a predicate as all three regulations write it: `Kurang/misconduct` is `kurang`."""
    return predicate.partition("/")[0].lower()
