"""Statistics that stand beside the scores, and never change them.

Is this score right, and is this policy fair? The official score is the policy's own arithmetic, to
the digit. Every function here reads scores, or evidence, and gives a table or a value of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "Diagnoses": "quality",
    "Diagnosis": "quality",
    "Fairness": "disparity",
    "ForcedEffects": "forced",
    "Matrix": "matrix",
    "Table": "table",
    "diagnose": "quality",
    "diagnose_survey": "quality",
    "explain_gap": "disparity",
    "fairness": "disparity",
    "forced_distribution_effects": "forced",
    "Components": "composite.factors",
    "RankShift": "composite.ranks",
    "Treatment": "composite.treatment",
    "around_reference": "composite.distances",
    "availability": "composite.gaps",
    "benefit_of_the_doubt": "composite.frontier",
    "borda_points": "composite.outranking",
    "box_cox": "composite.treatment",
    "copeland_scores": "composite.outranking",
    "data_weights": "composite.weights",
    "imputed": "composite.gaps",
    "kemeny_orders": "composite.outranking",
    "loading_weights": "composite.factors",
    "log_shifted": "composite.treatment",
    "outranking_matrix": "composite.outranking",
    "principal_components": "composite.factors",
    "rank_shift": "composite.ranks",
    "shape_of": "composite.treatment",
    "standardised": "composite.distances",
    "topsis": "composite.distances",
    "uneven_mean": "composite.distances",
    "winsorise": "composite.treatment",
    "wroclaw_distance": "composite.distances",
    "Agreement": "workshop.agreement",
    "BestWorstWeights": "workshop.best_worst",
    "PairwiseWeights": "workshop.pairwise",
    "Workshop": "workshop.workshop",
    "agreement": "workshop.agreement",
    "best_worst_weights": "workshop.best_worst",
    "budget_weights": "workshop.points",
    "fit_dirichlet": "workshop.agreement",
    "group_judgements": "workshop.pairwise",
    "label_stability": "workshop.stability",
    "pairwise_weights": "workshop.pairwise",
    "rank_order_centroid": "workshop.points",
    "swing_weights": "workshop.points",
    "weights_workshop": "workshop.workshop",
    "matrix_of": "matrix",
    "Above": "robustness.weights",
    "Change": "change.explained",
    "Comparison": "change.compared",
    "Difference": "effect.change",
    "Effort": "change.planning",
    "InterruptedSeries": "effect.series",
    "Split": "change.explained",
    "Stability": "effect.change",
    "before_after": "effect.change",
    "compare_scores": "change.compared",
    "difference_in_differences": "effect.change",
    "effective_weights": "robustness.influence",
    "explain_change": "change.explained",
    "geometric_terms": "change.means",
    "interrupted_series": "effect.series",
    "leave_one_out": "robustness.without",
    "panel": "effect.panel",
    "policy_sensitivity": "robustness.choices",
    "regression_to_the_mean": "effect.change",
    "rescored": "rescoring",
    "share_above": "robustness.weights",
    "stability": "effect.change",
    "weight_sensitivity": "robustness.weights",
    "what_it_takes": "change.planning",
    "with_and_without": "effect.change",
    "shape_change": "quality",
    "survey_forms": "quality",
    "target_drift": "quality",
}

__all__ = list(_ROOMS)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: SciPy takes most of a second."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'capaian.analysis' has no attribute {name!r}")
    value = getattr(import_module(f"capaian.analysis.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(_ROOMS)
