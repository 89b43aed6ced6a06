"""What it takes: the least effort, against every plan that there is."""

import ctypes
import itertools
import random
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

import capaian
from analysis.made import document, evidence, scored
from capaian.analysis import what_it_takes
from capaian.analysis.change.curves import NotLinearError, curve_of
from capaian.analysis.change.effort import Move, Programme, least_effort
from capaian.exact import Program, run_paired
from capaian.formula import Column, lit, rounded, when
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

X = Column("x")


# ---- curves --------------------------------------------------------------------------------------


def trees():
    """Return formulas of x that are chains of straight lines."""
    numbers = st.integers(-20, 20).map(lit)
    leaves = st.one_of(st.just(X), numbers)

    def grown(below):
        return st.one_of(
            st.tuples(below, below).map(lambda each: each[0] + each[1]),
            st.tuples(below, below).map(lambda each: each[0] - each[1]),
            st.tuples(below, st.integers(1, 5)).map(lambda each: each[0] * lit(F(each[1], 3))),
            st.tuples(below, numbers, numbers).map(
                lambda each: each[0].clip(each[1], None).clip(None, each[2])
            ),
            st.tuples(below, below, below, below).map(
                lambda each: when(each[0] < each[1], each[2], each[3])
            ),
            st.tuples(below, numbers, below).map(
                lambda each: when(each[0].equals(each[1]), each[1], each[2])
            ),
        )

    return st.recursive(leaves, grown, max_leaves=8)


@settings(deadline=None)
@given(trees(), st.lists(st.fractions(-50, 50), min_size=1, max_size=8))
def test_a_curve_is_its_formula(tree, points):
    """Law: everywhere, also at the posts and beside them, in exact arithmetic."""
    curve = curve_of(tree, "x", {})
    for x in [*points, *curve.posts, *(each + F(1, 10**9) for each in curve.posts)]:
        assert curve(x) == run_paired(Program((("y", tree),)), {"x": x})["y"][1]


def test_a_rounded_curve_passes_over_the_steps_and_says_how_far_they_reach():
    curve = curve_of(rounded(X * lit(F(1, 3)), 1, "half-up"), "x", {})
    assert curve(F(1)) == F(1, 3)
    assert curve.slack == F(1, 20)


@pytest.mark.parametrize("tree", [lit(1) / X, X * X, X / (X - lit(3))])
def test_what_is_no_line_is_no_curve(tree):
    with pytest.raises(NotLinearError):
        curve_of(tree, "x", {})


# ---- least effort --------------------------------------------------------------------------------


def greedy(moves, need):
    """Return the cost of taking the best ratio of gain to cost first: the wrong answer."""
    gains = sorted(moves, key=lambda each: each[0] / each[1])
    cost = total = 0
    for price, gain in gains:
        if total >= need:
            break
        cost, total = cost + price, total + gain
    return cost


