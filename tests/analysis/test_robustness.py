"""How far results hang on weights, choices and single indicators."""

import copy
from fractions import Fraction as F

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.nonparametric.smoothers_lowess import lowess

import capaian
from analysis.made import document, evidence, scored
from capaian.analysis import (
    effective_weights,
    leave_one_out,
    matrix_of,
    policy_sensitivity,
    rescored,
    share_above,
    weight_sensitivity,
)
from capaian.analysis.edges import edges_of
from capaian.analysis.robustness.choices import sobol_indices
from capaian.analysis.robustness.dirichlet import (
    between,
    critical_weight,
    dirichlet_moments,
    draw,
    score_variance,
    share_not_above,
    tree_moments,
)
from capaian.analysis.robustness.influence import explained, influence
from capaian.analysis.robustness.without import without
from capaian.analysis.tree import tree_of
from capaian.policy import read_policy, to_document
from small_office import OFFICE, made_up_evidence

PEOPLE = {
    f"p{at}": {"a": 40 + 7 * at % 50, "b": 90 - 11 * at % 60, "c": 30 + 13 * at % 65}
    for at in range(12)
}


def office(subjects=("a", "b", "c", "d"), **more):
    document_ = {**OFFICE, **more}
    evidence_ = made_up_evidence(subjects)
    return capaian.score(read_policy(document_), evidence_, period="2026-Q1", as_of="2026-04-01")


# ---- effective weights -------------------------------------------------------------------------


def test_a_weight_of_70_per_cent_may_be_10_per_cent_of_the_differences():
    """Forbidden: reading a weight as an influence (P01, by the front function)."""
    x1 = [90, 92, 91, 93, 89, 90, 92, 91]
    x2 = [40, 95, 60, 85, 55, 75, 65, 90]
    people = {f"p{at}": {"one": a, "two": b} for at, (a, b) in enumerate(zip(x1, x2, strict=True))}
    found = effective_weights(scored(document({"one": 70, "two": 30}), people))
    assert found["indicator"] == ["one", "two"]
    assert found["nominal"] == pytest.approx([0.7, 0.3])
    np.testing.assert_allclose(found["covariance_share"], [0.100848983792, 0.899151016208])
    np.testing.assert_allclose(found["main_effect"], [0.479032673013, 0.986503481723])
    np.testing.assert_allclose(found["ratio"], [0.144069976846, 2.997170054027])
    assert found.notes == (
        "'one' has 70% of the weight and makes 10% of the differences between subjects",
    )


def test_covariance_shares_add_up_with_missing_parts_and_limits():
    scores = office()
    found = effective_weights(scores)
    assert found["indicator"][-1] == "limits and rounding"
    assert sum(found["covariance_share"]) == pytest.approx(1, abs=1e-12)
    assert effective_weights(matrix_of(scores)).columns["indicator"] == found.columns["indicator"]


def test_where_all_scores_are_the_same_there_is_nothing_to_explain():
    found = effective_weights(scored(document({"a": 1, "b": 1}), {"x": {"a": 5, "b": 5}}))
    assert found["covariance_share"] == [None, None]
    assert found.notes[-1] == "all scores are the same: there are no differences to explain"


def test_subjects_without_a_score_are_counted():
    people = {"x": {"a": 5, "b": 7}, "y": {"a": None, "b": 9}, "z": {"a": 8, "b": 1}}
    found = effective_weights(scored(document({"a": 1, "b": 1}, missing="withhold"), people))
    assert "1 subjects without a score are left out" in found.notes


def test_a_smoother_sees_what_a_line_does_not():
    """y = x^2 over both sides: no correlation, and all of the variance."""
    x = np.linspace(-1, 1, 2001)
    found = influence(x[:, None], (x**2)[:, None], x**2)
    assert found.linear[0] < 1e-20
    assert found.smooth[0] > 0.99


def test_one_stretch_is_the_square_of_the_correlation():
    rng = np.random.default_rng(1)
    x = rng.normal(size=300)
    y = x + rng.normal(size=300)
    assert explained(x, y, knots=1) == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)


