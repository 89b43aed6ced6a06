"""Systems of other countries: every band, edge, level and weight against figures written down here."""

from fractions import Fraction
from itertools import product

import pytest

from capaian.packs import abroad
from pack_rules import all_cases, apply, rules_in, trusts

F = Fraction
# The lower ends, to the first number that has the word; the upper ends are those before the next.
LGU = (("outstanding", "4.51", "5"), ("very_satisfactory", "3.51", "4.50"), ("satisfactory", "2.51", "3.50"), ("unsatisfactory", "1.51", "2.50"), ("poor", "1", "1.50"))  # fmt: skip
RPMS = (("outstanding", "4.5"), ("very_satisfactory", "3.5"), ("satisfactory", "2.5"), ("unsatisfactory", "1.5"), ("poor", "1"))  # fmt: skip
PATTERNS = {"A": (1, 3), "B": (1, 3, 5), "C": (1, 3, 4), "D": (1, 2, 3), "E": (1, 3, 4, 5), "F": (1, 2, 3, 5), "G": (1, 2, 3, 4), "H": (1, 2, 3, 4, 5)}  # fmt: skip
APAR = ((8, 10, "outstanding", 9), (6, 8, "very_good", 7), (4, 6, "good", 5), (1, 4, "below_good", 0))  # fmt: skip
RATINGS = (None, 1, 2, 3, 4, 5)


def half_up(value):
    return F(int(value * 100 + F(1, 2)), 100)


def test_every_case_of_the_pack_passes():
    found = all_cases(abroad)
    assert found.passed == len(found.results) > 90, found.text()


@pytest.mark.parametrize("hundredths", range(100, 501))
def test_words_of_both_philippine_systems_at_every_hundredth(hundredths):
    """The same number is another word at 4.50, 3.50, 2.50 and 1.50."""
    rating = F(hundredths, 100)
    (spms,) = [word for word, low, high in LGU if F(low) <= rating <= F(high)]
    rpms = next(word for word, low in RPMS if rating >= F(low))
    assert apply(abroad, "csc-spms/adjectival", rating=rating) == {"adjectival": spms}
    assert apply(abroad, "deped-rpms/adjectival", rating=rating) == {"adjectival": rpms}
    assert (spms != rpms) == (hundredths in {150, 250, 350, 450})


@pytest.mark.parametrize("edge", ["4.505", "3.501", "2.509", "1.5001"])
def test_between_the_printed_bands_there_is_no_word(edge):
    assert apply(abroad, "csc-spms/adjectival", rating=F(edge)) == {"adjectival": None}
    assert apply(abroad, "deped-rpms/adjectival", rating=F(edge))["adjectival"] is not None


def test_an_average_is_of_what_was_rated_for_all_combinations():
    """216 of them, to two decimals; where nothing was rated there is none."""
    for ratings in product(RATINGS, repeat=3):
        rated = [each for each in ratings if each is not None]
        average = half_up(F(sum(rated), len(rated))) if rated else None
        values = dict(zip(("quality", "efficiency", "timeliness"), ratings, strict=True))
        found = apply(abroad, "csc-spms/ipcr-average", **values)
        words = [word for word, low, high in LGU if rated and F(low) <= average <= F(high)]
        assert found == {"average": average, "adjectival": words[0] if rated else None}
        weighted = apply(abroad, "deped-rpms/weighted", **values)["rating"]
        whole = len(rated) == len(ratings)
        q, e, t = (each or 0 for each in ratings)
        assert weighted == (F(4 * q + 3 * e + 3 * t, 10) if whole else None)


def test_levels_of_patterns_are_whole_numbers_and_only_two_patterns_were_read():
    for pattern, levels in PATTERNS.items():
        found = apply(abroad, "us-5cfr-430.208/pattern", pattern=pattern)
        assert found == {"levels": levels}
        trust = trusts(abroad, "us-5cfr-430.208/pattern", pattern=pattern)
        assert ("unconfirmed" in trust) == (pattern not in "AH")


