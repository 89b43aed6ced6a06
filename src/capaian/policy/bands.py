"""Proofs of the bands: every score that there can be falls into exactly one.

A score that is rounded lies on a grid, so that `to = 76.60` and `from = 76.61` leave nothing open
when it has two decimals, and leave nine values open when it has three.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

from attrs import field, frozen

from capaian.errors import Finding, did_you_mean
from capaian.exact import round_ratio
from capaian.exact.interval import Interval, gaps, overlaps
from capaian.exact.spans import Reach, reach_of
from capaian.formula import Node, number
from capaian.indicator import Missing
from capaian.policy.document import Scale, Where
from capaian.policy.tree import FORMULA, ROOT, prove_name
from capaian.policy.written import (
    WrittenBand,
    WrittenIndicator,
    WrittenNode,
    WrittenRounding,
    WrittenScore,
    limit_of,
)
from capaian.wire import short


@frozen
class Tree:
    """What the greatest and the least score there can be follow from.

    Attributes
    ----------
    scale, missing, score, nodes, indicators, rounding
        As the document has them.
    formulas, conversions
        By node: its formula, over a column for each part; and what is made of its value,
        `raw:<node>`.
    """

    scale: Scale
    missing: Missing
    score: WrittenScore
    nodes: tuple[WrittenNode, ...]
    indicators: tuple[WrittenIndicator, ...]
    rounding: tuple[WrittenRounding, ...]
    formulas: Mapping[str, Node] = field(factory=dict)
    conversions: Mapping[str, Node] = field(factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every formula and every conversion that the document has is at hand."""
        return all(
            (rule.method != FORMULA or name in self.formulas)
            and (not rule.convert or name in self.conversions)
            for name, rule in self._rules()
        )

    def _rules(self) -> list[tuple[str, WrittenScore | WrittenNode]]:
        return [(ROOT, self.score), *((each.id, each) for each in self.nodes)]

    @property
    def last(self) -> WrittenRounding | None:
        """The rounding of the score."""
        return next((each for each in self.rounding if each.where == "score"), None)

    @property
    def span(self) -> Interval:
        """Every score that there can be, ends inside.

        A method is taken to give a mean: nothing beyond the least and the greatest of its parts;
        formulas and conversions give what their own arithmetic can.
        """
        parts = self._below(ROOT, frozenset())
        if not parts:
            parts = {ROOT: Interval(self.scale.floor, self.scale.cap, high_inside=True)}
        score = self.score
        made = self._made(ROOT, score, parts)
        return self._limited(made, limit_of(score.floor), limit_of(score.cap), "score")

    def of(self, name: str) -> tuple[Interval, int | None]:
        """Return every value that a node or an indicator can have, and to how many decimals.

        The decimals are `None` where its values are not rounded.
        """
        if name == ROOT:
            return self.span, _decimals([self.last] if self.last else [])
        items: list[WrittenNode | WrittenIndicator] = [*self.nodes, *self.indicators]
        item = next(each for each in items if each.id == name)
        parent = item.parent or ROOT
        span = self._below(parent, frozenset({parent})).get(name, Interval(None, None))
        where = "node" if any(each.id == name for each in self.nodes) else "achievement"
        fitting = [e for e in self.rounding if e.where == where and name in (e.of or (name,))]
        digits = _decimals(fitting)
        for worst in self._worst(item.missing):
            if digits is not None and worst.low is not None and worst.low * 10**digits % 1:
                digits = None  # the worst is taken as it is
        return span, digits

    @property
    def reaches(self) -> dict[str, Reach]:
        """For each node with a formula, every value that it can give, and its divisors."""
        return {
            name: reach_of(self.formulas[name], self._below(name, frozenset({name})))
            for name, rule in self._rules()
            if rule.method == FORMULA and name in self.formulas
        }

    def _made(
        self, name: str, rule: WrittenScore | WrittenNode, parts: Mapping[str, Interval]
    ) -> Interval:
        """Return every value that a node can have before its limits."""
        made = _hull(parts.values())
        if rule.method == FORMULA and name in self.formulas:
            made = reach_of(self.formulas[name], parts).span
        if rule.convert and name in self.conversions:
            made = reach_of(self.conversions[name], {f"raw:{name}": made}).span
        return made

    def _below(self, parent: str, above: frozenset[str]) -> dict[str, Interval]:
        """Return, for each part of a node, all that it can be."""
        found: dict[str, Interval] = {}
        for each in self.indicators:
            if (each.parent or ROOT) == parent:
                low = limit_of(each.floor, self.scale.floor)
                high = limit_of(each.cap, self.scale.cap)
                whole = Interval(None, None)
                made = self._limited(whole, low, high, "achievement", each.id)
                found[each.id] = _hull([made, *self._worst(each.missing)])
        for node in self.nodes:
            if (node.parent or ROOT) == parent and node.id not in above:
                parts = self._below(node.id, above | {node.id})
                spans = self._worst(node.missing)
                if parts:
                    limits = limit_of(node.floor), limit_of(node.cap)
                    made = self._made(node.id, node, parts)
                    spans.append(self._limited(made, *limits, "node", node.id))
                if spans:
                    found[node.id] = _hull(spans)
        return found

    def _worst(self, missing: Missing | None) -> list[Interval]:
        worst = self.scale.worst
        counts = (missing or self.missing) == "worst"
        return [Interval(worst, worst, high_inside=True)] if counts else []

    def _limited(
        self,
        span: Interval,
        low: Fraction | None,
        high: Fraction | None,
        where: Where,
        name: str = "",
    ) -> Interval:
        first = low if span.low is None else _held(span.low, low, high)
        last = high if span.high is None else _held(span.high, low, high)
        for step in self.rounding:
            if step.where == where and (not step.of or name in step.of):
                first, last = _rounded(first, step), _rounded(last, step)
                break
        return Interval(first, last, high_inside=True)


