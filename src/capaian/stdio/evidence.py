"""Evidence as it comes on a line: rows whose numbers and answers may be text, or paths."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from attrs import evolve

from capaian.columns import open_table
from capaian.policy import Assignment, Policy
from capaian.registry import Plugins
from capaian.schemas.evidence import columns_of
from capaian.scores.plan import make_plan

Columns: TypeAlias = Mapping[str, frozenset[str]]
_KEPT = 64
_OF_TEXT = frozenset({"integer", "boolean"})


class Tables:
    """Opens tables; remembers of each policy which of its columns hold numbers and answers."""

    def __init__(self, plugins: Plugins | Iterable[object] = ()) -> None:
        self.plugins = plugins
        self._known: OrderedDict[int, tuple[Policy, Columns]] = OrderedDict()

    def of(self, rule: object, evidence: Mapping[str, Any]) -> dict[str, Any]:
        """Return tables as `capaian.score` takes them.

        Rows of which a number or an answer is text are read as a CSV file is; so are all rows of an
        assignment, whose policies are not known yet.
        """
        columns = self._columns(rule) if isinstance(rule, Policy) else None
        return {name: self._table(name, each, rule, columns) for name, each in evidence.items()}

    def _table(self, name: str, given: Any, rule: object, columns: Columns | None) -> Any:
        if isinstance(given, str):
            return Path(given)
        if not given or not all(isinstance(row, dict) for row in given):
            return given
        if columns is None:
            written = isinstance(rule, Assignment | str)
        else:
            own = columns.get(name, frozenset())
            written = any(type(row.get(column)) is str for row in given for column in own)
        return evolve(open_table(given, name), written=True) if written else given

    def _columns(self, policy: Policy) -> Columns:
        known = self._known.get(id(policy))
        if known is not None and known[0] is policy:
            return known[1]
        found: dict[str, set[str]] = {}
        for each in columns_of(make_plan(policy, self.plugins)):
            if each.reading is not None and each.reading.kind in _OF_TEXT:
                found.setdefault(each.table, set()).add(each.name)
        columns = {name: frozenset(each) for name, each in found.items()}
        self._known[id(policy)] = (policy, columns)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return columns
