"""Weights from pairwise judgements (AHP), with their consistency."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.errors import AnalysisError, Finding, did_you_mean

Derivation = Literal["geometric", "eigenvector", "column-mean"]
RANDOM_INDEX: dict[str, dict[int, float]] = {
    "saaty-1980": {
        3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49, 11: 1.51,
        12: 1.48, 13: 1.56, 14: 1.57, 15: 1.59,
    },
    "saaty-2005": {
        3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45, 10: 1.49, 11: 1.52,
        12: 1.54, 13: 1.56, 14: 1.58, 15: 1.59,
    },
}  # fmt: skip
"""The mean consistency index of matrices of random judgements. The tables differ, and so does the
ratio: one that is given without the name of its table says nothing."""
ALONSO_LAMATA = "alonso-lamata-2006"
"""A straight line for any size: mean largest eigenvalue 2.7699 n - 4.3513."""
ACCEPTED = 0.1
_HEADLINE = "The judgements were not turned into weights."
_LEAST = 2


@frozen(eq=False)
class PairwiseWeights:
    """The weights of one matrix of judgements.

    Attributes
    ----------
    weights
        One for each indicator; they add up to 1.
    lambda_max
        The largest eigenvalue, as the derivation finds it; the number of indicators where the
        judgements are wholly consistent.
    consistency_index
        (lambda_max - n) / (n - 1) (Saaty 1980).
    consistency_ratio
        The index over that of random judgements; `None` for two indicators, which cannot disagree,
        and where the table does not go so far.
    geometric_index
        2 sum_{i<j} ln^2(a_ij w_j / w_i) / ((n-1)(n-2)) (Aguaron & Moreno-Jimenez 2003); `None` for
        two indicators.
    derivation, random_index
        How the weights were found, and from which table the ratio is.
    worst_triad
        The positions i, j, k of the three judgements that contradict one another most, and
        a_ij a_jk / a_ik, which is 1 where they agree; `None` for two indicators. It is shown so
        that people can talk about it: nothing is repaired.
    """

    weights: NDArray[np.float64]
    lambda_max: float
    consistency_index: float
    consistency_ratio: float | None
    geometric_index: float | None
    derivation: Derivation
    random_index: str
    worst_triad: tuple[int, int, int, float] | None

    @property
    def acceptable(self) -> bool:
        """Whether the ratio is at most 0.1 (Saaty 1980); two indicators always are."""
        return self.consistency_ratio is None or self.consistency_ratio <= ACCEPTED


def pairwise_weights(
    judgements: Sequence[Sequence[Any]],
    *,
    derivation: Derivation = "geometric",
    random_index: str = "saaty-1980",
) -> PairwiseWeights:
    """Return the weights of a matrix of pairwise judgements.

    Parameters
    ----------
    judgements
        A square matrix: how many times as important the indicator of the row is as that of the
        column, as numbers or as text such as `"1/3"`. Its diagonal is 1, and `a_ji = 1 / a_ij`.
    derivation
        `geometric`: the row's geometric mean (Crawford & Williams 1985), the same whichever way
        round a judgement is written; `eigenvector`: the principal eigenvector (Saaty 1980);
        `column-mean`: the mean of the columns scaled to 1.
    random_index
        `saaty-1980`, `saaty-2005` or `alonso-lamata-2006`.

    Raises
    ------
    AnalysisError
        The matrix is not square, or a judgement is no number above 0 (CPN-M60); it is not
        reciprocal (M61); a derivation or a table that there is not (M62).
    """
    matrix = _read(judgements)
    count = len(matrix)
    _known("derivation", derivation, get_args(Derivation))
    _known("random_index", random_index, (*RANDOM_INDEX, ALONSO_LAMATA))
    weights, largest = _derived(matrix, derivation)
    index = (largest - count) / (count - 1)
    expected = _expected(random_index, count)
    return PairwiseWeights(
        weights=weights,
        lambda_max=largest,
        consistency_index=index,
        consistency_ratio=index / expected if expected else None,
        geometric_index=_geometric_index(matrix, weights) if count > _LEAST else None,
        derivation=derivation,
        random_index=random_index,
        worst_triad=_worst(matrix) if count > _LEAST else None,
    )


def group_judgements(matrices: Sequence[Sequence[Sequence[Any]]]) -> NDArray[np.float64]:
    """Return the group's matrix: the geometric mean of what each judged.

    The geometric mean is the only one that keeps the matrix reciprocal (Aczel & Saaty 1983): of 3,
    1/3 and 9 the arithmetic mean says 4.11, and of their reciprocals not its reciprocal.

    Parameters
    ----------
    matrices
        One matrix for each participant, all of the same indicators.

    Raises
    ------
    AnalysisError
        As `pairwise_weights`.
    """
    read = [_read(each) for each in matrices]
    mean: NDArray[np.float64] = np.exp(np.mean([np.log(each) for each in read], axis=0))
    return mean


def _read(judgements: Sequence[Sequence[Any]]) -> NDArray[np.float64]:
    """Return judgements as float64, proved."""
    findings = []
    count = len(judgements)
    matrix = np.ones((count, count))
    for i, line in enumerate(judgements):
        if len(line) != count or count < _LEAST:
            sizes = {"line": i + 1, "found": len(line), "count": count}
            findings.append(Finding("CPN-M60", f"judgements[{i}]", sizes))
            continue
        for j, each in enumerate(line):
            value = _number(each)
            if value is None:
                findings.append(Finding("CPN-M63", f"judgements[{i}][{j}]", {}))
            else:
                matrix[i, j] = value
    if not findings:
        for i, j in combinations(range(count), 2):
            if not np.isclose(matrix[i, j] * matrix[j, i], 1, rtol=1e-6):
                values = {"there": f"judgements[{j}][{i}]"}
                findings.append(Finding("CPN-M61", f"judgements[{i}][{j}]", values))
        findings += [
            Finding("CPN-M61", f"judgements[{i}][{i}]", {"there": f"judgements[{i}][{i}]"})
            for i in range(count)
            if matrix[i, i] != 1
        ]
    if findings:
        raise AnalysisError(_HEADLINE, findings)
    return matrix


def _number(value: Any) -> float | None:
    """Return a judgement as a number; `None` where it is none, or not above 0."""
    try:
        found = float(Fraction(value.strip())) if isinstance(value, str) else float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return found if 0 < found < np.inf else None


def _known(name: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        values = {
            "given": str(given),
            "known": ", ".join(known),
            "hint": did_you_mean(given, known),
        }
        raise AnalysisError(_HEADLINE, [Finding("CPN-M62", name, values)])


def _derived(
    matrix: NDArray[np.float64], derivation: Derivation
) -> tuple[NDArray[np.float64], float]:
    if derivation == "eigenvector":
        values, vectors = np.linalg.eig(matrix)
        at = int(np.argmax(values.real))
        found = np.abs(vectors[:, at].real)
        return found / found.sum(), float(values[at].real)
    if derivation == "geometric":
        found = np.exp(np.log(matrix).mean(axis=1))
    else:
        found = (matrix / matrix.sum(axis=0)).mean(axis=1)
    found = found / found.sum()
    return found, float(((matrix @ found) / found).mean())


def _expected(table: str, count: int) -> float | None:
    if count <= _LEAST:
        return None
    if table == ALONSO_LAMATA:
        return (2.7699 * count - 4.3513 - count) / (count - 1)
    return RANDOM_INDEX[table].get(count)


def _geometric_index(matrix: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    count = len(matrix)
    error = np.log(matrix * weights[None, :] / weights[:, None])
    upper = np.triu_indices(count, 1)
    return float(2 * (error[upper] ** 2).sum() / ((count - 1) * (count - 2)))


def _worst(matrix: NDArray[np.float64]) -> tuple[int, int, int, float]:
    """Return the triad whose judgements contradict one another most."""
    found = [
        (i, j, k, float(matrix[i, j] * matrix[j, k] / matrix[i, k]))
        for i, j, k in combinations(range(len(matrix)), 3)
    ]
    return max(found, key=lambda each: abs(np.log(each[3])))
