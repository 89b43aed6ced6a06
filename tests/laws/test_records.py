"""Laws of records: whatever the rows, every engine records the same, and it replays."""

from datetime import datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

import capaian
from capaian.policy import read_policy
from recorded import CASES

POLICY = read_policy(CASES["office"]()[0])
STAMPS = st.integers(0, 89 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1) + timedelta(minutes=minutes)
)
WHO = st.sampled_from("ab")
COMPLAINTS = st.builds(
    lambda nip, received, after: {
        "nip": nip,
        "received": received,
        "answered": None if after is None else received + timedelta(minutes=after),
    },
    WHO, STAMPS, st.none() | st.integers(0, 20_000),
)  # fmt: skip
SERVICES = st.builds(lambda nip, date: {"nip": nip, "date": date}, WHO, STAMPS)
ANSWER = st.none() | st.integers(1, 4)
SURVEY = st.builds(
    lambda nip, date, u1, u2, u3: {"nip": nip, "date": date, "u1": u1, "u2": u2, "u3": u3},
    WHO, STAMPS, ANSWER, ANSWER, ANSWER,
)  # fmt: skip
EVIDENCE = st.fixed_dictionaries({
    "complaints": st.lists(COMPLAINTS, min_size=1, max_size=12),
    "services": st.lists(SERVICES, min_size=1, max_size=12),
    "survey": st.lists(SURVEY, min_size=1, max_size=8),
})  # fmt: skip
SCHEMAS = {
    "complaints": {"nip": pl.String, "received": pl.Datetime, "answered": pl.Datetime},
    "services": {"nip": pl.String, "date": pl.Datetime},
    "survey": {"nip": pl.String, "date": pl.Datetime, **dict.fromkeys(("u1", "u2", "u3"), pl.Int8)},
}


def records(evidence):
    scores = capaian.score(POLICY, evidence, period="2026-Q1", as_of="2026-04-08")
    return {each.subject: each for each in scores.records()}


@given(EVIDENCE, st.randoms())
def test_engines_and_orders_record_the_same_and_it_replays(evidence, rng):
    """Records and Polars, in any order; from the bytes alone and from the other's evidence."""
    mixed = {name: rng.sample(rows, len(rows)) for name, rows in evidence.items()}
    frames = {name: pl.DataFrame(rows, schema=SCHEMAS[name]) for name, rows in mixed.items()}
    plain = records(evidence)
    assert records(frames) == plain
    for record in plain.values():
        found = capaian.verify(record.to_json(), frames)
        assert found.ok, str(found)


@given(EVIDENCE, st.data())
def test_a_row_more_is_found(evidence, data):
    """Of any table, where it counts for the subject."""
    found = records(evidence)
    subject = data.draw(st.sampled_from(sorted(found)))
    table = data.draw(st.sampled_from(sorted(evidence)))
    row = {**data.draw(st.sampled_from(evidence[table])), "nip": subject}
    more = {**evidence, table: [*evidence[table], row]}
    assert capaian.verify(found[subject], more).measured == "different"
