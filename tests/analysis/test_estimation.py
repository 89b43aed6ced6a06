"""`estimates`: every kind of measure, through a whole policy, against the libraries, on every table."""

import pickle
from datetime import datetime, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest
from attrs import frozen
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import capaian
from analysis.cases import MEASUREMENT
from analysis.estimation_office import SURVEYS, TIMES, evidence, indicator, policy
from capaian.analysis import Estimates, estimates, matrix_of, reliability, shares_within
from capaian.errors import AnalysisError, EvidenceError
from capaian.formula import Functions, agg, col, when
from capaian.plugin import (
    ColumnNeed,
    Count,
    Flow,
    IndicatorType,
    Measure,
    Sampling,
    Share,
    hookimpl,
)
from capaian.policy import read_policy

CUT = datetime(2026, 4, 1)
DAY = timedelta(days=1)
WORDS = ("ok", "provisional", "too_few", "bounds_only", "not_reached", "not_applicable")


def form_of(tables, form):
    """Return the tables as another kind."""
    if form == "records":
        return tables
    frames = {name: pl.DataFrame(rows) for name, rows in tables.items()}
    if form == "polars":
        return frames
    connection = duckdb.connect()
    for name, frame in frames.items():
        connection.register(name, frame.to_arrow())
    return {name: connection.table(name) for name in frames}


def found(tables, *names, form="records", question="analytic", **more):
    """Score and estimate, all indicators by one question."""
    rule = read_policy(policy(*names))
    scores = capaian.score(rule, form_of(tables, form), period="2026-Q1", as_of="2026-04-01")
    inference = {each.id: question for each in rule.indicators}
    return estimates(scores, inference=inference, **more)


def status(made, name, at=0):
    one = made[name]
    reason = one.reason.tolist()[at]
    return WORDS[one.status[at]], reason


def ends(made, name, at=0):
    return made[name].low[at], made[name].high[at]


def cases(tables, nip):
    """Return times in days, and whether they have ended, of the complaints of one officer."""
    rows = [row for row in tables["complaints"] if row["nip"] == nip]
    return (
        np.array([((row["answered"] or CUT) - row["received"]) / DAY for row in rows]),
        np.array([row["answered"] is not None for row in rows]),
    )


# ---- the noun ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["polars", "duckdb"])
def test_every_kind_of_table_gives_the_same(form):
    """Law: the engine does not matter; times and second moments are measured again on each."""
    tables = evidence()
    plain, other = found(tables), found(tables, form=form)
    for name in ("value", "se", "low", "high", "n", "status"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(other, name))
    assert plain.table().rows() == other.table().rows()


def test_estimates_lie_as_the_matrix_does():
    """Subjects x indicators, values those of the ledger to the bit; scores do not change."""
    rule = read_policy(policy())
    scores = capaian.score(rule, evidence(), period="2026-Q1", as_of="2026-04-01")
    before, matrix = scores.to_json(), matrix_of(scores)
    made = estimates(scores, inference={each.id: "analytic" for each in rule.indicators})
    assert isinstance(made, Estimates)
    assert (made.indicators, made.subjects) == (matrix.indicators, matrix.subjects)
    np.testing.assert_array_equal(made.value, matrix.measured)
    np.testing.assert_array_equal(made.n, matrix.n)
    assert made.se.shape == made.low.shape == made.high.shape == matrix.measured.shape
    assert scores.to_json() == before
    assert repr(made) == "<Estimates 3 subjects x 20 indicators>"
    assert repr(made["km"]) == "<Estimate km: 3 subjects, analytic>"
    assert "<table>" in made._repr_html_()


def test_every_interval_holds_its_value_and_has_a_width():
    """No interval is a point; all is in units of the measured value."""
    made = found(evidence())
    known = np.isfinite(made.low) & np.isfinite(made.high)
    assert (made.low[known] < made.high[known]).all()
    assert (made.low[known] <= made.value[known] + 1e-9).all()
    assert (made.value[known] <= made.high[known] + 1e-9).all()
    assert (made.se[np.isfinite(made.se)] > 0).all()
    lacking = {made.indicators[at] for at in np.nonzero(~known)[1]}
    assert lacking == {"kinds", "ninety"}


