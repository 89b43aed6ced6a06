"""The roll of postings: read from tables, proved, clipped to the period, each with its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from capaian.columns import Listing, Reading, Table, read_listing
from capaian.errors import CapaianError, Finding
from capaian.indicator import ColumnRef
from capaian.period import Period
from capaian.policy import Assignment, Policy
from capaian.policy.assignment import Leave, Postings
from capaian.registry import Plugins, plugins_of
from capaian.scores.requests import filters_of
from capaian.scores.stretches import (
    EVER,
    NEVER,
    Clock,
    Days,
    Shade,
    coded,
    days_of,
    every_day,
    overlapping,
    shade,
    working_days,
)
from capaian.shelf import load_named
from capaian.wire import short
from capaian.workcalendar import WorkCalendar


@frozen(eq=False)
class Roll:
    """The postings of a period, in order of subject, first day and post.

    Attributes
    ----------
    subjects
        Who holds any, in ascending order.
    codes
        For each posting, the position of its subject.
    posts
        What each is called.
    first, stop
        Its days in the period; the stop is the day after the last.
    days, leave
        Its days by the clock that weighs, and how many of them are leave.
    given
        The weight from the table, as an integer; 1 where there is none.
    rule
        The position of its policy's edition in `rules`.
    rules
        The editions that are used.
    """

    subjects: Sequence[str] = ()
    codes: Days = field(factory=lambda: np.zeros(0, dtype=np.int64))
    posts: Sequence[str] = ()
    first: Days = field(factory=lambda: np.zeros(0, dtype=np.int64))
    stop: Days = field(factory=lambda: np.zeros(0, dtype=np.int64))
    days: Days = field(factory=lambda: np.zeros(0, dtype=np.int64))
    leave: Days = field(factory=lambda: np.zeros(0, dtype=np.int64))
    given: Days = field(factory=lambda: np.zeros(0, dtype=np.int64))
    rule: Days = field(factory=lambda: np.zeros(0, dtype=np.int64))
    rules: Sequence[Policy] = ()
    off: Shade | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def working(self, chosen: Days, clock: Clock) -> Days:
        """Return the days of some postings, less leave, by a clock."""
        codes, first, stop = self.codes[chosen], self.first[chosen], self.stop[chosen]
        days = clock.count(first, stop)
        return days if self.off is None else days - self.off.within(codes, first, stop, clock)


@frozen(eq=False)
class Stretches:
    """The rows of a table of stretches: whose, from the first day up to the stop."""

    listing: Listing
    subjects: Sequence[str]
    first: Days
    stop: Days


def call_roll(
    assignment: Assignment,
    tables: Mapping[str, Table],
    period: Period,
    zone: str,
    calendar: WorkCalendar | None,
    plugins: Plugins | Iterable[object] = (),
) -> tuple[Roll, list[Finding]]:
    """Return the postings of a period, or everything that is wrong with them.

    Parameters
    ----------
    assignment
        Where they stand, and which policy is for which post.
    tables
        The tables that could be opened, by name.
    period
        The period to which they are clipped.
    zone
        The office's zone.
    calendar
        Counts working days, where those weigh.
    plugins
        Plugin modules or objects that are not installed, which may bring policies.
    """
    caller = _Caller(assignment, tables, period, zone, plugins_of(plugins))
    roll = caller.roll(calendar)
    faults = any(each.severity == "error" for each in caller.findings)
    return (Roll() if faults else roll), caller.findings


class _Caller:
    def __init__(
        self,
        assignment: Assignment,
        tables: Mapping[str, Table],
        period: Period,
        zone: str,
        plugins: Plugins,
    ) -> None:
        self.assignment = assignment
        self.tables = tables
        self.period = period
        self.zone = zone
        self.plugins = plugins
        self.findings: list[Finding] = []

    def roll(self, calendar: WorkCalendar | None) -> Roll:
        rule, assigned = self.assignment.postings, self.assigned()
        found = self.stretches(rule)
        leave = self.stretches(self.assignment.leave) if self.assignment.leave else None
        if found is None or assigned is None:
            return Roll()
        posts = [each or "" for each in found.listing.texts["post"]]
        given = self.given(found)
        self.overlaps(found, posts)
        start, end = self.period.first.toordinal(), self.period.last.toordinal() + 1
        first, stop = np.maximum(found.first, start), np.minimum(found.stop, end)
        kept = np.flatnonzero(first < stop)
        if not len(kept) and not self.findings:
            values = {"table": rule.table, "period": self.period.label}
            self.findings.append(Finding("CPN-A06", rule.table, values))
        if self.findings:
            return Roll()
        codes, subjects = coded([found.subjects[each] for each in kept.tolist()])
        named, listed = coded([posts[each] for each in kept.tolist()])
        order = np.lexsort((named, first[kept], codes))
        kept, codes, named = kept[order], codes[order], named[order]
        first, stop = first[kept], stop[kept]
        which, rules = self.ruled(listed, named, first, stop, assigned)
        off = _shade(leave, subjects) if leave else None
        clock = every_day(start, end)
        if self.assignment.weigh == "working_days" and calendar is not None:
            clock = working_days(calendar, start, end)
        away = off.within(codes, first, stop, clock) if off else np.zeros(len(codes), np.int64)
        return Roll(
            subjects=subjects,
            codes=codes,
            posts=[listed[each] for each in named.tolist()],
            first=first,
            stop=stop,
            days=clock.count(first, stop),
            leave=away,
            given=given[kept],
            rule=which,
            rules=rules,
            off=off,
        )

    # ---- tables ------------------------------------------------------------------------------

    def stretches(self, rule: Postings | Leave) -> Stretches | None:
        """Read a table of stretches; `None` where something is wrong with it."""
        if rule.table not in self.tables:
            return None
        readings = [
            Reading("subject", rule.subject, "text"),
            _stamp("from", rule.start, nullable=False),
        ]
        if rule.stop is not None:
            readings.append(_stamp("to", rule.stop, nullable=isinstance(rule, Postings)))
        if isinstance(rule, Postings):
            readings.append(Reading("post", rule.post, "text"))
            if rule.weight is not None:
                column, digits = rule.weight.column, rule.weight.digits
                readings.append(Reading("weight", column, "integer", digits=digits))
        listing = read_listing(
            self.tables[rule.table],
            readings,
            names=("subject", "post"),
            filters=filters_of(rule.where),
            zone=self.zone,
        )
        if listing.findings:
            self.findings += listing.findings
            return None
        first, _ = listing.numbers["from"]
        stop = np.full(len(first), EVER, dtype=np.int64)
        if rule.stop is not None:
            last, known = listing.numbers["to"]
            stop = np.where(known, days_of(last) + 1, EVER)
        found = Stretches(
            listing, [each or "" for each in listing.texts["subject"]], days_of(first), stop
        )
        if late := int((found.first >= found.stop).sum()):
            values = {"count": late, "rows": listing.rows, "table": rule.table}
            self.findings.append(Finding("CPN-A01", rule.table, values))
        return found

    def given(self, found: Stretches) -> Days:
        """Return the weights of the table, none below zero."""
        if "weight" not in found.listing.numbers:
            return np.ones(len(found.first), dtype=np.int64)
        weights, _ = found.listing.numbers["weight"]
        if below := int((weights < 0).sum()):
            rule = self.assignment.postings
            where = f"{rule.table}.{rule.weight.column if rule.weight else ''}"
            values = {"count": below, "rows": found.listing.rows}
            self.findings.append(Finding("CPN-A03", where, values))
        return weights

    def overlaps(self, found: Stretches, posts: Sequence[str]) -> None:
        """Note postings of one subject in one post that overlap: a row would count twice."""
        codes, _ = coded(zip(found.subjects, posts, strict=True))
        first, stop = np.maximum(found.first, NEVER), found.stop
        sound = first < stop
        if twice := overlapping(codes[sound], first[sound], stop[sound]):
            values = {"count": twice, "rows": found.listing.rows}
            self.findings.append(Finding("CPN-A02", self.assignment.postings.table, values))

    # ---- policies ----------------------------------------------------------------------------

    def assigned(self) -> dict[str, str] | None:
        """Return the policy of each post, that of all others under the empty name.

        `None` where their table cannot be read.
        """
        table = self.assignment.table
        if table is None:
            return {each.post: each.policy for each in self.assignment.assign}
        if table.table not in self.tables:
            return None
        readings = (Reading("post", table.post, "text"), Reading("policy", table.policy, "text"))
        listing = read_listing(self.tables[table.table], readings, names=("post",))
        self.findings += listing.findings
        if listing.findings:
            return None
        pairs = set(zip(listing.texts["post"], listing.texts["policy"], strict=True))
        made = {post or "": policy or "" for post, policy in pairs}
        if twice := len(pairs) - len(made):
            values = {"count": twice, "table": table.table}
            self.findings.append(Finding("CPN-A14", f"{table.table}.{table.post}", values))
        return made

    def ruled(
        self, posts: Sequence[str], named: Days, first: Days, stop: Days, assigned: dict[str, str]
    ) -> tuple[Days, list[Policy]]:
        """Return which edition is for each posting, and the editions."""
        default = assigned.get("", "")
        policies = [assigned.get(each, default) for each in posts]
        if bare := np.array([not each for each in policies], dtype=np.bool_)[named].sum():
            values = {"count": int(bare), "posts": sum(not each for each in policies)}
            self.findings.append(Finding("CPN-A04", "assign", values))
        self.unknown(posts)
        which = np.full(len(named), -1, dtype=np.int64)
        rules: list[Policy] = []
        for policy in sorted(set(policies) - {""}):
            editions = self.editions(policy)
            its = np.array([each == policy for each in policies], dtype=np.bool_)[named]
            places = np.flatnonzero(its)
            edition = _edition(editions, first[places], stop[places])
            late = int((edition < 0).sum())
            if late and editions:
                out = {"count": late, "policy": policy}
                self.findings.append(Finding("CPN-A05", "assign", out))
            for number in np.unique(edition[edition >= 0]).tolist():
                which[places[edition == number]] = len(rules)
                rules.append(editions[number])
        return which, rules

    def unknown(self, posts: Sequence[str]) -> None:
        """Note posts that the document assigns a policy to and nobody holds in the period."""
        for each in self.assignment.assign:
            if each.post and each.post not in posts:
                where = f"assign['{short(each.post)}']"
                values = {"post": short(each.post), "period": self.period.label}
                self.findings.append(Finding("CPN-A07", where, values, "note"))

    def editions(self, policy: str) -> Sequence[Policy]:
        try:
            return load_named(policy, self.assignment.folder, plugins=self.plugins)
        except CapaianError as error:
            self.findings += [
                Finding(each.code, f"{policy}: {each.where}".rstrip(": "), each.values)
                for each in error.findings
            ]
            return ()


def _stamp(role: str, ref: ColumnRef, *, nullable: bool) -> Reading:
    return Reading(role, ref.column, "stamp", nullable=nullable, format=ref.format)


def _shade(leave: Stretches, subjects: Sequence[str]) -> Shade:
    """Return the leave of those who hold a posting."""
    places = {subject: place for place, subject in enumerate(subjects)}
    codes = np.array([places.get(each, -1) for each in leave.subjects], dtype=np.int64)
    known = codes >= 0
    return shade(codes[known], leave.first[known], leave.stop[known])


def _edition(editions: Sequence[Policy], first: Days, stop: Days) -> Days:
    """Return the edition that is in force on all days of each stretch, -1 where none is."""
    starts = np.array([each.first.toordinal() for each in editions], dtype=np.int64)
    ends: Any = [EVER if each.last is None else each.last.toordinal() + 1 for each in editions]
    place = np.searchsorted(starts, first, side="right") - 1
    inside = place >= 0
    if ends:
        inside &= stop <= np.array(ends, dtype=np.int64)[np.maximum(place, 0)]
    return np.where(inside, place, -1)
