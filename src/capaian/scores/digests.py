"""Digests of the evidence: for each subject, the hash of its rows, whatever their order and form.

A row is the canonical JSON of its values as the policy reads them. The hash is that of a line that
says which columns those are, and of all rows in ascending order, each followed by a line feed. So
records, CSV, Parquet, pandas, Polars and DuckDB give the same digest for the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from attrs import frozen

from capaian.columns import Reading, Table, cell, columns_read, open_table, rows_of
from capaian.formula import Moment
from capaian.policy import Roster
from capaian.record import Digest, Read
from capaian.scores.ask import Ask
from capaian.scores.given import Given
from capaian.scores.plan import Plan
from capaian.scores.requests import asks_of, tables_of
from capaian.wire import canonical


@frozen(eq=False)
class _Rows:
    """The rows that some values are made of, by subject."""

    table: str
    gives: tuple[str, ...]
    columns: tuple[Reading, ...]
    paused: bool
    rows: Mapping[str, Sequence[tuple[Any, Any]]]

    def digest(self, subject: str) -> Digest:
        found = self.rows.get(subject, ())
        lines = [_line(values, pauses, paused=self.paused) for values, pauses in found]
        read = tuple(Read(each.column, each.kind, each.digits) for each in self.columns)  # type: ignore[arg-type]
        return Digest(self.table, self.gives, read, len(found), hash_of(read, lines))


@frozen(eq=False)
class Digests:
    """The digests of all that a policy reads, by subject."""

    rows: tuple[_Rows, ...]
    roster: Roster | None
    facts: Mapping[str, Mapping[str, bool | None]]

    def count(self, subject: str) -> int:
        """Return how many rows a subject has in all tables but the roster."""
        return sum(len(each.rows.get(subject, ())) for each in self.rows)

    def of(self, subject: str) -> tuple[Digest, ...]:
        """Return the digests of one subject, by table and by what they give."""
        found = [each.digest(subject) for each in self.rows]
        if self.roster is not None:
            found.append(_roster_digest(self.roster, subject, self.facts))
        return tuple(sorted(found, key=lambda each: (each.table, each.gives)))


def digests_of(
    plan: Plan,
    moment: Moment,
    given: Given,
    facts: Mapping[str, Mapping[str, bool | None]],
    only: str | None = None,
    *,
    exposure: bool = True,
) -> Digests:
    """Return the digests of the evidence; each table is read once for each thing asked of it.

    Parameters
    ----------
    plan, moment
        What was scored.
    given
        The evidence, which has been scored.
    facts
        What the roster says, by fact and subject.
    only
        One subject, where no other is wanted.
    exposure
        Whether days in post are read from tables; those of postings are not.

    Raises
    ------
    EvidenceError
        A table that cannot be opened any more.
    """
    evidence = given.evidence or {}
    tables = {
        name: open_table(evidence[name], name, given.engine)
        for name in tables_of(plan.policy, exposure=exposure)
    }
    asked = asks_of(plan, tables, moment, given.zone, exposure=exposure)
    rows = tuple(_rows(each, tables, only) for each in asked if each.names)
    return Digests(rows, plan.policy.subjects, facts)


def _rows(ask: Ask, tables: Mapping[str, Table], only: str | None) -> _Rows:
    request = ask.request
    return _Rows(
        table=ask.table,
        gives=tuple(sorted(ask.names)),
        columns=columns_read(request),
        paused=request.pauses is not None,
        rows=rows_of(tables[ask.table], request, only),
    )


def _line(values: Iterable[Any], pauses: Iterable[Any], *, paused: bool) -> str:
    cells: list[Any] = [cell(each) for each in values]
    if paused:
        cells.append([[cell(start), cell(stop)] for start, stop in pauses])
    return canonical(cells)


def hash_of(columns: Iterable[Read], lines: Iterable[str]) -> str:
    """Return the hash of some rows.

    Parameters
    ----------
    columns
        What each value of a row is.
    lines
        The rows as canonical JSON, in any order.

    Examples
    --------
    >>> columns = [Read("date", "stamp"), Read("amount", "integer", 2)]
    >>> rows = ['["2026-01-05T00:00:00.000000","1250"]', '["2026-01-06T00:00:00.000000",null]']
    >>> hash_of(columns, rows) == hash_of(columns, reversed(rows))
    True
    """
    head = canonical([[each.column, each.kind, each.digits] for each in columns])
    made = sha256()
    for each in (head.encode(), *sorted(line.encode() for line in lines)):
        made.update(each + b"\n")
    return made.hexdigest()


def _roster_digest(
    roster: Roster, subject: str, facts: Mapping[str, Mapping[str, bool | None]]
) -> Digest:
    """Return the digest of a subject's row in the roster: the facts that are read of it."""
    pairs = sorted((column, name) for name, column in roster.facts.items())
    read = tuple(Read(column, "boolean") for column, _ in pairs)
    line = canonical([facts.get(name, {}).get(subject) for _, name in pairs])
    gives = tuple(sorted(f"fact:{name}" for _, name in pairs))
    return Digest(roster.table, gives, read, 1, hash_of(read, [line]))
