"""The explanation of a score as a value: parts that add up, levers, sources."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from capaian.errors import Language
from capaian.explain.decided import Decided
from capaian.explain.page import page
from capaian.explain.told import Told
from capaian.explain.words import near
from capaian.indicator import Text

SCHEMA = "capaian/explanation/1"


@frozen
class SubPeriod:
    """What one sub-period gave to an indicator that is consolidated.

    Attributes
    ----------
    period, state
        Its label; `ok`, or why it has no value (then there is nothing else).
    measured, n, figures
        The exact value, the observations behind it, and further integers.
    achievement, target
        Where achievements are consolidated: on the policy's scale, and the subject's own target.
    """

    period: str
    state: str
    measured: Fraction | None = None
    n: int = 0
    figures: Mapping[str, int] = field(factory=dict)
    achievement: Fraction | None = None
    target: Fraction | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values; exact numbers are text."""
        measured = self.measured
        made = {
            "period": self.period,
            "state": self.state,
            "numerator": None if measured is None else str(measured.numerator),
            "denominator": None if measured is None else str(measured.denominator),
            "n": self.n,
            "figures": texts(self.figures),
            "achievement": _exact(self.achievement),
        }
        return made if self.target is None else made | {"target": str(self.target)}


@frozen
class Part:
    """One indicator's part in a score.

    Attributes
    ----------
    id, title, node
        The indicator, and the node that it belongs to.
    state
        `ok`, or why there is no measured value.
    decision
        What the policy did about it: empty, `exclude`, `worst`, `withhold`, `refer`.
    measured, n, unit, figures
        The exact value, the observations behind it, what it counts, and further integers.
    formula
        How it was measured, in words by language.
    achievement, weight, contribution
        On the policy's scale; share of the whole score after rescaling; points of the score.
    target
        The subject's own target, where it has one.
    periods
        What each sub-period gave, where the indicator is consolidated.
    """

    id: str
    title: Text
    node: str
    state: str
    decision: str
    measured: Fraction | None
    n: int
    unit: str
    figures: Mapping[str, int]
    formula: Text
    achievement: Fraction | None
    weight: Fraction
    contribution: Fraction
    direction: str
    type: str
    plugin: str
    source: str = ""
    target: Fraction | None = None
    periods: tuple[SubPeriod, ...] = ()

    def of_time(self) -> dict[str, Any]:
        """Return what a document says of target and sub-periods, where there are any."""
        made: dict[str, Any] = {} if self.target is None else {"target": str(self.target)}
        return made | (
            {"periods": [each.to_dict() for each in self.periods]} if self.periods else {}
        )


@frozen
class Adjustment:
    """What a node added to the score (or took off) by itself.

    `reason` is `formula` (what contributions leave over), `conversion`, `limits`, `rounding`, or
    `worst_node` where it had no score and counted as the worst.
    """

    node: str
    reason: str
    amount: Fraction


@frozen
class Lever:
    """How far one indicator alone would have to move for the next band.

    `measured` is the least change of `now` that reaches it, `None` where none does; `best` is the
    score, before rounding, at the indicator's best.
    """

    id: str
    title: Text
    unit: str
    now: Fraction
    measured: Fraction | None
    best: Fraction


