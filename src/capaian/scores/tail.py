"""From measured to score: the program for one pattern of what is known and what is missing.

Which indicators of a subject have a value is decided before any arithmetic. For each pattern the
missing rules are applied once, in plain Python, with exact weights; the program that comes out has
no missing logic in it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from attrs import evolve, field, frozen

from capaian.aggregate import Aggregated, Child, aggregate, state_of
from capaian.decision import band_position, level_position
from capaian.exact import Program
from capaian.formula import Column, Node, lit, rounded
from capaian.indicator import Indicator
from capaian.policy import NodeRule, Where
from capaian.scores.plan import Plan
from capaian.scores.rated import Rated, rated

Status = Literal["scored", "unrated", "withheld", "referred", "too_little", "no_evidence"]
"""`unrated` has a score and no band: a rating of the decision table has no value."""
SCORE, UNROUNDED = "score:score", "limited:score"
"""Names of the published score and of the score before rounding, in the program."""
DECISION = "decision"
"""Name of the position of the band that a decision table gives."""
STATUS: dict[str, Status] = {
    "withheld": "withheld",
    "referred": "referred",
    "too_little": "too_little",
    "all_missing": "no_evidence",
}


@frozen
class PartPlan:
    """Where an indicator's results are in the program, and what was decided about it.

    `measured`, `achievement` and `contribution` are names in the program, empty where there is no
    such result; `weight` is the share of the whole score after rescaling. Where that goes by the
    subject's active days, `share` is its name in the program, and `weight` is not its own.
    """

    decision: str = ""
    measured: str = ""
    achievement: str = ""
    contribution: str = ""
    weight: Fraction = Fraction(0)
    share: str = ""


@frozen
class AdjustmentPlan:
    """What a node adds to its parts (a limit, a rounding), by its amount's name in the program."""

    node: str
    reason: str
    name: str


