"""Which values are missing, and whose: what a team's page counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from capaian.scores import Scores


def missing_of(scores: Scores, rows: Sequence[int]) -> dict[str, Counter[tuple[str, str]]]:
    """Return for each indicator how many have no value, by state and by what the policy did.

    Parameters
    ----------
    scores
        Of a period.
    rows
        Places of those who are counted.
    """
    ledger, names = scores.ledger_columns(), list(scores.plan.indicators)
    found: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in names}
    for row in rows:
        for place, name in enumerate(names):
            at = row * len(names) + place
            if ledger["achievement"][at] is None:
                found[name][ledger["state"][at], ledger["decision"][at] or ""] += 1
    return found


def without_of(scores: Scores, rows: Sequence[int]) -> dict[int, list[str]]:
    """Return for each place the indicators in which it has no value."""
    ledger, names = scores.ledger_columns(), list(scores.plan.indicators)
    return {
        row: [name for place, name in enumerate(names)
              if ledger["achievement"][row * len(names) + place] is None]
        for row in rows
    }  # fmt: skip
