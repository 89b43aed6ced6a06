"""The tail as one pure function of a batch of columns: integers in, scores and bands out.

It keeps nothing between calls but what follows from the plan, and each subject's result depends on
that subject's integers alone: cut into batches in any way, the bits are the same. Blocks in which
every indicator has a value, nearly all in most evidence, are scored where they lie; the rest is
gathered by pattern.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import le
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from attrs import frozen

from capaian.columns import Coded
from capaian.exact.filtered import BLOCK, Workspace
from capaian.scores.patterns import Batch, groups, state_rules_of
from capaian.scores.scorer import Scorer, Watch
from capaian.scores.tail import Status, Tail

if TYPE_CHECKING:
    from numpy.typing import NDArray  # noqa: TC004 - nothing resolves these annotations

    from capaian.exact.bounds import Ranges
    from capaian.exact.callables import Floats  # noqa: TC004 - the same
    from capaian.scores.plan import Plan

STATUSES: tuple[str, ...] = get_args(Status)
LARGEST = 2**63 - 1
MOST_SCORERS = 2048
"""Patterns whose programs are kept printed."""
FEW = 8
"""So few rows are interpreted sooner than their pattern's program is printed."""
STRETCH = 64 * BLOCK
"""Rows of mixed patterns that are gathered together."""


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
    run = _Run(plan, batch, ranges)
    with np.errstate(all="ignore"):  # a branch that is not taken may divide by zero
        for start in range(0, batch.count, STRETCH):
            run.stretch(start, min(start + STRETCH, batch.count))
    return run.columns()


