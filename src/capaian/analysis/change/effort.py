"""The least effort that lifts a score to a height: a linear programme, with choices where it jumps.

Each indicator may be moved; what that brings is a chain of straight lines. Where the chain bends
only downwards (is concave), the cheapest points come first by themselves, and a linear programme is
exact. Where it jumps or bends upwards, each stretch is a choice of its own (mixed integers). Both
are solved by HiGHS, through SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import exp, inf, log

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from scipy import optimize, sparse

NEAR = 1e-9
CLOSE = 1e-6
"""How far above a curved mean its value may be left: the plan is scored exactly anyhow."""
_CUTS = 60
"""How often a curved mean is cut closer."""


@frozen
class Stretch:
    """A straight stretch of what a move brings: from `start` to `stop`, from `low` to `high`."""

    start: float
    stop: float
    low: float
    high: float

    @property
    def slope(self) -> float:
        """What a step brings."""
        return (self.high - self.low) / (self.stop - self.start) if self.stop > self.start else 0.0


@frozen
class Move:
    """How far one indicator can be moved, what that brings and what it costs.

    Attributes
    ----------
    stretches
        In order; the first starts at 0, where the indicator is. A jump is a stretch that starts
        where the one before it stops, at another height.
    cost
        For a distance of 1; 0 or more.
    grain
        It goes by whole steps of this length; by any distance where it is 0.
    """

    stretches: tuple[Stretch, ...]
    cost: float
    grain: float = 0.0

    @classmethod
    def through(
        cls, points: Sequence[tuple[float, float]], cost: float, *, grain: float = 0.0
    ) -> Move:
        """Return a move along points (how far, how high); two at one place are a jump."""
        found: list[Stretch] = []

        def stand(point: tuple[float, float]) -> None:
            if not found or (found[-1].stop, found[-1].high) != point:
                found.append(Stretch(point[0], point[0], point[1], point[1]))

        for before, after in pairwise(points):
            if after[0] > before[0]:
                found.append(Stretch(before[0], after[0], before[1], after[1]))
            else:
                stand(before)
        stand(points[-1])
        return cls(tuple(found), cost, grain)

    @property
    def concave(self) -> bool:
        """Whether it never jumps and never bends upwards."""
        return all(
            after.low == before.high and after.slope <= before.slope + NEAR
            for before, after in pairwise(self.stretches)
        )

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest height."""
        heights = [each for s in self.stretches for each in (s.low, s.high)]
        return min(heights), max(heights)


@frozen
class Sum:
    """A linear expression, and between which values it lies."""

    terms: Mapping[int, float]
    constant: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float) -> Sum:
        """Return a constant."""
        return cls({}, value, value, value)

    def at(self, x: NDArray[np.float64]) -> float:
        """Return its value."""
        return self.constant + sum(float(x[at]) * by for at, by in self.terms.items())

    def __mul__(self, weight: float) -> Sum:
        return Sum(
            {at: by * weight for at, by in self.terms.items()},
            self.constant * weight,
            self.low * weight,
            self.high * weight,
        )

    def __add__(self, other: Sum) -> Sum:
        terms = dict(self.terms)
        for at, by in other.terms.items():
            terms[at] = terms.get(at, 0.0) + by
        return Sum(
            terms, self.constant + other.constant, self.low + other.low, self.high + other.high
        )


@frozen(eq=False)
class _Curved:
    """A node whose mean is curved: what stands for it, and its parts."""

    value: int
    parts: tuple[Sum, ...]
    weights: tuple[float, ...]
    method: str


