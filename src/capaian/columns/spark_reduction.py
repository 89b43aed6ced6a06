"""The second pass over a Spark frame: a plan whose result is one row of integers per subject.

Nothing is run but, where a sum may pass 64 bits, one count of the subjects in which it does. Row
formulas become columns before anything is added up, which is the form that Spark runs best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pyarrow as pa
from attrs import field, frozen
from pyspark.sql import DataFrame
from pyspark.sql import functions as fn
from pyspark.sql import types as kinds

from capaian.columns.faults import formula_finding
from capaian.columns.frame_desk import total
from capaian.columns.limits import plain_counts
from capaian.columns.reduced import Reduced
from capaian.columns.request import LARGEST
from capaian.columns.spark import EXACT
from capaian.formula import Aggregate, Node, Survival, survival

if TYPE_CHECKING:
    from pyspark.sql import Column

    from capaian.columns.printer import Printer
    from capaian.columns.reduction import Pass
    from capaian.columns.scan import Scan

SUBJECT = "subject"
_WHOLE = kinds.LongType()
_AS_IT_STANDS = frozenset({"integer", "stamp", "text", "boolean", "null"})
"""Sorts of columns whose values are used as they are held."""


@frozen(eq=False)
class Asked:
    """A statistic that is wanted of a frame.

    Attributes
    ----------
    name
        What its column is called.
    tree
        The statistic.
    rows
        Whether a row counts for it; every row where left out.
    large
        Whether it is a sum that may pass 64 bits, where Spark raises or wraps as its session says.
    """

    name: str
    tree: Node
    rows: nw.Expr | None = None
    large: bool = False


@frozen(eq=False)
class SparkPass:
    """What one pass over a Spark frame will give: `subject`, and a column for each statistic.

    Attributes
    ----------
    frame
        The plan.
    kept
        Column to its sum over all subjects, where it is known.
    """

    frame: DataFrame
    kept: dict[str, int] = field(factory=dict)

    def total(self, name: str) -> int:
        """Return the sum of a column; where it is not known already, one row comes out."""
        if name not in self.kept:
            found = self.frame.agg(fn.sum(fn.col(name).cast(EXACT))).first()
            self.kept[name] = int((found and found[0]) or 0)
        return self.kept[name]


@frozen(eq=False)
class Unrun:
    """What a request gets of a pass: its columns, in order of its statistics."""

    made: SparkPass
    names: tuple[str, ...]

    def total(self, index: int) -> int:
        """Return the sum of a statistic over all subjects."""
        return self.made.total(self.names[index])


def reduce_lazily(work: Pass) -> list[Reduced]:
    """Plan the reduction of the rows that count: one answer for each request."""
    scan, most = work.scan, _most_rows(work)
    asked = [
        Asked(name, tree, work.masks.get(scope), large=_may_pass(tree, work, most))
        for (scope, tree), name in work.wanted.items()
    ]
    made, past = plan_pass(work.frame, work.subject, asked, work.printer)
    return [_answer(work, made, past, scan.asked.index(each)) for each in work.asked]


def totals(scan: Scan) -> dict[str, nw.Expr]:
    """Return the questions of how many rows count for a statistic: later that is a pass of its own.

    Only what can be said without a clock, and cannot pass 64 bits, is asked with the first pass.
    """
    asked = {}
    for number, each in enumerate(scan.asked):
        printer = scan.printer(each)
        for place, tree in plain_counts(each.request.statistics).items():
            counted = each.scope.rows & printer.row(tree).expr
            asked[f"total{number}_{place}"] = total(counted)
    return asked


def lean(scan: Scan) -> nw.LazyFrame[Any]:
    """Return the rows of a table that has been judged, without what was needed to judge it.

    Java does not compile a method of more than 8000 bytes, and Spark makes one of all that is asked
    of a row. Columns that are read as they stand need no guard where no row that counts is wrong.
    """
    desk = scan.desk
    plain = all(
        scan.sources[each.key].sort in _AS_IT_STANDS
        and not scan.sources[each.key].parts
        and not each.reading.digits
        for each in desk.entries
    )
    if not plain:
        return scan.frame
    frame = desk.open(clean=True).filter(~scan.subject.value.is_null())
    inside = {each.name: scan.inside(each, sound=True) for each in scan.scopes.values()}
    return frame.with_columns(
        **{name: nw.lit(value=True) if rows is None else rows for name, rows in inside.items()}
    )


def _answer(work: Pass, made: SparkPass, past: Mapping[str, int], number: int) -> Reduced:
    """Return what one request gets of a pass."""
    scan, asked = work.scan, work.scan.asked[number]
    trees = asked.request.statistics
    names = [work.wanted[asked.scope, tree] for tree in work.trees[work.asked.index(asked)]]
    findings = tuple(
        formula_finding("CPN-E23", scan.table.name, tree, count=past[name])
        for tree, name in zip(trees, names, strict=True)
        if name in past
    )
    if findings:
        return Reduced(findings=findings)
    made.kept.update(
        {
            name: scan.answers[key] or 0
            for index, name in enumerate(names)
            if (key := f"total{number}_{index}") in scan.answers
        }
    )
    return Reduced(
        statistics=trees,
        rows=scan.answers[f"count{asked.scope.number}"] or 0,
        unattributed=scan.unattributed(asked),
        lazy=Unrun(made, tuple(names)),
    )


def _most_rows(work: Pass) -> int:
    """Return a bound of a subject's rows: all rows or, where that is too many, the most there are.

    The most that there are is one number that comes out of a light pass; it spares sums that are
    wider than 64 bits, and another look at them.
    """
    rows = work.scan.rows
    if not any(_may_pass(tree, work, rows) for _, tree in work.wanted):
        return rows
    native: DataFrame = work.frame.select(work.subject).to_native()
    found = native.groupBy(work.subject).count().agg(fn.max("count")).first()
    return int((found and found[0]) or 0)


def _may_pass(tree: Node, work: Pass, rows: int) -> bool:
    if not isinstance(tree, Aggregate) or tree.op != "sum" or tree.inner is None:
        return False
    return work.sizes.of(tree.inner).most * rows > LARGEST


def plan_pass(
    frame: nw.LazyFrame[Any], subject: str, asked: Sequence[Asked], printer: Printer
) -> tuple[SparkPass, dict[str, int]]:
    """Plan one pass that gives every statistic of every subject.

    Parameters
    ----------
    frame
        The rows; those that count for nothing should be gone.
    subject
        The column that names the subject.
    asked
        The statistics.
    printer
        Prints row formulas over the frame's columns.

    Returns
    -------
    pass, counts
        The plan, and of the sums that pass 64 bits in how many subjects they do.
    """
    rows: dict[str, nw.Expr] = {SUBJECT: nw.col(subject)}
    made: list[Column] = []
    for each in asked:
        if isinstance(each.tree, Aggregate):
            rows |= _inner(each, each.tree, printer)
            made.append(_aggregate(each, each.tree).alias(each.name))
    native: DataFrame = frame.select(**rows).to_native()
    grouped = native.groupBy(SUBJECT).agg(fn.count(fn.lit(1)).alias("rows"), *made)
    past = _past(grouped, [each for each in asked if each.large])
    grouped = _named(grouped)
    for steps, some in _curves(asked, printer, frame, subject):
        grouped = grouped.join(_finished(steps, some), SUBJECT, "left")
    columns = [fn.col(each.name).cast(_WHOLE).alias(each.name) for each in asked]
    return SparkPass(grouped.select(SUBJECT, *columns)), past


def _inner(each: Asked, tree: Aggregate, printer: Printer) -> dict[str, nw.Expr]:
    """Return the row formula under a statistic; unknown in the rows that do not count for it."""
    if tree.inner is None:
        return {} if each.rows is None else {each.name: each.rows}
    expr = printer.row(tree.inner).expr
    return {each.name: expr if each.rows is None else nw.when(each.rows).then(expr)}


def _named(frame: DataFrame) -> DataFrame:
    """Return a frame whose subjects are text."""
    if isinstance(frame.schema[SUBJECT].dataType, kinds.StringType):
        return frame
    return frame.withColumn(SUBJECT, fn.col(SUBJECT).cast(kinds.StringType()))


def _aggregate(each: Asked, tree: Aggregate) -> Column:
    """Return an aggregate of a column; what is unknown adds nothing to it."""
    column = fn.col(each.name)
    if tree.inner is None:
        return fn.count(fn.lit(1)) if each.rows is None else fn.count_if(column)
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
            return fn.coalesce(fn.sum(column.cast(EXACT) if each.large else column), fn.lit(0))


def _past(frame: DataFrame, large: Sequence[Asked]) -> dict[str, int]:
    """Return the sums that pass 64 bits, and in how many subjects: one row comes out."""
    if not large:
        return {}
    counts = [fn.count_if(fn.abs(fn.col(each.name)) > LARGEST).alias(each.name) for each in large]
    found = frame.agg(*counts).first()
    return {each.name: found[each.name] for each in large if found and found[each.name]}


# ---- survival ----------------------------------------------------------------------------------


def _curves(
    asked: Iterable[Asked], printer: Printer, frame: nw.LazyFrame[Any], subject: str
) -> Iterator[tuple[DataFrame, dict[str, Survival]]]:
    """Return each curve's steps, one list per subject, and the statistics that are read off it."""
    together: dict[tuple[Node, Node, int], list[tuple[Asked, Survival]]] = {}
    for each in asked:
        if isinstance(each.tree, Survival):
            key = (each.tree.duration, each.tree.ended, id(each.rows))
            together.setdefault(key, []).append((each, each.tree))
    for (duration, ended, _), some in together.items():
        scope = some[0][0].rows
        inner = {
            SUBJECT: nw.col(subject),
            "duration": printer.row(duration).expr,
            "ended": printer.row(ended).expr,
        }
        scoped = frame if scope is None else frame.filter(scope)
        rows: DataFrame = scoped.select(**inner).to_native().where("duration IS NOT NULL")
        counted = rows.groupBy(SUBJECT, "duration").agg(
            fn.count_if("ended").alias("ends"), fn.count(fn.lit(1)).alias("cases")
        )
        step = fn.struct("duration", "ends", (fn.col("cases") - fn.col("ends")).alias("running"))
        yield (
            _named(counted.groupBy(SUBJECT).agg(fn.collect_list(step).alias("steps"))),
            {each.name: tree for each, tree in some},
        )


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
