"""Targets of each subject: read like any table, said in explanations, and what is refused."""

from datetime import datetime
from fractions import Fraction

import duckdb
import pandas as pd
import polars as pl
import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import EvidenceError, PolicyError
from capaian.plugin import TARGET, UNIT, Normalisation, hookimpl
from capaian.policy import read_policy

OWN = {"method": "target", "target": {"from": "targets"}, "better": "higher"}
WORK = [{"nip": nip, "day": datetime(2026, 1, 5), "x": x} for nip, x in (("a", 6), ("b", 9))]
ENGINES = {
    "records": lambda rows: rows,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars-lazy": lambda rows: pl.DataFrame(rows).lazy(),
    "duckdb": lambda rows: duckdb.from_arrow(pl.DataFrame(rows).to_arrow()),
}


def goal(nip, value, period="2026-01", what="output"):
    """A row of the table of targets."""
    return {"nip": nip, "indicator": what, "period": period, "value": value}


def document(normalise=OWN, **changes):
    """A sum against each subject's target."""
    return {
        "id": "goals",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "exclude",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2}],
        "targets": {"table": "goals", "digits": 1},
        "indicators": [
            {
                "id": "output",
                "type": "count-based",
                "table": "work",
                "columns": {"date": "day", "amount": "x"},
                "measure": {"statistic": "sum", "no_rows": "missing"},
                "normalise": normalise,
                **changes,
            }
        ],
    }


def score(goals, rule=None, work=WORK, period="2026-01"):
    """Score the work against the goals."""
    policy = read_policy(rule or document())
    return capaian.score(policy, {"work": work, "goals": goals}, period=period)


def refused(goals, rule=None, period="2026-01"):
    """The error, as text."""
    with pytest.raises((EvidenceError, PolicyError)) as caught:
        score(goals, rule, period=period)
    return str(caught.value)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_each_subject_has_a_target_of_its_own(engine):
    """Exactly, with its digits; other indicators and periods are passed over."""
    goals = [
        goal("a", 7.5),
        goal("b", 8.0),
        goal("a", 1.0, "2026-02"),
        goal("b", 1.0, what="other"),
    ]
    made = score(ENGINES[engine](goals), work=ENGINES[engine](WORK))
    assert made.to_json() == score(goals).to_json()
    assert made.ledger_columns() == score(goals).ledger_columns()
    exact = [made.exact(row)["achievement:output"][1] for row in (0, 1)]
    assert exact == [Fraction(6 * 100) / Fraction("7.5"), Fraction(9 * 100, 8)]


def test_an_explanation_shows_the_target():
    """In the text of both languages, the explanation's document and the whole result's."""
    made = score([goal("a", 7.5), goal("b", 8.0)])
    explained = made.explain("a")
    assert "output (n = 1, target 7.50): sum of x" in explained.text()
    assert "output (n = 1, target 7.50): jumlah x" in explained.text("id")
    assert explained.to_dict()["parts"][0]["target"] == "15/2"
    assert made.to_dict()["scores"][0]["indicators"][0]["target"] == "15/2"


@pytest.mark.parametrize("engine", ["records", "polars"])
@pytest.mark.parametrize(
    ("missing", "status", "value"),
    [
        ("exclude", "no_evidence", None),
        ("worst", "scored", 0.0),
        ("withhold", "withheld", None),
        ("refer", "referred", None),
    ],
)
def test_without_a_target_the_missing_rule_holds(engine, missing, status, value):
    """The state is `no_target`; nothing is favourable and nothing silent."""
    made = score(ENGINES[engine]([goal("b", 8.0)]), document() | {"missing": missing})
    assert made.columns()["status"] == [status, "scored"]
    assert made.columns()["score"][0] == value
    assert made.ledger_columns()["state"] == ["no_target", "ok"]
    assert "no target" in made.explain("a").text()


@pytest.mark.parametrize("written", ["2026-Q1", "2026-01-01/2026-03-31"])
def test_a_period_is_the_same_whatever_it_is_called(written):
    """A label, or its first and last day; asked for as either."""
    for asked in ("2026-Q1", "2026-01-01/2026-03-31"):
        made = score([goal("a", 6.0, written), goal("b", 9.0, written)], period=asked)
        assert made.columns()["score"] == [100.0, 100.0]


def test_a_year_may_be_a_number():
    """As a column of years is."""
    for engine in ("records", "polars"):
        goals = ENGINES[engine]([goal("a", 6.0, 2026), goal("b", 9.0, 2026)])
        assert score(goals, period="2026").columns()["score"] == [100.0, 100.0]


