"""What comes back of a request: one integer, or none, per subject and statistic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import field, frozen

from capaian.errors import Finding
from capaian.formula import Aggregate, Node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from capaian.columns.packing import Packed

    Whole: TypeAlias = tuple[NDArray[np.int64], NDArray[np.bool_]]
    Held: TypeAlias = tuple[NDArray[np.int64] | Packed, NDArray[np.bool_]]

_ZERO_WHERE_ABSENT = frozenset({"count", "sum", "distinct"})


@frozen(eq=False)
class Reduced:
    """One integer, or none, per subject and statistic.

    Attributes
    ----------
    subjects
        In ascending order of their text, where the request wants any order.
    statistics
        The trees, as in the request.
    rows
        How many rows counted.
    unattributed
        How many rows passed the filters and had no subject.
    findings
        What is wrong with the table. Where there is anything, nothing was reduced.
    plain
        From records: one tuple per subject.
    wholes
        From frames: per statistic an int64 array or sums in their pack, one entry per subject, and
        a mask of what is known; an unknown entry is 0.
    ends
        From frames: per statistic its least and greatest entry, where they follow from the ends of
        the table's columns; `None` where they do not. Empty where none is known.
    lent
        Whether statistics may lie in the table's own memory, which may be changed there.
    kept
        What aligning has found, shared by those that came of one pass.
    lazy
        From Spark: which columns of which plan; nothing but findings and counts is known yet.
    """

    subjects: Sequence[str] = ()
    statistics: tuple[Node, ...] = ()
    rows: int = 0
    unattributed: int = 0
    findings: tuple[Finding, ...] = ()
    plain: Sequence[tuple[int | None, ...]] | None = field(default=None, repr=False)
    wholes: Sequence[Held] = field(default=(), repr=False)
    ends: Sequence[tuple[int, int] | None] = field(default=(), repr=False)
    lent: bool = False
    kept: dict[int, Any] = field(factory=dict, repr=False)
    lazy: Any = field(default=None, repr=False)

    def column(self, index: int) -> list[int | None]:
        """Return a statistic as a list, `None` where it is unknown."""
        if self.plain is not None:
            return [row[index] for row in self.plain]
        if not self.subjects:
            return []
        values, known = self.array(index)
        pairs = zip(values.tolist(), known.tolist(), strict=True)
        return [value if sure else None for value, sure in pairs]

    def array(self, index: int) -> Whole:
        """Return a statistic as an int64 array and a mask of what is known."""
        if self.plain is None and self.wholes:
            values, known = self.wholes[index]
            return values[:], known
        import numpy as np  # noqa: PLC0415 - records need no NumPy

        column = self.column(index)
        values = np.array([each or 0 for each in column], dtype=np.int64)
        return values, np.array([each is not None for each in column], dtype=np.bool_)

    def total(self, index: int) -> int:
        """Return the sum of a statistic over all subjects."""
        if self.plain is not None:
            return sum(row[index] or 0 for row in self.plain)
        if self.lazy is not None:
            return int(self.lazy.total(index))
        return _total(self.wholes[index][0][:]) if self.wholes else 0

    def zero_where_absent(self, index: int) -> bool:
        """Return whether the statistic of no rows at all is 0, and not unknown."""
        tree = self.statistics[index]
        return isinstance(tree, Aggregate) and tree.op in _ZERO_WHERE_ABSENT

    def aligned(
        self, index: int, subjects: Sequence[str], *, absent: int | None, whole: bool
    ) -> list[int | None] | Held:
        """Return a statistic in the order of other subjects.

        Parameters
        ----------
        index
            Which statistic.
        subjects
            Whose values are wanted.
        absent
            The value of a subject without rows.
        whole
            Whether to return an array and a mask, and not a list. In place of the array, sums may
            stay in their pack.
        """
        if not whole:
            known = dict(zip(self.subjects, self.column(index), strict=True))
            return [known.get(subject, absent) for subject in subjects]
        if self.subjects is subjects and self.wholes:
            return self.wholes[index]
        import numpy as np  # noqa: PLC0415 - records need no NumPy

        values, known_here = self.array(index)
        place = self.places(subjects)
        found = place >= 0
        if not len(values):
            values, known_here = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.bool_)
        aligned = np.where(found, values[place], absent or 0)
        return aligned, np.where(found, known_here[place], absent is not None)

    def places(self, subjects: Sequence[str]) -> NDArray[np.int64]:
        """Return where each of other subjects is among these; -1 where it is not."""
        import polars as pl  # noqa: PLC0415 - records need no Polars

        from capaian.columns.subjects import text_of  # noqa: PLC0415 - loads Polars

        known, places = self.kept.get(id(subjects), (None, None))
        if known is not subjects:
            here = pl.DataFrame({"subject": text_of(self.subjects)})
            there = pl.DataFrame({"subject": text_of(subjects)})
            joined = there.join(
                here.with_row_index("place"), on="subject", how="left", maintain_order="left"
            )
            places = joined["place"].cast(pl.Int64).fill_null(-1).to_numpy()
            self.kept[id(subjects)] = (subjects, places)
        return places  # type: ignore[no-any-return]


def _total(values: NDArray[np.int64]) -> int:
    """Return the sum, exactly: that of the upper halves, and that of the lower."""
    return (int((values >> 32).sum()) << 32) + int((values & (2**32 - 1)).sum())
