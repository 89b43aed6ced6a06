"""What a rule gives, proved to be exact, and held against what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from capaian.cases.result import ABSENT, Difference

DIGITS = 1000
"""A number of more digits is a slip, and cannot be shown."""
LONGEST = 10**DIGITS
_TOO_LONG = f"more than {DIGITS} digits"


class InexactError(Exception):
    """A place in a result that is not JSON with exact numbers, and the type of what is there."""

    def __init__(self, pointer: str, given: str) -> None:
        self.pointer = pointer
        self.given = given
        super().__init__(pointer, given)


def settled(value: Any, pointer: str = "") -> Any:
    """Return what a rule returned as plain values of its own: `dict`, `list`, exact numbers.

    Parameters
    ----------
    value
        `None`, `bool`, `int`, `Fraction`, finite `Decimal`, `str`, and sequences and mappings of
        them.
    pointer
        Its place, a JSON pointer.

    Raises
    ------
    InexactError
        The first place with anything else: a float, a NaN, a date, a key that is not text.
    """
    match value:
        case None | bool():
            return value
        case int() | Fraction():
            number = Fraction(value)
            if max(abs(number.numerator), number.denominator) >= LONGEST:
                raise InexactError(pointer, f"{type(value).__name__} ({_TOO_LONG})")
            return int(value) if isinstance(value, int) else value
        case str():
            return str.__str__(value)  # of an enumeration's member, the text that it is
        case Decimal():
            if not value.is_finite():
                raise InexactError(pointer, f"Decimal ({value})")
            if abs(value.adjusted()) >= DIGITS:
                raise InexactError(pointer, f"Decimal ({_TOO_LONG})")
            return settled(Fraction(value), pointer)
        case Mapping():
            for strange in (key for key in value if not isinstance(key, str)):
                raise InexactError(pointer, f"{type(strange).__name__} (a key)")
            return {str(key): settled(each, _below(pointer, key)) for key, each in value.items()}
        case list() | tuple():
            return [settled(each, _below(pointer, at)) for at, each in enumerate(value)]
        case _:
            raise InexactError(pointer, type(value).__name__)


def settled_mapping(value: Any) -> dict[str, Any]:
    """Return a mapping that a rule returned, as `settled`, or raise `InexactError`."""
    made = settled(value)
    if not isinstance(made, dict):
        raise InexactError("", type(value).__name__)
    return made


def differences(
    expected: Any, found: Any, tolerance: Fraction, pointer: str = ""
) -> Iterator[Difference]:
    """Return where a value differs from what is expected, leaf by leaf.

    Parameters
    ----------
    expected, found
        JSON values with exact numbers. In a mapping, only the expected keys are looked at; a list
        has as many items as expected.
    tolerance
        By how much a number may differ, itself included.
    pointer
        The place, a JSON pointer.
    """
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, each in expected.items():
            yield from differences(each, found.get(key, ABSENT), tolerance, _below(pointer, key))
    elif isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        for index, (each, its) in enumerate(zip_longest(expected, found, fillvalue=ABSENT)):
            yield from differences(each, its, tolerance, _below(pointer, index))
    elif not _same(expected, found, tolerance):
        yield Difference(pointer, expected, found)


def _same(expected: Any, found: Any, tolerance: Fraction) -> bool:
    if _is_number(expected) and _is_number(found):
        return abs(Fraction(expected) - Fraction(found)) <= tolerance
    return type(expected) is type(found) and bool(expected == found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _below(pointer: str, key: object) -> str:
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
