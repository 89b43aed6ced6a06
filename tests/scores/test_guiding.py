"""Guidance on the set of results: counts by group, labels, findings, and scores that do not move."""

import copy
import json
from fractions import Fraction

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import capaian
from capaian.errors import EvidenceError
from capaian.policy import GroupLabels, Guidance, Limit, load_assignment, read_policy
from capaian.scores.guiding import counted, counted_columns, guided, read_labels, share_text
from capaian.scores.periods import ScoresByPeriod
from posts_office import CLERK, HEAD, RULE, noon
from small_office import OFFICE as PLAIN
from small_office import made_up_evidence
from spark_session import as_spark

OFFICE = PLAIN | {
    "bands": [
        {"id": "low", "below": 70},
        {"id": "middle", "from": 70, "below": 80},
        {"id": "high", "from": 80},
    ]
}
"""In January a is low, b high, c and d are middle."""
STAFF = [
    {"nip": nip, "unit": unit}
    for nip, unit in (("a", "desk"), ("b", "desk"), ("c", "hall"), ("d", None), ("e", "hall"))
]
LABELS = [{"unit": "desk", "predikat": "baik"}, {"unit": "hall", "predikat": "kurang"}]
LIMITS = [
    {"id": "high_max_10", "for": ["kurang"], "bands": ["high"], "most": "10%"},
    {"id": "middle_required", "for": ["baik"], "bands": ["middle"], "least_count": 1},
    {"id": "low_or_middle", "bands": ["low", "middle"], "most": "95%"},
]
GUIDANCE = {
    "group": "unit",
    "source": "SE 3/2023",
    "labels": {"table": "organisasi", "unit": "unit", "label": "predikat"},
    "limits": LIMITS,
}
ROSTER = {"table": "staff", "unit": "unit"}
BANDS = read_policy(OFFICE).bands


def policy(**guidance):
    """The office with a roster of units and guidance."""
    return read_policy(
        copy.deepcopy(OFFICE | {"subjects": ROSTER, "guidance": GUIDANCE | guidance})
    )


def tables(make=list):
    """The evidence and the roster, as a kind of table."""
    rows = made_up_evidence(("a", "b", "c", "d")) | {"staff": STAFF}
    return {name: make(each) for name, each in rows.items()}


def scored(rule=None, make=list):
    """The scores of January."""
    return capaian.score(rule or policy(), tables(make), period="2026-01")


def frame(rows):
    return pl.DataFrame(rows, infer_schema_length=None)


def relation(rows):
    return duckdb.from_arrow(frame(rows).to_arrow())


def bands_of(scores):
    return dict(zip(scores.columns()["subject"], scores.columns()["band"], strict=True))


def test_the_findings_in_full():
    scores = scored()
    assert bands_of(scores) == {
        "a": "low", "b": "high", "c": "middle", "d": "middle", "e": None,
    }  # fmt: skip
    lines = [each.line() for each in scores.guidance({"organisasi": LABELS})]
    assert lines == [
        (
            "  CPN-U20  results with a band and in no unit: 1; no share counts them.\n"
            "           to fix: give each of them a unit in the roster."
        ),
        (
            "  CPN-U28  guidance.limits['middle_required']: 0 of 2 results of unit 'desk' in 2026-01 "
            "are middle (0%); the guidance is at least 1.\n"
            "           to fix: nothing must change: it is guidance to the appraiser and no quota. "
            "Look again, or say why it is so."
        ),
        (
            "  CPN-U28  guidance.limits['low_or_middle']: 1 of 1 results of unit 'hall' in 2026-01 are "
            "low or middle (100%); the guidance is at most 95%.\n"
            "           to fix: nothing must change: it is guidance to the appraiser and no quota. "
            "Look again, or say why it is so."
        ),
    ]


