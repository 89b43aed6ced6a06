"""Scores in Spark: the bits of every other engine, a plan until it is run, no row on the driver."""

import importlib.util
import pickle
import random
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import polars as pl
import pytest

import capaian
from capaian.policy import read_policy
from capaian.scores import LazyScores, Scores
from small_office import OFFICE, made_up_evidence
from spark_session import as_spark

pytestmark = pytest.mark.spark

FOLDER = Path(__file__).parents[2] / "examples" / "lubuk_begalung"
COPIES = 3
KEYS = ("nip", "case_id")


@pytest.fixture(scope="module")
def office_tables():
    """The made-up quarter three times over, each time with other gaps."""
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("office_of_spark", FOLDER / "office.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    tables = module.tables(2026, "2026-Q1")
    dice = random.Random(11)
    made = {}
    for name, rows in tables.items():
        made[name] = [
            {key: _copied(key, value, copy) for key, value in row.items()}
            for copy in range(COPIES)
            for row in rows
            if name == "staff" or dice.random() < 1 - copy / COPIES
        ]
    return made


@pytest.fixture(scope="module")
def one_office(office_tables):
    """The made-up quarter once."""
    return {
        name: [row for row in rows if all((row.get(key) or "-0")[-2:] == "-0" for key in KEYS)]
        for name, rows in office_tables.items()
    }


def _copied(key, value, copy):
    return f"{value}-{copy}" if key in KEYS and value else value


def polars_frame(rows):
    return pl.DataFrame(rows, infer_schema_length=None)


def relation(rows):
    return duckdb.from_arrow(polars_frame(rows).to_arrow())


@pytest.fixture
def frames(spark):
    """Return rows as Spark frames, in as many partitions and whatever order is wanted."""

    def make(rows, partitions=2, seed=None):
        frame = polars_frame(rows) if not isinstance(rows, pl.DataFrame) else rows
        if seed is not None:
            frame = frame.sample(fraction=1, shuffle=True, seed=seed)
        return as_spark(spark, frame.to_arrow(), partitions)

    return make


def ledger_of(scores):
    """The ledger as rows in one order, whatever holds it."""
    native = scores.ledger()
    if isinstance(scores, LazyScores):
        rows = native.toArrow().to_pylist()
    elif hasattr(native, "to_dicts"):
        rows = native.to_dicts()
    elif hasattr(native, "pl"):
        rows = native.pl().to_dicts()
    else:
        rows = native
    return sorted(rows, key=lambda row: (row["subject"], row["indicator"]))


def bits(rows):
    """Rows with every float as its bits."""
    return [
        {key: value.hex() if isinstance(value, float) else value for key, value in row.items()}
        for row in rows
    ]


def scores_of(scores):
    return sorted(scores.to_native().toArrow().to_pylist(), key=lambda row: row["subject"])


def scored(name, tables, make):
    policy = capaian.load_policy(FOLDER / f"{name}.toml")
    given = {table: make(rows) for table, rows in tables.items()}
    return capaian.score(policy, given, period="2026-Q1", as_of="2026-04-08")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["front_desk", "field_staff"])
def test_ledger_scores_and_notes_are_those_of_every_engine(name, office_tables, frames):
    """Roster, gates, pauses, days in post, working time, medians: bit for bit, on four engines."""
    plain = scored(name, office_tables, list)
    lazy = scored(name, office_tables, frames)
    assert isinstance(lazy, Scores)
    assert isinstance(lazy, LazyScores)
    wanted = bits(ledger_of(plain))
    assert len(wanted) > 100
    assert bits(ledger_of(lazy)) == wanted
    for make in (polars_frame, relation):
        assert bits(ledger_of(scored(name, office_tables, make))) == wanted
    rows = [
        dict(zip(plain.columns(), row, strict=True))
        for row in zip(*plain.columns().values(), strict=True)
    ]
    assert bits(scores_of(lazy)) == bits(rows)
    assert lazy.findings == plain.findings
    for subject in plain.subjects[:3]:
        assert lazy.explain(subject).text("id") == plain.explain(subject).text("id")