def test_the_smoother_agrees_with_lowess():
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 3, 2000)
    y = np.sin(2 * x) + rng.normal(0, 0.3, 2000)
    smooth = lowess(y, x, frac=0.05, return_sorted=False)
    assert explained(x, y) == pytest.approx(smooth.var() / y.var(), abs=0.02)


# ---- the tree in float64 -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "missing"),
    [
        *((each, "exclude") for each in ("arithmetic", "geometric", "harmonic", "minimum")),
        *((each, "worst") for each in ("arithmetic", "minimum")),
    ],
)
def test_the_tree_in_floats_is_the_engine(method, missing):
    """Under the policy's own weights it gives the engine's scores before rounding."""
    people = copy.deepcopy(PEOPLE)
    people["p3"]["a"] = people["p5"]["b"] = None
    parents = {"a": "top", "b": "top"}
    policy = document(
        {"a": 2, "b": 1, "c": 1},
        parents=parents,
        missing=missing,
        nodes=[{"id": "top", "weight": 3, "method": method, "weights": "relative", "cap": 70}],
        score={"method": method},
    )
    scores = scored(policy, people)
    tree = tree_of(scores.policy, tuple(scores.plan.indicators), "no")
    made = tree.scores(matrix_of(scores).achievement, tree.nominal())[:, 0]
    exact = [float(scores.exact(row)["limited:score"][1]) for row in range(len(scores))]
    np.testing.assert_allclose(made, exact, rtol=1e-12)


def test_who_is_withheld_has_no_score_in_the_tree_either():
    people = {"x": {"a": 5, "b": 7}, "y": {"a": None, "b": 9}}
    scores = scored(document({"a": 1, "b": 1}, missing="withhold"), people)
    tree = tree_of(scores.policy, ("a", "b"), "no")
    made = tree.scores(matrix_of(scores).achievement, tree.nominal())[:, 0]
    assert made[0] == 6
    assert np.isnan(made[1])


def test_nodes_that_are_no_means_are_named():
    policy = document({"a": 1, "b": 1}, score={"convert": {"method": "times", "by": 2}})
    scores = scored({**policy, "bands": []}, {"x": {"a": 5, "b": 7}})
    with pytest.raises(capaian.AnalysisError) as caught:
        share_above(scores, "x", "x")
    assert str(caught.value) == (
        "It cannot be told who stands above.\n"
        "  CPN-M26  score: the node 'score' is made by 'convert'; this works with weighted means (arithmetic, geometric, harmonic, minimum) alone.\n"
        "           to fix: use leave_one_out, explain_change or policy_sensitivity without a concentration: they score by the policy itself."
    )


# ---- uncertain weights -------------------------------------------------------------------------


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.lists(st.integers(0, 100), min_size=5, max_size=5),
)
def test_the_variance_of_a_score_is_exact(alpha, x):
    """Against the covariance matrix of Dirichlet weights, in SciPy."""
    alpha, x = np.array(alpha, float), np.array(x[: len(alpha)], float)
    mean, deviation = dirichlet_moments(alpha)
    oracle = stats.dirichlet(alpha)
    np.testing.assert_allclose(mean, oracle.mean())
    np.testing.assert_allclose(deviation, np.sqrt(oracle.var()))
    found = score_variance(x[None, :], mean, alpha.sum())
    assert found[0] == pytest.approx(x @ oracle.cov() @ x, abs=1e-9)


def nested():
    """Return scores of a policy with two nodes, some of them without an indicator."""
    people = copy.deepcopy(PEOPLE)
    people["p3"]["a"] = people["p5"]["c"] = None
    policy = document(
        {"a": 2, "b": 1, "c": 1},
        parents={"a": "top", "b": "top"},
        nodes=[{"id": "top", "weight": 3, "weights": "relative"}],
    )
    return scored(policy, people)


def test_the_variance_of_a_tree_is_that_of_drawn_weights():
    """One Dirichlet at each node, with parts left out, against 200,000 draws."""
    scores = nested()
    tree = tree_of(scores.policy, tuple(scores.plan.indicators), "no")
    achievement = matrix_of(scores).achievement
    mean, variance = tree_moments(tree, achievement, 20)
    weights = draw(tree, 20, 200_000, np.random.default_rng(1))
    made = tree.scores(achievement, weights)
    np.testing.assert_allclose(mean, made.mean(axis=1), atol=0.06)
    np.testing.assert_allclose(np.sqrt(variance), made.std(axis=1), rtol=0.01, atol=1e-9)


