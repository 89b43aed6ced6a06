"""Cohorts that a method cannot be fitted to, and parameters that no cohort gave: the whole text."""

from fractions import Fraction

import pytest

from capaian.errors import EvidenceError, PolicyError
from capaian.exact import cohort_of
from capaian.formula import col
from capaian.methods.orders import (
    PercentileOptions,
    PercentileParameters,
    RankOptions,
    RankParameters,
)
from capaian.methods.relative import (
    MinMaxOptions,
    MinMaxParameters,
    ZScoreOptions,
    ZScoreParameters,
    capaian_methods,
)
from capaian.policy import Scale

METHODS = {each.kind: each for each in capaian_methods()}
SCALE = Scale(Fraction(0), Fraction(100), None, None)
N = Fraction
Z = ZScoreOptions("higher", "population", N(50), N(10))
RANK = RankOptions("higher", "min", "share")
OPTIONS = {
    "min-max": MinMaxOptions("higher"),
    "z-score": Z,
    "rank": RANK,
    "percentile": PercentileOptions("higher"),
}


@pytest.mark.parametrize("kind", sorted(OPTIONS))
def test_equal_values_tell_nobody_apart(kind):
    """Not 0, not 1, not nothing in silence: refused, with how many there are."""
    with pytest.raises(EvidenceError) as refused:
        METHODS[kind].fit(OPTIONS[kind], cohort_of({N(5): 3}))
    assert refused.value.text() == (
        f"The method '{kind}' cannot be fitted; nothing was frozen.\n"
        f"  CPN-R06  all 3 values of the cohort are equal: '{kind}' cannot tell better from worse.\n"
        "           to fix: fit to a period in which they differ, or use a method with a fixed"
        " target."
    )


def test_an_order_of_too_many_values_is_not_kept():
    """A policy is a document, not a table of everybody."""
    cohort = cohort_of({N(each): 1 for each in range(10_001)})
    with pytest.raises(EvidenceError) as refused:
        METHODS["rank"].fit(RANK, cohort)
    assert refused.value.text() == (
        "The method 'rank' cannot be fitted; nothing was frozen.\n"
        "  CPN-R07  the cohort has 10001 different values; the order of at most 10000 is kept in a"
        " policy.\n"
        "           to fix: use 'percentile', or put 'round' before 'rank'."
    )


@pytest.mark.parametrize("steps", [1, 0, -3, 1001])
def test_a_cohort_is_cut_into_2_to_1000_steps(steps):
    """Refused with the options, before any cohort is looked at."""
    text = (
        "The method 'percentile' cannot be used as it is written; nothing was scored.\n"
        f"  CPN-R08  steps: steps = {steps}; a cohort is cut into 2 to 1000.\n"
        "           to fix: give a number from 2 to 1000."
    )
    with pytest.raises(PolicyError) as refused:
        PercentileOptions("higher", steps)
    assert refused.value.text() == text


@pytest.mark.parametrize("spread", ["0", "-10"])
def test_a_deviation_moves_the_achievement_upwards(spread):
    """The direction is said by `better`, not by a sign."""
    with pytest.raises(PolicyError) as refused:
        ZScoreOptions("higher", "sample", N(50), N(spread))
    assert refused.value.text() == (
        "The method 'z-score' cannot be used as it is written; nothing was scored.\n"
        f"  CPN-R11  spread: spread = {spread}; a standard deviation moves the achievement by more"
        " than 0.\n"
        "           to fix: give a number above 0; which way is better is said by 'better'."
    )


@pytest.mark.parametrize(
    ("kind", "options", "parameters", "place", "reason"),
    [
        (
            "min-max", OPTIONS["min-max"], MinMaxParameters(N(3), N(3)), "greatest",
            "least is not below greatest",
        ),
        (
            "z-score", Z, ZScoreParameters(N(3), N(0)), "deviation",
            "deviation is not above 0",
        ),
        (
            "rank", RANK, RankParameters((N(2), N(1)), (1, 1)), "values",
            "values are not in ascending order",
        ),
        (
            "rank", RANK, RankParameters((N(1), N(1)), (1, 1)), "values",
            "values are not in ascending order",
        ),
        *(
            (
                "rank", RANK, RankParameters(values, counts), "counts",
                "there is not one count, 1 or more, for each of two values or more",
            )
            for values, counts in [
                ((N(1), N(2)), (1,)), ((N(1), N(2)), (1, 0)), ((N(1),), (4,)), ((), ()),
            ]
        ),
        (
            "percentile", PercentileOptions("higher", 3), PercentileParameters((N(1), N(2))),
            "cuts", "2 cuts for 3 steps, or cuts that are not in order",
        ),
        (
            "percentile", PercentileOptions("higher", 2), PercentileParameters((N(2), N(1))),
            "cuts", "2 cuts for 2 steps, or cuts that are not in order",
        ),
        (
            "percentile", PercentileOptions("lower", 2), PercentileParameters((N(1), N(2))),
            "cuts", "2 cuts for 2 steps, or cuts that are not in order",
        ),
    ],
)  # fmt: skip
def test_parameters_that_no_cohort_gave_are_refused(kind, options, parameters, place, reason):
    """A document that was changed by hand is not scored with."""
    with pytest.raises(PolicyError) as refused:
        METHODS[kind].build(options, parameters, SCALE, col("x"))
    assert refused.value.text() == (
        f"The method '{kind}' cannot be used as it is written; nothing was scored.\n"
        f"  CPN-R10  fitted.parameters.{place}: '{kind}' cannot have been fitted to this: {reason}.\n"
        "           to fix: do not change what was fitted: call capaian.fit again."
    )