def test_a_table_of_one_indicator():
    tables = evidence(size=40)
    rows = found(tables, "closed", "count").table("closed").rows()
    times, ended = cases(tables, "a")
    assert rows[0]["received"] == len(times)
    assert rows[0]["used"] == rows[0]["eligible"] == ended.sum()
    assert rows[0]["undetermined"] == rows[0]["excluded_open"] == (~ended).sum()
    assert rows[0]["status"] == "provisional"
    assert rows[0]["reason"] == "biased_if_open"
    assert rows[0]["method"] == "t"
    assert rows[0]["inference"] == "analytic"
    assert list(rows[0])[:3] == ["subject", "indicator", "value"]


def test_nothing_disappears():
    """Law: what was received is eligible or excluded, for a reason."""
    made = found(evidence())
    for name in made.indicators:
        flow = made[name].flow
        assert (flow.received == flow.eligible + sum(flow.excluded.values())).all(), name
        assert (flow.undetermined <= flow.received).all(), name
        assert (flow.used <= flow.received).all(), name


# ---- each law ------------------------------------------------------------------------------------


def test_shares():
    tables = evidence()
    made = found(tables, "done", "mature", "top")
    mine = [row for row in tables["services"] if row["nip"] == "a"]
    done = sum(row["outcome"] == "yes" for row in mine)
    wanted = proportion_confint(done, len(mine), method="wilson")
    assert ends(made, "done") == pytest.approx(wanted)
    one = made["mature"]
    k = round(one.value[0] * one.n[0])
    assert ends(made, "mature") == pytest.approx(proportion_confint(k, one.n[0], method="wilson"))
    assert one.se[0] == pytest.approx(np.sqrt(one.value[0] * (1 - one.value[0]) / one.n[0]))


def test_counts_and_weighted_counts():
    tables = evidence()
    made = found(tables, "count", "points", "amounts")
    mine = [row for row in tables["services"] if row["nip"] == "a"]
    o = len(mine)
    low, high = stats.chi2.ppf(0.025, 2 * o) / 2, stats.chi2.ppf(0.975, 2 * o + 2) / 2
    assert ends(made, "count") == pytest.approx((low, high))
    for name, worth in (
        ("points", [1 if row["kind"] == "simple" else 2.5 for row in mine]),
        ("amounts", [float(row["fee"]) for row in mine]),
    ):
        w, v = sum(worth), sum(each * each for each in worth)
        by_hand = [w + np.sqrt(v / o) * (end - o) for end in (low, high)]
        assert ends(made, name) == pytest.approx(by_hand)
        assert made[name].se[0] == pytest.approx(np.sqrt(v))


def test_a_ratio_of_sums():
    tables = evidence()
    made = found(tables, "ratio")
    mine = [(row["got"], row["asked"]) for row in tables["services"] if row["nip"] == "a"]
    t, b = (np.array(each) for each in zip(*mine, strict=True))
    r = t.sum() / b.sum()
    se = np.std(t - r * b, ddof=1) * np.sqrt(len(t)) / b.sum()
    assert made["ratio"].se[0] == pytest.approx(se)
    assert ends(made, "ratio") == pytest.approx(stats.t.interval(0.95, len(t) - 1, r, se))


def test_means_of_forms():
    """Where answers are missing, the error is that of the complete forms."""
    tables = evidence()
    made = found(tables, "ikm", "single")
    mine = [row for row in tables["survey"] if row["nip"] == "a"]
    whole = [[row[f"u{at}"] for at in (1, 2, 3)] for row in mine if row["u2"] is not None]
    each = np.array(whole).mean(axis=1) * 25
    se = stats.sem(each)
    one = made["ikm"]
    assert one.se[0] == pytest.approx(se)
    assert one.n_eff[0] == len(whole) < one.n[0]
    wanted = stats.t.interval(0.95, len(whole) - 1, one.value[0], se)
    assert ends(made, "ikm") == pytest.approx(wanted)
    single = (np.array([row["u1"] for row in mine]) - 1) * 100 / 3
    wanted = stats.t.interval(0.95, len(single) - 1, single.mean(), stats.sem(single))
    assert ends(made, "single") == pytest.approx(wanted)


