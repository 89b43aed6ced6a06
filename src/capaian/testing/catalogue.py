"""The checks as data: ids, clauses, editions, and why, with an example and what to do.

Ids are never used again. An edition is frozen: what it holds never changes. A new check is
`preview` first: it is run and reported as a notice, until an edition takes it in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from attrs import frozen

from capaian.errors import Finding, PluginError, did_you_mean

EDITIONS = ("2026.1",)
"""The editions, oldest first."""
PREVIEW = "preview"
GROUPS: Mapping[str, str] = MappingProxyType({
    "A": "Identity",
    "B": "Value",
    "C": "Missing and bad input",
    "D": "Time",
    "E": "Purity",
    "F": "Engines and batches",
    "G": "Explanation",
    "H": "Errors",
    "I": "Life cycle",
    "J": "Formulas and normalisations",
    "K": "Aggregations",
    "L": "Cohorts",
    "P": "Packs",
})  # fmt: skip
"""What the first letter of an id stands for."""


@frozen
class Clause:
    """What a check promises.

    Attributes
    ----------
    id
        Such as `B01`.
    clause
        The promise, in a sentence.
    why
        What goes wrong where it is broken.
    example
        What breaks it.
    fix
        What to do.
    edition
        The first that holds it, or `preview`.
    """

    id: str
    clause: str
    why: str
    example: str
    fix: str
    edition: str


@cache
def clauses() -> Mapping[str, Clause]:
    """Return every check by its id, in order."""
    text = files("capaian.testing").joinpath("checks.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    return MappingProxyType({name: Clause(name, **read[name]) for name in sorted(read)})


def binding(check: str, edition: str) -> bool | None:
    """Return whether a check binds in an edition; `None` where the edition does not know it.

    Parameters
    ----------
    check, edition
        Their names. A preview check is known in the newest edition, and does not bind.
    """
    since = clauses()[check].edition
    if since == PREVIEW:
        return False if edition == EDITIONS[-1] else None
    return True if EDITIONS.index(since) <= EDITIONS.index(edition) else None


def prove_edition(edition: str) -> None:
    """Refuse an edition that there is not (CPN-T01)."""
    if edition not in EDITIONS:
        values = {"edition": edition, "known": ", ".join(EDITIONS)}
        raise PluginError("Nothing was checked.", [Finding("CPN-T01", "edition", values)])


def prove_checks(names: Mapping[str, str]) -> None:
    """Refuse expected failures of checks that there are not (CPN-T02)."""
    findings = [
        Finding("CPN-T02", "expected_failures", {"id": each, "hint": did_you_mean(each, clauses())})
        for each in names
        if each not in clauses()
    ]
    if findings:
        raise PluginError("Nothing was checked.", findings)
