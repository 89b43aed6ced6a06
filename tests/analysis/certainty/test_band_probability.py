"""Probability of each band for every subject: laws, and the other way of computing it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.certainty.marks import bands, indicator, policy, scored
from capaian.analysis import band_probability
from capaian.analysis.certainty.chances import chances_of
from capaian.errors import AnalysisError

PARTS = [indicator("a", "0.5"), indicator("b", "0.3"), indicator("c", "0.2")]
RULE = policy(PARTS)
ERRORS = {"a": 4, "b": 6, "c": 8}
MARKS = {
    f"s{at:02d}": {"a": 58_000 + 2_300 * at, "b": 99_000 - 1_700 * at, "c": 61_000 + 1_100 * at}
    for at in range(20)
}


def p_of(table):
    return np.array([table[name] for name in ("p_b0", "p_b1", "p_b2", "p_b3")]).T


def test_probabilities_are_those_of_200_000_draws():
    """The oracle: the score's own program, drawn."""
    scores = scored(RULE, MARKS)
    found = band_probability(scores, ERRORS)
    assert set(found["method"]) == {"conditioned"}
    oracle = policy(PARTS, decision=None, score={"floor": 0})
    drawn = chances_of(scored(oracle, MARKS), ERRORS, seed=1, draws=200_000, near=0.999)
    assert set(drawn.standing.method) == {"monte_carlo"}
    np.testing.assert_allclose(p_of(found), drawn.p[:, :4], rtol=0, atol=0.03)
    assert np.abs(p_of(found) - drawn.p[:, :4]).mean() < 0.004


VALUES = st.lists(st.tuples(*[st.integers(50_000, 110_000)] * 3), min_size=1, max_size=6)


@settings(deadline=None, max_examples=12)
@given(values=VALUES, errors=st.tuples(*[st.floats(0, 15)] * 3))
def test_probabilities_add_up_to_one(values, errors):
    marks = {f"s{at}": dict(zip("abc", each, strict=True)) for at, each in enumerate(values)}
    found = p_of(band_probability(scored(RULE, marks), dict(zip("abc", errors, strict=True))))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()


@settings(deadline=None, max_examples=12)
@given(values=VALUES, errors=st.tuples(*[st.floats(0, 15)] * 3), up=st.integers(0, 20))
def test_a_lower_cut_is_passed_at_least_as_often(values, errors, up):
    """Law: monotone in the cuts."""
    marks = {f"s{at}": dict(zip("abc", each, strict=True)) for at, each in enumerate(values)}
    given_ = dict(zip("abc", errors, strict=True))
    above = [
        p_of_two(policy(PARTS, bands=bands((None, cut, None))), marks, given_)
        for cut in (70, 70 + up)
    ]
    assert (above[0] >= above[1] - 1e-3).all()


def p_of_two(rule, marks, errors):
    return np.array(band_probability(scored(rule, marks), errors)["p_b1"])


def test_without_errors_the_official_band_is_sure():
    scores = scored(RULE, MARKS)
    found = band_probability(scores, dict.fromkeys("abc", 0))
    assert found["probability"] == [1.0] * 20
    assert found["likeliest"] == found["band"] == scores.columns()["band"]
    assert set(found["method"]) == {"exact"}
    assert not any(found["borderline"])


def test_small_errors_leave_the_official_band():
    """Law: se to 0 gives it with probability 1, where the score is no tie of a cut."""
    scores = scored(RULE, MARKS)
    gaps = np.abs(np.array(scores.columns()["score"])[:, None] - [69.995, 79.995, 89.995])
    clear = gaps.min(axis=1) > 0.02
    for error in (1e-3, 1e-6, 1e-12):
        found = band_probability(scores, dict.fromkeys("abc", error))
        np.testing.assert_allclose(np.array(found["probability"])[clear], 1)
        assert clear.sum() >= 15


def test_the_order_of_subjects_does_not_matter():
    """Neither of the subjects nor, with a seed, of the draws."""
    turned = {f"t{20 - at:02d}": each for at, each in enumerate(MARKS.values())}
    for more in ({}, {"seed": 4, "near": 0.9, "draws": 2_000}):
        one = p_of(band_probability(scored(RULE, MARKS), ERRORS, **more))
        two = p_of(band_probability(scored(RULE, turned), ERRORS, **more))
        np.testing.assert_allclose(one, two[::-1], rtol=0, atol=1e-12)


def test_one_kind_of_table_gives_what_another_gives():
    import polars as pl

    marks = [
        {name: [{"nip": nip, "top": each[name], "of": 1000} for nip, each in MARKS.items()]}
        for name in "abc"
    ]
    whole = {f"marks_{name}": pl.DataFrame(rows) for one in marks for name, rows in one.items()}
    import capaian

    scores = capaian.score(RULE, whole, period="2026-Q1", as_of="2026-04-01")
    found = band_probability(scores, ERRORS)
    assert isinstance(found.to_native(), pl.DataFrame)
    plain = band_probability(scored(RULE, MARKS), ERRORS)
    np.testing.assert_allclose(p_of(found), p_of(plain), rtol=0, atol=1e-12)


