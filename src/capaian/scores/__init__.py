"""Runs the steps, from evidence to band, and keeps the ledger."""

from capaian.scores.lazy import LazyScores
from capaian.scores.plan import Plan, make_plan
from capaian.scores.result import Scores
from capaian.scores.run import check, score

__all__ = ["LazyScores", "Plan", "Scores", "check", "make_plan", "score"]
