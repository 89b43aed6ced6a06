"""PP 30/2019: the score of a civil servant, its predicate, and both policies from evidence."""

import json
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

import capaian
from capaian.errors import EvidenceError
from capaian.packs import pp_30_2019
from capaian.shelf import find_pack
from panrb_tables import KINDS, iki_value, published, scored

PACK = find_pack("pp-30-2019", [pp_30_2019])
WITHOUT, WITH = "tanpa_pendapat_rekan_dan_bawahan", "dengan_pendapat_rekan_dan_bawahan"
WEIGHTS = {
    WITHOUT: (Fraction(70, 100), Fraction(30, 100)),
    WITH: (Fraction(60, 100), Fraction(40, 100)),
}
"""Pasal 41 ayat (2) to (4)."""
POLICIES = {WITHOUT: "pp-30-2019/2019", WITH: "pp-30-2019/peers/2019"}


def predicate(score, idea):
    """Pasal 41 ayat (5)."""
    if score >= 110 and idea:
        return "sangat_baik"
    names = ((90, "baik"), (70, "cukup"), (50, "kurang"))
    return next((name for least, name in names if score >= least), "sangat_kurang")


def rule(name):
    return PACK.rule(f"pp-30-2019/{name}")


def refusal(name, **values):
    with pytest.raises(ValueError) as refused:
        rule(name).apply(values)
    return str(refused.value)


# --- The pack -------------------------------------------------------------------------------------


def test_every_case_passes_and_every_row_and_edge_is_met():
    found = capaian.run_cases("pp-30-2019", plugins=[pp_30_2019])
    assert found.text() == (
        "51 passed, 0 failed, 0 unknown\n"
        "7 of the passed rest on what is not confirmed: pp-30-2019/predicate (7)"
    )
    assert capaian.cover_cases("pp-30-2019", plugins=[pp_30_2019]).missed == ()


def test_pack_document_and_policies_say_the_same():
    (document,) = PACK.documents
    pack = PACK.pack
    assert pack.regulations == (document.id,)
    assert pack.title == {"en": document.title.en, "id": document.title.id}
    assert (pack.first, pack.last) == (document.in_force.from_, None)
    assert document.in_force.trust == "unconfirmed"
    for name in POLICIES.values():
        policy = capaian.load_policy(name, plugins=[pp_30_2019])
        assert (policy.first, policy.last) == (pack.first, None)
        assert all(each.source for each in (*policy.indicators, *policy.nodes, *policy.bands))


# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", WEIGHTS)
def test_the_score_is_the_weighted_mean(scheme):
    work, conduct = WEIGHTS[scheme]
    for skp in (0, Fraction(1000, 9), Fraction("88.5"), 120):
        for behaviour in (0, Fraction(337, 3), 120):
            found = rule("weighted-score").apply(
                {"nilai_skp": skp, "nilai_perilaku": behaviour, "scheme": scheme}
            )
            assert found == {"nilai_kinerja": work * skp + conduct * behaviour}


def test_every_edge_and_both_its_sides_have_the_predicate_of_the_article():
    """And the two lower ones, and they alone, are not confirmed."""
    near = Fraction(1, 10**9)
    scores = [edge + step for edge in (50, 70, 90, 110) for step in (-near, 0, near)]
    for score in (0, *scores, 120):
        for idea in (True, False):
            values = {"nilai": score, "ide_baru": idea}
            assert rule("predicate").apply(values) == {"predikat": predicate(score, idea)}
            trust = {each.trust for each in rule("predicate").sources(values)}
            assert ("unconfirmed" in trust) == (score < 70)