@frozen(eq=False)
class Programme:
    """A linear programme that is put together: moves, then the tree above them."""

    costs: list[float] = field(factory=list)
    low: list[float] = field(factory=list)
    high: list[float] = field(factory=list)
    whole: list[int] = field(factory=list)
    rows: list[tuple[Sum, float]] = field(factory=list)
    """Expressions that are at most a limit."""
    curved: list[_Curved] = field(factory=list)
    effort: list[Sum] = field(factory=list)
    """How far each move goes, in the order in which they were added."""

    def variable(
        self, high: float, low: float = 0.0, cost: float = 0.0, *, whole: bool = False
    ) -> int:
        """Add a variable."""
        self.costs.append(cost)
        self.low.append(low)
        self.high.append(high)
        self.whole.append(int(whole))
        return len(self.costs) - 1

    def at_most(self, expression: Sum, limit: float) -> None:
        """Add the condition that an expression is at most a limit."""
        self.rows.append((expression, limit))

    def move(self, move: Move) -> Sum:
        """Add a move; return the height that it gives."""
        height, far = Sum.of(0.0), Sum.of(0.0)
        low, high = move.ends
        free = move.concave
        chosen = Sum.of(0.0)
        for at, each in enumerate(move.stretches):
            length = each.stop - each.start
            step = self.variable(1.0, cost=move.cost * length)  # the share of the stretch
            by = Sum({step: length}, 0.0, 0.0, length)
            height, far = height + by * each.slope, far + by
            if free:
                height = height + Sum.of(each.low if at == 0 else 0.0)
                continue
            choice = self.variable(1.0, cost=move.cost * each.start, whole=True)
            there = Sum({choice: 1.0}, 0.0, 0.0, 1.0)
            self.at_most(Sum({step: 1.0}, 0.0, 0.0, 1.0) + there * -1.0, 0.0)
            height, far = height + there * each.low, far + there * each.start
            chosen = chosen + there
        if not free:
            self.at_most(chosen, 1.0)
            self.at_most(chosen * -1.0, -1.0)
        if move.grain:
            steps = self.variable(move.stretches[-1].stop / move.grain + 1, whole=True)
            stride = Sum({steps: move.grain}, 0.0, 0.0, 0.0)
            self.at_most(far + stride * -1.0, 0.0)
            self.at_most(stride + far * -1.0, 0.0)
        self.effort.append(far)
        return Sum(height.terms, height.constant, low, high)

    def held(self, value: Sum, low: float, high: float) -> Sum:
        """Return an expression between limits."""
        if high < value.high:
            top = self.variable(high, low=min(value.low, high))
            held = Sum({top: 1.0}, 0.0, min(value.low, high), high)
            self.at_most(held + value * -1.0, 0.0)
            value = held
        if low > value.low:
            room = max(value.high, low) - value.low
            top, choice = (
                self.variable(max(value.high, low), low=low),
                self.variable(1.0, whole=True),
            )
            held = Sum({top: 1.0}, 0.0, low, max(value.high, low))
            chosen = Sum({choice: 1.0}, 0.0, 0.0, 1.0)
            self.at_most(held + value * -1.0 + chosen * -room, 0.0)
            self.at_most(held + chosen * room, low + room)
            value = held
        return value

    def joined(self, parts: Sequence[Sum], weights: Sequence[float], method: str) -> Sum:
        """Return the mean of some parts by a method of the house."""
        if method == "arithmetic":
            total = Sum.of(0.0)
            for part, weight in zip(parts, weights, strict=True):
                total = total + part * weight
            return total
        counted = [
            (p, w) for p, w in zip(parts, weights, strict=True) if w > 0 or method == "minimum"
        ]
        low, high = min(p.low for p, _ in counted), max(p.high for p, _ in counted)
        if method == "minimum":
            high = min(p.high for p, _ in counted)
        value = self.variable(high, low=low)
        made = Sum({value: 1.0}, 0.0, low, high)
        if method == "minimum":
            for part, _ in counted:
                self.at_most(made + part * -1.0, 0.0)
        else:
            parts_, weights_ = zip(*counted, strict=True)
            self.curved.append(_Curved(value, parts_, weights_, method))
        return made

    def cheapest(self, whole: Sum, need: float) -> NDArray[np.float64] | None:
        """Return the cheapest solution with an expression of at least `need`; `None` is none."""
        rows = [*self.rows, (whole * -1.0, -need)]
        return self._solved(np.array(self.costs), rows)

    def highest(self, whole: Sum) -> NDArray[np.float64]:
        """Return the solution with the greatest value of an expression."""
        costs = np.zeros(len(self.costs))
        for at, by in whole.terms.items():
            costs[at] = -by
        found = self._solved(costs, list(self.rows))
        return np.array(self.low) if found is None else found

    def _solved(
        self, costs: NDArray[np.float64], rows: list[tuple[Sum, float]]
    ) -> NDArray[np.float64] | None:
        for _ in range(_CUTS):
            x = self._solve(costs, rows)
            if x is None or not self.curved:
                return x
            cuts = [_tangent(each, x) for each in self.curved]
            over = [cut for cut, excess in cuts if excess > CLOSE]
            if not over:
                return x
            rows += [(cut, 0.0) for cut in over]
        return x

    def _solve(
        self, costs: NDArray[np.float64], rows: list[tuple[Sum, float]]
    ) -> NDArray[np.float64] | None:
        if not self.costs:
            fits = all(row.constant <= limit + NEAR for row, limit in rows)
            return np.zeros(0) if fits else None
        whole = np.array(self.whole)
        ends = np.array([self.low, self.high])
        plain = np.ones(len(rows))
        if not whole.any():
            return _minimum(costs, rows, plain, whole, ends)
        # A row with great coefficients misses its limit by much where a whole number is off by the
        # solver's tolerance: HiGHS then mends the solution, and says so on the standard output by a
        # `printf` that no option stops. Rows of one size keep it quiet; what that costs in
        # closeness comes back where the whole numbers are fixed and the rest is solved anew.
        sizes = [max([1.0, *map(abs, row.terms.values())]) for row, _ in rows]
        x = _minimum(costs, rows, np.array(sizes), whole, ends)
        if x is None:
            return None
        ends[:, whole > 0] = np.rint(x[whole > 0])
        nearer = _minimum(costs, rows, plain, np.zeros_like(whole), ends)
        return x if nearer is None else nearer


