"""A value against a figure of the cohort: formulas in fractions, laws, and the whole errors."""

from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import EvidenceError, PolicyError
from capaian.exact import Program, cohort_of, counted, run_paired
from capaian.formula import col
from capaian.methods.references import (
    MEAN_BAND,
    REFERENCE,
    MeanBandOptions,
    MeanBandParameters,
    ReferenceOptions,
    ReferenceParameters,
)
from capaian.normalise import achievement, direction, fixed_to
from capaian.policy import Scale

N = Fraction
HUNDRED = Scale(N(0), N(100), None, None)
TO = ("best", "worst", "mean", "sum", "length")
VALUES = st.lists(st.fractions("1/6", 60, max_denominator=6), min_size=2, max_size=25)


def achieved(record, options, values, xs, scale=HUNDRED):
    """What these values earn of a method fitted to those, exactly."""
    steps = [(fixed_to(record, record.fit(options, cohort_of(counted(values)))), options)]
    tree = achievement(steps, scale, col("x"))
    return [run_paired(Program((("y", tree),)), {"x": x})["y"][1] for x in xs]


def figure(to, better, values):
    """The reference by its definition; a length to 20 digits from `decimal` is tested elsewhere."""
    ends = (max(values), min(values)) if better == "higher" else (min(values), max(values))
    if to in {"best", "worst"}:
        return ends[to == "worst"]
    if to == "sum":
        return sum(values)
    return sum(values) / len(values)


@given(
    st.sampled_from(TO[:4]), st.sampled_from(["higher", "lower"]), VALUES,
    st.fractions("1/6", 90, max_denominator=8),
)  # fmt: skip
def test_ratios_and_differences_are_the_formulas(to, better, values, x):
    """x/r, (x - r)/r, and r/x, (r - x)/r where less is better, on a scale from 20 to 120."""
    scale = Scale(N(20), N(120), None, None)
    most = N(10**9) if better == "lower" else None
    r = figure(to, better, values)
    ratio, difference = (x / r, (x - r) / r) if better == "higher" else (r / x, (r - x) / r)
    found = achieved(REFERENCE, ReferenceOptions(to, "ratio", better, most), values, [x], scale)
    assert abs(found[0] - (20 + 100 * ratio)) <= ratio / 10**15
    found = achieved(REFERENCE, ReferenceOptions(to, "difference", better), values, [x], scale)
    assert abs(found[0] - (20 + 100 * difference)) <= (1 + x / r) / N(10) ** 15


@given(VALUES)
def test_the_squares_of_ratios_to_the_length_add_up_to_1(values):
    """What vector normalisation is for, to 18 digits; and sums of ratios to the sum add up to 1."""
    vector, parts = (
        achieved(REFERENCE, ReferenceOptions(to, "ratio", "higher"), values, values)
        for to in ("length", "sum")
    )
    assert abs(sum(each * each for each in vector) / 10_000 - 1) < N(1, 10**18)
    assert abs(sum(parts) / 100 - 1) < N(1, 10**18)
    assert float(vector[0]) == pytest.approx(
        100 * float(values[0]) / sqrt(sum(float(v) ** 2 for v in values))
    )


@given(st.sampled_from(TO), st.sampled_from(["ratio", "difference"]),
       st.sampled_from(["higher", "lower"]), VALUES,
       st.lists(st.fractions(-9, 90, max_denominator=8), min_size=2, max_size=9))  # fmt: skip
def test_better_values_never_earn_less(to, gives, better, values, xs):
    """Monotone over the whole line, also at 0 and below."""
    most = N(150) if (gives, better) == ("ratio", "lower") else None
    options = ReferenceOptions(to, gives, better, most)
    assert direction([(fixed_to(REFERENCE, ReferenceParameters(N(1))), options)]) == better
    found = achieved(REFERENCE, options, values, sorted(xs, reverse=better == "lower"))
    assert found == sorted(found)


def test_the_best_of_a_cohort_has_the_best_of_the_scale():
    """By the ratio; by the difference to the worst the worst has the worst."""
    for better, order in (("higher", [9, 2]), ("lower", [2, 9])):
        most = N(100) if better == "lower" else None
        best, _ = achieved(
            REFERENCE, ReferenceOptions("best", "ratio", better, most), [N(2), N(9)], order
        )
        assert best == 100
        _, worst = achieved(
            REFERENCE, ReferenceOptions("worst", "difference", better), [N(2), N(9)], order
        )
        assert worst == 0


def test_a_ratio_where_less_is_better_is_limited():
    """At 0 and near it: `most`, or the scale's cap."""
    options = ReferenceOptions("best", "ratio", "lower", N(150))
    assert achieved(REFERENCE, options, [N(2), N(4)], [0, -1, N(1), N(4)]) == [150, 150, 150, 50]
    capped = Scale(N(0), N(100), None, N(120))
    options = ReferenceOptions("best", "ratio", "lower")
    assert achieved(REFERENCE, options, [N(2), N(4)], [0, N(1), N(4)], capped) == [120, 120, 50]


