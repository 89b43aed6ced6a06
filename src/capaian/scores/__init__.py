"""Runs the steps, from evidence to band, and keeps the ledger."""

from capaian.scores.fitting import fit
from capaian.scores.lazy import LazyScores
from capaian.scores.periods import ScoresByPeriod
from capaian.scores.plan import Plan, make_plan
from capaian.scores.posting_scores import PostingScores
from capaian.scores.result import Scores
from capaian.scores.run import check, score
from capaian.scores.unit_scores import UnitScores
from capaian.scores.units import score_units

__all__ = [
    "LazyScores",
    "Plan",
    "PostingScores",
    "Scores",
    "ScoresByPeriod",
    "UnitScores",
    "check",
    "fit",
    "make_plan",
    "score",
    "score_units",
]
