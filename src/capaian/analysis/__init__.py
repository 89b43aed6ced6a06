"""Statistics that stand beside the scores, and never change them.

Is this score right, and is this policy fair? The official score is the policy's own arithmetic, to
the digit. Every function here reads scores, or evidence, and gives a table or a value of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from capaian.errors import AnalysisError, refuse

_ROOMS = {
    "Matrix": "matrix",
    "band_probability": "certainty.band_probability",
    "funnel": "certainty.funnel",
    "guarded_bands": "certainty.guard",
    "Table": "table",
    "matrix_of": "matrix",
    "propagate": "certainty.propagate",
    "rank_interval": "certainty.ranks",
    "scheme_quality": "certainty.scheme",
    "shrink": "certainty.shrink",
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
