"""The command line as people and programs call it."""

import json
import subprocess
import sys

import polars as pl
import pytest

from capaian.cli import main
from capaian.policy import read_policy, to_document


@pytest.fixture
def files(tmp_path, office, evidence):
    """The made-up office as files: a policy, CSV, Parquet and JSON Lines."""
    policy = tmp_path / "desk.json"
    policy.write_text(json.dumps(to_document(read_policy(office))), encoding="utf-8")
    pl.DataFrame(evidence["complaints"]).write_csv(tmp_path / "complaints.csv")
    pl.DataFrame(evidence["services"]).write_parquet(tmp_path / "services.parquet")
    pl.DataFrame(evidence["survey"]).write_ndjson(tmp_path / "survey.jsonl")
    return tmp_path


def arguments(files, command, *more):
    """A whole command."""
    return [
        command,
        str(files / "desk.json"),
        "--evidence", f"complaints={files / 'complaints.csv'}",
        "--evidence", f"services={files / 'services.parquet'}",
        "--evidence", f"survey={files / 'survey.jsonl'}",
        "--period", "2026-01",
        *more,
    ]  # fmt: skip


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, output and errors."""

    def call(given):
        with pytest.raises(SystemExit) as caught:
            main(given)
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return call


def test_score_prints_a_table(files, run, snapshot):
    """One line per subject, the rule and its fingerprint below."""
    code, out, _ = run(arguments(files, "score"))
    assert code == 0
    snapshot("table.txt", out.rstrip("\n"))


def test_score_in_json_is_the_library_s_document(files, run, office, evidence):
    """The same bytes as `Scores.to_json`, from three kinds of files."""
    import capaian

    code, out, _ = run(arguments(files, "score", "--json"))
    assert code == 0
    assert out == capaian.score(read_policy(office), evidence, period="2026-01").to_json()


def test_score_writes_a_folder(files, run):
    """Documents and a page for each subject, nothing half-written left behind."""
    code, out, err = run(arguments(files, "score", "--out", str(files / "out"), "--pages"))
    assert code == 0
    written = sorted(
        str(path.relative_to(files / "out"))
        for path in (files / "out").rglob("*")
        if path.is_file()
    )
    assert written == [
        "ledger.csv", "pages/a.html", "pages/b.html", "pages/c.html", "pages/d.html",
        "scores.csv", "scores.json", "team.html",
    ]  # fmt: skip
    assert f"8 files in {files / 'out'}" in err
    assert "desk 2026" in out


def test_pages_of_several_periods(files, run):
    """A folder for each; the team's page in the language that was asked for, without pictures."""
    halves = ["2026-01-01/2026-01-14", "2026-01-15/2026-01-31"]
    usual = arguments(files, "score", "--out", str(files / "out"), "--pages", "--no-pictures")
    at = usual.index("2026-01")
    periods = [word for half in halves for word in ("--period", half)]
    code, _, _ = run([*usual[: at - 1], *usual[at + 1 :], *periods, "--language", "id"])
    assert code == 0
    teams = [each.read_text(encoding="utf-8") for each in (files / "out").glob("*/team.html")]
    assert len(teams) == 2
    assert all("<h1>Laporan tim</h1>" in each and "<svg" not in each for each in teams)


def test_explain_prints_one_subject(files, run):
    """In Indonesian where asked."""
    code, out, _ = run(arguments(files, "explain", "--subject", "b", "--language", "id"))
    assert code == 0
    assert "sumbangan" in out
    code, out, _ = run(arguments(files, "explain", "--subject", "b", "--json"))
    assert json.loads(out)["subject"] == "b"


def test_several_periods_at_once(files, run, office, evidence):
    """A table, a folder and a document for each; explained one after the other."""
    import capaian

    halves = ["2026-01-01/2026-01-14", "2026-01-15/2026-01-31"]
    more = [word for half in halves for word in ("--period", half)]

    def given(command, *rest):
        usual = arguments(files, command, *more, *rest)
        at = usual.index("2026-01")
        return [*usual[: at - 1], *usual[at + 1 :]]

    whole = capaian.score(read_policy(office), evidence, period=halves)
    assert run(given("score", "--json"))[:2] == (0, whole.to_json())
    code, out, _ = run(given("score", "--out", str(files / "out")))
    assert code == 0
    assert out == f"{whole.text(rows=4)}\n"
    folders = sorted(path.name for path in (files / "out").iterdir())
    assert [name[:21] for name in folders] == [half.replace("/", "_") for half in halves]
    assert sorted(path.name for path in (files / "out" / folders[0]).iterdir()) == [
        "ledger.csv", "scores.csv", "scores.json",
    ]  # fmt: skip
    code, out, _ = run(given("explain", "--subject", "b", "--json"))
    assert [each["period"] for each in json.loads(out)["periods"]] == halves
    code, out, _ = run(given("explain", "--subject", "b"))
    assert out == "\n\n".join(each.explain("b").text() for each in whole) + "\n"
    assert run(given("check"))[:2] == (0, "0 errors, 0 warnings, 0 notes\n")


