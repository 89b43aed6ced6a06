"""The example office under three regulations: from evidence to predicate, against plain fractions.

The oracle, `office_oracle`, is written from the regulations' facts; it reads no policy and no pack.
"""

import importlib
import json
import subprocess
import sys
from collections import Counter
from fractions import Fraction as F
from pathlib import Path

import pytest

import capaian
from capaian.policy import load_policy
from held import held
from office_oracle import CORE, Clock, by_asn_2022, by_kemenkeu_2026, by_pp_30_2019

FOLDER = Path(__file__).parents[2] / "examples" / "lubuk_begalung"
MODULES = ("people", "complaints", "appraisals", "office", "regulations", "shown")
KINDS = ("records", "polars", "duckdb")
NAMES = ("asn-2022", "pp-30-2019", "kemenkeu-2026")


@pytest.fixture(scope="module")
def example():
    """The modules of the example as a script sees them: its own folder first on the path."""
    before = {name: sys.modules.pop(name, None) for name in MODULES}
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in MODULES}
    finally:
        sys.path.remove(str(FOLDER))
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


@pytest.fixture(scope="module")
def tables(example):
    return example["office"].regulated(2026)


@pytest.fixture(scope="module")
def made(example, tables):
    """The scores of every rule from plain records."""
    return {name: example["regulations"].score(name, tables[name]) for name in NAMES}


@pytest.fixture(scope="module")
def expected(example, tables):
    """For each regulation each person's score, `None` under asn-2022, and predicate."""
    office = example["office"]
    clock = Clock(office.OFF, tables["pp-30-2019"]["pauses"])
    full = len(office.WORKING)
    workers = [
        row
        for row in tables["pp-30-2019"]["pegawai"]
        if row["jabatan"] in {"loket", "petugas lapangan"}
    ]
    asn, pp, kmk = (tables[name] for name in NAMES)
    return {
        "asn-2022": {row["nip"]: (None, by_asn_2022(row["nip"], asn)) for row in asn["pegawai"]},
        "pp-30-2019": {row["nip"]: by_pp_30_2019(row, pp, clock) for row in workers},
        "kemenkeu-2026": {row["nip"]: by_kemenkeu_2026(row, kmk, clock, full) for row in workers},
    }


# ---- scores and predicates -----------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_scores_and_predicates_are_those_of_the_oracle(example, tables, expected, name, kind):
    """Everybody's exact score and predicate, on records, Polars and DuckDB."""
    given = {table: held(rows, kind) for table, rows in tables[name].items()}
    seen = {}
    for scores, _ in example["regulations"].score(name, given).values():
        for each in scores.to_dict()["scores"]:
            score = None if name == "asn-2022" or each["score"] is None else F(each["score"])
            seen[each["subject"]] = (score, each["band"])
    assert seen == expected[name]


def test_there_is_enough_to_tell_an_error_by(expected):
    """151, 80 and 80 people; nearly all predicates occur, and a few people have none."""
    assert [len(found) for found in expected.values()] == [151, 80, 80]
    for name, least in zip(NAMES, (5, 4, 5), strict=True):
        predicates = Counter(predicate for _, predicate in expected[name].values())
        assert len(predicates) == least + 1
        assert 1 <= predicates[None] <= 8


def test_one_person_side_by_side(example, made, tables):
    """The same work in three ways: as expected, fair, in need of improvement."""
    nip = next(
        row["nip"] for row in tables["asn-2022"]["pegawai"] if row["nama"] == "Telaga Bambu, A.Md."
    )
    found = {name: [scores for scores, _ in made[name].values()] for name in NAMES}
    assert example["shown"].side_by_side(found)[nip] == {
        "asn-2022": ("–", "Baik"),
        "pp-30-2019": ("≈ 88.04", "Cukup"),
        "kemenkeu-2026": ("80.16", "Butuh perbaikan"),
    }


