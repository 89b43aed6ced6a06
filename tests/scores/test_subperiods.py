"""What is said of sub-periods and stretches: states, explanations, levers, rounding."""

from datetime import date, datetime

import pytest

from visits import DAYS, ENGINES, VISITS, document, score


def test_a_sub_period_that_has_not_begun_has_no_value_even_where_none_is_zero():
    """Not having come to it is not the same as having done nothing in it."""
    rule = document(
        measure={"statistic": "count", "no_rows": "zero"},
        consolidate={"every": "month", "by": "average", "incomplete": "exclude"},
    )
    for engine in ("records", "polars"):
        made = score("2026-S1", ENGINES[engine](VISITS), rule=rule, as_of="2026-03-01")
        states = [each.state for each in made.explain("a").parts[0].periods]
        assert states == ["ok", "ok", "not_begun", "not_begun", "not_begun", "not_begun"]
        counts = sum(v["nip"] == "a" and v["day"] < datetime(2026, 3, 1) for v in VISITS)
        assert made.ledger_columns()["measured"][0] == counts / 2


def test_what_is_missing_is_said_and_follows_the_missing_rule():
    """Withheld: one month without a visit, and the indicator has no value; the month is named."""
    visits = [row for row in VISITS if row["day"].date() > date(2026, 1, 31) or row["nip"] == "a"]
    rule = document(
        missing="withhold",
        consolidate={"every": "month", "by": "sum", "incomplete": "withhold"},
    )
    for engine in ("records", "polars"):
        made = score("2026-Q1", ENGINES[engine](visits), rule=rule)
        assert made.columns()["status"] == ["scored", "withheld"]
        part = made.explain("b").parts[0]
        assert (part.state, part.decision) == ("incomplete", "withhold")
        assert [each.state for each in part.periods] == ["no_evidence", "ok", "ok"]
        assert "2026-01: no evidence" in made.explain("b").text()
        assert "2026-01: tidak ada bukti" in made.explain("b").text("id")


@pytest.mark.parametrize(
    ("accumulate", "en", "id_"),
    [
        ("cumulative", "from 2026-01-01 to before 2026-04-01", "dari 2026-01-01 sampai sebelum"),
        ({"how": "rolling", "months": 1}, "from 2026-03-01", "dari 2026-03-01"),
        ("last", "over 2026-03, the last with any evidence", "selama 2026-03, yang terakhir"),
    ],
)
def test_an_explanation_says_over_which_stretch(accumulate, en, id_):
    """In both languages."""
    made = score("2026-Q1", rule=document(accumulate=accumulate)).explain("a")
    assert en in " ".join(made.text().split())
    assert id_ in " ".join(made.text("id").split())


@pytest.mark.parametrize(
    ("rule", "en"),
    [
        ({"by": "sum", "of": "measured"}, "the sum of each month's value"),
        ({"by": "average", "of": "achievement", "cap": "before"}, "; limited before that"),
        ({"by": "last", "of": "achievement", "cap": "after"}, "the last known of each month's"),
    ],
)
def test_an_explanation_says_how_sub_periods_became_one(rule, en):
    """The figures of each stand below it."""
    whole = {"every": "month", "incomplete": "exclude", **rule}
    made = score("2026-Q1", rule=document(consolidate=whole)).explain("a")
    assert en in " ".join(made.text().split())
    assert "2026-01: 6 (n = 6)" in made.text()
    said = made.to_dict()["parts"][0]["periods"]
    assert [(each["period"], each["numerator"]) for each in said] == [
        ("2026-01", "6"),
        ("2026-02", "4"),
        ("2026-03", "5"),
    ]


@pytest.mark.parametrize(
    ("accumulate", "en"),
    [
        ("cumulative", "each cumulative; the last known of each month's value"),
        ({"how": "rolling", "months": 2}, "each over 2 months; the last known of each"),
    ],
)
def test_an_explanation_says_that_sub_periods_are_accumulated(accumulate, en):
    """The last month of the quarter holds the evidence of those before it."""
    whole = {"every": "month", "by": "last", "incomplete": "exclude"}
    made = score("2026-Q1", rule=document(accumulate=accumulate, consolidate=whole)).explain("a")
    assert en in " ".join(made.text().split())
    counts = [each.measured for each in made.parts[0].periods]
    assert counts == [6, 10, 15 if accumulate == "cumulative" else 9]


def test_a_lever_of_a_sum_may_pass_the_limit_of_one_sub_period():
    """A share is at most 1, the sum of three at most 3."""
    rule = document(
        columns={"date": "day", "outcome": "x"},
        measure={"statistic": "share", "success": [0, 1, 2, 3]},
        normalise={"method": "target", "target": 2, "better": "higher"},
        consolidate={"every": "month", "by": "sum", "incomplete": "exclude"},
    )
    rule["bands"] = [{"id": "low", "below": 90}, {"id": "high", "from": 90}]
    (lever,) = score("2026-Q1", rule=rule).explain("a").levers
    assert lever.measured is not None
    assert 1 < lever.measured < 2
    assert lever.best == 120


def test_achievements_of_several_sub_periods_have_no_one_lever():
    """No single value decides them."""
    rule = document(
        consolidate={
            "every": "month",
            "by": "average",
            "of": "achievement",
            "cap": "after",
            "incomplete": "exclude",
        }
    )
    rule["bands"] = [{"id": "low", "below": 110}, {"id": "high", "from": 110}]
    assert score("2026-Q1", rule=rule).explain("a").levers == ()


def test_rounding_is_of_what_is_normalised_and_of_the_result():
    """Measured values before they are normalised; achievements after they are consolidated."""
    rule = document(
        columns={"date": "day", "numerator": "x", "denominator": "y"},
        measure={"statistic": "ratio"},
        normalise={"method": "identity"},
        consolidate={
            "every": "month",
            "by": "sum",
            "of": "achievement",
            "cap": "after",
            "incomplete": "exclude",
        },
    )
    rule["rounding"] += [
        {"where": "measured", "digits": 1},
        {"where": "achievement", "digits": 0},
    ]
    rows = [
        {"nip": "a", "day": DAYS[step], "x": x, "y": 3} for step, x in ((0, 1), (12, 2), (25, 4))
    ]
    for engine in ("records", "polars"):
        made = score("2026-Q1", ENGINES[engine](rows), rule=rule)
        row = made.ledger_columns()
        # 0.3 + 0.7 + 1.3
        assert (row["numerator"], row["denominator"]) == ([23], [10])
        assert row["achievement"] == [2.0]


@pytest.mark.parametrize(
    "time",
    [
        {"accumulate": "last"},
        {"accumulate": "cumulative"},
        {"consolidate": {"every": "month", "by": "sum", "incomplete": "exclude"}},
        {"consolidate": {"every": "month", "by": "average", "incomplete": "withhold"}},
        {
            "consolidate": {
                "every": "month",
                "by": "last",
                "of": "achievement",
                "cap": "after",
                "incomplete": "exclude",
            }
        },
    ],
)
def test_a_period_that_has_not_begun_has_no_evidence(time):
    """On the roster, with nothing behind it; nothing is made of nothing."""
    rule = document(**time) | {"subjects": {"table": "staff"}}
    for engine in ("records", "polars"):
        more = {"staff": ENGINES[engine]([{"nip": "a"}])}
        made = score("2026-Q2", ENGINES[engine](VISITS), more, rule, as_of="2026-01-01")
        assert made.ledger_columns()["state"] == ["no_evidence"]
        assert made.columns()["score"] == [None]
        assert made.explain("a").status == "no_evidence"
