"""The indicator type `apar-grade`: a grade from 1 to 10, with decimals, given once."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from capaian.formula import agg, col
from capaian.plugin import ColumnNeed, ColumnRef, Indicator, Measure, RowCheck, StatusRule

LOWEST, HIGHEST = 1, 10


@frozen
class GradeOptions:
    """No keys: the scale is that of the order."""


def measure(_options: GradeOptions, indicator: Indicator) -> Measure:
    """Return the mean of the grades given, which of one grade is that grade.

    The column `grade` may have decimals (`grade = { column = "grade", digits = 2 }`); a grade
    outside 1 to 10 is an error, an empty cell is no grade.
    """
    column = indicator.columns.get("grade", ColumnRef("grade"))
    units = 10**column.digits
    given = agg.count(col("grade").present())
    return Measure(
        columns=(ColumnNeed("grade", "integer", nullable=True),),
        value=agg.sum(col("grade")) / (given * units),
        n=given,
        checks=(
            RowCheck(
                "CPN-E32",
                (col("grade") >= LOWEST * units) & (col("grade") <= HIGHEST * units),
                {"column": column.column, "lowest": LOWEST, "highest": HIGHEST},
            ),
        ),
        statuses=(
            StatusRule("no_evidence", given < 1),
            StatusRule("too_few", given < indicator.minimum),
        ),
        unit="points",
        least=Fraction(LOWEST),
        most=Fraction(HIGHEST),
    )
