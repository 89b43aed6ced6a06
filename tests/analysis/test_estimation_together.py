"""Intervals of indicators that are made of sub-periods: sums, averages, the last that is known."""

from datetime import datetime
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import capaian
from analysis.estimation_office import evidence, policy
from capaian.analysis import estimates, reliability
from capaian.policy import read_policy

SUM = {"every": "month", "by": "sum", "incomplete": "exclude"}
AVERAGE = {**SUM, "by": "average"}
LAST = {**SUM, "by": "last"}
PARTS = ("se", "low", "high", "n_eff", "value")


def found(tables, rule, *names, period="2026-Q1", question="analytic", form=None, **more):
    """Score and estimate, every indicator consolidated by a rule; `None` for none."""
    written = policy(*names)
    for each in written["indicators"]:
        if rule is not None:
            each.update(rule if "how" in rule.get("accumulate", {}) else {"consolidate": rule})
    made = read_policy(written)
    given_tables = tables if form is None else form(tables)
    scores = capaian.score(made, given_tables, period=period, as_of="2026-04-01")
    return estimates(scores, inference={e.id: question for e in made.indicators}, **more)


def status(made, name, at=0):
    table = made.table(name).rows()[at]
    return table["status"], table["reason"]


def same(one, other, name, rows=slice(None)):
    for part in PARTS:
        first, second = getattr(one[name], part)[rows], getattr(other[name], part)[rows]
        np.testing.assert_allclose(first, second, rtol=1e-12, err_msg=f"{name}: {part}")


def test_the_sum_of_counts_is_the_count_of_all():
    """Poisson counts add up to one: exactly the interval of the whole period, for amounts too."""
    tables = evidence()
    whole = found(tables, None, "count", "amounts", "points")
    parts = found(tables, SUM, "count", "amounts", "points")
    for name in whole.indicators:
        same(parts, whole, name)
        assert parts[name].flow.received.tolist() == whole[name].flow.received.tolist()
    assert set(parts.table("count")["method"]) == {"exact_poisson"}


def test_the_average_of_counts_is_their_sum_in_parts():
    """A third of Garwood's interval, by the chi-square distribution."""
    made = found(evidence(), AVERAGE, "count")["count"]
    events = made.value * 3
    np.testing.assert_allclose(made.low, stats.chi2.ppf(0.025, 2 * events) / 2 / 3)
    np.testing.assert_allclose(made.high, stats.chi2.ppf(0.975, 2 * events + 2) / 2 / 3)
    np.testing.assert_allclose(made.se, np.sqrt(events) / 3)


def test_the_last_sub_period_is_that_one_alone():
    """Law: by the last known value, every estimate is that of the last month scored by itself."""
    tables = evidence()
    for question in ("analytic", "descriptive"):
        last = found(tables, LAST, question=question)
        alone = found(tables, None, period="2026-03", question=question)
        for name in last.indicators:
            known = ~np.isnan(alone[name].value)  # else the last that is known is an earlier one
            assert known.sum() >= 2
            same(last, alone, name, known)
            for part in ("status", "method"):
                first, second = getattr(last[name], part), getattr(alone[name], part)
                assert first[known].tolist() == second[known].tolist()
            if known.all() and name != "kinds":
                assert last[name].reason.tolist() == alone[name].reason.tolist()
                flow = last[name].flow
                assert flow.used.tolist() == alone[name].n.tolist()
                gone = flow.received - alone[name].flow.received
                assert flow.excluded["earlier_sub_period"].tolist() == gone.tolist()


def test_accumulating_the_last_gives_times_their_interval_too():
    tables = evidence()
    rule = {"accumulate": {"how": "last", "every": "month"}}
    last, alone = found(tables, rule), found(tables, None, period="2026-03")
    for name in last.indicators:
        same(last, alone, name)


def test_a_single_sub_period_keeps_its_interval():
    """Rows of January alone: the average and the sum of what is known are January's."""
    tables = {
        name: [r for r in rows if (r.get("date") or r["received"]) < datetime(2026, 2, 1)]
        for name, rows in evidence().items()
    }
    names = ("done", "ikm", "closed", "km", "median", "ratio", "promoters", "tops-low", "area")
    alone = found(tables, None, *names, period="2026-01")
    for rule in (SUM, AVERAGE):
        made = found(tables, rule, *names)
        for name in names:
            same(made, alone, name)
            assert status(made, name) == status(alone, name)


