"""The second pass over a frame: rows that count become one integer per subject and statistic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw
import polars as pl
from attrs import frozen

from capaian.columns.faults import formula_finding
from capaian.columns.frame_desk import collect
from capaian.columns.intake import is_duckdb, is_spark
from capaian.columns.limits import Sizes
from capaian.columns.printer import Printer, varies
from capaian.columns.request import LARGEST, Reduced, Request
from capaian.columns.work import Pauses, with_counts, with_pauses
from capaian.formula import Aggregate, Elapsed, Node, Survival, survival, walk
from capaian.formula.survival import Step

if TYPE_CHECKING:
    from capaian.columns.request import Whole

Frame: TypeAlias = nw.LazyFrame[Any]
_HALF = 2**31
"""Where a sum may not fit, the upper and the lower halves of its terms are added apart."""


@frozen
class Scope:
    """The rows that count, and what the first pass found about them.

    Attributes
    ----------
    table
        What the policy calls the table.
    frame
        The rows.
    subject, key
        The columns that name the subject and, where there are pauses, the case.
    names
        Role to the column of its values.
    rows, unattributed
        How many rows count, and how many had no subject.
    sizes
        How large the row formulas can grow.
    pauses
        Case to disjoint pauses, or a frame of them.
    totals
        By the place of a statistic, its sum over all subjects where that is known.
    """

    table: str
    frame: Frame
    subject: str
    key: str
    names: Mapping[str, str]
    rows: int
    unattributed: int
    sizes: Sizes
    pauses: Pauses
    totals: Mapping[int, int]


def reduce_scope(request: Request, scope: Scope) -> Reduced:
    """Reduce the rows that count."""
    case = [nw.col(scope.key).cast(nw.String)] if scope.key else []
    frame = scope.frame.select(scope.subject, *scope.names.values(), *case)
    kinds = {each.role: each.kind for each in request.readings}
    frame, counts = with_counts(frame, request, scope.names)
    printer = Printer(scope.names, kinds, request.moment, counts)
    frame = with_pauses(frame, request, printer, scope.key, scope.pauses)
    frame = _measured(frame, request.statistics, printer)
    if is_spark(frame):
        from capaian.columns.spark_reduction import reduce_lazily  # noqa: PLC0415 - loads PySpark

        return reduce_lazily(request, scope, printer, frame)
    work = _Work(scope, printer, frame)
    columns_found = work.run(request.statistics)
    past = [
        formula_finding("CPN-E23", scope.table, tree, count=large)
        for tree, values in zip(request.statistics, columns_found, strict=True)
        if isinstance(values, list)
        if (large := sum(abs(each or 0) > LARGEST for each in values))
    ]
    if past:
        return Reduced(findings=tuple(past))
    return Reduced(
        subjects=work.subjects,
        statistics=request.statistics,
        rows=scope.rows,
        unattributed=scope.unattributed,
        wholes=[_whole(each) for each in columns_found],
    )


def _measured(frame: Frame, trees: Sequence[Node], printer: Printer) -> Frame:
    """Return a frame with each length of time that several statistics use made a column.

    Engines would work such an expression out anew in every aggregate.
    """
    uses = Counter(each for tree in trees for each in walk(tree) if isinstance(each, Elapsed))
    made = {}
    for number, node in enumerate(each for each, count in uses.items() if count > 1):
        made[f"span{number}"] = printer.row(node).expr
        printer.made[node] = nw.col(f"span{number}")
    printer.known.clear()
    return frame.with_columns(**made) if made else frame


def _whole(values: pl.Series | list[int | None]) -> Whole:
    if isinstance(values, list):
        values = pl.Series(values, dtype=pl.Int64)
    return values.fill_null(0).to_numpy(), values.is_not_null().to_numpy()


class _Work:
    """Groups one frame by subject, in as few passes as its statistics need."""

    def __init__(self, scope: Scope, printer: Printer, frame: Frame) -> None:
        self.scope = scope
        self.printer = printer
        self.frame = frame
        self.subjects: list[str] = []
        self.steps: dict[tuple[Node, Node], dict[str, list[Step]]] = {}

    def run(self, trees: Sequence[Node]) -> list[pl.Series | list[int | None]]:
        """Return one column per statistic: a series, or a list where its integers may be large."""
        asked: dict[str, nw.Expr] = {}
        for index, tree in enumerate(trees):
            if isinstance(tree, Aggregate):
                asked |= self.aggregate(f"s{index}", tree)
        found = self.grouped({"rows": nw.len().cast(nw.Int64)} | asked)
        self.subjects = found[self.scope.subject].to_list()
        found = self.proved(trees, found)
        return [
            self.survival(tree) if isinstance(tree, Survival) else self.column(f"s{index}", found)
            for index, tree in enumerate(trees)
        ]

    def grouped(self, asked: Mapping[str, nw.Expr]) -> pl.DataFrame:
        """Return what is asked of each subject's rows, in order of the subjects' text."""
        subject = self.scope.subject
        aggregates = [each.alias(name) for name, each in asked.items()]
        found = collect(self.frame.group_by(subject).agg(*aggregates))
        return found.with_columns(pl.col(subject).cast(pl.String)).sort(subject)

    def proved(self, trees: Sequence[Node], found: pl.DataFrame) -> pl.DataFrame:
        """Return the same, with those sums in halves that may have wrapped."""
        most = max(found["rows"].to_list(), default=0)
        again: dict[str, nw.Expr] = {}
        for index, tree in enumerate(trees):
            name = f"s{index}"
            if (
                isinstance(tree, Aggregate)
                and tree.op == "sum"
                and tree.inner is not None
                and name in found.columns
                and self.scope.sizes.of(tree).most * most > LARGEST
            ):
                inner = self.inner(tree.inner, f"{name}inner")
                low = inner % _HALF
                again |= {f"{name}low": low.sum(), f"{name}high": ((inner - low) // _HALF).sum()}
        return found.hstack(self.grouped(again).drop(self.scope.subject)) if again else found

    def inner(self, tree: Node, name: str) -> nw.Expr:
        """Return a row formula; one that is the same in every row is made a column first."""
        expr = self.printer.row(tree).expr
        if varies(tree):
            return expr
        self.frame = self.frame.with_columns(expr.alias(name))
        return nw.col(name)

    def aggregate(self, name: str, tree: Aggregate) -> dict[str, nw.Expr]:
        """Return what is asked of each subject's rows."""
        if tree.inner is None:
            return {name: nw.len().cast(nw.Int64)}
        inner = self.inner(tree.inner, f"{name}inner")
        match tree.op:
            case "count":
                return {name: inner.cast(nw.Int64).sum().cast(nw.Int64)}
            case "min":
                return {name: inner.min()}
            case "max":
                return {name: inner.max()}
            case "distinct":
                gap = inner.is_null().cast(nw.Int64).max().cast(nw.Int64)
                return {name: inner.n_unique().cast(nw.Int64), f"{name}gap": gap}
            case _:
                return self.sum(tree.inner, name, inner)

    def sum(self, tree: Node, name: str, inner: nw.Expr) -> dict[str, nw.Expr]:
        """Return a sum; DuckDB's are exact, and written as text where they may pass 64 bits."""
        if is_duckdb(self.frame) and self.scope.sizes.of(tree).most * self.scope.rows > LARGEST:
            return {f"{name}exact": inner.sum().cast(nw.String)}
        return {name: inner.sum().cast(nw.Int64)}

    def column(self, name: str, found: pl.DataFrame) -> pl.Series | list[int | None]:
        """Return the column of an aggregate."""
        if f"{name}exact" in found.columns:
            return [int(each or 0) for each in found[f"{name}exact"].to_list()]
        if f"{name}low" in found.columns:
            halves = zip(found[f"{name}high"].to_list(), found[f"{name}low"].to_list(), strict=True)
            return [(high or 0) * _HALF + (low or 0) for high, low in halves]
        if f"{name}gap" in found.columns:
            return found[name] - found[f"{name}gap"]
        return found[name]

    def survival(self, tree: Survival) -> list[int | None]:
        """Return the column of a survival statistic, reduced from the steps of its curve."""
        if (tree.duration, tree.ended) not in self.steps:
            self.steps[tree.duration, tree.ended] = self.curve(tree)
        steps = self.steps[tree.duration, tree.ended]
        return [
            survival.reduce(tree.op, steps.get(subject, []), tree.at, inclusive=tree.inclusive)
            for subject in self.subjects
        ]

    def curve(self, tree: Survival) -> dict[str, list[Step]]:
        """Return by subject how many cases ended, and how many still ran, at each duration."""
        subject = self.scope.subject
        made = self.frame.select(
            nw.col(subject).alias("subject"),
            self.printer.row(tree.duration).expr.alias("duration"),
            self.printer.row(tree.ended).expr.alias("ended"),
        )
        known = made.filter(~nw.col("duration").is_null())
        ended = nw.col("ended").cast(nw.Int64).sum().cast(nw.Int64)
        grouped = known.group_by("subject", "duration").agg(
            ended.alias("ended"), nw.len().cast(nw.Int64).alias("cases")
        )
        found = collect(grouped).with_columns(pl.col("subject").cast(pl.String))
        rows = found.sort("subject", "duration").iter_rows()
        return {
            each: [(duration, ends or 0, cases - (ends or 0)) for _, duration, ends, cases in group]
            for each, group in groupby(rows, key=itemgetter(0))
        }
