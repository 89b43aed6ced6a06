"""Work on large arrays side by side: NumPy lets go of the interpreter while it goes over one.

What is done is the same whatever the number of threads, and so is what comes out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

MOST = 4
"""More wait for one another: between two operations each holds the interpreter."""
FEW = 2**16
"""So few rows are gone over sooner than a thread starts."""


def side_by_side(work: Callable[[Item], Made], items: Sequence[Item], rows: int) -> list[Made]:
    """Return what is made of each item, in the order of the items.

    Parameters
    ----------
    work
        What is done with an item; it must not change what another reads.
    items
        What is worked on.
    rows
        How many rows each item has, about: where they are few no thread is started.

    Raises
    ------
    Exception
        What `work` raises for the first item for which it raises.

    Examples
    --------
    >>> side_by_side(len, ["a", "bb", ""], rows=1)
    [1, 2, 0]
    """
    threads = min(len(items), MOST, os.cpu_count() or 1)
    if threads <= 1 or rows <= FEW:
        return [work(each) for each in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))