def test_an_average_of_shares():
    """MOVER of Wilson's intervals by statsmodels, one officer and month at a time."""
    tables = evidence()
    made = found(tables, AVERAGE, "done")["done"]
    for at, nip in enumerate(("a", "b", "c")):
        shares, below, above, variance = [], 0.0, 0.0, 0.0
        for month in (1, 2, 3):
            rows = [r for r in tables["services"] if r["nip"] == nip and r["date"].month == month]
            n, k = len(rows), sum(r["outcome"] == "yes" for r in rows)
            low, high = proportion_confint(k, n, method="wilson")
            shares.append(k / n)
            below, above = below + (k / n - low) ** 2, above + (high - k / n) ** 2
            variance += (
                k / n * (1 - k / n) / n
                if 0 < k < n
                else (k + 1) * (n - k + 1) / ((n + 2) ** 2 * (n + 3))
            )
        value = np.mean(shares)
        np.testing.assert_allclose(made.low[at], value - np.sqrt(below) / 3)
        np.testing.assert_allclose(made.high[at], value + np.sqrt(above) / 3)
        np.testing.assert_allclose(made.se[at], np.sqrt(variance) / 3, rtol=1e-6)


def rows_of(months):
    """Return rows of services of one officer: for each month of the quarter its amounts or outcomes."""
    return [
        {"nip": "a", "date": datetime(2026, month, 5), "got": top, "asked": bottom, "outcome": word}
        for month, rows in enumerate(months, 1)
        for top, bottom, word in rows
    ]


def forms_of(months):
    return [
        {"nip": "a", "date": datetime(2026, month, 5), "u1": answer}
        for month, answers in enumerate(months, 1)
        for answer in answers
    ]


answers = st.lists(st.integers(1, 4), min_size=2, max_size=9).filter(lambda x: len(set(x)) > 1)


@given(st.lists(answers, min_size=2, max_size=2))
def test_sums_of_two_means_are_those_of_welch(months):
    """x + y is x - (-y): SciPy's interval of two means with unequal variances."""
    x, y = ((np.array(each) - 1) * 100 / 3 for each in months)
    made = found({"survey": forms_of(months)}, SUM, "single")["single"]
    wanted = stats.ttest_ind(x, -y, equal_var=False).confidence_interval()
    ends = max(wanted.low, 0), min(wanted.high, 200)
    np.testing.assert_allclose((made.low[0], made.high[0]), ends, rtol=1e-9, atol=1e-9)
    assert made.value[0] == pytest.approx(x.mean() + y.mean())


def test_an_average_of_shares_holds_the_truth_as_often_as_it_says():
    """Every outcome of two months of 12 and 20 cases, with its probability: about 95 %."""
    for first, second in ((0.5, 0.8), (0.9, 0.95), (0.3, 0.98)):
        k, m = map(np.array, zip(*product(range(13), range(21)), strict=True))
        chance = stats.binom.pmf(k, 12, first) * stats.binom.pmf(m, 20, second)
        below, above = np.zeros(len(k)), np.zeros(len(k))
        for some, n in ((k, 12), (m, 20)):
            low, high = proportion_confint(some, n, method="wilson")
            below, above = below + (some / n - low) ** 2, above + (high - some / n) ** 2
        value = (k / 12 + m / 20) / 2
        low, high = value - np.sqrt(below) / 2, value + np.sqrt(above) / 2
        held = chance[(low <= (first + second) / 2) & ((first + second) / 2 <= high)].sum()
        assert 0.93 < held < 0.975


def test_bounds_are_added_up():
    """With a month whose share is bounded, what the average can still come to; no interval."""
    tables = evidence()
    made = found(tables, AVERAGE, "tops-low")["tops-low"]
    alone = [
        found(tables, None, "tops-low", period=f"2026-0{month}")["tops-low"] for month in (1, 2, 3)
    ]
    bare = [each.status == 3 for each in alone]
    assert np.any(bare)
    low = np.mean([np.where(b, e.low, e.value) for b, e in zip(bare, alone, strict=True)], axis=0)
    high = np.mean([np.where(b, e.high, e.value) for b, e in zip(bare, alone, strict=True)], axis=0)
    rows = made.status == 3
    np.testing.assert_allclose(made.low[rows], low[rows])
    np.testing.assert_allclose(made.high[rows], high[rows])
    assert np.isnan(made.se[rows]).all()


