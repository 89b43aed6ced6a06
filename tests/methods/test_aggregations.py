"""Each aggregation against its formula in fractions, its contributions, and the laws of means."""

import json
from fractions import Fraction
from itertools import pairwise
from math import lcm, prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import Program, run_paired
from capaian.exact.filtered import run_filtered
from capaian.formula import Column, col, lit, rounded
from capaian.methods.aggregations import capaian_methods
from capaian.plugin import Aggregation

BROUGHT = capaian_methods()
METHODS = {each.kind: each for each in BROUGHT if isinstance(each, Aggregation)}
GOLDEN = Path(__file__).parents[1] / "golden" / "method_cases.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]

SCORES = st.one_of(st.integers(0, 120).map(Fraction), st.fractions(0, 120, max_denominator=30))
KINDS = st.sampled_from(sorted(METHODS))


@st.composite
def groups(draw, least=1):
    """One to six parts with weights that add up to 1, a weight of 0 now and then."""
    size = draw(st.integers(least, 6))
    parts = draw(st.lists(SCORES, min_size=size, max_size=size))
    raw = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any))
    return parts, [Fraction(each, sum(raw)) for each in raw]


def program(kind, count, weights):
    """Value, multipliers and contributions over columns x0, x1, ..."""
    method = METHODS[kind]
    parts = [col(f"x{index}") for index in range(count)]
    steps = [("raw", method.value(parts, weights))]
    for index, part in enumerate(parts):
        steps.append((f"m{index}", method.multiplier(parts, weights, index, col("raw"))))
        steps.append((f"c{index}", Column(f"m{index}") * part))
    steps.append(("score", rounded(col("raw"), 2)))
    return Program(steps)


def run(kind, parts, weights):
    """Every result, exact."""
    inputs = {f"x{index}": part for index, part in enumerate(parts)}
    paired = run_paired(program(kind, len(parts), weights), inputs)
    return {name: exact for name, (_, exact) in paired.items()}


def value(kind, parts, weights):
    """The exact value."""
    return run(kind, parts, weights)["raw"]


def cases(*ids):
    """Golden cases by rule."""
    return [pytest.param(each, id=each["id"]) for each in CASES if each["rule"] in ids]


def exact(written):
    """The exact number that a JSON number stands for."""
    return Fraction(str(written))


def shares(written):
    """Relative weights, rescaled to add up to 1."""
    numbers = [exact(each) for each in written]
    return [each / sum(numbers) for each in numbers]


def near(found, expected, tolerance):
    """Whether an exact result is within the tolerance of a golden one."""
    return abs(found - exact(expected)) <= exact(tolerance)


# ---- formulas ----------------------------------------------------------------------------------


def test_the_hook_brings_every_kind_with_both_titles():
    """What the entry points announce is there; the two means that need it name a lowest part."""
    assert {kind: each.lowest for kind, each in METHODS.items()} == {
        "arithmetic": None,
        "geometric": 0,
        "harmonic": 0,
        "minimum": None,
    }
    families = {each.kind for each in BROUGHT} - set(METHODS)
    assert families == {"ordered", "power-mean"}
    assert all(set(each.title) == {"en", "id"} for each in BROUGHT)


@given(groups())
def test_values_are_the_formulas(group):
    """Sum of w x; product of x^w (checked as a power); 1 / sum of w/x; least part that counts."""
    parts, weights = group
    counted = [(part, weight) for part, weight in zip(parts, weights, strict=True) if weight]
    assert value("arithmetic", parts, weights) == sum(
        weight * part for part, weight in zip(parts, weights, strict=True)
    )
    assert value("minimum", parts, weights) == min(part for part, _ in counted)
    harmonic = value("harmonic", parts, weights)
    geometric = value("geometric", parts, weights)
    if any(part == 0 for part, _ in counted):
        assert harmonic == geometric == 0
    else:
        assert harmonic == 1 / sum(weight / part for part, weight in counted)
        whole = lcm(*(weight.denominator for _, weight in counted))
        power = prod(part ** int(weight * whole) for part, weight in counted)
        assert abs(geometric**whole / power - 1) < Fraction(1, 10**40)


@given(KINDS, groups())
def test_contributions_add_up_to_the_value_exactly(kind, group):
    """Euler: the sum of multiplier times part is the value, as a fraction, also with parts of 0."""
    parts, weights = group
    found = run(kind, parts, weights)
    assert sum(found[f"c{index}"] for index in range(len(parts))) == found["raw"]


@given(KINDS, groups())
def test_multipliers_are_the_slopes(kind, group):
    """The formulas of the slopes: w, w f/x, w f^2/x^2, and 1/ties for the least."""
    parts, weights = group
    found = run(kind, parts, weights)
    counted = [part for part, weight in zip(parts, weights, strict=True) if weight]
    for index, (part, weight) in enumerate(zip(parts, weights, strict=True)):
        least = min(counted)
        slope = {
            "arithmetic": weight,
            "geometric": weight * found["raw"] / part if part else Fraction(0),
            "harmonic": weight * found["raw"] ** 2 / part**2 if part else Fraction(0),
            "minimum": Fraction(part == least and weight > 0, counted.count(least)),
        }[kind]
        assert found[f"m{index}"] == slope


