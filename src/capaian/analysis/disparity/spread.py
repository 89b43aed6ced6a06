"""How the bands of a group are spread, with intervals that hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from statsmodels.stats.proportion import multinomial_proportions_confint

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def band_shares(counts: ArrayLike, *, level: float = 0.95) -> NDArray[np.float64]:
    """Return simultaneous intervals of the shares of bands in one group.

    Parameters
    ----------
    counts
        How many have each band; whole numbers, at least one person in all.
    level
        At which all intervals hold together, in (0, 1).

    Returns
    -------
    numpy.ndarray
        float64, bands x 2: low and high, 0 to 1.

    Notes
    -----
    Goodman 1965, by `statsmodels.stats.proportion.multinomial_proportions_confint`. A band that
    nobody has keeps an interval above 0.
    """
    found = multinomial_proportions_confint(
        np.asarray(counts, dtype=float), alpha=1 - level, method="goodman"
    )
    return np.clip(np.asarray(found, dtype=np.float64), 0.0, 1.0)
