"""Composite indicators that a policy can express: fitted and scored on every kind of table.

The numbers are those of `composite_cases.json`: the Handbook's tables, and the peers as they were
run. Every case there is run: here, or by the file that `ELSEWHERE` names.
"""

import json
from fractions import Fraction
from math import log10
from pathlib import Path

import duckdb
import polars as pl
import pytest

import capaian
from capaian.methods import aggregations, relative
from capaian.policy import read_policy

TESTS = Path(__file__).parents[1]
CASES = {
    case["id"]: case
    for case in json.loads((TESTS / "golden/composite_cases.json").read_text("utf-8"))["cases"]
}
PLUGINS = [relative, aggregations]
IDENTITY = {"method": "identity"}


def exact(written):
    """The exact number that a JSON number stands for."""
    return Fraction(str(written))


def as_records(rows):
    return rows


def as_polars(rows):
    return pl.DataFrame(rows)


def as_duckdb(rows):
    return duckdb.from_arrow(pl.DataFrame(rows).to_arrow())


TABLES = (as_records, as_polars, as_duckdb)


def policy(steps, weights=None, *, scale=1, relative=True, floor="none", cap="none", **score):
    """A policy with an indicator for each list of methods, on a scale from 0."""
    weights = weights or [1] * len(steps)
    free = score.get("method") == "formula"
    return read_policy(
        {
            "id": "index", "edition": "1", "in_force": {"from": "2026-01-01"},
            "sources": [{"cite": "case files", "trust": "derived"}],
            "scale": {"worst": 0, "best": scale, "floor": "none", "cap": "none"},
            "missing": "withhold", "subject": "unit", "relative": relative,
            **({} if free else {"weights": "relative"}),
            "rounding": [{"where": "score", "mode": "none"}],
            "score": score,
            "indicators": [
                {
                    "id": f"x{place}", "type": "count-based", "table": "work",
                    "columns": {"numerator": f"t{place}", "denominator": f"b{place}"},
                    "measure": {"statistic": "ratio"}, "normalise": step, "floor": floor, "cap": cap,
                    **({} if free else {"weight": str(exact(weight))}),
                }
                for place, (step, weight) in enumerate(zip(steps, weights, strict=True))
            ],
        }
    )  # fmt: skip


def index(rule, matrix):
    """The unrounded scores of the rows of a matrix, on every kind of table the same."""
    rows = []
    for unit, values in enumerate(matrix):
        row = {"unit": f"u{unit:02}"}
        for place, value in enumerate(map(exact, values)):
            row |= {f"t{place}": value.numerator, f"b{place}": value.denominator}
        rows.append(row)
    found = []
    for table in TABLES:
        given = {"work": table(rows)}
        fitted = capaian.fit(rule, given, period="2026", plugins=PLUGINS) if rule.relative else rule
        scores = capaian.score(fitted, given, period="2026", plugins=PLUGINS)
        found.append((fitted, scores))
    assert len({each.to_json() for _, each in found}) == 1
    assert all(each == found[0][0] for each, _ in found)
    scores = found[0][1]
    explained = [scores.explain(f"u{unit:02}") for unit in range(len(matrix))]
    assert all(each.total() == each.unrounded for each in explained)
    return [each.unrounded for each in explained]


def column(values):
    return [[value] for value in values]


def reference(to, gives="ratio", better="higher", **more):
    return {"method": "reference", "to": to, "gives": gives, "better": better, **more}


def normalised(case, *steps, scale=1):
    """One column of a case through some methods."""
    return index(policy([list(steps)], scale=scale), column(case["input"]["x"]))


