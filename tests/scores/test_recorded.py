"""Records of scores: the same whatever the engine and the order, and every step in them."""

import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import polars as pl
import pytest

import capaian
from capaian.errors import EvidenceError, RecordError
from capaian.exact import round_ratio
from recorded import CASES, scored
from visits import ENGINES


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine", [each for each in ENGINES if each != "records"])
def test_every_engine_gives_the_same_bytes(name, engine):
    """So that the content hash is the key of a result."""
    plain = {each.subject: each.to_json() for each in scored(name).records()}

    def made(rows):
        frame = pl.DataFrame(rows, infer_schema_length=None).sample(
            fraction=1, shuffle=True, seed=1
        )
        return ENGINES[engine](frame.to_dicts())

    assert {each.subject: each.to_json() for each in scored(name, made).records()} == plain


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_rows_says_nothing(name):
    rng = random.Random(name)
    shuffled = scored(name, lambda rows: rng.sample(rows, len(rows)))
    assert list(shuffled.records()) == list(scored(name).records())


@pytest.mark.parametrize("name", CASES)
def test_one_record_is_as_it_is_among_all(name):
    scores = scored(name)
    assert [scores.record(each) for each in scores.subjects] == list(scores.records())


@pytest.mark.parametrize("name", CASES)
def test_files_give_the_same_record(name, tmp_path):
    """CSV, in which all is text, and Parquet."""
    count = iter(range(100))

    def written(kind):
        def change(rows):
            path = tmp_path / f"{next(count)}.{kind}"
            frame = pl.DataFrame(rows, infer_schema_length=None)
            frame.write_csv(path) if kind == "csv" else frame.write_parquet(path)
            return path

        return change

    plain = [each.content_hash for each in scored(name).records()]
    for kind, how in (("csv", {}), ("parquet", {}), ("csv", {"engine": "duckdb"})):
        found = scored(name, written(kind), **how).records()
        assert [each.content_hash for each in found] == plain


@pytest.mark.parametrize("name", CASES)
def test_the_steps_are_those_of_the_scores(name):
    """Their exact values, the rounding applied to them, and every input there before."""
    scores = scored(name)
    for row, record in enumerate(scores.records()):
        exact = {key: pair[1] for key, pair in scores.exact(row).items()}
        known = set(record.contents.values.statistics)
        for step in record.contents.steps:
            assert set(step.inputs) <= known
            known.add(step.name)
            if step.rounding is None:
                assert Fraction(step.exact) == exact[step.name]
            else:
                rule = step.rounding
                assert Fraction(step.rounded) == exact[step.name]
                assert exact[step.name] == round_ratio(Fraction(step.exact), rule.digits, rule.mode)
        assert record.contents.words["id"].steps.keys() == {
            step.name for step in record.contents.steps
        }
        assert record.contents.words["en"].values.keys() == set(record.contents.values.statistics)


def test_when_it_was_made_is_not_in_the_key():
    """And is sealed all the same."""
    scores = scored("office")
    one, other = (scores.record("a", made_at=each) for each in (None, "2026-04-09T08:00:00+07:00"))
    assert one.content_hash == other.content_hash
    assert (one.made_at, other.made_at) == (None, "2026-04-09T08:00:00+07:00")
    assert one.seal != other.seal


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [*rows, rows[0]],
        lambda rows: rows[1:],
        lambda rows: [{**rows[0], "nip": "c"}, *rows[1:]],
    ],
    ids=["a row more", "a row less", "a row of somebody else's"],
)
def test_another_row_is_another_key(change):
    hashes = {each.subject: each.content_hash for each in scored("office").records()}
    others = {each.subject: each.content_hash for each in scored("office", change).records()}
    assert hashes["a"] != others["a"]
    assert hashes["d"] == others["d"]


def test_a_table_that_is_not_read_is_not_in_the_key():
    """Rows without a subject are: they are noted, and may be somebody's."""
    rule, evidence = CASES["office"]()
    policy = capaian.policy.read_policy(rule)

    def record(tables):
        return capaian.score(policy, tables, period="2026-Q1", as_of="2026-04-08").record("a")

    plain = record(evidence)
    assert record({**evidence, "leave": [{"nip": "a"}]}) == plain
    lost = {**evidence["survey"][0], "nip": None}
    noted = record({**evidence, "survey": [*evidence["survey"], lost]})
    assert [each["code"] for each in noted.contents.findings] == ["CPN-E55"]
    assert noted.content_hash != plain.content_hash