def test_a_flat_tree_has_the_formula_of_the_book():
    scores = scored(document({"a": 5, "b": 3, "c": 2}), PEOPLE)
    found = weight_sensitivity(scores, 10)
    x = matrix_of(scores).achievement
    expected = np.sqrt(score_variance(x, np.array([0.5, 0.3, 0.2]), 10))
    np.testing.assert_allclose(found["sd"], expected)
    np.testing.assert_allclose(found["mean"], matrix_of(scores).score, atol=0.006)


def test_the_probability_of_the_band_is_exact_for_two_parts():
    """One weight moves the score along a line: a beta distribution, from SciPy."""
    scores = scored(document({"a": 70, "b": 30}), {"x": {"a": 90, "b": 50}})
    found = weight_sensitivity(scores, 10)
    # 78 is in the middle from 60 to 80 (79.995 rounds up): 50 + 40 w below 79.995.
    expected = stats.beta(7, 3).cdf(29.995 / 40) - stats.beta(7, 3).cdf(9.995 / 40)
    assert found["p_band"] == [pytest.approx(expected)]
    assert found["swap_indicator"] == ["a"]
    assert found["swap_at"] == [pytest.approx(29.995 / 40)]


def test_drawn_and_worked_out_agree():
    scores = nested()
    exact, drawn = (
        weight_sensitivity(scores, 30),
        weight_sensitivity(scores, 30, draws=20_000, seed=4),
    )
    np.testing.assert_allclose(exact.columns["sd"], drawn.columns["sd"], rtol=0.03, atol=1e-9)
    np.testing.assert_allclose(exact.columns["p_band"], drawn.columns["p_band"], atol=0.03)
    again = weight_sensitivity(scores, 30, draws=20_000, seed=4)
    np.testing.assert_array_equal(drawn.columns["p_band"], again.columns["p_band"])


def test_where_nothing_varies_the_band_stays():
    one = np.ones(1)
    assert between(one * 0, one * 9, one * 5, one * 5, one * 5, one * 0)[0] == 1
    assert between(one * 6, one * 9, one * 5, one * 5, one * 5, one * 0)[0] == 0


@pytest.mark.parametrize(("concentration", "options"), [(0, {}), (float("nan"), {})])
def test_a_concentration_is_above_nothing(concentration, options):
    with pytest.raises(capaian.AnalysisError) as caught:
        weight_sensitivity(nested(), concentration, **options)
    assert caught.value.code == "CPN-M33"


def test_an_option_that_cannot_be_is_said_in_both_languages():
    with pytest.raises(capaian.AnalysisError) as caught:
        weight_sensitivity(nested(), -1)
    assert str(caught.value) == (
        "The sensitivity to weights cannot be told.\n"
        "  CPN-M33  concentration: concentration is -1; wanted is: above 0.\n"
        "           to fix: give another value; the function's documentation says what it means."
    )
    assert "yang diperlukan: di atas 0." in caught.value.text("id")


def test_chance_needs_a_seed():
    """A node with a cap has no closed form; and nothing is random without a seed."""
    scores = office()
    for options in ({}, {"draws": 100}):
        with pytest.raises(capaian.AnalysisError) as caught:
            weight_sensitivity(scores, 10, **options)
    assert str(caught.value) == (
        "The sensitivity to weights cannot be told.\n"
        "  CPN-M27  draws: there is no closed form for this policy or these subjects: weightings must be drawn, from a seed.\n"
        "           to fix: give draws=1000 or more, and a seed, such as seed=1."
    )


