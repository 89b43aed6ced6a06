"""One indicator made ready to run, and the stretches of time over which it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from capaian.formula import Node
from capaian.indicator import ColumnRef, Indicator
from capaian.measure import Statistics
from capaian.plugin import ColumnNeed, Measure, Normalisation, RelativeNormalisation
from capaian.registry import Provenance


@frozen(eq=False)
class Window:
    """A stretch of time over which an indicator is measured.

    Attributes
    ----------
    prefix
        What the names of its integers begin with.
    label
        The period whose target and days in post it takes; empty where it takes the period's own.
    start, end
        Its first instant, and the first after it.
    statistics
        The measure under its own names.
    begun
        Whether it began before the cut-off; if not, there is no evidence to be had of it.
    """

    prefix: str
    label: str
    start: datetime
    end: datetime
    statistics: Statistics
    begun: bool = True


@frozen
class Planned:
    """One indicator made ready.

    Where the period decides what is measured, `windows` and the formulas over them are filled in
    for each period (`capaian.scores.windows`).
    """

    indicator: Indicator
    measure: Measure
    columns: tuple[tuple[ColumnNeed, ColumnRef], ...]
    statistics: Statistics
    methods: tuple[tuple[Normalisation, Any], ...]
    """With their options. While the policy is fitted, a relative method stands for itself."""
    relative: Mapping[int, RelativeNormalisation]
    """The relative ones, by their place among the methods."""
    achievement: Node
    """The achievement over the input `measured:<id>`."""
    direction: str
    provenance: Provenance
    each: Node | None = None
    """Where achievements are consolidated: that of a sub-period, over `measured:<id>`."""
    usable: Node | None = None
    """Where the subject's own target is read: the condition under which it can be used."""
    windows: tuple[Window, ...] = ()
    targeted: str = ""
    """The label of the period whose target is read, where it is read once."""
    active: bool = False
    """Whether its weight goes by the subject's active days."""

    @property
    def reads_target(self) -> bool:
        """Whether the subject's own target is read."""
        return self.usable is not None

    @property
    def apart(self) -> bool:
        """Whether the period decides what is measured."""
        it = self.indicator
        dated = it.exposure is not None and bool(it.exposure.period)
        over_time = it.accumulate.how != "periodic" or it.consolidate is not None
        return over_time or self.reads_target or dated or self.active

    @property
    def targets(self) -> dict[str, str]:
        """The inputs that are targets, by name, with the label of the period that each is for."""
        if not self.reads_target:
            return {}
        if self.of_achievements:
            return {f"{each.prefix}.target": each.label for each in self.windows if each.begun}
        return {f"{self.indicator.id}.target": self.targeted}

    @property
    def of_achievements(self) -> bool:
        """Whether the achievements of sub-periods are consolidated, not the measured values."""
        rule = self.indicator.consolidate
        return rule is not None and rule.of == "achievement"
