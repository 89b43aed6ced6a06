"""Subjects of whole columns: in order of their text, which is written only for who asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
import polars as pl
from attrs import field, frozen
from numpy.typing import NDArray

_HEAD = 4096
"""Rows of which it is seen at once whether some share a subject."""
_WIDEST = 17
"""Digits of numbers whose text is put in order by keys of 64 bits."""
_FEW = 14
"""Bits of the number of rows in a stretch."""
_STEP = 20
"""More than the digits of any integer of 64 bits."""


@frozen(eq=False, repr=False)
class Subjects(Sequence[str]):
    """Identifiers in ascending order of their text, each once.

    Attributes
    ----------
    column
        As the engine holds them: text, or integers of 64 bits.
    """

    column: pl.Series

    @cached_property
    def text(self) -> pl.Series:
        """All of them as a column of text."""
        if self.column.dtype == pl.String:
            return self.column
        written = self.column.to_frame("subject").lazy().cast(pl.String)
        return written.collect(engine="streaming").to_series()  # on all processors

    @cached_property
    def _words(self) -> list[str]:
        return self.text.to_list()

    def tolist(self) -> list[str]:
        """Return all of them as a list."""
        return self._words.copy()

    def __len__(self) -> int:
        return len(self.column)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return self._words[index]
        return str(self.column[int(index)])  # NumPy counts in numbers of its own

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and self._words == list(other)

    __hash__ = None  # type: ignore[assignment]  # equal to lists, which have none

    def __repr__(self) -> str:
        return f"<{len(self)} subjects>"


def text_of(subjects: Sequence[str]) -> pl.Series:
    """Return subjects as a column of text."""
    if isinstance(subjects, Subjects):
        return subjects.text
    return pl.Series(subjects, dtype=pl.String)


@frozen(eq=False)
class Order:
    """How subjects are put in ascending order of their text.

    Attributes
    ----------
    places
        The row of the first, of the second, and so on; `None` where they are in order already.
    distinct
        Whether none occurs twice.
    """

    places: NDArray[np.int64] | None = field(default=None)
    distinct: bool = field(default=True)

    def of(self, column: pl.Series) -> pl.Series:
        """Return a column in this order."""
        if self.places is None:
            return column
        if column.dtype == pl.Int64 and not column.null_count():
            return pl.Series(column.name, column.to_numpy()[self.places])
        return column.gather(self.places)


def text_order(column: pl.Series) -> Order:
    """Return how a column of subjects, text or integers, is put in order of its text."""
    keys = column
    if column.dtype == pl.Int64:
        made = _keys(column.to_numpy())
        keys = column.cast(pl.String) if made is None else pl.Series(made)
    if _rising(keys):
        return Order()
    if keys.dtype == pl.Int64:
        numbers = keys.to_numpy()
        falls = int(np.count_nonzero(numbers[1:] < numbers[:-1]))
        # Few stretches that rise are merged sooner than all is sorted.
        few = falls < len(numbers) >> _FEW
        places = np.argsort(numbers, kind="stable" if few else None)
        return Order(places, _rising(pl.Series(numbers[places])))
    places = keys.arg_sort().cast(pl.Int64).to_numpy()
    return Order(places, _rising(keys.gather(places)))


def as_they_stand(column: pl.Series) -> Order:
    """Return the order that a column of subjects is in, and whether they are distinct."""
    return Order(distinct=_rising(column) or column.n_unique() == len(column))


def seem_distinct(column: pl.Series) -> bool:
    """Return whether the first rows name a subject each; mostly the others do as well."""
    head = column.head(_HEAD)
    return head.n_unique() == len(head)


def _rising(keys: pl.Series) -> bool:
    """Return whether each key is greater than the one before."""
    if keys.dtype == pl.Int64:
        numbers = keys.to_numpy()
        return bool((numbers[1:] > numbers[:-1]).all())
    return bool((keys.slice(1) > keys.slice(0, max(len(keys) - 1, 0))).all())


def _keys(numbers: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return keys that are in order as the numbers' texts are; `None` where they may not fit.

    Digits are compared from the left: all are filled up with noughts to one length, and of what
    then is equal the shorter one comes first. A minus comes before every digit.
    """
    if not len(numbers):
        return numbers
    low, high = int(numbers.min()), int(numbers.max())
    if low >= 0 and len(str(low)) == len(str(high)):
        return numbers
    width = max(len(str(abs(low))), len(str(abs(high))))
    if width > _WIDEST:
        return None
    powers = 10 ** np.arange(width + 1, dtype=np.int64)
    sizes = np.abs(numbers) if low < 0 else numbers
    digits = np.searchsorted(powers[1:width], sizes, side="right") + 1
    keys = sizes * powers[width - digits]
    keys *= _STEP
    keys += digits
    if low < 0:
        keys[numbers < 0] -= powers[width] * _STEP
    return keys
