"""The three regulations by which the made-up office is scored for the year 2026, and how.

The rule parts are those of the packs. Under PermenPANRB 6/2022 the office has nothing of its own to
write: the pack's policy is used as it is. Under the two others a post has indicators of its own, so
the office has a document for each of two posts: nobody else's work is in the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrs import evolve

import capaian

FOLDER = Path(__file__).parent / "regulations"
PERIOD, AS_OF = "2026", "2027-01-08"
WORK = ("complaints", "pauses", "services")
CONDUCT = ("pegawai", "perilaku", "target")
CORE = ("pegawai", "nko", "perilaku", "penyesuaian", "staff")


@dataclass(frozen=True)
class Rule:
    """A policy and the tables that it takes; `guidance` has those that only its guidance reads."""

    policy: str | Path
    tables: tuple[str, ...]
    guidance: tuple[str, ...] = ()
    label: str = ""


REGULATIONS: Mapping[str, Mapping[str, Rule]] = {
    "asn-2022": {
        "all-staff": Rule("asn-2022", ("pegawai", "penilaian"), ("organisasi",), label="nama"),
    },
    "pp-30-2019": {
        "front-desk": Rule(FOLDER / "pp-30-2019" / "front-desk.toml", (*CONDUCT, *WORK, "survey")),
        "field-staff": Rule(FOLDER / "pp-30-2019" / "field-staff.toml", (*CONDUCT, *WORK)),
    },
    "kemenkeu-2026": {
        "front-desk": Rule(FOLDER / "kemenkeu-2026" / "front-desk.toml", (*CORE, *WORK, "survey")),
        "field-staff": Rule(FOLDER / "kemenkeu-2026" / "field-staff.toml", (*CORE, *WORK)),
    },
}
OFFICE = {"complaints", "pauses", "services", "staff", "survey"}
"""Tables of the office itself, whichever the regulation."""


def files(regulation: str, folder: Path) -> dict[str, Path]:
    """Return the files of all tables of a regulation, by the name of the table."""
    names = {
        name for rule in REGULATIONS[regulation].values() for name in rule.tables + rule.guidance
    }
    return {
        name: (folder if name in OFFICE else folder / regulation) / f"{name}.csv"
        for name in sorted(names)
    }


def policy_of(rule: Rule) -> capaian.Policy:
    """Return the policy, with people's names where that of a pack reads none from the roster."""
    policy = capaian.load_policy(rule.policy)
    if rule.label and policy.subjects is not None:
        return evolve(policy, subjects=evolve(policy.subjects, label=rule.label))
    return policy


def score(
    regulation: str, tables: Mapping[str, Any]
) -> dict[str, tuple[capaian.Scores, list[capaian.Finding]]]:
    """Return for each rule of a regulation the scores, and what the guidance finds.

    Parameters
    ----------
    regulation
        Such as `asn-2022`.
    tables
        Every table of the regulation, in any form that `capaian.score` takes.
    """
    made = {}
    for name, rule in REGULATIONS[regulation].items():
        given = {table: tables[table] for table in rule.tables}
        scores = capaian.score(policy_of(rule), given, period=PERIOD, as_of=AS_OF)
        made[name] = (scores, scores.guidance(tables))
    return made
