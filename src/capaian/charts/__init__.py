"""Pictures of scores: for a notebook, a page, a print-out.

A picture is a Vega-Lite document with its values inside it. Nothing is loaded from elsewhere, no
browser is needed, and the same input gives the same bytes. Each says in colour only what it also
says in words, by position or by pattern, so that it can be read in grey and by the colour-blind.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "Picture": "picture",
    "band_strip": "strips",
    "funnel_plot": "funnels",
    "rank_intervals": "ranks",
    "team_heat_map": "heat",
    "transition_matrix": "transitions",
    "trend": "trends",
    "waterfall": "waterfalls",
    "weight_fan": "fans",
}

__all__ = list(_ROOMS)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'capaian.charts' has no attribute {name!r}")
    value = getattr(import_module(f"capaian.charts.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(_ROOMS)
