"""What is asked of each subject's rows: packed sums, and what has to be made apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from capaian.columns.files import give_back
from capaian.columns.frame_desk import collect, engine_errors
from capaian.columns.intake import is_duckdb
from capaian.columns.limits import Sizes
from capaian.columns.packing import EXACT, NARROW, WIDEST, Field, pack
from capaian.columns.request import LARGEST, Table
from capaian.columns.subjects import as_they_stand, seem_distinct, text_order
from capaian.formula import Aggregate

Frame: TypeAlias = nw.LazyFrame[Any]
_HALF = 2**31
"""Where a sum may not fit, the upper and the lower halves of its terms are added apart."""


class Sums:
    """The aggregates of one pass over the rows.

    Attributes
    ----------
    frame
        The rows that count.
    subject
        The column that names the subject.
    sizes
        How large the row formulas can grow.
    table
        Where the rows come from.
    """

    def __init__(self, frame: Frame, subject: str, sizes: Sizes, table: Table) -> None:
        self.frame = frame
        self.subject = subject
        self.sizes = sizes
        self.table = table
        self.fields: list[Field] = []
        self.apart: dict[str, tuple[nw.Expr, Aggregate]] = {}

    def count(self, name: str, condition: nw.Expr) -> None:
        """Ask how often a condition holds that is never unknown."""
        self.fields.append(Field(name, condition.cast(nw.Int64), 1))

    def add(self, name: str, term: nw.Expr, tree: Aggregate) -> None:
        """Ask for a statistic of a term; that of a sum is never unknown."""
        if tree.op == "sum" and tree.inner is not None:
            size = self.sizes.of(tree.inner)
            if size.low >= 0 and size.high.bit_length() <= NARROW:
                self.fields.append(Field(name, term, size.high))
                return
        self.apart[name] = (term, tree)

    def run(self, row_bits: int) -> tuple[pl.DataFrame, dict[str, Any]]:
        """Return what was asked of each subject's rows, and the sums that were packed.

        Parameters
        ----------
        row_bits
            In how many bits the number of a subject's rows is likely to fit.
        """
        for bits in dict.fromkeys((row_bits, WIDEST)):
            terms, places = pack(self.fields, bits, real=is_duckdb(self.frame))
            found = self._tried(terms, 2**bits)
            if found is not None and _most(found) < 2**bits:
                packs = {name: found[name].to_numpy() for name in terms}
                taken: dict[str, Any] = {name: each.taken(packs) for name, each in places.items()}
                return self._proved(found), taken
        terms = {each.name: each.expr for each in self.fields}
        found = self._grouped(terms, None)
        return self._proved(found), {name: found[name].to_numpy() for name in terms}

    def singly(self, *, ordered: bool) -> tuple[pl.DataFrame, dict[str, Any]] | None:
        """Return the same of rows in memory of which each has another subject: nothing is grouped.

        A statistic of one row is its term, in the table's own memory where it is a column of it.
        `None` where two rows share a subject, which is seen
        before any term is worked out, or a sum may pass 64 bits.

        Parameters
        ----------
        ordered
            Whether subjects must come in order of their text.
        """
        if any(tree.op == "sum" and self._may_pass(tree, 1) for _, tree in self.apart.values()):
            return None
        order_of = text_order if ordered else as_they_stand
        who = _rows_of(self.frame.select(self.subject))[self.subject]
        if not seem_distinct(who) or not (order := order_of(who)).distinct:
            return None
        terms = {each.name: each.expr for each in self.fields}
        terms |= {name: term for name, (term, _) in self.apart.items()}
        found = _rows_of(self.frame.select(self.subject, **terms))
        if not found[self.subject].equals(who):  # a join has put the rows in another order
            order = order_of(found[self.subject])
        if not order.distinct:
            return None
        made = pl.DataFrame([order.of(column) for column in found])
        if ordered and order.places is None and who.dtype == pl.Int64:
            # Kept, while whoever brought the table may change it where it lies; text never is.
            made = made.with_columns(pl.col(self.subject) + 0)
        taken = {each.name: made[each.name].to_numpy() for each in self.fields}
        known = [
            made[name].is_not_null().cast(pl.Int64)
            for name, (_, tree) in self.apart.items()
            if tree.op == "distinct"
        ]
        rows = np.broadcast_to(np.int64(1), len(made))
        return made.with_columns(known), {"rows": rows, **taken}

    def _tried(self, terms: Mapping[str, nw.Expr], most: int) -> pl.DataFrame | None:
        """Return what is asked, if no subject has as many rows; `None` where an engine cannot."""
        try:
            return self._grouped(terms, most)
        except engine_errors():  # a sum of DuckDB's passed 64 bits: somebody has more rows
            return None

    def _grouped(self, terms: Mapping[str, nw.Expr], most: int | None) -> pl.DataFrame:
        rows = {**terms, **{name: term for name, (term, _) in self.apart.items()}}
        asked = {name: nw.col(name).sum().cast(nw.Int64) for name in terms}
        for name, (_, tree) in self.apart.items():
            asked |= self._asked_apart(name, tree, most)
        frame = self.frame.select(self.subject, **rows)
        return self._collected(frame, {"rows": nw.len().cast(nw.Int64), **asked})

    def _asked_apart(self, name: str, tree: Aggregate, most: int | None) -> dict[str, nw.Expr]:
        column = nw.col(name)
        match tree.op:
            case "min":
                return {name: column.min()}
            case "max":
                return {name: column.max()}
            case "distinct":
                gap = column.is_null().cast(nw.Int64).max().cast(nw.Int64)
                return {name: column.n_unique().cast(nw.Int64), f"{name}gap": gap}
            case _ if is_duckdb(self.frame) and self._fits_real(tree, most):
                # A sum of integers is of 128 bits, and takes twice the memory of one of floats.
                return {name: column.cast(nw.Float64).sum().cast(nw.Int64)}
            case _ if is_duckdb(self.frame) and self._may_pass(tree, most):
                # DuckDB's sums are exact: written as text, they may pass 64 bits.
                return {f"{name}exact": column.sum().cast(nw.String)}
            case _:
                return {name: column.sum().cast(nw.Int64)}

    def _fits_real(self, tree: Aggregate, rows: int | None) -> bool:
        """Return whether all sums over so many rows are integers that a float64 holds exactly."""
        return (
            tree.inner is not None
            and rows is not None
            and self.sizes.of(tree.inner).most * rows <= 1 << EXACT
        )

    def _may_pass(self, tree: Aggregate, rows: int | None) -> bool:
        """Return whether a sum over so many rows could pass 64 bits."""
        return tree.inner is not None and (
            rows is None or self.sizes.of(tree.inner).most * rows > LARGEST
        )

    def _collected(self, frame: Frame, asked: Mapping[str, nw.Expr]) -> pl.DataFrame:
        """Return what is asked of each subject's rows, in order of the subjects' text."""
        aggregates = [each.alias(name) for name, each in asked.items()]
        found = collect(frame.group_by(self.subject).agg(*aggregates))
        give_back(self.table)
        order = text_order(found[self.subject])
        # One column after another, so that there are never two of each.
        return pl.DataFrame([order.of(found.drop_in_place(name)) for name in found.columns])

    def _proved(self, found: pl.DataFrame) -> pl.DataFrame:
        """Return the same, with those sums in halves that may have wrapped."""
        most = _most(found)
        halves: dict[str, nw.Expr] = {}
        for name, (term, tree) in self.apart.items():
            if tree.op == "sum" and name in found.columns and self._may_pass(tree, most):
                low = term % _HALF
                halves |= {f"{name}low": low, f"{name}high": (term - low) // _HALF}
        if not halves:
            return found
        sums = {name: nw.col(name).sum().cast(nw.Int64) for name in halves}
        again = self._collected(self.frame.select(self.subject, **halves), sums)
        return found.hstack(again.drop(self.subject))


def _rows_of(frame: Frame) -> pl.DataFrame:
    """Return the rows of a frame that is in memory; columns that stand as they are, not copied."""
    made: pl.DataFrame = frame.collect(backend="polars").to_native()
    return made


def _most(found: pl.DataFrame) -> int:
    """Return how many rows the subject with the most has."""
    return int(found["rows"].to_numpy().max(initial=0))


def column_of(name: str, found: pl.DataFrame) -> Any:
    """Return the column of an aggregate that was made apart; a list where it may pass 64 bits."""
    if f"{name}exact" in found.columns:
        return [int(each or 0) for each in found[f"{name}exact"].to_list()]
    if f"{name}low" in found.columns:
        halves: Iterable[tuple[int | None, int | None]] = zip(
            found[f"{name}high"].to_list(), found[f"{name}low"].to_list(), strict=True
        )
        return [(high or 0) * _HALF + (low or 0) for high, low in halves]
    column = found[name]
    if f"{name}gap" in found.columns:
        column = column - found[f"{name}gap"]
    return column