def test_answers_of_one_form_are_not_independent():
    """Three forms of two equal answers each: the error is that of three forms, not of six."""
    rows = [
        {"nip": "a", "date": datetime(2026, 1, 5), "u1": u, "u2": u, "u3": 1} for u in (4, 4, 1)
    ]
    made = found({"survey": rows}, "tops")["tops"]
    p, n = 2 / 3, 3
    assert made.se[0] == pytest.approx(np.sqrt(p * (1 - p) / (n - 1)))
    assert made.n_eff[0] < 3


def test_a_net_promoter_score_is_in_points():
    made = found(evidence(), "promoters")["promoters"]
    assert -100 <= made.low[0] < made.value[0] < made.high[0] <= 100


def test_kaplan_meier_through_a_policy():
    """SciPy's curve of the same rows: share, error, median, percentile."""
    tables = evidence(size=300)
    made = found(tables, "km", "median", "ninety", "area")
    for at, nip in enumerate("abc"):
        times, ended = cases(tables, nip)
        s = stats.ecdf(stats.CensoredData(uncensored=times[ended], right=times[~ended])).sf
        level = s.confidence_interval(0.95, method="log-log")
        wanted = [1 - float(end.evaluate(5)) for end in (level.high, level.low)]
        assert ends(made, "km", at) == pytest.approx(wanted, abs=1e-9)
        assert made["km"].value[at] == pytest.approx(1 - float(s.evaluate(5)), abs=1e-9)
        reached = s.quantiles[s.probabilities <= 0.5]
        assert made["median"].value[at] == pytest.approx(reached[0])
        low, high = ends(made, "median", at)
        assert low < reached[0] < high
        assert made["median"].se[at] == pytest.approx((high - low) / (2 * 1.959963985))


def times_of(*lengths, nip="a", start=datetime(2026, 1, 5)):
    """Return complaints that took so many days, `None` for those that are open."""
    return [
        {"nip": nip, "received": start, "answered": None if d is None else start + d * DAY}
        for d in lengths
    ]


def test_a_percentile_that_is_not_reached_is_not_the_largest_time():
    """T06 through a policy: a state and a reason, no number; the median has one."""
    rows = times_of(2, 3, 3, 5, 6, None, None, None)
    made = found({"complaints": rows}, "median", "ninety")
    assert status(made, "ninety") == ("not_reached", "not_reached")
    assert np.isnan([made["ninety"].value[0], *ends(made, "ninety")]).all()
    assert made["median"].value[0] == 5


def test_what_is_all_in_time_is_not_certain():
    """Ten of ten in time: not [1, 1]; by Kaplan-Meier as by the mature cohort."""
    made = found({"complaints": times_of(*range(1, 5), *range(1, 5), 1, 2)}, "km", "mature")
    wanted = proportion_confint(10, 10, method="wilson")
    for name in ("km", "mature"):
        assert ends(made, name) == pytest.approx(wanted)
        assert made[name].se[0] > 0
    none = found({"complaints": times_of(*[20] * 10)}, "km")
    assert ends(none, "km") == pytest.approx(proportion_confint(0, 10, method="wilson"))


def test_what_is_not_seen_up_to_the_limit_has_bounds():
    """One ended in a day, two were opened two days before the cut-off: 1/3 to 1."""
    late = CUT - 2 * DAY
    rows = [*times_of(1, start=late - 10 * DAY), *times_of(None, None, start=late)]
    made = found({"complaints": rows}, "km", "area", "mature", "bounds")
    assert status(made, "km") == ("bounds_only", "undetermined")
    assert ends(made, "km") == pytest.approx((1 / 3, 1))
    assert np.isnan(made["km"].se[0])
    assert status(made, "area") == ("not_reached", "followed_too_short")
    assert ends(made, "bounds") == pytest.approx((1 / 3, 1))
    assert status(made, "bounds") == ("bounds_only", "undetermined_or_unanswered")
    assert status(made, "mature") == ("provisional", "undetermined")
    assert made["mature"].flow.excluded["too_young"].tolist() == [2]


