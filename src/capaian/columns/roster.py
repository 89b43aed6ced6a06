"""The list of who is to be scored, put in order and proved to name each subject once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from capaian.columns.faults import place
from capaian.columns.request import Filter, Reading, Table
from capaian.errors import Finding


@frozen
class RosterReading:
    """The list of who is to be scored, one row each.

    Attributes
    ----------
    subject
        The column that names the subject.
    readings
        Further columns, text or boolean.
    filters
        Which rows count.
    """

    subject: str
    readings: tuple[Reading, ...] = field(default=())
    filters: tuple[Filter, ...] = field(default=())


@frozen(eq=False)
class Roster:
    """Who is to be scored.

    Attributes
    ----------
    subjects
        In ascending order of their text, each once.
    columns
        Role to values, in that order.
    findings
        What is wrong with the table; then there are no subjects.
    rows
        How many subjects there are.
    lazy
        From Spark: a frame of `subject` and the columns by their roles; no subjects are here.
    """

    subjects: Sequence[str] = ()
    columns: Mapping[str, Sequence[Any]] = field(factory=dict)
    findings: tuple[Finding, ...] = ()
    rows: int = 0
    lazy: Any = field(default=None, repr=False)


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
