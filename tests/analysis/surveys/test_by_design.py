"""`survey_by_design`: against statsmodels' clustered errors, Cochran's formulas and the scores."""

from datetime import datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import WLS

import capaian
from analysis.estimation_office import policy
from capaian.analysis import estimates, survey_by_design
from capaian.analysis.estimation.design import korn_graubard, weighted_mean
from capaian.analysis.estimation.proportion import clopper_pearson
from capaian.errors import AnalysisError
from capaian.policy import read_policy

DESIGN = {"weights": "w", "strata": "layer", "psu": "day"}
NAMES = ("ikm", "single", "top", "tops", "tops-low", "promoters")


def rows_of(seed=5, size=90, gaps=0.1):
    rng = np.random.Generator(np.random.PCG64(seed))
    made = []
    for _ in range(size):
        row = {"nip": str(rng.choice(["a", "b", "c"])), "date": datetime(2026, 1, 5)}
        row |= {f"u{at}": int(rng.integers(1, 5)) for at in (1, 2, 3)}
        if rng.random() < gaps:
            row["u2"] = None
        layer = str(rng.choice(["x", "y"]))
        row |= {"w": Decimal(int(rng.integers(1, 40))) / 4, "layer": layer}
        made.append(row | {"day": int(rng.integers(0, 6)), "of": 60})
    return made


def scored(rows, *names, form=None):
    tables = {"survey": form(rows) if form else rows}
    return capaian.score(read_policy(policy(*names)), tables, period="2026-Q1", as_of="2026-04-01")


def made(rows, name="single", form=None, **more):
    given_ = {"inference": "analytic", "drawn": "each", **more}
    return survey_by_design(scored(rows, name, form=form), indicator=name, **given_)


def column(table, name):
    return np.array(table.columns[name])


# ---- the kernel ----------------------------------------------------------------------------------

FORMS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 2), st.integers(0, 3), st.integers(1, 4),
        st.sampled_from([1.0, 2.5, 10.0]), st.integers(4, 9),
    ),
    min_size=1,
    max_size=40,
)  # fmt: skip


@given(FORMS, st.booleans())
def test_domains_are_those_of_the_whole_sample(rows, finite):
    """Law: every cluster of a stratum counts, with 0 where the subject has no form in it."""
    who, strata, clusters, y, w, _ = (np.array(each) for each in zip(*rows, strict=True))
    sizes = np.array([4, 6, 9])[strata]
    found = weighted_mean(
        y, weights=w, subjects=who, strata=strata, clusters=clusters,
        population=sizes if finite else None, together=True,
    )  # fmt: skip
    for officer in range(int(who.max()) + 1):
        mine = who == officer
        if not mine.any():
            continue
        mean = np.average(y[mine], weights=w[mine])
        z = np.where(mine, w * (y - mean) / w[mine].sum(), 0.0)
        total = 0.0
        for stratum in np.unique(strata[mine]):
            inside = strata == stratum
            drawn = np.unique(clusters[inside])
            sums = np.array([z[inside & (clusters == each)].sum() for each in drawn])
            n, left = len(drawn), 1 - len(drawn) / sizes[inside][0] if finite else 1.0
            part = n / (n - 1) * ((sums - sums.mean()) ** 2).sum() if n > 1 else np.nan
            total += left * part if left else 0.0
        assert found.value[officer] == pytest.approx(mean)
        assert found.se[officer] == pytest.approx(np.sqrt(total), abs=1e-12, nan_ok=True)


@given(FORMS, st.booleans())
def test_errors_of_one_stratum_are_those_of_statsmodels(rows, together):
    """A weighted regression on a constant with clustered errors is the weighted mean."""
    who, _, clusters, y, w, _ = (np.array(each) for each in zip(*rows, strict=True))
    found = weighted_mean(y, weights=w, subjects=who, clusters=clusters, together=together)
    for officer in np.unique(who):
        mine = who == officer
        used = np.ones(len(who), bool) if together else mine
        groups = np.unique(clusters[used], return_inverse=True)[1]
        if len(np.unique(groups)) < 2 or used.sum() < 3 or np.unique(y[mine]).size < 2:
            continue
        weights = np.where(mine, w, 0.0)[used]
        fit = WLS(y[used], np.ones(used.sum()), weights=weights)
        wanted = fit.fit(cov_type="cluster", cov_kwds={"groups": groups})
        assert found.value[officer] == pytest.approx(wanted.params[0])
        assert found.se[officer] == pytest.approx(wanted.bse[0], abs=1e-9)


