"""The way from the cohort's worst to a target: the formula in fractions, laws, the whole errors."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from capaian.errors import EvidenceError, PolicyError
from capaian.exact import Program, cohort_of, counted, run_paired
from capaian.formula import col
from capaian.methods.distances import DISTANCE, DistanceOptions, DistanceParameters
from capaian.methods.relative import MIN_MAX, MinMaxOptions
from capaian.normalise import achievement, direction, fixed_to
from capaian.policy import Scale

N = Fraction
HUNDRED = Scale(N(0), N(100), None, None)
ONE = Scale(N(0), N(1), None, None)
VALUES = st.lists(st.fractions(-60, 60, max_denominator=6), min_size=2, max_size=20).filter(
    lambda values: len(set(values)) > 1
)
GOLDEN = Path(__file__).parents[1] / "golden" / "composite_cases.json"


def achieved(options, values, xs, scale=HUNDRED, record=DISTANCE):
    """What these values earn of a method fitted to those, exactly."""
    steps = [(fixed_to(record, record.fit(options, cohort_of(counted(values)))), options)]
    tree = achievement(steps, scale, col("x"))
    return [run_paired(Program((("y", tree),)), {"x": x})["y"][1] for x in xs]


@given(VALUES, st.sampled_from(["higher", "lower"]), st.fractions(-90, 90, max_denominator=8),
       st.lists(st.fractions(-90, 90, max_denominator=8), min_size=2, max_size=6))  # fmt: skip
def test_it_is_its_formula_and_better_never_earns_less(values, better, target, xs):
    """On a scale from 20 to 120, beyond the cohort and beyond the target too."""
    worst = min(values) if better == "higher" else max(values)
    assume(target > worst if better == "higher" else target < worst)
    options = DistanceOptions(target, better)
    assert direction([(fixed_to(DISTANCE, DistanceParameters(worst)), options)]) == better
    scale = Scale(N(20), N(120), None, None)
    order = sorted(xs, reverse=better == "lower")
    found = achieved(options, values, [worst, target, *order], scale)
    assert found[:2] == [20, 120]
    assert (
        found[2:] == [20 + 100 * (x - worst) / (target - worst) for x in order] == sorted(found[2:])
    )


@given(VALUES, st.sampled_from(["higher", "lower"]))
def test_with_the_cohort_s_best_as_target_it_is_min_max(values, better):
    best = max(values) if better == "higher" else min(values)
    found = achieved(DistanceOptions(best, better), values, values)
    assert found == achieved(MinMaxOptions(better), values, values, record=MIN_MAX)


@pytest.mark.parametrize("name", ["norm-target-positive", "norm-reference-unit"])
def test_the_handbook_s_figures(name):
    """Goalposts give the same where somebody writes the cohort's least in the policy by hand."""
    cases = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
    (case,) = (each for each in cases if each["id"] == name)
    values = [N(str(each)) for each in case["input"]["x"]]
    expected = case["expected"]
    if name == "norm-target-positive":
        target, expected = N(case["params"]["target"]), expected["uncapped"]
    else:
        target = values[case["input"]["units"].index(case["params"]["reference"])]
    found = achieved(DistanceOptions(target, "higher"), values, values, ONE)
    assert [float(each) for each in found] == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize(("better", "target", "worst"), [("higher", 2, 2), ("lower", 12, 9)])
def test_a_target_must_be_ahead_of_the_worst(better, target, worst):
    with pytest.raises(EvidenceError) as caught:
        DISTANCE.fit(DistanceOptions(N(target), better), cohort_of(counted([N(2), N(9)])))
    assert str(caught.value).splitlines() == [
        "The method 'distance-to-target' cannot be fitted; nothing was frozen.",
        (
            f"  CPN-N23  the target is {target}, not better than the worst value of the cohort,"
            f" {worst}."
        ),
        (
            "           to fix: give a target that somebody has still to reach, or use a method with"
            " a fixed target."
        ),
    ]


def test_a_cohort_of_equal_values_is_refused():
    with pytest.raises(EvidenceError) as caught:
        DISTANCE.fit(DistanceOptions(N(9), "higher"), cohort_of(counted([N(2), N(2)])))
    assert [each.code for each in caught.value.findings] == ["CPN-R06"]


def test_parameters_that_no_cohort_gave_are_refused():
    with pytest.raises(PolicyError) as caught:
        DISTANCE.build(DistanceOptions(N(9), "higher"), DistanceParameters(N(9)), ONE, col("x"))
    assert str(caught.value).splitlines() == [
        "The method 'distance-to-target' cannot be used as it is written; nothing was scored.",
        (
            "  CPN-R10  fitted.parameters.worst: 'distance-to-target' cannot have been fitted to"
            " this: worst is not worse than the target."
        ),
        "           to fix: do not change what was fitted: call capaian.fit again.",
    ]
