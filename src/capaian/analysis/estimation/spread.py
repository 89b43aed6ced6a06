"""What a law gives, before it is brought to units: error, interval, effective number, method."""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from capaian.analysis.estimation.estimate import METHODS, OK
from capaian.analysis.estimation.levels import Floats, floats


@frozen(eq=False)
class Asked:
    """What every law is asked.

    Attributes
    ----------
    count
        How many subjects there are.
    level
        The confidence.
    analytic
        Whether the question is analytic; else it is descriptive.
    value
        What the law speaks of, as the score has it: before factor and shift.
    left
        By how much errors shrink, sqrt(1 - n/N); 1 where no population was given.
    """

    count: int
    level: float
    analytic: bool
    value: Floats
    left: Floats


@frozen(eq=False)
class Spread:
    """How a value varies, an entry for each subject.

    Attributes
    ----------
    se, low, high, n_eff
        As in an estimate.
    method, status
        Positions in `METHODS` and `STATUSES`.
    reason
        Positions in `words`; -1 for none.
    words
        Reasons.
    """

    se: Floats
    low: Floats
    high: Floats
    n_eff: Floats
    method: NDArray[np.int8]
    status: NDArray[np.int8]
    reason: NDArray[np.int8]
    words: tuple[str, ...] = ()

    def but(
        self,
        rows: NDArray[np.bool_],
        *,
        se: Floats | float | None = None,
        ends: tuple[Floats | float, Floats | float] | None = None,
        method: str | None = None,
        status: int | None = None,
        reason: str | None = None,
    ) -> Spread:
        """Return the same with something else in some rows; an empty reason is none."""
        made = self
        if se is not None:
            made = evolve(made, se=np.where(rows, se, made.se))
        if ends is not None:
            low, high = (
                np.where(rows, a, b) for a, b in zip(ends, (made.low, made.high), strict=True)
            )
            made = evolve(made, low=low, high=high)
        if method is not None:
            at = np.int8(METHODS.index(method))
            made = evolve(made, method=np.where(rows, at, made.method))
        if status is not None:
            made = evolve(made, status=np.where(rows, np.int8(status), made.status))
        if reason == "":
            made = evolve(made, reason=np.where(rows, np.int8(-1), made.reason))
        elif reason is not None:
            words = made.words if reason in made.words else (*made.words, reason)
            at = np.int8(words.index(reason))
            made = evolve(made, words=words, reason=np.where(rows, at, made.reason))
        return made

    def unknown(self, rows: NDArray[np.bool_], status: int, reason: str) -> Spread:
        """Return the same without error and interval in some rows, and why."""
        nothing = np.nan
        return self.but(
            rows, se=nothing, ends=(nothing, nothing), method="none", status=status, reason=reason
        )

    def enumerated(self, rows: NDArray[np.bool_]) -> Spread:
        """Return the same with exact values in some rows: no error, and no interval."""
        ends = np.nan, np.nan
        made = self.but(rows, se=0.0, ends=ends, method="enumeration", status=OK, reason="")
        return evolve(made, n_eff=np.where(rows, np.nan, made.n_eff))


def spread(
    asked: Asked,
    se: Floats | float = np.nan,
    ends: tuple[Floats, Floats] | None = None,
    n_eff: Floats | float = np.nan,
    method: str = "none",
) -> Spread:
    """Return the same spread for all subjects, in order."""
    shape = (asked.count,)
    low, high = ends if ends is not None else (np.nan, np.nan)
    wide = [np.broadcast_to(floats(each), shape) for each in (se, low, high, n_eff)]
    return Spread(
        se=wide[0],
        low=wide[1],
        high=wide[2],
        n_eff=wide[3],
        method=np.full(shape, METHODS.index(method), np.int8),
        status=np.full(shape, OK, np.int8),
        reason=np.full(shape, -1, np.int8),
    )