def test_bands_of_a_decision_table_have_no_edges():
    policy = document(
        {"a": 1, "b": 1},
        bands=[{"id": "good"}, {"id": "poor"}],
        decision={
            "ratings": [
                {"id": "a", "levels": [{"id": "met", "from": 90}, {"id": "not", "below": 90}]}
            ],
            "cells": [
                {"when": {"a": "met"}, "gives": "good"},
                {"when": {"a": "not"}, "gives": "poor"},
            ],
        },
    )
    scores = scored(policy, {"x": {"a": 5, "b": 7}})
    with pytest.raises(capaian.AnalysisError) as caught:
        weight_sensitivity(scores, 10)
    assert str(caught.value) == (
        "The sensitivity to weights cannot be told.\n"
        "  CPN-M31  decision: the band is the cell of a decision table, not an interval of the score.\n"
        "           to fix: use compare_scores and leave_one_out, which take any policy."
    )
    assert leave_one_out(scores).notes == (
        "'a' cannot be left out: a formula or a decision table speaks of it, or it is the only one",
    )


@pytest.mark.parametrize("rounding", [{"digits": 0}, {"digits": 2}, {"mode": "none"}])
def test_between_its_edges_a_subject_keeps_its_band(rounding):
    """Law: just inside both edges the policy gives the same band, just outside another."""
    policy = read_policy(
        document({"a": 1}, rounding=[{"where": "score", **rounding}],
                 bands=[{"id": "low", "below": 60}, {"id": "middle", "from": 60, "below": "80.5"},
                        {"id": "high", "from": "80.5"}] if rounding.get("digits") != 0 else
                 [{"id": "low", "below": 60}, {"id": "high", "from": 60}])
    )  # fmt: skip
    scores = capaian.score(
        policy, evidence({"x": {"a": 70}, "y": {"a": 59}, "z": {"a": 99}}), period="2026-Q1"
    )
    matrix = matrix_of(scores)
    low, high = edges_of(policy, matrix.score, {}, "no")
    for row, (start, stop) in enumerate(zip(low, high, strict=True)):
        for edge, inward in ((start, 1e-6), (stop, -1e-6)):
            if np.isfinite(edge):
                for moved, same in ((edge + inward, True), (edge - inward, False)):
                    value = F(moved)
                    step = policy.rounded("score", "score")
                    if step.mode != "none":
                        value = F(round(moved * 10**step.digits), 10**step.digits)
                    band = scores.plan.band(value, {})
                    assert (band.id == scores.columns()["band"][row]) is same


# ---- who stands above ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6))
def test_the_share_of_the_simplex_is_exact(differences):
    """Against 40,000 weightings drawn from the simplex."""
    found = share_not_above([F(each) for each in differences])
    drawn = np.random.default_rng(3).dirichlet(np.ones(len(differences)), 40_000) @ differences
    assert float(found) == pytest.approx((drawn <= 1e-12).mean(), abs=0.02)


def test_a_stands_above_b_on_a_share_of_weightings():
    scores = scored(
        document({"a": 50, "b": 50}), {"x": {"a": 90, "b": 60}, "y": {"a": 70, "b": 85}}
    )
    found = share_above(scores, "x", "y")
    assert (found.share, found.exact, found.critical) == (F(4, 9), True, F(5, 9))
    assert share_above(scores, "y", "x").share == F(5, 9)
    assert share_above(scores, "x", "x").share == 0


def test_whole_concentrations_are_exact_too():
    """Dirichlet weights add up to Dirichlet weights: a beta distribution, from SciPy."""
    scores = scored(
        document({"a": 60, "b": 40}), {"x": {"a": 90, "b": 60}, "y": {"a": 70, "b": 85}}
    )
    found = share_above(scores, "x", "y", concentration=10)
    assert found.exact
    assert float(found.share) == pytest.approx(stats.beta(6, 4).sf(5 / 9))
    drawn = share_above(scores, "x", "y", concentration=7.5, seed=1)
    assert not drawn.exact
    assert drawn.share == pytest.approx(stats.beta(4.5, 3).sf(5 / 9), abs=4 * drawn.error)


def test_trees_are_drawn():
    scores = nested()
    found = share_above(scores, "p1", "p2", seed=5)
    assert found == pytest.approx(found)
    assert not found.exact
    with pytest.raises(capaian.AnalysisError, match="CPN-M27"):
        share_above(scores, "p1", "p2")


def test_a_critical_weight_is_where_both_stand_level():
    assert critical_weight((F(90), F(60)), (F(70), F(85))) == F(5, 9)
    assert critical_weight((F(90), F(60)), (F(80), F(50))) is None
    assert critical_weight((F(90), F(60)), (F(80), F(55))) is None


