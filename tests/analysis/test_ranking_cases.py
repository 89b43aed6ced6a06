"""The golden cases of ranking: errors, bands, ranks, funnels."""

import numpy as np
import pytest

from analysis.cases import MEASUREMENT, assert_close
from capaian.analysis.certainty.gaussian import (
    acceptance_limit,
    gaussian_bands,
    posterior,
    shrinkage_of,
    uncertain_weights,
)
from capaian.analysis.certainty.monte_carlo import draw_error, draws_needed
from capaian.analysis.certainty.ranks import confidence_ranks, expected_ranks, joint_multiplier
from capaian.analysis.certainty.scheme import accuracy_and_consistency
from capaian.analysis.certainty.shrink import paule_mandel
from capaian.analysis.funnels import funnel_limits


def floats(given, *names):
    return [np.array(given[name], dtype=float) for name in names]


def shrunk(given):
    y, s = floats(given, "score", "se")
    found = paule_mandel(y, s, np.zeros(len(y), int), 1)
    tau = np.sqrt(found.variance)
    return {
        "tau2": found.variance[0],
        "mu": found.mean[0],
        "shrinkage": shrinkage_of(s, tau).tolist(),
        "posterior_mean": posterior(y, s, found.mean, tau)[0].tolist(),
    }


def bands(given):
    y, s = floats(given, "score", "se")
    return gaussian_bands(y, s, given["cuts"])


def scheme(given):
    p = bands(given)
    given_band = np.searchsorted(given["cuts"], given["score"], side="right")
    right, again = accuracy_and_consistency(p, given_band)
    return {"accuracy": right.mean(), "consistency": again.mean()}


def guarded(given):
    return {
        "acceptance_limit": acceptance_limit(given["cut"], given["u"], given["confidence"]),
        "multiplier": acceptance_limit(0, 1, given["confidence"]),
    }


def limits(given):
    size = np.array([given["n"]])
    pairs = {
        name: funnel_limits("binomial", given["target"], size, level)
        for name, level in (("95", 0.95), ("99.8", 0.998))
    }
    return {name: [float(low[0]), float(high[0])] for name, (low, high) in pairs.items()}


def ranks(given):
    low, high = confidence_ranks(*floats(given, "score", "se"), 0.95)
    return {
        "z": joint_multiplier(len(low), 0.95),
        "rank_interval": np.stack([low, high], axis=1).tolist(),
    }


def prior(given):
    y, s, cut = given["score"], given["se"], [given["cut"]]
    mean, spread = posterior(y, s, given["population_mean"], given["population_sd"])
    return {
        "p_without_prior": gaussian_bands(np.float64(y), s, cut)[1],
        "posterior_mean": float(mean),
        "posterior_sd": float(spread),
        "p_with_prior": gaussian_bands(mean, spread, cut)[1],
    }


def weights(given):
    found = uncertain_weights(*floats(given, "weight_dirichlet_alpha", "utility", "utility_se"))
    return dict(zip(("sd", "sd_measurement_only", "sd_weights_only"), found, strict=True))


def draws(given):
    level = given["coverage"]
    return {
        "jcgm_101_rule": draws_needed(level),
        "mc_se_of_p_0.95": [draw_error(level, each) for each in given["draws"]],
    }


RUN = {
    "R01": shrunk,
    "R02": lambda given: {"p": bands(given).tolist()},
    "R03": guarded,
    "R04": scheme,
    "R05": limits,
    "R07": ranks,
    "R11": prior,
    "R12": lambda given: {"expected_rank": expected_ranks(*floats(given, "score", "se")).tolist()},
    "R14": weights,
    "R15": draws,
}
NOT_RUN: dict[str, str] = {}


@pytest.mark.parametrize("name", RUN)
def test_a_case_of_ranking_is_met(name):
    case = MEASUREMENT[name]
    assert_close(RUN[name](case["input"]), case["expected"], case["tolerance"])


def test_every_case_of_ranking_is_here():
    ranking = {name for name, case in MEASUREMENT.items() if case["topic"] == "ranking"}
    assert ranking == RUN.keys() | NOT_RUN.keys()
