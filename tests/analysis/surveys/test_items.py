"""`survey_quality`: two reliabilities side by side, against formulas written out and SciPy."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

import capaian
from analysis.estimation_office import policy
from capaian.analysis import survey_quality
from capaian.analysis.estimation.reliability import (
    alpha,
    between_groups,
    item_rest,
    omega,
    one_factor,
)
from capaian.errors import AnalysisError
from capaian.policy import read_policy

ITEMS = ["u1", "u2", "u3"]


def forms(seed=3, size=120, subjects=("a", "b", "c"), gap=0.5, together=0.8):
    """Return forms of subjects that differ, with items that hang together, as rows and arrays."""
    rng = np.random.Generator(np.random.PCG64(seed))
    who = rng.integers(0, len(subjects), size)
    level = 3.2 + gap * (who - 1) + together * rng.normal(size=size)
    answers = level[:, None] + 0.6 * rng.normal(size=(size, 3))
    answers = np.clip(np.round(answers), 1, 4).astype(int)
    rows = [
        {"nip": subjects[at], "date": datetime(2026, 1, 5), **dict(zip(ITEMS, row, strict=True))}
        for at, row in zip(who.tolist(), answers.tolist(), strict=True)
    ]
    return rows, who, answers


def quality(rows, **more):
    rule = read_policy(policy("ikm"))
    scores = capaian.score(rule, {"survey": rows}, period="2026-Q1", as_of="2026-04-01")
    return survey_quality(scores, **more)


def test_a_table_of_the_whole_form_and_its_items():
    rows, who, answers = forms()
    table = quality(rows, level=0.9)
    made = table.rows()
    assert [row["item"] for row in made] == [None, *ITEMS]
    assert {row["indicator"] for row in made} == {"ikm"}
    assert {row["forms"] for row in made} == {120}
    covered = np.cov(answers.T)
    by_hand = 3 / 2 * (1 - np.trace(covered) / covered.sum())
    whole = made[0]
    assert whole["alpha"] == pytest.approx(by_hand)
    low, high = (1 - (1 - by_hand) * stats.f.ppf(at, 119, 238) for at in (0.95, 0.05))
    assert (whole["alpha_low"], whole["alpha_high"]) == (pytest.approx(low), pytest.approx(high))
    assert whole["omega"] == pytest.approx(omega(answers))
    assert whole["ceiling"] == pytest.approx((answers == 4).mean())
    wanted = stats.f_oneway(*(answers.mean(axis=1)[who == at] for at in range(3))).statistic
    assert whole["f"] == pytest.approx(wanted)
    assert whole["reliability"] == pytest.approx(1 - 1 / wanted)
    assert (whole["item_rest"], whole["alpha_without"]) == (None, None)
    for at, row in enumerate(made[1:]):
        others = np.delete(answers, at, axis=1)
        rest = np.corrcoef(answers[:, at], others.sum(axis=1))[0, 1]
        assert row["item_rest"] == pytest.approx(rest)
        assert row["alpha_without"] == pytest.approx(alpha(others).value)
        assert row["ceiling"] == pytest.approx((answers[:, at] == 4).mean())
        assert row["mean"] == pytest.approx(answers[:, at].mean())
        groups = (answers[who == each, at] for each in range(3))
        assert row["f"] == pytest.approx(stats.f_oneway(*groups).statistic)
        assert (row["alpha"], row["omega"]) == (None, None)
    assert table.title == "Quality of surveys"


def test_items_may_hang_together_and_tell_nobody_apart():
    """The two reliabilities are not one: alpha near 0.8, subjects no different."""
    rows, *_ = forms(gap=0.0, size=400)
    whole = quality(rows).rows()[0]
    assert whole["alpha"] > 0.75
    assert whole["reliability"] < 0.7
    assert "one can be high where the other is low" in quality(rows).notes[0]


def test_forms_with_a_gap_are_counted_and_left_out():
    rows, _, answers = forms(size=30)
    rows[0]["u2"] = None
    made = quality(rows)
    assert made["forms"][0] == 29
    assert made.notes[-1] == "ikm: 1 forms without an answer to every item are left out"
    assert made.rows()[0]["alpha"] == pytest.approx(alpha(answers[1:]).value)


def test_equal_answers_have_no_reliability():
    """All best: the ceiling is reached, and nothing can be said; no warning, no zero."""
    rows = [{"nip": n, "date": datetime(2026, 1, 5), "u1": 4, "u2": 4, "u3": 4} for n in "aabb"]
    made = quality(rows).rows()
    assert {row["ceiling"] for row in made} == {1.0}
    for name in ("alpha", "omega", "item_rest", "alpha_without", "f", "least_n"):
        assert {row[name] for row in made} == {None}


def test_one_form_alone():
    rows = [{"nip": "a", "date": datetime(2026, 1, 5), "u1": 4, "u2": 3, "u3": 4}]
    made = quality(rows).rows()
    assert made[0]["forms"] == 1
    assert {row["alpha"] for row in made} == {row["reliability"] for row in made} == {None}
    rows[0]["u3"] = None
    made = quality(rows).rows()
    assert (made[0]["forms"], made[0]["mean"]) == (0, None)


def test_a_survey_of_two_items_is_refused():
    rule = policy("tops")
    with pytest.raises(AnalysisError, match="CPN-M50"):
        survey_quality(read_policy(rule), {"survey": forms()[0]}, period="2026-Q1")


tables = arrays.arrays(np.int64, st.tuples(st.integers(3, 30), st.integers(3, 6)),
                       elements=st.integers(1, 4))  # fmt: skip


@given(tables)
def test_item_rest_is_the_correlation_with_the_others(x):
    """Law: NumPy's, where both have a spread; else not a number, never a warning."""
    found = item_rest(x)
    for at in range(x.shape[1]):
        rest = np.delete(x, at, axis=1).sum(axis=1)
        if x[:, at].std() == 0 or rest.std() == 0:
            assert np.isnan(found[at])
        else:
            assert found[at] == pytest.approx(np.corrcoef(x[:, at], rest)[0, 1], abs=1e-9)