# ---- the small office --------------------------------------------------------------------------

SUBJECTS = tuple(f"{number:03}" for number in range(300))
TYPES = {
    "nip": pl.String, "received": pl.Datetime, "answered": pl.Datetime, "date": pl.Datetime,
    "u1": pl.Int64, "u2": pl.Int64, "u3": pl.Int64,
}  # fmt: skip


def typed(rows):
    return pl.DataFrame(rows, schema={name: TYPES[name] for name in rows[0]})


@pytest.fixture(scope="module")
def evidence():
    return made_up_evidence(SUBJECTS, 2_000)


@pytest.fixture
def small(frames, evidence):
    """The small office's evidence as Spark frames."""
    return {name: frames(typed(rows)) for name, rows in evidence.items()}


def january(evidence, document=OFFICE, **more):
    return capaian.score(read_policy(document), evidence, period="2026-01", **more)


@pytest.mark.parametrize("partitions", [1, 3, 8])
def test_partitions_and_the_order_of_rows_change_nothing(partitions, frames, evidence):
    """However the rows lie about."""
    given = {
        name: frames(typed(rows), partitions, seed=partitions) for name, rows in evidence.items()
    }
    lazy = january(given)
    assert bits(ledger_of(lazy)) == bits(ledger_of(january(evidence)))
    assert len(scores_of(lazy)) == len(SUBJECTS)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Jayapura"])
def test_the_zone_of_the_session_changes_nothing(zone, spark, frames, evidence):
    """Stamps with a zone are instants, stamps without one are the office's wall time."""
    before = spark.conf.get("spark.sql.session.timeZone")
    shifted = [
        {
            key: _instant(value) if key in {"received", "answered"} else value
            for key, value in row.items()
        }
        for row in evidence["complaints"]
    ]
    kinds = {"nip": pl.String, **dict.fromkeys(("received", "answered"), pl.Datetime("us", "UTC"))}
    try:
        spark.conf.set("spark.sql.session.timeZone", zone)
        given = {name: frames(typed(rows)) for name, rows in evidence.items()}
        given["complaints"] = frames(pl.DataFrame(shifted, schema=kinds))
        lazy = january(given, zone="WIB")
        assert bits(ledger_of(lazy)) == bits(ledger_of(january(evidence)))
    finally:
        spark.conf.set("spark.sql.session.timeZone", before)


def _instant(stamp):
    """The instant at which it is so late in the west of Indonesia."""
    return stamp and stamp.replace(tzinfo=timezone(timedelta(hours=7))).astimezone(UTC)


def test_neither_ansi_mode_nor_compiled_plans_change_anything(spark, small, evidence):
    """Spark raises or not as its session says, and runs a plan in one of two ways."""
    wanted = bits(ledger_of(january(evidence)))
    names = (
        "spark.sql.ansi.enabled",
        "spark.sql.codegen.wholeStage",
        "spark.sql.codegen.factoryMode",
    )
    before = {name: spark.conf.get(name) for name in names}
    try:
        for values in (("false", "false", "NO_CODEGEN"), ("true", "true", "FALLBACK")):
            for name, value in zip(names, values, strict=True):
                spark.conf.set(name, value)
            assert bits(ledger_of(january(small))) == wanted
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)


def test_evidence_may_mix_engines(small, evidence):
    """As soon as one table is in Spark the result is; what others reduced is sent there."""
    mixed = {
        "complaints": small["complaints"],
        "services": relation(evidence["services"]),
        "survey": evidence["survey"],
    }
    assert bits(ledger_of(january(mixed))) == bits(ledger_of(january(evidence)))


