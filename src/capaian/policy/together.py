"""Whether limits on a set of results can be kept together: exact linear arithmetic.

A set of results is a count y >= 0 for each band. A limit is a row a y >= b: a least share v of the
bands S is the row with 1 - v for each band in S and -v for the others, at least 0. Counts are taken
to be any fractions, since a set can be made larger; what is said to be impossible is so for every
size. The rows are solved by the first phase of the simplex method in fractions, with Bland's rule,
by which it ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from capaian.policy.guidance import Limit

Row: TypeAlias = list[Fraction]


def keeping(limits: Sequence[Limit], bands: Sequence[str]) -> Mapping[str, Fraction] | None:
    """Return counts of bands that keep all the limits, or `None` where there are none.

    Parameters
    ----------
    limits
        Limits, all for the same group.
    bands
        The bands that there are.

    Returns
    -------
    mapping or None
        For each band a count that need not be whole; at least 1 in all.

    Examples
    --------
    >>> most = Fraction(3, 5)
    >>> first, second = (Limit(each, (each,), "least", most) for each in "AB")
    >>> keeping([first], "AB"), keeping([first, second], "AB")
    ({'A': Fraction(1, 1), 'B': Fraction(0, 1)}, None)
    """
    rows = [([Fraction(1) for _ in bands], Fraction(1))]
    rows += [_row(limit, bands) for limit in limits]
    found = _solved(rows)
    return None if found is None else dict(zip(bands, found, strict=True))


def conflict(limits: Sequence[Limit], bands: Sequence[str]) -> list[Limit]:
    """Return limits that cannot be kept together, none of which could be left out of them.

    Parameters
    ----------
    limits, bands
        As for `keeping`.

    Returns
    -------
    list of Limit
        In their order; empty where all can be kept.
    """
    if keeping(limits, bands) is not None:
        return []
    left = list(limits)
    for each in limits:
        without = [one for one in left if one is not each]
        if keeping(without, bands) is None:
            left = without
    return left


def _row(limit: Limit, bands: Sequence[str]) -> tuple[Row, Fraction]:
    """Return the row a and the number b of a limit a y >= b."""
    inside = [Fraction(band in limit.bands) for band in bands]
    if limit.shares:
        row, least = [each - limit.value for each in inside], Fraction(0)
    else:
        row, least = inside, limit.value
    if limit.bound in {"most", "most_count"}:
        return [-each for each in row], -least
    return row, least


def _solved(rows: Sequence[tuple[Row, Fraction]]) -> list[Fraction] | None:
    """Return y >= 0 with a y >= b for every row, or `None`."""
    count, width = len(rows), len(rows[0][0])
    table: list[Row] = []
    basis: list[int] = []
    for place, (row, least) in enumerate(rows):
        slack = [Fraction(0)] * count
        slack[place] = Fraction(-1 if least > 0 else 1)
        signed = row if least > 0 else [-each for each in row]
        table.append([*signed, *slack, abs(least)])
        # What is at least more than nothing begins with a variable of its own, to be driven out.
        basis.append(width + place + (count if least > 0 else 0))
    while True:
        wanting = [line for line, at in zip(table, basis, strict=True) if at >= width + count]
        gains = [sum(column, Fraction(0)) for column in zip(*wanting, strict=True)]
        if not wanting or gains[-1] == 0:
            break
        enters = next((at for at, gain in enumerate(gains[:-1]) if gain > 0), None)
        if enters is None:
            return None
        steps = [
            (line[-1] / line[enters], basis[at], at)
            for at, line in enumerate(table)
            if line[enters] > 0
        ]
        _pivot(table, min(steps)[2], enters)
        basis[min(steps)[2]] = enters
    values = dict(zip(basis, (line[-1] for line in table), strict=True))
    return [values.get(at, Fraction(0)) for at in range(width)]


def _pivot(table: list[Row], leaves: int, enters: int) -> None:
    """Make a column the unit of a row."""
    pivot = [each / table[leaves][enters] for each in table[leaves]]
    for at, line in enumerate(table):
        if at != leaves and line[enters]:
            factor = line[enters]
            table[at] = [each - factor * own for each, own in zip(line, pivot, strict=True)]
    table[leaves] = pivot
