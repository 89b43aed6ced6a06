"""Did it work: panels, series, and what comes by itself."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS

import capaian
from analysis.made import document, scored
from capaian.analysis import (
    Difference,
    Stability,
    before_after,
    difference_in_differences,
    interrupted_series,
    panel,
    regression_to_the_mean,
    stability,
    with_and_without,
)
from capaian.analysis.table import Table

UNITS = {f"p{at:02}": f"unit{at % 6}" for at in range(24)}


def quarter(number, values, form="records"):
    """Return the scores of a quarter; the evidence lies in January, so it counts from the year's start."""
    policy = document({"a": 1})
    policy["indicators"][0]["accumulate"] = {"how": "cumulative", "since": "year"}
    people = {name: {"a": value} for name, value in values.items()}
    return scored(policy, people, period=f"2026-Q{number}", units=UNITS, form=form)


def values(rise=0.0, treated=0.0):
    """Return made-up values: half of the units gain by being treated."""
    return {
        name: 40 + at + 2 * (at % 3) + rise + (treated + at % 2 if treated and at % 6 < 3 else 0)
        for at, name in enumerate(UNITS)
    }


# ---- panels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["records", "polars"])
def test_a_panel_has_a_row_for_each_subject_and_period(form):
    looks = [quarter(2, values(3), form), quarter(1, values(), form)]
    treated = {f"unit{at}": "2026-Q2" for at in range(3)}
    errors = [np.full(24, 1.5), np.full(24, 2.5)]
    found = panel(looks, treated=treated, se=errors)
    assert len(found) == 48
    assert list(found.columns) == [
        "subject", "unit", "period", "time", "score", "se", "band", "treated", "exposure"
    ]  # fmt: skip
    first, last = found.rows()[0], found.rows()[-1]
    assert first == {
        "subject": "p00", "unit": "unit0", "period": "2026-Q1", "time": 0, "score": 40.0, "se": 2.5,
        "band": "low", "treated": 0, "exposure": 0,
    }  # fmt: skip
    assert last == {
        "subject": "p23", "unit": "unit5", "period": "2026-Q2", "time": 1, "score": 70.0, "se": 1.5,
        "band": "middle", "treated": 0, "exposure": 0,
    }  # fmt: skip
    assert sum(found["treated"]) == 12
    if form == "polars":
        assert isinstance(found.to_native(), pl.DataFrame)


def test_subjects_may_be_treated_too():
    looks = [quarter(number, values()) for number in (1, 2, 3)]
    found = panel(looks, treated={"p03": "2026-Q2"}, by="subject")
    rows = [row for row in found.rows() if row["subject"] == "p03"]
    assert [row["exposure"] for row in rows] == [0, 1, 2]
    assert [row["treated"] for row in rows] == [0, 1, 1]
    assert sum(found["treated"]) == 2
    assert set(found["se"]) == {None}


def test_a_panel_that_cannot_be_is_refused():
    looks = [quarter(1, values())]
    with pytest.raises(capaian.AnalysisError) as caught:
        panel(looks, treated={"unit1": "2026-Q3"}, se=[[1.0]])
    assert str(caught.value) == (
        "No panel was made.\n"
        "  CPN-M37  treated: there is no '2026-Q3' here. Did you mean '2026-Q1'?\n"
        "           to fix: use the id of a band, or the label of a period, as the result has it.\n"
        "  CPN-M33  se: se is 1; wanted is: one for each subject.\n"
        "           to fix: give another value; the function's documentation says what it means."
    )
    with pytest.raises(capaian.AnalysisError, match="CPN-M38"):
        panel(looks, by="team")


# ---- series --------------------------------------------------------------------------------------


def test_a_series_without_noise_gives_back_its_jump_and_its_slope():
    time = np.arange(30)
    y = 50 + 0.5 * time + np.where(time >= 14, 6 + 0.25 * (time - 14), 0)
    found = interrupted_series(y, 14)
    assert found.level == pytest.approx(6)
    assert found.slope == pytest.approx(0.25)
    assert found.before_slope == pytest.approx(0.5)
    assert found.at_end == pytest.approx(6 + 0.25 * 15)
    assert found.notes == ()
    np.testing.assert_allclose(found.fitted.columns["without"], 50 + 0.5 * time)


