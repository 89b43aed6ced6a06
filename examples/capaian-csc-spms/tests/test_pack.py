"""What these packs promise, tried on the installed distribution."""

from fractions import Fraction
from importlib.resources import files
from itertools import product

import polars as pl
import pytest
from capaian_csc_spms.ratings import DIMENSIONS, csc_adjectival, ipcr_average, rpms_weighted

import capaian

NAMES = ("ph-spms", "ph-rpms")
EVERY = [
    dict(zip(DIMENSIONS, each, strict=True)) for each in product((None, 1, 2, 3, 4, 5), repeat=3)
]


def ratings() -> list[dict[str, object]]:
    """Return one employee for each combination of ratings, unrated ones among them."""
    return [{"employee": f"e{number:03d}", **each} for number, each in enumerate(EVERY)]


def test_both_packs_are_installed_and_say_how_far_they_are_to_be_trusted() -> None:
    """The weights of RPMS were not read in the order, and that is told."""
    found = {each.name: each for each in capaian.list_packs() if each.name in NAMES}
    assert {name: each.status for name, each in found.items()} == dict.fromkeys(NAMES, "available")
    assert found["ph-spms"].trust == ("derived",)
    assert found["ph-rpms"].trust == ("derived", "unconfirmed")


@pytest.mark.parametrize("name", ["csc_cases.json", "rpms_cases.json"])
def test_all_cases_pass(name: str) -> None:
    """None fails, and none is of a rule that the pack forgot."""
    found = capaian.run_cases(files("capaian_csc_spms") / name)
    assert found.passed == len(found.results), found.text()
    assert found.passed > 0


def test_the_policy_gives_what_the_rule_gives_to_the_last_bit() -> None:
    """For all 216 combinations of ratings, unrated ones too, as records and as a table."""
    rows = capaian.score("ph-spms/2012", {"ratings": ratings()}, period="2026-S1").to_native()
    table = pl.DataFrame(ratings())
    frame = capaian.score("ph-spms/2012", {"ratings": table}, period="2026-S1").to_native()
    assert frame.rows(named=True) == rows
    for row, values in zip(rows, EVERY, strict=True):
        rule = ipcr_average(values)
        average = rule["average"]
        assert row["score"] == (None if average is None else float(average))
        assert row["band"] == rule["adjectival"]


def test_the_weighted_rating_is_the_policy_s_too() -> None:
    """With a dimension missing there is none, in both."""
    scores = capaian.score("ph-rpms", {"ratings": ratings()}, period="2026")
    for row, values in zip(scores.to_native(), EVERY, strict=True):
        rating = rpms_weighted(values)["rating"]
        assert row["score"] == (None if rating is None else float(rating))


def test_two_agencies_call_one_number_by_two_words() -> None:
    """4.50 is very satisfactory by the bands of an LGU, and outstanding in RPMS."""
    one = [{"employee": "e", "quality": 5, "efficiency": 4, "timeliness": None}]
    (spms,) = capaian.score("ph-spms", {"ratings": one}, period="2026-S1").to_native()
    assert (spms["score"], spms["band"]) == (4.5, "very_satisfactory")
    cases = {
        "cases": [
            {
                "id": name,
                "rule": f"{name}/adjectival",
                "input": {"rating": Fraction(9, 2)},
                "expected": {"adjectival": word},
            }
            for name, word in zip(NAMES, ("very_satisfactory", "outstanding"), strict=True)
        ]
    }
    assert capaian.run_cases(cases).passed == len(NAMES)


def test_between_the_printed_bands_there_is_no_word() -> None:
    """Nobody wrote what 4.505 is, so nothing is said."""
    assert csc_adjectival({"rating": Fraction("4.505")}) == {"adjectival": None}


def test_a_rating_off_the_scale_is_refused_by_the_policy() -> None:
    """As by the rule; the message names the column and counts, and nobody."""
    wrong = [{"employee": "e", "quality": 6, "efficiency": 4, "timeliness": 4}]
    with pytest.raises(
        capaian.EvidenceError, match=r"CPN-E32  .*'quality' is off the answer scale"
    ):
        capaian.score("ph-spms/2012", {"ratings": wrong}, period="2026-S1")
