"""PermenPANRB 8/2021: achievement and value of an indicator, additional work, the value of an SKP."""

from decimal import Decimal
from fractions import Fraction

import pytest

import capaian
from capaian.packs import panrb_8_2021
from capaian.shelf import find_pack
from panrb_tables import KINDS, SHARES, iki_category, iki_value, published, scored, whole

PACK = find_pack("panrb-8-2021", [panrb_8_2021])
DAYS = {"period": "2021-S2", "as_of": "2022-01-01"}


def rule(name):
    return PACK.rule(f"permenpanrb-8-2021/{name}")


def gives(name, **values):
    return rule(name).apply(values)


def trust(name, **values):
    return {each.trust for each in rule(name).sources(values)}


def refusal(name, **values):
    with pytest.raises(ValueError) as refused:
        rule(name).apply(values)
    return str(refused.value)


@pytest.fixture(scope="module")
def policy():
    return capaian.load_policy("panrb-8-2021/2021", plugins=[panrb_8_2021])


# --- The pack -------------------------------------------------------------------------------------


def test_every_case_passes_and_every_row_and_edge_is_met():
    found = capaian.run_cases("panrb-8-2021", plugins=[panrb_8_2021])
    assert found.text() == (
        "117 passed, 0 failed, 0 unknown\n"
        "11 of the passed rest on what is not confirmed: permenpanrb-8-2021/iki-value (5),"
        " permenpanrb-8-2021/iki-achievement (4), permenpanrb-8-2021/skp-total (2)"
    )
    assert capaian.cover_cases("panrb-8-2021", plugins=[panrb_8_2021]).missed == ()


def test_pack_and_document_say_the_same():
    (document,) = PACK.documents
    pack = PACK.pack
    assert pack.regulations == (document.id,)
    assert pack.title == {"en": document.title.en, "id": document.title.id}
    assert (pack.first, pack.last) == (document.in_force.from_, document.in_force.to)
    assert document.in_force.trust == "unconfirmed"


def test_its_policy_is_in_force_on_the_days_of_the_document(policy):
    assert (policy.first, policy.last) == (PACK.pack.first, PACK.pack.last)
    assert all(each.source for each in (*policy.indicators, *policy.nodes, *policy.numbers))


def test_the_printed_error_is_listed():
    """92 of a range of 80-90 is printed as 113%."""
    (document,) = PACK.documents
    (erratum,) = document.rules["iki-achievement"].errata
    assert erratum.printed == "92%/90% x 100% = 113%"
    assert erratum.right == "102.22% (920/9)"
    found = gives("iki-achievement", realisasi=92, target_min=80, target_max=90, kondisi="normal")
    assert found == {"pembanding": "batas_atas", "capaian_iki_percent": Fraction(920, 9)}


# --- Achievement ----------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", ["normal", "khusus"])
@pytest.mark.parametrize(
    ("low", "high"), [(80, 90), (7, 8), (10, 10), (Fraction(1, 3), Fraction(1, 2))]
)
def test_achievement_is_the_ratio_to_the_end_of_the_range(low, high, condition):
    """Against the formula of p. 91 and p. 100, on a grid that holds both ends."""
    step = Fraction(high) / 12
    for result in (*(each * step for each in range(40)), low, high):
        found = gives(
            "iki-achievement", realisasi=result, target_min=low, target_max=high, kondisi=condition
        )
        target = min(max(result, low), high)
        ratio = Fraction(result) / target if target else Fraction(1)
        right = ratio if condition == "normal" else 2 - ratio
        assert found["capaian_iki_percent"] == 100 * right


def test_only_inside_a_range_is_not_confirmed():
    target = {"target_min": 80, "target_max": 90, "kondisi": "normal"}
    assert trust("iki-achievement", realisasi=85, **target) == {"derived", "unconfirmed"}
    assert trust("iki-achievement", realisasi=91, **target) == {"derived"}
    assert trust("iki-achievement", realisasi=79, **target) == {"derived"}


# --- Value ----------------------------------------------------------------------------------------


def test_every_whole_per_cent_has_the_value_and_the_category_of_the_annex():
    """And only those of the formula that was recalled rest on it."""
    for percent in range(-20, 161):
        found = gives("iki-value", capaian_iki_percent=percent, target_is_maximum=False)
        assert found == {"kategori": iki_category(percent), "nilai": iki_value(percent)}
        known = {"derived", "unconfirmed"} if 101 <= percent <= 110 else {"derived"}
        assert trust("iki-value", capaian_iki_percent=percent, target_is_maximum=False) == known


