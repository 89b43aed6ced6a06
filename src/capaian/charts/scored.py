"""What pictures read of a result, whatever was scored: people, units, or those who held posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from capaian.charts.bands import edges_of
from capaian.charts.picture import HEADLINE
from capaian.errors import AnalysisError, refuse
from capaian.policy import Band, Policy
from capaian.scores import PostingScores, Scores, UnitScores
from capaian.scores.account import shown_text
from capaian.scores.posting_account import score_text as posted_text

Result: TypeAlias = Scores | UnitScores | PostingScores


def score_of(scores: Result, subject: str) -> tuple[float | None, str]:
    """Return somebody's score and its text; none and nothing where there is none.

    Parameters
    ----------
    scores
        Of one period.
    subject
        A subject, or a unit; may be one that is not in the result.
    """
    if subject not in scores.subjects:
        return None, ""
    at = scores.row(subject)
    value = scores.columns()["score"][at]
    if value is None:
        return None, ""
    if isinstance(scores, Scores):
        return float(value), shown_text(scores, at)
    said = posted_text(scores, at) if isinstance(scores, PostingScores) else scores.score_text(at)
    return float(value), said


def edges_in(scores: Result) -> list[float]:
    """Return the edges of the bands that scores are given; none where a table gives them."""
    if isinstance(scores, PostingScores):
        return _edges(scores.assignment.bands)
    if isinstance(scores, UnitScores) and scores.shares is not None:
        return _edges(scores.shares.rule.bands)
    return edges_of(scores.policy)


def policy_in(scores: Result) -> Policy | None:
    """Return the policy; none where each posting has its own."""
    return None if isinstance(scores, PostingScores) else scores.policy


def of_events(scores: Result, subject: str | None = None) -> Scores | None:
    """Return the scores by indicator that cases can be counted in; `None` where there are none.

    Of units only one at a time: the cases of a unit are among those of the unit above it.
    """
    if isinstance(scores, Scores):
        return scores
    return scores.scores if isinstance(scores, UnitScores) and subject is not None else None


def units_scored(scores: UnitScores, unit: str | None) -> tuple[Scores, list[int]]:
    """Return the scores of units by indicator, and whose rows they are: of units with members.

    Parameters
    ----------
    scores
        Of units.
    unit
        That unit and those below it; all where left out.

    Raises
    ------
    AnalysisError
        CPN-N36: units are scored from people's scores.
    """
    if scores.scores is None:
        raise refuse(AnalysisError, HEADLINE, "CPN-N36", "scores")
    parent = scores.tree.parent.tolist()
    rows = []
    for row in range(len(scores)):
        at = row
        while unit is not None and at >= 0 and scores.subjects[at] != unit:
            at = parent[at]
        if at >= 0 and scores.place(row) >= 0:
            rows.append(scores.place(row))
    return scores.scores, rows


def _edges(bands: Sequence[Band]) -> list[float]:
    both = {edge for each in bands for edge in (each.low, each.high) if edge is not None}
    return [float(each) for each in sorted(both)]
