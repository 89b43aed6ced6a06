"""What a caller declares before anything is estimated: the question asked, and populations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from capaian.analysis.estimation.levels import HEADLINE, Floats
from capaian.errors import AnalysisError, Finding, did_you_mean

if TYPE_CHECKING:
    from capaian.scores.planned import Planned

QUESTIONS = ("descriptive", "analytic")


def prove_inference(indicators: Sequence[str], inference: Mapping[str, str]) -> None:
    """Refuse what is not declared, what does not exist, and what is no question.

    Raises
    ------
    AnalysisError
        `CPN-M02`, `CPN-M03`, `CPN-M04`; all at once.
    """
    found = _strange("inference", inference, indicators)
    lacking = [each for each in indicators if each not in inference]
    if lacking:
        values = {"indicators": ", ".join(lacking), "count": len(lacking)}
        found.append(Finding("CPN-M02", "inference", values))
    for name, question in inference.items():
        if question not in QUESTIONS:
            values = {"given": repr(question)[:40]}
            found.append(Finding("CPN-M04", f"inference['{name}']", values))
    if found:
        raise AnalysisError(HEADLINE, found)


def _strange(where: str, given: Iterable[str], indicators: Sequence[str]) -> list[Finding]:
    return [
        Finding(
            "CPN-M03",
            f"{where}['{name}']",
            {
                "indicator": name,
                "known": ", ".join(indicators),
                "hint": did_you_mean(name, indicators),
            },
        )
        for name in given
        if name not in indicators
    ]


def prove_population(
    indicators: Mapping[str, Planned], population: Mapping[str, Any], subjects: Sequence[str]
) -> dict[str, Floats]:
    """Return, for each indicator that has one, the population of every subject.

    Not a number where nothing is said of a subject: its error is not made smaller then.

    Raises
    ------
    AnalysisError
        `CPN-M03`: no such indicator. `CPN-M06`: an indicator whose rows are all the work there was.
        `CPN-M07`: what is no number of people.
    """
    found = _strange("population", population, tuple(indicators))
    made: dict[str, Floats] = {}
    for name, given in population.items():
        if name not in indicators:
            continue
        where = f"population['{name}']"
        sampling = indicators[name].measure.sampling
        if sampling is None or sampling.rows != "sample":
            found.append(Finding("CPN-M06", where, {"indicator": name}))
            continue
        every = list(given.values()) if isinstance(given, Mapping) else [given]
        wrong = sum(type(each) is not int or each < 1 for each in every)
        if wrong:
            found.append(Finding("CPN-M07", where, {"count": wrong}))
        elif isinstance(given, Mapping):
            made[name] = np.array([given.get(each, np.nan) for each in subjects], dtype=np.float64)
        else:
            made[name] = np.full(len(subjects), float(given))
    if found:
        raise AnalysisError(HEADLINE, found)
    return made