def test_equal_answers_are_no_point():
    """All forms 4, 4, 4: Goodman's interval; equal times: too few to say."""
    rows = [{"nip": "a", "date": datetime(2026, 1, 5), "u1": 4, "u2": 4, "u3": 4}] * 10
    made = found({"survey": rows}, "ikm", "promoters", "top")
    assert made["ikm"].value[0] == 100
    low, high = ends(made, "ikm")
    assert 60 < low < 90
    assert high == 100
    assert made["ikm"].se[0] > 0
    for name in ("promoters", "top"):
        assert ends(made, name)[0] < ends(made, name)[1]
    equal = found({"complaints": times_of(3, 3, 3)}, "closed", "area", "median")
    assert status(equal, "closed") == ("too_few", "no_spread")
    assert np.isnan(ends(equal, "closed")).all()
    assert ends(equal, "area")[0] < 3 < ends(equal, "area")[1]


def test_one_row_says_nothing_of_its_error():
    day = datetime(2026, 1, 5)
    services = [{"nip": "a", "date": day, "got": 1, "asked": 2, "fee": 3, "kind": "hard",
                 "outcome": "yes"}]  # fmt: skip
    rows = {"services": services, "complaints": times_of(3),
            "survey": [{"nip": "a", "date": day, "u1": 3, "u2": None, "u3": 2}]}  # fmt: skip
    made = found(rows, "ratio", "closed", "ikm", "single", "done")
    assert status(made, "ratio") == ("too_few", "one_row")
    assert status(made, "closed") == ("too_few", "fewer_than_two")
    assert status(made, "single") == ("too_few", "fewer_than_two")
    assert status(made, "ikm") == ("too_few", "no_evidence"), "nobody answered u2"
    assert status(made, "done") == ("ok", None)
    low, high = ends(made, "single")
    assert low < made["single"].value[0] < high


def test_no_rows_are_no_estimate():
    """Who has no complaint has no share; who has no service has counted 0, and an upper end."""
    tables = {
        "complaints": times_of(3, 4),
        "services": [{"nip": "b", "date": datetime(2026, 1, 5), "fee": 1, "kind": "hard"}],
    }
    made = found(tables, "mature", "count", "points")
    assert status(made, "mature", 1) == ("too_few", "no_evidence")
    assert np.isnan([made["mature"].value[1], *ends(made, "mature", 1)]).all()
    assert made["count"].value.tolist() == [0, 1]
    assert ends(made, "count") == pytest.approx((0, 3.688879454))
    assert made["count"].se[0] == pytest.approx(np.sqrt(0.5))
    assert status(made, "points") == ("too_few", "no_event")


# ---- the question --------------------------------------------------------------------------------


def test_what_was_done_has_no_sampling_error():
    """Descriptive: all the work is counted. Open cases keep their bounds, and means are flagged."""
    made = found(evidence(), question="descriptive")
    for name in ("count", "amounts", "points", "ratio", "done"):
        assert made[name].se.tolist() == [0, 0, 0]
        assert np.isnan(made[name].low).all()
        assert set(made.table(name)["method"]) == {"enumeration"}
    assert status(made, "closed") == ("provisional", "biased_if_open")
    assert (made["ikm"].se > 0).all(), "a survey is a sample"


def test_closed_cases_alone_are_enumerated():
    made = found({"complaints": times_of(1, 2, 4)}, *TIMES, question="descriptive")
    for name in TIMES:
        assert made[name].se[0] == 0, name
        assert status(made, name) == ("ok", None), name


