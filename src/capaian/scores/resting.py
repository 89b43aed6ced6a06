"""On which of the policy's citations a subject's result rests, and which are not confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from capaian.exact import Pair
from capaian.policy.trust import unconfirmed
from capaian.scores.decided import used_cells

if TYPE_CHECKING:
    from capaian.scores.result import Scores


def resting(scores: Scores, row: int, exact: Mapping[str, Pair]) -> tuple[int, ...]:
    """Return the positions of the policy's unconfirmed sources that bear on a subject's result.

    Parameters
    ----------
    scores, row
        The result, and which of its subjects.
    exact
        The subject's results by name.

    Returns
    -------
    tuple of int
        Positions in `policy.sources`. A source with an `id` bears on the result where an indicator
        that counts, a node, a named number, the band, a level or the cell that was given names it;
        one without an `id` bears on all results.
    """
    return unconfirmed(scores.policy, _used(scores, row, exact))


def _used(scores: Scores, row: int, exact: Mapping[str, Pair]) -> Iterator[str]:
    policy = scores.policy
    parts = scores.tail(row).parts
    yield from (each.source for each in policy.nodes)
    yield from (each.source for each in policy.numbers)
    yield from (
        each.source
        for each in policy.indicators
        if parts[each.id].contribution or parts[each.id].decision
    )
    band = scores.results.band(row)
    if band is not None:
        yield band.source
    yield from used_cells(scores, row, exact)
