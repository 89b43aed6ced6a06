"""Relative normalisations against published tables, other libraries and their own formulas."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import Program, cohort_of, counted, run_paired
from capaian.exact.filtered import run_filtered
from capaian.formula import col, from_data, kind_of, rounded, to_data, words
from capaian.methods.orders import PercentileOptions, RankOptions
from capaian.methods.posts import GOALPOSTS, GoalpostsOptions
from capaian.methods.relative import (
    MinMaxOptions,
    ZScoreOptions,
    capaian_methods,
)
from capaian.methods.tables import LookupOptions, Row
from capaian.normalise import achievement, direction, fixed_to
from capaian.policy import Scale

METHODS = {each.kind: each for each in capaian_methods()}
GOLDEN = Path(__file__).parents[1] / "golden" / "relative_cases.json"
CASES = {each["id"]: each for each in json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]}
HUNDRED = Scale(Fraction(0), Fraction(100), None, None)
OPTIONS = {
    "min-max": [MinMaxOptions("higher"), MinMaxOptions("lower")],
    "z-score": [
        ZScoreOptions("higher", "population", Fraction(50), Fraction(10)),
        ZScoreOptions("lower", "sample", Fraction(60), Fraction(25, 2)),
    ],
    "rank": [
        RankOptions(better, ties, gives)
        for better in ("higher", "lower")
        for ties in ("min", "max", "average")
        for gives in ("share", "place")
    ],
    "percentile": [
        PercentileOptions("higher"),
        PercentileOptions("lower", 7),
        PercentileOptions("higher", 2),
    ],
}
EVERY = [(kind, options) for kind, choices in OPTIONS.items() for options in choices]
VALUES = st.lists(st.fractions(-60, 60, max_denominator=6), min_size=2, max_size=25).filter(
    lambda values: len(set(values)) > 1
)


def exact(written):
    """The exact number that a JSON number stands for."""
    return Fraction(str(written))


def fitted(kind, options, values):
    """The method, fitted to these values."""
    parameters = METHODS[kind].fit(options, cohort_of(counted(values)))
    return fixed_to(METHODS[kind], parameters), options


def achieved(steps, xs, scale=HUNDRED):
    """What these values earn, exactly."""
    tree = achievement(steps, scale, col("x"))
    return [run_paired(Program((("y", tree),)), {"x": x})["y"][1] for x in xs]


def of_case(name, *steps, scale=HUNDRED):
    """What the values of a golden case earn from methods fitted to them, and the case."""
    case = CASES[name]
    values = [exact(each) for each in case["input"]["x"]]
    made = [step if len(step) == 2 else fitted(*step[:2], values) for step in steps]
    return achieved(made, values, scale), case


def near(found, expected, tolerance):
    """Whether each result is the expected one, within a tolerance."""
    return len(found) == len(expected) and all(
        abs(one - exact(other)) <= exact(tolerance)
        for one, other in zip(found, expected, strict=True)
    )


def agrees(found, case):
    """Whether the results are the recomputed ones, and those that the source prints."""
    published = case.get("published")
    printed = published is None or near(found, published["values"], published["allowed_difference"])
    return printed and near(found, case["expected"], case["tolerance"])


def test_every_case_says_where_it_comes_from():
    """No figure without a source and without an independent check; all are used below."""
    assert len(CASES) == 8
    assert all(each["source"] and each["verified"] for each in CASES.values())


def test_min_max_of_coinr_to_1_and_100():
    """The scale from 1 to 100, so that a geometric mean can follow."""
    step = ("min-max", MinMaxOptions("higher"), "fit")
    found, case = of_case(
        "norm-minmax-1-100", step, scale=Scale(Fraction(1), Fraction(100), None, None)
    )
    assert agrees(found, case)


def test_min_max_where_less_is_better():
    """COINr issue 19: 6.2 among 0.6 and 42.1 is 86.50602."""
    step = ("min-max", MinMaxOptions("lower"), "fit")
    assert agrees(*of_case("norm-minmax-negative-direction", step))


def test_z_score_of_coinr_with_mean_10_and_deviation_2():
    """COINr divides by n - 1."""
    options = ZScoreOptions("higher", "sample", Fraction(10), Fraction(2))
    assert agrees(*of_case("norm-zscore-mean10-sd2", ("z-score", options, "fit")))


def test_rank_of_the_handbook_counts_from_the_lowest():
    """Handbook, table 15: 1 is the lowest, ties have the first of their places."""
    step = ("rank", RankOptions("lower", "min", "place"), "fit")
    assert agrees(*of_case("norm-rank-ascending", step))


def test_borda_points_are_a_share_on_a_scale_of_as_many_points():
    """One point for everybody who is worse: ties have the last of their places from the top."""
    step = ("rank", RankOptions("higher", "max", "share"), "fit")
    points = Scale(Fraction(0), Fraction(22), None, None)
    assert agrees(*of_case("norm-borda-points", step, scale=points))


PLACE = ("rank", RankOptions("lower", "min", "place"), "fit")
SHARE_OF_23 = (GOALPOSTS, GoalpostsOptions(Fraction(0), Fraction(23)))


def test_the_handbook_s_percentile_rank_is_a_place_between_goalposts():
    """Handbook, table 15: rank ÷ 23 × 100."""
    assert agrees(*of_case("norm-percentile-rank-n", PLACE, SHARE_OF_23))


def test_the_handbook_s_categories_are_a_table_upon_that():
    """Handbook, table 15: over 95 is 100, over 85 is 80, and so on."""
    from capaian.methods.tables import LOOKUP

    ends = [(95, 100), (85, 80), (65, 60), (35, 50), (15, 40), (5, 20)]
    uppers = [None, *(Fraction(end) for end, _ in ends)]
    rows = [
        Row(Fraction(worth), above=Fraction(end), to=upper)
        for (end, worth), upper in zip(ends, uppers, strict=False)
    ]
    options = LookupOptions((*rows, Row(Fraction(0), to=Fraction(5))))
    assert agrees(*of_case("norm-categorical-scale", PLACE, SHARE_OF_23, (LOOKUP, options)))


@pytest.mark.parametrize("ties", ["min", "max", "average"])
def test_ties_go_by_the_rule_that_is_written(ties):
    """9, 7, 7, 5, 7, 1: the three sevens are second, fourth, or third on average."""
    case = CASES["rank-tie-rules"]
    values = [exact(each) for each in case["input"]["score"]]
    step = fitted("rank", RankOptions("higher", ties, "place"), values)
    assert near(achieved([step], values), case["expected"][ties], case["tolerance"])


@given(VALUES, st.sampled_from(["min", "max", "average"]), st.sampled_from(["higher", "lower"]))
def test_places_are_those_of_pandas(values, ties, better):
    """An independent library ranks the cohort alike, ties and direction included."""
    step = fitted("rank", RankOptions(better, ties, "place"), values)
    # Whole numbers, which pandas holds exactly: the order is that of the fractions.
    series = pd.Series([int(value * 60) for value in values])
    oracle = series.rank(method=ties, ascending=better == "lower")
    assert [float(each) for each in achieved([step], values)] == oracle.tolist()


@given(VALUES, st.integers(2, 40))
def test_cuts_are_the_nearest_rank_quantiles_of_numpy(values, steps):
    """Hyndman and Fan's first definition, `inverted_cdf`; less is better counts from the other end."""
    whole = [int(value * 60) for value in values]
    ranks = np.arange(1, steps + 1) / steps
    for better, sign in (("higher", 1), ("lower", -1)):
        parameters = METHODS["percentile"].fit(
            PercentileOptions(better, steps), cohort_of(counted(map(Fraction, whole)))
        )
        n = len(whole)
        # Where n x share is whole NumPy's float may lie on either side: the exact rank decides.
        oracle = [
            sorted(sign * each for each in whole)[-(-n * k // steps) - 1]
            for k in range(1, steps + 1)
        ]
        assert [int(each) for each in parameters.cuts] == [sign * each for each in oracle]
        by_numpy = np.quantile([sign * each for each in whole], ranks, method="inverted_cdf")
        clear = [n * k % steps != 0 for k in range(1, steps + 1)]
        assert [o for o, sure in zip(oracle, clear, strict=True) if sure] == [
            int(each) for each, sure in zip(by_numpy, clear, strict=True) if sure
        ]


@given(VALUES, st.fractions(-90, 90, max_denominator=7))
def test_formulas_are_those_of_the_documentation(values, x):
    """Each written out again in fractions, for members of the cohort and for strangers."""
    n, low, high = len(values), min(values), max(values)
    for value in {x, values[0]}:
        assert achieved([fitted("min-max", MinMaxOptions("higher"), values)], [value]) == [
            100 * (value - low) / (high - low)
        ]
        assert achieved([fitted("min-max", MinMaxOptions("lower"), values)], [value]) == [
            100 * (high - value) / (high - low)
        ]
        better = sum(each > value for each in values)
        same = values.count(value)
        for ties, within in (("min", 1), ("max", same), ("average", Fraction(same + 1, 2))):
            place = min(max(better + Fraction(within), 1), n)
            steps = [fitted("rank", RankOptions("higher", ties, gives), values)
                     for gives in ("place", "share")]  # fmt: skip
            assert achieved(steps[:1], [value]) == [place]
            assert achieved(steps[1:], [value]) == [100 * (n - place) / Fraction(n - 1)]
        for better_is in ("higher", "lower"):
            options = PercentileOptions(better_is, 9)
            cuts = METHODS["percentile"].fit(options, cohort_of(counted(values))).cuts
            reached = sum(cut <= value if better_is == "higher" else cut >= value for cut in cuts)
            step = fitted("percentile", options, values)
            assert achieved([step], [value]) == [Fraction(100 * reached, 9)]


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=20))
def test_z_scores_have_the_centre_as_their_mean_and_the_spread_as_their_deviation(values):
    """To 18 digits: what is stated to 20 is carried on exactly."""
    if len(set(values)) == 1:
        return
    for options in OPTIONS["z-score"]:
        step = fitted("z-score", options, list(map(Fraction, values)))
        earned = achieved([step], map(Fraction, values))
        mean = sum(earned) / len(earned)
        below = len(earned) - (options.deviation == "sample")
        square = sum((each - mean) ** 2 for each in earned) / below
        assert abs(mean - options.centre) < Fraction(1, 10**16)
        assert abs(square / options.spread**2 - 1) < Fraction(1, 10**16)


