"""Statistics that stand beside the scores, and never change them.

Is this score right, and is this policy fair? The official score is the policy's own arithmetic, to
the digit. Every function here reads scores, or evidence, and gives a table or a value of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "CaseFlow": "estimation.estimate",
    "Estimate": "estimation.estimate",
    "Estimates": "estimation.estimate",
    "Matrix": "matrix",
    "Table": "table",
    "estimates": "estimation.front",
    "matrix_of": "matrix",
    "reliability": "estimation.sides",
    "shares_within": "estimation.sides",
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
