"""Several small sums in one: fields of one 64-bit integer, added up together.

A million groups do not fit a processor's cache, and every sum of every row goes to memory. Counts
of fewer than 2^11 rows need 11 bits, so that five of them travel as one. Whether the rows of every
group were few enough is known afterwards; where they were not, the sums are made again, in wider
fields or apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
from attrs import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDE = 62
"""Bits of a pack: the sign and one more stay free."""
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

    def taken(self, packs: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
        """Return the sum of every group."""
        return (packs[self.pack] >> self.shift) & ((1 << self.bits) - 1)


def pack(fields: Iterable[Field], rows: int) -> tuple[dict[str, nw.Expr], dict[str, Place]]:
    """Return the terms of each pack by its name, and where each sum is.

    Parameters
    ----------
    fields
        The sums. One that does not fit with another has a pack to itself.
    rows
        The sums are right for groups of fewer than 2^rows rows.

    Notes
    -----
    First fit in order of falling width (Johnson 1973), so that few packs are needed.
    """
    loads: list[int] = []
    terms: dict[str, nw.Expr] = {}
    places: dict[str, Place] = {}
    for each in sorted(fields, key=lambda field: -field.bits(rows)):
        bits = each.bits(rows)
        number = next((n for n, load in enumerate(loads) if load + bits <= WIDE), len(loads))
        if number == len(loads):
            loads.append(0)
        name, shift = f"pack{number}", loads[number]
        term = each.expr if shift == 0 else each.expr * nw.lit(1 << shift, nw.Int64)
        terms[name] = terms[name] + term if name in terms else term
        places[each.name] = Place(name, shift, bits)
        loads[number] += bits
    return terms, places
