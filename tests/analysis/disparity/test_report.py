"""Groups compared by the function that an analyst calls."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import capaian
from analysis.matrices import matrix
from capaian.analysis import explain_gap, fairness
from capaian.analysis.disparity.cells import hidden
from capaian.analysis.disparity.explain import REST, gap_parts
from capaian.errors import AnalysisError
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence


def two_groups(first, second):
    """Return a matrix of people with these scores, and their groups A and B."""
    made = matrix([*first, *second])
    group = dict(zip(made.subjects, ["A"] * len(first) + ["B"] * len(second), strict=True))
    return made, group


def test_a_report_has_the_ratio_the_gap_the_bands_and_the_power():
    made, group = two_groups([95] * 48 + [70] * 52, [95] * 30 + [70] * 70)
    found = fairness(made, group, band="high")
    assert found.reference == "A"
    [_, row] = found.impact.rows()
    assert (row["n"], row["reached"], row["verdict"]) == (100, 30, "watch")
    assert row["ratio"] == pytest.approx(0.625)
    assert row["power"] == pytest.approx(0.2782, abs=1e-3)
    [gaps] = found.gaps.rows()
    assert gaps["difference"] == pytest.approx(-4.5)
    assert found.bands["share"][3:] == [0, 0.7, 0.3]
    assert found.within is None
    assert "power" in found.text()
    assert repr(found) == "<Fairness of 2 groups, reference 'A'>"


def test_a_group_that_is_worse_off_for_its_units_is_shown_both_ways():
    """[F03]: pooled 0.67 breaks four fifths; inside each unit the rates are the same."""
    score = [95] * 80 + [70] * 20 + [95] * 10 + [70] * 40  # A in unit 1 and 2
    other = [95] * 40 + [70] * 10 + [95] * 20 + [70] * 80  # B
    made, group = two_groups(score, other)
    unit = ["1"] * 100 + ["2"] * 50 + ["1"] * 50 + ["2"] * 100
    found = fairness(made, group, band="high", within=dict(zip(made.subjects, unit, strict=True)))
    [row] = found.within.rows()
    assert found.impact["verdict"] == ["reference", "flag"] or row["pooled_ratio"] < 0.8
    assert row["odds_ratio"] == pytest.approx(1)
    assert row["within"] == pytest.approx(0, abs=1e-12)
    assert row["between"] == pytest.approx(row["gap"]) == pytest.approx(-0.2)


def test_units_come_from_the_evidence():
    score = [95, 50] * 40
    made = matrix(score, units=["1", "1", "2", "2"] * 20)
    group = {each: "AB"[at % 2] for at, each in enumerate(made.subjects)}
    assert len(fairness(made, group, band="high", within="unit", min_cell=1).within) == 1


def test_groups_come_as_a_mapping_or_as_a_table_of_any_kind():
    made, group = two_groups([95] * 20 + [50] * 20, [95] * 15 + [50] * 25)
    rows = [{"subject": who, "group": of} for who, of in group.items()]
    frame = pl.DataFrame({"nip": list(group), "sex": list(group.values())})
    wanted = fairness(made, group, band="high").to_dict()
    assert fairness(made, rows, band="high").to_dict() == wanted
    assert fairness(made, (frame, "nip", "sex"), band="high").to_dict() == wanted


def test_who_has_no_band_or_no_group_is_counted_and_no_failure():
    made, group = two_groups([95] * 20 + [50] * 20 + [np.nan] * 3, [95] * 20 + [50] * 20)
    del group[made.subjects[0]]
    found = fairness(made, group, band="high")
    assert found.impact["n"] == [39, 40]
    assert found.impact.notes[1:] == (
        "1 subjects have no group and are left out.",
        "3 subjects have no band and are left out; they are no failures.",
    )


def test_small_cells_are_not_shown_and_do_not_follow():
    """Three of B reached the band: neither they nor the rest of B can be worked out."""
    made, group = two_groups([95] * 40 + [70] * 40, [95] * 3 + [70] * 37)
    found = fairness(made, group, band="high")
    row = next(each for each in found.impact.rows() if each["group"] == "B")
    assert row["verdict"] == "too few"
    assert row["reached"] is row["ratio"] is None
    assert found.bands["count"][3:] == [None] * 3
    assert "left out" in " ".join(found.impact.notes)
    assert fairness(made, group, band="high", min_cell=1).bands["count"][3:] == [0, 37, 3]


counts = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=2, max_size=5)


@given(table=counts, at=st.integers(0, 4), least=st.integers(1, 12))
def test_no_small_cell_follows_from_what_is_shown(table, at, least):
    """Law: within each side, sums that are shown never leave a small cell alone in its row."""
    body = np.array(table)
    reached = np.arange(4) >= at
    found = hidden(body, reached, least)
    assert not (~found.cell & (body > 0) & (body < least)).any()
    for row in range(len(body)):
        for side, places in enumerate((~reached, reached)):
            alone = found.cell[row, places] & (body[row, places] > 0)
            if not found.side[row, side]:
                assert alone.sum() != 1 or body[row, places].sum() == 0


def test_decision_tables_have_no_better_bands():
    """Several ids are any of them."""
    made, group = two_groups([95] * 20 + [50] * 20, [95] * 20 + [50] * 20)
    assert fairness(made, group, band=["low", "high"]).impact["reached"] == [40, 40]
    assert fairness(made, group, band="low").impact["reached"] == [40, 40]
    assert fairness(made, group, band="high").impact["reached"] == [20, 20]


# ---- which indicator makes the gap ---------------------------------------------------------------


@given(seed=st.integers(0, 2**32 - 1), missing=st.floats(0, 0.5))
def test_the_parts_add_up_to_the_gap(seed, missing):
    """Law: whatever is missing, contributions add up, and each is achievement and weight."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 120, (60, 4))
    x[rng.random(x.shape) < missing] = np.nan
    x[:, 0] = rng.uniform(0, 120, 60)
    made = matrix(np.zeros(60), achievement=x)
    group = rng.random(60) < 0.5
    group[:2] = True, False
    found = gap_parts(made.achievement, made.weight, made.contribution, group, ~group)
    total = np.nansum(made.contribution, axis=1)
    assert found.gap.sum() == pytest.approx(total[group].mean() - total[~group].mean())
    np.testing.assert_allclose(found.achievement + found.weight, found.gap)