def test_a_finite_population_is_for_the_descriptive_question():
    """n = N leaves nothing to know, N = 4 n halves nothing like it; the analytic one is as before."""
    tables = evidence()
    asked = {name: {"a": 1000, "b": int(1e9)} for name in SURVEYS}
    plain = found(tables, *SURVEYS)
    finite = found(tables, *SURVEYS, question="descriptive", population=asked)
    analytic = found(tables, *SURVEYS, population=asked)
    np.testing.assert_array_equal(plain.se, analytic.se)
    n = plain["ikm"].n
    shrunk = finite["ikm"].se / plain["ikm"].se
    assert shrunk == pytest.approx([np.sqrt(1 - n[0] / 1000), 1, 1])
    for name in SURVEYS:
        if name != "tops-low":
            assert finite[name].high[0] - finite[name].low[0] < (
                plain[name].high[0] - plain[name].low[0]
            )
    everybody = {name: {"a": int(n[0])} for name in SURVEYS}
    all_asked = found(tables, *SURVEYS, question="descriptive", population=everybody)
    assert all_asked["ikm"].se[0] == 0
    assert all_asked.table("top")["method"][0] == "enumeration"
    assert finite.notes == ()
    notes = found(tables, question="descriptive").notes
    assert any("no population was given for ikm" in each for each in notes)


# ---- what cannot be estimated --------------------------------------------------------------------


@frozen
class Options:
    """None."""


class Plugin:
    """A type that says nothing of how its value varies."""

    @hookimpl
    def capaian_indicator_types(self):
        def build(options, indicator):
            rows = agg.count()
            return Measure((), rows, rows)

        return [IndicatorType("bare", {"en": "bare", "id": "bare"}, Options, build)]


def test_a_type_that_says_nothing_has_no_interval():
    rule = policy("count")
    rule["indicators"].append(indicator("own", "bare", "services", {}, {}))
    rating = {
        "id": "rated", "type": "rating-based", "table": "ratings", "columns": {"rating": "word"},
        "measure": {"statistic": "only", "levels": ["poor", "good"], "values": [1, 2]},
        "normalise": {"method": "identity"},
    }  # fmt: skip
    rule["indicators"].append(rating)
    tables = {**evidence(size=20), "ratings": [{"nip": "a", "word": "good"}]}
    scores = capaian.score(
        read_policy(rule), tables, period="2026-Q1", as_of="2026-04-01", plugins=[Plugin()]
    )
    made = estimates(scores, inference=dict.fromkeys(("count", "own", "rated"), "analytic"))
    for name in ("own", "rated"):
        assert status(made, name) == ("not_applicable", "no_sampling")
        assert np.isnan([made[name].se[0], *ends(made, name)]).all()
    assert made["own"].value[0] == made["count"].value[0]


def test_a_plugin_may_say_how_its_value_varies():
    """A share that functions count: its trees are the measure's own, whoever brought them."""

    def records(rows):
        return {"good": sum(row["u1"] > 2 for row in rows)}

    def frames(frame):
        import narwhals as nw

        return frame.group_by("subject").agg(good=(nw.col("u1") > 2).cast(nw.Int64).sum())

    own = Functions(
        name="tests/good", inputs=["u1"], outputs=["good"], records=records, frames=frames,
        title={"en": "good", "id": "baik"},
    )  # fmt: skip

    class Sampled:
        @hookimpl
        def capaian_indicator_types(self):
            def build(options, indicator):
                rows, good = agg.count(), agg.own(own, "good", u1=col("u1"))
                law = Sampling(Share(good, rows), "work", Flow(rows))
                need = (ColumnNeed("u1", "integer"),)
                return Measure(need, good / rows, rows, unit="share", sampling=law)

            return [IndicatorType("sampled", {"en": "sampled", "id": "sampel"}, Options, build)]

    rule = policy("top")
    rule["indicators"][0]["measure"]["top"] = 3
    rule["indicators"].append(indicator("own", "sampled", "survey", {}, {}))
    for form in ("records", "polars"):
        tables = form_of(evidence(size=60), form)
        scores = capaian.score(
            read_policy(rule), tables, period="2026-Q1", as_of=CUT, plugins=[Sampled()]
        )
        made = estimates(scores, inference={"top": "analytic", "own": "analytic"})
        assert ends(made, "own") == ends(made, "top")