def test_an_idea_that_is_not_known_leaves_open_only_what_hangs_on_it():
    for score in (0, 50, 70, 90, "109.99"):
        found = rule("predicate").apply({"nilai": score})["predikat"]
        assert found == predicate(Fraction(score), idea=False)
    assert rule("predicate").apply({"nilai": 110}) == {"predikat": None}
    assert rule("predicate").apply({"nilai": 120, "ide_baru": None}) == {"predikat": None}


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        (
            "predicate",
            {"nilai": "120.01", "ide_baru": True},
            "the score is above 120, the greatest that the regulation has a predicate for",
        ),
        (
            "predicate",
            {"nilai": -1, "ide_baru": "ya"},
            "'nilai' is not 0 or more; 'ide_baru' is not true or false",
        ),
        (
            "weighted-score",
            {"nilai_skp": 100, "nilai_perilaku": 121, "scheme": WITH},
            "a value is above 120, the greatest that the regulation has a predicate for",
        ),
        (
            "weighted-score",
            {"nilai_skp": 100, "nilai_perilaku": 100, "scheme": "dengan"},
            f"'scheme' is none of {WITHOUT}, {WITH}",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(name, values, said):
    assert refusal(name, **values) == said


# --- The policies ---------------------------------------------------------------------------------

IN_TIME = {100: (17, 20), 98: (29, 37), 80: (16, 25), 60: (12, 25)}
"""Complaints in time, of all, for an achievement of so many per cent of a target of 80-90%."""
ANSWERS = {100: 720, 98: 704, 80: 576, 60: 432}
"""The sum of 25 x 9 answers that does the same for an index of 80."""


def officer(nip, percent, conduct, *, idea=False):
    """Evidence of which every indicator is achieved to so many per cent."""
    start = datetime(2026, 1, 5, 8)
    quick, received = IN_TIME[percent]
    delivered = percent // 2  # of 50
    lower, more = divmod(ANSWERS[percent], 225)
    answers = [lower + (at < more) for at in range(225)]
    return {
        "pegawai": [{"nip": nip, "unit": "Loket", "ide_baru": idea}],
        "target": [{"nip": nip, "indikator": "layanan-selesai", "periode": "2026-Q1", "nilai": 50}],
        "pengaduan": [
            {
                "nip": nip,
                "diterima": start + timedelta(hours=at),
                "dijawab": start + timedelta(hours=at, days=2 if at < quick else 20),
            }
            for at in range(received)
        ],
        "layanan": [{"nip": nip, "selesai": start + timedelta(days=at)} for at in range(delivered)],
        "survei": [
            {"nip": nip, **{f"u{item + 1}": answers[9 * at + item] for item in range(9)}}
            for at in range(25)
        ],
        "perilaku": [
            {"nip": nip, "aspek": f"aspek {at}", "nilai": each} for at, each in enumerate(conduct)
        ],
    }


def office(officers):
    tables = {}
    for each in officers:
        for name, rows in each.items():
            tables.setdefault(name, []).extend(rows)
    return tables


# Per cent of every indicator, and values of conduct, that give exactly 110, 90, 70 and 50, with
# what is one value of one aspect less.
EDGES = {
    WITHOUT: [
        *((100, (112, 112, 113)), (100, (112, 112, 112))),
        *((98, (94, 95, 95)), (98, (94, 94, 95))),
        *((80, (70, 70, 70)), (80, (69, 70, 70))),
        *((60, (50, 50, 50)), (60, (49, 50, 50))),
    ],
    WITH: [
        *((100, (111, 112)), (100, (111, 111))),
        *((98, (93, 93)), (98, (92, 93))),
        *((80, (70, 70, 70)), (80, (69, 70, 70))),
        *((60, (50, 50, 50)), (60, (49, 50, 50))),
    ],
}


def officers(scheme):
    """Each twice: with a new idea and without."""
    return [
        (f"P-{place:02}{'i' if idea else 'x'}", percent, conduct, idea)
        for place, (percent, conduct) in enumerate(EDGES[scheme])
        for idea in (True, False)
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", WEIGHTS)
def test_from_evidence_to_predicate_at_every_edge(scheme, kind):
    """Exactly, whatever holds the rows: a score of 110 with an idea is Sangat Baik."""
    people = officers(scheme)
    tables = office([officer(nip, each, conduct, idea=idea) for nip, each, conduct, idea in people])
    policy = capaian.load_policy(POLICIES[scheme], plugins=[pp_30_2019])
    scores = scored(policy, tables, kind)
    given = published(scores)
    work, of_conduct = WEIGHTS[scheme]
    seen = set()
    for nip, percent, conduct, idea in people:
        exact = work * iki_value(percent) + of_conduct * Fraction(sum(conduct), len(conduct))
        explanation = scores.explain(nip)
        assert explanation.score == explanation.unrounded == explanation.total() == exact
        assert given[nip][1] == predicate(exact, idea)
        seen.add((exact, given[nip][1]))
    assert {
        (110, "sangat_baik"),
        (110, "baik"),
        (90, "baik"),
        (70, "cukup"),
        (50, "kurang"),
    } <= seen
    assert {each for _, each in seen} == {"sangat_baik", "baik", "cukup", "kurang", "sangat_kurang"}
    assert scores.to_json() == scored(policy, tables).to_json()


def test_a_predicate_that_is_not_confirmed_says_so_and_no_other_does():
    """The two below 70 are recalled; what is recalled of the ranking bears on nobody's score."""
    tables = office([officer("a", 100, (100,)), officer("b", 60, (40,))])
    policy = capaian.load_policy("pp-30-2019/2019", plugins=[pp_30_2019])
    scores = scored(policy, tables)
    always = (
        "PP 30/2019: the day from which it is in force",
        "Value of conduct as the mean of its aspects",
    )
    below = "PP 30/2019, Pasal 41 ayat (5) huruf d dan e: the predicates below 70"
    assert scores.explain("a").unconfirmed == always
    poor = scores.explain("b")
    assert poor.unconfirmed == (below, *always)
    assert poor.text().endswith(
        f"this result rests on what is not confirmed:\n  ? {below}\n  ? {always[0]}\n"
        f"  ? {always[1]}"
    )
    assert "hasil ini bersandar pada yang belum dikonfirmasi:" in poor.text("id")
    written = json.loads(scores.to_json())
    cites = [each["cite"] for each in written["sources"]]
    assert [[cites[at] for at in each["unconfirmed"]] for each in written["scores"]] == [
        list(always),
        [below, *always],
    ]
    assert scores.text().endswith(" · 4 sources not confirmed")


def test_conduct_that_is_not_appraised_leaves_no_predicate():
    tables = office([officer("a", 100, (100,)), officer("b", 100, ())])
    policy = capaian.load_policy("pp-30-2019/2019", plugins=[pp_30_2019])
    assert published(scored(policy, tables)) == {
        "a": (float(Fraction("106.3")), "baik"),
        "b": (None, None),
    }


def test_conduct_off_its_scale_is_refused():
    policy = capaian.load_policy("pp-30-2019/2019", plugins=[pp_30_2019])
    with pytest.raises(EvidenceError):
        scored(policy, office([officer("a", 100, (121,))]))


# --- Guidance -------------------------------------------------------------------------------------

LIMITS = {
    "di_atas_ekspektasi_max_20": (["sangat_baik"], "most", 20),
    "sesuai_ekspektasi_min_60": (["baik"], "least", 60),
    "sesuai_ekspektasi_max_70": (["baik"], "most", 70),
    "di_bawah_ekspektasi_max_20": (["cukup", "kurang", "sangat_kurang"], "most", 20),
}
"""Recalled: at most 20% above expectation, 60 to 70% as expected, at most 20% below."""


@pytest.mark.parametrize("name", POLICIES.values())
def test_the_ranking_is_guidance_that_is_not_confirmed(name):
    policy = capaian.load_policy(name, plugins=[pp_30_2019])
    found = {
        each.id: (list(each.bands), each.bound, each.value * 100) for each in policy.guidance.limits
    }
    assert found == LIMITS
    assert all("not confirmed" in each.source for each in policy.guidance.limits)


@pytest.mark.parametrize(
    ("above", "expected", "below", "broken"),
    [
        (2, 6, 2, []),
        (1, 7, 2, []),
        (3, 6, 1, ["di_atas_ekspektasi_max_20"]),
        (1, 8, 1, ["sesuai_ekspektasi_max_70"]),
        (2, 5, 3, ["sesuai_ekspektasi_min_60", "di_bawah_ekspektasi_max_20"]),
    ],
)
def test_a_set_of_results_is_held_against_the_ranking(above, expected, below, broken):
    """Ten officers, each limit just inside and just outside."""
    wanted = [(100, (113,), True)] * above + [(100, (100,), False)] * expected
    wanted += [(80, (70,), False)] * below
    people = [
        officer(f"P-{at}", percent, conduct, idea=idea)
        for at, (percent, conduct, idea) in enumerate(wanted)
    ]
    policy = capaian.load_policy("pp-30-2019/2019", plugins=[pp_30_2019])
    tables = office(people)
    findings = scored(policy, tables).guidance(tables)
    assert [each.values["limit"] for each in findings] == broken
    assert {each.severity for each in findings} <= {"warning"}
