"""A policy made ready to run: every kind found, every formula built, nothing left to look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import field, frozen

from capaian import __version__
from capaian.band import band_of
from capaian.errors import CapaianError, Finding, FormulaError, PolicyError
from capaian.formula import (
    Column,
    Kind,
    Node,
    is_group,
    kind_of,
    lit,
    statistics,
    substitute,
    to_data,
)
from capaian.indicator import Indicator
from capaian.measure import names_in, readings, ready
from capaian.normalise import Steps, achievement, direction
from capaian.plugin import (
    TARGET,
    UNIT,
    Aggregation,
    IndicatorType,
    Measure,
    RelativeNormalisation,
)
from capaian.policy import Band, Policy, policy_fingerprint
from capaian.policy.tree import FORMULA
from capaian.registry import Plugins, Provenance, build_registry, plugins_of
from capaian.scores.finder import Finder, places_of
from capaian.scores.node_rules import aggregation, conversion, prove_conversions
from capaian.scores.planned import Planned, Window
from capaian.wire import fingerprint
from capaian.workcalendar import WorkCalendar, load_calendar, read_closures, with_closures

__all__ = ["Plan", "Planned", "Window", "make_plan"]


@frozen(eq=False)
class Plan:
    """A policy made ready.

    Attributes
    ----------
    policy
        The policy.
    indicators, aggregations
        By id, in canonical order.
    conversions
        For each node that the policy converts, what is made of its value, `raw:<node>`.
    calendar
        The work calendar, where the policy names one.
    provenance
        Kinds that the policy uses to the plugins that brought them.
    fingerprint
        Hash of the policy document; `formulas` is that of the trees the plugins made of it.
    """

    policy: Policy
    indicators: Mapping[str, Planned]
    aggregations: Mapping[str, Aggregation]
    conversions: Mapping[str, Node]
    calendar: WorkCalendar | None
    provenance: Mapping[str, Provenance]
    fingerprint: str
    formulas: str
    version: str = field(default=__version__)

    def band(self, value: Fraction, facts: Mapping[str, bool]) -> Band | None:
        """Return the band of an exact, rounded score, with the facts that gates ask for."""
        return band_of(value, self.policy.bands, self.policy.precedence, facts)


def make_plan(
    policy: Policy, plugins: Plugins | Iterable[object] = (), *, fitting: bool = False
) -> Plan:
    """Find the policy's plugins and build its formulas.

    Parameters
    ----------
    policy
        A policy that has been read and proved.
    plugins
        Which plugins may take part; or plugin modules or objects that are not installed.
    fitting
        Whether the plan is for fitting: relative methods need no parameters then, and leave a
        number as it is.

    Raises
    ------
    PolicyError
        All at once: kinds that nothing brings, options that do not fit, roles a type lacks,
        relative methods that are not fitted (CPN-R03).
    """
    switches = plugins_of(plugins)
    if switches.given:
        return _make_plan(policy, switches, fitting=fitting)
    return _known_plan(policy, policy.folder, switches, fitting=fitting)


@lru_cache(maxsize=64)
def _known_plan(policy: Policy, folder: str, switches: Plugins, *, fitting: bool) -> Plan:
    """Return the plan of a policy; it is the same each time, and building it takes a while."""
    del folder  # equal policies in two folders may name two calendars: it is part of the key
    return _make_plan(policy, switches, fitting=fitting)


def _make_plan(policy: Policy, switches: Plugins, *, fitting: bool = False) -> Plan:
    kinds = {each.type for each in policy.indicators}
    kinds |= {each.method for each in policy.nodes if each.method != FORMULA}
    kinds |= {step.method for each in policy.indicators for step in each.normalise}
    kinds |= {step.method for each in policy.nodes for step in each.convert}
    registry, findings = build_registry(kinds, switches)
    if findings:
        raise _refusal(policy, [_placed(policy, finding) for finding in findings])
    maker = _Maker(policy, registry, fitting=fitting)
    indicators = {each.id: maker.planned(each) for each in policy.indicators}
    aggregations = {each.id: aggregation(maker, each) for each in policy.nodes}
    converted = {each.id: conversion(maker, each) for each in policy.nodes}
    conversions = {key: each for key, each in converted.items() if each is not None}
    if not maker.findings:
        prove_conversions(maker, conversions)
    calendar = maker.calendar()
    maker.relative()
    made = {key: each for key, each in indicators.items() if each is not None}
    reading = any(each.reads_target for each in made.values())
    if policy.targets is not None and not reading and not maker.findings:
        maker.findings.append(Finding("CPN-P78", "targets"))
    if maker.findings:
        raise _refusal(policy, maker.findings)
    formulas: dict[str, Any] = {key: _formulas(each) for key, each in made.items()}
    formulas |= {f"convert:{key}": to_data(tree) for key, tree in conversions.items()}
    return Plan(
        policy=policy,
        indicators=made,
        aggregations={key: each for key, each in aggregations.items() if each is not None},
        conversions=conversions,
        calendar=calendar,
        provenance={kind: registry.provenance[kind] for kind in sorted(kinds)},
        fingerprint=policy_fingerprint(policy),
        formulas=fingerprint(formulas),
    )


def _refusal(policy: Policy, findings: Sequence[Finding]) -> PolicyError:
    count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
    return PolicyError(f"{count} in the policy '{policy.id}'; nothing was scored.", findings)


def _placed(policy: Policy, finding: Finding) -> Finding:
    """Say where in the document a kind that is not at hand is used."""
    places = [
        f"indicators['{each.id}'].type" for each in policy.indicators if each.type == finding.where
    ]
    places += [
        f"indicators['{each.id}'].normalise"
        for each in policy.indicators
        if any(step.method == finding.where for step in each.normalise)
    ]
    places += [
        f"nodes['{each.id}'].method" for each in policy.nodes if each.method == finding.where
    ]
    places += [
        "score.convert" if each.id == "score" else f"nodes['{each.id}'].convert"
        for each in policy.nodes
        if any(step.method == finding.where for step in each.convert)
    ]
    return Finding(finding.code, places[0] if places else finding.where, finding.values)


def _formulas(planned: Planned) -> list[Any]:
    trees = [*planned.statistics.trees, planned.statistics.value, planned.achievement]
    trees += [tree for tree in (planned.each, planned.usable) if tree is not None]
    return [to_data(tree) for tree in trees]


class _Maker(Finder):
    """Builds the parts of a plan and collects what does not fit."""

    def planned(self, indicator: Indicator) -> Planned | None:
        place = f"indicators['{indicator.id}']"
        before = len(self.findings)
        record = self.record(IndicatorType, indicator.type, f"{place}.type")
        places = places_of(indicator.normalise, f"{place}.normalise")
        methods = list(map(self.method, indicator.normalise, places))
        if record is None or None in methods:
            return None
        options = self.options(record.options, indicator.measure, f"{place}.measure")
        if len(self.findings) > before:
            return None
        try:
            measure = record.build(options, indicator)
            _check(measure)
            steps = tuple(each for each in methods if each is not None)
            tree = self.achievement(indicator, steps)
            each = self.achievement(indicator, steps, once=False)
        except CapaianError as error:
            self.findings += [_under(each, place) for each in error.findings]
            return None
        columns, faults = readings(indicator, measure)
        self.findings += faults + _undated(indicator, measure, place)
        above = indicator.parent or "score"
        usable = self.usable(indicator, steps, tree, f"{place}.normalise")
        return Planned(
            indicator=indicator,
            measure=measure,
            columns=tuple(columns),
            statistics=ready(indicator.id, measure),
            methods=steps,
            relative=self.relative_steps(indicator),
            achievement=tree,
            direction=direction(steps),
            provenance=self.registry.provenance[indicator.type],
            each=each if indicator.consolidate else None,
            usable=usable,
            active=any(each.active for each in self.policy.nodes if each.id == above),
        )

    def achievement(self, indicator: Indicator, steps: Steps, *, once: bool = True) -> Node:
        """Return the achievement over the measured value; if not `once`, that of a sub-period.

        The limits hold for a sub-period only where the policy says so, and rounding is the last
        thing that happens, after consolidating.
        """
        rule = indicator.consolidate
        limited = once or (rule is not None and rule.cap == "before")
        tree = achievement(
            steps,
            self.policy.scale,
            Column(f"measured:{indicator.id}"),
            floor=indicator.floor if limited else None,
            cap=indicator.cap if limited else None,
            rounding=self.policy.rounded("achievement", indicator.id) if once else None,
        )
        targets = self.policy.targets
        power = 10**targets.digits if targets else 1
        own = Column(f"{indicator.id}.target")
        return substitute(tree, {UNIT: lit(power), TARGET: own})

    def usable(self, indicator: Indicator, steps: Steps, tree: Node, place: str) -> Node | None:
        """Return under which condition the subject's own target can be used, where it is read."""
        made = [method.targets(options) for method, options in steps if method.targets]
        conditions = [each for each in made if each is not None]
        if f"{indicator.id}.target" not in names_in(tree):
            return None
        if self.policy.targets is None:
            self.findings.append(Finding("CPN-P77", place))
        joined = conditions[0] if conditions else TARGET.present()
        for each in conditions[1:]:
            joined = joined & each
        return joined

    def relative_steps(self, indicator: Indicator) -> dict[int, RelativeNormalisation]:
        """Return the relative methods of an indicator by their place."""
        found: dict[int, RelativeNormalisation] = {}
        for index, step in enumerate(indicator.normalise):
            record = self.registry.records.get(step.method)
            if isinstance(record, RelativeNormalisation):
                found[index] = record
        return found

    def relative(self) -> None:
        """Refuse a policy that says it is relative while no method of it is."""
        if self.policy.relative and not any(map(self.relative_steps, self.policy.indicators)):
            self.findings.append(Finding("CPN-R02", "relative"))

    def calendar(self) -> WorkCalendar | None:
        if not self.policy.calendar:
            return None
        try:
            calendar = load_calendar(self.policy.calendar, folder=self.policy.folder)
            if not self.policy.closures:
                return calendar
            closures = read_closures(Path(self.policy.folder) / self.policy.closures)
            name = f"{calendar.id}+{self.policy.id}"
            return with_closures(calendar, closures, id=name, edition=self.policy.edition)
        except CapaianError as error:
            self.findings += [_under(each, "calendar") for each in error.findings]
            return None


