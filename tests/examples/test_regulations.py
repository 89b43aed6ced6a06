"""The example office under three regulations: from evidence to predicate, against plain fractions.

The oracle below is written from the regulations' facts; it reads no policy and no pack.
"""

import importlib
import json
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction as F
from pathlib import Path

import pytest

import capaian
from capaian.policy import load_policy
from held import held

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


# ---- the oracle ----------------------------------------------------------------------------------

BELOW, MEETS, ABOVE = "di_bawah_ekspektasi", "sesuai_ekspektasi", "di_atas_ekspektasi"
CELLS = {
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
POINTS = {"simple": 1, "medium": 2, "complex": 4}
CUT = datetime(2027, 1, 8)
OFF_2027 = {date(2027, 1, 1), date(2027, 1, 5)}
"""New Year and Isra Mikraj: a complaint of 30 December is not yet past its limit at the cut-off."""
CORE = (
    "berorientasi_pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
)


def whole(value):
    """A value that is not negative, rounded half up."""
    return (value + F(1, 2)).__floor__()


def mine(rows, nip, _of={}):  # noqa: B006 - each table is taken apart once
    if id(rows) not in _of:
        of = _of[id(rows)] = defaultdict(list)
        for row in rows:
            of[row["nip"]].append(row)
    return _of[id(rows)][nip]


class Clock:
    """Working days after the day of receipt, from the office's list of days off."""

    def __init__(self, off, pauses):
        self.pauses = defaultdict(list)
        for row in pauses:
            self.pauses[row["case_id"]].append((row["paused_from"], row["paused_to"]))
        self.count, total = {}, 0
        for number in range(400):
            day = date(2026, 1, 1) + timedelta(days=number)
            total += day.weekday() < 5 and day not in off and day not in OFF_2027
            self.count[day] = total

    def took(self, start, stop, pauses):
        """Working days from a stamp to another, without those of pauses, each counted once."""
        days = self.count[stop.date()] - self.count[start.date()]
        until = start
        for begin, end in sorted(pauses, key=lambda each: each[0]):
            first, last = max(begin, until), min(end or stop, stop)
            if first < last:
                days -= self.count[last.date()] - self.count[first.date()]
                until = last
        return days


def in_time(nip, tables, clock):
    """The share of mature complaints that were answered within five working days."""
    kept = due = 0
    for row in mine(tables["complaints"], nip):
        if row["status"] == "cancelled":
            continue
        waits, answered = clock.pauses[row["case_id"]], row["responded"]
        if clock.took(row["received"], CUT, waits) > 5:
            due += 1
            known = answered is not None and answered < CUT
            kept += known and clock.took(row["received"], answered, waits) <= 5
    return F(kept, due) if due else None


def points(nip, tables):
    return sum(
        POINTS[row["complexity"]]
        for row in mine(tables["services"], nip)
        if row["status"] == "done"
    )


def ikm(nip, tables):
    """The index of nine elements; none under ten forms that answer five of them at least."""
    forms = [[row[f"u{i}"] for i in range(1, 10)] for row in mine(tables["survey"], nip)]
    forms = [form for form in forms if sum(each is not None for each in form) >= 5]
    if len(forms) < 10:
        return None
    means = []
    for item in range(9):
        given = [form[item] for form in forms if form[item] is not None]
        means.append(F(sum(given), len(given)))
    return sum(means) / 9 * 25


def by_asn_2022(nip, tables):
    rated = mine(tables["penilaian"], nip)
    if len(rated) != 1:
        return None
    return CELLS[rated[0]["hasil_kerja"], rated[0]["perilaku_kerja"]]


def in_range(share, low, high):
    return 100 * (share / high if share > high else share / low if share < low else F(1))


def of_8_2021(achieved):
    """The value of an indicator by PermenPANRB 8/2021, of whole per cents."""
    per_cent = whole(achieved)
    if per_cent < 60:
        return F(49, 59) * per_cent
    if per_cent < 100:
        return F(per_cent - 10)
    if per_cent == 100:
        return F(109)
    return 110 + F(10, 9) * (per_cent - 101) if per_cent <= 110 else F(120)


def by_pp_30_2019(person, tables, clock):
    """Score and predicate: 70% SKP, 30% conduct; at 110 and more a new idea makes it very good."""
    nip, desk = person["nip"], person["jabatan"] == "loket"
    share = in_time(nip, tables, clock)
    (target,) = mine(tables["target"], nip)
    parts = [None if share is None else in_range(share, F(80, 100), F(90, 100))]
    parts.append(F(100 * points(nip, tables), target["nilai"]))
    if desk:
        index = ikm(nip, tables)
        parts.append(None if index is None else index / 82 * 100)
    else:
        given = Counter(row["status"] for row in mine(tables["services"], nip))
        share = F(given["done"], sum(given.values())) if given else None
        parts.append(None if share is None else in_range(share, F(96, 100), F(98, 100)))
    conduct = [row["nilai"] for row in mine(tables["perilaku"], nip)]
    if None in parts or not conduct:
        return None, None
    score = F(7, 10) * sum(map(of_8_2021, parts)) / 3 + F(3, 10) * F(sum(conduct), len(conduct))
    if score >= 110 and person["ide_baru"]:
        return score, "sangat_baik"
    steps = ((90, "baik"), (70, "cukup"), (50, "kurang"))
    return score, next((name for edge, name in steps if score >= edge), "sangat_kurang")


def held_at_120(value):
    return max(F(0), min(F(120), value))


def calibrated(value):
    return value if value <= 100 else 100 + (value - 100) * F(15, 20)


def by_kemenkeu_2026(person, tables, clock, full):
    """NKP to two decimals, and the predicate of the two ratings."""
    nip, desk = person["nip"], person["jabatan"] == "loket"
    share = in_time(nip, tables, clock)
    (staff,) = mine(tables["staff"], nip)
    days = staff["days_in_post"] - staff["leave_days"]
    returned = sum(row["status"] == "returned" for row in mine(tables["services"], nip))
    goal, most = (500, 15) if desk else (240, 6)
    parts = [
        (F(105, 100), None if share is None else share / F(85, 100) * 100),
        (F(1), F(100 * points(nip, tables) * full, goal * days) if days else None),
        (F(9, 10), 200 - F(100 * returned, most)),
    ]
    if desk:
        index = ikm(nip, tables)
        parts.append((F(11, 10), None if index is None else index / 82 * 100))
    conduct = mine(tables["perilaku"], nip)
    ruled = {
        kind: [F(row["nilai"]) for row in mine(tables["penyesuaian"], nip) if row["jenis"] == kind]
        for kind in ("hukdis", "hukdis_bawahan", "koreksi")
    }
    corrected = sum(ruled["koreksi"], F(0))
    if any(each is None for _, each in parts) or not conduct or abs(corrected) > 5:
        return None, None
    qualities = sum(k3 for k3, _ in parts)
    work = sum(k3 * held_at_120(held_at_120(each) * k3) for k3, each in parts) / qualities
    core = [F(sum(row[name] for row in conduct), len(conduct)) for name in CORE]
    work, behaviour = calibrated(work), calibrated(sum(core) / 7)
    shift = corrected - sum(ruled["hukdis"]) - min(F(5), sum(ruled["hukdis_bawahan"]) / 20)
    (unit,) = mine(tables["nko"], nip)
    nko = F(unit["nko"])

    def mixed(value):
        value = held_at_120(value + shift)
        share = F(5, 10) if person["tier"] == "tier_1" else F(3, 10)
        return value + (share if value >= nko else F(1, 10)) * (nko - value)

    def rating(value):
        return ABOVE if value > 100 else BELOW if value < 90 else MEETS

    score = mixed(F(3, 4) * work + F(1, 4) * behaviour)
    return F(whole(score * 100), 100), CELLS[rating(mixed(work)), rating(mixed(behaviour))]


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
