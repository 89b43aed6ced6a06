"""One employee after another by the same policy: what is kept changes no bit and no word."""

import copy
import importlib
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.period import read_period
from capaian.policy import read_policy
from capaian.scores import kept

columns = importlib.import_module("capaian.columns")


def timed(name, weight, goal, **measure):
    return {
        "id": name,
        "parent": "speed",
        "weight": weight,
        "type": "time-based",
        "table": "events",
        "columns": {"start": "received", "stop": "responded"},
        "measure": measure,
        "normalise": goal,
    }


def counted(name, weight, goal, columns, **measure):
    return {
        "id": name,
        "parent": "volume",
        "weight": weight,
        "type": "count-based",
        "table": "events",
        "columns": {"date": "received", **columns},
        "measure": measure,
        "normalise": goal,
    }


def target(value, better="higher"):
    return {"method": "target", "target": value, "better": better}


OFFICE = {
    "id": "office",
    "edition": "1",
    "title": {"en": "Office", "id": "Kantor"},
    "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
    "sources": [{"cite": "made up for tests", "trust": "derived"}],
    "subject": "subject",
    "calendar": "id/2024-2027",
    "zone": "WIB",
    "scale": {"worst": 0, "best": 100, "floor": 0, "cap": 120},
    "missing": "exclude",
    "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
    "nodes": [
        {"id": "speed", "weight": "1/2", "cap": 110},
        {"id": "volume", "weight": "3/10"},
        {"id": "citizens", "weight": "1/5"},
    ],
    "indicators": [
        timed("in-time", "1/4", target("90%"), statistic="share_within", clock="working_days",
              limit="5 days", basis="mature") | {"minimum": 3},
        timed("quick", "1/5", target("60%"), statistic="share_within", clock="working_hours",
              limit="16 hours", basis="bounds", bound="lower"),
        timed("prompt", "1/5", {"method": "goalposts", "worst": "20%", "best": "90%"},
              statistic="share_within", clock="calendar", limit="3 days", basis="mature"),
        timed("hours", "1/5", target(20, "lower"), statistic="mean", clock="working_hours",
              open_cases="age"),
        timed("days", "3/20", {"method": "goalposts", "worst": 12, "best": 2},
              statistic="mean", clock="calendar", open_cases="exclude"),
        counted("handled", "2/5", target(10), {}, statistic="count", no_rows="missing"),
        counted("units", "2/5", target(48), {"amount": "units"}, statistic="sum",
                no_rows="missing"),
        counted("ratio", "1/5", {"method": "goalposts", "worst": "0.2", "best": "0.8"},
                {"numerator": "rating", "denominator": "units"}, statistic="ratio")
        | {"where": {"rating": {"present": True}}},
        counted("satisfied", "1/2", target("85%"), {"outcome": "rating"}, statistic="share",
                success=[3, 4]) | {"parent": "citizens", "where": {"rating": {"present": True}}},
        {"id": "rating", "parent": "citizens", "weight": "1/2", "type": "survey-based",
         "table": "events", "columns": {"date": "received"}, "minimum": 2,
         "measure": {"statistic": "mean_of_items", "items": ["rating"], "lowest": 1,
                     "highest": 4, "rescale": "to_100"},
         "normalise": target(75)},
    ],
    "bands": [
        {"id": "poor", "below": 50},
        {"id": "fair", "from": 50, "below": 70},
        {"id": "good", "from": 70, "below": 90},
        {"id": "best", "from": 90},
    ],
}  # fmt: skip
POLICY = read_policy(OFFICE)
WHEN = {"period": "2026-Q1", "as_of": "2026-04-15"}
FIRST = datetime(2025, 12, 28)
STAMPS = st.integers(0, 100 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
TAKEN = st.none() | st.integers(0, 20 * 24 * 60)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "a", "b"]), STAMPS, TAKEN, st.none() | st.integers(1, 4),
        st.integers(0, 9),
    ).map(
        lambda row: {
            "subject": row[0],
            "received": row[1],
            "responded": None if row[2] is None else row[1] + timedelta(minutes=row[2]),
            "rating": row[3],
            "units": row[4],
        }
    ),
    min_size=1,
    max_size=25,
)  # fmt: skip
DIRT = [
    ("units", 2.0), ("units", 2.5), ("units", None), ("units", True), ("units", -3),
    ("units", 10**20), ("rating", 7), ("rating", ""), ("rating", 2.0), ("subject", None),
    ("subject", 12), ("received", "2026-02-03T10:00:00"), ("received", None),
    ("received", datetime(2026, 2, 3, tzinfo=UTC)), ("responded", datetime(2020, 1, 1)),
    ("responded", datetime(2031, 1, 1)), ("responded", "never"), ("received", date(2026, 2, 3)),
]  # fmt: skip
LAWS = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)
SCHEMA = {
    "subject": pl.String,
    "received": pl.Datetime("us"),
    "responded": pl.Datetime("us"),
    "rating": pl.Int64,
    "units": pl.Int64,
}


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing is kept of other tests."""
    monkeypatch.setattr(kept, "_calls", type(kept._calls)())
    monkeypatch.setattr(kept, "_latest", type(kept._latest)())


def said(evidence, policy=POLICY, **changes):
    """Everything that a call says, or the whole text of its refusal in both languages."""
    try:
        scores = capaian.score(policy, evidence, **(WHEN | changes))
    except capaian.CapaianError as error:
        return error.text("en"), error.text("id")
    ledger = scores.ledger_columns()
    return scores.to_json(), scores.to_native(), scores.ledger(), ledger, scores.text()


def general(evidence, policy=POLICY, **changes):
    """The same by the general way: nothing kept, each request by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "reduce_together", lambda *_: None)
        return said(evidence, policy, progress=lambda *_: None, **changes)


