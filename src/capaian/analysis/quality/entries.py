"""When rows were recorded: whether what came in late came in around the end of the period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from capaian.analysis.quality.checks import Asked, Look, Seen
from capaian.analysis.quality.diagnosis import Diagnosis
from capaian.analysis.quality.screen import binomial_power, share_interval
from capaian.analysis.quality.sources import Act
from capaian.analysis.quality.stamps import DAY, last_minute

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def chance_of_window(lag: Ints, prompt: Ints, window: tuple[int, int], cut: int) -> Floats:
    r"""Return how likely a late row was recorded in a window, if its delay tells nothing of when.

    .. math:: q(a) = \frac{V(w_2 - a) - V(w_1 - a)}{V(T - a)}

    Parameters
    ----------
    lag
        Delay of each late row, microseconds.
    prompt
        When what the promptly recorded rows record happened, microseconds, in any order.
    window
        The first instant of the window and the first after it, not after the cut-off.
    cut
        The cut-off T: what was recorded from then on is not seen.

    Returns
    -------
    numpy.ndarray
        float64, not a number where no prompt row is old enough to compare with.

    Notes
    -----
    V(t) is the number of prompt rows of what happened before t: the late rows are taken to be
    spread over the work as the prompt ones are. That a long delay is seen only of early work
    (truncation at T) is in the denominator. Lagakos, Barraj & De Gruttola 1988.
    """
    order = np.sort(prompt)

    def before(edge: int) -> Floats:
        return np.searchsorted(order, edge - lag, side="left").astype(np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = (before(window[1]) - before(window[0])) / before(cut)
    return found


def end_recording(act: Act, look: Look) -> Seen:
    """Rows recorded long after what they record, around the end of the period."""
    if "recorded" not in act.arrays or act.done not in act.fresh or look.as_of < look.end:
        return
    done, there = act.micro(act.done)
    made, noted = act.micro("recorded")
    lag = made - done
    seen = act.present & there & noted & (lag >= 0) & (made < look.as_of)
    late = seen & (lag > look.late * DAY)
    part = int((look.end - look.start) * look.last)
    window = look.end - part, min(look.end + part, look.as_of)
    rows = np.flatnonzero(late)
    chance = chance_of_window(lag[rows], done[seen & ~late], window, look.as_of)
    known = np.isfinite(chance)
    rows, chance = rows[known], chance[known]
    n = len(rows)
    if not n:
        return
    hit = (made[rows] >= window[0]) & (made[rows] < window[1])
    observed, expected = int(hit.sum()), float(chance.sum())
    share = expected / n
    low, high = share_interval(observed, n, level=look.level)
    # A sum of unequal chances varies less than a binomial one of their mean (Hoeffding 1956).
    yield Diagnosis(
        "recorded_at_end", act.place, n, observed, expected, n * low - expected,
        n * high - expected, last_minute(n, observed, share).p if share else float(not observed),
        binomial_power(n, share, look.level), rows=rows[hit], table=act.table,
        values={"days": look.late, "share": f"{look.last:.0%}"},
    )  # fmt: skip
    yield Asked("recorded_at_end", act.place, act.people.codes[rows], hit, 0.0, chance)