# ---- leaving one out -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["records", "polars"])
def test_leaving_one_out_is_the_policy_without_it(form):
    """The oracle is the policy's document, written without the indicator and scored anew."""
    full = document({"a": 50, "b": 30, "c": 20})
    scores = scored(full, PEOPLE, form=form)
    found = leave_one_out(scores)
    for at, name in enumerate(("a", "b", "c")):
        weights = {"a": 50, "b": 30, "c": 20}
        del weights[name]
        other = scored(document(weights), PEOPLE, form=form)
        bands = zip(scores.columns()["band"], other.columns()["band"], strict=True)
        assert found["changed"][at] == sum(one != two for one, two in bands)
        one, two = scores.columns()["score"], other.columns()["score"]
        assert found["mean_change"][at] == pytest.approx(np.mean(two) - np.mean(one))
        assert found["kendall"][at] == pytest.approx(stats.kendalltau(one, two).statistic)


def test_a_node_that_is_left_empty_goes_too():
    policy = without(read_policy(OFFICE), "satisfaction")
    assert [each.id for each in policy.nodes] == ["score", "service"]
    policy = without(without(read_policy(OFFICE), "response"), "services")
    assert [each.id for each in policy.nodes] == ["score"]
    assert policy.indicators[0].weight == 1


def test_what_cannot_be_left_out_is_said():
    with pytest.raises(capaian.AnalysisError) as caught:
        without(read_policy(document({"a": 1})), "a")
    assert str(caught.value) == (
        "No indicator can be left out.\n"
        "  CPN-M28  indicators['a']: 'a' cannot be left out: a formula or a decision table speaks of it, or it is the only one.\n"
        "           to fix: compare with a policy that is written without it."
    )
    assert leave_one_out(scored(document({"a": 1}), {"x": {"a": 5}}))["changed"] == [None]


def test_the_same_evidence_is_scored_again_without_being_read():
    """A pickled result holds no tables: what was measured is enough for other weights and cuts."""
    import pickle

    scores = pickle.loads(pickle.dumps(office()))  # noqa: S301 - it was pickled here
    other = read_policy(
        {**OFFICE, "bands": [{"id": "low", "below": 80}, {"id": "high", "from": 80}]}
    )
    made = rescored(scores, other)
    assert made.columns()["band"] == ["low", "high", "low", "low"]
    changed = copy.deepcopy(OFFICE)
    changed["indicators"][0]["measure"]["limit"] = "2 days"
    with pytest.raises(capaian.AnalysisError) as caught:
        rescored(scores, read_policy(changed))
    assert str(caught.value) == (
        "The scores cannot be made again.\n"
        "  CPN-M25  evidence: the other policy measures other things, and the evidence is not at hand to measure them in.\n"
        "           to fix: score the evidence again in this session; scores that were pickled do not hold their tables."
    )


@pytest.mark.parametrize("form", ["records", "polars"])
def test_scoring_again_gives_the_bits_of_scoring_anew(form):
    policy = document({"a": 50, "b": 30, "c": 20})
    other = document(
        {"a": 10, "b": 30, "c": 60},
        normalise={"b": {"method": "target", "target": 70, "better": "higher"}},
    )
    again = rescored(scored(policy, PEOPLE, form=form), read_policy(other))
    anew = scored(other, PEOPLE, form=form)
    assert again.columns() == anew.columns()
    assert again.ledger_columns() == anew.ledger_columns()


# ---- choices -------------------------------------------------------------------------------------


def method(kind):
    return lambda policy: attrs.evolve(
        policy, nodes=tuple(attrs.evolve(each, method=kind) for each in policy.nodes)
    )


def same(policy):
    return policy


def cut(at):
    def change(policy):
        bands = {"low": {"high": F(at)}, "middle": {"low": F(at)}}
        made = tuple(attrs.evolve(each, **bands.get(each.id, {})) for each in policy.bands)
        return attrs.evolve(policy, bands=made)

    return change