@given(groups())
def test_a_little_more_of_a_part_moves_the_value_by_its_slope(group):
    """The harmonic mean moves by slope times step, but for a rest of second order."""
    parts, weights = [part + 1 for part in group[0]], group[1]
    step = Fraction(1, 10**9)
    found = run("harmonic", parts, weights)
    for index in range(len(parts)):
        moved = [part + step * (place == index) for place, part in enumerate(parts)]
        gain = value("harmonic", moved, weights) - found["raw"]
        assert abs(gain - found[f"m{index}"] * step) <= 10**6 * step**2


# ---- laws --------------------------------------------------------------------------------------


@given(groups())
def test_the_means_stand_in_order_between_the_extremes(group):
    """Minimum <= harmonic <= geometric <= arithmetic <= maximum."""
    parts, weights = group
    found = [
        value(kind, parts, weights) for kind in ("minimum", "harmonic", "geometric", "arithmetic")
    ]
    found.append(max(part for part, weight in zip(parts, weights, strict=True) if weight))
    tolerance = Fraction(1, 10**50)  # the geometric mean is carried to 60 digits
    assert all(low <= high + tolerance for low, high in pairwise(found))


@given(KINDS, groups(), st.integers(2, 7))
def test_all_parts_times_a_number_is_the_value_times_it(kind, group, times):
    """Of degree one, which is what makes contributions add up."""
    parts, weights = group
    found = value(kind, [times * part for part in parts], weights)
    assert abs(found - times * value(kind, parts, weights)) <= Fraction(1, 10**50)


@given(KINDS, groups(), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_changes_nothing(kind, group, chance):
    """Neither the value nor any part's contribution, exactly."""
    parts, weights = group
    order = list(range(len(parts)))
    chance.shuffle(order)
    plain = run(kind, parts, weights)
    mixed = run(kind, [parts[place] for place in order], [weights[place] for place in order])
    assert abs(plain["raw"] - mixed["raw"]) <= Fraction(1, 10**50)
    for now, before in enumerate(order):
        assert abs(mixed[f"c{now}"] - plain[f"c{before}"]) <= Fraction(1, 10**50)


@given(KINDS, groups(), SCORES, st.integers(0, 5))
def test_a_better_part_never_lowers_the_value(kind, group, gain, place):
    """Monotone in every part."""
    parts, weights = group
    index = place % len(parts)
    better = [part + gain * (each == index) for each, part in enumerate(parts)]
    tolerance = Fraction(1, 10**50)
    assert value(kind, better, weights) + tolerance >= value(kind, parts, weights)


@given(KINDS, SCORES, groups())
def test_equal_parts_are_their_own_mean(kind, score, group):
    """Whatever the weights."""
    found = value(kind, [score] * len(group[0]), group[1])
    assert abs(found - score) <= Fraction(1, 10**50)


@given(KINDS, st.lists(groups(least=3), min_size=1, max_size=1), st.data())
def test_columns_equal_the_truth_where_they_are_sure(kind, chosen, data):
    """Not in doubt: the rounded score is exact and the floats are those of one by one."""
    weights = chosen[0][1]
    count = len(weights)
    made = program(kind, count, weights)
    table = data.draw(
        st.lists(
            st.lists(st.integers(0, 120), min_size=count, max_size=count), min_size=1, max_size=12
        )
    )
    columns = {f"x{index}": np.array([row[index] for row in table]) for index in range(count)}
    found = run_filtered(made, columns)
    for row, parts in enumerate(table):
        if found.doubt[row]:
            continue
        paired = run_paired(made, {f"x{index}": part for index, part in enumerate(parts)})
        assert found.values["score"][row] == float(paired["score"][1])
        for name in made.names:
            assert found.values[name][row] == paired[name][0]


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_a_float_is_seldom_in_doubt(kind):
    """The written form of a mean must leave a bound that is of use: here no row is in doubt."""
    chance = np.random.default_rng(20260331)
    weights = [Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)]
    columns = {f"x{index}": chance.integers(1, 10_000, 200) for index in range(3)}
    parts = [col(f"x{index}") / lit(83) for index in range(3)]
    method = METHODS[kind]
    steps = [("raw", method.value(parts, weights)), ("score", rounded(col("raw"), 2))]
    found = run_filtered(Program(steps), columns)
    assert found.errors["raw"] < 1e-9
    assert not found.doubt.any()


def test_a_tie_for_the_least_is_shared():
    """Two of three are least: each carries half of the value."""
    third = [Fraction(1, 3)] * 3
    found = run("minimum", [Fraction(60), Fraction(80), Fraction(60)], third)
    assert [found[f"c{index}"] for index in range(3)] == [30, 0, 30]


