"""The tail as one pure function of a batch of columns: integers in, scores and bands out.

It keeps nothing between calls but what follows from the plan, and each subject's result depends on
that subject's integers alone: cut into batches in any way, the bits are the same, so stretches of a
large batch are scored side by side. Rows of the pattern that most have are scored where they lie;
the others are gathered by pattern.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from attrs import frozen

from capaian.columns import Coded
from capaian.exact.filtered import BLOCK, Workspace
from capaian.scores.likeness import Likeness
from capaian.scores.patterns import Batch, Distinct, groups, state_rules_of
from capaian.scores.scorer import Block, Scorer
from capaian.scores.tail import Status, Tail
from capaian.scores.widening import Widening
from capaian.threads import side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray  # noqa: TC004 - nothing resolves these annotations

    from capaian.exact.bounds import Ranges
    from capaian.exact.callables import Floats, Mask  # noqa: TC004 - the same
    from capaian.scores.plan import Plan

STATUSES: tuple[str, ...] = get_args(Status)
MOST_SCORERS = 2048
"""Patterns whose programs are kept printed."""
FEW = 8
"""So few rows are interpreted sooner than their pattern's program is printed."""
STRETCH = 8 * BLOCK
"""Rows that are scored by one thread, of which those of mixed patterns are gathered together."""


@frozen(eq=False)
class ScoredColumns:
    """What the tail gives of a batch.

    Attributes
    ----------
    scores
        As published; not a number where there is none.
    bands, statuses
        By the words of the policy's bands and of `STATUSES`.
    patterns
        For each subject, the position of the program by which it was scored.
    tails
        These programs.
    decided
        How many subjects were too near to an edge for float64 and were decided in integers.
    """

    scores: Floats
    bands: Coded
    statuses: Coded
    patterns: NDArray[np.int32]
    tails: tuple[Tail, ...]
    decided: int


def score_columns(plan: Plan, batch: Batch, ranges: Ranges | None = None) -> ScoredColumns:
    """Score a batch of subjects.

    Parameters
    ----------
    plan
        The policy made ready.
    batch
        Statistics as whole columns.
    ranges
        The least and the greatest value of each statistic, where the caller knows them; found on
        the way where left out. They change how much is left to be decided, never the result.
    """
    count = batch.count
    known = _known(plan, tuple(batch.same().items()))
    into = _Results(
        np.empty(count, dtype=np.float64),
        np.empty(count, dtype=np.int8),
        np.empty(count, dtype=np.int32),
    )

    def stretch(start: int) -> _Met:
        run = _Run(known, batch, ranges, into)
        with np.errstate(all="ignore"):  # a branch that is not taken may divide by zero
            run.stretch(start, min(start + STRETCH, count))
        return _Met(run.met, run.decided)  # and let its buffers go

    found = side_by_side(stretch, range(0, count, STRETCH) or [0], STRETCH)
    return _joined(plan, found, into)


@frozen(eq=False)
class _Results:
    """Where the results of a batch are written; each stretch writes to its own rows."""

    scores: Floats
    bands: NDArray[np.int8]
    patterns: NDArray[np.int32]


@frozen(eq=False)
class _Met:
    """Of a stretch: the programs of its patterns, and how many rows were decided in integers."""

    tails: Mapping[frozenset[str], Tail]
    decided: int


def _joined(plan: Plan, found: Sequence[_Met], into: _Results) -> ScoredColumns:
    """Return what the stretches gave as one; patterns are numbered in the order of the rows."""
    met: dict[frozenset[str], Tail] = {}
    for each in found:
        met.update((known, tail) for known, tail in each.tails.items() if known not in met)
    places = {known: place for place, known in enumerate(met)}
    for start, each in zip(range(0, len(into.patterns), STRETCH), found, strict=False):
        numbers = np.array([places[known] for known in each.tails], dtype=np.int32)
        if not np.array_equal(numbers, np.arange(len(numbers))):
            rows = slice(start, start + STRETCH)
            into.patterns[rows] = numbers[into.patterns[rows]]
    tails = tuple(met.values())
    table = np.array([STATUSES.index(tail.status) for tail in tails], dtype=np.int8)
    if len(set(table.tolist())) == 1:
        statuses = np.broadcast_to(table[0], len(into.patterns))  # no memory for one word
    else:
        statuses = table[into.patterns]
    return ScoredColumns(
        scores=into.scores,
        bands=Coded(into.bands, tuple(band.id for band in plan.policy.bands)),
        statuses=Coded(statuses, STATUSES),
        patterns=into.patterns,
        tails=tails,
        decided=sum(each.decided for each in found),
    )


