"""Aggregate: from the scores below a node to the node's own, for one pattern of what is there.

Which children have a value is decided before anything is computed: for each pattern that occurs,
`aggregate` gives formulas that contain no missing logic at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import evolve, field, frozen

from capaian.errors import Finding, PolicyError
from capaian.formula import Column, Node, lit, number, rounded, slope, substitute, total
from capaian.indicator import Missing
from capaian.plugin import Aggregation
from capaian.policy import NodeRule, Rounding, Scale
from capaian.policy.tree import FORMULA

State = Literal["present", "exclude", "worst", "withhold", "refer"]
"""A child's state: it has a value, or what its missing rule makes of its having none."""

Reason = Literal["", "all_missing", "too_little", "withheld", "referred"]
"""Why a node has no score; empty where it has one."""

NOTHING = lit(0)
"""Stands where there is no score and so no formula."""


@frozen
class Child:
    """A child of a node, in one pattern.

    Attributes
    ----------
    name
        Its id.
    weight
        Its weight among all its siblings, which add up to 1.
    state
        Whether it has a value, and if not, what happens.
    part
        Its value, as an input of the formulas; the column of its own name where not given.
    days
        The subject's active days, above 0, by which the weight is multiplied; `None` for none.
    """

    name: str
    weight: Fraction
    state: State = "present"
    part: Node = field()
    days: Node | None = None

    @part.default
    def _column(self) -> Node:
        return Column(self.name)


@frozen
class Aggregated:
    """A node's formulas in one pattern; `steps` gives them in the order in which to run them.

    Attributes
    ----------
    node
        Its id.
    reason
        Why there is no score; empty where there is one, and only then are there formulas.
    share
        The share of weight that has a value.
    weights
        The weights of the children that count, rescaled to add up to 1, by name in order.
    parts
        Their values: the child's input, or the literal worst of the scale.
    raw
        The value, over the parts.
    multipliers
        What each part is multiplied by to give its contribution, over the parts and `raw:<node>`.
    converted, limited, score
        The value as the policy converts it, over `raw:<node>`, where it does; that within floor
        and cap, over `converted:<node>` or `raw:<node>`; and that rounded, over `limited:<node>`.
    adjustments
        `formula` (raw - contributions), `conversion` (converted - raw), `limits` (limited - what
        came before) and `rounding` (score - limited), where there are any: contributions and
        adjustments add up to the score exactly.
    """

    node: str
    reason: Reason = ""
    share: Fraction = Fraction(1)
    weights: Mapping[str, Fraction] = field(factory=dict)
    parts: Mapping[str, Node] = field(factory=dict)
    raw: Node = NOTHING
    multipliers: Mapping[str, Node] = field(factory=dict)
    converted: Node | None = None
    limited: Node = NOTHING
    score: Node = NOTHING
    adjustments: Mapping[str, Node] = field(factory=dict)

    @property
    def values(self) -> list[tuple[str, Node]]:
        """The steps from the value of the parts to the score."""
        made = [(f"raw:{self.node}", self.raw)]
        if self.converted is not None:
            made.append((f"converted:{self.node}", self.converted))
        return [*made, (f"limited:{self.node}", self.limited), (f"score:{self.node}", self.score)]

    @property
    def contributions(self) -> dict[str, Node]:
        """What each part adds to the value: its multiplier, as an earlier step, times the part."""
        return {name: Column(f"multiplier:{name}") * part for name, part in self.parts.items()}

    @property
    def steps(self) -> tuple[tuple[str, Node], ...]:
        """The formulas by name, each over the parts and earlier names; none without a score.

        Names: `raw:<node>`, `multiplier:<child>`, `contribution:<child>`, `converted:<node>`,
        `limited:<node>`, `score:<node>`, and those of the adjustments: `limits:<node>` ...
        """
        if self.reason:
            return ()
        made = self.values[:1]
        made += [(f"multiplier:{name}", tree) for name, tree in self.multipliers.items()]
        made += [(f"contribution:{name}", tree) for name, tree in self.contributions.items()]
        made += self.values[1:]
        made += [(f"{kind}:{self.node}", tree) for kind, tree in self.adjustments.items()]
        return tuple(made)


def state_of(reason: Reason | None, missing: Missing) -> State:
    """Return the state of a child in the node above it.

    Parameters
    ----------
    reason
        For a node, why it has no score (empty: it has one); for an indicator, empty where it has an
        achievement and `None` where it has none.
    missing
        The child's missing rule. A node that was withheld or referred is so all the way up: its own
        rule is for the case that there was too little below it.
    """
    if reason == "":
        return "present"
    if reason == "withheld":
        return "withhold"
    return "refer" if reason == "referred" else missing


