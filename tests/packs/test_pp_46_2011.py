"""Perka BKN 1/2013 under PP 46/2011, repealed: the value of time, classes of quality, weights."""

from fractions import Fraction

import pytest

import capaian
from capaian.packs import pp_46_2011
from capaian.shelf import find_pack

PACK = find_pack("pp-46-2011", [pp_46_2011])


def rule(name):
    return PACK.rule(f"perka-bkn-1-2013/{name}")


def refusal(name, **values):
    with pytest.raises(ValueError) as refused:
        rule(name).apply(values)
    return str(refused.value)


def test_every_case_passes_and_every_row_and_edge_is_met():
    found = capaian.run_cases("pp-46-2011", plugins=[pp_46_2011])
    assert found.text() == (
        "38 passed, 0 failed, 0 unknown\n"
        "16 of the passed rest on what is not confirmed: perka-bkn-1-2013/time-aspect (16)"
    )
    assert capaian.cover_cases("pp-46-2011", plugins=[pp_46_2011]).missed == ()


def test_pack_and_document_say_the_same_days():
    """The regulation is over; its days are not confirmed."""
    (document,) = PACK.documents
    assert PACK.pack.regulations == (document.id,)
    assert (PACK.pack.first, PACK.pack.last) == (document.in_force.from_, document.in_force.to)
    assert document.in_force.trust == "unconfirmed"
    assert document.in_force.to.year == 2021


def test_the_value_of_time_rises_to_24_per_cent_and_falls_from_there():
    """Against the two printed formulas, e = 100 - 100 R/T."""
    target = Fraction(12)
    for step in range(120):
        taken = Fraction(step, 5)
        early = 100 - 100 * taken / target
        weighed = (Fraction("1.76") * target - taken) / target * 100
        value = weighed if early <= 24 else 76 - (weighed - 100)
        found = rule("time-aspect").apply({"target_waktu": target, "realisasi_waktu": taken})
        assert found == {"efisiensi_percent": early, "nilai_aspek": value}
        trust = {
            each.trust
            for each in rule("time-aspect").sources(
                {"target_waktu": target, "realisasi_waktu": taken}
            )
        }
        assert trust == {"unconfirmed"}


@pytest.mark.parametrize(
    ("taken", "value"), [(12, 76), ("9.12", 100), ("9.1199", "75.9992"), (6, 50), (0, 0), (24, -24)]
)
def test_known_values_of_time(taken, value):
    """From the reference, and both sides of 24%: 0.0001 of 12 less is 0.000833% more."""
    found = rule("time-aspect").apply({"target_waktu": 12, "realisasi_waktu": taken})
    assert abs(found["nilai_aspek"] - Fraction(value)) <= Fraction(1, 1000)


@pytest.mark.parametrize(
    ("low", "high", "name"),
    [(91, 100, "91-100"), (76, 90, "76-90"), (61, 75, "61-75"), (51, 60, "51-60"), (0, 50, "0-50")],
)
def test_every_whole_number_has_its_class_of_quality(low, high, name):
    for value in range(low, high + 1):
        assert rule("output-quality").apply({"nilai_mutu": value}) == {"rentang": name}


def test_skp_weighs_60_and_conduct_40():
    found = rule("weighted-score").apply({"nilai_skp": Fraction("85.5"), "nilai_perilaku": 80})
    assert found == {"nilai_prestasi_kerja": Fraction(60, 100) * Fraction("85.5") + 32}


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        (
            "time-aspect",
            {"target_waktu": 0, "realisasi_waktu": -1},
            "'target_waktu' is not more than 0; 'realisasi_waktu' is not 0 or more",
        ),
        (
            "output-quality",
            {"nilai_mutu": "90.5"},
            "'nilai_mutu' is not a whole number: the classes leave what lies between whole numbers open",
        ),
        ("weighted-score", {"nilai_skp": 90}, "'nilai_perilaku' is missing"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(name, values, said):
    assert refusal(name, **values) == said
