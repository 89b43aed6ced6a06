"""One million subjects with ten indicators: robustness, change and effect."""

from __future__ import annotations

from functools import cache

import attrs
import numpy as np
import polars as pl

import capaian
from capaian.analysis import (
    Table,
    before_after,
    compare_scores,
    effective_weights,
    explain_change,
    geometric_terms,
    leave_one_out,
    panel,
    policy_sensitivity,
    rescored,
    share_above,
    stability,
    weight_sensitivity,
    what_it_takes,
    with_and_without,
)
from capaian.policy import Policy, read_policy
from capaian.scores import Scores

COUNT = 1_000_000
NAMES = [f"i{at}" for at in range(10)]
WEIGHTS = (40, 20, 10, 8, 7, 5, 4, 3, 2, 1)


def policy(weights: tuple[int, ...] = WEIGHTS, cut: int = 60, method: str = "arithmetic") -> Policy:
    """Return a policy of ten indicators, each a number from 0 to 100."""
    return read_policy(
        {
            "id": "bench/ten",
            "edition": f"{weights[0]}-{cut}",
            "in_force": {"from": "2026-01-01"},
            "scale": {"worst": 0, "best": 100},
            "missing": "exclude",
            "subject": "nip",
            "weights": "relative",
            "score": {"method": method},
            "subjects": {"table": "staff", "unit": "unit"},
            "rounding": [{"where": "score", "digits": 2}],
            "indicators": [
                {
                    "id": name,
                    "weight": weight,
                    "type": "count-based",
                    "table": "work",
                    "columns": {"date": "day", "amount": {"column": name}},
                    "measure": {"statistic": "sum", "no_rows": "missing"},
                    "normalise": {"method": "goalposts", "worst": 0, "best": 100},
                }
                for name, weight in zip(NAMES, weights, strict=True)
            ],
            "bands": [
                {"id": "low", "below": cut},
                {"id": "middle", "from": cut, "below": 75},
                {"id": "high", "from": 75},
            ],
        }
    )


@cache
def evidence(seed: int) -> dict[str, pl.DataFrame]:
    """Return made-up values of one million subjects."""
    rng = np.random.default_rng(seed)
    ability = np.random.default_rng(0).normal(65, 8, COUNT)
    columns = {
        name: np.clip(ability + rng.normal(0, 12, COUNT), 1, 100).astype(np.int64) for name in NAMES
    }
    nip = [f"{at:07}" for at in range(COUNT)]
    day = pl.Series(["2026-01-05"] * COUNT).str.to_date()
    unit = pl.Series([f"u{at % 500:03}" for at in range(COUNT)])
    return {
        "work": pl.DataFrame({"nip": nip, "day": day} | columns),
        "staff": pl.DataFrame({"nip": nip, "unit": unit}),
    }


@cache
def scored(seed: int = 1, weights: tuple[int, ...] = WEIGHTS, cut: int = 60,
           method: str = "arithmetic") -> Scores:  # fmt: skip
    """Return the scores; made before anything is timed."""
    return capaian.score(policy(weights, cut, method), evidence(seed), period="2026-Q1")


OTHER = (30, 20, 15, 10, 7, 6, 5, 3, 2, 2)


@cache
def tidy() -> Table:
    """Return two periods as a panel."""
    treated = {f"u{at:03}": "2026-Q1" for at in range(250)}
    first = panel([scored(2)])
    second = panel([scored()], treated=treated)
    columns = {}
    for name in first.columns:
        one, two = first.columns[name], second.columns[name]
        whole = hasattr(one, "dtype")
        columns[name] = np.concatenate([one, two]) if whole else [*one, *two]
    columns["period"] = ["before"] * COUNT + ["after"] * COUNT
    return Table("", columns)


def effective() -> None:
    """`effective_weights`."""
    effective_weights(scored())


def sensitivity() -> None:
    """`weight_sensitivity`, worked out."""
    weight_sensitivity(scored(), 50)


def sensitivity_drawn() -> None:
    """`weight_sensitivity` by 200 weightings of a geometric mean."""
    weight_sensitivity(scored(1, WEIGHTS, 60, "geometric"), 50, draws=200, seed=1)


def above() -> None:
    """`share_above` for one pair."""
    share_above(scored(), "0000001", "0000002")


def without_each() -> None:
    """`leave_one_out`."""
    leave_one_out(scored())


def choices() -> None:
    """`policy_sensitivity`: three choices, 64 base points."""

    def cut(policy: Policy) -> Policy:
        return attrs.evolve(policy, bands=scored(2, OTHER, 62).policy.bands)

    def weights(policy: Policy) -> Policy:
        made = scored(2, OTHER, 62).policy.indicators
        return attrs.evolve(policy, indicators=made)

    def geometric(policy: Policy) -> Policy:
        return attrs.evolve(
            policy, nodes=tuple(attrs.evolve(each, method="geometric") for each in policy.nodes)
        )

    def same(policy: Policy) -> Policy:
        return policy

    made = {"cut": [same, cut], "weights": [same, weights], "method": [same, geometric]}
    policy_sensitivity(scored(), made, n=64, seed=1)


def change() -> None:
    """`explain_change` over data, weights and cuts."""
    explain_change(scored(), scored(2, OTHER, 62))


def terms() -> None:
    """`geometric_terms`."""
    geometric_terms(scored(1, WEIGHTS, 60, "geometric"), scored(2, WEIGHTS, 60, "geometric"))


def plan() -> None:
    """`what_it_takes` for one subject."""
    scores = scored()
    row = int(np.argmin(scores.results.columns()["score"]))
    what_it_takes(scores, scores.subjects[row], "high", costs=dict.fromkeys(NAMES, 1))


def comparison() -> None:
    """`compare_scores`."""
    compare_scores(scored(), scored(2, OTHER, 62))


def tidy_panel() -> None:
    """`panel` of two periods."""
    panel([scored(), scored(2)])


def regression() -> None:
    """`stability` and `before_after`."""
    found = stability(scored(2), scored())
    before_after(scored(2), scored(), correlation=found.correlation)


def difference() -> None:
    """`with_and_without`."""
    with_and_without(tidy(), "before", "after")


def two() -> None:
    """Make two results under one policy."""
    scored()
    scored(2)


def other() -> None:
    """Make two results under two policies."""
    scored()
    scored(2, OTHER, 62)


def geometric() -> None:
    """Make two results of geometric means."""
    scored(1, WEIGHTS, 60, "geometric")
    scored(2, WEIGHTS, 60, "geometric")


def other_weights() -> None:
    """Score everybody under another policy, from the statistics that the scores keep."""
    len(rescored(scored(), policy(WEIGHTS[::-1])))


CALLS = {
    "rescored": (scored, other_weights),
    "effective_weights": (scored, effective),
    "weight_sensitivity, exact": (scored, sensitivity),
    "weight_sensitivity, geometric, 200 draws": (geometric, sensitivity_drawn),
    "share_above, one pair": (scored, above),
    "leave_one_out": (scored, without_each),
    "policy_sensitivity, 3 choices, 64 points": (other, choices),
    "explain_change": (other, change),
    "geometric_terms": (geometric, terms),
    "what_it_takes, one subject": (scored, plan),
    "compare_scores": (other, comparison),
    "panel, 2 periods": (two, tidy_panel),
    "stability and before_after": (two, regression),
    "with_and_without": (tidy, difference),
}
"""What is timed: what prepares it, and the call."""
