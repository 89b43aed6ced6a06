"""Performance of civil servants: nine cells, five rows of a distribution, and one table of limits.

The oracle is the tables below, written from the reference.
"""

from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from itertools import product

import pytest

import capaian
from capaian.errors import PolicyError
from capaian.plugin import GROUP
from capaian.policy import read_policy, to_document
from capaian.shelf import find_pack, find_rule
from capaian.testing.tables import ENGINES, as_table

BELOW, AS, ABOVE = "di_bawah_ekspektasi", "sesuai_ekspektasi", "di_atas_ekspektasi"
CELLS = {
    # (hasil kerja, perilaku kerja): predikat
    (ABOVE, BELOW): "kurang",
    (ABOVE, AS): "baik",
    (ABOVE, ABOVE): "sangat_baik",
    (AS, BELOW): "kurang",
    (AS, AS): "baik",
    (AS, ABOVE): "baik",
    (BELOW, BELOW): "sangat_kurang",
    (BELOW, AS): "butuh_perbaikan",
    (BELOW, ABOVE): "butuh_perbaikan",
}
ORDER = ["sangat_kurang", "kurang", "butuh_perbaikan", "baik", "sangat_baik"]
HEAD = {
    "istimewa": ABOVE,
    "baik": AS,
    "butuh_perbaikan": BELOW,
    "kurang": BELOW,
    "sangat_kurang": BELOW,
}
PREDICATES = {
    "SB": "sangat_baik",
    "B": "baik",
    "BP": "butuh_perbaikan",
    "K": "kurang",
    "SK": "sangat_kurang",
}
DISTRIBUTION = {
    # organisation: for each predicate what the circular says (None: allowed)
    "istimewa": {"SB": ("most", 70), "B": None, "BP": None, "K": None, "SK": None},
    "baik": {"SB": None, "B": ("most", 70), "BP": "one", "K": "one", "SK": None},
    "butuh_perbaikan": {"SB": ("most", 10), "B": None, "BP": ("least", 60), "K": None, "SK": None},
    "kurang": {"SB": ("most", 10), "B": None, "BP": ("least", 10), "K": ("least", 60), "SK": None},
    "sangat_kurang": {"SB": ("most", 0), "B": None, "BP": "tenth", "K": "tenth",
                      "SK": ("least", 60)},
}  # fmt: skip
MATRIX, RATING = "permenpanrb-6-2022/predicate-matrix", "permenpanrb-6-2022/head-of-unit-rating"
SPREAD = "se-menpanrb-3-2023/distribution"


@cache
def rule_of(name):
    return find_rule(name)


def spread(organisation, **counts):
    given = {name: counts.get(name, 0) for name in PREDICATES}
    return rule_of(SPREAD).apply({"predikat_organisasi": organisation, "counts": given})


def expected(organisation, counts):
    """Return the limits of the circular that are not kept, by its table alone."""
    of, broken = sum(counts.values()), set()
    row = DISTRIBUTION[organisation]
    for name, said in row.items():
        if isinstance(said, tuple):
            bound, limit = said
            share = Fraction(100 * counts[name], of)
            if share > limit if bound == "most" else share < limit:
                broken.add(f"{name}_{bound.replace('most', 'max').replace('least', 'min')}_{limit}")
    joint = counts["BP"] + counts["K"]
    if "one" in row.values() and joint < 1:
        broken.add("BP_or_K_required")
    if "tenth" in row.values() and Fraction(joint, of) < Fraction(1, 10):
        broken.add("K_plus_BP_min_10")
    return broken


# --- the pack -----------------------------------------------------------------------------------


def test_every_case_of_the_pack_passes_and_meets_every_row():
    found = capaian.run_cases("asn-2022")
    assert {each.status for each in found.results} == {"passed"}
    assert not capaian.cover_cases("asn-2022").missed


def test_the_regulation_and_the_circular_are_announced_beside_the_pack():
    names = {each.name for each in entry_points(group=GROUP) if "asn_2022" in each.value}
    assert names == {"asn-2022", "permenpanrb-6-2022", "se-menpanrb-3-2023"}
    found = find_pack("asn-2022")
    assert {each.id for each in found.rules} == {MATRIX, RATING, SPREAD}
    assert found.pack.sources == capaian.load_policy("asn-2022/2022").sources


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "predicate"), CELLS.items())
def test_the_nine_cells_by_the_rule(cell, predicate):
    work, conduct = cell
    given = {"rating_hasil_kerja": work, "rating_perilaku_kerja": conduct}
    assert rule_of(MATRIX).apply(given) == {"predikat": predicate}


@pytest.mark.parametrize(("organisation", "rating"), HEAD.items())
def test_five_predicates_of_a_unit_are_three_ratings_of_its_head_and_that_is_recalled(
    organisation, rating
):
    given = {"predikat_organisasi": organisation}
    assert rule_of(RATING).apply(given) == {"rating_hasil_kerja_pimpinan": rating}
    assert {each.trust for each in rule_of(RATING).sources(given)} == {"derived", "unconfirmed"}


