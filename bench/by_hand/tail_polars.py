"""From thirteen integers to score and band, as Polars expressions."""

from __future__ import annotations

import polars as pl

from by_hand.office_hours import DAY
from by_hand.rule import BANDS, GUARD, HOUR, LOWEST

col = pl.col
FLOAT = pl.Float64


def _per(above: pl.Expr, below: pl.Expr, least: int) -> pl.Expr:
    return pl.when(below >= least).then(above.cast(FLOAT) / below.cast(FLOAT))


def _mean(parts: list[tuple[int, str]]) -> pl.Expr:
    above = pl.sum_horizontal(weight * col(name) for weight, name in parts)
    below = pl.sum_horizontal(
        pl.when(col(name).is_not_null()).then(weight).otherwise(0) for weight, name in parts
    )
    return pl.when(below > 0).then(above / below)


def scored(found: pl.LazyFrame) -> pl.LazyFrame:
    """Return subject, score and band of the thirteen statistics."""
    one = pl.lit(1, pl.Int64)
    measured = {
        "in_time": _per(col("success5"), col("mature5"), 5) / 0.9 * 100,
        "quick": _per(col("success16"), col("received"), 1) / 0.6 * 100,
        "prompt": (_per(col("success3"), col("mature3"), 1) - 0.2) / 0.7 * 100,
        "hours_taken": (2 - _per(col("worked"), col("received"), 1) / (20 * HOUR)) * 100,
        "days_taken": (12 - _per(col("lasted"), col("closed"), 1) / DAY) * 10,
        "handled": _per(col("received"), one, 1),
        "units_done": _per(col("units"), one, 1) / 480 * 100,
        "rating_per_unit": (_per(col("rating_sum"), col("rated_units"), 1) - 0.2) / 0.6 * 100,
        "satisfied_share": _per(col("satisfied"), col("rated"), 5) / 0.85 * 100,
        "rating": _per((col("rating_sum") - col("rated")) * 100, col("rated") * 3, 30) / 75 * 100,
    }
    caps = {"satisfied_share": 110}
    achieved = [tree.clip(0, caps.get(name, 120)).alias(name) for name, tree in measured.items()]
    speed = [
        (25, "in_time"),
        (15, "quick"),
        (20, "prompt"),
        (25, "hours_taken"),
        (15, "days_taken"),
    ]
    nodes = [
        _mean(speed).clip(upper_bound=110).alias("speed"),
        _mean([(40, "handled"), (40, "units_done"), (20, "rating_per_unit")]).alias("volume"),
        _mean([(50, "satisfied_share"), (50, "rating")]).alias("citizens"),
    ]
    exact = _mean([(50, "speed"), (30, "volume"), (20, "citizens")])
    hundredths = (exact * 100 + 0.5 + GUARD).floor()
    # Polars divides by a constant as it multiplies by its reciprocal, which is another float64 for
    # one score in eight; a column is divided by a column as IEEE 754 has it.
    score = (hundredths / (hundredths * 0 + 100)).alias("score")
    named = pl.lit(LOWEST)
    for edge, name in reversed(BANDS):
        named = pl.when(col("score") >= edge).then(pl.lit(name)).otherwise(named)
    tail = found.select("subject", *achieved).select("subject", *nodes).select("subject", score)
    return tail.with_columns(pl.when(col("score").is_not_null()).then(named).alias("band"))