# ---- the front -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_without_a_design_the_value_is_that_of_the_score(name):
    """Law: unweighted, every statistic is the ledger's, missing answers and all."""
    rows = rows_of()
    scores = scored(rows, name)
    table = survey_by_design(scores, indicator=name, inference="analytic", drawn="each")
    measured = estimates(scores, inference={name: "analytic"})[name].value
    np.testing.assert_allclose(table.columns["value"], measured, rtol=1e-12)
    np.testing.assert_allclose(table.columns["unweighted"], measured, rtol=1e-12)
    weighted = survey_by_design(
        scores, indicator=name, inference="analytic", drawn="each", weights="w"
    )
    np.testing.assert_allclose(weighted.columns["unweighted"], measured, rtol=1e-12)
    assert not np.allclose(weighted.columns["value"], measured)


def test_a_single_item_without_a_design_has_students_interval():
    rows = rows_of()
    scores = scored(rows, "single", "top")
    plain = estimates(scores, inference={"single": "analytic", "top": "analytic"})
    table = survey_by_design(scores, indicator="single", inference="analytic", drawn="each")
    for part in ("se", "low", "high"):
        np.testing.assert_allclose(table.columns[part], getattr(plain["single"], part))
    top = survey_by_design(scores, indicator="top", inference="analytic", drawn="each")
    n, p = column(top, "forms"), column(top, "value")
    size = np.minimum(n - 1, n)  # p(1-p)/se^2 with the sample variance
    low, high = clopper_pearson(p * size, size)
    np.testing.assert_allclose(top.columns["low"], low)
    np.testing.assert_allclose(top.columns["high"], high)


@pytest.mark.parametrize("drawn", ["each", "together"])
def test_each_subject_is_the_kernel_alone(drawn):
    rows = rows_of(gaps=0)
    table = made(rows, drawn=drawn, **DESIGN)
    who = np.array(["abc".index(row["nip"]) for row in rows])
    y = np.array([(row["u1"] - 1) * 100 / 3 for row in rows])
    wanted = weighted_mean(
        y, weights=[float(row["w"]) for row in rows], subjects=who,
        strata=[row["layer"] for row in rows], clusters=[row["day"] for row in rows],
        together=drawn == "together",
    )  # fmt: skip
    for part in ("value", "se", "n_eff", "df"):
        np.testing.assert_allclose(table.columns[part], getattr(wanted, part), rtol=1e-9)
    low, high = wanted.interval()
    np.testing.assert_allclose(table.columns["low"], np.maximum(low, 0))
    np.testing.assert_allclose(table.columns["high"], np.minimum(high, 100))
    assert table["status"] == ["ok"] * 3
    assert table["method"] == ["t"] * 3
    top = made(rows, "top", drawn=drawn, **DESIGN)
    ends = korn_graubard(*(column(top, each) for each in ("value", "se", "forms", "df")))
    np.testing.assert_allclose(top.columns["low"], ends[0])
    assert top["method"] == ["korn_graubard"] * 3


def test_missing_answers_in_a_mean_of_items():
    """The linearised error of a sum of ratios: near what leaving one form out each time gives."""
    rows = [row for row in rows_of(size=200, gaps=0.3) if row["nip"] == "a"]
    table = made(rows, "ikm", weights="w")

    def value(some):
        means = []
        for item in ("u1", "u2", "u3"):
            pairs = [(float(row["w"]), row[item]) for row in some if row[item] is not None]
            means.append(sum(w * x for w, x in pairs) / sum(w for w, _ in pairs))
        return 25 * np.mean(means)

    n = len(rows)
    without = np.array([value(rows[:at] + rows[at + 1 :]) for at in range(n)])
    jackknife = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    assert table["value"][0] == pytest.approx(value(rows))
    assert table["se"][0] == pytest.approx(jackknife, rel=0.05)


def test_a_finite_population_is_for_the_descriptive_question():
    """Cochran: sqrt(1 - n/N) of every subject's own forms."""
    rows = rows_of()
    plain = made(rows)
    finite = made(rows, inference="descriptive", population="of")
    left = np.sqrt(1 - column(plain, "forms") / 60)
    np.testing.assert_allclose(finite.columns["se"], column(plain, "se") * left)
    analytic = made(rows, population="of")
    np.testing.assert_allclose(analytic.columns["se"], plain.columns["se"])
    assert analytic.notes == ("the question is analytic: there is no finite population correction",)


