"""The second half of a scan: rows that count become one integer per subject and statistic.

All statistics of all requests are made in one pass over the rows, equal ones once, small sums
packed together. Whether that was right (no sum can have passed its 64 bits, no count its field) is
proved afterwards from the number of rows; what is in doubt is made again, apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from capaian.columns.clocks import count_to, with_clock
from capaian.columns.curves import steps_of
from capaian.columns.faults import formula_finding
from capaian.columns.frame_desk import collect
from capaian.columns.intake import is_duckdb, is_spark
from capaian.columns.limits import Sizes, Span, at, instants_of, microseconds
from capaian.columns.packing import MOST_ROWS, ROWS, WIDE, Field, pack
from capaian.columns.printer import Clocked, Printer, clocked_stamps, unknown, varies, whole
from capaian.columns.request import LARGEST, Reduced, Request
from capaian.columns.scan import Asked, Scan, Scope
from capaian.columns.work import with_pauses
from capaian.formula import (
    Aggregate,
    Column,
    Elapsed,
    Instant,
    Node,
    Paused,
    Survival,
    substitute,
    survival,
    walk,
)
from capaian.formula.survival import Step

if TYPE_CHECKING:
    from capaian.columns.request import Whole

Frame: TypeAlias = nw.LazyFrame[Any]
Statistic: TypeAlias = tuple[Scope, Node]
_HALF = 2**31
"""Where a sum may not fit, the upper and the lower halves of its terms are added apart."""
_NARROW = WIDE // 2 - ROWS
"""Bits of the largest term of a sum that is worth packing."""


def reduce_scan(scan: Scan) -> list[Reduced]:
    """Reduce a table for every request of a scan that has no findings, together where possible."""
    if scan.table.origin == "spark" and not any(each.findings for each in scan.asked):
        from capaian.columns.spark_reduction import lean  # noqa: PLC0415 - loads PySpark

        scan.frame = lean(scan)
    together: dict[Any, list[Asked]] = {}
    for each in scan.asked:
        if not each.findings:
            request = each.request
            alone = id(each) if _pauses(request) else None
            whom = (id(request.attribution), request.dated and each.roles[request.dated].key)
            together.setdefault((alone, whom if request.attribution else None), []).append(each)
    found: dict[int, Reduced] = {}
    for some in together.values():
        made = Pass(scan, some).run()
        found |= {id(each): one for each, one in zip(some, made, strict=True)}
    return [found.get(id(each)) or Reduced(findings=tuple(each.findings)) for each in scan.asked]


def _pauses(request: Request) -> bool:
    """Return whether pauses of cases are measured; the rows are then joined to them."""
    return any(isinstance(e, Paused) for tree in request.statistics for e in walk(tree))


def resolved(tree: Node, asked: Asked) -> Node:
    """Return a formula over the columns of the scan, its instants as constants.

    Formulas of different requests are then equal exactly where they mean the same.
    """
    known: dict[Node, Node] = {Column(role): Column(e.name) for role, e in asked.roles.items()}
    moment = asked.request.moment
    for name in ("as_of", "start", "end"):
        known[Instant(name)] = Column(_instant(microseconds(getattr(moment, name))))
    return substitute(tree, known)


def _instant(micro: int) -> str:
    return f"@{micro}"


class Pass:
    """Groups the rows by subject, for requests that can be answered together."""

    def __init__(self, scan: Scan, asked: Sequence[Asked]) -> None:
        self.scan = scan
        self.asked = asked
        self.subject = scan.subject.name
        self.subjects: list[str] = []
        self.curves: dict[tuple[Scope, Node, Node], dict[str, list[Step]]] = {}
        self.scopes = list(dict.fromkeys(each.scope for each in asked))
        self.trees = [[resolved(tree, each) for tree in each.request.statistics] for each in asked]
        self.wanted: dict[Statistic, str] = {}
        for each, trees in zip(asked, self.trees, strict=True):
            for tree in trees:
                self.wanted.setdefault((each.scope, tree), f"s{len(self.wanted)}")
        self.all_trees = [tree for _, tree in self.wanted]
        self.sizes = self._sizes()
        self.frame = self._rows()
        self.printer = self._printer()
        self._pauses()
        self._measured()

    # ---- the rows ------------------------------------------------------------------------------

    def _rows(self) -> Frame:
        """Return the rows that count for any of the requests, with the columns that are needed."""
        frame = self.scan.frame
        if len(self.scopes) > 1:
            any_scope = self.scopes[0].rows
            for each in self.scopes[1:]:
                any_scope = any_scope | each.rows
            frame = frame.filter(any_scope)
        elif not self.scan.everywhere(self.scopes[0]):
            frame = frame.filter(self.scopes[0].rows)
        names = dict.fromkeys(e.name for each in self.asked for e in each.roles.values())
        scopes = [each.name for each in self.scopes] if len(self.scopes) > 1 else []
        keys = [
            nw.col(each.key.name).cast(nw.String) for each in self.asked if each.key is not None
        ]
        frame = frame.select(self.subject, *names, *scopes, *keys)
        return self._attributed(frame)

    def _attributed(self, frame: Frame) -> Frame:
        """Let rows count for the keys of their subject, where a request says so."""
        return frame

    def _sizes(self) -> Sizes:
        """Return how large formulas can grow, from the ends of the columns in all scopes."""
        spans: dict[str, Span] = {}
        for each in self.asked:
            found = self.scan.spans_of(each)
            named = {each.roles[role].name: span for role, span in found.items()}
            for span in instants_of(each.request.moment).values():
                named[_instant(span[0])] = span
            for name, (low, high) in named.items():
                known = spans.get(name, (low, high))
                spans[name] = (min(low, known[0]), max(high, known[1]))
        return Sizes(spans, {})

    def _printer(self) -> Printer:
        kinds = {each.roles[r].name: k for each in self.asked for r, k in each.kinds.items()}
        names = {name: name for name in kinds}
        columns = {e.name for tree in self.all_trees for e in walk(tree) if isinstance(e, Column)}
        fixed = {name: int(name[1:]) for name in columns if name.startswith("@")}
        counts = self._counts(fixed)
        return Printer(names, kinds, self.asked[0].request.moment, counts, fixed=fixed)

    def _counts(self, fixed: Mapping[str, int]) -> dict[Clocked, nw.Expr]:
        """Count by working clocks up to every stamp at which one is read."""
        counts: dict[Clocked, nw.Expr] = {}
        calendar = self.asked[0].request.calendar
        for clock, stamp in clocked_stamps(self.all_trees) if calendar is not None else ():
            if not isinstance(stamp, Column) or calendar is None:
                raise TypeError(stamp.tag)
            name = stamp.name
            if name in fixed:
                counted = count_to(calendar, at(fixed[name]), clock)
                counts[clock, stamp] = unknown() if counted is None else whole(counted)
            else:
                span = self.sizes.spans.get(name)
                self.frame = with_clock(self.frame, calendar, name, clock, inside=span)
                counts[clock, stamp] = nw.col(f"{name}_{clock}")
        return counts

    def _pauses(self) -> None:
        for each in self.asked:
            if _pauses(each.request):
                self.frame = with_pauses(self.frame, self.all_trees, self.printer, each)

    def _measured(self) -> None:
        """Make each length of time that several statistics use a column.

        Engines would work such an expression out anew in every aggregate.
        """
        lengths = (
            each
            for tree in self.all_trees
            for each in walk(tree)
            if isinstance(each, Elapsed) and varies(each, self.printer.fixed)
        )
        made = {}
        for number, node in enumerate(
            each for each, count in Counter(lengths).items() if count > 1
        ):
            made[f"span{number}"] = self.printer.row(node).expr
            self.printer.made[node] = nw.col(f"span{number}")
        self.printer.known.clear()
        self.frame = self.frame.with_columns(**made) if made else self.frame

    # ---- the groups ----------------------------------------------------------------------------

    def run(self) -> list[Reduced]:
        """Return one answer for each request."""
        if is_spark(self.frame):
            from capaian.columns.spark_reduction import reduce_lazily  # noqa: PLC0415 - loads PySpark

            return reduce_lazily(self)
        columns = self.columns()
        subjects = self.subjects
        shared: dict[int, Any] = {}
        made = []
        for each, trees in zip(self.asked, self.trees, strict=True):
            wholes = [columns[self.wanted[each.scope, tree]] for tree in trees]
            past = [
                formula_finding("CPN-E23", self.scan.table.name, tree, count=large)
                for tree, values in zip(each.request.statistics, wholes, strict=True)
                if isinstance(values, list)
                if (large := sum(abs(one or 0) > LARGEST for one in values))
            ]
            if past:
                made.append(Reduced(findings=tuple(past)))
                continue
            made.append(
                Reduced(
                    subjects=subjects,
                    statistics=each.request.statistics,
                    rows=int(columns[f"rows{each.scope.number}"][0].sum()),
                    unattributed=self.scan.unattributed(each),
                    wholes=[_whole(values) for values in wholes],
                    kept=shared,
                )
            )
        return made

    def columns(self) -> dict[str, Any]:
        """Return each statistic by its name: arrays, or a list where integers may be large."""
        apart: dict[str, nw.Expr] = {}
        fields: list[Field] = []
        for (scope, tree), name in self.wanted.items():
            if isinstance(tree, Aggregate):
                self._aggregate(name, scope, tree, apart, fields)
        if len(self.scopes) > 1:
            fields += [Field(f"rows{each.number}", _ones(each.rows), 1) for each in self.scopes]
        found, taken = self._grouped(apart, fields)
        self.subjects = found[self.subject].to_list()
        rows = found["rows"].to_numpy()
        sure = np.ones(len(rows), dtype=np.bool_)
        if len(self.scopes) == 1:
            taken[f"rows{self.scopes[0].number}"] = rows
        made: dict[str, Any] = {name: (values, sure) for name, values in taken.items()}
        found = self._proved(found, int(rows.max(initial=0)))
        for (scope, tree), name in self.wanted.items():
            if isinstance(tree, Survival):
                made[name] = self._survival(scope, tree)
            elif tree == Aggregate("count") and name not in made:
                made[name] = made[f"rows{scope.number}"]
            elif name not in made:
                made[name] = _column(name, found)
        return made

    def _grouped(
        self, apart: Mapping[str, nw.Expr], fields: Sequence[Field]
    ) -> tuple[pl.DataFrame, dict[str, Any]]:
        """Return what is asked of each subject's rows, and the packed sums taken apart."""
        terms, places = pack(fields)
        packs = {name: term.sum().cast(nw.Int64) for name, term in terms.items()}
        found = self.group({"rows": nw.len().cast(nw.Int64), **apart, **packs})
        if (found["rows"].max() or 0) <= MOST_ROWS:
            arrays = {name: found[name].to_numpy() for name in packs}
            taken: dict[str, Any] = {name: each.taken(arrays) for name, each in places.items()}
            return found, taken
        single = {field.name: field.expr.sum().cast(nw.Int64) for field in fields}
        found = self.group({"rows": nw.len().cast(nw.Int64), **apart, **single})
        return found, {name: found[name].to_numpy() for name in single}

    def group(self, asked: Mapping[str, nw.Expr]) -> pl.DataFrame:
        """Return what is asked of each subject's rows, in order of the subjects' text."""
        aggregates = [each.alias(name) for name, each in asked.items()]
        found = collect(self.frame.group_by(self.subject).agg(*aggregates))
        return found.with_columns(pl.col(self.subject).cast(pl.String)).sort(self.subject)

    def _aggregate(
        self,
        name: str,
        scope: Scope,
        tree: Aggregate,
        apart: dict[str, nw.Expr],
        fields: list[Field],
    ) -> None:
        """Note what is asked for one statistic: as a field of a pack, or apart."""
        if tree.inner is None:
            return  # the number of rows is always asked for
        inner = self.printer.row(tree.inner).expr
        if not varies(tree.inner, self.printer.fixed):
            self.frame = self.frame.with_columns(inner.alias(f"{name}inner"))
            inner = nw.col(f"{name}inner")
        several = len(self.scopes) > 1
        match tree.op:
            case "count":
                fields.append(Field(name, _ones(scope.rows & inner if several else inner), 1))
            case "sum":
                size = self.sizes.of(tree.inner)
                term = nw.when(scope.rows).then(inner) if several else inner
                if size.low >= 0 and size.high.bit_length() <= _NARROW:
                    fields.append(Field(name, term.fill_null(0), size.high))
                else:
                    apart.update(self._sum(name, tree.inner, term))
            case "distinct":
                term = nw.when(scope.rows).then(inner) if several else inner
                apart[name] = term.n_unique().cast(nw.Int64)
                apart[f"{name}gap"] = term.is_null().cast(nw.Int64).max().cast(nw.Int64)
            case op:
                term = nw.when(scope.rows).then(inner) if several else inner
                apart[name] = term.min() if op == "min" else term.max()

    def _survival(self, scope: Scope, tree: Survival) -> list[int | None]:
        """Return the column of a survival statistic, reduced from the steps of its curve."""
        key = (scope, tree.duration, tree.ended)
        if key not in self.curves:
            frame = self.frame.filter(scope.rows) if len(self.scopes) > 1 else self.frame
            duration, ended = (self.printer.row(e).expr for e in (tree.duration, tree.ended))
            self.curves[key] = steps_of(frame, self.subject, duration, ended)
        curves = self.curves[key]
        return [
            survival.reduce(tree.op, curves.get(subject, []), tree.at, inclusive=tree.inclusive)
            for subject in self.subjects
        ]

    def _sum(self, name: str, tree: Node, term: nw.Expr) -> dict[str, nw.Expr]:
        """Return a sum; DuckDB's are exact, and written as text where they may pass 64 bits."""
        rows = self.scan.most_rows
        if is_duckdb(self.frame) and (rows is None or self.sizes.of(tree).most * rows > LARGEST):
            return {f"{name}exact": term.sum().cast(nw.String)}
        return {name: term.sum().cast(nw.Int64)}

    def _proved(self, found: pl.DataFrame, most: int) -> pl.DataFrame:
        """Return the same, with those sums in halves that may have wrapped."""
        again: dict[str, nw.Expr] = {}
        for (scope, tree), name in self.wanted.items():
            if (
                isinstance(tree, Aggregate)
                and tree.op == "sum"
                and tree.inner is not None
                and name in found.columns
                and self.sizes.of(tree.inner).most * most > LARGEST
            ):
                inner = self.printer.row(tree.inner).expr
                if not varies(tree.inner, self.printer.fixed):
                    inner = nw.col(f"{name}inner")
                if len(self.scopes) > 1:
                    inner = nw.when(scope.rows).then(inner)
                low = inner % _HALF
                again |= {f"{name}low": low.sum(), f"{name}high": ((inner - low) // _HALF).sum()}
        return found.hstack(self.group(again).drop(self.subject)) if again else found


def _ones(condition: nw.Expr) -> nw.Expr:
    """Return 1 where a condition holds, else 0, also where it is unknown."""
    return nw.when(condition).then(whole(1)).otherwise(whole(0))


def _column(name: str, found: pl.DataFrame) -> Any:
    """Return the column of an aggregate that was made apart."""
    if f"{name}exact" in found.columns:
        return [int(each or 0) for each in found[f"{name}exact"].to_list()]
    if f"{name}low" in found.columns:
        halves = zip(found[f"{name}high"].to_list(), found[f"{name}low"].to_list(), strict=True)
        return [(high or 0) * _HALF + (low or 0) for high, low in halves]
    column = found[name]
    if f"{name}gap" in found.columns:
        column = column - found[f"{name}gap"]
    return column


def _whole(values: Any) -> Whole:
    if isinstance(values, tuple):
        return values
    if isinstance(values, list):
        values = pl.Series(values, dtype=pl.Int64)
    return values.fill_null(0).to_numpy(), values.is_not_null().to_numpy()
