"""A request's body, read strictly: what it may hold, how deep, and where it is not so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from fastapi import Request
from limits import Limits
from problems import ProblemError, fault, pointer_to

LONGEST_NUMBER = 40
"""Characters of a number."""
FAULTS = 10
KEYS = {"policy": True, "period": True, "as_of": False, "evidence": True}
"""The keys of a request, and which must be there."""


async def read_body(request: Request, limits: Limits) -> dict[str, Any]:
    """Return the body as plain values; a decimal point makes a Decimal, never a float.

    Raises
    ------
    ProblemError
        Another media type, too large, too slow, or not JSON.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ProblemError.of("SVC-07")
    try:
        body = await asyncio.wait_for(_received(request, limits.most_bytes), limits.seconds)
    except TimeoutError:
        raise ProblemError.of("SVC-08", seconds=limits.seconds) from None
    return parse(body)


async def _received(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise ProblemError.of("SVC-01", most=most)
    return bytes(body)


def parse(body: bytes) -> dict[str, Any]:
    """Return a body as plain values.

    Raises
    ------
    ProblemError
        SVC-02: not UTF-8, not JSON, NaN, a key twice, too deep, a number that is too long.
    """
    try:
        found = json.loads(
            body.decode(),  # UTF-8, and nothing that json would guess
            object_pairs_hook=_once,
            parse_float=lambda text: Decimal(_short(text)),
            parse_int=lambda text: int(_short(text)),
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        raise ProblemError.of("SVC-02", reason="utf-8") from None
    except RecursionError:
        raise ProblemError.of("SVC-02", reason="deep") from None
    except json.JSONDecodeError as error:
        at = {"line": error.lineno, "column": error.colno}
        raise ProblemError([fault("SVC-02", "", reason="json", **at)]) from None
    if not isinstance(found, dict):
        raise ProblemError.of("SVC-02", reason="object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ProblemError.of("SVC-02", reason="twice")
    return found


def _short(text: str) -> str:
    exponent = text.lower().partition("e")[2]
    if len(text) > LONGEST_NUMBER or len(exponent.lstrip("+-")) > 2:
        raise ProblemError.of("SVC-02", reason="long", most=LONGEST_NUMBER)
    return text


def _no_constant(_: str) -> NoReturn:
    raise ProblemError.of("SVC-02", reason="constant")


def proved(given: Mapping[str, Any], *more: str) -> Mapping[str, Any]:
    """Return a request whose keys and kinds are as they must be; all faults are told at once.

    Parameters
    ----------
    given
        The request.
    *more
        Keys, besides the usual ones, that must be there and be text.

    Raises
    ------
    ProblemError
        SVC-03, SVC-04, SVC-05.
    """
    keys = KEYS | dict.fromkeys(more, True)
    found = [
        fault("SVC-04", pointer_to(key) if _sound(key) else "", known=", ".join(keys))
        for key in given
        if key not in keys
    ]
    found += [
        fault("SVC-05", "", key=key) for key, must in keys.items() if must and key not in given
    ]
    for key in keys:
        if key != "evidence" and key in given and not _text(given[key], key):
            found.append(fault("SVC-03", pointer_to(key), wanted="text"))
    if "evidence" in given:
        found += _tables(given["evidence"])
    if found:
        raise ProblemError(found[:FAULTS])
    return given


def _text(value: Any, key: str) -> bool:
    return (key == "as_of" and value is None) or (isinstance(value, str) and _sound(value))


def _tables(evidence: Any) -> list[dict[str, Any]]:
    if not isinstance(evidence, dict):
        return [fault("SVC-03", "/evidence", wanted="tables")]
    found = []
    for name, rows in evidence.items():
        place = pointer_to("evidence", name) if _sound(name) else "/evidence"
        if not isinstance(rows, list):
            found.append(fault("SVC-03", place, wanted="rows"))
            continue
        for number, row in enumerate(rows):
            if not isinstance(row, dict) or not all(map(_cell, row.items())):
                found.append(fault("SVC-03", f"{place}/{number}", wanted="row"))
            if len(found) == FAULTS:
                return found
    return found


def _cell(item: tuple[str, Any]) -> bool:
    """Return whether a column's name and value are of a kind that a row may hold."""
    name, value = item
    if not _sound(name) or isinstance(value, dict | list | Decimal):
        return False
    if isinstance(value, int):  # larger ones do not survive every reader of JSON: they are text
        return abs(value) < 2**53
    return not isinstance(value, str) or _sound(value)


def _sound(text: str) -> bool:
    """Return whether a text can be written: a half of a surrogate pair cannot."""
    return text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text)
