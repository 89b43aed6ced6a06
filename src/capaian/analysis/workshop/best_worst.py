"""Weights from comparisons with the best and with the worst indicator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy.optimize import linprog

from capaian.errors import AnalysisError, Finding

_HEADLINE = "The judgements were not turned into weights."


@frozen(eq=False)
class BestWorstWeights:
    """The weights of one participant's comparisons.

    Attributes
    ----------
    weights
        One for each indicator; they add up to 1.
    xi
        How far the weights miss the comparisons at most; 0 where these are wholly consistent.
    input_based_ratio
        max_j abs(a_Bj a_jW - a_BW) / (a_BW^2 - a_BW), from the answers alone (Liang, Brunelli &
        Rezaei 2020): 0 is wholly consistent, 1 the worst.
    """

    weights: NDArray[np.float64]
    xi: float
    input_based_ratio: float


def best_worst_weights(
    best_to_others: Sequence[float], others_to_worst: Sequence[float], *, best: int, worst: int
) -> BestWorstWeights:
    """Return the weights of the linear best-worst method.

    It asks 2n - 3 questions, where pairwise judgements ask n (n - 1) / 2.

    Parameters
    ----------
    best_to_others
        For each indicator, how many times as important the best one is, 1 to 9.
    others_to_worst
        For each indicator, how many times as important it is as the worst one, 1 to 9.
    best, worst
        The positions of the most and of the least important indicator.

    Raises
    ------
    AnalysisError
        CPN-M64: the answers do not fit one another.

    Notes
    -----
    min xi, so that abs(w_B - a_Bj w_j) <= xi and abs(w_j - a_jW w_W) <= xi for all j, sum w = 1,
    w >= 0 (Rezaei 2016).
    """
    forward = np.asarray(best_to_others, dtype=np.float64)
    backward = np.asarray(others_to_worst, dtype=np.float64)
    count = len(forward)
    _prove(forward, backward, best, worst)
    lines = []
    for j in range(count):
        for sign in (1, -1):
            line = np.zeros(count + 1)
            line[best] += sign
            line[j] -= sign * forward[j]
            line[count] = -1
            lines.append(line)
            line = np.zeros(count + 1)
            line[j] += sign
            line[worst] -= sign * backward[j]
            line[count] = -1
            lines.append(line)
    goal = np.zeros(count + 1)
    goal[count] = 1
    total = np.ones((1, count + 1))
    total[0, count] = 0
    found = linprog(goal, A_ub=np.array(lines), b_ub=np.zeros(len(lines)), A_eq=total, b_eq=[1],
                    method="highs")  # fmt: skip
    most = forward[worst]
    spread = np.abs(forward * backward - most)
    ratio = float(spread.max() / (most**2 - most)) if most > 1 else 0.0
    return BestWorstWeights(found.x[:count], float(found.x[count]), ratio)


def _prove(
    forward: NDArray[np.float64], backward: NDArray[np.float64], best: int, worst: int
) -> None:
    count = len(forward)
    problems = []
    if len(backward) != count or count < 2 or best == worst:  # noqa: PLR2004 - two of a pair
        problems.append("there are two or more indicators, and the best is not the worst")
    elif not (0 <= best < count and 0 <= worst < count):
        problems.append(f"best and worst are positions from 0 to {count - 1}")
    else:
        if not ((forward >= 1).all() and (backward >= 1).all()):
            problems.append("no comparison is below 1")
        if forward[best] != 1 or backward[worst] != 1:
            problems.append("the best with itself, and the worst with itself, are 1")
        if forward[worst] != backward[best]:
            problems.append("the best with the worst is the same in both lists")
    if problems:
        raise AnalysisError(
            _HEADLINE, [Finding("CPN-M64", "best-worst", {"needed": each}) for each in problems]
        )
