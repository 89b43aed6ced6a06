"""Statistics that stand beside the scores, and never change them.

Is this score right, and is this policy fair? The official score is the policy's own arithmetic, to
the digit. Every function here reads scores, or evidence, and gives a table or a value of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from capaian.errors import AnalysisError, refuse

_ROOMS = {
    "Above": "robustness.weights",
    "Agreement": "workshop.agreement",
    "Backlog": "estimation.backlog",
    "BestWorstWeights": "workshop.best_worst",
    "CaseFlow": "estimation.estimate",
    "Change": "change.explained",
    "Combinations": "composite.combinations",
    "Comparison": "change.compared",
    "Components": "composite.factors",
    "Diagnoses": "quality",
    "Diagnosis": "quality",
    "Difference": "effect.change",
    "Effort": "change.planning",
    "Estimate": "estimation.estimate",
    "Estimates": "estimation.estimate",
    "Fairness": "disparity",
    "ForcedEffects": "forced",
    "Indices": "robustness.choices",
    "InterruptedSeries": "effect.series",
    "Matrix": "matrix",
    "PairwiseWeights": "workshop.pairwise",
    "RankShift": "ranks",
    "Reversal": "composite.reversal",
    "Split": "change.explained",
    "Stability": "effect.change",
    "Table": "table",
    "Treatment": "composite.treatment",
    "Workshop": "workshop.workshop",
    "agreement": "workshop.agreement",
    "all_combinations": "composite.combinations",
    "around_reference": "composite.distances",
    "availability": "composite.gaps",
    "band_probability": "certainty.band_probability",
    "before_after": "effect.change",
    "benefit_of_the_doubt": "composite.frontier",
    "best_worst_weights": "workshop.best_worst",
    "borda_points": "composite.outranking",
    "box_cox": "composite.treatment",
    "budget_weights": "workshop.points",
    "carried": "composite.over_time",
    "case_mix": "quality",
    "compare_ranks": "composite.orders",
    "compare_scores": "change.compared",
    "copeland_scores": "composite.outranking",
    "cyclical": "composite.over_time",
    "data_weights": "composite.weights",
    "diagnose": "quality",
    "diagnose_case_mix": "quality",
    "diagnose_survey": "quality",
    "difference_in_differences": "effect.change",
    "effective_weights": "robustness.influence",
    "estimates": "estimation.front",
    "explain_change": "change.explained",
    "explain_gap": "disparity",
    "fairness": "disparity",
    "fit_dirichlet": "workshop.agreement",
    "forced_distribution_effects": "forced",
    "funnel": "certainty.funnel",
    "geometric_terms": "change.means",
    "group_judgements": "workshop.pairwise",
    "guarded_bands": "certainty.guard",
    "imputed": "composite.gaps",
    "interrupted_series": "effect.series",
    "kemeny_orders": "composite.outranking",
    "label_stability": "workshop.stability",
    "leave_one_out": "robustness.without",
    "loading_weights": "composite.factors",
    "log_shifted": "composite.treatment",
    "matrix_of": "matrix",
    "normalised": "composite.scales",
    "outranking_matrix": "composite.outranking",
    "pairwise_weights": "workshop.pairwise",
    "panel": "effect.panel",
    "places": "ranks",
    "policy_sensitivity": "robustness.choices",
    "principal_components": "composite.factors",
    "probability_above": "certainty.pairs",
    "propagate": "certainty.propagate",
    "rank_interval": "certainty.ranks",
    "rank_order_centroid": "workshop.points",
    "rank_reversal": "composite.reversal",
    "rank_shift": "ranks",
    "regression_to_the_mean": "effect.change",
    "relative_change": "composite.over_time",
    "reliability": "estimation.sides",
    "rescored": "rescoring",
    "responsibility": "estimation.spells",
    "scheme_quality": "certainty.scheme",
    "shape_change": "quality",
    "shape_of": "composite.treatment",
    "share_above": "robustness.weights",
    "shares_within": "estimation.sides",
    "shrink": "certainty.shrink",
    "sobol_indices": "robustness.choices",
    "stability": "effect.change",
    "standardised": "composite.distances",
    "survey_by_design": "surveys.by_design",
    "survey_forms": "quality",
    "survey_quality": "surveys.items",
    "swing_weights": "workshop.points",
    "target_drift": "quality",
    "topsis": "composite.distances",
    "treat": "composite.remedies",
    "uneven_mean": "composite.distances",
    "weight_sensitivity": "robustness.weights",
    "weights_workshop": "workshop.workshop",
    "what_it_takes": "change.planning",
    "winsorise": "composite.treatment",
    "with_and_without": "effect.change",
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
