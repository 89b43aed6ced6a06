"""What pictures are made of: named columns, from a result of an analysis or from any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import isfinite, isnan
from typing import Any, TypeAlias

from capaian.charts.picture import HEADLINE
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse

Columns: TypeAlias = dict[str, list[Any]]
_WAYS = ("to_pylist", "to_list", "tolist")
_NUMBERS = int | float | Fraction | Decimal


def columns_of(table: Any, needed: Sequence[str], others: Sequence[str] = ()) -> Columns:
    """Return columns of a table as plain lists; what is missing in them is `None`.

    Parameters
    ----------
    table
        A `Table` of an analysis, a mapping of columns, a list of dicts, or a dataframe.
    needed, others
        Columns that it must have, and those that are taken where it has them. A name that ends in
        `*` is every column that begins so.

    Raises
    ------
    AnalysisError
        `CPN-M87`: columns that it does not have, all of them. `CPN-M88`: it has no rows.
        `CPN-M89`: it is no table.
    """
    names, read = _opened(table)
    faults = [
        Finding("CPN-M87", "table", {"name": each, "hint": did_you_mean(each, names),
                                     "known": ", ".join(names) or "–"})
        for each in needed
        if each not in names
    ]  # fmt: skip
    if faults:
        raise AnalysisError(HEADLINE, faults)
    begins = tuple(each[:-1] for each in others if each.endswith("*"))
    wanted = {*needed, *others}
    found = {
        each: read(each) for each in names if each in wanted or (begins and each.startswith(begins))
    }
    prove_some(found[needed[0]], "table")
    return found


def _opened(table: Any) -> tuple[list[str], Any]:
    """Return the names of a table's columns, and what gives one of them."""
    if isinstance(table, Mapping):
        return [str(each) for each in table], lambda name: _plain(table[name])
    if isinstance(table, Sequence) and not isinstance(table, str | bytes):
        if all(isinstance(row, Mapping) for row in table):
            names = list(dict.fromkeys(str(name) for row in table for name in row))
            return names, lambda name: _plain([row.get(name) for row in table])
        raise _no_table(table)
    if hasattr(table, "collect") or not hasattr(table, "__getitem__"):
        raise _no_table(table)  # a lazy frame is asked for its columns by whoever has it
    listed = getattr(table, "column_names", None) or getattr(table, "columns", None)
    if listed is None:
        raise _no_table(table)
    return [str(each) for each in listed], lambda name: _plain(table[name])


def _no_table(given: object) -> AnalysisError:
    return refuse(AnalysisError, HEADLINE, "CPN-M89", "table", given=type(given).__name__)


def _plain(column: Any) -> list[Any]:
    way = next((getattr(column, each) for each in _WAYS if hasattr(column, each)), None)
    if way is None and not isinstance(column, Sequence):
        raise _no_table(column)
    return [_known(each) for each in (way() if way else column)]


def _known(value: Any) -> Any:
    """Return a value; `None` for what is no number, or pandas's word for nothing."""
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    return None if isinstance(value, float) and isnan(value) else value


def prove_some(rows: Sequence[Any], where: str) -> None:
    """Refuse what has no rows.

    Raises
    ------
    AnalysisError
        `CPN-M88`.
    """
    if not rows:
        raise refuse(AnalysisError, HEADLINE, "CPN-M88", where)


def prove_choice(where: str, given: Any, known: Sequence[str]) -> None:
    """Refuse a word that is none of the choices.

    Raises
    ------
    AnalysisError
        `CPN-M90`.
    """
    if given not in known:
        hint = did_you_mean(str(given), known)
        said = ", ".join(known)
        raise refuse(AnalysisError, HEADLINE, "CPN-M90", where, hint=hint, known=said)


def numbers(
    columns: Columns, name: str, least: float | None = None, most: float | None = None
) -> list[float | None]:
    """Return a column as numbers; `None` where there is none.

    Raises
    ------
    AnalysisError
        `CPN-M91`: values that are no number, infinite, or beyond the ends; they are counted.
    """
    low, high = (
        (-float("inf") if least is None else least),
        (float("inf") if most is None else most),
    )
    bad, found = 0, list[float | None]()
    for each in columns[name]:
        value = float(each) if isinstance(each, _NUMBERS) else None
        wrong = each is not None and (
            value is None
            or isinstance(each, bool)
            or not isfinite(value)
            or not low <= value <= high
        )
        bad += wrong
        found.append(None if wrong else value)
    if bad:
        ends = (
            "" if least is None and most is None else f" {'…' if least is None else f'{least:g}'}"
        )
        ends += "" if not ends else f" – {'…' if most is None else f'{most:g}'}"
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M91", name, count=bad, known=ends.strip() or "–∞ – ∞"
        )
    return found
