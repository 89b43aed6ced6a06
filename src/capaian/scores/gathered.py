"""What is gathered from the evidence for one period: integers by name, one per subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from capaian.columns import Origin
from capaian.errors import Finding
from capaian.formula import Moment
from capaian.scores.plan import Plan


@frozen(eq=False)
class Gathered:
    """Integers by name, one per subject, and what was found on the way.

    Attributes
    ----------
    subjects
        In ascending order of their text, unless any order was said to do.
    inputs
        Name of a statistic to its values in that order: lists (`None` where unknown), or, where
        `whole` is true, pairs of a mask of what is known and, before it, an int64 array or sums in
        their pack, of which slices and single entries are taken.
    labels, units, facts
        From the roster, by subject.
    whole
        Whether the evidence came as whole columns, so that the rest runs on NumPy.
    origin
        What kind of table the evidence came as, so that results go out the same way.
    lent
        Names of statistics that lie in the memory of a table, which may be changed there once the
        call is over; each with its least and greatest value, or `None` where they are not known.
    """

    subjects: Sequence[str]
    inputs: Mapping[str, Any]
    labels: Mapping[str, str]
    units: Mapping[str, str]
    facts: Mapping[str, Mapping[str, bool | None]]
    whole: bool
    origin: Origin
    findings: tuple[Finding, ...]
    lent: Mapping[str, tuple[int, int] | None] = field(factory=dict)

    @property
    def ends(self) -> dict[str, tuple[int, int]]:
        """Name of a statistic to its least and greatest value, where they are known."""
        return {name: ends for name, ends in self.lent.items() if ends is not None}

    def facts_of(self, subject: str) -> dict[str, bool]:
        """Return the facts about one subject; what is not known does not hold."""
        return {name: bool(known.get(subject)) for name, known in self.facts.items()}


@frozen(eq=False)
class Span:
    """One period to be scored: the plan made ready for it, and its moment."""

    plan: Plan
    moment: Moment