def test_the_errors_are_those_of_newey_and_west():
    rng = np.random.default_rng(1)
    y = 50 + np.cumsum(rng.normal(size=30)) * 0.3
    found = interrupted_series(y, 15, lags=2)
    time = np.arange(30)
    after = (time >= 15) * 1.0
    x = np.column_stack([np.ones(30), time, after, (time - 15) * after])
    oracle = OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 2})
    np.testing.assert_allclose(found.table.columns["estimate"][:3], oracle.params[1:])
    np.testing.assert_allclose(found.table.columns["se"][:3], oracle.bse[1:])
    np.testing.assert_allclose(found.table.columns["p"][:3], oracle.pvalues[1:])
    low, high = oracle.conf_int(0.05).T
    np.testing.assert_allclose(found.table.columns["low"][:3], low[1:])
    np.testing.assert_allclose(found.table.columns["high"][:3], high[1:])
    end = oracle.t_test([0, 0, 1, 14])
    assert found.table["se"][3] == pytest.approx(float(end.sd[0, 0]))
    assert "level" in repr(found)
    assert "level" in found._repr_html_()


def test_a_short_series_is_warned_of():
    found = interrupted_series(np.arange(18) * 1.0, 6)
    assert found.notes == ("only 6 periods before: 12 or more are wanted",)
    assert found.lags == 2


@pytest.mark.parametrize(
    ("given_", "start", "level", "place"),
    [
        ([1, 2, 3, 4, 5], 2, 0.95, "start"),
        ([1, 2, 3, float("nan"), 5, 6], 3, 0.95, "values"),
        ([1, 2, 3, 4, 5, 6], 3, 95, "level"),
    ],
)
def test_a_series_that_cannot_be_judged_is_refused(given_, start, level, place):
    with pytest.raises(capaian.AnalysisError) as caught:
        interrupted_series(given_, start, level=level)
    assert [(each.code, each.where) for each in caught.value.findings] == [("CPN-M33", place)]


# ---- regression to the mean ------------------------------------------------------------------------


def test_the_bottom_group_improves_by_itself():
    """Forbidden: a scheme that did nothing has improved the bottom group by 6 (as R16)."""
    rng = np.random.default_rng(2)
    ability = rng.normal(70, 8, 20_000)
    first, second = (ability + rng.normal(0, 6, 20_000) for _ in range(2))
    correlation = 64 / 100
    bottom = first < np.quantile(first, 0.2)
    naive = (second[bottom] - first[bottom]).mean()
    assert naive == pytest.approx(5, abs=0.3)
    expected = regression_to_the_mean(first[bottom], first.mean(), correlation)
    assert (second[bottom] - expected).mean() == pytest.approx(0, abs=0.3)


@given(st.floats(0, 100), st.floats(-1, 1))
def test_the_mean_stays_where_it_is(mean, correlation):
    assert regression_to_the_mean(np.array([mean]), mean, correlation)[0] == mean


def noisy(seed, effect=0.0):
    rng = np.random.default_rng(seed)
    ability = np.random.default_rng(0).normal(68, 8, len(PEOPLE))
    made = np.clip(ability + rng.normal(0, 6, len(PEOPLE)) + effect, 0, 100)
    people = {name: {"a": round(float(x), 2)} for name, x in zip(PEOPLE, made, strict=True)}
    return scored(document({"a": 1}), people)


PEOPLE = [f"p{at:03}" for at in range(400)]


def test_before_and_after_takes_off_what_comes_by_itself():
    before, after = noisy(1), noisy(2)
    found = before_after(before, after, correlation=0.64)
    rows = {row["band"]: row for row in found.rows()}
    assert rows["low"]["change"] > 3
    assert rows["low"]["low"] < 0 < rows["low"]["high"]
    assert rows["all"]["expected"] == pytest.approx(0, abs=1e-9)
    assert sum(row["subjects"] for row in found.rows()) == 800
    for row in found.rows():
        assert row["net"] == pytest.approx(row["change"] - row["expected"])
    real = before_after(before, noisy(2, effect=5), correlation=0.64)
    assert real.rows()[0]["low"] > 0


