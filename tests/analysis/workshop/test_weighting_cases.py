"""The golden cases of participatory weighting: each was computed with the library it names."""

import json
from fractions import Fraction

import numpy as np
import pytest

from analysis.cases import GOLDEN, MEASUREMENT, assert_close
from capaian.analysis import (
    best_worst_weights,
    budget_weights,
    group_judgements,
    pairwise_weights,
    rank_order_centroid,
    swing_weights,
)
from capaian.analysis.workshop.agreement import arithmetic_centre, compositional_centre, kendall_w

COMPOSITE = {
    each["id"]: each
    for each in json.loads((GOLDEN / "composite_cases.json").read_text(encoding="utf-8"))["cases"]
}


def pair(value):
    """A matrix of one judgement, which a case writes as a number or as text."""
    exact = Fraction(str(value))
    return [["1", str(exact)], [str(1 / exact), "1"]]


def w02(given):
    return {"weights": pairwise_weights(given["matrix"]).weights.tolist()}


def w03(given):
    mean = group_judgements([pair(each) for each in given["judgements"]])
    wrong = np.mean([float(Fraction(str(each))) for each in given["judgements"]])
    return {
        "geometric": mean[0, 1],
        "geometric_of_reciprocals": mean[1, 0],
        "arithmetic_wrong": wrong,
    }


def w04(given):
    found = best_worst_weights(
        given["best_to_others"], given["others_to_worst"], best=given["best"], worst=given["worst"]
    )
    return {"weights": found.weights, "xi": found.xi, "input_based_ratio": found.input_based_ratio}


def w05(given):
    return {"weights": swing_weights(given["swing_points"])[0]}


def w06(given):
    return {"weights": rank_order_centroid(range(1, given["n"] + 1))[0]}


def w07(given):
    weights = budget_weights(given["points"])
    return {
        "arithmetic_mean": arithmetic_centre(weights),
        "compositional_mean": compositional_centre(weights),
        "kendall_w": kendall_w(weights),
    }


RUN = {"W02": w02, "W03": w03, "W04": w04, "W05": w05, "W06": w06, "W07": w07}
NOT_RUN = {"W09": "it is run through the engine, in test_stability.py"}


@pytest.mark.parametrize("name", RUN)
def test_case(name):
    case = MEASUREMENT[name]
    assert_close(RUN[name](case["input"]), case["expected"], case["tolerance"])


def test_the_arithmetic_mean_of_judgements_is_not_what_a_group_says():
    """Forbidden: 4.11 where 2.08 is right."""
    mean = group_judgements([pair(each) for each in MEASUREMENT["W03"]["input"]["judgements"]])
    assert abs(mean[0, 1] - 4.11) > 2
    assert mean[0, 1] * mean[1, 0] == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "derivation"),
    [
        ("weights-ahp-3x3-column-mean", "column-mean"),
        ("weights-ahp-3x3-eigen", "eigenvector"),
        ("weights-ahp-3x3-geometric", "geometric"),
        ("weights-ahp-tai-8-column-mean", "column-mean"),
        ("weights-ahp-tai-8-geometric", "geometric"),
    ],
)
def test_published_matrices(name, derivation):
    """OECD/JRC Handbook, Table 20, and a textbook matrix; the ratio is by Saaty's table of 1980."""
    case = COMPOSITE[name]
    found = pairwise_weights(case["input"]["matrix"], derivation=derivation)
    told = {
        "weights": found.weights,
        "lambda_max": found.lambda_max,
        "CI": found.consistency_index,
        "CR": found.consistency_ratio,
    }
    assert_close(told, case["expected"], case["tolerance"])


def test_budgets_that_do_not_add_up():
    """One expert gave out 90 points only: each is scaled to 1 before the mean, and it is said so."""
    case = COMPOSITE["weights-budget-allocation-2"]
    mean = arithmetic_centre(budget_weights(case["input"]["experts"]))
    assert_close(mean, case["expected"]["rescale_each_expert"], case["tolerance"])
    wrong = np.array(case["expected"]["rescale_the_mean"])
    assert np.abs(mean - wrong).max() > 1e-3
