"""From evidence to integers: every indicator's statistics, one row per subject, one order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from attrs import define, frozen

from capaian.columns import (
    Attribution,
    Joined,
    Origin,
    Part,
    Reduced,
    Roster,
    Table,
    join_by_subject,
    open_table,
    read_roster,
    reduce_all,
)
from capaian.errors import CapaianError, EvidenceError, Finding, did_you_mean
from capaian.formula import Moment
from capaian.indicator import Indicator
from capaian.scores.plan import Plan
from capaian.scores.requests import Ask, asks_of, roster_reading, tables_of

Progress: TypeAlias = Callable[[str, int, int], None]


@frozen(eq=False)
class Gathered:
    """Integers by name, one per subject, and what was found on the way.

    Attributes
    ----------
    subjects
        In ascending order of their text.
    inputs
        Name of a statistic to its values in that order: lists (`None` where unknown), or, where
        `whole` is true, pairs of an int64 array and a mask of what is known.
    labels, units, facts
        From the roster, by subject.
    whole
        Whether the evidence came as whole columns, so that the rest runs on NumPy.
    origin
        What kind of table the evidence came as, so that results go out the same way.
    """

    subjects: Sequence[str]
    inputs: Mapping[str, Any]
    labels: Mapping[str, str]
    units: Mapping[str, str]
    facts: Mapping[str, Mapping[str, bool | None]]
    whole: bool
    origin: Origin
    findings: tuple[Finding, ...]

    def facts_of(self, subject: str) -> dict[str, bool]:
        """Return the facts about one subject; what is not known does not hold."""
        return {name: bool(known.get(subject)) for name, known in self.facts.items()}


@define(eq=False, slots=False)
class LazyGathered:
    """Integers by name in Spark: a plan of one row per subject, and what was found on the way.

    Attributes
    ----------
    joined
        The plan.
    constants
        The days of a full period, by name.
    noted
        What was found before anything was run.
    roster
        The table of who is to be scored; empty where there is none.
    """

    joined: Joined
    constants: Mapping[str, int]
    noted: tuple[Finding, ...]
    roster: str = ""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was found; those who are not on the roster are counted at first sight."""
        return (*self.noted, *_strangers(self.joined.strangers(), self.roster))


def gather(
    plan: Plan,
    evidence: Mapping[str, Any],
    moment: Moment,
    zone: str,
    progress: Progress | None = None,
    attribution: Attribution | None = None,
    engine: str = "polars",
) -> Gathered | LazyGathered:
    """Read all the evidence that the policy needs; each table once, for all indicators together.

    Raises
    ------
    EvidenceError
        Everything that is wrong with it, at once.
    """
    gatherer = _Gatherer(plan, moment)
    gatherer.open(evidence, engine)
    gatherer.roster()
    asked = asks_of(plan, gatherer.tables, moment, zone, attribution)
    gatherer.reduce(asked, progress)
    faults = [each for each in gatherer.findings if each.severity == "error"]
    if faults:
        raise EvidenceError(
            f"{_problems(len(faults))} in the evidence; nothing was scored.", faults
        )
    return gatherer.gathered()


def _problems(count: int) -> str:
    return "1 problem" if count == 1 else f"{count} problems"