def test_the_best_ratio_first_is_not_the_cheapest_plan():
    """Forbidden: a greedy plan that costs 6.0 where 4.5 are enough (as P12)."""
    steps = [(3.0, 6.0), (4.5, 7.0), (3.0, 5.0)]
    moves = [Move.through([(0, 0), (cost, 0), (cost, gain)], 1.0) for cost, gain in steps]
    assert greedy(steps, 7) == 6.0
    assert least_effort(moves, [1, 1, 1], 7).cost == pytest.approx(4.5)
    assert least_effort(moves, [1, 1, 1], 18).cost == pytest.approx(10.5)
    assert least_effort(moves, [1, 1, 1], 18.1) is None


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 90), st.integers(1, 9)), min_size=1, max_size=5
    ),
    st.floats(0, 1),
)
def test_straight_moves_are_a_linear_programme(rows, share):
    """Against SciPy's `linprog`, for the fractional knapsack."""
    weights = [weight / sum(row[0] for row in rows) for weight, *_ in rows]
    room = [100 - now for _, now, _ in rows]
    now = sum(w * row[1] for w, row in zip(weights, rows, strict=True))
    need = now + share * sum(w * r for w, r in zip(weights, room, strict=True))
    moves = [Move.through([(0, n), (100 - n, 100)], cost) for _, n, cost in rows]
    found = least_effort(moves, weights, need - 1e-9)
    costs = [cost for *_, cost in rows]
    oracle = optimize.linprog(
        costs, A_ub=[[-w for w in weights]], b_ub=[now - need + 1e-9], bounds=[(0, r) for r in room]
    )
    assert found.cost == pytest.approx(oracle.fun, abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1, max_size=3),
        min_size=1, max_size=4,
    ),
    st.integers(1, 40),
)  # fmt: skip
def test_steps_are_chosen_as_trying_all_of_them_does(stairs, need):
    moves, choices = [], []
    for steps in stairs:
        far = high = 0
        points, options = [(0, 0)], [(0, 0)]
        for length, gain in steps:
            far, high = far + length, high + gain
            points += [(far, high - gain), (far, high)]
            options.append((far, high))
        moves.append(Move.through(points, 1.0))
        choices.append(options)
    found = least_effort(moves, [1.0] * len(moves), need)
    every = [plan for plan in itertools.product(*choices) if sum(gain for _, gain in plan) >= need]
    if not every:
        assert found is None
    else:
        assert found.cost == pytest.approx(min(sum(cost for cost, _ in plan) for plan in every))


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_curved_means_are_cut_as_close_as_need_be(method):
    """Two alike: the cheaper goes farther, where the marginal gains per cost are the same."""
    made = Programme()
    parts = [made.move(Move.through([(0, 40), (60, 100)], cost)) for cost in (1, 2)]
    whole = made.joined(parts, [0.5, 0.5], method)
    x = made.cheapest(whole, 60)
    one, two = (40 + each.at(x) for each in made.effort)
    mean = stats.gmean if method == "geometric" else stats.hmean
    assert mean([one, two]) == pytest.approx(60, abs=1e-5)
    best = optimize.minimize_scalar(
        lambda a: (a - 40) + 2 * ((3600 / a if method == "geometric" else 30 * a / (a - 30)) - 40),
        bounds=(40.001, 90 if method == "geometric" else 100), method="bounded",
    )  # fmt: skip
    assert (one - 40) + 2 * (two - 40) == pytest.approx(best.fun, abs=1e-3)


def made_up_move(chance):
    """Return a move over four stretches, some of which begin with a jump."""
    far, points = 0.0, [(0.0, 0.0)]
    for _ in range(4):
        far, high = far + chance.choice([1, 5, 10]), points[-1][1] + chance.uniform(0, 40)
        points += [(far, points[-1][1])] if chance.random() < 0.4 else []
        points.append((far, high))
    cost, grain = chance.choice([0.5, 1, 60, 1000]), chance.choice([0, 0.01, 1])
    return Move.through(points, cost, grain=grain)


def test_the_solver_says_nothing_on_the_standard_output(capfd):
    """HiGHS has a `printf` of its own where a whole number is off; no option stops it."""
    c = ctypes.CDLL(None)
    for seed in (4, 5):
        chance = random.Random(seed)
        for _ in range(20):
            moves = [made_up_move(chance) for _ in range(chance.randint(4, 8))]
            need = 0.7 * sum(each.ends[1] for each in moves) / len(moves)
            assert least_effort(moves, [1 / len(moves)] * len(moves), need) is not None
    c.fflush(None)  # what C holds back
    assert capfd.readouterr() == ("", "")


# ---- one subject ---------------------------------------------------------------------------------

STAIRS = {
    "method": "lookup",
    "rows": [
        {"below": 3, "value": 20},
        {"from": 3, "below": 6, "value": 70},
        {"from": 6, "value": 100},
    ],
}
BENT = {"method": "piecewise", "points": [[0, 0], [4, 20], [8, 100]]}
FULL = {"method": "goalposts", "worst": 0, "best": 8}
LESS = {"method": "goalposts", "worst": 8, "best": 0}
METHODS = {"a": STAIRS, "b": BENT, "c": FULL, "d": LESS}


def reach(policy, values, band):
    """Return whether a policy, scored anew, gives a band."""
    return scored(policy, {"x": values}).columns()["band"] == [band]