def each_column(case, step):
    """Every column of a matrix by itself, put together again."""
    columns = [
        index(policy([step]), column(each)) for each in zip(*case["input"]["matrix"], strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def power(case):
    given = case["input"]
    rule = policy(
        [IDENTITY] * len(given["x"]), given["weights"], relative=False, floor=0,
        method="power-mean", options={"power": case["params"]["p"]},
    )  # fmt: skip
    return index(rule, [given["x"]])


def ordered(case):
    given = case["input"]
    rule = policy(
        [IDENTITY] * 3, relative=False, method="ordered",
        options={"weights_by_order": given["weights_by_order"]},
    )  # fmt: skip
    return index(rule, given["matrix"])


def product(case):
    """The case gives logarithms: those of the weighted geometric mean."""
    given = case["input"]
    rule = policy([reference("sum")] * 4, given["weights"], floor=0, method="geometric")
    return {"score": [log10(each) for each in index(rule, given["matrix"])]}


INVERSE = {"method": "target", "target": 1, "better": "lower", "formula": "inverse", "most": 1000}
"""1/x, by which the peers turn a column in which less is better."""


def turned(case):
    given = case["input"]
    by_sum = reference("sum")
    steps = [[INVERSE, by_sum] if each < 0 else by_sum for each in given["directions"]]
    return index(policy(steps, given["weights"]), given["matrix"])


def pymcdm(case):
    """Its weights add up to 2 and are not rescaled there; a policy's relative weights are."""
    return [2 * each for each in turned(case)]


def tai(case):
    """Goalposts, cut at both ends, of eight columns."""
    given = case["input"]
    steps = [
        {"method": "goalposts", "worst": low, "best": high}
        for low, high in zip(given["lower"], given["upper"], strict=True)
    ]
    rule = policy(steps, relative=False, floor=0, cap=1)
    return {"score": index(rule, list(zip(*given["columns"].values(), strict=True)))}


def leaders(case):
    """The mean of ratios to the leader, in two units of temperature and two years."""
    given = case["input"]
    rule = policy([reference("best")] * 2)
    found = {}
    for unit, turn in (("celsius", lambda t: t), ("fahrenheit", lambda t: t * Fraction(9, 5) + 32)):
        years = [
            index(rule, [
                [turn(exact(given[who]["temp_c"][year])), given[who]["humidity"][year]]
                for who in "AB"
            ])
            for year in range(2)
        ]  # fmt: skip
        found |= {f"{unit}_{who}": [each[at] for each in years] for at, who in enumerate("AB")}
    return found


def accurate(case):
    """What is missing to the best, and then how little of all that is missing it is."""
    less = reference("sum", "difference", "lower")
    return {
        "benefit": normalised(case, reference("worst", "difference", "lower"), less),
        "cost": normalised(case, reference("worst", "difference", "higher"), less),
    }


def curved(case):
    """A square and a cube of ratios: formulas of the node over the indicator."""
    values = column(case["input"]["x"])
    steps = {"benefit": ("x0 * x0", reference("best")),
             "cost": ("x0 * x0 * x0", reference("best", better="lower", most=1))}  # fmt: skip
    return {
        key: index(policy([step], method="formula", formula=text), values)
        for key, (text, step) in steps.items()
    }


def band(case):
    around = {"method": "mean-band", "band": case["params"]["p"], "above": 1, "within": 0,
              "below": -1}  # fmt: skip
    return normalised(case, around)


RUN = {
    "agg-generalised-mean-p0_5": power,
    "agg-generalised-mean-p2": power,
    "agg-owa-at-least-2": ordered,
    "agg-weighted-product": product,
    "agg-weighted-sum-kracka2010": lambda case: {"score": turned(case)},
    "agg-weighted-sum-pymcdm": pymcdm,
    "hier-tai-23-ranks": tai,
    "norm-above-below-mean": band,
    "norm-celsius-fahrenheit": leaders,
    "norm-distance-to-reference-difference": lambda case: {
        to: normalised(case, reference(to, "difference")) for to in case["expected"]
    },
    "norm-distance-to-reference-ratio": lambda case: {
        to: normalised(case, reference(to)) for to in case["expected"]
    },
    "norm-enhanced-accuracy": accurate,
    "norm-nonlinear": curved,
    "norm-sum-matrix": lambda case: each_column(case, reference("sum")),
    "norm-vector-matrix": lambda case: each_column(case, reference("length")),
}
METHODS = "golden/method_cases.json"
RELATIVE = "golden/relative_cases.json"
TREES = "golden/tree_cases.json"
COHORTS = "analysis/composite/test_composite_cases.py"
WEIGHTING = "analysis/workshop/test_weighting_cases.py"
ELSEWHERE = {
    METHODS: (
        "agg-arithmetic-compensates", "agg-availability-threshold", "agg-geometric",
        "agg-geometric-tai-23-ranks", "agg-missing-reweighted", "agg-weighted-arithmetic",
        "agg-weighted-geometric", "agg-weighted-harmonic", "norm-fraction-of-max",
        "norm-goalposts-negative", "norm-goalposts-untruncated", "norm-linear-ratio",
        "norm-linear-scaled", "norm-max", "norm-reference-unit", "norm-target-positive",
    ),
    RELATIVE: (
        "norm-borda-points", "norm-categorical-scale", "norm-minmax-1-100",
        "norm-minmax-negative-direction", "norm-percentile-rank-n", "norm-rank-ascending",
        "norm-zscore-mean10-sd2", "rank-tie-rules",
    ),
    TREES: (
        "decompose-contributions", "hier-arithmetic", "hier-effective-weights",
        "hier-mixed-by-level", "hier-tai-new-zealand", "hier-threshold-by-level",
    ),
    COHORTS: (
        "agg-adjusted-mpi", "agg-benefit-of-the-doubt", "agg-borda-condorcet-60",
        "agg-borda-rank-reversal", "agg-condorcet-cycle", "agg-condorcet-paradox",
        "agg-copeland-21-indicators", "agg-copeland-weighted", "agg-kemeny-60", "agg-mpi",
        "agg-outranking-21-indicators", "agg-outranking-tai-five", "agg-topsis", "agg-wroclaw",
        "compare-average-rank-shift", "compare-kendall", "impute-group-mean", "impute-mean-median",
        "norm-logarithmic", "sensitivity-sobol-ishigami",
        "screen-availability", "treat-boxcox", "treat-log-coin-tool", "treat-skew-kurtosis",
        "treat-winsorise", "weights-critic-pearson", "weights-entropy-2x2",
        "weights-factor-analysis", "weights-gini", "weights-merec", "weights-pca-eigenvalues",
        "weights-standard-deviation",
    ),
    WEIGHTING: (
        "weights-ahp-3x3-column-mean", "weights-ahp-3x3-eigen", "weights-ahp-3x3-geometric",
        "weights-ahp-tai-8-column-mean", "weights-ahp-tai-8-geometric",
        "weights-budget-allocation-2",
    ),
}  # fmt: skip


def assert_near(found, expected, difference):
    """Every number is the expected one, within a difference."""
    if isinstance(expected, dict):
        for key, wanted in expected.items():
            assert_near(found[key], wanted, difference)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_near(one, other, difference)
    else:
        assert abs(float(found) - expected) <= difference


def ranks(scores):
    return [1 + sum(other > score for other in scores) for score in scores]


@pytest.mark.parametrize("name", RUN)
def test_case(name):
    """What the peers computed, what is printed, and the ranks where there are any."""
    case = CASES[name]
    found = RUN[name](case)
    expected = case["expected"]
    if isinstance(expected, dict) and "rank" in expected:
        assert ranks(found["score"]) == expected["rank"]
        expected = {"score": expected["score"]}
    assert_near(found, expected, max(case["tolerance"], 1e-9))
    printed = case.get("published")
    if printed and isinstance(printed["values"], dict):
        values = {key: each for key, each in printed["values"].items() if key != "rank"}
        assert_near(found, values, printed["allowed_difference"])
    elif printed:
        assert_near(found, printed["values"], printed["allowed_difference"])


def test_every_case_is_in_one_place():
    """Run here or run elsewhere; none twice and none forgotten."""
    places = [*RUN, *(name for names in ELSEWHERE.values() for name in names)]
    assert len(places) == len(set(places)) == 83
    assert set(places) == set(CASES)


@pytest.mark.parametrize("file", ELSEWHERE)
def test_what_is_elsewhere_is_there(file):
    """The file has every case that it is said to have, by its id."""
    text = (TESTS / file).read_text(encoding="utf-8")
    assert [name for name in ELSEWHERE[file] if f'"{name}"' not in text] == []
