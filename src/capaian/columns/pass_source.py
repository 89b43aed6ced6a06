"""The text of the printed loop: which columns are read and how, which rows count, what is found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from capaian.columns.branches import Branches, Statement
from capaian.columns.cells import Cells
from capaian.columns.limits import needs_clock
from capaian.columns.lowered import Lowering, UnsuitableError
from capaian.columns.request import LARGEST, Filter, Reading, Request
from capaian.columns.truths import YES, both, holds, is_known
from capaian.errors import FormulaError
from capaian.formula import (
    Aggregate,
    Column,
    Elapsed,
    Instant,
    Kind,
    Literal_,
    Logic,
    Node,
    Not,
    OneOf,
    Present,
    Survival,
    When,
    substitute,
    walk,
)


@frozen
class Source:
    """The printed functions `reduce(rows, fixed, origin, dates)` and `fix(moments, ...)`.

    Attributes
    ----------
    subject
        The column that names the subject.
    windows
        For each different window, the position of a request that has it.
    gaps
        The columns of which a row may lack the value; a row may then lack the column too.
    grows
        Whether the call's instants must be of a usual size.
    """

    text: str
    subject: str
    windows: tuple[int, ...]
    gaps: frozenset[str]
    grows: bool
    constants: Mapping[str, Any] = field(repr=False)


def source_of(
    requests: Sequence[Request], places: Sequence[int], zero: frozenset[int]
) -> Source | None:
    """Return the text for requests of one table; `None` where one does not fit.

    Parameters
    ----------
    requests
        What is wanted of the table.
    places
        For each request, the position of the first one with the same window.
    zero
        Positions of counts that must be 0, in all the statistics one after another.
    """
    try:
        return _Pass(requests, places, zero).source()
    except (UnsuitableError, FormulaError):
        return None


class _Pass:
    def __init__(
        self, requests: Sequence[Request], places: Sequence[int], zero: frozenset[int]
    ) -> None:
        self.requests = requests
        self.places = places
        self.zero = zero
        self.windows = tuple(sorted(set(places)))
        self.lowering = Lowering()
        self.cells = Cells(self.lowering, requests[0].zone)
        self.slots: dict[Any, str] = {}
        self.kinds: dict[str, Statement] = {}
        self.spans: set[str] = set()
        self.groups: dict[tuple[str, int], list[Statement]] = {}
        self.results: list[str] = []
        self.rows: list[str] = []
        self.fixed: dict[str, str] = {}
        self.must: set[str] = set()
        """What is worked out although nothing may use it: it fails outside the calendar."""

    # ---- the whole ---------------------------------------------------------------------------

    def source(self) -> Source:
        first = self.requests[0]
        for each in self.requests:
            if each.pauses or each.attribution:
                raise UnsuitableError("pauses, attribution")
            if (each.subject, each.zone) != (first.subject, first.zone):
                raise UnsuitableError("another subject, another zone")
        for index, each in enumerate(self.requests):
            self.request(index, each)
        branches = Branches(self.lowering, self.spans)
        facts: dict[Node, Node] = {Present(Column(name)): YES for name in self.cells.required}
        facts |= {Present(Column(f"@{name}:{place}")): YES
                  for name in ("as_of", "start", "end") for place in self.windows}  # fmt: skip
        for (dated, place), statements in self.groups.items():
            known = dict(facts)
            indent = "  "
            if dated:
                known[Present(Column(dated))] = YES
                low = self.lowering.once(f"m{place}.start")
                high = self.lowering.once(f"min(m{place}.end, m{place}.as_of)")
                there = "" if dated in self.cells.required else f"{dated} is not None and "
                branches.lines.append(f"{indent}if {there}{low} <= {dated} < {high}:")
                indent += " "
            branches.emit(statements, known, frozenset(), indent)
        text = "\n".join([*self.reduce(branches), *self.fix()]) + "\n"
        return Source(
            text=text,
            subject=first.subject,
            windows=self.windows,
            gaps=self.cells.gaps,
            grows=bool(self.cells.bounds),
            constants=self.lowering.constants,
        )

    def reduce(self, branches: Branches) -> list[str]:
        counts: dict[str, list[str]] = {slot: [] for slot in self.kinds}
        for counter, slots in branches.counters.items():
            for slot in slots:
                counts[slot].append(counter)
        said = set(_NAME.findall("\n".join(branches.lines)))
        self.fixed = {
            name: text for name, text in self.lowering.fixed.items()
            if name in said or text in self.must
        }  # fmt: skip
        lines = ["def reduce(rows, fixed, origin, dates):"]
        if self.fixed:
            lines.append(f" {''.join(f'{each}, ' for each in self.fixed)}= fixed")
        lines += [f" {counter} = 0" for counter in branches.counters]
        lines += [f" {slot} = {self.begin(slot, each)}" for slot, each in self.kinds.items()
                  if each.kind != "count"]  # fmt: skip
        lines += [" for row in rows:", *self.cells.lines(), *branches.lines]
        lines += [f" {slot} = {' + '.join(counts[slot]) or 0}"
                  for slot, each in self.kinds.items() if each.kind == "count"]  # fmt: skip
        for slot, each in self.kinds.items():
            if slot in self.spans:
                lines.append(f" {slot} //= microsecond")
            if each.kind in {"sum", "min", "max"}:
                there = f"{slot} is not None and " if each.kind != "sum" else ""
                lines.append(f" if {there}not -{LARGEST} <= {slot} <= {LARGEST}: raise Surprise")
        results, rows = (
            "".join(f"{each}, " for each in some) for some in (self.results, self.rows)
        )
        return [*lines, f" return ({results}), ({rows})"]

    def begin(self, slot: str, each: Statement) -> str:
        if slot in self.spans:
            return "zero"
        return {"sum": "0", "distinct": "set()", "pair": "[]"}.get(each.kind, "None")

    def fix(self) -> list[str]:
        moments = "".join(f"m{place}, " for place in self.windows)
        values = "".join(f"{text}, " for text in self.fixed.values())
        return [
            "def fix(moments, worked, counted):",
            f" {moments}= moments",
            f" return ({values})",
        ]

    # ---- one request -------------------------------------------------------------------------

    def request(self, index: int, request: Request) -> None:
        place = self.places[index]
        roles = {each.role: self.cells.name(each) for each in request.readings}
        guard = both(*(self.guard(each) for each in request.filters))
        known: dict[Node, Node] = {Column(role): Column(cell) for role, cell in roles.items()}
        known |= {Instant(name): Column(f"@{name}:{place}")
                  for name in ("as_of", "start", "end")}  # fmt: skip
        dated = roles[request.dated] if request.dated else ""
        self.cells.bound(request.statistics, request.readings, roles)
        for each in request.readings:
            self.proof(each, roles[each.role], guard, request, (dated, place))
        self.rows.append(self.slot((dated, place), Statement("count", "", guard)))
        for tree in request.statistics:
            if not all(each in known for each in walk(tree) if isinstance(each, Column)):
                raise UnsuitableError("a role that is not read")
            self.probes(request, substitute(tree, known), guard, (dated, place))
            self.statistic(substitute(tree, known), guard, (dated, place))

    def proof(
        self, reading: Reading, cell: str, guard: Node, request: Request, group: tuple[str, int]
    ) -> None:
        """Refuse a row that counts and lacks a value, or has a label that is not known."""
        gap = Not(Present(Column(cell)))
        if not reading.nullable and (not request.filters or reading.role == request.dated):
            self.cells.required.add(cell)
        elif not reading.nullable:
            self.slot(group, Statement("refuse", "", both(guard, gap)))
        if reading.labels:
            strange = Not(OneOf(Column(cell), reading.labels))
            when = both(guard, Present(Column(cell)), strange)
            self.slot(group, Statement("refuse", "", when))

    def probes(self, request: Request, tree: Node, guard: Node, group: tuple[str, int]) -> None:
        """See to it that every stamp that a working clock reads lies inside the calendar."""
        for each in walk(tree):
            if not needs_clock(each):
                continue
            if request.calendar is None or not isinstance(each, Elapsed):
                raise UnsuitableError(each.tag)
            known = both(guard, is_known(each.start), is_known(each.end))
            for stamp in (each.start, each.end):
                name = self.lowering.stamp(stamp)
                if name.startswith("q"):
                    self.must.add(
                        self.lowering.fixed[self.lowering.counted(stamp, "working_days", {})]
                    )
                else:
                    self.slot(group, Statement("probe", "", known, stamp))

    def statistic(self, tree: Node, guard: Node, group: tuple[str, int]) -> None:
        position = len(self.results)
        if isinstance(tree, Survival):
            when = both(guard, is_known(tree.duration))
            made = Statement("pair", "", when, tree.duration, holds(tree.ended))
            at = self.lowering.constant(tree.at)
            steps = f"survival.steps({self.slot(group, made)})"
            self.results.append(
                f"survival.reduce({tree.op!r}, {steps}, {at}, inclusive={tree.inclusive})"
            )
            return
        if not isinstance(tree, Aggregate):
            raise UnsuitableError(tree.tag)
        inner = tree.inner
        if tree.op == "count" or inner is None:
            when = guard if inner is None else both(guard, holds(inner))
            if position in self.zero:
                self.slot(group, Statement("refuse", "", when))
                self.results.append("0")
            else:
                self.results.append(self.slot(group, Statement("count", "", when)))
            return
        slot = self.slot(group, Statement(tree.op, "", both(guard, is_known(inner)), inner))
        if tree.op == "sum" and _is_time(inner):
            self.spans.add(slot)
        self.results.append(f"len({slot})" if tree.op == "distinct" else slot)

    def slot(self, group: tuple[str, int], made: Statement) -> str:
        """Return where a result is kept; the same statement is done once."""
        key = (group, made)
        if key not in self.slots:
            name = self.slots[key] = f"s{len(self.slots)}"
            each = Statement(made.kind, name, made.when, made.value, made.ended)
            self.groups.setdefault(group, []).append(each)
            if made.kind not in {"refuse", "probe"}:
                self.kinds[name] = each
        return self.slots[key]

    # ---- cells -------------------------------------------------------------------------------

    def guard(self, rule: Filter) -> Node:
        """Return the condition, in two values, that a row passes a filter."""
        kinds = {type(each) for each in (*rule.one_of, *rule.none_of)}
        if len(kinds) > 1:
            raise UnsuitableError("values of several kinds")
        kind = _KINDS[kinds.pop()] if kinds else self.kind_of(rule.column)
        cell = Column(self.cells.name(Reading("", rule.column, kind)))
        found: list[Node] = []
        if rule.present is not None:
            found.append(Present(cell) if rule.present else Not(Present(cell)))
        if rule.one_of:
            found.append(both(Present(cell), OneOf(cell, rule.one_of)))
        if rule.none_of:
            strange = both(Present(cell), Not(OneOf(cell, rule.none_of)))
            found.append(Logic("or", Not(Present(cell)), strange))
        return both(*found)

    def kind_of(self, column: str) -> Kind:
        """Return the kind in which a column is read that only has to be there."""
        for each in self.requests:
            for reading in each.readings:
                if reading.column == column and not reading.digits and not reading.format:
                    return reading.kind
        raise UnsuitableError("a column that is not read otherwise")


_NAME = re.compile(r"\bq\d+\b")
_KINDS: Mapping[type, Kind] = {bool: "boolean", int: "integer", str: "text"}


def _is_time(tree: Node) -> bool:
    """Return whether a value is always a time by the calendar, or nothing."""
    match tree:
        case When(_, then, otherwise):
            return _is_time(then) and _is_time(otherwise)
        case Literal_(value):
            return value == 0
        case Elapsed(clock=clock):
            return clock == "calendar"
        case _:
            return False
