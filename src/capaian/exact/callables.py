"""What printed columns call: NumPy's operations by name, and the marking of doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from capaian.exact.pairs import MEAN, geometric, nearest
from capaian.exact.program import near_geometric
from capaian.exact.stairs import climb

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Mask: TypeAlias = "NDArray[np.bool_]"


def _beyond(doubt: Mask | None, values: Floats, reach: float) -> Mask:
    """Mark what is not greater than reach: also what is not a number."""
    found = ~(values > reach)
    return found if doubt is None else found | doubt


def _short(doubt: Mask | None, values: Floats, edge: float) -> Mask:
    """Mark what is not less than an edge: also what is not a number."""
    found = ~(values < edge)
    return found if doubt is None else found | doubt


def _means(parts: Sequence[Floats], weights: Sequence[tuple[int, int]], out: Floats) -> None:
    """Put the nearest float64 to each row's geometric mean where it is wanted.

    A part below zero or without end stands in a branch that is not taken: not a number.
    """
    shares = [Fraction(*each) for each in weights]
    found = geometric([(part, None) for part in parts], shares)
    out[:] = found[0]
    unsure = ~nearest(found, np.abs(found[0]) * MEAN)
    for part in parts:  # beyond these ends the bound does not hold
        unsure |= ~((part == 0) | ((part > 2.0**-900) & (part < 2.0**900)))
    for row in np.flatnonzero(unsure).tolist():
        given = [float(part[row]) for part in parts]
        sound = all(0 <= each < np.inf for each in given)
        out[row] = near_geometric(given, shares) if sound else np.nan


_UFUNCS = (
    "add subtract multiply divide minimum maximum less less_equal greater greater_equal equal "
    "not_equal logical_and logical_or logical_not absolute floor rint copysign log exp copyto"
)
CALLABLES: Mapping[str, Any] = {
    **{name: getattr(np, name) for name in _UFUNCS.split()},
    "beyond": _beyond,
    "short": _short,
    "means": _means,
    "climb": climb,
    "bits": np.bitwise_or.reduce,
    "inf": np.inf,
    "nan": np.nan,
}
