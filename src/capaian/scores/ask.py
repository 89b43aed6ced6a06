"""One request of a table, and what becomes of its answer."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from capaian.columns import Reduced, Request
from capaian.errors import Finding
from capaian.formula import Own, agg
from capaian.measure import Statistics
from capaian.scores.planned import Planned, Window


@frozen(eq=False)
class Ask:
    """A request, of which table, and what its statistics are called in a score's program.

    Attributes
    ----------
    planned
        The indicator that asks; `None` for days in post and targets, which are no evidence.
    statistics
        The indicator's measure, under the names of this request.
    judge
        What proves an answer that is no evidence: it gives findings.
    """

    table: str
    names: tuple[str, ...]
    request: Request
    planned: Planned | None = None
    statistics: Statistics | None = None
    judge: Callable[[Reduced], list[Finding]] | None = None

    @property
    def functions(self) -> tuple[str, ...]:
        """The indicator and the names of the functions that it measures by; empty for none."""
        trees = self.request.statistics
        names = dict.fromkeys(each.functions.name for each in trees if isinstance(each, Own))
        return (self.planned.indicator.id, *names) if names and self.planned else ()

    @property
    def rows(self) -> int | None:
        """Which statistic is the number of rows of a subject; `None` where none is."""
        counts = [each == agg.count() for each in self.request.statistics]
        return counts.index(True) if True in counts else None


def rows_name(window: Window) -> str:
    """Return what the number of a subject's rows in a window is called."""
    rows = agg.count()
    statistics = window.statistics
    if rows in statistics.trees:
        return statistics.names[statistics.trees.index(rows)]
    return f"{window.prefix}.rows"