def test_who_has_no_predicate_hears_why(made):
    """Not rated, rated twice, corrected beyond the limit, without the appraiser's values."""
    states = Counter()
    for name in NAMES:
        for scores, _ in made[name].values():
            for subject in scores.subjects:
                told = scores.explain(subject)
                if not told.band:
                    assert any(part.state != "ok" for part in told.parts)
                    states |= {(name, part.state): 1 for part in told.parts if part.state != "ok"}
    assert set(states) >= {
        ("asn-2022", "no_evidence"),
        ("asn-2022", "several"),
        ("pp-30-2019", "no_evidence"),
        ("kemenkeu-2026", "beyond_limit"),
        ("kemenkeu-2026", "no_evidence"),
    }


# ---- ratings are acts of persons -------------------------------------------------------------------


def test_the_head_s_rating_of_results_is_that_of_the_unit(tables):
    """As the pack's own rule gives it."""
    asn = tables["asn-2022"]
    heads = {
        row["nip"]: row["unit"] for row in asn["pegawai"] if row["jabatan"] in {"camat", "lurah"}
    }
    units = {row["unit"]: row["predikat"] for row in asn["organisasi"]}
    cases = [
        {
            "id": row["nip"],
            "rule": "permenpanrb-6-2022/head-of-unit-rating",
            "input": {"predikat_organisasi": units[heads[row["nip"]]]},
            "expected": {"rating_hasil_kerja_pimpinan": row["hasil_kerja"]},
        }
        for row in asn["penilaian"]
        if row["nip"] in heads
    ]
    assert len(cases) == 16
    found = capaian.run_cases({"cases": cases})
    assert found.passed == 16, found.text()


def test_everybody_is_rated_by_another_person_and_no_score_is_among_the_ratings(tables):
    for row in tables["asn-2022"]["penilaian"]:
        assert row["penilai"] != row["nip"]
        assert set(row) == {"nip", "penilai", "tanggal", "hasil_kerja", "perilaku_kerja"}


def test_conduct_is_seen_alike_under_the_three(example, tables):
    """What is called below expectation in one is not praised in another."""
    usual = example["appraisals"].USUAL
    pp, kmk = tables["pp-30-2019"]["perilaku"], tables["kemenkeu-2026"]["perilaku"]
    asn = {row["nip"]: row["perilaku_kerja"] for row in tables["asn-2022"]["penilaian"][::-1]}
    for row in pp:
        if row["nip"] in asn:
            assert abs(row["nilai"] - usual[asn[row["nip"]]]) <= 9 or row["nilai"] == 120
    for row in kmk:
        if row["nip"] in asn:
            assert all(abs(row[name] - usual[asn[row["nip"]]]) <= 9 for name in CORE)


# ---- guidance --------------------------------------------------------------------------------------


def test_the_circular_s_limits_are_counted_by_unit_and_change_nothing(made, expected, tables):
    """At most 70% Baik and somebody below it in a unit that is Baik, counted by hand."""
    (scores, findings), *_ = made["asn-2022"].values()
    unit = {row["nip"]: row["unit"] for row in tables["asn-2022"]["pegawai"]}
    found = {(each.values["unit"], each.values["limit"]) for each in findings}
    for row in tables["asn-2022"]["organisasi"]:
        given = [
            predicate
            for nip, (_, predicate) in expected["asn-2022"].items()
            if unit[nip] == row["unit"] and predicate
        ]
        counts, every = Counter(given), len(given)
        broken = {
            "baik": {
                "B_max_70": counts["baik"] * 10 > every * 7,
                "BP_or_K_required": not counts["butuh_perbaikan"] + counts["kurang"],
            },
            "istimewa": {"SB_max_70": counts["sangat_baik"] * 10 > every * 7},
            "butuh_perbaikan": {
                "SB_max_10": counts["sangat_baik"] * 10 > every,
                "BP_min_60": counts["butuh_perbaikan"] * 10 < every * 6,
            },
            "kurang": {
                "SB_max_10": counts["sangat_baik"] * 10 > every,
                "BP_min_10": counts["butuh_perbaikan"] * 10 < every,
                "K_min_60": counts["kurang"] * 10 < every * 6,
            },
            "sangat_kurang": {
                "SB_max_0": counts["sangat_baik"] > 0,
                "K_plus_BP_min_10": (counts["kurang"] + counts["butuh_perbaikan"]) * 10 < every,
                "SK_min_60": counts["sangat_kurang"] * 10 < every * 6,
            },
        }[row["predikat"]]
        here = {limit for name, limit in found if name == row["unit"]}
        assert here == {limit for limit, is_broken in broken.items() if is_broken}, row["unit"]
    assert len(found) == len(findings) > 5
    assert scores.columns()["band"].count("baik") == 99


