"""What the participants of a workshop answered, as weights of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from capaian.analysis.workshop.best_worst import best_worst_weights
from capaian.analysis.workshop.pairwise import Derivation, pairwise_weights
from capaian.analysis.workshop.points import budget_weights, rank_order_centroid
from capaian.errors import AnalysisError, Finding, did_you_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

Method = Literal["budget", "swing", "ranks", "pairwise", "best-worst"]
METHODS: tuple[str, ...] = get_args(Method)
HEADLINE = "The workshop's answers were not turned into weights."
Answer = Mapping[Any, Any]
Reader = Callable[..., tuple[Any, dict[str, Any]]]


def individual_weights(
    answers: Mapping[str, Answer],
    parts: Sequence[str],
    method: Method,
    *,
    derivation: Derivation = "geometric",
    random_index: str = "saaty-1980",
) -> tuple[NDArray[np.float64], list[dict[str, Any]]]:
    """Return each participant's weights, and what can be said of each one's consistency.

    Parameters
    ----------
    answers
        For each participant what was answered; see `weights_workshop`.
    parts
        The ids of what is weighted, in order.
    method, derivation, random_index
        See `weights_workshop` and `pairwise_weights`.

    Returns
    -------
    ndarray
        Participants x parts; each line adds up to 1.
    list of dict
        For each participant `ratio`, `ratio_name` and `worst`, as far as the method knows them.

    Raises
    ------
    AnalysisError
        All that is wrong with all answers. Participants are counted, never named: CPN-M62, M65 to
        M67, and what the methods raise.
    """
    if method not in METHODS:
        hint = did_you_mean(str(method), METHODS)
        values = {"given": str(method), "known": ", ".join(METHODS), "hint": hint}
        raise AnalysisError(HEADLINE, [Finding("CPN-M62", "method", values)])
    if not answers:
        raise AnalysisError(HEADLINE, [Finding("CPN-M65", "answers", {})])
    lines: list[NDArray[np.float64]] = []
    told: list[dict[str, Any]] = []
    findings: list[Finding] = []
    read: Reader = {"pairwise": _pairwise, "best-worst": _best_worst}.get(method, _points)
    for at, answer in enumerate(answers.values(), 1):
        try:
            line, found = read(answer, parts, method, derivation, random_index)
        except AnalysisError as error:
            findings += [
                Finding(each.code, f"participant {at}: {each.where}", each.values)
                for each in error.findings
            ]
            continue
        lines.append(line)
        told.append(found)
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return np.stack(lines), told


def _points(
    answer: Answer, parts: Sequence[str], method: Method, *_: Any
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    given = [number_of(each) for each in _whole(answer, parts, "answer")]
    least = 1 if method == "ranks" else 0
    wrong = [
        Finding("CPN-M66", part, {"least": least})
        for part, each in zip(parts, given, strict=True)
        if each is None or each < least
    ]
    if not wrong and not any(given):
        wrong = [Finding("CPN-M67", "answer", {})]
    if wrong:
        raise AnalysisError(HEADLINE, wrong)
    line = np.array([float(each or 0) for each in given])
    weights = rank_order_centroid(line) if method == "ranks" else budget_weights(line)
    return weights[0], {}


def _pairwise(
    answer: Answer, parts: Sequence[str], _: Method, derivation: Derivation, random_index: str
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    matrix: list[list[Any]] = [["1"] * len(parts) for _ in parts]
    findings = []
    for i, j in combinations(range(len(parts)), 2):
        one, two = parts[i], parts[j]
        if (one, two) in answer:
            value = number_of(answer[one, two])
            matrix[i][j], matrix[j][i] = value, value and 1 / value
        elif (two, one) in answer:
            value = number_of(answer[two, one])
            matrix[j][i], matrix[i][j] = value, value and 1 / value
        else:
            findings.append(Finding("CPN-M68", f"{one}, {two}", {}))
    if findings:
        raise AnalysisError(HEADLINE, findings)
    found = pairwise_weights(matrix, derivation=derivation, random_index=random_index)
    worst = found.worst_triad
    return found.weights, {
        "ratio": found.consistency_ratio,
        "ratio_name": f"consistency ratio, {random_index}",
        "worst": None if worst is None else tuple(parts[each] for each in worst[:3]),
        "acceptable": found.acceptable,
    }


def _best_worst(
    answer: Answer, parts: Sequence[str], *_: Any
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    ends = _whole(answer, ("best", "worst", "best_to_others", "others_to_worst"), "answer")
    best, worst, forward, backward = ends
    findings = [
        Finding("CPN-M69", name, {"hint": did_you_mean(str(each), parts)})
        for name, each in (("best", best), ("worst", worst))
        if each not in parts
    ]
    if findings:
        raise AnalysisError(HEADLINE, findings)
    one = [number_of(each) for each in _whole({best: 1, **forward}, parts, "best_to_others")]
    two = [number_of(each) for each in _whole({worst: 1, **backward}, parts, "others_to_worst")]
    wrong = [
        Finding("CPN-M66", f"{name}.{part}", {"least": 1})
        for name, each in (("best_to_others", one), ("others_to_worst", two))
        for part, value in zip(parts, each, strict=True)
        if value is None or value < 1
    ]
    if wrong:
        raise AnalysisError(HEADLINE, wrong)
    found = best_worst_weights(
        [float(each or 0) for each in one],
        [float(each or 0) for each in two],
        best=parts.index(best),
        worst=parts.index(worst),
    )
    return found.weights, {"ratio": found.input_based_ratio, "ratio_name": "input-based ratio"}


def _whole(answer: Answer, names: Sequence[str], where: str) -> list[Any]:
    """Return what an answer says of each name; nothing may be wanting or strange."""
    findings = [Finding("CPN-M70", f"{where}.{each}", {}) for each in names if each not in answer]
    findings += [
        Finding("CPN-M71", where, {"hint": did_you_mean(str(each), names)})
        for each in answer
        if each not in names
    ]
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return [answer[each] for each in names]


def number_of(value: Any) -> Fraction | None:
    """Return an answer as an exact number; `None` where it is none. A float is its decimal."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Fraction):
        return None
    try:
        return Fraction(value.strip()) if isinstance(value, str) else Fraction(str(value))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
