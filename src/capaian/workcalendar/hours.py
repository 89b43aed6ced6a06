"""Hours of a day: stretches of open time, in microseconds and as text (`07:30-12:00`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from capaian.errors import Finding

Hours: TypeAlias = tuple[tuple[int, int], ...]
"""Stretches of open time in one day, in order: pairs of microseconds after midnight."""

Stretch: TypeAlias = "str | tuple[str, str]"
"""One stretch as people write it: `"07:30-12:00"` or `("07:30", "12:00")`."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LIMIT = 2
"""Most stretches in one day: the closed form of working time has room for two on every engine."""

_CLOCK = re.compile(r"(\d\d?)[:.](\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?")


def clock_text(moment: int) -> str:
    """Return a time of day as text, no longer than it needs: `07:30`, `07:30:15`, `07:30:15.5`.

    Parameters
    ----------
    moment
        Microseconds after midnight, 0 to 86 400 000 000; the last is `24:00`.
    """
    hour, rest = divmod(moment, HOUR)
    minute, rest = divmod(rest, MINUTE)
    text = f"{hour:02d}:{minute:02d}"
    if rest:
        second, fraction = divmod(rest, SECOND)
        text += f":{second:02d}"
        if fraction:
            text += f".{fraction:06d}".rstrip("0")
    return text


def parse_clock(text: str) -> int | None:
    """Return a time of day in microseconds after midnight, or `None` where it is not one.

    Accepts `07:30`, `7:30`, `07.30`, `07:30:15` and `07:30:15.25`, up to `24:00`.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second = (int(each or 0) for each in found.group(1, 2, 3))
    fraction = int((found.group(4) or "").ljust(6, "0"))
    moment = hour * HOUR + minute * MINUTE + second * SECOND + fraction
    sixty = 60
    return moment if minute < sixty and second < sixty and moment <= DAY else None


def hours_text(hours: Hours) -> str:
    """Return hours as text, stretches separated by a space; empty for a closed day."""
    return " ".join(f"{clock_text(begin)}-{clock_text(end)}" for begin, end in hours)


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Hours, tuple[Finding, ...]]:
    hours: list[tuple[int, int]] = []
    faults: list[Finding] = []
    for stretch in text.split():
        begin, _, end = stretch.partition("-")
        moments = parse_clock(begin), parse_clock(end)
        if moments[0] is None or moments[1] is None:
            faults.append(Finding("CPN-C10", values={"text": stretch}))
        else:
            hours.append((moments[0], moments[1]))
    return tuple(hours), (*faults, *hours_faults(tuple(hours)))


def parse_hours(text: str | Iterable[Stretch], where: str, faults: list[Finding]) -> Hours:
    """Return the hours that a text or a list of stretches says.

    Parameters
    ----------
    text
        `"07:30-12:00 13:00-16:00"`, or stretches such as `("07:30", "12:00")`. Empty: closed.
    where
        The place for a finding.
    faults
        Findings are added to this list: text that is not hours, a stretch that does not end after
        it begins, stretches that overlap, more than two of them.
    """
    if not isinstance(text, str):
        text = " ".join(each if isinstance(each, str) else "-".join(each) for each in text)
    hours, found = _parsed(text)
    faults.extend(Finding(each.code, where, each.values) for each in found)
    return hours


def hours_faults(hours: Hours, where: str = "") -> list[Finding]:
    """Return what is wrong with the hours of one day; empty where nothing is."""
    faults = [
        Finding("CPN-C11", where, {"text": f"{clock_text(begin)}-{clock_text(end)}"})
        for begin, end in hours
        if not 0 <= begin < end <= DAY
    ]
    if not faults and any(before[1] > after[0] for before, after in pairwise(hours)):
        faults.append(Finding("CPN-C12", where, {"text": hours_text(hours)}))
    if len(hours) > LIMIT:
        faults.append(Finding("CPN-C13", where, {"count": len(hours), "limit": LIMIT}))
    return faults
