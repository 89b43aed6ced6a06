"""Give the customer survey the subjects that it lacks. THE LINK IS INVENTED; the answers are real.

The survey is of 250 customers of a bank. None of them ever met a crew of the City of Los Angeles.
So that one policy can be tried on real requests and real answers together, each form is put down to
a crew by a rule that anybody can repeat: the crews are the different names in the column `assignto`
of the requests, sorted; the form with the row number i, counted from 0, belongs to crew i modulo
their number. What comes out says nothing about any crew.

    python examples/city_requests/prepare.py --requests FILE --survey FILE --out FILE
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

NOTICE = (
    "NOTICE: which crew a form belongs to is INVENTED for this example (row number modulo the\n"
    "sorted crews). The answers are real, but they are about a bank, not about any crew.\n"
    "PERINGATAN: hubungan formulir dengan regu REKAAN semata; jawabannya nyata, tetapi tentang\n"
    "sebuah bank, bukan tentang regu mana pun.\n"
)


def crews(requests: Path) -> list[str]:
    """Return the different crews of the requests, sorted; a request without one is passed over."""
    with requests.open(encoding="utf-8", newline="") as file:
        return sorted({row["assignto"] for row in csv.DictReader(file)} - {""})


def survey_rows(requests: Path, survey: Path) -> list[dict[str, str | int | None]]:
    """Return one row per form: an invented crew, the form's number, and the real answers."""
    subjects = crews(requests)
    with survey.open(encoding="utf-8", newline="") as file:
        forms = list(csv.DictReader(file))
    rows: list[dict[str, str | int | None]] = []
    for number, form in enumerate(forms):
        row: dict[str, str | int | None] = {
            "assignto": subjects[number % len(subjects)],
            "respondent": form[""],
        }
        for item, answer in form.items():
            if item not in {"", "gender"}:
                row[item] = int(answer) if answer else None
        rows.append(row)
    return rows


def write(rows: Sequence[dict[str, str | int | None]], path: Path) -> None:
    """Write the rows as CSV with the notice beside them; to a temporary name first, then moved."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    path.with_name(f"{path.name}.txt").write_text(NOTICE, encoding="utf-8", newline="\n")
    temporary.replace(path)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Give the survey its invented crews.")
    parser.add_argument("--requests", type=Path, required=True, metavar="FILE")
    parser.add_argument("--survey", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args(arguments)
    rows = survey_rows(options.requests, options.survey)
    write(rows, options.out)
    print(f"{options.out.name}  {len(rows)} forms\n{NOTICE}", end="")


if __name__ == "__main__":
    main()
