"""From evidence to integers: every indicator's statistics, one row per subject, one order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from attrs import evolve, frozen

from capaian.columns import (
    Origin,
    Reduced,
    Table,
    open_table,
    read_roster,
    reduce_all,
    reduce_table,
)
from capaian.errors import CapaianError, EvidenceError, Finding, did_you_mean
from capaian.formula import Moment
from capaian.indicator import Indicator
from capaian.scores.held import Held
from capaian.scores.plan import Plan
from capaian.scores.requests import Ask, asks_of, roster_reading, tables_of, unit_tables

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


def gather(
    plan: Plan,
    evidence: Mapping[str, Any],
    moment: Moment,
    zone: str,
    progress: Progress | None = None,
    engine: str = "polars",
    held: Held | None = None,
) -> Gathered:
    """Read all the evidence that the policy needs; each table once, for all indicators together.

    Parameters
    ----------
    plan, evidence
        The policy made ready, and the tables by name.
    moment, zone
        Cut-off and period; the office's zone.
    progress
        Called with `(stage, done, total)`.
    held
        Who is scored in place of the evidence's own subjects; those where left out.

    Raises
    ------
    EvidenceError
        Everything that is wrong with it, at once.
    """
    gatherer = _Gatherer(plan, moment, held)
    gatherer.open(evidence, engine)
    gatherer.roster()
    asked = asks_of(plan, gatherer.tables, moment, zone, held.attribution if held else None)
    if gatherer.days is not None:
        asked = [each for each in asked if each.planned is not None]
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
    def __init__(self, plan: Plan, moment: Moment, held: Held | None = None) -> None:
        self.plan = plan
        self.moment = moment
        self.held = held
        self.days = held.days if held else None
        self.tables: dict[str, Table] = {}
        self.findings: list[Finding] = []
        self.on_roster: Sequence[str] | None = None
        self.labels: dict[str, str] = {}
        self.units: dict[str, str] = {}
        self.facts: dict[str, dict[str, bool | None]] = {}
        self.reduced: list[tuple[Ask, Reduced]] = []
        self.constants: dict[str, int] = {}

    def open(self, evidence: Mapping[str, Any], engine: str) -> None:
        wanted = tables_of(self.plan.policy, exposure=self.days is None)
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
        for name in sorted(set(evidence) - set(wanted) - set(unit_tables(self.plan.policy))):
            self.findings.append(Finding("CPN-E51", name, {"table": name}, "note"))

    def roster(self) -> None:
        roster = self.plan.policy.subjects
        if roster is None or roster.table not in self.tables:
            return
        read = read_roster(self.tables[roster.table], roster_reading(roster))
        self.findings += read.findings
        self.on_roster = tuple(read.subjects)
        for name, values in read.columns.items():
            known = dict(zip(read.subjects, values, strict=True))
            if self.held is not None:
                pairs = zip(self.held.keys, self.held.owners, strict=False)
                known = {key: known.get(owner) for key, owner in pairs}
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
            if broken and ask.request.attribution is not None:
                # Here a row may have counted for several keys: the rows themselves are counted.
                alone = evolve(ask.request, attribution=None)
                broken = reduce_table(self.tables[ask.table], alone).total(names[name])
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
        if rule is None or (self.days is None and rule.table not in self.tables):
            return
        if rule.full != "working_days":
            self.constants[f"{indicator.id}.full"] = rule.full
        elif calendar is None:
            where = f"indicators['{indicator.id}'].exposure.full"
            self.findings.append(Finding("CPN-E52", where))
        else:
            first, last = _days(self.moment)
            self.constants[f"{indicator.id}.full"] = calendar.working_days(first, last)

    def gathered(self) -> Gathered:
        whole = any(table.origin != "records" for table in self.tables.values())
        subjects = self.subjects()
        if not subjects:
            first, last = (each.isoformat() for each in _days(self.moment))
            values = {"first": first, "last": last}
            raise EvidenceError("There is nothing to score.", [Finding("CPN-E56", "", values)])
        inputs = _align(self.reduced, subjects, whole=whole)
        if self.days is not None:
            inputs |= _in_post(self.constants, self.days, whole=whole)
        _add_exposure(inputs, self.constants, len(subjects), whole=whole)
        origins = [each.origin for each in self.tables.values()]
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

    def subjects(self) -> Sequence[str]:
        """Return who is scored: those on the roster, or all that are in the evidence."""
        if self.held is not None:
            return self.held.keys
        passes = {id(each.subjects): each.subjects for ask, each in self.reduced if ask.planned}
        if self.on_roster is None and len(passes) == 1:
            return next(iter(passes.values()))
        seen = {subject for each in passes.values() for subject in each}
        if self.on_roster is None:
            return tuple(sorted(seen))
        strangers = len(seen - set(self.on_roster))
        if strangers:
            values = {"count": strangers, "table": self.plan.policy.subjects.table}  # type: ignore[union-attr]
            self.findings.append(Finding("CPN-E53", "", values, "note"))
        return self.on_roster


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


def _in_post(constants: Mapping[str, int], days: Sequence[int], *, whole: bool) -> dict[str, Any]:
    """Return the days in post of each key, for every indicator with exposure."""
    names = [f"{each.removesuffix('.full')}.days" for each in constants]
    if not whole:
        return {name: list(days) for name in names}
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    column = np.asarray(days, dtype=np.int64)
    return {name: (column, np.ones(len(column), dtype=np.bool_)) for name in names}


def _add_exposure(
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
