"""Where packages of composite indicators answer differently, what capaian answers.

`where_peers_differ` of `composite_cases.json` has the rows; `docs/reference/composite.md` says each
choice. Every one is held here, of a policy and of the functions over arrays.
"""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import capaian
from capaian import analysis
from capaian.analysis import borda_points, copeland_scores, normalised, places, topsis
from capaian.methods import aggregations, relative
from capaian.policy import read_policy

ROOT = Path(__file__).parents[2]
CASES = json.loads((ROOT / "tests/golden/composite_cases.json").read_text(encoding="utf-8"))
MIN_MAX = {"method": "min-max", "better": "higher"}
TIES = {"min": [1, 2, 2, 5, 2, 6], "average": [1, 3, 3, 5, 3, 6], "max": [1, 4, 4, 5, 4, 6]}
"""Places of 9, 7, 7, 5, 7, 1."""


def policy(step, each=(1,), **more):
    """Indicators of one method and no limits, on a scale from 0 to 1."""
    return read_policy(
        {
            "id": "index", "edition": "1", "in_force": {"from": "2026-01-01"},
            "scale": {"worst": 0, "best": 1, "floor": "none", "cap": "none"},
            "missing": "withhold", "subject": "unit",
            "rounding": [{"where": "score", "mode": "none"}],
            "indicators": [
                {"id": f"x{at}", "type": "count-based", "table": "work",
                 "columns": {"numerator": f"x{at}", "denominator": "one"},
                 "measure": {"statistic": "ratio"}, "normalise": step, "weight": weight}
                for at, weight in enumerate(each)
            ],
            **more,
        }
    )  # fmt: skip


def work(*columns):
    """Units in rows; one without a value of an indicator divides by nothing."""
    return [
        {"unit": f"u{at}", "one": 0 if None in row else 1,
         **{f"x{place}": value or 0 for place, value in enumerate(row)}}
        for at, row in enumerate(zip(*columns, strict=True))
    ]  # fmt: skip


def scored(step, column):
    """The unrounded scores of a policy that is fitted to a column; `None` where there is none."""
    given = {"work": work(column)}
    fitted = capaian.fit(policy(step, relative=True), given, period="2026", plugins=[relative])
    scores = capaian.score(fitted, given, period="2026", plugins=[relative])
    return [scores.explain(f"u{at}").unrounded for at in range(len(column))]


def array(column):
    return np.array([[np.nan if each is None else each] for each in column], dtype=float)


def test_the_rows_are_those_that_are_held_here_and_told_on_the_page():
    page = (ROOT / "docs/reference/composite.md").read_text(encoding="utf-8")
    inputs = [row["input"] for row in CASES["where_peers_differ"]["rows"]]
    assert inputs == [
        "min-max of a constant column (5,5,5)",
        "one missing value in a column, min-max",
        "ranks of scores 9,7,7,5,7,1",
        "Copeland of the five units of agg-copeland-tai-five",
        "weights that add to 1.1",
    ]
    for told in ("5, 5, 5", "one value of a column is missing", "9, 7, 7, 5, 7, 1",
                 "Copeland scores of five countries", "weights that add up to 1.1"):  # fmt: skip
        assert told in page


def test_the_page_has_every_method():
    """Of composite indicators over arrays, and of a policy."""
    page = (ROOT / "docs/reference/composite.md").read_text(encoding="utf-8")
    functions = [
        name for name, room in analysis._ROOMS.items()
        if room.startswith("composite.") and name.islower()
    ]  # fmt: skip
    kinds = [each.kind for each in relative.capaian_methods()]
    kinds += [each.kind for each in aggregations.capaian_methods() if each.kind != "minimum"]
    assert [each for each in functions + kinds if f"`{each}`" not in page] == []


def test_a_constant_column_is_refused():
    """There is no better and no worse in it: not 0, not 1, not NaN."""
    with pytest.raises(capaian.EvidenceError) as caught:
        scored(MIN_MAX, [5, 5, 5])
    assert "CPN-R06" in str(caught.value)
    with pytest.raises(capaian.AnalysisError) as caught:
        normalised(array([5, 5, 5]), method="min-max")
    assert "CPN-N20" in str(caught.value)


def test_a_gap_stays_a_gap_and_changes_nobody_else():
    """The one without a value has no score, and the others those that they have without that one."""
    assert scored(MIN_MAX, [2, None, 3, 6]) == [0, None, Fraction(1, 4), 1]
    assert scored(MIN_MAX, [2, 3, 6]) == [0, Fraction(1, 4), 1]
    found = normalised(array([2, None, 3, 6]), method="min-max")[:, 0].tolist()
    assert found[0:1] + found[2:] == [0, 0.25, 1]
    assert np.isnan(found[1])


@pytest.mark.parametrize("ties", TIES)
def test_a_policy_says_what_ties_get(ties):
    """Never the order of the rows."""
    step = {"method": "rank", "better": "higher", "gives": "place", "ties": ties}
    assert scored(step, [9, 7, 7, 5, 7, 1]) == TIES[ties]
    assert places([9, 7, 7, 5, 7, 1], ties=ties).tolist() == TIES[ties]


def test_ties_share_the_first_of_their_places_where_nothing_is_said():
    """In a table of places; a policy must say it, and has no default."""
    assert places([9, 7, 7, 5, 7, 1]).tolist() == TIES["min"]
    assert places([9, 7, 7, 5, 7, 1], ties="dense").tolist() == [1, 2, 2, 3, 2, 4]
    with pytest.raises(capaian.PolicyError) as caught:
        scored({"method": "rank", "better": "higher", "gives": "place"}, [9, 7])
    assert "CPN-P02  indicators['x0'].normalise: 'ties' is missing." in str(caught.value)


def test_copeland_counts_majorities_and_not_indicators():
    (case,) = (each for each in CASES["cases"] if each["id"] == "agg-outranking-tai-five")
    given = case["input"]
    assert copeland_scores(given["matrix"], weights=given["weights"]).tolist() == [1, 2, 3, -2, -4]


def test_weights_that_do_not_add_up_are_refused_unless_they_are_said_to_be_relative():
    """The gap is told; with `relative` they are divided by their sum, exactly."""
    step = {"method": "identity"}
    with pytest.raises(capaian.PolicyError) as caught:
        policy(step, ["0.5", "0.6"])
    assert str(caught.value).splitlines() == [
        "1 problem in the policy 'index'; nothing was read.",
        "  CPN-P03  score: the weights of 'score' add up to 1.1, not 1 (0.1 over).",
        '           to fix: correct one of them, or set weights = "relative" to rescale them.',
    ]
    rule = policy(step, ["0.5", "0.6"], weights="relative")
    scores = capaian.score(rule, {"work": work([1], [0])}, period="2026")
    assert scores.explain("u0").unrounded == Fraction(5, 11)


def test_weights_over_arrays_are_shares_whatever_they_add_up_to():
    """But for Borda's, which are votes: more of them are more points, in the same order."""
    values = [[1, 4], [3, 2], [2, 3]]
    for method in (topsis, copeland_scores):
        np.testing.assert_allclose(
            method(values, weights=[0.5, 0.6]), method(values, weights=[5 / 11, 6 / 11])
        )
    votes = borda_points(values, weights=[0.5, 0.6])
    assert votes.tolist() == pytest.approx([1.2, 1, 1.1])
