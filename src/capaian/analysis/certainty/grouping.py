"""Subjects by group: the unit, or labels that a caller gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from capaian.analysis.certainty.given import prove_choice
from capaian.analysis.certainty.moments import Codes, Floats
from capaian.analysis.matrix import Matrix
from capaian.errors import AnalysisError, Finding

UNIT = "unit"


def groups_of(
    matrix: Matrix, by: str | Sequence[str | None] | None, option: str = "by"
) -> tuple[Codes, list[str]]:
    """Return each subject's group as a position, -1 for none, and the names of the groups.

    Parameters
    ----------
    matrix
        Whose subjects.
    by
        `unit`, a label for each subject in the order of `Matrix.subjects`, or `None`: all are one.
    option
        What the caller calls it.

    Raises
    ------
    AnalysisError
        CPN-M22: another word. CPN-M15: not one label for each subject.
    """
    if by is None:
        return np.zeros(len(matrix), dtype=np.int64), [""]
    if isinstance(by, str):
        prove_choice(option, by, (UNIT,))
        by = matrix.units
    labels = list(by)
    if len(labels) != len(matrix):
        values = {"found": str(len(labels)), "wanted": str(len(matrix))}
        headline = f"'{option}' cannot be used; nothing was computed."
        raise AnalysisError(headline, [Finding("CPN-M15", option, values)])
    names = sorted({each for each in labels if each is not None})
    places = {name: at for at, name in enumerate(names)}
    codes = np.array([-1 if each is None else places[each] for each in labels], dtype=np.int64)
    return codes, names


def summed(group: Codes, values: Floats, groups: int) -> Floats:
    """Return the sum of values in each group."""
    found: Floats = np.bincount(group, values, groups).astype(np.float64)
    return found
