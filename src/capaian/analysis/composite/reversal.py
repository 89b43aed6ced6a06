"""Whether an order of units holds when the cohort changes: the tests of rank reversal."""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from capaian.analysis.composite.reading import HEADLINE, Given, less_of, values_of
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 200
"""Units whose pairs are each scored by themselves: 19,900 times."""
FEWEST = 3
"""With two units there is nobody whose leaving could turn the others round."""
ROUNDING = 1e-12
"""Scores nearer than this, as a share of the greatest, are equal."""


@frozen(eq=False, repr=False)
class Reversal:
    """Whether a method keeps its order.

    Attributes
    ----------
    tests
        A row for each of four tests: `test`, how often it was `tried`, how often it `failed`, and
        how often the method `refused` (it could not score what was left).
    units
        A row for each unit: how many pairs of others are `turned` where it is left out, and whether
        the first is then another (`first_changes`); whether the first is another where this one is
        made worse (`worse_changes`; of the first itself that is not asked). Missing where the
        method refused.
    """

    tests: Table
    units: Table

    def __repr__(self) -> str:
        failed = [str(row["test"]) for row in self.tests.rows() if row["failed"]]
        return f"<Reversal of {len(self.units)} units: {', '.join(failed) or 'none'}>"

    def __str__(self) -> str:
        return f"{self.tests.text()}\n\n{self.units.text()}"

    def _repr_html_(self) -> str:
        return self.tests._repr_html_() + self.units._repr_html_()


def rank_reversal(
    given: Given, score: Callable[[NDArray[np.float64]], Any], *, less_is_better: Any = ()
) -> Reversal:
    """Test whether a method keeps the order of units when others leave or change.

    Parameters
    ----------
    given
        Scores, a matrix, or numbers as units x indicators, complete; 3 to 200 units.
    score
        The method: takes units x indicators, gives a score for each, more is better.
    less_is_better
        Positions of the indicators of which less is better: which way worse is.

    Returns
    -------
    Reversal
        What each test found, and for each unit what its leaving turns round.

    Raises
    ------
    AnalysisError
        CPN-M82: too many units. CPN-N28: too few, or the method gives no number for each.

    Notes
    -----
    Wang & Triantaphyllou 2008. *A unit left out*: no pair of the others may be turned. *A unit made
    worse*: one that is not first is moved half the way to the worst of every indicator; the first
    must stay. *Pairs by themselves*: two units alone must stand as they do among all. *Pairs in a
    circle*: of three units scored two by two, A over B and B over C must not go with C over A. A
    method that looks at nobody else passes all four: so does every policy, once it is fitted.
    """
    values = values_of(given)
    count = len(values)
    if count > MOST:
        found = {"count": count, "most": MOST, "what": "pairs", "instead": "share_above"}
        raise refuse(AnalysisError, HEADLINE, "CPN-M82", "values", **found)
    less = less_of(less_is_better, values.shape[1])
    whole = _scored(score, values)
    if count < FEWEST or whole is None:
        raise refuse(AnalysisError, HEADLINE, "CPN-N28", "score", count=count, least=FEWEST)
    signs = _signs(whole)
    first = _first(whole)
    turned, changes = _left_out(score, values, signs)
    worse = _made_worse(score, values, less, first)
    pairs = _alone(score, values)
    upper = np.triu_indices(count, 1)
    apart, together = pairs[upper], signs[upper]
    wins = np.nan_to_num(pairs) > 0
    circles = int(np.einsum("ij,jk,ki->", wins, wins, wins, dtype=np.int64)) // 3
    gaps = int(np.isnan(apart).sum())
    tests = {
        "test": ["a unit left out", "a unit made worse", "pairs by themselves",
                 "pairs in a circle"],
        "tried": [count, int((worse != -1).sum()), len(apart), comb(count, 3)],
        "failed": [int((turned > 0).sum()), int((worse == 1).sum()),
                   int((apart * together < 0).sum()), circles],
        "refused": [int(np.isnan(turned).sum()), int(np.isnan(worse).sum()), gaps, 0],
    }  # fmt: skip
    units = {
        "unit": np.arange(count),
        "turned": [None if np.isnan(each) else int(each) for each in turned],
        "first_changes": [None if np.isnan(each) else bool(each) for each in changes],
        "worse_changes": [None if np.isnan(each) or each < 0 else bool(each) for each in worse],
    }
    return Reversal(Table("Tests of rank reversal", tests), Table("Unit by unit", units))


def _scored(score: Callable[[NDArray[np.float64]], Any], values: NDArray[np.float64]) -> Any:
    """Return finite scores, or nothing where the method has none for these units."""
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(score(values.copy()), dtype=np.float64)
    except AnalysisError:
        return None
    return found if found.shape == (len(values),) and np.isfinite(found).all() else None


def _signs(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = scores[:, None] - scores[None, :]
    near = np.abs(apart) <= ROUNDING * np.abs(scores).max()
    found: NDArray[np.float64] = np.where(near, 0.0, np.sign(apart))
    return found


def _first(scores: NDArray[np.float64]) -> set[int]:
    """Return the units above which nobody stands."""
    return set(np.flatnonzero((_signs(scores) >= 0).all(axis=1)).tolist())


def _left_out(
    score: Callable[[NDArray[np.float64]], Any],
    values: NDArray[np.float64],
    signs: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many pairs each one's leaving turns, and whether the first is then another."""
    count = len(values)
    turned, changes = np.full(count, np.nan), np.full(count, np.nan)
    for at in range(count):
        kept = np.delete(np.arange(count), at)
        found = _scored(score, values[kept])
        if found is None:
            continue
        before, after = signs[np.ix_(kept, kept)], _signs(found)
        turned[at] = (before * after < 0).sum() / 2
        leads = (before >= 0).all(axis=1)
        changes[at] = not np.array_equal(leads, (after >= 0).all(axis=1))
    return turned, changes


def _made_worse(
    score: Callable[[NDArray[np.float64]], Any],
    values: NDArray[np.float64],
    less: NDArray[np.bool_],
    first: set[int],
) -> NDArray[np.float64]:
    """Return whether the first changes where a unit is made worse; -1 where that is not tried."""
    worst = np.where(less, values.max(axis=0), values.min(axis=0))
    found = np.full(len(values), -1.0)
    for at in set(range(len(values))) - first:
        if np.array_equal(values[at], worst):
            continue
        changed = values.copy()
        changed[at] = (values[at] + worst) / 2
        after = _scored(score, changed)
        found[at] = np.nan if after is None else _first(after) != first
    return found


def _alone(
    score: Callable[[NDArray[np.float64]], Any], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return who stands above whom where two units are scored by themselves."""
    count = len(values)
    found = np.zeros((count, count))
    for one in range(count):
        for other in range(one + 1, count):
            pair = _scored(score, values[[one, other]])
            found[one, other] = np.nan if pair is None else _signs(pair)[0, 1]
    return found - found.T
