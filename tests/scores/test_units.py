"""Units: from events as the score of pooled rows, from people as a mean by hand; any hierarchy."""

import os
from fractions import Fraction

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import EvidenceError, PolicyError
from capaian.exact import round_ratio
from capaian.policy import policy_fingerprint, read_policy, to_document
from posts_office import day, days, noon, policy
from spark_session import as_spark

ENGINES = {
    "polars": lambda frame: frame,
    "polars-lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}
SCHEMA = {
    "nip": pl.String, "unit": pl.String, "on": pl.Datetime, "received": pl.Datetime,
    "answered": pl.Datetime, "from": pl.Date, "to": pl.Date, "share": pl.Int64, "code": pl.String,
    "above": pl.String,
}  # fmt: skip
STANDING = {"table": "members", "unit": "unit", "from": "from", "to": "to"}
BANDS = [{"id": "low", "below": 60}, {"id": "good", "from": 60}]
TREE = [
    {"code": "city", "above": None}, {"code": "north", "above": "city"},
    {"code": "south", "above": "city"}, {"code": "desk", "above": "south"},
    {"code": "alone", "above": None},
]  # fmt: skip


def ruled(by, **keys):
    """Return a policy document with units."""
    units = {
        "table": "units",
        "unit": "code",
        "parent": "above",
        "from": by,
        "membership": STANDING,
    }
    units |= {"missing": "exclude"} if by == "people" else {}
    return policy("desk", bands=BANDS, units={**units, **keys})


def scored(document, evidence):
    return capaian.score_units(read_policy(document), evidence, period="2026-03")


def said(document, evidence):
    """The error that scoring March raises, as text."""
    with pytest.raises((EvidenceError, PolicyError)) as caught:
        scored(document, evidence)
    return str(caught.value)


def member(nip, unit, first=-30, last=None, **more):
    return {
        "nip": nip,
        "unit": unit,
        "from": day(first),
        "to": None if last is None else day(last),
        **more,
    }


def office(*members, tree=TREE):
    """Evidence without chance: more letters and later answers from a to c."""
    letters = [
        {"nip": nip, "on": noon(1 + 3 * n)} for i, nip in enumerate("abc") for n in range(2 + i)
    ]
    cases = [
        {"nip": nip, "received": noon(1 + 2 * n), "answered": noon(2 + 2 * n + n % (2 + i), 9)}
        for i, nip in enumerate("abc")
        for n in range(10)
    ]
    return {"letters": letters, "cases": cases, "units": list(tree), "members": list(members)}


def above(tree, unit):
    """Return a unit and those above it, upwards."""
    parents = {row["code"]: row["above"] for row in tree}
    found = []
    while unit is not None:
        found.append(unit)
        unit = parents[unit]
    return found


def below(tree, unit):
    return {row["code"] for row in tree if unit in above(tree, row["code"])}


def plain(document, evidence, nip="all"):
    """Return the plain score of rows that all have one subject; `None` where there is none."""
    document = {key: value for key, value in document.items() if key != "units"}
    stranger = {
        "letters": {"nip": "~", "on": noon(1)},
        "cases": {"nip": "~", "received": noon(1), "answered": None},
    }
    tables = {name: [*evidence[name], stranger[name]] for name in stranger}
    try:
        rows = capaian.score(read_policy(document), tables, period="2026-03").to_native()
    except EvidenceError:
        return None
    return next((row["score"] for row in rows if row["subject"] == nip), None)


@st.composite
def offices(draw):
    """Make a forest of units, memberships that may overlap, and rows."""
    codes = draw(st.lists(st.sampled_from("pqrstuvw"), min_size=1, max_size=6, unique=True))
    tree = [
        {"code": code, "above": draw(st.sampled_from([None, *codes[:place]]))}
        for place, code in enumerate(codes)
    ]
    members = []
    for nip, unit, first, length in draw(
        st.lists(
            st.tuples(
                st.sampled_from("abc"),
                st.sampled_from(codes),
                st.integers(-5, 33),
                st.integers(0, 25),
            ),
            min_size=1,
            max_size=8,
        )
    ):
        last = draw(st.sampled_from([first + length, None]))
        members.append(member(nip, unit, first, last, share=draw(st.integers(0, 3))))
    letters = [
        {"nip": nip, "on": noon(at, 3)}
        for nip, at in draw(
            st.lists(
                st.tuples(st.sampled_from("abcz"), st.integers(0, 32)), min_size=1, max_size=25
            )
        )
    ]
    cases = [
        {"nip": nip, "received": noon(at), "answered": None if late > 4 else noon(at + late, 13)}
        for nip, at, late in draw(
            st.lists(
                st.tuples(st.sampled_from("abcz"), st.integers(0, 32), st.integers(0, 5)),
                min_size=1,
                max_size=25,
            )
        )
    ]
    return {
        "letters": letters, "cases": cases,
        "units": draw(st.permutations(tree)), "members": draw(st.permutations(members)),
    }  # fmt: skip


def on(engine, evidence):
    """Return the evidence as the tables of one library."""
    return {
        name: ENGINES[engine](pl.DataFrame(rows, schema={key: SCHEMA[key] for key in rows[0]}))
        for name, rows in evidence.items()
    }


def same_on(engine, document, evidence, scores):
    """The same bytes, and the same tables, on another engine."""
    again = scored(document, on(engine, evidence))
    assert again.to_json() == scores.to_json()
    assert again.columns() == scores.columns()
    assert again.ledger_columns() == scores.ledger_columns()


# ---- from events -------------------------------------------------------------------------------


@settings(
    suppress_health_check=list(HealthCheck),
    max_examples=int(os.environ.get("CAPAIAN_EXAMPLES", "25")),
)
@given(evidence=offices(), engine=st.sampled_from(sorted(ENGINES)))
def test_a_unit_from_events_is_the_score_of_the_rows_of_its_members_pooled(evidence, engine):
    document = ruled("events")
    if not any(days(each["from"], each["to"]) for each in evidence["members"]):
        assert "CPN-A42" in said(document, evidence)
        return
    scores = scored(document, evidence)
    for row in scores.to_native():
        within = below(evidence["units"], row["subject"])

        def counts(nip, when, within=within):
            return any(
                each["nip"] == nip
                and each["unit"] in within
                and when.date() in days(each["from"], each["to"])
                for each in evidence["members"]
            )

        pooled = {
            "letters": [
                each | {"nip": "all"}
                for each in evidence["letters"]
                if counts(each["nip"], each["on"])
            ],
            "cases": [
                each | {"nip": "all"}
                for each in evidence["cases"]
                if counts(each["nip"], each["received"])
            ],
        }
        held = {
            each["nip"]
            for each in evidence["members"]
            if each["unit"] in within and days(each["from"], each["to"])
        }
        assert row["members"] == len(held)
        assert row["score"] == (plain(document, pooled) if held else None)
        assert (row["status"] == "no_members") == (not held)
        assert row["level"] == len(above(evidence["units"], row["subject"]))
    same_on(engine, document, evidence, scores)


def test_a_unit_of_one_person_has_that_persons_score():
    evidence = office(member("a", "north"), member("b", "desk"))
    people = capaian.score(read_policy(ruled("events")), evidence, period="2026-03")
    own = dict(zip(people.subjects, people.columns()["score"], strict=True))
    for by in ("events", "people"):
        rows = {row["subject"]: row["score"] for row in scored(ruled(by), evidence).to_native()}
        assert (rows["north"], rows["desk"], rows["south"]) == (own["a"], own["b"], own["b"])


def test_pooled_numerators_and_denominators_are_not_the_mean_of_ratios():
    """One person with one late case of one, another with nine in time of nine."""
    evidence = office(member("a", "north"), member("b", "north"))
    evidence["cases"] = [
        {"nip": "a", "received": noon(1), "answered": noon(9)},
        *({"nip": "b", "received": noon(1 + n), "answered": noon(1 + n, 13)} for n in range(9)),
    ]
    rows = scored(ruled("events"), evidence).ledger()
    found = next(r for r in rows if (r["subject"], r["indicator"]) == ("north", "in-time"))
    assert Fraction(found["numerator"], found["denominator"]) == Fraction(9, 10)


def test_exposure_adds_up_over_the_members():
    """Two people, one of them for half of the days: the rate of a full post."""
    document = ruled("events")
    document["indicators"] = [
        document["indicators"][0]
        | {"weight": 1, "exposure": {"table": "posts", "days": "days", "full": 20}}
    ]
    evidence = office(member("a", "north"), member("b", "north"))
    del evidence["cases"]
    evidence["posts"] = [
        {"nip": "a", "days": 20},
        {"nip": "b", "days": 10},
        {"nip": "c", "days": 99},
    ]
    row = next(each for each in scored(document, evidence).ledger() if each["subject"] == "city")
    assert Fraction(row["numerator"], row["denominator"]) == Fraction(5 * 20, 30)


def test_rounding_and_bands_of_units_may_be_their_own():
    keys = {
        "rounding": {"digits": 0},
        "bands": [{"id": "weak", "below": 90}, {"id": "strong", "from": 90}],
    }
    for by in ("events", "people"):
        own = scored(ruled(by, **keys), office(member("a", "north")))
        other = scored(ruled(by), office(member("a", "north")))
        for mine, theirs in zip(own.to_native(), other.to_native(), strict=True):
            if theirs["score"] is not None:
                assert mine["score"] == int(theirs["score"] + 0.5)
                assert mine["band"] == ("weak" if mine["score"] < 90 else "strong")


def rated(by, **keys):
    """A policy of units whose people get their band from a table of one rating."""
    document = ruled(by, **keys)
    name = document["indicators"][0]["id"]
    levels = [{"id": "met", "from": 100}, {"id": "missed", "below": 100}]
    document["bands"] = [{"id": "yes"}, {"id": "no"}]
    document["decision"] = {
        "ratings": [{"id": name, "levels": levels}],
        "cells": [
            {"when": {name: "met"}, "gives": "yes"},
            {"when": {name: "missed"}, "gives": "no"},
        ],
    }
    return document


def test_a_unit_from_events_has_the_cell_of_its_own_ratings():
    evidence = office(member("a", "north"), member("c", "south"))
    made = {row["subject"]: row for row in scored(rated("events"), evidence).to_native()}
    for unit, members in {"north": "a", "south": "c", "city": "ac"}.items():
        pooled = {
            name: [{**each, "nip": "all"} for each in evidence[name] if each["nip"] in members]
            for name in ("letters", "cases")
        }
        own = capaian.score(read_policy(rated("events")), pooled, period="2026-03").to_native()[0]
        assert (made[unit]["band"], made[unit]["score"]) == (own["band"], own["score"])
    assert {made[unit]["band"] for unit in ("north", "south")} == {"yes", "no"}


def test_a_mean_of_people_has_no_ratings_and_so_a_band_only_by_its_own_intervals():
    evidence = office(member("a", "north"), member("c", "north"))
    bands = [{"id": "weak", "below": 60}, {"id": "strong", "from": 60}]
    for keys, expected in (({}, {None}), ({"bands": bands}, {"weak", "strong", None})):
        found = scored(rated("people", **keys), evidence).to_native()
        assert {row["band"] for row in found} <= expected
        assert any(row["score"] is not None for row in found)


def test_units_from_events_with_bands_of_their_own_read_the_score():
    bands = [{"id": "weak", "below": 60}, {"id": "strong", "from": 60}]
    evidence = office(member("a", "north"), member("c", "north"))
    for row in scored(rated("events", bands=bands), evidence).to_native():
        if row["score"] is not None:
            assert row["band"] == ("weak" if row["score"] < 60 else "strong")


def test_a_unit_without_members_has_no_score_though_nothing_done_is_a_zero():
    document = ruled("events")
    document["indicators"][0]["measure"]["no_rows"] = "zero"
    made = scored(document, office(member("a", "north")))
    statuses = {row["subject"]: row["status"] for row in made.to_native()}
    assert (statuses["north"], statuses["desk"]) == ("scored", "no_members")
    assert made.explain("desk").text().startswith("desk · no members")
    assert made.explain("desk").to_dict()["members"] == []
    assert made.text().splitlines()[1].split() == ["alone", "0", "–", "no", "members"]
    found = {each["subject"]: each for each in made.to_dict()["scores"]}
    assert (found["desk"]["status"], found["desk"]["score"]) == ("no_members", None)
    assert {row["subject"] for row in made.ledger()} == {"north", "city"}


# ---- from people -------------------------------------------------------------------------------

OPTIONS = st.fixed_dictionaries(
    {
        "weigh": st.sampled_from(["equal", "active_days"]),
        "members": st.sampled_from(["all", "direct"]),
        "missing": st.sampled_from(["exclude", "withhold", "refer", "worst"]),
        "given": st.booleans(),
        "rounding": st.sampled_from(
            [{"digits": 2}, {"digits": 1, "mode": "half-even"}, {"mode": "none"}]
        ),
    }
)


def by_hand(evidence, unit, options, own):
    """Return status and exact score of a unit, member by member and day by day."""
    within = below(evidence["units"], unit) if options["members"] == "all" else {unit}
    standing = [
        each
        for each in evidence["members"]
        if each["unit"] in within and days(each["from"], each["to"])
    ]
    weights = {}
    for nip in {each["nip"] for each in standing}:
        mine = [each for each in standing if each["nip"] == nip]
        held = [days(each["from"], each["to"]) for each in mine]
        if options["given"]:
            size = [len(each) if options["weigh"] == "active_days" else 1 for each in held]
            weights[nip] = sum(a * each["share"] for a, each in zip(size, mine, strict=True))
        else:
            weights[nip] = (
                len({d for each in held for d in each}) if options["weigh"] == "active_days" else 1
            )
    counted = {nip: weight for nip, weight in weights.items() if weight}
    scores = {nip: own.get(nip) for nip in counted}
    if options["missing"] == "worst":
        scores = {nip: 0 if score is None else score for nip, score in scores.items()}
    known = {nip: Fraction(str(score)) for nip, score in scores.items() if score is not None}
    if not counted:
        return "no_members", None
    if len(known) < len(counted) and options["missing"] in {"withhold", "refer"}:
        return {"withhold": "withheld", "refer": "referred"}[options["missing"]], None
    if not known:
        return "no_evidence", None
    return "scored", sum(counted[n] * s for n, s in known.items()) / sum(counted[n] for n in known)


@settings(
    suppress_health_check=list(HealthCheck),
    max_examples=int(os.environ.get("CAPAIAN_EXAMPLES", "30")),
)
@given(evidence=offices(), options=OPTIONS, engine=st.sampled_from(sorted(ENGINES)))
def test_a_unit_from_people_is_the_weighted_mean_of_their_published_scores(
    evidence, options, engine
):
    keys = {key: value for key, value in options.items() if key != "given"}
    membership = STANDING | ({"weight": "share"} if options["given"] else {})
    document = ruled("people", membership=membership, **keys)
    try:
        people = capaian.score(read_policy(document), evidence, period="2026-03").to_native()
    except EvidenceError:
        return
    own = {row["subject"]: row["score"] for row in people}
    if not any(days(each["from"], each["to"]) for each in evidence["members"]):
        assert "CPN-A42" in said(document, evidence)
        return
    scores = scored(document, evidence)
    digits, mode = options["rounding"].get("digits", 0), options["rounding"].get("mode", "half-up")
    for row in scores.to_native():
        status, exact = by_hand(evidence, row["subject"], options, own)
        assert row["status"] == status
        if exact is not None:
            value = round_ratio(exact, digits, mode)
            assert row["score"] == float(value)
            assert row["band"] == ("low" if value < 60 else "good")
            explained = scores.explain(row["subject"])
            assert (explained.unrounded, explained.score, explained.total()) == (
                exact,
                value,
                value,
            )
            assert sum(part.weight for part in explained.parts) == 1
    same_on(engine, document, evidence, scores)


def test_members_and_those_with_a_score_are_counted():
    evidence = office(member("a", "north"), member("x", "north"), member("b", "desk"))
    rows = {row["subject"]: row for row in scored(ruled("people"), evidence).to_native()}
    counts = {unit: (row["members"], row["with_score"]) for unit, row in rows.items()}
    assert counts == {
        "alone": (0, 0),
        "city": (3, 2),
        "north": (2, 1),
        "south": (1, 1),
        "desk": (1, 1),
    }
    decisions = {
        row["member"]: row["decision"] for row in scored(ruled("people"), evidence).ledger()
    }
    assert decisions == {"a": None, "b": None, "x": "exclude"}


def test_unrounded_scores_of_people_may_be_taken():
    evidence = office(member("a", "north"), member("c", "north"))
    made = scored(ruled("people", of="unrounded"), evidence).explain("north")
    people = capaian.score(read_policy(ruled("people")), evidence, period="2026-03")
    assert made.unrounded == sum(people.explain(nip).unrounded for nip in "ac") / 2


def test_the_roster_says_in_which_unit_a_subject_stands():
    document = ruled("people", membership=None)
    del document["units"]["membership"]
    document["subjects"] = {"table": "staff", "unit": "office", "where": {"status": "active"}}
    evidence = office()
    del evidence["members"]
    evidence["staff"] = [
        {"nip": "a", "office": "north", "status": "active"},
        {"nip": "b", "office": None, "status": "active"},
        {"nip": "c", "office": "north", "status": "left"},
    ]
    made = scored(document, evidence)
    rows = {row["subject"]: row["members"] for row in made.to_native()}
    assert (rows["city"], rows["north"], rows["south"]) == (1, 1, 0)
    assert (
        "  CPN-A39  units: 1 people with a result stand in no unit in the period; they count for none."
        in [each.line() for each in made.findings]
    )


def test_a_policy_with_units_reads_back_and_scores_people_as_before():
    for by in ("events", "people"):
        document = ruled(by, rounding={"digits": 1}, bands=BANDS)
        made = read_policy(document)
        assert read_policy(to_document(made)) == made
        without = read_policy({key: value for key, value in document.items() if key != "units"})
        assert policy_fingerprint(made) != policy_fingerprint(without)
        evidence = office(member("a", "north"))
        people = capaian.score(made, evidence, period="2026-03")
        assert people.findings == ()
        only = {name: evidence[name] for name in ("letters", "cases")}
        assert people.columns() == capaian.score(without, only, period="2026-03").columns()


# ---- what is shown -----------------------------------------------------------------------------


def test_the_text_shows_a_unit_below_the_one_above_it():
    evidence = office(member("a", "north"), member("b", "desk"), member("c", "city"))
    made = scored(ruled("people"), evidence)
    assert made.text().splitlines()[:-1] == [
        "unit      members  score  band",
        "alone           0      –  no members",
        f"city            3  {made.score_text(1)}  good",
        f"  north         1  {made.score_text(3)}  good",
        f"  south         1  {made.score_text(4)}  good",
        f"    desk        1  {made.score_text(2)}  good",
    ]
    assert made.text("id").splitlines()[0] == "unit kerja  anggota  nilai  predikat"
    assert made.text(rows=1).splitlines()[2] == "… 4 more"
    assert repr(made).startswith("<UnitScores desk 2026 · 2026-03 · 5 units>\n")
    assert made._repr_html_().startswith("<pre>unit ")


def test_the_explanation_shows_the_members_and_what_each_adds():
    evidence = office(member("a", "north"), member("x", "north"), member("b", "north"))
    text = scored(ruled("people"), evidence).explain("north").text()
    head, _, *rows = text.splitlines()[:6]
    assert head.startswith("north · ")
    assert [each.split("  ")[0] for each in rows] == ["member", "a", "b", "x"]
    assert "left out, other weights rescaled (no evidence)" in rows[-1]
    short = scored(ruled("people"), evidence).explain("north").text(rows=1)
    assert "2 more" in short
    assert (
        scored(ruled("people"), evidence)
        .explain("alone")
        .text("id")
        .startswith("alone · tidak ada anggota")
    )


def test_an_unknown_unit_is_not_repeated():
    with pytest.raises(EvidenceError) as caught:
        scored(ruled("people"), office(member("a", "north"))).explain("nowhere")
    assert caught.value.code == "CPN-E54"
    assert "nowhere" not in str(caught.value)


# ---- what is wrong -----------------------------------------------------------------------------


def several(*lines):
    return "\n".join(lines)


def problem(*lines):
    return several("1 problem in the units; nothing was scored.", *lines)


def test_a_policy_without_units_is_refused():
    assert said(policy("desk"), office()) == several(
        "Nothing was scored.",
        "  CPN-A30  units: the policy 'desk' does not say how units are scored.",
        '           to fix: add [units] to it: the table, the column of the unit, and from = "people" or "events".',
    )


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        (
            [*TREE, {"code": "desk", "above": "north"}],
            (
                "  CPN-A34  units.above: 1 units of 'units' have more than one unit above them.",
                "           to fix: leave one row for each unit, with the one unit above it.",
            ),
        ),
        (
            [*TREE, TREE[3], TREE[3]],
            (
                "  CPN-A35  units.above: 2 of 7 rows repeat a unit.",
                "           to fix: leave one row for each unit.",
            ),
        ),
        (
            [*TREE, {"code": "east", "above": "town"}],
            (
                "  CPN-A36  units.above: 1 of 6 rows name a unit above them that 'units' does not have.",
                "           to fix: add the units, or leave the column empty at the top.",
            ),
        ),
        (
            [
                *TREE,
                {"code": "x", "above": "y"},
                {"code": "y", "above": "x"},
                {"code": "z", "above": "x"},
            ],
            (
                "  CPN-A37  units.above: 3 units of 'units' lie in a circle, or below one: going upwards never ends.",
                "           to fix: correct the units above them; at the top the column is empty.",
            ),
        ),
        (
            [{"code": "x", "above": "x"}],
            (
                "  CPN-A37  units.above: 1 units of 'units' lie in a circle, or below one: going upwards never ends.",
                "           to fix: correct the units above them; at the top the column is empty.",
            ),
        ),
    ],
)
@pytest.mark.parametrize("kind", [list, pl.DataFrame])
def test_a_hierarchy_that_is_none_is_refused(tree, lines, kind):
    evidence = office(member("a", "x"), tree=tree)
    assert said(ruled("events"), evidence | {"units": kind(tree)}) == problem(*lines)


