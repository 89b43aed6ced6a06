"""Who stands above whom, given the errors of what was measured."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np

from capaian.analysis.certainty.gaussian import above
from capaian.analysis.certainty.moments import Rows
from capaian.analysis.certainty.monte_carlo import DRAWS
from capaian.analysis.certainty.propagate import spread_of
from capaian.analysis.certainty.standing import NO_ERROR, NO_SCORE, OK, PARTIAL
from capaian.analysis.table import Table
from capaian.discreet import discreet
from capaian.errors import AnalysisError, EvidenceError, Finding
from capaian.scores import Scores

HEADLINE = "It cannot be told who stands above."
WORST = (NO_SCORE, NO_ERROR, PARTIAL, OK)
"""Statuses; of a pair the first that either has."""
PAIR = 2


@discreet
def probability_above(
    scores: Scores,
    errors: Any,
    subject: str | None = None,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Table:
    """Return with what probability one subject's true score is above another's.

    Parameters
    ----------
    scores
        Of one period.
    errors, seed, draws
        See `band_probability`.
    subject
        One subject, who is compared with each of the others.
    pairs
        Pairs of subjects instead: the first is asked to be above the second.

    Returns
    -------
    Table
        A row for each pair, in the order that is asked for, or that of the other subjects:
        `subject`, `other`, `score`, `other_score`, `difference` of the scores and its `error`,
        `probability` that the first is above the second, `status` (the worse of the two: see
        `band_probability`). There is no probability where either has no score, or an error that is
        not known.

    Raises
    ------
    EvidenceError
        CPN-E54: no such subject; the message does not repeat the identifier.
    AnalysisError
        CPN-M15 to M22, N30, as for `band_probability`. CPN-N31: neither a subject nor pairs, or
        both. CPN-N32: no pair of two different subjects.

    See Also
    --------
    share_above : the share of weightings under which one stands above another.

    Notes
    -----
    P(A > B) = Phi((a - b) / sqrt(s_a^2 + s_b^2)), of Gaussian scores with the errors that
    `propagate` gives, independent between subjects; 1/2 where both are the same and have no error.
    The expected rank of `rank_interval` is 1 and the sum of the probabilities that each of the
    others is above. Laird and Louis 1989.
    """
    if (subject is None) == (pairs is None):
        said = ("neither is", "tidak satu pun") if subject is None else ("both are", "keduanya")
        values = {"found": said[0], "found_id": said[1]}
        raise AnalysisError(HEADLINE, [Finding("CPN-N31", "pairs", values)])
    one, other = _against(scores, subject) if pairs is None else _paired(scores, pairs)
    found = spread_of(scores, errors, seed=seed, draws=draws)
    matrix, error, status = found.standing.matrix, found.error, found.standing.status
    score = matrix.score
    names = matrix.subjects
    known = np.isfinite(error[one]) & np.isfinite(error[other])
    probability = np.full(len(one), np.nan)
    a, b = one[known], other[known]
    probability[known] = above(score[a], error[a], score[b], error[b])
    said_of = np.full(len(one), OK, dtype=status.dtype)
    for word in reversed(WORST):
        said_of[(status[one] == word) | (status[other] == word)] = word
    columns = {
        "subject": [names[at] for at in one.tolist()],
        "other": [names[at] for at in other.tolist()],
        "score": score[one],
        "other_score": score[other],
        "difference": score[one] - score[other],
        "error": np.hypot(error[one], error[other]),
        "probability": probability,
        "status": said_of,
    }
    notes = [*found.standing.notes, "Errors are taken as independent between subjects."]
    return Table("Probability of standing above", columns, matrix.origin, notes)


def _against(scores: Scores, subject: str | None) -> tuple[Rows, Rows]:
    row = _place(scores, subject)
    if row is None:
        raise EvidenceError(HEADLINE, [_stranger(scores, "subject")])
    other = np.delete(np.arange(len(scores)), row)
    return np.full(len(other), row), other


def _paired(scores: Scores, pairs: Sequence[tuple[str, str]]) -> tuple[Rows, Rows]:
    wrong, strangers = [], []
    rows: list[tuple[int, int]] = []
    for at, pair in enumerate(pairs):
        names = list(map(str, pair))
        if len(names) != PAIR or names[0] == names[1]:
            wrong.append(Finding("CPN-N32", f"pairs[{at}]"))
            continue
        one, other = (_place(scores, each) for each in names)
        strangers += [
            _stranger(scores, f"pairs[{at}][{place}]")
            for place, row in enumerate((one, other))
            if row is None
        ]
        if one is not None and other is not None:
            rows.append((one, other))
    if wrong:
        raise AnalysisError(HEADLINE, [*wrong, *strangers])
    if strangers:
        raise EvidenceError(HEADLINE, strangers)
    found = np.array(rows, dtype=np.int64).reshape(-1, PAIR)
    return found[:, 0], found[:, 1]


def _place(scores: Scores, subject: str | None) -> int | None:
    """Return the position of a subject; `None` where there is none."""
    row = bisect_left(scores.subjects, str(subject))
    return row if row < len(scores) and scores.subjects[row] == str(subject) else None


def _stranger(scores: Scores, where: str) -> Finding:
    return Finding("CPN-E54", where, {"count": len(scores)})