def is_kept(evidence, policy=POLICY, **changes):
    """Whether a call is answered by what is kept."""
    answers = []
    with pytest.MonkeyPatch.context() as patch:
        found = kept.kept_scores
        patch.setattr(
            importlib.import_module("capaian.scores.run"),
            "kept_scores",
            lambda *given: answers.append(found(*given)) or answers[-1],
        )
        said(evidence, policy, **changes)
    return any(each is not None for each in answers)


@LAWS
@given(EVENTS)
def test_clean_records_say_the_same_in_every_bit(rows):
    """Scores, ledger, JSON, text: the first call, the second, the general way and Polars."""
    once = said({"events": rows})
    assert said({"events": rows}) == once == general({"events": rows})
    whole = said({"events": pl.DataFrame(rows, schema=SCHEMA)})
    if len(once) == 2:
        assert whole == once
    else:
        assert (whole[0], whole[3], whole[4]) == (once[0], once[3], once[4])
        assert is_kept({"events": rows})


@LAWS
@given(EVENTS, st.lists(st.tuples(st.integers(0, 24), st.sampled_from(DIRT)), max_size=3))
def test_dirty_records_are_scored_or_refused_in_the_same_words(rows, dirt):
    """Whatever is wrong, in both languages, or nothing is and the bits are the same."""
    for place, (column, value) in dirt:
        rows[place % len(rows)] = rows[place % len(rows)] | {column: value}
    assert said({"events": rows}) == said({"events": rows}) == general({"events": rows})


CASE = {
    "subject": "a",
    "received": datetime(2026, 1, 5, 9),
    "responded": datetime(2026, 1, 6, 9),
    "rating": 4,
    "units": 3,
}


@pytest.mark.parametrize(
    ("changes", "answered"),
    [
        ({}, True),
        ({"rating": None, "responded": None}, True),
        ({"units": 3.0, "received": "2026-01-05 09:00"}, True),
        ({"received": datetime(2026, 1, 5, 2, tzinfo=UTC)}, True),
        ({"units": 3.5}, False),
        ({"rating": 5}, False),
        ({"responded": datetime(2026, 1, 4)}, False),
        ({"responded": datetime(2030, 1, 4)}, False),
        ({"subject": None}, False),
        ({"subject": True}, False),
    ],
)
def test_clean_rows_are_answered_by_what_is_kept_and_dirty_ones_are_not(changes, answered):
    """A row that breaks a check, or lacks what it must have, goes the general way."""
    rows = {"events": [CASE, CASE | changes]}
    assert is_kept(rows) == answered
    assert said(rows) == general(rows)


def test_only_plain_calls_are_kept(tmp_path):
    """Other kinds of tables, tables beside, a table missing, plugins, progress, a path."""
    rows = [CASE] * 4
    assert is_kept({"events": rows})
    assert is_kept({"events": tuple(rows)})
    for evidence in (
        {"events": pl.DataFrame(rows)},
        {"events": []},
        {"events": rows, "others": rows},
        {},
        {"events": [1, 2]},
    ):
        assert not is_kept(evidence)
        assert said(evidence)[0] == general(evidence)[0]
    assert not is_kept({"events": rows}, plugins=[object()])
    assert not is_kept({"events": rows}, progress=lambda *_: None)
    assert is_kept({"events": rows}, period=read_period("2026-Q1"), as_of=date(2026, 4, 15))
    assert is_kept({"events": rows}, as_of=datetime(2026, 4, 15, 8), zone="WITA")
    assert not is_kept({"events": rows}, as_of="soon")
    assert not is_kept({"events": rows}, period="2025-Q1")


