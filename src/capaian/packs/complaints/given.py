"""What the rules of this pack that are functions are given: plain values, refused in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from capaian.errors import did_you_mean


def only(values: Mapping[str, Any], needed: Sequence[str], free: Sequence[str] = ()) -> None:
    """Refuse names that are not known, and what is missing.

    Raises
    ------
    ValueError
        The first name that is wrong.
    """
    known = (*needed, *free)
    for name in values:
        if name not in known:
            said = str(name)[:40]
            there = ", ".join(known)
            raise ValueError(f"'{said}' is not known; there is {there}{_meant(said, known)}")
    for name in needed:
        if values.get(name) is None:
            raise ValueError(f"'{name}' is missing")


def label(given: Any, name: str, known: Iterable[str]) -> str:
    """Return one of some labels."""
    known = tuple(known)
    if not isinstance(given, str) or given not in known:
        hint = _meant(given[:40], known) if isinstance(given, str) else ""
        raise ValueError(f"'{name}' is none of {', '.join(known)}{hint}")
    return given


def whole(given: Any, name: str, least: int, most: int) -> int:
    """Return a whole number between two others."""
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise ValueError(f"'{name}' is not a whole number from {least} to {most}")
    return given


def day(given: Any, name: str) -> date:
    """Return a date."""
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise ValueError(f"'{name}' is not a date such as 2026-03-16") from None


def stamp(given: Any, name: str) -> datetime:
    """Return a date with a time of day, on the office's own clock."""
    try:
        found = datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise ValueError(f"'{name}' is not a stamp such as 2026-03-16T08:00") from None
    if found.tzinfo is not None:
        raise ValueError(f"'{name}' carries a time zone; stamps are the office's own wall time")
    return found


def _meant(given: str, known: Iterable[str]) -> str:
    hint = did_you_mean(given, known).strip()
    return f" ({hint[0].lower()}{hint[1:]})" if hint else ""