class _Known:
    """What follows from a plan, and from which of its statistics are the same column."""

    def __init__(self, plan: Plan, same: Mapping[str, str]) -> None:
        self.plan = plan
        self.same = same
        self.names = tuple(plan.indicators)
        self.scorers: dict[frozenset[int], Scorer] = {}
        self.full = frozenset(range(len(self.names)))

    def scorer(self, pattern: frozenset[int]) -> Scorer:
        """Return a pattern's scorer, made when the pattern is met."""
        scorer = self.scorers.get(pattern)
        if scorer is None:  # two threads may make it: they make the same
            if len(self.scorers) >= MOST_SCORERS:  # patterns may be as many as subjects
                self.scorers = {}
            known = frozenset(self.names[index] for index in pattern)
            scorer = self.scorers[pattern] = Scorer(self.plan, known, self.same)
        return scorer


@lru_cache(maxsize=64)
def _known(plan: Plan, same: tuple[tuple[str, str], ...]) -> _Known:
    return _Known(plan, dict(same))


class _Run:
    """One stretch of a batch."""

    def __init__(self, known: _Known, batch: Batch, ranges: Ranges | None, into: _Results) -> None:
        self.batch = batch
        self.known = known
        self.likeness = Likeness(state_rules_of(known.plan), batch, ranges)
        self.distinct = Distinct(batch)
        self.rooms: list[NDArray[Any]] = []
        self.given = ranges
        self.space = Workspace()
        self.scores, self.bands, self.patterns = into.scores, into.bands, into.patterns
        self.met: dict[frozenset[str], Tail] = {}
        self.numbers: dict[frozenset[str], int] = {}
        self.widenings: dict[frozenset[str], Widening] = {}
        self.decided = 0
        self.lead: frozenset[int] | None = known.full
        """The pattern that most rows are taken to have; none while they have no one pattern."""
        self.number(known.scorer(known.full))

    def number(self, scorer: Scorer) -> int:
        """Return the position of a pattern's program among those that were met."""
        number = self.numbers.setdefault(scorer.known, len(self.met))
        self.met.setdefault(scorer.known, scorer.tail)
        return number

    def stretch(self, start: int, stop: int) -> None:
        """Score the rows of the leading pattern where they lie; gather the others by pattern."""
        places: list[NDArray[np.int64]] = []
        filled = 0
        for first in range(start, stop, BLOCK):
            rows = slice(first, min(first + BLOCK, stop))
            strange, lead = self.strange(rows)
            if lead is not None:
                self.in_place(self.known.scorer(lead), rows, strange)
                if strange is None:
                    continue
            length = rows.stop - first
            found = np.arange(length) if strange is None else np.flatnonzero(strange)
            places.append(first + found)
            into = slice(filled, filled := filled + len(found))
            for column, room in zip(self.distinct.columns, self.room(), strict=True):
                # They are taken while they are in the cache.
                np.take(column[rows], found, out=room[into], mode="clip")
        if places:
            batch = self.distinct.batch([each[:filled] for each in self.room()])
            self.by_pattern(np.concatenate(places), batch)

    def room(self) -> list[NDArray[Any]]:
        """Return where a stretch's strange rows are put: made once, for it may be large."""
        if not self.rooms:
            most = min(STRETCH, self.batch.count)
            kinds = (getattr(each, "dtype", np.int64) for each in self.distinct.columns)
            self.rooms = [np.empty(most, dtype=kind) for kind in kinds]
        return self.rooms

    def strange(self, rows: slice) -> tuple[Mask | None, frozenset[int] | None]:
        """Return in which rows the pattern is not the leading one, and which leads.

        Where it is that of fewer than half of the rows another leads, or none until the next
        stretch.
        """
        if self.lead is not None:
            strange = self.likeness.others(self.lead, rows)
            if not self.most(strange, rows):
                return strange, self.lead
            pattern, found = max(
                groups(self.likeness.rules.bits(self.batch.part(rows))),
                key=lambda each: len(each[1]),
            )
            self.lead = pattern if len(found) * 2 >= rows.stop - rows.start else None
        return None if self.lead is None else self.likeness.others(self.lead, rows), self.lead

    def most(self, strange: Mask | None, rows: slice) -> bool:
        """Return whether more than half of the rows are strange."""
        return strange is not None and 2 * np.count_nonzero(strange) > rows.stop - rows.start

    def in_place(self, scorer: Scorer, rows: slice, strange: Mask | None) -> None:
        """Score rows where they lie; what is written in strange rows is written over later."""
        self.patterns[rows] = self.number(scorer)
        if not scorer.scored:
            self.nothing(rows)
            return
        given = [self.batch.inputs[name][0][rows] for name in scorer.names]
        facts = {name: each[rows] for name, each in self.batch.facts.items()}
        self.run(scorer, given, facts, self.scores[rows], self.bands[rows], strange)

    def run(
        self,
        scorer: Scorer,
        given: Sequence[NDArray[np.int64]],
        facts: Mapping[str, Mask],
        scores: Floats,
        bands: NDArray[np.int8],
        strange: Mask | None = None,
    ) -> None:
        """Score at most one block."""
        if len(scores) <= FEW and strange is None and not scorer.ready:
            scorer.interpret(given, facts, scores, bands)
            return
        widening = self.widening(scorer)
        block = Block(given, facts, scores, bands, strange)
        decided = None
        if widening.seen:  # what is watched is found while a column is in the cache
            most = widening.most if self.given is None else ()
            decided = scorer.block(block, widening.ranges, self.space, most)
        if decided is None:
            decided = scorer.block(block, widening.meet(given), self.space)
        self.decided += decided or 0

    def nothing(self, rows: Any) -> None:
        self.scores[rows] = np.nan
        self.bands[rows] = -1

    def widening(self, scorer: Scorer) -> Widening:
        if scorer.known not in self.widenings:
            self.widenings[scorer.known] = Widening(scorer.names, self.given)
        return self.widenings[scorer.known]

    def by_pattern(self, places: NDArray[np.int64], batch: Batch) -> None:
        """Score rows, given with where they are, one pattern after another."""
        for pattern, found in groups(self.likeness.rules.bits(batch)):
            scorer = self.known.scorer(pattern)
            self.patterns[places[found]] = self.number(scorer)
            if not scorer.scored:
                self.nothing(places[found])
                continue
            for first in range(0, len(found), BLOCK):
                some = found[first : first + BLOCK]
                given = [batch.inputs[name][0].take(some) for name in scorer.names]
                facts = {name: each[some] for name, each in batch.facts.items()}
                scores, bands = np.empty(len(some)), np.empty(len(some), dtype=np.int8)
                self.run(scorer, given, facts, scores, bands)
                self.scores[places[some]] = scores
                self.bands[places[some]] = bands


def facts_of(plan: Plan, facts: Mapping[str, Mapping[str, Any]], subjects: Sequence[str]) -> Any:
    """Return, for each gate of the policy's bands, a column of whom it is true."""
    gates = {band.gate for band in plan.policy.bands if band.gate} & set(facts)
    return {
        gate: np.fromiter(
            (bool(facts[gate].get(subject)) for subject in subjects), np.bool_, len(subjects)
        )
        for gate in sorted(gates)
    }
