"""Ranks as intervals: against counting pair by pair, and draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from analysis.cases import MEASUREMENT, assert_close
from analysis.certainty.marks import indicator, policy, scored
from capaian.analysis import rank_interval
from capaian.analysis.certainty import ranks
from capaian.analysis.certainty.ranks import confidence_ranks, expected_ranks, joint_multiplier
from capaian.errors import AnalysisError

ROWS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4)), min_size=1, max_size=30)


@given(rows=ROWS)
def test_intervals_are_those_of_counting(rows):
    """Ties and no errors too: two sorts give what all pairs give."""
    y, s = (np.array(each, dtype=float) for each in zip(*rows, strict=True))
    best, worst = confidence_ranks(y, s, 0.9)
    z = norm.ppf((1 + 0.9 ** (1 / len(y))) / 2)
    assert joint_multiplier(len(y), 0.9) == pytest.approx(z)
    low, high = y - z * s, y + z * s
    assert best.tolist() == [1 + (low > each).sum() for each in high]
    assert worst.tolist() == [len(y) - (high < each).sum() for each in low]
    assert (best <= worst).all()


@given(rows=ROWS)
def test_expected_ranks_add_up(rows):
    """Law: whatever the errors, the ranks of n are 1 + 2 + ... + n together."""
    y, s = (np.array(each, dtype=float) for each in zip(*rows, strict=True))
    assert expected_ranks(y, s).sum() == pytest.approx(len(y) * (len(y) + 1) / 2)


@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_the_grid_gives_what_all_pairs_give(spread, monkeypatch):
    """3,000 subjects, with errors that differ and with one error for all."""
    chance = np.random.default_rng(3)
    y, s = chance.normal(80, 8, 3_000), 3 + spread * chance.gamma(2, 1, 3_000)
    grid = expected_ranks(y, s)
    monkeypatch.setattr(ranks, "PAIRS", 10_000)
    np.testing.assert_allclose(grid, expected_ranks(y, s), rtol=0, atol=0.3)


MARKS = {f"s{at:02d}": {"a": 65_000 + 1_500 * at} for at in range(20)}


def test_number_one_is_somewhere_in_the_first_few():
    """The naive answer, rank 1, is not given anywhere."""
    found = rank_interval(scored(policy([indicator("a")]), MARKS), {"a": 2})
    assert (found["rank_low"][-1], found["rank_high"][-1]) == (1, 9)
    assert "rank" not in found.columns
    assert found["of"][0] == 20
    assert all(
        low <= mean <= high
        for low, mean, high in zip(
            found["rank_low"], found["expected_rank"], found["rank_high"], strict=True
        )
    )


def test_ranks_may_be_within_units():
    staff = [{"nip": nip, "unit": "n" if at % 2 else "s"} for at, nip in enumerate(MARKS)]
    rule = policy([indicator("a")], subjects={"table": "staff", "unit": "unit"})
    scores = scored(rule, MARKS, staff=staff)
    found = rank_interval(scores, {"a": 0}, by="unit")
    expected = [10 - at // 2 for at in range(20)]
    assert found["rank_low"] == found["rank_high"] == expected
    labelled = rank_interval(scores, {"a": 0}, by=[row["unit"] for row in staff])
    assert labelled["rank_low"] == expected


def test_nobody_has_no_rank():
    assert confidence_ranks(np.zeros(0), np.zeros(0), 0.95)[0].tolist() == []


def test_a_bare_rank_is_refused():
    """Without errors there is nothing: they have no default, and `None` is refused."""
    scores = scored(policy([indicator("a")]), MARKS)
    with pytest.raises(TypeError, match="errors"):
        rank_interval(scores)
    with pytest.raises(AnalysisError, match="CPN-N30"):
        rank_interval(scores, None)


def test_the_published_expected_ranks_stand_beside_the_intervals():
    """R12 from the front: three subjects without floor and cap."""
    case = MEASUREMENT["R12"]
    scale = {"worst": 0, "best": 100, "floor": -1000, "cap": 1000}
    open_ = policy([indicator("a")], scale=scale, rounding=[{"where": "score", "mode": "none"}])
    given_ = case["input"]["score"]
    marks = {f"s{at}": {"a": int(1000 * each)} for at, each in enumerate(given_)}
    found = rank_interval(scored(open_, marks), {"a": case["input"]["se"]})
    assert_close(found["expected_rank"], case["expected"]["expected_rank"], case["tolerance"])
    assert list(zip(found["rank_low"], found["rank_high"], strict=True)) == [(1, 3)] * 3
