"""Kinds of cases that an analyst names: easy, reopened, put down as the same as another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.asked import choice
from capaian.analysis.quality.front import HEADLINE, Case
from capaian.analysis.quality.sources import Act
from capaian.columns import Coded, Filter
from capaian.columns.arrays import read_arrays
from capaian.errors import AnalysisError, Finding

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_TESTS = {"not", "present"}
_EXAMPLE = 'kinds = {"complaints": {"easy": {"category": ["question"]}}}'


@frozen(eq=False)
class Kind:
    """The cases of one kind among those of its table that count in the period.

    Attributes
    ----------
    place
        What it is called: the kind and its table.
    name, table
        These two by themselves.
    rows
        The rows of the period, whatever the rule's conditions leave out: what a case is put down
        as is what is looked at.
    when
        The stamp by which each counts in the period, microseconds.
    who
        The subject of each.
    people
        The subjects' names.
    hit
        Which of the rows are of the kind.
    """

    name: str
    table: str
    rows: Ints
    when: Ints
    who: Ints
    people: Coded
    hit: Bools

    @property
    def place(self) -> str:
        """What it is called: the kind and its table."""
        return f"{self.name} ({self.table})"


def kinds_of(case: Case, acts: Mapping[str, Act], given: Mapping[str, Any] | None) -> list[Kind]:
    """Return the kinds that are named for each table.

    Parameters
    ----------
    case
        What is looked at.
    acts
        The stamped acts of each table.
    given
        Table to kind to conditions, each as under `where` of a policy: column to a value, several,
        or a mapping with `not` or `present`.

    Raises
    ------
    AnalysisError
        `CPN-M51`: the policy reads no such table. `CPN-N10`: a kind that does not say which rows it
        has. `CPN-N11`: nothing says when the rows of a table came in.
    EvidenceError
        A column that the table has not.
    """
    found: list[Kind] = []
    faults: list[Finding] = []
    end = min(case.end, case.as_of)
    for table, kinds in (given or {}).items():
        where = f"kinds.{table}"
        choice(table, sorted(case.tables), "kinds", HEADLINE, code="CPN-M51")
        if table not in acts:
            faults.append(Finding("CPN-N11", where, {"given": table}))
            continue
        act = acts[table]
        micro, _ = act.micro(act.dated)
        rows = np.flatnonzero(act.present & (micro < end))
        for name, conditions in (kinds if isinstance(kinds, Mapping) else {"": kinds}).items():
            filters = filters_from(conditions)
            if filters is None:
                at = f"{where}.{name}" if name else where
                faults.append(Finding("CPN-N10", at, {"example": _EXAMPLE}))
                continue
            passed = read_arrays(case.tables[table], [], filters=filters, zone=case.zone).passed
            found.append(
                Kind(
                    str(name), table, rows, micro[rows], act.people.codes[rows], act.people,
                    passed[rows],
                )
            )  # fmt: skip
    if faults:
        raise AnalysisError(HEADLINE, faults)
    return found


def filters_from(conditions: Any) -> list[Filter] | None:
    """Return conditions as filters of rows; nothing where they are none."""
    if not isinstance(conditions, Mapping) or not conditions:
        return None
    made = []
    for column, test in conditions.items():
        asked = test if isinstance(test, Mapping) else {"is": test}
        if not asked or not set(asked) <= ({"is"} if asked is not test else _TESTS):
            return None
        present = asked.get("present")
        one, none = _values(asked.get("is")), _values(asked.get("not"))
        if one is None or none is None or not isinstance(present, bool | None):
            return None
        if not one and not none and present is None:
            return None
        made.append(Filter(str(column), one, none, present))
    return made


def _values(given: Any) -> tuple[str | int | bool, ...] | None:
    """Return one value, or several, as several; nothing where one cannot be compared."""
    if given is None:
        return ()
    listed = tuple(given) if isinstance(given, list | tuple | set | frozenset) else (given,)
    return listed if all(isinstance(each, str | int | bool) for each in listed) else None
