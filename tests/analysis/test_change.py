"""What a change is made of, who moves, exactly."""

import copy
import pickle
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable

import capaian
from analysis.made import BANDS, document, scored
from capaian.analysis import compare_scores, explain_change, geometric_terms
from capaian.analysis.bands import merged_bands
from capaian.analysis.change.blend import blended
from capaian.analysis.change.compared import agreement, order_shift
from capaian.analysis.change.split import apportioned, lmdi, shapley, shapley_shares
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

# ---- splits --------------------------------------------------------------------------------------


@given(st.lists(st.fractions(), min_size=8, max_size=8))
def test_the_parts_of_a_split_add_up_exactly(values):
    names = ("a", "b", "c")

    def value(new):
        return values[sum(1 << names.index(each) for each in new)]

    parts = shapley_shares(names, value)
    assert sum(parts.values()) == values[7] - values[0]


@given(st.lists(st.integers(-100, 100), min_size=4, max_size=4))
def test_a_factor_that_moves_nothing_has_no_part(values):
    """The dummy of Shapley's axioms; and what only adds has just what it adds."""
    names = ("a", "b", "still")

    def value(new):
        return values[sum(1 << names.index(each) for each in new & {"a", "b"})]

    assert shapley_shares(names, value)["still"] == 0
    added = shapley_shares(names, lambda new: 5 * ("a" in new) - 3 * ("b" in new))
    assert added == {"a": 5, "b": -3, "still": 0}


def test_a_split_of_arrays_stays_whole():
    values = {frozenset(): np.array([61]), frozenset("D"): np.array([70])}
    assert shapley("D", values.__getitem__)["D"].tolist() == [9]


@given(st.lists(st.tuples(*[st.integers(-500, 500)] * 3), min_size=1, max_size=20))
def test_apportioned_parts_are_near_and_add_up(rows):
    """Law: each is less than 1 from its exact part, and together they are the whole."""
    parts = np.array(rows, dtype=np.int64)
    parts[:, 2] += -parts.sum(axis=1) % 6
    found = apportioned(parts, 6)
    assert (found.sum(axis=1) * 6 == parts.sum(axis=1)).all()
    assert (np.abs(found - parts / 6) < 1).all()


@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100)), min_size=2, max_size=5),
)
def test_the_terms_of_a_geometric_mean_add_up(pairs):
    before, after = np.array(pairs).T
    weights = np.full(len(pairs), 1 / len(pairs))
    change = stats.gmean(after) - stats.gmean(before)
    assert lmdi(before, after, weights).sum() == pytest.approx(change, abs=1e-9)


# ---- the change of scores ------------------------------------------------------------------------


def changed():
    """Return a policy with another scale, other weights and other cuts."""
    made = copy.deepcopy(OFFICE) | {"edition": "2027"}
    made["nodes"][0]["weight"] = made["indicators"][2]["weight"] = "1/2"
    made["indicators"][1]["normalise"]["target"] = 8
    made["indicators"][0]["measure"]["limit"] = "2 days"
    made["bands"] = [
        {"id": "low", "below": 65},
        {"id": "middle", "from": 65, "below": 85},
        {"id": "high", "from": 85},
    ]
    return made


def both(form="records"):
    """Return results of both policies, each with evidence of its own."""
    found = []
    for policy, subjects, size in ((OFFICE, "abcd", 40), (changed(), "abce", 37)):
        evidence = made_up_evidence(tuple(subjects), size=size)
        if form == "polars":
            import polars as pl

            evidence = {name: pl.DataFrame(rows) for name, rows in evidence.items()}
        found.append(
            capaian.score(read_policy(policy), evidence, period="2026-Q1", as_of="2026-04-01")
        )
    return found


@pytest.mark.parametrize("form", ["records", "polars"])
def test_a_change_adds_up_to_the_last_digit(form):
    old, new = both(form)
    change = explain_change(old, new)
    table = change.table
    assert table["subject"] == ["a", "b", "c"]
    assert table.notes == ("2 subjects without a score in both are left out",)
    for row in table.rows():
        parts = [round(row[name] * 100) for name in ("data", "scale", "weights")]
        assert sum(parts) == round(row["change"] * 100)
        split = change.subject(row["subject"])
        assert sum(split.parts.values()) == split.new - split.old
        assert sum(split.terms.values()) == split.new - split.old
        assert split.parts["cuts"] == 0
        assert (float(split.old), float(split.new)) == (row["old"], row["new"])
        for name in ("data", "scale", "weights"):
            assert abs(row[name] - float(split.parts[name])) < 0.01
        steps = sum(split.band_parts.values())
        assert steps == row["band_change"]
        assert (split.band_old, split.band_new) == (row["band_old"], row["band_new"])