@given(VALUES, st.sampled_from(EVERY), st.fractions(-90, 90, max_denominator=7),
       st.fractions(-90, 90, max_denominator=7))  # fmt: skip
def test_a_better_value_never_earns_less(values, method, one, other):
    """Monotone in the declared direction, inside the cohort and outside it."""
    step = fitted(*method, values)
    low, high = achieved([step], sorted([one, other]))
    assert low <= high if direction([step]) == "higher" else low >= high


@given(VALUES, st.sampled_from(EVERY))
def test_the_best_of_the_cohort_has_the_best_and_nobody_leaves_the_scale(values, method):
    """Min-max and percentile: the best is 100. A rank's first place, if it is not shared, too."""
    kind, options = method
    earned = achieved([fitted(kind, options, values)], values)
    best = max(values) if options.better == "higher" else min(values)
    top = [each for value, each in zip(values, earned, strict=True) if value == best]
    if kind in {"min-max", "percentile"}:
        assert set(top) == {100}
        assert min(earned) >= 0
    if kind == "rank" and options.gives == "share":
        assert 0 <= min(earned) <= max(earned) <= 100
        assert top[0] == max(earned)
        assert top[0] == 100 or len(top) > 1
    if kind == "rank" and options.gives == "place":
        assert 1 <= min(earned) <= max(earned) <= len(values)


