"""One call after another by the same policy: what the policy, the period and the cut-off fix.

A host scores one employee at a time, from plain records, again and again. What does not depend on
the records is worked out in the first call and kept: the period, the plan, the requests, the loop
that reads a table and the printed tail. Records that are not clean, and policies that need more
than one pass over each table, go the general way (`capaian.scores.run`), which gives the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from attrs import evolve, frozen

from capaian.columns import Bound, Table, print_pass
from capaian.formula import Aggregate, Moment
from capaian.period import Period
from capaian.policy import Policy
from capaian.scores.given import Given
from capaian.scores.plain import PlainResults
from capaian.scores.plan import Plan
from capaian.scores.printed import PlainTail, Row, plain_tail
from capaian.scores.requests import Ask, asks_of, tables_of
from capaian.scores.result import Scores

_KEPT = 256
_WRITTEN = frozenset({str, date, datetime, type(None)})
_LISTS = frozenset({list, tuple})
_ADDED = frozenset({"count", "sum", "distinct"})


@frozen(eq=False)
class _TablePass:
    """How one table is read.

    Attributes
    ----------
    nothing
        What a subject has of whom the table holds nothing.
    timeless
        Whether the call's own period and cut-off are all that it takes of time.
    """

    name: str
    loop: Bound
    nothing: Row
    timeless: bool


@frozen(eq=False)
class Kept:
    """All of a call but the records."""

    plan: Plan
    period: Period
    moment: Moment
    tables: tuple[_TablePass, ...]
    tail: PlainTail
    zone: str

    def at(self, moment: Moment) -> Kept | None:
        """Return the same for another cut-off; `None` where it must be worked out anew."""
        tables = []
        for each in self.tables:
            loop = each.loop.at([moment]) if each.timeless else None
            if loop is None:
                return None
            tables.append(evolve(each, loop=loop))
        return evolve(self, moment=moment, tables=tuple(tables))

    def score(self, evidence: Mapping[str, Any]) -> Scores | None:
        """Return the scores of clean records; `None` where the general way must be gone."""
        if len(evidence) != len(self.tables):
            return None
        found = []
        for each in self.tables:
            rows = evidence.get(each.name)
            if not _is_records(rows) or not rows:
                return None
            one = each.loop.run(rows)
            if one is None:
                return None
            found.append(one)
        if len(found) == 1:
            subjects = tuple(found[0])
            lines: list[Row] = [values for values, _ in found[0].values()]
        else:
            subjects = tuple(sorted({name for one in found for name in one}))
            lines = [self._line(name, found) for name in subjects]
        if not subjects:
            return None
        return Scores(
            plan=self.plan,
            period=self.period,
            as_of=self.moment.as_of,
            subjects=subjects,
            labels={},
            units={},
            facts={},
            results=PlainResults(self.tail, lines),
            origin="records",
            given_evidence=Given(evidence, self.zone),
        )

    def _line(self, subject: str, found: Sequence[Mapping[str, Any]]) -> Row:
        line: list[int | None] = []
        for each, one in zip(self.tables, found, strict=True):
            line += one[subject][0] if subject in one else each.nothing
        return line


_calls: OrderedDict[Hashable, tuple[object, Kept | None]] = OrderedDict()
_latest: OrderedDict[Hashable, Kept] = OrderedDict()
"""The last of the calls that differ only in their cut-off."""
Call: TypeAlias = tuple[int, Hashable, Hashable, str | None]


def call_of(policy: object, period: object, as_of: object, zone: str | None) -> Call | None:
    """Return the key of a call; `None` where it is of a kind that is not kept."""
    if type(policy) is not Policy or type(as_of) not in _WRITTEN:
        return None
    if type(period) is not str and type(period) is not Period:
        return None
    return id(policy), period, as_of, zone


def kept_scores(call: Call | None, policy: object, evidence: Mapping[str, Any]) -> Scores | None:
    """Return the scores by what is kept of earlier calls; `None` where that does not do."""
    known = _calls.get(call)
    if known is None or known[0] is not policy or known[1] is None or type(evidence) is not dict:
        return None
    return known[1].score(evidence)


def keep(
    call: Call | None, policy: object, evidence: Mapping[str, Any],
    plan: Plan, period: Period, moment: Moment,
) -> bool:  # fmt: skip
    """Keep what a call has worked out; return whether that is new and may do for the evidence."""
    if call is None or type(evidence) is not dict or not all(map(_is_records, evidence.values())):
        return False
    if call in _calls and _calls[call][0] is policy:
        return False
    rest = (call[0], call[1], call[3])
    before = _latest.get(rest)
    kept = before.at(moment) if before is not None and before.plan is plan else None
    if kept is None:
        kept = _made(plan, period, moment, call[3] or plan.policy.zone)
    if kept is not None:
        _remember(_latest, rest, kept)
    _remember(_calls, call, (policy, kept))
    return kept is not None


def _remember(known: OrderedDict[Hashable, Any], key: Hashable, value: object) -> None:
    known[key] = value
    while len(known) > _KEPT:
        known.popitem(last=False)


def _is_records(native: object) -> bool:
    return type(native) in _LISTS


def _made(plan: Plan, period: Period, moment: Moment, zone: str) -> Kept | None:
    policy = plan.policy
    if policy.subjects is not None or policy.relative or policy.targets is not None:
        return None
    if any(each.apart for each in plan.indicators.values()):
        return None
    if any(each.indicator.pauses or each.statistics.outside for each in plan.indicators.values()):
        return None
    names = tables_of(policy)
    asked = asks_of(plan, {name: Table(name, "records", ()) for name in names}, moment, zone)
    passes = [
        _table_pass(name, [each for each in asked if each.table == name], moment) for name in names
    ]
    made = tuple(each for each in passes if each is not None)
    if len(made) < len(passes):
        return None
    ordered = [each for name in names for each in asked if each.table == name]
    tail = plain_tail(plan, tuple(name for each in ordered for name in each.names))
    return Kept(plan, period, moment, made, tail, zone)


def _table_pass(name: str, asked: Sequence[Ask], moment: Moment) -> _TablePass | None:
    """Return how a table is read once for all that is asked of it."""
    if not asked or any(each.planned is None for each in asked):
        return None
    requests = [each.request for each in asked]
    columns = [column for each in asked for column in each.names]
    broken = {column for each in asked for _, column in each.planned.statistics.checks}  # type: ignore[union-attr]
    loop = print_pass(requests, [at for at, column in enumerate(columns) if column in broken])
    bound = None if loop is None else loop.bind(requests)
    if bound is None:
        return None
    trees = [tree for each in requests for tree in each.statistics]
    nothing = [0 if isinstance(each, Aggregate) and each.op in _ADDED else None for each in trees]
    timeless = all(each.moment is moment for each in requests)
    return _TablePass(name, bound, tuple(nothing), timeless)
