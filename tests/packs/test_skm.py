"""The survey's pack: its rules as data, its policy, and what a weight of 0.11 does to both.

The oracle is the tables below, written from the reference, and `Fraction`.
"""

from fractions import Fraction
from functools import cache
from importlib.metadata import entry_points
from itertools import product
from math import floor

import pytest

import capaian
from capaian.cases.run import call_rule
from capaian.plugin import GROUP
from capaian.shelf import documents_of, find_pack, find_rule
from capaian.testing.tables import ENGINES, as_table
from shelves import install, pack, plugin, policies

INDEX = "permenpanrb-14-2017/skm-index"
SENSITIVITY = "permenpanrb-14-2017/skm-weight-sensitivity"
GRADE = "permenpanrb-14-2017/skm-grade"
SAMPLE = "permenpanrb-14-2017/sample-size"

GRADES = [
    # grade, first and last index in hundredths (NIK), performance
    ("A", 8831, 10000, "sangat_baik"),
    ("B", 7661, 8830, "baik"),
    ("C", 6500, 7660, "kurang_baik"),
    ("D", 2500, 6499, "tidak_baik"),
]
TABLE = {
    10: 10, 15: 14, 20: 19, 30: 28, 40: 36, 50: 44, 60: 52, 70: 59, 80: 66, 90: 73, 100: 80,
    150: 108, 200: 132, 250: 152, 300: 169, 400: 196, 500: 217, 600: 234, 700: 248, 800: 260,
    900: 269, 1000: 278, 1500: 306, 2000: 322, 3000: 341, 5000: 357, 10000: 370, 20000: 377,
    50000: 381, 100000: 384, 1000000: 384,
}  # fmt: skip
TOTALS = [105, 101, 100, 116, 102, 105, 106, 105, 115]
"""29 respondents, the worked example."""


@cache
def rule_of(name):
    return find_rule(name)


def asked(rule, **values):
    return rule_of(rule).apply(values)


def refused(rule, **values):
    with pytest.raises(ValueError, match=r"\w") as caught:
        asked(rule, **values)
    return str(caught.value)


def half_up(value, digits):
    """Round a number that is not below 0."""
    return Fraction(floor(value * 10**digits + Fraction(1, 2)), 10**digits)


# --- the pack -----------------------------------------------------------------------------------


def test_it_is_found_by_its_entry_point():
    (entry,) = (each for each in entry_points(group=GROUP) if each.name == "skm")
    assert entry.value == "capaian.packs.skm"
    assert find_pack("skm/2017").provenance.distribution == "capaian"


def test_its_policy_is_the_shipped_one():
    """Document, sources and dates."""
    policy = capaian.load_policy("skm/2017")
    found = find_pack("skm").pack
    assert list(documents_of(found)) == ["skm/2017", "skm/weight-0.11/2017"]
    assert (found.first, found.last) == (policy.first, policy.last)
    assert found.sources == policy.sources
    assert found.title == policy.title


def test_it_is_listed():
    (listed,) = (each for each in capaian.list_packs() if each.name == "skm")
    assert (listed.status, listed.trust) == (
        "available",
        ("derived", "unconfirmed", "verified"),
    )
    assert [each.policy.id for each in listed.policies] == ["skm", "skm/weight-0.11"]
    assert listed.policies[0].policy == capaian.load_policy("skm/2017")


def test_a_stranger_of_its_name_changes_no_score(tmp_path, monkeypatch):
    """The shipped policy goes first; that both bring the pack is told where packs are listed."""
    before = capaian.load_policy("skm", on="2026-06-30")
    plugin("plugin_skm", pack("skm", policies=policies(tmp_path, "skm")))
    install(
        monkeypatch,
        ("skm", "capaian.packs.skm", "capaian", "0"),
        ("skm", "plugin_skm", "capaian-other", "1"),
    )
    assert capaian.load_policy("skm", on="2026-06-30") == before
    (listed,) = capaian.list_packs()
    assert listed.reason == (
        "the kind 'skm' is brought twice: by capaian 0 (capaian.packs.skm) and"
        " capaian-other 1 (plugin_skm)."
    )