def test_engines_split_alike():
    plain, whole = (explain_change(*both(form)).table.columns for form in ("records", "polars"))
    for name, values in plain.items():
        np.testing.assert_array_equal(values, whole[name])


def test_each_mixture_is_what_the_engine_gives():
    """The oracle: all eight scores from documents written by hand."""
    old, new = both()
    values = {}
    for number in range(8):
        data, scale, weights = (bool(number >> at & 1) for at in range(3))
        policy = copy.deepcopy(changed() if scale else OFFICE)
        other = changed() if weights else OFFICE
        policy["nodes"] = other["nodes"]
        for each, theirs in zip(policy["indicators"], other["indicators"], strict=True):
            each["weight"] = theirs["weight"]
        subjects, size = ("abce", 37) if data else ("abcd", 40)
        evidence = made_up_evidence(tuple(subjects), size=size)
        scores = capaian.score(read_policy(policy), evidence, period="2026-Q1", as_of="2026-04-01")
        key = {
            name
            for name, on in zip(("data", "scale", "weights"), (data, scale, weights), strict=True)
            if on
        }
        values[frozenset(key)] = scores.exact(scores.row("a"))["score:score"][1]
    expected = shapley_shares(("data", "scale", "weights"), values.__getitem__)
    found = explain_change(old, new).subject("a").parts
    assert {name: found[name] for name in expected} == expected


def test_where_only_the_cuts_are_new_only_bands_change():
    old = scored(document({"a": 1}), {"x": {"a": 70}, "y": {"a": 85}})
    cuts = [
        {"id": "low", "below": 75},
        {"id": "middle", "from": 75, "below": 90},
        {"id": "high", "from": 90},
    ]
    new = scored(document({"a": 1}, bands=cuts), {"x": {"a": 70}, "y": {"a": 85}})
    change = explain_change(old, new)
    assert change.table["change"] == [0, 0]
    assert change.table["band_cuts"] == change.table["band_change"] == [-1, -1]
    assert str(change.subject("x")) == "70.00 -> 70.00 (+0.00): 0"
    assert repr(change).splitlines()[0] == "<Change of 2 subjects>"
    assert "weights" in change._repr_html_()


def test_nothing_changes_between_a_result_and_itself():
    scores = scored(document({"a": 1}), {"x": {"a": 70}})
    assert explain_change(scores, scores).table["change"] == [0]


def test_indicators_come_and_go():
    """A new indicator is measured in the new evidence and, where it is there, in the old."""
    people = {"x": {"a": 70, "b": 90}, "y": {"a": 50, "b": 60}}
    old = scored(document({"a": 1}), people)
    new = scored(document({"a": 1, "b": 1}), people)
    split = explain_change(old, new).subject("x")
    assert split.parts == {"data": 0, "scale": 0, "weights": 10, "cuts": 0}
    assert split.terms == {"a": -35, "b": 45}


def test_scores_that_are_not_rounded_are_split_as_they_are():
    free = {"rounding": [{"where": "score", "mode": "none"}]}
    old = scored(document({"a": 1, "b": 2}, **free), {"x": {"a": 70, "b": 61}})
    new = scored(document({"a": 2, "b": 1}, **free), {"x": {"a": 77, "b": 63}})
    change = explain_change(old, new)
    split = change.subject("x")
    assert split.new - split.old == F(77 * 2 + 63, 3) - F(70 + 61 * 2, 3)
    assert sum(split.parts.values()) == split.new - split.old
    assert change.table["weights"] == [pytest.approx(float(split.parts["weights"]))]


def test_pickled_results_are_split_where_they_measure_alike():
    old = scored(document({"a": 1, "b": 2}), {"x": {"a": 70, "b": 61}})
    new = scored(document({"a": 2, "b": 1}), {"x": {"a": 77, "b": 63}})
    whole = explain_change(old, new).table.to_dict()
    again = pickle.loads(pickle.dumps(old))  # noqa: S301 - it was pickled here
    assert explain_change(again, new).table.to_dict() == whole


