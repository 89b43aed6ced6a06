"""Statistics that stand beside the scores, and never change them.

Is this score right, and is this policy fair? The official score is the policy's own arithmetic, to
the digit. Every function here reads scores, or evidence, and gives a table or a value of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from capaian.errors import AnalysisError, refuse

_ROOMS = {
    "Agreement": "workshop.agreement",
    "BestWorstWeights": "workshop.best_worst",
    "CaseFlow": "estimation.estimate",
    "Components": "composite.factors",
    "Diagnoses": "quality",
    "Diagnosis": "quality",
    "Estimate": "estimation.estimate",
    "Estimates": "estimation.estimate",
    "Fairness": "disparity",
    "ForcedEffects": "forced",
    "Matrix": "matrix",
    "PairwiseWeights": "workshop.pairwise",
    "RankShift": "composite.ranks",
    "Table": "table",
    "Treatment": "composite.treatment",
    "Workshop": "workshop.workshop",
    "agreement": "workshop.agreement",
    "around_reference": "composite.distances",
    "availability": "composite.gaps",
    "band_probability": "certainty.band_probability",
    "benefit_of_the_doubt": "composite.frontier",
    "best_worst_weights": "workshop.best_worst",
    "borda_points": "composite.outranking",
    "box_cox": "composite.treatment",
    "budget_weights": "workshop.points",
    "copeland_scores": "composite.outranking",
    "data_weights": "composite.weights",
    "diagnose": "quality",
    "diagnose_survey": "quality",
    "estimates": "estimation.front",
    "explain_gap": "disparity",
    "fairness": "disparity",
    "fit_dirichlet": "workshop.agreement",
    "forced_distribution_effects": "forced",
    "funnel": "certainty.funnel",
    "group_judgements": "workshop.pairwise",
    "guarded_bands": "certainty.guard",
    "imputed": "composite.gaps",
    "kemeny_orders": "composite.outranking",
    "label_stability": "workshop.stability",
    "loading_weights": "composite.factors",
    "log_shifted": "composite.treatment",
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
    "outranking_matrix": "composite.outranking",
    "pairwise_weights": "workshop.pairwise",
    "principal_components": "composite.factors",
    "propagate": "certainty.propagate",
    "rank_interval": "certainty.ranks",
    "rank_order_centroid": "workshop.points",
    "rank_shift": "composite.ranks",
    "reliability": "estimation.sides",
    "scheme_quality": "certainty.scheme",
    "shape_change": "quality",
    "shape_of": "composite.treatment",
    "shares_within": "estimation.sides",
    "shrink": "certainty.shrink",
    "standardised": "composite.distances",
    "survey_forms": "quality",
    "swing_weights": "workshop.points",
    "target_drift": "quality",
    "topsis": "composite.distances",
    "uneven_mean": "composite.distances",
    "weights_workshop": "workshop.workshop",
    "winsorise": "composite.treatment",
    "wroclaw_distance": "composite.distances",
}

_LIBRARIES = ("scipy", "statsmodels")
"""What the extra `analysis` brings."""

__all__ = list(_ROOMS)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: SciPy takes most of a second.

    Raises
    ------
    AnalysisError
        CPN-M24: a library of the extra `analysis` is not installed.
    """
    if name not in _ROOMS:
        raise AttributeError(f"module 'capaian.analysis' has no attribute {name!r}")
    try:
        room = import_module(f"capaian.analysis.{_ROOMS[name]}")
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in _LIBRARIES:
            raise
        values = {"name": name, "library": library}
        headline = "A library for analysis is missing."
        raise refuse(AnalysisError, headline, "CPN-M24", "", **values) from error
    value = getattr(room, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(_ROOMS)
