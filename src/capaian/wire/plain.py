"""Canonical JSON: the same text for the same value, wherever it is made; and its fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from attrs import fields, has

from capaian.errors import plain_json
from capaian.exact import read_number
from capaian.formula import number


def canonical(value: object) -> str:
    """Return a value as canonical JSON: the same text for the same value, wherever it is made.

    Keys are sorted, nothing is indented, text is not escaped beyond what JSON demands. Exact
    numbers are text (`"0.25"`, `"1/9"`), dates are ISO 8601; frozen attrs records are objects.

    Parameters
    ----------
    value
        JSON values, exact numbers, dates, records, and lists and mappings of them.

    Raises
    ------
    ValueError
        A number that is not finite.
    TypeError
        A key that is not text, or a value that JSON has no form for.

    Examples
    --------
    >>> from fractions import Fraction
    >>> canonical({"weight": Fraction(1, 9), "id": "u1"})
    '{"id":"u1","weight":"1/9"}'
    """
    return plain_json(_plain(value))


def fingerprint(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _plain(value: object) -> object:
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return float(value) + 0.0  # which makes 0.0 of -0.0
        case Fraction() | Decimal():
            return number(read_number(value))
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {_name(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            if has(kind := type(value)):
                return {each.name: _plain(getattr(value, each.name)) for each in fields(kind)}
            raise TypeError(f"JSON has no form for a {type(value).__name__}")


def _name(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of JSON is text, not a {type(key).__name__}")
    return key
