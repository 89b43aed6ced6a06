"""Groups of subjects, from a mapping or a table: they are compared, and never enter a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.matrix import Matrix, matrix_of
from capaian.columns import Coded, Reading, open_table
from capaian.columns.arrays import read_arrays
from capaian.errors import AnalysisError, refuse
from capaian.scores import Scores

COLUMNS = ("subject", "group")
"""The columns of a table of groups."""


@frozen(eq=False)
class Groups:
    """The group of each subject of scores.

    Attributes
    ----------
    code
        Positions in `names`; -1 where it is not known.
    names
        The groups that have anybody, in order of their names.
    unknown
        How many subjects have none.
    """

    code: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def unknown(self) -> int:
        """How many subjects have no group."""
        return int((self.code < 0).sum())

    def place(self, name: str) -> int:
        """Return the position of a group."""
        return self.names.index(name)


def matrix_from(scores: Scores | Matrix) -> Matrix:
    """Return scores as arrays, if they are not yet."""
    return scores if isinstance(scores, Matrix) else matrix_of(scores)


def groups_of(subjects: Sequence[str], group: Any, where: str = "group") -> Groups:
    """Return the group of each subject.

    Parameters
    ----------
    subjects
        Identifiers.
    group
        A mapping of subject to group; or a table of any kind with the columns `subject` and
        `group`; or a table and the names of these two columns, as a tuple of three.
    where
        What the argument is called, for errors.

    Raises
    ------
    AnalysisError
        `CPN-M40`: a subject stands in two groups. `CPN-M41`: no subject has a group.
    EvidenceError
        A table that cannot be read, or lacks a column.
    """
    known = homes_of(group, where)
    distinct = {each for each in known.values() if each is not None and each != ""}
    words = sorted(map(str, distinct))
    at_word = {each: at for at, each in enumerate(words)}
    places: dict[Any, int] = {each: at_word[str(each)] for each in distinct}
    get, place = known.get, places.get
    code = np.fromiter(
        (place(get(each), -1) for each in subjects), dtype=np.int64, count=len(subjects)
    )
    if not (code >= 0).any():
        raise refuse(
            AnalysisError, "Groups cannot be compared.", "CPN-M41", where, count=len(subjects)
        )
    used = np.unique(code[code >= 0])
    dense = np.full(len(words) + 1, -1, dtype=np.int64)
    dense[used] = np.arange(len(used))
    return Groups(dense[code], tuple(words[at] for at in used))


def units_of(matrix: Matrix) -> Groups:
    """Return the unit of each subject, where the evidence says one.

    Raises
    ------
    AnalysisError
        `CPN-M46`: it says none.
    """
    if not any(matrix.units):
        raise refuse(AnalysisError, "Units cannot be compared.", "CPN-M46", "within")
    words = sorted({each for each in matrix.units if each})
    places: dict[str | None, int] = {each: at for at, each in enumerate(words)}
    code = np.fromiter(
        (places.get(each, -1) for each in matrix.units), dtype=np.int64, count=len(matrix)
    )
    return Groups(code, tuple(words))


def homes_of(group: Any, where: str) -> Mapping[str, Any]:
    """Return subject to group, from what `groups_of` takes.

    Raises
    ------
    AnalysisError, EvidenceError
        As for `groups_of`.
    """
    if isinstance(group, Mapping):
        return group
    table, names = group, COLUMNS
    named = 3  # a table and the names of two of its columns; a tuple of rows is a table itself
    if isinstance(group, tuple) and len(group) == named and not isinstance(group[0], Mapping):
        table, names = group[0], (group[1], group[2])
    read = read_arrays(
        open_table(table, where), [Reading("group", names[1], "text")], subject=names[0]
    )
    who, of = read["subject"], read["group"]
    twice = _in_two(who, of)
    if twice:
        raise refuse(AnalysisError, "Groups cannot be compared.", "CPN-M40", where, count=twice)
    return dict(zip(who.tolist(), of.tolist(), strict=True))


def _in_two(who: Coded, of: Coded) -> int:
    """Return how many subjects stand in two groups."""
    known = (who.codes >= 0) & (of.codes >= 0)
    pairs = np.unique(who.codes[known] * (len(of.words) + 1) + of.codes[known])
    subjects = pairs // (len(of.words) + 1)
    return len(subjects) - len(np.unique(subjects))