def test_a_gap_is_explained_by_indicators():
    """Groups that differ in one indicator: the whole gap is there, at the weight of the policy."""
    x = np.full((80, 2), 50.0)
    x[40:, 1] = 70.0
    made = matrix(x.mean(axis=1), achievement=x)
    group = {each: "A" if at < 40 else "B" for at, each in enumerate(made.subjects)}
    found = explain_gap(made, group)
    assert found["indicator"] == ["i0", "i1", REST]
    assert found["gap"] == pytest.approx([0, -10, 0])
    assert found["achievement"][:2] == pytest.approx([0, -10])
    assert found["at_cap"] == [None] * 3  # no policy is at hand


def test_small_groups_are_compared_with_nobody():
    """Three of C: they stand in no comparison, and their gap is in no table."""
    made, group = two_groups([95] * 30 + [70] * 30, [95] * 30 + [70] * 33)
    for each in made.subjects[-3:]:
        group[each] = "C"
    unit = {each: "12"[at % 2] for at, each in enumerate(made.subjects)}
    found = fairness(made, group, band="high", reference="A", within=unit)
    assert found.reference == "A"
    assert found.gaps["difference"][1] is None
    assert found.within["ratio"][1] is None
    told = explain_gap(made, group, reference="A")
    assert set(told["group"]) == {"B"}
    assert "1 groups have fewer than 10 scored subjects." in told.notes
    assert found.tables[-1] is found.within
    assert "<table>" in found._repr_html_()


