"""One pattern's program made ready for blocks of subjects: floats first, integers in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from capaian import exact
from capaian.band import Ladder, band_codes, ladder_of
from capaian.exact import run_paired
from capaian.exact.bounds import LARGEST_WHOLE, Ranges
from capaian.exact.callables import Floats, Mask
from capaian.exact.double import Fine, fine, run_double
from capaian.exact.filtered import Workspace, run_block
from capaian.exact.printed import Printed, print_numpy
from capaian.exact.ratios import run_ratios
from capaian.exact.single import Row, TooDeep, print_row
from capaian.exact.straight import Straight, merged, pared, straighten
from capaian.scores.judged import judge
from capaian.scores.tail import DECISION, SCORE, make_tail

if TYPE_CHECKING:
    from numpy.typing import NDArray  # noqa: TC004 - nothing resolves these annotations

    from capaian.scores.plan import Plan

Columns: TypeAlias = Sequence["NDArray[np.int64]"]
MANY = 8
"""Where more than one row of so many is in doubt, they are decided together before one by one."""


@frozen(eq=False)
class Block:
    """At most one block of rows: what is given of them, and where their results go.

    Attributes
    ----------
    given
        A column for each statistic of the scorer's.
    facts
        For each gate of a band, of whom it is true.
    scores, codes
        Where the scores and the positions of the bands are written.
    strange
        Rows that are not of the scorer's pattern: what is written there holds nothing.
    """

    given: Columns
    facts: Mapping[str, Mask]
    scores: Floats
    codes: NDArray[np.int8]
    strange: Mask | None = None

    def own(self, doubt: Mask | None) -> Mask | None:
        """Return the rows of the scorer's pattern that are in doubt; `None` where none is."""
        if doubt is None or self.strange is None:
            return doubt
        doubt = doubt & ~self.strange
        return doubt if doubt.any() else None


class Program:
    """A program with what is wanted of it, printed as it is needed.

    Attributes
    ----------
    straight
        The program.
    names
        The statistics that it uses, in order.
    """

    def __init__(self, program: exact.Program, wanted: Sequence[str], *, near: bool) -> None:
        self.program = pared(program, wanted)
        self.near = near
        self.straight: Straight = straighten(program, wanted)
        self.names = self.straight.inputs
        self.printed: dict[tuple[Any, ...], Printed] = {}
        self.rows: dict[tuple[int, ...], Callable[..., Row]] = {}
        self.doubles: dict[tuple[Any, ...], Fine] = {}

    def columns(self, ranges: Ranges, outputs: Sequence[int], *, watched: bool = False) -> Printed:
        """Return the program for columns, for statistics within ranges, perhaps watched."""
        key = (*outputs, *(ranges[name] for name in self.names), watched)
        if key not in self.printed:
            self.printed[key] = print_numpy(
                self.straight, ranges, outputs, near=self.near, watched=watched
            )
        return self.printed[key]

    def double(self, ranges: Ranges, at: int) -> Fine:
        """Return the program with twice the digits."""
        key = (at, *(ranges[name] for name in self.names))
        if key not in self.doubles:
            self.doubles[key] = fine(self.straight, ranges, at)
        return self.doubles[key]

    def exact(self, outputs: Sequence[int]) -> Callable[..., Row]:
        """Return the program for one row in integers."""
        key = tuple(outputs)
        if key not in self.rows:
            try:
                self.rows[key] = print_row(self.straight, outputs, near=self.near)
            except TooDeep:
                self.rows[key] = self.paired(key)
        return self.rows[key]

    def paired(self, outputs: tuple[int, ...]) -> Callable[..., Row]:
        """Return the same through `run_paired`, for a program that cannot be printed."""
        named = {at: name for name, at in self.straight.results.items()}

        def run(*given: int) -> Row:
            known = run_paired(self.program, dict(zip(self.names, given, strict=True)))
            found: list[Any] = []
            for at in outputs:
                whole = self.straight.operations[at].kind == "whole"
                name = self.whole_name(at) if whole else named[at]
                near, exact = known[name]
                if whole:
                    exact *= 10 ** self.straight.operations[at].value[0]
                found += [near] if self.near else []
                found += [exact.numerator, exact.denominator]
            return tuple(found)

        return run

    def whole_name(self, at: int) -> str:
        """Return the result that is rounded at a position."""
        results = self.straight.results
        return next(name for name in results if self.straight.whole_of(name) == at)


