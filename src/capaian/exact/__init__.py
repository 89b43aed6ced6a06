"""Exact arithmetic: reading and rounding numbers, and the two runs of a score's program.

This package does not import NumPy; `capaian.exact.filtered`, which does, is imported where whole
columns are scored.
"""

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
    "Mode",
    "Pair",
    "Program",
    "Written",
    "compare",
    "fixed",
    "geometric_mean",
    "read_number",
    "round_ratio",
    "run_paired",
    "whole_root",
]
