"""Periods, sub-periods, targets and cohorts beside evidence in Spark: as on every other engine."""

from datetime import datetime

import polars as pl
import pytest

import capaian
from capaian.policy import read_policy
from capaian.scores import LazyScores, ScoresByPeriod
from spark_session import as_spark
from visits import MONTHS, VISITS, document, score

pytestmark = pytest.mark.spark

ONCE = [*VISITS, {"nip": "c", "day": datetime(2026, 2, 3, 9), "x": 1}]
"""With somebody who has evidence in February alone."""
OWN = {"method": "target", "target": {"from": "targets"}, "better": "higher"}
RULES = {
    "consolidated": {
        "consolidate": {"every": "month", "by": "average", "incomplete": "exclude"},
    },
    "achievements": {
        "consolidate": {
            "every": "month",
            "by": "sum",
            "of": "achievement",
            "cap": "before",
            "incomplete": "exclude",
        },
    },
    "cumulative": {"accumulate": "cumulative"},
    "rolling": {"accumulate": {"how": "rolling", "months": 2}},
    "last": {"accumulate": "last"},
}


@pytest.fixture
def sent(spark):
    """Return rows as a Spark frame."""
    return lambda rows: as_spark(spark, pl.DataFrame(rows).to_arrow(), 2)


def rows_of(frame):
    """The rows of a Spark frame in order of subject and period."""
    found = frame.toArrow().to_pylist()
    return sorted(found, key=lambda row: (row["period"], row["subject"]))


def rows_in(columns):
    """The same of plain columns."""
    found = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(found, key=lambda row: (row["period"], row["subject"]))


def same(lazy, plain):
    """Whether every number is the same, in the scores and in the ledger."""
    assert rows_of(lazy.to_native()) == rows_in(plain.columns())
    assert rows_of(lazy.ledger()) == rows_in(plain.ledger_columns())


def test_each_of_several_periods_has_its_own_subjects(sent):
    """They are read in one pass; whoever has evidence in another period alone is not in this."""
    lazy, plain = score(visits=sent(ONCE)), score(visits=ONCE)
    assert isinstance(lazy, ScoresByPeriod)
    assert all(isinstance(each, LazyScores) for each in lazy)
    same(lazy, plain)
    assert [each.to_native().count() for each in lazy] == [2, 3, 2]
    assert lazy.explain("c", "2026-02").to_dict() == plain.explain("c", "2026-02").to_dict()
    assert repr(lazy).startswith("<ScoresByPeriod visits · 2026-01, 2026-02, 2026-03>")


def test_strangers_are_those_of_the_period(sent):
    """With a roster: the one who is not on it has evidence in February."""
    rule = {**document(), "subjects": {"table": "staff", "subject": "nip"}}
    staff = [{"nip": "a"}, {"nip": "b"}]
    for people in (staff, sent(staff)):
        lazy = score(visits=sent(ONCE), rule=rule, more={"staff": people})
        assert [[each.code for each in one.findings] for one in lazy] == [[], ["CPN-E53"], []]


@pytest.mark.parametrize("name", sorted(RULES))
def test_sub_periods_become_one_as_on_every_engine(name, sent):
    """Settled batch by batch, where the integers are; one month of somebody is missing."""
    rule = document(**RULES[name])
    lazy, plain = score("2026-Q1", sent(ONCE), rule=rule), score("2026-Q1", ONCE, rule=rule)
    same(lazy, plain)
    assert lazy.explain("c").to_dict() == plain.explain("c").to_dict()


def goals(digits=1):
    """A policy whose targets are each subject's own, and the targets."""
    rule = {**document(normalise=OWN), "targets": {"table": "goals", "digits": digits}}
    rows = [
        {"nip": nip, "indicator": "visits", "period": period, "value": value}
        for nip, value in (("a", 7.5), ("b", 4.0))
        for period in MONTHS
    ]
    return rule, rows


def test_targets_of_another_engine_are_sent_to_spark(sent):
    """Somebody without a target has that state there too."""
    rule, rows = goals()
    for kind in (list, pl.DataFrame):
        lazy = score(visits=sent(ONCE), rule=rule, more={"goals": kind(rows)})
        same(lazy, score(visits=ONCE, rule=rule, more={"goals": rows}))


def test_targets_in_spark_are_refused(sent):
    """Named by their table, once for all periods, with what to give instead."""
    rule, rows = goals()
    for visits in (ONCE, sent(ONCE)):
        with pytest.raises(capaian.EvidenceError) as caught:
            score(visits=visits, rule=rule, more={"goals": sent(rows)})
        assert str(caught.value) == (
            "1 problem in the evidence; nothing was scored.\n"
            "  CPN-E44  goals: the table is in Spark, and what it says of each subject and period "
            "is read on another engine.\n"
            "           to fix: give it as frame.toArrow(); the evidence may stay in Spark."
        )
    assert caught.value.text("id").splitlines()[1:] == [
        (
            "  CPN-E44  goals: tabelnya berada di Spark, sedangkan isinya tentang tiap pegawai dan "
            "periode dibaca di mesin lain."
        ),
        "           perbaikan: beri sebagai frame.toArrow(); bukti dukungnya boleh tetap di Spark.",
    ]


def test_a_cohort_in_spark_is_refused_and_the_fitted_policy_scores_spark(sent):
    """By the indicators that are relative, with what to give instead."""
    rule = document(normalise={"method": "min-max", "better": "higher"})
    policy = read_policy({**rule, "relative": True})
    visits = [*ONCE, {"nip": "a", "day": datetime(2026, 2, 4, 9), "x": 1}]
    with pytest.raises(capaian.EvidenceError) as caught:
        capaian.fit(policy, {"visits": sent(visits)}, period="2026-02")
    assert str(caught.value) == (
        "The cohort was not measured; nothing was frozen.\n"
        "  CPN-E45  indicators: the evidence of the cohort is in Spark, and the relative methods "
        "of visits need every value of it on one machine.\n"
        "           to fix: fit the policy to files, or to frame.toArrow(); the fitted policy then "
        "scores Spark frames."
    )
    assert (
        caught.value.text("id")
        .splitlines()[1]
        .endswith(
            "bukti dukung kohortnya berada di Spark, sedangkan metode relatif visits memerlukan semua "
            "nilainya di satu mesin."
        )
    )
    fitted = capaian.fit(policy, {"visits": visits}, period="2026-02")
    given = {"visits": sent(visits)}
    same(
        capaian.score(fitted, given, period="2026-02"),
        capaian.score(fitted, {"visits": visits}, period="2026-02"),
    )