def test_all_that_is_wrong_with_memberships_is_said_at_once():
    members = [member("a", "north", 5, 4, share=1), member("a", "nowhere", share=-1)]
    document = ruled("people", membership=STANDING | {"weight": "share"})
    assert said(document, office(*members)) == several(
        "3 problems in the units; nothing was scored.",
        "  CPN-A01  members: 1 of 2 rows of 'members' end before they begin.",
        "           to fix: correct the dates; the first and the last day are both inside.",
        "  CPN-A38  members.unit: 1 of 2 rows name a unit that 'units' does not have.",
        "           to fix: correct the units, or add them to 'units'.",
        "  CPN-A03  members.share: 1 of 2 rows have a weight below 0.",
        "           to fix: correct the weights; 0 is a posting that does not count.",
    )


def test_tables_that_are_not_given_are_named():
    evidence = office(member("a", "north"))
    del evidence["units"]
    assert said(ruled("people"), evidence) == problem(
        "  CPN-E50  units: the policy reads a table 'units', which is not given.",
        "           to fix: give it under that name. Given: cases, letters, members.",
    )


def test_check_looks_at_units_where_their_table_is_given():
    evidence = office(member("a", "nowhere"))
    rule = read_policy(ruled("people"))
    assert [each.code for each in capaian.check(rule, evidence, period="2026-03")] == ["CPN-A38"]
    del evidence["units"]
    assert capaian.check(rule, evidence, period="2026-03") == []
    assert capaian.check(rule, office(member("a", "north")), period="2026-03") == []


