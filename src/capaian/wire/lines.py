"""On which line of a document something stands: what a parser does not keep, found again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from json import JSONDecoder
from typing import Any, TypeAlias

from capaian.wire.said import short

Path: TypeAlias = tuple[str | int, ...]
_STEP = re.compile(r"\['(?P<name>.*?)'\]|\[(?P<index>\d+)\]|\.?(?P<key>[^.\[\]]+)")
_DECODER = JSONDecoder()
_SPACE = re.compile(r"[\s,:]*")
_PLAIN = re.compile(r"[^\s,:\[\]{}\"]+")
_HEADER = re.compile(
    r"\s*\[\[\s*(?P<table>[^\]]+?)\s*\]\]|\s*\[\s*(?P<single>[^\]]+?)\s*\]\s*(#.*)?$"
)


def line_of(text: str, document: Any, where: str) -> int | None:
    """Return the line, counted from 1, of a place that a finding names; `None` if it has none.

    Parameters
    ----------
    text
        The document, JSON or TOML, which has been parsed.
    document
        What was parsed of it.
    where
        A path as findings have it: `cases['R0001'].input`, `cases[3]`. Where its last parts are not
        in the document, the line is that of what holds them.
    """
    path = _path(document, where)
    lines = json_lines(text) if text.lstrip("\ufeff \t\r\n").startswith("{") else toml_lines(text)
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _path(document: Any, where: str) -> Path:
    """Return the keys and positions of a place, as far as they are in the document."""
    here: Any = document
    path: list[str | int] = []
    for step in _STEP.finditer(where):
        name = step["name"] or step["key"]
        key: str | int | None = None
        if step["index"]:
            key = int(step["index"])
        elif isinstance(here, Mapping):
            key = next((each for each in here if each == name or short(str(each)) == name), None)
        elif isinstance(here, Sequence):
            key = next((at for at, each in enumerate(here) if _called(each) == name), None)
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            break
        path.append(key)  # type: ignore[arg-type]
    return tuple(path)


def _called(item: Any) -> str:
    return short(str(item.get("id", ""))) if isinstance(item, Mapping) else ""


def json_lines(text: str) -> dict[Path, int]:
    """Return the line of every value of a sound JSON document; of a member, that of its key."""
    found: dict[Path, int] = {}
    line, seen = 1, 0
    stack: list[tuple[Path, str]] = []  # the place of each open list or object, and what it is
    counts: list[int] = []
    key: str | None = None
    at = 0
    while at < len(text):
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text):
            break
        line += text.count("\n", seen, at)
        seen = at
        mark = text[at]
        if mark in "]}":
            stack.pop()
            counts.pop()
            at += 1
            continue
        if stack and stack[-1][1] == "{" and key is None:
            key, at = _DECODER.raw_decode(text, at)
            found[(*stack[-1][0], key)] = line
            continue
        path: Path = ()
        if stack:
            path = (*stack[-1][0], counts[-1] if key is None else key)
            counts[-1] += 1
            found.setdefault(path, line)
        key = None
        if mark in "[{":
            stack.append((path, mark))
            counts.append(0)
            at += 1
        elif mark == '"':
            _, at = _DECODER.raw_decode(text, at)
        else:
            at = _PLAIN.match(text, at).end()  # type: ignore[union-attr]
    return found


def toml_lines(text: str) -> dict[Path, int]:
    """Return the line of the tables of a TOML document, and of the keys at the start of a line."""
    found: dict[Path, int] = {}
    here: Path = ()
    counts: dict[Path, int] = {}
    for number, written in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(written):
            here = tuple(part.strip().strip("\"'") for part in _names(header).split("."))
            here = _numbered(here, counts)
            if header["table"]:
                counts[here] = counts.get(here, -1) + 1
                here = (*here, counts[here])
            found.setdefault(here, number)
        elif match := re.match(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*=", written):
            found.setdefault((*here, match[1].strip('"')), number)
    return found


def _names(header: re.Match[str]) -> str:
    return header["table"] or header["single"]


def _numbered(names: Path, counts: Mapping[Path, int]) -> Path:
    """Return the names of a table with the position of each list that it is in."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return (*path, names[-1])