def aggregate(
    rule: NodeRule,
    method: Aggregation,
    children: Iterable[Child],
    scale: Scale,
    *,
    rounding: Rounding | None = None,
    conversion: Node | None = None,
) -> Aggregated:
    """Return a node's formulas for one pattern of children, or why it has no score.

    Parameters
    ----------
    rule
        The node: its limits and the least share of weight that must have a value.
    method
        How the parts become one.
    children
        The children with their states; their order does not matter.
    scale
        The policy's scale, for the children that count as its worst.
    rounding
        The rounding at this node: the policy's for nodes, or for the score where it is the root.
    conversion
        What is made of the value before it is limited, over `raw:<node>`; `None` is nothing.

    Raises
    ------
    PolicyError
        CPN-P99: a child counts as the worst of the scale and the method cannot take that.

    Notes
    -----
    `exclude`: w_i becomes w_i / sum of the weights that are left, exactly. `worst`: the child keeps
    its weight and its value is the literal worst; it has no achievement, so it does not help the
    node over `available`. `refer` goes before `withhold`, and both before what is only too little.
    The parts of a formula have no weight: the formula says what each is worth.
    """
    known = sorted(children, key=lambda each: each.name)
    share = sum((each.weight for each in known if each.state == "present"), Fraction(0))
    counted = [each for each in known if each.state in {"present", "worst"}]
    whole = sum((each.weight for each in counted), Fraction(0))
    if reason := _reason(rule, known, share):
        return Aggregated(rule.id, reason, share)
    if any(each.state == "worst" for each in counted):
        _refuse_low(rule, method, scale)
    parts = [each.part if each.state == "present" else lit(scale.worst) for each in counted]
    weights = [each.weight / whole if whole else Fraction(0) for each in counted]
    if rule.active:
        method = _by_days(counted)
    names = [each.name for each in counted]
    raw = Column(f"raw:{rule.id}")
    multipliers = [method.multiplier(parts, weights, index, raw) for index in range(len(parts))]
    adjustments: dict[str, Node] = {}
    if method.remainder:
        pairs = zip(parts, multipliers, strict=True)
        adjustments["formula"] = raw - total([part * multiplier for part, multiplier in pairs])
    made = Aggregated(
        node=rule.id,
        share=share,
        weights=dict(zip(names, weights, strict=True)),
        parts=dict(zip(names, parts, strict=True)),
        raw=method.value(parts, weights),
        multipliers=dict(zip(names, multipliers, strict=True)),
        converted=conversion,
    )
    if conversion is not None:
        adjustments["conversion"] = Column(f"converted:{rule.id}") - raw
    return _limited(made, rule, rounding, adjustments)


def _by_days(counted: Sequence[Child]) -> Aggregation:
    """Return the mean by weights times days: each part by w_i d_i / the sum of w_j d_j.

    KMK 127/2026: K3_i d_i / the sum of K3_j d_j, d the days on which the indicator was active.
    """
    days = [each.days for each in counted if each.days is not None]

    def share(weights: Sequence[Fraction], index: int) -> Node:
        sizes = [lit(weight) * each for weight, each in zip(weights, days, strict=True)]
        return sizes[index] / total(sizes)

    def value(parts: Sequence[Node], weights: Sequence[Fraction]) -> Node:
        return total([part * share(weights, index) for index, part in enumerate(parts)])

    title = {"en": "weighted mean by active days", "id": "rata-rata tertimbang hari aktif"}
    return Aggregation(
        "arithmetic", title, value, lambda _parts, weights, index, _value: share(weights, index)
    )


def formula_aggregation(tree: Node, children: Iterable[str]) -> Aggregation:
    """Return a formula over the parts of a node as an aggregation.

    Parameters
    ----------
    tree
        The formula, over a column for each part, by its id.
    children
        The ids of all the parts; none of them may be left out.

    Notes
    -----
    A part is multiplied by the slope of the formula in it. A formula need not be of degree one:
    what contributions leave over is an adjustment of its own.
    """
    columns = [Column(name) for name in sorted(children)]

    def over(made: Node, parts: Sequence[Node]) -> Node:
        return substitute(made, dict(zip(columns, parts, strict=True)))

    return Aggregation(
        kind=FORMULA,
        title={"en": "a formula", "id": "rumus"},
        value=lambda parts, _weights: over(tree, parts),
        multiplier=lambda parts, _weights, at, _value: over(slope(tree, columns[at]), parts),
        remainder=True,
    )


def _limited(
    made: Aggregated, rule: NodeRule, rounding: Rounding | None, adjustments: dict[str, Node]
) -> Aggregated:
    """Add the steps from the converted value to the score, each apart."""
    before = Column(f"{'raw' if made.converted is None else 'converted'}:{rule.id}")
    limited = Column(f"limited:{rule.id}")
    if rule.floor is not None or rule.cap is not None:
        adjustments["limits"] = limited - before
    score: Node = limited
    if rounding is not None and rounding.mode != "none":
        score = rounded(limited, rounding.digits, rounding.mode)
        adjustments["rounding"] = Column(f"score:{rule.id}") - limited
    held = before.clip(rule.floor, rule.cap)
    return evolve(made, limited=held, score=score, adjustments=adjustments)


def _reason(rule: NodeRule, known: Sequence[Child], share: Fraction) -> Reason:
    states = {each.state for each in known}
    if "refer" in states:
        return "referred"
    if "withhold" in states:
        return "withheld"
    if not any(each.state in {"present", "worst"} for each in known):
        return "all_missing"
    return "too_little" if share < rule.available else ""


def _refuse_low(rule: NodeRule, method: Aggregation, scale: Scale) -> None:
    if method.lowest is not None and scale.worst < method.lowest:
        values = {
            "method": method.kind,
            "lowest": number(method.lowest),
            "worst": number(scale.worst),
        }
        raise PolicyError(
            f"The node '{rule.id}' cannot be aggregated; nothing was scored.",
            [Finding("CPN-P99", f"nodes['{rule.id}'].method", values)],
        )
