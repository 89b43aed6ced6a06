"""The door: a table of any kind comes in, and one of the same kind goes out.

The kind is told from where a type was defined, so that no library is imported that the caller has
not imported already. Only the head is looked at; rows are read when a request comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from capaian.columns.coded import Coded, Gappy
from capaian.columns.request import Origin, Table
from capaian.errors import EvidenceError, Finding, did_you_mean

_ENGINES: Mapping[tuple[str, str], Origin] = {
    ("pandas", "DataFrame"): "pandas",
    ("polars", "DataFrame"): "polars",
    ("polars", "LazyFrame"): "polars-lazy",
    ("pyarrow", "Table"): "pyarrow",
    ("duckdb", "DuckDBPyRelation"): "duckdb",
    ("pyspark", "DataFrame"): "spark",
}
_THROUGH_ARROW = ("pandas", "duckdb", "spark")
"""Kinds that reach Polars, or leave DuckDB and Spark, through Arrow."""
FILE_ENGINES = ("polars", "duckdb")
"""What reads files."""
_NAMED = 10
"""How many repeated names a message lists."""


def open_table(native: Any, name: str, engine: str = "polars") -> Table:
    """Open a table of evidence.

    Parameters
    ----------
    native
        A pandas, Polars (eager or lazy) or PyArrow table, a DuckDB relation, a Spark frame of a
        classic session, anything else that Narwhals takes, a list or tuple of dictionaries, or the
        path of a `.csv`, `.parquet`, `.jsonl` or `.ndjson` file. In a CSV file every value is text,
        and an empty one missing.
    name
        What the policy calls it; where every finding says it is.
    engine
        What reads a file: `polars`, or `duckdb` for files larger than memory. Other tables run
        where they are.

    Returns
    -------
    Table
        The table, its head read and its rows not.

    Raises
    ------
    EvidenceError
        No such file (CPN-E01), a kind of file that is not read (E02), a file that cannot be read
        (E03), no rows (E04), a column name twice (E05) or not text (E08), not a table at all
        (E06), rows that are not dictionaries (E07), a library that is missing (E29), an engine that
        does not read such a file (E57) or that there is not (E58), a
        Spark frame of a kind that is not read (E40).
    """
    if isinstance(native, Table):
        return native
    if engine not in FILE_ENGINES:
        known = ", ".join(FILE_ENGINES)
        values = {"engine": engine, "known": known, "hint": did_you_mean(engine, FILE_ENGINES)}
        raise refusal(name, Finding("CPN-E58", name, values))
    if isinstance(native, list | tuple):
        return _records(native, name)
    if isinstance(native, str | Path):
        from capaian.columns.files import open_file  # noqa: PLC0415 - loads Polars

        return open_file(Path(native), name, engine)
    origin = _origin(native)
    if origin is None:
        return open_table(_stranger(native, name), name)
    if origin in _THROUGH_ARROW and find_spec("pyarrow") is None:
        values = {"given": origin, "library": "PyArrow", "extra": origin}
        raise refusal(name, Finding("CPN-E29", name, values))
    if origin == "spark" and (unfit := _unfit_for_spark(native)):
        raise refusal(name, Finding("CPN-E40", name, unfit))
    head, rows = _head(native, origin, name)
    columns = _named(head, name)
    if not rows:
        raise refusal(name, Finding("CPN-E04", name))
    return Table(name, origin, columns, native=native)


def _origin(native: Any) -> Origin | None:
    """Return what a table is, also where its type is derived from a known one."""
    for each in type(native).__mro__:
        library = each.__module__.split(".")[0].lstrip("_")
        if found := _ENGINES.get((library, each.__name__)):
            return found
    return None


def _unfit_for_spark(native: Any) -> dict[str, str]:
    """Return what a Spark frame is that cannot be read, and what to give instead."""
    module = type(native).__module__
    if module.startswith("pyspark.sql.connect"):
        return {"given": "Spark Connect frame", "instead": "frame.toArrow()"}
    if module.startswith("pyspark.pandas"):
        return {"given": "pandas-on-Spark frame", "instead": "frame.to_spark()"}
    if native.isStreaming:
        return {"given": "stream", "instead": "spark.read"}
    return {}


def refusal(name: str, *findings: Finding) -> EvidenceError:
    """Build (not raise) the error of a table that cannot be opened."""
    return EvidenceError(f"The table '{name}' cannot be opened.", findings)


def _records(rows: Sequence[Any], name: str) -> Table:
    if not rows:
        raise refusal(name, Finding("CPN-E04", name))
    others = sum(not isinstance(row, Mapping) for row in rows)
    if others:
        raise refusal(name, Finding("CPN-E07", name, {"count": others, "rows": len(rows)}))
    head = rows[0].keys()
    known = dict.fromkeys(head)
    for row in rows:
        if row.keys() != head:
            known.update(dict.fromkeys(row))
    return Table(name, "records", _named(list(known), name), native=rows)


def _named(columns: Sequence[Any], name: str) -> tuple[str, ...]:
    """Return the column names, or refuse names that are repeated or not text."""
    findings = []
    if nameless := sum(not isinstance(each, str) for each in columns):
        findings.append(Finding("CPN-E08", name, {"count": nameless}))
    again = [str(each) for each, count in Counter(columns).items() if count > 1]
    if again:
        listed = ", ".join(f"'{each}'" for each in again[:_NAMED])
        findings.append(Finding("CPN-E05", name, {"names": listed}))
    if findings:
        raise refusal(name, *findings)
    return tuple(columns)


def _stranger(native: Any, name: str) -> Any:
    """Return a table of another kind as one that is known, through Narwhals."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415 - records need no Narwhals

    given = type(native).__name__
    if isinstance(native, nw.DataFrame | nw.LazyFrame):
        return nw.to_native(native)
    try:
        frame = nw.from_native(native)
    except TypeError:
        raise refusal(name, Finding("CPN-E06", name, {"given": given})) from None
    if isinstance(frame, nw.LazyFrame):
        return frame.collect(backend="polars").to_native()
    return frame.to_polars()


