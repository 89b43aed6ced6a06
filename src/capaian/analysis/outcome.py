"""Scores and bands alone, without the ledger: what a comparison of results asks first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.bands import band_places
from capaian.analysis.matrix import bands_of
from capaian.scores import Scores

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Scored(Protocol):
    """What has subjects and their scores, in one order."""

    @property
    def subjects(self) -> Sequence[str]:
        """Identifiers."""

    @property
    def score(self) -> Floats:
        """The published scores; not a number where there is none."""


@frozen(eq=False)
class Outcome:
    """The scores and the bands of a result.

    Attributes
    ----------
    subjects
        Identifiers.
    score
        The published scores; not a number where there is none.
    band
        Positions in `bands`; -1 for no band.
    bands
        Ids, the lowest first.
    """

    subjects: Sequence[str]
    score: Floats
    band: Whole
    bands: tuple[str, ...]


def outcome_of(scores: Scores) -> Outcome:
    """Return the scores and the bands of a result."""
    values, bands = scores.results.columns()["score"], bands_of(scores)
    found = np.asarray(values, dtype=np.float64)
    places = {name: at for at, name in enumerate(bands)}
    return Outcome(scores.subjects, found, band_places(scores, places), bands)


def shared_rows(one: Scored, two: Scored) -> tuple[Whole, Whole]:
    """Return the rows, in each, of the subjects that have a score in both, in one order."""
    names, others = (np.array(list(each.subjects), dtype=object) for each in (one, two))
    if len(names) == len(others) and bool((names == others).all()):
        rows = np.flatnonzero(np.isfinite(one.score) & np.isfinite(two.score))
        return rows, rows
    place = {name: at for at, name in enumerate(others.tolist())}
    pairs = [
        (row, place[name])
        for row, name in enumerate(names.tolist())
        if name in place and np.isfinite(one.score[row]) and np.isfinite(two.score[place[name]])
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
