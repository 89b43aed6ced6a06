"""The flow of cases: how many were closed, in time or late, and how many are open."""

from __future__ import annotations

from collections.abc import Iterable

from capaian.exact import Program
from capaian.scores.ledger import figures_of
from capaian.scores.result import Scores

LIMITED = ("met", "failed", "open_late", "undetermined")
UNLIMITED = ("closed", "open")


def with_flow(scores: Scores) -> list[str]:
    """Return the indicators that say how many cases are open."""
    planned = scores.plan.indicators
    return [name for name, each in planned.items() if "open" in each.statistics.figures]


def flow_of(scores: Scores, name: str, rows: Iterable[int]) -> dict[str, int]:
    """Return the cases of an indicator that says how many are open, by their state.

    Where cases have a limit: closed in time (`met`), closed late (`failed`), open past the limit
    (`open_late`), and open before it (`undetermined`). Where they have none: `closed` and `open`.

    Parameters
    ----------
    scores
        Of a period.
    name
        The indicator.
    rows
        Places of those who are counted.
    """
    figures = scores.plan.indicators[name].statistics.figures
    limited = "undetermined" in figures
    wanted = (*UNLIMITED, "success", "undetermined") if limited else UNLIMITED
    program = Program(tuple((each, figures[each]) for each in wanted))
    total = dict.fromkeys(wanted, 0)
    for row in rows:
        for each, value in figures_of(program, scores.given(row)).items():
            total[each] += value
    if not limited:
        return total
    return {
        "met": total["success"],
        "failed": total["closed"] - total["success"],
        "open_late": total["open"] - total["undetermined"],
        "undetermined": total["undetermined"],
    }
