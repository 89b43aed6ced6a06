"""One subject's program as something to move: which measured values, how far, what they give."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from attrs import frozen

from capaian.analysis.change.curves import Curve, Line, NotLinearError, curve_of
from capaian.analysis.change.effort import Move, Programme, Sum
from capaian.analysis.tree import strange_nodes
from capaian.errors import AnalysisError, Finding
from capaian.exact import Program, run_paired
from capaian.formula import lit
from capaian.indicator import Indicator
from capaian.policy import NodeRule
from capaian.scores import Scores
from capaian.scores.account import widest
from capaian.scores.planned import Planned
from capaian.scores.tail import UNROUNDED

HEADLINE = "What it takes cannot be told."
_FAR = 10
MOST_STEPS = 500
"""A value with no more steps than this to go is planned in whole steps."""


@frozen(eq=False)
class Handle:
    """An indicator that may be moved.

    Attributes
    ----------
    planned
        The indicator.
    now, curve
        Its measured value, and the achievement over it.
    sign
        Whether it is moved up (1) or down (-1).
    end
        The farthest measured value that it may be moved to.
    cost
        Of one unit of the measured value.
    """

    planned: Planned
    now: Fraction
    curve: Curve
    sign: int
    end: Fraction
    cost: Fraction

    @property
    def grain(self) -> Fraction:
        """The step in which the measured value is spoken of."""
        return self.planned.measure.grain

    def value(self, far: float) -> Fraction:
        """Return the measured value at a distance, on the grain and not short of it."""
        if far <= float(self.grain) * 1e-6:
            return self.now
        return self.rounded(self.now + self.sign * Fraction(far))

    def rounded(self, value: Fraction) -> Fraction:
        """Return a value on the grain, on the far side, within the end."""
        steps = value / self.grain
        near = Fraction(round(steps))
        if abs(steps - near) < Fraction(1, 10**6):  # a solver's crumb is no step
            steps = near
        found = (ceil(steps) if self.sign > 0 else floor(steps)) * self.grain
        return min(found, self.end) if self.sign > 0 else max(found, self.end)

    def move(self) -> Move:
        """Return what moving brings, as straight stretches from where it is to its end."""
        reach = abs(self.end - self.now)
        posts = sorted(
            {abs(p - self.now) for p in self.curve.posts if 0 < self.sign * (p - self.now) < reach}
        )
        marks = [Fraction(0), *posts, reach] if reach else [Fraction(0)]
        points: list[tuple[float, float]] = []

        def put(far: Fraction, high: Fraction) -> None:
            point = (float(far), float(high))
            if not points or points[-1] != point:
                points.append(point)

        put(Fraction(0), self.curve(self.now))
        for start, stop in pairwise(marks):
            middle = self.now + self.sign * (start + stop) / 2
            line = self._line(middle)
            # What begins only beyond a post is there one grain farther.
            here = self.now + self.sign * start
            begin = start if line(here) == self.curve(here) else min(start + self.grain, stop)
            put(begin, line(self.now + self.sign * begin))
            put(stop, line(self.now + self.sign * stop))
            put(stop, self.curve(self.now + self.sign * stop))
        return Move.through(points, float(self.cost), grain=self._steps(reach))

    def _steps(self, reach: Fraction) -> float:
        """Return the step in which it is planned; 0 where the steps are too many, or it is off."""
        off = (self.now / self.grain).denominator != 1
        if off or reach > MOST_STEPS * self.grain:
            return 0.0
        return float(self.grain)

    def _line(self, x: Fraction) -> Line:
        place = sum(post < x for post in self.curve.posts)
        return self.curve.lines[place]


@frozen(eq=False)
class Mechanism:
    """How the score of one subject follows from the values that may be moved.

    Attributes
    ----------
    scores, row
        Whose.
    handles
        By indicator.
    """

    scores: Scores
    row: int
    handles: Mapping[str, Handle]

    def score(self, values: Mapping[str, Fraction]) -> Fraction:
        """Return the exact score before rounding if these indicators were measured so."""
        fixed = {f"measured:{name}": lit(value) for name, value in values.items()}
        tail = self.scores.tail(self.row)
        steps = tuple((name, fixed.get(name, tree)) for name, tree in tail.program.steps)
        return run_paired(Program(steps), self.scores.given(self.row))[UNROUNDED][1]

    def now(self) -> dict[str, Fraction]:
        """Return the values as they are."""
        return {name: each.now for name, each in self.handles.items()}

    def programme(self) -> tuple[Programme, Sum]:
        """Return the linear programme, and the expression that is the score in it."""
        made = Programme()
        heights = {name: made.move(each.move()) for name, each in self.handles.items()}
        exact = self.scores.exact(self.row)
        policy, tail = self.scores.policy, self.scores.tail(self.row)

        def leaf(each: Indicator) -> Sum | None:
            if each.id in heights:
                return heights[each.id]
            if tail.parts[each.id].achievement:
                return Sum.of(float(exact[f"achievement:{each.id}"][1]))
            return Sum.of(float(policy.scale.worst)) if each.missing == "worst" else None

        def climb(rule: NodeRule) -> Sum | None:
            below = policy.children(rule.id)
            parts = [climb(each) if isinstance(each, NodeRule) else leaf(each) for each in below]
            there = [
                (Sum.of(float(policy.scale.worst)) if part is None else part, each.weight)
                for part, each in zip(parts, below, strict=True)
                if part is not None or each.missing == "worst"
            ]
            if not there or rule.id not in tail.nodes:
                return None
            total = sum((weight for _, weight in there), Fraction(0))
            weights = [float(weight / total) if total else 0.0 for _, weight in there]
            value = made.joined([part for part, _ in there], weights, rule.method)
            low = -1e300 if rule.floor is None else float(rule.floor)
            high = 1e300 if rule.cap is None else float(rule.cap)
            return made.held(value, low, high)

        whole = climb(policy.root)
        assert whole is not None  # noqa: S101 - the subject has a score
        return made, whole

    def slack(self) -> float:
        """Return by how much roundings below the score may lift it, at most."""
        policy = self.scores.policy
        curves = (float(each.curve.slack) for each in self.handles.values())
        steps = [policy.rounded("node", each.id) for each in policy.nodes if each.id != "score"]
        nodes = (0.5 * 10.0**-each.digits for each in steps if each and each.mode != "none")
        return max(curves, default=0.0) + sum(nodes)


def mechanism_of(
    scores: Scores,
    row: int,
    costs: Mapping[str, Fraction],
    limits: Mapping[str, Fraction],
) -> Mechanism:
    """Return one subject's mechanism; what has a cost may be moved.

    Raises
    ------
    AnalysisError
        CPN-M26: a node cannot be planned over. CPN-M32: an indicator's achievement is no chain of
        straight lines. All at once.
    """
    findings = strange_nodes(scores.policy)
    tail, exact, given = scores.tail(row), scores.exact(row), scores.given(row)
    handles: dict[str, Handle] = {}
    for name, planned in scores.plan.indicators.items():
        if name not in costs or not tail.parts[name].measured or not tail.parts[name].contribution:
            continue
        if planned.of_achievements:
            continue  # of several achievements, no one value can be moved
        try:
            curve = curve_of(planned.achievement, f"measured:{name}", given)
        except NotLinearError:
            findings.append(Finding("CPN-M32", f"indicators['{name}']", {"indicator": name}))
            continue
        now = exact[f"measured:{name}"][1]
        sign, end = _end(scores, planned, curve, now, limits.get(name))
        if sign:
            handles[name] = Handle(planned, now, curve, sign, end, costs[name])
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return Mechanism(scores, row, handles)


def _end(
    scores: Scores, planned: Planned, curve: Curve, now: Fraction, limit: Fraction | None
) -> tuple[int, Fraction]:
    """Return which way the achievement gets better, and how far there is anything to be had."""
    scale = scores.policy.scale
    span = abs(scale.best - scale.worst) or Fraction(1)
    found: list[tuple[Fraction, int, Fraction]] = []
    for sign, bound in ((1, planned.measure.most), (-1, planned.measure.least)):
        if {"higher": 1, "lower": -1}.get(planned.direction, sign) != sign:
            continue
        stop = widest(planned, bound)
        if limit is not None and sign * (limit - now) >= 0:
            stop = limit if stop is None else (min(stop, limit) if sign > 0 else max(stop, limit))
        elif limit is not None:
            continue
        beyond = [each for each in curve.posts if sign * (each - now) > 0]
        last = (max if sign > 0 else min)([now, *beyond])
        slope = curve.lines[-1 if sign > 0 else 0].slope * sign
        far = last + sign * (_FAR * span / slope if slope > 0 else planned.measure.grain)
        if stop is None or sign * (far - stop) < 0:
            stop = far
        if sign * (stop - now) <= 0:
            continue
        inside = [each for each in beyond if sign * (each - stop) <= 0]
        best = max(curve(each) for each in [now, *inside, stop])
        found.append((best, sign, stop))
    if not found:
        return 0, now
    best, sign, end = max(found)
    return sign, end