def test_the_value_jumps_where_the_annex_has_a_jump():
    jumps = [(59, 60, 49, 50), (79, 80, 69, 70), (99, 100, 89, 109), (100, 101, 109, 110)]
    for before, after, low, high in jumps:
        assert (iki_value(before), iki_value(after)) == (low, high)
        assert gives("iki-value", capaian_iki_percent=before)["nilai"] in {low, None}


def test_the_greatest_target_that_there_can_be_earns_120():
    assert gives("iki-value", capaian_iki_percent=100, target_is_maximum=True) == {
        "kategori": "sangat_baik",
        "nilai": 120,
    }
    assert trust("iki-value", capaian_iki_percent=100, target_is_maximum=True) == {"derived"}


@pytest.mark.parametrize("percent", ["59.5", "79.01", "99.9", "100.0001", "97.8947", "110.5"])
def test_what_lies_between_whole_per_cents_is_refused(percent):
    assert refusal("iki-value", capaian_iki_percent=percent, target_is_maximum=False) == (
        "'capaian_iki_percent' is not a whole per cent: the bands leave what lies between whole per"
        " cents open, and no rule of rounding was found; round it first, and say how"
    )


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        (
            "iki-achievement",
            {"realisasi": 5, "target_min": 0, "target_max": 0, "kondisi": "normal"},
            "'target_min' is not more than 0; 'target_max' is not more than 0",
        ),
        (
            "iki-achievement",
            {"realisasi": 5, "target_min": 9, "target_max": 8, "kondisi": "normal"},
            "'target_max' is less than 'target_min'",
        ),
        (
            "iki-achievement",
            {"realisasi": 5, "target_min": 8, "target_max": 8, "kondisi": "kusus"},
            "'kondisi' is none of normal, khusus (did you mean 'khusus'?)",
        ),
        (
            "iki-value",
            {"capaian_iki_percent": 101, "target_is_maximum": True},
            "'target_is_maximum' is true, and yet the achievement is above 100%",
        ),
        (
            "additional-performance",
            {"kategori": "baik", "bobot_lingkup_penugasan": 0, "nilai_capaian_iki": 121},
            "'bobot_lingkup_penugasan' is not more than 0",
        ),
        (
            "additional-performance",
            {"kategori": "baik", "bobot_lingkup_penugasan": 5, "nilai_capaian_iki": 121},
            "'nilai_capaian_iki' is above 120, the greatest value of an indicator",
        ),
        (
            "skp-total",
            {"nilai_tertimbang_utama": [60], "nilai_tambahan": "10.01"},
            "'nilai_tambahan' is above 10, the most that additional work gives",
        ),
        (
            "periodic-skp",
            {"nilai_rencana_aksi": [], "nilai_kinerja_utama": [100]},
            "'nilai_rencana_aksi' has 0 items; 1 is the least",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(name, values, said):
    assert refusal(name, **values) == said


# --- Additional work and the whole ----------------------------------------------------------------


@pytest.mark.parametrize("category", SHARES)
def test_additional_work_counts_by_its_category(category):
    found = gives(
        "additional-performance",
        kategori=category,
        bobot_lingkup_penugasan=5,
        nilai_capaian_iki=Fraction(1000, 9),
    )
    assert found == {
        "nilai_tertimbang": Fraction(SHARES[category], 100) * 5 / 100 * Fraction(1000, 9)
    }


def test_only_an_skp_that_the_limit_changes_rests_on_it():
    assert trust("skp-total", nilai_tertimbang_utama=[120], nilai_tambahan=0) == {"derived"}
    over = {"nilai_tertimbang_utama": [120], "nilai_tambahan": 1}
    assert trust("skp-total", **over) == {"derived", "unconfirmed"}
    assert gives("skp-total", **over) == {"nilai_skp": 120}


# --- The policy -----------------------------------------------------------------------------------

PERCENTS = [
    *("0", "0.5", "30", "58.5", "59", "59.4999", "59.5", "60", "79", "79.5", "80", "98", "98.5"),
    *("99", "99.4999", "99.5", "100", "100.5", "101", "105", "110", "110.5", "111", "150", "300"),
]
"""Both sides of every edge of a category, and every tie of the rounding."""


def evidence():
    """One officer for each per cent: the budget and a task give it, the rest lies in its range."""
    found = {
        name: [] for name in ("pengaduan", "anggaran", "pemeriksaan", "aplikasi", "tugas_tambahan")
    }
    for nip, percent in enumerate(map(Fraction, PERCENTS)):
        who = {"nip": f"P-{nip:02}"}
        found["pengaduan"] += [{**who, "hasil": "selesai"}] * 17 + [{**who, "hasil": "belum"}] * 3
        found["anggaran"] += [{**who, "realisasi": int(percent * 9_500), "pagu": 1_000_000}]
        found["pemeriksaan"] += [{**who, "hasil": "bebas"}]
        found["aplikasi"] += [{**who, "bulan": 3}, {**who, "bulan": 4}]
        found["tugas_tambahan"] += [
            {
                **who,
                "lingkup": "dalam_unit",
                "realisasi": int(percent * 10_000),
                "target": 1_000_000,
            }
        ]
    return found


def skp(percent):
    """The value of an SKP of the officer above, from the annex."""
    reached = whole(percent)
    value = iki_value(reached)
    main = Fraction(60, 100) * (109 + value + 120) / 3 + Fraction(40, 100) * 109
    share = Fraction(SHARES[iki_category(reached)], 100)
    return min(Fraction(120), main + min(Fraction(10), Fraction(5, 100) * share * value))


@pytest.mark.parametrize("kind", KINDS)
def test_an_skp_from_evidence_is_the_one_of_the_annex(policy, kind):
    """At every edge and tie, exactly, whatever holds the rows."""
    scores = scored(policy, evidence(), kind, **DAYS)
    for nip, percent in enumerate(map(Fraction, PERCENTS)):
        explanation = scores.explain(f"P-{nip:02}")
        assert explanation.unrounded == skp(percent), percent
        assert explanation.total() == explanation.score == whole(100 * skp(percent)) / 100
        assert scores.columns()["score"][nip] == float(explanation.score)
    assert scores.to_json() == scored(policy, evidence(), **DAYS).to_json()


def test_the_printed_examples_come_from_evidence(policy):
    """92% on 80-90 is 102%; 93 of 95 is 98%, Cukup, 88; 6.5 months on 7-8 is 107%."""
    tables = {
        "pengaduan": [{"nip": "a", "hasil": "selesai"}] * 23 + [{"nip": "a", "hasil": "belum"}] * 2,
        "anggaran": [{"nip": "a", "realisasi": 93, "pagu": 100}],
        "pemeriksaan": [{"nip": "a", "hasil": "bebas"}],
        "aplikasi": [{"nip": "a", "bulan": Decimal("6.5")}],
        "tugas_tambahan": [{"nip": "b", "lingkup": "dalam_unit", "realisasi": 1, "target": 1}],
    }
    scores = scored(policy, tables, **DAYS)
    earned = {each.id: each.achievement for each in scores.explain("a").parts}
    assert earned["pengaduan-selesai"] == iki_value(102)
    assert earned["anggaran-terserap"] == 88
    assert earned["bebas-temuan"] == 120
    assert earned["waktu-aplikasi"] == iki_value(107)
    assert published(scores)["b"] == (None, None)


def test_additional_work_is_capped_and_nobody_needs_it(policy):
    tables = evidence()
    tables["tugas_tambahan"] = [
        {"nip": "P-00", "lingkup": "dalam_unit", "realisasi": 2, "target": 1},
        {"nip": "P-00", "lingkup": "antar_instansi", "realisasi": 1, "target": 1},
        {"nip": "P-01", "lingkup": "antar_instansi", "realisasi": 1, "target": 1},
    ]
    scores = scored(policy, tables, **DAYS)
    for nip, earned in enumerate([10, Fraction("8.72"), 0]):
        main = Fraction(20, 100) * (229 + iki_value(whole(Fraction(PERCENTS[nip])))) + Fraction(
            "43.6"
        )
        assert scores.explain(f"P-0{nip}").unrounded == main + earned


def test_an_indicator_without_evidence_leaves_no_skp(policy):
    tables = evidence()
    tables["aplikasi"] = tables["aplikasi"][2:]
    scores = scored(policy, tables, **DAYS)
    assert published(scores)["P-00"] == (None, None)
    assert published(scores)["P-01"][0] is not None