# ---- figures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", cases("composite/agg-arithmetic-compensates", "composite/agg-geometric")
)
def test_two_very_unlike_units_of_the_handbook(case):
    """The arithmetic mean gives both 6; the geometric mean tells them apart."""
    kind = "geometric" if case["id"] == "agg-geometric" else "arithmetic"
    weights = shares(case["input"]["weights"])
    for row, expected in zip(case["input"]["matrix"], case["expected"], strict=True):
        assert near(value(kind, [exact(x) for x in row], weights), expected, case["tolerance"])


@pytest.mark.parametrize(
    "case",
    cases(
        "composite/agg-weighted-arithmetic",
        "composite/agg-weighted-geometric",
        "composite/agg-weighted-harmonic",
    ),
)
def test_weighted_means_of_coinr(case):
    """1..10 with the weights 10..1."""
    kind = case["id"].removeprefix("agg-weighted-")
    parts = [exact(x) for x in case["input"]["x"]]
    found = value(kind, parts, shares(case["input"]["weights"]))
    assert near(found, case["expected"][0], case["tolerance"])


@pytest.mark.parametrize("case", cases("composite/agg-geometric-tai-23-ranks"))
def test_ranks_of_the_technology_achievement_index(case):
    """The 23 countries of the Handbook's Table 38, by the geometric mean of the raw columns."""
    columns = list(case["input"]["columns"].values())
    weights = shares([1] * len(columns))
    scores = [
        value("geometric", [exact(column[unit]) for column in columns], weights)
        for unit in range(len(columns[0]))
    ]
    ranks = [1 + sum(1 for other in scores if other > score) for score in scores]
    assert ranks == case["expected"]["rank"]


@pytest.mark.parametrize("case", cases("composite/decompose-contributions"))
def test_contributions_by_hand(case):
    """w x, adding up to the score."""
    weights = shares(case["input"]["weights"])
    for row, parts in enumerate(case["input"]["scores"]):
        found = run("arithmetic", [exact(x) for x in parts], weights)
        assert [found[f"c{index}"] for index in range(3)] == case["expected"]["contribution"][row]
        assert found["raw"] == case["expected"]["score"][row]


WEIGHTED = {
    "pp-30-2019/weighted-score": (("nilai_skp", "nilai_perilaku"), None, "nilai_kinerja"),
    "kmk-467-2014/nkp": (("ckp", "np"), (70, 30), "nkp"),
    "kmk-467-2014/nko": (
        ("stakeholder", "customer", "internal_process", "learning_growth"),
        (25, 15, 30, 30),
        "nko",
    ),
    "kmk-127-2026/nkp-initial": (("nhk_kalibrasi", "npk_kalibrasi"), (75, 25), "nkp_awal"),
    "india-apar/overall": (
        ("work_output", "personal_attributes", "functional_competency"),
        (40, 30, 30),
        "overall_grade",
    ),
    "deped-rpms/weighted": (("quality", "efficiency", "timeliness"), (40, 30, 30), "rating"),
}


@pytest.mark.parametrize("case", cases(*WEIGHTED))
def test_weighted_scores_of_regulations(case):
    """PP 30/2019, KMK 467/2014 and 127/2026, India's APAR, DepEd's RPMS."""
    names, weights, key = WEIGHTED[case["rule"]]
    if weights is None:
        asked = case["input"]["scheme"] == "dengan_pendapat_rekan_dan_bawahan"
        weights = (60, 40) if asked else (70, 30)
    parts = [exact(case["input"][name]) for name in names]
    found = value("arithmetic", parts, shares(weights))
    assert near(found, case["expected"][key], case["tolerance"])


@pytest.mark.parametrize(
    "case", cases("kmk-467-2014/nss", "kmk-127-2026/npk", "permenpanrb-8-2021/periodic-skp")
)
def test_means_of_regulations(case):
    """A weighted mean of indices, a mean of seven core values, a mean of two means."""
    given = case["input"]
    if case["rule"] == "kmk-467-2014/nss":
        found = value("arithmetic", [exact(x) for x in given["indeks_iku"]], shares(given["bobot"]))
        key = "nss"
    elif case["rule"] == "kmk-127-2026/npk":
        parts = [exact(x) for x in given["core_values"]]
        found, key = value("arithmetic", parts, shares([1] * 7)), "npk_awal"
    else:
        halves = [
            value("arithmetic", [exact(x) for x in given[name]], shares([1] * len(given[name])))
            for name in ("nilai_rencana_aksi", "nilai_kinerja_utama")
        ]
        found, key = value("arithmetic", halves, shares([1, 1])), "nilai_periodik"
    assert near(found, case["expected"][key], case["tolerance"])


@pytest.mark.parametrize("case", cases("kmk-127-2026/nhk"))
def test_kmk_127_2026_work_result(case):
    """Weights by quality (K3) over capped achievements."""
    given = case["input"]["indikator"]
    parts = [min(Fraction(120), exact(each["capaian"]) * exact(each["k3"])) for each in given]
    found = value("arithmetic", parts, shares([each["k3"] for each in given]))
    assert near(found, case["expected"]["nhk_awal"], case["tolerance"])
