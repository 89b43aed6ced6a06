"""Which indicator makes the gap between two groups: parts that add up to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.asked import choice
from capaian.analysis.groups import Groups, groups_of, matrix_from
from capaian.analysis.matrix import Matrix
from capaian.analysis.table import Table
from capaian.discreet import discreet
from capaian.errors import AnalysisError, refuse
from capaian.scores import Scores

HEADLINE = "The gap cannot be explained."
REST = "(rounding, and what is not a sum)"
"""The last row: what the contributions do not add up to."""
_TWO = 2

Floats = NDArray[np.float64]


@frozen(eq=False)
class GapParts:
    """The difference of two groups' mean contributions, by indicator.

    Attributes
    ----------
    gap
        Difference of the mean contribution to the score, in points.
    achievement
        The part of it that different achievements make, at the weights that the policy gives a
        subject of whom nothing is missing.
    weight
        The rest of it: weights that move because something is missing, what is missing itself, and
        limits of the nodes above.
    missing, reference_missing
        Share of each group that has no achievement in the indicator.
    """

    gap: Floats
    achievement: Floats
    weight: Floats
    missing: Floats
    reference_missing: Floats


def gap_parts(
    achievement: Floats, weight: Floats, contribution: Floats,
    group: NDArray[np.bool_], reference: NDArray[np.bool_],
) -> GapParts:  # fmt: skip
    r"""Split the difference of two groups' mean scores over the indicators, exactly.

    .. math:: \bar y_1 - \bar y_0 = \sum_k (\bar c_{1k} - \bar c_{0k}), \quad
        \bar c_{1k} - \bar c_{0k} = w_k (\bar x_{1k} - \bar x_{0k}) + r_k

    Parameters
    ----------
    achievement, weight, contribution
        Subjects x indicators; not a number where there is none.
    group, reference
        Which rows are of which.

    Notes
    -----
    A difference of means of sums is the sum of the differences of means (Kitagawa 1955; Oaxaca
    1973). Where an achievement is missing, x stands for the mean of all, so that a gap that only
    comes from what is missing falls into r.
    """
    c = np.nan_to_num(contribution)
    known = np.isfinite(achievement)
    whole = known.all(axis=1)
    common = np.array(
        [
            _median(weight[whole, at]) if whole.any() else _median(weight[:, at])
            for at in range(achievement.shape[1])
        ]
    )
    both = group | reference
    filled = np.where(both[:, None] & known, achievement, 0.0)
    count = (known & both[:, None]).sum(axis=0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)

    def of(rows: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
        part, n = known[rows], int(rows.sum())
        present = part.sum(axis=0)
        x = (np.where(part, achievement[rows], 0.0).sum(axis=0) + (n - present) * mean) / n
        return c[rows].mean(axis=0), x, 1 - present / n

    c1, x1, missing1 = of(group)
    c0, x0, missing0 = of(reference)
    gap = c1 - c0
    made = common * (x1 - x0)
    return GapParts(gap, made, gap - made, missing1, missing0)


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else 0.0


@discreet
def explain_gap(
    scores: Scores | Matrix, group: Any, *, reference: str | None = None, min_cell: int = 10
) -> Table:
    """Return which indicators make the difference of the mean scores of groups.

    Parameters
    ----------
    scores
        Of one period.
    group
        As for `fairness`.
    reference
        The group that the others are compared with; that with the highest mean where left out.
    min_cell
        Groups with fewer scored subjects are not shown, nor are shares from which fewer, but
        somebody, could be counted.

    Returns
    -------
    Table
        A row for each group but the reference and each indicator, and one for the rest. `gap` adds
        up to the difference of the mean published scores, and is `achievement + weight`. `at_cap`
        and `at_floor` are shares of subjects at the limits of the indicator's scale, where a policy
        is at hand: there the achievement says less than the work does.

    Raises
    ------
    AnalysisError
        `CPN-M40`, `M41`, `M42`, `M44`.
    """
    matrix = matrix_from(scores)
    groups = groups_of(matrix.subjects, group)
    known = np.isfinite(matrix.score)
    size = np.bincount(groups.code[known & (groups.code >= 0)], minlength=len(groups.names))
    fit = size >= max(min_cell, 1)
    if fit.sum() < _TWO:
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M42", "group", count=int(fit.sum()), least=min_cell
        )
    at = _reference(matrix, groups, known, fit, reference)
    caps = _limits(scores, matrix)
    other = known & (groups.code == at)
    rows: list[list[Any]] = []
    for index, name in enumerate(groups.names):
        if index != at and fit[index]:
            rows += _rows(name, matrix, known & (groups.code == index), other, caps, min_cell)
    names = ("group", "indicator", "gap", "achievement", "weight", "missing", "reference_missing",
             "at_cap", "reference_at_cap", "at_floor", "reference_at_floor")  # fmt: skip
    columns = {
        name: [row[place] for row in rows]
        if name in {"group", "indicator"}
        else np.array([row[place] for row in rows], dtype=np.float64)
        for place, name in enumerate(names)
    }
    notes = ["gap: points of the mean score, of the group less the reference; it adds up."]
    if without := int((~known & (groups.code >= 0)).sum()):
        notes.append(f"{without} subjects have no score and are left out.")
    if (small := int((~fit & (size > 0)).sum())) > 0:
        notes.append(f"{small} groups have fewer than {min_cell} scored subjects.")
    title = f"What makes the gap to {groups.names[at]}"
    return Table(title, columns, matrix.origin, notes)


def _reference(
    matrix: Matrix, groups: Groups, known: NDArray[np.bool_], fit: NDArray[np.bool_],
    name: str | None,
) -> int:  # fmt: skip
    if name is not None:
        usable = [each for each, one in zip(groups.names, fit, strict=True) if one]
        choice(name, usable, "reference", HEADLINE, code="CPN-M44")
        return groups.place(name)
    rows = known & (groups.code >= 0)
    total = np.bincount(groups.code[rows], weights=matrix.score[rows], minlength=len(groups.names))
    size = np.bincount(groups.code[rows], minlength=len(groups.names))
    return int(np.where(fit, total / np.maximum(size, 1), -np.inf).argmax())


def _limits(scores: Scores | Matrix, matrix: Matrix) -> tuple[Floats, Floats]:
    """Return cap and floor of each indicator, not a number where there is none or none is known."""
    nothing = np.full(len(matrix.indicators), np.nan)
    if isinstance(scores, Matrix):
        return nothing, nothing.copy()
    own = {each.id: each for each in scores.policy.indicators}
    cap, floor = (
        np.array([np.nan if each is None else float(each) for each in some])
        for some in (
            [own[name].cap for name in matrix.indicators],
            [own[name].floor for name in matrix.indicators],
        )
    )
    return cap, floor


def _rows(
    name: str, matrix: Matrix, mine: NDArray[np.bool_], other: NDArray[np.bool_],
    limits: tuple[Floats, Floats],
    least: int,
) -> list[list[Any]]:  # fmt: skip
    parts = gap_parts(matrix.achievement, matrix.weight, matrix.contribution, mine, other)
    cap, floor = limits
    shares = []
    for limit, above in ((cap, True), (floor, False)):
        for rows in (mine, other):
            held = matrix.achievement[rows]
            met = held >= limit if above else held <= limit
            shares.append(
                np.where(np.isfinite(limit), _share(met.sum(axis=0), rows, least), np.nan)
            )
    for part, rows in ((parts.missing, mine), (parts.reference_missing, other)):
        n = int(rows.sum())
        part[:] = _share(np.rint(part * n), rows, least)
    lines: list[list[Any]] = [
        [name, indicator, parts.gap[at], parts.achievement[at], parts.weight[at],
         parts.missing[at], parts.reference_missing[at], *(each[at] for each in shares)]
        for at, indicator in enumerate(matrix.indicators)
    ]  # fmt: skip
    whole = float(matrix.score[mine].mean() - matrix.score[other].mean())
    rest = whole - float(parts.gap.sum())
    return [*lines, [name, REST, rest, np.nan, np.nan, *[np.nan] * 6]]


def _share(count: NDArray[Any], rows: NDArray[np.bool_], least: int) -> Floats:
    """Return shares of a group; not a number where few, but somebody, are counted or are not."""
    n = int(rows.sum())
    few = ((count > 0) & (count < least)) | ((count < n) & (count > n - least))
    return np.where(few, np.nan, count / n)