def test_spark_stays_where_it_is():
    """Scores in Spark are not brought out: the refusal is that of `Scores`."""
    from capaian.scores import LazyScores

    lazy = object.__new__(LazyScores)
    object.__setattr__(lazy, "plan", scores_of(evidence(size=30), "count").plan)
    with pytest.raises(EvidenceError, match="CPN-E41"):
        estimates(lazy, inference={"count": "analytic"})


def test_amounts_that_are_too_large_to_square():
    """The scores stand; the error is not to be had, and it is said."""
    rows = [{"nip": "a", "date": datetime(2026, 1, 5), "fee": 10**12} for _ in range(3)]
    for form in ("records", "polars"):
        made = found({"services": rows}, "amounts", form=form)
        assert made["amounts"].value[0] == 3 * 10**12
        assert status(made, "amounts") == ("not_applicable", "too_large")


def test_exposure_makes_a_rate():
    """C04: 45 in three quarters of a year are 60 a year, 43.8 to 80.3."""
    rule = policy("count")
    rule["indicators"][0]["exposure"] = {"table": "posts", "days": "days", "full": 360}
    tables = {
        "services": [{"nip": "a", "date": datetime(2026, 1, 5)}] * 45,
        "posts": [{"nip": "a", "days": 270}, {"nip": "b", "days": 0}],
    }
    tables["services"] = tables["services"] + [{"nip": "b", "date": datetime(2026, 1, 5)}]
    scores = capaian.score(read_policy(rule), tables, period="2026", as_of="2027-01-01")
    made = estimates(scores, inference={"count": "analytic"})
    assert status(made, "count", 1) == ("not_applicable", "no_exposure")
    assert np.isnan([made["count"].se[1], *ends(made, "count", 1)]).all()
    assert made["count"].value[0] == 60
    assert ends(made, "count") == pytest.approx((43.7644117, 80.28472066), abs=1e-6)


def test_pauses_are_taken_off_the_times():
    rule = policy("closed")
    rule["indicators"][0]["pauses"] = {
        "table": "pauses",
        "case": "id",
        "start": "from",
        "stop": "to",
    }
    start = datetime(2026, 1, 5)
    rows = [{**row, "id": str(at)} for at, row in enumerate(times_of(4, 6, 9))]
    pauses = [{"id": "2", "from": start + DAY, "to": start + 3 * DAY}]
    for form in ("records", "polars"):
        tables = form_of({"complaints": rows, "pauses": pauses}, form)
        scores = capaian.score(read_policy(rule), tables, period="2026-Q1", as_of="2026-04-01")
        made = estimates(scores, inference={"closed": "analytic"})
        assert made["closed"].se[0] == pytest.approx(stats.sem([4, 6, 7]))


# ---- errors --------------------------------------------------------------------------------------


def refusal(*names, **more):
    with pytest.raises(AnalysisError) as caught:
        found(evidence(size=30), *names, **more)
    return str(caught.value)


def test_a_policy_is_scored_first():
    rule = read_policy(policy("count"))
    made = estimates(
        rule,
        evidence(size=30),
        inference={"count": "analytic"},
        period="2026-Q1",
        as_of="2026-04-01",
    )
    assert made["count"].n.sum() == 30
    with pytest.raises(AnalysisError) as caught:
        estimates(rule, inference={"count": "analytic"})
    assert str(caught.value) == (
        "Nothing was estimated.\n"
        "  CPN-M09  scores: a Policy is no result of one period.\n"
        "           to fix: give what capaian.score returns for one period, or a policy with "
        "evidence= and period=."
    )


