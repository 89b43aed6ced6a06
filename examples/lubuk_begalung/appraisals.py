"""What superiors and the organisation say in the made-up office, for three regulations.

A rating, a value of conduct and a correction are acts of a person. They are drawn by chance here,
near to what the officer's work was like, and never computed from a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from people import (
    DESK,
    FIELD,
    FIRST,
    KECAMATAN,
    KELURAHAN,
    LAST,
    SEED,
    WORKING,
    Dice,
    Person,
    Row,
)

BELOW, MEETS, ABOVE = "di_bawah_ekspektasi", "sesuai_ekspektasi", "di_atas_ekspektasi"
UNITS = (KECAMATAN, *KELURAHAN)
HEADS = ("camat", "lurah")
NEAR = (*HEADS, "sekretaris kecamatan", "sekretaris kelurahan", "kepala seksi")
"""Posts at most one level below the head of the unit: tier 1 of KMK 127/2026."""
ABOVE_OFFICE = "999999992012019000"
"""The superior of the camat, who is on no list of this office."""
OF_HEAD = {"istimewa": ABOVE, "baik": MEETS}
"""The head's rating of results by the predicate of the unit; below expectation for the others."""
VALUES = {
    "istimewa": (10200, 11400),
    "baik": (9300, 10400),
    "butuh_perbaikan": (8300, 9200),
    "kurang": (7000, 8200),
    "sangat_kurang": (5000, 6900),
}
"""The value of a unit (NKO) in hundredths, by its predicate."""
RESULTS = ((46, 48, 6), (30, 60, 10), (14, 66, 20), (6, 59, 35), (3, 42, 55))
"""How often results are rated below, as and above expectation, by skill and pace together."""
CONDUCT = ((18, 62, 20), (7, 65, 28), (3, 47, 50))
"""The same of conduct, by how content the officer's visitors are."""
ASPECTS = ("orientasi pelayanan", "komitmen", "inisiatif kerja", "kerja sama")
CORE = (
    "berorientasi_pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
)
USUAL = {BELOW: 78, MEETS: 96, ABOVE: 108}
"""The value of conduct, 0 to 120, near which a superior's numbers lie."""
TARGETS = {DESK: ("layanan", 500), FIELD: ("kunjungan", 240)}
"""What a full year in post is to deliver, in points, and the indicator that it is of."""


def make_roster(people: Sequence[Person]) -> list[Row]:
    """Return everybody who was in post in 2026, with unit, tier and new idea."""
    return [
        {
            "nip": each.nip,
            "nama": each.name,
            "jabatan": each.post,
            "unit": each.office_on(min(LAST, each.left)),
            "tier": "tier_1" if each.post in NEAR else "tier_2",
            "ide_baru": each.new_idea,
        }
        for each in people
    ]


def make_units(seed: int = SEED) -> list[Row]:
    """Return each unit with the predicate and the value that the level above it has set."""
    dice = Dice(seed, "units")
    often = (("baik", 46), ("istimewa", 22), ("butuh_perbaikan", 18), ("kurang", 14))
    rows: list[Row] = []
    for unit in UNITS:
        rating = "sangat_kurang" if unit == UNITS[-1] else dice.draw(often)
        value = dice.between(*VALUES[rating])
        rows.append({"unit": unit, "predikat": rating, "nko": _decimal(value, 2)})
    return rows


def make_asn_2022(people: Sequence[Person], seed: int = SEED) -> dict[str, list[Row]]:
    """Return the tables of PermenPANRB 6/2022: ratings by superiors, and ratings of units.

    Who left in the year is not rated, one has not been rated yet, and one was rated twice.
    """
    dice = Dice(seed, "ratings")
    units = make_units(seed)
    rating_of = {row["unit"]: str(row["predikat"]) for row in units}
    heads = {each.office: each.nip for each in people if each.post in HEADS}
    plan = _plan(people)
    rows: list[Row] = []
    for each in people:
        results, conduct = _rating(each, dice), conduct_of(each, seed)
        if each.post in HEADS:
            results = OF_HEAD.get(rating_of[each.office], BELOW)
        if each.left < LAST or each.nip == plan["not rated"]:
            continue
        head = heads[each.office_on(LAST)]
        superior = head if head != each.nip else heads[KECAMATAN]
        row: Row = {
            "nip": each.nip,
            "penilai": ABOVE_OFFICE if each.post == "camat" else superior,
            "tanggal": date(2027, 1, dice.between(4, 7)),
            "hasil_kerja": results,
            "perilaku_kerja": conduct,
        }
        rows.append(row)
        if each.nip == plan["rated twice"]:
            other = heads[KECAMATAN]
            rows.append(row | {"penilai": other, "hasil_kerja": MEETS, "perilaku_kerja": BELOW})
    return {
        "penilaian": rows,
        "organisasi": [{"unit": row["unit"], "predikat": row["predikat"]} for row in units],
    }


