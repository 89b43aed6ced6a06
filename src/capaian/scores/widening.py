"""The ranges of columns as they are met, block after block, so that programs are seldom printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capaian.exact.bounds import Ranges


MORE = 2
"""Bits that a range is wider than what was met: it seldom changes, and printing takes its time."""
EXACT = 53
"""Bits of the integers that float64 holds: a range below them is not widened beyond."""


class Widening:
    """The ranges that have been met, in powers of two, so that they seldom change."""

    def __init__(self, names: Sequence[str], given: Ranges | None) -> None:
        self.names = names
        self.given = given
        self.most = [-1] * len(names)
        self.ranges: dict[str, tuple[int, int]] = dict(given or {})

    @property
    def seen(self) -> bool:
        """Whether every column was met and none was below zero, or all ranges were given."""
        return self.given is not None or min(self.most, default=0) >= 0

    def meet(self, columns: Sequence[NDArray[np.int64]]) -> Ranges:
        """Return ranges that hold all that was met, these columns too."""
        if self.given is not None:
            return self.ranges
        for index, column in enumerate(columns):
            # All bits that are set anywhere: negative if any entry is, else less than a power of
            # two above the greatest.
            bits = int(np.bitwise_or.reduce(column))
            if not 0 <= bits <= self.most[index]:
                self.widen(index, column, bits)
        return self.ranges

    def widen(self, index: int, column: NDArray[np.int64], bits: int) -> None:
        """Let the ranges hold a column too, of which all bits that are set are known."""
        low, high = self.ranges.get(self.names[index], (0, 0))
        if bits >= 0:
            length = bits.bit_length()
            self.most[index] = (1 << max(length, min(length + MORE, EXACT))) - 1
            self.ranges[self.names[index]] = low, max(high, self.most[index])
        else:
            least, most = int(column.min()), int(column.max())
            if not low <= least <= most <= high:
                low = min(low, -(1 << abs(least).bit_length()))
                high = max(high, (1 << abs(most).bit_length()) - 1)
                self.ranges[self.names[index]] = low, high
