"""The rules of both systems, over exact numbers.

A rating is a number from 1 to 5. A dimension that was not rated is `None`, and never counts as 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

LOWEST, HIGHEST = 1, 5
DIMENSIONS = ("quality", "efficiency", "timeliness")

CSC_BANDS = (
    ("outstanding", Fraction("4.51"), Fraction("5.00")),
    ("very_satisfactory", Fraction("3.51"), Fraction("4.50")),
    ("satisfactory", Fraction("2.51"), Fraction("3.50")),
    ("unsatisfactory", Fraction("1.51"), Fraction("2.50")),
    ("poor", Fraction("1.00"), Fraction("1.50")),
)
"""Both ends inside. Between 4.50 and 4.51 there is nothing: 4.505 has no word."""

RPMS_LEAST = (
    ("outstanding", Fraction("4.500")),
    ("very_satisfactory", Fraction("3.500")),
    ("satisfactory", Fraction("2.500")),
    ("unsatisfactory", Fraction("1.500")),
    ("poor", Fraction(LOWEST)),
)
"""The least rating of each band, which belongs to it."""

RPMS_WEIGHTS = {
    "quality": Fraction(40, 100),
    "efficiency": Fraction(30, 100),
    "timeliness": Fraction(30, 100),
}


def csc_adjectival(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the word for a rating in the bands of an LGU: `{rating}` to `{adjectival}`.

    `None` where there is no rating, or where it lies in none of the printed bands.
    """
    _known(values, ("rating",))
    return {"adjectival": _csc_word(_rating(values, "rating"))}


def ipcr_average(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the average of the rated dimensions, to 2 decimals, and its word.

    `{quality, efficiency, timeliness}` to `{average, adjectival}`. What is not rated is left out of
    the divisor; where nothing is rated, both are `None`.
    """
    _known(values, DIMENSIONS)
    rated = [each for name in DIMENSIONS if (each := _rating(values, name)) is not None]
    if not rated:
        return {"average": None, "adjectival": None}
    average = _two_decimals(sum(rated, Fraction(0)) / len(rated))
    return {"average": average, "adjectival": _csc_word(average)}


def rpms_adjectival(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the word for a rating in RPMS: `{rating}` to `{adjectival}`; `None` without one."""
    _known(values, ("rating",))
    rating = _rating(values, "rating")
    if rating is None:
        return {"adjectival": None}
    return {"adjectival": next(word for word, least in RPMS_LEAST if rating >= least)}


def rpms_weighted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the weighted rating: `{quality, efficiency, timeliness}` to `{rating}`.

    40 % quality, 30 % efficiency, 30 % timeliness. What becomes of the weight of a dimension that
    is not rated is not known: the rating is `None` then.
    """
    _known(values, DIMENSIONS)
    rated = {name: _rating(values, name) for name in DIMENSIONS}
    total = Fraction(0)
    for name, rating in rated.items():
        if rating is None:
            return {"rating": None}
        total += RPMS_WEIGHTS[name] * rating
    return {"rating": total}


def _csc_word(rating: Fraction | None) -> str | None:
    if rating is None:
        return None
    return next((word for word, low, high in CSC_BANDS if low <= rating <= high), None)


def _two_decimals(value: Fraction) -> Fraction:
    """Round half up."""
    return Fraction((value * 200 + 1) // 2, 100)


def _known(values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Refuse other names: a misspelt one would read as a dimension that was not rated."""
    if strange := sorted(set(values) - set(names)):
        msg = f"'{strange[0]}' is not known; the input has {', '.join(names)}"
        raise ValueError(msg)


def _rating(values: Mapping[str, Any], name: str) -> Fraction | None:
    given = values.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | Fraction):
        msg = f"'{name}' is not a number"
        raise ValueError(msg)
    if not LOWEST <= given <= HIGHEST:
        msg = f"'{name}' is not between {LOWEST} and {HIGHEST}"
        raise ValueError(msg)
    return Fraction(given)
