"""Scores as arrays: a row for each subject, a column for each indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.columns import Coded, Origin
from capaian.scores import Scores


@frozen(eq=False, repr=False)
class Matrix:
    """The ledger of scores, laid out for arithmetic over whole columns.

    Attributes
    ----------
    subjects, indicators
        Identifiers, in the order of rows and of columns.
    measured, achievement
        float64, subjects x indicators: the measured value in its unit, and the achievement on the
        policy's scale; not a number where the indicator has none.
    weight
        float64, subjects x indicators: the weight in the root that the subject's score was made
        with, after what was missing; the rows of a complete additive tree add up to 1. Not a number
        where the indicator took no part.
    contribution
        float64, subjects x indicators: what each brings to the score.
    n
        int64, subjects x indicators: observations behind each value.
    score
        float64: the published score; not a number where there is none.
    band
        Positions in `bands`; -1 for no band.
    bands
        Ids: those of intervals from the lowest up, those of a decision table as it names them.
    units
        For each subject its unit, where the evidence says one.
    origin
        The kind of table that the evidence came as.
    """

    subjects: Sequence[str]
    indicators: tuple[str, ...]
    measured: NDArray[np.float64]
    achievement: NDArray[np.float64]
    weight: NDArray[np.float64]
    contribution: NDArray[np.float64]
    n: NDArray[np.int64]
    score: NDArray[np.float64]
    band: NDArray[np.int16]
    bands: tuple[str, ...]
    units: Sequence[str | None]
    origin: Origin

    def __len__(self) -> int:
        return len(self.subjects)

    def __repr__(self) -> str:
        return f"<Matrix {len(self)} subjects x {len(self.indicators)} indicators>"


def matrix_of(scores: Scores) -> Matrix:
    """Lay scores out as arrays.

    Parameters
    ----------
    scores
        Of one period.
    """
    shape = (len(scores), len(scores.plan.indicators))
    ledger, results = scores.results.ledger(), scores.results.columns()

    def wide(name: str) -> NDArray[np.float64]:
        return _floats(ledger[name]).reshape(shape)

    bands = bands_of(scores)
    units = scores.units
    return Matrix(
        subjects=scores.subjects,
        indicators=tuple(scores.plan.indicators),
        measured=wide("measured"),
        achievement=wide("achievement"),
        weight=wide("weight"),
        contribution=wide("contribution"),
        n=np.nan_to_num(wide("n")).astype(np.int64),
        score=_floats(results["score"]),
        band=_positions(results["band"], bands),
        bands=bands,
        units=[units.get(each) for each in scores.subjects],
        origin=scores.origin,
    )


def bands_of(scores: Scores) -> tuple[str, ...]:
    """Return the policy's bands, the lowest first."""
    policy = scores.policy
    if policy.decision is not None:
        given = {each.gives for each in policy.decision.cells}
        return tuple(each.id for each in policy.bands if each.id in given)
    low = [(each.low is not None, each.low or 0, each.id) for each in policy.bands]
    return tuple(name for *_, name in sorted(low))


def _floats(column: Any) -> NDArray[np.float64]:
    """Return a column as float64; what is missing, or does not fit 64 bits, is not a number."""
    if hasattr(column, "known"):
        found: NDArray[np.float64] = column.values.astype(np.float64)
        found[~column.known] = np.nan
        for at, value in column.large.items():
            found[at] = value
        return found
    return np.asarray(column, dtype=np.float64)


def _positions(column: Any, bands: Sequence[str]) -> NDArray[np.int16]:
    places = {name: at for at, name in enumerate(bands)}
    if isinstance(column, Coded):
        table = np.array([*(places.get(each, -1) for each in column.words), -1], dtype=np.int16)
        found: NDArray[np.int16] = table[column.codes]
        return found
    return np.array([places.get(each, -1) for each in column], dtype=np.int16)
