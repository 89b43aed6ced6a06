"""What a pack must be before anything of it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from capaian.errors import Finding
from capaian.plugin import Pack, Rule, Source
from capaian.registry import Provenance
from capaian.wire import short

_DAY = (date, type(None))
_PACK: Mapping[str, Any] = {
    "id": str,
    "title": Mapping,
    "first": _DAY,
    "last": _DAY,
    "policies": (Traversable, type(None)),
    "documents": (Traversable, type(None)),
    "evidence": (Traversable, type(None)),
}
_RULE: Mapping[str, Any] = {
    "id": str,
    "title": Mapping,
    "source": Source,
    "first": _DAY,
    "last": _DAY,
}
_ITEMS: Mapping[str, Any] = {
    "sources": Source,
    "rules": Rule,
    "cases": Traversable,
    "regulations": str,
}


def prove_pack(pack: Pack, provenance: Provenance) -> list[Finding]:
    """Return what is wrong with a pack as a record.

    Parameters
    ----------
    pack
        The pack.
    provenance
        Which plugin brought it.

    Returns
    -------
    list of Finding
        Parts of the wrong type (CPN-K01), a rule whose id does not begin with the pack's (K02), an
        id that stands twice (K03), a folder of policies or a file of cases that is not there (K04).
    """
    faults = [*_typed(pack, _PACK, ""), *_items(pack)]
    if not faults:
        for rule in pack.rules:
            faults += _typed(rule, _RULE, f"rules['{short(str(rule.id))}']")
    if not faults:
        faults = [*_named(pack), *_present(pack)]
    said = {"pack": short(str(pack.id)), "plugin": str(provenance)}
    return [Finding(each.code, each.where, {**said, **each.values}) for each in faults]


def _typed(record: object, wanted: Mapping[str, Any], where: str) -> Iterator[Finding]:
    for name, kind in wanted.items():
        if not isinstance(given := getattr(record, name), kind):
            yield _wrong(f"{where}.{name}".lstrip("."), given)
    if isinstance(record, Rule) and not callable(record.apply):
        yield _wrong(f"{where}.apply", record.apply)


def _items(pack: Pack) -> Iterator[Finding]:
    for name, kind in _ITEMS.items():
        given = getattr(pack, name)
        if not isinstance(given, tuple):
            yield _wrong(name, given)
            continue
        for index, each in enumerate(given):
            if not isinstance(each, kind):
                yield _wrong(f"{name}[{index}]", each)


def _named(pack: Pack) -> Iterator[Finding]:
    ids = [rule.id for rule in pack.rules]
    for name in dict.fromkeys(ids):
        first, _, last = name.partition("/")
        if first not in {pack.id, *pack.regulations} or not last:
            yield Finding("CPN-K02", "rules", {"rule": short(name)})
        if (count := ids.count(name)) > 1:
            yield Finding("CPN-K03", "rules", {"rule": short(name), "count": count})


def _present(pack: Pack) -> Iterator[Finding]:
    for key in ("policies", "documents", "evidence"):
        folder = getattr(pack, key)
        if folder is not None and not folder.is_dir():
            yield Finding("CPN-K04", key, {"name": short(folder.name)})
    for each in pack.cases:
        if not each.is_file():
            yield Finding("CPN-K04", "cases", {"name": short(each.name)})


def _wrong(where: str, given: object) -> Finding:
    return Finding("CPN-K01", where, {"part": where, "given": type(given).__name__})
