"""Statistics that stand beside the scores, and never change them.

Is this score right, and is this policy fair? The official score is the policy's own arithmetic, to
the digit. Every function here reads scores, or evidence, and gives a table or a value of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "Matrix": "matrix",
    "Table": "table",
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