def test_every_case_of_the_pack_passes_and_meets_every_row_and_edge():
    found = capaian.run_cases("skm")
    assert {each.status for each in found.results} == {"passed"}
    assert not capaian.cover_cases("skm").missed


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("grade", "first", "last", "performance"), GRADES)
def test_every_edge_of_every_grade_to_the_half_hundredth(grade, first, last, performance):
    """An index is rounded half up to hundredths: half a hundredth below the first belongs to it."""
    given = {"mutu": grade, "kinerja": performance}
    half = Fraction(1, 200)
    edges = [Fraction(first, 100), Fraction(last, 100)]
    if grade != "A":
        edges.append(Fraction(last, 100) + half * Fraction(99, 100))
    if grade != "D":
        edges.append(Fraction(first, 100) - half)
        assert asked(GRADE, ikm=Fraction(first, 100) - half * Fraction(101, 100)) != given
    for each in edges:
        assert asked(GRADE, ikm=each) == given


def test_below_25_there_is_only_what_a_rounded_weight_leads_to():
    assert asked(GRADE, ikm=Fraction("24.75")) == {"mutu": "D", "kinerja": "tidak_baik"}
    assert refused(GRADE, ikm=Fraction("24.74")) == "'ikm' is not 24.75 or more"
    assert refused(GRADE, ikm=Fraction("100.01")) == "'ikm' is not 100 or less"
    sources = rule_of(GRADE).sources({"ikm": Fraction("24.75")})
    assert {each.trust for each in sources} == {"derived", "unconfirmed"}
    assert {each.trust for each in rule_of(GRADE).sources({"ikm": 25})} == {"derived"}


@pytest.mark.parametrize(
    ("weight", "printed", "grade"),
    [(Fraction(1, 9), "91.4751", "A"), (Fraction("0.111"), "91.3836", "A"),
     (Fraction("0.11"), "90.5603", "A")],
)  # fmt: skip
def test_the_worked_example_by_three_weights(weight, printed, grade):
    found = asked(INDEX, total_per_unsur=TOTALS, responden=29, bobot=weight)
    assert found["ikm"] == sum(TOTALS) * weight * 25 / 29
    assert half_up(found["ikm"], 4) == Fraction(printed)
    assert found["mutu"] == grade


@pytest.mark.parametrize(
    ("nrr", "weight", "index", "grade"),
    [
        ("3.55", "1/9", "88.75", "A"),
        ("3.55", "0.11", "87.8625", "B"),
        ("3.535", "1/9", "88.375", "A"),
        ("3.535", "0.11", "87.49125", "B"),
        ("4", "0.11", "99", "A"),
        ("4", "0.111", "99.9", "A"),
        ("2.6", "1/9", "65", "C"),
        ("2.6", "0.11", "64.35", "D"),
        ("1", "0.11", "24.75", "D"),
    ],
)
def test_a_weight_of_0_11_caps_the_index_and_flips_grades(nrr, weight, index, grade):
    found = asked(SENSITIVITY, nrr_all_nine=Fraction(nrr), bobot=weight)
    assert (found["ikm"], found["mutu"]) == (Fraction(index), grade)
    alike = asked(INDEX, total_per_unsur=[Fraction(nrr) * 1000] * 9, responden=1000, bobot=weight)
    assert alike == found


def test_an_index_by_a_rounded_weight_says_that_it_rests_on_what_is_not_confirmed():
    values = {"total_per_unsur": TOTALS, "responden": 29}
    rule = rule_of(INDEX)
    assert {each.trust for each in rule.sources({**values, "bobot": "1/9"})} == {"derived"}
    short = rule.sources({**values, "bobot": "0.11"})
    assert "unconfirmed" in {each.trust for each in short}


@pytest.mark.parametrize(
    ("values", "because"),
    [
        ({"bobot": "0.12"}, "the weights together are more than 1"),
        (
            {"bobot": "0.1"},
            (
                "'bobot' is neither 1 over the number of elements nor that rounded to two or three"
                " decimals"
            ),
        ),
        (
            {"total_per_unsur": TOTALS[:8]},
            (
                "'bobot' is neither 1 over the number of elements nor that rounded to two or three"
                " decimals"
            ),
        ),
        ({"responden": "28.5"}, "'responden' is not a whole number"),
        (
            {"total_per_unsur": [117, *TOTALS[1:]]},
            "an item of 'total_per_unsur' is not between 1 and 4 for each respondent",
        ),
        (
            {"total_per_unsur": [28, *TOTALS[1:]]},
            "an item of 'total_per_unsur' is not between 1 and 4 for each respondent",
        ),
        ({"total_per_unsur": [None, *TOTALS[1:]]}, "'total_per_unsur[0]' is not a number"),
        ({"responden": 0}, "'responden' is not 1 or more"),
        ({"responden": None}, "'responden' is missing"),
    ],
)
def test_what_makes_no_sense_is_refused(values, because):
    whole = {"total_per_unsur": TOTALS, "responden": 29, "bobot": "1/9"}
    assert refused(INDEX, **{**whole, **values}) == because


