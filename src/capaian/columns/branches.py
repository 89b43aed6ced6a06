"""The body of the printed loop: statistics as branches, each condition asked once.

Counts are not kept one by one. The conditions that several statistics share become nested branches
(is there a stop? did it come in time?), every branch has one counter, and a count is the sum of the
counters of the branches where its condition holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from attrs import evolve, frozen

from capaian.columns.lowered import Lowering, UnsuitableError
from capaian.columns.truths import (
    NO,
    YES,
    Facts,
    atoms,
    holds,
    settle_condition,
    settle_value,
)
from capaian.formula import Column, Elapsed, Literal_, Node, Present, When, walk

Kind = Literal["count", "sum", "min", "max", "distinct", "pair", "refuse", "probe"]
GAPS = 4
"""Up to so many cells that may be empty are told apart by branches."""
LONGEST = 2000
"""Lines after which the loop is given up: it would take longer to compile than to do without."""
DEEP = 4
"""Conditions asked within one another, besides those about empty cells."""


@frozen
class Statement:
    """What is done with a row where a condition (in two values) holds.

    `count` it, add up its value (`sum`), keep the least or greatest (`min`, `max`), note the value
    (`distinct`, or as a `pair` with whether it has ended), `refuse` the table, or `probe`: only
    work out `value`, which fails where it lies outside the calendar.
    """

    kind: Kind
    slot: str
    when: Node
    value: Node = YES
    ended: Node = YES


class Branches:
    """Prints statements as branches, and keeps what the counters stand for.

    `spans` are the slots whose sum is kept as a length of time (`timedelta`), not as an integer.
    """

    def __init__(self, lowering: Lowering, spans: Collection[str]) -> None:
        self.lowering = lowering
        self.spans = spans
        self.lines: list[str] = []
        self.counters: dict[str, tuple[str, ...]] = {}
        """Counter to the slots that it counts for."""

    def emit(
        self, statements: Iterable[Statement], facts: Facts, made: frozenset[str],
        indent: str, depth: int = 0,
    ) -> None:  # fmt: skip
        """Print the statements under what is known to hold and has been made."""
        settled = [_settled(each, facts) for each in statements]
        live = [each for each in settled if each.when != NO and not _is_nothing(each)]
        if any(each.kind == "refuse" and each.when == YES for each in live):
            self.lines.append(f"{indent}raise Surprise")
            return
        always = [each for each in live if each.when == YES and not _open(each, facts)]
        groups = _apart([each for each in live if each not in always], facts)
        needs = Counter(use for group in groups for use in self.uses(group))
        used = self.uses(always)
        wanted = used | {use: None for use, times in needs.items() if times > 1}
        made = self.make(wanted, facts, made, indent)
        _prove_made(used, made)
        before = len(self.lines)
        self.do(always, indent)
        for group in groups:
            self.split(group, facts, made, indent, depth)
        if len(self.lines) == before:
            self.lines.append(f"{indent}pass")

    def split(
        self, group: Sequence[Statement], facts: Facts, made: frozenset[str],
        indent: str, depth: int,
    ) -> None:  # fmt: skip
        """Print statements that have conditions in common."""
        if len(self.lines) > LONGEST:
            raise UnsuitableError("more branches than pay")
        asked = Counter(atom for each in group for atom in _atoms(each, facts))
        gaps = [atom for atom in asked if isinstance(atom, Present)]
        if not gaps and (depth >= DEEP or (len(group) == 1 and not _open(group[0], facts))):
            self.one_by_one(group, facts, made, indent)
            return
        if len(gaps) > GAPS:
            self.one_by_one(group, facts, made, indent)
            return
        choice: list[Node] = list(gaps) or list(asked)
        atom = max(choice, key=lambda each: asked[each])
        yes, no = {**facts, atom: YES}, {**facts, atom: NO}
        inside = [
            {use for each in group for use in self.uses([_settled(each, case)])}
            for case in (yes, no)
        ]
        test: dict[str, None] = {}
        text = self.lowering.test(atom, test)
        shared = [
            use
            for use, making in self.lowering.makings.items()
            if use in inside[0] & inside[1] and len(making.lines) > 1
        ]
        made = self.make({**test, **dict.fromkeys(shared)}, facts, made, indent)
        _prove_made(test, made)
        deeper = depth + (not gaps)
        self.lines.append(f"{indent}if {text}:")
        self.emit(group, yes, made, indent + " ", deeper)
        mark = len(self.lines)
        self.lines.append(f"{indent}else:")
        self.emit(group, no, made, indent + " ", deeper)
        if self.lines[mark + 1 :] == [f"{indent} pass"]:
            del self.lines[mark:]

    def one_by_one(
        self, group: Sequence[Statement], facts: Facts, made: frozenset[str], indent: str
    ) -> None:
        """Print each statement with its whole condition in one line."""
        used = self.uses(group)
        _prove_made(used, self.make(used, facts, made, indent))
        for each in group:
            if each.kind == "probe":
                continue  # what it needs has just been made
            self.lines.append(f"{indent}if {self.lowering.test(each.when, {})}:")
            self.do([each], indent + " ")

    # ---- lines -------------------------------------------------------------------------------

    def uses(self, statements: Iterable[Statement]) -> dict[str, None]:
        """Return the variables that statements need, in an order in which they can be made."""
        used: dict[str, None] = {}
        for each in statements:
            if each.when == NO:
                continue
            self.lowering.test(each.when, used)
            if each.kind == "probe":
                self.probe(each, used)
            elif each.slot in self.spans:
                self.span(each.value, used)
            elif each.kind not in {"count", "refuse"}:
                self.lowering.text(each.value, used)
                self.lowering.test(each.ended, used)
        return used

    def make(
        self, wanted: Mapping[str, None], facts: Facts, made: frozenset[str], indent: str
    ) -> frozenset[str]:
        """Print the lines of variables that are not made yet and can be."""
        done = set(made)
        for use in wanted:
            making = self.lowering.makings[use]
            known = all(facts.get(Present(Column(cell))) == YES for cell in making.cells)
            if use in done or not known or not done.issuperset(making.needs):
                continue
            self.lines += [f"{indent}{line}" for line in making.lines]
            done.add(use)
        return frozenset(done)

    def do(self, statements: Sequence[Statement], indent: str) -> None:
        """Print what is done in a branch; all its counts are one counter."""
        counted = tuple(each.slot for each in statements if each.kind == "count")
        if counted:
            name = f"l{len(self.counters)}"
            self.counters[name] = counted
            self.lines.append(f"{indent}{name} += 1")
        for each in statements:
            if each.kind not in {"count", "probe"}:
                self.lines.append(f"{indent}{self.doing(each)}")

    def doing(self, each: Statement) -> str:
        """Return the line that does with a row what a statement says."""
        if each.kind == "refuse":
            return "raise Surprise"
        if each.slot in self.spans:
            return f"{each.slot} += {self.span(each.value, {})}"
        value = self.lowering.text(each.value, {})
        match each.kind:
            case "sum":
                return f"{each.slot} += {value}"
            case "distinct":
                return f"{each.slot}.add({value})"
            case "pair":
                return f"{each.slot}.append(({value}, {self.lowering.test(each.ended, {})}))"
            case _:
                sign = "<" if each.kind == "min" else ">"
                better = f"{each.slot} is None or {value} {sign} {each.slot}"
                return f"if {better}: {each.slot} = {value}"

    def span(self, value: Node, used: dict[str, None]) -> str:
        """Return the text of a length of time."""
        if isinstance(value, When):
            test = self.lowering.test(holds(value.condition), used)
            then, otherwise = self.span(value.then, used), self.span(value.otherwise, used)
            return f"({then} if {test} else {otherwise})"
        if isinstance(value, Elapsed):
            return self.lowering.span(value.start, value.end, used)
        return "zero"

    def probe(self, each: Statement, used: dict[str, None]) -> None:
        """Use what a working clock counts, which fails outside the calendar."""
        self.lowering.counted(each.value, "working_hours", used)


def _prove_made(used: Iterable[str], made: frozenset[str]) -> None:
    """Refuse lines that would read a variable that this row has not made: it is a row's before."""
    if not made.issuperset(used):
        raise UnsuitableError("a time that may be unknown, among many values that may be")


