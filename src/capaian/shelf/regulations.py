"""The documents of a pack: its regulations as data, read and proved when the pack is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from capaian.errors import Finding, PolicyError
from capaian.plugin import Pack
from capaian.policy.files import ENDINGS, read_document
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
    read: list[tuple[str, Mapping[str, Any]]] = []
    findings: list[Finding] = []
    for file in sorted(pack.documents.iterdir(), key=lambda each: each.name):
        if file.name.endswith(ENDINGS):
            try:
                read.append((file.name, read_document(file, file.name)))
            except PolicyError as error:
                findings += _below(file.name, error)
    made: dict[str, Regulation] = {}
    plain: dict[str, Regulation] = {}
    # Those that use no other are read first: they can be used.
    for name, document in sorted(read, key=lambda each: bool(each[1].get("uses"))):
        try:
            found = read_regulation(document, others=plain)
        except PolicyError as error:
            findings += _below(name, error)
            continue
        stem = name.rpartition(".")[0]
        if found.id != stem or stem not in pack.regulations:
            values = {**_said(pack, provenance), "name": short(name), "id": short(found.id)}
            findings.append(Finding("CPN-K05", f"documents['{name}']", values))
        made[name] = found
        if not found.uses:
            plain[found.id] = found
    own = {each.id for each in pack.rules}
    for rule in (f"{each.id}/{name}" for each in made.values() for name in each.rules):
        if rule in own:
            values = {**_said(pack, provenance), "rule": short(rule), "count": 2}
            findings.append(Finding("CPN-K03", "documents", values))
    return tuple(made[name] for name in sorted(made)), findings


def _below(name: str, error: PolicyError) -> list[Finding]:
    """Return what is wrong with a document, each place beginning with the document's."""
    return [
        evolve(each, where=f"documents['{name}'].{each.where}".rstrip("."))
        for each in error.findings
    ]


def _said(pack: Pack, provenance: Provenance) -> dict[str, Any]:
    return {"pack": short(pack.id), "plugin": str(provenance)}