def test_nobody_in_a_unit_is_nothing_to_score():
    for by in ("events", "people"):
        assert said(ruled(by), office(member("a", "north", -9, -5))) == problem(
            "  CPN-A42  members: nobody stands in a unit in the period 2026-03.",
            "           to fix: check the period, and the units and dates of 'members'.",
        )


def test_rows_of_people_without_a_unit_are_counted():
    made = scored(ruled("events"), office(member("a", "north", 1, 3)))
    assert [each.line() for each in made.findings] == [
        "  CPN-A40  cases.received: 28 rows of 'cases' lie on days on which the subject stood in no unit; they count for none.",
        "  CPN-A40  letters.on: 8 rows of 'letters' lie on days on which the subject stood in no unit; they count for none.",
    ]


def refusal(document):
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    return str(caught.value).splitlines()[1:]


def test_what_a_policy_says_of_units_is_proved():
    assert refusal(policy("desk", units={"table": "u", "unit": "c", "from": "events"})) == [
        "  CPN-A31  units: nothing says in which unit a subject stands.",
        "           to fix: name the column 'unit' in [subjects], or add [units.membership].",
    ]
    bare = {"table": "members", "unit": "unit"}
    assert refusal(ruled("people", membership=bare, weigh="active_days")) == [
        '  CPN-A32  units.weigh: weigh = "active_days" needs the first day of each membership.',
        "           to fix: add 'from' to [units.membership], or weigh \"equal\".",
    ]
    assert refusal(ruled("events", weigh="equal", membership=STANDING | {"weight": "share"})) == [
        "  CPN-A33  units.weigh: 'weigh' says nothing where units are scored from events.",
        '           to fix: remove it, or write from = "people".',
        "  CPN-A33  units.membership.weight: 'weight' says nothing where units are scored from events.",
        '           to fix: remove it, or write from = "people".',
    ]
    assert refusal(ruled("people", missing=None)) == [
        "  CPN-P02  units: 'missing' is missing.",
        '           to fix: add \'missing\' ("exclude" or "withhold").',
    ]
    assert refusal(ruled("people", membership=bare | {"to": "to"})) == [
        "  CPN-P02  units.membership: 'from' is missing.",
        "           to fix: add 'from' (a column).",
    ]
    assert refusal(ruled("people", rounding={"digits": 12}))[0].startswith(
        "  CPN-P20  units.rounding.digits: "
    )
    assert refusal(ruled("people", rounding={"mode": "half-up"}))[0] == (
        "  CPN-P02  units.rounding: 'digits' is missing."
    )
    assert refusal(ruled("people", bands=[{"id": "low", "below": 60}]))[0].startswith(
        "  CPN-P32  units.bands: "
    )
    assert refusal(ruled("people", bands=[{"id": "odd", "from": 9, "to": 1}, *BANDS]))[
        0
    ].startswith("  CPN-P31  units.bands['odd']: ")


