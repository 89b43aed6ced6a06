"""The documents of a pack: its regulations as data, read and proved when the pack is named."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from capaian.errors import Finding, PolicyError
from capaian.plugin import Pack
from capaian.policy.files import ENDINGS
from capaian.registry import Provenance
from capaian.rules import Regulation, read_regulation
from capaian.wire import short


def documents_in(
    pack: Pack, provenance: Provenance
) -> tuple[tuple[Regulation, ...], list[Finding]]:
    """Return the regulations of a pack's folder in order of name, and all that is wrong with them.

    A document is named after its regulation, which the pack names too (CPN-K05); no rule is there
    twice (K03); else as `read_regulation`, each place beginning with the document's.
    """
    if pack.documents is None:
        return (), []
    made: list[Regulation] = []
    findings: list[Finding] = []
    for file in sorted(pack.documents.iterdir(), key=lambda each: each.name):
        stem, dot, ending = file.name.rpartition(".")
        if f"{dot}{ending}" not in ENDINGS:
            continue
        try:
            found = read_regulation(file)
        except PolicyError as error:
            findings += [
                evolve(each, where=f"documents['{file.name}'].{each.where}".rstrip("."))
                for each in error.findings
            ]
            continue
        if found.id != stem or stem not in pack.regulations:
            values = {**_said(pack, provenance), "name": short(file.name), "id": short(found.id)}
            findings.append(Finding("CPN-K05", f"documents['{file.name}']", values))
        made.append(found)
    own = {each.id for each in pack.rules}
    for rule in (f"{each.id}/{name}" for each in made for name in each.rules):
        if rule in own:
            values = {**_said(pack, provenance), "rule": short(rule), "count": 2}
            findings.append(Finding("CPN-K03", "documents", values))
    return tuple(made), findings


def _said(pack: Pack, provenance: Provenance) -> dict[str, Any]:
    return {"pack": short(pack.id), "plugin": str(provenance)}
