"""Files of evidence, read lazily: CSV, Parquet and JSON Lines, by Polars or DuckDB."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from capaian.columns.door import refusal
from capaian.columns.request import Table
from capaian.errors import Finding

_UNREADABLE = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What Polars raises of a file; a panic, of which a broken Parquet file is a reason, is its own."""
FORMS: Mapping[str, str] = {
    ".csv": "CSV",
    ".parquet": "Parquet",
    ".jsonl": "JSON Lines",
    ".ndjson": "JSON Lines",
}
WRITTEN = frozenset({"CSV", "JSON Lines"})
"""Files in which a number or an answer may be text: CSV has nothing else, and JSON has no decimals
that every reader keeps."""
CONNECTION = "connection"
"""Under which name a table keeps the connection of a DuckDB of our own."""
_SEPARATORS = (",", ";", "\t")
MOST_COLUMNS = 10_000
"""Columns that a file may have: with each, engines take longer for every other."""
LOOKED_AT = 2**20
"""Characters in which breaks within cells are looked for."""


def open_file(path: Path, name: str, engine: str) -> Table:
    """Open a file; see `open_table`."""
    form = FORMS.get(path.suffix.lower())
    # os.path and not pathlib, which raises for names that no file can have.
    if not os.path.isfile(path):  # noqa: PTH113
        raise refusal(name, Finding("CPN-E01", name, {"path": str(path)}))
    if form is None:
        values = {"path": str(path), "known": ", ".join(FORMS)}
        raise refusal(name, Finding("CPN-E02", name, values))
    if engine == "duckdb":
        return _by_duckdb(path, name, form)
    try:
        if path.stat().st_size == 0:
            raise refusal(name, Finding("CPN-E04", name))
        frame = _SCANS[form](path, name)
        columns = tuple(frame.collect_schema().names())
        _prove_width(columns, name)
        rows = frame.head(1).collect().height
    except (*_UNREADABLE, UnicodeDecodeError, csv.Error) as error:
        raise refusal(name, unreadable(name, str(path), form, error)) from None
    if not rows:
        raise refusal(name, Finding("CPN-E04", name))
    return Table(name, "file", columns, form in WRITTEN, frame, str(path))


def _by_duckdb(path: Path, name: str, form: str) -> Table:
    """Open a file in a DuckDB of its own, which keeps no more of it than it needs."""
    if form not in _RELATIONS:
        values = {"engine": "DuckDB", "form": form, "other": "polars"}
        raise refusal(name, Finding("CPN-E57", name, values))
    if find_spec("duckdb") is None or find_spec("pyarrow") is None:
        missing = "DuckDB" if find_spec("duckdb") is None else "PyArrow"
        values = {"given": "DuckDB", "library": missing, "extra": "duckdb"}
        raise refusal(name, Finding("CPN-E29", name, values))
    import duckdb  # noqa: PLC0415 - only where a file is to be read by it

    try:
        if path.stat().st_size == 0:
            raise refusal(name, Finding("CPN-E04", name))
        connection = _own(duckdb.connect())
        relation = _RELATIONS[form](connection, path, name)
        columns = tuple(relation.columns)
        _prove_width(columns, name)
        rows = relation.limit(1).fetchall()
    except (duckdb.Error, OSError, UnicodeDecodeError, csv.Error) as error:
        raise refusal(name, unreadable(name, str(path), form, error)) from None
    if not rows:
        raise refusal(name, Finding("CPN-E04", name))
    kept = {CONNECTION: connection}
    return Table(name, "duckdb", columns, form in WRITTEN, relation, str(path), kept)


def _own(connection: Any) -> Any:
    """Return a connection that keeps no rows in order: nothing here depends on it."""
    connection.execute("SET preserve_insertion_order = false")
    return connection


def give_back(table: Table) -> None:
    """Have DuckDB return to the system what it needed for a query that is over.

    Its allocator keeps that memory for the next query, and all that follows would lie beside it. It
    lets go of it when the limit of memory is set. Only in a DuckDB of our own: the settings of a
    relation's are its owner's.
    """
    if table.origin == "duckdb" and CONNECTION in table.kept:
        table.kept[CONNECTION].execute("RESET memory_limit")


def unreadable(name: str, path: str, form: str, error: BaseException) -> Finding:
    """Return what is wrong with a file that an engine could not read, without its content."""
    if form == "CSV" and (ragged := _ragged(Path(path))):
        line, cells, header = ragged
        return Finding("CPN-E28", name, {"line": line, "cells": cells, "header": header})
    return Finding("CPN-E03", name, {"form": form, "error": type(error).__name__})


def file_form(path: str) -> str:
    """Return what kind of file a path names."""
    return FORMS[Path(path).suffix.lower()]


def _ragged(path: Path) -> tuple[int, int, int] | None:
    """Return the first line with more cells than the header: number, cells, cells of the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.reader(lines, delimiter=_separator(path))
            header = len(next(rows))
            for row in rows:
                if len(row) > header:
                    return rows.line_num, len(row), header
    except (UnicodeDecodeError, csv.Error, StopIteration):
        pass
    return None


def _separator(path: Path) -> str:
    """Return the separator: of comma, semicolon and tab the one that the first line has most."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        head = lines.readline()
    return max(_SEPARATORS, key=head.count)


def _header(path: Path, name: str) -> tuple[str, list[str]]:
    """Return the separator and the column names of a CSV file, or refuse repeated names."""
    separator = _separator(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines, delimiter=separator), [])
    _prove_width(header, name)
    counts = Counter(header)
    again = sorted(f"'{each}'" for each, count in counts.items() if count > 1)
    if again:
        raise refusal(name, Finding("CPN-E05", name, {"names": ", ".join(again)}))
    return separator, header


def _prove_width(names: Sequence[str], name: str) -> None:
    if len(names) > MOST_COLUMNS:
        values = {"count": len(names), "most": MOST_COLUMNS}
        raise refusal(name, Finding("CPN-E75", name, values))


def _csv(path: Path, name: str) -> pl.LazyFrame:
    separator, _ = _header(path, name)
    return pl.scan_csv(path, separator=separator, infer_schema=False)


def _parquet(path: Path, _: str) -> pl.LazyFrame:
    return pl.scan_parquet(path)


def _json_lines(path: Path, _: str) -> pl.LazyFrame:
    return pl.scan_ndjson(path, infer_schema_length=None)


_SCANS: Mapping[str, Callable[[Path, str], pl.LazyFrame]] = {
    "CSV": _csv,
    "Parquet": _parquet,
    "JSON Lines": _json_lines,
}


def _csv_relation(connection: Any, path: Path, name: str) -> Any:
    separator, header = _header(path, name)
    return connection.read_csv(
        str(path),
        header=True,
        sep=separator,
        quotechar='"',
        escapechar='"',
        columns=dict.fromkeys(header, "VARCHAR"),
        auto_detect=False,
        null_padding=True,
        parallel=not _breaks(path),
    )


def _breaks(path: Path) -> bool:
    """Return whether a cell near the beginning holds a line break: DuckDB then reads in one go."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        return any(line.count('"') % 2 for line in text.read(LOOKED_AT).splitlines())


def _parquet_relation(connection: Any, path: Path, _: str) -> Any:
    return connection.read_parquet(str(path))


_RELATIONS: Mapping[str, Callable[[Any, Path, str], Any]] = {
    "CSV": _csv_relation,
    "Parquet": _parquet_relation,
}
