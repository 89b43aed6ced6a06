"""How long a first response may take, by priority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HOURS = {"urgent": 1, "normal": 8}
"""As the policy says; `tests/test_pack.py` holds the two together."""


def response_limit(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limit for a priority: `{priority}` to `{hours}`."""
    if set(values) != {"priority"}:
        raise ValueError("the input has one key, 'priority'")
    if values["priority"] not in list(HOURS):  # also what has no hash, such as a list
        msg = f"'priority' is not one of {', '.join(HOURS)}"
        raise ValueError(msg)
    return {"hours": HOURS[values["priority"]]}
