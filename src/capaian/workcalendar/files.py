"""Calendars and closures from files: CSV with a header file beside it, or one JSON file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from os import PathLike
from pathlib import Path
from typing import Any, cast

from capaian.discreet import discreet
from capaian.errors import CalendarError, Finding, did_you_mean, refuse, wrong_kind
from capaian.toml import read_toml
from capaian.workcalendar.build import Closure
from capaian.workcalendar.calendar import COLUMNS, Day, Kind, WorkCalendar
from capaian.workcalendar.hours import parse_hours

CLOSURE_COLUMNS = ("date", "reason", "decree", "hours")
HEADER = ("id", "edition")
_TRUTH = {"true": True, "false": False, "": False}


def shipped_calendars() -> tuple[str, ...]:
    """Return the names of the calendars that come with capaian, sorted: `("id/2024-2027",)`."""
    folders = [each for each in _shipped().iterdir() if each.is_dir()]
    return tuple(
        sorted(
            f"{folder.name}/{each.name.removesuffix('.csv')}"
            for folder in folders
            for each in folder.iterdir()
            if each.name.endswith(".csv")
        )
    )


@discreet
def load_calendar(
    name_or_path: str | PathLike[str], *, folder: str | PathLike[str] = ""
) -> WorkCalendar:
    """Return a shipped calendar by its name, or one from a file by its path.

    Parameters
    ----------
    name_or_path
        `"id/2024-2027"` (Indonesia, office hours of Perpres 21/2023, five days a week), or the
        path of a `.csv` or `.json` file.
    folder
        Where a relative path starts, such as the policy's folder; the working folder where empty.

    Raises
    ------
    CalendarError
        No shipped calendar of that name (CPN-C25), or what `read_calendar` raises.
    """
    if not isinstance(name_or_path, str | PathLike):
        headline, wanted = "The work calendar cannot be read.", "the name of a calendar, or a path"
        raise wrong_kind(CalendarError, headline, "name_or_path", name_or_path, wanted)
    name = str(name_or_path)
    known = shipped_calendars()
    if name in known:
        folder, _, stem = name.partition("/")
        place = _shipped().joinpath(folder)
        return _from_csv(place.joinpath(f"{stem}.csv"), place.joinpath(f"{stem}.toml"), name)
    if Path(name).suffix in {".csv", ".json"}:
        return read_calendar(Path(folder) / name)
    values = {"name": name, "hint": did_you_mean(name, known), "known": ", ".join(known)}
    raise refuse(CalendarError, "The work calendar cannot be read.", "CPN-C25", **values)


def read_calendar(path: str | PathLike[str]) -> WorkCalendar:
    """Return the calendar of a file.

    Parameters
    ----------
    path
        A `.json` file with the keys `id`, `edition`, `title` and `days`; or a `.csv` file with the
        columns date, hours, kind, reason, decree, estimated, and beside it a `.toml` file of the
        same name that says `id`, `edition` and `title`. Dates are `YYYY-MM-DD`; hours are
        `07:30-12:00 13:00-16:00`, empty for a closed day.

    Raises
    ------
    CalendarError
        All faults at once: no such file (CPN-C30), text that cannot be read (C26, C28, C29),
        columns or keys that are missing or unknown (C19, C20), dates, hours or truth values that
        are none (C21, C10 to C13, C27), and those of `WorkCalendar`.
    """
    file = Path(path)
    if file.suffix == ".csv":
        return _from_csv(file, file.with_suffix(".toml"), str(path))
    return _from_json(file, str(path))


def read_closures(path: str | PathLike[str]) -> tuple[Closure, ...]:
    """Return an office's own closures from a CSV file, for `with_closures`.

    Parameters
    ----------
    path
        Columns date and reason; if wished, decree, and hours for what remains open on that date
        (`07:30-12:00`). Separated by comma or semicolon.

    Raises
    ------
    CalendarError
        All faults at once: no such file (CPN-C30), columns missing or unknown (C19, C20), a date
        or hours that are none (C21, C10 to C13), no reason (C19).
    """
    where = str(path)
    faults: list[Finding] = []
    closures: list[Closure] = []
    rows = _csv_rows(_text(Path(path), where), CLOSURE_COLUMNS, {"date", "reason"}, where, faults)
    for place, row in rows:
        when = _date(row["date"], place, faults)
        hours = parse_hours(row.get("hours", ""), place, faults)
        if not row["reason"]:
            faults.append(Finding("CPN-C19", place, {"key": "reason"}))
        closures.append(Closure(when, row["reason"], row.get("decree") or None, hours))
    if faults:
        raise CalendarError("The closures cannot be read.", faults)
    return tuple(closures)


def _shipped() -> Traversable:
    return files("capaian").joinpath("calendars")


def _text(file: Traversable, where: str) -> str:
    headline = "The file cannot be read."
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError:
        raise refuse(CalendarError, headline, "CPN-C30", where) from None
    except UnicodeDecodeError as error:
        raise refuse(CalendarError, headline, "CPN-C28", where, position=error.start) from None


def _from_csv(file: Traversable, header: Traversable, where: str) -> WorkCalendar:
    faults: list[Finding] = []
    text = _text(file, where)
    beside = str(Path(where).with_suffix(".toml"))
    known = _parsed(_text(header, beside), beside, json_text=False)
    rows = _csv_rows(text, COLUMNS, set(COLUMNS), where, faults)
    return _calendar(known, rows, beside, faults)


def _from_json(file: Traversable, where: str) -> WorkCalendar:
    faults: list[Finding] = []
    known = _parsed(_text(file, where), where, json_text=True)
    days = known.get("days")
    if not isinstance(days, list) or not all(isinstance(each, dict) for each in days):
        faults.append(Finding("CPN-C19", where, {"key": "days"}))
        days = []
    rows: list[tuple[str, dict[str, Any]]] = []
    for index, row in enumerate(days):
        place = f"{where}, days[{index}]"
        if _keys_fit(row, COLUMNS, set(COLUMNS), place, faults):
            rows.append((place, {key: _plain(value) for key, value in row.items()}))
    return _calendar(known, rows, where, faults)


def _parsed(text: str, where: str, *, json_text: bool) -> Mapping[str, Any]:
    try:
        known = json.loads(text) if json_text else read_toml(text)
    except RecursionError:
        problem = "its tables or lists lie too deep in one another"
    except ValueError as error:
        problem = str(error)
    else:
        return known if isinstance(known, dict) else {}
    raise refuse(CalendarError, "The file cannot be read.", "CPN-C26", where, problem=problem)


def _calendar(
    known: Mapping[str, Any],
    rows: Sequence[tuple[str, Mapping[str, str]]],
    where: str,
    faults: list[Finding],
) -> WorkCalendar:
    missing = [key for key in HEADER if not isinstance(known.get(key), str)]
    faults.extend(Finding("CPN-C19", where, {"key": key}) for key in missing)
    days = []
    for place, row in rows:
        if row["estimated"].lower() not in _TRUTH:
            faults.append(Finding("CPN-C27", place, {"text": row["estimated"]}))
        days.append(
            Day(
                _date(row["date"], place, faults),
                parse_hours(row["hours"], place, faults),
                cast("Kind", row["kind"]),
                row["reason"] or None,
                row["decree"] or None,
                _TRUTH.get(row["estimated"].lower(), False),
            )
        )
    if faults:
        raise CalendarError("The work calendar cannot be read.", faults)
    title = known.get("title")
    return WorkCalendar(
        known["id"], known["edition"], tuple(days), title if isinstance(title, dict) else {}
    )


def _csv_rows(
    text: str, columns: Sequence[str], needed: set[str], where: str, faults: list[Finding]
) -> list[tuple[str, dict[str, str]]]:
    rows: list[tuple[str, dict[str, str]]] = []
    top = text.partition("\n")[0]
    reader = csv.DictReader(
        text.splitlines(), delimiter=";" if ";" in top and "," not in top else ","
    )
    names = [name.strip() for name in reader.fieldnames or ()]
    if not _keys_fit(names, columns, needed, where, faults):
        return rows
    reader.fieldnames = names
    for row in reader:
        place = f"{where}, line {reader.line_num}"
        if extra := row.get(None):
            faults.append(Finding("CPN-C29", place, {"count": len(extra)}))
        rows.append((place, {name: (row[name] or "").strip() for name in names}))
    return rows


def _keys_fit(
    keys: Iterable[str],
    columns: Sequence[str],
    needed: set[str],
    where: str,
    faults: list[Finding],
) -> bool:
    found = set(keys)
    missing = [key for key in columns if key in needed - found]
    unknown = sorted(found - set(columns))
    faults.extend(Finding("CPN-C19", where, {"key": key}) for key in missing)
    for key in unknown:
        hint = did_you_mean(key, [each for each in columns if each not in found])
        values = {"key": key, "hint": hint, "known": ", ".join(columns)}
        faults.append(Finding("CPN-C20", where, values))
    return not missing and not unknown


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _date(text: str, where: str, faults: list[Finding]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(Finding("CPN-C21", where, {"text": text}))
        return date.min
