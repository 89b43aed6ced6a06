"""The plain-Python printer: a tree becomes a function over one subject's rows.

The printed function reads each row once, keeps every distinct sub-formula in a local variable, and
returns a tuple of integers. An unknown value is `None`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from attrs import frozen

from capaian.errors import FormulaError, refuse
from capaian.formula import survival
from capaian.formula.functions import Functions
from capaian.formula.nodes import (
    BLANKS,
    Aggregate,
    Arithmetic,
    Blank,
    Column,
    Compare,
    Elapsed,
    Extreme,
    Instant,
    Literal_,
    Logic,
    Node,
    Not,
    OneOf,
    Own,
    Paused,
    Present,
    Survival,
    When,
)

PAUSES = "pauses"
"""The role under which a row carries the disjoint pauses of its case, as pairs of stamps."""

Statistics: TypeAlias = tuple[int | None, ...]


@frozen
class Moment:
    """What the call fixes: the cut-off, the period, and the clocks of the office's calendar."""

    as_of: datetime
    start: datetime
    end: datetime
    work_time: Callable[[datetime, datetime], int] | None = None
    work_days: Callable[[datetime, datetime], int] | None = None

    def elapsed(self, clock: str) -> Callable[[datetime, datetime], int]:
        """Return the function that measures from one stamp to another by the clock."""
        found = {
            "calendar": clock_time,
            "working_hours": self.work_time,
            "working_days": self.work_days,
            "dates": dates_between,
        }[clock]
        if found is None:
            raise refuse(
                FormulaError, "The formula cannot be used.", "CPN-F07", where="elapsed", clock=clock
            )
        return found


def clock_time(start: datetime, end: datetime) -> int:
    """Return the microseconds from start to end."""
    return (end - start) // timedelta(microseconds=1)


def dates_between(start: datetime, end: datetime) -> int:
    """Return the days from the date of start to that of end."""
    return end.toordinal() - start.toordinal()


def pause_time(
    pauses: Sequence[tuple[datetime, datetime]],
    start: datetime,
    end: datetime,
    clock: Callable[[datetime, datetime], int],
) -> int:
    """Return how much of start to end the disjoint pauses cover, by a clock."""
    total = 0
    for first, last in pauses:
        begin, stop = max(first, start), min(last, end)
        if begin < stop:
            total += clock(begin, stop)
    return total


