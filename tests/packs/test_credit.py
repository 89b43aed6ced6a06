"""Credit points: the whole table, every tie, every month, on every engine.

The oracle is the printed table below, written from the reference, and `Fraction`.
"""

from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from itertools import product
from math import floor

import pytest

import capaian
from capaian.plugin import GROUP
from capaian.policy import to_document
from capaian.shelf import find_pack, find_rule
from capaian.testing.tables import ENGINES, as_table

CONVERSION = "permenpanrb-1-2023/credit-conversion"
REQUIRED = "permenpanrb-1-2023/cumulative-credit-required"
DIPLOMA = "permenpanrb-1-2023/higher-diploma"
PRORATION = "peraturan-bkn-3-2023/credit-proration"

WORDS = ["baik", "sangat_baik", "butuh_perbaikan", "kurang", "sangat_kurang"]
SHARES = dict(zip(WORDS, map(Fraction, ["1", "1.5", "0.75", "0.5", "0.25"]), strict=True))
PRINTED = {
    # level: coefficient (Baik), SB, BP, K, SK; credit for promotion in rank and in level
    "pemula": (["3.75", "5.63", "2.81", "1.88", "0.94"], 15, 15),
    "terampil": (["5", "7.5", "3.75", "2.5", "1.25"], 20, 60),
    "mahir": (["12.5", "18.75", "9.38", "6.25", "3.13"], 50, 100),
    "penyelia": (["25", "37.5", "18.75", "12.5", "6.25"], 100, None),
    "ahli_pertama": (["12.5", "18.75", "9.38", "6.25", "3.13"], 50, 100),
    "ahli_muda": (["25", "37.5", "18.75", "12.5", "6.25"], 100, 200),
    "ahli_madya": (["37.5", "56.25", "28.13", "18.75", "9.38"], 150, 450),
    "ahli_utama": (["50", "75", "37.5", "25", "12.5"], 200, None),
}
CELLS = [
    (level, word, figure)
    for level, (figures, _, _) in PRINTED.items()
    for word, figure in zip(WORDS, figures, strict=True)
]
YEARS = list(product(PRINTED, WORDS, range(1, 13)))


def coefficient(level):
    return Fraction(PRINTED[level][0][0])


def exact(level, word, months):
    return coefficient(level) * SHARES[word] * months / 12


def half_up(value):
    """Round to hundredths a number that is not below 0; a half goes up."""
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


TIES = [each for each in YEARS if (exact(*each) * 200) % 2 == 1]


@cache
def rule_of(name):
    return find_rule(name)


def refused(rule, **values):
    with pytest.raises(ValueError, match=r"\w") as caught:
        rule_of(rule).apply(values)
    return str(caught.value)


# --- the pack -----------------------------------------------------------------------------------


def test_every_case_of_the_pack_passes_and_meets_every_row():
    found = capaian.run_cases("credit")
    assert {each.status for each in found.results} == {"passed"}
    assert not capaian.cover_cases("credit").missed


def test_both_regulations_are_announced_beside_the_pack():
    names = {each.name for each in entry_points(group=GROUP) if "packs.credit" in each.value}
    assert names == {"credit", "permenpanrb-1-2023", "peraturan-bkn-3-2023"}
    assert find_pack("credit").pack.sources == capaian.load_policy("credit/2023").sources


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "word", "figure"), CELLS)
def test_every_printed_cell(level, word, figure):
    given = {"jenjang": level, "predikat": word}
    whole = {**given, "koefisien": coefficient(level), "months": 12}
    for values in (given, whole):
        assert rule_of(CONVERSION).apply(values) == {"angka_kredit": Fraction(figure)}
    assert rule_of(PRORATION).apply(whole) == {"angka_kredit": Fraction(figure)}


def test_eight_cells_are_ties_and_binary_rounding_gets_some_of_them_wrong():
    """That is why the arithmetic is exact: 3.125 is a tie in any arithmetic, and goes up."""
    ties = [each for each in CELLS if (exact(each[0], each[1], 12) * 200) % 2 == 1]
    assert len(ties) == 8
    wrong = [each for each in ties if Fraction(str(round(float(exact(*each[:2], 12)), 2)))
             != Fraction(each[2])]  # fmt: skip
    assert wrong


@pytest.mark.parametrize("months", range(1, 13))
def test_every_level_and_predicate_for_every_number_of_months(months):
    for level, word in product(PRINTED, WORDS):
        given = {"jenjang": level, "predikat": word, "months": months}
        assert rule_of(PRORATION).apply(given) == {
            "angka_kredit": half_up(exact(level, word, months))
        }


def test_a_part_of_a_year_rests_on_what_is_not_confirmed_and_a_year_does_not():
    given = {"jenjang": "mahir", "predikat": "baik"}
    assert {each.trust for each in rule_of(CONVERSION).sources(given)} == {"derived"}
    sources = rule_of(PRORATION).sources({**given, "months": 6})
    assert [each.trust for each in sources] == ["unconfirmed", *["derived"] * 4]
    assert {each.cite.split(",")[0] for each in sources} >= {"Peraturan BKN 3/2023"}


@pytest.mark.parametrize(("level", "row"), PRINTED.items())
def test_what_is_required_for_promotion_and_a_quarter_of_it_for_a_diploma_once(level, row):
    _, rank, next_level = row
    assert rule_of(REQUIRED).apply({"jenjang": level}) == {
        "naik_pangkat": rank,
        "naik_jenjang": next_level,
    }
    for before, credit in ((False, Fraction(rank, 4)), (True, 0)):
        given = {"jenjang": level, "sudah_diberikan": before}
        assert rule_of(DIPLOMA).apply(given) == {"angka_kredit": credit}


