"""Runs the steps, from evidence to band, and keeps the ledger."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from capaian.scores.plan import Plan, make_plan
from capaian.scores.result import Scores
from capaian.scores.run import check, score

if TYPE_CHECKING:
    from capaian.scores.posting_scores import PostingScores
    from capaian.scores.unit_scores import UnitScores
    from capaian.scores.units import score_units

__all__ = [
    "Plan",
    "PostingScores",
    "Scores",
    "UnitScores",
    "check",
    "make_plan",
    "score",
    "score_units",
]

_LATER = {"PostingScores": "posting_scores", "UnitScores": "unit_scores", "score_units": "units"}
"""What loads NumPy, and is not needed where plain records are scored."""


def __getattr__(name: str) -> Any:
    """Import a name that loads NumPy when it is first used."""
    if name not in _LATER:
        raise AttributeError(f"module 'capaian.scores' has no attribute {name!r}")
    return getattr(import_module(f"capaian.scores.{_LATER[name]}"), name)
