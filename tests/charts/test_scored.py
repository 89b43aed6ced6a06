"""Pictures of units and of those who held posts: what can be drawn is, the rest names its other way."""

import copy
import json

import pytest

import capaian
from capaian import AnalysisError, charts
from capaian.charts.scored import edges_in, of_events, policy_in, score_of, units_scored
from pictured import captions, values
from posts_office import CLERK, HEAD, RULE, day, noon
from unit_office import units_of

SPANS = ("2026-03-01/2026-03-14", "2026-03-15/2026-03-31")


def units(by):
    """The units of a city in two halves of March."""
    document, evidence = units_of(by)
    return [capaian.score_units(document, copy.deepcopy(evidence), period=each) for each in SPANS]


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    """Two who held posts in two halves of March."""
    folder = tmp_path_factory.mktemp("posts")
    for name, document in (("clerk", CLERK), ("head", HEAD), ("rule", RULE)):
        (folder / f"{name}.json").write_text(json.dumps(document, default=str), encoding="utf-8")
    people = {"a": "clerk", "b": "head"}
    evidence = {
        "postings": [{"nip": nip, "post": post, "from": day(1), "to": None}
                     for nip, post in people.items()],
        "letters": [{"nip": nip, "on": noon(n)} for nip in people for n in range(2, 30, 5)],
        "cases": [{"nip": nip, "received": noon(n), "answered": noon(n + 1, 9)}
                  for nip in people for n in range(2, 28, 3)],
    }  # fmt: skip
    rule = capaian.load_assignment(folder / "rule.json")
    return [capaian.score(rule, evidence, period=each) for each in SPANS]


def points(picture):
    """The scores drawn, by period."""
    return {row["period"]: row["score"] for row in values(picture, "score", "period")}


@pytest.mark.parametrize("by", ["events", "people"])
def test_a_trend_of_one_unit(by):
    """Its published scores and texts, in each period."""
    results = units(by)
    picture = charts.trend(results, subject="desk")
    expected = {each.period.label: each.columns()["score"][each.row("desk")] for each in results}
    assert points(picture) == expected
    assert None not in expected.values()
    texts = {row["text"] for row in values(picture, "score", "period")}
    assert texts == {each.score_text(each.row("desk")) for each in results}


def test_the_cases_of_a_unit_are_its_own():
    """Those of its own result; of all units together none, for they lie within each other."""
    results = units("events")
    alone = charts.trend([each.scores for each in results], subject="desk")
    of_unit = charts.trend(results, subject="desk")
    assert values(of_unit, "series") == values(alone, "series")
    assert values(of_unit, "series")
    assert not values(charts.trend(results), "series")


def test_a_trend_of_those_who_held_posts(posts):
    """The score of the period, not that of a posting; the bands are those of the assignment."""
    picture = charts.trend(posts, subject="a", language="id")
    assert points(picture) == {each.period.label: each.columns()["score"][0] for each in posts}
    assert None not in points(picture).values()
    assert edges_in(posts[0]) == [60.0]
    assert policy_in(posts[0]) is None
    middle = charts.trend(posts)
    assert {row["n"] for row in values(middle, "low", "n")} == {2}


@pytest.mark.parametrize(("made", "found"), [("units", "units"), ("posts", "those who held posts")])
def test_cases_that_cannot_be_counted_are_refused(made, found, posts):
    results = posts if made == "posts" else units("people")
    with pytest.raises(AnalysisError) as refused:
        charts.trend(results, indicator="in-time")
    assert str(refused.value) == (
        "The picture cannot be drawn.\n"
        f"  CPN-N38  indicator: no cases can be counted: these are the scores of {found}.\n"
        "           to fix: leave out `indicator`, give a table as `cases`, or, where units are "
        "scored from events, name one as `subject`."
    )
    table = {"period": [each.period.label for each in results], "closed": [4, 5], "open": [1, 0]}
    assert values(charts.trend(results, cases=table), "series")


def test_a_list_of_several_kinds_is_refused(posts):
    with pytest.raises(AnalysisError) as refused:
        charts.trend([posts[0], units("people")[0]])
    assert str(refused.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-X06  scores: this cannot be of the type list.\n"
        "           to fix: give capaian.ScoresByPeriod, a list of capaian.Scores, of "
        "capaian.UnitScores or of capaian.PostingScores, or None."
    )


def test_a_heat_map_of_units():
    """Rows are units with members, from events; one unit alone has those below it."""
    result = units("events")[0]
    picture = charts.team_heat_map(result, label={each: each for each in result.subjects})
    assert {row["name"] for row in values(picture, "name")} == {"city", "south", "desk"}
    own = result.scores.ledger_columns()["achievement"]
    drawn = {
        (row["top"], row["from"]): row["achievement"] for row in values(picture, "achievement")
    }
    assert sorted(drawn.values()) == sorted(each for each in own if each is not None)
    below = charts.team_heat_map(
        result, unit="south", label={each: each for each in result.subjects}
    )
    assert {row["name"] for row in values(below, "name")} == {"south", "desk"}
    assert captions(below)
    with pytest.raises(AnalysisError, match="CPN-M90  unit"):
        charts.team_heat_map(result, unit="sout")


def test_units_scored_from_people_name_the_people():
    result = units("people")[0]
    with pytest.raises(AnalysisError) as refused:
        charts.team_heat_map(result)
    assert str(refused.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-N36  scores: these units are scored from people's scores, and have no achievements "
        "of their own.\n"
        "           to fix: draw the people: give scores.people."
    )
    assert charts.team_heat_map(result.people)


def test_those_who_held_posts_name_their_policies(posts):
    with pytest.raises(AnalysisError) as refused:
        charts.team_heat_map(posts[0])
    assert str(refused.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-N37  scores: each posting is scored by its own policy, so that those who held posts "
        "share no indicators.\n"
        "           to fix: draw the postings of one policy: give one of scores.scores."
    )
    assert charts.team_heat_map(posts[0].scores[0])


def test_who_is_not_there_has_no_score(posts):
    assert score_of(posts[0], "nobody") == (None, "")
    result = units("events")[0]
    assert of_events(result) is None
    assert of_events(result, "desk") is result.scores
    assert edges_in(result) == edges_in(units("people")[0]) == [60.0]
    assert policy_in(result) is result.policy
    assert len(units_scored(result, "desk")[1]) == 1
