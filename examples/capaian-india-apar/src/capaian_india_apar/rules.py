"""The overall grade, its band, and the score that goes into the average of several years."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

LOWEST, HIGHEST = 1, 10
WEIGHTS = {
    "work_output": Fraction(4, 10),
    "personal_attributes": Fraction(3, 10),
    "functional_competency": Fraction(3, 10),
}
BANDS = (("outstanding", 8, 9), ("very_good", 6, 7), ("good", 4, 5), ("below_good", LOWEST, 0))
"""Word, least grade (which belongs to it), score for the average; the best first."""


def overall(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the overall grade and its band.

    `{work_output, personal_attributes, functional_competency}`, each 1 to 10, to `{overall_grade,
    band}`: 0.4 of the first and 0.3 of each other. Both are `None` where a grade is missing: what
    becomes of its weight was not found.
    """
    _known(values, tuple(WEIGHTS))
    total = Fraction(0)
    missing = False
    for name, weight in WEIGHTS.items():
        grade = _grade(values, name)
        missing |= grade is None
        total += weight * (grade or 0)
    if missing:
        return {"overall_grade": None, "band": None}
    return {"overall_grade": total, "band": _band(total)[0]}


def score(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the band of a grade, and what it counts in the average of several years.

    `{overall_grade}` to `{band, score_for_average}`: 8 to 10 is outstanding and counts 9; from 6,
    very good, 7; from 4, good, 5; below 4, 0.
    """
    _known(values, ("overall_grade",))
    grade = _grade(values, "overall_grade")
    if grade is None:
        return {"band": None, "score_for_average": None}
    word, counts = _band(grade)
    return {"band": word, "score_for_average": counts}


def _band(grade: Fraction) -> tuple[str, int]:
    return next((word, counts) for word, least, counts in BANDS if grade >= least)


def _known(values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    if strange := sorted(set(values) - set(names)):
        msg = f"'{strange[0]}' is not known; the input has {', '.join(names)}"
        raise ValueError(msg)


def _grade(values: Mapping[str, Any], name: str) -> Fraction | None:
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
