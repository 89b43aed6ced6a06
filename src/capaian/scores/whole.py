"""The results of whole columns: numbers for every subject, and no object for any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from capaian.exact import Pair, run_paired
from capaian.policy import Band
from capaian.scores.columns import facts_of, score_columns
from capaian.scores.gathered import Gathered
from capaian.scores.ledger_columns import ledger_columns
from capaian.scores.patterns import Batch, state_rules_of
from capaian.scores.plan import Plan
from capaian.scores.tail import Tail
from capaian.threads import side_by_side

Integers: TypeAlias = NDArray[np.signedinteger[Any]]


class WholeResults:
    """See `capaian.scores.results`."""

    whole = True

    def __init__(self, plan: Plan, gathered: Gathered) -> None:
        self.plan = plan
        self.count = len(gathered.subjects)
        facts = facts_of(plan, gathered.facts, gathered.subjects)
        ends = gathered.ends
        whole = Batch(self.count, _unmasked(gathered.inputs), facts)
        self.scored = score_columns(
            plan, whole, ends if ends.keys() >= whole.inputs.keys() else None
        )
        self.inputs = _kept(gathered)
        self.batch = Batch(self.count, _unmasked(self.inputs), facts)

    @property
    def names(self) -> Sequence[str]:
        """The names of the statistics."""
        return tuple(self.inputs)

    def __len__(self) -> int:
        return self.count

    def tail(self, row: int) -> Tail:
        """Return the program by which a subject was scored."""
        return self.scored.tails[int(self.scored.patterns[row])]

    def state(self, indicator: str, row: int) -> str:
        """Return the state of a subject's indicator."""
        alone = _wide(self.batch.part(slice(row, row + 1)))
        return state_rules_of(self.plan).codes(indicator, alone).tolist()[0] or ""

    def given(self, row: int) -> dict[str, int]:
        """Return a subject's statistics by name; one that is not known is left out."""
        pairs = ((name, values[row], known[row]) for name, (values, known) in self.inputs.items())
        return {name: int(value) for name, value, sure in pairs if sure}

    def statistic(self, name: str) -> tuple[Integers, Any]:
        """Return a statistic of every subject, and whether it is known; an unknown one is 0."""
        values, known = self.inputs[name]
        return values[:], known

    def exact(self, row: int) -> dict[str, Pair]:
        """Return every value of a subject's program as float64 and as a fraction."""
        return run_paired(self.tail(row).program, self.given(row))

    def value(self, step: str, row: int) -> float | None:
        """Return a step of a subject's program; `None` where it has no such step."""
        found = self.exact(row).get(step) if step in self.tail(row).program.names else None
        return None if found is None else found[0]

    def score(self, row: int) -> float | None:
        """Return the score as it is published."""
        value = float(self.scored.scores[row])
        return None if value != value else value  # noqa: PLR0124 - not a number

    def band(self, row: int) -> Band | None:
        """Return the band."""
        code = int(self.scored.bands.codes[row])
        return self.plan.policy.bands[code] if code >= 0 else None

    def columns(self) -> dict[str, Any]:
        """Return `score`, `band` and `status` of every subject."""
        scored = self.scored
        return {"score": scored.scores, "band": scored.bands, "status": scored.statuses}

    def ledger(self) -> Mapping[str, Any]:
        """Return the ledger but for subject and period."""
        return ledger_columns(self.plan, _wide(self.batch), self.scored)


def _kept(gathered: Gathered) -> dict[str, tuple[Integers, Any]]:
    """Return the inputs in memory of their own, no wider than they need; a shared one once."""
    lent: dict[Any, dict[int, Integers]] = {}
    for name, ends in gathered.lent.items():
        values = gathered.inputs[name][0]
        lent.setdefault(_least(ends), {})[id(values)] = values
    made: dict[int, Integers] = {}
    copies: list[tuple[Integers, Integers]] = []
    for kind, arrays in lent.items():
        block = np.empty((len(arrays), len(gathered.subjects)), dtype=kind)
        copies += zip(block, arrays.values(), strict=True)  # one piece is sooner had
        made |= zip(arrays, block, strict=True)
    side_by_side(lambda pair: np.copyto(*pair, casting="unsafe"), copies, len(gathered.subjects))
    return {
        name: (made.get(id(values), values), known)
        for name, (values, known) in gathered.inputs.items()
    }


def _least(ends: tuple[int, int] | None) -> type[np.signedinteger[Any]]:
    """Return the least integers that hold what lies between two ends."""
    for kind in (np.int8, np.int16, np.int32):
        span = np.iinfo(kind)
        if ends is not None and span.min <= ends[0] and ends[1] <= span.max:
            return kind
    return np.int64


def _wide(batch: Batch) -> Batch:
    """Return a batch with the integers of 64 bits in which formulas are worked out."""
    wide = {
        # Packed sums are of 64 bits as soon as they are taken out.
        name: (values.astype(np.int64, copy=False) if hasattr(values, "astype") else values, known)
        for name, (values, known) in batch.inputs.items()
    }
    return Batch(batch.count, wide, batch.facts)


def _unmasked(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs with no mask where all is known; a shared mask is asked once."""
    full: dict[int, bool] = {}
    for _, known in inputs.values():
        if id(known) not in full:
            full[id(known)] = bool(known.all())
    return {
        name: (values, None if full[id(known)] else known)
        for name, (values, known) in inputs.items()
    }
