"""The golden cases of fairness, of gaming, and of forms and quotas."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from analysis.cases import MEASUREMENT, assert_close
from capaian.analysis import shape_change
from capaian.analysis.disparity import (
    band_shares,
    gap,
    impact_ratio,
    power_of_rates,
    superiority,
    within_strata,
)
from capaian.analysis.quality.forms import (
    long_string,
    pair_chance,
    response_variability,
    straight_line_chance,
)
from capaian.analysis.quality.mass import density_break, excess_mass
from capaian.analysis.quality.stamps import benford_deviation, last_minute
from capaian.analysis.seats import seats


def impact(given):
    found = impact_ratio(*given["focal"], *given["reference"])
    # The rule of thumb by itself; the verdict of this case is "watch": its interval reaches 0.8.
    assert found.verdict == ("watch",)
    return {
        "ratio": found.ratio[0],
        "ci95": [found.low[0], found.high[0]],
        "four_fifths_flag": bool(found.four_fifths[0]),
        "fisher_p": found.p[0],
    }


def strata(given):
    tables = np.array([given["unit_1"], given["unit_2"]])  # strata x groups x (reached, not)
    hits, sizes = tables[:, :, 0], tables.sum(axis=2)
    found = within_strata(hits[:, 0], sizes[:, 0], hits[:, 1], sizes[:, 1])
    return {
        "pooled_odds_ratio": found.pooled_odds_ratio,
        "mantel_haenszel_or": found.odds_ratio,
        "mh_p": found.p,
        # The case divides the lower rate by the higher.
        "pooled_ratio_of_rates": 1 / found.pooled_ratio,
    }


def gaps(given):
    one, two = given["group_1"], given["group_2"]
    values = np.unique([*one, *two])
    counts = [(values[:, None] == np.array(each)).sum(axis=1) for each in (one, two)]
    return {"hedges_g": gap(one, two).g, "p_superiority": superiority(*counts)[0]}


def power(given):
    n = given["n"]
    found = power_of_rates(n, n, given["rate_focal"], given["rate_reference"], alpha=given["alpha"])
    return {"power": found.tolist()}


def density(given):
    del given
    honest = stats.weibull_min(1.6, scale=15).ppf((np.arange(1, 2001) - 0.5) / 2000)
    gamed = honest.copy()
    late = np.flatnonzero((gamed > 14) & (gamed <= 16.5))[::2]
    gamed[late] = np.linspace(13.1, 14, len(late) + 2)[1:-1]
    return {
        "flag_below_p": 0.01,
        "honest_flagged": bool(density_break(honest, 14) < 0.01),
        "gamed_flagged": bool(density_break(gamed, 14) < 0.01),
    }


def mass(given):
    found = excess_mass(
        given["day"],
        given["closed"],
        given["limit"],
        excluded=given["excluded"],
        degree=given["degree"],
    )
    return {
        "counterfactual_13_14": found.counterfactual.tolist(),
        "excess_at_13": found.excess,
        "missing_at_14": found.missing,
        "b": found.b,
    }


def spike(given):
    found = last_minute(given["records"], given["in_last_tenth"], 0.1)
    return {"ratio_to_expected": found.ratio, "p": found.p}


def pairs(given):
    chance = float(pair_chance([given["item_probabilities_1_to_4"]] * given["items"]))
    n = given["forms"]
    return {"pair_collision": chance, "expected_identical_pairs": n * (n - 1) / 2 * chance}


def shape(given):
    found = shape_change(given["before"], given["after"])
    assert found.power < 0.2  # ten on a side can show next to nothing
    return {"D": found.d, "p": found.p}


def lines(given):
    shares = given["item_probabilities_1_to_4"]
    rest = (1 - 0.85) / 3
    content = [rest, rest, rest, 0.85]
    return {
        "p_straight_line": float(straight_line_chance([shares] * given["items"])),
        "p_straight_line_if_p4_is_0.85": float(straight_line_chance([content] * given["items"])),
    }


def form(given):
    return {
        "longstring": int(long_string(given["answers"])[0]),
        "irv": float(response_variability(given["answers"])[0]),
    }


def quota(given):
    shares = [Fraction(str(each)) for each in given["shares"]]
    return {
        "at_most_top": int(seats(given["n"], shares, semantics="at_most")[0, 0]),
        "largest_remainder": seats(given["n"], shares, semantics="proportional")[0].tolist(),
    }


RUN = {
    "F01": impact,
    "F03": strata,
    "F04": gaps,
    "F05": lambda given: {"goodman95": band_shares(given["band_counts"]).tolist()},
    "F07": power,
    "G02": density,
    "G03": mass,
    "G04": spike,
    "G05": pairs,
    "G07": lambda given: {"mad": benford_deviation(given["first_digit_share"])},
    "G08": shape,
    "S17": lines,
    "S18": form,
    "P17": quota,
}
NOT_RUN: dict[str, str] = {}


@pytest.mark.parametrize("name", RUN)
def test_the_case_passes(name):
    """By the functions that an analyst or the diagnoses call, not by arithmetic of the test's."""
    case = MEASUREMENT[name]
    assert_close(RUN[name](case["input"]), case["expected"], case["tolerance"])


def test_every_case_of_the_topics_is_here():
    topics = {each for each in MEASUREMENT if MEASUREMENT[each]["topic"] in {"fairness", "gaming"}}
    assert topics <= {*RUN, *NOT_RUN}