def _undated(indicator: Indicator, measure: Measure, place: str) -> list[Finding]:
    """Refuse stretches of time for evidence that is not placed in time."""
    if measure.dated:
        return []
    said = {"accumulate": indicator.accumulate.how != "periodic"}
    said["consolidate"] = indicator.consolidate is not None
    return [
        Finding("CPN-P76", f"{place}.{key}", {"key": key, "type": indicator.type})
        for key, given in said.items()
        if given
    ]


def _under(finding: Finding, place: str) -> Finding:
    where = finding.where if finding.where.startswith(place) else f"{place}.{finding.where}"
    return Finding(finding.code, where.rstrip("."), finding.values, finding.severity)


def _check(measure: Measure) -> None:
    """Check the plugin's trees before any evidence is read: kinds, and one level at a time."""
    columns: dict[str, Kind] = {each.role: each.kind for each in measure.columns}
    wanted = [measure.value, measure.n, *measure.figures.values()]
    wanted += [rule.when for rule in measure.statuses]
    for tree in wanted:
        for statistic in statistics(tree):
            kind_of(statistic, columns)
    for check in measure.checks:
        if kind_of(check.holds, columns) != "boolean" or is_group(check.holds):
            raise FormulaError(
                "The formula cannot be used.",
                [Finding("CPN-F06", "checks", {"tag": "check", "kind": "?", "wanted": "boolean"})],
            )
