"""The figures of regulations and of other libraries, reached with the shipped normalisations."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from capaian.errors import PolicyError
from capaian.exact import Program, run_paired
from capaian.formula import col
from capaian.methods.normalisations import RoundOptions, capaian_methods
from capaian.methods.posts import GoalpostsOptions, NearestOptions, RangeOptions
from capaian.methods.tables import LookupOptions, PiecewiseOptions, Row
from capaian.methods.targets import TargetOptions
from capaian.normalise import achievement
from capaian.policy import Scale

METHODS = {each.kind: each for each in capaian_methods()}
GOLDEN = Path(__file__).parents[1] / "golden" / "method_cases.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
HUNDRED = Scale(Fraction(0), Fraction(100), None, Fraction(120))
ONE = Scale(Fraction(0), Fraction(1), None, Fraction(1))
BETTER = {
    "normal": "higher", "khusus": "lower", "maximize": "higher", "minimize": "lower",
}  # fmt: skip


def cases(*rules):
    """The golden cases of these rules, named by their ids."""
    return [pytest.param(each, id=each["id"]) for each in CASES if each["rule"] in rules]


def exact(written):
    """The exact number that a JSON number stands for."""
    return Fraction(str(written))


def points(*pairs):
    """Points of `piecewise`."""
    return tuple((exact(x), exact(y)) for x, y in pairs)


def achieved(steps, x, scale=HUNDRED, **limits):
    """The exact achievement of x after the named methods."""
    made = achievement(
        [(METHODS[kind], options) for kind, options in steps], scale, col("x"), **limits
    )
    return run_paired(Program([("y", made)]), {"x": exact(x)})["y"][1]


def near(found, case, key=None, position=None):
    """Whether an exact result is the golden one, within its tolerance."""
    expected = case["expected"] if key is None else case["expected"][key]
    if position is not None:
        expected = expected[position]
    return abs(found - exact(expected)) <= exact(case.get("tolerance", 0))


def test_every_figure_says_where_it_comes_from():
    """No case without source and trust, and no id twice."""
    assert len({each["id"] for each in CASES}) == len(CASES)
    assert all(each["source"] and each["confidence"] for each in CASES)
    assert {each["confidence"] for each in CASES} <= {"verified", "memory", "computed"}


@pytest.mark.parametrize("case", cases("permenpanrb-8-2021/iki-achievement"))
def test_permenpanrb_8_2021_achievement_against_a_range(case):
    """Normal and khusus; 92 against 80-90 is 102.22, not the 113 that the annex prints."""
    given = case["input"]
    options = RangeOptions(
        exact(given["target_min"]), exact(given["target_max"]), BETTER[given["kondisi"]]
    )
    assert near(achieved([("range", options)], given["realisasi"]), case, "capaian_iki_percent")


IKI_VALUE = points((0, 0), (59, 49), (60, 50), (79, 69), (80, 70), (99, 89))


@pytest.mark.parametrize("case", cases("permenpanrb-8-2021/iki-value"))
def test_permenpanrb_8_2021_value_of_whole_per_cent(case):
    """Round to whole per cent, then convert; a target that is the maximum attainable earns 120."""
    given = case["input"]
    top = points((100, 120)) if given["target_is_maximum"] else points((100, 109), (101, 110))
    table = IKI_VALUE + top + points((110, 120))
    steps = [("round", RoundOptions(0)), ("piecewise", PiecewiseOptions(table))]
    assert near(achieved(steps, given["capaian_iki_percent"]), case, "nilai")


@pytest.mark.parametrize("case", cases("perka-bkn-1-2013/time-aspect"))
def test_perka_bkn_1_2013_time_is_not_monotone(case):
    """Finishing more than 24 per cent early lowers the value: a jump of a piecewise conversion."""
    goal = exact(case["input"]["target_waktu"])
    early = exact("0.76") * goal
    options = PiecewiseOptions(
        (
            (Fraction(0), Fraction(0)),
            (early, Fraction(76)),
            (early, Fraction(100)),
            (goal, Fraction(76)),
        ),
        outside="extend",
    )
    steps = [("piecewise", options)]
    assert near(achieved(steps, case["input"]["realisasi_waktu"]), case, "nilai_aspek")
    assert METHODS["piecewise"].direction(options) == "nearest"


@pytest.mark.parametrize("case", cases("kmk-127-2026/achievement"))
def test_kmk_127_2026_achievement_by_polarity(case):
    """Ratio, mirror and stabilise with its scale; always within 0 and 120."""
    given = case["input"]
    goal = exact(given["target"])
    if given["polarisasi"] == "stabilize":
        scale = PiecewiseOptions(points(*given["skala_konversi"]))
        steps = [("nearest", NearestOptions(goal)), ("piecewise", scale)]
    else:
        met = Fraction(120) if given.get("konversi_120") else None
        steps = [("target", TargetOptions(goal, BETTER[given["polarisasi"]], met=met))]
    limits = {"floor": Fraction(0), "cap": Fraction(120)}
    if case["expected"]["capaian"] is None:
        with pytest.raises(PolicyError) as refused:
            achieved(steps, given["realisasi"], **limits)
        assert refused.value.code == "CPN-P80"
    else:
        assert near(achieved(steps, given["realisasi"], **limits), case, "capaian")


def test_kmk_127_2026_minimise_to_zero():
    """Realisation 4, target 0, worst 10: 60 (printed example, pp. 67-70)."""
    options = TargetOptions(Fraction(0), "lower", worst=Fraction(10))
    assert achieved([("target", options)], 4) == 60


@pytest.mark.parametrize("case", cases("kmk-127-2026/calibration-115"))
def test_kmk_127_2026_calibration_to_115(case):
    """Up to 100 as it is; 100 to 120 onto 100 to 115."""
    options = PiecewiseOptions(points((0, 0), (100, 100), (120, 115)))
    assert near(achieved([("piecewise", options)], case["input"]["nilai"]), case, "kalibrasi")


def tiers(*pairs):
    """Rows `from` one lower end to the next."""
    made = [Row(Fraction(0), below=exact(pairs[0][0]))]
    for index, (low, value) in enumerate(pairs):
        high = exact(pairs[index + 1][0]) if index + 1 < len(pairs) else None
        made.append(Row(exact(value), from_=exact(low), below=high))
    return LookupOptions(tuple(made))


@pytest.mark.parametrize("case", cases("tpp-tulang-bawang/lateness", "pmk-214-2011/lateness"))
def test_lateness_is_a_table_of_minutes(case):
    """The tiers of a regional allowance and of PMK 214/PMK.01/2011."""
    given = case["input"]
    regional = case["rule"].startswith("tpp")
    last = "1.5" if regional else "2.5"
    options = tiers((1, "0.5"), (31, 1), (61, "1.25"), (91, last))
    minutes = given["menit"] if regional else given["menit_terlambat"]
    key = "potongan_percent_dari_komponen_disiplin" if regional else "potongan_percent"
    assert near(achieved([("lookup", options)], minutes), case, key)


@pytest.mark.parametrize("case", cases("india-apar/score"))
def test_india_apar_score_for_average(case):
    """A grade of 1-10 becomes 9, 7, 5 or 0."""
    options = tiers((4, 5), (6, 7), (8, 9))
    found = achieved([("lookup", options)], case["input"]["overall_grade"])
    assert near(found, case, "score_for_average")


@pytest.mark.parametrize(
    "case",
    cases(
        "composite/norm-goalposts-negative",
        "composite/norm-goalposts-untruncated",
        "composite/norm-linear-scaled",
    ),
)
def test_goalposts_of_coinr(case):
    """COINr's n_goalposts and n_scaled: cut only where a floor and a cap say so."""
    given = case["params"]
    posts = [exact(given["lower"]), exact(given["upper"])]
    if given.get("direction") == -1:
        posts.reverse()
    cut = given.get("truncate")
    limits = {"floor": Fraction(0), "cap": Fraction(100)} if cut else {}
    for place, x in enumerate(case["input"]["x"]):
        found = achieved([("goalposts", GoalpostsOptions(*posts))], x, **limits)
        assert near(found, case, position=place)


