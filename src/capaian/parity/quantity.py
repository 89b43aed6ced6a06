"""What a sheet may hold of a subject, in the order of the ledger."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Step = Literal["measured", "achievement", "weight", "contribution", "node", "score", "band"]
STEPS: tuple[Step, ...] = (
    "measured", "achievement", "weight", "contribution", "node", "score", "band",
)  # fmt: skip
"""The steps, from the measured value to the band."""


@frozen
class Quantity:
    """A step, and of which indicator or node it is; empty for the score and the band."""

    step: Step
    of: str = ""
