"""Elements, patterns and summary levels.

The regulation says when the summary is level 1, and which levels a pattern has. Which of the levels
above 1 it is, the agency's own program derives: it comes in as `proposed`, and is proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

UNACCEPTABLE = 1
LEVELS = {
    "level_1": 1,
    "level_2": 2,
    "level_3": 3,
    "level_4": 4,
    "level_5": 5,
    "unacceptable": UNACCEPTABLE,
    "fully_successful": 3,
    "outstanding": 5,
}
"""What an element may be rated: the numbered levels, and the three that the regulation names."""

PATTERNS: Mapping[str, tuple[tuple[int, ...], str]] = {
    "A": ((1, 3), "verified"),
    "B": ((1, 3, 5), "unconfirmed"),
    "C": ((1, 3, 4), "unconfirmed"),
    "D": ((1, 2, 3), "unconfirmed"),
    "E": ((1, 3, 4, 5), "unconfirmed"),
    "F": ((1, 2, 3, 5), "unconfirmed"),
    "G": ((1, 2, 3, 4), "unconfirmed"),
    "H": ((1, 2, 3, 4, 5), "verified"),
}
"""The levels of each pattern, and how far that is to be trusted."""


def level_1(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether the summary is level 1: `{critical, non_critical, labels?}` to `{level_1}`.

    It is if, and only if, a critical element is Unacceptable; others can never make it so. `None`
    where none is, and one has not been rated (`null`). `labels` says what the words of an agency's
    own program mean: `{"marginal": 2}`.
    """
    _known(values, ("critical", "non_critical", "labels"))
    labels = _labels(values)
    _rated(values, "non_critical", labels)
    return {"level_1": _is_level_1(_rated(values, "critical", labels))}


def pattern(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the levels of a pattern: `{pattern}` to `{levels, trust}`."""
    _known(values, ("pattern",))
    levels, trust = _pattern(values)
    return {"levels": list(levels), "trust": trust}


def summary_level(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the summary level that may be given.

    `{pattern, critical, non_critical, proposed, labels?}` to `{level, level_1, trust}`. Level 1
    where a critical element is Unacceptable, whatever was proposed; else what was proposed, which
    must be a level of the pattern above 1. Where a critical element is not rated, or nothing is
    proposed, `level` is `None`. `trust` is that of the pattern.
    """
    _known(values, ("pattern", "critical", "non_critical", "proposed", "labels"))
    levels, trust = _pattern(values)
    labels = _labels(values)
    critical = _rated(values, "critical", labels)
    _rated(values, "non_critical", labels)
    if not critical:
        raise ValueError("'critical' is empty; a summary needs a critical element")
    first, proposed = _is_level_1(critical), values.get("proposed")
    if first:
        return {"level": UNACCEPTABLE, "level_1": True, "trust": trust}
    if proposed is not None:
        if isinstance(proposed, bool) or proposed not in levels:
            raise ValueError("'proposed' is not a level of the pattern")
        if proposed == UNACCEPTABLE:
            raise ValueError("'proposed' is level 1, and no critical element is unacceptable")
    level = None if first is None else proposed
    return {"level": level, "level_1": first, "trust": trust}


def _is_level_1(critical: list[int | None]) -> bool | None:
    if UNACCEPTABLE in critical:
        return True
    return None if None in critical else False


def _pattern(values: Mapping[str, Any]) -> tuple[tuple[int, ...], str]:
    name = values.get("pattern")
    if not isinstance(name, str) or name not in PATTERNS:
        raise ValueError("'pattern' is not a letter from A to H")
    return PATTERNS[name]


def _labels(values: Mapping[str, Any]) -> dict[str, int]:
    own = values.get("labels", {})
    if not isinstance(own, Mapping):
        raise ValueError("'labels' is not a mapping of words to levels")
    for word, level in own.items():
        if isinstance(level, bool) or level not in range(1, 6):
            raise ValueError("a word in 'labels' does not mean a level from 1 to 5")
        if LEVELS.get(word, level) != level:
            raise ValueError("a word in 'labels' means another level in the regulation")
    return {**LEVELS, **own}


def _rated(values: Mapping[str, Any], name: str, labels: Mapping[str, int]) -> list[int | None]:
    """Return the level of each element; a word that nobody explained could hide a level 1."""
    given = values.get(name, [])
    if not isinstance(given, list):
        msg = f"'{name}' is not a list of ratings"
        raise ValueError(msg)
    made: list[int | None] = []
    for place, each in enumerate(given):
        if each is None:
            made.append(None)
        elif isinstance(each, str) and each in labels:
            made.append(labels[each])
        else:
            near = get_close_matches(str(each), labels, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else "; explain the word in 'labels'"
            msg = f"'{name}[{place}]' is no level that is known{hint}"
            raise ValueError(msg)
    return made


def _known(values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    if strange := sorted(set(values) - set(names)):
        msg = f"'{strange[0]}' is not known; the input has {', '.join(names)}"
        raise ValueError(msg)