def test_level_1_hangs_on_critical_elements_alone():
    """If and only if one of them is Unacceptable; not known where none is and one is not rated."""
    labels = ("unacceptable", "fully_successful", "outstanding", None)
    for critical in product(labels, repeat=2):
        for other in labels:
            found = apply(
                abroad, "us-5cfr-430.208/level-1", critical=list(critical), non_critical=[other]
            )
            unknown = None if None in critical else False
            assert found == {"level_1": True if "unacceptable" in critical else unknown}
    given = {"critical": ["outstanding"], "non_critical": []}
    assert "unconfirmed" not in trusts(abroad, "us-5cfr-430.208/level-1", **given)


@pytest.mark.parametrize("tenths", range(10, 101))
def test_grades_of_india_at_every_tenth(tenths):
    grade = F(tenths, 10)
    ((_, _, band, score),) = [
        row for row in APAR if row[0] <= grade and (grade < row[1] or row[1] == 10)
    ]
    found = apply(abroad, "india-apar/score", overall_grade=grade)
    assert found == {"band": band, "score_for_average": score}
    parts = {"work_output": grade, "personal_attributes": 10, "functional_competency": 1}
    overall = apply(abroad, "india-apar/overall", **parts)["overall_grade"]
    assert overall == F(4, 10) * grade + F(3, 10) * 11


@pytest.mark.parametrize("marks", [(80, 85, 90, 95), (0, 0, 1, 0), (F("77.7"), 88, 99, F("66.6"))])
def test_promotion_marks_of_malaysia(marks):
    *years, special = marks
    weighted = F(20, 100) * years[0] + F(35, 100) * years[1] + F(45, 100) * years[2]
    found = apply(abroad, "malaysia-lnpk/promotion-mark", lnpt=years, lnpk=special)
    assert found == {"lnpt_weighted": weighted, "mark": F(8, 10) * weighted + F(2, 10) * special}


@pytest.mark.parametrize(
    ("rule", "values", "said"),
    [
        ("csc-spms/adjectival", {"rating": 0}, "'rating' is not 1 or more"),
        ("deped-rpms/adjectival", {"rating": "5.001"}, "'rating' is not 5 or less"),
        (
            "us-5cfr-430.208/level-1",
            {"critical": [], "non_critical": []},
            "'critical' has 0 items; 1 is the least",
        ),
        (
            "us-5cfr-430.208/pattern",
            {"pattern": "I"},
            "'pattern' is none of A, B, C, D, E, F, G, H",
        ),
        (
            "malaysia-lnpk/promotion-mark",
            {"lnpt": [80, 80], "lnpk": 80},
            "'lnpt' is not the marks of three years",
        ),
        (
            "malaysia-lnpk/promotion-mark",
            {"lnpt": [80, 80, 80], "lnpk": 101},
            "a mark is more than 100",
        ),
        ("india-apar/overall", {"work_output": 8}, "'personal_attributes' is missing; 'functional_competency' is missing"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(rule, values, said):
    with pytest.raises(ValueError, match=r".") as refused:
        apply(abroad, rule, **values)
    assert str(refused.value) == said


def test_a_word_that_nobody_explained_is_refused_so_that_none_hides_level_1():
    with pytest.raises(ValueError, match=r"did you mean 'unacceptable'"):
        apply(abroad, "us-5cfr-430.208/level-1", critical=["unaceptable"], non_critical=[])


def test_weights_of_a_program_and_days_that_are_not_known_are_said():
    given = {"quality": 1, "efficiency": 1, "timeliness": 1}
    assert trusts(abroad, "deped-rpms/weighted", **given) == {"unconfirmed"}
    assert trusts(abroad, "csc-spms/ipcr-average", **given) == {"derived"}
    assert {each.source.trust for each in rules_in(abroad).values()} == {
        "derived",
        "unconfirmed",
        "verified",
    }
