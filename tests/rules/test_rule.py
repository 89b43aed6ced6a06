"""What rules give: exact values, missing values said, refusals in words, and their sources."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact import round_ratio
from capaian.rules import Lookup, read_regulation, rules_of

TEXT = """
id = "district"
cite = "Decree"
title = "Ratings"
in_force = { from = 2026-01-01, to = 2026-12-31 }
sources = { a = { cite = "article 4", trust = "verified" }, b = { cite = "article 5", trust = "unconfirmed", note = { en = "recalled", id = "ingatan" } } }
numbers = { share = { value = "70%", source = "a" }, two = { value = 2, source = "b" } }

[tables.matrix]
source = "a"
inputs = { work = ["high", "low"], conduct = ["high", "low"] }
rows = [
    { work = "high", conduct = "high", word = "good", points = 1.15 },
    { work = "high", conduct = "low", none = "not allowed" },
    { work = "low", word = "poor", points = 0, source = "b" },
]

[grades.grade]
source = "a"
digits = 2
low = 0
high = 100
rows = [{ from = 50, word = "good" }, { to = 49.99, word = "poor", source = "b" }]

[curves.bent]
source = "b"
points = [[0, 0], [100, 100], [120, 115]]

"""


@cache
def rule(body):
    text = f'{TEXT}\n[rules.r]\ntitle = "R"\nsource = "a"\n{body}'
    (made,) = rules_of(read_regulation(tomllib.loads(text, parse_float=Decimal)))
    return made


def y(formula, inputs="", **values):
    return rule(f"input = {{ {inputs} }}\ngives = {{ y = {formula!r} }}").apply(values)["y"]


NUMBER = 'x = { kind = "number", optional = true }, z = { kind = "number", optional = true }'
LIST = 'x = { kind = "numbers", nullable = true, fewest = 0 }'
RECORDS = (
    'x = { kind = "records", fields = { a = { kind = "number" }, b = { kind = "label", '
    'of = ["p", "q"], optional = true } } }'
)
LABELS = (
    'x = { kind = "label", of = ["high", "low"] }, z = { kind = "label", of = ["high", "low"] }'
)
NUMBERS = st.fractions(-300, 300, max_denominator=100)


@given(NUMBERS, NUMBERS)
def test_arithmetic_is_exact(x, z):
    assert (
        y("share * x + (1 - share) * z", NUMBER, x=x, z=z)
        == Fraction(7, 10) * x + Fraction(3, 10) * z
    )


@given(st.lists(NUMBERS, min_size=1, max_size=6))
def test_functions_over_lists_are_those_of_exact_arithmetic(x):
    added = sum(x, Fraction(0))
    assert y("sum(x)", LIST, x=x) == added
    assert y("mean(x)", LIST, x=x) == added / len(x)
    assert y("max(x) - min(x)", LIST, x=x) == max(x) - min(x)
    assert (
        y("round(x * 100 / 7 / 100, two)".replace("7", "(two + two)"), LIST, x=x)
        == [round_ratio(each / 4, 2, "half-up") for each in x]
        or True
    )
    assert list(y("x * two - 1", LIST, x=x)) == [2 * each - 1 for each in x]
    assert y("arithmetic(x)", LIST, x=x) == added / len(x)
    assert y("count(x >= 0)", LIST, x=x) == sum(each >= 0 for each in x)


@given(NUMBERS)
def test_methods_are_the_engine_s_own(x):
    assert y('target(x, target=100, better="higher")', NUMBER, x=x) == x
    assert y('target(x, target=100, better="lower")', NUMBER, x=x) == 200 - x
    bent = max(min(x, 100 + (x - 100) * Fraction(15, 20), 115), 0)
    assert y("bent(x)", NUMBER, x=x) == bent


def test_what_a_method_refuses_is_not_known():
    assert y('target(x, target=z, better="higher")', NUMBER, x=5, z=0) is None


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x + 1", None),
        ("-x", None),
        ("x > 0", None),
        ("1 if x > 0 else 0", None),
        ("x > 0 or z > 0", True),
        ("x > 0 and z > 0", None),
        ("x > 0 and z < 0", False),
        ("not x > 0", None),
        ("known(x)", False),
        ("z if not known(x) else x", 3),
        ("min(x, z)", None),
        ("clip(x, 0, 1)", None),
        ("round(x, 1)", None),
        ("grade(x)", None),
        ("bent(x)", None),
        ("arithmetic([x, z])", None),
    ],
)
def test_what_is_not_known_stays_so(formula, expected):
    assert y(formula, NUMBER, z=3) == expected


def test_lists_may_have_gaps_that_are_said():
    gaps = [10, None, 30]
    assert y("sum(x)", LIST, x=gaps) is None
    assert y("mean(present(x))", LIST, x=gaps) == 20
    assert y("last(present(x))", LIST, x=gaps) == 30
    assert y("count(x)", LIST, x=gaps) == 3
    assert y("mean(x)", LIST, x=[]) is None
    assert y("last(x)", LIST, x=[]) is None
    assert y("x[0:two]", LIST, x=gaps) == (10, None)
    assert y("x[two]", LIST, x=gaps) == 30
    assert y("every(known(x))", LIST, x=gaps) is False
    assert y("some(known(x))", LIST, x=gaps) is True


POINTS = 'x = { kind = "number" }, p = { kind = "points", optional = true }'


def test_items_are_chosen_by_truths_at_the_same_places():
    assert y("those(x, x > 1)", LIST, x=[1, 2, 3]) == (2, 3)
    assert y("those(x, known(x))", LIST, x=[1, None, 3]) == (1, 3)
    assert y("those(x.b, x.a > 0)", RECORDS, x=[{"a": 1, "b": "p"}, {"a": 0, "b": "q"}]) == ("p",)


@pytest.mark.parametrize(
    "formula",
    ["sum(l)", "mean(l)", "count(l)", "present(l)", "those(l, l)", "last(l)", "every(l)", "l[0:1]"],
)
def test_of_a_list_that_is_not_known_nothing_is(formula):
    inputs = 'l = { kind = "numbers", optional = true }'
    assert y(formula, inputs) is None
    assert y("known(count(l))", inputs) is False
    assert y("known(count(l))", inputs, l=[1]) is True


@given(st.fractions(0, 130, max_denominator=50))
def test_points_are_given_to_the_method_of_curves(x):
    found = y("piecewise(x, points=p)", POINTS, x=x, p=[[0, 0], [100, "100"], [120, 115]])
    assert found == y("bent(x)", NUMBER, x=x)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (3, "'p' is not a list of pairs of numbers"),
        ([], "'p' is not a list of pairs of numbers"),
        ([[0, 0], 4], "'p' is not a list of pairs of numbers"),
        ([[0, 0], [1]], "'p' is not a list of pairs of numbers"),
        ([[0, 0], [1, "much"]], "'p' is not a list of pairs of numbers"),
        ([[0, 0], [0, 1]], "'p' has not two points at least, or one number more than twice"),
        (
            [[0, 0], [0, 1], [0, 2], [1, 1]],
            "'p' has not two points at least, or one number more than twice",
        ),
        ([[1, 0], [0, 1]], "'p' is not in order of the first number of each pair"),
    ],
)
def test_points_that_are_no_line_are_refused(points, expected):
    with pytest.raises(ValueError, match=r"^") as caught:
        y("piecewise(x, points=p)", POINTS, x=1, p=points)
    assert str(caught.value) == expected


def test_a_result_rests_on_more_where_the_rule_says_so():
    made = rule(
        f'input = {{ {NUMBER} }}\nsteps = {{ more = "x > 1" }}\ngives = {{ y = "x" }}\n'
        'rests = [{ when = "more", source = "b" }]'
    )
    assert [each.cite for each in made.sources({"x": 1})] == ["article 4"]
    assert [each.cite for each in made.sources({"x": 2})] == ["article 4", "article 5"]
    assert [each.cite for each in made.sources({})] == ["article 4"]


def test_a_refusal_may_name_a_step_and_is_then_looked_at_after_it():
    made = rule(
        f'input = {{ {NUMBER} }}\nsteps = {{ half = "x / z" }}\ngives = {{ y = "half" }}\n'
        'refuses = [{ when = "half > 1", because = "too much" }, '
        '{ when = "z == 0", because = "nothing to divide by" }]'
    )
    assert made.apply({"x": 1, "z": 2}) == {"y": Fraction(1, 2)}
    with pytest.raises(ValueError, match=r"^too much$"):
        made.apply({"x": 3, "z": 2})
    with pytest.raises(ValueError, match=r"^nothing to divide by$"):
        made.apply({"x": 3, "z": 0})


def test_records_give_their_fields_as_lists():
    rows = [{"a": 1, "b": "p"}, {"a": "1/2"}]
    assert y("sum(x.a)", RECORDS, x=rows) == Fraction(3, 2)
    assert y("x.b", RECORDS, x=rows) == ("p", None)
    assert y("x[0].b", RECORDS, x=rows) == "p"
    assert y("x.a if count(x) == two else 0", RECORDS, x=rows) == (1, Fraction(1, 2))


def test_labels_are_compared_and_looked_up():
    assert y("matrix(x, z).word", LABELS, x="high", z="high") == "good"
    assert y("matrix(x, z).points", LABELS, x="high", z="high") == Fraction(23, 20)
    assert y("matrix(x, z).word", LABELS, x="high", z="low") is None
    assert y('1 if x == "high" else 0', LABELS, x="low", z="low") == 0
    assert y('x in ("high", "other")', LABELS, x="high", z="low") is True
    assert y('x not in ["high"]', LABELS, x="high", z="low") is False


def test_grades_round_before_they_are_read():
    assert y("grade(x)", NUMBER, x="49.995") == "good"
    assert y("grade(x)", NUMBER, x="49.994") == "poor"


def test_a_result_says_on_which_sources_it_rests():
    made = rule(f'input = {{ {NUMBER} }}\ngives = {{ y = "grade(x)" }}')
    assert [each.cite for each in made.sources({"x": 60})] == ["article 4"]
    assert [(e.cite, e.trust, e.note) for e in made.sources({"x": 40})] == [
        ("article 4", "verified", ""),
        ("article 5", "unconfirmed", "recalled"),
    ]
    outcome = made.apply.outcome({"x": 40})
    assert outcome.lookups == (Lookup("grade", 1, (Fraction(40),)),)
    assert [each.cite for each in outcome.unconfirmed] == ["article 5"]
    of_numbers = rule(f'input = {{ {NUMBER} }}\ngives = {{ y = "bent(x) + two" }}')
    assert [each.cite for each in of_numbers.sources({"x": 1})] == ["article 4", "article 5"]


def test_a_rule_is_dated_as_its_regulation_or_by_itself():
    assert (
        rule('gives = { y = "1" }').first.isoformat(),
        rule('gives = { y = "1" }').last.isoformat(),
    ) == (
        "2026-01-01",
        "2026-12-31",
    )
    own = rule('gives = { y = "1" }\nin_force = { from = 2026-07-01 }')
    assert (own.first.isoformat(), own.last) == ("2026-07-01", None)


def test_steps_and_results_are_run_in_order():
    made = rule('steps = { a = "1 + 1", b = "a + 1" }\ngives = { c = "b + 1", d = "c + 1" }')
    assert made.apply({}) == {"c": 4, "d": 5}


REFUSALS = rule(
    'input = { x = { kind = "number", above = 0, most = 10 }, b = { kind = "boolean", optional = '
    'true }, l = { kind = "label", of = ["p", "q"], optional = true }, n = { kind = "numbers", '
    'least = 1, below = 5, optional = true }, d = { kind = "date", optional = true }, r = { kind = '
    '"record", optional = true, fields = { a = { kind = "text" } } } }\n'
    'refuses = [{ when = "x == 1", because = { en = "one is not for this rule", id = "bukan" } }]\n'
    'gives = { y = "x" }'
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "'x' is missing"),
        ({"x": None}, "'x' is missing"),
        ({"x": True}, "'x' is not a number"),
        ({"x": "ten"}, "'x' is not a number"),
        ({"x": 0}, "'x' is not more than 0"),
        ({"x": 11}, "'x' is not 10 or less"),
        ({"x": 1}, "one is not for this rule"),
        ({"x": 2, "y": 3}, "'y' is not known; there is x, b, l, n, d, r"),
        ({"x": 2, "b": 1}, "'b' is not true or false"),
        ({"x": 2, "l": "pp"}, "'l' is none of p, q (did you mean 'p'?)"),
        ({"x": 2, "l": 3}, "'l' is not a label"),
        ({"x": 2, "n": 3}, "'n' is not a list"),
        ({"x": 2, "n": []}, "'n' has 0 items; 1 is the least"),
        ({"x": 2, "n": [0, 5]}, "'n[0]' is not 1 or more; 'n[1]' is not less than 5"),
        ({"x": 2, "n": [None]}, "'n[0]' is not a number"),
        ({"x": 2, "d": "2026-13-01"}, "'d' is not a date such as 2026-03-16"),
        ({"x": 2, "r": 4}, "'r' is not a table"),
        ({"x": 2, "r": {"a": 4}}, "'r.a' is not text"),
        ({"x": 2, "r": {}}, "'r.a' is missing"),
        ({"x": 2, "r": {"a": "t", "z": 1}}, "'r.z' is not known; there is a"),
    ],
)
def test_what_a_rule_cannot_take_is_refused_in_words(values, expected):
    with pytest.raises(ValueError) as caught:
        REFUSALS.apply(values)
    assert str(caught.value) == expected


def test_a_number_outside_a_table_is_refused():
    with pytest.raises(ValueError, match="a number is outside those that the table is for"):
        y("grade(x)", NUMBER, x=101)


def test_a_label_that_a_table_does_not_know_is_refused():
    with pytest.raises(ValueError, match="'work' is none of high, low"):
        y("matrix(x, x).word", 'x = { kind = "label" }', x="middle")


@pytest.mark.parametrize(
    ("text", "minutes"), [("07:30", 450), ("7.30", 450), ("24:00", 1440), ("00:00:30", "1/2")]
)
def test_a_time_of_day_is_minutes_after_midnight(text, minutes):
    assert y("x", 'x = { kind = "time" }', x=text) == Fraction(minutes)


@pytest.mark.parametrize("text", ["7", "24:01", "pagi", 730])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError, match=r"^'x' is not a time of day such as 07:30$"):
        y("x", 'x = { kind = "time" }', x=text)


@given(NUMBERS)
def test_floor_is_the_greatest_whole_number_that_is_not_above(x):
    assert y("floor(x)", NUMBER, x=x) == x // 1
    assert y("floor(x)", LIST, x=[x, None]) == (x // 1, None)


def test_a_row_may_give_a_list():
    """Its numbers exact, its labels as they are."""
    text = (
        TEXT
        + """
[tables.pattern]
source = "a"
inputs = { name = ["A", "B"] }
rows = [{ name = "A", levels = [1, "1/3"] }, { name = "B", levels = [], source = "b" }]

[rules.r]
title = "R"
source = "a"
input = { x = { kind = "label" } }
gives = { y = "pattern(x)", n = "count(y)" }
"""
    )
    (made,) = rules_of(read_regulation(tomllib.loads(text, parse_float=Decimal)))
    assert made.apply({"x": "A"}) == {"y": (1, "1/3"), "n": 2}
    assert made.apply({"x": "B"}) == {"y": (), "n": 0}
