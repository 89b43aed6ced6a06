"""Two results side by side: who moves to which band, how many, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from capaian.analysis.bands import merged_bands
from capaian.analysis.edges import edges_of
from capaian.analysis.matrix import Matrix, matrix_of
from capaian.analysis.outcome import shared_rows
from capaian.analysis.ranks import RankShift, order_shift
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, did_you_mean, refuse
from capaian.scores import Scores
from capaian.scores.columns import facts_of

HEADLINE = "The results cannot be compared."
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@frozen
class Agreement:
    """How far two classifications of the same subjects agree.

    Attributes
    ----------
    moved, up, down
        How many have another band, a higher and a lower one.
    kappa, kappa_linear, kappa_quadratic
        Cohen's kappa; with weights by the distance of bands, and by its square. Not a number where
        all have one band.
    chi2, p
        Of the Stuart-Maxwell test that both give each band as often; not a number where nobody
        moves.
    """

    moved: int
    up: int
    down: int
    kappa: float
    kappa_linear: float
    kappa_quadratic: float
    chi2: float
    p: float


def agreement(table: Whole, *, shift_zeros: bool = False) -> Agreement:
    """Return how far two classifications agree.

    Parameters
    ----------
    table
        Counts: rows the band before, columns the band after, both from the lowest up.
    shift_zeros
        Whether cells of 0 count as a half in the Stuart-Maxwell test, as in statsmodels unless told
        otherwise. It makes the test shyer, and is not in the sources.

    Notes
    -----
    Cohen 1960, 1968, by statsmodels `cohens_kappa`. Stuart 1955; Maxwell 1970: d' V^- d, where d_i
    is the row total less the column total of band i, V_ii = row + column total - 2 n_ii and
    V_ij = -(n_ij + n_ji); chi-square with as many degrees of freedom as V has rank.
    """
    counts = np.asarray(table, dtype=np.int64)
    up, down = int(np.triu(counts, 1).sum()), int(np.tril(counts, -1).sum())
    used = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    kept = counts[np.ix_(used, used)]
    kappas, chi2, p = [np.nan] * 3, np.nan, np.nan
    if len(kept) > 1:
        kappas = [
            float(cohens_kappa(kept, wt=wt, return_results=False))
            for wt in (None, "linear", "quadratic")
        ]
        chi2, p = _homogeneity(np.where(kept == 0, 0.5 * shift_zeros, kept.astype(np.float64)))
    return Agreement(up + down, up, down, kappas[0], kappas[1], kappas[2], chi2, p)


def _homogeneity(counts: Floats) -> tuple[float, float]:
    """Return the Stuart-Maxwell test; not a number where nobody moves."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    variance = np.diag(rows + columns) - (counts + counts.T)
    rank = int(np.linalg.matrix_rank(variance, hermitian=True))
    if rank == 0:
        return np.nan, np.nan
    differs = rows - columns
    chi2 = float(differs @ np.linalg.pinv(variance, hermitian=True) @ differs)
    return chi2, float(stats.chi2.sf(chi2, rank))


@frozen(eq=False, repr=False)
class Comparison:
    """Two results side by side.

    Attributes
    ----------
    transition
        The matrix of bands: a row for each band before, a column for each after.
    agreement, ranks
        How far bands and order agree.
    groups
        For each unit: `subjects`, `up`, `down`, `stayed`, `mean_change` of the score, `decisive`,
        the term that is most often decisive there.
    movers
        Those whose band is another: `subject`, `unit`, `from`, `to`, `score_from`, `score_to` and
        `decisive`: the indicator whose contribution changed most towards the new band; `cuts` where
        the old cuts would give the new score its old band.
    """

    transition: Table
    agreement: Agreement
    ranks: RankShift
    groups: Table
    movers: Table

    def __str__(self) -> str:
        said = self.agreement
        return (
            f"{self.transition.text()}\n\n{said.moved} moved: {said.up} up, {said.down} down; "
            f"kappa {said.kappa:.3f}; Stuart-Maxwell p = {said.p:.3g}; mean shift of rank "
            f"{self.ranks.mean_shift:.2f}"
        )

    def __repr__(self) -> str:
        return f"<Comparison>\n{self}"

    def _repr_html_(self) -> str:
        return self.transition._repr_html_() + self.groups._repr_html_()


