"""Little's law beside every mean time: what is open says whether the mean is that of the quick cases."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import capaian
from analysis.estimation_office import evidence, policy
from capaian.analysis import estimates
from capaian.analysis.estimation.backlog import backlog_of, little
from capaian.formula import col
from capaian.plugin import Times
from capaian.policy import read_policy

DAY, START, END = timedelta(days=1), datetime(2026, 1, 1), datetime(2026, 4, 1)


def found(complaints, *names, more=None, form=None, as_of="2026-04-01", **rule):
    written = policy(*names, **rule)
    for each in written["indicators"]:
        each.update(more or {})
    made = read_policy(written)
    tables = {"complaints": form(complaints) if form else complaints}
    scores = capaian.score(made, tables, period="2026-Q1", as_of=as_of)
    return estimates(scores, inference={each.id: "analytic" for each in made.indicators})


def test_a_reported_mean_of_6_days_against_a_backlog_worth_15():
    """60 open, 4 closed a day: the mean in a steady flow is 15 days."""
    worth, (low, high) = little([60], [360], 90)
    assert worth[0] == pytest.approx(15)
    assert low[0] > 6
    assert high[0] > 15


@given(st.integers(0, 60), st.integers(0, 300), st.sampled_from([0.8, 0.95]))
def test_the_ends_are_the_odds_of_the_exact_interval(backlog, closed, level):
    worth, (low, high) = little(backlog, closed, 90.0, level)
    if backlog + closed == 0:
        assert np.isnan([worth, low, high]).all()
        return
    ends = stats.binomtest(backlog, backlog + closed).proportion_ci(level, method="exact")
    assert low == pytest.approx(90 * ends.low / (1 - ends.low))
    if closed:
        assert worth == pytest.approx(90 * backlog / closed)
        assert high == pytest.approx(90 * ends.high / (1 - ends.high))
    else:
        assert np.isnan([worth, high]).all()


def test_the_interval_holds_the_mean_of_a_steady_flow():
    """Cases by chance, of an exponential mean of 10 days, no one waiting for another."""
    rng = np.random.Generator(np.random.PCG64(2))
    held = 0
    for _ in range(400):
        opened = rng.uniform(-120, 90, rng.poisson(210 * 0.5))
        ended = opened + rng.exponential(10, len(opened))
        open_, closed = (ended > 90).sum(), ((ended > 0) & (ended <= 90)).sum()
        _, (low, high) = little(open_, closed, 90.0)
        held += low <= 10 <= high
    assert 0.94 * 400 <= held <= 400


def by_hand(rows, nip):
    mine = [r for r in rows if r["nip"] == nip and r["received"] < END]
    done = [r for r in mine if r["answered"] is not None and r["answered"] < END]
    return (
        sum(r["received"] >= START for r in mine),
        sum(r["answered"] >= START for r in done),
        len(mine) - len(done),
    )


def old_and_new():
    """Return cases of the quarter, and others that came in long before or after it."""
    rows = evidence(size=80)["complaints"]
    for at in range(40):
        begun = START - timedelta(days=at * 2)
        stop = None if at % 5 == 0 else begun + timedelta(days=at)
        rows.append({"nip": "abc"[at % 3], "received": begun, "answered": stop})
    rows.append({"nip": "a", "received": END + timedelta(days=1), "answered": None})
    return rows


@pytest.mark.parametrize("as_of", ["2026-04-01", "2026-05-01"])
def test_all_that_is_open_counts_whenever_it_came_in(as_of):
    """The mean is of the period's cases; the backlog at its end holds older ones too."""
    rows = old_and_new()
    made = found(rows, "closed", "ages", as_of=as_of)
    for name in ("closed", "ages"):
        flow = made.backlogs[name]
        for at, nip in enumerate(made.subjects):
            assert (flow.opened[at], flow.closed[at], flow.open[at]) == by_hand(rows, nip)
        np.testing.assert_allclose(flow.worth, flow.open / flow.closed * 90)
        ends = made[name].high
        assert flow.short.tolist() == (flow.low > ends).tolist()
    other = found(rows, "closed", "ages", as_of=as_of, form=pl.DataFrame)
    assert other.table().rows() == made.table().rows()


def test_what_the_backlog_says_is_printed():
    """Quick closures and a heap of open cases: the table and a note say so; the value stands."""
    rows = [
        {"nip": "a", "received": START + timedelta(hours=12 * at), "answered":
         START + timedelta(hours=12 * at, days=2) if at % 2 else None}
        for at in range(170)
    ]  # fmt: skip
    rows += [
        {"nip": "b", "received": START + timedelta(hours=12 * at),
         "answered": START + timedelta(hours=12 * at, days=2 + at % 2)}
        for at in range(170)
    ]  # fmt: skip
    made = found(rows, "closed", "median")
    first, second = made.table("closed").rows()
    assert (first["backlog_says"], second["backlog_says"]) == ("longer", "as_reported")
    assert first["value"] == 2
    assert first["backlog_worth"] == pytest.approx(85 / 85 * 90)
    note = (
        "closed: of 1 subjects the open backlog is worth more time than the mean says, beyond "
        "chance: cases that take long are still open (Little 1961)"
    )
    assert made.notes == (note,)
    assert "backlog" not in made.table("median").columns
    both = made.table().rows()
    assert [row["backlog_says"] for row in both] == ["longer", None, "as_reported", None]


def test_the_worth_is_in_the_unit_of_the_mean():
    """Hours are 24 times the days; the working days of a quarter are fewer."""
    rows = old_and_new()
    days = found(rows, "closed").backlogs["closed"].worth
    hours = {"statistic": "mean", "open_cases": "exclude", "clock": "calendar", "unit": "hours"}
    made = found(rows, "closed", more={"measure": hours}).backlogs["closed"].worth
    np.testing.assert_allclose(made, 24 * days)


def test_sub_periods_have_the_backlog_of_the_period():
    rows = old_and_new()
    month = {"every": "month", "by": "average", "incomplete": "exclude"}
    whole, parts = found(rows, "closed"), found(rows, "closed", more={"consolidate": month})
    assert parts.backlogs["closed"].open.tolist() == whole.backlogs["closed"].open.tolist()
    sums = found(rows, "closed", more={"consolidate": {**month, "by": "sum"}})
    assert sums.backlogs == {}


def test_a_type_that_does_not_say_how_a_case_ends_has_no_backlog():
    """Its duration is a column: there is no clock to measure the period by."""
    law = Times("mean", col("taken"), col("done"))
    get = SimpleNamespace(planned=SimpleNamespace(columns=()))
    nothing = np.array([np.nan])
    assert backlog_of(None, law, get, (nothing, nothing), 0.95) is None


def test_before_a_working_day_has_passed_there_is_no_flow():
    """On the first of January nothing is a working day: there is no closing per day."""
    days = {"statistic": "mean", "open_cases": "age", "clock": "working_days"}
    rows = [{"nip": "a", "received": START + timedelta(hours=8), "answered": None}]
    more = {"measure": days}
    made = found(rows, "ages", more=more, as_of="2026-01-01T12:00", calendar="id/2024-2027")
    assert made.backlogs == {}
    assert "backlog" not in made.table().columns