def test_what_was_done_in_every_month_has_no_error():
    made = found(evidence(), AVERAGE, "count", "done", "amounts", "km", question="descriptive")
    for name in ("count", "done", "amounts"):
        assert set(made.table(name)["method"]) == {"enumeration"}
        assert made[name].se.tolist() == [0, 0, 0]


def test_one_month_that_cannot_be_told_leaves_the_average_untold():
    """A month with a single amount: how much amounts vary there is not known."""
    rows = rows_of([[(1, 2, "yes")], [(1, 2, "yes"), (2, 3, "yes")], []])
    made = found({"services": rows}, AVERAGE, "ratio")
    assert status(made, "ratio") == ("too_few", "one_row")
    assert np.isnan([made["ratio"].se[0], made["ratio"].low[0], made["ratio"].high[0]]).all()


def test_rows_of_months_without_a_value_are_counted():
    """Law: what was received is eligible or excluded; open cases of a month without a share are."""
    tables = evidence(size=40)
    for rule in (SUM, AVERAGE, LAST):
        made = found(tables, rule)
        whole = found(tables, None)
        for name in made.indicators:
            flow = made[name].flow
            assert (flow.received == flow.eligible + sum(flow.excluded.values())).all(), name
            if name != "kinds":
                assert flow.received.tolist() == whole[name].flow.received.tolist(), name
    young = [
        {"nip": "a", "received": datetime(2026, 1, 5), "answered": datetime(2026, 1, 6)},
        {"nip": "a", "received": datetime(2026, 3, 30), "answered": None},
    ]
    made = found({"complaints": young}, AVERAGE, "mature")
    flow = made["mature"].flow
    assert flow.excluded["sub_period_without_value"].tolist() == [1]
    assert flow.received.tolist() == [2]


def test_stretches_that_overlap_are_not_independent():
    rule = {"accumulate": {"how": "cumulative", "since": "year"}, "consolidate": AVERAGE}
    made = found(evidence(), rule, "done")
    assert status(made, "done") == ("not_applicable", "overlapping_sub_periods")
    made = found(evidence(), {**rule, "consolidate": LAST}, "done")
    assert status(made, "done") == ("ok", None)
    same(made, found(evidence(), None, "done"), "done")


def test_a_population_is_that_of_the_whole_period():
    tables = evidence()
    more = {"question": "descriptive", "population": {"single": 500}}
    plain = found(tables, AVERAGE, "single", question="descriptive")
    made = found(tables, AVERAGE, "single", **more)
    same(made, plain, "single")
    note = (
        "the population of single is that of the whole period, not of each sub-period: its "
        "descriptive intervals have no finite population correction, unless everybody has answered"
    )
    assert made.notes == (note,)
    n = plain["single"].n.tolist()
    sizes = {"population": {"single": dict(zip("abc", n, strict=True))}}
    made = found(tables, AVERAGE, "single", question="descriptive", **sizes)
    assert set(made.table("single")["method"]) == {"enumeration"}


def test_officers_are_told_apart_by_what_is_in_the_last_month():
    """The n of a value that is the last month's is that month's, not the ledger's total."""
    tables = evidence(size=400)
    last = reliability(found(tables, LAST, "done"))
    alone = reliability(found(tables, None, "done", period="2026-03"))
    assert last.rows() == alone.rows()
    assert np.isnan(float(reliability(found(tables, AVERAGE, "done")).columns["f"][0]))


def test_every_kind_of_table_gives_the_same():
    import polars as pl

    def frames(tables):
        return {name: pl.DataFrame(rows) for name, rows in tables.items()}

    names = ("count", "amounts", "ratio", "km", "single", "tops-low")
    for rule in (AVERAGE, LAST):
        plain = found(evidence(), rule, *names)
        other = found(evidence(), rule, *names, form=frames)
        for name in ("value", "se", "low", "high", "n", "status"):
            np.testing.assert_array_equal(getattr(plain, name), getattr(other, name))


def test_no_sub_period_has_begun_or_has_rows():
    """Nobody's value is made of nothing."""
    rows = rows_of([[(1, 2, "yes"), (1, 2, "no")], [], []])
    rows.append({**rows[0], "nip": "b", "date": datetime(2025, 12, 1)})
    made = found({"services": rows}, {**AVERAGE, "incomplete": "withhold"}, "done")
    assert status(made, "done") == ("not_applicable", "incomplete")
    made = found({"services": rows}, {**AVERAGE, "incomplete": "exclude"}, "done", "count")
    assert status(made, "done") == ("ok", None)
