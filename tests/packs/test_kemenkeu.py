"""KMK 127/2026 and KMK 467/2014 as data, against figures written down here from what was read."""

import json
import tomllib
from fractions import Fraction
from importlib.resources import files

import pytest

import capaian
from capaian.packs import kemenkeu
from capaian.rules import read_regulation, rules_of
from capaian.shelf import find_pack

FOLDER = files("capaian") / "packs"
HERE = FOLDER / "kemenkeu"
REGULATIONS = {
    name: read_regulation(HERE / "documents" / f"{name}.toml")
    for name in ("kmk-127-2026", "kmk-467-2014")
}
RULES = {rule.id: rule for each in REGULATIONS.values() for rule in rules_of(each)}
ABOVE, MEETS, BELOW = "di_atas_ekspektasi", "sesuai_ekspektasi", "di_bawah_ekspektasi"
MATRIX = {
    (ABOVE, ABOVE): "sangat_baik",
    (ABOVE, MEETS): "baik",
    (ABOVE, BELOW): "kurang",
    (MEETS, ABOVE): "baik",
    (MEETS, MEETS): "baik",
    (MEETS, BELOW): "kurang",
    (BELOW, ABOVE): "butuh_perbaikan",
    (BELOW, MEETS): "butuh_perbaikan",
    (BELOW, BELOW): "sangat_kurang",
}
"""PermenPANRB 6/2022, rating of work and rating of conduct."""


def gives(rule, **values):
    return RULES[f"kmk-127-2026/{rule}"].apply(values)


def unconfirmed(rule, **values):
    found = RULES[f"kmk-127-2026/{rule}"].sources(values)
    return [each.cite for each in found if each.trust == "unconfirmed"]


def refused(rule, **values):
    with pytest.raises(ValueError, match=r"^") as caught:
        gives(rule, **values)
    return str(caught.value)


# ---- the pack ----------------------------------------------------------------------------------


def test_the_pack_can_be_used():
    found = find_pack("kemenkeu-2026", [kemenkeu])
    assert [each.id for each in found.documents] == ["kmk-127-2026", "kmk-467-2014"]
    assert len(found.rules) == 21


def test_every_case_of_the_pack_passes():
    results = capaian.run_cases(HERE / "cases.json", plugins=[kemenkeu])
    assert [str(each) for each in results.results if each.status != "passed"] == []


def test_what_is_not_confirmed_is_said_by_each_case():
    """Cases from memory rest on something unconfirmed, and those worked out from it too."""
    for case in json.loads((HERE / "cases.json").read_text("utf-8"))["cases"]:
        if case.get("refused"):
            continue
        rule = RULES[case["rule"]]
        said = any(each.trust == "unconfirmed" for each in rule.sources(case["input"]))
        if case["confidence"] in {"memory", "derived"}:
            assert said == (case["confidence"] == "memory"), case["id"]


def test_nothing_claims_to_have_been_read_in_the_decree():
    """The text was not available: `derived` at best, and all of the earlier decree is recalled."""
    trust = {
        name: {each.trust for each in regulation.sources.values()}
        for name, regulation in REGULATIONS.items()
    }
    assert trust == {"kmk-127-2026": {"derived", "unconfirmed"}, "kmk-467-2014": {"unconfirmed"}}
    assert {each.in_force.trust for each in REGULATIONS.values()} == {"unconfirmed"}


def test_every_label_has_its_title_in_both_languages():
    for regulation in REGULATIONS.values():
        said = regulation.labels
        for each in (*regulation.tables.values(), *regulation.grades.values()):
            words = {
                word
                for row in each.rows
                for key, value in row.items()
                if key not in {"source", "none"}
                for word in (value if isinstance(value, list) else [value])
                if isinstance(word, str)
            }
            assert words <= set(said)
        assert all(title.id and title.en for title in said.values())


# ---- achievement -------------------------------------------------------------------------------


def held(value):
    return min(Fraction(120), max(Fraction(0), value))


@pytest.mark.parametrize("target", [-10, -1, 1, 4, 100])
@pytest.mark.parametrize("real", [-25, -11, -10, -5, 0, 3, 4, 101, 150])
def test_polarities_for_every_sign_of_the_target(real, target):
    ratio = Fraction(real, target)
    up = ratio if target > 0 else 2 - ratio
    assert gives("achievement", realisasi=real, target=target, polarisasi="maximize") == {
        "capaian": held(up * 100)
    }
    assert gives("achievement", realisasi=real, target=target, polarisasi="minimize") == {
        "capaian": held((2 - ratio) * 100)
    }
    near = ratio if real <= target else 2 - ratio
    scaled = held(
        near * 100 * 100 / 90 if near <= Fraction(9, 10) else 100 + (near - Fraction(9, 10)) * 200
    )
    assert gives("achievement", realisasi=real, target=target, polarisasi="stabilize") == {
        "capaian": scaled if target > 0 else None
    }


