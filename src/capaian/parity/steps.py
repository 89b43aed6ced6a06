"""A subject's values by the steps of the ledger, and where a row of the sheet parts from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from capaian.parity.cells import Cell
from capaian.parity.mapping import plain
from capaian.parity.quantity import Quantity
from capaian.scores.tail import SCORE

if TYPE_CHECKING:
    from capaian.parity.mapping import Sheet
    from capaian.parity.sheet import Row
    from capaian.scores import Scores

Value = Fraction | str | None
Agreement = Literal["exact", "displayed", "differs", "not_in_sheet", "not_in_capaian"]
"""How a value of the sheet and capaian's agree: as far as a cell can hold a number; as far as the
cell shows one; not at all; or one of them is missing."""
AGREED: frozenset[Agreement] = frozenset({"exact", "displayed"})


@frozen
class Parting:
    """The first step in which a row and capaian differ.

    Attributes
    ----------
    quantity
        The step, and of which indicator or node.
    ours, theirs
        The values there.
    agreement
        How they differ.
    rounded
        The first step before it that agrees only in the digits that are shown: there the sheet may
        have gone on with a rounded value.
    """

    quantity: Quantity
    ours: Value
    theirs: Value
    agreement: Agreement
    rounded: Quantity | None = None


def quantities(
    scores: Scores,
    row: int,
    exact: Mapping[str, Fraction],
    wanted: Sequence[Quantity],
    band: str | None,
) -> dict[Quantity, Value]:
    """Return what capaian has for each quantity of a subject; `None` where it has nothing.

    Parameters
    ----------
    scores
        The result.
    row
        The subject's position.
    exact
        The values of the subject's program by name.
    wanted
        Which quantities.
    band
        The id of the subject's band.
    """
    tail = scores.tail(row)
    found: dict[Quantity, Value] = {}
    for each in wanted:
        part = tail.parts.get(each.of)
        match each.step:
            case "measured" | "achievement" | "contribution" if part is not None:
                name = getattr(part, each.step)
                found[each] = exact.get(name) if name else None
            case "weight" if part is not None:
                found[each] = exact.get(part.share) if part.share else (part.weight or None)
            case "node":
                found[each] = exact.get(tail.nodes.get(each.of, ""))
            case "score":
                found[each] = exact.get(SCORE) if tail.scored else None
            case _:
                found[each] = band
    return found


def agreement(cell: Cell, ours: Value, bands: Mapping[str, str]) -> tuple[Agreement, Value]:
    """Return how a cell agrees with a value, and what the cell holds.

    Parameters
    ----------
    cell
        The cell of the sheet.
    ours
        A number, the id of a band, or nothing.
    bands
        The words of the sheet to ids of bands.
    """
    theirs: Value = cell.number
    if cell.state == "text":
        theirs = bands.get(plain(cell.text), cell.text)
    if theirs is None:
        return ("exact" if ours is None else "not_in_sheet"), None
    if ours is None:
        return "not_in_capaian", theirs
    if isinstance(ours, str) or isinstance(theirs, str):
        return ("exact" if ours == theirs else "differs"), theirs
    if cell.same(ours):
        return "exact", theirs
    return ("displayed" if cell.shows(ours) else "differs"), theirs


def parting(row: Row, ours: Mapping[Quantity, Value], sheet: Sheet) -> Parting | Agreement:
    """Return the first quantity in which a row differs, or how well it agrees.

    Parameters
    ----------
    row
        A row of the sheet.
    ours
        What capaian has for the same quantities.
    sheet
        The mapping, whose columns are in the order of the ledger.
    """
    rounded: Quantity | None = None
    for quantity in sheet.columns:
        said, theirs = agreement(row.cells[quantity], ours[quantity], sheet.bands)
        if said not in AGREED:
            return Parting(quantity, ours[quantity], theirs, said, rounded)
        if said == "displayed" and rounded is None:
            rounded = quantity
    return "displayed" if rounded else "exact"