@pytest.mark.slow
def test_a_roster_of_any_kind_says_who_is_scored(frames, small, evidence):
    """Also those without evidence; those who are not on it are counted, not named."""
    people = [{"nip": each, "name": f"N {each}"} for each in ("007", "003", "nobody")]
    document = {**OFFICE, "subjects": {"table": "staff", "subject": "nip", "label": "name"}}
    plain = january({**evidence, "staff": people}, document)
    wanted = bits(ledger_of(plain))
    for staff in (people, polars_frame(people), frames(polars_frame(people))):
        lazy = january({**small, "staff": staff}, document)
        assert bits(ledger_of(lazy)) == wanted
        assert lazy.findings == plain.findings
        assert [each.code for each in lazy.findings] == ["CPN-E53"]
        assert lazy.explain("007").label == "N 007"
    only = january({**evidence, "staff": frames(polars_frame(people))}, document)
    assert bits(ledger_of(only)) == wanted


def test_what_is_wrong_is_said_as_on_every_engine(frames, small, evidence):
    """All at once, counted and never shown."""
    bad = [{**row, "u1": 9} for row in evidence["survey"]]
    wrong = {**small, "survey": frames(typed(bad))}
    plain = capaian.check(read_policy(OFFICE), {**evidence, "survey": bad}, period="2026-01")
    assert [each.code for each in plain] == ["CPN-E32"]
    assert capaian.check(read_policy(OFFICE), wrong, period="2026-01") == plain


def test_no_evidence_in_the_period_is_nothing_to_score(small):
    """It is known before anything is joined."""
    with pytest.raises(capaian.EvidenceError) as caught:
        capaian.score(read_policy(OFFICE), small, period="2026-02")
    assert caught.value.code == "CPN-E56"


# ---- lazy --------------------------------------------------------------------------------------


def test_the_tables_that_come_out_are_plans(spark, small):
    """Making them runs no job, and each is of Spark's own kind."""
    scores = january(small)
    spark.sparkContext.setJobGroup("plans", "nothing is run")
    native, ledger = scores.to_native(), scores.ledger()
    assert list(spark.sparkContext.statusTracker().getJobIdsForGroup("plans")) == []
    assert native.columns == ["subject", "period", "score", "band", "status"]
    assert ledger.columns[:3] == ["subject", "period", "indicator"]
    assert native.where("subject = '007'").count() == 1
    assert len(spark.sparkContext.statusTracker().getJobIdsForGroup("plans")) > 0


ROWS_OUT = ("collect", "toArrow", "toPandas", "take", "toLocalIterator")


@pytest.mark.slow
def test_no_more_than_one_row_comes_to_the_driver(monkeypatch, frames, one_office):
    """Counts of faults, extremes, totals of checks, one person's integers: each is one row."""
    from pyspark.sql.classic.dataframe import DataFrame

    sizes = []

    def watched(name, plain):
        def call(self, *given, **named):
            found = plain(self, *given, **named)
            sizes.append(found.num_rows if name == "toArrow" else len(found))
            return found

        return call

    for name in ROWS_OUT:
        monkeypatch.setattr(DataFrame, name, watched(name, getattr(DataFrame, name)))
    scores = scored("field_staff", one_office, frames)
    native = scores.to_native()
    scores.ledger()
    subject = native.select("subject").first()[0]
    assert scores.explain(subject).subject == subject
    assert scores.findings == scored("field_staff", one_office, list).findings
    assert sizes
    assert max(sizes) == 1


def test_what_is_sent_to_executors_can_be_pickled(small):
    """The policy made ready, and with it every plugin's formula."""
    batch = january(small)._batch
    sent = pickle.loads(pickle.dumps(batch))  # noqa: S301 - its own
    assert sent.plan.fingerprint == batch.plan.fingerprint
    assert sent.plan.formulas == batch.plan.formulas