class _Gatherer:
    def __init__(self, plan: Plan, moment: Moment) -> None:
        self.plan = plan
        self.moment = moment
        self.tables: dict[str, Table] = {}
        self.findings: list[Finding] = []
        self.listed: Roster | None = None
        self.on_roster: Sequence[str] | None = None
        self.labels: dict[str, str] = {}
        self.units: dict[str, str] = {}
        self.facts: dict[str, dict[str, bool | None]] = {}
        self.reduced: list[tuple[Ask, Reduced]] = []
        self.constants: dict[str, int] = {}

    def open(self, evidence: Mapping[str, Any], engine: str) -> None:
        wanted = tables_of(self.plan.policy)
        for name in wanted:
            if name not in evidence:
                hint = did_you_mean(name, evidence)
                given = ", ".join(sorted(evidence)) or "none"
                self.findings.append(
                    Finding("CPN-E50", name, {"table": name, "given": given, "hint": hint})
                )
                continue
            try:
                self.tables[name] = open_table(evidence[name], name, engine)
            except CapaianError as error:
                self.findings += error.findings
        for name in sorted(set(evidence) - set(wanted)):
            self.findings.append(Finding("CPN-E51", name, {"table": name}, "note"))

    def roster(self) -> None:
        roster = self.plan.policy.subjects
        if roster is None or roster.table not in self.tables:
            return
        read = read_roster(self.tables[roster.table], roster_reading(roster))
        self.findings += read.findings
        self.listed = read
        if read.lazy is not None:
            return
        self.on_roster = tuple(read.subjects)
        for name, values in read.columns.items():
            known = dict(zip(read.subjects, values, strict=True))
            if name.startswith("fact:"):
                self.facts[name[5:]] = known
            else:
                target = self.labels if name == "label" else self.units
                target.update({subject: text for subject, text in known.items() if text})

    def reduce(self, asked: Sequence[Ask], progress: Progress | None) -> None:
        """Read every table once for what is asked of it; keep the answers in order of asking."""
        together: dict[tuple[str, bool], list[Ask]] = {}
        for ask in asked:
            together.setdefault((ask.table, ask.planned is None), []).append(ask)
        answers: dict[int, Reduced] = {}
        for done, ((table, _), some) in enumerate(together.items()):
            if progress:
                progress(table, done, len(together))
            try:
                found = reduce_all(self.tables[table], [ask.request for ask in some])
            except CapaianError as error:
                for finding in error.findings:
                    self.note(finding)
                continue
            answers |= {id(ask): each for ask, each in zip(some, found, strict=True)}
        if progress:
            progress("scoring", len(together), len(together))
        for ask in asked:
            if id(ask) in answers:
                self.keep(ask, answers[id(ask)])
        for planned in self.plan.indicators.values():
            if planned.statistics.outside:
                self.full_days(planned.indicator)

    def keep(self, ask: Ask, reduced: Reduced) -> None:
        for finding in reduced.findings:
            self.note(finding)
        if reduced.unattributed:
            values = {"rows": reduced.unattributed}
            self.note(Finding("CPN-E55", ask.table, values, "note"))
        self.reduced.append((ask, reduced))
        if ask.planned is not None:
            self.row_checks(ask, reduced)

    def note(self, finding: Finding) -> None:
        """Keep a finding once, however many indicators read the table."""
        if finding not in self.findings:
            self.findings.append(finding)

    def row_checks(self, ask: Ask, reduced: Reduced) -> None:
        """Turn counts of rows that break a check into findings."""
        planned = ask.planned
        if planned is None:
            return
        names = dict(zip(ask.names, range(len(ask.names)), strict=True))
        for check, name in planned.statistics.checks:
            broken = reduced.total(names[name])
            if broken:
                where = f"{ask.table} (indicators['{planned.indicator.id}'])"
                values = {
                    "rows": broken,
                    "of": reduced.rows,
                    "table": ask.table,
                    "indicator": planned.indicator.id,
                    **check.values,
                }
                self.findings.append(Finding(check.code, where, values))

    def full_days(self, indicator: Indicator) -> None:
        """Note the days of a full period, against which days in post are held."""
        rule, calendar = indicator.exposure, self.plan.calendar
        if rule is None or rule.table not in self.tables:
            return
        if rule.full != "working_days":
            self.constants[f"{indicator.id}.full"] = rule.full
        elif calendar is None:
            where = f"indicators['{indicator.id}'].exposure.full"
            self.findings.append(Finding("CPN-E52", where))
        else:
            first, last = _days(self.moment)
            self.constants[f"{indicator.id}.full"] = calendar.working_days(first, last)

    def gathered(self) -> Gathered | LazyGathered:
        origins = [self.tables[name].origin for name in tables_of(self.plan.policy)]
        if "spark" in origins:
            return self.lazily()
        whole = any(origin != "records" for origin in origins)
        subjects = self.subjects()
        if not subjects:
            raise self.nobody()
        inputs = _align(self.reduced, subjects, whole=whole)
        add_exposure(inputs, self.constants, len(subjects), whole=whole)
        return Gathered(
            subjects=subjects,
            inputs=inputs,
            labels=self.labels,
            units=self.units,
            facts=self.facts,
            whole=whole,
            origin=next((each for each in origins if each != "records"), "records"),
            findings=tuple(self.findings),
        )

    def nobody(self) -> EvidenceError:
        first, last = (each.isoformat() for each in _days(self.moment))
        values = {"first": first, "last": last}
        return EvidenceError("There is nothing to score.", [Finding("CPN-E56", "", values)])

    def lazily(self) -> LazyGathered:
        """Return the plan that joins everything in Spark; whether there is anyone is known."""
        roster = self.plan.policy.subjects
        counts = [reduced.rows for ask, reduced in self.reduced if ask.planned]
        if not (self.listed.rows if self.listed else any(counts)):
            raise self.nobody()
        parts = [Part(ask.names, each, ask.planned is not None) for ask, each in self.reduced]
        return LazyGathered(
            joined=join_by_subject(parts, self.listed),
            constants=self.constants,
            noted=tuple(self.findings),
            roster=roster.table if roster else "",
        )

    def subjects(self) -> Sequence[str]:
        """Return who is scored: those on the roster, or all that are in the evidence."""
        passes = {id(each.subjects): each.subjects for ask, each in self.reduced if ask.planned}
        if self.on_roster is None and len(passes) == 1:
            return next(iter(passes.values()))
        seen = {subject for each in passes.values() for subject in each}
        if self.on_roster is None:
            return tuple(sorted(seen))
        roster = self.plan.policy.subjects
        strangers = len(seen - set(self.on_roster))
        self.findings += _strangers(strangers, roster.table if roster else "")
        return self.on_roster


def _strangers(count: int, table: str) -> list[Finding]:
    """Return the note about subjects that have evidence and are not on the roster."""
    values = {"count": count, "table": table}
    return [Finding("CPN-E53", "", values, "note")] if count else []


def _days(moment: Moment) -> tuple[date, date]:
    """Return the first and the last day of the period."""
    return moment.start.date(), date.fromordinal(moment.end.toordinal() - 1)


def _align(
    reduced: Sequence[tuple[Ask, Reduced]], subjects: Sequence[str], *, whole: bool
) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    for ask, each in reduced:
        for index, name in enumerate(ask.names):
            absent = 0 if each.zero_where_absent(index) else None
            inputs[name] = each.aligned(index, subjects, absent=absent, whole=whole)
    return inputs


def add_exposure(
    inputs: dict[str, Any], constants: Mapping[str, int], count: int, *, whole: bool
) -> None:
    """Add, for each indicator with exposure, the days in post less leave and the full days."""
    for name, full in constants.items():
        indicator = name.removesuffix(".full")
        days = inputs.pop(f"{indicator}.days")
        leave = inputs.pop(f"{indicator}.leave", None)
        if whole:
            values, known = days
            inputs[f"{indicator}.exposure"] = (values - (leave[0] if leave else 0), known)
            inputs[name] = (values * 0 + full, known | True)
        else:
            off = leave or [0] * count
            inputs[f"{indicator}.exposure"] = [
                None if on is None or away is None else on - away
                for on, away in zip(days, off, strict=True)
            ]
            inputs[name] = [full] * count