def krejcie_morgan(population):
    variance = Fraction("3.841") / 4
    return variance * population / (Fraction("0.0025") * (population - 1) + variance)


@pytest.mark.parametrize(("population", "sample"), TABLE.items())
def test_every_row_of_the_table_of_samples_is_not_confirmed(population, sample):
    found = asked(SAMPLE, populasi=population)
    assert (found["sampel_tabel"], found["dari_tabel"]) == (sample, True)
    assert found["rumus"] == krejcie_morgan(population)
    assert (half_up(found["rumus"], 0) == sample) == (population != 100000)
    sources = rule_of(SAMPLE).sources({"populasi": population})
    assert "unconfirmed" in {each.trust for each in sources}


@pytest.mark.parametrize("population", [1, 9, 11, 25, 99, 101, 4000, 99999, 100001, 10**8])
def test_between_the_rows_the_sample_is_the_formula_rounded_half_up(population):
    found = asked(SAMPLE, populasi=population)
    assert found["sampel_tabel"] == half_up(krejcie_morgan(population), 0)
    assert found["dari_tabel"] is False


def test_a_population_that_is_no_number_of_people_is_refused():
    assert refused(SAMPLE, populasi="10.5") == "'populasi' is not a whole number"
    assert refused(SAMPLE, populasi=0) == "'populasi' is not 1 or more"


# --- the policies -------------------------------------------------------------------------------


def respondents(*answers):
    """Return the answers of one unit; each is that of one respondent to all nine elements."""
    return [{"unit": "A", **{f"u{u}": answer for u in range(1, 10)}} for answer in answers]


MIXES = [[4] * a + [3] * b + [1] * c for a, b, c in product(range(8), range(8), range(4))][1:]


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize(("name", "factor"), [("skm/2017", 1), ("skm/weight-0.11/2017", "0.99")])
def test_the_policies_give_what_the_rules_give_on_every_engine(kind, name, factor):
    """All answers of four respondents and more: 255 units at once."""
    rows = [
        {**row, "unit": f"unit {index:03}"}
        for index, answers in enumerate(MIXES)
        for row in respondents(*answers)
    ]
    scores = capaian.score(name, {"survey": as_table(rows, kind)}, period="2026")
    weight = Fraction(1, 9) * Fraction(factor)
    columns = scores.columns()
    found = {
        subject: (score, band)
        for subject, score, band in zip(
            columns["subject"], columns["score"], columns["band"], strict=True
        )
    }
    assert len(found) == len(MIXES)
    for index, answers in enumerate(MIXES):
        nrr = Fraction(sum(answers), len(answers))
        right = asked(SENSITIVITY, nrr_all_nine=nrr, bobot=weight)
        expected = (float(half_up(right["ikm"], 2)), right["mutu"])
        assert found[f"unit {index:03}"] == expected


def test_the_variant_is_no_edition_and_says_what_it_does():
    """By a day alone nobody gets it; its title has the consequence."""
    policy = capaian.load_policy("skm/weight-0.11/2017")
    assert capaian.load_policy("skm", on="2026-06-30").id == "skm"
    assert policy.title["en"] == (
        "Public satisfaction survey (SKM) with weights of 0.11: at most 99.00, grades may be lower"
    )
    assert policy.title["id"].endswith("bobot 0,11: paling tinggi 99,00, mutu dapat lebih rendah")
    (weight,) = (each for each in policy.sources if each.cite.startswith("Weight of each"))
    assert weight.trust == "unconfirmed"
    assert all(each.source for each in (*policy.bands, *policy.indicators))


def test_the_regulation_says_what_is_not_confirmed():
    (regulation,) = find_pack("skm").documents
    trust = {name: each.trust for name, each in regulation.sources.items()}
    assert trust == {
        "formula": "derived",
        "grades": "derived",
        "elements": "derived",
        "short-weight": "unconfirmed",
        "sample": "derived",
        "krejcie-morgan": "unconfirmed",
    }
    assert regulation.in_force.trust == "unconfirmed"


def test_a_rule_that_refuses_is_a_finding_and_no_failure():
    found = call_rule(rule_of(GRADE), {"ikm": "A"})
    assert found.code == "CPN-K10"