def _settled(each: Statement, facts: Facts) -> Statement:
    if each.when == NO:
        return each
    return evolve(
        each,
        when=settle_condition(each.when, facts),
        value=settle_value(each.value, facts),
        ended=settle_condition(each.ended, facts),
    )


def _is_nothing(each: Statement) -> bool:
    """Return whether zero is added."""
    return each.kind == "sum" and isinstance(each.value, Literal_) and each.value.value == 0


def _atoms(each: Statement, facts: Facts) -> list[Node]:
    """Return the conditions that decide what is done with a row."""
    found = dict.fromkeys([*atoms(each.when), *atoms(each.ended)])
    inside = list(found) if each.kind == "probe" else [*found, each.value]
    for tree in inside:
        for choice in walk(tree):
            if isinstance(choice, When):
                test = settle_condition(holds(choice.condition), facts)
                found.update(dict.fromkeys(atoms(test)))
    return list(found)


def _open(each: Statement, facts: Facts) -> bool:
    """Return whether the value itself still depends on a condition."""
    return bool(_atoms(evolve(each, when=YES), facts))


def _apart(statements: Sequence[Statement], facts: Facts) -> list[list[Statement]]:
    """Return the statements in groups that have no condition in common."""
    groups: list[tuple[set[Node], list[Statement]]] = []
    for each in statements:
        asked, members = set(_atoms(each, facts)), [each]
        rest = []
        for known, others in groups:
            if known & asked:
                asked |= known
                members = others + members
            else:
                rest.append((known, others))
        groups = [*rest, (asked, members)]
    return [members for _, members in groups]
