"""From integers per subject to results, in Spark: one join by subject, one pass in the executors.

The tail is a pure function of a batch of columns. It is sent to where the rows are, so that no row
comes to the driver, and gives the same bits there as anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from attrs import field, frozen
from pyspark.sql import DataFrame
from pyspark.sql import functions as fn
from pyspark.sql import types as kinds

from capaian.columns.joined import Columns, Part
from capaian.columns.reduced import Reduced
from capaian.columns.roster import Roster
from capaian.columns.spark import uploaded
from capaian.columns.spark_reduction import SUBJECT, SparkPass, Unrun

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_KINDS: Mapping[type, tuple[kinds.DataType, pa.DataType]] = {
    str: (kinds.StringType(), pa.string()),
    int: (kinds.LongType(), pa.int64()),
    float: (kinds.DoubleType(), pa.float64()),
}


@frozen(eq=False)
class SparkJoined:
    """See `capaian.columns.joined.Joined`.

    Attributes
    ----------
    frame
        `subject`, what the roster says of it under its roles, and `v0`, `v1`, ... for `names`.
    names
        The statistics.
    roles
        The columns of the roster.
    strange
        The subjects that have evidence and are not on the roster; `None` without a roster.
    """

    frame: DataFrame
    names: tuple[str, ...]
    roles: tuple[str, ...] = ()
    strange: DataFrame | None = None

    def strangers(self) -> int:
        """Count them; nothing is run where there is no roster."""
        return 0 if self.strange is None else self.strange.count()

    def of(self, subject: str) -> Columns | None:
        """Filter the plan, and bring one row out."""
        found = self.frame.where(fn.col(SUBJECT) == fn.lit(subject)).limit(1).toArrow()
        batches = found.combine_chunks().to_batches()
        return _columns(batches[0], self.names, self.roles) if batches else None

    def run(self, function: Callable[[Columns], Columns], schema: Mapping[str, type]) -> DataFrame:
        """Return the plan of `mapInArrow`."""
        names, roles = self.names, self.roles

        def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                if batch.num_rows:
                    made = function(_columns(batch, names, roles))
                    yield _batch(made, schema)

        fields = [kinds.StructField(name, _KINDS[kind][0]) for name, kind in schema.items()]
        return self.frame.mapInArrow(work, kinds.StructType(fields))

    def counted(
        self, function: Callable[[Columns], Columns], schema: Mapping[str, type]
    ) -> list[tuple[tuple[str | None, ...], int]]:
        """Group what `run` plans, and bring the counts out."""
        found = self.run(function, schema).groupBy(*schema).count().collect()
        return [(tuple(row)[:-1], int(row[-1])) for row in found]


def _columns(batch: pa.RecordBatch, names: Sequence[str], roles: Sequence[str]) -> Columns:
    found: dict[str, Any] = {SUBJECT: batch.column(SUBJECT).to_pylist()}
    found |= {role: batch.column(role).to_pylist() for role in roles}
    for place, name in enumerate(names):
        column = batch.column(f"v{place}")
        known = column.is_valid().to_numpy(zero_copy_only=False)
        found[name] = (column.fill_null(0).to_numpy(zero_copy_only=False), known)
    return found


def _batch(columns: Columns, schema: Mapping[str, type]) -> pa.RecordBatch:
    arrays = [pa.array(columns[name], _KINDS[kind][1]) for name, kind in schema.items()]
    return pa.RecordBatch.from_arrays(arrays, names=list(schema))


@frozen(eq=False)
class _Found:
    """What one pass gives to the requests of a period."""

    made: SparkPass
    evidence: bool
    chosen: list[Any] = field(factory=list)
    there: list[Any] = field(factory=list)

    def add(self, part: Part, names: Sequence[str], place: int) -> None:
        """Take the columns of a request, from a place on."""
        some = names[: len(part.names)]
        self.chosen.extend(fn.col(name).alias(f"v{at}") for at, name in enumerate(some, place))
        there = fn.lit(True) if part.rows is None else fn.col(names[part.rows]) > 0  # noqa: FBT003
        self.there.append(there)

    @property
    def frame(self) -> DataFrame:
        """The columns; whoever has rows in another period alone is not in this one."""
        there = self.made.frame.where(reduce(or_, self.there)) if self.evidence else self.made.frame
        return there.select(SUBJECT, *self.chosen)


def joined_in_spark(parts: Sequence[Part], roster: Roster | None) -> SparkJoined:
    """See `capaian.columns.join_by_subject`."""
    session = _session(parts, roster)
    passes: dict[int, _Found] = {}
    names: list[str] = []
    for part in parts:
        unrun = part.reduced.lazy or _uploaded(session, part.reduced)
        found_in = passes.setdefault(id(unrun.made), _Found(unrun.made, part.evidence))
        found_in.add(part, unrun.names, len(names))
        names += part.names
    found = [each.frame for each in passes.values() if each.evidence]
    others = [each.frame for each in passes.values() if not each.evidence]
    strange: DataFrame | None = None
    roles: tuple[str, ...] = ()
    if roster is None:
        whole = reduce(lambda one, two: one.join(two, SUBJECT, "full_outer"), found)
    else:
        whole, others = _people(session, roster), [*found, *others]
        roles = tuple(each for each in whole.columns if each != SUBJECT)
        named = reduce(lambda one, two: one.union(two), [each.select(SUBJECT) for each in found])
        strange = named.distinct().join(whole.select(SUBJECT), SUBJECT, "left_anti")
    for each in others:
        whole = whole.join(each, SUBJECT, "left")
    return SparkJoined(_filled(whole, parts, roles), tuple(names), roles, strange)


def _filled(frame: DataFrame, parts: Sequence[Part], roles: Sequence[str]) -> DataFrame:
    """Return a frame in which what is counted is 0 for whom there was nothing to count."""
    zero = [
        part.reduced.zero_where_absent(index) for part in parts for index in range(len(part.names))
    ]
    columns = [
        fn.coalesce(fn.col(f"v{place}"), fn.lit(0)).alias(f"v{place}") if known else f"v{place}"
        for place, known in enumerate(zero)
    ]
    return frame.select(SUBJECT, *(fn.col(f"`{role}`") for role in roles), *columns)


def _session(parts: Sequence[Part], roster: Roster | None) -> SparkSession:
    frames = [roster.lazy] if roster is not None else []
    frames += [part.reduced.lazy.made.frame for part in parts if part.reduced.lazy is not None]
    session: SparkSession = next(each for each in frames if each is not None).sparkSession
    return session


def _uploaded(session: SparkSession, reduced: Reduced) -> Unrun:
    """Return the integers of a request that another engine reduced."""
    columns: dict[str, Any] = {SUBJECT: pa.array(list(reduced.subjects), pa.string())}
    names = tuple(f"s{index}" for index in range(len(reduced.statistics)))
    for index, name in enumerate(names):
        columns[name] = pa.array(reduced.column(index), pa.int64())
    return Unrun(SparkPass(uploaded(session, columns)), names)


def _people(session: SparkSession, roster: Roster) -> DataFrame:
    """Return the roster as a Spark frame."""
    if roster.lazy is not None:
        frame: DataFrame = roster.lazy
        return frame
    columns: dict[str, Any] = {SUBJECT: pa.array(list(roster.subjects), pa.string())}
    for role, values in roster.columns.items():
        kind = pa.bool_() if role.startswith("fact:") else pa.string()
        columns[role] = pa.array(list(values), kind)
    return uploaded(session, columns)
