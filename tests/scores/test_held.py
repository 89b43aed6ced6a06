"""Postings and units over time: parts of the period, targets of their own, and what is refused."""

import copy
import json
from datetime import date, datetime, timedelta

import duckdb
import polars as pl
import pytest

import capaian
from capaian.errors import EvidenceError, PeriodError
from capaian.policy import read_policy
from capaian.policy.assigning import read_assignment
from posts_office import RULE, policy

CALENDAR = capaian.load_calendar("id/2024-2027")
KINDS = {
    "records": lambda rows: rows,
    "pandas": lambda rows: pl.DataFrame(rows).to_pandas(),
    "polars": pl.DataFrame,
    "polars-lazy": lambda rows: pl.DataFrame(rows).lazy(),
    "duckdb": lambda rows: duckdb.from_arrow(pl.DataFrame(rows).to_arrow()),
}
MONTHLY = {"every": "month", "by": "average", "incomplete": "exclude"}
UNITS = {
    "table": "units", "unit": "code", "from": "events",
    "membership": {"table": "members", "unit": "unit", "from": "from", "to": "to"},
}  # fmt: skip


def rate(**changes):
    """Return a policy document of one indicator: letters, over what the changes say."""
    document = policy("rate", calendar="id/2024-2027")
    indicator = document["indicators"][0]
    del indicator["weight"]
    document["indicators"] = [indicator | changes]
    return document


def targeted():
    """Return the same, against a target of each person."""
    own = {"method": "target", "target": {"from": "targets"}, "better": "higher"}
    return rate(normalise=own) | {"targets": {"table": "goals"}}


def letters(*ordinals, nip="a"):
    return [{"nip": nip, "on": datetime(2026, 1, 1, 9) + timedelta(days=n)} for n in ordinals]


LETTERS = [*letters(0, 3, 10, 31, 33, 40, 45, 60, 62, 63, 80), *letters(2, 34, 50, nip="b")]
POSTINGS = [
    {"nip": "a", "post": "x", "from": date(2025, 11, 1), "to": date(2026, 2, 11)},
    {"nip": "a", "post": "y", "from": date(2026, 2, 12), "to": None},
    {"nip": "b", "post": "x", "from": date(2026, 1, 20), "to": date(2026, 3, 5)},
]
LEAVE = [{"nip": "a", "from": date(2026, 1, 28), "to": date(2026, 2, 16)}]
GOALS = [
    {"nip": "a", "indicator": "letters", "period": "2026-Q1", "value": 5},
    {"nip": "b", "indicator": "letters", "period": "2026-Q1", "value": 2},
]


@pytest.fixture
def posts(tmp_path):
    """Make an assignment of all posts to one policy."""

    def made(document, **changes):
        (tmp_path / "rate.json").write_text(json.dumps(document))
        written = copy.deepcopy(RULE) | {"assign": [{"policy": "rate.json"}]} | changes
        return read_assignment(written, "posts.json", str(tmp_path))

    return made


def published(scores):
    return [(row["subject"], row["score"]) for row in scores.to_native()]


def measured(scores):
    """Return what was measured, exactly, in the order of the ledger."""
    ledger = scores.ledger_columns()
    return list(zip(ledger["numerator"], ledger["denominator"], strict=True))


def evidence(**more):
    return {"letters": LETTERS, "postings": POSTINGS, **more}


def apart(rows):
    """Return rows of letters under the number of the posting in which they were written."""
    return [
        {**row, "nip": str(place)}
        for place, post in enumerate(POSTINGS)
        for row in rows
        if row["nip"] == post["nip"]
        and post["from"] <= row["on"].date() <= (post["to"] or date.max)
    ]