def test_the_question_has_no_default():
    rule = read_policy(policy("count", "km", "done"))
    scores = capaian.score(rule, evidence(size=30), period="2026-Q1", as_of="2026-04-01")
    with pytest.raises(AnalysisError) as caught:
        estimates(scores, inference={"counts": "analytic", "done": "maybe"})
    assert str(caught.value) == (
        "Nothing was estimated.\n"
        "  CPN-M03  inference['counts']: the policy has no indicator 'counts'. Did you mean 'count'?\n"
        "           to fix: use one of: count, done, km.\n"
        "  CPN-M02  inference: it is not said what is asked of: count, km.\n"
        "           to fix: give each 'descriptive' (what was done, what did these people say) or "
        "'analytic' (how good is this officer); there is no default.\n"
        "  CPN-M04  inference['done']: 'maybe' is no question.\n"
        "           to fix: write 'descriptive' or 'analytic'."
    )


def test_a_population_is_that_of_a_survey():
    assert refusal("count", "top", population={"count": 3, "top": {"a": 0, "b": 2.5}}) == (
        "Nothing was estimated.\n"
        "  CPN-M06  population['count']: 'count' is no survey: its rows are all the work there was, "
        "and it has no population.\n"
        "           to fix: give a population for indicators of surveys alone.\n"
        "  CPN-M07  population['top']: 2 of the populations are no number of people.\n"
        "           to fix: give whole numbers from 1 on."
    )
    assert refusal("top", question="descriptive", population={"top": 1}) == (
        "Nothing was estimated.\n"
        "  CPN-M08  population['top']: of 3 subjects more people have answered than there are.\n"
        "           to fix: give everybody who could have been asked, or leave those subjects out of "
        "the population."
    )


def test_tables_must_be_at_hand():
    """Times need the rows; what the scores keep needs none."""
    rule = read_policy(policy("count", "km"))
    tables = evidence(size=30)
    scores = capaian.score(rule, tables, period="2026-Q1", as_of="2026-04-01")
    again = pickle.loads(pickle.dumps(scores))  # noqa: S301 - made here
    question = {"count": "analytic", "km": "analytic"}
    with pytest.raises(AnalysisError) as caught:
        estimates(again, inference=question)
    assert str(caught.value) == (
        "Nothing was estimated.\n"
        "  CPN-M05  indicators['km']: the tables of 'km' are not at hand, and its error needs more "
        "than the scores keep.\n"
        "           to fix: give the tables that were scored as evidence."
    )
    np.testing.assert_array_equal(
        estimates(again, tables, inference=question).se, estimates(scores, inference=question).se
    )


# ---- what stands beside --------------------------------------------------------------------------


def scores_of(tables, *names):
    rule = read_policy(policy(*names))
    return capaian.score(rule, tables, period="2026-Q1", as_of="2026-04-01")


@pytest.mark.parametrize("basis", ["mature", "bounds", "km"])
def test_three_shares_whatever_the_basis(basis):
    """T03 through a policy: 5 of 12 at least, 8 at most; 4 of 8 mature; 0.5227 by Kaplan-Meier."""
    taken, closed = [3, 5, 8, 12, 14, 16, 20], [1] * 7
    ages = [4, 40, 30, 25, 60, 50, 33, 20, 15, 10, 6, 2]
    rows = []
    for at, age in enumerate(ages):
        start = CUT - age * DAY
        stop = start + taken[at] * DAY if at < len(closed) else None
        rows.append({"nip": "a", "received": start, "answered": stop})
    rule = policy(basis)
    rule["indicators"][0]["measure"]["limit"] = "14 days"
    scores = capaian.score(read_policy(rule), {"complaints": rows}, period="2026-Q1", as_of=CUT)
    (row,) = shares_within(scores, basis).rows()
    assert (row["received"], row["undetermined"], row["mature"]) == (12, 3, 8)
    assert (row["at_least"], row["at_most"]) == (pytest.approx(5 / 12), pytest.approx(8 / 12))
    assert row["mature_share"] == 0.5
    assert row["kaplan_meier"] == pytest.approx(0.522727272727)
    assert row["kaplan_meier_low"] < row["kaplan_meier"] < row["kaplan_meier_high"]