def test_what_is_missing_is_told_with_what_was_done_about_it():
    record = scored("office").record("b")
    assert [(each.of, each.state, each.decision) for each in record.contents.missing] == [
        ("services", "no_evidence", "exclude")
    ]
    assert record.contents.values.statistics["services.0"] == "0"


def test_facts_targets_cohorts_and_trust_are_in_it():
    """What decides a result beside the rows."""
    gated = scored("gated").record("b").contents
    assert gated.values.facts == {"new_idea": None}
    assert gated.result.unconfirmed == ("decree 1",)
    assert scored("last").record("a").contents.targets == {"visits": "5"}
    monthly = scored("monthly").record("a").contents.parts[0].periods
    assert [each["target"] for each in monthly] == ["11/2", "13/2", "15/2"]
    cohort = scored("relative").record("a").contents.cohorts[0]
    assert (cohort.of, cohort.method, cohort.n, cohort.period) == (
        "visits",
        "z-score",
        2,
        "2026-Q1",
    )
    assert cohort.parameters.keys() == {"mean", "deviation"}
    working = scored("working").record("a").contents
    assert working.calendar.sha256 == capaian.load_calendar("id/2024-2027").fingerprint
    assert working.period.zone == "WIB"


def test_a_decision_is_in_it():
    """The ratings, the cell, and that in words."""
    record = scored("decided").record("a")
    decision = record.contents.result.decision
    assert [each["level"] for each in decision["ratings"]] == ["meets", "meets"]
    assert record.band == "good"
    assert record.contents.words["en"].decision


def test_no_name_is_in_a_record():
    """The roster's names are for reports; a record holds the identifier alone."""
    assert "Person" not in scored("gated").record("a").to_json()


def test_there_is_no_record_of_a_stranger():
    """And the identifier is not repeated."""
    with pytest.raises(EvidenceError) as caught:
        scored("office").record("nobody-known")
    assert caught.value.code == "CPN-E54"
    assert "nobody-known" not in str(caught.value)


def test_a_moment_that_is_none():
    with pytest.raises(RecordError) as caught:
        scored("office").record("a", made_at="yesterday")
    assert str(caught.value) == (
        "Nothing was recorded.\n"
        "  CPN-V02  made_at: no date or instant of ISO 8601.\n"
        "           to fix: write 2026-04-02 or 2026-04-02T09:00:00+07:00."
    )
    with pytest.raises(RecordError):
        scored("office").records(made_at="yesterday")


def test_tables_do_not_go_into_a_pickle():
    """The scores do, and a record of them is made from tables that are given again."""
    scores = scored("office")
    again = pickle.loads(pickle.dumps(scores.given_evidence))  # noqa: S301 - our own
    assert again.evidence is None
    from attrs import evolve

    bare = evolve(scores, given_evidence=again)
    with pytest.raises(RecordError) as caught:
        bare.record("a")
    assert str(caught.value) == (
        "Nothing was recorded.\n"
        "  CPN-V01  the tables that were scored are not at hand: they do not go into a pickle.\n"
        "           to fix: give them: scores.record(subject, evidence={...})."
    )
    evidence = CASES["office"]()[1]
    assert bare.record("a", evidence=evidence) == scores.record("a")
    with pytest.raises(RecordError) as caught:
        bare.record("a", evidence={"survey": evidence["survey"]})
    assert [each.where for each in caught.value.findings] == ["complaints", "services"]


def test_every_period_has_its_own_records():
    policy, evidence = CASES["office"]()
    found = capaian.score(
        capaian.policy.read_policy(policy), evidence, period=["2026-01", "2026-Q1"]
    )
    january = capaian.score(capaian.policy.read_policy(policy), evidence, period="2026-01")
    assert list(found["2026-01"].records()) == list(january.records())


def test_threads_and_pickles_give_the_same():
    scores = scored("working")
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: scores.record("a").to_json(), range(24)))
    assert found == {scores.record("a").to_json()}
    record = scores.record("a")
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301 - our own
