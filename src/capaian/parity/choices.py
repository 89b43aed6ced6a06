"""Roundings that an office may have used: each as another program for the same subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from capaian.exact import Program, run_paired
from capaian.formula import Column, Node, Round, lit, rounded, substitute, total, when
from capaian.parity.quantity import Quantity
from capaian.parity.steps import Value, quantities
from capaian.policy import Where
from capaian.scores.tail import DECISION, SCORE, UNROUNDED, Tail

if TYPE_CHECKING:
    from capaian.scores import Scores

Place = Literal["measured", "sub-period", "achievement", "contribution", "node", "score"]
Way = Literal["half-up", "half-even", "truncate", "none"]
PLACES: tuple[Place, ...] = (
    "measured", "sub-period", "achievement", "contribution", "node", "score",
)  # fmt: skip
WAYS: tuple[Way, ...] = ("half-up", "half-even", "truncate")
MOST_DIGITS = 4
_OWN = "own:score"
"""The score of a sheet that adds up rounded contributions, in the program."""
_WHERE: Mapping[str, Where] = {
    "measured": "measured",
    "achievement": "achievement",
    "node": "node",
    "score": "score",
}


@frozen
class Choice:
    """A rounding at one place, in place of the policy's own there; the others are the policy's.

    Attributes
    ----------
    place
        `measured`, `achievement`, `node`, `score` as in a policy; `sub-period`: each month's or
        quarter's value before they become one; `contribution`: each before they are added up.
    digits, way
        To how many decimals, and how; `none` leaves the value as it is.
    """

    place: Place
    digits: int = 0
    way: Way = "none"


def choices(scores: Scores) -> Iterator[Choice]:
    """Return every choice that is another rule than the policy's own, the likeliest first."""
    policy = scores.policy
    for place in PLACES:
        if place == "sub-period" and not any(_consolidated(scores)):
            continue
        if place == "node" and len(policy.nodes) == 1:
            continue
        own = [each for each in policy.rounding if each.where == place]
        if any(each.mode != "none" for each in own):
            yield Choice(place)
        for way in WAYS:
            for digits in range(MOST_DIGITS, -1, -1):
                if (digits, way) not in [(each.digits, each.mode) for each in own if not each.of]:
                    yield Choice(place, digits, way)


def _consolidated(scores: Scores) -> Iterator[bool]:
    for planned in scores.plan.indicators.values():
        rule = planned.indicator.consolidate
        yield rule is not None and rule.of == "measured"


def truncated(tree: Node, digits: int) -> Node:
    """Return a formula cut off after so many decimals, toward zero.

    Half a unit nearer to zero, half-up gives what cutting off gives: floor(s - 1/2 + 1/2); what is
    less than half a unit from zero is zero either way.
    """
    half = Fraction(1, 2 * 10**digits)
    up, down = rounded(tree - lit(half), digits), rounded(tree + lit(half), digits)
    return when(tree >= lit(half), up, when(tree <= lit(-half), down, lit(0)))


@frozen(eq=False)
class Other:
    """The program of one pattern of subjects under another rounding."""

    program: Program
    score: str

    def values(self, given: Mapping[str, int]) -> dict[str, Fraction]:
        """Return every value of a subject, by its name in the program; of the score as `SCORE`."""
        made = {name: exact for name, (_, exact) in run_paired(self.program, given).items()}
        if self.score in made:
            made[SCORE] = made[self.score]
        return made


class Others:
    """Programs under other roundings, made once for each pattern of subjects."""

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.known: dict[tuple[int, Choice], Other] = {}

    def of(self, row: int, choice: Choice) -> Other:
        """Return the program of a subject."""
        tail = self.scores.tail(row)
        key = (id(tail), choice)
        if key not in self.known:
            self.known[key] = _Maker(self.scores, tail, choice).other
        return self.known[key]

    def values(self, row: int, choice: Choice, wanted: list[Quantity]) -> dict[Quantity, Value]:
        """Return quantities of a subject under a choice: exact numbers, and the band's id."""
        exact = self.of(row, choice).values(self.scores.given(row))
        return quantities(self.scores, row, exact, wanted, self.band(row, exact))

    def band(self, row: int, exact: Mapping[str, Fraction]) -> str | None:
        """Return the id of the band that the values of a subject have."""
        scores = self.scores
        if not scores.tail(row).scored:
            return None
        if scores.policy.decision is not None:
            at = exact.get(DECISION)
            return None if at is None else scores.policy.bands[int(at)].id
        subject = scores.subjects[row]
        facts = {name: bool(known.get(subject)) for name, known in scores.facts.items()}
        band = scores.plan.band(exact[SCORE], facts)
        return band.id if band else None


class _Maker:
    """Makes the program of a pattern under a choice."""

    def __init__(self, scores: Scores, tail: Tail, choice: Choice) -> None:
        self.scores, self.tail, self.choice = scores, tail, choice

    @cached_property
    def other(self) -> Other:
        steps = tuple((name, self.step(name, tree)) for name, tree in self.tail.program.steps)
        if self.choice.place != "contribution" or not self.tail.scored:
            return Other(Program(steps), SCORE)
        parts = [each.contribution for each in self.tail.parts.values() if each.contribution]
        terms: list[Node] = [Column(name) for name in parts]
        terms += [
            Column(each.name)
            for each in self.tail.adjustments
            if (each.node, each.reason) != ("score", "rounding")
        ]
        made: Node = total(terms)
        own = self.scores.policy.rounded("score", "score")
        if own is not None and own.mode != "none":
            made = rounded(made, own.digits, own.mode)
        return Other(Program((*steps, (_OWN, made))), _OWN)

    def step(self, name: str, tree: Node) -> Node:
        """Return a step of the program under the choice."""
        kind, _, of = name.partition(":")
        match self.choice.place, kind:
            case "measured", "measured":
                return self.rounded(self.bare(tree, "measured", of))
            case "achievement", "achievement":
                return self.rounded(self.bare(tree, "achievement", of))
            case "sub-period", "measured":
                return self.sub_periods(tree, of)
            case "contribution", "contribution":
                return self.rounded(tree)
            case "node", "score" if of != "score":
                return self.rounded(Column(f"limited:{of}"))
            case "score", "score" if of == "score":
                return self.rounded(Column(UNROUNDED))
        return tree

    def rounded(self, tree: Node) -> Node:
        digits, way = self.choice.digits, self.choice.way
        if way == "none":
            return tree
        return truncated(tree, digits) if way == "truncate" else rounded(tree, digits, way)

    def bare(self, tree: Node, place: str, of: str) -> Node:
        """Return a value without the policy's own rounding at this place."""
        own = self.scores.policy.rounded(_WHERE[place], of)
        if own is not None and own.mode != "none" and isinstance(tree, Round):
            return tree.inner
        return tree

    def sub_periods(self, tree: Node, of: str) -> Node:
        """Return a consolidated value whose sub-periods are rounded before they become one."""
        planned = self.scores.plan.indicators[of]
        rule = planned.indicator.consolidate
        if rule is None or rule.of != "measured":
            return tree
        known: dict[Node, Node] = {
            each.statistics.value: self.rounded(each.statistics.value)
            for each in planned.windows
            if each.begun
        }
        return substitute(tree, known)


def described(choice: Choice) -> dict[str, Any]:
    """Return a choice as plain values."""
    digits = None if choice.way == "none" else choice.digits
    return {"place": choice.place, "digits": digits, "mode": choice.way}
