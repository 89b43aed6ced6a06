"""Guidance: which limits on a group's set of results are not kept. It changes no score and no band.

The shares are exact ratios of two counts. A number of results is never rounded to make a share fit:
in a group of three each result is a third, and 60% of them is two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import frozen

from capaian.policy import Limit


@frozen
class Violation:
    """A limit that a group does not keep.

    Attributes
    ----------
    limit
        The limit.
    counted
        How many of the group's results have one of the limit's bands.
    of
        How many of its results have a band at all.
    """

    limit: Limit
    counted: int
    of: int

    @property
    def id(self) -> str:
        """The limit's id."""
        return self.limit.id

    @property
    def share(self) -> Fraction:
        """The share of the bands in the group, exactly."""
        return Fraction(self.counted, self.of)


def violations(
    limits: Iterable[Limit], counts: Mapping[str, int], label: str = ""
) -> tuple[Violation, ...]:
    """Return the limits that a group does not keep, in the order of the limits.

    With c results in the bands of a limit, and n in all bands: `most` is kept where c / n <= value,
    `least` where c / n >= value, `most_count` where c <= value, `least_count` where c >= value.

    Parameters
    ----------
    limits
        Limits, as a policy's `[guidance]` has them.
    counts
        How many results of the group have each band, by its id; 0 or more. Bands of which no limit
        speaks count among all results. Results without a band are not in it.
    label
        The group's own label. Limits for other labels are passed over.

    Returns
    -------
    tuple of Violation
        Empty where all is kept. A group without a result has no shares, and breaks no limit.

    Notes
    -----
    Source: SE Menteri PANRB 3/2023, where these limits are a consideration for the appraiser and no
    quota. It says neither how shares of a small unit are rounded nor whether the head is counted;
    nothing is rounded here, and whoever is in `counts` is counted.

    Examples
    --------
    >>> most = Limit("SB_max_10", ("SB",), "most", Fraction(1, 10), ("kurang",))
    >>> [(each.id, each.share) for each in violations([most], {"SB": 1, "B": 2}, "kurang")]
    [('SB_max_10', Fraction(1, 3))]
    >>> violations([most], {"SB": 1, "B": 9}, "kurang"), violations([most], {"SB": 1}, "baik")
    ((), ())
    """
    of = sum(counts.values())
    if not of:
        return ()
    found = []
    for limit in limits:
        if limit.labels and label not in limit.labels:
            continue
        counted = sum(counts.get(band, 0) for band in dict.fromkeys(limit.bands))
        if not _kept(limit, counted, of):
            found.append(Violation(limit, counted, of))
    return tuple(found)


def _kept(limit: Limit, counted: int, of: int) -> bool:
    value = Fraction(counted, of) if limit.shares else Fraction(counted)
    if limit.bound in {"most", "most_count"}:
        return value <= limit.value
    return value >= limit.value
