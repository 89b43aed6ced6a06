"""Propose the rows of a shipped work calendar, and show how they differ from what is shipped.

The header of the calendar (a `.toml` file beside its rows) says what is proposed: hours, first days
of Ramadan, decrees. Holidays and collective leave come from the `holidays` library (extra
`calendar`). Decrees change during a year, so a proposal is read by a person before it is shipped.

    python tools/propose_calendar.py                  # every shipped calendar
    python tools/propose_calendar.py id/2024-2027     # one of them
    python tools/propose_calendar.py --write          # replace the rows

Exit code: 0 no difference (or written), 1 a difference.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import holidays
from holidays.countries.indonesia import IndonesiaIslamicHolidays

from capaian.workcalendar import (
    Holiday,
    SpecialHours,
    Week,
    WorkCalendar,
    build_calendar,
    shipped_calendars,
)

FOLDER = Path(__file__).parents[1] / "src" / "capaian" / "calendars"


def propose(header: Mapping[str, Any]) -> WorkCalendar:
    """Return the calendar that a header and the `holidays` library propose."""
    named = national_holidays(header)
    return build_calendar(
        id=header["id"],
        edition=header["edition"],
        first=header["first"],
        last=header["last"],
        week=Week(header["week"]),
        special=ramadans(header["ramadan"], named),
        holidays=named,
        title=header["title"],
    )


def national_holidays(header: Mapping[str, Any]) -> list[Holiday]:
    """Return public holidays and collective leave, with the decree of each year where known."""
    recipe = header["proposed_by"]
    label = recipe["estimated_label"]
    decrees = {each["year"]: each["decree"] or None for each in header["years"]}
    found = []
    for category, kind in recipe["categories"].items():
        listed = holidays.country_holidays(
            recipe["country"],
            years=sorted(decrees),
            categories=(category,),
            language=recipe["language"],
        )
        for when in sorted(listed):
            found += [
                Holiday(
                    when, name.removesuffix(label), kind, decrees[when.year], name.endswith(label)
                )
                for name in listed.get_list(when)
            ]
    return found


def ramadans(recipe: Mapping[str, Any], named: Sequence[Holiday]) -> list[SpecialHours]:
    """Return one period of Ramadan hours for each Idul Fitri; it ends on the day before."""
    week = Week(recipe["week"])
    known = [each["first"] for each in recipe["starts"]]
    periods = []
    for eid in (each for each in named if each.reason == recipe["ends_before"]):
        announced = [first for first in known if first < eid.date <= first + timedelta(days=30)]
        first = announced[0] if announced else estimated_start(eid.date)
        periods.append(
            SpecialHours(
                first,
                eid.date - timedelta(days=1),
                week,
                recipe["reason"],
                recipe["decree"],
                estimated=not announced,
            )
        )
    return periods


def estimated_start(eid: date) -> date:
    """Return the first day of Ramadan before an Idul Fitri, by the library's MABIMS dates."""
    starts = IndonesiaIslamicHolidays().ramadan_beginning_dates(eid.year)
    return max(first for first, _ in starts if first < eid)


def difference(shipped: str, proposed: str) -> list[str]:
    """Return the rows that differ, as `-shipped` and `+proposed` lines; empty where none does."""
    lines = difflib.unified_diff(
        shipped.splitlines(), proposed.splitlines(), "shipped", "proposed", lineterm="", n=0
    )
    return list(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare or replace the rows of shipped calendars."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="calendars such as id/2024-2027; all if none")
    parser.add_argument("--write", action="store_true", help="replace the shipped rows")
    options = parser.parse_args(arguments)
    differs = False
    for name in options.names or shipped_calendars():
        header = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        pinned = header["proposed_by"]["version"]
        if (installed := version("holidays")) != pinned:
            print(f"{name}: shipped rows come from holidays {pinned}; this is {installed}")
        rows = FOLDER / f"{name}.csv"
        shipped = rows.read_text(encoding="utf-8") if rows.exists() else ""
        proposed = propose(header).to_csv()
        lines = difference(shipped, proposed)
        print("\n".join(lines) if lines else f"{name}: no difference")
        if lines and options.write:
            rows.write_text(proposed, encoding="utf-8", newline="\n")
            print(f"{name}: written")
        differs |= bool(lines) and not options.write
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