def test_a_label_that_there_is_not_is_refused_in_words():
    with pytest.raises(ValueError, match="rating") as caught:
        rule_of(MATRIX).apply({"rating_hasil_kerja": "sesuai", "rating_perilaku_kerja": None})
    assert str(caught.value) == (
        "'rating_hasil_kerja' is none of di_bawah_ekspektasi, sesuai_ekspektasi,"
        " di_atas_ekspektasi; 'rating_perilaku_kerja' is missing"
    )


EDGES = [
    (organisation, name, said)
    for organisation, row in DISTRIBUTION.items()
    for name, said in row.items()
]


@pytest.mark.parametrize(("organisation", "name", "said"), EDGES)
def test_each_of_the_25_entries_of_the_distribution_just_inside_and_just_outside(
    organisation, name, said
):
    """Of a thousand results; one more or one less is 0.1%."""
    edge = {None: 1000, "one": 1, "tenth": 100}.get(said if isinstance(said, str | None) else 0)
    if edge is None:
        edge = said[1] * 10
    for count in sorted({0, max(edge - 1, 0), edge, min(edge + 1, 1000), 1000}):
        for rest in PREDICATES:
            if rest == name:
                continue
            counts = dict.fromkeys(PREDICATES, 0) | {name: count, rest: 1000 - count}
            found = spread(organisation, **counts)
            assert set(found["violations"]) == expected(organisation, counts), counts
            assert found["valid"] == (not found["violations"])


def test_what_is_not_kept_is_told_in_the_order_of_the_table():
    assert spread("kurang", SB=10)["violations"] == ["SB_max_10", "BP_min_10", "K_min_60"]
    assert spread("sangat_kurang", SB=10)["violations"] == [
        "SB_max_0", "K_plus_BP_min_10", "SK_min_60",
    ]  # fmt: skip
    assert spread("baik", B=10)["violations"] == ["B_max_70", "BP_or_K_required"]


def test_nobody_is_rounded():
    """In a unit of three, 60% is two of them; a unit of one person is all of it."""
    assert spread("kurang", SB=0, B=0, BP=1, K=2)["valid"]
    assert spread("kurang", B=1, BP=1, K=1)["violations"] == ["K_min_60"]
    assert spread("istimewa", SB=1)["violations"] == ["SB_max_70"]
    assert spread("kurang") == {"valid": True, "violations": []}


def test_counts_that_make_no_sense_are_refused_all_at_once():
    with pytest.raises(ValueError, match="counts") as caught:
        rule_of(SPREAD).apply(
            {"predikat_organisasi": "istimewah", "counts": {"SB": -1, "B": Fraction(1, 2), "BB": 1,
             "K": None, "SK": True}, "unit": "x"}
        )  # fmt: skip
    assert str(caught.value) == (
        "'unit' is not known; there is predikat_organisasi, counts; 'predikat_organisasi' is none"
        " of istimewa, baik, butuh_perbaikan, kurang, sangat_kurang Did you mean 'istimewa'?;"
        " 'counts.BB' is not known; there is SB, B, BP, K, SK; 'counts.SB' is not a whole number, 0"
        " or more; 'counts.B' is not a whole number, 0 or more; 'counts.BP' is missing; write 0"
        " where there is none; 'counts.K' is missing; write 0 where there is none; 'counts.SK' is"
        " not a whole number, 0 or more"
    )
    with pytest.raises(ValueError, match="missing") as caught:
        rule_of(SPREAD).apply({})
    assert str(caught.value) == "'predikat_organisasi' is missing; 'counts' is missing"
    with pytest.raises(ValueError, match="table"):
        rule_of(SPREAD).apply({"predikat_organisasi": "baik", "counts": [1]})


# --- the policy ---------------------------------------------------------------------------------

STAFF = [
    {"nip": f"p{index}", "unit": "dinas", "hasil_kerja": work, "perilaku_kerja": conduct}
    for index, (work, conduct) in enumerate(CELLS)
]


def evidence(kind="records", people=STAFF, predicate="baik"):
    ratings = [{key: each[key] for key in ("nip", "hasil_kerja", "perilaku_kerja")}
               for each in people if each["hasil_kerja"]]  # fmt: skip
    return {
        "pegawai": as_table([{"nip": each["nip"], "unit": each["unit"]} for each in people], kind),
        "penilaian": as_table(ratings, kind),
        "organisasi": as_table([{"unit": "dinas", "predikat": predicate}], kind),
    }


@pytest.mark.parametrize("kind", ENGINES)
def test_the_nine_cells_by_the_policy_on_every_engine(kind):
    scores = capaian.score("asn-2022/2022", evidence(kind), period="2026")
    columns = scores.columns()
    found = dict(zip(columns["subject"], zip(columns["score"], columns["band"], strict=True),
                     strict=True))  # fmt: skip
    place = {BELOW: 1, AS: 2, ABOVE: 3}
    assert found == {
        f"p{index}": (float(min(place[work], place[conduct])), predicate)
        for index, ((work, conduct), predicate) in enumerate(CELLS.items())
    }


