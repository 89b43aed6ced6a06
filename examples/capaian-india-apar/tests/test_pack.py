"""What this pack promises, tried on the installed distribution."""

from fractions import Fraction
from importlib.resources import files

import pytest
from capaian_india_apar.rules import WEIGHTS, overall, score

import capaian

GRADES = [
    dict(zip(WEIGHTS, each, strict=True))
    for each in (
        ("8.2", "7.5", "7.9"),
        ("9", "9", "9"),
        ("5", "6", "4"),
        ("7.99", "8.01", "8"),
        ("8", "8", "8"),
        ("5.99", "6", "6.01"),
        ("3.99", "4", "4"),
        ("1", "1", "1"),
        ("10", "10", "10"),
        ("9.25", None, "8.75"),
    )
]


def test_the_pack_is_installed() -> None:
    """With its policy, its rules and its trust."""
    (found,) = (each for each in capaian.list_packs() if each.name == "in-apar")
    assert (found.status, found.trust) == ("available", ("derived",))
    assert [each.name for each in found.policies] == ["in-apar/2009"]


def test_all_cases_pass() -> None:
    """None fails, and none is of a rule that the pack forgot."""
    found = capaian.run_cases(files("capaian_india_apar") / "cases.json")
    assert found.passed == len(found.results), found.text()
    assert found.passed > 0


def test_the_policy_gives_what_the_rule_gives_to_the_last_bit() -> None:
    """Grades with decimals, on the edges of bands, and one that is missing."""
    rows = [
        {
            "officer": f"o{number}",
            **{name: None if grade is None else float(grade) for name, grade in each.items()},
        }
        for number, each in enumerate(GRADES)
    ]
    scores = capaian.score("in-apar/2009", {"grades": rows}, period="2026")
    for row, each in zip(scores.to_native(), GRADES, strict=True):
        exact = {name: None if grade is None else Fraction(grade) for name, grade in each.items()}
        rule = overall(exact)
        grade = rule["overall_grade"]
        assert row["score"] == (None if grade is None else float(grade))
        assert row["band"] == rule["band"]


def test_a_hair_below_8_is_very_good() -> None:
    """0.4 x 7.99 + 0.3 x 8.01 + 0.3 x 8 is 7.999: nothing is rounded up."""
    found = overall(
        dict(zip(WEIGHTS, (Fraction("7.99"), Fraction("8.01"), Fraction(8)), strict=True))
    )
    assert found == {"overall_grade": Fraction("7.999"), "band": "very_good"}
    assert score({"overall_grade": found["overall_grade"]})["score_for_average"] == 7


def test_a_grade_off_the_scale_is_refused() -> None:
    """By the indicator type of this distribution."""
    row = {
        "officer": "o",
        "work_output": 10.5,
        "personal_attributes": 8,
        "functional_competency": 8,
    }
    with pytest.raises(
        capaian.EvidenceError, match="'work_output' is off the answer scale 1 to 10"
    ):
        capaian.score("in-apar", {"grades": [row]}, period="2026")
