"""Writes what every pack that comes with capaian gives today, so that a change shows its effect.

    python tools/pack_snapshots.py

One file for each pack, `tests/snapshots/packs/PACK.json`: the fingerprints of its documents and
policies, what its rules give for all its cases and at every edge and in every cell of their tables,
and, where there is evidence to try it on, everybody's score and band. A test holds the files; where
they differ it says what changed for whom, and that a fragment of the type `rule` is needed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import capaian
from capaian.cases.run import call_rule, files_of
from capaian.cases.written import read_cases
from capaian.errors import Finding
from capaian.policy import policy_fingerprint
from capaian.registry import plugins_of
from capaian.shelf import FoundPack, ListedPack, find_pack
from capaian.wire import canonical, fingerprint

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "snapshots" / "packs"
OFFICE = ROOT / "examples" / "lubuk_begalung"
OWN = "capaian"
SHOWN = 20
"""Changes that are told one by one; the others are counted."""
SECTIONS = ("documents", "policies", "cases", "boundaries", "scores")
AFTER = """
If this is meant: run `python tools/pack_snapshots.py`, look through what it changes, and say in a
fragment `changelog.d/+FEW-WORDS.rule.md` what moves for whom, from which date and why. Where a
document or a policy is another and no result is, the fragment says that."""

Snapshot: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By section, what was given under a name."""


def snapshots() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what every pack gives, by its name."""
    packs = [each for each in capaian.list_packs() if each.provenance.distribution == OWN]
    scored = scores()
    return {each.name: snapshot(each, scored.get(each.name, {})) for each in packs}


def snapshot(pack: ListedPack, scored: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a pack gives, by section.

    Parameters
    ----------
    pack
        The pack.
    scored
        What its policies give on evidence.
    """
    policies = {
        f"{each.name} {each.policy.edition}": policy_fingerprint(each.policy)
        for each in pack.policies
        if each.policy is not None
    }
    files = files_of(pack.name, plugins_of(()))
    cases = [case for each in files for case in read_cases(each)]
    return {
        "documents": {each.id: fingerprint(each) for each in pack.regulations},
        "policies": policies,
        "cases": {f"{each.id} {each.rule}": _given(each.rule, each.input) for each in cases},
        "boundaries": {
            f"{each['rule']} {canonical(each['input'])}": _given(each["rule"], each["input"])
            for each in capaian.boundary_cases(pack.name)
        },
        "scores": dict(scored),
    }


def _given(name: str, values: Mapping[str, Any]) -> Any:
    """Return what a rule gives as plain JSON values, or the code with which it refuses."""
    pack = _pack(name.partition("/")[0])
    rule = pack.rule(name) if pack else None
    if rule is None:
        return {"unknown": name}
    found = call_rule(rule, values)
    if isinstance(found, Finding):
        return {"refused": found.code}
    return json.loads(canonical(found))


@cache
def _pack(name: str) -> FoundPack | None:
    return find_pack(name)


# ---- scores on evidence --------------------------------------------------------------------------


def scores() -> dict[str, dict[str, Any]]:
    """Return for some packs what their policies give, each person's score and band in a text.

    The evidence is that of the teaching pack and of the example office, which are made up.
    """
    sys.path.insert(0, str(OFFICE))
    try:
        regulations, office = import_module("regulations"), import_module("office")
    finally:
        sys.path.remove(str(OFFICE))
    found: dict[str, dict[str, Any]] = {}
    tables = office.regulated()
    for name in regulations.REGULATIONS:
        found[name] = {
            f"{rule} {subject}": result
            for rule, (made, _) in regulations.score(name, tables[name]).items()
            for subject, result in _results(made)
        }
    example = capaian.score(
        capaian.load_policy("capaian/contoh"),
        capaian.load_evidence("capaian/contoh"),
        period="2026-Q1",
        as_of="2026-04-02",
    )
    found["capaian"] = {f"contoh {subject}": result for subject, result in _results(example)}
    units = {row["nip"]: row["office"] for row in office.tables()["staff"]}
    forms = [
        {"unit": units[row["nip"]], **{f"u{item}": row[f"u{item}"] for item in range(1, 10)}}
        for row in tables["pp-30-2019"]["survey"]
    ]
    found["skm"] = {
        f"{name} {subject}": result
        for name in ("skm/2017", "skm/weight-0.11/2017")
        for subject, result in _results(
            capaian.score(capaian.load_policy(name), {"survey": forms}, period="2026")
        )
    }
    return found


def _results(made: capaian.Scores) -> Iterator[tuple[str, str]]:
    for each in made.to_dict()["scores"]:
        yield each["subject"], f"{each['score'] or each['status']} {each['band'] or '-'}"


# ---- what changed --------------------------------------------------------------------------------


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """Return every difference of two snapshots in a line, results before fingerprints."""
    found = []
    for section in reversed(SECTIONS):
        old, new = before.get(section, {}), after.get(section, {})
        for name in dict.fromkeys([*old, *new]):
            if name not in new:
                found.append(f"{section}: {name} is gone; it gave {canonical(old[name])}")
            elif name not in old:
                found.append(f"{section}: {name} is new, and gives {canonical(new[name])}")
            elif old[name] != new[name]:
                told = f"{canonical(old[name])} → {canonical(new[name])}"
                found.append(f"{section}: {name}: {told}")
    return found


def told(pack: str, found: Iterable[str]) -> str:
    """Return the changes of a pack as a text that says what to do."""
    lines = list(found)
    rest = len(lines) - SHOWN
    more = [f"  and {rest} more"] if rest > 0 else []
    head = f"The pack '{pack}' is not what it was (changes: {len(lines)}):"
    return "\n".join([head, *(f"  {each}" for each in lines[:SHOWN]), *more, AFTER])


def text(made: Snapshot) -> str:
    """Return a snapshot as JSON with one line for each name, so that a change is one line."""
    sections = []
    for section in SECTIONS:
        entries = [
            f"  {json.dumps(name, ensure_ascii=False)}: {canonical(value)}"
            for name, value in made[section].items()
        ]
        body = "\n" + ",\n".join(entries) + "\n " if entries else ""
        sections.append(f' "{section}": {{{body}}}')
    return "{\n" + ",\n".join(sections) + "\n}\n"


def main() -> None:
    """Write the snapshot of every pack, and remove those of packs that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = snapshots()
    for name, each in made.items():
        (FOLDER / f"{name}.json").write_text(text(each), encoding="utf-8", newline="\n")
    for path in FOLDER.glob("*.json"):
        if path.stem not in made:
            path.unlink()


if __name__ == "__main__":
    main()
