"""A made-up kecamatan office: one year of staff, complaints, services and survey forms.

Everything here is invented: the people, their names and numbers, the kelurahan and every event. The
same seed gives the same bytes on every machine and every version of Python.

    python examples/lubuk_begalung/office.py --seed 2026 --out build/lubuk_begalung/evidence
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from appraisals import make_appraisals
from complaints import make_complaints
from people import (
    DAYS,
    DESK,
    FIELD,
    OFF,
    PERIODS,
    SEED,
    WORKING,
    Cell,
    Dice,
    Person,
    Row,
    make_people,
    make_staff,
)

KINDS: Mapping[str, tuple[tuple[tuple[str, str], int], ...]] = {
    DESK: (
        (("surat pengantar", "simple"), 40), (("legalisasi", "simple"), 18),
        (("kartu keluarga", "medium"), 20), (("surat keterangan usaha", "medium"), 12),
        (("surat keterangan waris", "complex"), 10),
    ),
    FIELD: (
        (("kunjungan rumah", "simple"), 42), (("verifikasi data", "medium"), 34),
        (("mediasi warga", "complex"), 14), (("gotong royong", "simple"), 10),
    ),
}  # fmt: skip
PER_DAY = {
    DESK: (((0, 40), (1, 35), (2, 20), (3, 5)), ((0, 28), (1, 32), (2, 28), (3, 12)),
           ((0, 16), (1, 30), (2, 30), (3, 24))),
    FIELD: (((0, 66), (1, 28), (2, 6)), ((0, 50), (1, 38), (2, 12)), ((0, 38), (1, 40), (2, 22))),
}  # fmt: skip
"""Services in a day by post and pace (0 slow to 2 quick)."""
ANSWERS = (
    ((1, 14), (2, 34), (3, 40), (4, 12)),
    ((1, 3), (2, 10), (3, 47), (4, 40)),
    ((1, 1), (2, 3), (3, 28), (4, 68)),
)
"""Answers on 1 to 4, by how content an officer's visitors are."""
ELEMENTS = tuple(f"u{number}" for number in range(1, 10))


def make_services(people: Iterable[Person], seed: int = SEED) -> list[Row]:
    """Return the services; an officer's every working day, and now and then a Saturday."""
    dice = Dice(seed, "services")
    rows: list[Row] = []
    workers = [each for each in people if each.services and each.post in KINDS]
    for day in DAYS:
        working = day.weekday() < 5 and day not in OFF
        if not working and not (day.weekday() == 5 and day not in OFF):
            continue
        for each in workers:
            if not each.is_there(day) or not (working or dice.chance(60)):
                continue
            for _ in range(dice.draw(PER_DAY[each.post][each.pace])):
                kind, usual = dice.draw(KINDS[each.post])
                complexity = "complex" if dice.chance(40) else usual
                returned = dice.chance((90, 45, 18)[each.skill])
                rows.append(
                    {
                        "service_id": f"CONTOH-LYN-{len(rows) + 1:06d}",
                        "nip": each.nip,
                        "date": day,
                        "kind": kind,
                        "complexity": complexity,
                        "status": "returned" if returned else "done",
                    }
                )
    return rows


def make_survey(people: Iterable[Person], seed: int = SEED) -> list[Row]:
    """Return the forms of the nine elements, with gaps, straight lines and empty forms."""
    dice = Dice(seed, "survey")
    asked = [each for each in people if each.post in KINDS and each.forms != 0]
    given: dict[tuple[str, int], int] = {}
    rows: list[Row] = []
    for day in WORKING:
        for each in asked:
            if not each.is_there(day) or not dice.chance(470 if each.post == DESK else 190):
                continue
            quarter = (each.nip, (day.month - 1) // 3)
            if each.forms is not None and given.get(quarter, 0) >= each.forms:
                continue
            given[quarter] = given.get(quarter, 0) + 1
            form: Row = {"form_id": f"CONTOH-SKM-{len(rows) + 1:05d}", "nip": each.nip, "date": day}
            rows.append(form | dict(zip(ELEMENTS, _answers(each, dice), strict=True)))
    return rows


def _answers(person: Person, dice: Dice) -> list[int | None]:
    chances = ANSWERS[person.content]
    if dice.chance(10):
        return [None] * 9  # handed in empty
    if dice.chance(80):
        return [dice.draw(chances)] * 9  # one answer to everything; often that is honest
    answers = [
        None if dice.chance(110 if element == "u9" else 20) else dice.draw(chances)
        for element in ELEMENTS
    ]
    if dice.chance(30):
        kept = dice.between(1, 4)
        return answers[:kept] + [None] * (9 - kept)  # given up after the first questions
    return answers


def tables(seed: int = SEED, period: str = "2026") -> dict[str, list[Row]]:
    """Return all tables of the year as lists of dicts; the list of staff is that of the period."""
    people = make_people(seed)
    complaints, pauses = make_complaints(people, seed)
    return {
        "staff": make_staff(people, period),
        "complaints": complaints,
        "pauses": pauses,
        "services": make_services(people, seed),
        "survey": make_survey(people, seed),
    }


NOTICE = (
    "PERINGATAN: semua isi berkas ini rekaan. Nama, NIP, kelurahan, dan kejadian tidak nyata; "
    "tidak satu pun tentang orang atau kantor yang sebenarnya.\n"
    "NOTICE: everything in this file is made up. No name, number, place or event is real; nothing "
    "is about any actual person or office.\n"
)


def csv_text(rows: Sequence[Row]) -> str:
    """Return rows as CSV: nothing for what is missing, ISO stamps, true and false."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_said(value) for value in row.values()] for row in rows)
    return text.getvalue()


def _said(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def regulated(seed: int = SEED) -> dict[str, dict[str, list[Row]]]:
    """Return for each of three regulations all tables of the year, as lists of dicts."""
    made = tables(seed)
    appraised = make_appraisals(make_people(seed), seed)
    return {name: made | rows for name, rows in appraised.items()}


def write(seed: int, folder: Path) -> dict[str, int]:
    """Write every table with its notice, the staff also by quarter; return the numbers of rows.

    What appraisers say for a regulation stands in a folder of its name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    people = make_people(seed)
    made = tables(seed)
    made |= {f"staff_{name}": make_staff(people, name) for name in PERIODS if name != "2026"}
    for regulation, appraised in make_appraisals(people, seed).items():
        (folder / regulation).mkdir(exist_ok=True)
        made |= {f"{regulation}/{name}": rows for name, rows in appraised.items()}
    for name, rows in made.items():
        facts = f"\n{name}.csv: {len(rows)} rows (seed {seed}): {', '.join(rows[0])}\n"
        _write(folder / f"{name}.csv", csv_text(rows))
        _write(folder / f"{name}.csv.txt", NOTICE + facts)
    return {name: len(rows) for name, rows in made.items()}


def _write(path: Path, text: str) -> None:
    """Write to a temporary name beside the file, then move it there: never half a file."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Write the evidence of a made-up office as CSV.")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(arguments)
    for name, count in write(options.seed, options.out).items():
        print(f"{name}.csv  {count} rows, made up")


if __name__ == "__main__":
    main()
