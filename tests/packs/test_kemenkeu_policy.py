"""The policy of KMK 127/2026, end to end from evidence, against Python's own fractions."""

import json
import tomllib
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any

import duckdb
import polars as pl
import pytest

import capaian
from capaian.exact import round_ratio
from capaian.policy import policy_fingerprint, policy_toml, read_policy

HERE = files("capaian") / "packs" / "kemenkeu"
FILE = HERE / "policies" / "2026.toml"
DOCUMENT = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
DAY = "2026-02-10"
CORE = (
    "berorientasi_pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
)
SLIDES = (82, 100, 98, 105, 100, 115, 105)
"""Core values of the example on the slides: 100.71."""
SCHEMAS = {
    "pegawai": {"nip": pl.String, "tier": pl.String},
    "nko": {"nip": pl.String, "nko": pl.Float64, "dari": pl.Int64},
    "perilaku": {"nip": pl.String, **dict.fromkeys(CORE, pl.Int64)},
    "penyesuaian": {
        "nip": pl.String,
        "jenis": pl.String,
        "nilai": pl.Float64,
        "ditetapkan_oleh": pl.String,
        "alasan": pl.String,
    },
    "layanan": {"nip": pl.String, "tanggal": pl.String},
    "pengembalian": {"nip": pl.String, "tanggal": pl.String},
    "penerimaan": {"nip": pl.String, "rupiah": pl.Float64, "tanggal": pl.String},
    "penarikan": {
        "nip": pl.String,
        "realisasi": pl.Float64,
        "rencana": pl.Float64,
        "tanggal": pl.String,
    },
    "survei": {
        "nip": pl.String,
        "u1": pl.Int64,
        "u2": pl.Int64,
        "u3": pl.Int64,
        "tanggal": pl.String,
    },
    "hasil": {"nip": pl.String, "atas": pl.Int64, "bawah": pl.Int64},
}


def in_duckdb(frame: pl.DataFrame) -> Any:
    connection = duckdb.connect()
    connection.register("given", frame.to_arrow())
    return connection.table("given")


ENGINES = {
    "records": pl.DataFrame.to_dicts,
    "polars": pl.DataFrame.clone,
    "polars-lazy": pl.DataFrame.lazy,
    "pandas": pl.DataFrame.to_pandas,
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": in_duckdb,
}


