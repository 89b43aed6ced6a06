"""Guidance on the set of results: how the bands of a group are expected to be spread."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import frozen

from capaian.indicator import Text

Bound: TypeAlias = Literal["most", "least", "most_count", "least_count"]
"""What a limit bounds, and on which side: a share of the group, or a number of results."""


@frozen
class Limit:
    """One limit on how many of a group's results have one of some bands.

    Attributes
    ----------
    id
        What a finding calls it.
    bands
        The bands, counted together.
    bound
        Whether at most or at least so much: a share of all results of the group that have a band
        (`most`, `least`), or a number of results (`most_count`, `least_count`).
    value
        The share, 0 to 1, or the number. It is itself inside the limit.
    labels
        The labels of the groups for which it holds; every group where empty.
    source
        Citation.
    """

    id: str
    bands: tuple[str, ...]
    bound: Bound
    value: Fraction
    labels: tuple[str, ...] = ()
    source: str = ""

    @property
    def shares(self) -> bool:
        """Whether it bounds a share, and not a number of results."""
        return self.bound in {"most", "least"}


@frozen
class GroupLabels:
    """The table with each group's own label, which chooses the limits.

    Attributes
    ----------
    table, label
        The table, and its column with the label.
    unit
        Its column with the group; empty where everybody is one group, of one label.
    known
        The labels that there are; those that limits name where empty.
    """

    table: str
    label: str
    unit: str = ""
    known: tuple[str, ...] = ()


@frozen
class Guidance:
    """What a rule expects of the set of results. Scores and bands never change by it.

    Attributes
    ----------
    group
        Whose results are counted together: those of each unit of the roster, or all.
    limits
        The limits, in the order in which they are written.
    labels
        The table of labels; `None` where the limits hold for every group.
    """

    group: Literal["unit", "all"]
    limits: tuple[Limit, ...]
    title: Text
    labels: GroupLabels | None = None
    source: str = ""
