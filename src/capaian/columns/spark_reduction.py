"""The second pass over a Spark frame: a plan whose result is one row of integers per subject.

Nothing is run but, where a sum may pass 64 bits, one count of the subjects in which it does. Row
formulas become columns before anything is added up, which is the form that Spark runs best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pyarrow as pa
from pyspark.sql import functions as fn
from pyspark.sql import types as kinds

from capaian.columns.faults import formula_finding
from capaian.columns.request import LARGEST, Reduced, Request
from capaian.columns.spark import EXACT
from capaian.errors import Finding
from capaian.formula import Aggregate, Node, Survival, survival

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from capaian.columns.printer import Printer
    from capaian.columns.reduction import Scope

SUBJECT = "subject"
_WHOLE = kinds.LongType()


def reduce_lazily(
    request: Request, scope: Scope, printer: Printer, frame: nw.LazyFrame[Any]
) -> Reduced:
    """Plan the reduction of the rows that count."""
    inner: dict[str, nw.Expr] = {SUBJECT: nw.col(scope.subject)}
    asked: list[Column] = []
    large: dict[str, Node] = {}
    for index, tree in enumerate(request.statistics):
        name = f"s{index}"
        if isinstance(tree, Aggregate):
            if tree.inner is not None:
                inner[name] = printer.row(tree.inner).expr
            if _may_pass(tree, scope):
                large[name] = tree
            asked.append(_aggregate(tree, fn.col(name), exact=name in large).alias(name))
    rows: DataFrame = frame.select(**inner).to_native()
    made = rows.groupBy(SUBJECT).agg(fn.count(fn.lit(1)).alias("rows"), *asked)
    if past := _past(made, large, scope.table):
        return Reduced(findings=tuple(past))
    made = _named(made)
    for steps, some in _curves(request.statistics, printer, frame, scope.subject):
        made = made.join(_finished(steps, some), SUBJECT, "left")
    columns = [fn.col(f"s{index}").cast(_WHOLE) for index in range(len(request.statistics))]
    return Reduced(
        statistics=request.statistics,
        rows=scope.rows,
        unattributed=scope.unattributed,
        lazy=made.select(SUBJECT, *columns),
    )


def _named(frame: DataFrame) -> DataFrame:
    """Return a frame whose subjects are text."""
    if isinstance(frame.schema[SUBJECT].dataType, kinds.StringType):
        return frame
    return frame.withColumn(SUBJECT, fn.col(SUBJECT).cast(kinds.StringType()))


def _may_pass(tree: Aggregate, scope: Scope) -> bool:
    """Return whether a sum may pass 64 bits, where Spark raises or wraps as its session says."""
    return tree.op == "sum" and scope.sizes.of(tree).most * scope.rows > LARGEST


def _aggregate(tree: Aggregate, column: Column, *, exact: bool) -> Column:
    """Return an aggregate of a column; what is unknown adds nothing to it."""
    if tree.inner is None:
        return fn.count(fn.lit(1))
    match tree.op:
        case "count":
            return fn.count_if(column)
        case "min":
            return fn.min(column)
        case "max":
            return fn.max(column)
        case "distinct":
            return fn.count_distinct(column)
        case _:
            added = fn.sum(column.cast(EXACT) if exact else column)
            return fn.coalesce(added, fn.lit(0))


def _past(frame: DataFrame, large: Mapping[str, Node], table: str) -> list[Finding]:
    """Return a finding for each sum that passes 64 bits, with the number of such subjects."""
    if not large:
        return []
    counts = [fn.count_if(fn.abs(fn.col(name)) > LARGEST).alias(name) for name in large]
    found = frame.agg(*counts).first()
    return [
        formula_finding("CPN-E23", table, tree, count=found[name])
        for name, tree in large.items()
        if found and found[name]
    ]


# ---- survival ----------------------------------------------------------------------------------


def _curves(
    trees: Iterable[Node], printer: Printer, frame: nw.LazyFrame[Any], subject: str
) -> Iterator[tuple[DataFrame, dict[str, Survival]]]:
    """Return each curve's steps, one list per subject, and the statistics that are read off it."""
    together: dict[tuple[Node, Node], dict[str, Survival]] = {}
    for index, tree in enumerate(trees):
        if isinstance(tree, Survival):
            together.setdefault((tree.duration, tree.ended), {})[f"s{index}"] = tree
    for (duration, ended), some in together.items():
        inner = {
            SUBJECT: nw.col(subject),
            "duration": printer.row(duration).expr,
            "ended": printer.row(ended).expr,
        }
        rows: DataFrame = frame.select(**inner).to_native().where("duration IS NOT NULL")
        counted = rows.groupBy(SUBJECT, "duration").agg(
            fn.count_if("ended").alias("ends"), fn.count(fn.lit(1)).alias("cases")
        )
        step = fn.struct("duration", "ends", (fn.col("cases") - fn.col("ends")).alias("running"))
        yield _named(counted.groupBy(SUBJECT).agg(fn.collect_list(step).alias("steps"))), some


def _finished(steps: DataFrame, statistics: Mapping[str, Survival]) -> DataFrame:
    """Return the statistics of each subject, reduced from the steps of its curve where they are."""
    # An executor is sent what it needs, and not the policy.
    plain = [(name, each.op, each.at, each.inclusive) for name, each in statistics.items()]

    def reduce(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            tables = [
                sorted((each["duration"], each["ends"], each["running"]) for each in row)
                for row in batch.column(1).to_pylist()
            ]
            found = {
                name: pa.array(
                    [survival.reduce(op, each, at, inclusive=inclusive) for each in tables],
                    pa.int64(),
                )
                for name, op, at, inclusive in plain
            }
            yield pa.RecordBatch.from_pydict({SUBJECT: batch.column(0), **found})

    fields = [kinds.StructField(SUBJECT, kinds.StringType())]
    fields += [kinds.StructField(name, _WHOLE) for name in statistics]
    return steps.mapInArrow(reduce, kinds.StructType(fields))