def test_strangers_have_no_change():
    old, new = (scored(document({"a": 1}), {name: {"a": 70}}) for name in "xy")
    with pytest.raises(capaian.AnalysisError) as caught:
        explain_change(old, new)
    assert str(caught.value) == (
        "The change cannot be explained.\n"
        "  CPN-M36  subjects: there are no subjects, or too few, with a score in both results.\n"
        "           to fix: compare results of the same subjects; identifiers must be written alike in both."
    )


def test_who_has_no_score_has_no_split():
    policy = document({"a": 1, "b": 1}, missing="withhold")
    old = scored(policy, {"x": {"a": 70, "b": 70}, "y": {"a": 70, "b": None}})
    new = scored(policy, {"x": {"a": 71, "b": 70}, "y": {"a": 70, "b": 80}})
    change = explain_change(old, new)
    assert change.table["subject"] == ["x"]
    with pytest.raises(capaian.AnalysisError) as caught:
        change.subject("y")
    assert str(caught.value) == (
        "The change cannot be explained.\n"
        "  CPN-M29  subject: this subject has no score in a result that is needed.\n"
        "           to fix: see the column status: it says why there is no score."
    )


def test_a_blend_takes_from_each_what_it_is_asked_for():
    old, new = read_policy(OFFICE), read_policy(changed())
    made = blended(scale=new, weights=old, cuts=new)
    assert made.bands == new.bands
    assert made.nodes == old.nodes
    assert [each.weight for each in made.indicators] == [each.weight for each in old.indicators]
    assert [each.normalise for each in made.indicators] == [
        each.normalise for each in new.indicators
    ]
    assert made.last is None
    assert blended(old, old, old) is old


def test_two_ladders_become_one():
    assert merged_bands(("a", "b", "c"), ("a", "c")) == ("a", "b", "c")
    assert merged_bands(("x", "a"), ("a", "c")) == ("x", "a", "c")
    assert merged_bands(("a", "x"), ("a", "c")) == ("a", "x", "c")


# ---- geometric means -----------------------------------------------------------------------------


def test_the_terms_of_a_geometric_score():
    """P10, by scores: 70, 50 to 80, 55 with weights 0.6 and 0.4."""
    policy = document({"a": 60, "b": 40}, score={"method": "geometric"})
    old = scored(policy, {"x": {"a": 70, "b": 50}, "z": {"a": 0, "b": 5}})
    new = scored(policy, {"x": {"a": 80, "b": 55}, "z": {"a": 1, "b": 5}})
    found = geometric_terms(old, new)
    assert found["subject"] == ["x"]
    assert found["a"] == [pytest.approx(5.20367959203)]
    assert found["b"] == [pytest.approx(2.47614001878)]
    assert found["change"] == [pytest.approx(68.87 - 61.19)]
    assert found["a"][0] + found["b"][0] + found["limits and rounding"][0] == found["change"][0]
    with pytest.raises(capaian.AnalysisError, match="CPN-M26"):
        geometric_terms(*(scored(document({"a": 1}), {"x": {"a": each}}) for each in (1, 2)))
    strangers = [scored(policy, {name: {"a": 70, "b": 50}}) for name in "xy"]
    with pytest.raises(capaian.AnalysisError, match="CPN-M36"):
        geometric_terms(*strangers)


# ---- comparison ----------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(1, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_the_margins_are_tested_as_statsmodels_tests_them(rows):
    table = np.array(rows)
    found = agreement(table)
    oracle = SquareTable(table.astype(float), shift_zeros=False).homogeneity()
    assert found.chi2 == pytest.approx(oracle.statistic, abs=1e-9)
    assert found.p == pytest.approx(oracle.pvalue, abs=1e-9)


def test_bands_between_which_nobody_moves_do_not_break_the_test():
    """A singular table, of which statsmodels has no answer: two bands change places, one is still."""
    found = agreement(np.array([[20, 5, 0], [9, 50, 0], [0, 0, 7]]))
    assert found.chi2 == pytest.approx((5 - 9) ** 2 / (5 + 9))
    assert found.p == pytest.approx(stats.chi2.sf(found.chi2, 1))
    still = agreement(np.diag([3, 4, 0]))
    assert (still.moved, still.kappa) == (0, 1)
    assert np.isnan(still.chi2)
    assert np.isnan(agreement(np.array([[3]])).kappa)