class Scorer:
    """Scores and bands of the subjects of one pattern.

    Attributes
    ----------
    tail
        What is computed for them.
    names
        The statistics that it uses, in order.
    """

    def __init__(
        self, plan: Plan, known: frozenset[str], same: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.known = known
        self.tail = make_tail(plan, known)
        self.scored = self.tail.scored
        program = merged(self.tail.program, same)
        wanted = [each for each in (SCORE, DECISION) if each in program.names]
        self.program = Program(program, wanted if self.scored else (), near=False)
        self.names = self.program.names
        if not self.scored:
            return
        straight = self.program.straight
        self.at = straight.results[SCORE]
        self.whole = straight.whole_of(SCORE)
        digits = None if self.whole is None else straight.operations[self.whole].value[0]
        self.scale = 10 ** (digits or 0)
        bands = () if plan.policy.decision else plan.policy.bands
        self.ladder: Ladder = ladder_of(bands, digits)
        self.decision = straight.results.get(DECISION)

    def block(
        self, block: Block, ranges: Ranges, space: Workspace, most: Sequence[int] = ()
    ) -> int | None:
        """Write the scores and bands of at most one block of rows.

        Parameters
        ----------
        block
            The rows.
        ranges
            Between which values the statistics are taken to be.
        space
            The buffers.
        most
            For each statistic all bits that may be set, none of them the sign, where that is still
            to be looked at; the ranges follow from it.

        Returns
        -------
        int or None
            How many rows were decided in integers; `None` where other bits are set, and nothing
            that was written holds.
        """
        given, scores, together = block.given, block.scores, 0
        if self.whole is None:
            if most and not _within(map(np.bitwise_or.reduce, given), most):
                return None
            doubled = run_double(self.program.double(ranges, self.at), given, len(scores))
            scores[:] = doubled.nearest
            points, doubt = scores, block.own(doubled.doubt)
        else:
            points = space.points[: len(scores)]
            printed = self.program.columns(ranges, (self.at, self.whole), watched=bool(most))
            seen = [0] * len(most)
            doubt = block.own(run_block(printed, given, (scores, points), space, seen))
            if not _within(seen, most):
                return None
            if doubt is not None:
                doubt, together = self.closer(given, ranges, scores, points, doubt)
        near = block.own(band_codes(points, self.ladder, block.facts, block.codes))
        if near is not None:
            doubt = near if doubt is None else near | doubt
        decided = 0
        if doubt is not None:
            rows = np.flatnonzero(doubt)
            self.decide(rows, given, block.facts, scores, block.codes)
            decided = len(rows) + together
        if self.decision is not None:
            decided += judge(self.program, self.decision, block, ranges, space)
        return decided

    @property
    def ready(self) -> bool:
        """Whether the program has been printed already."""
        return bool(self.program.printed or self.program.doubles)

    def interpret(
        self,
        given: Columns,
        facts: Mapping[str, Mask],
        scores: Floats,
        codes: NDArray[np.int8],
    ) -> None:
        """Score a few rows without printing anything."""
        gates = self.open_gates(np.arange(len(scores)), facts)
        rows = zip(*(each.tolist() for each in given), strict=True) if given else [()] * len(gates)
        for row, (values, gate) in enumerate(zip(rows, gates, strict=True)):
            known = run_paired(self.program.program, dict(zip(self.names, values, strict=True)))
            exact = known[SCORE][1]
            scores[row] = exact.numerator / exact.denominator
            code = self.ladder.code(exact * self.scale, gate)
            codes[row] = code if self.decision is None else known[DECISION][1].numerator

    def open_gates(self, rows: NDArray[np.int64], facts: Mapping[str, Mask]) -> list[int]:
        """Return, for each row, which gates are open, as their sum in the ladder."""
        found = np.zeros(len(rows), dtype=np.int64)
        for index, gate in enumerate(self.ladder.gates):
            if gate in facts:
                found += facts[gate][rows].astype(np.int64) << index
        return found.tolist()

    def closer(
        self, given: Columns, ranges: Ranges, scores: Floats, points: Floats, doubt: Mask
    ) -> tuple[Mask, int]:
        """Decide together what is in doubt, where that is much.

        Returns
        -------
        tuple
            What is left, and how many rows were decided in integers.
        """
        rows = np.flatnonzero(doubt)
        if self.whole is None or len(rows) * MANY < len(doubt):
            return doubt, 0
        program = self.program.double(ranges, self.whole)
        doubled = run_double(program, [each[rows] for each in given], len(rows))
        points[rows] = doubled.nearest
        ties = rows[doubled.doubt]
        left, decided = np.zeros_like(doubt), 0
        if len(ties) * MANY < len(doubt):
            left[ties] = True
        else:  # a policy that rounds at every step is often on ties, and its ratios are short
            columns = [each[ties] for each in given]
            found = run_ratios(self.program.straight, self.whole, columns, len(ties))
            points[ties] = found.numerators
            # What is too large for the grid of float64 is left, and so is what passes 64 bits.
            left[ties] = np.abs(found.numerators) >= LARGEST_WHOLE
            left[ties[list(found.large)]] = True
            decided = len(ties) - int(left.sum())
        scores[rows] = points[rows] / float(self.scale)
        return left, decided

    def decide(
        self,
        rows: NDArray[np.int64],
        given: Columns,
        facts: Mapping[str, Mask],
        scores: Floats,
        codes: NDArray[np.int8],
    ) -> None:
        """Score rows one by one in integers."""
        run = self.program.exact([self.at if self.whole is None else self.whole])
        gates = self.open_gates(rows, facts)
        columns = [each[rows].tolist() for each in given]
        found: list[float] = []
        bands: list[int] = []
        for place, gate in enumerate(gates):
            top, bottom = run(*(column[place] for column in columns))
            found.append(top / (bottom * self.scale) + 0.0)
            value = top if bottom == 1 else Fraction(top, bottom)
            bands.append(self.ladder.code(value, gate))
        scores[rows] = found
        codes[rows] = bands


def _within(seen: Iterable[int], most: Sequence[int]) -> bool:
    """Return whether no bits are set but those that may be; a sign counts as one."""
    return all(0 <= int(bits) <= limit for bits, limit in zip(seen, most, strict=True))
