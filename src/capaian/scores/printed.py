"""The tail of one subject, printed: states, score and ledger as straight functions of its integers.

What depends only on the policy is printed once: the states of the indicators, and for each pattern
of what is known its program, in integers (`capaian.exact.single`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any, TypeAlias

from capaian.columns import Lowering, UnsuitableError, truths
from capaian.exact.single import print_results
from capaian.formula import Column, Node, substitute, walk
from capaian.measure import OK, state_rules
from capaian.policy import Band
from capaian.scores.ledger import observations
from capaian.scores.plan import Plan, Planned
from capaian.scores.tail import DECISION, SCORE, Tail, make_tail

Row: TypeAlias = Sequence[int | None]
"""A subject's integers, in the order of the tail's names; `None` is not known."""
Printed: TypeAlias = Callable[[Row], tuple[Any, ...]]
_KEPT = 64
_SCORES = 1 << 16
"""So many different scores are remembered with their bands."""


class PlainTail:
    """The tail of a plan over integers in a fixed order.

    Attributes
    ----------
    plan, names
        The policy made ready, and what the integers of a row are called.
    states
        `(row) -> states`, one for each indicator in canonical order.
    """

    def __init__(self, plan: Plan, names: tuple[str, ...]) -> None:
        self.plan = plan
        self.names = names
        self.indicators = tuple(plan.indicators)
        self.states = _states(plan, names)
        self._cases: dict[tuple[str, ...], Case] = {}
        self._patterns: dict[frozenset[str], Case] = {}

    def case(self, states: tuple[str, ...]) -> Case:
        """Return the program for these states."""
        found = self._cases.get(states)
        if found is None:
            pairs = zip(self.indicators, states, strict=True)
            pattern = frozenset(name for name, state in pairs if state == OK)
            if pattern not in self._patterns:
                self._patterns[pattern] = Case(self, make_tail(self.plan, pattern))
            found = self._cases[states] = self._patterns[pattern]
        return found

    @cached_property
    def counts(self) -> Callable[[Row], tuple[int, ...]]:
        """`(row) -> n`, the number of observations behind each indicator."""
        return _counts(self.plan, self.names)


class Case:
    """One pattern of what is known: its program, printed when it is first needed.

    Attributes
    ----------
    tail
        The program and what was decided.
    """

    def __init__(self, line: PlainTail, tail: Tail) -> None:
        self.line = line
        self.tail = tail
        self.rounding = line.plan.policy.rounded("score", "score")
        self.scored = SCORE in tail.program.names
        self.decided = DECISION in tail.program.names
        self._bands: dict[Any, Band | None] = {}

    @cached_property
    def _score(self) -> Printed:
        wanted = [SCORE, DECISION] if self.decided else [SCORE]
        return print_results(self.tail.program, wanted, self.line.names, near=False)

    def score(self, row: Row, facts: Mapping[str, bool]) -> tuple[float | None, Band | None]:
        """Return the published score, the float64 nearest to the exact one, and the band."""
        if not self.scored:
            return None, None
        above, below, *decision = self._score(row)
        policy = self.line.plan.policy
        if policy.decision is not None:
            code = decision[0] // decision[1] if self.decided else -1
            return above / below, policy.bands[code] if code >= 0 else None
        rounding = self.rounding
        if rounding is None or rounding.mode == "none":
            return above / below, self.line.plan.band(Fraction(above, below), facts)
        key = (above, *sorted(name for name, holds in facts.items() if holds)) if facts else above
        if key in self._bands:
            return above / below, self._bands[key]
        band = self.line.plan.band(Fraction(above, below), facts)
        if len(self._bands) < _SCORES:
            self._bands[key] = band
        return above / below, band

    # ---- every step --------------------------------------------------------------------------

    @cached_property
    def steps(self) -> tuple[dict[str, int], Printed]:
        """The program's results by position in what the function returns; three values each."""
        names = self.tail.program.names
        run = print_results(self.tail.program, names, self.line.names, near=True)
        return {name: 3 * index for index, name in enumerate(names)}, run

    @cached_property
    def fixed(self) -> dict[str, list[Any]]:
        """The columns of the ledger that are the same for all subjects of this pattern."""
        plan, parts = self.line.plan, self.tail.parts
        planned = plan.indicators.values()
        return {
            "indicator": list(plan.indicators),
            "node": [each.indicator.parent or "score" for each in planned],
            "decision": [parts[name].decision or None for name in plan.indicators],
            "unit": [each.measure.unit for each in planned],
        }

    @cached_property
    def _weights(self) -> list[float]:
        parts = self.tail.parts
        return [float(parts[name].weight) for name in self.line.plan.indicators]

    @cached_property
    def _figures(self) -> tuple[list[list[int]], Printed]:
        """Where each indicator's measured value, achievement and contribution are, or -1."""
        wanted: dict[str, int] = {}
        places = []
        for name in self.line.plan.indicators:
            part = self.tail.parts[name]
            places.append(
                [
                    3 * wanted.setdefault(step, len(wanted)) if step else -1
                    for step in (part.measured, part.achievement, part.contribution, part.share)
                ]
            )
        program = self.tail.program
        return places, print_results(program, list(wanted), self.line.names, near=True)

    def figures(self, row: Row) -> dict[str, list[Any]]:
        """Return the columns of the ledger that differ from subject to subject, but for states."""
        places, run = self._figures
        found = (*run(row), None)
        above: list[int | None] = []
        below: list[int | None] = []
        for place, _, _, _ in places:
            if place < 0:
                above.append(None)
                below.append(None)
            else:
                common = gcd(found[place + 1], found[place + 2])
                above.append(found[place + 1] // common)
                below.append(found[place + 2] // common)
        weights = zip(places, self._weights, strict=True)
        return {
            "numerator": above,
            "denominator": below,
            "n": list(self.line.counts(row)),
            "measured": [found[place] for place, _, _, _ in places],
            "achievement": [found[place] for _, place, _, _ in places],
            "weight": [fixed if at < 0 else found[at] for (_, _, _, at), fixed in weights],
            "contribution": [found[place] for _, _, place, _ in places],
        }


_lines: OrderedDict[tuple[int, tuple[str, ...]], PlainTail] = OrderedDict()


def plain_tail(plan: Plan, names: tuple[str, ...]) -> PlainTail:
    """Return the tail of a plan; printed once, known by the plan's identity."""
    key = (id(plan), names)
    known = _lines.get(key)
    if known is None or known.plan is not plan:
        known = _lines[key] = PlainTail(plan, names)
        while len(_lines) > _KEPT:
            _lines.popitem(last=False)
    return known


# ---- printing ----------------------------------------------------------------------------------


def _cells(tree: Node, names: Sequence[str]) -> Node:
    """Return a formula over the places of its inputs in a row."""
    known: dict[Node, Node] = {
        each: Column(f"c{names.index(each.name)}")
        for each in walk(tree)
        if isinstance(each, Column)
    }
    return substitute(tree, known)


def _head(names: Sequence[str], body: str) -> str:
    cells = "".join(f"c{index}, " for index in range(len(names)))
    unpack = f" {cells}= row\n" if names else ""
    return f"def run(row):\n{unpack} return ({body})\n"


def _compiled(source: str, scope: dict[str, Any]) -> Callable[[Row], tuple[Any, ...]]:
    exec(compile(source, "<tail>", "exec"), scope)  # noqa: S102 - our own printed source
    run: Callable[[Row], tuple[Any, ...]] = scope["run"]
    return run


def _states(plan: Plan, names: Sequence[str]) -> Callable[[Row], tuple[str, ...]]:
    """Print the states: of each indicator the first whose condition holds."""
    lowering = Lowering()
    texts = []
    for planned in plan.indicators.values():
        text = repr(OK)
        for rule in reversed(state_rules(planned.statistics)):
            condition = truths.holds(_cells(rule.when, names))
            text = f"{rule.status!r} if {lowering.test(condition, {})} else {text}"
        texts.append(f"({text}), ")
    return _compiled(_head(names, "".join(texts)), dict(lowering.constants))


def _counts(plan: Plan, names: Sequence[str]) -> Callable[[Row], tuple[int, ...]]:
    """Print the numbers of observations; one that is not known is 0."""
    lowering = Lowering()
    texts = [_count(planned, names, lowering) for planned in plan.indicators.values()]
    return _compiled(_head(names, "".join(f"{each}, " for each in texts)), lowering.constants)


def _count(planned: Planned, names: Sequence[str], lowering: Lowering) -> str:
    try:
        tree = _cells(planned.statistics.n, names)
        known = lowering.test(truths.is_known(tree), {})
        return f"({lowering.text(tree, {})} if {known} else 0)"
    except (UnsuitableError, ValueError):

        def counted(row: Row) -> int:
            pairs = zip(names, row, strict=True)
            given = {name: value for name, value in pairs if value is not None}
            return observations(planned, given)

        return f"{lowering.constant(counted)}(row)"
