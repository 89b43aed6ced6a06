"""Several small sums in one: fields of one 64-bit integer, added up together.

A million groups do not fit a processor's cache, and every sum of every row goes to memory. Counts
of fewer than 2^11 rows need 11 bits, so that five of them travel as one. Whether the rows of every
group were few enough is known afterwards; where they were not, the sums are made again, in wider
fields or apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, expm1, sqrt
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

WIDE = 62
"""Bits of a pack: the sign and one more stay free."""
EXACT = 53
"""Bits of the integers that a float64 holds exactly: sums of such are exact in any order."""
REAL = 52
"""Bits of a pack that is held as a float64, in which sums of so large integers are exact."""
WIDEST = 21
"""The most bits that are given to a number of rows."""
NARROW = 10
"""Bits of the largest term of a sum that is worth packing."""


@frozen
class Field:
    """A sum that may be packed.

    Attributes
    ----------
    name
        What it is called.
    expr
        Its term of each row, an Int64 that is never missing, from 0 to `most`.
    most
        The greatest term.
    """

    name: str
    expr: nw.Expr
    most: int

    def bits(self, rows: int) -> int:
        """Return the bits that the sum of fewer than 2^rows terms needs."""
        return rows + max(self.most, 1).bit_length() - (self.most <= 1)


@frozen
class Place:
    """Where a packed sum is: in which pack, above how many bits, how many wide."""

    pack: str
    shift: int
    bits: int

    def taken(self, packs: Mapping[str, NDArray[np.int64]]) -> Packed:
        """Return the sum of every group."""
        return Packed(packs[self.pack], self.shift, self.bits)


@frozen(eq=False)
class Packed:
    """A column of sums that stay in their pack: a batch of rows is taken out where it is asked for.

    Twenty columns of a million groups are then never all in memory, only their few packs.

    Attributes
    ----------
    pack
        The pack of every group.
    shift, bits
        Above how many bits the sum is, and how many wide.
    """

    pack: NDArray[np.int64] = field(repr=False)
    shift: int
    bits: int

    def __len__(self) -> int:
        return len(self.pack)

    def __getitem__(self, rows: Any) -> Any:
        """Return the sums of some rows as int64: an array, or of one row an integer."""
        return (self.pack[rows] >> self.shift) & ((1 << self.bits) - 1)


def pack(
    fields: Iterable[Field], rows: int, *, real: bool = False
) -> tuple[dict[str, nw.Expr], dict[str, Place]]:
    """Return the terms of each pack by its name, and where each sum is.

    Parameters
    ----------
    fields
        The sums. One that does not fit with another has a pack to itself.
    rows
        The sums are right for groups of fewer than 2^rows rows.
    real
        Whether terms are float64: DuckDB keeps integer sums in 128 bits and looks for overflow in
        every product. Whole numbers below 2^53 are added exactly in any order.

    Notes
    -----
    First fit in order of falling width (Johnson 1973), so that few packs are needed.
    """
    loads: list[int] = []
    terms: dict[str, nw.Expr] = {}
    places: dict[str, Place] = {}
    for each in sorted(fields, key=lambda field: -field.bits(rows)):
        bits = each.bits(rows)
        wide = REAL if real else WIDE
        number = next((n for n, load in enumerate(loads) if load + bits <= wide), len(loads))
        if number == len(loads):
            loads.append(0)
        name, shift = f"pack{number}", loads[number]
        term = each.expr.cast(nw.Float64) if real else each.expr
        if shift:
            factor = nw.lit(float(1 << shift), nw.Float64) if real else nw.lit(1 << shift, nw.Int64)
            term = term * factor
        terms[name] = terms[name] + term if name in terms else term
        places[each.name] = Place(name, shift, bits)
        loads[number] += bits
    return terms, places


def busiest(most: int, seen: int, who: int, rows: int) -> int:
    """Return how many rows the busiest group of a table is likely to have.

    Parameters
    ----------
    most, seen, who
        Of a sample: the rows of its busiest group, all its rows, and how many groups it has.
    rows
        The rows of the table.

    Notes
    -----
    If all groups are alike, there are D of them with who = D (1 - exp(-seen / D)), and their counts
    are Poisson's: at most the mean and six of its roots. A sample whose busiest group has more than
    that is not of groups that are alike, and then the group itself is scaled up.
    """
    groups = float(who)
    for _ in range(60):
        groups = who / -expm1(-seen / groups)
    mean = seen / groups
    if most > mean + 6 * sqrt(mean) + 6:
        return ceil(most * rows / seen)
    whole = rows / groups
    return ceil(whole + 6 * sqrt(whole))
