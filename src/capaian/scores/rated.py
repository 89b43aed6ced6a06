"""The ratings of a decision table in the program: their values, and why one may have none."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import frozen

from capaian.formula import Column, Node, lit, rounded, substitute
from capaian.indicator import Indicator
from capaian.policy import NodeRule, Policy, Rating
from capaian.policy.rating_formula import read_rating, reads


@frozen
class Rated:
    """A rating for one pattern of what is known.

    Attributes
    ----------
    rating
        The rating.
    value
        The formula of its value, rounded as the rating says.
    digits
        The decimals to which that is rounded; `None` where it may be any number.
    missing
        The nodes and indicators that it reads and that have no value, each with why a node has
        none; empty is all have.
    worst
        The same of those that the policy counts as the worst instead.
    """

    rating: Rating
    value: Node
    digits: int | None
    missing: tuple[tuple[str, str], ...] = ()
    worst: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The name of its value in the program."""
        return f"rating:{self.rating.id}"


def _tree(rating: Rating, policy: Policy, items: Collection[str]) -> Node:
    if not rating.formula:
        return Column(rating.of)
    return read_rating(rating.formula, items, {each.id: each.value for each in policy.numbers})


def rated(
    rating: Rating, policy: Policy, known: Collection[str], reasons: Mapping[str, str]
) -> Rated:
    """Return a rating for subjects of whom just some indicators have a value.

    Parameters
    ----------
    rating, policy
        The rating, and the policy that it belongs to.
    known
        The indicators that have a value.
    reasons
        For each node, why it has no score; empty where it has one.

    Notes
    -----
    What has no value and is to count as the worst does so here too. There is no other default.
    """
    items: dict[str, Indicator | NodeRule] = {each.id: each for each in policy.indicators}
    items |= {each.id: each for each in policy.nodes}
    tree = _tree(rating, policy, items)
    values: dict[Node, Node] = {}
    missing: list[tuple[str, str]] = []
    worst: list[tuple[str, str]] = []
    for name in reads(tree):
        item = items[name]
        node = isinstance(item, NodeRule)
        if not reasons[name] if node else name in known:
            values[Column(name)] = Column(f"{'score' if node else 'achievement'}:{name}")
        elif item.missing == "worst" and name != "score":
            values[Column(name)] = lit(policy.scale.worst)
            worst.append((name, reasons.get(name, "")))
        else:
            missing.append((name, reasons.get(name, "")))
    value = substitute(tree, values)
    digits = _digits(rating, policy, node=rating.of in reasons) if not worst else None
    if rating.rounding is not None and rating.rounding.mode != "none":
        digits = rating.rounding.digits
        value = rounded(value, digits, rating.rounding.mode)
    return Rated(rating, value, digits, tuple(missing), tuple(worst))


def _digits(rating: Rating, policy: Policy, *, node: bool) -> int | None:
    """Return the decimals to which what a rating reads has been rounded already."""
    if rating.formula:
        return None
    place = "score" if rating.of == "score" else "node" if node else "achievement"
    step = policy.rounded(place, rating.of)  # type: ignore[arg-type]
    return None if step is None or step.mode == "none" else step.digits