@settings(deadline=None, max_examples=12)
@given(
    st.tuples(*[st.integers(0, 8)] * 4),
    st.tuples(*[st.integers(1, 9)] * 4),
    st.tuples(*[st.integers(1, 5)] * 4),
    st.sampled_from(["arithmetic", "minimum"]),
)
def test_the_plan_is_the_cheapest_of_all_plans(now, costs, weights, method):
    """Law: of 9^4 plans in whole steps, scored one by one in fractions, none is cheaper."""
    names = "abcd"
    policy = document(
        dict(zip(names, weights, strict=True)), normalise=METHODS, digits=0,
        parents={"b": "top", "c": "top"}, score={"method": "arithmetic"},
        nodes=[{"id": "top", "weight": 4, "weights": "relative", "method": method, "cap": 90}],
    )  # fmt: skip
    values = dict(zip(names, now, strict=True))
    scores = scored(policy, {"x": values})
    found = what_it_takes(scores, "x", "high", costs=dict(zip(names, costs, strict=True)))
    shares = [F(each, sum(weights[:1] + weights[3:]) + 4) for each in (weights[0], weights[3], 4)]
    inner = [F(each, weights[1] + weights[2]) for each in weights[1:3]]

    def score(plan):
        a = 20 if plan[0] < 3 else 70 if plan[0] < 6 else 100
        b = F(5) * plan[1] if plan[1] <= 4 else 20 + F(20) * (plan[1] - 4)
        c, d = F(100, 8) * plan[2], F(100, 8) * (8 - plan[3])
        top = min(b, c) if method == "minimum" else inner[0] * b + inner[1] * c
        return shares[0] * a + shares[1] * d + shares[2] * min(top, F(90))

    plans = itertools.product(*(range(n, 9) for n in now[:3]), range(now[3] + 1))
    enough = [plan for plan in plans if score(plan) >= F(79995, 1000)]
    spent = [
        sum(cost * abs(to - n) for cost, to, n in zip(costs, plan, now, strict=True))
        for plan in enough
    ]
    if not enough:
        assert not found.reached
        best = [range(n, 9) for n in now[:3]]
        assert found.score == max(map(score, itertools.product(*best, range(now[3] + 1))))
    else:
        assert found.reached
        assert found.cost == min(spent)
        moved = dict(zip(found.table["indicator"], found.table["to"], strict=True))
        assert reach(policy, values | moved, "high")


def plan(*, bands=None, weights=(50, 30, 20), **options):
    """Return the plan of P11: 70, 60, 80 with weights 0.5, 0.3, 0.2."""
    names = ("a", "b", "c")
    bands = bands or [{"id": "low", "below": 75}, {"id": "high", "from": 75}]
    policy = document(dict(zip(names, weights, strict=True)), bands=bands)
    scores = scored(policy, {"x": {"a": 70, "b": 60, "c": 80}})
    given = {"costs": {"a": 2, "b": 1, "c": 0.5}} | options
    return what_it_takes(scores, "x", "high", **given)


def test_a_plan_goes_by_the_grain_and_by_the_rounding():
    """75 is reached from 74.995 on: 13.32 and 10 in hundredths, not 13.33 and 10."""
    found = plan(limits={"c": 90})
    assert found.reached
    assert dict(zip(found.table["indicator"], found.table["move"], strict=True)) == {
        "b": pytest.approx(13.32), "c": pytest.approx(10)
    }  # fmt: skip
    assert found.cost == F(1332, 100) + 5
    assert found.score == F(74996, 1000)
    assert found.bound == pytest.approx(18.3166666667)
    assert found.band_after == "high"
    assert found.table.notes == ("the score becomes 74.9960; 'high' begins at 74.9950",)
    assert repr(found).startswith("<Effort for 'high': reached, cost 18.32>")
    assert "<table>" in found._repr_html_()


def test_the_front_is_not_greedy():
    """Forbidden: 6.0 where 4.5 are enough (as P12), from a policy whose three achievements jump."""
    gains = {"a": 18, "b": 21, "c": 15}  # a third of each: 6, 7 and 5
    steps = {
        name: {"method": "lookup", "rows": [{"below": 1, "value": 0}, {"from": 1, "value": gain}]}
        for name, gain in gains.items()
    }
    bands = [{"id": "low", "below": 7}, {"id": "high", "from": 7}]
    policy = document(dict.fromkeys(gains, 1), normalise=steps, digits=0, bands=bands)
    scores = scored(policy, {"x": dict.fromkeys(gains, 0)})
    costs = {"a": 3, "b": "4.5", "c": 3}
    found = what_it_takes(scores, "x", "high", costs=costs)
    assert greedy([(3.0, 6), (4.5, 7), (3.0, 5)], 7) == 6.0
    assert (found.reached, found.cost, found.table["indicator"]) == (True, F(9, 2), ["b"])
    held = what_it_takes(scores, "x", "high", costs={"a": 3, "c": 3}, frozen=["b"])
    assert (held.reached, held.cost, held.table["indicator"]) == (True, 6, ["a", "c"])


def test_what_is_frozen_stays():
    found = plan(frozen=["b"], costs={"a": 2, "c": 0.5})
    assert set(found.table["indicator"]) == {"a", "c"}
    assert found.reached