@given(st.lists(st.floats(0.3, 0.95), min_size=3, max_size=4), st.lists(st.booleans(), min_size=4))
def test_the_loadings_of_one_factor_are_found(sizes, signs):
    """Law: of correlations that one factor makes, exactly its loadings, up to the sign of all."""
    loadings = np.array(sizes) * np.where(signs[: len(sizes)], 1, -1)
    r = np.outer(loadings, loadings)
    np.fill_diagonal(r, 1.0)
    found = one_factor(r)
    np.testing.assert_allclose(found * np.sign(found[0] * loadings[0]), loadings, atol=2e-3)


def test_omega_is_that_of_the_library():
    """statsmodels' `Factor`, where it converges."""
    from statsmodels.multivariate.factor import Factor

    for seed in range(3):
        answers = forms(seed)[2]
        loadings = Factor(answers, n_factor=1, method="ml").fit().loadings[:, 0]
        common = loadings.sum() ** 2
        wanted = common / (common + (1 - loadings**2).sum())
        assert omega(answers) == pytest.approx(wanted, abs=1e-5)


def test_items_that_are_alike_have_one_factor():
    x = np.repeat(np.arange(8.0)[:, None], 4, axis=1)
    assert omega(x) == pytest.approx(1, abs=0.002)
    assert alpha(x).value == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), min_size=1, max_size=30))
def test_groups_are_those_of_an_analysis_of_variance(rows):
    who, x = map(np.array, zip(*rows, strict=True))
    groups = [x[who == at] for at in range(4) if (who == at).sum() > 1]
    found = between_groups(who, x)
    within = sum(((each - each.mean()) ** 2).sum() for each in groups)
    if len(groups) < 2 or within < 1e-9:
        assert np.isnan(found.f) or np.isinf(found.f)
    else:
        assert found.f == pytest.approx(stats.f_oneway(*groups).statistic, abs=1e-9)
