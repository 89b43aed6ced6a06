"""Laws of the whole engine over generated evidence: bounded, monotone, exact, order-free."""

import copy
from datetime import datetime, timedelta
from fractions import Fraction

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.policy import read_policy
from small_office import OFFICE

STAMPS = st.integers(0, 40 * 24).map(lambda hours: datetime(2025, 12, 28) + timedelta(hours=hours))
SUBJECTS = st.sampled_from(["a", "b", "c"])
COMPLAINTS = st.lists(
    st.tuples(SUBJECTS, STAMPS, st.none() | st.integers(0, 200)).map(
        lambda row: {
            "nip": row[0],
            "received": row[1],
            "answered": None if row[2] is None else row[1] + timedelta(hours=row[2]),
        }
    ),
    min_size=1,
    max_size=30,
)
SERVICES = st.lists(
    st.tuples(SUBJECTS, STAMPS).map(lambda row: {"nip": row[0], "date": row[1]}),
    min_size=1,
    max_size=30,
)
ANSWER = st.none() | st.integers(1, 4)
SURVEY = st.lists(
    st.tuples(SUBJECTS, STAMPS, ANSWER, ANSWER, ANSWER).map(
        lambda row: {"nip": row[0], "date": row[1], "u1": row[2], "u2": row[3], "u3": row[4]}
    ),
    min_size=1,
    max_size=20,
)
EVIDENCE = st.fixed_dictionaries({"complaints": COMPLAINTS, "services": SERVICES, "survey": SURVEY})
FEWER = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def score(document, evidence):
    """Score January, or None where nobody has any evidence in it."""
    try:
        return capaian.score(read_policy(document), evidence, period="2026-01")
    except capaian.EvidenceError as error:
        if error.code != "CPN-E56":
            raise
        return None


def frames(evidence):
    """The evidence as Polars frames, with the types that the columns have even when all is null."""
    kinds = {"nip": pl.String, "received": pl.Datetime, "answered": pl.Datetime,
             "date": pl.Datetime, "u1": pl.Int64, "u2": pl.Int64, "u3": pl.Int64}  # fmt: skip
    return {
        name: pl.DataFrame(rows, schema={key: kinds[key] for key in rows[0]})
        for name, rows in evidence.items()
    }


@FEWER
@given(EVIDENCE)
def test_records_and_frames_give_the_same_bytes_and_ledger_bits(evidence):
    """Engine-free: the plain path and the column path agree in every bit."""
    plain, whole = score(OFFICE, evidence), score(OFFICE, frames(evidence))
    if plain is None or whole is None:
        assert plain is whole
        return
    assert plain.to_json() == whole.to_json()
    assert plain.ledger_columns() == whole.ledger_columns()
    assert plain.columns() == whole.columns()


@FEWER
@given(EVIDENCE)
def test_scores_are_bounded_and_contributions_add_up(evidence):
    """On the scale, from floor to cap; parts and adjustments are the score, as fractions."""
    scores = score(OFFICE, evidence)
    for subject in scores.subjects if scores else ():
        explanation = scores.explain(subject)
        if explanation.score is not None:
            assert 0 <= explanation.score <= 120
            assert explanation.total() == explanation.score
        else:
            assert explanation.status == "no_evidence"


@FEWER
@given(EVIDENCE, st.data())
def test_a_better_value_never_lowers_a_score(evidence, data):
    """Monotone: one more service, or one better answer, and nothing falls."""
    before = score(OFFICE, evidence)
    if before is None:
        return
    better = copy.deepcopy(evidence)
    subject = data.draw(st.sampled_from(before.subjects))
    mine = [row for row in better["services"] if row["nip"] == subject]
    if not any(datetime(2026, 1, 1) <= row["date"] < datetime(2026, 2, 1) for row in mine):
        return  # a first service changes which indicators count: another law
    better["services"].append({"nip": subject, "date": datetime(2026, 1, 15)})
    after = score(OFFICE, better)
    row = before.subjects.index(subject)
    assert after.columns()["score"][row] >= before.columns()["score"][row]


@FEWER
@given(EVIDENCE, st.integers(1, 9), st.randoms(use_true_random=False))
def test_order_and_the_size_of_relative_weights_change_nothing(evidence, factor, random):
    """Order-free and weights scale: shuffled rows and declarations, weights times a constant."""
    first = score(OFFICE, evidence)
    changed = copy.deepcopy(OFFICE)
    changed["weights"] = "relative"
    for part in [changed["nodes"][0], changed["indicators"][2]]:
        part["weight"] = str(Fraction(part["weight"]) * factor)
    random.shuffle(changed["indicators"])
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in evidence.items()}
    second = score(changed, shuffled)
    if first is None:
        assert second is None
        return
    assert first.columns() == second.columns()
    assert first.ledger_columns() == second.ledger_columns()


@FEWER
@given(EVIDENCE)
def test_a_replay_gives_the_same_bytes(evidence):
    """No clock, no chance, no state between calls."""
    first, second = score(OFFICE, evidence), score(OFFICE, copy.deepcopy(evidence))
    assert (first is None) == (second is None)
    if first is not None:
        assert first.to_json() == second.to_json()