def test_the_reference_is_a_group_that_can_be_shown():
    """Of A all but two reached the band: it has the highest rate, and cannot be shown."""
    score = [95] * 58 + [70] * 2 + ([95] * 40 + [70] * 20) + ([95] * 30 + [70] * 30)
    made = matrix(score)
    group = {each: "ABC"[at // 60] for at, each in enumerate(made.subjects)}
    found = fairness(made, group, band="high")
    assert found.reference != "A"
    assert fairness(made, group, band="high", min_cell=1).reference == "A"


def test_who_has_no_stratum_or_no_score_is_counted():
    made, group = two_groups([95] * 30 + [70] * 30 + [np.nan] * 2, [95] * 30 + [70] * 30)
    unit = dict.fromkeys(made.subjects[5:], "one")
    found = fairness(made, group, band="high", within=unit)
    assert "5 subjects have no stratum and are left out here." in found.within.notes
    assert "2 subjects have no score and are left out." in explain_gap(made, group).notes


def test_a_part_that_would_give_a_sum_away_is_not_shown_at_all():
    """One of each group in the second band: only by hiding all parts its sums can be shown."""
    found = hidden(np.array([[20, 0, 0], [1, 19, 20]]), np.array([False, False, True]), 10)
    assert found.cell[1, 0]
    assert found.cell[1, :2].all()


def test_scores_of_a_policy_are_explained():
    """The rest row makes the rows add up to the difference of the mean published scores."""
    who = tuple(f"s{at:02}" for at in range(40))
    scores = capaian.score(
        read_policy(OFFICE), made_up_evidence(who, 1200), period="2026-Q1", as_of="2026-04-01"
    )
    group = {each: "AB"[at % 2] for at, each in enumerate(who)}
    found = explain_gap(scores, group)
    score = np.array(scores.columns()["score"])
    means = score[::2].mean(), score[1::2].mean()
    assert sum(found["gap"]) == pytest.approx(min(means) - max(means))


# ---- errors --------------------------------------------------------------------------------------


def said(call, *args, **options):
    with pytest.raises(AnalysisError) as error:
        call(*args, **options)
    return str(error.value)


def test_errors_say_what_to_do():
    made, group = two_groups([95] * 20 + [50] * 20, [95] * 20 + [50] * 20)
    assert said(fairness, made, group, band="hihg") == (
        "Groups cannot be compared.\n"
        "  CPN-M43  band: there is no band 'hihg'. Did you mean 'high'?\n"
        "           to fix: use one of: low, middle, high."
    )
    assert said(fairness, made, group, band="high", reference="C") == (
        "Groups cannot be compared.\n"
        "  CPN-M44  reference: there is no group 'C' that can be compared.\n"
        "           to fix: use one of: A, B."
    )
    assert said(fairness, made, group, band="high", level=95) == (
        "Groups cannot be compared.\n"
        "  CPN-M45  level: 95 is not between 0 and 1.\n"
        "           to fix: write it like this: level = 0.95."
    )
    assert said(fairness, made, group, band="high", min_cell=0) == (
        "Groups cannot be compared.\n"
        "  CPN-M45  min_cell: 0 is not a whole number from 1 on.\n"
        "           to fix: write it like this: 10."
    )
    assert said(fairness, made, group, band="high", within="unit") == (
        "Units cannot be compared.\n"
        "  CPN-M46  within: the evidence says no unit of anybody.\n"
        "           to fix: name a unit column in the policy's list of subjects, or give a mapping "
        "of subject to unit."
    )
    assert said(fairness, made, {"x": "A"}, band="high") == (
        "Groups cannot be compared.\n"
        "  CPN-M41  group: none of the 80 subjects has a group.\n"
        "           to fix: name the subjects as the scores do."
    )
    assert said(explain_gap, made, dict.fromkeys(made.subjects, "A")) == (
        "The gap cannot be explained.\n"
        "  CPN-M42  group: a comparison takes two groups with at least 10 people who have a band; "
        "there are 1.\n"
        "           to fix: join small groups, or give a smaller min_cell if the result is not "
        "published."
    )
    rows = [{"subject": made.subjects[0], "group": each} for each in "AB"]
    assert said(fairness, made, rows, band="high") == (
        "Groups cannot be compared.\n"
        "  CPN-M40  group: 1 subjects stand in two groups.\n"
        "           to fix: give each subject one group."
    )
