"""Scores by an assignment: each posting by its own policy, all of a subject's postings together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from attrs import evolve, frozen

from capaian.columns import Attribution, Origin, Table, open_table
from capaian.errors import (
    CapaianError,
    EvidenceError,
    Finding,
    PeriodError,
    PolicyError,
    did_you_mean,
)
from capaian.formula import Moment
from capaian.period import Period, WrittenInstant, read_instant
from capaian.policy import Assignment
from capaian.registry import Plugins, plugins_of
from capaian.scores.ask import Ask
from capaian.scores.beyond import beyond_posts, over
from capaian.scores.combine import Rule, combine, joined, points_of
from capaian.scores.gather import Progress, gather
from capaian.scores.gathered import Gathered
from capaian.scores.given import Given, prove_named
from capaian.scores.held import Held
from capaian.scores.joining import at_hand
from capaian.scores.plan import Plan, make_plan
from capaian.scores.posting_scores import PostingScores
from capaian.scores.requests import asks_of, later_tables, tables_of
from capaian.scores.roll import Roll, call_roll
from capaian.scores.run import in_force, moment_of, scores_of
from capaian.scores.stretches import stamps_of, working_days
from capaian.scores.windows import at_period, reaching_back, windows_of
from capaian.workcalendar import WorkCalendar, load_calendar

KEYS = 10**9
"""Postings are numbered from here on, so that order of number is order of text."""


@frozen(eq=False)
class Prepared:
    """An assignment made ready: what is scored by which policy, and all that was found."""

    assignment: Assignment
    period: Period
    as_of: datetime
    roll: Roll
    plans: Sequence[Plan]
    gathered: Sequence[Gathered]
    moments: Sequence[Moment]
    findings: tuple[Finding, ...]
    origin: Origin


def score_assignment(  # noqa: PLR0913 - everything but these three is named
    assignment: Assignment,
    evidence: Mapping[str, Any],
    period: Period,
    *,
    as_of: WrittenInstant | None,
    zone: str,
    plugins: Plugins | Iterable[object] = (),
    progress: Progress | None = None,
    engine: str = "polars",
) -> PostingScores:
    """Score every posting by its policy, and every subject by the postings.

    Parameters
    ----------
    assignment
        Who held which post, and how their scores are put together.
    evidence, period, as_of, zone, plugins, progress, engine
        As for `capaian.score`.

    Raises
    ------
    PolicyError, EvidenceError, PeriodError, CalendarError, PluginError
        Everything that is wrong, at once; nothing is scored.
    """
    runner = _Runner(assignment, evidence, period, as_of, zone, engine)
    ready = _prepare(runner, plugins_of(plugins), progress)
    roll = ready.roll
    scores = [
        scores_of(plan, period, moment, gathered)
        for plan, moment, gathered in zip(ready.plans, ready.moments, ready.gathered, strict=True)
    ]
    points = joined(points_of(scores, assignment.taken), roll.rule)
    active = roll.days - roll.leave
    base = np.ones_like(active) if assignment.weigh == "equal" else active
    enough = (active >= assignment.minimum_days) & (active > 0)
    weight = np.where(enough, base * roll.given, 0)
    rule = Rule(assignment.missing, assignment.rounding, assignment.bands, empty="too_short")
    return PostingScores(
        assignment=assignment,
        period=period,
        as_of=ready.as_of,
        roll=roll,
        scores=scores,
        points=points,
        weight=weight,
        combined=combine(roll.codes, len(roll.subjects), points, weight, rule),
        origin=ready.origin,
        findings=ready.findings,
        given_evidence=Given(evidence, zone, engine),
    )


def check_assignment(
    assignment: Assignment,
    evidence: Mapping[str, Any],
    period: Period,
    *,
    as_of: WrittenInstant | None,
    zone: str,
    plugins: Plugins | Iterable[object] = (),
    engine: str = "polars",
) -> list[Finding]:
    """Return everything that is wrong or worth saying; nothing is scored."""
    runner = _Runner(assignment, evidence, period, as_of, zone, engine)
    ready = _prepare(runner, plugins_of(plugins), None)
    return list(ready.findings)


def _prepare(runner: _Runner, plugins: Plugins, progress: Progress | None) -> Prepared:
    assignment, period = runner.assignment, runner.period
    in_force(assignment, period)
    roll = runner.roll(plugins)
    plans = runner.plans(roll, plugins)
    runner.refuse()
    gathered = [runner.gathered(roll, rule, plan, progress) for rule, plan in enumerate(plans)]
    runner.refuse()
    runner.beyond(roll, plans)
    return Prepared(
        assignment=assignment,
        period=period,
        as_of=runner.as_of,
        roll=roll,
        plans=plans,
        gathered=[each for each in gathered if each is not None],
        moments=[runner.moment(plan) for plan in plans],
        findings=tuple(runner.findings),
        origin=runner.origin,
    )


class _Runner:
    def __init__(
        self,
        assignment: Assignment,
        evidence: Mapping[str, Any],
        period: Period,
        as_of: WrittenInstant | None,
        zone: str,
        engine: str,
    ) -> None:
        self.engine = engine
        self.assignment = assignment
        prove_named(evidence)
        self.evidence = dict(evidence)
        self.period = period
        self.as_of = period.end if as_of is None else read_instant(as_of)
        self.zone = zone
        self.findings: list[Finding] = []
        self.tables: dict[str, Table] = {}

    @property
    def origin(self) -> Origin:
        """What kind of table the evidence came as."""
        origins = [each.origin for each in self.tables.values()]
        return next((each for each in origins if each != "records"), "records")

    def refuse(self) -> None:
        """Raise all that is wrong so far."""
        faults = [each for each in self.findings if each.severity == "error"]
        if faults:
            count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
            raise EvidenceError(
                f"{count} in the postings or the evidence; nothing was scored.", faults
            )

    def note(self, findings: Iterable[Finding]) -> None:
        """Keep findings once, however many policies have them."""
        for each in findings:
            if each not in self.findings:
                self.findings.append(each)

    def moment(self, plan: Plan) -> Moment:
        return moment_of(plan, self.period, self.as_of)

    # ---- postings ----------------------------------------------------------------------------

    def roll(self, plugins: Plugins) -> Roll:
        rule = self.assignment
        own = [rule.postings.table]
        own += [each.table for each in (rule.leave, rule.table) if each is not None]
        for name in own:
            self.open(name, needed=True)
        roll, findings = call_roll(
            rule, self.tables, self.period, self.zone, self.calendar(), plugins
        )
        self.note(findings)
        return roll

    def open(self, name: str, *, needed: bool = False) -> None:
        """Open a table once for all; where it cannot be, its policy will say so."""
        if name in self.tables:
            return
        if name in self.evidence:
            try:
                self.tables[name] = self.evidence[name] = open_table(
                    self.evidence[name], name, self.engine
                )
            except CapaianError as error:
                if needed:
                    self.note(error.findings)
        elif needed:
            hint = did_you_mean(name, self.evidence)
            values = {"table": name, "given": ", ".join(sorted(self.evidence)) or "none"}
            self.note([Finding("CPN-A08", name, values | {"hint": hint})])

    def calendar(self) -> WorkCalendar | None:
        rule = self.assignment
        return load_calendar(rule.calendar, folder=rule.folder) if rule.calendar else None

    # ---- policies ----------------------------------------------------------------------------

    def plans(self, roll: Roll, plugins: Plugins) -> list[Plan]:
        plans = []
        for each in roll.rules:
            try:
                plans.append(at_period(make_plan(each, plugins), self.period, self.as_of))
            except (PolicyError, PeriodError) as error:
                self.note(
                    evolve(fault, where=f"{each.id}: {fault.where}") for fault in error.findings
                )
        for plan in plans:
            self.exposure(plan)
            self.note(
                evolve(each, where=f"{plan.policy.id}: {each.where}")
                for each in reaching_back(plan, self.moment(plan))
            )
            for name in tables_of(plan.policy, exposure=False):
                self.open(name)
        self.tables_used(plans)
        return plans

    def exposure(self, plan: Plan) -> None:
        """Days in post come from the postings: a policy may not count them otherwise."""
        for each in plan.policy.indicators:
            if each.exposure is not None and each.exposure.full != "working_days":
                where = f"{plan.policy.id}: indicators['{each.id}'].exposure.full"
                self.note([Finding("CPN-A09", where, {"full": each.exposure.full})])

    def tables_used(self, plans: Sequence[Plan]) -> None:
        """Note tables that nothing reads, and a column of posts that no table has."""
        if not plans:
            return
        used = {name for plan in plans for name in tables_of(plan.policy)} | set(self.tables)
        used |= set(later_tables(self.assignment))
        unused = sorted(set(self.evidence) - used)
        self.note(Finding("CPN-E51", each, {"table": each}, "note") for each in unused)
        column = self.assignment.names_post
        names = {name for plan in plans for name in tables_of(plan.policy, exposure=False)}
        opened = [self.tables[each] for each in sorted(names & set(self.tables))]
        if column and opened and not any(column in each.columns for each in opened):
            known = dict.fromkeys(name for each in opened for name in each.columns)
            values = {"column": column, "hint": did_you_mean(column, known)}
            self.note([Finding("CPN-A15", "names_post", values)])

    def gathered(
        self, roll: Roll, rule: int, plan: Plan, progress: Progress | None
    ) -> Gathered | None:
        """Gather the evidence of a policy's postings; `None` where something is wrong with it."""
        chosen = np.flatnonzero(roll.rule == rule)
        owners = [roll.subjects[code] for code in roll.codes[chosen].tolist()]
        keys = chosen + KEYS
        attribution = Attribution(
            subjects=owners,
            keys=keys,
            starts=stamps_of(roll.first[chosen]),
            stops=stamps_of(roll.stop[chosen]),
            posts=[roll.posts[each] for each in chosen.tolist()],
            column=self.assignment.names_post,
        )
        try:
            days = self.days(roll, chosen, plan)
            held = Held([str(each) for each in keys.tolist()], attribution, owners, days)
            zone = self.zone or plan.policy.zone
            gathered = gather(
                plan,
                self.evidence,
                self.moment(plan),
                zone,
                progress,
                engine=self.engine,
                held=held,
            )
            found = at_hand(gathered, self.assignment.postings.table)
        except CapaianError as error:
            self.note(error.findings)
            return None
        self.note(each for each in found.findings if each.code != "CPN-E51")
        return found

    def days(self, roll: Roll, chosen: Any, plan: Plan) -> dict[str, list[int]]:
        """Return the working days in post, less leave, of each stretch that asks for them."""
        days: dict[str, list[int]] = {}
        for planned in plan.indicators.values():
            for window in windows_of(planned, self.moment(plan)):
                if plan.calendar is None or not (window.begun and window.statistics.outside):
                    continue
                clock = working_days(
                    plan.calendar, window.start.toordinal(), window.end.toordinal()
                )
                days[f"{window.prefix}.days"] = roll.working(chosen, clock).tolist()
        return days

    def asks(self, plan: Plan) -> list[Ask]:
        zone = self.zone or plan.policy.zone
        return asks_of(plan, self.tables, self.moment(plan), zone, exposure=False)

    def beyond(self, roll: Roll, plans: Sequence[Plan]) -> None:
        """Note how much evidence counts for nobody, and how much for every posting."""
        asked = [ask for plan in plans for ask in over(self.moment(plan), self.asks(plan))]
        self.note(beyond_posts(roll, asked, self.tables, self.assignment.names_post))
