"""Whole columns that are no plain arrays: words as numbers, integers of which some are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray  # noqa: TC004 - nothing resolves it; records need no NumPy


@frozen(eq=False)
class Coded:
    """A column of words.

    Attributes
    ----------
    codes
        For each entry, the position of its word, as NumPy integers; -1 is missing.
    words
        What they stand for.
    """

    codes: NDArray[Any]
    words: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str | None]:
        return iter(self.tolist())

    def tolist(self) -> list[str | None]:
        """Return the words, `None` where there is none."""
        known: list[str | None] = [*self.words, None]  # -1 is the last
        return [known[code] for code in self.codes.tolist()]


def one_word(word: str, count: int) -> Coded:
    """Return a column that says the same everywhere."""
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    return Coded(np.broadcast_to(np.int8(0), count), (word,))


def each_word(words: Sequence[str], times: int) -> Coded:
    """Return a column that says every word so many times before the next."""
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    return Coded(np.repeat(np.arange(len(words), dtype=np.int32), times), words)


@frozen(eq=False)
class Gappy:
    """A column of integers of which some are missing.

    Attributes
    ----------
    values
        int64; anything where missing.
    known
        Whether there is a value.
    large
        By position, the values that do not fit 64 bits; they are not `known`.
    """

    values: NDArray[Any]
    known: NDArray[Any]
    large: Mapping[int, int] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[int | None]:
        return iter(self.tolist())

    def tolist(self) -> list[int | None]:
        """Return all the integers, `None` where there is none."""
        pairs = zip(self.values.tolist(), self.known.tolist(), strict=True)
        found: list[int | None] = [value if sure else None for value, sure in pairs]
        for at, value in self.large.items():
            found[at] = value
        return found
