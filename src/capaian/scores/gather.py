"""From evidence to integers: every indicator's statistics, one row per subject, one order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from attrs import frozen

from capaian.columns import (
    Filter,
    Origin,
    PauseReading,
    Reading,
    Reduced,
    Request,
    RosterReading,
    Table,
    open_table,
    read_roster,
    reduce_table,
)
from capaian.errors import CapaianError, EvidenceError, Finding, did_you_mean
from capaian.formula import Moment, agg, col
from capaian.indicator import Condition, Exposure, Indicator
from capaian.plugin import ColumnNeed
from capaian.scores.plan import Plan, Planned

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

    subjects: tuple[str, ...]
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
) -> Gathered:
    """Read all the evidence that the policy needs.

    Raises
    ------
    EvidenceError
        Everything that is wrong with it, at once.
    """
    gatherer = _Gatherer(plan, moment, zone)
    gatherer.open(evidence)
    gatherer.roster()
    total = len(plan.indicators)
    for done, planned in enumerate(plan.indicators.values()):
        if progress:
            progress(planned.indicator.id, done, total)
        gatherer.reduce(planned)
    if progress:
        progress("scoring", total, total)
    faults = [each for each in gatherer.findings if each.severity == "error"]
    if faults:
        raise EvidenceError(
            f"{_problems(len(faults))} in the evidence; nothing was scored.", faults
        )
    return gatherer.gathered()


def _problems(count: int) -> str:
    return "1 problem" if count == 1 else f"{count} problems"


class _Gatherer:
    def __init__(self, plan: Plan, moment: Moment, zone: str) -> None:
        self.plan = plan
        self.moment = moment
        self.zone = zone
        self.tables: dict[str, Table] = {}
        self.findings: list[Finding] = []
        self.on_roster: tuple[str, ...] | None = None
        self.labels: dict[str, str] = {}
        self.units: dict[str, str] = {}
        self.facts: dict[str, dict[str, bool | None]] = {}
        self.reduced: list[tuple[tuple[str, ...], Reduced]] = []
        self.constants: dict[str, int] = {}

    def open(self, evidence: Mapping[str, Any]) -> None:
        for name in self.wanted():
            if name not in evidence:
                hint = did_you_mean(name, evidence)
                given = ", ".join(sorted(evidence)) or "none"
                self.findings.append(
                    Finding("CPN-E50", name, {"table": name, "given": given, "hint": hint})
                )
                continue
            try:
                self.tables[name] = open_table(evidence[name], name)
            except CapaianError as error:
                self.findings += error.findings
        for name in sorted(set(evidence) - set(self.wanted())):
            self.findings.append(Finding("CPN-E51", name, {"table": name}, "note"))

    def wanted(self) -> list[str]:
        """Return the tables that the policy reads, in order of first use."""
        names: dict[str, None] = {}
        policy = self.plan.policy
        if policy.subjects:
            names[policy.subjects.table] = None
        for each in policy.indicators:
            names[each.table] = None
            if each.exposure:
                names[each.exposure.table] = None
            if each.pauses:
                names[each.pauses.table] = None
        return list(names)

    def roster(self) -> None:
        roster = self.plan.policy.subjects
        if roster is None or roster.table not in self.tables:
            return
        table = self.tables[roster.table]
        texts = [
            Reading(role, column, "text", nullable=True)
            for role, column in (("label", roster.label), ("unit", roster.unit))
            if column
        ]
        texts += [
            Reading(f"fact:{name}", column, "boolean", nullable=True)
            for name, column in sorted(roster.facts.items())
        ]
        read = read_roster(
            table, RosterReading(roster.subject, tuple(texts), _filters(roster.where))
        )
        self.findings += read.findings
        self.on_roster = tuple(read.subjects)
        for name, values in read.columns.items():
            known = dict(zip(read.subjects, values, strict=True))
            if name.startswith("fact:"):
                self.facts[name[5:]] = known
            else:
                target = self.labels if name == "label" else self.units
                target.update({subject: text for subject, text in known.items() if text})

    def reduce(self, planned: Planned) -> None:
        indicator = planned.indicator
        if indicator.table not in self.tables:
            return
        pauses = None
        if indicator.pauses:
            if indicator.pauses.table not in self.tables:
                return
            rule = indicator.pauses
            pauses = PauseReading(
                table=self.tables[rule.table],
                case=rule.case,
                start=Reading("start", rule.start.column, "stamp", format=rule.start.format),
                stop=Reading(
                    "stop", rule.stop.column, "stamp", nullable=True, format=rule.stop.format
                ),
                key=rule.key or rule.case,
            )
        request = Request(
            subject=indicator.subject,
            readings=tuple(_reading(need, ref) for need, ref in planned.columns),
            filters=_filters(indicator.where),
            statistics=planned.statistics.trees,
            moment=self.moment,
            calendar=self.plan.calendar.dense() if self.plan.calendar else None,
            dated=planned.measure.dated,
            zone=self.zone,
            pauses=pauses,
        )
        reduced = self.keep(indicator.table, planned.statistics.names, request)
        if reduced is not None:
            self.row_checks(planned, reduced)
        if planned.statistics.outside:
            self.exposure(indicator)

    def keep(self, table: str, names: tuple[str, ...], request: Request) -> Reduced | None:
        try:
            reduced = reduce_table(self.tables[table], request)
        except CapaianError as error:
            self.findings += error.findings
            return None
        for finding in reduced.findings:
            self.note(finding)
        if reduced.unattributed:
            values = {"rows": reduced.unattributed}
            self.note(Finding("CPN-E55", table, values, "note"))
        self.reduced.append((names, reduced))
        return reduced

    def note(self, finding: Finding) -> None:
        """Keep a finding once, however many indicators read the table."""
        if finding not in self.findings:
            self.findings.append(finding)

    def row_checks(self, planned: Planned, reduced: Reduced) -> None:
        """Turn counts of rows that break a check into findings."""
        names = dict(
            zip(planned.statistics.names, range(len(planned.statistics.names)), strict=True)
        )
        for check, name in planned.statistics.checks:
            broken = reduced.total(names[name])
            if broken:
                where = f"{planned.indicator.table} (indicators['{planned.indicator.id}'])"
                values = {
                    "rows": broken,
                    "of": reduced.rows,
                    "table": planned.indicator.table,
                    "indicator": planned.indicator.id,
                    **check.values,
                }
                self.findings.append(Finding(check.code, where, values))

    def exposure(self, indicator: Indicator) -> None:
        rule = indicator.exposure
        if rule is None or rule.table not in self.tables:
            return
        readings = [Reading("days", rule.days, "integer")]
        days = agg.sum(col("days"))
        trees = [days]
        if rule.leave:
            readings.append(Reading("leave", rule.leave, "integer"))
            trees.append(agg.sum(col("leave")))
        request = Request(
            subject=rule.subject or self.plan.policy.indicators[0].subject,
            readings=tuple(readings),
            filters=(),
            statistics=tuple(trees),
            moment=self.moment,
            calendar=None,
        )
        names = (f"{indicator.id}.days", f"{indicator.id}.leave")[: len(trees)]
        self.keep(rule.table, names, request)
        self.constants[f"{indicator.id}.full"] = self.full_days(indicator, rule)

    def full_days(self, indicator: Indicator, rule: Exposure) -> int:
        if rule.full != "working_days":
            return rule.full
        calendar = self.plan.calendar
        if calendar is None:
            where = f"indicators['{indicator.id}'].exposure.full"
            self.findings.append(Finding("CPN-E52", where))
            return 1
        first, last = self.moment.start.date(), date.fromordinal(self.moment.end.toordinal() - 1)
        return calendar.working_days(first, last)

    def gathered(self) -> Gathered:
        whole = any(table.origin != "records" for table in self.tables.values())
        subjects = self.subjects()
        if not subjects:
            first, last = (
                self.moment.start.date(),
                date.fromordinal(self.moment.end.toordinal() - 1),
            )
            values = {"first": first.isoformat(), "last": last.isoformat()}
            raise EvidenceError("There is nothing to score.", [Finding("CPN-E56", "", values)])
        inputs = _align(self.reduced, subjects, whole=whole)
        _add_exposure(inputs, self.constants, len(subjects), whole=whole)
        origins = [self.tables[name].origin for name in self.wanted()]
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

    def subjects(self) -> tuple[str, ...]:
        seen: set[str] = set()
        for names, reduced in self.reduced:
            if not names[0].endswith(".days"):  # days in post are not evidence
                seen.update(reduced.subjects)
        if self.on_roster is None:
            return tuple(sorted(seen))
        strangers = len(seen - set(self.on_roster))
        if strangers:
            values = {"count": strangers, "table": self.plan.policy.subjects.table}  # type: ignore[union-attr]
            self.findings.append(Finding("CPN-E53", "", values, "note"))
        return self.on_roster


def _reading(need: ColumnNeed, ref: Any) -> Reading:
    return Reading(
        role=need.role, column=ref.column, kind=need.kind, nullable=need.nullable,
        labels=need.labels, format=ref.format, digits=ref.digits,
    )  # fmt: skip


def _filters(conditions: Sequence[Condition]) -> tuple[Filter, ...]:
    return tuple(
        Filter(each.column, each.one_of, each.none_of, each.present) for each in conditions
    )


def _align(
    reduced: Sequence[tuple[tuple[str, ...], Reduced]], subjects: tuple[str, ...], *, whole: bool
) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    for names, each in reduced:
        for index, name in enumerate(names):
            tree_is_count = each.zero_where_absent(index)
            inputs[name] = each.aligned(
                index, subjects, absent=0 if tree_is_count else None, whole=whole
            )
    return inputs


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