@pytest.mark.parametrize(
    "case", cases("composite/norm-minmax-1-100", "composite/norm-minmax-negative-direction")
)
def test_min_max_is_goalposts_at_the_extremes(case):
    """The relative method with its parameters fixed: what a later period is held against."""
    column = [exact(x) for x in case["input"]["x"]]
    posts = [min(column), max(column)]
    if case["input"].get("direction") == -1:
        posts.reverse()
    low = case.get("params", {}).get("lower", 0)
    scale = Scale(Fraction(low), Fraction(100), None, None)
    for place, x in enumerate(case["input"]["x"]):
        found = achieved([("goalposts", GoalpostsOptions(*posts))], x, scale)
        assert near(found, case, position=place)


@pytest.mark.parametrize("case", cases("composite/norm-target-positive"))
def test_distance_to_target_is_goalposts_at_the_least_and_the_target(case):
    """COINr's n_dist2targ, capped and not."""
    column = [exact(x) for x in case["input"]["x"]]
    options = GoalpostsOptions(min(column), exact(case["params"]["target"]))
    for place, x in enumerate(case["input"]["x"]):
        free = achieved([("goalposts", options)], x, ONE)
        capped = achieved([("goalposts", options)], x, ONE, cap=Fraction(1))
        assert near(free, case, "uncapped", place)
        assert near(capped, case, "capped", place)