@given(VALUES, st.sampled_from(EVERY))
def test_columns_equal_the_truth_where_they_are_sure(values, method):
    """The cohort itself, as ratios of integer columns: no float decides a place."""
    made, options = fitted(*method, values)
    tree = made.build(options, HUNDRED, col("m"))
    program = Program((("m", col("a") / col("b")), ("y", tree), ("r", rounded(col("y"), 2))))
    columns = {
        "a": np.array([value.numerator for value in values], dtype=np.int64),
        "b": np.array([value.denominator for value in values], dtype=np.int64),
    }
    found = run_filtered(program, columns)
    near = dict(found.values)
    for row, value in enumerate(values):
        truth = run_paired(program, {"a": value.numerator, "b": value.denominator})
        if not found.doubt[row]:
            assert near["y"][row] == truth["y"][0]
            assert near["r"][row] == float(truth["r"][1])


@pytest.mark.parametrize(("kind", "options"), EVERY)
def test_fitted_formulas_can_be_written_down_and_said(kind, options):
    """A number's kind, JSON there and back, words in both languages, a title in both."""
    made, _ = fitted(kind, options, list(map(Fraction, [1, 4, 4, 9])))
    tree = made.build(options, HUNDRED, col("x"))
    assert kind_of(tree, {"x": "ratio"}) in {"ratio", "integer"}
    assert from_data(to_data(tree)) == tree
    assert words(tree, "en")
    assert words(tree, "id")
    assert set(METHODS[kind].title) == {"en", "id"}


def test_words_name_the_cohort_s_figures():
    """What is run is what is shown."""
    values = list(map(Fraction, [2, 4, 4, 4, 5, 5, 7, 9]))
    said = {
        kind: words(made.build(options, HUNDRED, col("x")))
        for kind, (made, options) in {
            kind: fitted(kind, choices[0], values) for kind, choices in OPTIONS.items()
        }.items()
    }
    assert said == {
        "min-max": "(x − 2) × (100 ÷ 7)",
        "z-score": "50 + (x − 5) × (10 ÷ 2)",
        "rank": "x read from a table of 5 edges, from 0 to 100",
        "percentile": "x read from a table of 5 edges, from 0 to 100",
    }
