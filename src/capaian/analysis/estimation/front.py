"""`estimates`: of every measured value of a result how sure it is, and what became of its cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from capaian.analysis.estimation.backlog import SHORT, Backlog, backlog_of
from capaian.analysis.estimation.declared import prove_inference, prove_population
from capaian.analysis.estimation.estimate import Counts, Estimate, Estimates, Inference
from capaian.analysis.estimation.integers import Integers
from capaian.analysis.estimation.levels import HEADLINE, Floats, prove_level
from capaian.analysis.estimation.question import Question
from capaian.columns import Coded, Lengths
from capaian.discreet import discreet
from capaian.errors import AnalysisError, refuse
from capaian.sampling import Times
from capaian.scores import Scores, score
from capaian.scores.planned import Planned

Population: TypeAlias = Mapping[str, int | Mapping[str, int]]
"""For indicators of surveys, how many could have been asked: of everybody, or by subject."""


def prove_scores(scores: object) -> Scores:
    """Return scores of one period; anything else is refused.

    Raises
    ------
    AnalysisError
        `CPN-M09`.
    """
    if not isinstance(scores, Scores):
        raise refuse(AnalysisError, HEADLINE, "CPN-M09", "scores", given=type(scores).__name__)
    return scores


@discreet
def estimates(
    scores: Any,
    evidence: Mapping[str, Any] | None = None,
    *,
    inference: Mapping[str, Inference],
    level: float = 0.95,
    population: Population | None = None,
    period: str | None = None,
    as_of: Any = None,
) -> Estimates:
    """Return how sure each measured value is.

    The scores do not change by it. Which interval an indicator has follows from how its type says
    that its value varies (`capaian.plugin.Sampling`); one that says nothing has no interval.

    Parameters
    ----------
    scores
        Scores of one period; or a policy, and then `evidence` and `period` are what it is scored
        by.
    evidence
        The tables. Those that were scored where left out; they are read again only for times, and
        for ratios and sums of amounts.
    inference
        For every indicator `descriptive` (what was done, what did these people say?) or `analytic`
        (how good is this officer?). There is no default: Deming (1953). All the work there was has
        no sampling error under the descriptive question, and a finite population none that is left
        when all have answered.
    level
        The confidence of the intervals, between 0 and 1.
    population
        For indicators of surveys: how many clients could have been asked. The finite population
        correction sqrt(1 - n/N) is made for the descriptive question alone.
    period, as_of
        As for `capaian.score`, with a policy.

    Raises
    ------
    AnalysisError
        `CPN-M01`: a level that is none. `CPN-M02`: an indicator of which the inference is not
        declared. `CPN-M03`: one that does not exist. `CPN-M04`: a word that is no inference.
        `CPN-M05`: tables are not at hand. `CPN-M06`, `M07`, `M08`: a population of an indicator
        that has none, that is no number of people, or smaller than those who answered. `CPN-M09`:
        no scores of one period.

    Notes
    -----
    Beside every mean time stands what the open backlog says of it (`Backlog`, Little 1961); the
    tables are read once more for that, over all periods.

    Examples
    --------
    `estimates(scores, inference={"in-time": "analytic"}).table()`: the officers' own rates, with
    intervals. `"descriptive"` in its place: what was done, without any.
    """
    if evidence is not None and period is not None and not isinstance(scores, Scores):
        scores = score(scores, evidence, period=period, as_of=as_of)
    scores = prove_scores(scores)
    prove_level(level)
    indicators = scores.plan.indicators
    prove_inference(tuple(indicators), inference)
    sizes = prove_population(indicators, population or {}, scores.subjects)
    measured, n, states = _ledger(scores)
    made: dict[str, Estimate] = {}
    notes: list[str] = []
    backlogs: dict[str, Backlog] = {}
    shared: dict[Any, Lengths] = {}
    for at, (name, planned) in enumerate(indicators.items()):
        question = Question(planned, inference[name], level, sizes.get(name))
        get = Integers(scores, planned, evidence, shared)
        made[name] = one = question.answer(get, measured[:, at], n[:, at], states[name])
        notes += question.notes
        sampling = planned.measure.sampling
        law = None if sampling is None else sampling.law
        if sampling is None or not isinstance(law, Times) or law.of != "mean" or _summed(planned):
            continue
        flow = backlog_of(sampling, law, get, (one.value, one.high), level)
        if flow is not None:
            backlogs[name] = flow
            if count := int(flow.short.sum()):
                notes.append(SHORT.format(indicator=name, count=count))
    return Estimates(
        subjects=scores.subjects,
        indicators=tuple(indicators),
        level=level,
        origin=scores.origin,
        by_indicator=made,
        backlogs=backlogs,
        notes=tuple(dict.fromkeys(notes)),
    )


def _summed(planned: Planned) -> bool:
    """Return whether the value is a sum of mean times, which no backlog is worth."""
    rule = planned.indicator.consolidate
    return rule is not None and rule.by == "sum"


def _ledger(scores: Scores) -> tuple[Floats, Counts, dict[str, Coded]]:
    """Return measured values and observations, subjects x indicators, and states by indicator."""
    ledger = scores.results.ledger()
    names = tuple(scores.plan.indicators)
    shape = (len(scores), len(names))
    measured = np.asarray(ledger["measured"], dtype=np.float64).reshape(shape)
    n = np.asarray(getattr(ledger["n"], "values", ledger["n"]), dtype=np.int64).reshape(shape)
    column: Any = ledger["state"]
    if not isinstance(column, Coded):
        words = tuple(dict.fromkeys(column))
        places = {word: at for at, word in enumerate(words)}
        column = Coded(np.array([places[each] for each in column], dtype=np.int8), words)
    states = column.codes.reshape(shape)
    return measured, n, {name: Coded(states[:, at], column.words) for at, name in enumerate(names)}
