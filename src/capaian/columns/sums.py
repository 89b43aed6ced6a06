"""What is asked of each subject's rows: packed sums, and what has to be made apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import polars as pl

from capaian.columns.files import give_back
from capaian.columns.frame_desk import collect, engine_errors
from capaian.columns.intake import is_duckdb
from capaian.columns.limits import Sizes
from capaian.columns.packing import EXACT, NARROW, WIDEST, Field, pack
from capaian.columns.request import LARGEST, Table
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
        subjects = found.drop_in_place(self.subject).cast(pl.String)
        order = subjects.arg_sort()
        # One column after another, so that there are never two of each.
        rest = [found.drop_in_place(name).gather(order) for name in found.columns]
        return pl.DataFrame([subjects.gather(order), *rest])

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


def _most(found: pl.DataFrame) -> int:
    """Return how many rows the subject with the most has."""
    return max(found["rows"].to_numpy().tolist(), default=0)


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
