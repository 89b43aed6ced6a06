"""What is counted. Put your own in its place: it ends in integers, with one division at the top."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from capaian.formula import agg, col
from capaian.plugin import ColumnNeed, Indicator, Measure, StatusRule


@frozen
class Options:
    """The keys of an indicator's `measure` table; unknown keys and wrong types are refused.

    Attributes
    ----------
    at_most
        So many visits still count as settled.
    """

    at_most: int = 1


def measure(options: Options, indicator: Indicator) -> Measure:
    """Return the rows that are settled over all rows; an exact share."""
    settled = agg.count(col("visits") <= options.at_most)
    rows = agg.count()
    return Measure(
        columns=(ColumnNeed("visits", "integer"),),
        value=settled / rows,
        n=rows,
        figures={"settled": settled},
        statuses=(
            StatusRule("no_evidence", rows < 1),
            StatusRule("too_few", rows < indicator.minimum),
        ),
        unit="share",
        grain=Fraction(1, 10_000),
        most=Fraction(1),
    )