def test_a_finding_in_indonesian_and_as_plain_values():
    found = scored().guidance({"organisasi": LABELS})
    assert [each.severity for each in found] == ["note", "warning", "warning"]
    assert found[0].line("id") == (
        "  CPN-U20  hasil berpredikat yang tidak berada di unit mana pun: 1; tidak dihitung dalam "
        "bagian mana pun.\n"
        "           perbaikan: beri masing-masing unit dalam daftar pegawai."
    )
    assert found[2].line("id") == (
        "  CPN-U28  guidance.limits['low_or_middle']: 1 dari 1 hasil unit 'hall' pada 2026-01 "
        "adalah low atau middle (100%); pedomannya paling banyak 95%.\n"
        "           perbaikan: tidak wajib diubah: ini pertimbangan bagi pejabat penilai, bukan "
        "kuota. Tinjau kembali, atau jelaskan alasannya."
    )
    values = found[2].to_dict()["values"]
    assert (values["limit"], values["unit"], values["counted"], values["of"]) == (
        "low_or_middle", "hall", 1, 1,
    )  # fmt: skip


def test_the_label_chooses_the_limits():
    turned = [{"unit": "desk", "predikat": "kurang"}, {"unit": "hall", "predikat": "baik"}]
    limits = [{"id": "low_max_10", "for": ["kurang"], "bands": ["middle", "low"], "most": "10%"}]
    for labels, unit in ((LABELS, "hall"), (turned, "desk")):
        found = scored(policy(limits=limits)).guidance({"organisasi": labels})
        assert [each.values["unit"] for each in found if each.code == "CPN-U28"] == [unit]


def test_everybody_is_one_group():
    limits = [{"id": "low_max", "bands": ["middle"], "most": "49%"}]
    rule = read_policy(OFFICE | {"guidance": {"group": "all", "limits": limits}})
    (found,) = capaian.score(rule, made_up_evidence(), period="2026-01").guidance()
    assert found.text() == (
        "2 of 4 results in 2026-01 are middle (50%); the guidance is at most 49%."
    )


def test_everybody_is_one_group_with_a_label():
    labels = {"table": "organisasi", "label": "predikat"}
    limits = [{"id": "low_max", "for": ["baik"], "bands": ["middle"], "most": "49%"}]
    rule = policy(group="all", labels=labels, limits=limits)
    scores = scored(rule)
    (found,) = scores.guidance({"organisasi": [{"predikat": "baik"}] * 2})
    assert found.values["limit"] == "low_max"
    assert [each.line() for each in scores.guidance({"organisasi": [{"predikat": None}]})] == [
        (
            "  CPN-U21  organisasi: 'organisasi' has no label; only the limits for every label were "
            "looked at.\n           to fix: give it one row with the label."
        )
    ]
    assert [each.line() for each in scores.guidance({"organisasi": [{"predikat": "x"}]})] == [
        (
            "  CPN-U26  organisasi.predikat: the label is none of which the guidance knows; only the "
            "limits for every label were looked at.\n           to fix: use one of: baik."
        )
    ]
    with pytest.raises(EvidenceError) as caught:
        scores.guidance({"organisasi": LABELS})
    assert str(caught.value) == (
        "Nothing was compared with the guidance.\n"
        "  CPN-U24  organisasi.predikat: everybody is one group, and there are 2 labels.\n"
        '           to fix: keep one label; or write group = "unit".'
    )


def test_units_without_a_label_or_with_a_strange_one_are_named():
    some = [{"unit": "desk", "predikat": "sangat baik"}]
    found = scored().guidance({"organisasi": some})
    assert [each.line() for each in found if each.code in {"CPN-U22", "CPN-U27"}] == [
        (
            "  CPN-U22  organisasi.predikat: 1 of 2 units have no label ('hall'); for them only the "
            "limits for every label were looked at.\n"
            "           to fix: give each unit a row with its label."
        ),
        (
            "  CPN-U27  organisasi.predikat: 1 of 2 units have a label of which the guidance does not "
            "know ('desk'); for them only the limits for every label were looked at.\n"
            "           to fix: use one of: kurang, baik."
        ),
    ]