def test_what_units_need_besides_is_proved():
    bare = {"table": "members", "unit": "unit"}
    document = ruled("people", membership=bare)
    for each in document["indicators"]:
        each["subject"] = document["subject"]
    del document["subject"]
    assert refusal(document) == [
        "  CPN-P02  units.membership: 'subject' is missing.",
        "           to fix: add 'subject' (a column).",
    ]
    ends = [{"id": "low", "below": 60}, {"id": "good", "from": 60, "to": 100}]
    assert refusal(ruled("events", bands=ends))[0].startswith("  CPN-P32  units.bands: ")
    floor = policy("desk", units={**ruled("people", missing="worst")["units"], "bands": []})
    floor["scale"] = {"worst": 0, "best": 100, "floor": 50, "cap": 100}
    floor["units"]["bands"] = [{"id": "fair", "from": 50}]
    assert refusal(floor)[0].startswith("  CPN-P32  units.bands: ")


def test_tables_of_units_that_cannot_be_read_are_said(tmp_path):
    evidence = office(member("a", "north"))
    evidence["units"] = str(tmp_path / "nowhere.csv")
    assert "CPN-E01  units: " in said(ruled("people"), evidence)
    assert "CPN-E09  units: " in said(ruled("people", parent="over"), office(member("a", "north")))
    strange = office(member("a", "north"))
    del strange["members"][0]["from"]
    assert "CPN-E09  members: " in said(ruled("people"), strange)