def test_ranks_of_ties_are_shared():
    found = order_shift(np.array([3.0, 2.0, 2.0, 1.0]), np.array([3.0, 3.0, 1.0, 1.0]))
    assert (found.mean_shift, found.max_shift) == (0.75, 1)
    assert np.isnan(order_shift(np.array([1.0]), np.array([2.0])).kendall)


PEOPLE = {
    "p1": {"a": 55, "b": 90},
    "p2": {"a": 82, "b": 30},
    "p3": {"a": 70, "b": 70},
    "p4": {"a": 40, "b": 95},
    "p5": {"a": 95, "b": 85},
}
UNITS = {"p1": "north", "p2": "north", "p3": "south", "p4": "south", "p5": "south"}


@pytest.mark.parametrize("form", ["records", "polars"])
def test_a_comparison_says_who_moves_and_by_what(form):
    old = scored(document({"a": 70, "b": 30}), PEOPLE, form=form, units=UNITS)
    new = scored(document({"a": 30, "b": 70}), PEOPLE, form=form, units=UNITS)
    found = compare_scores(old, new)
    # 65.5, 66.4, 70, 56.5, 92 become 79.5, 45.6, 70, 78.5, 88.
    assert found.transition.rows() == [
        {"band": "low", "low": 0, "middle": 1, "high": 0},
        {"band": "middle", "low": 1, "middle": 2, "high": 0},
        {"band": "high", "low": 0, "middle": 0, "high": 1},
    ]
    assert (found.agreement.moved, found.agreement.up, found.agreement.down) == (2, 1, 1)
    assert found.movers.rows() == [
        {"subject": "p2", "unit": "north", "from": "middle", "to": "low", "score_from": 66.4,
         "score_to": 45.6, "decisive": "a"},
        {"subject": "p4", "unit": "south", "from": "low", "to": "middle", "score_from": 56.5,
         "score_to": 78.5, "decisive": "b"},
    ]  # fmt: skip
    assert [row["unit"] for row in found.groups.rows()] == ["north", "south"]
    assert found.groups["down"] == [1, 0]
    assert found.groups["stayed"] == [1, 2]
    assert found.groups["mean_change"] == [
        pytest.approx((14 - 20.8) / 2), pytest.approx((0 + 22 - 4) / 3)
    ]  # fmt: skip
    assert found.ranks == order_shift(
        np.array([65.5, 66.4, 70, 56.5, 92]), np.array([79.5, 45.6, 70, 78.5, 88])
    )
    assert "2 moved: 1 up, 1 down" in str(found)
    assert compare_scores(old, new, by=None).groups["subjects"] == [5]
    assert "By unit" in found._repr_html_()


def test_who_moves_by_the_cuts_alone_is_said_to():
    cuts = [
        {"id": "low", "below": 75},
        {"id": "middle", "from": 75, "below": 90},
        {"id": "high", "from": 90},
    ]
    old = scored(document({"a": 1, "b": 1}), PEOPLE)
    new = scored(document({"a": 1, "b": 1}, bands=cuts), PEOPLE)
    assert set(compare_scores(old, new).movers["decisive"]) == {"cuts"}


def test_a_comparison_by_something_else_is_refused():
    scores = scored(document({"a": 1}), {"x": {"a": 5}})
    with pytest.raises(capaian.AnalysisError) as caught:
        compare_scores(scores, scores, by="units")
    assert str(caught.value) == (
        "The results cannot be compared.\n"
        "  CPN-M38  by: results by 'units' are not known. Did you mean 'unit'?\n"
        '           to fix: use by="unit", or what else the function\'s documentation names.'
    )


def test_who_is_not_in_both_is_counted():
    old = scored(document({"a": 1}), {"x": {"a": 5}, "y": {"a": 50}})
    new = scored(document({"a": 1}, bands=BANDS), {"y": {"a": 90}, "z": {"a": 5}})
    found = compare_scores(old, new)
    assert found.transition.notes == ("2 subjects without a score in both are left out",)
    assert found.movers["subject"] == ["y"]
    strangers = scored(document({"a": 1}), {"w": {"a": 5}})
    with pytest.raises(capaian.AnalysisError, match="CPN-M36"):
        compare_scores(old, strangers)
