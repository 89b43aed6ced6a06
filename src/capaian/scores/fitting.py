"""The first pass of a relative policy: measure the cohort, freeze what is found in the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from capaian.discreet import discreet
from capaian.errors import CapaianError, EvidenceError, Finding, PolicyError, refuse
from capaian.exact import Cohort, Program, cohort_of, counted, run_paired
from capaian.formula import Column, Moment, Node, rounded, walk
from capaian.indicator import Fitted, Indicator
from capaian.measure import OK, Known, outcomes, state_rules, states
from capaian.normalise import achievement, fixed_to
from capaian.period import Period, WrittenInstant, read_period
from capaian.plugin import RelativeNormalisation
from capaian.policy import Policy
from capaian.policy.options import plain_record
from capaian.registry import Plugins, plugins_of
from capaian.scores.gather import gather_all
from capaian.scores.gathered import Gathered, Span
from capaian.scores.joining import LazyGathered
from capaian.scores.plan import Plan, Planned, make_plan
from capaian.scores.run import Source, prepare
from capaian.shelf import load_policy

Ends: TypeAlias = Mapping[str, tuple[int, int]]
FEWEST = 2
"""A cohort of fewer subjects is none."""


@discreet
def fit(
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    edition: str | None = None,
) -> Policy:
    """Return the policy with its relative methods fitted to a cohort.

    The cohort of an indicator is every subject that has a measured value in the period. What its
    methods find there is frozen in the policy, with the number of values, the period and what was
    left out; from then on the policy scores any period and anybody like every other policy. A
    policy that is fitted already is fitted anew.

    Parameters
    ----------
    policy
        A policy with `relative = true`, or the path or name of one.
    evidence, period, as_of, zone, plugins
        Of the cohort, as for `score`.
    edition
        What the fitted edition is called; the policy's edition, `+` and the period where left out.

    Returns
    -------
    Policy
        A value like any policy: `capaian.policy.to_document` and `policy_toml` write it down.

    Raises
    ------
    PolicyError
        The policy cannot be used, has no relative method (CPN-R09), or would keep its edition's
        name (CPN-R12).
    EvidenceError
        Evidence that cannot be measured; a cohort that a method cannot be fitted to: fewer than two
        values (CPN-R05), all equal (R06), too many different ones for a rank (R07), or a cohort
        that is in Spark (CPN-E45).
    PeriodError, CalendarError, PluginError
        As for `score`.

    Examples
    --------
    >>> office = {
    ...     "id": "desk", "edition": "2026", "in_force": {"from": "2026-01-01"},
    ...     "scale": {"worst": 0, "best": 100}, "missing": "exclude", "subject": "nip",
    ...     "rounding": [{"where": "score", "digits": 2}], "relative": True,
    ...     "indicators": [{
    ...         "id": "handled", "type": "count-based", "table": "services",
    ...         "measure": {"statistic": "count", "no_rows": "missing"},
    ...         "normalise": {"method": "min-max", "better": "higher"},
    ...     }],
    ... }
    >>> services = [{"nip": nip} for nip in "abbccc"]
    >>> from capaian.policy import read_policy
    >>> fitted = fit(read_policy(office), {"services": services}, period="2026-Q1")
    >>> fitted.edition, dict(fitted.indicators[0].normalise[0].fitted.parameters)
    ('2026+2026-Q1', {'least': 1, 'greatest': 3})
    """
    switches = plugins_of(plugins)
    given = policy if isinstance(policy, Policy) else load_policy(policy, plugins=switches)
    span = read_period(period)
    named = _edition(given, span) if edition is None else edition
    bare = _unfitted(given)
    if not named.strip() or named == given.edition:
        values = {"edition": given.edition}
        raise refuse(PolicyError, "Nothing was frozen.", "CPN-R12", "edition", **values)
    (made,) = prepare(bare, span, as_of, switches, fitting=True)
    plan, moment = made.plan, made.moment
    if not any(each.relative for each in plan.indicators.values()):
        headline = f"The policy '{given.id}' cannot be fitted; nothing was frozen."
        raise refuse(PolicyError, headline, "CPN-R09", "indicators")
    _refuse_parts(given, plan)
    spans = [Span(plan, moment)]
    (gathered,) = gather_all(spans, evidence, zone or bare.zone, ordered=False)
    if isinstance(gathered, LazyGathered):
        names = ", ".join(name for name, each in plan.indicators.items() if each.relative)
        headline = "The cohort was not measured; nothing was frozen."
        raise refuse(EvidenceError, headline, "CPN-E45", "indicators", indicators=names)
    fitted = evolve(bare, edition=named, indicators=_frozen(plan, span, moment, gathered))
    make_plan(fitted, switches)  # what was found is proved like what is read
    return fitted


def _refuse_parts(policy: Policy, plan: Plan) -> None:
    """Refuse a relative method where achievements of sub-periods are consolidated."""
    findings = [
        Finding("CPN-R14", f"indicators['{name}'].consolidate.of")
        for name, each in plan.indicators.items()
        if each.relative and each.of_achievements
    ]
    if findings:
        headline = f"The policy '{policy.id}' cannot be fitted; nothing was frozen."
        raise PolicyError(headline, findings)


def _edition(policy: Policy, span: Period) -> str:
    """Return the name of the fitted edition; a name given by an earlier fit is not added to."""
    steps = [step.fitted for each in policy.indicators for step in each.normalise]
    before = policy.edition
    for period in {each.period for each in steps if each is not None}:
        before = before.removesuffix(f"+{period}")
    return f"{before}+{span.label}"


def _unfitted(policy: Policy) -> Policy:
    return evolve(
        policy,
        indicators=tuple(
            evolve(each, normalise=tuple(evolve(step, fitted=None) for step in each.normalise))
            for each in policy.indicators
        ),
    )


def _frozen(plan: Plan, span: Period, moment: Moment, gathered: Gathered) -> tuple[Indicator, ...]:
    """Return the policy's indicators, with what was found; all faults at once."""
    indicators: list[Indicator] = []
    findings: list[Finding] = []
    for each in plan.policy.indicators:
        planned = plan.indicators[each.id]
        if not planned.relative:
            indicators.append(each)
            continue
        try:
            indicators.append(_Fitting(plan, planned, gathered).fitted(span, moment))
        except CapaianError as error:
            findings += error.findings
    if findings:
        count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        raise EvidenceError(f"{count} in the cohort; nothing was frozen.", findings)
    return tuple(indicators)