def test_the_correlation_comes_from_when_nothing_was_done():
    found = stability(noisy(1), noisy(2))
    assert found.subjects == 400
    assert found.low < 0.64 < found.high
    assert found.correlation == pytest.approx(
        np.corrcoef(noisy(1).columns()["score"], noisy(2).columns()["score"])[0, 1]
    )
    few = scored(document({"a": 1}), {"x": {"a": 1}, "y": {"a": 2}})
    with pytest.raises(capaian.AnalysisError, match="CPN-M36"):
        stability(few, few)


def test_a_band_of_one_has_no_interval():
    one = scored(document({"a": 1}), {"x": {"a": 50}, "y": {"a": 70}, "z": {"a": 75}})
    rows = before_after(one, one, correlation=1).rows()
    assert (rows[0]["net"], rows[0]["low"]) == (0, None)
    with pytest.raises(capaian.AnalysisError, match="CPN-M33"):
        before_after(one, one, correlation=1.5)
    with pytest.raises(capaian.AnalysisError, match="CPN-M36"):
        before_after(one, scored(document({"a": 1}), {"w": {"a": 50}}), correlation=0.5)


# ---- with and without --------------------------------------------------------------------------------


def test_the_change_of_the_others_is_taken_off():
    assert difference_in_differences((62, 71), (60, 64)) == (5, 9)


def test_a_panel_gives_the_difference_in_differences():
    """Against least squares with the interaction, errors by unit, in statsmodels."""
    treated = {f"unit{at}": "2026-Q2" for at in range(3)}
    made = panel([quarter(1, values()), quarter(2, values(4, 5))], treated=treated)
    found = with_and_without(made, "2026-Q1", "2026-Q2")
    assert found.effect == pytest.approx(5 + 1 / 3)
    assert found.naive == pytest.approx(9 + 1 / 3)
    assert found.units == (3, 3)
    assert found.notes == (
        "only 3 units treated: the error is too small",
        "only 3 units not treated: the error is too small",
    )
    rows = made.rows()
    y = np.array([row["score"] for row in rows])
    on = np.array([row["unit"] in treated for row in rows]) * 1.0
    late = np.array([row["time"] for row in rows]) * 1.0
    unit = np.array([int(row["unit"][-1]) for row in rows])
    oracle = OLS(y, np.column_stack([np.ones(48), on, late, on * late])).fit(
        cov_type="cluster", cov_kwds={"groups": unit}
    )
    assert found.effect == pytest.approx(oracle.params[3])
    # Of changes there are half as many rows, and two parameters in place of four.
    factor = np.sqrt((23 / 22) / (47 / 44))
    assert found.se == pytest.approx(oracle.bse[3] * factor)
    assert found.low < found.effect < found.high


@pytest.mark.parametrize(
    "treated", [{}, {f"unit{at}": "2026-Q2" for at in range(6)}, {"unit1": "2026-Q1"}]
)
def test_without_anybody_to_compare_with_there_is_no_difference(treated):
    made = panel([quarter(1, values()), quarter(2, values(4))], treated=treated)
    with pytest.raises(capaian.AnalysisError, match="CPN-M33"):
        with_and_without(made, "2026-Q1", "2026-Q2")


def test_two_subjects_without_units_have_no_error():
    columns = {
        "subject": ["x", "y"] * 2, "unit": [None] * 4, "period": ["1", "1", "2", "2"],
        "score": [62.0, 60.0, 71.0, 64.0], "treated": [0, 0, 1, 0],
    }  # fmt: skip
    found = with_and_without(Table("", columns), "1", "2")
    assert (found.effect, found.naive) == (5, 9)
    assert np.isnan(found.se)
    with pytest.raises(capaian.AnalysisError, match="CPN-M37"):
        with_and_without(Table("", columns), "1", "3")


def test_results_as_people_read_them():
    """A few lines and the warnings, with as many digits as can be meant."""
    assert str(Stability(0.81832, 0.66988, 0.90385, 36)) == (
        "correlation 0.818 (0.670 to 0.904), 36 subjects"
    )
    assert str(Difference(0.99, 2.02, 2.22, -3.75, 5.73, 0.66241, (7, 9), ("few units",))) == (
        "effect 0.99 (-3.75 to 5.73), error 2.22, p = 0.662\n"
        "the treated alone: 2.02\n"
        "7 units treated, 9 not\n"
        "note: few units"
    )