@frozen(eq=False)
class Tail:
    """What is computed for one pattern."""

    program: Program
    status: Status
    parts: Mapping[str, PartPlan]
    nodes: Mapping[str, str] = field(factory=dict)
    """Nodes that have a score, to its name in the program."""
    adjustments: tuple[AdjustmentPlan, ...] = ()
    ratings: tuple[Rated, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether there is a score; it may be without a band."""
        return self.status in {"scored", "unrated"}


def make_tail(plan: Plan, known: frozenset[str]) -> Tail:
    """Return the program for subjects of whom just these indicators have a value."""
    return _Builder(plan, known).tail()


class _Builder:
    def __init__(self, plan: Plan, known: frozenset[str]) -> None:
        self.plan = plan
        self.policy = plan.policy
        self.known = known
        self.steps: list[tuple[str, Node]] = []
        self.made: dict[str, Aggregated] = {}
        self.parts = {name: self.unused(name, "") for name in plan.indicators}
        self.adjustments: list[AdjustmentPlan] = []

    def add(self, name: str, tree: Node) -> Node:
        self.steps.append((name, tree))
        return Column(name)

    def tail(self) -> Tail:
        for name in self.plan.indicators:
            if name in self.known:
                self.measured(name)
        root = self.node(self.policy.root)
        if not root.reason:
            self.spread(self.policy.root, lit(1), Fraction(1))
        ratings = self.decide()
        unrated = any(each.missing for each in ratings)
        scored: Status = "unrated" if unrated else "scored"
        return Tail(
            program=Program(tuple(self.steps)),
            status=STATUS[root.reason] if root.reason else scored,
            parts=self.parts,
            nodes={name: f"score:{name}" for name, made in self.made.items() if not made.reason},
            adjustments=tuple(self.adjustments),
            ratings=ratings,
        )

    def decide(self) -> tuple[Rated, ...]:
        """Add the ratings of a decision table and, where all have a value, the band's position."""
        decision = self.policy.decision
        if decision is None:
            return ()
        reasons = {name: made.reason for name, made in self.made.items()}
        found = [rated(each, self.policy, self.known, reasons) for each in decision.ratings]
        for each in found:
            if not each.missing:
                self.add(each.name, each.value)
        if not any(each.missing for each in found) and not reasons["score"]:
            levels = [level_position(each.rating, Column(each.name), each.digits) for each in found]
            self.add(DECISION, band_position(decision, self.policy.bands, levels))
        return tuple(found)

    def measured(self, name: str) -> None:
        planned = self.plan.indicators[name]
        value = planned.statistics.value
        rounding = self.policy.rounded("measured", name)
        if planned.of_achievements:
            rounding = None  # each sub-period's value was rounded before it was normalised
        if rounding is not None and rounding.mode != "none":
            value = rounded(value, rounding.digits, rounding.mode)
        self.add(f"measured:{name}", value)
        self.add(f"achievement:{name}", planned.achievement)

    def node(self, rule: NodeRule) -> Aggregated:
        """Aggregate a node from its children, the deepest first."""
        children = [self.child(each) for each in self.policy.children(rule.id)]
        place: Where = "score" if rule.id == "score" else "node"
        made = aggregate(
            rule,
            self.plan.aggregations[rule.id],
            children,
            self.policy.scale,
            rounding=self.policy.rounded(place, rule.id),
            conversion=self.plan.conversions.get(rule.id),
        )
        self.made[rule.id] = made
        if not made.reason:
            for name, tree in made.values:
                self.add(name, tree)
        return made

    def child(self, each: NodeRule | Indicator) -> Child:
        if isinstance(each, Indicator):
            state = "present" if each.id in self.known else each.missing
            self.parts[each.id] = self.unused(each.id, "" if state == "present" else state)
            days = Column(f"{each.id}.active") if self.plan.indicators[each.id].active else None
            return Child(each.id, each.weight, state, Column(f"achievement:{each.id}"), days)
        state = state_of(self.node(each).reason, each.missing)
        return Child(each.id, each.weight, state, Column(f"score:{each.id}"))

    def unused(self, name: str, decision: str) -> PartPlan:
        """Return the part of an indicator that adds nothing to the score."""
        if name not in self.known:
            return PartPlan(decision)
        return PartPlan(decision, f"measured:{name}", f"achievement:{name}")

    def spread(self, rule: NodeRule, above: Node, share: Fraction) -> None:
        """Give every part of a node its contribution to the score, down to the indicators."""
        made = self.made[rule.id]
        for kind, amount in made.adjustments.items():
            name = f"{kind}:{rule.id}"
            self.add(name, _times(amount, above))
            self.adjustments.append(AdjustmentPlan(rule.id, kind, name))
        for each in self.policy.children(rule.id):
            if each.id not in made.parts:
                self.left_out(each)
                continue
            multiplier = self.add(f"multiplier:{each.id}", _times(made.multipliers[each.id], above))
            weight = share * made.weights[each.id]
            if isinstance(each, Indicator):
                if rule.active:
                    self.shared(each, made.multipliers[each.id], share)
                self.contribute(each, made.parts[each.id] * multiplier, weight)
            elif not self.made[each.id].reason:
                self.spread(each, multiplier, weight)
            else:
                self.add(f"contribution:{each.id}", made.parts[each.id] * multiplier)
                name = f"contribution:{each.id}"
                self.adjustments.append(AdjustmentPlan(each.id, "worst_node", name))

    def shared(self, each: Indicator, multiplier: Node, share: Fraction) -> None:
        """Give an indicator the share of the score that its active days make of its weight."""
        name = f"weight:{each.id}"
        self.add(name, _times(multiplier, lit(share)))
        self.parts[each.id] = evolve(self.parts[each.id], share=name)

    def contribute(self, each: Indicator, amount: Node, weight: Fraction) -> None:
        self.add(f"contribution:{each.id}", amount)
        self.parts[each.id] = evolve(
            self.parts[each.id], contribution=f"contribution:{each.id}", weight=weight
        )

    def left_out(self, each: NodeRule | Indicator) -> None:
        """Say of everything below a node that was left out that it was."""
        if isinstance(each, NodeRule):
            for below in self.policy.children(each.id):
                self.left_out(below)
        else:
            self.parts[each.id] = self.unused(each.id, "exclude")


def _times(tree: Node, multiplier: Node) -> Node:
    return tree if multiplier == lit(1) else tree * multiplier
