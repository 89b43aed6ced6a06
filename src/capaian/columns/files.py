"""Files of evidence, read lazily: CSV, Parquet and JSON Lines, by Polars or DuckDB."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from capaian.columns.door import refusal
from capaian.columns.request import Table
from capaian.errors import Finding

FORMS: Mapping[str, str] = {
    ".csv": "CSV",
    ".parquet": "Parquet",
    ".jsonl": "JSON Lines",
    ".ndjson": "JSON Lines",
}
_SEPARATORS = (",", ";", "\t")


def open_file(path: Path, name: str, engine: str) -> Table:
    """Open a file; see `open_table`."""
    form = FORMS.get(path.suffix.lower())
    if not path.is_file():
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
        rows = frame.head(1).collect().height
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError, csv.Error) as error:
        raise refusal(name, unreadable(name, str(path), form, error)) from None
    if not rows:
        raise refusal(name, Finding("CPN-E04", name))
    return Table(name, "file", columns, form == "CSV", frame, str(path))


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
        relation = _RELATIONS[form](duckdb.connect(), path, name)
        columns = tuple(relation.columns)
        rows = relation.limit(1).fetchall()
    except (duckdb.Error, OSError, UnicodeDecodeError, csv.Error) as error:
        raise refusal(name, unreadable(name, str(path), form, error)) from None
    if not rows:
        raise refusal(name, Finding("CPN-E04", name))
    return Table(name, "duckdb", columns, form == "CSV", relation, str(path))


def unreadable(name: str, path: str, form: str, error: Exception) -> Finding:
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


def _header(path: Path, name: str) -> str:
    """Return the separator of a CSV file, or refuse a header with names that are repeated."""
    separator = _separator(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines, delimiter=separator), [])
    again = sorted({f"'{each}'" for each in header if header.count(each) > 1})
    if again:
        raise refusal(name, Finding("CPN-E05", name, {"names": ", ".join(again)}))
    return separator


def _csv(path: Path, name: str) -> pl.LazyFrame:
    return pl.scan_csv(path, separator=_header(path, name), infer_schema=False)


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
    return connection.read_csv(
        str(path),
        header=True,
        sep=_header(path, name),
        quotechar='"',
        escapechar='"',
        all_varchar=True,
        null_padding=True,
    )


def _parquet_relation(connection: Any, path: Path, _: str) -> Any:
    return connection.read_parquet(str(path))


_RELATIONS: Mapping[str, Callable[[Any, Path, str], Any]] = {
    "CSV": _csv_relation,
    "Parquet": _parquet_relation,
}
