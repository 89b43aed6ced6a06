"""One reading of a table for several requests: which columns, which rows, and what is wrong.

Requests of the same subject column are read together. Rows that count for a request are its scope;
requests with the same conditions and the same stretch of time share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
from attrs import evolve

from capaian.columns.attribution import POST, post_column
from capaian.columns.faults import IDENTIFIER, Fault, clock_finding, formula_finding
from capaian.columns.frame_desk import Desk, collect, total
from capaian.columns.limits import (
    CLOSES,
    OPENS,
    Sizes,
    Span,
    guards,
    instants_of,
    microseconds,
    opening,
)
from capaian.columns.packing import WIDEST, busiest
from capaian.columns.printer import Printer
from capaian.columns.records import read_pauses
from capaian.columns.request import PauseReading, Reading, Request, Table
from capaian.columns.scope import Asked, Scope, Use
from capaian.columns.summary import Ends, proves, summarise

Frame: TypeAlias = nw.LazyFrame[Any]
ALL = nw.lit(value=True)
SAMPLE = 250_000
"""Rows of a sample."""
SAFE = 3
"""How many times the rows that are expected of the busiest subject a field is made to hold."""
LEAST_BITS = 8
"""The fewest bits that are given to a number of rows."""


class Scan:
    """One reading of a table.

    Attributes
    ----------
    clean
        Whether the ends of the columns proved that nothing is wrong, so that no row was counted.
    frame
        The rows with their values and scopes.
    spans
        The least and the greatest value of each column of numbers or stamps, by its name.
    full
        The columns of which it is known that no value is missing.
    """

    def __init__(self, table: Table, requests: Sequence[Request]) -> None:
        self.desk = Desk(table, requests[0].zone)
        self.table = table
        self.scopes: dict[tuple[Any, ...], Scope] = {}
        self.subject = self.desk.identify(requests[0].subject)
        self.asked = [self._asked(each) for each in requests]
        self.clean = False
        self.rows = 0
        self.spans: dict[str, Span] = {}
        self.full: set[str] = set()
        self.answers: Mapping[str, Any] = {}
        self.frame = self._open()

    # ---- what is read --------------------------------------------------------------------------

    def _asked(self, request: Request) -> Asked:
        desk = self.desk
        passed, conditions = desk.pick(request.filters)
        roles = {each.role: desk.add(each) for each in request.readings}
        key = desk.identify(request.pauses.key) if request.pauses else None
        dated = roles.get(request.dated)
        moment = request.moment
        start, stop = (microseconds(each) for each in (moment.start, min(moment.end, moment.as_of)))
        place = (
            request.filters,
            dated.key if dated else "",
            start if dated else 0,
            stop if dated else 0,
        )
        scope = self.scopes.setdefault(
            place, Scope(len(self.scopes), passed if request.filters else None, dated, start, stop)
        )
        uses = [Use(each.reading, each, "all") for each in conditions]
        uses.append(Use(self.subject.reading, self.subject, "passed"))
        order = sorted(request.readings, key=lambda each: each.role != request.dated)
        uses += [
            Use(each, roles[each.role], "named" if each.role == request.dated else "scope")
            for each in order
        ]
        if key is not None:
            uses.append(Use(key.reading, key, "scope"))
        named = post_column(request.attribution, self.table.columns)
        post = desk.add(Reading(POST, named, "text", nullable=True), IDENTIFIER) if named else None
        if post is not None:
            uses.append(Use(post.reading, post, "scope"))
        return Asked(request, scope, roles, uses, key, guards(request.statistics), post)

    def _open(self) -> Frame:
        """Open the table: first in the belief that all is well, which its ends may prove."""
        self.sources = self.desk.look()
        sorts = {each.reading.column: self.sources[each.key].sort for each in self.desk.entries}
        ends = summarise(self.table, sorts, self._needed())
        if ends is not None and self._proved(ends):
            self.clean = True
            self.full = {
                each.name for each in self.desk.entries if not ends[each.reading.column].gaps
            }
            self.spans = {
                each.name: span
                for each in self.desk.entries
                if (span := ends[each.reading.column].span) and each.reading.kind != "text"
            }
        frame = self.desk.open(clean=self.clean)
        if self.clean:
            return self._scoped(frame)
        sound = nw.col(f"{self.subject.key}f") == int(Fault.NONE)
        for each in self.scopes.values():
            passed = ALL if each.passed is None else each.passed
            frame = frame.with_columns(passed.alias(f"passed{each.number}"))
            frame = frame.with_columns(
                (nw.col(f"passed{each.number}") & sound).alias(f"named{each.number}")
            )
        return self._scoped(frame)

    def _needed(self) -> set[str]:
        """Return the columns that may not have gaps."""
        needed = {self.subject.reading.column}
        for asked in self.asked:
            needed |= {
                use.reading.column
                for use in asked.uses
                if not (use.reading.nullable or _present(asked.request, use.reading.column))
            }
        return needed

    def _scoped(self, frame: Frame) -> Frame:
        made = {}
        for each in self.scopes.values():
            rows = self.inside(each, sound=self.clean)
            if rows is not None:
                made[each.name] = rows
        return frame.with_columns(**made) if made else frame

    def inside(self, scope: Scope, *, sound: bool) -> nw.Expr | None:
        """Return whether a row counts, all being sound or not; `None` where every row does."""
        rows = scope.passed if sound else nw.col(f"named{scope.number}")
        if scope.dated is not None and not self._wholly(scope):
            stamp = scope.dated.value
            inside = (stamp >= scope.start) & (stamp < scope.stop)
            sure = nw.when(inside).then(ALL).otherwise(nw.lit(value=False))
            rows = sure if rows is None else rows & sure
        return rows

    def _wholly(self, scope: Scope) -> bool:
        """Return whether all stamps are known to lie in the stretch of time."""
        span = self.spans.get(scope.dated.name) if scope.dated and self.clean else None
        gaps = scope.dated is not None and scope.dated.reading.nullable
        return span is not None and not gaps and scope.start <= span[0] and span[1] < scope.stop

    def everywhere(self, scope: Scope) -> bool:
        """Return whether every row of the table counts."""
        return self.clean and self.inside(scope, sound=self.clean) is None

    # ---- the proof without rows ----------------------------------------------------------------

    def _proved(self, ends: Mapping[str, Ends]) -> bool:
        """Return whether the ends of the columns prove that nothing is wrong."""
        for asked in self.asked:
            for use in asked.uses:
                entry, reading = use.entry, use.reading
                found = ends.get(reading.column)
                if entry is self.subject and (found is None or found.gaps):
                    return False
                if isinstance(entry.form, str):
                    return False
                if found is not None and _present(asked.request, reading.column):
                    found = evolve(found, gaps=False)
                if not proves(self.sources[entry.key], reading, entry.purpose, found):
                    return False
            if not self._clocks_proved(asked, ends):
                return False
        return True

    def _clocks_proved(self, asked: Asked, ends: Mapping[str, Ends]) -> bool:
        calendar = asked.request.calendar
        if not asked.watched or calendar is None:
            return not asked.watched
        opens, closes = opening(calendar)
        moment = asked.request.moment
        inside = [span for name, span in instants_of(moment).items() if self._reads(asked, name)]
        for guard in asked.watched:
            for role in guard.roles:
                span = ends[asked.roles[role].reading.column].span
                if span is None:
                    return False
                inside.append(span)
        return all(opens <= low and high < closes for low, high in inside)

    @staticmethod
    def _reads(asked: Asked, instant: str) -> bool:
        return any(instant in guard.instants for guard in asked.watched)

    # ---- the proof with rows -------------------------------------------------------------------

    def judge(self) -> None:
        """Find what is wrong: values, sizes of integers, working time outside the calendar."""
        if not self.clean:
            self.answers = collect(self.frame.select(**self._questions())).row(0, named=True)
            self.rows = self.answers["rows"]
            for asked in self.asked:
                self._values(asked)
        for number, asked in enumerate(self.asked):
            if asked.request.pauses is not None:
                self._pauses(asked, asked.request.pauses)
            self._sizes(asked, number)

    def _pauses(self, asked: Asked, pauses: PauseReading) -> None:
        if self.table.origin == "spark" and pauses.table.origin == "spark":
            from capaian.columns.spark_tables import read_there  # noqa: PLC0415 - loads PySpark

            asked.findings.extend(read_there(asked, pauses))
            return
        made, found = read_pauses(pauses, asked.request.zone, asked.request.moment.as_of)
        asked.pauses.update(made)
        asked.findings.extend(found)

    def _questions(self) -> dict[str, nw.Expr]:
        """Return what is asked of all rows together."""
        asked: dict[str, nw.Expr] = {"rows": nw.len().cast(nw.Int64)}
        missing = nw.col(f"{self.subject.key}f") == int(Fault.MISSING)
        for scope in self.scopes.values():
            asked[f"count{scope.number}"] = total(scope.rows)
            passed = nw.col(f"passed{scope.number}")
            asked[f"unattributed{scope.number}"] = total(passed & missing)
        for number, each in enumerate(self.asked):
            for use in each.uses:
                asked |= self.desk.questions(use.entry, *self._looked_at(use, each.scope))
            for entry in each.roles.values():
                if entry.reading.kind in {"integer", "stamp"}:
                    inside = nw.when(each.scope.rows).then(entry.value)
                    name = f"{entry.key}s{each.scope.number}"
                    asked[f"{name}low"], asked[f"{name}high"] = inside.min(), inside.max()
            if not each.late:
                asked |= self._guarded(each, number)
        if self.table.origin == "spark":
            from capaian.columns.spark_reduction import totals  # noqa: PLC0415 - loads PySpark

            asked |= totals(self)
        return asked

    @staticmethod
    def _looked_at(use: Use, scope: Scope) -> tuple[str, nw.Expr]:
        """Return a name for the rows in which a column is judged, and whether a row is one."""
        if use.where == "all":
            return "all", ALL
        name = f"{use.where}{scope.number}"
        return name, nw.col(name)

    def _guarded(self, asked: Asked, number: int) -> dict[str, nw.Expr]:
        """Return the questions of how many rows need working time outside the calendar."""
        printer = self.printer(asked)
        return {
            f"guard{number}_{index}": total(asked.scope.rows & printer.row(guard.outside).expr)
            for index, guard in enumerate(asked.watched)
        }

    def printer(self, asked: Asked) -> Printer:
        """Return what prints a request's formulas over the columns."""
        names = {role: entry.name for role, entry in asked.roles.items()}
        fixed = {}
        if calendar := asked.request.calendar:
            fixed = dict(zip((OPENS, CLOSES), opening(calendar), strict=True))
        return Printer(names, asked.kinds, asked.request.moment, fixed=fixed)

    def _values(self, asked: Asked) -> None:
        for use in asked.uses:
            name, _ = self._looked_at(use, asked.scope)
            asked.findings.extend(
                self.desk.judge(use.entry, use.reading, name, self.answers, self.rows)
            )

    def spans_of(self, asked: Asked) -> dict[str, Span]:
        """Return the least and greatest value of each role that is a number or a stamp."""
        if self.clean:
            return {
                role: self.spans[entry.name]
                for role, entry in asked.roles.items()
                if entry.name in self.spans
            }
        names = {role: f"{each.key}s{asked.scope.number}" for role, each in asked.roles.items()}
        return {
            role: (self.answers[f"{name}low"], self.answers[f"{name}high"])
            for role, name in names.items()
            if self.answers.get(f"{name}low") is not None
        }

    def _sizes(self, asked: Asked, number: int) -> None:
        """Find formulas that could pass 64 bits, and working time outside the calendar."""
        if asked.findings:
            return
        sizes = Sizes(self.spans_of(asked), instants_of(asked.request.moment))
        for tree in asked.request.statistics:
            sizes.of(tree)
        if sizes.past is not None:
            asked.findings.append(formula_finding("CPN-E24", self.table.name, sizes.past))
            return
        if self.clean or not asked.watched:
            return
        answers = self.answers
        if asked.late:
            scoped = self.frame.filter(asked.scope.rows).select(**self._guarded(asked, number))
            answers = collect(scoped).row(0, named=True)
        self._outside(asked, number, answers)

    def _outside(self, asked: Asked, number: int, answers: Mapping[str, Any]) -> None:
        calendar = asked.request.calendar
        for index, guard in enumerate(asked.watched):
            count = answers.get(f"guard{number}_{index}") or 0
            if count and calendar is not None:
                columns = [asked.roles[role].reading.column for role in guard.roles]
                asked.findings.append(
                    clock_finding(self.table.name, columns, calendar, count, self.rows)
                )

    def row_bits(self) -> int:
        """Return in how many bits the number of a subject's rows is likely to fit.

        Judged by a sample from the table's beginning; whether it holds is looked at afterwards.
        """
        subject = self.subject.name
        sample = self.frame.select(subject).head(SAMPLE).group_by(subject).agg(n=nw.len())
        asked = {"most": nw.col("n").max(), "seen": nw.col("n").sum(), "who": nw.len()}
        most, seen, who = (int(each or 0) for each in collect(sample.select(**asked)).row(0))
        if seen < SAMPLE:
            return max(most.bit_length(), LEAST_BITS)
        rows = self.rows or int(collect(self.frame.select(rows=nw.len())).item())
        expected = busiest(most, seen, who, rows)
        return min(max((SAFE * expected).bit_length(), LEAST_BITS), WIDEST)

    def rows_in(self, scope: Scope) -> int:
        """Return how many rows of the table are in a scope."""
        name = f"count{scope.number}"
        if name in self.answers:
            return self.answers[name] or 0
        rows = self.frame if self.everywhere(scope) else self.frame.filter(scope.rows)
        return int(collect(rows.select(rows=nw.len().cast(nw.Int64))).item())

    def unattributed(self, asked: Asked) -> int:
        """Return how many rows passed a request's conditions and had no subject."""
        return self.answers.get(f"unattributed{asked.scope.number}") or 0


def _present(request: Request, column: str) -> bool:
    """Return whether only rows with a value in a column count."""
    return any(each.column == column and each.present for each in request.filters)
