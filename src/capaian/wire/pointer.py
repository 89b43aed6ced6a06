"""JSON pointers (RFC 6901): where something stands in a document, also in one that is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ABSENT = object()


def pointer(steps: Sequence[str | int]) -> str:
    """Return the pointer of a place: `/steps/0/exact`; the empty text is the whole document.

    Examples
    --------
    >>> pointer(["plugins", "a/b", "version"])
    '/plugins/a~1b/version'
    """
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in steps)


def pointer_at(text: str, position: int) -> str:
    """Return the pointer of what stands at a position, in a text that need not be sound JSON.

    Parameters
    ----------
    text
        JSON up to the position, whatever comes after it.
    position
        In characters.

    Examples
    --------
    >>> pointer_at('{"a": 1, "b": [1, 2x]}', 19)
    '/b/1'
    """
    steps: list[str | int | None] = []
    at = 0
    wants_key = False
    while at < position:
        mark = text[at]
        if mark == '"':
            found = _TEXT.match(text, at)
            if wants_key and steps and found is not None:
                steps[-1], wants_key = _said(found[0]), False
            if found is None or found.end() > position:
                break
            at = found.end()
            continue
        if mark == "{":
            steps.append(None)
            wants_key = True
        elif mark == "[":
            steps.append(0)
            wants_key = False
        elif mark in "}]" and steps:
            steps.pop()
            wants_key = False
        elif mark == "," and steps:
            last = steps[-1]
            wants_key = not isinstance(last, int)
            steps[-1] = last + 1 if isinstance(last, int) else last
        at += 1
    return pointer([each for each in steps if each is not None])


def _said(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text.strip('"')


def differences(
    expected: Any, found: Any, steps: tuple[str | int, ...] = ()
) -> Iterator[tuple[str, Any, Any]]:
    """Yield each place at which two plain values differ: its pointer, and both values.

    Parameters
    ----------
    expected, found
        JSON values. What one has and the other has not is `None` where it is not.
    steps
        The place of both.

    Examples
    --------
    >>> list(differences({"a": [1, 2]}, {"a": [1, 3], "b": 4}))
    [('/a/1', 2, 3), ('/b', None, 4)]
    """
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in sorted({*expected, *found}):
            left, right = expected.get(key, _ABSENT), found.get(key, _ABSENT)
            yield from _one(left, right, (*steps, key))
    elif isinstance(expected, list) and isinstance(found, list):
        for index in range(max(len(expected), len(found))):
            left = expected[index] if index < len(expected) else _ABSENT
            right = found[index] if index < len(found) else _ABSENT
            yield from _one(left, right, (*steps, index))
    elif expected != found or type(expected) is not type(found):
        yield pointer(steps), expected, found


def _one(left: Any, right: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[str, Any, Any]]:
    if left is _ABSENT or right is _ABSENT:
        expected, found = (None if each is _ABSENT else each for each in (left, right))
        yield pointer(steps), expected, found
    else:
        yield from differences(left, right, steps)
