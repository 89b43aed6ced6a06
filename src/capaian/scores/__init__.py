"""Runs the steps, from evidence to band, and keeps the ledger."""

from capaian.scores.fitting import fit
from capaian.scores.lazy import LazyScores
from capaian.scores.periods import ScoresByPeriod
from capaian.scores.plan import Plan, make_plan
from capaian.scores.result import Scores
from capaian.scores.run import check, score

__all__ = [
    "LazyScores",
    "Plan",
    "Scores",
    "ScoresByPeriod",
    "check",
    "fit",
    "make_plan",
    "score",
]