def test_three_shares_are_of_a_share_within_a_limit():
    scores = scores_of(evidence(size=30), "count", "km")
    for name, text in (
        (
            "count",
            (
                "  CPN-M10  indicator: 'count' is no share of cases within a limit that is measured over "
                "the whole period.\n"
                '           to fix: name a time-based indicator with statistic = "share_within", without '
                "sub-periods."
            ),
        ),
        (
            "kmm",
            (
                "  CPN-M03  indicator: the policy has no indicator 'kmm'. Did you mean 'km'?\n"
                "           to fix: use one of: count, km."
            ),
        ),
    ):
        with pytest.raises(AnalysisError) as caught:
            shares_within(scores, name)
        assert str(caught.value) == f"Nothing was estimated.\n{text}"
    with pytest.raises(AnalysisError, match="CPN-M09"):
        shares_within(None, "km")


def test_officers_are_told_apart_by_their_answers():
    """S24 through a policy: F = 15.4, reliability 0.935 of four answers each."""
    given = MEASUREMENT["S24"]
    rows = [
        {"nip": nip, "date": datetime(2026, 1, 5), "u1": round(10 * each), "u2": 10, "u3": 10}
        for nip, some in given["input"]["scores"].items()
        for each in some
    ]
    rule = policy("single", "count")
    rule["indicators"][-1]["measure"] |= {"lowest": 10, "highest": 40}
    tables = {"survey": rows, "services": [{"nip": "a", "date": datetime(2026, 1, 5)}]}
    scores = capaian.score(read_policy(rule), tables, period="2026-Q1", as_of="2026-04-01")
    made = estimates(scores, inference={"single": "analytic", "count": "descriptive"})
    count, single = reliability(made).rows()
    wanted = given["expected"]
    assert single["f"] == pytest.approx(wanted["F"])
    assert single["reliability"] == pytest.approx(wanted["reliability"])
    assert single["icc"] == pytest.approx(wanted["icc1"])
    assert (single["least_n"], single["officers_with_it"]) == (1, 1)
    assert (count["f"], count["least_n"], count["officers_with_it"]) == (None, None, None)


def test_a_table_that_is_lacking_is_named():
    scores = scores_of(evidence(size=30), "km")
    with pytest.raises(EvidenceError) as caught:
        estimates(scores, {"survey": []}, inference={"km": "analytic"})
    assert caught.value.findings[0].code == "CPN-E50"


def test_three_shares_need_the_whole_period():
    rule = policy("mature")
    rule["indicators"][0]["accumulate"] = {"how": "last", "every": "month"}
    scores = capaian.score(read_policy(rule), evidence(), period="2026-Q1", as_of="2026-04-01")
    with pytest.raises(AnalysisError, match="CPN-M10"):
        shares_within(scores, "mature")
    made = estimates(scores, inference={"mature": "analytic"})
    assert set(made.table("mature")["method"]) == {"wilson"}, "of the last month's integers"


def test_a_population_of_nobody_known():
    assert "CPN-M03  population['tops']" in refusal("top", population={"tops": 3})


def test_trees_that_are_no_statistics_are_out_of_reach():
    """A type whose law asks for what no engine can add up: no interval, and why."""

    class Odd:
        @hookimpl
        def capaian_indicator_types(self):
            def build(options, indicator):
                rows = agg.count()
                odd = when(rows > 1, rows, 0)
                return Measure((), rows, rows, sampling=Sampling(Count(odd), "work", Flow(rows)))

            return [IndicatorType("odd", {"en": "odd", "id": "ganjil"}, Options, build)]

    rule = policy("count")
    rule["indicators"].append(indicator("odd", "odd", "services", {}, {}))
    scores = capaian.score(
        read_policy(rule), evidence(size=30), period="2026-Q1", as_of=CUT, plugins=[Odd()]
    )
    made = estimates(scores, inference={"count": "analytic", "odd": "analytic"})
    assert status(made, "odd") == ("not_applicable", "not_a_statistic")
    assert made["odd"].flow.received.sum() == 30