@pytest.mark.parametrize(
    ("rule", "changes", "because"),
    [
        (
            CONVERSION,
            {"koefisien": 25},
            (
                "'koefisien' is not the coefficient of 'jenjang'; leave it out, or correct one of the"
                " two"
            ),
        ),
        (
            CONVERSION,
            {"months": 6},
            "'months' is not 12: a part of a year is peraturan-bkn-3-2023/credit-proration",
        ),
        (
            PRORATION,
            {"koefisien": "12.49", "months": 6},
            (
                "'koefisien' is not the coefficient of 'jenjang'; leave it out, or correct one of the"
                " two"
            ),
        ),
        (
            PRORATION,
            {"months": "2.5"},
            "'months' is not a whole number: how a part of a month counts is not known",
        ),
        (PRORATION, {"months": 0}, "'months' is not 1 or more"),
        (PRORATION, {"months": 13}, "'months' is not 12 or less"),
        (PRORATION, {}, "'months' is missing"),
        (
            CONVERSION,
            {"predikat": "cukup"},
            "'predikat' is none of sangat_kurang, kurang, butuh_perbaikan, baik, sangat_baik",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(rule, changes, because):
    given = {"jenjang": "mahir", "koefisien": "12.5", "predikat": "baik"}
    assert refused(rule, **{**given, **changes}) == because


# --- the policy ---------------------------------------------------------------------------------


def evidence(kind, years):
    rows = [(f"p{index:03}", *each) for index, each in enumerate(years)]
    return {
        "penilaian": as_table([{"nip": nip, "predikat": word} for nip, _, word, _ in rows], kind),
        "jabatan": as_table(
            [{"nip": nip, "jenjang": level, "bulan": months} for nip, level, _, months in rows],
            kind,
        ),
    }


@pytest.mark.parametrize("kind", ENGINES)
def test_every_level_predicate_and_month_by_the_policy_on_every_engine(kind):
    """480 officers, of whom 30 and more have a tie; the same bits as exact arithmetic."""
    assert len(YEARS) == 480
    assert len(TIES) >= 30
    scores = capaian.score("credit/2023", evidence(kind, YEARS), period="2026")
    columns = scores.columns()
    found = dict(zip(columns["subject"], columns["score"], strict=True))
    assert found == {
        f"p{index:03}": float(half_up(exact(*each))) for index, each in enumerate(YEARS)
    }


@pytest.mark.parametrize("year", TIES, ids=str)
def test_each_tie_for_one_officer_from_records(year):
    (score,) = capaian.score("credit/2023", evidence("records", [year]), period="2026").columns()[
        "score"
    ]
    assert score == float(half_up(exact(*year)))


def test_two_levels_in_a_year_are_not_mixed():
    given = evidence("records", [("mahir", "baik", 6)])
    given["jabatan"] += [{"nip": "p000", "jenjang": "penyelia", "bulan": 6}]
    scores = capaian.score("credit/2023", given, period="2026")
    assert scores.columns()["score"] == [None]
    assert scores.columns()["status"] == ["withheld"]
    ledger = scores.ledger_columns()
    assert dict(zip(ledger["indicator"], ledger["state"], strict=True))["koefisien"] == "several"


def test_more_months_than_a_year_has_are_a_year_and_it_is_said():
    scores = capaian.score(
        "credit/2023", evidence("records", [("mahir", "baik", 14)]), period="2026"
    )
    assert scores.columns()["score"] == [12.5]
    assert "14" in scores.explain("p000").text("en")


def test_policy_and_regulation_have_the_same_shares_and_coefficients():
    policy = to_document(capaian.load_policy("credit/2023"))
    indicators = {each["id"]: each for each in policy["indicators"]}
    regulation = {each.id: each for each in find_pack("credit").documents}["permenpanrb-1-2023"]
    shares = {row["predikat"]: row["persentase"] for row in regulation.tables["share"].rows}
    measure = indicators["persentase"]["measure"]
    given = dict(zip(measure["levels"], map(Fraction, map(str, measure["values"])), strict=True))
    assert given == {word: Fraction(str(each)) for word, each in shares.items()} == SHARES
    places = {
        int(row["is"]): Fraction(str(row["value"]))
        for row in indicators["koefisien"]["normalise"][0]["rows"]
    }
    levels = indicators["koefisien"]["measure"]["levels"]
    coefficients = {
        row["jenjang"]: Fraction(str(row["koefisien"]))
        for row in regulation.tables["coefficient"].rows
    }
    found = {level: places[place] for place, level in enumerate(levels, 1)}
    assert found == coefficients == {level: coefficient(level) for level in PRINTED}


def test_every_part_of_the_policy_has_its_source():
    policy = to_document(capaian.load_policy("credit/2023"))
    assert all(each["source"] for each in (*policy["indicators"], *policy["numbers"]))
    assert policy["score"]["source"]
    trust = [each.trust for each in capaian.load_policy("credit/2023").sources]
    assert trust == ["derived", "derived", "derived", "unconfirmed"]


def test_the_swapped_labels_of_the_deck_are_an_erratum():
    regulation = {each.id: each for each in find_pack("credit").documents}["permenpanrb-1-2023"]
    (erratum,) = regulation.rules["cumulative-credit-required"].errata
    assert (erratum.printed, erratum.right) == (
        "Terampil (III/a-III/b) 50 and 100; Mahir (II/b-II/d) 20 and 60",
        "Terampil 20 and 60; Mahir 50 and 100",
    )
    rows = {row["jenjang"]: row.get("source") for row in regulation.tables["for_rank"].rows}
    assert rows["terampil"] == rows["mahir"] == "requirements-skilled"
