"""Finding what a policy names: the records of plugins, and their options read as they want them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from capaian.errors import Finding, did_you_mean
from capaian.indicator import Step
from capaian.normalise import fixed_to
from capaian.plugin import (
    Aggregation,
    IndicatorType,
    Normalisation,
    ParametricAggregation,
    RelativeNormalisation,
)
from capaian.policy import Policy
from capaian.registry import Registry
from capaian.wire import structure

_SORTS = {
    IndicatorType: "indicator type",
    Normalisation: "normalisation",
    Aggregation: "aggregation",
}
_TAKEN: Mapping[type[Any], tuple[type[Any], ...]] = {
    Normalisation: (Normalisation, RelativeNormalisation),
    Aggregation: (Aggregation, ParametricAggregation),
}
"""Where a policy may name records of more than one class."""


class Finder:
    """Finds records and reads options, and collects what does not fit.

    Attributes
    ----------
    policy, registry
        What names them, and where they are.
    fitting
        Whether the plan is for fitting.
    findings
        All that is wrong so far.
    """

    def __init__(self, policy: Policy, registry: Registry, *, fitting: bool) -> None:
        self.policy = policy
        self.registry = registry
        self.fitting = fitting
        self.findings: list[Finding] = []

    def record(self, sort: type[Any], kind: str, place: str) -> Any:
        """Return the record of a kind, or `None` where there is none of that sort."""
        wanted = _TAKEN.get(sort, (sort,))
        found = self.registry.find(kind, wanted)
        if found is None:
            known = self.registry.kinds(wanted)
            values = {
                "kind": kind,
                "wanted": _SORTS[sort],
                "known": ", ".join(known) or "none loaded",
                "hint": did_you_mean(kind, known),
            }
            self.findings.append(Finding("CPN-P52", place, values))
        return found

    def options(self, cls: type[Any], raw: Mapping[str, Any], place: str) -> Any:
        """Return options as a record's own class."""
        made, findings = structure(dict(raw), cls, place)
        self.findings += findings
        return made

    def method(self, step: Step, place: str) -> tuple[Normalisation, Any] | None:
        """Return a normalisation with its options, or `None` where something is wrong with it."""
        record = self.record(Normalisation, step.method, f"{place}.method")
        if record is None:
            return None
        before = len(self.findings)
        options = self.options(record.options, step.options, place)
        if isinstance(record, RelativeNormalisation):
            record = self.fixed(record, step, place)
        elif step.fitted is not None:
            self.findings.append(Finding("CPN-R04", f"{place}.fitted", {"method": step.method}))
        return None if len(self.findings) > before else (record, options)

    def fixed(self, record: RelativeNormalisation, step: Step, place: str) -> Normalisation:
        """Return a relative method with its parameters; while fitting, one that changes nothing."""
        if not self.policy.relative:
            values = {"method": step.method}
            self.findings.append(Finding("CPN-R01", f"{place}.method", values))
        if step.fitted is None:
            if not self.fitting:
                self.findings.append(Finding("CPN-R03", place, {"method": step.method}))
            return evolve(fixed_to(record, None), build=lambda _options, _scale, x: x)
        below = f"{place}.fitted.parameters"
        return fixed_to(record, self.options(record.parameters, step.fitted.parameters, below))


def places_of(steps: tuple[Step, ...], place: str) -> list[str]:
    """Return where each of some methods stands in the document."""
    if len(steps) == 1:
        return [place]
    return [f"{place}[{index}]" for index in range(len(steps))]
