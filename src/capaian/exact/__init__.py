"""Exact arithmetic: reading and rounding numbers, and the two runs of a score's program.

This package does not import NumPy; `capaian.exact.filtered` and `capaian.exact.whole_cohort`, which
do, are imported where whole columns are scored and fitted.
"""

from capaian.exact.cohort import Cohort, cohort_of, counted
from capaian.exact.program import Pair, Program, compare, run_paired
from capaian.exact.ratio import (
    Mode,
    Written,
    fixed,
    geometric_mean,
    read_number,
    round_ratio,
    whole_root,
)

__all__ = [
    "Cohort",
    "Mode",
    "Pair",
    "Program",
    "Written",
    "cohort_of",
    "compare",
    "counted",
    "fixed",
    "geometric_mean",
    "read_number",
    "round_ratio",
    "run_paired",
    "whole_root",
]
