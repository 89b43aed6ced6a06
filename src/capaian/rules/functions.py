"""What a rule's formula may call besides its tables: functions over lists and exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from capaian.exact import round_ratio
from capaian.formula.language import MOST_DIGITS

Values = tuple[Any, ...]


def total(values: Values) -> Fraction | None:
    """Return the sum of a list; `None` where any is not known."""
    if any(each is None for each in values):
        return None
    return sum(values, Fraction(0))


def mean(values: Values) -> Fraction | None:
    """Return the sum over the number of items; `None` where any is not known, or there is none."""
    added = total(values)
    return None if added is None or not values else added / len(values)


def count(values: Values) -> Fraction:
    """Return how many items there are; of true and false, how many are true."""
    if values and all(isinstance(each, bool) for each in values):
        return Fraction(sum(values))
    return Fraction(len(values))


def known(value: Any) -> bool:
    """Return whether there is a value."""
    return value is not None


def present(values: Values) -> Values:
    """Return the items that are known, in order."""
    return tuple(each for each in values if each is not None)


def those(values: Values, truths: Values) -> Values:
    """Return the items for which the truth at the same place is true."""
    return tuple(each for each, true in zip(values, truths, strict=True) if true)


def last(values: Values) -> Any:
    """Return the last item; `None` where there is none."""
    return values[-1] if values else None


def every(values: Values) -> bool:
    """Return whether all are true; also where there is none."""
    return all(values)


def some(values: Values) -> bool:
    """Return whether any is true."""
    return any(values)


def clip(value: Fraction | None, low: Fraction, high: Fraction) -> Fraction | None:
    """Return a number held between two limits."""
    return None if value is None else max(low, min(value, high))


def rounded(value: Fraction | None, digits: Fraction) -> Fraction | None:
    """Return a number to so many decimals, ties away from zero."""
    if not 0 <= digits <= MOST_DIGITS:
        raise ValueError(f"round: decimals run from 0 to {MOST_DIGITS}")
    return None if value is None else round_ratio(value, int(digits), "half-up")


def whole(value: Fraction | None) -> Fraction | None:
    """Return the greatest whole number that is not above a number."""
    return None if value is None else Fraction(floor(value))


def least(*values: Any) -> Any:
    """Return the least of some numbers, or of a list; `None` where any is not known."""
    return _extreme(min, values)


def greatest(*values: Any) -> Any:
    """Return the greatest of some numbers, or of a list; `None` where any is not known."""
    return _extreme(max, values)


def _extreme(choose: Callable[[Sequence[Fraction]], Fraction], values: Values) -> Any:
    listed = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
    if not listed or any(each is None for each in listed):
        return None
    return choose(listed)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sum": total,
    "mean": mean,
    "count": count,
    "known": known,
    "present": present,
    "those": those,
    "last": last,
    "every": every,
    "some": some,
    "clip": clip,
    "round": rounded,
    "floor": whole,
    "min": least,
    "max": greatest,
}

OF_LISTS = frozenset({"sum", "mean", "count", "present", "those", "last", "every", "some"})
"""Functions of whole lists: of a list that is not known they know nothing."""
BY_ITEM = frozenset({"clip", "round", "floor", "known"})
"""Functions that are applied to each item where they are given a list."""