def make_pp_30_2019(people: Sequence[Person], seed: int = SEED) -> dict[str, list[Row]]:
    """Return the tables of PP 30/2019: conduct by aspects, and each one's own target."""
    dice = Dice(seed, "aspects")
    plan = _plan(people)
    conduct: list[Row] = []
    targets: list[Row] = []
    for each in _workers(people):
        usual = USUAL[conduct_of(each, seed)]
        for aspect in ASPECTS:
            value = min(usual + dice.between(-9, 9), 120)
            if each.nip != plan["no conduct"] and each.left == LAST:
                conduct.append({"nip": each.nip, "aspek": aspect, "nilai": value})
        name, full = TARGETS[each.post]
        days, _ = each.days(FIRST, LAST)
        value = (2 * full * days + len(WORKING)) // (2 * len(WORKING))  # a half goes up
        targets.append({"nip": each.nip, "indikator": name, "periode": "2026", "nilai": value})
    return {"perilaku": conduct, "target": targets}


def make_kemenkeu_2026(people: Sequence[Person], seed: int = SEED) -> dict[str, list[Row]]:
    """Return the tables of KMK 127/2026: value of the unit, core values, and adjustments."""
    dice = Dice(seed, "core values")
    value_of = {row["unit"]: row["nko"] for row in make_units(seed)}
    plan = _plan(people)
    values: list[Row] = []
    conduct: list[Row] = []
    adjustments: list[Row] = []
    for each in _workers(people):
        unit = each.office_on(min(LAST, each.left))
        values.append({"nip": each.nip, "nko": value_of[unit], "dari": 100})
        usual = USUAL[conduct_of(each, seed)]
        for by in ("atasan", "rekan")[: dice.between(1, 2)]:
            given = {core: min(usual + dice.between(-9, 9), 120) for core in CORE}
            if each.nip != plan["no conduct"] and each.left == LAST:
                conduct.append({"nip": each.nip, "oleh": by, **given})
        adjustments += [_adjustment(each, *one) for one in _adjusted(each, plan)]
    return {"nko": values, "perilaku": conduct, "penyesuaian": adjustments}


def make_appraisals(people: Sequence[Person], seed: int = SEED) -> dict[str, dict[str, list[Row]]]:
    """Return for each regulation the tables that it takes besides the office's own."""
    roster = make_roster(people)
    made = {
        "asn-2022": make_asn_2022(people, seed),
        "pp-30-2019": make_pp_30_2019(people, seed),
        "kemenkeu-2026": make_kemenkeu_2026(people, seed),
    }
    return {name: {"pegawai": roster, **tables} for name, tables in made.items()}


def conduct_of(person: Person, seed: int = SEED) -> str:
    """Return how a superior sees an officer's conduct; the same under every regulation."""
    chances = zip((BELOW, MEETS, ABOVE), CONDUCT[person.content], strict=True)
    return Dice(seed, f"conduct/{person.nip}").draw(tuple(chances))


def _rating(person: Person, dice: Dice) -> str:
    chances = RESULTS[person.skill + person.pace]
    return dice.draw(tuple(zip((BELOW, MEETS, ABOVE), chances, strict=True)))


def _workers(people: Sequence[Person]) -> list[Person]:
    return [each for each in people if each.post in TARGETS]


def _plan(people: Sequence[Person]) -> Mapping[str, str]:
    """Return the officers with whom something is planned, none of whom has another oddity."""
    desk = [each.nip for each in people if each.post == DESK]
    field = [each.nip for each in people if each.post == FIELD]
    return {
        "not rated": desk[1],
        "rated twice": desk[3],
        "light": desk[5],
        "moderate": field[7],
        "praised": desk[7],
        "blamed": field[2],
        "too much": field[6],
        "no conduct": field[12],
    }


def _adjusted(person: Person, plan: Mapping[str, str]) -> list[tuple[str, int, str, str]]:
    """Return kind, value in ten-thousandths, who decided, and why; everyone has a `hukdis`."""
    punished = {
        plan["light"]: (15000, "ringan: 10% x 15"),
        plan["moderate"]: (50000, "sedang: 25% x 20"),
    }
    value, why = punished.get(person.nip, (0, "tidak ada"))
    corrections = {
        plan["praised"]: [(20000, "Penugasan pada posko banjir, April 2026")],
        plan["blamed"]: [(-30000, "Laporan kunjungan tidak lengkap, dua kali diingatkan")],
        plan["too much"]: [(30000, "Penugasan pada pendataan"), (40000, "Penugasan pada pemilu")],
    }
    decided = [("koreksi", each, "camat", text) for each, text in corrections.get(person.nip, ())]
    return [("hukdis", value, "tim disiplin" if value else "", why), *decided]


def _adjustment(person: Person, kind: str, value: int, by: str, why: str) -> Row:
    return {
        "nip": person.nip,
        "jenis": kind,
        "nilai": _decimal(value, 4),
        "ditetapkan_oleh": by or None,
        "alasan": why,
    }


def _decimal(units: int, digits: int) -> Decimal:
    return Decimal(units).scaleb(-digits)
