"""Who stands above whom: against SciPy, against expected ranks, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from analysis.certainty.marks import indicator, policy, scored
from capaian.analysis import probability_above, rank_interval
from capaian.errors import AnalysisError, EvidenceError

RULE = policy([indicator("a", "0.6"), indicator("b", "0.4")])
MARKS = {f"s{at}": {"a": 72_000 + 1_500 * at, "b": 84_000 - 700 * at} for at in range(6)}


def test_one_against_all_is_the_normal_difference():
    """Far from floor and cap the error of a score is the root of the summed squares."""
    scores = scored(RULE, MARKS)
    found = probability_above(scores, {"a": 2, "b": 1}, "s2")
    assert found["subject"] == ["s2"] * 5
    assert found["other"] == ["s0", "s1", "s3", "s4", "s5"]
    error = np.hypot(np.hypot(0.6 * 2, 0.4 * 1), np.hypot(0.6 * 2, 0.4 * 1))
    np.testing.assert_allclose(found["error"], error, rtol=1e-3)
    np.testing.assert_allclose(
        found["probability"], norm.cdf(np.array(found["difference"]) / error), atol=1e-3
    )
    assert found["score"] == [scores.columns()["score"][2]] * 5
    assert found.notes[-1] == "Errors are taken as independent between subjects."


@settings(deadline=None, max_examples=10)
@given(
    marks=st.lists(st.tuples(*[st.integers(50_000, 105_000)] * 2), min_size=2, max_size=6),
    errors=st.tuples(*[st.floats(0, 12)] * 2),
)
def test_the_expected_rank_is_one_and_all_that_may_stand_above(marks, errors):
    """Law, which ties it to `rank_interval`: also for ties, and where nothing has an error."""
    rows = {f"s{at}": dict(zip("ab", each, strict=True)) for at, each in enumerate(marks)}
    scores, given_ = scored(RULE, rows), dict(zip("ab", errors, strict=True))
    ranks = rank_interval(scores, given_)["expected_rank"]
    for name, rank in zip(rows, ranks, strict=True):
        above = probability_above(scores, given_, name)
        assert 1 + sum(1 - each for each in above["probability"]) == pytest.approx(rank)


@settings(deadline=None, max_examples=10)
@given(errors=st.tuples(*[st.floats(0, 12)] * 2))
def test_a_pair_and_its_reverse_make_one(errors):
    """Law: P(A > B) + P(B > A) = 1; rows stand in the order that was asked for."""
    asked = [("s5", "s1"), ("s1", "s5"), ("s0", "s3")]
    found = probability_above(
        scored(RULE, MARKS), dict(zip("ab", errors, strict=True)), pairs=asked
    )
    assert list(zip(found["subject"], found["other"], strict=True)) == asked
    assert sum(found["probability"][:2]) == pytest.approx(1)


def test_without_errors_it_is_the_official_order():
    """1, 0, and 1/2 where both have the same score."""
    marks = MARKS | {"s9": MARKS["s0"]}
    pairs = [("s5", "s0"), ("s0", "s5"), ("s0", "s9")]
    found = probability_above(scored(RULE, marks), {"a": 0, "b": 0}, pairs=pairs)
    assert found["probability"] == [1.0, 0.0, 0.5]


def test_who_has_no_score_or_no_error_has_no_probability():
    """The worse status of the two stands in the row."""
    rule = policy([indicator("a", "0.6"), indicator("b", "0.4")], missing="withhold")
    marks = MARKS | {"s3": {"a": 90_000, "b": None}}
    errors = {"a": [2, np.nan, 2, 2, 2, 2], "b": 1}
    found = probability_above(scored(rule, marks), errors, "s0")
    assert found["status"] == ["no_error", "ok", "no_score", "ok", "ok"]
    assert [each is None for each in found["probability"]] == [True, False, True, False, False]


def test_who_lacks_an_indicator_is_partial():
    marks = MARKS | {"s3": {"a": 90_000, "b": None}}
    found = probability_above(scored(RULE, marks), {"a": 2, "b": 1}, pairs=[("s0", "s3")])
    assert found["status"] == ["partial"]
    assert found["probability"][0] < 0.01


def test_a_score_that_is_no_sum_is_drawn():
    rule = policy([indicator("a", "0.6"), indicator("b", "0.4")], score={"method": "geometric"})
    scores = scored(rule, MARKS)
    with pytest.raises(AnalysisError, match="CPN-M19"):
        probability_above(scores, {"a": 2, "b": 1}, "s0")
    found = probability_above(scores, {"a": 2, "b": 1}, "s0", seed=1, draws=500)
    assert (np.diff(found["probability"]) <= 0).all()


@pytest.mark.parametrize(
    ("asked", "found"), [({}, "neither is"), ({"subject": "s0", "pairs": []}, "both are")]
)
def test_either_a_subject_or_pairs(asked, found):
    with pytest.raises(AnalysisError) as refused:
        probability_above(scored(RULE, MARKS), {"a": 2, "b": 1}, **asked)
    assert refused.value.text() == (
        "It cannot be told who stands above.\n"
        "  CPN-N31  pairs: wanted is one subject, who is compared with all others, or pairs of "
        f"subjects: {found} given.\n"
        "           to fix: give the identifier of a subject, or pairs = [(one, another), ...], "
        "and not both."
    )


def test_a_stranger_is_refused_and_not_named():
    with pytest.raises(EvidenceError) as refused:
        probability_above(scored(RULE, MARKS), {"a": 2, "b": 1}, "198701")
    assert refused.value.text() == (
        "It cannot be told who stands above.\n"
        "  CPN-E54  subject: there is no such subject among the 6 that were scored.\n"
        "           to fix: look at scores.subjects for the identifiers; they are text."
    )


def test_pairs_are_refused_all_at_once():
    pairs = [("s0", "s0"), ("s0", "198701"), ("s1",)]
    with pytest.raises(AnalysisError) as refused:
        probability_above(scored(RULE, MARKS), {"a": 2, "b": 1}, pairs=pairs)
    assert refused.value.text() == (
        "It cannot be told who stands above.\n"
        "  CPN-N32  pairs[0]: this is no pair of two different subjects.\n"
        "           to fix: write each pair as (one, another), with the identifiers of two "
        "subjects.\n"
        "  CPN-N32  pairs[2]: this is no pair of two different subjects.\n"
        "           to fix: write each pair as (one, another), with the identifiers of two "
        "subjects.\n"
        "  CPN-E54  pairs[1][1]: there is no such subject among the 6 that were scored.\n"
        "           to fix: look at scores.subjects for the identifiers; they are text."
    )
    with pytest.raises(EvidenceError, match="CPN-E54"):
        probability_above(scored(RULE, MARKS), {"a": 2, "b": 1}, pairs=[("s0", "198701")])