@frozen
class _Fitting:
    """One indicator and its cohort."""

    plan: Plan
    planned: Planned
    gathered: Gathered

    def fitted(self, span: Period, moment: Moment) -> Indicator:
        """Return the indicator with its relative methods fitted, the first one first."""
        indicator, methods = self.planned.indicator, list(self.planned.methods)
        steps = list(indicator.normalise)
        rows = _rows(self.planned, self.gathered)
        for index, record in self.planned.relative.items():
            place = f"indicators['{indicator.id}'].normalise"
            place += f"[{index}]" if len(steps) > 1 else ""
            tree = achievement(methods[:index], self.plan.policy.scale, self.measured())
            if rows.n < FEWEST:
                values = {"count": rows.n, "left_out": sum(rows.left_out.values())}
                raise EvidenceError("", [Finding("CPN-R05", place, values)])
            options = methods[index][1]
            parameters = self.find(record, options, rows.cohort(tree), place)
            methods[index] = (fixed_to(record, parameters), options)
            fit_of = Fitted(
                period=span.label,
                as_of=moment.as_of.isoformat(),
                n=rows.n,
                left_out=rows.left_out,
                parameters=plain_record(parameters),
            )
            steps[index] = evolve(steps[index], fitted=fit_of)
        return evolve(indicator, normalise=tuple(steps))

    def measured(self) -> Node:
        """Return the measured value, rounded where the policy rounds it, as a formula."""
        value = self.planned.statistics.value
        rounding = self.plan.policy.rounded("measured", self.planned.indicator.id)
        if rounding is None or rounding.mode == "none":
            return value
        return rounded(value, rounding.digits, rounding.mode)

    def find(self, record: RelativeNormalisation, options: Any, cohort: Cohort, place: str) -> Any:
        try:
            return record.fit(options, cohort)
        except CapaianError as error:
            raise EvidenceError("", [_under(each, place) for each in error.findings]) from None


def _under(finding: Finding, place: str) -> Finding:
    where = f"{place}.{finding.where}" if finding.where else place
    return Finding(finding.code, where, finding.values, finding.severity)


@frozen(eq=False)
class _Records:
    """The subjects that have a value, and why the others have none: plain integers."""

    n: int
    left_out: Mapping[str, int]
    given: tuple[Mapping[str, int], ...]

    def cohort(self, tree: Node) -> Cohort:
        """Return the values of a formula over the statistics."""
        program = Program((("x", tree),))
        values = (run_paired(program, row)["x"][1] for row in self.given)
        return cohort_of(counted(values))