def test_who_has_asked_everybody_is_sure():
    rows = [row | {"of": sum(r["nip"] == row["nip"] for r in rows_of())} for row in rows_of()]
    table = made(rows, inference="descriptive", population="of")
    assert table["method"] == ["enumeration"] * 3
    assert table["se"] == [0, 0, 0]
    assert table["low"] == [None] * 3


def test_equal_answers_are_no_point():
    rows = [row | {"u1": 4} for row in rows_of()]
    for name, method in (("single", "goodman"), ("top", "korn_graubard")):
        table = made(rows, name, **DESIGN)
        assert table["method"] == [method] * 3
        assert (column(table, "low") < column(table, "high")).all()
        assert (column(table, "se") > 0).all()


def test_what_one_cluster_cannot_say():
    """A subject with one cluster, or with a stratum of one, has no error; one without forms none."""
    rows = [
        {"nip": "a", "layer": "x", "day": 1, "u1": 1}, {"nip": "a", "layer": "x", "day": 1, "u1": 4},
        {"nip": "b", "layer": "x", "day": 1, "u1": 2}, {"nip": "b", "layer": "x", "day": 2, "u1": 3},
        {"nip": "b", "layer": "y", "day": 1, "u1": 4}, {"nip": "c", "layer": "x", "day": 1, "u1": None},
    ]  # fmt: skip
    rows = [row | {"date": datetime(2026, 1, 5)} for row in rows]
    table = made(rows, strata="layer", psu="day")
    assert table["reason"] == ["one_cluster", "stratum_with_one_cluster", "no_form"]
    assert set(table["status"]) == {"too_few"}
    assert table["se"] == table["low"] == [None] * 3
    assert table.notes == ("1 forms with too few answers are left out",)


def test_a_weight_of_0_takes_a_form_out():
    rows = rows_of()
    more = [row | {"w": Decimal(0)} for row in rows_of(seed=9)]
    first, second = made(rows, **DESIGN), made(rows + more, **DESIGN)
    assert first.rows() == second.rows()


@pytest.mark.parametrize("name", ["ikm", "tops"])
def test_every_kind_of_table_gives_the_same(name):
    plain = made(rows_of(), name, **DESIGN)
    other = made(rows_of(), name, form=pl.DataFrame, **DESIGN)
    assert plain.rows() == other.rows()


def said(**more):
    with pytest.raises(AnalysisError) as caught:
        made(more.pop("rows", rows_of()), **more)
    return str(caught.value)


def test_refusals():
    rows = rows_of()
    rows[0]["w"], rows[1]["w"], rows[2]["layer"] = None, Decimal(-1), None
    assert said(rows=rows, **DESIGN) == (
        "Nothing was estimated.\n"
        "  CPN-M96  weights: 2 forms have no value in 'w' that can be used.\n"
        "           to fix: fill it in: weights are numbers from 0 with at most 9 decimals, "
        "populations whole numbers, strata and clusters names.\n"
        "  CPN-M96  strata: 1 forms have no value in 'layer' that can be used.\n"
        "           to fix: fill it in: weights are numbers from 0 with at most 9 decimals, "
        "populations whole numbers, strata and clusters names."
    )
    small = [row | {"of": 5} for row in rows_of()]
    assert said(rows=small, population="of", inference="descriptive") == (
        "Nothing was estimated.\n"
        "  CPN-M97  population: 3 strata are said to have fewer to draw from than were drawn.\n"
        "           to fix: give of how many the stratum was drawn: of clusters where 'psu' is "
        "given, else of clients."
    )
    assert "CPN-M04" in said(inference="both")
    assert "CPN-M47" in said(drawn="twice")
    assert "CPN-M01" in said(level=2)
    scores = scored(rows_of(), "single")
    with pytest.raises(AnalysisError, match="CPN-M03"):
        survey_by_design(scores, indicator="sngle", inference="analytic", drawn="each")
    tables = {"services": [{"nip": "a", "date": datetime(2026, 1, 5)}]}
    rule = read_policy(policy("count"))
    other = capaian.score(rule, tables, period="2026-Q1", as_of="2026-04-01")
    with pytest.raises(AnalysisError) as caught:
        survey_by_design(other, indicator="count", inference="analytic", drawn="each")
    assert str(caught.value) == (
        "Nothing was estimated.\n"
        "  CPN-M95  indicator: 'count' is no survey of which the forms are known: this reads means "
        "of items, ikm, top_box and net_promoter.\n"
        "           to fix: name an indicator of type survey-based."
    )