def _minimum(
    costs: NDArray[np.float64],
    rows: list[tuple[Sum, float]],
    sizes: NDArray[np.float64],
    whole: NDArray[np.int64],
    ends: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Return the solution of least cost, each row divided by its size; `None` is none."""
    cells = [(line, at, by) for line, (row, _) in enumerate(rows) for at, by in row.terms.items()]
    shape = (len(rows), len(costs))
    lines, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    matrix = sparse.csr_array((values / sizes[list(lines)], (lines, columns)), shape=shape)
    limits = np.array([limit - row.constant for row, limit in rows]) / sizes
    conditions = optimize.LinearConstraint(matrix, -np.inf, limits) if rows else ()
    solved = optimize.milp(
        costs,
        integrality=whole,
        bounds=optimize.Bounds(*ends),
        constraints=conditions,
        options={"mip_rel_gap": 0.0},
    )
    return None if solved.x is None else np.asarray(solved.x, dtype=np.float64)


def _tangent(node: _Curved, x: NDArray[np.float64]) -> tuple[Sum, float]:
    """Return the plane that touches a concave mean, and how far the value is above it."""
    at = [max(part.at(x), 1e-6) for part in node.parts]
    mean, slopes = MEANS[node.method](at, node.weights)
    plane = Sum({node.value: 1.0}, 0.0, -inf, inf)
    constant = mean
    for part, slope, point in zip(node.parts, slopes, at, strict=True):
        plane = plane + part * -slope
        constant -= slope * point
    return plane + Sum.of(-constant), float(x[node.value]) - mean


def _geometric(at: Sequence[float], weights: Sequence[float]) -> tuple[float, list[float]]:
    total = sum(weights)
    mean = exp(sum(w * log(each) for w, each in zip(weights, at, strict=True)) / total)
    return mean, [w / total * mean / each for w, each in zip(weights, at, strict=True)]


def _harmonic(at: Sequence[float], weights: Sequence[float]) -> tuple[float, list[float]]:
    total = sum(weights)
    mean = total / sum(w / each for w, each in zip(weights, at, strict=True))
    return mean, [w / total * (mean / each) ** 2 for w, each in zip(weights, at, strict=True)]


MEANS: Mapping[str, Callable[[Sequence[float], Sequence[float]], tuple[float, list[float]]]] = {
    "geometric": _geometric,
    "harmonic": _harmonic,
}


@frozen(eq=False)
class Cheapest:
    """The cheapest way: how far each goes, what it costs, and the score that it gives."""

    moves: NDArray[np.float64]
    cost: float
    score: float


def least_effort(moves: Sequence[Move], weights: Sequence[float], need: float) -> Cheapest | None:
    """Return the cheapest moves by which a weighted mean is at least `need`.

    Parameters
    ----------
    moves
        One for each indicator.
    weights
        One for each.
    need
        The least sum of weight times height.

    Returns
    -------
    Cheapest or None
        `None` where no moves are enough.

    Notes
    -----
    min sum c_i d_i, subject to sum w_i g_i(d_i) >= need. Where all g_i are concave it is the
    fractional knapsack (Dantzig 1957); elsewhere taking the best ratio of gain to cost first is
    wrong. Recourse of this kind: Ustun, Spangher & Liu 2019.
    """
    programme = Programme()
    heights = [programme.move(each) for each in moves]
    whole = programme.joined(heights, list(weights), "arithmetic")
    x = programme.cheapest(whole, need)
    if x is None:
        return None
    far = np.array([each.at(x) for each in programme.effort])
    cost = float(sum(move.cost * d for move, d in zip(moves, far, strict=True)))
    return Cheapest(far, cost, whole.at(x))
