"""Cases held to a limit, counted with those that are still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from capaian.analysis.estimation.levels import Floats, Interval, floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@frozen(eq=False)
class ShareWithin:
    """Cases held to a limit, counted, and the three honest shares of them.

    Attributes
    ----------
    success, failure, undetermined
        Closed in time; closed late or open past the limit; open and still in time.
    mature, mature_success
        Cases old enough to be known, whatever their outcome, and how many of them were in time.
    """

    success: Floats
    failure: Floats
    undetermined: Floats
    mature: Floats
    mature_success: Floats

    @property
    def bounds(self) -> Interval:
        """The least and greatest share the cases can come to, S/n and (S + U)/n (Manski 1989)."""
        n = self.success + self.failure + self.undetermined
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.success / n, (self.success + self.undetermined) / n

    @property
    def mature_share(self) -> Floats:
        """The share in time of the mature cases."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.mature_success / self.mature


def share_within(
    subject: ArrayLike,
    duration: ArrayLike,
    closed: ArrayLike,
    age: ArrayLike,
    limit: float,
    *,
    inclusive: bool = True,
    count: int | None = None,
) -> ShareWithin:
    """Count cases held to a limit. S/(S + F), "of the decided cases", is not among the shares.

    Young cases enter that only if they were quick: 0.689 where the truth is 0.632 (case T04).

    Parameters
    ----------
    subject, duration, closed
        As for `curves`.
    age
        The time since each case was opened, closed or not.
    limit, inclusive
        As for `share_ended`.
    count
        How many officers there are.
    """
    who, time, old = np.asarray(subject, dtype=np.int64), floats(duration), floats(age)
    done = np.asarray(closed, dtype=np.bool_)
    in_time = time <= limit if inclusive else time < limit
    ripe = old > limit if inclusive else old >= limit
    total = int(who.max(initial=-1)) + 1 if count is None else count

    def number(chosen: NDArray[np.bool_]) -> Floats:
        return np.bincount(who[chosen], minlength=total).astype(np.float64)

    return ShareWithin(
        success=number(done & in_time),
        failure=number(np.where(done, ~in_time, ripe)),
        undetermined=number(~done & ~ripe),
        mature=number(ripe),
        mature_success=number(ripe & done & in_time),
    )
