"""What is said about a value of a document: what was given, what is wanted, how it is written."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from attrs import frozen

from capaian.exact import read_number
from capaian.formula import number
from capaian.wire.kinds import fields_of, is_mapping, key_of, kinds_of

LONGEST = 40
"""Characters of a given text that an error repeats."""


@frozen
class Words:
    """What a kind of value is called, by language, and how one is written."""

    en: str
    id: str
    example: str


SCALARS: dict[Any, Words] = {
    str: Words("text", "teks", '"…"'),
    int: Words("a whole number", "bilangan bulat", "3"),
    bool: Words("true or false", "true atau false", "true"),
    float: Words("a number", "bilangan", '0.25, "1/9", "60%"'),
    Fraction: Words("a number", "bilangan", '0.25, "1/9", "60%"'),
    date: Words("a date", "tanggal", "2026-01-31"),
}


def below(where: str, key: str) -> str:
    """Return the path of a key under a place."""
    if not key or key.startswith("["):
        return f"{where}{key}"
    if not key.replace("_", "").replace("-", "").isalnum():
        return f"{where}['{short(key)}']"
    return f"{where}.{key}" if where else key


def mark(data: object, index: int) -> str:
    """Return what an item of a list is called: its own id, or its position counted from 0."""
    name = data.get("id") if isinstance(data, Mapping) else None
    return f"'{short(name)}'" if isinstance(name, str) and name else str(index)


def short(text: str) -> str:
    """Return a text as far as an error repeats it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def quoted(choice: object) -> str:
    """Return a choice as a document writes it."""
    return f'"{choice}"' if isinstance(choice, str) else given(choice).en


def given(data: object) -> Words:
    """Return what a value that was given is called."""
    same = ""
    match data:
        case None:
            return Words("nothing", "kosong", "")
        case bool():
            same = str(data).lower()
        case str():
            same = f"'{short(data)}'"
        case int() | float() | Fraction() | Decimal():
            same = short(_figure(data))
        case date() | time():
            same = data.isoformat()
        case Mapping():
            return Words("a table", "tabel", "")
        case list() | tuple():
            return Words("a list", "daftar", "")
        case _:
            return Words(f"a {type(data).__name__}", type(data).__name__, "")
    return Words(same, same, "")


def _figure(data: float | Fraction | Decimal) -> str:
    if isinstance(data, float | Decimal) and not isfinite(data):
        return str(data)
    try:
        return str(data) if isinstance(data, Decimal) else number(read_number(data))
    except ValueError:  # Python prints no integer of more than some thousand digits
        return "…"


def words_of(kind: Any) -> Words:
    """Return what a kind is called, and how a value of it is written in a document."""
    if kind in SCALARS:
        return SCALARS[kind]
    origin = get_origin(kind)
    if attrs.has(kind):
        needed = [each for each in fields_of(kind) if each.default is attrs.NOTHING]
        shown = needed or fields_of(kind)[:1]
        kinds = kinds_of(kind)
        pairs = [f"{key_of(each)} = {_brief(kinds[each.name])}" for each in shown]
        return Words("a table", "tabel", f"{{ {', '.join(pairs)} }}" if pairs else "{}")
    if is_mapping(kind):
        return Words("a table", "tabel", f"{{ name = {_brief(get_args(kind)[1])} }}")
    if origin is tuple:
        return _list_words(kind)
    if origin is Literal:
        choices = [quoted(each) for each in get_args(kind)]
        return Words(_listed(choices, "or"), _listed(choices, "atau"), choices[0])
    if origin in {Union, types.UnionType}:
        all_of = [words_of(each) for each in get_args(kind) if each is not types.NoneType]
        en, said = ([getattr(each, name) for each in all_of] for name in ("en", "id"))
        examples = dict.fromkeys(each.example for each in all_of)
        return Words(_listed(en, "or"), _listed(said, "atau"), ", ".join(examples))
    return Words("a value", "nilai", "…")


def list_of(count: int) -> Words:
    """Return what a list of so many items is called."""
    return Words(f"a list of {count}", f"daftar berisi {count}", "")


def _list_words(kind: Any) -> Words:
    """Return what a list is called: one kind for all its items, or one for each."""
    inners = [each for each in get_args(kind) if each is not Ellipsis]
    example = f"[{', '.join(_brief(each) for each in inners)}]"
    if Ellipsis in get_args(kind):
        return Words("a list", "daftar", example)
    named = list_of(len(inners))
    return Words(named.en, named.id, example)


def _brief(kind: Any) -> str:
    """Return the example of a scalar or a choice, and dots for what would need one of its own."""
    if kind in {float, Fraction}:
        return "0.25"
    return words_of(kind).example if kind in SCALARS or get_origin(kind) is Literal else "…"


def _listed(texts: Iterable[str], last: str) -> str:
    *rest, end = dict.fromkeys(texts)
    return f"{', '.join(rest)} {last} {end}" if rest else end
