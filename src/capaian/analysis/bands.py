"""The bands of two policies on one ladder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from capaian.columns import Coded
from capaian.scores import Scores

Whole: TypeAlias = NDArray[np.int64]


def merged_bands(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    """Return the bands of two ladders in one order: that of the second, the first's in between."""
    found = list(two)
    for at, name in enumerate(one):
        if name not in found:
            below = [found.index(each) for each in one[:at] if each in found]
            found.insert(max(below) + 1 if below else 0, name)
    return tuple(found)


def band_places(scores: Scores, places: Mapping[str, int]) -> Whole:
    """Return the position of each subject's band among those of a ladder; -1 for none."""
    column = scores.results.columns()["band"]
    if isinstance(column, Coded):
        table = np.array([*(places.get(each, -1) for each in column.words), -1], dtype=np.int64)
        found: Whole = table[column.codes]
        return found
    return np.array([places.get(each, -1) for each in column], dtype=np.int64)
