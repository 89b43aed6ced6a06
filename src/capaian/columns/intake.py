"""What an engine holds, made uniform: a lazy frame with one column per wanted column, and its sort.

Polars, DuckDB and Spark differ in how a stamp becomes an integer, how a number becomes exact text
and how text is taken apart; here, and for Spark in `capaian.columns.spark`, each is spoken to in
its own words. pandas and PyArrow are formats: the columns that are wanted are converted to Polars.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import polars as pl
from attrs import frozen

from capaian.columns.faults import IDENTIFIER
from capaian.columns.request import Table
from capaian.columns.written import NUMBER

if TYPE_CHECKING:
    import duckdb

ENDLESS = 2**63 - 1
"""Stands for an infinite stamp; it lies in no year that is read."""


@frozen
class Want:
    """A column that is wanted.

    Attributes
    ----------
    key
        What it is called from here on.
    column
        What the table calls it.
    purpose
        `stamp`, `integer`, `text`, `boolean` or `identifier`.
    pattern, groups
        How a stamp is taken apart if it turns out to be text, and into how many parts.
    """

    key: str
    column: str
    purpose: str
    pattern: str = ""
    groups: int = 0


@frozen
class Source:
    """A column as it arrived.

    Attributes
    ----------
    key
        Its name in the frame; empty text is missing in it.
    sort
        `integer` (64 bits), `exact` (any number as decimal text), `float`, `float32` (held as
        float64), `text`, `boolean`, `stamp` (microseconds since 1970), `aware` (the same, of UTC),
        `null` (no value at all) or `other` (whether there is a value).
    said
        The word for it in a finding.
    parts
        Names of the parts into which its text was taken; a part that is not there is missing.
    written
        Whether it is text that stands for a value of another kind.
    """

    key: str
    sort: str
    said: str
    parts: tuple[str, ...] = ()
    written: bool = False


def look_in(table: Table, wants: Sequence[Want]) -> dict[str, Source]:
    """Return by key what each wanted column is; no row is read."""
    if table.origin == "duckdb":
        types = _types(table.native)
        return {
            each.key: source_of(each, *_duckdb_sort(types[each.column])[1:], written=table.written)
            for each in wants
        }
    if table.origin == "spark":
        from capaian.columns.spark import look_in_spark  # noqa: PLC0415 - loads PySpark

        return look_in_spark(table.native, wants)
    schema = _polars_frame(table, dict.fromkeys(each.column for each in wants)).collect_schema()
    return {
        each.key: source_of(
            each,
            *_polars_column(pl.col(each.column), schema[each.column])[1:],
            written=table.written,
        )
        for each in wants
    }


def take_in(
    table: Table, wants: Sequence[Want], *, clean: bool = False
) -> tuple[nw.LazyFrame[Any], dict[str, Source]]:
    """Return the wanted columns of a table, and by key what each turned out to be.

    Parameters
    ----------
    table
        The table.
    wants
        The columns.
    clean
        Whether it is known that every value can be used as it stands, so that nothing is guarded.
    """
    sources = look_in(table, wants)
    if table.origin == "duckdb":
        return _duckdb(table.native, wants, sources, clean=clean), sources
    if table.origin == "spark":
        from capaian.columns.spark import take_in_spark  # noqa: PLC0415 - loads PySpark

        return take_in_spark(table.native, wants, sources), sources
    frame = _polars_frame(table, dict.fromkeys(each.column for each in wants))
    return _polars(frame, wants, sources, clean=clean), sources


def source_of(want: Want, sort: str, said: str, *, written: bool) -> Source:
    """Return what a wanted column is, from its sort and the word for it."""
    _, names = parts_of(want, sort, written=written)
    return Source(want.key, sort, said, names, written)


def parts_of(want: Want, sort: str, *, written: bool) -> tuple[str, tuple[str, ...]]:
    """Return the pattern by which a column is taken apart, if any, and the names of its parts."""
    pattern, groups = "", 0
    if sort == "text" and want.purpose == "stamp":
        pattern, groups = want.pattern, want.groups
    elif (sort == "exact" and want.purpose in {"integer", IDENTIFIER}) or (
        sort == "text" and want.purpose == "integer" and written
    ):
        pattern, groups = NUMBER, 3
    return pattern, tuple(f"{want.key}_{group}" for group in range(1, groups + 1))


# ---- Polars ------------------------------------------------------------------------------------

_SMALL = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32)
_TEXTS = (pl.String, pl.Categorical, pl.Enum)


def _polars(
    frame: pl.LazyFrame, wants: Sequence[Want], sources: Mapping[str, Source], *, clean: bool
) -> nw.LazyFrame[Any]:
    schema = frame.collect_schema()
    chosen: list[pl.Expr] = []
    apart: list[pl.Expr] = []
    parts: list[pl.Expr] = []
    for want in wants:
        source = sources[want.key]
        column = pl.col(want.column)
        made, sort, _ = _polars_column(column, schema[want.column])
        if clean and sort == "text":
            made = column.cast(pl.String)
        chosen.append(made.alias(want.key))
        if source.parts:
            pattern, _ = parts_of(want, sort, written=source.written)
            whole = f"{want.key}_0"
            apart.append(pl.col(want.key).str.extract_groups(pattern).alias(whole))
            parts += [
                pl.col(whole).struct.field(str(group)).alias(name)
                for group, name in enumerate(source.parts, 1)
            ]
    taken: nw.LazyFrame[Any] = nw.from_native(
        frame.select(chosen).with_columns(apart).with_columns(parts)
    )
    return taken


def _polars_column(column: pl.Expr, dtype: pl.DataType) -> tuple[pl.Expr, str, str]:
    """Return a column made uniform, its sort, and the word for it."""
    if dtype in _TEXTS:
        text = column.cast(pl.String)
        return pl.when(text != "").then(text), "text", "text"
    if dtype in _SMALL:
        return column.cast(pl.Int64), "integer", "integer"
    if dtype.is_integer():
        return column.cast(pl.String), "exact", "integer"
    if dtype.is_float():
        sort = "float" if dtype == pl.Float64 else "float32"
        return column.cast(pl.Float64), sort, "float"
    if dtype.is_decimal():
        return column.cast(pl.String), "exact", "decimal"
    if dtype == pl.Boolean:
        return column, "boolean", "boolean"
    if isinstance(dtype, pl.Date | pl.Datetime):
        zone = getattr(dtype, "time_zone", None)
        stamp = column.cast(pl.Datetime("us", zone)).cast(pl.Int64)
        return stamp, "aware" if zone else "stamp", "stamp"
    if dtype == pl.Null:
        return column.cast(pl.Int64), "null", "null"
    return pl.when(column.is_not_null()).then(pl.lit(value=True)), "other", "other"


def _polars_frame(table: Table, columns: Iterable[str]) -> pl.LazyFrame:
    names = list(columns)
    if table.origin == "polars":
        whole: pl.DataFrame = table.native
        return whole.lazy().select(names)
    if table.origin in {"polars-lazy", "file"}:
        lazy: pl.LazyFrame = table.native
        return lazy.select(names)
    return memory_columns(table, names).lazy()


def memory_columns(table: Table, columns: Iterable[str]) -> pl.DataFrame:
    """Return columns of a table that is in memory; those of other kinds are converted once."""
    if table.origin == "polars":
        whole: pl.DataFrame = table.native
        return whole.select(columns)
    names = list(columns)
    for name in names:
        if name not in table.kept:
            convert = _from_pandas if table.origin == "pandas" else _from_arrow
            table.kept[name] = convert(table.native[name]).alias(name)
    return pl.DataFrame([table.kept[name] for name in names])


# Integers beyond 64 bits among other objects; kinds that Arrow does not know, such as complex.
_NO_FORM = (
    TypeError,
    ValueError,
    OverflowError,
    NotImplementedError,
    pl.exceptions.PolarsError,
)


def _from_pandas(series: Any) -> pl.Series:
    """Convert a column; what Polars cannot hold becomes whether there is a value.

    In a NumPy column of floats NaN is how pandas writes a missing value; in its own nullable
    columns, and in those of Arrow, it is a value.
    """
    missing = series.dtype.kind in "fO" and not hasattr(series.dtype, "na_value")
    try:
        made: pl.Series = pl.from_pandas(series, nan_to_null=missing)
    except _NO_FORM:
        return _presence(series.notna().to_list())
    return made


def _from_arrow(column: Any) -> pl.Series:
    """Convert a column; what Polars cannot hold becomes whether there is a value."""
    try:
        made = pl.from_arrow(column)
    except _NO_FORM:
        return _presence(column.is_valid().to_pylist())
    return made if isinstance(made, pl.Series) else made.to_series()


def _presence(known: list[bool]) -> pl.Series:
    return pl.Series([[each] if each else None for each in known], dtype=pl.List(pl.Boolean))


# ---- DuckDB ------------------------------------------------------------------------------------

_SORTS = {
    "BIGINT": "integer", "INTEGER": "integer", "SMALLINT": "integer", "TINYINT": "integer",
    "UTINYINT": "integer", "USMALLINT": "integer", "UINTEGER": "integer",
    "UBIGINT": "exact", "HUGEINT": "exact", "UHUGEINT": "exact", "BIGNUM": "exact",
    "DOUBLE": "float", "FLOAT": "float32", "BOOLEAN": "boolean", "VARCHAR": "text",
    "UUID": "text", "DATE": "stamp", "TIMESTAMP": "stamp", "TIMESTAMP_S": "stamp",
    "TIMESTAMP_MS": "stamp", "TIMESTAMP_NS": "fine stamp", "TIMESTAMP WITH TIME ZONE": "aware",
    "NULL": "null",
}  # fmt: skip
_STAMP = f"CASE WHEN isfinite({{0}}) THEN epoch_us({{0}}) WHEN {{1}} IS NOT NULL THEN {ENDLESS} END"
_MADE = {
    "integer": "CAST({0} AS BIGINT)",
    "null": "CAST({0} AS BIGINT)",
    "exact": "CAST({0} AS VARCHAR)",
    "float": "{0}",
    "float32": "CAST({0} AS DOUBLE)",
    "boolean": "{0}",
    "text": "nullif(CAST({0} AS VARCHAR), '')",
    "stamp": _STAMP.format("TRY_CAST({0} AS TIMESTAMP)", "{0}"),
    "fine stamp": _STAMP.format("{0}", "{0}"),
    "aware": _STAMP.format("{0}", "{0}"),
    "other": "CASE WHEN {0} IS NOT NULL THEN true END",
}

_CLEAN = {"stamp": "epoch_us(CAST({0} AS TIMESTAMP))", "text": "CAST({0} AS VARCHAR)"}
"""The same where every value is known to be usable."""


def _types(relation: duckdb.DuckDBPyRelation) -> dict[str, str]:
    return dict(zip(relation.columns, map(str, relation.types), strict=True))


def _duckdb(
    relation: duckdb.DuckDBPyRelation,
    wants: Sequence[Want],
    sources: Mapping[str, Source],
    *,
    clean: bool,
) -> nw.LazyFrame[Any]:
    types = _types(relation)
    chosen, apart, parts = [], [], []
    for want in wants:
        source = sources[want.key]
        made, sort, _ = _duckdb_sort(types[want.column])
        if clean:
            made = _CLEAN.get(sort, made)
        chosen.append(f"{made.format(quoted(want.column))} AS {want.key}")
        apart.append(want.key)
        parts.append(want.key)
        if source.parts:
            pattern, _ = parts_of(want, sort, written=source.written)
            groups = ", ".join(f"'g{group}'" for group in range(1, len(source.parts) + 1))
            call = f"regexp_extract({want.key}, {said_text(pattern)}, [{groups}])"
            apart.append(f"{call} AS {want.key}_0")
            parts += [
                f"nullif({want.key}_0.g{group}, '') AS {name}"
                for group, name in enumerate(source.parts, 1)
            ]
    taken = relation
    for step in (chosen, apart, parts):
        taken = taken.project(", ".join(step))
    made_whole: nw.LazyFrame[Any] = nw.from_native(taken)
    return made_whole


def _duckdb_sort(dtype: str) -> tuple[str, str, str]:
    """Return how a column is made uniform, its sort, and the word for it."""
    if dtype.startswith("DECIMAL"):
        return _MADE["exact"], "exact", "decimal"
    kind = "text" if dtype.startswith("ENUM") else _SORTS.get(dtype.strip('"'), "other")
    sort = "stamp" if kind == "fine stamp" else kind
    said = {"exact": "integer", "float32": "float", "aware": "stamp"}.get(sort, sort)
    return _MADE[kind], sort, said


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def said_text(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def companion(
    frame: nw.LazyFrame[Any], columns: dict[str, Sequence[int] | Sequence[str]]
) -> nw.LazyFrame[Any]:
    """Return a small table in the same engine, and the same connection, as a frame."""
    if is_spark(frame):
        from capaian.columns.spark import companion_of  # noqa: PLC0415 - loads PySpark

        return companion_of(frame.to_native(), columns)
    if not is_duckdb(frame):
        return nw.from_native(pl.LazyFrame(columns))
    lists = []
    for name, values in columns.items():
        if values and isinstance(values[0], str):
            texts = ", ".join(said_text(str(each)) for each in values)
            made = f"CAST([{texts}] AS VARCHAR[])"
        else:
            # One text, taken apart by DuckDB: a list of so many literals takes long to parse.
            made = f"CAST('[{', '.join(map(str, values))}]' AS BIGINT[])"
        lists.append(f"unnest({made}) AS {name}")
    relation: duckdb.DuckDBPyRelation = frame.to_native()
    return nw.from_native(relation.query("capaian_rows", f"SELECT {', '.join(lists)}"))


def is_duckdb(frame: nw.LazyFrame[Any]) -> bool:
    """Return whether DuckDB runs a frame."""
    return bool(frame.implementation.is_duckdb())


def is_spark(frame: nw.LazyFrame[Any]) -> bool:
    """Return whether Spark runs a frame."""
    return bool(frame.implementation.is_pyspark())
