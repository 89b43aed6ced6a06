"""`capaian schema`, `capaian serve-stdio`, and one form of JSON for every command."""

import io
import json
import sys
from pathlib import Path

import pytest

import capaian
from capaian.cli import main
from capaian.errors import findings_document, plain_json
from capaian.policy import read_policy
from capaian.schemas import VERSIONS, schema_text
from small_office import OFFICE


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, output and errors."""

    def call(*given):
        with pytest.raises(SystemExit) as caught:
            main(given)
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return call


@pytest.fixture
def files(tmp_path, evidence, monkeypatch):
    """The small office as files, in the working directory."""
    (tmp_path / "desk.json").write_text(json.dumps(OFFICE), encoding="utf-8")
    for name, rows in evidence.items():
        plain = [{key: each if isinstance(each, str | int | None) else each.isoformat()
                  for key, each in row.items()} for row in rows]  # fmt: skip
        text = "".join(json.dumps(row) + "\n" for row in plain)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = [word for name in evidence for word in ("--evidence", f"{name}={name}.jsonl")]
    return ("desk.json", *names, "--period", "2026-01", "--json")


@pytest.mark.parametrize("name", VERSIONS)
def test_a_schema_is_printed_as_it_is_shipped(run, name):
    assert run("schema", name) == (0, schema_text(capaian.schema(name)), "")
    assert run("schema", name, "--json") == (0, plain_json(capaian.schema(name)) + "\n", "")


def test_the_schema_of_a_policy_s_evidence_is_printed(run, files):
    code, out, _ = run("schema", "evidence", "--policy", "desk.json")
    assert code == 0
    assert json.loads(out) == capaian.schema("evidence", read_policy(OFFICE))


def test_a_schema_that_there_is_not_is_bad_input(run):
    code, out, err = run("schema", "polcy", "--json")
    assert (code, err) == (2, "")
    with pytest.raises(capaian.RequestError) as caught:
        capaian.schema("polcy")
    assert out == caught.value.to_json()


def test_the_command_line_prints_the_library_s_bytes(run, files, evidence):
    """Scores, an explanation, findings, results of cases, an error."""
    policy = read_policy(OFFICE)
    scores = capaian.score(policy, evidence, period="2026-01")
    assert run("score", *files) == (0, scores.to_json(), "")
    assert run("explain", *files, "--subject", "b") == (0, scores.explain("b").to_json(), "")
    found = capaian.check(policy, evidence, period="2026-01")
    assert run("check", *files) == (0, plain_json(findings_document(found)) + "\n", "")
    cases = {"cases": [{"id": "1", "rule": "a/b", "input": {}, "expected": {"x": 0.5}}]}
    with open("cases.json", "w", encoding="utf-8") as file:  # noqa: PTH123 - as short as it can be
        json.dump(cases, file)
    assert run("cases", "cases.json", "--json") == (1, capaian.run_cases(cases).to_json(), "")
    with pytest.raises(capaian.EvidenceError) as caught:
        scores.explain("z")
    assert run("explain", *files, "--subject", "z") == (2, caught.value.to_json(), "")


@pytest.fixture
def ask(run, monkeypatch):
    """Run `capaian serve-stdio` over some lines; return its exit code and answers."""

    def call(lines, *options):
        source = io.TextIOWrapper(io.BytesIO("\n".join(map(json.dumps, lines)).encode()))
        monkeypatch.setattr(sys, "stdin", source)
        code, out, err = run("serve-stdio", *options)
        assert err == ""
        return code, [json.loads(line) for line in out.splitlines()]

    return call


def test_requests_are_answered_until_the_input_ends(ask, files, evidence):
    """By the policy, the period and the language that the command names."""
    paths = {name: f"{name}.jsonl" for name in evidence}
    options = ("--policy", "desk.json", "--period", "2026-01", "--language", "id")
    code, found = ask([{"request": "score", "evidence": paths},
                       {"request": "explain", "subject": "z", "evidence": paths}], *options)  # fmt: skip
    assert code == 2
    assert [each["kind"] for each in found] == ["head", *["score"] * 4, "end", "error"]
    assert found[-1]["text"].startswith("tidak ada")


def test_several_periods_may_be_usual(ask, files, evidence):
    halves = ("--period", "2026-01-01/2026-01-14", "--period", "2026-01-15/2026-01-31")
    paths = {name: f"{name}.jsonl" for name in evidence}
    asked = [{"request": "score", "policy": OFFICE, "evidence": paths}]
    code, found = ask(asked, *halves)
    assert code == 0
    assert [each["kind"] for each in found].count("head") == 2
    assert ask(asked, "--policy", "desk.json", *halves)[1] == found


def test_of_several_editions_each_period_takes_its_own(ask, files, evidence):
    """A folder, named by the command or by the request, and no day; what spans two is refused."""
    folder = Path("rules")
    folder.mkdir()
    for edition, first, last in (("1", "01-01", "01-14"), ("2", "01-15", "12-31")):
        force = {"from": f"2026-{first}", "to": f"2026-{last}"}
        text = json.dumps(OFFICE | {"edition": edition, "in_force": force})
        (folder / f"{edition}.json").write_text(text, encoding="utf-8")
    paths = {name: f"{name}.jsonl" for name in evidence}
    halves = ("2026-01-01/2026-01-14", "2026-01-15/2026-01-31")
    asked = [{"request": "score", "period": each, "evidence": paths} for each in halves]
    code, found = ask(asked, "--policy", "rules")
    heads = [each["head"] for each in found if each["kind"] == "head"]
    assert (code, [each["policy"]["edition"] for each in heads]) == (0, ["1", "2"])
    assert ask([each | {"policy": "rules"} for each in asked])[1] == found
    code, found = ask([asked[0] | {"period": "2026-01"}], "--policy", "rules")
    assert (code, found[0]["code"]) == (2, "CPN-D10")


def test_a_line_may_be_made_shorter(ask):
    code, found = ask([{"request": "version", "id": "x" * 1000}], "--longest-line", "1000")
    assert (code, found[0]["code"]) == (2, "CPN-J05")


def test_a_policy_that_cannot_be_read_stops_it_before_the_first_line(run):
    code, out, err = run("serve-stdio", "--policy", "nowhere.toml")
    assert (code, out) == (2, "")
    assert "CPN-P09" in err
