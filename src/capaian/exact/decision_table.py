"""Proof of a decision table: every combination of its inputs' levels has exactly one cell.

A table is inputs, each with its levels in order, and cells, each with the levels that it takes of
the inputs that it names; of an input that it does not name it takes any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

from attrs import frozen

Inputs: TypeAlias = Mapping[str, Sequence[str]]
Cells: TypeAlias = Sequence[Mapping[str, Sequence[str]]]
Combination: TypeAlias = tuple[str, ...]
"""One level of every input, in the order of the inputs."""


@frozen
class Stranger:
    """A name in a cell that the table does not know: an input, or a level of an input.

    Attributes
    ----------
    cell
        The position of the cell.
    input, level
        The names; `level` is empty where the input itself is not known.
    """

    cell: int
    input: str
    level: str = ""


def combinations(inputs: Inputs) -> int:
    """Return how many combinations of levels there are."""
    return prod(len(levels) for levels in inputs.values())


def strangers(inputs: Inputs, cells: Cells) -> list[Stranger]:
    """Return the names in cells that the table does not know, in the order of the cells.

    Parameters
    ----------
    inputs, cells
        As for `prove_table`.
    """
    found: list[Stranger] = []
    for index, cell in enumerate(cells):
        for name, levels in cell.items():
            if name not in inputs:
                found.append(Stranger(index, name))
                continue
            found += [Stranger(index, name, each) for each in levels if each not in inputs[name]]
    return found


def prove_table(
    inputs: Inputs, cells: Cells
) -> tuple[list[Combination], list[tuple[Combination, tuple[int, ...]]]]:
    """Return the combinations without a cell, and those with more than one.

    Parameters
    ----------
    inputs
        The inputs by name, each with the names of its levels, without a level twice.
    cells
        For each cell, by input, the levels that it takes; an input that is left out takes any. One
        that is given without a level takes none, so that the cell is for no combination.

    Returns
    -------
    gaps, overlaps
        Combinations in the order of the inputs and of their levels, the last input changing first;
        with each overlap the positions of its cells. Both empty: the table is complete and
        without contradiction.

    Raises
    ------
    KeyError
        A cell names an input that is not known. A level that is not known is taken by no
        combination: `strangers` finds both, and is to be asked first.

    Examples
    --------
    >>> inputs = {"work": ("above", "below"), "conduct": ("above", "below")}
    >>> prove_table(inputs, [{"work": ["above"]}, {"conduct": ["above"]}])
    ([('below', 'below')], [(('above', 'above'), (0, 1))])
    """
    takers = takers_of(inputs, cells)
    gaps = [each for each in product(*inputs.values()) if each not in takers]
    overlaps = [
        (each, tuple(takers[each]))
        for each in product(*inputs.values())
        if len(takers.get(each, ())) > 1
    ]
    return gaps, overlaps


def takers_of(inputs: Inputs, cells: Cells) -> dict[Combination, list[int]]:
    """Return, for every combination that has a cell, the positions of its cells.

    Parameters
    ----------
    inputs, cells
        As for `prove_table`.
    """
    takers: dict[Combination, list[int]] = {}
    for index, cell in enumerate(cells):
        for each in taken(inputs, cell):
            takers.setdefault(each, []).append(index)
    return takers


def taken(inputs: Inputs, cell: Mapping[str, Sequence[str]]) -> Iterator[Combination]:
    """Return the combinations that a cell takes, in the order of the inputs and their levels."""
    for name in cell:
        inputs[name]  # one that is not known is no "any"
    chosen = [
        [each for each in levels if each in cell[name]] if name in cell else levels
        for name, levels in inputs.items()
    ]
    return product(*chosen)
