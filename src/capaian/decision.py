"""Decision tables: from the levels of a subject's ratings to the one cell that gives the band.

A rating is a value read as one of some levels. In a score's program it is a number (its value), the
position of its level a staircase of that, and the band a staircase of the positions: the float
filter and the exact recheck see nothing but comparisons of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

from attrs import frozen

from capaian.band import NextBand, band_of, ladder_of, next_band
from capaian.errors import Finding, PolicyError, did_you_mean
from capaian.exact import fixed, round_ratio
from capaian.exact.decision_table import takers_of
from capaian.formula import Node, lit, number
from capaian.formula.nodes import Stairs
from capaian.policy import Band, Cell, Decision, Rating
from capaian.wire import short

HALF = Fraction(1, 2)
MOST_DIGITS = 12
"""A value that so many decimals do not tell from an edge is shown as a fraction."""
FAR = 10**6
"""How far below all positions a value without a level is put: no other rating makes up for it."""


def decide(decision: Decision, levels: Mapping[str, str]) -> Cell:
    """Return the cell for one level of every rating.

    Parameters
    ----------
    decision
        A table that is complete and without contradiction, as every policy's is.
    levels
        For each rating, the id of its level.

    Raises
    ------
    PolicyError
        All at once: a rating that is not known (CPN-B06), a level that is not (CPN-B07), a rating
        without a level (CPN-B14).

    Examples
    --------
    >>> from capaian.policy import Band, Rating
    >>> level = Band("good", {"en": "Good", "id": "Baik"}, None, None)
    >>> rating = Rating("work", {"en": "Work", "id": "Kerja"}, "work", (level,))
    >>> decide(Decision((rating,), (Cell({}, "fine"),)), {"work": "good"}).gives
    'fine'
    """
    findings = _unfit(decision.inputs, levels)
    if findings:
        raise PolicyError("The decision table cannot be read.", findings)
    return next(
        cell
        for cell in decision.cells
        if all(levels[name] in wanted for name, wanted in cell.when.items())
    )


def _unfit(inputs: Mapping[str, Sequence[str]], levels: Mapping[str, str]) -> list[Finding]:
    findings: list[Finding] = []
    for name, level in levels.items():
        if name not in inputs:
            findings.append(_stranger("CPN-B06", name, name, tuple(inputs)))
        elif level not in inputs[name]:
            findings.append(_stranger("CPN-B07", level, name, inputs[name]))
    return findings + [
        Finding("CPN-B14", name, {"rating": short(name), "known": ", ".join(known)})
        for name, known in inputs.items()
        if name not in levels
    ]


def _stranger(code: str, name: str, rating: str, known: Sequence[str]) -> Finding:
    values = {
        "name": short(name),
        "rating": short(rating),
        "hint": did_you_mean(name, known),
        "known": ", ".join(known) or "-",
    }
    return Finding(code, short(rating), values)


def level_of(rating: Rating, value: Fraction) -> Band | None:
    """Return the level of a value that is rounded as the rating says; `None` where none fits."""
    return band_of(value, rating.levels, False, {})  # noqa: FBT003 - levels do not overlap


def value_text(rating: Rating, value: Fraction) -> str:
    """Return a value as it is shown: two decimals, or as many as tell it from its level's edges.

    Parameters
    ----------
    rating
        The rating; a value that it rounds is shown to just those decimals.
    value
        The value, rounded as the rating says.
    """
    rounding = rating.rounding
    if rounding is not None and rounding.mode != "none":
        return fixed(value, rounding.digits)
    level = level_of(rating, value)
    for digits in range(2, MOST_DIGITS):
        said = round_ratio(value, digits, "half-up")
        if said == value or (level_of(rating, said) == level and not _edge(rating, said)):
            return fixed(said, digits)
    return number(value)


def _edge(rating: Rating, value: Fraction) -> bool:
    return any(value in {each.low, each.high} for each in rating.levels)


def level_position(rating: Rating, value: Node, digits: int | None) -> Node:
    """Return the formula of a level's position among the rating's.

    Parameters
    ----------
    rating
        The rating.
    value
        The formula of its value.
    digits
        The decimals to which the value is rounded; `None` where it may be any number.

    Notes
    -----
    Of a rounded value the edges are put half a step below the first value of a level, where no
    value ever is: none is then too near an edge for float64.
    """
    none = Fraction(-FAR)
    ladder = ladder_of(rating.levels, digits)
    codes = [none if each < 0 else Fraction(each) for each in ladder.codes[0]]
    if digits is None:
        return _stairs(value, ladder.steps, codes[1::2], codes[::2])
    edges = [(step - HALF) / 10**digits for step in ladder.steps]
    return _stairs(value, edges, codes[1:], codes)


def band_position(decision: Decision, bands: Sequence[Band], levels: Sequence[Node]) -> Node:
    """Return the formula of the band's position, -1 where a value had no level.

    Parameters
    ----------
    decision
        The table.
    bands
        The policy's bands, in its order.
    levels
        For each rating, the formula of its level's position.
    """
    inputs = decision.inputs
    places = {each.id: place for place, each in enumerate(bands)}
    takers = takers_of(inputs, [cell.when for cell in decision.cells])
    codes = [
        Fraction(places[decision.cells[takers[each][0]].gives])
        for each in product(*inputs.values())
    ]
    index: Node = lit(0)
    for level, known in zip(levels, inputs.values(), strict=True):
        index = level if index == lit(0) else index * len(known) + level
    steps = [Fraction(-1), *codes]
    changes = [at for at in range(1, len(steps)) if steps[at] != steps[at - 1]]
    after = [steps[at] for at in changes]
    return _stairs(index, [at - 1 - HALF for at in changes], after, [steps[0], *after])


def _stairs(
    value: Node, edges: Sequence[Fraction], at: Sequence[Fraction], between: Sequence[Fraction]
) -> Node:
    if not edges:
        return lit(between[0].numerator)
    return Stairs(value, tuple(edges), tuple(at), tuple(between))


@frozen
class Step:
    """What one rating alone would have to be for its next level.

    Attributes
    ----------
    level
        The level above, and the value that it takes.
    gives
        The band of the cell that then applies.
    """

    level: NextBand
    gives: str


def next_step(
    decision: Decision, levels: Mapping[str, str], rating: Rating, value: Fraction
) -> Step | None:
    """Return what a rating takes to reach its next level, where another band comes of it.

    Parameters
    ----------
    decision, levels
        The table, and the level of every rating.
    rating
        The rating that is moved; the others stay.
    value
        Its value, rounded as the rating says.
    """
    above = next_band(value, rating.levels, False, {}, rating.rounding)  # noqa: FBT003 - as above
    if above is None:
        return None
    gives = decide(decision, {**levels, rating.id: above.band.id}).gives
    return None if gives == decide(decision, levels).gives else Step(above, gives)
