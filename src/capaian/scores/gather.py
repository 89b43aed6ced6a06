"""From evidence to integers: every indicator's statistics, one row per subject, one order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from attrs import evolve

from capaian.columns import (
    Reduced,
    Roster,
    RosterReading,
    Table,
    open_table,
    read_roster,
    reduce_all,
    reduce_table,
)
from capaian.errors import CapaianError, EvidenceError, Finding, did_you_mean
from capaian.formula import Moment
from capaian.plugin import RowCheck
from capaian.scores.align import add_exposure, align, columns_of, ends_of, with_rows
from capaian.scores.ask import Ask
from capaian.scores.gathered import Gathered, Span
from capaian.scores.given import prove_named
from capaian.scores.held import Held
from capaian.scores.joining import LazyGathered, anybody, joined, strangers
from capaian.scores.plan import Plan
from capaian.scores.planned import Planned, Window
from capaian.scores.requests import asks_of, later_tables, roster_reading, tables_of
from capaian.scores.settle import settle
from capaian.scores.windows import windows_of

Progress: TypeAlias = Callable[[str, int, int], None]


def gather(
    plan: Plan,
    evidence: Mapping[str, Any],
    moment: Moment,
    zone: str,
    progress: Progress | None = None,
    held: Held | None = None,
    engine: str = "polars",
) -> Gathered | LazyGathered:
    """Read all the evidence that the policy needs; each table once, for all indicators together.

    Raises
    ------
    EvidenceError
        Everything that is wrong with it, at once.
    """
    spans = [Span(plan, moment)]
    return gather_all(spans, evidence, zone, progress, held, engine)[0]


def gather_all(
    spans: Sequence[Span],
    evidence: Mapping[str, Any],
    zone: str,
    progress: Progress | None = None,
    held: Held | None = None,
    engine: str = "polars",
    *,
    ordered: bool = True,
) -> list[Gathered | LazyGathered]:
    """Read all the evidence that several periods need; each table once, for all of them together.

    Parameters
    ----------
    spans
        The periods, at least one. Their policies may be different editions.
    evidence
        Tables by name.
    zone
        The office's zone; each policy's own where empty.
    progress
        Called with `(stage, done, total)`.
    held
        Who is scored in place of the evidence's own subjects; those where left out.
    engine
        What reads files.
    ordered
        Whether subjects must come in order of their text.

    Raises
    ------
    EvidenceError
        Everything that is wrong with it, at once.
    """
    prove_named(evidence)
    opened: dict[str, Table | CapaianError] = {}
    rosters: dict[tuple[str, RosterReading], Roster] = {}
    gatherers = [_Gatherer(each, held, several=len(spans) > 1) for each in spans]
    asked: list[tuple[_Gatherer, Ask]] = []
    seen: set[tuple[str, str]] = set()
    for each in gatherers:
        each.open(evidence, opened, engine)
        each.roster(rosters)
        for ask in each.asks(zone, ordered=ordered):
            if ask.judge is not None and each.tables[ask.table].origin == "spark":
                each.note(Finding("CPN-E44", ask.table))
                continue
            if each.tables[ask.table].origin == "spark" and (own := ask.functions):
                values = {"indicator": own[0], "functions": ", ".join(own[1:])}
                each.note(Finding("CPN-E59", ask.table, values))
                continue
            key = (ask.table, ask.request.subject)
            if ask.names or key not in seen:  # what is only proved need be proved once
                asked.append((each, ask))
                seen |= set() if ask.names else {key}
    _reduce(gatherers, asked, progress)
    for each in gatherers:
        each.finish()
    noted = (finding for each in gatherers for finding in each.findings)
    faults: list[Finding] = []
    for finding in noted:
        if finding.severity == "error" and finding not in faults:
            faults.append(finding)
    if faults:
        raise EvidenceError(
            f"{_problems(len(faults))} in the evidence; nothing was scored.", faults
        )
    empty = [each.nothing() for each in gatherers if not each.anybody()]
    if empty:
        raise EvidenceError("There is nothing to score.", empty)
    return [each.gathered() for each in gatherers]


def _reduce(
    gatherers: Sequence[_Gatherer],
    asked: Sequence[tuple[_Gatherer, Ask]],
    progress: Progress | None,
) -> None:
    """Read every table once for what is asked of it; keep the answers in order of asking."""
    together: dict[tuple[str, bool], list[tuple[_Gatherer, Ask]]] = {}
    for gatherer, ask in asked:
        together.setdefault((ask.table, ask.planned is None), []).append((gatherer, ask))
    answers: dict[int, Reduced] = {}
    for done, ((table, _), some) in enumerate(together.items()):
        if progress:
            progress(table, done, len(together))
        try:
            found = reduce_all(some[0][0].tables[table], [ask.request for _, ask in some])
        except CapaianError as error:
            for finding in error.findings:
                gatherers[0].note(finding)
            continue
        answers |= {id(ask): each for (_, ask), each in zip(some, found, strict=True)}
    if progress:
        progress("scoring", len(together), len(together))
    for gatherer, ask in asked:
        if id(ask) in answers:
            gatherer.keep(ask, answers[id(ask)])


def _problems(count: int) -> str:
    return "1 problem" if count == 1 else f"{count} problems"


class _Gatherer:
    """What is gathered for one period."""

    def __init__(self, span: Span, held: Held | None, *, several: bool) -> None:
        self.plan = span.plan
        self.moment = span.moment
        self.held = held
        self.days = held.days if held else None
        self.several = several
        self.tables: dict[str, Table] = {}
        self.findings: list[Finding] = []
        self.listed: Roster | None = None
        self.on_roster: Sequence[str] | None = None
        self.labels: dict[str, str] = {}
        self.units: dict[str, str] = {}
        self.facts: dict[str, dict[str, bool | None]] = {}
        self.reduced: list[tuple[Ask, Reduced]] = []
        self.broken: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.rules: dict[tuple[str, str, str], tuple[str, str, str, RowCheck]] = {}
        self.constants: dict[str, int] = {}
        self.subjects: Sequence[str] = ()

    def open(
        self, evidence: Mapping[str, Any], opened: dict[str, Table | CapaianError], engine: str
    ) -> None:
        wanted = tables_of(self.plan.policy, exposure=self.days is None)
        for name in wanted:
            if name not in evidence:
                hint = did_you_mean(name, evidence)
                given = ", ".join(sorted(evidence)) or "none"
                self.findings.append(
                    Finding("CPN-E50", name, {"table": name, "given": given, "hint": hint})
                )
                continue
            if name not in opened:
                try:
                    opened[name] = open_table(evidence[name], name, engine)
                except CapaianError as error:
                    opened[name] = error
            table = opened[name]
            if isinstance(table, CapaianError):
                self.findings += table.findings
            elif self.held is not None and table.origin == "spark":
                self.findings.append(Finding("CPN-A44", name))
            else:
                self.tables[name] = table
        for name in sorted(set(evidence) - set(wanted) - set(later_tables(self.plan.policy))):
            self.findings.append(Finding("CPN-E51", name, {"table": name}, "note"))

    def roster(self, rosters: dict[tuple[str, RosterReading], Roster]) -> None:
        roster = self.plan.policy.subjects
        if roster is None or roster.table not in self.tables:
            return
        key = (roster.table, roster_reading(roster))
        if key not in rosters:
            rosters[key] = read_roster(self.tables[roster.table], key[1])
        read = rosters[key]
        self.findings += read.findings
        self.listed = read
        if read.lazy is not None:
            return
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

    def asks(self, zone: str, *, ordered: bool) -> list[Ask]:
        asked = asks_of(
            self.plan,
            self.tables,
            self.moment,
            zone or self.plan.policy.zone,
            self.held.attribution if self.held else None,
            counted=self.several,
            exposure=self.days is None,
        )
        if ordered:
            return asked
        return [evolve(each, request=evolve(each.request, ordered=False)) for each in asked]

    def keep(self, ask: Ask, reduced: Reduced) -> None:
        for finding in reduced.findings:
            self.note(finding)
        if reduced.findings:
            return
        if ask.judge is not None:
            found = ask.judge(reduced)
            if found and ask.request.attribution is not None:
                found = ask.judge(self.alone(ask)) or found
            for finding in found:
                self.note(finding)
        if reduced.unattributed and ask.names:
            values = {"rows": reduced.unattributed}
            self.note(Finding("CPN-E55", ask.table, values, "note"))
        self.reduced.append((ask, reduced))
        self.row_checks(ask, reduced)

    def note(self, finding: Finding) -> None:
        """Keep a finding once, however many indicators read the table."""
        if finding not in self.findings:
            self.findings.append(finding)

    def alone(self, ask: Ask) -> Reduced:
        """Return the answer without attribution, in which no row counts for several keys."""
        return reduce_table(self.tables[ask.table], evolve(ask.request, attribution=None))

    def row_checks(self, ask: Ask, reduced: Reduced) -> None:
        """Turn counts of rows that break a check into findings."""
        planned = ask.planned
        if planned is None or ask.statistics is None:
            return
        names = dict(zip(ask.names, range(len(ask.names)), strict=True))
        apart = planned.indicator.accumulate.how in {"periodic", "last"}
        for check, name in ask.statistics.checks:
            broken = reduced.total(names[name])
            if broken and ask.request.attribution is not None:
                broken = self.alone(ask).total(names[name])
            where = f"{ask.table} (indicators['{planned.indicator.id}'])"
            key = (check.code, planned.indicator.id, str(check.values))
            before, rows = self.broken.get(key, (0, 0))
            # Sub-periods have no row in common; what is accumulated has.
            broken = before + broken if apart else max(before, broken)
            rows = rows + reduced.rows if apart else max(rows, reduced.rows)
            self.broken[key] = (broken, rows)
            self.rules[key] = (where, ask.table, planned.indicator.id, check)

    def finish(self) -> None:
        """Say what is wrong with rows, and settle who is scored."""
        for key, (broken, rows) in self.broken.items():
            if not broken:
                continue
            where, table, indicator, check = self.rules[key]
            values = {"rows": broken, "of": rows, "table": table, "indicator": indicator}
            self.findings.append(Finding(check.code, where, {**values, **check.values}))
        for planned in self.plan.indicators.values():
            if planned.statistics.outside or planned.windows:
                self.full_days(planned)
        self.subjects = () if self.spark else self.who()

    def full_days(self, planned: Planned) -> None:
        """Note the days of a full period, against which days in post are held."""
        rule, calendar = planned.indicator.exposure, self.plan.calendar
        if rule is None or (self.days is None and rule.table not in self.tables):
            return
        for window in windows_of(planned, self.moment):
            if not (window.begun and window.statistics.outside):
                continue
            if rule.full != "working_days":
                self.constants[f"{window.prefix}.full"] = rule.full
            elif calendar is None:
                where = f"indicators['{planned.indicator.id}'].exposure.full"
                self.note(Finding("CPN-E52", where))
            else:
                first, last = _days(window)
                self.constants[f"{window.prefix}.full"] = calendar.working_days(first, last)

    @property
    def spark(self) -> bool:
        """Whether any of the evidence is in Spark, where the integers then stay."""
        return any(table.origin == "spark" for table in self.tables.values())

    def anybody(self) -> bool:
        """Return whether there is anybody to score."""
        return anybody(self.reduced, self.listed) if self.spark else bool(self.subjects)

    def nothing(self) -> Finding:
        """Return the finding that there is nobody to score."""
        first, last = (each.isoformat() for each in _days(self.moment))
        return Finding("CPN-E56", "", {"first": first, "last": last})

    def gathered(self) -> Gathered | LazyGathered:
        if self.spark:
            roster = self.plan.policy.subjects
            return LazyGathered(
                joined=joined(self.reduced, self.listed, several=self.several),
                constants=self.constants,
                noted=tuple(self.findings),
                roster=roster.table if roster else "",
            )
        whole = any(table.origin != "records" for table in self.tables.values())
        subjects = self.subjects
        inputs = align(self.reduced, subjects, whole=whole)
        several = [planned for planned in self.plan.indicators.values() if planned.windows]
        if whole and (several or self.constants):
            inputs = {name: (values[:], known) for name, (values, known) in inputs.items()}
        if self.days is not None:
            inputs |= columns_of(self.days, whole=whole)
        add_exposure(inputs, self.constants, len(subjects), whole=whole)
        for planned in several:
            settle(planned, inputs, len(subjects), whole=whole)
        origins = [self.tables[name].origin for name in self.tables]
        return Gathered(
            subjects=subjects,
            inputs=inputs,
            labels=self.labels,
            units=self.units,
            facts=self.facts,
            whole=whole,
            origin=next((each for each in origins if each != "records"), "records"),
            findings=tuple(self.findings),
            lent=ends_of(self.reduced, inputs),
        )

    def who(self) -> Sequence[str]:
        """Return who is scored: the keys, those on the roster, or all that are in the evidence."""
        if self.held is not None:
            return self.held.keys
        # Whoever has rows in another period alone is not in this one.
        found = [
            with_rows(ask, each) if self.several else each.subjects
            for ask, each in self.reduced
            if ask.planned
        ]
        passes = {id(each): each for each in found}
        if self.on_roster is None and len(passes) == 1:
            return next(iter(passes.values()))
        seen = {subject for each in passes.values() for subject in each}
        if self.on_roster is None:
            return tuple(sorted(seen))
        roster = self.plan.policy.subjects
        strange = len(seen - set(self.on_roster))
        self.findings += strangers(strange, roster.table if roster else "")
        return self.on_roster


def _days(moment: Moment | Window) -> tuple[date, date]:
    """Return the first and the last day of the period."""
    return moment.start.date(), date.fromordinal(moment.end.toordinal() - 1)
