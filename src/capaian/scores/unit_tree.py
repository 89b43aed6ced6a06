"""Units and who stands in them: read from tables and proved, any number of roots and levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import evolve, frozen

from capaian.columns import Reading, Table, read_listing
from capaian.errors import Finding
from capaian.period import Period
from capaian.policy import Membership, Policy, Units
from capaian.scores.requests import filters_of
from capaian.scores.stretches import EVER, NEVER, Clock, Days, coded, days_of, every_day, merged


@frozen(eq=False)
class UnitTree:
    """The units, in ascending order of their names.

    Attributes
    ----------
    units
        Their names.
    labels
        What people read, by unit.
    parent
        The position of the unit above each; -1 at the top.
    level
        1 at the top, 2 below it.
    """

    units: Sequence[str]
    labels: Mapping[str, str]
    parent: Days
    level: Days

    def upwards(self, units: Days) -> tuple[Days, Days]:
        """Return pairs: the place of each of these units, and it or a unit above it."""
        places, above = [np.arange(len(units))], [units]
        while len(above[-1]):
            higher = self.parent[above[-1]]
            some = higher >= 0
            places.append(places[-1][some])
            above.append(higher[some])
        return np.concatenate(places), np.concatenate(above)


@frozen(eq=False)
class Members:
    """Which subject stands in which unit, one entry for each stretch of days in the period.

    Attributes
    ----------
    subjects
        Who stands in any, in ascending order.
    code, unit
        The positions of the subject and of the unit.
    first, stop
        The days; the stop is the day after the last.
    given
        The weight from the table, as an integer; 1 where there is none.
    homeless
        How many on the roster stand in no unit.
    """

    subjects: Sequence[str]
    code: Days
    unit: Days
    first: Days
    stop: Days
    given: Days
    weighted: bool = False
    homeless: int = 0

    def everywhere(self, tree: UnitTree) -> Members:
        """Return the same, each an entry of all units above its own too."""
        places, units = tree.upwards(self.unit)
        return evolve(
            self,
            code=self.code[places],
            unit=units,
            first=self.first[places],
            stop=self.stop[places],
            given=self.given[places],
        )

    def apart(self) -> Members:
        """Return the same without overlap: one entry for each day of a subject in a unit."""
        size = max(len(self.subjects), 1)
        pair, first, stop = merged(self.unit * size + self.code, self.first, self.stop)
        given = np.ones(len(pair), dtype=np.int64)
        return evolve(
            self, code=pair % size, unit=pair // size, first=first, stop=stop, given=given
        )

    def weights(self, clock: Clock | None) -> tuple[Days, Days, Days]:
        """Return unit, subject and weight of each member once, in order of unit and subject.

        Parameters
        ----------
        clock
            Counts the days that weigh; `None` where each entry weighs one.
        """
        if not self.weighted:
            apart = self.apart()
            new = np.ones(len(apart.code), dtype=np.bool_)
            new[1:] = (np.diff(apart.unit) != 0) | (np.diff(apart.code) != 0)
            weight = new.astype(np.int64)
            if clock is not None:
                weight = clock.count(apart.first, apart.stop)
            return _summed(apart, weight)
        base = np.ones_like(self.code) if clock is None else clock.count(self.first, self.stop)
        return _summed(self, base * self.given)


def _summed(members: Members, weight: Days) -> tuple[Days, Days, Days]:
    """Return the sum of the weights of each unit and subject."""
    order = np.lexsort((members.code, members.unit))
    unit, code, weight = members.unit[order], members.code[order], weight[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(unit) != 0) | (np.diff(code) != 0)
    if not len(order):
        return unit, code, weight
    return unit[new], code[new], np.add.reduceat(weight, np.flatnonzero(new))


def read_tree(units: Units, table: Table) -> tuple[UnitTree | None, list[Finding]]:
    """Return the units, or everything that is wrong with their table.

    Parameters
    ----------
    units
        Its columns.
    table
        The table, open.
    """
    readings = [Reading("unit", units.unit, "text")]
    if units.parent:
        readings.append(Reading("parent", units.parent, "text", nullable=True))
    if units.label:
        readings.append(Reading("label", units.label, "text", nullable=True))
    filters = filters_of(units.where)
    listing = read_listing(table, readings, names=("unit", "parent"), filters=filters)
    if listing.findings:
        return None, list(listing.findings)
    names = [each or "" for each in listing.texts["unit"]]
    above = listing.texts.get("parent", [None] * len(names))
    where = f"{units.table}.{units.parent or units.unit}"
    findings: list[Finding] = []
    parents: dict[str, set[str | None]] = {}
    for name, parent in zip(names, above, strict=True):
        parents.setdefault(name, set()).add(parent)
    several = sum(len(each) > 1 for each in parents.values())
    twice = len(names) - len(parents) - sum(len(each) - 1 for each in parents.values())
    strange = sum(each is not None and each not in parents for each in above)
    for code, count in (("CPN-A34", several), ("CPN-A35", twice), ("CPN-A36", strange)):
        if count:
            values = {"count": count, "rows": listing.rows, "table": units.table}
            findings.append(Finding(code, where, values))
    if findings:
        return None, findings
    listed = sorted(parents)
    place = {name: index for index, name in enumerate(listed)}
    only = [next(iter(parents[name])) for name in listed]
    higher = np.array([-1 if each is None else place[each] for each in only], dtype=np.int64)
    level = _levels(higher)
    if round_ := int((level == 0).sum()):
        return None, [Finding("CPN-A37", where, {"count": round_, "table": units.table})]
    labels = listing.texts.get("label", [])
    said = {name: label for name, label in zip(names, labels, strict=False) if label}
    return UnitTree(listed, said, higher, level), []


def _levels(parent: Days) -> Days:
    """Return how deep each unit lies, 0 where it lies in a circle or below one."""
    level = (parent < 0).astype(np.int64)
    while True:
        above = np.where(parent >= 0, level[np.maximum(parent, 0)], 0)
        new = (level == 0) & (above > 0)
        if not new.any():
            return level
        level[new] = above[new] + 1


def read_members(
    policy: Policy, tree: UnitTree, table: Table, period: Period, zone: str
) -> tuple[Members | None, list[Finding]]:
    """Return who stands in which unit in a period, or everything that is wrong with the table.

    Parameters
    ----------
    policy
        A policy with units.
    tree
        The units.
    table
        The table of memberships, or the roster where there is none.
    period, zone
        The period, and the office's zone.
    """
    units, roster = policy.units, policy.subjects
    membership = units.membership if units else None
    where = membership.where if membership else roster.where if roster else ()
    listing = read_listing(
        table, _readings(policy), names=("subject", "unit"), filters=filters_of(where), zone=zone
    )
    if listing.findings:
        return None, list(listing.findings)
    count = len(listing.texts["subject"])
    begin, end = period.first.toordinal(), period.last.toordinal() + 1
    first, stop = np.full(count, NEVER), np.full(count, EVER)
    if "from" in listing.numbers:
        first = days_of(listing.numbers["from"][0])
    if "to" in listing.numbers:
        last, known = listing.numbers["to"]
        stop = np.where(known, days_of(last) + 1, EVER)
    findings = []
    if late := int((first >= stop).sum()):
        values = {"count": late, "rows": listing.rows, "table": table.name}
        findings.append(Finding("CPN-A01", table.name, values))
    place = {name: index for index, name in enumerate(tree.units)}
    homes = [each or "" for each in listing.texts["unit"]]
    unit = np.array([place.get(each, -1) for each in homes], dtype=np.int64)
    named = np.array([bool(each) for each in homes], dtype=np.bool_)
    column = membership.unit if membership else roster.unit if roster else ""
    if strange := int((named & (unit < 0)).sum()):
        values = {"count": strange, "rows": listing.rows, "table": units.table if units else ""}
        findings.append(Finding("CPN-A38", f"{table.name}.{column}", values))
    given = np.ones(count, dtype=np.int64)
    weighted = "weight" in listing.numbers
    if weighted:
        given = listing.numbers["weight"][0]
        if below := int((given < 0).sum()):
            values = {"count": below, "rows": listing.rows}
            findings.append(Finding("CPN-A03", f"{table.name}.{_weight(membership)}", values))
    if findings:
        return None, findings
    first, stop = np.maximum(first, begin), np.minimum(stop, end)
    kept = np.flatnonzero((first < stop) & named)
    code, subjects = coded([listing.texts["subject"][each] or "" for each in kept.tolist()])
    made = Members(
        subjects, code, unit[kept], first[kept], stop[kept], given[kept], weighted,
        homeless=int((~named).sum()),
    )  # fmt: skip
    return made, []


def _readings(policy: Policy) -> list[Reading]:
    membership = policy.units.membership if policy.units else None
    if membership is None:
        roster = policy.subjects
        subject, unit = (roster.subject, roster.unit) if roster else ("", "")
        return [Reading("subject", subject, "text"), Reading("unit", unit, "text", nullable=True)]
    made = [
        Reading("subject", membership.subject, "text"),
        Reading("unit", membership.unit, "text"),
    ]
    stamps = {"from": membership.start, "to": membership.stop}
    made += [
        Reading(role, ref.column, "stamp", nullable=role == "to", format=ref.format)
        for role, ref in stamps.items()
        if ref is not None
    ]
    if ref := membership.weight:
        made.append(Reading("weight", ref.column, "integer", digits=ref.digits))
    return made


def _weight(membership: Membership | None) -> str:
    return membership.weight.column if membership and membership.weight else ""


def days_clock(period: Period) -> Clock:
    """Return a clock that counts the days of a period."""
    return every_day(period.first.toordinal(), period.last.toordinal() + 1)