# ---- the rule is the pack's ------------------------------------------------------------------------

SHEETS = {"pp-30-2019": ("pp-30-2019/2019", "skp"), "kemenkeu-2026": ("kemenkeu-2026", "nhk")}
OWN = {"id", "edition", "title", "in_force", "calendar", "zone"}
OWN_SUBJECTS = {"subjects.label", "subjects.unit", "subjects.where.jabatan"}
UNUSED = "sources['KMK 127/2026 hlm. 70, conversion scale of a stabilise indicator']"
MADE_UP = "sources['Made up for capaian: the example office of Lubuk Begalung']"
DOCUMENTS = [(name, post) for name in SHEETS for post in ("front-desk", "field-staff")]


@pytest.mark.parametrize(("name", "post"), DOCUMENTS)
def test_all_but_the_indicators_is_the_pack_s_rule(name, post):
    """Bands, cells, weights of nodes, numbers, formulas, curves of nodes, guidance: the same."""
    sheet, node = SHEETS[name]
    own = load_policy(FOLDER / "regulations" / name / f"{post}.toml")
    pack = capaian.load_policy(sheet)
    mine = {each.id for policy in (own, pack) for each in policy.indicators if each.parent == node}
    for change in capaian.compare_policies(pack, own).changes:
        key = change.place.partition(".")[0].partition("[")[0]
        allowed = (
            key in OWN
            or change.place in OWN_SUBJECTS
            or change.thing in {UNUSED, MADE_UP}
            or change.thing in {f"indicators['{each}']" for each in mine}
        )
        assert allowed, change.place


def step_by(indicator):
    """The K3 by which an achievement is multiplied."""
    return F(str(indicator.normalise[2].options["by"]))


@pytest.mark.parametrize(("name", "post"), DOCUMENTS)
def test_the_office_s_indicators_take_the_steps_of_the_rule(name, post):
    """What follows the target is that of the pack's own sheet; K3 weighs and multiplies alike."""
    sheet, node = SHEETS[name]
    own = load_policy(FOLDER / "regulations" / name / f"{post}.toml")
    pack = capaian.load_policy(sheet)
    rule = next(each for each in pack.indicators if each.parent == node).normalise
    for each in own.indicators:
        if each.parent != node:
            continue
        assert [step.method for step in each.normalise[1:]] == [step.method for step in rule[1:]]
        if name == "pp-30-2019":
            assert each.normalise[1:] == rule[1:]
        else:
            assert each.normalise[1] == rule[1]
            k3 = [step_by(other) for other in own.indicators if other.parent == node]
            assert each.weight == step_by(each) / sum(k3)


# ---- the run ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_prints_the_table_and_writes_page_document_and_findings(tmp_path):
    """As `make demo` does, from the files, for one regulation."""
    command = [sys.executable, FOLDER / "run.py", "--out", tmp_path, "--regulation", "asn-2022"]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    lines = done.stdout.splitlines()
    assert "  Distribusi predikat menurut predikat kinerja organisasi (SE MenPANRB 3/2023, pola distribusi predikat kinerja pegawai)" in lines  # fmt: skip
    assert sum("(hasil kerja " in each for each in lines) == 148
    folder = tmp_path / "asn-2022" / "all-staff"
    assert len(list((folder / "pages").iterdir())) == 151
    document = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    assert len(document["scores"]) == 151
    findings = json.loads((folder / "guidance.json").read_text(encoding="utf-8"))
    assert sum(each.startswith("    - ") for each in lines) == len(findings) > 5
    assert {each["code"] for each in findings} == {"CPN-U28"}
