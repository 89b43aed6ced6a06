"""How units are scored: from the scores of their people, or by the policy from all their events."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve

from capaian.columns import Table, open_table
from capaian.errors import CapaianError, EvidenceError, Finding, did_you_mean
from capaian.formula import Moment
from capaian.period import Period
from capaian.policy import Rounding, Units
from capaian.scores.account import NO_ROUNDING
from capaian.scores.beyond import UNITS, beyond, held, over
from capaian.scores.combine import Points, Rule, combine, points_of
from capaian.scores.gather import Progress, gather
from capaian.scores.given import Given, prove_named
from capaian.scores.held import Held
from capaian.scores.joining import at_hand
from capaian.scores.plan import Plan
from capaian.scores.requests import asks_of, unit_tables
from capaian.scores.result import Scores
from capaian.scores.run import scores_of
from capaian.scores.stretches import Days, merged
from capaian.scores.unit_scores import Shares, UnitScores
from capaian.scores.unit_tree import Members, UnitTree, days_clock, read_members, read_tree
from capaian.scores.windows import reaching_back

KEYS = 10**9
"""Units are numbered from here on, so that order of number is order of text."""


def run_units(
    plan: Plan,
    span: Period,
    moment: Moment,
    evidence: Mapping[str, Any],
    *,
    zone: str,
    progress: Progress | None = None,
    engine: str = "polars",
) -> UnitScores:
    """Score every unit of a policy that has some.

    Parameters
    ----------
    plan
        The policy made ready.
    span, moment
        The period, and the instants that formulas know.
    evidence, zone, progress, engine
        As for `score_units`.

    Raises
    ------
    EvidenceError
        Everything that is wrong with the units, or with the evidence.
    """
    rule = plan.policy.units
    if rule is None:
        raise TypeError("the policy has no units")
    return _Runner(plan, rule, span, moment, zone, progress, engine).run(evidence)


def check_units(
    plan: Plan,
    span: Period,
    moment: Moment,
    evidence: Mapping[str, Any],
    *,
    zone: str,
    engine: str = "polars",
) -> tuple[Finding, ...]:
    """Return what is wrong with the units of a policy, and with who stands in them."""
    if plan.policy.units is None:
        return ()
    runner = _Runner(plan, plan.policy.units, span, moment, zone, None, engine)
    try:
        runner.standing(runner.opened(evidence))
    except EvidenceError as error:
        return error.findings
    return ()


class _Runner:
    def __init__(
        self,
        plan: Plan,
        rule: Units,
        span: Period,
        moment: Moment,
        zone: str,
        progress: Progress | None,
        engine: str,
    ) -> None:
        self.engine = engine
        self.plan = plan
        self.rule = rule
        self.span = span
        self.moment = moment
        self.zone = zone
        self.progress = progress
        self.findings: list[Finding] = []

    def run(self, evidence: Mapping[str, Any]) -> UnitScores:
        tables = self.opened(evidence)
        tree, members = self.standing(tables)
        given = {**evidence, **tables}
        if self.rule.by == "events":
            return self.by_events(given, tree, members)
        return self.by_people(given, tree, members)

    def refuse(self) -> None:
        if self.findings:
            count = "1 problem" if len(self.findings) == 1 else f"{len(self.findings)} problems"
            raise EvidenceError(f"{count} in the units; nothing was scored.", self.findings)

    def opened(self, evidence: Mapping[str, Any]) -> dict[str, Table]:
        tables: dict[str, Table] = {}
        for name in unit_tables(self.plan.policy):
            if name not in evidence:
                given = ", ".join(sorted(evidence)) or "none"
                values = {"table": name, "given": given, "hint": did_you_mean(name, evidence)}
                self.findings.append(Finding("CPN-E50", name, values))
                continue
            try:
                tables[name] = open_table(evidence[name], name, self.engine)
            except CapaianError as error:
                self.findings += error.findings
        self.refuse()
        return tables

    def standing(self, tables: Mapping[str, Table]) -> tuple[UnitTree, Members]:
        own, who = unit_tables(self.plan.policy)
        tree, findings = read_tree(self.rule, tables[own])
        self.findings += findings
        if self.rule.by == "events":
            self.findings += unfit(self.plan, self.moment)
        if tree is None:
            self.refuse()
            raise AssertionError  # pragma: no cover - a tree that cannot be read has a finding
        members, findings = read_members(self.plan.policy, tree, tables[who], self.span, self.zone)
        self.findings += findings
        self.refuse()
        if members is None:
            raise AssertionError  # pragma: no cover - the same
        if not len(members.code):
            values = {"table": who, "period": self.span.label}
            self.findings.append(Finding("CPN-A42", who, values))
            self.refuse()
        return tree, members

    # ---- from events -------------------------------------------------------------------------

    def by_events(
        self, evidence: Mapping[str, Any], tree: UnitTree, members: Members
    ) -> UnitScores:
        """Apply the policy to the rows of all members together."""
        prove_named(evidence)
        everywhere = members.everywhere(tree).apart()
        attribution = evolve(
            held(members.subjects, everywhere.code, everywhere.first, everywhere.stop),
            keys=everywhere.unit + KEYS,
        )
        counts = _counted(everywhere, len(tree.units))
        some = np.flatnonzero(counts).tolist()
        keys = [str(KEYS + place) for place in some]
        plan = evolve(self.plan, policy=self.of_units())
        gathered = gather(
            plan,
            evidence,
            self.moment,
            self.zone,
            self.progress,
            engine=self.engine,
            held=Held(keys, attribution),
        )
        subjects = [tree.units[place] for place in some]
        gathered = evolve(at_hand(gathered, self.rule.table), subjects=subjects, labels=tree.labels)
        scores = scores_of(plan, self.span, self.moment, gathered)
        notes = self.beyond(evidence, members)
        findings = (*scores.findings, *(each for each in notes if each not in scores.findings))
        return UnitScores(
            plan=self.plan,
            period=self.span,
            as_of=self.moment.as_of,
            tree=tree,
            members=counts,
            scores=scores,
            origin=scores.origin,
            findings=findings,
        )

    def of_units(self) -> Any:
        """Return the policy with the rounding and the bands of units."""
        policy = self.plan.policy
        if self.rule.rounding is not None:
            steps = [each for each in policy.rounding if each.where != "score"]
            policy = evolve(policy, rounding=(*steps, self.rule.rounding))
        if self.rule.bands:
            policy = evolve(policy, bands=self.rule.bands, precedence=False, decision=None)
        return policy

    def beyond(self, evidence: Mapping[str, Any], members: Members) -> list[Finding]:
        """Note how many rows lie on days on which their subject stood in no unit."""
        names = {each.indicator.table for each in self.plan.indicators.values()}
        names |= {
            each.indicator.pauses.table
            for each in self.plan.indicators.values()
            if each.indicator.pauses
        }
        tables = {name: open_table(evidence[name], name, self.engine) for name in sorted(names)}
        asked = over(self.moment, asks_of(self.plan, tables, self.moment, self.zone))
        anyone = held(members.subjects, *merged(members.code, members.first, members.stop))
        return beyond(asked, tables, anyone, anyone, UNITS)

    # ---- from people -------------------------------------------------------------------------

    def by_people(
        self, evidence: Mapping[str, Any], tree: UnitTree, members: Members
    ) -> UnitScores:
        """Take the mean of the members' scores."""
        gathered = gather(
            self.plan, evidence, self.moment, self.zone, self.progress, engine=self.engine
        )
        gathered = at_hand(gathered, self.rule.table)
        given = Given(evidence, self.zone, self.engine)
        people = scores_of(self.plan, self.span, self.moment, gathered, given)
        standing = members.everywhere(tree) if self.rule.members == "all" else members
        clock = days_clock(self.span) if self.rule.weigh == "active_days" else None
        unit, code, weight = standing.weights(clock)
        place = {subject: row for row, subject in enumerate(people.subjects)}
        rows = np.array([place.get(each, -1) for each in members.subjects], dtype=np.int64)
        points = _of_members(points_of([people], self.rule.taken)[0], rows[code])
        known = points.known
        if self.rule.missing == "worst":
            points = _with_worst(points, self.plan.policy.scale.worst)
        policy = self.plan.policy
        rounding: Rounding = self.rule.rounding or policy.rounded("score", "score") or NO_ROUNDING
        rule = Rule(
            missing=self.rule.missing,
            rounding=rounding,
            bands=self.rule.bands or (() if policy.decision else policy.bands),
            precedence=policy.precedence and not self.rule.bands,
            empty="no_members",
        )
        count = len(tree.units)
        return UnitScores(
            plan=self.plan,
            period=self.span,
            as_of=self.moment.as_of,
            tree=tree,
            members=np.bincount(unit, minlength=count),
            people=people,
            shares=Shares(
                rule=rule,
                subjects=members.subjects,
                unit=unit,
                code=code,
                row=rows[code],
                weight=weight,
                points=points,
                known=known,
                combined=combine(unit, count, points, weight, rule),
            ),
            origin=people.origin,
            findings=(*people.findings, *self.homeless(people, members)),
        )

    def homeless(self, people: Scores, members: Members) -> list[Finding]:
        """Note how many scored people stand in no unit."""
        count = len(set(people.subjects) - set(members.subjects))
        return [Finding("CPN-A39", "units", {"count": count}, "note")] if count else []


