"""What one indicator alone would have to be for a better band."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

FARTHEST = 2**40
"""How many grains away a lever is looked for."""


def find_lever(
    score_at: Callable[[Fraction], Fraction],
    now: Fraction,
    target: Callable[[Fraction], bool],
    *,
    grain: Fraction,
    direction: str,
    low: Fraction | None,
    high: Fraction | None,
) -> Fraction | None:
    """Return the value nearest to `now`, on the grid of `grain`, at which the score is enough.

    Parameters
    ----------
    score_at
        The exact score if this one value were so.
    now
        The value as it is.
    target
        Whether a score is enough.
    grain
        The step in which the value is spoken of.
    direction
        `higher` or `lower`; anything else is looked for on both sides.
    low, high
        Limits that the value cannot pass.
    """
    if direction not in {"higher", "lower"}:
        both = [
            find_lever(score_at, now, target, grain=grain, direction=way, low=low, high=high)
            for way in ("higher", "lower")
        ]
        found = [each for each in both if each is not None]
        return min(found, key=lambda each: abs(each - now)) if found else None
    sign = 1 if direction == "higher" else -1
    start = (now / grain).__floor__() if sign > 0 else (now / grain).__ceil__()
    limit = high if sign > 0 else low

    def value(steps: int) -> Fraction:
        moved = (start + sign * steps) * grain
        if limit is not None:
            moved = min(moved, limit) if sign > 0 else max(moved, limit)
        return moved

    def enough(steps: int) -> bool:
        return target(score_at(value(steps)))

    reach = 1
    while not enough(reach):
        if reach >= FARTHEST or value(reach) == limit:
            return None
        reach *= 2
    below = reach // 2
    while reach - below > 1:
        middle = (reach + below) // 2
        if enough(middle):
            reach = middle
        else:
            below = middle
    return value(reach)
