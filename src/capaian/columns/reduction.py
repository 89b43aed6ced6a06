"""The second half of a scan: rows that count become one integer per subject and statistic.

All statistics of all requests are made in one pass over the rows, equal ones once, small sums
packed together. Whether that was right (no sum can have passed its 64 bits, no count its field) is
proved afterwards from the number of rows; what is in doubt is made again, apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from capaian.columns.attribution import attributed
from capaian.columns.clocks import count_to, with_clocks
from capaian.columns.curves import alike, steps_of
from capaian.columns.faults import formula_finding
from capaian.columns.intake import is_spark
from capaian.columns.limits import Sizes, Span, at, instants_of, microseconds
from capaian.columns.owned import Outputs, outputs_of
from capaian.columns.packing import WIDEST
from capaian.columns.printer import (
    Clocked,
    Printer,
    clocked_stamps,
    unknown,
    unknowns,
    varies,
    whole,
)
from capaian.columns.reduced import Reduced
from capaian.columns.request import LARGEST, Request
from capaian.columns.scan import Scan
from capaian.columns.scope import Asked, Scope
from capaian.columns.subjects import Subjects
from capaian.columns.sums import Sums, column_of
from capaian.columns.work import with_pauses
from capaian.formula import (
    Aggregate,
    Column,
    Elapsed,
    Functions,
    Instant,
    Node,
    Own,
    Paused,
    Survival,
    substitute,
    survival,
    walk,
)
from capaian.formula.survival import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capaian.columns.reduced import Whole

Frame: TypeAlias = nw.LazyFrame[Any]
Statistic: TypeAlias = tuple[Scope, Node]


def reduce_scan(scan: Scan) -> list[Reduced]:
    """Reduce a table for every request of a scan that has no findings, together where possible."""
    if scan.table.origin == "spark" and not any(each.findings for each in scan.asked):
        from capaian.columns.spark_reduction import lean  # noqa: PLC0415 - loads PySpark

        scan.frame = lean(scan)
    together: dict[Any, list[Asked]] = {}
    for each in scan.asked:
        if not each.findings:
            request = each.request
            alone = id(each) if _pauses(request) else None
            whom = (id(request.attribution), request.dated and each.roles[request.dated].key)
            together.setdefault((alone, whom if request.attribution else None), []).append(each)
    found: dict[int, Reduced] = {}
    for some in together.values():
        made = Pass(scan, some).run()
        found |= {id(each): one for each, one in zip(some, made, strict=True)}
    return [found.get(id(each)) or Reduced(findings=tuple(each.findings)) for each in scan.asked]


def _pauses(request: Request) -> bool:
    """Return whether pauses of cases are measured; the rows are then joined to them."""
    return any(isinstance(e, Paused) for tree in request.statistics for e in walk(tree))


def resolved(tree: Node, asked: Asked) -> Node:
    """Return a formula over the columns of the scan, its instants as constants.

    Formulas of different requests are then equal exactly where they mean the same.
    """
    known: dict[Node, Node] = {Column(role): Column(e.name) for role, e in asked.roles.items()}
    moment = asked.request.moment
    for name in ("as_of", "start", "end"):
        known[Instant(name)] = Column(_instant(microseconds(getattr(moment, name))))
    return substitute(tree, known)


def _instant(micro: int) -> str:
    return f"@{micro}"


class Pass:
    """Groups the rows by subject, for requests that can be answered together."""

    def __init__(self, scan: Scan, asked: Sequence[Asked]) -> None:
        self.scan = scan
        self.asked = asked
        self.subject = scan.subject.name
        self.subjects: Sequence[str] = ()
        self.sure = np.ones(0, dtype=np.bool_)
        self.single = False
        """Whether each row had a subject of its own."""
        self.curves: dict[tuple[Scope, Node, Node], dict[str, list[Step]]] = {}
        self.outputs: dict[tuple[Scope, Functions, tuple[Node, ...]], Outputs] = {}
        self.masks: dict[Scope, nw.Expr] = {}
        """Scopes that are not all of the rows, and whether a row is in one."""
        self.scopes = list(dict.fromkeys(each.scope for each in asked))
        self.trees = [[resolved(tree, each) for tree in each.request.statistics] for each in asked]
        self.wanted: dict[Statistic, str] = {}
        for each, trees in zip(asked, self.trees, strict=True):
            for tree in trees:
                self.wanted.setdefault((each.scope, tree), f"s{len(self.wanted)}")
        self.all_trees = [tree for _, tree in self.wanted]
        self.sizes = self._sizes()
        self.frame = self._rows()
        self.printer = self._printer()
        self._pauses()
        self._measured()

    # ---- the rows ------------------------------------------------------------------------------

    def _rows(self) -> Frame:
        """Return the rows that count for any of the requests, with the columns that are needed."""
        frame = self.scan.frame
        everywhere = [each for each in self.scopes if self.scan.everywhere(each)]
        if not everywhere:
            any_scope = self.scopes[0].rows
            for each in self.scopes[1:]:
                any_scope = any_scope | each.rows
            frame = frame.filter(any_scope)
        if len(self.scopes) > 1:
            self.masks = {each: each.rows for each in self.scopes if each not in everywhere}
        names = dict.fromkeys(e.name for each in self.asked for e in each.roles.values())
        scopes = [each.name for each in self.masks]
        keys = [
            nw.col(each.key.name).cast(nw.String) for each in self.asked if each.key is not None
        ]
        posts = dict.fromkeys(each.post.name for each in self.asked if each.post is not None)
        frame = frame.select(self.subject, *names, *scopes, *keys, *posts)
        return self._attributed(frame)

    def _attributed(self, frame: Frame) -> Frame:
        """Let rows count for the keys of their subject, where a request says so."""
        first = self.asked[0]  # all have the same attribution, by the same stamp
        request = first.request
        if request.attribution is None:
            return frame
        stamp = first.roles[request.dated].name if request.dated else ""
        post = first.post.name if first.post else ""
        return attributed(frame, request.attribution, self.subject, stamp=stamp, post=post)

    @property
    def _held(self) -> bool:
        """Whether rows count for others than their own subjects, any number of times."""
        return self.asked[0].request.attribution is not None

    def _sizes(self) -> Sizes:
        """Return how large formulas can grow, from the ends of the columns in all scopes."""
        spans: dict[str, Span] = {}
        for each in self.asked:
            found = self.scan.spans_of(each)
            named = {each.roles[role].name: span for role, span in found.items()}
            for span in instants_of(each.request.moment).values():
                named[_instant(span[0])] = span
            for name, (low, high) in named.items():
                known = spans.get(name, (low, high))
                spans[name] = (min(low, known[0]), max(high, known[1]))
        return Sizes(spans, {})

    def _printer(self) -> Printer:
        kinds = {each.roles[r].name: k for each in self.asked for r, k in each.kinds.items()}
        names = {name: name for name in kinds}
        columns = {e.name for tree in self.all_trees for e in walk(tree) if isinstance(e, Column)}
        fixed = {name: int(name[1:]) for name in columns if name.startswith("@")}
        counts = self._counts(fixed)
        return Printer(names, kinds, self.asked[0].request.moment, counts, fixed=fixed)

    def _counts(self, fixed: Mapping[str, int]) -> dict[Clocked, nw.Expr]:
        """Count by working clocks up to every stamp at which one is read."""
        counts: dict[Clocked, nw.Expr] = {}
        calendar = self.asked[0].request.calendar
        if calendar is None:
            return counts
        clocks: dict[str, set[str]] = {}
        for clock, stamp in clocked_stamps(self.all_trees):
            if not isinstance(stamp, Column):
                raise TypeError(stamp.tag)
            name = stamp.name
            if name in fixed:
                counted = count_to(calendar, at(fixed[name]), clock)
                counts[clock, stamp] = unknown() if counted is None else whole(counted)
            else:
                clocks.setdefault(name, set()).add(clock)
                counts[clock, stamp] = nw.col(f"{name}_{clock}")
        for name, some in clocks.items():
            span = self.sizes.spans.get(name)
            self.frame = with_clocks(self.frame, calendar, name, some, inside=span)
        return counts

    def _pauses(self) -> None:
        for each in self.asked:
            if _pauses(each.request):
                self.frame = with_pauses(self.frame, self.all_trees, self.printer, each)

    def _measured(self) -> None:
        """Make each length of time that several statistics use a column.

        Engines would work such an expression out anew in every aggregate.
        """
        lengths = (
            each
            for tree in self.all_trees
            for each in walk(tree)
            if isinstance(each, Elapsed) and varies(each, self.printer.fixed)
        )
        made = {}
        for number, node in enumerate(
            each for each, count in Counter(lengths).items() if count > 1
        ):
            made[f"span{number}"] = self.printer.row(node).expr
            self.printer.made[node] = nw.col(f"span{number}")
        self.printer.known.clear()
        self.frame = self.frame.with_columns(**made) if made else self.frame

    # ---- the groups ----------------------------------------------------------------------------

    def run(self) -> list[Reduced]:
        """Return one answer for each request."""
        if is_spark(self.frame):
            from capaian.columns.spark_reduction import reduce_lazily  # noqa: PLC0415 - loads PySpark

            return reduce_lazily(self)
        columns = self.columns()
        subjects = self.subjects
        shared: dict[int, Any] = {}
        counts = {
            each: int(columns[f"rows{each.number}"][0][:].sum())
            for each in ([] if self._held else self.scopes)
        }
        made = []
        for each, trees in zip(self.asked, self.trees, strict=True):
            wholes = [columns[self.wanted[each.scope, tree]] for tree in trees]
            past = [
                formula_finding("CPN-E23", self.scan.table.name, tree, count=large)
                for tree, values in zip(each.request.statistics, wholes, strict=True)
                if isinstance(values, list)
                if (large := sum(abs(one or 0) > LARGEST for one in values))
            ]
            if past:
                made.append(Reduced(findings=tuple(past)))
                continue
            made.append(
                Reduced(
                    subjects=subjects,
                    statistics=each.request.statistics,
                    rows=self.scan.rows_in(each.scope) if self._held else counts[each.scope],
                    unattributed=self.scan.unattributed(each),
                    wholes=[_whole(values, self.sure) for values in wholes],
                    ends=[self._ends(each.scope, tree) for tree in trees] if self.single else (),
                    lent=self.single,
                    kept=shared,
                )
            )
        return made

    def columns(self) -> dict[str, Any]:
        """Return each statistic by its name: `Whole`, or a list where integers may be large."""
        sums = Sums(self.frame, self.subject, self.sizes, self.scan.table)
        never = [
            name
            for (scope, tree), name in self.wanted.items()
            if isinstance(tree, Aggregate) and not self._ask(sums, name, scope, tree)
        ]
        for scope, mask in self.masks.items():
            sums.count(f"rows{scope.number}", mask)
        found, taken = self._found(sums)
        self.subjects = Subjects(found[self.subject])
        rows = taken["rows"] if "rows" in taken else found["rows"].to_numpy()
        sure = self.sure = np.ones(len(rows), dtype=np.bool_)
        taken |= {name: np.zeros(len(rows), np.int64) for name in never}
        taken |= {f"rows{each.number}": rows for each in self.scopes if each not in self.masks}
        made: dict[str, Any] = {name: (values, sure) for name, values in taken.items()}
        for (scope, tree), name in self.wanted.items():
            if isinstance(tree, Survival):
                made[name] = self._survival(scope, tree)
            elif isinstance(tree, Own):
                made[name] = self._own(scope, tree)
            elif tree == Aggregate("count"):
                made[name] = made[f"rows{scope.number}"]
            elif name not in made:
                made[name] = column_of(name, found)
        return made

    def _found(self, sums: Sums) -> tuple[pl.DataFrame, dict[str, Any]]:
        """Return what was asked of each subject's rows."""
        if self._held:
            return sums.run(WIDEST)
        ordered = any(each.request.ordered for each in self.asked)
        alone = sums.singly(ordered=ordered) if self.scan.table.in_memory else None
        self.single = alone is not None
        return alone or sums.run(self.scan.row_bits())

    def _ends(self, scope: Scope, tree: Node) -> Span | None:
        """Return the least and the greatest of a statistic of single rows, where it is known."""
        if scope in self.masks or not self.scan.everywhere(scope):
            return None
        match tree:
            case Aggregate("count", None):
                return 1, 1
            case Aggregate("sum" | "min" | "max", Column(name)) if name in self.scan.full:
                return self.scan.spans.get(name)
            case _:
                return None

    def _ask(self, sums: Sums, name: str, scope: Scope, tree: Aggregate) -> bool:
        """Ask for a statistic; return `False` where it is known to be 0 for everybody."""
        if tree.inner is None:
            return True  # the number of rows is always asked for
        mask, inner = self.masks.get(scope), self.printer.row(tree.inner).expr
        sure = not unknowns(tree.inner, self.scan.full | set(self.printer.fixed))
        if tree.op == "count":
            if not self.sizes.chances(tree.inner)[0]:
                return False
            counted = inner if sure else inner.fill_null(value=False)
            sums.count(name, counted if mask is None else mask & counted)
        elif tree.op == "sum":
            term = inner if sure else inner.fill_null(0)
            sums.add(name, term if mask is None else term * mask.cast(nw.Int64), tree)
        else:
            sums.add(name, inner if mask is None else nw.when(mask).then(inner), tree)
        return True

    def _own(self, scope: Scope, tree: Own) -> list[int | None]:
        """Return the column of a statistic that functions give; they run once for all outputs."""
        key = (scope, tree.functions, tree.args)
        if key not in self.outputs:
            frame = self.frame.filter(self.masks[scope]) if scope in self.masks else self.frame
            known = set(self.subjects)
            self.outputs[key] = outputs_of(frame, self.subject, tree, self.printer, known)
        outputs, place = self.outputs[key], tree.functions.outputs.index(tree.output)
        none = (None,) * len(tree.functions.outputs)
        return [outputs.get(subject, none)[place] for subject in self.subjects]

    def alike(self, duration: Node, ended: Node) -> pl.DataFrame:
        """Return how many cases of each subject have each duration; see `curves.alike`."""
        made = (self.printer.row(resolved(each, self.asked[0])).expr for each in (duration, ended))
        return alike(self.frame, self.subject, *made)

    def _survival(self, scope: Scope, tree: Survival) -> list[int | None]:
        """Return the column of a survival statistic, reduced from the steps of its curve."""
        key = (scope, tree.duration, tree.ended)
        if key not in self.curves:
            frame = self.frame.filter(self.masks[scope]) if scope in self.masks else self.frame
            duration, ended = (self.printer.row(e).expr for e in (tree.duration, tree.ended))
            self.curves[key] = steps_of(frame, self.subject, duration, ended)
        curves = self.curves[key]
        return [
            survival.reduce(tree.op, curves.get(subject, []), tree.at, inclusive=tree.inclusive)
            for subject in self.subjects
        ]


def _whole(values: Any, sure: NDArray[np.bool_]) -> Whole:
    if isinstance(values, tuple):
        return values
    if isinstance(values, list):
        values = pl.Series(values, dtype=pl.Int64)
    if not values.null_count():
        return values.to_numpy(), sure
    return values.fill_null(0).to_numpy(), values.is_not_null().to_numpy()
