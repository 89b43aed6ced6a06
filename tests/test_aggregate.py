"""Aggregate: one pattern of what is there becomes formulas with exact weights, or a reason."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from capaian.aggregate import Child, aggregate, state_of
from capaian.errors import PolicyError
from capaian.exact import Program, round_ratio, run_paired
from capaian.formula import Column, Literal_, Present, walk
from capaian.methods.aggregations import capaian_methods
from capaian.plugin import Aggregation
from capaian.policy import NodeRule, Rounding, Scale

METHODS = {each.kind: each for each in capaian_methods() if isinstance(each, Aggregation)}
HUNDRED = Scale(Fraction(0), Fraction(100), None, Fraction(120))
GOLDEN = Path(__file__).parent / "golden" / "method_cases.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
KINDS = st.sampled_from(sorted(METHODS))
STATES = ("present", "exclude", "worst", "withhold", "refer")
SCORES = st.fractions(0, 120, max_denominator=30)


def rule(**options):
    """A node."""
    return NodeRule("node", {"en": "Node"}, "arithmetic", Fraction(1), "exclude", **options)


def pattern(weights, states=None):
    """Children a, b, c ... with these weights and states."""
    names = [chr(ord("a") + index) for index in range(len(weights))]
    states = states or ["present"] * len(weights)
    return [
        Child(name, Fraction(weight), state)
        for name, weight, state in zip(names, weights, states, strict=True)
    ]


def made(children, kind="arithmetic", rounding=None, scale=HUNDRED, **options):
    """The formulas of a node."""
    return aggregate(rule(**options), METHODS[kind], children, scale, rounding=rounding)


def run(node, values):
    """Every result, exact."""
    inputs = {name: Fraction(value) for name, value in values.items()}
    return {name: exact for name, (_, exact) in run_paired(Program(node.steps), inputs).items()}


def case(identity):
    """One golden case."""
    return next(each for each in CASES if each["id"] == identity)


def exact(written):
    """The exact number that a JSON number stands for."""
    return Fraction(str(written))


@st.composite
def patterns(draw, states=("present", "exclude", "worst")):
    """One to five children with states, exact weights that add up to 1, and their values."""
    size = draw(st.integers(1, 5))
    raw = draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
    chosen = draw(st.lists(st.sampled_from(states), min_size=size, max_size=size))
    children = pattern([Fraction(each, sum(raw)) for each in raw], chosen)
    return children, {child.name: draw(SCORES) for child in children}


# ---- missing rules -----------------------------------------------------------------------------


def test_exclude_rescales_the_other_weights_exactly():
    """1/9 of nine leaves eighths; nothing is rounded."""
    states = ["present"] * 9
    states[4] = "exclude"
    found = made(pattern([Fraction(1, 9)] * 9, states))
    assert found.weights == {name: Fraction(1, 8) for name in "abcdfghi"}
    assert found.share == Fraction(8, 9)


def test_worst_keeps_the_weight_and_counts_the_worst_of_the_scale():
    """60 and a missing half make 30 on 0-100, and (60 + 1)/2 on 1-5."""
    children = pattern([Fraction(1, 2)] * 2, ["present", "worst"])
    found = made(children)
    assert found.weights == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    assert found.parts["b"] == Literal_(Fraction(0))
    assert run(found, {"a": 60})["score:node"] == 30
    five = Scale(Fraction(1), Fraction(5), None, None)
    assert run(made(children, scale=five), {"a": 4})["score:node"] == Fraction(5, 2)


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        (["present", "withhold"], "withheld"),
        (["present", "refer"], "referred"),
        (["withhold", "refer"], "referred"),
        (["exclude", "withhold"], "withheld"),
        (["exclude", "exclude"], "all_missing"),
        (["present", "exclude"], ""),
        (["worst", "worst"], ""),
    ],
)
def test_a_node_without_a_score_says_why(states, reason):
    """Referred goes before withheld, and both before what is only missing; no formulas then."""
    found = made(pattern([Fraction(1, 2)] * 2, states))
    assert found.reason == reason
    assert bool(found.steps) == (reason == "")


@pytest.mark.parametrize(
    ("available", "states", "reason"),
    [
        ("2/3", ["present", "present", "exclude"], ""),
        ("2/3", ["present", "exclude", "exclude"], "too_little"),
        ("2/3", ["present", "worst", "worst"], "too_little"),
        ("1", ["present", "present", "present"], ""),
        ("0", ["worst", "worst", "worst"], ""),
    ],
)
def test_too_little_that_is_known_gives_no_score(available, states, reason):
    """Exactly two thirds is enough for two thirds; what counts as the worst is not known."""
    found = made(pattern([Fraction(1, 3)] * 3, states), available=Fraction(available))
    assert found.reason == reason


@pytest.mark.parametrize(
    ("reason", "missing", "state"),
    [
        ("", "refer", "present"),
        (None, "exclude", "exclude"),
        (None, "worst", "worst"),
        ("all_missing", "worst", "worst"),
        ("too_little", "refer", "refer"),
        ("withheld", "exclude", "withhold"),
        ("referred", "exclude", "refer"),
    ],
)
def test_a_childs_state_in_the_node_above(reason, missing, state):
    """What was withheld or referred stays so up to the result; the rest follows its own rule."""
    assert state_of(reason, missing) == state


def test_a_method_that_cannot_take_the_worst_refuses_it():
    """The whole text."""
    below = Scale(Fraction(-10), Fraction(100), None, None)
    children = pattern([Fraction(1, 2)] * 2, ["present", "worst"])
    with pytest.raises(PolicyError) as refused:
        made(children, "geometric", scale=below)
    assert str(refused.value) == (
        "The node 'node' cannot be aggregated; nothing was scored.\n"
        "  CPN-P99  nodes['node'].method: what is missing counts as the worst of the scale (-10),"
        " and 'geometric' takes no part below 0.\n"
        "           to fix: use another method or missing rule, or a scale whose worst is 0 or"
        " more."
    )
    assert made(pattern([Fraction(1)]), "geometric", scale=below).reason == ""


# ---- laws --------------------------------------------------------------------------------------


@given(patterns(STATES), KINDS)
def test_weights_scale_and_nothing_else_is_left(chosen, kind):
    """The weights of those that count add up to 1 in their old proportions; no missing logic."""
    children, _ = chosen
    found = made(children, kind)
    if found.reason:
        return
    counted = {each.name: each.weight for each in children if each.state in {"present", "worst"}}
    assert sum(found.weights.values()) == 1
    whole = sum(counted.values())
    assert found.weights == {name: weight / whole for name, weight in counted.items()}
    nodes = [node for _, tree in found.steps for node in walk(tree)]
    assert not any(isinstance(node, Present) for node in nodes)
    present = {each.name for each in children if each.state == "present"}
    used = {node.name for node in nodes if isinstance(node, Column) and ":" not in node.name}
    assert used <= present


@given(
    patterns(),
    KINDS,
    st.fractions(0, 60, max_denominator=4),
    st.fractions(60, 110, max_denominator=4),
    st.integers(0, 3),
)
def test_contributions_and_adjustments_add_up_to_the_score_exactly(
    chosen, kind, floor, cap, digits
):
    """Parts make the raw value, limits and rounding make the rest, as fractions."""
    children, values = chosen
    rounding = Rounding("score", digits)
    found = made(children, kind, rounding, floor=floor, cap=cap)
    if found.reason:
        return
    results = run(found, values)
    parts = sum(results[f"contribution:{name}"] for name in found.parts)
    assert parts == results["raw:node"]
    assert parts + results["limits:node"] + results["rounding:node"] == results["score:node"]
    limited = min(max(results["raw:node"], floor), cap)
    assert results["limited:node"] == limited
    assert results["score:node"] == round_ratio(limited, digits, "half-up")


@given(patterns(), KINDS, st.randoms(use_true_random=False))
def test_the_order_of_children_changes_nothing(chosen, kind, chance):
    """The same formulas, node for node: so the same bits."""
    children, _ = chosen
    mixed = list(children)
    chance.shuffle(mixed)
    assert made(mixed, kind) == made(children, kind)


@given(patterns(("present", "exclude")), KINDS)
def test_leaving_out_equals_never_having_been(chosen, kind):
    """A child that is left out is as if the policy had never named it."""
    children, values = chosen
    present = [each for each in children if each.state == "present"]
    if not present:
        return
    whole = sum(each.weight for each in present)
    without = [evolve(each, weight=each.weight / whole) for each in present]
    one, other = run(made(children, kind), values), run(made(without, kind), values)
    assert one["score:node"] == other["score:node"]


def test_without_limits_and_rounding_there_are_no_adjustments():
    """The score is the value; a rounding of mode none is none."""
    found = made(pattern([1]), rounding=Rounding("score", 2, "none"))
    assert found.adjustments == {}
    assert run(found, {"a": Fraction(1, 3)})["score:node"] == Fraction(1, 3)


def test_a_childs_input_may_have_another_name():
    """The caller says where a part is found."""
    found = made([Child("a", Fraction(1), "present", Column("achievement:a"))])
    assert run(found, {"achievement:a": 7})["score:node"] == 7


# ---- figures -----------------------------------------------------------------------------------


def test_a_missing_value_is_reweighted_as_in_coinr():
    """Arithmetic 5.5, geometric 4.7568, harmonic 4."""
    golden = case("agg-missing-reweighted")
    total = sum(golden["input"]["weights"])
    given_x = golden["input"]["x"]
    children = pattern(
        [Fraction(each, total) for each in golden["input"]["weights"]],
        ["exclude" if x is None else "present" for x in given_x],
    )
    values = {each.name: x for each, x in zip(children, given_x, strict=True) if x is not None}
    kinds = ("arithmetic", "geometric", "harmonic")
    for kind, expected in zip(kinds, golden["expected"]["values"], strict=True):
        found = run(made(children, kind), values)["score:node"]
        assert abs(found - exact(expected)) <= exact(golden["tolerance"])


def test_no_score_under_two_thirds_as_in_coinr():
    """One of three is too little, two of three are enough."""
    golden = case("agg-availability-threshold")
    for row, expected in zip(golden["input"]["matrix"], golden["expected"], strict=True):
        states = ["exclude" if x is None else "present" for x in row]
        children = pattern([Fraction(1, 3)] * 3, states)
        found = made(children, available=Fraction(2, 3))
        if expected is None:
            assert found.reason == "too_little"
        else:
            values = {c.name: x for c, x in zip(children, row, strict=True) if x is not None}
            score = run(found, values)["score:node"]
            assert abs(score - exact(expected)) <= exact(golden["tolerance"])


@pytest.mark.parametrize("identity", ["hier-arithmetic", "hier-mixed-by-level"])
def test_two_levels_with_a_gap_as_in_coinr(identity):
    """Weights are rescaled inside the group that has the gap; a method per level."""
    golden = case(identity)
    top = "arithmetic" if identity == "hier-arithmetic" else "geometric"
    tree = golden["input"]["tree"]["Index"]
    for unit, expected in enumerate(golden["expected"]["Index"]):
        groups, scores = [], {}
        for name, group in tree.items():
            total = sum(group["children"].values())
            data = {leaf: golden["input"]["data"][leaf][unit] for leaf in group["children"]}
            children = [
                Child(leaf, Fraction(weight, total), "exclude" if data[leaf] is None else "present")
                for leaf, weight in group["children"].items()
            ]
            known = {leaf: x for leaf, x in data.items() if x is not None}
            scores[name] = run(made(children), known)["score:node"]
            groups.append(Child(name, exact(group["weight"])))
        score = run(made(groups, top), scores)["score:node"]
        assert abs(score - exact(expected)) <= exact(golden["tolerance"])


def test_effective_weights_are_products_of_multipliers():
    """The weight of each leaf in the top score."""
    golden = case("hier-effective-weights")
    tree = golden["input"]["tree"]["Index"]
    found = []
    for group in tree.values():
        total = sum(group["children"].values())
        children = [Child(name, Fraction(w, total)) for name, w in group["children"].items()]
        weights = made(children).weights
        found += [exact(group["weight"]) * weights[name] for name in group["children"]]
    assert found == [exact(each) for each in golden["expected"]["values"][:5]]


@pytest.mark.parametrize(
    "golden", [pytest.param(c, id=c["id"]) for c in CASES if c["rule"] == "csc-spms/ipcr-average"]
)
def test_unrated_dimensions_are_left_out(golden):
    """CSC SPMS: the average is over what was rated, kept to two decimals."""
    names = ("quality", "efficiency", "timeliness")
    rated = {name: golden["input"][name] for name in names}
    children = [
        Child(name, Fraction(1, 3), "exclude" if x is None else "present")
        for name, x in rated.items()
    ]
    found = run(
        made(children, rounding=Rounding("score", 2)),
        {name: x for name, x in rated.items() if x is not None},
    )
    assert found["score:node"] == exact(golden["expected"]["average"])
