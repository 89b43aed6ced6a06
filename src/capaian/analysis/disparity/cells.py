"""Which counts of groups are left out, so that nobody in a small cell can be found.

Two tables are shown of the same people: how many of each group reached a band or not, and how many
have each band. The first adds up parts of the second, so each part is made safe by itself with its
sums known, and what the first leaves out is left out in the second.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.scores.suppression import suppressed

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@frozen(eq=False)
class Hidden:
    """What is left out.

    Attributes
    ----------
    group
        Of each group, whether even its size is.
    side
        Groups x 2: how many did not reach the band, and how many did.
    cell
        Groups x bands.
    """

    group: Bools
    side: Bools
    cell: Bools


def hidden(counts: Ints, reached: Bools, least: int) -> Hidden:
    """Return which cells of a table of groups and bands are left out.

    Parameters
    ----------
    counts
        Groups x bands; at least one of each.
    reached
        Of each band, whether it counts as having reached the band that is asked for.
    least
        The least count that is shown; zero counts nobody and is shown.
    """
    groups, bands = counts.shape
    sides = np.column_stack([counts[:, ~reached].sum(axis=1), counts[:, reached].sum(axis=1)])
    out = suppressed(sides.tolist(), least)
    side = np.array([[(row, at) in out for at in range(2)] for row in range(groups)])
    size = np.array([(row, 2) in out for row in range(groups)])
    cell = np.zeros((groups, bands), dtype=bool)
    for at, places in enumerate((np.flatnonzero(~reached), np.flatnonzero(reached))):
        if not len(places):
            continue
        body = counts[:, places]
        inner = suppressed(body.tolist(), least)
        known = {(row, len(places)) for row in range(groups) if not side[row, at]}
        if inner & known:  # a sum that is shown would have to be left out: show none of the parts
            cell[:, places] = True
        for row in range(groups):
            for index, place in enumerate(places):
                cell[row, place] |= (row, index) in inner or side[row, at]
    side |= size[:, None]
    cell |= size[:, None]
    return Hidden(size, side, cell)