def test_each_of_many_periods_has_its_own_targets():
    """And so has each sub-period, where achievements are consolidated."""
    work = [
        {"nip": "a", "day": datetime(2026, month, 5), "x": x}
        for month, x in ((1, 6), (2, 9), (3, 4))
    ]
    goals = [
        goal("a", value, f"2026-{month:02d}") for month, value in ((1, 6.0), (2, 18.0), (3, 16.0))
    ]
    months = [f"2026-{month:02d}" for month in (1, 2, 3)]
    whole = {
        "every": "month",
        "by": "average",
        "of": "achievement",
        "cap": "before",
        "incomplete": "withhold",
    }
    for engine in ("records", "polars", "duckdb"):
        tables = ENGINES[engine](goals), ENGINES[engine](work)
        each = score(tables[0], work=tables[1], period=months)
        assert [one.columns()["score"] for one in each] == [[100.0], [50.0], [25.0]]
        made = score(tables[0], document(consolidate=whole), tables[1], "2026-Q1")
        assert made.exact(0)["achievement:output"][1] == Fraction(175, 3)
        said = made.explain("a").parts[0].periods
        assert [one.target for one in said] == [6, 18, 16]
        assert "2026-02: 9 (n = 1), target 18, achievement 50.00" in made.explain("a").text()


def test_a_sub_period_without_a_target_has_no_value():
    """And is named."""
    whole = {
        "every": "month",
        "by": "average",
        "of": "achievement",
        "cap": "after",
        "incomplete": "exclude",
    }
    work = [{"nip": "a", "day": datetime(2026, month, 5), "x": 6} for month in (1, 2)]
    for engine in ("records", "polars"):
        tables = ENGINES[engine]([goal("a", 12.0)]), ENGINES[engine](work)
        made = score(tables[0], document(consolidate=whole), tables[1], "2026-Q1")
        states = [each.state for each in made.explain("a").parts[0].periods]
        assert states == ["ok", "no_target", "no_evidence"]
        assert made.columns()["score"] == [50.0]


def test_consolidated_values_have_the_target_of_the_whole_period():
    """One target for what the sub-periods add up to."""
    rule = document(consolidate={"every": "month", "by": "sum", "incomplete": "exclude"})
    for engine in ("records", "polars"):
        made = score(ENGINES[engine]([goal("a", 12.0, "2026-Q1")]), rule, period="2026-Q1")
        assert made.columns()["score"] == [50.0, None]
        assert made.ledger_columns()["state"] == ["ok", "no_target"]


@pytest.mark.parametrize("engine", ["records", "polars", "duckdb"])
def test_two_targets_for_one(engine):
    """Nobody can know which is meant."""
    goals = ENGINES[engine]([goal("a", 7.5), goal("a", 7.5), goal("b", 8.0)])
    assert refused(goals) == (
        "1 problem in the evidence; nothing was scored.\n"
        "  CPN-E71  goals: 1 subjects have more than one target for 'output' in 2026-01.\n"
        "           to fix: leave one row for each subject, indicator and period."
    )


@pytest.mark.parametrize("engine", ["records", "polars", "duckdb"])
def test_a_period_that_cannot_be_read(engine):
    """Or is not there at all; even if nobody asks for it."""
    goals = [goal("a", 7.5), goal("b", 8.0), goal("b", 8.0, "Q1 2026"), goal("b", 8.0, None)]
    assert refused(ENGINES[engine](goals)) == (
        "1 problem in the evidence; nothing was scored.\n"
        "  CPN-E70  goals.period: 2 of 4 rows have a period that cannot be read, or none.\n"
        "           to fix: write each as one of: '2026', '2026-S1', '2026-Q1', '2026-03' or "
        "'2026-01-01/2026-03-31'."
    )


@pytest.mark.parametrize("engine", ["records", "polars", "duckdb"])
def test_a_target_for_which_there_is_no_formula(engine):
    """The rules of a constant target, said of those in the table."""
    goals = ENGINES[engine]([goal("a", 0.0), goal("b", 8.0)])
    assert refused(goals) == (
        "1 problem in the evidence; nothing was scored.\n"
        "  CPN-E72  goals.value: 1 targets of 'output' in 2026-01 have no formula: target > 0 or "
        "target < 0 is not so.\n"
        "           to fix: correct these targets, or the method's options (better, formula, worst)."
    )


def test_the_posts_and_the_nearness_may_be_a_subjects_own():
    """Goalposts with one end, nearness to the target; what cannot be used is said without units."""
    ways = [
        {"method": "goalposts", "worst": 0, "best": {"from": "targets"}},
        {"method": "goalposts", "worst": {"from": "targets"}, "best": "0.5"},
        {"method": "nearest", "target": {"from": "targets"}},
    ]
    wanted = [
        [Fraction(600, 12), Fraction(900, 8)],
        [
            Fraction(6 - 12, 1) * 100 / (Fraction(1, 2) - 12),
            Fraction(9 - 8) * 100 / Fraction("-7.5"),
        ],
        [Fraction(50), Fraction(700, 8)],
    ]
    wanted[1][1] = Fraction(0)  # past the worst post, cut by the floor
    for way, values in zip(ways, wanted, strict=True):
        for engine in ("records", "polars"):
            made = score(ENGINES[engine]([goal("a", 12.0), goal("b", 8.0)]), document(way))
            exact = [made.exact(row)["achievement:output"][1] for row in (0, 1)]
            assert exact == values
    said = refused([goal("a", 0.5), goal("b", 8.0)], document(ways[1]))
    assert "1 targets of 'output' in 2026-01 have no formula: target × 2 ≠ 1 is not so." in said
    assert "target ≠ 0 is not so." in refused([goal("a", 0.0)], document(ways[2]))


