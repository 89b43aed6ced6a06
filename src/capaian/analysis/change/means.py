"""The terms of a change of geometric means."""

from __future__ import annotations

from typing import Any

import numpy as np

from capaian.analysis.change.split import lmdi
from capaian.analysis.matrix import matrix_of
from capaian.analysis.outcome import shared_rows
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, refuse
from capaian.scores import Scores

HEADLINE = "The terms of the change cannot be told."


def geometric_terms(old: Scores, new: Scores) -> Table:
    """Return what each indicator adds to the change of a score that is a geometric mean.

    Parameters
    ----------
    old, new
        Two results of policies whose score is the weighted geometric mean of the indicators
        themselves, with the same weights.

    Returns
    -------
    Table
        `subject`, `old`, `new`, `change`, a column for each indicator, and `limits and rounding`;
        they add up to the change. Subjects without a score in both, or with an achievement of 0 or
        none, are left out.

    Raises
    ------
    AnalysisError
        CPN-M26: the score is no geometric mean of the indicators. CPN-M36: nobody is left.

    Notes
    -----
    Logarithmic mean Divisia index (Ang 2004, 2015). Differences of contributions, as in
    `explain_change`, depend on where the slope is taken; this treats both ends alike.
    """
    root = old.policy.root
    flat = len(old.policy.nodes) == len(new.policy.nodes) == 1
    weights = [{each.id: each.weight for each in one.policy.indicators} for one in (old, new)]
    if root.method != "geometric" or new.policy.root.method != "geometric" or not flat \
            or weights[0] != weights[1]:  # fmt: skip
        raise refuse(AnalysisError, HEADLINE, "CPN-M26", "score", node="score", method=root.method)
    one, two = matrix_of(old), matrix_of(new)
    rows, columns = shared_rows(one, two)
    before, after = one.achievement[rows], two.achievement[columns]
    with np.errstate(invalid="ignore"):
        usable = (before > 0).all(axis=1) & (after > 0).all(axis=1)
    rows, columns = rows[usable], columns[usable]
    if not len(rows):
        raise refuse(AnalysisError, HEADLINE, "CPN-M36", "subjects")
    shares = np.array([float(weights[0][name]) for name in one.indicators])
    terms = lmdi(before[usable], after[usable], shares)
    change = two.score[columns] - one.score[rows]
    found: dict[str, Any] = {
        "subject": [one.subjects[row] for row in rows.tolist()],
        "old": one.score[rows],
        "new": two.score[columns],
        "change": change,
    }
    found |= {name: terms[:, at] for at, name in enumerate(one.indicators)}
    found["limits and rounding"] = change - terms.sum(axis=1)
    left_out = len({*old.subjects} | {*new.subjects}) - len(rows)
    notes = [f"{left_out} subjects are left out"] if left_out else []
    return Table("Terms of a geometric mean", found, new.origin, tuple(notes))
