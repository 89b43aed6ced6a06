"""The list of who is to be scored, put in order and proved to name each subject once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from capaian.columns.faults import place
from capaian.columns.request import Roster, RosterReading, Table
from capaian.errors import Finding


def roster_of(
    table: Table,
    reading: RosterReading,
    subjects: Sequence[str | None],
    columns: Mapping[str, Sequence[Any]],
    rows: int,
    findings: Sequence[Finding],
) -> Roster:
    """Return the roster in order of the subjects' text, or what is wrong with it."""
    counts = Counter(each for each in subjects if each is not None)
    again = sum(counts.values()) - len(counts)
    found = list(findings)
    if again:
        values = {"count": again, "rows": rows}
        found.append(Finding("CPN-E20", place(table.name, reading.subject), values))
    if found:
        return Roster(findings=tuple(found))
    order = sorted(range(len(subjects)), key=lambda index: subjects[index] or "")
    return Roster(
        subjects=[subjects[index] or "" for index in order],
        columns={role: [values[index] for index in order] for role, values in columns.items()},
        rows=len(subjects),
    )