def test_what_is_kept_belongs_to_one_policy_period_and_cut_off():
    """Another of any of them is another call; equal documents are two policies."""
    rows = {"events": [CASE, CASE | {"received": datetime(2026, 2, 5), "responded": None}]}
    other = copy.deepcopy(OFFICE)
    other["nodes"][0]["cap"] = 60
    for policy in (POLICY, read_policy(other), read_policy(OFFICE)):
        for period in ("2026-Q1", "2026-01"):
            for cut in ("2026-02-07", "2026-04-15", None):
                found = said(rows, policy, period=period, as_of=cut)
                assert found == general(rows, policy, period=period, as_of=cut)
                assert is_kept(rows, policy, period=period, as_of=cut)


def test_a_changed_row_changes_the_next_score_and_not_the_last():
    """Nothing of the records is kept; a result does not change behind its owner's back."""
    rows = [dict(CASE) for _ in range(4)]
    first = capaian.score(POLICY, {"events": rows}, **WHEN)
    before = first.to_json()
    rows[0]["rating"] = 1
    assert first.to_json() == before
    assert capaian.score(POLICY, {"events": rows}, **WHEN).to_json() != before


TWO = copy.deepcopy(OFFICE)
for _each in TWO["indicators"][5:7]:
    _each["table"] = "work"


@LAWS
@given(EVENTS, EVENTS)
def test_subjects_of_several_tables_are_brought_together(events, work):
    """Who is in one table only has nothing in the other."""
    policy = read_policy(TWO)
    evidence = {"events": events, "work": work}
    found = said(evidence, policy)
    assert found == said(evidence, policy) == general(evidence, policy)
    assert len(found) == 2 or is_kept(evidence, policy)


def test_indicators_that_need_another_table_go_the_general_way():
    """Pauses of cases, days in post."""
    paused, exposed = copy.deepcopy(OFFICE), copy.deepcopy(OFFICE)
    paused["indicators"][0]["pauses"] = {
        "table": "pauses", "case": "case", "start": "from", "stop": "to",
    }  # fmt: skip
    exposed["indicators"][5]["exposure"] = {"table": "posts", "days": "days"}
    rows = [CASE | {"case": "1"}] * 4
    span = {"from": datetime(2026, 1, 5, 10), "to": datetime(2026, 1, 5, 11)}
    for office, more in (
        (paused, {"pauses": [{"case": "1", **span}]}),
        (exposed, {"posts": [{"subject": "a", "days": 40}]}),
    ):
        policy, evidence = read_policy(office), {"events": rows} | more
        assert not is_kept(evidence, policy)
        assert said(evidence, policy) == general(evidence, policy)
        assert len(said(evidence, policy)) > 2
    call = kept.call_of(POLICY, 2026, None, None)
    assert call is None
    assert kept.kept_scores(call, POLICY, {"events": rows}) is None


def test_a_policy_with_a_roster_goes_the_general_way():
    """Who is scored is not told by the rows."""
    policy = read_policy(OFFICE | {"subjects": {"table": "staff", "subject": "nip"}})
    rows = {"events": [CASE] * 4, "staff": [{"nip": "a"}, {"nip": "c"}]}
    assert not is_kept(rows, policy)
    assert len(said(rows, policy)) > 2


def test_so_many_calls_are_kept_and_no_more(monkeypatch):
    """A host that scores as of now keeps a bounded number of instants."""
    monkeypatch.setattr(kept, "_KEPT", 3)
    for day in range(1, 9):
        capaian.score(POLICY, {"events": [CASE]}, period="2026-Q1", as_of=date(2026, 4, day))
    assert len(kept._calls) == 3


@LAWS
@given(EVENTS, st.lists(STAMPS, min_size=1, max_size=4))
def test_a_host_that_scores_as_of_now_gets_what_the_general_way_gives(rows, cuts):
    """Only the instants change from call to call, before the period, in it and after it."""
    for cut in [*cuts, datetime(2035, 1, 1), None]:
        found = said({"events": rows}, as_of=cut)
        assert found == general({"events": rows}, as_of=cut)


def test_an_unrounded_score_and_gates_are_banded_exactly():
    """Without rounding the band is that of the fraction itself."""
    exact = copy.deepcopy(OFFICE)
    exact["rounding"] = [{"where": "score", "mode": "none"}]
    policy = read_policy(exact)
    rows = {"events": [CASE | {"units": index} for index in range(7)]}
    assert said(rows, policy) == general(rows, policy)
    assert is_kept(rows, policy)