def test_what_cannot_be_reached_is_said_with_the_most_there_is():
    found = plan(frozen=["a", "b"], costs={"c": 1})
    assert not found.reached
    assert found.score == 73
    assert found.table.notes == (
        "'high' cannot be reached: it begins at 74.9950, and the most that these indicators can give is 73.0000, which is 'low'",
    )
    assert found.table["to"] == [100]


def test_nothing_is_needed_for_a_band_that_is_there():
    found = plan(bands=[{"id": "low", "below": 60}, {"id": "high", "from": 60}])
    assert (found.cost, found.reached, len(found.table)) == (0, True, 0)
    scores = scored(document({"a": 1}), {"x": {"a": 70}})
    assert what_it_takes(scores, "x", "low", costs={"a": 1}).table.notes == (
        "nothing: with a score of 70.0000 'low' or a better band is reached",
    )
    assert what_it_takes(scores, "x", "middle", costs={"a": 1}).cost == 0


def test_a_robust_plan_leaves_what_is_frozen_and_costs_more():
    """Law: the more certain, the dearer; what is frozen is measured with error all the same."""
    names, errors = ("a", "b"), {"a": 2.0, "b": 1.0, "c": 4.0}
    found = [
        plan(robust=each, errors=errors, frozen=["c"], costs={"a": 2, "b": 1})
        for each in (0.5, 0.8, 0.9, 0.95)
    ]
    assert all(each.reached for each in found)
    assert all({*each.table["indicator"]} <= {*names} for each in found)
    assert [each.cost for each in found] == sorted(each.cost for each in found)
    spread = np.hypot(np.hypot(0.5 * 2, 0.3 * 1), 0.2 * 4)
    for each, level in zip(found[1:], (0.8, 0.9, 0.95), strict=True):
        least = 74.995 + stats.norm.ppf(level) * spread
        assert float(each.score) == pytest.approx(least, abs=0.03)


def test_a_robust_plan_is_reached_with_its_probability():
    """Far from limits the score is normal: the cut and z standard errors, from SciPy."""
    errors = {"a": 2.0, "b": 1.0}
    found = plan(robust=0.9, errors=errors, frozen=["c"], costs={"a": 2, "b": 1})
    spread = np.hypot(0.5 * 2, 0.3 * 1)
    assert float(found.score) == pytest.approx(74.995 + stats.norm.ppf(0.9) * spread, abs=0.02)
    assert found.probability == pytest.approx(0.9, abs=0.005)
    assert found.probability >= 0.9
    assert found.cost > plan(frozen=["c"], costs={"a": 2, "b": 1}).cost


def test_a_limit_of_the_scale_may_make_a_robust_plan_impossible():
    found = plan(robust=0.99, errors={"a": 60.0, "b": 60.0, "c": 60.0})
    assert not found.reached
    assert found.table.notes[0] == (
        "'high' cannot be reached with the probability that is asked for; the most that these indicators can give is a score of 100.0000"
    )
    assert found.table.notes[1].startswith("probability of being found there 0.")


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (
            {"costs": {"a": 1, "b": 0, "d": 2}, "frozen": ["cc"]},
            "CPN-M30",
            (
                "What it takes cannot be told.\n"
                "  CPN-M30  costs: 'd' is no indicator of the policy.\n"
                "           to fix: use the ids of the policy's indicators.\n"
                "  CPN-M30  frozen: 'cc' is no indicator of the policy. Did you mean 'c'?\n"
                "           to fix: use the ids of the policy's indicators.\n"
                "  CPN-M35  costs: 'c' has no cost.\n"
                "           to fix: give the cost of one unit of its measured value, or put it among frozen.\n"
                "  CPN-M33  costs['b']: costs['b'] is 0; wanted is: above 0.\n"
                "           to fix: give another value; the function's documentation says what it means."
            ),
        ),
        (
            {"robust": 0.9},
            "CPN-M34",
            (
                "What it takes cannot be told.\n"
                "  CPN-M34  errors: a probability is asked for, and no measurement error is given.\n"
                "           to fix: give errors={indicator: standard error of its measured value}, or leave out robust."
            ),
        ),
        ({"robust": 1.0, "errors": {"a": 1}}, "CPN-M33", ""),
        ({"robust": 0.9, "errors": {"z": 1}}, "CPN-M30", ""),
        ({"limits": {"z": 1}}, "CPN-M30", ""),
    ],
)
def test_what_cannot_be_asked_is_refused(options, code, text):
    with pytest.raises(capaian.AnalysisError) as caught:
        plan(**options)
    assert caught.value.code == code
    if text:
        assert str(caught.value) == text