def test_the_worst_of_a_scale_may_lie_between_the_decimals_of_scores():
    document = ruled("people", missing="worst", rounding={"mode": "none"})
    document["scale"] = {"worst": "1/3", "best": 100}
    document["rounding"] = [{"where": "score", "digits": 0}]
    evidence = office(member("a", "north"), member("x", "north"))
    made = scored(document, evidence)
    own = Fraction(
        str(capaian.score(read_policy(document), evidence, period="2026-03").columns()["score"][0])
    )
    assert made.explain("north").score == (own + Fraction(1, 3)) / 2
    assert made.explain("north").score_text() == str(made.explain("north").score)


def test_explanations_are_shown_in_a_notebook_and_at_a_prompt():
    explained = scored(ruled("people"), office(member("a", "north"))).explain("north")
    assert explained._repr_html_().startswith("<pre>north ")
    assert repr(explained).startswith(f"<UnitExplanation · {explained.score_text()} · good>\n")
    assert str(explained) == explained.text()


@pytest.mark.parametrize("chosen", ["polars", "duckdb"])
def test_files_are_read_by_the_engine_that_is_asked_for(tmp_path, chosen):
    evidence = office(member("a", "north"), member("b", "desk"))
    for name, rows in evidence.items():
        frame = pl.DataFrame(rows, schema={key: SCHEMA[key] for key in rows[0]})
        frame.write_parquet(tmp_path / f"{name}.parquet")
    paths = {name: tmp_path / f"{name}.parquet" for name in evidence}
    for by in ("events", "people"):
        document = read_policy(ruled(by))
        made = capaian.score_units(document, paths, period="2026-03", engine=chosen)
        assert made.to_json() == scored(ruled(by), evidence).to_json()


def test_each_stage_of_the_work_is_told():
    seen = []
    evidence = office(member("a", "north"))
    rule = read_policy(ruled("events"))
    capaian.score_units(
        rule, evidence, period="2026-03", progress=lambda stage, *_: seen.append(stage)
    )
    assert seen == ["cases", "letters", "scoring"]


@pytest.mark.spark
@pytest.mark.parametrize(("by", "table"), [("events", "letters"), ("people", "units")])
def test_spark_is_refused_by_name(spark, by, table):
    """The whole text: which table, and what to give in its place."""
    rows = office(member("a", "desk"))
    frame = pl.DataFrame(rows["letters"], schema_overrides={"on": pl.Datetime})
    assert said(ruled(by), rows | {"letters": as_spark(spark, frame.to_arrow())}) == (
        f"{'1 problem in the evidence; nothing was scored.' if by == 'events' else 'There is nothing to score.'}\n"
        f"  CPN-A44  {table}: the table is in Spark, which runs neither assignments nor units here.\n"
        f"           to fix: give it as frame.toArrow(), as a Parquet file, or as a DuckDB relation."
    )
