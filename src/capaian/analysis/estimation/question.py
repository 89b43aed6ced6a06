"""One indicator, one question: from how its value varies to an estimate in its unit."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from capaian.analysis.estimation.estimate import (
    METHODS,
    NOT_APPLICABLE,
    NOT_REACHED,
    OK,
    PROVISIONAL,
    TOO_FEW,
    CaseFlow,
    Counts,
    Estimate,
    Inference,
)
from capaian.analysis.estimation.integers import Integers, OutOfReachError, SubPeriodsError
from capaian.analysis.estimation.laws import LAWS, of_bounds
from capaian.analysis.estimation.levels import HEADLINE, Floats, floats
from capaian.analysis.estimation.means import finite_population
from capaian.analysis.estimation.spread import Asked, Spread, spread
from capaian.analysis.estimation.times import of_times
from capaian.analysis.estimation.together import Counted, Part, last_of, sum_of
from capaian.columns import Coded
from capaian.errors import AnalysisError, refuse
from capaian.measure import OK as HAS_VALUE
from capaian.sampling import Bounds, Count, Mean, Sampling, Times, Weighted, trees_of
from capaian.scores.planned import Planned, Window
from capaian.scores.windows import inputs_of

if TYPE_CHECKING:
    from capaian.formula import Node

_STATUS_OF = {
    "too_few": TOO_FEW,
    "no_evidence": TOO_FEW,
    "undetermined": TOO_FEW,
    "not_reached": NOT_REACHED,
}
"""What states of the ledger are as statuses; with any other there is no estimate."""
NO_CORRECTION = (
    "no population was given for {indicator}: its descriptive intervals have no finite population "
    "correction"
)
NO_PARTS = (
    "the population of {indicator} is that of the whole period, not of each sub-period: its "
    "descriptive intervals have no finite population correction, unless everybody has answered"
)
_KEPT_BOUNDS = METHODS.index("bounds")


@frozen(eq=False)
class Question:
    """What is asked of one indicator.

    Attributes
    ----------
    planned
        The indicator.
    inference, level
        Which question, and with which confidence.
    population
        How many could have been asked, by subject, where that is known.
    """

    planned: Planned
    inference: Inference
    level: float
    population: Floats | None

    @property
    def sampling(self) -> Sampling | None:
        """How the value varies, as far as its type says so."""
        return self.planned.measure.sampling

    @property
    def notes(self) -> list[str]:
        """What must be said beside the estimates."""
        sampling, name = self.sampling, self.planned.indicator.id
        sample = sampling is not None and sampling.rows == "sample"
        bounds = sampling is not None and isinstance(sampling.law, Bounds)
        if not sample or bounds or self.inference != "descriptive":
            return []
        if self.population is None:
            return [NO_CORRECTION.format(indicator=name)]
        if self.planned.indicator.consolidate is not None:
            return [NO_PARTS.format(indicator=name)]
        return []

    def answer(self, get: Integers, value: Floats, n: Counts, states: Coded) -> Estimate:
        """Return the estimate.

        Parameters
        ----------
        get
            The indicator's integers.
        value, n, states
            The ledger's columns of it.
        """
        found, flow = self._found(get, value, n)
        found = _with_states(found, states)
        if (flow.undetermined > 0).any():
            still = (found.status == OK) & (flow.undetermined > 0)
            found = found.but(still, status=PROVISIONAL, reason="undetermined")
        return Estimate(
            indicator=self.planned.indicator.id,
            inference=self.inference,
            level=self.level,
            value=value,
            se=found.se,
            low=found.low,
            high=found.high,
            n=n,
            n_eff=found.n_eff,
            method=found.method,
            status=found.status,
            reason=Coded(found.reason, found.words),
            flow=flow,
        )

    def _found(self, get: Integers, value: Floats, n: Counts) -> tuple[Spread, CaseFlow]:
        flow = _plain_flow(n)
        if self.sampling is None:
            return _none(len(value), "no_sampling"), flow
        left = self._left(n)
        try:
            if self.planned.indicator.consolidate is not None:
                return self._consolidated(self.sampling, get, value, left)
            get.want(trees_of(self.sampling.flow))
            flow = _flow(self.sampling, get, n)
            try:
                return self._spread(self.sampling, get, value, n, left), flow
            except SubPeriodsError:
                return self._latest(self.sampling, get, value, n, left), flow
        except OutOfReachError as error:
            return _none(len(value), str(error)), flow

    def _consolidated(
        self, sampling: Sampling, get: Integers, value: Floats, left: Floats
    ) -> tuple[Spread, CaseFlow]:
        """Return how a value varies that is made of those of sub-periods.

        Raises
        ------
        OutOfReachError
            They are sums or averages of sub-periods that have rows in common.
        """
        rule, planned = self.planned.indicator.consolidate, self.planned
        if rule is None:
            raise TypeError("an indicator that is not consolidated")
        parts = (
            self._part(sampling, get.at(window), window)
            for window in planned.windows
            if window.begun
        )
        if rule.by == "last":
            found, flow = last_of(parts, len(value))
        else:
            reaches = planned.indicator.accumulate.how != "periodic"
            if reaches or not planned.measure.dated:
                raise OutOfReachError("overlapping_sub_periods")
            found, flow = sum_of(
                parts, value, self.level, _limits(sampling), mean=rule.by == "average"
            )
        return found.enumerated((left == 0) & (found.status != NOT_APPLICABLE)), flow

    def _latest(
        self, sampling: Sampling, get: Integers, value: Floats, n: Counts, left: Floats
    ) -> Spread:
        """Return how the value of the last sub-period with any row varies, measured again there."""
        chosen = get.outside("window")
        parts = (
            Part(
                there=np.asarray(chosen == place),
                value=value,
                spread=self._spread(sampling, get.at(window, get.prefix), value, n, left),
                flow=_plain_flow(n),
            )
            for place, window in enumerate(self.planned.windows, 1)
        )
        return last_of(parts, len(value))[0]

    def _part(self, sampling: Sampling, get: Integers, window: Window) -> Part:
        """Return one sub-period.

        Where it has no value the integers that its value is made of were replaced when the scores
        were made: for the flow they are measured again.
        """
        present = get.outside("present")
        if present is None:
            raise SubPeriodsError("sub_periods")
        there = present == 1
        if not there.all():
            get.forget(inputs_of(self.planned, window))
        get.want(trees_of(sampling.flow))
        with np.errstate(all="ignore"):
            value = np.where(there, get(window.statistics.value), np.nan)
        n = np.where(there, get(window.statistics.n), 0).astype(np.int64)
        flow = _flow(sampling, get, n)
        found = self._spread(sampling, get, value, n, np.ones(len(value)))
        return Part(there, value, found, flow, self._counted(sampling, get, len(value)))

    def _counted(self, sampling: Sampling, get: Integers, count: int) -> Counted | None:
        """Return the events of a sub-period, where its value is a count of them."""
        law, enumerated = sampling.law, self.inference == "descriptive" and sampling.rows == "work"
        if enumerated or not isinstance(law, Count | Weighted):
            return None
        scale = _scale(sampling, get, count)
        events = floats(get(law.events))
        if isinstance(law, Count):
            return Counted(events, scale * events, scale**2 * events, scale)
        weighted, squares = floats(get(law.weighted)), floats(get(law.squares))
        return Counted(events, scale * weighted, scale**2 * squares, np.full(count, np.nan))

    def _spread(
        self, sampling: Sampling, get: Integers, value: Floats, n: Counts, left: Floats
    ) -> Spread:
        """Return how a value of one stretch of time varies; there are no scales without a post."""
        with np.errstate(all="ignore"):
            return self._by_law(sampling, get, value, n, left)

    def _by_law(
        self, sampling: Sampling, get: Integers, value: Floats, n: Counts, left: Floats
    ) -> Spread:
        analytic = self.inference == "analytic"
        scale = _scale(sampling, get, len(value))
        shift = float(sampling.shift)
        asked = Asked(
            count=len(value),
            level=self.level,
            analytic=analytic,
            value=(value - shift) / scale,
            left=left,
        )
        law = sampling.law
        everything = np.ones(asked.count, dtype=np.bool_)
        if isinstance(law, Times):
            found = of_times(law, asked, get.lengths(law))
        elif isinstance(law, Bounds):
            get.want((*trees_of(law), *trees_of(sampling.flow)))
            found = of_bounds(law, asked, get, get(sampling.flow.received))
            if not analytic and sampling.rows == "work":
                found = found.enumerated(found.status == OK)
        elif not analytic and sampling.rows == "work":
            found = spread(asked, n_eff=floats(n)).enumerated(everything)
        else:
            get.want(trees_of(law))
            found = LAWS[type(law)](law, asked, get)
        found = found.enumerated(asked.left == 0)
        low, high = shift + scale * found.low, shift + scale * found.high
        return found.but(everything, se=scale * found.se, ends=(low, high))

    def _left(self, n: Counts) -> Floats:
        """Return by how much errors shrink because the population is finite.

        Raises
        ------
        AnalysisError
            `CPN-M08`: more have answered than there are.
        """
        if self.inference != "descriptive" or self.population is None:
            return np.ones(len(n))
        above = int((n > self.population).sum())
        if above:
            name = self.planned.indicator.id
            where = f"population['{name}']"
            raise refuse(AnalysisError, HEADLINE, "CPN-M08", where, count=above)
        return np.where(np.isnan(self.population), 1.0, finite_population(n, self.population))


def _none(count: int, reason: str) -> Spread:
    asked = Asked(count, 0.5, analytic=True, value=np.empty(0), left=np.empty(0))
    return spread(asked).unknown(np.ones(count, np.bool_), NOT_APPLICABLE, reason)


def _with_states(found: Spread, states: Coded) -> Spread:
    """Return the same where there is a value; where there is none, what its state comes to.

    Bounds stand: they say what is known of a value that is not determined yet.
    """
    for at, word in enumerate(states.words):
        rows = (states.codes == at) & (found.status != NOT_APPLICABLE)
        if word == HAS_VALUE or not rows.any():
            continue
        if word == "undetermined":
            rows = rows & (found.method != _KEPT_BOUNDS) & (found.status != NOT_REACHED)
        found = found.unknown(rows, _STATUS_OF.get(word, NOT_APPLICABLE), word)
    return found


def _limits(sampling: Sampling) -> tuple[float, float]:
    """Return between which the measured value of a sub-period lies, as far as its law says."""
    law = sampling.law
    low, high = -np.inf, np.inf
    if isinstance(law, Mean):
        low, high = float(law.lowest), float(law.highest)
    elif isinstance(law, Times):
        low = 0.0
    factor, shift = float(sampling.factor), float(sampling.shift)
    ends = sorted((shift + factor * low, shift + factor * high))
    return ends[0], ends[1]


def _plain_flow(n: Counts) -> CaseFlow:
    return CaseFlow(n, n, n, np.broadcast_to(np.int64(0), n.shape), {})


def _flow(sampling: Sampling, get: Integers, used: Counts) -> CaseFlow:
    def whole(tree: Node) -> Counts:
        wide = np.broadcast_to(get(tree), used.shape)
        return np.asarray(np.nan_to_num(wide), dtype=np.int64)

    flow = sampling.flow
    received = whole(flow.received)
    excluded = {reason: whole(tree) for reason, tree in flow.excluded.items()}
    eligible = received - sum(excluded.values()) if excluded else received
    nobody = np.broadcast_to(np.int64(0), used.shape)
    undetermined = nobody if flow.undetermined is None else whole(flow.undetermined)
    return CaseFlow(received, eligible, used, undetermined, excluded)


def _scale(sampling: Sampling, get: Integers, count: int) -> Floats:
    """Return what one of the law's units is worth: the factor, brought to a full period."""
    factor = float(Fraction(sampling.factor))
    exposure, full = get.outside("exposure"), get.outside("full")
    if exposure is None or full is None:
        return np.full(count, factor)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = factor * floats(full) / floats(exposure)
    return found