def test_a_few_units_are_named_and_the_rest_counted():
    rule = Guidance("unit", (), {"en": "", "id": ""}, GroupLabels("t", "label", "unit"))
    found = counted(((f"u{each}", "low"), 1) for each in range(7))
    (said,) = guided(rule, BANDS, found, {"t": [{"unit": "x", "label": "y"}]}, "2026")
    assert said.text("id") == (
        "7 dari 7 unit tidak berlabel ('u0', 'u1', 'u2', 'u3', 'u4' dan 2 lagi); untuknya hanya "
        "batas untuk semua label yang diperiksa."
    )


def test_labels_that_contradict_one_another_are_refused():
    both = [*LABELS, {"unit": "hall", "predikat": "baik"}]
    with pytest.raises(EvidenceError) as caught:
        scored().guidance({"organisasi": both})
    assert str(caught.value) == (
        "Nothing was compared with the guidance.\n"
        "  CPN-U23  organisasi.predikat: units with more than one label: 1 ('hall').\n"
        "           to fix: keep one row for each unit."
    )


@pytest.mark.parametrize("evidence", [None, {}, {"organisas": LABELS}])
def test_labels_that_are_not_given_are_asked_for(evidence):
    with pytest.raises(EvidenceError) as caught:
        scored().guidance(evidence)
    hint = " Did you mean 'organisas'?" if evidence else ""
    assert caught.value.findings[0].text() == (
        f"the policy reads a table 'organisasi', which is not given.{hint}"
    )


def test_a_table_of_labels_without_its_column_is_refused():
    with pytest.raises(EvidenceError) as caught:
        scored().guidance({"organisasi": [{"unit": "desk", "label": "baik"}]})
    assert [each.code for each in caught.value.findings] == ["CPN-E09"]


@pytest.mark.parametrize("make", [list, frame, relation])
def test_every_engine_gives_the_same_findings_and_takes_any_labels(make):
    for labels in (LABELS, frame(LABELS), relation(LABELS)):
        assert scored(make=make).guidance({"organisasi": labels}) == scored().guidance(
            {"organisasi": LABELS}
        )


@pytest.mark.parametrize("make", [list, frame])
def test_scores_and_bands_are_the_same_bits_with_and_without_guidance(make):
    with_ = scored(make=make)
    without = scored(read_policy(OFFICE | {"subjects": ROSTER}), make=make)
    with_.guidance({"organisasi": LABELS})
    for name in ("columns", "ledger_columns"):
        mine, other = (getattr(each, name)() for each in (with_, without))
        assert {key: list(map(repr, each)) for key, each in mine.items()} == {
            key: list(map(repr, each)) for key, each in other.items()
        }


def test_the_labels_may_be_among_the_evidence():
    """They are not read for the scores, and nothing is said of a table that is not read."""
    given_ = tables() | {"organisasi": LABELS}
    scores = capaian.score(policy(), given_, period="2026-01")
    assert not [each for each in scores.findings if each.code == "CPN-E51"]
    assert scores.guidance(given_) == scored().guidance({"organisasi": LABELS})


def test_a_policy_without_guidance_finds_nothing():
    assert scored(read_policy(OFFICE | {"subjects": ROSTER})).guidance() == []


def test_several_periods_say_which():
    limits = [{"id": "low_max", "bands": ["low"], "most": 0}]
    rule = read_policy(OFFICE | {"guidance": {"group": "all", "limits": limits}})
    by = capaian.score(rule, made_up_evidence(), period=["2026-01", "2026-01-01/2026-01-20"])
    assert isinstance(by, ScoresByPeriod)
    found = by.guidance()
    assert [each.values["period"] for each in found] == ["2026-01", "2026-01-01/2026-01-20"]
    assert found == [*by[0].guidance(), *by[1].guidance()]


