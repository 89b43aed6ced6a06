"""The ledger of whole columns: numbers for millions of rows, to the bit those of one subject's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from capaian.columns import Coded, Gappy
from capaian.exact import Program
from capaian.exact.filtered import BLOCK, Workspace, run_block
from capaian.exact.ratios import Ratios, run_ratios
from capaian.exact.straight import Straight, straighten
from capaian.formula import Column, Node, When, walk
from capaian.measure import OK
from capaian.scores.ledger import observations
from capaian.scores.patterns import alike, state_rules_of
from capaian.scores.scorer import Program as Prepared
from capaian.scores.widening import Widening

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capaian.scores.columns import ScoredColumns
    from capaian.scores.patterns import Batch
    from capaian.scores.plan import Plan, Planned
    from capaian.scores.tail import Tail


def ledger_columns(plan: Plan, batch: Batch, scored: ScoredColumns) -> dict[str, Any]:
    """Return the ledger but for subject and period, one subject after another.

    Parameters
    ----------
    plan
        The policy made ready.
    batch
        What was scored.
    scored
        What `score_columns` gave.
    """
    count, names = batch.count, list(plan.indicators)
    own = any(part.share for tail in scored.tails for part in tail.parts.values())
    wide = _Wide((count, len(names)), own_weights=own)
    states = _states(plan, batch, wide)
    measured = {name: _measured(scored.tails, name) for name in names}
    for start in range(0, count, BLOCK):
        part = batch.part(slice(start, start + BLOCK))
        for index, (name, planned) in enumerate(plan.indicators.items()):
            formula = measured[name]
            if formula is not None:
                known = states.codes[start : start + BLOCK, index] == 0
                _ratios(formula, part, np.flatnonzero(known), start, index, wide)
            _observations(planned, part, start, index, wide)
    with np.errstate(all="ignore"):  # a branch that is not taken may divide by zero
        _floats(names, batch, scored, wide)
    parts = _Parts(names, scored)
    fixed = [(planned.indicator.parent or "score", planned.measure.unit) for planned in
             plan.indicators.values()]  # fmt: skip
    return {
        "indicator": Coded(np.tile(np.arange(len(names), dtype=np.int16), count), names),
        "node": _repeated([node for node, _ in fixed], count),
        "state": Coded(states.codes.reshape(-1), states.words),
        "decision": parts.decisions(),
        "numerator": Gappy(wide.top.reshape(-1), (wide.bottom > 0).reshape(-1), wide.large_top),
        "denominator": Gappy(
            wide.bottom.reshape(-1), (wide.bottom > 0).reshape(-1), wide.large_bottom
        ),
        "n": wide.observed(),
        "unit": _repeated([unit for _, unit in fixed], count),
        "measured": wide.measured.reshape(-1),
        "achievement": wide.achievement.reshape(-1),
        "weight": parts.weights(wide),
        "contribution": wide.contribution.reshape(-1),
    }


class _Wide:
    """The ledger's numbers, a row for each subject and a column for each indicator."""

    def __init__(self, shape: tuple[int, int], *, own_weights: bool) -> None:
        self.indicators = shape[1]
        self.top, self.bottom = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.n = np.zeros(shape, np.int64)
        self.measured, self.achievement, self.contribution = (np.full(shape, np.nan) for _ in "mac")
        self.weight = np.full(shape if own_weights else (0, 0), np.nan)
        self.large_top: dict[int, int] = {}
        self.large_bottom: dict[int, int] = {}
        self.large_n: dict[int, int] = {}

    def observed(self) -> Any:
        """Return how many observations there are behind each value."""
        flat = self.n.reshape(-1)
        if not self.large_n:
            return flat
        known = np.ones(len(flat), dtype=np.bool_)
        known[list(self.large_n)] = False
        return Gappy(flat, known, self.large_n)


def _repeated(words: Sequence[str], count: int) -> Coded:
    distinct = list(dict.fromkeys(words))
    codes = np.array([distinct.index(each) for each in words], dtype=np.int16)
    return Coded(np.tile(codes, count), distinct)


def _states(plan: Plan, batch: Batch, wide: _Wide) -> Coded:
    """Return the states, a row for each subject; `ok` is 0."""
    rules = state_rules_of(plan)
    words: dict[str, int] = {OK: 0}
    codes = np.zeros(wide.top.shape, dtype=np.int8)
    for start in range(0, batch.count, BLOCK):
        rows = slice(start, start + BLOCK)
        part = batch.part(rows)
        for index, name in enumerate(rules.rules):
            found = rules.codes(name, part)
            table = np.array([words.setdefault(each, len(words)) for each in found.words], np.int8)
            codes[rows, index] = table[found.codes]
    return Coded(codes, tuple(words))


# ---- exact ratios ------------------------------------------------------------------------------


def _measured(tails: Sequence[Tail], name: str) -> Node | None:
    """Return the formula of a measured value, where anybody has one."""
    step = f"measured:{name}"
    for tail in tails:
        for known, tree in tail.program.steps:
            if known == step:
                return tree
    return None


@lru_cache(maxsize=1024)
def _straight(tree: Node) -> tuple[Straight, int]:
    straight = straighten(Program((("ratio", tree),)))
    return straight, straight.results["ratio"]