@pytest.mark.parametrize("case", cases("composite/norm-reference-unit"))
def test_a_reference_unit_is_a_goalpost(case):
    """COINr's n_dist2ref with Finland, the first unit, as the best."""
    column = [exact(x) for x in case["input"]["x"]]
    options = GoalpostsOptions(min(column), column[0])
    for place, x in enumerate(case["input"]["x"]):
        assert near(achieved([("goalposts", options)], x, ONE), case, position=place)


@pytest.mark.parametrize("case", cases("composite/norm-linear-ratio", "composite/norm-max"))
def test_ratios_of_pymcdm(case):
    """Benefit x / max; cost min / x (the inverse) or 1 - x / max (goalposts)."""
    column = [exact(x) for x in case["input"]["x"]]
    benefit = ("target", TargetOptions(max(column), "higher"))
    cost = ("target", TargetOptions(min(column), "lower", "inverse"))
    if case["id"] == "norm-max":
        cost = ("goalposts", GoalpostsOptions(max(column), Fraction(0)))
    for place, x in enumerate(case["input"]["x"]):
        assert near(achieved([benefit], x, ONE), case, "benefit", place)
        assert near(achieved([cost], x, ONE), case, "cost", place)


@pytest.mark.parametrize("case", cases("composite/norm-fraction-of-max"))
def test_the_fraction_of_the_maximum_is_a_target(case):
    """COINr's n_fracmax."""
    options = TargetOptions(max(exact(x) for x in case["input"]["x"]), "higher")
    for place, x in enumerate(case["input"]["x"]):
        assert near(achieved([("target", options)], x, ONE), case, position=place)


@pytest.mark.parametrize("case", cases("composite/norm-categorical-scale"))
def test_a_categorical_scale_is_a_table(case):
    """The Handbook's Table 15: classes of the percentile rank, all 23 printed values."""
    column = case["input"]["x"]
    edges = [(5, 20), (15, 40), (35, 50), (65, 60), (85, 80), (95, 100)]
    table = [Row(Fraction(0), to=Fraction(5))]
    for index, (low, value) in enumerate(edges):
        high = Fraction(edges[index + 1][0]) if index + 1 < len(edges) else None
        table.append(Row(Fraction(value), above=Fraction(low), to=high))
    for place, x in enumerate(column):
        rank = Fraction(100 * (1 + sum(1 for other in column if other < x)), len(column))
        found = achieved([("lookup", LookupOptions(tuple(table)))], rank)
        assert near(found, case, position=place)
