"""Answers of several requests brought into one order of subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from capaian.columns import Reduced
from capaian.scores.ask import Ask


def with_rows(ask: Ask, reduced: Reduced) -> Sequence[str]:
    """Return the subjects that have a row in this request; all of them, mostly as they stand."""
    index = ask.rows
    if index is None:
        return reduced.subjects
    if reduced.plain is None and reduced.subjects:
        known = reduced.array(index)[0] > 0
        if known.all():
            return reduced.subjects
        return [each for each, there in zip(reduced.subjects, known.tolist(), strict=True) if there]
    counts = reduced.column(index)
    if all(counts):
        return reduced.subjects
    return [each for each, count in zip(reduced.subjects, counts, strict=True) if count]


def align(
    reduced: Sequence[tuple[Ask, Reduced]], subjects: Sequence[str], *, whole: bool
) -> dict[str, Any]:
    """Return the integers of all requests by name, in the order of the subjects."""
    inputs: dict[str, Any] = {}
    for ask, each in reduced:
        for index, name in enumerate(ask.names):
            absent = 0 if each.zero_where_absent(index) else None
            inputs[name] = each.aligned(index, subjects, absent=absent, whole=whole)
    return inputs


def ends_of(
    reduced: Sequence[tuple[Ask, Reduced]], inputs: Mapping[str, Any]
) -> dict[str, tuple[int, int] | None]:
    """Return, of inputs that lie in the memory of tables, the least and the greatest, or `None`."""
    return {
        name: ends
        for ask, each in reduced
        if each.lent
        for name, ends, (values, _) in zip(ask.names, each.ends, each.wholes, strict=False)
        if name in inputs and inputs[name][0] is values
    }


def add_exposure(
    inputs: dict[str, Any], constants: Mapping[str, int], count: int, *, whole: bool
) -> None:
    """Add, for each indicator with exposure, the days in post less leave and the full days."""
    for name, full in constants.items():
        indicator = name.removesuffix(".full")
        days = inputs.pop(f"{indicator}.days")
        leave = inputs.pop(f"{indicator}.leave", None)
        if whole:
            values, known = days
            inputs[f"{indicator}.exposure"] = (values - (leave[0] if leave else 0), known)
            inputs[name] = (values * 0 + full, known | True)
        else:
            off = leave or [0] * count
            inputs[f"{indicator}.exposure"] = [
                None if on is None or away is None else on - away
                for on, away in zip(days, off, strict=True)
            ]
            inputs[name] = [full] * count


def columns_of(given: Mapping[str, Sequence[int]], *, whole: bool) -> dict[str, Any]:
    """Return integers that are known of everybody, as those of requests come."""
    if not whole:
        return {name: list(values) for name, values in given.items()}
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    columns = {name: np.asarray(values, dtype=np.int64) for name, values in given.items()}
    return {name: (each, np.ones(len(each), dtype=np.bool_)) for name, each in columns.items()}
