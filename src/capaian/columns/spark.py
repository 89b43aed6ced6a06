"""What Spark holds, made uniform: the words in which Spark, and only Spark, is spoken to.

Nothing here follows the settings of a session: not its time zone, which `TIMESTAMP` is shown in,
nor ANSI mode, in which casts raise where they would otherwise give nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import pyarrow as pa
from py4j.protocol import Py4JError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import functions as fn
from pyspark.sql import types as kinds

from capaian.columns.intake import Source, Want, parts_of, source_of
from capaian.columns.limits import DAY

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

ERRORS: tuple[type[Exception], ...] = (PySparkException, Py4JError)
"""What Spark raises where a frame turns out to be unreadable."""
EXACT = kinds.DecimalType(38, 0)
"""Wide enough for the sum of any number of integers of 64 bits that a cluster can hold."""
_BETWEEN = "\x1f"
"""Stands between the parts of a text; none of them holds it."""
_PLAINLY = 6
"""Java writes a decimal of up to so many places without an exponent."""
_TEXT = kinds.StringType()
_WHOLE = kinds.LongType()


def look_in_spark(native: DataFrame, wants: Sequence[Want]) -> dict[str, Source]:
    """Return by key what each wanted column of a Spark frame is; no row is read."""
    types = {each.name: each.dataType for each in native.schema.fields}
    return {each.key: source_of(each, *_sort(types[each.column]), written=False) for each in wants}


def take_in_spark(
    native: DataFrame, wants: Sequence[Want], sources: Mapping[str, Source]
) -> nw.LazyFrame[Any]:
    """Return the wanted columns of a Spark frame; see `capaian.columns.intake.take_in`."""
    # By position: Spark takes 'Name' and 'name' for one column, and a dot for a field.
    places = {name: f"c{place}" for place, name in enumerate(native.columns)}
    types = {each.name: each.dataType for each in native.schema.fields}
    chosen: list[Column] = []
    apart: dict[str, Column] = {}
    parts: dict[str, Column] = {}
    for want in wants:
        source = sources[want.key]
        column = _uniform(fn.col(places[want.column]), types[want.column], source.sort)
        chosen.append(column.alias(want.key))
        if source.parts:
            pattern, names = parts_of(want, source.sort, written=False)
            apart[f"{want.key}_0"] = _apart(fn.col(want.key), pattern, len(names))
            for place, name in enumerate(names):
                part = fn.col(f"{want.key}_0").getItem(place)
                parts[name] = fn.when(part != fn.lit(""), part)
    taken = native.toDF(*places.values()).select(*chosen)
    for step in (apart, parts):
        taken = taken.withColumns(step) if step else taken
    return nw.from_native(taken)


def _apart(text: Column, pattern: str, groups: int) -> Column:
    """Return the parts of a text, or nothing where it does not match.

    Java's `$` also matches before a line's end, where the pattern means the end of the text.
    """
    whole = pattern.removesuffix("$") + r"\z"
    each = _BETWEEN.join(f"${group}" for group in range(1, groups + 1))
    written = fn.when(fn.rlike(text, fn.lit(whole)), fn.regexp_replace(text, whole, each))
    return fn.split(written, _BETWEEN, -1)


_SORTS: Mapping[type[kinds.DataType], tuple[str, str]] = {
    kinds.StringType: ("text", "text"),
    kinds.CharType: ("text", "text"),
    kinds.VarcharType: ("text", "text"),
    kinds.ByteType: ("integer", "integer"),
    kinds.ShortType: ("integer", "integer"),
    kinds.IntegerType: ("integer", "integer"),
    kinds.LongType: ("integer", "integer"),
    kinds.DecimalType: ("exact", "decimal"),
    kinds.DoubleType: ("float", "float"),
    kinds.FloatType: ("float32", "float"),
    kinds.BooleanType: ("boolean", "boolean"),
    kinds.DateType: ("stamp", "stamp"),
    kinds.TimestampNTZType: ("stamp", "stamp"),
    kinds.TimestampType: ("aware", "stamp"),
    kinds.NullType: ("null", "null"),
}


def _sort(kind: kinds.DataType) -> tuple[str, str]:
    """Return the sort of a column, and the word for it."""
    return _SORTS.get(type(kind), ("other", "other"))


def _uniform(column: Column, kind: kinds.DataType, sort: str) -> Column:
    """Return a column made uniform."""
    match sort:
        case "text":
            text = column.cast(_TEXT)  # of its own order, in which no two texts are the same
            return fn.when(text != fn.lit(""), text)
        case "integer" | "null":
            return column.cast(_WHOLE)
        case "exact" if isinstance(kind, kinds.DecimalType):
            return _written(column, kind)
        case "float32":
            return column.cast(kinds.DoubleType())
        case "stamp" if isinstance(kind, kinds.DateType):
            return _days(column) * fn.lit(DAY)
        case "stamp":
            return _naive(column)
        case "aware":
            return fn.unix_micros(column)
        case "other":
            return fn.when(column.isNotNull(), fn.lit(True))  # noqa: FBT003 - a value
        case _:
            return column


def _days(column: Column) -> Column:
    return fn.unix_date(column).cast(_WHOLE)


def _naive(column: Column) -> Column:
    """Return a naive stamp in microseconds; from its parts, which no session's zone can move."""
    seconds = (fn.hour(column) * 60 + fn.minute(column)).cast(_WHOLE) * fn.lit(60_000_000)
    fine = (fn.date_part(fn.lit("SECOND"), column) * 1_000_000).cast(_WHOLE)
    return _days(column.cast(kinds.DateType())) * fn.lit(DAY) + seconds + fine


def _written(column: Column, kind: kinds.DecimalType) -> Column:
    """Return a decimal as text; outside ANSI mode Spark writes the smallest with an exponent."""
    text = column.cast(_TEXT)
    if kind.scale <= _PLAINLY:
        return text
    digits = fn.regexp_replace(fn.substring_index(text, "E", 1), "[-.]", "")
    shift = fn.substring_index(text, "E-", -1).cast(kinds.IntegerType())
    zeros = fn.repeat(fn.lit("0"), shift - 1)
    sign = fn.when(column < 0, fn.lit("-")).otherwise(fn.lit(""))
    plain = fn.concat(sign, fn.lit("0."), zeros, digits)
    return fn.when(fn.contains(text, fn.lit("E")), plain).otherwise(text)


def companion_of(
    native: DataFrame, columns: Mapping[str, Sequence[int] | Sequence[str]]
) -> nw.LazyFrame[Any]:
    """Return a small table in the session of a frame, sent whole to every executor."""
    return nw.from_native(fn.broadcast(uploaded(native.sparkSession, columns)))


def uploaded(session: SparkSession, columns: Mapping[str, Iterable[Any]]) -> DataFrame:
    """Return columns of the driver as a Spark frame."""
    arrays = {name: pa.array(each) for name, each in columns.items()}
    return session.createDataFrame(pa.table(arrays))