def _ratio(tree: Node, batch: Batch, rows: NDArray[np.int64]) -> Ratios:
    straight, at = _straight(tree)
    some = _every(rows)
    columns = [batch.inputs[name][0][some] for name in straight.inputs]
    return run_ratios(straight, at, columns, len(rows))


def _every(rows: NDArray[np.int64]) -> Any:
    """Return rows that follow one another as a slice, which copies nothing."""
    first, last = int(rows[0]), int(rows[-1])
    return slice(first, last + 1) if last - first + 1 == len(rows) else rows


def _ratios(
    tree: Node, part: Batch, rows: NDArray[np.int64], start: int, index: int, wide: _Wide
) -> None:
    if not len(rows):
        return
    found = _ratio(tree, part, rows)
    places = _every(rows + start)
    wide.top[places, index], wide.bottom[places, index] = found.numerators, found.denominators
    for place, (top, bottom) in found.large.items():
        row = start + int(rows[place])
        wide.bottom[row, index] = 0
        at = row * wide.indicators + index
        wide.large_top[at], wide.large_bottom[at] = top, bottom


def _observations(planned: Planned, part: Batch, start: int, index: int, wide: _Wide) -> None:
    tree = planned.statistics.n
    nodes = walk(tree)
    names = [each.name for each in nodes if isinstance(each, Column)]
    sure = np.ones(part.count, dtype=np.bool_)
    for name in names:
        known = part.inputs[name][1] if name in part.inputs else np.False_
        if known is not None:
            sure &= known
    rows = np.flatnonzero(sure)
    if len(rows):
        found = _ratio(tree, part, rows)
        wide.n[_every(start + rows), index] = found.numerators // found.denominators
        for place, (top, bottom) in found.large.items():
            at = (start + int(rows[place])) * wide.indicators + index
            wide.large_n[at] = top // bottom
    if any(isinstance(each, When) for each in nodes):  # what is unknown may not be asked for
        for row in np.flatnonzero(~sure).tolist():
            given = {
                name: int(values[row])
                for name, (values, known) in part.inputs.items()
                if known is None or known[row]
            }
            wide.n[start + row, index] = observations(planned, given)


# ---- floats ------------------------------------------------------------------------------------


def _floats(names: Sequence[str], batch: Batch, scored: ScoredColumns, wide: _Wide) -> None:
    """Write measured values, achievements and contributions as float64, pattern by pattern."""
    targets = {
        "measured": wide.measured,
        "achievement": wide.achievement,
        "contribution": wide.contribution,
        "share": wide.weight,
    }
    space = Workspace()
    for rows in alike(scored.patterns):
        tail = scored.tails[int(scored.patterns[rows[0]])]
        places = [
            (getattr(tail.parts[name], what), index, target)
            for index, name in enumerate(names)
            for what, target in targets.items()
            if getattr(tail.parts[name], what)
        ]
        if not places:
            continue
        program = Prepared(
            tail.program, list(dict.fromkeys(step for step, _, _ in places)), near=True
        )
        widening = Widening(program.names, None)
        results = program.straight.results
        outputs = [results[step] for step, _, _ in places]
        found = [np.empty(min(BLOCK, len(rows))) for _ in outputs]
        for first in range(0, len(rows), BLOCK):
            views = [each[: len(rows[first : first + BLOCK])] for each in found]
            some = _every(rows[first : first + BLOCK])
            given = [batch.inputs[name][0][some] for name in program.names]
            ranges = widening.meet(given)
            doubt = run_block(program.columns(ranges, outputs), given, views, space)
            if doubt is not None:
                _decide(program.exact(outputs), np.flatnonzero(doubt), given, views)
            for (_, index, target), view in zip(places, views, strict=True):
                target[some, index] = view


def _decide(
    run: Callable[..., Any],
    rows: NDArray[np.int64],
    given: Sequence[NDArray[np.int64]],
    views: Sequence[NDArray[np.float64]],
) -> None:
    """Run rows one by one, floats beside integers, and put the floats where the doubtful were."""
    columns = [each[rows].tolist() for each in given]
    found = np.array([run(*each)[::3] for each in zip(*columns, strict=True)])
    for view, column in zip(views, found.T, strict=True):
        view[rows] = column


class _Parts:
    """What does not depend on the subject but on the pattern."""

    def __init__(self, names: Sequence[str], scored: ScoredColumns) -> None:
        self.scored = scored
        self.parts = [[tail.parts[name] for name in names] for tail in scored.tails]

    def decisions(self) -> Coded:
        words = list(
            dict.fromkeys(each.decision for some in self.parts for each in some if each.decision)
        )
        table = np.array(
            [[words.index(e.decision) if e.decision else -1 for e in some] for some in self.parts],
            dtype=np.int8,
        )
        return Coded(table[self.scored.patterns].reshape(-1), words)

    def weights(self, wide: _Wide) -> Any:
        """Return the weights: by pattern, or the subject's own where they go by its days."""
        table = np.array([[float(each.weight) for each in some] for some in self.parts])
        known = table[self.scored.patterns]
        if wide.weight.size:
            known = np.where(np.isnan(wide.weight), known, wide.weight)
        return known.reshape(-1)