@frozen(repr=False)
class Explanation(Told):
    """Why a subject has this score.

    `text()`, `to_dict()` and the HTML of a notebook say the same. Contributions and adjustments add
    up to `score` exactly.
    """

    subject: str
    label: str
    unit: str
    policy: Mapping[str, Any]
    period: str
    as_of: str
    status: str
    score: Fraction | None
    unrounded: Fraction | None
    digits: int
    rounding: str
    band: str
    band_title: Text
    interval: str
    next_band: str
    next_title: Text
    next_gate: str
    gap: Fraction | None
    parts: tuple[Part, ...]
    adjustments: tuple[Adjustment, ...]
    levers: tuple[Lever, ...]
    sources: tuple[Mapping[str, str], ...] = field(factory=tuple)
    unconfirmed: tuple[str, ...] = ()
    """Citations that are not confirmed and on which this result rests."""
    edges: tuple[Fraction, ...] = ()
    """Edges of bands, from which a score that is not rounded is told apart where it is shown."""
    node_titles: Mapping[str, Text] = field(factory=dict)
    node_methods: Mapping[str, str] = field(factory=dict)
    method_titles: Mapping[str, Text] = field(factory=dict)
    """What the method of each node is called, where it is no formula."""
    node_formulas: Mapping[str, Text] = field(factory=dict)
    decided: Decided | None = None
    """The ratings and the cell, where a decision table gives the band and not the score."""
    gate_title: Text = field(factory=dict)
    """What the fact that the next band asks for is called, where the policy says it."""

    def gate(self, language: Language) -> str:
        """Return the fact that the next band asks for, as people read it; empty where none is."""
        return self.gate_title.get(language) or self.next_gate.replace("_", " ").replace("-", " ")

    def total(self) -> Fraction:
        """Return the sum of all contributions and adjustments: the score itself."""
        parts = sum((part.contribution for part in self.parts), Fraction(0))
        return parts + sum((each.amount for each in self.adjustments), Fraction(0))

    def shown(self) -> str:
        """Return the score as people read it: `≈ 88.04` where it is not rounded and has no end."""
        if self.score is None or self.rounding != "none":
            return self.score_text()
        return near(self.score, self.edges)

    def _shown(self) -> str:
        return self.shown()

    def text(self, language: Language = "en") -> str:
        """Return the explanation as a page of plain text; its sentences wrap at 96 columns."""
        return page(self, language)

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values; exact numbers are text."""
        return {
            "schema": SCHEMA,
            "subject": self.subject,
            "policy": dict(self.policy),
            "period": self.period,
            "as_of": self.as_of,
            "status": self.status,
            "score": None if self.score is None else self.score_text(),
            "unrounded": _exact(self.unrounded),
            "rounding": {"digits": self.digits, "mode": self.rounding},
            "band": self.band or None,
            "interval": self.interval or None,
            "next_band": self.next_band or None,
            "next_gate": self.next_gate or None,
            "gap": _exact(self.gap),
            "parts": [_part(part) for part in self.parts],
            "adjustments": [
                {"node": each.node, "reason": each.reason, "amount": _exact(each.amount)}
                for each in self.adjustments
            ],
            "levers": [_lever(lever) for lever in self.levers],
            "sources": [dict(source) for source in self.sources],
            "unconfirmed": list(self.unconfirmed),
            **self.formulas(),
            **(self.decided.to_dict() if self.decided else {}),
        }

    def formulas(self) -> dict[str, Any]:
        """Return what a document says of nodes that are formulas, where there are any."""
        made = {node: dict(text) for node, text in self.node_formulas.items()}
        return {"formulas": made} if made else {}


def texts(figures: Mapping[str, int]) -> dict[str, str]:
    """Return whole numbers of any size as text, which no reader of JSON rounds."""
    return {name: str(value) for name, value in figures.items()}


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _part(part: Part) -> dict[str, Any]:
    measured = part.measured
    return {
        "id": part.id,
        "title": dict(part.title),
        "node": part.node,
        "type": part.type,
        "plugin": part.plugin,
        "state": part.state,
        "decision": part.decision or None,
        "numerator": None if measured is None else str(measured.numerator),
        "denominator": None if measured is None else str(measured.denominator),
        "n": part.n,
        "unit": part.unit,
        "figures": texts(part.figures),
        "formula": dict(part.formula),
        "achievement": _exact(part.achievement),
        "weight": _exact(part.weight),
        "contribution": _exact(part.contribution),
        "source": part.source or None,
        **part.of_time(),
    }


def _lever(lever: Lever) -> dict[str, Any]:
    return {
        "id": lever.id,
        "unit": lever.unit,
        "now": _exact(lever.now),
        "measured": _exact(lever.measured),
        "best": _exact(lever.best),
    }
