"""The ledger: one row per subject and indicator, with every step from the count to the score."""

from __future__ import annotations

from capaian.exact import Program, run_paired
from capaian.scores.plan import Planned

LEDGER = (
    "indicator",
    "node",
    "state",
    "decision",
    "numerator",
    "denominator",
    "n",
    "unit",
    "measured",
    "achievement",
    "weight",
    "contribution",
)
"""The ledger's columns, after subject and period."""


def figures_of(program: Program, given: dict[str, int]) -> dict[str, int]:
    """Run formulas over a subject's statistics; a result that is unknown is left out."""
    results: dict[str, int] = {}
    for name, tree in program.steps:
        try:
            results[name] = int(run_paired(Program(((name, tree),)), given)[name][1])
        except KeyError:
            continue
    return results


def observations(planned: Planned, given: dict[str, int]) -> int:
    """Return how many observations are behind a measured value."""
    return figures_of(Program((("n", planned.statistics.n),)), given).get("n", 0)