def unfit(plan: Plan, moment: Moment) -> list[Finding]:
    """Return why a policy cannot be applied to the events of a unit."""
    findings = [
        Finding("CPN-A43", f"indicators['{name}']", {"indicator": name})
        for name, planned in plan.indicators.items()
        if planned.reads_target
    ]
    findings += [
        Finding("CPN-W19", f"indicators['{name}']", {"indicator": name})
        for name, planned in plan.indicators.items()
        if planned.active
    ]
    return findings + reaching_back(plan, moment)


def _counted(members: Members, count: int) -> Days:
    """Return how many subjects stand in each unit."""
    unit, _, _ = evolve(members, weighted=False).weights(None)
    return np.bincount(unit, minlength=count)


def _of_members(points: Points, rows: Days) -> Points:
    """Return the scores of members, from those of all people; a row of -1 has none."""
    if not len(points.values):
        return Points(np.zeros(len(rows), dtype=np.int64), 0, np.zeros(len(rows), dtype=np.bool_))
    there = rows >= 0
    at = np.maximum(rows, 0)
    known = there & points.known[at]
    return Points(np.where(known, points.values[at], 0), points.digits, known)


def _with_worst(points: Points, worst: Fraction) -> Points:
    """Return the scores with the worst of the scale where there is none."""
    everywhere = np.ones(len(points.known), dtype=np.bool_)
    value = worst * 10**points.digits
    if value.denominator == 1 and points.values.dtype != object:
        values: Any = np.where(points.known, points.values, value.numerator)
        return Points(values, points.digits, everywhere)
    values = np.full(len(points.known), worst, dtype=object)
    for place in np.flatnonzero(points.known).tolist():
        values[place] = points.fraction(place)
    return Points(values, 0, everywhere)