def test_the_guidance_of_an_assignment_is_on_the_scores_of_the_period(tmp_path):
    """One letter of two and one case in time: 111.11 x 2/3 + 50 x 1/3 = 90.7, which is good."""
    for name, document in (("head", HEAD), ("clerk", CLERK)):
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    assign = [
        {"post": "head", "policy": str(tmp_path / "head.json")},
        {"policy": str(tmp_path / "clerk.json")},
    ]
    evidence = {
        "postings": [{"nip": "a", "post": "head", "from": noon(1), "to": None}],
        "letters": [{"nip": "a", "on": noon(3)}],
        "cases": [{"nip": "a", "received": noon(3), "answered": noon(4)}],
        "organisasi": [{"predikat": "kurang"}],
    }
    guidance = {
        "group": "all",
        "labels": {"table": "organisasi", "label": "predikat"},
        "limits": [{"id": "good_none", "for": ["kurang"], "bands": ["good"], "most_count": 0}],
    }
    rule = RULE | {"assign": assign, "guidance": guidance}
    scores = capaian.score(load_assignment(rule), evidence, period="2026-03")
    assert scores.columns()["band"] == ["good"]
    assert [each.text() for each in scores.guidance(evidence)] == [
        "1 of 1 results in 2026-03 are good (100%); the guidance is at most 0."
    ]
    assert not [each for each in scores.findings if each.code == "CPN-E51"]
    rule = load_assignment(RULE | {"assign": assign})
    without = capaian.score(rule, evidence, period="2026-03")
    assert without.guidance() == []
    assert without.columns() == scores.columns()
    assert [each.code for each in without.findings] == ["CPN-E51"]


@pytest.mark.spark
def test_spark_brings_out_the_counts_of_every_other_engine(spark):
    scores = scored(make=lambda rows: as_spark(spark, frame(rows).to_arrow(), 3))
    plain = scored()
    assert scores.counted(units=True) == plain.counted(units=True)
    assert scores.counted(units=False) == plain.counted(units=False)
    assert scores.guidance({"organisasi": LABELS}) == plain.guidance({"organisasi": LABELS})
    with pytest.raises(EvidenceError) as caught:
        scores.guidance({"organisasi": as_spark(spark, frame(LABELS).to_arrow(), 1)})
    assert str(caught.value) == (
        "Nothing was compared with the guidance.\n"
        "  CPN-U25  organisasi: the table of labels is in Spark, and is read here.\n"
        "           to fix: give it as frame.toArrow(), a list of dictionaries or a file; it has "
        "one row for each unit."
    )


pairs = st.lists(
    st.tuples(st.sampled_from(["x", "y", None]), st.sampled_from(["low", "high", None]))
)


@given(pairs, st.randoms())
def test_counts_do_not_depend_on_the_order_or_on_how_they_come_together(rows, dice):
    found = counted_columns([band for _, band in rows], [unit for unit, _ in rows])
    mixed = rows[:]
    dice.shuffle(mixed)
    assert counted((each, 1) for each in mixed) == found
    with_band = [each for each in rows if each[1]]
    assert found.homeless == sum(unit is None for unit, _ in with_band)
    assert sum(sum(each.values()) for each in found.groups.values()) + found.homeless == len(
        with_band
    )


@given(st.integers(0, 2000), st.integers(1, 2000), st.fractions(0, 1, max_denominator=50))
def test_a_share_that_is_not_the_limit_is_not_shown_as_it(some, of, limit):
    share = Fraction(min(some, of), of)
    shown = Fraction(share_text(share, limit).rstrip("%")) / 100
    assert (shown == limit) <= (share == limit)
    assert abs(shown - share) <= Fraction(1, 20000)


def test_labels_are_read_by_unit():
    labels = GroupLabels("t", "label", "unit")
    rows = [{"unit": 7, "label": "a"}, {"unit": 8, "label": None}, {"unit": 7, "label": "a"}]
    assert read_labels(labels, {"t": rows}) == {"7": "a"}


def test_limit_words_of_numbers():
    rule = Guidance("all", (Limit("x", ("low", "high"), "least_count", Fraction(3)),), {})
    (said,) = guided(rule, BANDS, counted([(("", "low"), 2)]), None, "2026")
    assert (
        said.text() == "2 of 2 results in 2026 are low or high (100%); the guidance is at least 3."
    )