def evidence(people, kind="records"):
    """Rows of every table: `people` holds for each name its rows by table, without the name."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, given in people.items():
        for table, rows in given.items():
            tables.setdefault(table, []).extend({"nip": name, **row} for row in rows)
    frames = {
        table: pl.DataFrame(
            [{key: row.get(key) for key in SCHEMAS[table]} for row in rows], SCHEMAS[table]
        )
        for table, rows in tables.items()
    }
    return {table: ENGINES[kind](frame) for table, frame in frames.items()}


def person(tier=1, nko=0.0, hukdis=0.0, impact=(), corrections=(), raters=(SLIDES,)):
    """What every post has."""
    said = {"ditetapkan_oleh": "atasan", "alasan": "penugasan khusus"}
    return {
        "pegawai": [{"tier": f"tier_{tier}"}],
        "nko": [{"nko": nko, "dari": 100}],
        "perilaku": [dict(zip(CORE, each, strict=True)) for each in raters],
        "penyesuaian": [
            {"jenis": "hukdis", "nilai": hukdis},
            *({"jenis": "hukdis_bawahan", "nilai": each} for each in impact),
            *({"jenis": "koreksi", "nilai": each, **said} for each in corrections),
        ],
    }


def office(services=40, returned=8, revenue=104.69, drawn=50.0, answers=(3, 3, 3, 3, 4)):
    """The sheet of the example: 80, 120, 104.69, 120 and 100."""
    return {
        "layanan": [{"tanggal": DAY}] * services,
        "pengembalian": [{"tanggal": DAY}] * returned,
        "penerimaan": [{"rupiah": revenue, "tanggal": DAY}],
        "penarikan": [{"realisasi": drawn, "rencana": 50.0, "tanggal": DAY}],
        "survei": [{"u1": each, "u2": each, "u3": each, "tanggal": DAY} for each in answers],
    }


def scored(people, kind="records", document=None):
    policy = read_policy(document or DOCUMENT)
    return capaian.score(policy, evidence(people, kind), period="2026-Q1", as_of="2026-04-01")


def ratings(scores, name):
    return [Fraction(each["value"]) for each in scores.explain(name).to_dict()["ratings"]]


def cents(value):
    return round_ratio(value, 2, "half-up")


# ---- by hand -----------------------------------------------------------------------------------


def calibrated(value):
    return value if value <= 100 else 100 + (value - 100) * Fraction(15, 20)


def nkp(work, conduct, nko, tier, hukdis=0, impact=0, correction=0):
    """NKP and the two final values, in fractions."""

    def held(value):
        return max(Fraction(0), min(Fraction(120), value + correction - hukdis - impact))

    def mixed(value):
        b = Fraction({1: "0.5", 2: "0.3"}[tier] if value >= nko else "0.1")
        return (1 - b) * value + b * nko

    initial = Fraction(3, 4) * work + Fraction(1, 4) * conduct
    return mixed(held(initial)), mixed(held(work)), mixed(held(conduct))


def rating(value):
    return "above" if value > 100 else "below" if value < 90 else "meets"


CELLS = {
    ("above", "above"): "sangat_baik",
    ("above", "meets"): "baik",
    ("above", "below"): "kurang",
    ("meets", "above"): "baik",
    ("meets", "meets"): "baik",
    ("meets", "below"): "kurang",
    ("below", "above"): "butuh_perbaikan",
    ("below", "meets"): "butuh_perbaikan",
    ("below", "below"): "sangat_kurang",
}

# ---- the worked example ------------------------------------------------------------------------


def test_the_printed_example_comes_of_its_evidence():
    """NHK 105.17 -> 103.87, NPK 100.71 -> 100.54, initial NKP 103.04.

    With an NKO of 0 and tier 1 half of each value is left, and shows it.
    """
    scores = scored({"a": {**person(), **office()}})
    work, conduct = (2 * each for each in ratings(scores, "a"))
    assert work == calibrated(Fraction("531.09") / Fraction("5.05"))
    assert conduct == calibrated(Fraction(705, 7))
    assert (cents(work), cents(conduct)) == (
        Fraction("103.87"),
        Fraction("100.54"),
    )
    initial = 2 * Fraction(scores.explain("a").to_dict()["unrounded"])
    assert initial == Fraction(3, 4) * work + Fraction(1, 4) * conduct
    assert cents(initial) == Fraction("103.04")


def test_each_indicator_is_its_achievement_by_k3_held_at_120():
    scores = scored({"a": {**person(), **office()}})
    found = {row["indicator"]: row["achievement"] for row in scores.ledger()}
    by_hand = {
        "layanan-selesai": 84,
        "berkas-dikembalikan": 108,
        "penerimaan": 104.69,
        "penarikan-dana": 120,
        "kepuasan": 110,
    }
    assert {name: pytest.approx(value) for name, value in by_hand.items()} == {
        name: found[name] for name in by_hand
    }


@pytest.mark.parametrize(
    ("changes", "indicator", "expected"),
    [
        ({"services": 100}, "layanan-selesai", 120),
        ({"services": 0}, "layanan-selesai", 0),
        ({"returned": 0}, "berkas-dikembalikan", 108),
        ({"returned": 25}, "berkas-dikembalikan", 0),
        ({"revenue": 0.0}, "penerimaan", 0),
        ({"drawn": 45.0}, "penarikan-dana", 100),
        ({"drawn": 51.0}, "penarikan-dana", 116),
        ({"drawn": 150.0}, "penarikan-dana", 0),
    ],
)
def test_an_achievement_is_held_between_0_and_120_before_k3(changes, indicator, expected):
    """A realisation of three times the target is not worth more than one of 120 %, times K3."""
    scores = scored({"b": {**person(), **office()}, "a": {**person(), **office(**changes)}})
    found = {(row["subject"], row["indicator"]): row["achievement"] for row in scores.ledger()}
    assert found["a", indicator] == pytest.approx(expected)


# ---- the cases of NKP, scored --------------------------------------------------------------------


def copied():
    """The document as an office copies it: its own indicators in place of the five."""
    made = {key: each for key, each in DOCUMENT.items() if key != "indicators"}
    kept = [each for each in DOCUMENT["indicators"] if each.get("parent") != "nhk"]
    own = {
        "id": "hasil-jabatan",
        "parent": "nhk",
        "quality": 1,
        "type": "count-based",
        "table": "hasil",
        "columns": {"numerator": "atas", "denominator": "bawah"},
        "measure": {"statistic": "ratio"},
        "normalise": {"method": "identity"},
    }
    return {**made, "id": "kppn", "indicators": [*kept, own]}


def before(value):
    """What is calibrated to a value."""
    return value if value <= 100 else 100 + (value - 100) * Fraction(20, 15)


def appraisers(value):
    """As many raters as it takes for a mean, in whole numbers."""
    high = -(-value.numerator // value.denominator)
    many = (high * value.denominator - value.numerator) % value.denominator
    return [[high - 1] * 7] * many + [[high] * 7] * (value.denominator - many)


NONE = dict.fromkeys(("nilai_hukuman_disiplin", "nilai_dampak", "nilai_koreksi"), 0)


def case_person(given):
    value = {key: Fraction(str(each)) for key, each in given.items()}
    work, conduct = before(value["nhk_awal"]), before(value["npk_awal"])
    impact = float(value["nilai_dampak"] * 20)
    return {
        **person(
            tier=int(value["tier"]),
            nko=float(value["nko"]),
            hukdis=float(value["nilai_hukuman_disiplin"]),
            impact=[impact] if impact else [],
            corrections=[float(value["nilai_koreksi"])] if value["nilai_koreksi"] else [],
            raters=appraisers(conduct),
        ),
        "hasil": [{"atas": work.numerator, "bawah": work.denominator}],
    }


CASES = {
    case["id"]: case
    for case in json.loads((HERE / "cases.json").read_text("utf-8"))["cases"]
    if case["rule"] == "kmk-127-2026/nkp"
    and not case.get("refused")
    and abs(case["input"]["nilai_koreksi"]) <= 5
    and max(case["input"]["nhk_awal"], case["input"]["npk_awal"]) <= 115
}


def test_the_cases_of_nkp_are_scored_from_evidence_on_every_engine():
    """Score, predicate and both ratings of every case; the same bits wherever the rows are."""
    assert len(CASES) > 25
    people = {name: case_person(case["input"]) for name, case in CASES.items()}
    documents = {kind: scored(people, kind, copied()).to_json() for kind in ENGINES}
    assert len(set(documents.values())) == 1
    scores = scored(people, document=copied())
    rows = {row["subject"]: row for row in scores.to_native()}
    for name, case in CASES.items():
        given = {key: Fraction(str(each)) for key, each in case["input"].items()}
        by_hand = nkp(
            given["nhk_awal"],
            given["npk_awal"],
            given["nko"],
            given["tier"],
            given["nilai_hukuman_disiplin"],
            given["nilai_dampak"],
            given["nilai_koreksi"],
        )
        found = scores.explain(name).to_dict()
        assert Fraction(found["unrounded"]) == by_hand[0], name
        assert tuple(ratings(scores, name)) == by_hand[1:], name
        assert rows[name]["score"] == float(cents(by_hand[0])), name
        assert rows[name]["band"] == case["expected"]["predikat"], name


@pytest.mark.slow
def test_every_cell_and_edge_on_every_engine():
    """Final values of exactly 90 and 100, just beside them, and ties with NKO; all nine cells."""
    values = [Fraction(each, 100) for each in (8999, 9000, 9001, 9999, 10000, 10003, 10600, 8000)]
    people, expected = {}, {}
    nko = Fraction(90)
    for tier in (1, 2):
        for work in values:
            for conduct in values:
                name = f"{tier}-{work}-{conduct}".replace("/", "_")
                given = {"nhk_awal": work, "npk_awal": conduct, "nko": nko, "tier": tier}
                people[name] = case_person(given | NONE)
                _, first, second = nkp(work, conduct, nko, tier)
                expected[name] = CELLS[rating(first), rating(second)]
    made = {kind: scored(people, kind, copied()) for kind in ENGINES}
    assert len({each.to_json() for each in made.values()}) == 1
    assert {row["subject"]: row["band"] for row in made["records"].to_native()} == expected


# ---- what is not known, and what is refused ------------------------------------------------------


def test_what_is_missing_is_withheld_and_never_zero():
    whole = {**person(), **office()}
    for table in ("nko", "perilaku", "penerimaan", "survei", "penarikan"):
        people = {"a": {key: rows for key, rows in whole.items() if key != table}, "b": whole}
        found = {row["subject"]: row for row in scored(people).to_native()}
        assert (found["a"]["score"], found["a"]["band"]) == (None, None), table
        assert found["a"]["status"] == "withheld"
        assert found["b"]["status"] == "scored"


def test_a_punishment_is_said_for_everybody_also_where_there_is_none():
    silent = {**person(), **office(), "penyesuaian": []}
    found = {
        row["subject"]: row
        for row in scored({"a": silent, "b": {**person(), **office()}}).to_native()
    }
    assert (found["a"]["score"], found["a"]["status"]) == (None, "withheld")


def test_a_row_of_nko_sent_twice_changes_nothing():
    once = {**person(nko=102.0), **office()}
    twice = {**once, "nko": once["nko"] * 2}
    found = [row["score"] for row in scored({"a": once, "b": twice}).to_native()]
    assert found[0] == found[1]


def test_corrections_stay_within_their_limits():
    with pytest.raises(capaian.EvidenceError) as caught:
        scored({"a": {**person(corrections=[5.5]), **office()}})
    assert len(caught.value.findings) == 1
    both = scored({"a": {**person(corrections=[3.0, 2.5]), **office()}}).to_native()
    assert (both[0]["score"], both[0]["status"]) == (None, "withheld")


def test_an_unknown_tier_is_refused():
    stranger = {**person(), **office(), "pegawai": [{"tier": "tier_3"}]}
    with pytest.raises(capaian.EvidenceError):
        scored({"a": stranger})


# ---- the document ------------------------------------------------------------------------------


def test_every_number_level_cell_and_indicator_says_where_it_is_from():
    decision = DOCUMENT["decision"]
    sourced = [
        *DOCUMENT["numbers"],
        *DOCUMENT["nodes"],
        *DOCUMENT["indicators"],
        *DOCUMENT["bands"],
        *decision["cells"],
        *(level for each in decision["ratings"] for level in each["levels"]),
        DOCUMENT["score"],
    ]
    assert all(each["source"] for each in sourced)
    assert {each["trust"] for each in DOCUMENT["sources"]} == {"derived", "unconfirmed"}


def test_its_numbers_and_curves_are_those_of_the_regulation():
    text = (HERE / "documents" / "kmk-127-2026.toml").read_text("utf-8")
    law = tomllib.loads(text, parse_float=Decimal)
    ours = {each["id"].replace("-", "_"): each["value"] for each in DOCUMENT["numbers"]}
    assert ours == {name: law["numbers"][name]["value"] for name in ours}
    (nhk, npk) = (each["convert"] for each in DOCUMENT["nodes"] if "convert" in each)
    assert nhk == npk
    assert nhk["points"][1:] == law["curves"]["calibration"]["points"]
    edges = {each["rating"]: each for each in law["grades"]["expectation"]["rows"]}
    for each in DOCUMENT["decision"]["ratings"]:
        for level in each["levels"]:
            row = edges[level["id"]]
            assert {
                end: level[end] for end in ("above", "from", "to", "below") if end in level
            } == {end: row[end] for end in ("above", "from", "to", "below") if end in row}


def test_k3_is_the_same_in_weight_and_value():
    for each in DOCUMENT["indicators"]:
        if each.get("parent") == "nhk":
            last = each["normalise"][-1]
            assert (last["method"], last["by"]) == ("times", each["quality"]), each["id"]


def test_it_reads_back_as_it_was_written():
    policy = read_policy(DOCUMENT)
    again = tomllib.loads(policy_toml(policy), parse_float=Decimal)
    assert policy_fingerprint(read_policy(again)) == policy_fingerprint(policy)