def test_one_choice_alone_makes_all_of_the_variance():
    scores = scored(document({"a": 50, "b": 30, "c": 20}), PEOPLE)
    choices = {"method": [same, method("geometric")], "nothing": [same, same]}
    found = policy_sensitivity(scores, choices, n=256, seed=1)
    assert found["choice"] == ["method", "nothing"]
    np.testing.assert_allclose(found["total_ranks"], [1, 0], atol=1e-9)
    np.testing.assert_allclose(found["first_ranks"], [1, 0], atol=1e-9)


def test_what_is_counted_is_people():
    """Two cuts, as likely: the mean number of movers is half of those that the other cut moves."""
    scores = scored(document({"a": 50, "b": 30, "c": 20}), PEOPLE)
    moved = rescored(scores, cut(70)(scores.policy)).columns()["band"]
    count = sum(one != two for one, two in zip(scores.columns()["band"], moved, strict=True))
    assert count > 0
    found = policy_sensitivity(scores, {"cut": [same, cut(70)]}, n=256, seed=1)
    assert found.notes[0] == (
        f"on the mean {count / 2:.1f} of 12 have another band, and ranks shift by 0.00"
    )
    assert found["total_ranks"] == [None]


@pytest.mark.parametrize("weights", ["group", "each"])
def test_weights_go_in_as_a_group_or_as_gammas(weights):
    scores = nested()
    choices = {"method": [same, method("geometric")]}
    found = policy_sensitivity(scores, choices, n=128, seed=1, concentration=5, weights=weights)
    names = found["choice"]
    if weights == "group":
        assert set(names) == {"method", "weights"}
        total = dict(zip(names, found["total_ranks"], strict=True))
        assert total["weights"] > total["method"]
    else:
        assert set(names) == {"method"} | {f"weight of {each}" for each in ("a", "b", "c", "top")}


def test_choices_that_are_none_are_refused():
    scores = nested()
    with pytest.raises(capaian.AnalysisError) as caught:
        policy_sensitivity(scores, {"method": [same]}, n=100, seed=1, concentration=0, weights="x")
    assert str(caught.value) == (
        "The sensitivity to choices cannot be told.\n"
        "  CPN-M39  choices['method']: 'method' is no choice: there are fewer than two alternatives.\n"
        "           to fix: give two or more functions of a policy; lambda policy: policy is the one that stands.\n"
        "  CPN-M33  n: n is 100; wanted is: a power of 2.\n"
        "           to fix: give another value; the function's documentation says what it means.\n"
        "  CPN-M33  concentration: concentration is 0; wanted is: above 0.\n"
        "           to fix: give another value; the function's documentation says what it means.\n"
        "  CPN-M33  weights: weights is x; wanted is: 'group' or 'each'.\n"
        "           to fix: give another value; the function's documentation says what it means."
    )
    with pytest.raises(capaian.AnalysisError, match="CPN-M39"):
        policy_sensitivity(scores, {}, n=128, seed=1)


def test_an_output_that_does_not_vary_has_no_indices():
    found = sobol_indices(lambda x: np.zeros(x.shape[1]), [stats.uniform()] * 2, 64, 1)
    assert np.isnan(found.first).all()
    assert np.isnan(found.total).all()


def test_the_only_indicator_with_own_targets_can_be_left_out():
    """The teaching pack: without services nothing reads the table of targets any more."""
    policy, evidence = (
        capaian.load_policy("capaian/contoh"),
        capaian.load_evidence("capaian/contoh"),
    )
    scores = capaian.score(policy, evidence, period="2026-Q1", as_of="2026-04-01")
    rows = leave_one_out(scores).rows(9)
    assert [row["indicator"] for row in rows] == ["response", "satisfaction", "services"]
    document = to_document(policy)
    del document["targets"]
    document["indicators"] = [each for each in document["indicators"] if each["id"] != "services"]
    for each, weight in zip(document["indicators"], ("8/13", "5/13"), strict=True):
        each["weight"] = weight
    alone = capaian.score(
        read_policy(document), evidence, period="2026-Q1", as_of="2026-04-01"
    ).columns()["score"]
    both = [
        (one - two)
        for one, two in zip(alone, scores.columns()["score"], strict=True)
        if one is not None and two is not None
    ]
    assert rows[2]["scored"] == len(both) == 5
    assert rows[2]["mean_change"] == pytest.approx(sum(both) / len(both))