@given(VALUES, st.fractions(0, 1, max_denominator=10), st.fractions(0, 90, max_denominator=8))
def test_the_band_is_the_handbook_s(values, band, x):
    """1 above, 0 within with its edges, -1 below."""
    options = MeanBandOptions(band, N(1), N(0), N(-1))
    mean = MEAN_BAND.fit(options, cohort_of(counted(values))).mean
    expected = 1 if x / mean > 1 + band else -1 if x / mean < 1 - band else 0
    edges = [mean * (1 - band), mean * (1 + band)]
    assert achieved(MEAN_BAND, options, values, [x, *edges]) == [expected, 0, 0]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [((100, 50, 0), "higher"), ((0, 50, 100), "lower"), ((0, 100, 0), "nearest"),
     ((9, 0, 9), "unknown"), ((5, 5, 5), "higher")],
)  # fmt: skip
def test_the_direction_of_a_band_follows_from_what_it_gives(sides, expected):
    options = MeanBandOptions(N(1, 5), *map(N, sides))
    assert direction([(fixed_to(MEAN_BAND, MeanBandParameters(N(1))), options)]) == expected


# ---- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "values", "figure_", "given_"),
    [("best", [0, -1], "best value", "0"), ("worst", [-4, 2], "worst value", "-4"),
     ("mean", [-1, 1], "mean", "0"), ("sum", [-3, 1], "sum", "-2"),
     ("length", [0, 0], "length", "0")],
)  # fmt: skip
def test_a_figure_of_0_or_less_is_refused(to, values, figure_, given_):
    """A ratio to it would turn the order round, or be none."""
    options = ReferenceOptions(to, "ratio", "higher")
    with pytest.raises(EvidenceError) as refused:
        REFERENCE.fit(options, cohort_of(counted(map(N, values))))
    assert refused.value.text() == (
        "The method 'reference' cannot be fitted; nothing was frozen.\n"
        f"  CPN-R15  the {figure_} of the cohort is {given_}; 'reference' needs one above 0.\n"
        "           to fix: use min-max, z-score or rank, which take any values, or another figure."
    )


def test_a_mean_of_0_has_no_band():
    with pytest.raises(EvidenceError) as refused:
        MEAN_BAND.fit(MeanBandOptions(N(0), N(1), N(0), N(0)), cohort_of({N(0): 2}))
    assert refused.value.text() == (
        "The method 'mean-band' cannot be fitted; nothing was frozen.\n"
        "  CPN-R15  the mean of the cohort is 0; 'mean-band' needs one above 0.\n"
        "           to fix: use min-max, z-score or rank, which take any values, or another figure."
    )
    assert "rata-rata kelompok adalah 0" in refused.value.text("id")


def built(*options):
    """Build a formula with these options."""
    return REFERENCE.build(ReferenceOptions(*options), ReferenceParameters(N(2)), HUNDRED, col("x"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("best", "ratio", "lower"),
            (
                "  CPN-R16  most: a ratio in which less is better has no limit where the value is 0.\n"
                "           to fix: give most, the most that it gives, or give the scale a cap; or use"
                ' gives = "difference".'
            ),
        ),
        (
            ("best", "ratio", "higher", N(120)),
            (
                "  CPN-P85  most: 'most' does nothing here: it is for gives = \"ratio\" with better ="
                ' "lower".\n'
                "           to fix: remove it."
            ),
        ),
        (
            ("best", "ratio", "lower", N(90)),
            (
                "  CPN-P87  most: most = 90 is less than the best of the scale (100), which the target"
                " itself earns.\n"
                "           to fix: give 100 or more."
            ),
        ),
    ],
)
def test_a_limit_is_there_where_it_is_needed_and_only_there(options, said):
    with pytest.raises(PolicyError) as refused:
        built(*options)
    assert refused.value.text() == (
        f"The method 'reference' cannot be used as it is written; nothing was scored.\n{said}"
    )


@pytest.mark.parametrize("band", ["-0.2", "1.5"])
def test_a_band_is_a_share_of_the_mean(band):
    with pytest.raises(PolicyError) as refused:
        MeanBandOptions(N(band), N(1), N(0), N(-1))
    assert refused.value.text() == (
        "The method 'mean-band' cannot be used as it is written; nothing was scored.\n"
        f"  CPN-R17  band: band = {band}; the band around the mean is a share of it from 0 to 1.\n"
        '           to fix: give a share such as "20%".'
    )


@pytest.mark.parametrize(
    ("build", "kind", "key"),
    [
        (lambda: REFERENCE.build(ReferenceOptions("mean", "ratio", "higher"),
                                 ReferenceParameters(N(0)), HUNDRED, col("x")),
         "reference", "reference"),
        (lambda: MEAN_BAND.build(MeanBandOptions(N(0), N(1), N(0), N(0)),
                                 MeanBandParameters(N(-1)), HUNDRED, col("x")),
         "mean-band", "mean"),
    ],
)  # fmt: skip
def test_parameters_that_no_cohort_gave_are_refused(build, kind, key):
    """A document that was changed by hand is not scored with."""
    with pytest.raises(PolicyError) as refused:
        build()
    assert refused.value.text() == (
        f"The method '{kind}' cannot be used as it is written; nothing was scored.\n"
        f"  CPN-R10  fitted.parameters.{key}: '{kind}' cannot have been fitted to this: {key} is"
        " not above 0.\n"
        "           to fix: do not change what was fitted: call capaian.fit again."
    )