def test_who_misses_an_indicator_is_computed_with_own_weights():
    """Without c the weights are 5/8 and 3/8; without any there is no score."""
    marks = {"p": {"a": 82_000, "b": 77_000, "c": None}, "q": {"a": 82_000, "b": 77_000}}
    marks["r"] = {"a": 90_000, "b": 90_000, "c": 90_000}
    found = band_probability(scored(RULE, marks), ERRORS)
    assert found["status"] == ["partial", "partial", "ok"]
    two = policy([indicator("a", "0.625"), indicator("b", "0.375")])
    other = band_probability(scored(two, {"p": {"a": 82_000, "b": 77_000}}), {"a": 4, "b": 6})
    np.testing.assert_allclose(p_of(found)[0], p_of(other)[0], rtol=0, atol=1e-12)
    assert "own weights" in found.notes[1]


def test_an_error_that_is_not_known_gives_no_probability():
    found = band_probability(
        scored(RULE, {"p": MARKS["s00"], "q": MARKS["s01"]}), {"a": [4, np.nan], "b": 6, "c": 8}
    )
    assert found["status"] == ["ok", "no_error"]
    assert found["probability"][1] is None
    assert found["likeliest"] == [found["band"][0], None]
    assert found["borderline"][1] is False
    assert found.notes[-1] == "1 subjects have an indicator whose error is not known."


def test_who_has_no_score_has_no_probability():
    rule = policy(PARTS, missing="withhold")
    marks = {"p": MARKS["s00"], "q": {"a": 90_000, "b": None, "c": 70_000}}
    found = band_probability(scored(rule, marks), ERRORS)
    assert (found["status"], found["method"]) == (["ok", "no_score"], ["conditioned", ""])
    assert found["probability"][1] is None


def test_borderline_is_below_the_probability_asked_for():
    found = band_probability(scored(RULE, MARKS), ERRORS, sure=0.8)
    most = p_of(found).max(axis=1)
    assert found["borderline"] == (most < 0.8).tolist()
    assert 0 < sum(found["borderline"]) < 20


def test_near_the_decision_draws_decide():
    """Within `near` of it, and nobody else."""
    scores = scored(RULE, MARKS)
    most = p_of(band_probability(scores, ERRORS)).max(axis=1)
    found = band_probability(scores, ERRORS, seed=9, draws=50_000)
    near = np.abs(most - 0.9) < 0.05
    assert [each == "monte_carlo" for each in found["method"]] == near.tolist()
    assert near.any()
    assert found.notes[-1] == f"{near.sum()} subjects by 50000 draws (PCG64, seed 9)."


def test_a_limit_of_a_node_that_may_bind_is_drawn():
    """Far from the limit it is not."""
    rule = policy(
        [indicator("a", "0.5", "n"), indicator("b", "0.5", "n"), indicator("c", "0.5")],
        nodes=[{"id": "n", "weight": "0.5", "cap": 90}],
    )
    marks = {"p": dict.fromkeys("abc", 88_000), "q": dict.fromkeys("abc", 70_000)}
    scores = scored(rule, marks)
    with pytest.raises(AnalysisError) as refused:
        band_probability(scores, dict.fromkeys("abc", 3))
    assert refused.value.text() == (
        "Some subjects need draws; nothing was computed.\n"
        "  CPN-M19  seed: the scores of 1 subjects are no sum of separate parts, and are found by "
        "draws.\n"
        "           to fix: give a whole number as `seed`; the same number gives the same figures."
    )
    found = band_probability(scores, dict.fromkeys("abc", 3), seed=1, draws=1_000)
    assert found["method"] == ["monte_carlo", "conditioned"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"score": {"method": "geometric"}}, "a geometric mean"),
        ({"score": {"method": "minimum"}}, "a least part"),
        ({"rounding": [{"where": "node", "digits": 0}, {"where": "score", "digits": 2}],
          "nodes": [{"id": "n"}]}, "a rounding"),
    ],
)  # fmt: skip
def test_a_score_that_is_no_sum_is_drawn_and_said(more, said):
    parts = [indicator("a", "0.5", "n"), indicator("b", "0.5", "n")] if "nodes" in more else [
        indicator("a", "0.5"), indicator("b", "0.5")
    ]  # fmt: skip
    found = band_probability(
        scored(policy(parts, **more), {"p": {"a": 81_000, "b": 79_000}}), {"a": 3, "b": 3}, seed=1
    )
    assert found["method"] == ["monte_carlo"]
    assert found.notes[1] == f"The score is no sum of separate parts: {said}."
    np.testing.assert_allclose(p_of(found).sum(axis=1), 1)


def test_an_achievement_of_sub_periods_has_no_error_of_its_own():
    from capaian.analysis.certainty.standing import _prove_measured

    class Planned:
        of_achievements = True

    class Plan:
        indicators = {"a": Planned()}  # noqa: RUF012 - a stand-in

    class Scores:
        plan = Plan()

    _prove_measured(Scores(), np.zeros((2, 1)))
    with pytest.raises(AnalysisError) as refused:
        _prove_measured(Scores(), np.ones((2, 1)))
    assert refused.value.text() == (
        "The errors cannot be used; nothing was computed.\n"
        "  CPN-M21  errors['a']: the achievement of 'a' is made of sub-periods, not of its measured "
        "value, so that the error of the value says nothing of it.\n"
        "           to fix: give 0 as its error, and say so beside the figures."
    )
