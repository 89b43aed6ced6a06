"""The same program on whole columns of float64, with a bound on its own error.

A row that comes nearer to a decision (a comparison, a rounding tie) than the bound on the error is
marked, and the caller decides it with exact integers. What is not marked is right by proof; the
floats themselves are the same bits as those of `run_paired`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from capaian.exact.bounds import Ranges
from capaian.exact.callables import Floats, Mask
from capaian.exact.printed import Printed, print_numpy
from capaian.exact.program import Program
from capaian.exact.straight import straighten

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 65_536
"""Rows run at a time: few enough for the buffers to stay in the processor's cache."""


@frozen
class Filtered:
    """The results of a program on columns."""

    values: Mapping[str, Floats]
    doubt: Mask
    """True where a decision was too near to be made in float64."""
    errors: Mapping[str, float]
    """For each result, how far a value may lie from the truth."""


@frozen(eq=False)
class Workspace:
    """The buffers of a run: made once, used by block after block."""

    points: Floats = field(factory=lambda: np.empty(BLOCK, dtype=np.float64))
    floats: list[Floats] = field(factory=list)
    masks: list[Mask] = field(factory=list)

    def of(self, printed: Printed, length: int) -> tuple[list[Floats], list[Mask]]:
        """Return as many buffers as a program needs, each of this length."""
        while len(self.floats) < printed.work:
            self.floats.append(np.empty(BLOCK, dtype=np.float64))
        while len(self.masks) < printed.masks:
            self.masks.append(np.empty(BLOCK, dtype=np.bool_))
        floats, masks = self.floats[: printed.work], self.masks[: printed.masks]
        if length == BLOCK:
            return floats, masks
        return [each[:length] for each in floats], [each[:length] for each in masks]


def run_block(
    printed: Printed,
    inputs: Sequence[NDArray[np.int64]],
    outputs: Sequence[Floats],
    space: Workspace,
    seen: list[int] | None = None,
) -> Mask | None:
    """Run a program over at most one block of rows.

    Parameters
    ----------
    printed
        The program.
    inputs
        A column for each of `printed.straight.inputs`.
    outputs
        Where to write, for each of `printed.outputs`.
    space
        The buffers.
    seen
        Where to write what the program was printed to watch.

    Returns
    -------
    Mask or None
        The rows that are in doubt; `None` where none is.

    Notes
    -----
    A branch that is not taken may divide by zero: to be called under `numpy.errstate`.
    """
    length = len(outputs[0])
    floats, masks = space.of(printed, length)
    return printed.run(inputs, outputs, floats, masks, seen)


def ranges_of(inputs: Mapping[str, NDArray[np.int64]], names: Iterable[str]) -> Ranges:
    """Return the least and the greatest value of each named column."""
    found = {}
    for name in names:
        column = inputs[name]
        found[name] = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    return found


def run_filtered(
    program: Program,
    inputs: Mapping[str, NDArray[np.int64]],
    *,
    wanted: Sequence[str] | None = None,
    ranges: Ranges | None = None,
) -> Filtered:
    """Run the program on integer columns of equal length.

    Parameters
    ----------
    program
        The formulas, in order.
    inputs
        Statistics, one int64 column per name.
    wanted
        The results that are asked for; all where left out.
    ranges
        The range of every input; found where left out.
    """
    straight = straighten(program, wanted)
    given = [np.asarray(inputs[name]) for name in straight.inputs]
    length = len(next(iter(inputs.values()))) if inputs else 1
    known = ranges_of(inputs, straight.inputs) if ranges is None else ranges
    printed = print_numpy(straight, known, list(straight.results.values()))
    values = {name: np.empty(length, dtype=np.float64) for name in straight.results}
    doubt = np.zeros(length, dtype=np.bool_)
    space = Workspace()
    with np.errstate(all="ignore"):
        for start in range(0, length, BLOCK):
            rows = slice(start, start + BLOCK)
            outputs = [each[rows] for each in values.values()]
            found = run_block(printed, [each[rows] for each in given], outputs, space)
            if found is not None:
                doubt[rows] = found
    errors = {name: printed.bounds[at].error for name, at in straight.results.items()}
    return Filtered(values, doubt, errors)
