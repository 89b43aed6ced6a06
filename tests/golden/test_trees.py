"""Published and hand-made trees: hierarchies, effective weights, thresholds, contributions.

The numbers are of `tree_cases.json`, with their sources.
"""

import json
from fractions import Fraction
from pathlib import Path

import pytest

import capaian
from capaian.policy import read_policy

CASES = {
    case["id"]: case
    for case in json.loads(Path(__file__).with_name("tree_cases.json").read_text("utf-8"))["cases"]
}


def policy(parts, nodes=(), **score):
    """A policy whose achievements are the evidence as it stands, unrounded."""
    return read_policy(
        {
            "id": "tree",
            "edition": "1",
            "in_force": {"from": "2026-01-01"},
            "sources": [{"cite": "case files", "trust": "derived"}],
            "scale": {"worst": 0, "best": 100, "floor": "none", "cap": "none"},
            "missing": "exclude",
            "subject": "unit",
            "weights": "relative",
            "rounding": [{"where": "score", "digits": 0, "mode": "none"}],
            "score": score,
            "nodes": [{"weights": "relative", **node} for node in nodes],
            "indicators": [
                {
                    "type": "count-based",
                    "table": name,
                    "columns": {"amount": {"column": "x", "digits": 9}},
                    "measure": {"statistic": "sum", "no_rows": "missing"},
                    "normalise": {"method": "identity"},
                    "id": name,
                    **part,
                }
                for name, part in parts.items()
            ],
        }
    )


def scored(rule, columns, units):
    """The scores of the units from one table per column; a value that is None has no row."""
    tables = {
        name: [{"unit": u, "x": x} for u, x in zip(units, values, strict=True) if x is not None]
        for name, values in columns.items()
    }
    return capaian.score(rule, tables, period="2026")


def tree_of(case, **settings):
    """The two-level tree of the hierarchy cases."""
    tree = case["input"]["tree"]["Index"]
    nodes = [{"id": name, "weight": str(node["weight"]), **settings} for name, node in tree.items()]
    parts = {
        leaf: {"parent": name, "weight": weight}
        for name, node in tree.items()
        for leaf, weight in node["children"].items()
    }
    return parts, nodes


def close(found, expected, tolerance=1e-9):
    """Equal within the case's tolerance; None only for None."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        assert one is None or abs(one - other) <= tolerance


def test_arithmetic_at_both_levels():
    """With one value missing: its weight is rescaled inside its own group."""
    case = CASES["hier-arithmetic"]
    scores = scored(policy(*tree_of(case)), case["input"]["data"], case["input"]["units"])
    close(scores.columns()["score"], case["expected"]["Index"])
    for node in ("A", "B"):
        close(
            [scores.results.value(f"score:{node}", row) for row in range(len(scores))],
            case["expected"][node],
        )


def test_effective_weights():
    """The weight of every leaf in the whole: the product of the weights on its way up."""
    case = CASES["hier-effective-weights"]
    data = CASES["hier-arithmetic"]["input"]
    scores = scored(policy(*tree_of(case)), data["data"], data["units"])
    parts = {part.id: part.weight for part in scores.explain("U1").parts}
    found = [float(parts[name]) for name in ("a1", "a2", "b1", "b2", "b3")]
    close(found, case["expected"]["values"][:5])


def test_another_method_at_another_level():
    """Arithmetic groups under a geometric whole; exact where it is rational."""
    case = CASES["hier-mixed-by-level"]
    parts, nodes = tree_of(case, floor=0)
    rule = policy({n: {**p, "floor": 0} for n, p in parts.items()}, nodes, method="geometric")
    scores = scored(rule, case["input"]["data"], case["input"]["units"])
    close(scores.columns()["score"], case["expected"]["Index"])
    assert scores.explain("U3").unrounded == 65


def test_a_threshold_of_data_at_each_level():
    """All data asked for inside the groups, half of the weight for the whole."""
    case = CASES["hier-threshold-by-level"]
    parts, nodes = tree_of(case, available=1)
    equal = [{**node, "weight": 1} for node in nodes]
    rule = policy(parts, equal, available="1/2")
    scores = scored(rule, case["input"]["data"], case["input"]["units"])
    close(
        [scores.results.value("score:B", row) for row in range(len(scores))], case["expected"]["B"]
    )
    assert scores.columns()["score"][2] == case["expected"]["Index"][2]


def test_contributions_of_each_leaf():
    """w times x, and they add up."""
    case = CASES["decompose-contributions"]
    names = ("x1", "x2", "x3")
    weights = dict(zip(names, case["input"]["weights"], strict=True))
    columns = {name: [row[i] for row in case["input"]["scores"]] for i, name in enumerate(names)}
    rule = policy({name: {"weight": str(weights[name])} for name in names})
    scores = scored(rule, columns, ["A", "B"])
    for row, subject in enumerate(scores.subjects):
        parts = scores.explain(subject).parts
        assert [part.contribution for part in parts] == case["expected"]["contribution"][row]
        assert scores.columns()["score"][row] == case["expected"]["score"][row]


@pytest.mark.parametrize("unit", ["New Zealand"])
def test_the_technology_achievement_index_of_one_country(unit):
    """Goalposts, four dimensions of two indicators, equal weights (UNDP 2001).

    The two logarithmic indicators enter as the case gives them after the logarithm: capaian's
    methods are rational, and a policy would take the logarithm in its evidence.
    """
    case = CASES["hier-tai-new-zealand"]
    raw, posts, logs = (case["input"][key] for key in ("raw", "goalposts", "log"))
    names = list(raw)
    dimensions = {f"d{i}": names[2 * i : 2 * i + 2] for i in range(4)}
    parts = {}
    for dimension, pair in dimensions.items():
        for name in pair:
            worst, best = (0, 1) if name in logs else posts[name]
            steps = {"method": "goalposts", "worst": str(worst), "best": str(best)}
            part = {"parent": dimension, "weight": 1, "normalise": steps}
            parts[name] = {**part, "floor": 0, "cap": 100}
    columns = {}
    for index, name in enumerate(names):
        value = round(case["expected"]["indicators"][index], 9) if name in logs else raw[name]
        columns[name] = [value]
    rule = policy(parts, [{"id": name, "weight": 1} for name in dimensions])
    scores = scored(rule, columns, [unit])
    found = [scores.results.value(f"achievement:{name}", 0) / 100 for name in names]
    close(found, case["expected"]["indicators"])
    close(
        [scores.results.value(f"score:{d}", 0) / 100 for d in dimensions],
        case["expected"]["dimensions"],
    )
    close([scores.columns()["score"][0] / 100], [case["expected"]["TAI"]])


def test_the_bands_of_the_satisfaction_index():
    """S03: 76.605 is C by the lower ends and B when rounded half-up first, as the policy does."""
    rule = capaian.load_policy("skm/2017")
    value = Fraction(76605, 1000)
    from capaian.band import band_of
    from capaian.exact import round_ratio

    assert band_of(round_ratio(value, 2, "half-up"), rule.bands, False, {}).id == "B"
    assert band_of(Fraction("76.60"), rule.bands, False, {}).id == "C"
