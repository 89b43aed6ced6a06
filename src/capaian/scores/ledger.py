"""The ledger: one row per subject and indicator, with every step from the count to the score."""

from __future__ import annotations

from typing import Any

from capaian.exact import Program, run_paired
from capaian.scores.plan import Plan, Planned
from capaian.scores.results import Results

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


def ledger_of(plan: Plan, results: Results) -> dict[str, list[Any]]:
    """Return the ledger, one subject after another; all of it is exact."""
    ledger: dict[str, list[Any]] = {name: [] for name in LEDGER}
    for row in range(len(results)):
        for values in ledger_rows(plan, results, row):
            for name, value in zip(LEDGER, values, strict=True):
                ledger[name].append(value)
    return ledger


def ledger_rows(plan: Plan, results: Results, row: int) -> list[tuple[Any, ...]]:
    """Return a subject's rows of the ledger, one per indicator in canonical order."""
    tail, exact = results.tail(row), results.exact(row)
    given = results.given(row)
    rows = []
    for name, planned in plan.indicators.items():
        part = tail.parts[name]
        measured = exact[part.measured][1] if part.measured else None
        rows.append(
            (
                name,
                planned.indicator.parent or "score",
                results.state(name, row),
                part.decision or None,
                None if measured is None else measured.numerator,
                None if measured is None else measured.denominator,
                observations(planned, given),
                planned.measure.unit,
                exact[part.measured][0] if part.measured else None,
                exact[part.achievement][0] if part.achievement else None,
                float(part.weight),
                exact[part.contribution][0] if part.contribution else None,
            )
        )
    return rows


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
