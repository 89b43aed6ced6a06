"""The lines of a decision: what is said of each rating, in two languages."""

from fractions import Fraction

from capaian.explain import Asked, Decided, Lack, NextLevel, RatingPart

WORK = {"en": "Results", "id": "Hasil kerja"}
ABOVE = {"en": "Above", "id": "Di atas"}


def part(**changes):
    given = {
        "id": "work",
        "title": WORK,
        "of": "nhk",
        "of_title": WORK,
        "value": Fraction(301, 3),
        "shown": "100.33",
        "level": "above",
        "level_title": ABOVE,
        "interval": "x > 100",
    }
    return RatingPart(**{**given, **changes})


def test_a_rating_is_named_with_what_it_reads_where_that_is_called_otherwise():
    """A formula stands last: a person looks for the value and its level first."""
    named = part(of_title={"en": "NHK", "id": "NHK"})
    found = Decided((part(), named, part(of="0.5 * nhk", of_title={})))
    assert found.rating_lines("en") == [
        "Results: 100.33 → 'Above' (x > 100)",
        "Results (NHK): 100.33 → 'Above' (x > 100)",
        "Results: 100.33 → 'Above' (x > 100); by the formula 0.5 * nhk",
    ]
    assert found.rating_lines("id")[1:] == [
        "Hasil kerja (NHK): 100.33 → 'Di atas' (x > 100)",
        "Hasil kerja: 100.33 → 'Di atas' (x > 100); dengan rumus 0.5 * nhk",
    ]


def test_every_lack_is_named_and_said():
    lacks = (
        Lack("work", WORK, "no_evidence"),
        Lack("npk", {"en": "Conduct", "id": "Perilaku"}, "withheld"),
    )
    found = Decided((part(value=None, shown="", level="", level_title={}, lacks=lacks),))
    assert found.rating_lines("en") == ["Results: no value (no evidence; Conduct: withheld)"]
    assert found.rating_lines("id") == [
        "Hasil kerja: tanpa nilai (tidak ada bukti; Perilaku: ditahan)"
    ]
    assert found.outcome("", "en") == "no band is given; without a level: Results"
    assert found.outcome("", "id") == "predikat tidak diberikan; tanpa tingkat: Hasil kerja"


def test_the_worst_stands_beside_the_level_that_it_gave():
    lacks = (Lack("npk", {"en": "Conduct"}, "no_evidence", worst=True),)
    assert Decided((part(lacks=lacks),)).rating_lines("en") == [
        "Results: 100.33 → 'Above' (x > 100), Conduct: counted as the worst (no evidence)"
    ]


def test_a_cell_says_what_it_asks_for():
    asked = (Asked("work", WORK, {"above": ABOVE, "meets": {}}),)
    assert Decided((part(),), 2, asked, "article 9").outcome("good", "en") == (
        "cell: Results 'Above' or 'meets' → 'good' [article 9]"
    )
    assert Decided((part(),), 0).outcome("good", "en") == "cell: any levels → 'good'"
    assert Decided((part(),), 0).outcome("baik", "id") == "sel: tingkat apa pun → 'baik'"


def test_the_next_level_is_from_a_value_on_or_above_it():
    inside = NextLevel("above", ABOVE, Fraction(90), "90.00", True, "good", {"id": "Baik"})
    beyond = NextLevel("above", ABOVE, Fraction(90), "90.00", False, "good", {})
    found = Decided((part(next=inside), part(next=beyond), part()))
    assert found.next_lines("en") == [
        "Results: from 90.00 on it is 'Above', and the band 'good'",
        "Results: above 90.00 it is 'Above', and the band 'good'",
    ]
    assert found.next_lines("id") == [
        "Hasil kerja: mulai 90.00 menjadi 'Di atas', dan predikatnya 'Baik'",
        "Hasil kerja: di atas 90.00 menjadi 'Di atas', dan predikatnya 'good'",
    ]
    assert found.ratings[0].to_dict()["next"] == {
        "level": "above", "value": "90", "inside": True, "band": "good",
    }  # fmt: skip


def test_a_value_that_no_level_takes_is_said():
    """A method that gives more than the greatest of its parts: no proof foresaw it."""
    found = Decided((part(level="", level_title={}, interval="", shown="121.00"),))
    assert found.rating_lines("en") == ["Results: 121.00, which no level takes"]
    assert found.rating_lines("id") == ["Hasil kerja: 121.00, tidak termasuk tingkat mana pun"]