# ---- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "call"),
    [
        ("columns()", lambda scores: scores.columns()),
        ("ledger_columns()", lambda scores: scores.ledger_columns()),
        ("to_dict()", lambda scores: scores.to_dict()),
        ("to_json()", lambda scores: scores.to_json()),
        ("len()", len),
        ("subjects", lambda scores: scores.subjects),
        ("results", lambda scores: scores.results),
    ],
)
def test_what_would_bring_everyone_to_the_driver_is_refused(small, wanted, call):
    """With the name of what was asked for, and what to do instead."""
    scores = january(small)
    with pytest.raises(capaian.EvidenceError) as caught:
        call(scores)
    assert str(caught.value) == (
        "Nothing was brought out of Spark.\n"
        f"  CPN-E41  the result is in Spark, and '{wanted}' would bring every subject to the driver.\n"
        "           to fix: write what to_native() or ledger() returns to a table, or score the "
        "evidence of fewer people as a table of another kind."
    )
    assert caught.value.text("id").splitlines()[1] == (
        f"  CPN-E41  hasilnya berada di Spark, dan '{wanted}' akan menarik setiap pegawai ke driver."
    )
    assert scores


def test_it_is_shown_without_a_row(small):
    """Nothing is run to print it; it has no further attributes."""
    scores = january(small)
    assert repr(scores) == "<LazyScores desk 2026 · 2026-01 · in Spark>"
    assert str(scores) == "desk 2026 · 2026-01 · in Spark"
    assert scores.text("id") == "desk 2026 · 2026-01 · di Spark"
    with pytest.raises(AttributeError, match="'LazyScores' object has no attribute 'other'"):
        scores.other  # noqa: B018


def test_a_subject_that_is_not_there(small):
    """It is not repeated in the message."""
    with pytest.raises(capaian.EvidenceError) as caught:
        january(small).explain("who")
    assert str(caught.value) == (
        "There is nothing to explain.\n"
        "  CPN-E43  there is no such subject among those that are scored.\n"
        "           to fix: look for the identifier in the column 'subject' of to_native(); it is "
        "text."
    )


def test_pauses_in_spark_need_their_cases_there(one_office, frames):
    """They would have to be brought to the driver."""
    given = {**one_office, "pauses": frames(one_office["pauses"])}
    for kind in (list, polars_frame):
        tables = {name: kind(rows) if name != "pauses" else rows for name, rows in given.items()}
        policy = capaian.load_policy(FOLDER / "field_staff.toml")
        with pytest.raises(capaian.EvidenceError) as caught:
            capaian.score(policy, tables, period="2026-Q1", as_of="2026-04-08")
        assert str(caught.value) == (
            "1 problem in the evidence; nothing was scored.\n"
            "  CPN-E42  pauses: the pauses are in Spark, and the cases they belong to are not.\n"
            "           to fix: give both as Spark frames, or the pauses as frame.toArrow()."
        )


@pytest.mark.slow
def test_pauses_elsewhere_are_sent_to_spark(one_office, frames):
    """A small table of another kind beside cases in Spark."""
    wanted = bits(ledger_of(scored("field_staff", one_office, list)))
    given = {name: frames(rows) for name, rows in one_office.items() if name != "pauses"}
    policy = capaian.load_policy(FOLDER / "field_staff.toml")
    for pauses in (one_office["pauses"], relation(one_office["pauses"])):
        lazy = capaian.score(
            policy, {**given, "pauses": pauses}, period="2026-Q1", as_of="2026-04-08"
        )
        assert bits(ledger_of(lazy)) == wanted


def test_stamps_are_compared_to_the_instant(small):
    """As of an instant in the middle of the month, also on Spark."""
    lazy = january(small, as_of=datetime(2026, 1, 15, 12))
    assert lazy.as_of == datetime(2026, 1, 15, 12)
    assert 0 < lazy.to_native().count() <= len(SUBJECTS)


def test_one_record_is_that_of_every_engine(small, evidence):
    """Its rows alone come to the driver; the records of everybody do not."""
    plain, lazy = january(evidence), january(small)
    record = lazy.record(SUBJECTS[1], made_at="2026-04-09")
    assert record.to_json() == plain.record(SUBJECTS[1], made_at="2026-04-09").to_json()
    with pytest.raises(capaian.EvidenceError) as caught:
        lazy.records()
    assert caught.value.code == "CPN-E41"
    with pytest.raises(capaian.EvidenceError) as caught:
        lazy.record("nobody-known")
    assert caught.value.code == "CPN-E43"