@frozen(eq=False)
class _Columns:
    """The same, as int64 columns."""

    n: int
    left_out: Mapping[str, int]
    given: Mapping[str, Any]
    ends: Ends = field(factory=dict)

    def cohort(self, tree: Node) -> Cohort:
        """Return the values of a formula over the statistics."""
        if isinstance(tree, Column) and tree.name in self.ends:
            return _Ended(self.n, *self.ends[tree.name], partial(self.values, tree))
        return self.values(tree)

    def values(self, tree: Node) -> Cohort:
        """Return the same, with every value looked at."""
        from capaian.exact.ratios import ratio_of  # noqa: PLC0415 - loads NumPy
        from capaian.exact.whole_cohort import cohort_of_ratios, distinct_rows  # noqa: PLC0415

        program = Program((("x", tree),))
        used = {each.name: self.given[each.name] for each in walk(tree) if isinstance(each, Column)}
        ratios = ratio_of(program, used, self.n)
        if ratios is not None:
            return cohort_of_ratios(ratios)
        found: dict[Fraction, int] = {}
        for row, count in distinct_rows(used):
            value = run_paired(program, row)["x"][1]
            found[value] = found.get(value, 0) + count
        return cohort_of(found)


@frozen(eq=False)
class _Ended:
    """A cohort of integers of which the ends are known; its values are looked at when asked for."""

    n: int
    low: int
    high: int
    look: Callable[[], Cohort]

    @property
    def least(self) -> Fraction:
        return Fraction(self.low)

    @property
    def greatest(self) -> Fraction:
        return Fraction(self.high)

    @cached_property
    def _values(self) -> Cohort:
        return self.look()

    @property
    def different(self) -> int:
        return self._values.different

    def total(self) -> Fraction:
        return self._values.total()

    def length(self) -> Fraction:
        return self._values.length()

    def mean(self) -> Fraction:
        return self._values.mean()

    def deviation(self, *, sample: bool) -> Fraction:
        return self._values.deviation(sample=sample)

    def at(self, ranks: Sequence[int]) -> tuple[Fraction, ...]:
        return self._values.at(ranks)

    def tally(self) -> tuple[tuple[Fraction, int], ...]:
        return self._values.tally()


def _rows(planned: Planned, gathered: Gathered) -> _Records | _Columns:
    """Return the statistics of the subjects of whom an indicator has a value."""
    own = (f"{planned.indicator.id}.", f"{planned.indicator.id}@")
    inputs = {name: each for name, each in gathered.inputs.items() if name.startswith(own)}
    if gathered.whole:
        return _columns(planned, inputs, len(gathered.subjects), gathered.ends)
    given: list[Mapping[str, int]] = []
    left_out: dict[str, int] = {}
    for row in range(len(gathered.subjects)):
        values = {name: column[row] for name, column in inputs.items()}
        present = {name: value is not None for name, value in values.items()}
        known = Known({name: value or 0 for name, value in values.items()}, present)
        rules = states(planned.statistics, known)
        state = next((state for state, holds in rules if holds), OK)
        if state == OK:
            given.append({name: value for name, value in values.items() if value is not None})
        else:
            left_out[state] = left_out.get(state, 0) + 1
    return _Records(len(given), dict(sorted(left_out.items())), tuple(given))


def _columns(planned: Planned, inputs: Mapping[str, Any], length: int, ends: Ends) -> _Columns:
    import numpy as np  # noqa: PLC0415 - plain records need none

    values = {name: pair[0][:] for name, pair in inputs.items()}
    present = {name: pair[1] for name, pair in inputs.items() if not pair[1].all()}
    if _everybody(planned, values, set(values) - set(present), ends):
        return _Columns(length, {}, values, ends)
    open_ = np.ones(length, dtype=np.bool_)
    left_out: dict[str, int] = {}
    for state, holds in states(planned.statistics, Known(values, present)):
        mine = open_ & holds
        if count := int(np.count_nonzero(mine)):
            left_out[state] = left_out.get(state, 0) + count
            open_ &= ~mine
    if left_out:
        values = {name: column[open_] for name, column in values.items()}
    return _Columns(length - sum(left_out.values()), dict(sorted(left_out.items())), values)


def _everybody(planned: Planned, values: Mapping[str, Any], complete: set[str], ends: Ends) -> bool:
    """Return whether the ends of the statistics prove that everybody has a value."""
    rules = state_rules(planned.statistics)
    known = {name: pair for name, pair in ends.items() if name in values}
    return not any(True in outcomes(rule.when, known, complete) for rule in rules)
