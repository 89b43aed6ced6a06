"""Bands of a decision table for whole columns: floats first, ratios and integers in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from capaian.exact.filtered import Workspace, run_block
from capaian.exact.ratios import run_ratios

if TYPE_CHECKING:
    from capaian.exact.bounds import Ranges
    from capaian.scores.scorer import Block, Program

MANY = 8
"""Where more than one row of so many is in doubt, they are decided together before one by one."""


def judge(program: Program, at: int, block: Block, ranges: Ranges, space: Workspace) -> int:
    """Write the bands of at most one block of rows.

    Parameters
    ----------
    program
        The program.
    at
        Where in it the band's position is.
    block
        The rows.
    ranges
        Between which values the statistics lie.
    space
        The buffers.

    Returns
    -------
    int
        How many rows were decided exactly.
    """
    found = space.points[: len(block.codes)]
    printed = program.columns(ranges, (at,))
    doubt = block.own(run_block(printed, block.given, (found,), space))
    block.codes[:] = found
    if doubt is None:
        return 0
    rows = np.flatnonzero(doubt)
    if len(rows) * MANY >= len(doubt):  # a rating on the edge of a level is the common case
        columns = [each[rows] for each in block.given]
        block.codes[rows] = run_ratios(program.straight, at, columns, len(rows)).numerators
        return len(rows)
    run = program.exact([at])
    for row in rows.tolist():
        top, bottom = run(*(int(each[row]) for each in block.given))
        block.codes[row] = top // bottom
    return len(rows)