def test_the_score_is_the_lower_rating_and_never_the_contrary_of_a_predicate():
    """Three predicates share the 1, and nobody with a better predicate has a lower score."""
    place = {BELOW: 1, AS: 2, ABOVE: 3}
    pairs = sorted(
        (ORDER.index(predicate), min(place[work], place[conduct]))
        for (work, conduct), predicate in CELLS.items()
    )
    assert [score for _, score in pairs] == sorted(score for _, score in pairs)
    policy = capaian.load_policy("asn-2022/2022")
    assert policy.root.title == {
        "en": "Lower of the two ratings, 1 to 3 (no value of the regulation)",
        "id": "Rating yang lebih rendah, 1 sampai 3 (bukan nilai menurut peraturan)",
    }


@pytest.mark.parametrize("rows", [0, 2])
def test_without_a_rating_or_with_two_there_is_no_predicate(rows):
    people = [*STAFF, {"nip": "x", "unit": "dinas", "hasil_kerja": None, "perilaku_kerja": None}]
    given = evidence(people=people)
    given["penilaian"] += [{"nip": "x", "hasil_kerja": AS, "perilaku_kerja": AS}] * rows
    columns = capaian.score("asn-2022/2022", given, period="2026").columns()
    at = columns["subject"].index("x")
    assert (columns["score"][at], columns["band"][at]) == (None, None)
    assert columns["status"][at] == "withheld"


def test_a_rating_in_other_words_is_refused_at_the_door():
    given = evidence()
    given["penilaian"][0] = {**given["penilaian"][0], "hasil_kerja": "baik"}
    with pytest.raises(capaian.EvidenceError):
        capaian.score("asn-2022/2022", given, period="2026")


@pytest.mark.parametrize("predicate", DISTRIBUTION)
def test_the_guidance_of_the_policy_is_the_rule(predicate):
    """The unit has one Sangat Baik, three Baik, two Butuh Perbaikan, two Kurang, one SK."""
    given = evidence(predicate=predicate)
    scores = capaian.score("asn-2022/2022", given, period="2026")
    found = scores.guidance(given)
    counts = {"SB": 1, "B": 3, "BP": 2, "K": 2, "SK": 1}
    limits = spread(predicate, **counts)["violations"]
    assert [each.severity for each in found] == ["warning"] * len(limits)
    assert len(limits) == len(expected(predicate, counts))
    for each, limit in zip(found, limits, strict=True):
        assert each.where == f"guidance.limits['{limit}']"


def test_every_cell_level_band_and_limit_has_its_source():
    document = to_document(capaian.load_policy("asn-2022/2022"))
    decision, guidance = document["decision"], document["guidance"]
    parts = [*document["bands"], *document["indicators"], *decision["cells"], *guidance["limits"]]
    parts += [level for rating in decision["ratings"] for level in rating["levels"]]
    parts += [guidance, document["score"]]
    assert all(each["source"] for each in parts)
    assert len(decision["cells"]) == len(CELLS)


def test_a_cell_that_is_missing_is_refused_with_its_ratings():
    document = to_document(capaian.load_policy("asn-2022/2022"))
    document["decision"]["cells"] = document["decision"]["cells"][:-1]
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    assert "di_bawah_ekspektasi" in caught.value.text()


def test_policy_and_regulation_have_the_same_cells():
    decision = to_document(capaian.load_policy("asn-2022/2022"))["decision"]
    regulation, _ = find_pack("asn-2022").documents
    by_rule = {
        (row["hasil_kerja"], row["perilaku_kerja"]): row["predikat"]
        for row in regulation.tables["matrix"].rows
    }
    for work, conduct in product([BELOW, AS, ABOVE], repeat=2):
        (gives,) = (
            each["gives"]
            for each in decision["cells"]
            if work in each["when"]["hasil_kerja"] and conduct in each["when"]["perilaku_kerja"]
        )
        assert gives == by_rule[work, conduct] == CELLS[work, conduct]


def test_what_is_not_confirmed_is_said():
    regulation, circular = find_pack("asn-2022").documents
    trust = {
        name: each.trust for made in (regulation, circular) for name, each in made.sources.items()
    }
    assert {name for name, each in trust.items() if each == "unconfirmed"} == {
        "head-levels",
        "transfer",
        "acting",
        "most",
        "heads",
    }
    assert "verified" not in trust.values()
    assert (regulation.in_force.trust, circular.in_force.trust) == ("unconfirmed", "derived")
    sources = capaian.load_policy("asn-2022/2022").sources
    assert [each.trust for each in sources] == ["derived"] * 3 + ["unconfirmed"] * 4