def in_post(post, month):
    """Return the working days of a posting in a month of 2026, less leave, day by day."""
    every = [date(2026, 1, 1) + timedelta(days=n) for n in range(90)]
    away = [row for row in LEAVE if row["nip"] == post["nip"]]
    return sum(
        each.month == month
        and post["from"] <= each <= (post["to"] or date.max)
        and not any(row["from"] <= each <= row["to"] for row in away)
        and bool(CALENDAR.day(each).hours)
        for each in every
    )


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(
    "over_time",
    [{"consolidate": MONTHLY}, {"accumulate": {"how": "last", "every": "month"}}, {}],
    ids=["consolidated", "last", "whole"],
)
def test_each_part_of_the_period_has_its_own_days_in_post(posts, kind, over_time):
    """As if each posting were a person, whose days are counted by a loop over the calendar."""
    exposure = {"table": "held", "days": "days", "period": "month"}
    document = rate(exposure=exposure, **over_time)
    months = [1, 2, 3] if over_time else [0]
    held = [
        {
            "nip": str(place),
            "month": f"2026-{month:02d}" if month else "2026-Q1",
            "days": sum(in_post(post, each) for each in ([month] if month else [1, 2, 3])),
        }
        for place, post in enumerate(POSTINGS)
        for month in months
    ]
    tables = {"letters": apart(LETTERS), "held": held}
    wanted = capaian.score(read_policy(document), tables, period="2026-Q1")
    away = {"leave": {"table": "leave", "from": "from", "to": "to"}}
    given = {name: KINDS[kind](rows) for name, rows in evidence(leave=LEAVE).items()}
    made = capaian.score(posts(document, **away), given, period="2026-Q1")
    assert measured(made) == measured(wanted)
    assert made.postings_columns()["score"] == wanted.columns()["score"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_posting_takes_the_target_of_its_subject(posts, kind):
    """As if each posting were a person with that target."""
    goals = [
        {**row, "nip": str(place)}
        for place, post in enumerate(POSTINGS)
        for row in GOALS
        if row["nip"] == post["nip"]
    ]
    tables = {"letters": apart(LETTERS), "goals": goals}
    wanted = capaian.score(read_policy(targeted()), tables, period="2026-Q1")
    given = {name: KINDS[kind](rows) for name, rows in evidence(goals=GOALS).items()}
    made = capaian.score(posts(targeted()), given, period="2026-Q1")
    assert made.postings_columns()["score"] == wanted.columns()["score"]
    assert None not in wanted.columns()["score"]


def test_a_target_may_be_for_one_post_alone(posts):
    """Twice the target halves the achievement of that posting, and of no other."""
    rows = [
        {**GOALS[0], "value": 10, "post": "x"},
        {**GOALS[0], "value": 20, "post": "y"},
        {**GOALS[1], "value": 2, "post": None},
    ]
    made = capaian.score(
        posts(targeted(), names_post="post"), evidence(goals=rows), period="2026-Q1"
    )
    held = [sum(row["nip"] == str(place) for row in apart(LETTERS)) for place in range(3)]
    wanted = [100 * count / goal for count, goal in zip(held, (10, 20, 2), strict=True)]
    assert made.postings_columns()["score"] == wanted


def test_an_explanation_shows_the_parts_of_the_period_for_each_posting(posts):
    made = capaian.score(posts(rate(consolidate=MONTHLY)), evidence(), period="2026-Q1")
    lines = [each.strip() for each in made.explain("a").text().splitlines()]
    assert [each for each in lines if each.startswith("2026-0")] == [
        "2026-01: 3 (n = 3)",
        "2026-02: 3 (n = 3)",
        "2026-03: no evidence",
        "2026-01: no evidence",
        "2026-02: 1 (n = 1)",
        "2026-03: 4 (n = 4)",
    ]


def notes(scores):
    return [each.line() for each in scores.findings]


def test_a_target_that_stands_twice_is_counted_once_however_many_posts_are_held(posts):
    given = evidence(goals=[*GOALS, GOALS[0]])
    with pytest.raises(EvidenceError) as caught:
        capaian.score(posts(targeted()), given, period="2026-Q1")
    assert str(caught.value) == (
        "1 problem in the postings or the evidence; nothing was scored.\n"
        "  CPN-E71  goals: 1 subjects have more than one target for 'letters' in 2026-Q1.\n"
        "           to fix: leave one row for each subject, indicator and period."
    )


def test_rows_without_a_post_are_counted_once_over_all_parts_of_the_period(posts):
    """Of b, three letters; that of 3 January and none else lies on a day without a post."""
    document = rate(consolidate=MONTHLY)
    assert notes(capaian.score(posts(document), evidence(), period="2026-Q1")) == [
        "  CPN-A16  letters.on: 1 rows of 'letters' lie on days on which the subject held no post; they count for nobody."
    ]


@pytest.mark.parametrize("document", [rate(consolidate=MONTHLY), rate()], ids=["monthly", "whole"])
def test_units_from_events_are_measured_in_parts_of_the_period(document):
    """As one person with the rows of all."""
    together = [{**row, "nip": "all"} for row in LETTERS]
    wanted = capaian.score(read_policy(document), {"letters": together}, period="2026-Q1")
    members = [{"nip": nip, "unit": "desk", "from": date(2026, 1, 1), "to": None} for nip in "ab"]
    given = {"letters": LETTERS, "units": [{"code": "desk"}], "members": members}
    made = capaian.score_units(read_policy(document | {"units": UNITS}), given, period="2026-Q1")
    assert [score for _, score in published(made)] == [score for _, score in published(wanted)]


# ---- refused -----------------------------------------------------------------------------------

LIST = (
    "Nothing was scored.\n"
    "  CPN-A19  period: a list of {count} periods is given; postings and units are scored one period at a time.\n"
    "           to fix: give one period as a text, and call once for each of the others."
)


@pytest.mark.parametrize("periods", [["2026-01", "2026-02"], ["2026-01"]])
def test_a_list_of_periods_is_refused_for_an_assignment_and_for_units(posts, periods):
    """`check` says the same."""
    rule = posts(rate())
    with pytest.raises(PeriodError) as caught:
        capaian.score(rule, evidence(), period=periods)
    assert str(caught.value) == LIST.format(count=len(periods))
    found = capaian.check(rule, evidence(), period=periods)
    assert [each.code for each in found] == ["CPN-A19"]
    with pytest.raises(PeriodError) as caught:
        capaian.score_units(read_policy(rate() | {"units": UNITS}), {}, period=periods)
    assert str(caught.value) == LIST.format(count=len(periods))


def test_evidence_from_before_the_period_is_refused_of_postings(posts):
    """A posting is clipped to the period, so an earlier row would count for nobody."""
    document = rate(accumulate={"how": "rolling", "months": 6})
    with pytest.raises(EvidenceError) as caught:
        capaian.score(posts(document), evidence(), period="2026-Q1")
    assert str(caught.value) == (
        "1 problem in the postings or the evidence; nothing was scored.\n"
        "  CPN-A20  rate: indicators['letters'].accumulate: 'letters' is measured from 2025-10-01 on, before the period; who held which post or stood in which unit is known of the period alone.\n"
        '           to fix: score a period that begins on that day, or accumulate = "periodic".'
    )


def test_what_is_accumulated_from_the_first_day_of_the_period_is_scored(posts):
    """From January on, in a quarter that begins there: the same as without."""
    one, two = (
        capaian.score(posts(rate(**how)), evidence(), period="2026-Q1")
        for how in ({"accumulate": "cumulative"}, {})
    )
    assert published(one) == published(two)


def test_what_is_said_of_people_alone_is_refused_of_units_from_events():
    document = targeted() | {"units": UNITS}
    document["indicators"][0]["accumulate"] = {"how": "rolling", "months": 6}
    members = [{"nip": "a", "unit": "desk", "from": date(2026, 1, 1), "to": None}]
    given = {"letters": LETTERS, "units": [{"code": "desk"}], "members": members, "goals": GOALS}
    with pytest.raises(EvidenceError) as caught:
        capaian.score_units(read_policy(document), given, period="2026-Q1")
    assert str(caught.value) == (
        "2 problems in the units; nothing was scored.\n"
        "  CPN-A43  indicators['letters']: 'letters' is measured against each person's own target, and a unit that is scored from events has none.\n"
        '           to fix: score units from = "people", or give the indicator a fixed target.\n'
        "  CPN-A20  indicators['letters'].accumulate: 'letters' is measured from 2025-10-01 on, before the period; who held which post or stood in which unit is known of the period alone.\n"
        '           to fix: score a period that begins on that day, or accumulate = "periodic".'
    )
    found = capaian.check(read_policy(document), given, period="2026-Q1")
    assert {"CPN-A43", "CPN-A20"} <= {each.code for each in found}