def merge_pauses(pauses: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return the union of the pauses as disjoint intervals, in order."""
    merged: list[tuple[datetime, datetime]] = []
    for first, last in sorted(pauses):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def compile_statistics(
    trees: Sequence[Node], columns: Sequence[str], nullable: Mapping[str, bool]
) -> Callable[[Iterable[tuple[Any, ...]], Moment], Statistics]:
    """Return the function `(rows, moment) -> integers` for these statistics.

    Parameters
    ----------
    trees
        `Aggregate`, `Survival` and `Own` nodes.
    columns
        The roles of a row's values, in order.
    nullable
        Whether each role may be `None`; a role that is not listed may.
    """
    printer = _Printer(columns, nullable)
    results = [printer.statistic(index, tree) for index, tree in enumerate(trees)]
    source = printer.source(results)
    scope: dict[str, Any] = {"survival": survival, "pause_time": pause_time, **printer.constants}
    exec(compile(source, "<formula>", "exec"), scope)  # noqa: S102 - our own printed source
    function: Callable[[Iterable[tuple[Any, ...]], Moment], Statistics] = scope["reduce"]
    return function


def compile_rows(
    trees: Sequence[Node], columns: Sequence[str], nullable: Mapping[str, bool]
) -> Callable[[Iterable[tuple[Any, ...]], Moment], list[tuple[Any, ...]]]:
    """Return the function `(rows, moment) -> values` for formulas over single rows.

    Parameters
    ----------
    trees
        Formulas over one row.
    columns, nullable
        As for `compile_statistics`.
    """
    printer = _Printer(columns, nullable)
    values = "".join(f"{printer.row(tree)[0]}, " for tree in trees)
    printer.before.append("found = []")
    printer.inside.append(f"found.append(({values}))")
    scope: dict[str, Any] = {"pause_time": pause_time, **printer.constants}
    exec(compile(printer.source(["*found"]), "<formula>", "exec"), scope)  # noqa: S102 - as above
    reduce: Callable[[Iterable[tuple[Any, ...]], Moment], tuple[Any, ...]] = scope["reduce"]
    return lambda rows, moment: list(reduce(rows, moment))


class _Printer:
    """Collects the lines of the printed function."""

    def __init__(self, columns: Sequence[str], nullable: Mapping[str, bool]) -> None:
        self.columns = list(columns)
        self.nullable = nullable
        self.before: list[str] = []
        self.inside: list[str] = []
        self.after: list[str] = []
        self.called: dict[tuple[Functions, tuple[Node, ...]], str] = {}
        self.constants: dict[str, Any] = {}
        self.known: dict[Node, tuple[str, bool]] = {}

    def source(self, results: Sequence[str]) -> str:
        names = ", ".join(f"c{index}" for index in range(len(self.columns)))
        row = f"({names},)" if self.columns else "_"
        body = [f"        {line}" for line in self.inside] or ["        pass"]
        lines = ["def reduce(rows, moment):"]
        lines += [f"    {line}" for line in self.before]
        lines += [f"    for {row} in rows:", *body]
        lines += [f"    {line}" for line in self.after]
        lines.append(f"    return ({''.join(f'{each}, ' for each in results)})")
        return "\n".join(lines)

    def constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def once(self, expression: str) -> str:
        """Keep a value that does not change from row to row."""
        name = f"b{len(self.before)}"
        self.before.append(f"{name} = {expression}")
        return name

    def statistic(self, index: int, tree: Node) -> str:
        name = f"s{index}"
        if isinstance(tree, Survival):
            duration, _ = self.row(tree.duration)
            ended, _ = self.row(tree.ended)
            self.before.append(f"{name} = []")
            self.inside.append(f"if {duration} is not None: {name}.append(({duration}, {ended}))")
            at = self.constant(tree.at)
            steps = f"survival.steps({name})"
            return f"survival.reduce({tree.op!r}, {steps}, {at}, inclusive={tree.inclusive})"
        if isinstance(tree, Own):
            return self.own(name, tree)
        if not isinstance(tree, Aggregate):
            raise TypeError(tree.tag)
        if tree.inner is None:
            self.before.append(f"{name} = 0")
            self.inside.append(f"{name} += 1")
            return name
        value, maybe = self.row(tree.inner)
        test = f"if {value} is not None: " if maybe else ""
        match tree.op:
            case "count":
                self.before.append(f"{name} = 0")
                self.inside.append(f"if {value}: {name} += 1")
            case "sum":
                self.before.append(f"{name} = 0")
                self.inside.append(f"{test}{name} += {value}")
            case "distinct":
                self.before.append(f"{name} = set()")
                self.inside.append(f"{test}{name}.add({value})")
                return f"len({name})"
            case "min" | "max":
                sign = "<" if tree.op == "min" else ">"
                self.before.append(f"{name} = None")
                better = f"{name} is None or {value} {sign} {name}"
                known = f"{value} is not None and ({better})" if maybe else better
                self.inside.append(f"if {known}: {name} = {value}")
        return name

    def own(self, name: str, tree: Own) -> str:
        """Call a pair of functions once for a subject, whichever of their outputs are wanted."""
        key = (tree.functions, tree.args)
        if key not in self.called:
            values = "".join(f"{self.row(each)[0]}, " for each in tree.args)
            self.before.append(f"{name}_rows = []")
            self.inside.append(f"{name}_rows.append(({values}))")
            self.after.append(f"{name} = {self.constant(tree.functions)}.of({name}_rows)")
            self.called[key] = name
        return f"{self.called[key]}[{tree.functions.outputs.index(tree.output)}]"

    def row(self, tree: Node) -> tuple[str, bool]:
        """Return the variable that holds a row formula, and whether it may be `None`."""
        if tree not in self.known:
            if isinstance(tree, Column):
                index = self.columns.index(tree.name)
                self.known[tree] = (f"c{index}", self.nullable.get(tree.name, True))
            elif isinstance(tree, Literal_):
                self.known[tree] = (self.constant(tree.value), False)
            elif isinstance(tree, Instant):
                self.known[tree] = (self.once(f"moment.{tree.name}"), False)
            else:
                expression, maybe = self.expression(tree)
                name = f"v{len(self.inside)}"
                self.inside.append(f"{name} = {expression}")
                self.known[tree] = (name, maybe)
        return self.known[tree]

    def expression(self, tree: Node) -> tuple[str, bool]:
        parts = [self.row(child) for child in tree.children()]
        names = [name for name, _ in parts]
        unknown = [name for name, maybe in parts if maybe]
        match tree:
            case Arithmetic(op):
                return self.strict(f"{names[0]} {op} {names[1]}", unknown)
            case Compare(op):
                sign = "==" if op == "=" else op
                return self.strict(f"{names[0]} {sign} {names[1]}", unknown)
            case Logic(op):
                if not unknown:
                    return f"{names[0]} {op} {names[1]}", False
                stop, go = ("False", "True") if op == "and" else ("True", "False")
                decided = f"{names[0]} is {stop} or {names[1]} is {stop}"
                missing = f"{names[0]} is None or {names[1]} is None"
                return f"{stop} if {decided} else None if {missing} else {go}", True
            case Not():
                return self.strict(f"not {names[0]}", unknown)
            case Present():
                return f"{names[0]} is not None", False
            case OneOf(values=values):
                return self.strict(f"{names[0]} in {self.constant(frozenset(values))}", unknown)
            case Blank():
                return self.strict(f"not {names[0]}.strip({self.constant(BLANKS)})", unknown)
            case When():
                condition, then, otherwise = names
                return f"{then} if {condition} else {otherwise}", parts[1][1] or parts[2][1]
            case Extreme(op):
                return self.strict(f"{op}({', '.join(names)})", unknown)
            case Elapsed(clock=clock):
                function = self.once(f"moment.elapsed({clock!r})")
                return self.strict(f"{function}({', '.join(names)})", unknown)
            case Paused(clock=clock):
                function = self.once(f"moment.elapsed({clock!r})")
                pauses, _ = self.row(Column(PAUSES))
                call = f"pause_time({pauses}, {', '.join(names)}, {function})"
                return self.strict(call, unknown)
            case _:
                raise refuse(
                    FormulaError, "The formula cannot be used.", "CPN-F03", tree.tag, tag=tree.tag
                )

    @staticmethod
    def strict(expression: str, unknown: Sequence[str]) -> tuple[str, bool]:
        """Make the expression `None` where any of the values it needs is."""
        if not unknown:
            return expression, False
        test = " or ".join(f"{name} is None" for name in dict.fromkeys(unknown))
        return f"None if {test} else {expression}", True
