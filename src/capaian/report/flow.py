"""What a team's page counts: values that are missing, and cases by their state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from capaian.exact import Program
from capaian.scores import Scores
from capaian.scores.ledger import figures_of

LIMITED = ("met", "failed", "open_late", "undetermined")
UNLIMITED = ("closed", "open")


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


def cases_of(scores: Scores, rows: Sequence[int]) -> Iterator[tuple[str, dict[str, int]]]:
    """Return the cases of each indicator that says how many are open, by their state.

    Where cases have a limit: closed in time (`met`), closed late (`failed`), open past the limit
    (`open_late`), and open before it (`undetermined`). Where they have none: `closed` and `open`.
    """
    for name, planned in scores.plan.indicators.items():
        figures = planned.statistics.figures
        if "open" not in figures:
            continue
        limited = "undetermined" in figures
        wanted = ("closed", "open", "success", "undetermined") if limited else UNLIMITED
        program = Program(tuple((each, figures[each]) for each in wanted))
        total: Counter[str] = Counter()
        for row in rows:
            total.update(figures_of(program, scores.given(row)))
        if not limited:
            yield name, {each: total[each] for each in UNLIMITED}
            continue
        yield (
            name,
            {
                "met": total["success"],
                "failed": total["closed"] - total["success"],
                "open_late": total["open"] - total["undetermined"],
                "undetermined": total["undetermined"],
            },
        )