def two_editions(files, office):
    """Write a folder with two editions: until 14 January, and after it."""
    folder = files / "rules"
    folder.mkdir()
    for edition, first, last in (("1", "01-01", "01-14"), ("2", "01-15", "12-31")):
        office |= {"edition": edition, "in_force": {"from": f"2026-{first}", "to": f"2026-{last}"}}
        text = json.dumps(to_document(read_policy(office)))
        (folder / f"{edition}.json").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("period", "edition"), [("2026-01-01/2026-01-14", "1"), ("2026-01-15/2026-01-31", "2")]
)
def test_one_period_takes_its_edition(files, run, office, period, edition):
    """A folder with two editions, and no day named: the period decides."""
    folder = two_editions(files, office)

    def given(*command):
        usual = arguments(files, *command)
        usual[usual.index("2026-01")] = period
        return [str(folder) if each.endswith("desk.json") else each for each in usual]

    code, out, _ = run(given("score", "--json"))
    assert code == 0
    assert json.loads(out)["policy"]["edition"] == edition
    assert run(given("check"))[0] in {0, 1}
    code, out, _ = run(given("record", "--subject", "a"))
    assert code == 0
    assert f'"edition":"{edition}"' in out


def test_a_period_that_spans_two_editions_is_refused(files, run, office):
    folder = two_editions(files, office)
    usual = [
        str(folder) if each.endswith("desk.json") else each for each in arguments(files, "score")
    ]
    code, _, err = run(usual)
    assert code == 2
    assert "CPN-D10" in err
    assert "2026-01 is not within 2026-01-15 to 2026-12-31" in err


def test_several_periods_take_their_editions(files, run, office, evidence):
    """A folder with two editions, and no day named."""
    folder = two_editions(files, office)
    usual = arguments(files, "score", "--json", "--period", "2026-01-15/2026-01-31")
    usual[usual.index("2026-01")] = "2026-01-01/2026-01-14"
    code, out, _ = run([str(folder) if each.endswith("desk.json") else each for each in usual])
    assert code == 0
    assert [each["policy"]["edition"] for each in json.loads(out)["periods"]] == ["1", "2"]


def test_check_finds_and_says_so_in_its_exit_code(files, run):
    """0 where there is nothing, 1 where there is something."""
    assert run(arguments(files, "check"))[:2] == (0, "0 errors, 0 warnings, 0 notes\n")
    (files / "survey.jsonl").write_text('{"nip": "a", "u1": 9}\n', encoding="utf-8")
    code, out, _ = run(arguments(files, "check"))
    assert code == 1
    assert "CPN-E" in out
    code, out, _ = run(arguments(files, "check", "--json"))
    assert json.loads(out)["findings"][0]["severity"] == "error"


def test_a_fault_is_said_in_text_or_json_and_never_as_a_traceback(files, run):
    """Exit code 2, the whole message, in the language asked for."""
    missing = [each.replace("survey.jsonl", "surveys.jsonl") for each in arguments(files, "score")]
    code, out, err = run(missing)
    assert (code, out) == (2, "")
    assert "surveys.jsonl" in err
    assert "Traceback" not in err
    code, out, err = run([*missing, "--json"])
    assert (code, err) == (2, "")
    assert json.loads(out)["error"] == "EvidenceError"


def test_a_command_that_cannot_be_read_is_said_in_json_too(files, run):
    """A usage error is bad input like any other."""
    code, out, _ = run(
        ["score", str(files / "desk.json"), "--evidence", "x", "--period", "2026", "--json"]
    )
    assert code == 2
    assert json.loads(out)["error"] == "UsageError"
    code, _, err = run(["score", str(files / "desk.json"), "--evidence", "x", "--period", "2026"])
    assert code == 2
    assert "'x' is not NAME=FILE" in err


def test_plugins_are_listed(run):
    """The built-in types are there like any stranger's."""
    code, out, _ = run(["plugins", "--json"])
    assert code == 0
    names = [each["name"] for each in json.loads(out)["plugins"]]
    types = {"time-based", "count-based", "survey-based", "rating-based", "moderation"}
    assert types | {"goalposts", "arithmetic"} <= set(names)
    code, out, _ = run(["plugins"])
    assert code == 0
    assert "time-based" in out


def test_doctor_says_what_is_installed(run):
    """Every part with its state; nothing broken here."""
    code, out, _ = run(["doctor", "--json"])
    assert code == 0
    parts = {each["part"]: each["state"] for each in json.loads(out)["checks"]}
    assert parts["polars"] == "ok"
    assert parts["python"] == "ok"
    assert run(["doctor"])[0] == 0


def test_the_installed_command_runs():
    """`python -m capaian.cli` and the script are the same program."""
    out = subprocess.run(
        [sys.executable, "-m", "capaian.cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.startswith("capaian, version ")


def test_plugins_may_be_held_off_by_a_switch(run):
    """The words are those of `capaian.Plugins` and of CAPAIAN_PLUGINS; capaian's own stay."""
    code, out, _ = run(["--plugins", "strict allow=", "plugins", "--json"])
    assert code == 0
    assert {each["status"] for each in json.loads(out)["plugins"]} == {"available"}
    code, _, err = run(["--plugins", "strct", "plugins"])
    assert code == 2
    assert err == (
        "Which plugins may be loaded cannot be read.\n"
        "  CPN-G08  --plugins: 'strct' does not say which plugins may be loaded. "
        "Did you mean 'strict'?\n"
        "           to fix: write none, strict, allow=NAME,NAME or several of them "
        "apart by spaces.\n"
    )


def test_a_result_that_cannot_be_written_is_no_traceback(files, run):
    """A file stands where the folder should be: exit code 2, and JSON where it was asked for."""
    (files / "out").write_text("a file", encoding="utf-8")
    code, out, err = run(arguments(files, "score", "--out", str(files / "out"), "--json"))
    assert (code, err) == (2, "")
    assert json.loads(out)["code"] == "CPN-X04"
