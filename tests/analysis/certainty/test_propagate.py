"""The standard error of a score: closed forms, draws, limits of the root."""

import numpy as np
import pytest

from analysis.certainty.marks import indicator, policy, scored
from capaian.analysis import propagate
from capaian.errors import AnalysisError

PARTS = [indicator("a", "0.5"), indicator("b", "0.3"), indicator("c", "0.2")]
MARKS = {
    f"s{at:02d}": {"a": 58_000 + 2_300 * at, "b": 99_000 - 1_700 * at, "c": 61_000 + 1_100 * at}
    for at in range(20)
}
ERRORS = {"a": 4, "b": 6, "c": 8}
NUMBERS = ("mean", "error", "low", "high")


def numbers(table):
    return np.array([table[name] for name in NUMBERS])


def test_far_from_every_limit_it_is_the_weighted_sum_of_errors():
    """Var = sum of w^2 s^2 (GUM), and the interval is Gaussian."""
    found = propagate(scored(policy(PARTS), {"p": dict.fromkeys("abc", 80_000)}),
                      {"a": 0.4, "b": 0.6, "c": 0.8})  # fmt: skip
    error = np.sqrt((0.5 * 0.4) ** 2 + (0.3 * 0.6) ** 2 + (0.2 * 0.8) ** 2)
    assert found["mean"][0] == pytest.approx(80)
    assert found["error"][0] == pytest.approx(error)
    assert found["low"][0] == pytest.approx(80 - 1.959964 * error, abs=2e-3)
    assert found["high"][0] == pytest.approx(80 + 1.959964 * error, abs=2e-3)


@pytest.mark.parametrize(
    "root", [{}, {"cap": 85}, {"convert": {"method": "piecewise", "points": [[60, 60], [90, 95],
                                                                          [100, 98]]}}]
)  # fmt: skip
def test_both_methods_agree(root):
    """Mean, error and interval, by exact moments and by 50,000 draws."""
    scores = scored(policy(PARTS, score=root), MARKS)
    exact = propagate(scores, ERRORS)
    drawn = propagate(scores, ERRORS, method="monte_carlo", seed=2, draws=50_000)
    assert (set(exact["method"]), set(drawn["method"])) == ({"conditioned"}, {"monte_carlo"})
    np.testing.assert_allclose(numbers(exact)[:2], numbers(drawn)[:2], rtol=0, atol=0.06)
    np.testing.assert_allclose(numbers(exact)[2:], numbers(drawn)[2:], rtol=0, atol=0.25)


def test_the_interval_stays_inside_the_scale():
    """At the cap half of it is the cap itself."""
    found = propagate(scored(policy([indicator("a")]), {"p": {"a": 100_000}}), {"a": 5})
    assert found["high"][0] == pytest.approx(100, abs=1e-3)
    assert found["low"][0] == pytest.approx(100 - 1.959964 * 5, abs=0.01)
    assert found["error"][0] == pytest.approx(5 * np.sqrt(0.5 - 1 / (2 * np.pi)))


def test_a_root_that_falls_is_drawn():
    convert = {"method": "piecewise", "points": [[60, 100], [100, 60]]}
    scores = scored(policy(PARTS, score={"convert": convert}), {"p": MARKS["s05"]})
    assert propagate(scores, ERRORS, seed=1, draws=100)["method"] == ["monte_carlo"]


def test_no_errors_are_no_error():
    scores = scored(policy(PARTS), {"p": MARKS["s05"]})
    found = propagate(scores, dict.fromkeys("abc", 0))
    score = scores.columns()["score"][0]
    assert [found[name][0] for name in NUMBERS] == [score, 0, score, score]


def test_a_method_or_a_level_that_is_none_is_refused():
    scores = scored(policy(PARTS), {"p": MARKS["s05"]})
    with pytest.raises(AnalysisError, match="CPN-M22  method: 'exact' is not known here"):
        propagate(scores, ERRORS, method="exact")
    with pytest.raises(AnalysisError, match="CPN-M20  level: 'level' is 95, and has to"):
        propagate(scores, ERRORS, level=95)