# ---- heads: the column names, and whether there is a row ---------------------------------------


def _head(native: Any, origin: Origin, name: str) -> tuple[list[Any], bool]:
    """Return the head of a table; what its engine raises when it runs a plan quotes values."""
    try:
        return _HEADS[origin](native)
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a lazy table was told to do
        failed = type(error).__name__
    raise refusal(name, Finding("CPN-E03", name, {"form": origin, "error": failed}))


def _whole(native: Any) -> tuple[list[Any], bool]:
    return list(native.columns), len(native) > 0


def _arrow(native: Any) -> tuple[list[Any], bool]:
    return list(native.column_names), native.num_rows > 0


def _lazy(native: Any) -> tuple[list[Any], bool]:
    return native.collect_schema().names(), native.head(1).collect().height > 0


def _relation(native: Any) -> tuple[list[Any], bool]:
    return list(native.columns), bool(native.limit(1).fetchall())


def _spark(native: Any) -> tuple[list[Any], bool]:
    return list(native.columns), not native.isEmpty()


_HEADS: Mapping[str, Callable[[Any], tuple[list[Any], bool]]] = {
    "pandas": _whole,
    "polars": _whole,
    "polars-lazy": _lazy,
    "pyarrow": _arrow,
    "duckdb": _relation,
    "spark": _spark,
}


# ---- the way out -------------------------------------------------------------------------------


def native_table(columns: Mapping[str, Sequence[Any]], origin: Origin) -> Any:
    """Return columns as the kind of table that evidence came as.

    Parameters
    ----------
    columns
        Names to values of equal length: text, integers of 64 bits, floats, answers; `None` is
        missing. Whole columns may be NumPy arrays, in which a float that is not a number is
        missing, `Coded` text, or `Gappy` integers, of which those beyond 64 bits are missing.
    origin
        `records` gives a list of dictionaries, `polars-lazy` a lazy frame, `file` a Polars frame.
        Integers of which some are missing stay integers (pandas: `Int64`).
    """
    if origin == "records":
        names = list(columns)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if origin == "pandas":
        return _pandas(columns)
    frame = _frame(columns)
    if origin == "polars-lazy":
        return frame.lazy()
    if origin == "pyarrow":
        return frame.to_arrow()
    if origin == "duckdb":
        import duckdb  # noqa: PLC0415 - only relations need DuckDB

        return duckdb.connect().from_arrow(frame.to_arrow())
    return frame


def _frame(columns: Mapping[str, Any]) -> Any:
    """Return a Polars frame; a column that says one word everywhere takes no memory in it."""
    import polars as pl  # noqa: PLC0415 - records need no Polars

    alike = {name: _one(each) for name, each in columns.items() if isinstance(each, Coded)}
    words = {name: word[0] for name, word in alike.items() if word}
    rest = [_series(name, each) for name, each in columns.items() if name not in words]
    if not rest:
        return pl.DataFrame([_series(name, each) for name, each in columns.items()])
    said = [pl.lit(word, pl.String).alias(name) for name, word in words.items()]
    return pl.DataFrame(rest).with_columns(said).select(*columns)


def _one(column: Coded) -> list[str | None]:
    """Return the word that a column says in every row, if there is one, as a list of it."""
    codes = column.codes
    if not len(codes) or (codes.strides != (0,) and codes.min() != codes.max()):
        return []
    return [None if codes[0] < 0 else column.words[codes[0]]]


def _series(name: str, column: Any) -> Any:
    import polars as pl  # noqa: PLC0415 - records need no Polars

    from capaian.columns.subjects import Subjects, text_of  # noqa: PLC0415 - loads Polars

    if isinstance(column, Subjects):
        return column.text.alias(name)
    if isinstance(column, Coded):
        codes = pl.Series(column.codes)
        places = pl.select(pl.when(codes >= 0).then(codes)).to_series()
        return text_of(column.words).alias(name).gather(places)
    if isinstance(column, Gappy):
        return pl.select(
            pl.when(pl.Series(column.known)).then(pl.Series(column.values)).alias(name)
        ).to_series()
    made = pl.Series(name, column if hasattr(column, "dtype") else list(column))
    return made.fill_nan(None) if made.dtype.is_float() and made.is_nan().any() else made


_PANDAS: Mapping[type, tuple[str, str]] = {
    bool: ("bool", "boolean"),
    int: ("int64", "Int64"),
    float: ("float64", "float64"),
}


def _pandas(columns: Mapping[str, Sequence[Any]]) -> Any:
    import pandas as pd  # noqa: PLC0415 - only pandas tables need pandas

    made = {}
    for name, column in columns.items():
        if isinstance(column, Coded):
            words = pd.Series([*column.words, None], dtype="str").array
            made[name] = pd.Series(words.take(column.codes), name=name)
            continue
        if isinstance(column, Gappy):
            whole = pd.Series(column.values, name=name)
            masked = whole.astype("Int64").mask(~column.known)
            made[name] = whole if column.known.all() else masked
            continue
        if hasattr(column, "dtype"):
            made[name] = pd.Series(column, name=name)
            continue
        values = list(column)
        kinds = {type(each) for each in values if each is not None}
        gaps = any(each is None for each in values)
        full, gappy = _PANDAS.get(kinds.pop() if len(kinds) == 1 else object, ("", ""))
        made[name] = pd.Series(values, dtype=(gappy if gaps else full) or None, name=name)
    return pd.DataFrame(made)
