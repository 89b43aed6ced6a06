"""The forms of one survey with the design of their sample, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.estimation.levels import Floats
from capaian.analysis.quality.front import Case
from capaian.analysis.quality.survey import items_of
from capaian.columns import Coded, Reading
from capaian.columns.arrays import Arrays, read_arrays
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse
from capaian.scores.planned import Planned
from capaian.scores.requests import filters_of

HEADLINE = "Nothing was estimated."
DIGITS = 9
"""Decimals that a weight may have: it is read exactly, as every number of the evidence."""
_STATISTICS = ("ikm", "mean_of_items", "net_promoter", "top_box")
_KINDS = {"weights": "integer", "strata": "text", "psu": "text", "population": "integer"}


@frozen(eq=False)
class Sample:
    """The forms that count, and what each stands for.

    Attributes
    ----------
    indicator
        Its id.
    people
        The subjects, in order of their names.
    who
        The subject of each form.
    weights, strata, psu, population
        Of each form; strata and clusters as numbers from 0; `None` where the design has none.
    ratios
        The value is `shift` plus `factor` times the sum of these ratios of weighted sums: for each
        what a form adds above and below.
    factor, shift
        Of the value, in its unit.
    ends
        The least and the greatest value there can be.
    share
        Whether it is a share of answers.
    notes
        What was left out.
    """

    indicator: str
    people: tuple[str, ...]
    who: NDArray[np.int64]
    weights: Floats
    strata: NDArray[np.int64] | None
    psu: NDArray[np.int64] | None
    population: Floats | None
    ratios: tuple[tuple[Floats, Floats], ...]
    factor: float
    shift: float
    ends: tuple[float, float]
    share: bool
    notes: tuple[str, ...]


def sample_of(case: Case, indicator: str, names: Mapping[str, str | None]) -> Sample:
    """Return the forms of a survey indicator with their design.

    Parameters
    ----------
    case
        What is looked at.
    indicator
        Its id.
    names
        The columns of weights, strata, clusters and populations; `None` for none.

    Raises
    ------
    AnalysisError
        `CPN-M03`: no such indicator. `CPN-M95`: it is no survey. `CPN-M96`: forms without weight,
        stratum, cluster or population.
    """
    planned = case.plan.indicators.get(indicator)
    if planned is None:
        known = tuple(case.plan.indicators)
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M03", "indicator",
            indicator=indicator, known=", ".join(known), hint=did_you_mean(indicator, known),
        )  # fmt: skip
    items = items_of(planned)
    if not items or planned.indicator.measure.get("statistic") not in _STATISTICS:
        raise refuse(AnalysisError, HEADLINE, "CPN-M95", "indicator", indicator=indicator)
    arrays, inside = _read(case, planned, items, names)
    answers = _answers(planned, arrays, items)
    enough = (np.isfinite(answers).sum(axis=1) >= _least(planned, len(items))) | _bounded(planned)
    used = inside & enough
    found = {role: _column(arrays, role) for role, name in names.items() if name is not None}
    _prove_design({role: values[used] for role, values in found.items()}, names)
    weights = found.pop("weights", np.ones(len(used)))
    used &= weights > 0
    people, who = _people(case, arrays["subject"], used)
    left_out = int((inside & ~enough).sum())
    notes = (f"{left_out} forms with too few answers are left out",) if left_out else ()
    sampling, measure = planned.measure.sampling, planned.measure
    share = planned.indicator.measure["statistic"] == "top_box"
    return Sample(
        indicator=indicator,
        people=people,
        who=who,
        weights=weights[used],
        strata=_numbers(found.get("strata"), used),
        psu=_numbers(found.get("psu"), used),
        population=found["population"][used] if "population" in found else None,
        ratios=_ratios(planned, answers[used]),
        factor=1.0 if sampling is None else float(sampling.factor),
        shift=0.0 if sampling is None else float(sampling.shift),
        ends=(float(measure.least or 0), float(measure.most or 0)),
        share=share,
        notes=notes,
    )


def _read(
    case: Case, planned: Planned, items: tuple[str, ...], names: Mapping[str, str | None]
) -> tuple[Arrays, NDArray[np.bool_]]:
    """Return the columns, and which rows are forms of the period about somebody."""
    it, refs = planned.indicator, {need.role: ref for need, ref in planned.columns}
    readings = [Reading(item, refs[item].column, "integer", nullable=True) for item in items]
    dated = planned.measure.dated
    if dated:
        ref = refs[dated]
        readings.append(Reading(dated, ref.column, "stamp", nullable=True, format=ref.format))
    for role, name in names.items():
        if name is not None:
            digits = DIGITS if role == "weights" else 0
            kind: Any = _KINDS[role]
            readings.append(Reading(_role(role), name, kind, nullable=True, digits=digits))
    arrays = read_arrays(
        case.tables[it.table], readings, subject=it.subject, filters=filters_of(it.where),
        zone=case.zone,
    )  # fmt: skip
    inside = arrays.passed & (arrays["subject"].codes >= 0)
    if dated:
        micro, end = arrays[dated].astype(np.int64), min(case.end, case.as_of)
        inside &= ~np.isnat(arrays[dated]) & (micro >= case.start) & (micro < end)
    return arrays, inside


def _role(name: str) -> str:
    """Return a role that no item can have."""
    return f"design: {name}"


def _column(arrays: Arrays, role: str) -> NDArray[Any]:
    found: Any = arrays[_role(role)]
    values: NDArray[Any] = found.codes if isinstance(found, Coded) else found
    return values


def _answers(planned: Planned, arrays: Arrays, items: tuple[str, ...]) -> Floats:
    rule = planned.indicator.measure
    answers = np.column_stack([arrays[item] for item in items])
    with np.errstate(invalid="ignore"):
        off = (answers < int(rule["lowest"])) | (answers > int(rule["highest"]))
    answers[off] = np.nan
    return answers


def _least(planned: Planned, items: int) -> int:
    """Return how many items a form must answer to count, as its type has it."""
    given = planned.indicator.measure.get("answered", 1)
    if isinstance(given, int):
        return given
    return (items + 1) // 2 if given == "half" else items


def _bounded(planned: Planned) -> bool:
    return planned.indicator.measure.get("bound") is not None


def _prove_design(found: Mapping[str, NDArray[Any]], names: Mapping[str, str | None]) -> None:
    """Refuse forms of which the design is not known.

    Raises
    ------
    AnalysisError
        `CPN-M96`, for every column.
    """
    findings = []
    for role, values in found.items():
        lacking = int((~(values >= 0)).sum())  # a code of -1 is none; so is what is no number
        if lacking:
            said = {"column": names[role], "count": lacking}
            findings.append(Finding("CPN-M96", role, said))
    if findings:
        raise AnalysisError(HEADLINE, findings)


def _people(
    case: Case, subject: Coded, used: NDArray[np.bool_]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return everybody who has a form or a score, and whose each form is."""
    there = np.unique(subject.codes[used])
    named = [str(subject.words[at]) for at in there]
    scored = () if case.matrix is None else case.matrix.subjects
    people = sorted({*named, *map(str, scored)})
    places = {name: at for at, name in enumerate(people)}
    table = np.full(len(subject.words) + 1, -1, dtype=np.int64)
    table[there] = [places[name] for name in named]
    return tuple(people), table[subject.codes[used]]


def _numbers(codes: NDArray[Any] | None, used: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    return None if codes is None else codes[used].astype(np.int64)


def _ratios(planned: Planned, answers: Floats) -> tuple[tuple[Floats, Floats], ...]:
    """Return what each form adds above and below to each ratio that the value is made of."""
    rule, there = planned.indicator.measure, np.isfinite(answers)
    given = there.sum(axis=1).astype(np.float64)
    with np.errstate(invalid="ignore"):
        if rule["statistic"] == "top_box":
            items = np.full(len(answers), float(answers.shape[1]))
            good = (answers >= int(rule["top"])).sum(axis=1).astype(np.float64)
            bound = rule.get("bound")
            if bound is None:
                return ((good, given),)
            return ((good if bound == "lower" else items - given + good, items),)
        if rule["statistic"] == "net_promoter":
            promoters = answers >= int(rule["promoters_from"])
            detractors = answers <= int(rule["detractors_to"])
            balance = promoters.astype(np.float64) - detractors
            return ((balance[:, 0], given),)
    pairs = zip(np.where(there, answers, 0.0).T, there.astype(np.float64).T, strict=True)
    return tuple(pairs)
