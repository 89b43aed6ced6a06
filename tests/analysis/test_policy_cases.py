"""The golden cases of the topic policy, by the functions that answer them."""

import numpy as np
import pytest
from scipy import stats

from analysis.cases import MEASUREMENT, assert_close
from capaian.analysis.change.compared import agreement, order_shift
from capaian.analysis.change.effort import Move, least_effort
from capaian.analysis.change.split import lmdi, shapley_shares
from capaian.analysis.effect.change import difference_in_differences
from capaian.analysis.robustness.choices import sobol_indices
from capaian.analysis.robustness.dirichlet import (
    critical_weight,
    dirichlet_moments,
    share_not_above,
)
from capaian.analysis.robustness.influence import influence


def p01(given):
    x = np.column_stack([given["x1"], given["x2"]])
    brought = x * given["nominal"]
    found = influence(x, brought, brought.sum(axis=1))
    return {
        "r2_main_effect": found.linear.tolist(),
        "normalised": (found.linear / found.linear.sum()).tolist(),
        "covariance_share": found.share.tolist(),
    }


def p03(given):
    mean, sd = dirichlet_moments(np.array(given["alpha"]))
    return {"mean": mean.tolist(), "sd": sd.tolist()}


def p05(given):
    from fractions import Fraction

    a, b = (tuple(map(Fraction, given[name])) for name in "ab")
    ahead = [x - y for x, y in zip(a, b, strict=True)]
    return {
        "critical_weight_on_first": float(critical_weight(a, b)),
        "p_a_above_b": float(1 - share_not_above(ahead)),
    }


def p07(given):
    def ishigami(x):
        return np.sin(x[0]) + given["a"] * np.sin(x[1]) ** 2 + given["b"] * x[2] ** 4 * np.sin(x[0])

    each = stats.uniform(-np.pi, 2 * np.pi)
    found = sobol_indices(ishigami, [each] * 3, 2**12, 1)
    return {"first": found.first[0].tolist(), "total": found.total[0].tolist()}


def p08(given):
    from fractions import Fraction

    before, after = given["before"], given["after"]

    def value(new):
        w = Fraction(str((after if "w" in new else before)["w"]))
        return w * (after if "u" in new else before)["u"]

    parts = shapley_shares(("w", "u"), value)
    return {
        "total": float(sum(parts.values())),
        "due_to_weight": float(parts["w"]),
        "due_to_performance": float(parts["u"]),
    }


def p09(given):
    known = given["score_under_each_subset_of_new_parts"]

    def value(new):
        return int(known["+".join(each for each in "DNW" if each in new) or "old"])

    return {name: float(part) for name, part in shapley_shares("DNW", value).items()}


def p10(given):
    before, after = np.array(given["before"], float), np.array(given["after"], float)
    weights = np.array(given["weights"])
    return {
        "before": float(np.exp(weights @ np.log(before))),
        "after": float(np.exp(weights @ np.log(after))),
        "contribution": lmdi(before, after, weights).tolist(),
    }


def p11(given):
    rows = zip(given["current"], given["cap"], given["cost_per_point"], strict=True)
    moves = [Move.through([(0, now), (cap - now, cap)], cost) for now, cap, cost in rows]
    found = least_effort(moves, given["weights"], given["next_band"])
    return {"delta": found.moves.tolist(), "cost": found.cost}


def p13(given):
    # The case was worked out by statsmodels as it comes, which counts cells of 0 as a half.
    found = agreement(np.array(given["rows_old_cols_new"]), shift_zeros=True)
    return {
        "moved": found.moved,
        "up": found.up,
        "down": found.down,
        "kappa": found.kappa,
        "stuart_maxwell_chi2": found.chi2,
        "stuart_maxwell_p": found.p,
    }


def p15(given):
    did, naive = difference_in_differences(tuple(given["treated"]), tuple(given["control"]))
    return {"did": did, "naive_before_after": naive}


def p18(given):
    # Ranks count from the best: the score that a rank stands for is the less the greater it is.
    found = order_shift(-np.array(given["rank_old"], float), -np.array(given["rank_new"], float))
    return {
        "kendall_tau_b": found.kendall,
        "mean_abs_rank_shift": found.mean_shift,
        "max_shift": found.max_shift,
    }


RUN = {
    "P01": p01,
    "P03": p03,
    "P05": p05,
    "P07": p07,
    "P08": p08,
    "P09": p09,
    "P10": p10,
    "P11": p11,
    "P13": p13,
    "P15": p15,
    "P18": p18,
}
NOT_RUN: dict[str, str] = {}


@pytest.mark.parametrize("name", RUN)
def test_the_case_holds(name):
    case = MEASUREMENT[name]
    assert_close(RUN[name](case["input"]), case["expected"], case["tolerance"])