@pytest.mark.parametrize("polarity", ["maximize", "minimize", "stabilize"])
def test_a_target_of_zero_is_not_defined_without_the_worst_realisation(polarity):
    given = {"realisasi": 4, "target": 0, "polarisasi": polarity}
    assert gives("achievement", **given) == {"capaian": None}
    worst = gives("achievement", **given, realisasi_terburuk=10)
    assert worst == {"capaian": 60 if polarity == "minimize" else None}


def test_only_the_scale_of_the_example_is_unconfirmed():
    given = {"realisasi": 96, "target": 100, "polarisasi": "stabilize"}
    scale = [[0, 0], [90, 100], [100, 120]]
    assert unconfirmed("achievement", **given, skala_konversi=scale) == []
    assert unconfirmed("achievement", **given) == [
        "KMK 127/2026 hlm. 70, skala konversi stabilize pada contoh"
    ]


# ---- NHK, NPK, NKP -----------------------------------------------------------------------------


def test_a_value_is_held_at_120_before_it_is_weighed_and_that_is_in_conflict():
    most = {"indikator": [{"capaian": 120, "k3": "1.2"}, {"capaian": 60, "k3": "0.6"}]}
    found = gives("nhk", **most)
    assert found["nilai_kualitas_capaian"] == (120, 36)
    assert found["nhk_awal"] == Fraction(120 * 12 + 36 * 6, 18)
    assert unconfirmed("nhk", **most) == [
        "KMK 127/2026 hlm. 125-126, nilai kualitas capaian paling tinggi 120"
    ]


def test_calibration_is_confirmed_up_to_100_only():
    for x in (0, 50, 100):
        assert gives("calibration-115", nilai=x) == {"kalibrasi": x}
        assert unconfirmed("calibration-115", nilai=x) == []
    for x in (Fraction("100.01"), 110, 120, 125):
        assert gives("calibration-115", nilai=x) == {
            "kalibrasi": min(Fraction(115), 100 + (x - 100) * Fraction(3, 4))
        }
        assert unconfirmed("calibration-115", nilai=x) == [
            "KMK 127/2026 hlm. 139, nilai di atas 100"
        ]


@pytest.mark.parametrize(("work", "conduct"), list(MATRIX))
def test_all_nine_cells_come_of_adjusted_values(work, conduct):
    value = {ABOVE: 104, MEETS: 95, BELOW: 80}
    found = gives(
        "nkp",
        nhk_awal=value[work],
        npk_awal=value[conduct],
        nko=95,
        tier=2,
        nilai_hukuman_disiplin=0,
        nilai_dampak=0,
        nilai_koreksi=0,
    )
    assert (found["rating_hasil_kerja"], found["rating_perilaku_kerja"]) == (work, conduct)
    assert found["predikat"] == MATRIX[work, conduct]


NKP = {"nilai_hukuman_disiplin": 0, "nilai_dampak": 0, "nilai_koreksi": 0}


@pytest.mark.parametrize(
    ("result", "nko", "tier", "share"),
    [
        (100, 100, 1, "0.5"),
        (100, 100, 2, "0.3"),
        ("99.99", 100, 1, "0.1"),
        ("99.99", 100, 2, "0.1"),
        ("100.01", 100, 1, "0.5"),
    ],
)
def test_equal_counts_as_not_below_the_organisation(result, nko, tier, share):
    found = gives("nkp", nhk_awal=result, npk_awal=result, nko=nko, tier=tier, **NKP)
    assert found["bobot_nko"] == Fraction(share)


def test_a_correction_beyond_its_limits_is_held_and_said():
    given = {"nhk_awal": 100, "npk_awal": 100, "nko": 100, "tier": 2, **NKP}
    for asked, used in ((5, 5), (-5, -5), (9, 5), (-9, -5)):
        given["nilai_koreksi"] = asked
        assert gives("nkp", **given)["penyesuaian"] == used
        assert bool(unconfirmed("nkp", **given)) is (asked != used)


