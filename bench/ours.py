"""capaian's side of every case, through its public surface; what is not is in `run_tail` alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import capaian

POLICY = Path(__file__).with_name("policy.toml")
PERIOD, AS_OF = "2026-Q1", "2026-04-15"


@lru_cache(maxsize=1)
def policy() -> capaian.Policy:
    """Return the policy, read once."""
    return capaian.load_policy(POLICY)


def score(events: Any, **options: Any) -> capaian.Scores:
    """Score evidence of whatever kind."""
    return capaian.score(policy(), {"events": events}, period=PERIOD, as_of=AS_OF, **options)


def on_polars(path: str) -> Any:
    """Score a path on Polars, capaian's engine where none is named."""
    return finished(score(path).to_native())


def on_duckdb(path: str) -> Any:
    """Score a path on DuckDB."""
    return finished(score(path, engine="duckdb").to_native())


def on_spark(path: str) -> Any:
    """Score a Spark frame."""
    from by_hand.spark_sql import read_events  # noqa: PLC0415 - only where Spark is asked for

    return score(read_events(path)).to_native().toArrow()


def finished(table: Any) -> Any:
    """Return a table that is in memory: lazy ones are run."""
    if hasattr(table, "collect"):
        return table.collect(engine="streaming")
    return table.to_arrow_table() if hasattr(table, "to_arrow_table") else table


def run_tail(statistics: Mapping[str, Any]) -> tuple[Any, Any]:
    """Run the tail alone on whole columns of statistics; return the scores and the bands.

    There is no public verb for it: this is the one place that knows how capaian is made inside.
    """
    from capaian.scores.whole import WholeResults  # noqa: PLC0415 - loads NumPy

    results = WholeResults(*_tail_inputs(statistics))
    columns = results.columns()
    return columns["score"], columns["band"]


NUMERATORS = {
    "in-time": ("success5", "mature5", "received"),
    "quick": ("success16", "received", "received"),
    "prompt": ("success3", "mature3", "received"),
    "hours-taken": ("worked", "received", "received"),
    "days-taken": ("lasted", "closed", "received"),
    "handled": ("received", "received", "received"),
    "units": ("units", "units", "received"),
    "rating-per-unit": ("rating_sum", "rated_units", "rated"),
    "satisfied": ("satisfied", "rated", "rated"),
    "rating": ("rating_sum", "rated", "received"),
}
"""For each indicator its numerator, its denominator and its rows, by the names used by hand."""


def _tail_inputs(statistics: Mapping[str, Any]) -> tuple[Any, Any]:
    import numpy as np  # noqa: PLC0415 - as above

    from capaian.formula import Aggregate, Column, walk  # noqa: PLC0415
    from capaian.scores.gathered import Gathered  # noqa: PLC0415
    from capaian.scores.plan import make_plan  # noqa: PLC0415

    plan = make_plan(policy(), ())
    count = len(statistics["received"])
    known = np.broadcast_to(np.True_, count)
    inputs = {}
    for name, planned in plan.indicators.items():
        above, below, rows = NUMERATORS[name]
        made = planned.statistics
        trees = dict(zip(made.names, made.trees, strict=True))
        named = dict(zip(made.needed, (above, below), strict=False))
        conditions = [each for rule in made.statuses for each in walk(rule.when)]
        for each in [*named, *(one.name for one in conditions if isinstance(one, Column))]:
            tree = trees[each]
            bare = isinstance(tree, Aggregate) and tree.op == "count" and tree.inner is None
            column = named.get(each) or (rows if bare else below)
            inputs[each] = (statistics[column], known)
    gathered = Gathered(
        subjects=cast("Any", range(count)), inputs=inputs, labels={}, units={}, facts={},
        whole=True, origin="polars", findings=(),
    )  # fmt: skip
    return plan, gathered
