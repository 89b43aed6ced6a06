"""A regulation is read strictly and proved as a whole: the whole text of every fault."""

import tomllib
from decimal import Decimal

import pytest

from capaian.errors import PolicyError
from capaian.rules import read_regulation

WHOLE = """
id = "district"
cite = "Decree 12/2025 of the district"
title = "Ratings"
in_force = { from = 2026-01-01 }

[sources.art-4]
cite = "article 4"
trust = "verified"

[numbers.share]
value = "70%"
source = "art-4"

[tables.matrix]
source = "art-4"
inputs = { work = ["high", "low"], conduct = ["high", "low"] }
rows = [
    { work = "high", conduct = "high", word = "good" },
    { work = "high", conduct = "low", word = "poor" },
    { work = "low", word = "poor" },
]

[grades.grade]
source = "art-4"
digits = 2
low = 0
high = 100
rows = [{ from = 50, word = "good" }, { to = 49.99, word = "poor" }]

[curves.bent]
source = "art-4"
points = [[0, 0], [100, 100], [120, 115]]

[rules.value]
title = "Value"
source = "art-4"
input = { work = { kind = "number" }, level = { kind = "label", of = ["high", "low"] } }
refuses = [{ when = "work < 0", because = "less than nothing" }]
steps = { mixed = "share * work + (1 - share) * bent(work)" }
gives = { mixed = "mixed", word = "grade(mixed)", cell = "matrix(level, level)" }
"""


def document(*changes):
    text = WHOLE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return tomllib.loads(text, parse_float=Decimal)


def said(*changes):
    with pytest.raises(PolicyError) as caught:
        read_regulation(document(*changes))
    return [f"{each.code} {each.where}: {each.text()}" for each in caught.value.findings]


def test_a_sound_document_is_read():
    made = read_regulation(document())
    assert made.id == "district"
    assert list(made.rules["value"].gives) == ["mixed", "word", "cell"]


def test_a_path_is_read_as_its_text_is(tmp_path):
    file = tmp_path / "district.toml"
    file.write_text(WHOLE, encoding="utf-8")
    assert read_regulation(file) == read_regulation(document()) == read_regulation(str(file))


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(PolicyError) as caught:
        read_regulation(tmp_path / "none.toml")
    assert caught.value.findings[0].code == "CPN-P09"


def test_all_faults_are_told_at_once():
    found = said(('source = "art-4"\n\n[tables', 'source = "art-5"\n\n[tables'), ("49.99", "49"))
    assert found == [
        "CPN-L02 numbers.share: its source 'art-5' is not known. Did you mean 'art-4'?",
        "CPN-L03 grades.grade: no row is for 49.01 ≤ x ≤ 49.99.",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            [("in_force = { from = 2026-01-01 }\n", "")],
            ("CPN-L01 numbers.share: it has no date: neither it nor the regulation says from which "
            "day it is in force."),
        ),
        (
            [("gives = { mixed", 'rests = [{ when = "work > 0", source = "art-5" }]\ngives = { mixed')],
            "CPN-L02 rules.value.rests[0]: its source 'art-5' is not known. Did you mean 'art-4'?",
        ),
        (
            [("gives = { mixed", 'rests = [{ when = "wrk > 0", source = "art-4" }]\ngives = { mixed')],
            ("CPN-F11 rules.value.rests[0].when: the formula uses 'wrk', which is not known here. Did you "
            "mean 'work'?"),
        ),
        (
            [('value = "70%"\nsource = "art-4"', 'value = "70%"')],
            "CPN-P02 numbers.share: 'source' is missing.",
        ),
        (
            [("to = 49.99", "to = 50")],
            "CPN-L04 grades.grade: the rows 0 and 1 are both for x = 50.",
        ),
        (
            [("digits = 2\n", "")],
            "CPN-L03 grades.grade: no row is for 49.99 < x < 50.",
        ),
        (
            [("high = 100\n", "high = 101\n"), ("from = 50,", "from = 50, to = 100,")],
            "CPN-L03 grades.grade: no row is for 100.01 ≤ x ≤ 101.",
        ),
        (
            [("from = 50,", "from = 50, to = 40,")],
            ("CPN-P94 grades.grade.rows[0]: the row (from = 50, to = 40) is for no stretch of "
            "values."),
        ),
        (
            [("from = 50,", 'from = "fifty",')],
            "CPN-P94 grades.grade.rows[0]: the row (from = fifty) is for no stretch of values.",
        ),
        (
            [('{ work = "high", conduct = "low", word = "poor" },\n', "")],
            "CPN-L05 tables.matrix: no row is for work = high, conduct = low.",
        ),
        (
            [('work = "low", word', 'conduct = "low", word')],
            "CPN-L05 tables.matrix: no row is for work = low, conduct = high.",
        ),
        (
            [('{ work = "low", word = "poor" }', '{ conduct = "low", word = "poor" }, { work = "low", word = "poor" }')],
            "CPN-L06 tables.matrix: the rows 1, 2 are all for work = high, conduct = low.",
        ),
        (
            [('conduct = "low", word = "poor"', 'conduct = "low"')],
            "CPN-L07 tables.matrix.rows[1]: a row does not give all that the table gives: word.",
        ),
        (
            [('{ work = "low", word', '{ work = "lo", word')],
            "CPN-L08 tables.matrix.rows[2].work: 'lo' is none of its labels. Did you mean 'low'?",
        ),
        (
            [("[numbers.share]", "[numbers.a-share]"), ("share * work + (1 - share)", "work +")],
            "CPN-L09 numbers: 'a-share' cannot be a name here.",
        ),
        (
            [("[curves.bent]", "[curves.mean]"), ("bent(work)", "mean([work])")],
            "CPN-L10 curves.mean: 'mean' is already a name of functions.",
        ),
        (
            [("(1 - share) *", "0.3 *")],
            "CPN-L11 rules.value.steps.mixed: the formula holds the number 0.3, which has no source.",
        ),
        (
            [("grade(mixed)", "grad(mixed)")],
            ("CPN-F12 rules.value.gives.word: the formula calls 'grad', which is no function here. "
            "Did you mean 'grade'?"),
        ),
        (
            [("work < 0", "word < 0")],
            ("CPN-F11 rules.value.refuses[0].when: the formula uses 'word', which is not known here. "
            "Did you mean 'work'?"),
        ),
        (
            [('mixed = "mixed"', 'mixed = "mixed +"')],
            ("CPN-F10 rules.value.gives.mixed: the formula is not an expression: it breaks off or "
            "goes wrong at character 8."),
        ),
        (
            [("points = [[0, 0], [100, 100]", "points = [[100, 100], [0, 0]")],
            "CPN-P92 curves.bent.points: x = 0 stands after x = 100.",
        ),
        (
            [('kind = "number"', 'kind = "numbr"')],
            "CPN-P05 rules.value.input.work.kind: 'numbr' is not one of the choices. Did you mean 'number'?",
        ),
    ],
    ids=lambda each: each[:40] if isinstance(each, str) else "",
)  # fmt: skip
def test_a_fault_is_said_with_its_place(changes, expected):
    assert expected in said(*changes)


def test_a_last_day_before_the_first_is_refused():
    (found,) = said(
        ('value = "70%"', 'value = "70%"\nin_force = { from = 2026-05-01, to = 2026-01-01 }')
    )
    assert found.startswith("CPN-P22 numbers.share.in_force")
