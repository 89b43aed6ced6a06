"""A comparison in words, in English and Indonesian: thing by thing, in the order of the rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from capaian.errors import Language
from capaian.exact import round_ratio
from capaian.formula import number
from capaian.policy.difference.result import BandEdges, PolicyDiff, moves
from capaian.policy.difference.walk import Change
from capaian.wire import exact_number

_THINGS: Mapping[str, tuple[str, str]] = {
    "indicators": ("indicator", "indikator"),
    "nodes": ("node", "simpul"),
    "bands": ("band", "predikat"),
    "numbers": ("number", "bilangan"),
    "rounding": ("rounding of", "pembulatan"),
    "sources": ("source", "sumber"),
    "assign": ("assignment of", "penugasan"),
}
_SAID: Mapping[str, tuple[str, str]] = {
    "nothing": (
        "The same rule: no score and no band changes.",
        "Aturan yang sama: tidak ada nilai maupun predikat yang berubah.",
    ),
    "texts": (
        "Another document; no score and no band changes by it.",
        "Dokumennya lain; tidak ada nilai maupun predikat yang berubah karenanya.",
    ),
    "scores": (
        "Scores or bands may change: {some} of {all}.",
        "Nilai atau predikat dapat berubah: {some} dari {all}.",
    ),
    "changes": ("{count} changes", "{count} perubahan"),
    "change": ("1 change", "1 perubahan"),
    "added": ("added", "ditambahkan"),
    "removed": ("removed", "dihapus"),
    "renamed": ("renamed; it was '{before}'", "berganti nama; sebelumnya '{before}'"),
    "reordered": ("another order: {before} → {after}", "urutan lain: {before} → {after}"),
    "rewritten": (
        "{before} → {after} (the same number, written in another way; the fingerprint changes)",
        "{before} → {after} (bilangan yang sama, ditulis lain; sidik jari berubah)",
    ),
    "nobody": ("none", "tidak ada"),
    "band": ("band", "predikat"),
    "before": ("before", "sebelum"),
    "after": ("after", "sesudah"),
}  # fmt: skip
_SHARES = frozenset({"weight", "available", "most", "least"})
"""Keys whose numbers are shares, which people read in per cent."""
_DIGITS = 12
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def told(found: PolicyDiff, language: Language) -> str:
    """Return a comparison as plain text."""
    lines = [_head(found), _effect(found, language)]
    for thing, changes in groupby(found.changes, key=lambda each: each.thing):
        lines += ["", *_thing(thing, list(changes), found, language)]
    if found.bands:
        lines += ["", *_table(found.bands, language)]
    return "\n".join(lines)


def _head(found: PolicyDiff) -> str:
    first, second = (
        f"{each['id']} {each['edition']} ({mark[:12]})"
        for each, mark in zip((found.before, found.after), found.fingerprints, strict=True)
    )
    return f"{first} → {second}"


def _effect(found: PolicyDiff, language: Language) -> str:
    some = sum(map(moves, found.changes))
    count = len(found.changes)
    every = _word("change" if count == 1 else "changes", language).format(count=count)
    return _word(found.effect, language).format(some=some, all=every)


def _word(key: str, language: Language) -> str:
    return _SAID[key][language == "id"]


def _thing(
    thing: str, changes: list[Change], found: PolicyDiff, language: Language
) -> Iterator[str]:
    """Return the lines of what changed in one thing."""
    name = _called(thing, found, language)
    whole = [each for each in changes if not each.within]
    parts = [each for each in changes if each.within]
    head = [each for each in whole if each.kind != "reordered"]
    yield f"{name}: {_change(head[0], language)}" if head else name
    for each in head:
        value = each.before if each.kind == "removed" else each.after
        if each.kind in {"added", "removed"} and isinstance(value, Mapping):
            yield from (f"  {line}" for line in _leaves(value, "", language))
    for each in [*head[1:], *(one for one in whole if one.kind == "reordered")]:
        yield f"  {_change(each, language)}"
    for each in parts:
        yield f"  {each.within}: {_change(each, language)}"


def _called(thing: str, found: PolicyDiff, language: Language) -> str:
    """Return what people call a thing: its sort, its name and its title."""
    key, bracket, rest = thing.partition("[")
    if not bracket or key not in _THINGS:
        return thing
    name = rest.removesuffix("]")[1:-1]
    sort = _THINGS[key][language == "id"]
    titles = (
        each.get("title", {}).get(language, "")
        for document in (found.after, found.before)
        for each in document.get(key, ())
        if each.get("id") == name and isinstance(each.get("title"), Mapping)
    )
    title = next(titles, "")
    return f"{sort} '{name}' ({title})" if title and title != name else f"{sort} '{name}'"


def _change(each: Change, language: Language) -> str:
    """Return one change in words."""
    key = each.place.rpartition(".")[2]
    before, after = (_value(value, key, language) for value in (each.before, each.after))
    match each.kind:
        case "renamed":
            return _word("renamed", language).format(before=each.before)
        case "reordered" | "rewritten":
            return _word(each.kind, language).format(before=before, after=after)
        case "added" | "removed":
            value = each.after if each.kind == "added" else each.before
            said = _word(each.kind, language)
            whole = isinstance(value, Mapping) and not each.within
            return said if whole else f"{said}: {_value(value, key, language)}"
        case _:
            return f"{before} → {after}"


def _leaves(value: Mapping[str, Any], place: str, language: Language) -> Iterator[str]:
    """Return what a thing says, without what is empty."""
    for key, inner in value.items():
        own = key == "title" and inner == dict.fromkeys(("en", "id"), value.get("id"))
        if inner in ("", [], {}) or key == "id" or own:
            continue
        here = f"{place}.{key}" if place else key
        if isinstance(inner, Mapping) and key != "title":
            yield from _leaves(inner, here, language)
        else:
            yield f"{here}: {_value(inner, key, language)}"


def _value(value: Any, key: str, language: Language) -> str:
    """Return a value as people read it: shares in per cent, texts in quotes, one language."""
    match value:
        case None:
            return _word("nobody", language)
        case bool():
            return str(value).lower()
        case Mapping() if set(value) == {"en", "id"}:
            return f"'{value[language]}'"
        case Mapping():
            inner = ", ".join(
                f"{name} = {_value(each, name, language)}" for name, each in value.items()
            )
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(_value(each, key, language) for each in value)}]"
    share = exact_number(value) if key in _SHARES else None
    if share is not None:
        return _share(share)
    if isinstance(value, int) or exact_number(value) is not None or _DATE.fullmatch(value):
        return str(value)
    return f"'{value}'"


def _share(value: Fraction) -> str:
    """Return an exact share: in per cent, or as a ratio with its value in per cent beside it."""
    points = value * 100
    if (points * 10**_DIGITS).denominator == 1:
        return f"{number(points)}%"
    return f"{number(value)} (≈ {number(round_ratio(points, 2, 'half-up'))}%)"


def _table(bands: Iterable[BandEdges], language: Language) -> list[str]:
    """Return the edges of the bands before and after, one band a line."""
    head = [_word(name, language) for name in ("band", "before", "after")]
    rows = [head, *([each.band, each.before or "–", each.after or "–"] for each in bands)]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