def _held(value: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    held = value if high is None else min(value, high)
    return held if low is None else max(held, low)


def _rounded(value: Fraction | None, step: WrittenRounding) -> Fraction | None:
    return None if value is None else round_ratio(value, step.digits or 0, step.mode)


def _decimals(steps: Sequence[WrittenRounding]) -> int | None:
    return steps[0].digits if steps and steps[0].mode != "none" else None


def _hull(parts: Iterable[Interval]) -> Interval:
    lows, highs = zip(*((each.low, each.high) for each in parts), strict=True)
    low = None if None in lows else min(lows)
    return Interval(low, None if None in highs else max(highs), high_inside=True)


def prove_bands(
    bands: Sequence[WrittenBand], facts: Collection[str], *, precedence: bool
) -> list[Finding]:
    """Return what is wrong with each band for itself.

    Parameters
    ----------
    bands
        The bands, in the document's order.
    facts
        The names of the facts that a gate may ask for.
    precedence
        Whether the first band that fits is given.
    """
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for index, each in enumerate(bands):
        place = f"bands['{short(each.id)}']"
        findings += prove_name(each.id, f"bands[{index}].id")
        if each.id in seen:
            values = {"name": short(each.id), "first": f"bands[{seen[each.id]}]"}
            findings.append(Finding("CPN-P12", f"bands[{index}].id", values))
        seen.setdefault(each.id, index)
        pairs = (("from", "above"), each.from_, each.above), (("to", "below"), each.to, each.below)
        twice = [keys for keys, one, other in pairs if one is not None and other is not None]
        findings += [
            Finding("CPN-P30", place, {"one": keys[0], "other": keys[1]}) for keys in twice
        ]
        if not twice and each.interval.empty:
            findings.append(Finding("CPN-P31", place, {"interval": each.interval.text()}))
        if each.gate and each.gate not in facts:
            values = {
                "gate": short(each.gate),
                "hint": did_you_mean(each.gate, facts),
                "known": ", ".join(sorted(facts)) or "-",
            }
            findings.append(Finding("CPN-P36", f"{place}.gate", values))
        if each.gate and not precedence:
            findings.append(Finding("CPN-P37", f"{place}.gate", {"gate": short(each.gate)}))
    return findings


def prove_cover(
    bands: Sequence[WrittenBand], span: Interval, digits: int | None, *, precedence: bool
) -> list[Finding]:
    """Return the scores that have no band, and those that have two.

    Parameters
    ----------
    bands
        The bands, each sound in itself.
    span
        Every score that there can be.
    digits
        The decimals of the score; `None` where it is not rounded.
    precedence
        Whether the first band that fits is given, so that bands may overlap; then every score must
        have a band without a gate, and every band some score.
    """
    line = _Line(bands, span, digits)
    always = [index for index, each in enumerate(bands) if not (precedence and each.gate)]
    gated = len(always) < len(bands)
    findings = [
        Finding("CPN-P33" if gated else "CPN-P32", "bands", line.gap(each, always))
        for each in line.open_beside(always)
    ]
    if precedence:
        findings += [
            Finding("CPN-P35", f"bands['{short(each.id)}']", {"interval": each.interval.text()})
            for index, each in enumerate(bands)
            if line.shadowed(index)
        ]
        return findings
    return findings + [
        Finding("CPN-P34", "bands", line.overlap(first, second, shared))
        for first, second, shared in line.shared()
    ]


class _Line:
    """The bands on the line of scores, or on its grid, where a step is one.

    On the grid every interval is half-open and its ends are whole numbers: score x 10^digits.
    """

    def __init__(self, bands: Sequence[WrittenBand], span: Interval, digits: int | None) -> None:
        self.bands = bands
        self.digits = digits
        self.limits = span
        self.span = self.on_grid(span)
        self.intervals = [self.on_grid(each.interval) for each in bands]

    def on_grid(self, interval: Interval) -> Interval:
        if self.digits is None:
            return interval
        low, high = interval.low, interval.high
        if low is not None:
            low *= 10**self.digits
            low = Fraction(ceil(low) if interval.low_inside else floor(low) + 1)
        if high is not None:
            high *= 10**self.digits
            high = Fraction(floor(high) + 1 if interval.high_inside else ceil(high))
        return Interval(low, high)

    def off_grid(self, interval: Interval) -> Interval:
        """Return an interval of the grid as scores, ends inside."""
        if self.digits is None:
            return interval
        low, high = interval.low, interval.high
        scale = 10**self.digits
        return Interval(
            None if low is None else low / scale,
            None if high is None else (high - 1) / scale,
            high_inside=True,
        )

    def within(self, interval: Interval, other: Interval) -> list[Interval]:
        return [shared for _, _, shared in overlaps([interval, other])]

    def open_beside(self, chosen: Sequence[int]) -> list[Interval]:
        left = gaps([self.intervals[index] for index in chosen])
        return [self.off_grid(part) for gap in left for part in self.within(gap, self.span)]

    def shared(self) -> list[tuple[int, int, Interval]]:
        return [
            (first, second, self.off_grid(part))
            for first, second, both in overlaps(self.intervals)
            for part in self.within(both, self.span)
        ]

    def shadowed(self, index: int) -> bool:
        """Return whether the bands before one take every score that it could be given for."""
        own = self.within(self.intervals[index], self.span)
        before = [self.intervals[each] for each in range(index) if not self.bands[each].gate]
        return bool(own) and not any(self.within(own[0], gap) for gap in gaps(before))

    def gap(self, gap: Interval, chosen: Sequence[int]) -> dict[str, str]:
        beside = self.beside(gap, [self.bands[index] for index in chosen])
        said = "; ".join(f"'{short(each.id)}' {each.interval.text()}" for each in beside)
        return {
            **_said(gap),
            "beside": f" ({said})" if said else "",
            "span": self.limits.text(),
        }

    def beside(self, gap: Interval, bands: Sequence[WrittenBand]) -> list[WrittenBand]:
        """Return the nearest band under a gap and the nearest above it."""
        under = [
            (high, index)
            for index, each in enumerate(bands)
            if gap.low is not None and (high := each.interval.high) is not None and high <= gap.low
        ]
        above = [
            (low, index)
            for index, each in enumerate(bands)
            if gap.high is not None and (low := each.interval.low) is not None and low >= gap.high
        ]
        nearest = [max(under)] if under else []
        nearest += [min(above)] if above else []
        return [bands[index] for _, index in nearest]

    def overlap(self, first: int, second: int, shared: Interval) -> dict[str, str]:
        one, two = self.bands[first], self.bands[second]
        return {
            **_said(shared),
            "first": short(one.id),
            "second": short(two.id),
            "one": one.interval.text(),
            "two": two.interval.text(),
        }


def _said(scores: Interval) -> dict[str, str]:
    """Return which scores are meant, by language."""
    low, high = scores.low, scores.high
    if low is None or high is None or scores.low_inside != scores.high_inside:
        return {"scores": f"for {scores.text()}", "scores_id": f"untuk {scores.text()}"}
    one, two = number(low), number(high)
    if low == high:
        return {"scores": f"for {one}", "scores_id": f"untuk {one}"}
    if scores.low_inside:
        return {"scores": f"from {one} to {two}", "scores_id": f"dari {one} sampai {two}"}
    return {"scores": f"between {one} and {two}", "scores_id": f"di antara {one} dan {two}"}
