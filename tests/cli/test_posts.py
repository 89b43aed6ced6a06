"""The command line for assignments and for units."""

import csv
import json

import polars as pl
import pytest

import capaian
from capaian.cli import main
from capaian.policy import load_rule
from posts_office import CLERK, HEAD, RULE, day, noon, policy


@pytest.fixture
def files(tmp_path):
    """Two policies, an assignment, a policy with units, and evidence as files."""
    standing = {"table": "members", "unit": "unit", "from": "from"}
    units = {
        "table": "units",
        "unit": "code",
        "parent": "above",
        "from": "events",
        "membership": standing,
    }
    documents = {"clerk": CLERK, "head": HEAD, "posts": RULE, "desk": policy("desk", units=units)}
    for name, document in documents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    tables = {
        "letters": [{"nip": "a", "on": noon(n)} for n in (1, 2, 12)],
        "cases": [{"nip": "a", "received": noon(n), "answered": noon(n + 1)} for n in (3, 14)],
        "postings": [
            {"nip": "a", "post": "clerk", "from": day(1), "to": day(10)},
            {"nip": "a", "post": "head", "from": day(11), "to": None},
        ],
        "units": [{"code": "city", "above": None}, {"code": "north", "above": "city"}],
        "members": [{"nip": "a", "unit": "north", "from": day(1)}],
    }
    for name, rows in tables.items():
        pl.DataFrame(rows).write_csv(tmp_path / f"{name}.csv")
    return tmp_path


@pytest.fixture
def run(files, capsys):
    """Run a command; return its exit code, output and errors."""

    def call(command, document, tables, *more):
        evidence = [
            part for name in tables for part in ("--evidence", f"{name}={files / name}.csv")
        ]
        with pytest.raises(SystemExit) as caught:
            main([command, str(files / document), *evidence, "--period", "2026-03", *more])
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return call


POSTS = ("letters", "cases", "postings")
UNITS = ("letters", "cases", "units", "members")


def evidence(files, names):
    return {name: files / f"{name}.csv" for name in names}


def test_score_takes_an_assignment(run, files):
    """The keys of the document tell what it is."""
    code, out, _ = run("score", "posts.json", POSTS)
    assert code == 0
    assert out.splitlines()[0] == "subject  postings  score  band"
    code, out, _ = run("score", "posts.json", POSTS, "--json")
    made = capaian.score(load_rule(files / "posts.json"), evidence(files, POSTS), period="2026-03")
    assert (code, out) == (0, made.to_json())


def test_score_writes_the_postings_of_an_assignment(run, files, tmp_path):
    code, _, err = run("score", "posts.json", POSTS, "--out", str(tmp_path / "out"))
    assert code == 0
    assert err.startswith("4 files in ")
    with (tmp_path / "out" / "postings.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["post"], row["days"]) for row in rows] == [("clerk", "10"), ("head", "21")]


def test_pages_go_with_a_policy(run):
    code, _, err = run("score", "posts.json", POSTS, "--pages")
    assert code == 2
    assert "--pages goes with a policy; an assignment has none." in err


def test_check_and_explain_take_an_assignment(run):
    code, out, _ = run("check", "posts.json", POSTS)
    assert (code, out) == (0, "0 errors, 0 warnings, 0 notes\n")
    code, out, _ = run("explain", "posts.json", POSTS, "--subject", "a", "--language", "id")
    assert code == 0
    assert "jabatan" in out
    code, out, _ = run("explain", "posts.json", POSTS, "--subject", "a", "--json")
    assert [each["post"] for each in json.loads(out)["postings"]] == ["clerk", "head"]


def test_what_is_wrong_with_an_assignment_is_json_where_that_is_asked_for(run):
    code, out, _ = run("score", "posts.json", POSTS[:2], "--json")
    assert code == 2
    assert json.loads(out)["code"] == "CPN-A08"


def test_units_prints_and_writes_the_scores_of_units(run, files, tmp_path):
    code, out, _ = run("units", "desk.json", UNITS)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[:3]] == ["unit", "city", "north"]
    code, out, _ = run("units", "desk.json", UNITS, "--json")
    made = capaian.score_units(files / "desk.json", evidence(files, UNITS), period="2026-03")
    assert (code, out) == (0, made.to_json())
    code, _, err = run("units", "desk.json", UNITS, "--out", str(tmp_path / "out"))
    assert err.startswith("3 files in ")
    with (tmp_path / "out" / "scores.csv").open() as file:
        assert [row["level"] for row in csv.DictReader(file)] == ["1", "2"]


def test_a_policy_without_units_is_refused(run):
    code, _, err = run("units", "clerk.json", UNITS)
    assert code == 2
    assert "CPN-A30" in err


@pytest.mark.parametrize(
    ("command", "document", "tables"),
    [
        ("score", "posts.json", POSTS),
        ("check", "posts.json", POSTS),
        ("units", "desk.json", UNITS),
    ],
)
def test_postings_and_units_take_one_period(run, command, document, tables):
    code, out, err = run(command, document, tables, "--period", "2026-02")
    assert code == (1 if command == "check" else 2)
    assert "CPN-A19  period: a list of 2 periods is given" in (out if command == "check" else err)
