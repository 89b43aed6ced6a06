"""Cases of which some are still open, laid out as curves: who ended when, of how many at risk.

Cases are taken together by officer and duration. What then is worked out for each officer is what
`scipy.stats.ecdf` gives for a `CensoredData`, in one pass over all of them.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from capaian.analysis.estimation.levels import Floats, floats


@frozen(eq=False, repr=False, slots=False)
class Curves:
    """The steps of every officer's curve, in order of officer and duration.

    Attributes
    ----------
    count
        How many officers there are.
    subject, duration
        Of each step: the officer, from 0, and the time.
    ended, cases
        How many cases ended then, and how many were seen no longer, ended or not.
    at_risk
        How many were still running just before.
    """

    count: int
    subject: NDArray[np.int64]
    duration: Floats
    ended: Floats
    cases: Floats
    at_risk: Floats

    def __repr__(self) -> str:
        return f"<Curves of {self.count} subjects: {len(self.subject)} steps>"

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where each officer's steps begin, and where the last one's end."""
        return np.searchsorted(self.subject, np.arange(self.count + 1))

    @cached_property
    def survival(self) -> Floats:
        """S just after each step: the product of 1 - d/n (Kaplan & Meier 1958)."""
        left = 1 - self.ended / np.maximum(self.at_risk, 1)
        return running(np.maximum(left, 0), self.starts, np.multiply)

    @cached_property
    def hazard(self) -> Floats:
        """The sum of d/(n (n - d)) up to each step (Greenwood 1926); infinite once S is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            term = self.ended / (self.at_risk * (self.at_risk - self.ended))
        return running(np.where(self.ended > 0, term, 0.0), self.starts, np.add)

    def last(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the last step of each officer that is chosen, where the first are; -1 for none."""
        many = np.bincount(self.subject[chosen], minlength=self.count)
        return np.where(many > 0, self.starts[:-1] + many - 1, -1)


def running(values: Floats, starts: NDArray[np.int64], how: np.ufunc) -> Floats:
    """Return the running sum or product within each officer's steps.

    The first steps of all officers, then the second of those who have one: the operations and their
    order are those of a single curve, so that the bits are too.
    """
    found = values.copy()
    sizes = np.diff(starts)
    longest_first = np.argsort(-sizes, kind="stable")
    first, sizes = starts[:-1][longest_first], sizes[longest_first]
    for step in range(1, int(sizes.max(initial=0))):
        at = first[: np.searchsorted(-sizes, -step)] + step
        found[at] = how(found[at - 1], values[at])
    return found


def curves(
    subject: ArrayLike,
    duration: ArrayLike,
    ended: ArrayLike,
    *,
    count: int | None = None,
    entry: ArrayLike | None = None,
    cases: ArrayLike | None = None,
) -> Curves:
    """Return the curves of cases.

    Parameters
    ----------
    subject
        Whose case it is, from 0.
    duration
        The time that a closed case took, or the age of an open one.
    ended
        Whether it was closed; with `cases`, how many of them were.
    count
        How many officers there are; as many as occur where left out.
    entry
        The age at which the officer received the case, where cases change hands: before it the case
        was at risk with somebody else (left truncation; Kalbfleisch & Prentice 2002). A case that
        ends when it is received is passed over.
    cases
        How many cases are alike; 1 each where left out. A line of 0 says nothing.
    """
    who, time = np.asarray(subject, dtype=np.int64), floats(duration)
    many = np.ones(len(who)) if cases is None else floats(cases)
    closed = floats(ended) if cases is not None else floats(ended) * many
    kept = many > 0
    since = None
    if entry is not None:
        since = floats(entry)
        kept &= time > since
        since = since[kept]
    who, time, many, closed = who[kept], time[kept], many[kept], closed[kept]
    total = int(who.max(initial=-1)) + 1 if count is None else count
    if not _sorted(who, time):
        order = np.lexsort((time, who))
        who, time, many, closed = who[order], time[order], many[order], closed[order]
        since = None if since is None else since[order]
    new = np.ones(len(who), dtype=np.bool_)
    new[1:] = (who[1:] != who[:-1]) | (time[1:] != time[:-1])
    at = np.flatnonzero(new)
    if len(at):
        step_cases, step_ended = np.add.reduceat(many, at), np.add.reduceat(closed, at)
    else:
        step_cases = step_ended = np.zeros(0)
    first, step_time = who[at], time[at]
    before = np.concatenate([[0.0], np.cumsum(step_cases)])
    ends = before[np.searchsorted(first, np.arange(total), side="right")]
    at_risk = ends[first] - before[:-1]
    if since is not None:
        at_risk = at_risk - _not_yet(since, who, many, first, step_time)
    return Curves(total, first, step_time, step_ended, step_cases, at_risk)


def _sorted(who: NDArray[np.int64], time: Floats) -> bool:
    later = who[1:] > who[:-1]
    return bool((later | ((who[1:] == who[:-1]) & (time[1:] >= time[:-1]))).all())


def _not_yet(
    entry: Floats,
    who: NDArray[np.int64],
    many: Floats,
    subject: NDArray[np.int64],
    time: Floats,
) -> Floats:
    """Return how many cases had not been received yet at each step: their entry is at or after."""
    values, ranks = np.unique(np.concatenate([entry, time]), return_inverse=True)
    wide = len(values) + 1
    keys, asked = who * wide + ranks[: len(entry)], subject * wide + ranks[len(entry) :]
    order = np.argsort(keys, kind="stable")
    keys, running = keys[order], np.concatenate([[0.0], np.cumsum(many[order])])
    whole = running[np.searchsorted(keys, (subject + 1) * wide)]
    found: Floats = whole - running[np.searchsorted(keys, asked)]
    return found