def test_the_matrix_is_the_same_wherever_the_house_has_it():
    """KMK 127/2026 uses the table of PermenPANRB 6/2022; packs and policies that hold it agree."""
    found = {}
    for file in FOLDER.glob("*/documents/*.toml"):
        for name, table in tomllib.loads(file.read_text("utf-8")).get("tables", {}).items():
            if set(table["inputs"]) == {"hasil_kerja", "perilaku_kerja"}:
                found[file.name, name] = {
                    (row["hasil_kerja"], row["perilaku_kerja"]): row["predikat"]
                    for row in table["rows"]
                }
    for file in FOLDER.glob("*/policies/**/*.toml"):
        decision = tomllib.loads(file.read_text("utf-8")).get("decision", {"ratings": []})
        if [each["id"] for each in decision["ratings"]] == ["hasil_kerja", "perilaku_kerja"]:
            found[file.parts[-3:]] = {
                (cell["when"]["hasil_kerja"], cell["when"]["perilaku_kerja"]): cell["gives"]
                for cell in decision["cells"]
            }
    assert ("kmk-127-2026.toml", "predicate") in found
    assert len(found) >= 2
    assert all(each == MATRIX for each in found.values()), found.keys()


# ---- classes and colours -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nko", "expected", "sure"),
    [
        (120, "sangat_baik", True),
        (110, "sangat_baik", True),
        ("109.99", "baik", True),
        ("100.01", "baik", True),
        (100, "baik", False),
        ("99.99", "cukup", True),
        ("90.01", "cukup", True),
        (90, "cukup", False),
        ("89.99", "kurang", True),
        ("80.01", "kurang", True),
        (80, "kurang", False),
        ("79.99", "buruk", True),
        (0, "buruk", True),
    ],
)
def test_predicate_of_an_organisation_with_its_unclear_edges(nko, expected, sure):
    assert gives("org-predicate", nko=nko) == {"predikat": expected}
    assert bool(unconfirmed("org-predicate", nko=nko)) is not sure


@pytest.mark.parametrize(
    ("value", "expected"),
    [(120, "hijau"), (100, "hijau"), ("99.99", "kuning"), (80, "kuning"), ("79.99", "merah")],
)
def test_colours_of_which_only_green_was_read(value, expected):
    assert gives("status-colour", capaian=value) == {"status": expected}
    assert bool(unconfirmed("status-colour", capaian=value)) is (expected != "hijau")


# ---- discipline --------------------------------------------------------------------------------

PUNISHMENT = {"ringan": ("0.1", 2), "sedang": ("0.25", 3), "berat": ("0.4", 4)}


@pytest.mark.parametrize("kind", PUNISHMENT)
@pytest.mark.parametrize("start", [1, 2, 3, 4])
def test_a_punishment_counts_for_its_quarters_and_no_longer(kind, start):
    share, quarters = PUNISHMENT[kind]
    for later in range(-4, 9):
        year, quarter = divmod(4 * 2026 + start - 1 + later, 4)
        found = gives(
            "discipline-period",
            kategori=kind,
            skor_mpjhd=38,
            start_year=2026,
            start_quarter=start,
            year=year,
            quarter=quarter + 1,
        )
        assert found == {"nilai": Fraction(share) * 38 if 0 <= later < quarters else 0}


def test_the_impact_on_a_superior_ends_at_five():
    assert gives("impact-value", nilai_hukdis_bawahan=[]) == {"nilai_dampak": 0}
    assert gives("impact-value", nilai_hukdis_bawahan=["99.9"]) == {
        "nilai_dampak": Fraction("4.995")
    }
    assert gives("impact-value", nilai_hukdis_bawahan=[60, 60]) == {"nilai_dampak": 5}


# ---- the earlier decree ------------------------------------------------------------------------


def test_the_earlier_decree_is_recalled_and_says_so():
    rule = RULES["kmk-467-2014/nko"]
    one = dict.fromkeys(("stakeholder", "customer", "internal_process", "learning_growth"), 0)
    weights = [rule.apply({**one, name: 100})["nko"] for name in one]
    assert weights == [25, 15, 30, 30]
    for name, given in (
        ("nko", one),
        ("nkp", {"ckp": 1, "np": 1}),
        ("nss", {"indeks_iku": [1], "bobot": [1]}),
    ):
        sources = RULES[f"kmk-467-2014/{name}"].sources(given)
        assert {each.trust for each in sources} == {"unconfirmed"}