@frozen
class Options:
    """No options."""


class Plugin:
    """A method that takes any target, and says nothing of which."""

    @hookimpl
    def capaian_methods(self):
        """How far a value is above its target."""
        return [
            Normalisation(
                "above",
                {"en": "above", "id": "di atas"},
                Options,
                lambda options, scale, x: x - TARGET / UNIT,
                lambda options: "higher",
            )
        ]


def test_a_plugin_may_take_the_target():
    """It writes `TARGET` and `UNIT`, and any target will do."""
    policy = read_policy(document({"method": "above"}))
    goals = [goal("a", 2.5), goal("b", 0.0)]
    made = capaian.score(
        policy, {"work": WORK, "goals": goals}, period="2026-01", plugins=[Plugin()]
    )
    exact = [made.exact(row)["achievement:output"][1] for row in (0, 1)]
    assert exact == [Fraction(7, 2), 9]


def test_a_target_with_more_decimals_than_are_kept():
    """Exact or not at all."""
    assert "CPN-E14" in refused([goal("a", 7.55), goal("b", 8.0)])


def test_a_method_without_the_table():
    """The policy must say where targets are."""
    rule = document()
    del rule["targets"]
    with pytest.raises(PolicyError) as caught:
        capaian.score(read_policy(rule), {"work": WORK}, period="2026-01")
    assert str(caught.value) == (
        "1 problem in the policy 'goals'; nothing was scored.\n"
        "  CPN-P77  indicators['output'].normalise: the method takes its target from the table of "
        "targets, and the policy names none.\n"
        "           to fix: add [targets] with the table and its columns, or write the target as a "
        "number."
    )


def test_a_table_that_no_method_takes_a_target_from():
    """Nobody shall believe that it does something."""
    rule = document({"method": "target", "target": 5, "better": "higher"})
    assert refused([goal("a", 7.5)], rule) == (
        "1 problem in the policy 'goals'; nothing was scored.\n"
        "  CPN-P78  targets: no indicator takes its target from the table of targets.\n"
        '           to fix: remove [targets], or write target = { from = "targets" } in a method '
        "that takes it."
    )


def test_the_table_is_asked_for():
    """By the name that the policy gives it."""
    with pytest.raises(EvidenceError, match="CPN-E50"):
        capaian.score(read_policy(document()), {"work": WORK}, period="2026-01")


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_target_in_the_table_scores_as_the_constant_does(data):
    """For all signs and formulas, on records and on columns: the same exact achievement."""
    better = data.draw(st.sampled_from(["higher", "lower"]))
    formula = data.draw(
        st.sampled_from([None, "ratio", "mirror"] + ["inverse"] * (better == "lower"))
    )
    people = [f"p{index}" for index in range(5)]
    tenths = data.draw(st.lists(st.integers(-90, 90), min_size=5, max_size=5))
    amounts = data.draw(st.lists(st.integers(-5, 60), min_size=5, max_size=5))
    steps = {"method": "target", "better": better} | ({"formula": formula} if formula else {})
    steps |= {"worst": 40} if better == "lower" else {}
    work = [
        {"nip": nip, "day": datetime(2026, 1, 5), "x": x}
        for nip, x in zip(people, amounts, strict=True)
    ]
    wanted, kept = {}, []
    for nip, tenth in zip(people, tenths, strict=True):
        constant = {**steps, "target": str(Fraction(tenth, 10))}
        constant.pop("worst" if tenth else "formula", None)
        rule = document(constant)
        del rule["targets"]
        try:
            alone = capaian.score(read_policy(rule), {"work": work}, period="2026-01")
        except PolicyError:
            continue  # no formula for a target like this one
        wanted[nip] = alone.exact(alone.row(nip))["achievement:output"]
        kept.append(goal(nip, tenth / 10))
    if not kept:
        return
    for engine in ("records", "polars"):
        own = document({**steps, "target": {"from": "targets"}})
        made = score(ENGINES[engine](kept), own, ENGINES[engine](work))
        for nip, (_, exact) in wanted.items():
            assert made.exact(made.row(nip))["achievement:output"][1] == exact
        states = dict(zip(people, made.ledger_columns()["state"], strict=True))
        assert {nip for nip, state in states.items() if state == "ok"} == set(wanted)
