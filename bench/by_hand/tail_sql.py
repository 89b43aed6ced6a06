"""From thirteen integers to score and band, as SQL that DuckDB and Spark both read."""

from __future__ import annotations

from by_hand.office_hours import DAY
from by_hand.rule import BANDS, GUARD, HOUR, LOWEST


def _mean(*parts: tuple[int, str]) -> str:
    above = " + ".join(f"coalesce({weight} * {name}, 0)" for weight, name in parts)
    below = " + ".join(f"if({name} is null, 0, {weight})" for weight, name in parts)
    return f"({above}) / nullif({below}, 0)"


def _limited(tree: str, cap: int = 120) -> str:
    # greatest and least pass over nulls, which would make 0 of what is not known
    return f"if(({tree}) is null, null, greatest(0e0, least({cap}e0, {tree})))"


_PARTS = {
    "in_time": _limited("if(mature5 >= 5, cast(success5 as double) / mature5, null) / 0.9e0 * 100"),
    "quick": _limited("cast(success16 as double) / received / 0.6e0 * 100"),
    "prompt": _limited("(cast(success3 as double) / nullif(mature3, 0) - 0.2e0) / 0.7e0 * 100"),
    "hours_taken": _limited(f"(2 - cast(worked as double) / received / {20 * HOUR}) * 100"),
    "days_taken": _limited(f"(12 - cast(lasted as double) / nullif(closed, 0) / {DAY}) * 10"),
    "handled": _limited("cast(received as double)"),
    "units_done": _limited("cast(units as double) / 480 * 100"),
    "rating_per_unit": _limited(
        "(cast(rating_sum as double) / nullif(rated_units, 0) - 0.2e0) / 0.6e0 * 100"
    ),
    "satisfied_share": _limited(
        "if(rated >= 5, cast(satisfied as double) / rated, null) / 0.85e0 * 100", 110
    ),
    "rating": _limited(
        "if(rated >= 10, cast((rating_sum - rated) * 100 as double) / (rated * 3), null) / 75 * 100"
    ),
}
_SPEED = _mean(
    (25, "in_time"), (15, "quick"), (20, "prompt"), (25, "hours_taken"), (15, "days_taken")
)
_VOLUME = _mean((40, "handled"), (40, "units_done"), (20, "rating_per_unit"))
_CITIZENS = _mean((50, "satisfied_share"), (50, "rating"))
_BAND = " ".join(f"when score >= {edge} then '{name}'" for edge, name in BANDS)


def tail(statistics: str) -> str:
    """Return the query for subject, score and band over a query or table of the statistics."""
    parts = ", ".join(f"{tree} as {name}" for name, tree in _PARTS.items())
    exact = _mean((50, "speed"), (30, "volume"), (20, "citizens"))
    return f"""
        with statistics as ({statistics}),
        achieved as (select subject, {parts} from statistics),
        nodes as (
            select subject,
                if(({_SPEED}) is null, null, least({_SPEED}, 110e0)) as speed,
                {_VOLUME} as volume, {_CITIZENS} as citizens
            from achieved
        ),
        rounded as (
            select subject, floor(({exact}) * 100 + 0.5e0 + {GUARD}) / 100 as score from nodes
        )
        select subject, score, case when score is null then null {_BAND} else '{LOWEST}' end as band
        from rounded
    """
