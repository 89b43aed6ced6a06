"""Several orders of the same units, two by two."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from capaian.analysis.ranks import rank_shift
from capaian.analysis.table import Table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def compare_ranks(orders: Mapping[str, ArrayLike]) -> Table:
    """Compare every two of several orders of the same units.

    Parameters
    ----------
    orders
        Ranks by the name of what gave them, all in the same order of units.

    Returns
    -------
    Table
        A row for each pair: `first`, `second` and what `rank_shift` says of them.

    Raises
    ------
    AnalysisError
        CPN-M86: orders that are not of the same two units or more.
    """
    pairs = list(combinations(orders, 2))
    found = [rank_shift(orders[one], orders[two]) for one, two in pairs]
    columns = {
        "first": [one for one, _ in pairs],
        "second": [two for _, two in pairs],
        **{
            name: np.array([getattr(each, name) for each in found], dtype=np.float64)
            for name in ("mean_shift", "max_shift", "spearman", "kendall")
        },
    }
    return Table("Orders, two by two", columns)
