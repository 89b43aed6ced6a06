"""From bytes to plain values: exact, within limits, and nothing that another program may spoil."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from capaian.errors import SAFE, Finding, RequestError
from capaian.wire.records import exact_number
from capaian.wire.said import below, given, short

DEEPEST = 64
"""So deep objects and lists may lie in one another."""
MOST_KEYS = 10_000
"""So many keys an object may have."""
LONGEST_KEY = 1_000
"""So many characters a key may have."""
LONGEST_TEXT = 100_000
"""So many characters a text may have."""
HEADLINE = "The request cannot be read."
_Path: TypeAlias = "tuple[_Path, str | int] | None"
"""A place: that of what holds it, and its key or position there."""
_HALF = re.compile("[\ud800-\udfff]")


def read_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object that another program sent: exact, and within limits.

    Parameters
    ----------
    content
        UTF-8. Whole numbers become `int`, others `Decimal`, never a float.

    Raises
    ------
    RequestError
        It is not UTF-8, not JSON or no object (CPN-J04, J03, J14); it lies too deep, or has too
        many or too long keys or texts (J06 to J09); whole numbers that not every program keeps
        (J10), half a pair of surrogates (J11), a key twice (J12), NaN (J13), an endless number
        (J17).

    Examples
    --------
    >>> read_object(b'{"nip": "198706152010121003", "points": 2.75}')
    {'nip': '198706152010121003', 'points': Decimal('2.75')}
    """
    found = parse_object(content)
    prove_values(found)
    return found


def parse_object(content: bytes, *, marked: bool = False) -> dict[str, Any]:
    """Return what a JSON object says, its values not yet proved; see `read_object`.

    Parameters
    ----------
    content
        UTF-8.
    marked
        Whether it may begin with a byte order mark.

    Raises
    ------
    RequestError
        It cannot be read: CPN-J03, J04, J06, J07, J12 to J14, J17.
    """
    try:
        text = content.decode("utf-8-sig" if marked else "utf-8")
    except UnicodeDecodeError as error:
        raise _refusal("CPN-J04", position=error.start + 1) from None
    try:
        found = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        problem = error.msg[:1].lower() + error.msg[1:]
        raise _refusal("CPN-J03", problem=problem, column=error.pos + 1) from None
    except RecursionError:
        raise _refusal("CPN-J06", limit=DEEPEST) from None
    except (InvalidOperation, ValueError) as error:
        if isinstance(error, RequestError):
            raise
        raise _refusal("CPN-J17") from None
    if not isinstance(found, dict):
        words = given(found)
        raise _refusal("CPN-J14", given=words.en, given_id=words.id)
    return found


def prove_values(found: dict[str, Any]) -> None:
    """Refuse values that go beyond the limits, or that another program may have spoilt.

    Raises
    ------
    RequestError
        CPN-J06, J08 to J11, J17; of each the place of the first, and how many there are.
    """
    if findings := list(_findings(found)):
        raise RequestError(HEADLINE, findings)


def _refusal(code: str, **values: Any) -> RequestError:
    return RequestError(HEADLINE, [Finding(code, "", values)])


def _constant(name: str) -> None:
    raise _refusal("CPN-J13", given=name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        raise _refusal("CPN-J07", count=len(pairs), limit=MOST_KEYS)
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _refusal("CPN-J12", key=short(counts.most_common(1)[0][0]))
    return found


def _findings(found: dict[str, Any]) -> Iterator[Finding]:
    """Return what is wrong with the values, each kind of fault once, at its first place."""
    counts: dict[str, int] = {}
    first: dict[str, Finding] = {}
    for code, where, values in _faults(found):
        counts[code] = counts.get(code, 0) + 1
        first.setdefault(code, Finding(code, where, values))
    for code, finding in first.items():
        values = {"count": counts[code], **finding.values}
        yield Finding(code, finding.where, values)


def _faults(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    waiting: list[tuple[Any, _Path, int]] = [(found, None, 1)]
    while waiting:
        value, path, depth = waiting.pop()
        kind = type(value)
        if kind is str:
            yield from _of_text(value, path, LONGEST_TEXT, "CPN-J09")
        elif kind is int:
            if not -SAFE <= value <= SAFE:
                yield "CPN-J10", _place(path), {"limit": SAFE}
        elif kind is Decimal:
            if exact_number(value) is None:
                yield "CPN-J17", _place(path), {}
        elif kind is dict or kind is list:
            if depth > DEEPEST:
                yield "CPN-J06", "", {"limit": DEEPEST}
                continue
            if kind is dict:
                for key in value:
                    yield from _of_text(key, path, LONGEST_KEY, "CPN-J08")
            items = value.items() if kind is dict else enumerate(value)
            waiting += [(each, (path, key), depth + 1) for key, each in items][::-1]


def _of_text(
    text: str, path: _Path, longest: int, code: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if len(text) > longest:
        yield code, _place(path), {"count": len(text), "limit": longest}
    if not text.isascii() and _HALF.search(text):
        yield "CPN-J11", _place(path), {}


def _place(path: _Path) -> str:
    """Return a place as text; a row is told by its position, never by what stands in it."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    where = ""
    for each in reversed(steps):
        where = below(where, each if isinstance(each, str) else f"[{each}]")
    return where