class _Known:
    """What follows from a plan: each pattern's scorer, made when it is met."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.names = tuple(plan.indicators)
        self.scorers: dict[frozenset[int], Scorer] = {}
        self.full = self.scorer(frozenset(range(len(self.names))))

    def scorer(self, pattern: frozenset[int]) -> Scorer:
        if pattern not in self.scorers:
            if len(self.scorers) >= MOST_SCORERS:  # patterns may be as many as subjects
                self.scorers = {}
            known = frozenset(self.names[index] for index in pattern)
            self.scorers[pattern] = Scorer(self.plan, known)
        return self.scorers[pattern]


@lru_cache(maxsize=64)
def _known(plan: Plan) -> _Known:
    return _Known(plan)


class Widening:
    """The ranges that have been met, in powers of two, so that they seldom change."""

    def __init__(self, names: Sequence[str], given: Ranges | None) -> None:
        self.names = names
        self.given = given
        self.most = [-1] * len(names)
        self.ranges: dict[str, tuple[int, int]] = dict(given or {})

    def meet(self, columns: Sequence[NDArray[np.int64]]) -> Ranges:
        """Return ranges that hold all that was met, these columns too."""
        if self.given is not None:
            return self.ranges
        for index, column in enumerate(columns):
            # All bits that are set anywhere: negative if any entry is, else less than a power of
            # two above the greatest.
            bits = int(np.bitwise_or.reduce(column))
            if not 0 <= bits <= self.most[index]:
                self.widen(index, column, bits)
        return self.ranges

    def widen(self, index: int, column: NDArray[np.int64], bits: int) -> None:
        """Let the ranges hold a column too, of which all bits that are set are known."""
        low, high = self.ranges.get(self.names[index], (0, 0))
        if bits >= 0:
            self.most[index] = (1 << bits.bit_length()) - 1
            self.ranges[self.names[index]] = low, max(high, self.most[index])
        else:
            least, most = int(column.min()), int(column.max())
            if not low <= least <= most <= high:
                low = min(low, -(1 << abs(least).bit_length()))
                high = max(high, (1 << abs(most).bit_length()) - 1)
                self.ranges[self.names[index]] = low, high


class _Run:
    def __init__(self, plan: Plan, batch: Batch, ranges: Ranges | None) -> None:
        self.batch = batch
        self.plan = plan
        self.known = _known(plan)
        self.rules = state_rules_of(plan)
        self.given = ranges
        self.space = Workspace()
        self.scores = np.empty(batch.count, dtype=np.float64)
        self.bands = np.empty(batch.count, dtype=np.int8)
        self.patterns = np.zeros(batch.count, dtype=np.int32)
        self.numbers = {self.known.full.known: 0}
        self.met: list[Tail] = [self.known.full.tail]
        self.widenings: dict[frozenset[str], Widening] = {}
        self.watches: dict[tuple[int, ...], Watch] = {}
        self.decided = 0
        self.compared = [(name, batch.inputs[name][0]) for name in self.rules.compared]
        self.columns_of_full = [batch.inputs[name][0] for name in self.known.full.names]
        self.used = [name in self.known.full.names for name in self.rules.compared]
        self.masks = self.doubtful_masks()
        self.enough: list[int] = []
        """Least values from which it follows that no state but `ok` holds."""
        self.too_low: list[int] = []
        """Least values from which that does not follow."""

    def doubtful_masks(self) -> list[NDArray[np.bool_]]:
        """Return the masks that hide something, each array once."""
        masks = (self.batch.inputs[name][1] for name in self.rules.asked)
        distinct = {id(each): each for each in masks if each is not None}
        return [each for each in distinct.values() if not each.all()]

    def stretch(self, start: int, stop: int) -> None:
        """Score blocks where nothing is missing in place; gather the rest by pattern."""
        mixed: list[slice] = []
        for first in range(start, stop, BLOCK):
            rows = slice(first, min(first + BLOCK, stop))
            if self.at_a_glance(rows):
                continue
            if self.all_there(rows):
                self.in_place(rows)
            else:
                mixed.append(rows)
        if mixed:
            self.by_pattern(mixed)

    def at_a_glance(self, rows: slice) -> bool:
        """Score a block as if it were like those before, looking on the way whether it is.

        Each column is read while it is in the cache, and not once more before.
        """
        watch = self.watch()
        if watch is None or not all(mask[rows].all() for mask in self.masks):
            return False
        if self.given is None:
            for (_, column), low, used in zip(self.compared, self.enough, self.used, strict=True):
                if not used and np.minimum.reduce(column[rows]) < low:
                    return False
        return self.in_place(rows, watch)

    def watch(self) -> Watch | None:
        """Return what has to hold of a block for it to be like those before; `None` at first."""
        full = self.known.full
        if not self.enough or not full.scored or full.whole is None:
            return None
        most = [] if self.given is not None else self.widening(full).most
        if min(most, default=0) < 0:  # some are below zero: their bits say nothing
            return None
        key = (*most, *self.enough)
        if key not in self.watches:
            names = [f"bits:{name}" for name in full.names] if most else []
            lows = [
                (f"least:{name}", low)
                for (name, _), low in zip(self.compared, self.enough, strict=True)
                if most and name in full.names
            ]
            watched = (*names, *(name for name, _ in lows))
            self.watches[key] = Watch(watched, tuple(most), tuple(low for _, low in lows))
        return self.watches[key]

    def all_there(self, rows: slice) -> bool:
        """Return whether it is sure that every indicator of these rows has a value."""
        if not all(mask[rows].all() for mask in self.masks):
            return False
        least = self.least(rows)
        if self.too_low and all(map(le, least, self.too_low)):
            return False
        for lows in (list(map(min, least, self.enough)) if self.enough else least, least):
            ranges = {
                name: (low, LARGEST) for (name, _), low in zip(self.compared, lows, strict=True)
            }
            if self.rules.settled(ranges, self.rules.asked):
                self.enough = self.enough if self.enough and lows is least else lows
                return True
        self.too_low = least
        return False

    def least(self, rows: slice) -> list[int]:
        """Return the least value of each statistic that a state looks at."""
        if self.given is not None:
            return [self.given[name][0] for name, _ in self.compared]
        return [int(np.minimum.reduce(column[rows])) for _, column in self.compared]

    def in_place(self, rows: slice, watch: Watch | None = None) -> bool:
        """Score rows where they lie; return whether what was watched is as it was taken to be."""
        scorer = self.known.full
        if not scorer.scored:
            self.nothing(rows)
            return True
        given = [column[rows] for column in self.columns_of_full]
        facts = {name: each[rows] for name, each in self.batch.facts.items()}
        widening = self.widening(scorer)
        ranges = widening.ranges if watch else widening.meet(given)
        decided = scorer.block(
            given, ranges, facts, self.scores[rows], self.bands[rows], self.space, watch
        )
        self.decided += decided or 0
        return decided is not None

    def nothing(self, rows: Any) -> None:
        self.scores[rows] = np.nan
        self.bands[rows] = -1

    def widening(self, scorer: Scorer) -> Widening:
        if scorer.known not in self.widenings:
            self.widenings[scorer.known] = Widening(scorer.names, self.given)
        return self.widenings[scorer.known]

    def by_pattern(self, mixed: Sequence[slice]) -> None:
        """Score rows of which some lack something, one pattern after another."""
        parts = [self.rules.bits(self.batch.part(rows)) for rows in mixed]
        bits = [np.concatenate(each) for each in zip(*parts, strict=True)]
        places = np.concatenate([np.arange(rows.start, rows.stop) for rows in mixed])
        for pattern, found in groups(bits):
            scorer = self.known.scorer(pattern)
            number = self.numbers.setdefault(scorer.known, len(self.met))
            if number == len(self.met):
                self.met.append(scorer.tail)
            rows = places[found]
            self.patterns[rows] = number
            if not scorer.scored:
                self.nothing(rows)
                continue
            for first in range(0, len(rows), BLOCK):
                self.gathered(scorer, rows[first : first + BLOCK])

    def gathered(self, scorer: Scorer, rows: NDArray[np.int64]) -> None:
        given = [self.batch.inputs[name][0][rows] for name in scorer.names]
        facts = {name: each[rows] for name, each in self.batch.facts.items()}
        scores, bands = np.empty(len(rows)), np.empty(len(rows), dtype=np.int8)
        if len(rows) <= FEW and not scorer.ready:
            scorer.interpret(given, facts, scores, bands)
            self.scores[rows], self.bands[rows] = scores, bands
            return
        ranges = self.widening(scorer).meet(given)
        self.decided += scorer.block(given, ranges, facts, scores, bands, self.space) or 0
        self.scores[rows] = scores
        self.bands[rows] = bands

    def columns(self) -> ScoredColumns:
        tails = tuple(self.met)
        table = np.array([STATUSES.index(tail.status) for tail in tails], dtype=np.int8)
        if len(tails) == 1:
            statuses = np.full(self.batch.count, table[0], dtype=np.int8)
        else:
            statuses = table[self.patterns]
        return ScoredColumns(
            scores=self.scores,
            bands=Coded(self.bands, tuple(band.id for band in self.plan.policy.bands)),
            statuses=Coded(statuses, STATUSES),
            patterns=self.patterns,
            tails=tails,
            decided=self.decided,
        )


def facts_of(plan: Plan, facts: Mapping[str, Mapping[str, Any]], subjects: Sequence[str]) -> Any:
    """Return, for each gate of the policy's bands, a column of whom it is true."""
    gates = {band.gate for band in plan.policy.bands if band.gate} & set(facts)
    return {
        gate: np.fromiter(
            (bool(facts[gate].get(subject)) for subject in subjects), np.bool_, len(subjects)
        )
        for gate in sorted(gates)
    }
