"""Postings: every score against plain scores of a posting's rows and a loop over days."""

import copy
import json
import os
from datetime import date
from fractions import Fraction

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import EvidenceError, PeriodError, PolicyError
from capaian.exact import round_ratio
from capaian.policy import read_policy
from capaian.policy.assigning import read_assignment
from posts_office import CLERK, HEAD, RULE, active, day, noon, policy, score_of

CALENDAR = capaian.load_calendar("id/2024-2027")
ENGINES = {
    "polars": lambda frame: frame,
    "polars-lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}
SCHEMA = {
    "nip": pl.String, "post": pl.String, "on": pl.Datetime, "received": pl.Datetime,
    "answered": pl.Datetime, "from": pl.Date, "to": pl.Date, "share": pl.Int64,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The policies as files, for documents to name."""
    made = tmp_path_factory.mktemp("policies")
    for document in (CLERK, HEAD):
        (made / f"{document['id']}.json").write_text(json.dumps(document))
    return made


def rule(folder, **changes):
    return read_assignment(copy.deepcopy(RULE) | changes, "posts.json", str(folder))


def scored(folder, evidence, **changes):
    """Score March by the assignment, with some of its keys changed."""
    return capaian.score(rule(folder, **changes), evidence, period="2026-03")


def said(folder, evidence, **changes):
    """The error that scoring March raises, as text."""
    with pytest.raises((EvidenceError, PolicyError, PeriodError)) as caught:
        scored(folder, evidence, **changes)
    return str(caught.value)


def posting(nip, post, first, last=None, **more):
    return {
        "nip": nip,
        "post": post,
        "from": day(first),
        "to": None if last is None else day(last),
        **more,
    }


def office(*postings, leave=()):
    """Evidence without chance, with postings as given."""
    letters = [{"nip": nip, "on": noon(1 + 3 * n)} for nip in "ab" for n in range(10)]
    cases = [
        {"nip": nip, "received": noon(1 + 2 * n), "answered": noon(2 + 2 * n + n % 3, 9)}
        for nip in "ab"
        for n in range(14)
    ]
    made = {"letters": letters, "cases": cases, "postings": list(postings)}
    return made | ({"leave": list(leave)} if leave else {})


LEAVE = {"leave": {"table": "leave", "from": "from", "to": "to"}}

# ---- the oracle --------------------------------------------------------------------------------

SPANS = st.tuples(st.integers(-5, 33), st.integers(0, 20))


@st.composite
def offices(draw):
    """Make postings of which no two of one subject and post overlap, leave, and evidence."""
    postings = []
    for nip in "ab":
        for post in draw(
            st.lists(st.sampled_from(["head", "clerk", "aide"]), min_size=1, unique=True)
        ):
            at = draw(st.integers(-5, 20))
            for _ in range(draw(st.integers(1, 2))):
                length = draw(st.integers(0, 12))
                last = draw(st.sampled_from([day(at + length), None]))
                share = draw(st.integers(0, 3))
                row = {"nip": nip, "post": post, "from": day(at), "to": last, "share": share}
                postings.append(row)
                if last is None:
                    break
                at += length + 1 + draw(st.integers(0, 4))
    leave = [
        {"nip": draw(st.sampled_from("abz")), "from": day(a), "to": day(a + b)}
        for a, b in draw(st.lists(SPANS, max_size=4))
    ]
    named = st.sampled_from([None, None, "head", "clerk"])
    letters = [
        {"nip": nip, "on": noon(at, 3), "post": post}
        for nip, at, post in draw(
            st.lists(
                st.tuples(st.sampled_from("abz"), st.integers(0, 32), named),
                min_size=1,
                max_size=25,
            )
        )
    ]
    cases = [
        {
            "nip": nip,
            "received": noon(at),
            "answered": None if late > 4 else noon(at + late, 13 + late),
        }
        for nip, at, late in draw(
            st.lists(
                st.tuples(st.sampled_from("abz"), st.integers(0, 32), st.integers(0, 5)),
                min_size=1,
                max_size=25,
            )
        )
    ]
    return {"postings": postings, "leave": leave or [{"nip": "z", "from": day(1), "to": day(1)}],
            "letters": letters, "cases": cases}  # fmt: skip


OPTIONS = st.fixed_dictionaries(
    {
        "weigh": st.sampled_from(["active_days", "working_days", "equal"]),
        "missing": st.sampled_from(["exclude", "withhold", "refer"]),
        "minimum_days": st.integers(1, 6),
        "names_post": st.sampled_from(["", "post"]),
        "given": st.booleans(),
        "rounding": st.sampled_from(
            [{"digits": 2}, {"digits": 0, "mode": "half-even"}, {"mode": "none"}]
        ),
    }
)


def by_hand(evidence, options):
    """Return for each subject status and exact score, and each posting's part, day by day."""
    works = (
        (lambda each: bool(CALENDAR.day(each).hours))
        if options["weigh"] == "working_days"
        else (lambda _: True)
    )
    subjects, parts = {}, {}
    for row in evidence["postings"]:
        if not any(active(row, ())):
            continue
        held, away = active(row, evidence["leave"], works)
        score = score_of(row, evidence, options["names_post"])
        enough = held - away >= options["minimum_days"]
        base = 1 if options["weigh"] == "equal" else held - away
        weight = base * (row["share"] if options["given"] else 1) if enough else 0
        subjects.setdefault(row["nip"], []).append((weight, score))
        parts[row["nip"], row["post"], max(row["from"], day(1)).isoformat()] = (
            held,
            away,
            weight,
            score,
        )
    results = {}
    for nip, some in subjects.items():
        counted = [each for each in some if each[0]]
        without = any(score is None for _, score in counted)
        known = [(weight, score) for weight, score in counted if score is not None]
        if not counted:
            results[nip] = ("too_short", None)
        elif without and options["missing"] != "exclude":
            results[nip] = ({"withhold": "withheld", "refer": "referred"}[options["missing"]], None)
        elif not known:
            results[nip] = ("no_evidence", None)
        else:
            top = sum(weight * score for weight, score in known)
            results[nip] = ("scored", Fraction(top, sum(weight for weight, _ in known)))
    return results, parts


@settings(
    suppress_health_check=list(HealthCheck),
    max_examples=int(os.environ.get("CAPAIAN_EXAMPLES", "30")),
)
@given(evidence=offices(), options=OPTIONS, engine=st.sampled_from(sorted(ENGINES)))
def test_scores_are_those_of_a_loop_over_postings_and_days_on_every_engine(
    folder, evidence, options, engine
):
    changes = {key: value for key, value in options.items() if key != "given"}
    changes |= {**LEAVE, "calendar": "id/2024-2027"}
    if options["given"]:
        changes["postings"] = {**RULE["postings"], "weight": "share"}
    if not changes["names_post"]:
        del changes["names_post"]
    results, parts = by_hand(evidence, options)
    if not results:
        assert "CPN-A06" in said(folder, evidence, **changes)
        return
    scores = scored(folder, evidence, **changes)
    digits, mode = options["rounding"].get("digits", 0), options["rounding"].get("mode", "half-up")
    for row in scores.to_native():
        status, exact = results[row["subject"]]
        assert row["status"] == status
        if exact is not None:
            value = round_ratio(exact, digits, mode)
            assert Fraction(row["score"]) == Fraction(float(value))
            assert row["band"] == ("low" if value < 60 else "good")
            explained = scores.explain(row["subject"])
            assert (explained.unrounded, explained.score) == (exact, value)
            assert explained.total() == value
            assert sum(part.weight for part in explained.parts) == 1
        else:
            assert (row["score"], row["band"]) == (None, None)
    assert len(scores) == len(results)
    found = scores.postings()
    assert len(found) == len(parts)
    for row in found:
        held, away, weight, score = parts[row["subject"], row["post"], row["first"]]
        assert (row["days"], row["leave"]) == (held, away)
        assert row["score"] == (None if score is None else float(score))
        assert (row["decision"] in {"too_short", "no_weight"}) == (weight == 0)
    frames = {
        name: ENGINES[engine](pl.DataFrame(rows, schema={key: SCHEMA[key] for key in rows[0]}))
        for name, rows in evidence.items()
    }
    again = scored(folder, frames, **changes)
    assert again.to_json() == scores.to_json()
    assert again.postings_columns() == scores.postings_columns()
    assert again.ledger_columns() == scores.ledger_columns()
    assert again.columns() == scores.columns()


# ---- laws --------------------------------------------------------------------------------------


def test_one_posting_for_the_whole_period_is_the_plain_score(folder):
    evidence = office(posting("a", "clerk", -400), posting("b", "clerk", 1, 31))
    plain = capaian.score(
        read_policy(CLERK), {k: evidence[k] for k in ("letters", "cases")}, period="2026-03"
    )
    made = scored(folder, evidence)
    assert made.columns()["score"] == plain.columns()["score"]
    rows = [{k: v for k, v in each.items() if k in plain.ledger()[0]} for each in made.ledger()]
    assert rows == plain.ledger()


def test_splitting_a_posting_leaves_the_totals_of_counts_the_same(folder):
    whole = scored(folder, office(posting("a", "clerk", 1)))
    split = scored(folder, office(posting("a", "clerk", 1, 9), posting("a", "clerk", 10)))

    def total(scores):
        return sum(row["n"] for row in scores.ledger() if row["indicator"] == "letters")

    assert total(whole) == total(split) == 10
    assert [row["days"] for row in split.postings()] == [9, 22]


def test_weights_are_days_and_add_up_to_one(folder):
    made = scored(folder, office(posting("a", "clerk", 1, 10), posting("a", "head", 11)))
    assert [part.weight for part in made.explain("a").parts] == [Fraction(10, 31), Fraction(21, 31)]


def test_a_row_without_a_post_counts_for_both_posts_and_a_row_with_one_for_that_alone(folder):
    evidence = office(posting("a", "clerk", 1), posting("a", "head", 1))
    evidence["letters"] = [
        {"nip": "a", "on": noon(2), "post": None}, {"nip": "a", "on": noon(3), "post": "head"},
    ]  # fmt: skip
    made = scored(folder, evidence, names_post="post")
    counts = {row["post"]: row["n"] for row in made.ledger() if row["indicator"] == "letters"}
    assert counts == {"clerk": 1, "head": 2}


def test_leave_takes_days_off_the_weight_and_leaves_the_evidence(folder):
    postings = posting("a", "clerk", 1, 10), posting("a", "head", 11)
    leave = [
        {"nip": "a", "from": day(8), "to": day(12)},
        {"nip": "a", "from": day(9), "to": day(9)},
    ]
    made = scored(folder, office(*postings, leave=leave), **LEAVE)
    plain = scored(folder, office(*postings))
    assert [(row["days"], row["leave"]) for row in made.postings()] == [(10, 3), (21, 2)]
    assert [part.weight for part in made.explain("a").parts] == [Fraction(7, 26), Fraction(19, 26)]
    assert [row["score"] for row in made.postings()] == [row["score"] for row in plain.postings()]


def test_the_order_of_rows_changes_no_byte(folder):
    postings = [posting("b", "head", 5), posting("a", "clerk", 1, 10), posting("a", "head", 11)]
    evidence = office(*postings)
    turned = {name: rows[::-1] for name, rows in evidence.items()}
    assert scored(folder, turned).to_json() == scored(folder, evidence).to_json()


@pytest.mark.parametrize("numbers", [[7, 7, 8], [7.0, 7.0, 8.0]])
def test_a_subject_is_its_digits_in_postings_and_evidence(folder, numbers):
    postings = pl.DataFrame({"nip": numbers, "post": ["clerk", "head", "head"],
        "from": [day(1), day(11), day(1)], "to": [day(10), None, None]})  # fmt: skip
    letters = [{"nip": "7", "on": noon(n)} for n in (1, 2, 12)]
    cases = pl.DataFrame({"nip": [7, 8], "received": [noon(1)] * 2, "answered": [noon(2)] * 2})
    made = scored(folder, {"postings": postings, "letters": letters, "cases": cases})
    counts = [row["n"] for row in made.ledger().to_dicts() if row["indicator"] == "letters"]
    assert (list(made.subjects), counts) == (["7", "8"], [2, 1, 0])


def test_the_unrounded_scores_of_postings_may_be_taken(folder):
    """The policy of the head rounds to one decimal: that moves the published mean."""
    postings = posting("a", "clerk", 1, 10), posting("a", "head", 11)
    made = scored(folder, office(*postings), of="unrounded")
    parts = made.explain("a").parts
    exact = sum(part.weight * part.explanation.unrounded for part in parts)
    assert made.explain("a").unrounded == exact
    assert sum(part.contribution for part in parts) == exact
    assert scored(folder, office(*postings)).explain("a").unrounded != exact


def test_exposure_is_the_working_days_in_post(folder, tmp_path):
    """Two letters in the first ten days of March are more than two in the whole month."""
    document = policy("rate", calendar="id/2024-2027")
    document["indicators"] = [
        document["indicators"][0] | {"weight": 1, "exposure": {"table": "none", "days": "days"}}
    ]
    (tmp_path / "rate.json").write_text(json.dumps(document))
    evidence = {
        "letters": [{"nip": "a", "on": noon(2)}, {"nip": "a", "on": noon(3)}],
        "postings": [posting("a", "x", 1, 10), posting("a", "y", 11)],
        "leave": [{"nip": "a", "from": day(4), "to": day(5)}],
    }
    made = scored(tmp_path, evidence, assign=[{"policy": "rate.json"}], **LEAVE)
    works = [bool(CALENDAR.day(day(n)).hours) for n in range(1, 32)]
    held = sum(works[:10]) - sum(works[3:5])
    first, _ = made.ledger()
    assert Fraction(first["numerator"], first["denominator"]) == Fraction(2 * sum(works), held)


def test_each_posting_has_the_edition_of_its_own_days(folder, tmp_path):
    rules = tmp_path / "rules"
    rules.mkdir()
    for name, first, last in (("old", "2026-01-01", "2026-03-10"), ("new", "2026-03-11", None)):
        force = {"from": first} | ({"to": last} if last else {})
        (rules / f"{name}.json").write_text(
            json.dumps(policy("desk", edition=name, in_force=force))
        )
    changes = {"assign": [{"policy": "rules"}]}
    made = scored(tmp_path, office(posting("a", "x", 1, 10), posting("a", "x", 11)), **changes)
    assert [row["edition"] for row in made.postings()] == ["old", "new"]
    assert len({row["fingerprint"] for row in made.postings()}) == 2
    assert said(tmp_path, office(posting("a", "x", 1)), **changes) == problem(
        "  CPN-A05  assign: 1 postings have days on which no edition of 'rules' is in force, or more than one.",
        "           to fix: give an edition for those days, or split the postings where the editions change.",
    )


def test_policies_may_stand_in_a_table(folder):
    evidence = office(posting("a", "clerk", 1, 10), posting("a", "head", 11))
    table = [{"jabatan": "clerk", "rule": "clerk.json"}, {"jabatan": "head", "rule": "head.json"}]
    made = scored(
        folder,
        evidence | {"rules": table},
        assign={"table": "rules", "post": "jabatan", "policy": "rule"},
    )
    assert made.columns() == scored(folder, evidence).columns()


def test_facts_and_labels_of_the_roster_hold_for_every_posting(folder, tmp_path):
    gated = [{"id": "best", "from": 60, "gate": "idea"}, {"id": "rest"}]
    document = policy("gated", bands=gated, precedence="first",
        subjects={"table": "staff", "label": "name", "facts": {"idea": "idea"}})  # fmt: skip
    (tmp_path / "gated.json").write_text(json.dumps(document))
    evidence = office(posting("a", "x", 1, 10), posting("a", "y", 11), posting("b", "x", 1))
    evidence["staff"] = [
        {"nip": "a", "name": "Ani", "idea": True}, {"nip": "b", "name": "Budi", "idea": False},
    ]  # fmt: skip
    made = scored(tmp_path, evidence, assign=[{"policy": "gated.json"}])
    assert [row["band"] for row in made.postings()] == ["best", "best", "rest"]
    assert made.explain("a").label == "Ani"


# ---- what is said ------------------------------------------------------------------------------


def several(*lines):
    return "\n".join(lines)


def problem(*lines):
    return several("1 problem in the postings or the evidence; nothing was scored.", *lines)


def notes(scores):
    return [each.line() for each in scores.findings]


def test_evidence_of_a_day_without_a_post_is_counted_and_said(folder):
    made = scored(folder, office(posting("a", "clerk", 1, 10), posting("a", "head", 20)))
    assert notes(made) == [
        "  CPN-A16  cases.received: 19 rows of 'cases' lie on days on which the subject held no post; they count for nobody.",
        "  CPN-A16  letters.on: 13 rows of 'letters' lie on days on which the subject held no post; they count for nobody.",
    ]


def test_evidence_that_names_a_post_not_held_is_counted_apart(folder):
    evidence = office(posting("a", "clerk", 1, 10), posting("a", "head", 11))
    evidence["cases"] = evidence["cases"][:1]
    evidence["letters"] = [
        {"nip": "a", "on": noon(2), "post": "head"},
        {"nip": "a", "on": noon(2), "post": "clerk"},
        {"nip": "a", "on": noon(-2), "post": None},
        {"nip": "b", "on": noon(2), "post": None},
    ]
    made = scored(folder, evidence, names_post="post")
    assert notes(made) == [
        "  CPN-A16  letters.on: 1 rows of 'letters' lie on days on which the subject held no post; they count for nobody.",
        "  CPN-A17  letters.on: 1 rows of 'letters' name a post that the subject did not hold that day; they count for nobody.",
    ]


def test_rows_without_a_date_count_for_every_posting_and_it_is_said(folder, tmp_path):
    document = policy("undated")
    document["indicators"] = [
        {
            "id": "asked", "type": "survey-based", "table": "survey",
            "measure": {"statistic": "ikm", "items": ["u1"], "lowest": 1, "highest": 4},
            "normalise": {"method": "identity"},
        }
    ]  # fmt: skip
    (tmp_path / "undated.json").write_text(json.dumps(document))
    evidence = {"survey": [{"nip": "a", "u1": 4}],
                "postings": [posting("a", "x", 1, 3), posting("a", "y", 4)]}  # fmt: skip
    made = scored(tmp_path, evidence, assign=[{"policy": "undated.json"}])
    assert [row["n"] for row in made.ledger()] == [1, 1]
    assert notes(made) == [
        "  CPN-A18  survey: nothing dates the rows of 'survey'; they count for every posting of their subject.",
    ]


def test_all_that_is_wrong_with_the_postings_is_said_at_once(folder):
    evidence = office(
        posting("a", "clerk", 5, 4),
        posting("a", "head", 1, 9),
        posting("a", "head", 9),
        posting("b", "x", 1, share=1),
    )
    for each in evidence["postings"]:
        each["share"] = -1
    changes = {"postings": {**RULE["postings"], "weight": "share"}, **LEAVE}
    evidence["leave"] = [{"nip": "a", "from": day(3), "to": day(2)}]
    assert said(folder, evidence, **changes) == several(
        "4 problems in the postings or the evidence; nothing was scored.",
        "  CPN-A01  postings: 1 of 4 rows of 'postings' end before they begin.",
        "           to fix: correct the dates; the first and the last day are both inside.",
        "  CPN-A01  leave: 1 of 1 rows of 'leave' end before they begin.",
        "           to fix: correct the dates; the first and the last day are both inside.",
        "  CPN-A03  postings.share: 4 of 4 rows have a weight below 0.",
        "           to fix: correct the weights; 0 is a posting that does not count.",
        "  CPN-A02  postings: 1 of 4 postings overlap another of the same subject and post.",
        "           to fix: join them, or end the earlier one on the day before the later one begins.",
    )


def test_posts_without_a_policy_are_counted(folder):
    evidence = office(posting("a", "head", 1), posting("a", "x", 1), posting("b", "y", 1))
    assert said(folder, evidence, assign=[{"post": "head", "policy": "head.json"}]) == problem(
        "  CPN-A04  assign: 2 postings of the period have no policy; they are in 2 posts that are not named.",
        "           to fix: name each post, or give an [[assign]] without a post for all the others.",
    )


def test_a_post_that_nobody_holds_is_a_note(folder):
    made = scored(folder, office(posting("a", "clerk", 1), posting("b", "clerk", 1)))
    assert notes(made) == [
        "  CPN-A07  assign['head']: nobody holds the post 'head' in the period 2026-03."
    ]


def test_a_policy_that_is_not_there_is_named(folder):
    text = said(folder, office(posting("a", "x", 1)), assign=[{"policy": "clark.json"}])
    assert "CPN-P09  clark.json: there is no document, folder, shipped policy or pack '" in text
    assert f"Did you mean '{folder}/clerk.json'?" in text


def test_a_post_may_not_have_two_policies_in_the_table(folder):
    table = [{"post": "x", "policy": "clerk.json"}, {"post": "x", "policy": "head.json"}]
    evidence = office(posting("a", "x", 1)) | {"rules": table}
    assign = {"table": "rules", "post": "post", "policy": "policy"}
    assert said(folder, evidence, assign=assign) == problem(
        "  CPN-A14  rules.post: 1 rows give a post of 'rules' a second policy.",
        "           to fix: leave one policy for each post.",
    )


def test_nobody_in_post_is_nothing_to_score(folder):
    assert said(folder, office(posting("a", "x", -30, -1))) == problem(
        "  CPN-A06  postings: nobody holds a post in the period 2026-03.",
        "           to fix: check the period, and the dates of 'postings'.",
    )


def test_tables_that_are_not_given_are_named(folder):
    evidence = office(posting("a", "x", 1))
    evidence["posting"] = evidence.pop("postings")
    assert said(folder, evidence) == problem(
        "  CPN-A08  postings: the assignment reads a table 'postings', which is not given. Did you mean 'posting'?",
        "           to fix: give it under that name. Given: cases, letters, posting.",
    )


def test_a_column_of_posts_that_no_table_has_is_refused(folder):
    assert said(folder, office(posting("a", "x", 1)), names_post="nop") == problem(
        "  CPN-A15  names_post: no table of the evidence has a column 'nop'. Did you mean 'nip'?",
        "           to fix: correct the name, or leave it out: rows then count for every post held that day.",
    )


def test_days_of_a_full_period_in_another_unit_are_refused(folder, tmp_path):
    document = policy("rate")
    document["indicators"][0]["exposure"] = {"table": "posts", "days": "days", "full": 62}
    (tmp_path / "rate.json").write_text(json.dumps(document))
    assert said(
        tmp_path, office(posting("a", "x", 1)), assign=[{"policy": "rate.json"}]
    ) == problem(
        "  CPN-A09  rate: indicators['letters'].exposure.full: days in post come from the postings, and 62 days of a full period cannot be compared with them.",
        '           to fix: write full = "working_days"; both are then counted in the policy\'s calendar.',
    )


def test_faults_of_the_evidence_are_said_once_for_all_policies(folder):
    evidence = office(posting("a", "clerk", 1, 9), posting("a", "head", 10))
    evidence["letters"][0]["on"] = "soon"
    del evidence["cases"]
    assert said(folder, evidence) == several(
        "2 problems in the postings or the evidence; nothing was scored.",
        "  CPN-E50  cases: the policy reads a table 'cases', which is not given.",
        "           to fix: give it under that name. Given: letters, postings.",
        "  CPN-E16  letters.on: 1 of 20 rows hold text that is not a date or time written as 2026-03-31 16:30.",
        '           to fix: correct the text, or give the column\'s format in the policy, such as "%d/%m/%Y %H:%M".',
    )


def test_a_broken_row_is_counted_once_however_many_posts_are_held(folder):
    evidence = office(posting("a", "clerk", 1), posting("a", "aide", 1))
    evidence["cases"][0]["answered"] = noon(-3)
    assert said(folder, evidence).splitlines()[:2] == [
        "1 problem in the postings or the evidence; nothing was scored.",
        "  CPN-E30  cases (indicators['in-time']): 'answered' comes before 'received' in 1 of 28 rows.",
    ]


def test_the_period_lies_within_the_days_of_the_assignment(folder):
    force = {"from": "2026-03-02"}
    assert said(folder, office(posting("a", "x", 1)), in_force=force).splitlines()[1] == (
        "  CPN-D10  the period 2026-03 is not within 2026-03-02 to today and on, when 'posts' edition 2026 is in force."
    )


def test_check_says_the_same_and_scores_nothing(folder):
    evidence = office(posting("a", "clerk", 5, 4))
    found = capaian.check(rule(folder), evidence, period="2026-03")
    assert [each.code for each in found] == ["CPN-A01"]
    evidence = office(posting("a", "head", 1), posting("b", "x", 1)) | {"spare": [{"a": 1}]}
    found = capaian.check(rule(folder), evidence, period="2026-03")
    assert [each.code for each in found] == ["CPN-E51"]


def test_a_message_names_no_person_and_no_post(folder):
    text = said(folder, office(posting("1987", "secret", 5, 4), posting("1987", "secret", 1)))
    assert "1987" not in text
    assert "secret" not in text


def test_dates_as_text_and_stamps_are_read_alike(folder):
    plain = office(posting("a", "clerk", 1, 10), posting("a", "head", 11))
    texts = [
        {**row, "from": row["from"].isoformat(), "to": row["to"] and row["to"].isoformat()}
        for row in plain["postings"]
    ]
    stamps = [
        {**row, "from": noon(row["from"].day, 9), "to": row["to"] and noon(row["to"].day, 9)}
        for row in plain["postings"]
    ]
    expected = scored(folder, plain).to_json()
    assert scored(folder, plain | {"postings": texts}).to_json() == expected
    assert scored(folder, plain | {"postings": stamps}).to_json() == expected
    assert isinstance(plain["postings"][0]["from"], date)


# ---- what is shown -----------------------------------------------------------------------------


def shown(folder):
    """Scores of which one subject has two postings, one is withheld, and one has too few days."""
    evidence = office(
        posting("a", "clerk", 1, 10),
        posting("a", "head", 11),
        posting("b", "clerk", 1, 2),
        posting("c", "head", 1),
    )
    return scored(folder, evidence, minimum_days=5, missing="withhold")


def test_the_text_shows_every_subject_in_both_languages(folder):
    made = shown(folder)
    assert made.text().splitlines()[:-1] == [
        "subject  postings  score  band",
        f"a               2  {made.columns()['score'][0]}  good",
        "b               1      –  too few days in post",
        "c               1      –  withheld",
    ]
    assert made.text("id").splitlines()[0] == "pegawai  jabatan  nilai  predikat"
    assert made.text("id").splitlines()[3] == "c              1      –  ditahan"
    assert made.text(rows=1).splitlines()[2] == "… 2 more"
    assert (
        repr(made).splitlines()[0]
        == "<PostingScores posts 2026 · 2026-03 · 3 subjects · 4 postings>"
    )
    assert str(made) == made.text()
    assert made._repr_html_().startswith("<pre>subject ")


def test_what_a_notebook_shows(folder, snapshot):
    made = shown(folder)
    snapshot("postings.html", made._repr_html_())
    snapshot("posting.html", made.explain("a")._repr_html_())


def test_the_explanation_says_what_each_posting_adds_or_why_it_does_not(folder):
    made = shown(folder)
    text = made.explain("a").text()
    assert "to reach" not in text.partition("\n\nrules")[0]
    assert "clerk · 2026-03-01 – 2026-03-10" in text
    assert "head (head 2026)" in text
    assert "does not count: too few days in post" in made.explain("b").text()
    assert "tidak dihitung: hari terlalu sedikit" in made.explain("b").text("id")
    assert "no score is given (no evidence)" in made.explain("c").text()
    assert made.explain("a")._repr_html_().startswith("<pre>a ")
    assert repr(made.explain("c")).startswith("<PostingExplanation · – · withheld>\n")
    known = made.explain("a").to_dict()
    assert sum(Fraction(each["contribution"]) for each in known["postings"]) == Fraction(
        known["unrounded"]
    )
    assert known["postings"][0]["explanation"]["subject"] == "a"


def test_a_subject_who_is_not_there_is_not_repeated(folder):
    with pytest.raises(EvidenceError) as caught:
        shown(folder).explain("1987")
    assert caught.value.code == "CPN-E54"
    assert "1987" not in str(caught.value)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_results_come_back_as_the_kind_of_table_that_came_in(folder, engine):
    evidence = office(posting("a", "clerk", 1, 10), posting("a", "head", 11))
    tables = {
        name: ENGINES[engine](pl.DataFrame(rows, schema={key: SCHEMA[key] for key in rows[0]}))
        for name, rows in evidence.items()
    }
    made = scored(folder, tables)
    for each in (made.to_native(), made.postings(), made.ledger()):
        assert isinstance(each, type(tables["letters"]))


def test_evidence_may_mix_kinds(folder):
    evidence = office(posting("a", "clerk", 1, 10), posting("a", "head", 11))
    mixed = evidence | {"letters": pl.DataFrame(evidence["letters"])}
    assert scored(folder, mixed).to_json() == scored(folder, evidence).to_json()


@pytest.mark.parametrize("chosen", ["polars", "duckdb"])
def test_files_are_read_by_the_engine_that_is_asked_for(folder, tmp_path, chosen):
    evidence = office(posting("a", "clerk", 1, 10), posting("a", "head", 11))
    for name, rows in evidence.items():
        frame = pl.DataFrame(rows, schema={key: SCHEMA[key] for key in rows[0]})
        frame.write_parquet(tmp_path / f"{name}.parquet")
    paths = {name: tmp_path / f"{name}.parquet" for name in evidence}
    made = capaian.score(rule(folder), paths, period="2026-03", engine=chosen)
    assert made.to_json() == scored(folder, evidence).to_json()
    assert capaian.check(rule(folder), paths, period="2026-03", engine=chosen) == list(
        made.findings
    )


def test_the_document_holds_every_step(folder):
    known = json.loads(shown(folder).to_json())
    assert known["schema"] == "capaian/postings/1"
    assert [each["policy"]["id"] for each in known["policies"]] == ["clerk", "head"]
    first = known["scores"][0]
    assert [each["post"] for each in first["postings"]] == ["clerk", "head"]
    assert {each["policy"] for each in first["postings"]} == {0, 1}
    assert first["postings"][0]["indicators"][0]["id"] == "in-time"


def test_the_explanation_says_what_the_next_band_takes(folder):
    evidence = office(posting("a", "clerk", 1))
    evidence["letters"] = evidence["letters"][:1]
    evidence["cases"] = []
    evidence["cases"].append({"nip": "b", "received": noon(1), "answered": None})
    explained = scored(folder, evidence).explain("a")
    assert explained.band == "low"
    assert explained.gap == Fraction("59.995") - explained.unrounded
    assert "to reach good, 26.67 more points" in explained.text()
    assert "untuk mencapai good perlu" in explained.text("id")
    assert str(explained) == explained.text()


def test_tables_of_the_assignment_that_cannot_be_read_are_said_with_the_rest(folder, tmp_path):
    evidence = office(posting("a", "clerk", 1), leave=[{"nip": "a", "from": "soon", "to": day(3)}])
    evidence["postings"] = str(tmp_path / "nowhere.csv")
    text = said(folder, evidence, **LEAVE)
    assert text.startswith("2 problems in the postings or the evidence; nothing was scored.")
    assert "  CPN-E01  postings: " in text
    assert "  CPN-E16  leave.from: 1 of 1 rows" in text
    assign = {"table": "rules", "post": "post", "policy": "policy"}
    evidence = office(posting("a", "clerk", 1)) | {"rules": [{"post": "clerk", "policy": 3.5}]}
    assert "CPN-E11  rules.policy" in said(folder, evidence, assign=assign)
    del evidence["rules"]
    assert "CPN-A08  rules" in said(folder, evidence, assign=assign)
    assert "CPN-A04" not in said(folder, evidence, assign=assign)


def test_a_policy_that_cannot_be_made_ready_is_named(folder, tmp_path):
    broken = policy("broken")
    broken["indicators"][0]["type"] = "count-bases"
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    text = said(tmp_path, office(posting("a", "x", 1)), assign=[{"policy": "broken.json"}])
    assert text.splitlines()[1].startswith("  CPN-G01  broken: indicators['letters'].type: ")


def test_an_indicator_with_exposure_reads_no_table_of_days(folder, tmp_path):
    """Even where another indicator reads that table as evidence."""
    document = policy("rate", calendar="id/2024-2027")
    exposure = {"table": "cases", "days": "days", "leave": "days"}
    document["indicators"][0]["exposure"] = exposure
    (tmp_path / "rate.json").write_text(json.dumps(document))
    evidence = office(posting("a", "x", 1), posting("b", "x", 1))
    for each in evidence["cases"]:
        each["days"] = 5
    made = scored(tmp_path, evidence, assign=[{"policy": "rate.json"}])
    row = next(each for each in made.ledger() if each["indicator"] == "letters")
    assert Fraction(row["numerator"], row["denominator"]) == 10
