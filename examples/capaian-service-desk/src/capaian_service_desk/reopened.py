"""The indicator type `reopened-share`: which share of closed tickets was opened again."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from capaian.formula import agg, as_of, col
from capaian.plugin import ColumnNeed, Indicator, Measure, StatusRule


@frozen
class ReopenedOptions:
    """What counts as having come back.

    Attributes
    ----------
    at_least
        So many times opened again.
    """

    at_least: int = 1


def measure(options: ReopenedOptions, indicator: Indicator) -> Measure:
    """Return closed tickets that were opened again, over closed tickets; an exact share.

    A ticket that is still open, or was closed after the cut-off, has not had its chance to come
    back: it is not counted. The column `closed` places a ticket in the period.
    """
    done = col("closed").present() & (col("closed") < as_of())
    closed = agg.count(done)
    again = agg.count(done & (col("reopened") >= options.at_least))
    return Measure(
        columns=(ColumnNeed("closed", "stamp", nullable=True), ColumnNeed("reopened", "integer")),
        value=again / closed,
        n=closed,
        dated="closed",
        figures={"closed": closed, "reopened": again},
        statuses=(
            StatusRule("no_evidence", closed < 1),
            StatusRule("too_few", closed < indicator.minimum),
        ),
        unit="share",
        grain=Fraction(1, 10_000),
        most=Fraction(1),
    )