def compare_scores(a: Scores, b: Scores, *, by: str | None = "unit") -> Comparison:
    """Return what is different between two results: two policies, or two periods.

    Parameters
    ----------
    a, b
        Two results. Subjects that have no score in one of them are left out, and counted.
    by
        `unit`, or `None` for all together. The unit is that of `b`, where it knows one.

    Returns
    -------
    Comparison
        Transition matrix, agreement, rank shifts, units and movers.

    Raises
    ------
    AnalysisError
        CPN-M36: nobody has a score in both. CPN-M38: `by` is something else.

    See Also
    --------
    explain_change : each subject's change over data, scale, weights and cuts.
    """
    if by not in {"unit", None}:
        hint = did_you_mean(str(by), ["unit"])
        raise refuse(AnalysisError, HEADLINE, "CPN-M38", "by", given=by, hint=hint)
    one, two = matrix_of(a), matrix_of(b)
    rows, columns = shared_rows(one, two)
    if not len(rows):
        raise refuse(AnalysisError, HEADLINE, "CPN-M36", "subjects")
    bands = merged_bands(one.bands, two.bands)
    before, after = _on(one, bands)[rows], _on(two, bands)[columns]
    counts = np.zeros((len(bands), len(bands)), dtype=np.int64)
    given = (before >= 0) & (after >= 0)
    np.add.at(counts, (before[given], after[given]), 1)
    left_out = len({*one.subjects} | {*two.subjects}) - len(rows)
    notes = [f"{left_out} subjects without a score in both are left out"] if left_out else []
    if unbanded := int((~given).sum()):
        notes.append(f"{unbanded} subjects without a band in both are not in the matrix")
    decisive = _decisive(a, (one, rows, before), (two, columns, after))
    first, last = one.score[rows], two.score[columns]
    units = [two.units[at] or one.units[row] for row, at in zip(rows, columns, strict=True)]
    moved = np.flatnonzero(given & (before != after))
    words = {name: counts[:, at] for at, name in enumerate(bands)}
    return Comparison(
        transition=Table(
            "From rows to columns", {"band": list(bands), **words}, b.origin, tuple(notes)
        ),
        agreement=agreement(counts),
        ranks=order_shift(first, last),
        groups=_groups(units if by else [None] * len(rows), given, after - before, last - first,
                       decisive, b.origin),
        movers=Table(
            "Whose band is another",
            {
                "subject": [one.subjects[rows[at]] for at in moved.tolist()],
                "unit": [units[at] for at in moved.tolist()],
                "from": [bands[before[at]] for at in moved.tolist()],
                "to": [bands[after[at]] for at in moved.tolist()],
                "score_from": first[moved],
                "score_to": last[moved],
                "decisive": [decisive[at] for at in moved.tolist()],
            },
            b.origin,
        ),
    )  # fmt: skip


def _on(matrix: Matrix, bands: tuple[str, ...]) -> Whole:
    places = np.array([*(bands.index(each) for each in matrix.bands), -1], dtype=np.int64)
    found: Whole = places[matrix.band]
    return found


def _decisive(
    a: Scores,
    old: tuple[Matrix, Whole, Whole],
    new: tuple[Matrix, Whole, Whole],
) -> list[str | None]:
    """Return for each subject the term that moved it most towards its new band."""
    (one, rows, before), (two, columns, after) = old, new
    names = list(dict.fromkeys((*one.indicators, *two.indicators)))
    change = np.zeros((len(rows), len(names)))
    for matrix, taken, sign in ((one, rows, -1.0), (two, columns, 1.0)):
        for at, name in enumerate(matrix.indicators):
            change[:, names.index(name)] += sign * np.nan_to_num(matrix.contribution[taken, at])
    direction = np.sign(after - before)
    towards = change * direction[:, None]
    best = towards.argmax(axis=1) if names else np.zeros(len(rows), dtype=np.int64)
    stays = _stays(a, one, rows, two.score[columns])
    found: list[str | None] = []
    for at, (place, moved) in enumerate(zip(best.tolist(), direction.tolist(), strict=True)):
        if not moved:
            found.append(None)
        elif stays[at] or towards[at, place] <= 0:
            found.append("cuts" if stays[at] else "limits and rounding")
        else:
            found.append(names[place])
    return found


def _stays(a: Scores, one: Matrix, rows: Whole, score: Floats) -> NDArray[np.bool_]:
    """Return who, with the new score, would have the old band under the old cuts."""
    if a.policy.decision is not None:
        return np.zeros(len(rows), dtype=np.bool_)
    facts: Any = facts_of(a.plan, a.facts, a.subjects)
    low, high = edges_of(a.policy, one.score, facts, HEADLINE)
    found: NDArray[np.bool_] = (score >= low[rows]) & (score < high[rows])
    return found


def _groups(
    units: Sequence[str | None],
    given: NDArray[np.bool_],
    step: Whole,
    change: Floats,
    decisive: Sequence[str | None],
    origin: Any,
) -> Table:
    names = sorted({each for each in units if each is not None})
    names_: list[str | None] = [*names, None] if None in units else list(names)
    place = {name: at for at, name in enumerate(names_)}
    at = np.array([place[each] for each in units], dtype=np.int64)
    size = len(names_)

    def counted(which: NDArray[np.bool_]) -> Whole:
        return np.bincount(at[which], minlength=size).astype(np.int64)

    everybody = np.ones(len(at), dtype=np.bool_)
    terms: list[dict[str, int]] = [{} for _ in names_]
    for group, term in zip(at.tolist(), decisive, strict=True):
        if term is not None:
            terms[group][term] = terms[group].get(term, 0) + 1
    total = counted(everybody)
    columns = {
        "unit": names_,
        "subjects": total,
        "up": counted(given & (step > 0)),
        "down": counted(given & (step < 0)),
        "stayed": counted(given & (step == 0)),
        "mean_change": np.bincount(at, change, size) / np.maximum(total, 1),
        "decisive": [_most(each) for each in terms],
    }
    return Table("By unit", columns, origin)


def _most(counts: dict[str, int]) -> str | None:
    """Return what was counted most often, the first by name of several."""
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None