def test_a_band_that_is_not_there_is_refused():
    scores = scored(document({"a": 1}), {"x": {"a": 70}})
    with pytest.raises(capaian.AnalysisError) as caught:
        what_it_takes(scores, "x", "hihg", costs={"a": 1})
    assert str(caught.value) == (
        "What it takes cannot be told.\n"
        "  CPN-M37  band: there is no 'hihg' here. Did you mean 'high'?\n"
        "           to fix: use the id of a band, or the label of a period, as the result has it."
    )


def test_an_achievement_that_is_no_chain_of_lines_is_named():
    curved = {"a": {"method": "target", "target": 50, "better": "lower", "formula": "inverse"}}
    scores = scored(document({"a": 1, "b": 1}, normalise=curved), {"x": {"a": 90, "b": 50}})
    with pytest.raises(capaian.AnalysisError) as caught:
        what_it_takes(scores, "x", "high", costs={"a": 1, "b": 1})
    assert str(caught.value) == (
        "What it takes cannot be told.\n"
        "  CPN-M32  indicators['a']: the achievement of 'a' is no chain of straight lines of its measured value.\n"
        "           to fix: put it among frozen, and see scores.explain for how far it alone would have to move."
    )
    assert what_it_takes(scores, "x", "high", costs={"b": 1}, frozen=["a"]).reached is False


def test_who_has_no_score_has_no_plan():
    scores = scored(
        document({"a": 1, "b": 1}, missing="withhold"), {"x": {"a": 1}, "y": {"a": 1, "b": 2}}
    )
    with pytest.raises(capaian.AnalysisError, match="CPN-M29"):
        what_it_takes(scores, "x", "high", costs={"a": 1, "b": 1})


@pytest.mark.parametrize(
    ("rows", "now", "to"),
    [
        ([{"to": 3, "value": 20}, {"above": 3, "value": 100}], 1, 4),
        ([{"below": 3, "value": 20}, {"from": 3, "value": 100}], 1, 3),
        ([{"below": 3, "value": 100}, {"from": 3, "value": 20}], 6, 2),
        ([{"to": 3, "value": 100}, {"above": 3, "value": 20}], 6, 3),
    ],
)
def test_a_step_is_reached_on_its_right_side(rows, now, to):
    """An edge that is not inside is passed by one grain, upwards and downwards."""
    steps = {"a": {"method": "lookup", "rows": rows}}
    scores = scored(
        document({"a": 1, "b": 1}, normalise=steps, digits=0), {"x": {"a": now, "b": 65}}
    )
    found = what_it_takes(scores, "x", "high", costs={"a": 1, "b": 100})
    assert found.reached
    assert found.table["to"] == [to]


def test_a_gate_is_named_beside_the_plan():
    bands = [
        {"id": "best", "from": 90, "gate": "idea"},
        {"id": "good", "from": 70},
        {"id": "poor", "below": 70},
    ]
    policy = document({"a": 1}, bands=bands, precedence="first")
    policy["subjects"] = {"table": "staff", "facts": {"idea": "idea"}}
    tables = evidence({"x": {"a": 60}, "y": {"a": 95}}) | {
        "staff": [{"nip": "x", "idea": False}, {"nip": "y", "idea": False}]
    }
    scores = capaian.score(read_policy(policy), tables, period="2026-Q1")
    found = what_it_takes(scores, "x", "best", costs={"a": 1})
    assert (found.gate, found.score) == ("idea", 90)
    assert found.table.notes[-1] == "the band also needs the fact 'idea'"
    there = what_it_takes(scores, "y", "best", costs={"a": 1})
    assert (there.gate, there.cost) == ("idea", 0)


def test_the_small_office_is_planned():
    """A share, a survey index and a count, with a capped node: verified by the engine's own words."""
    scores = capaian.score(
        read_policy(OFFICE), made_up_evidence(), period="2026-Q1", as_of="2026-04-01"
    )
    costs = {"response": 100, "services": 1, "satisfaction": "0.5"}
    found = what_it_takes(scores, "a", "high", costs=costs)
    assert found.reached
    assert found.band_after == "high"
    assert found.cost >= found.bound - 1e-9
    assert found.table["indicator"] == ["satisfaction", "services"]
