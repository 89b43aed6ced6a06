"""Statistics that a plugin's functions give of a frame, held against what they declare."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from capaian.columns.frame_desk import collect
from capaian.columns.intake import is_duckdb
from capaian.columns.printer import Printer
from capaian.formula import Own
from capaian.formula.functions import SUBJECT, Functions

Outputs = dict[str, tuple[int | None, ...]]


def outputs_of(
    frame: nw.LazyFrame[Any],
    subject: str,
    tree: Own,
    printer: Printer,
    subjects: Collection[str],
) -> Outputs:
    """Return the outputs of each subject's rows.

    Parameters
    ----------
    frame
        The rows that count.
    subject
        The column that names the subject.
    tree
        The functions, with what they get of a row.
    printer
        Prints these formulas.
    subjects
        Everybody who has a row.

    Raises
    ------
    PluginError
        CPN-G12 to G15: the function raises, or returns something else than it declares.
    """
    functions = tree.functions
    engine = "duckdb" if is_duckdb(frame) else "polars"
    values = {
        name: _value(printer, each)
        for name, each in zip(functions.inputs, tree.args, strict=True)
    }  # fmt: skip
    given = frame.select(nw.col(subject).cast(nw.String).alias(SUBJECT), **values)
    made = functions.run(functions.frames, given, engine)
    # An expression that cannot be run shows only when it is, and it is the author's.
    names = functions.run(_names, made, engine) if isinstance(made, nw.LazyFrame) else []
    if set(names) != {SUBJECT, *functions.outputs}:
        raise functions.misshapen(names or [type(made).__name__], engine)
    found: pl.DataFrame = functions.run(collect, made.select(SUBJECT, *functions.outputs), engine)
    columns = [_whole(functions, found[name], engine) for name in functions.outputs]
    who = found[SUBJECT].cast(pl.String).to_list()
    strange = sum(each not in subjects for each in set(who)) + len(who) - len(set(who))
    if strange:
        raise functions.refusal("CPN-G15", engine, {"count": strange})
    return dict(zip(who, zip(*columns, strict=True), strict=True))


def _names(frame: nw.LazyFrame[Any]) -> list[str]:
    return frame.collect_schema().names()


def _value(printer: Printer, tree: Any) -> nw.Expr:
    printed = printer.row(tree)
    return printed.expr if printed.below == 1 else printed.over(printed.below)


def _whole(functions: Functions, column: pl.Series, engine: str) -> list[int | None]:
    """Return an output's integers; engines widen the type of a sum of integers."""
    dtype = column.dtype
    exact = dtype.is_integer() or (isinstance(dtype, pl.Decimal) and not dtype.scale)
    try:
        whole = column.cast(pl.Int64) if exact or dtype == pl.Null else None
    except pl.exceptions.PolarsError:
        whole = None
    if whole is None:
        raise functions.no_integer(column.name, str(dtype), engine)
    return whole.to_list()
