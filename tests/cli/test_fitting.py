"""`capaian fit`: a policy goes in, a fitted policy comes out as a document."""

import json

import polars as pl
import pytest

import capaian
from capaian.cli import main
from capaian.policy import policy_fingerprint

OFFICE = """\
id = "league"
edition = "2026"
in_force = { from = 2026-01-01 }
relative = true
scale = { worst = 0, best = 100 }
missing = "exclude"
subject = "nip"
rounding = [{ where = "score", digits = 2 }]

[[indicators]]
id = "handled"
type = "count-based"
table = "services"
measure = { statistic = "sum", no_rows = "missing" }
columns = { amount = "pages" }
normalise = { method = "min-max", better = "higher" }
"""


@pytest.fixture
def files(tmp_path):
    """A policy and a table."""
    (tmp_path / "league.toml").write_text(OFFICE, encoding="utf-8")
    rows = [{"nip": nip, "pages": pages} for nip, pages in [("a", 3), ("b", 9), ("c", 5), ("c", 1)]]
    pl.DataFrame(rows).write_csv(tmp_path / "services.csv")
    return tmp_path


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, output and errors."""

    def call(*given):
        with pytest.raises(SystemExit) as caught:
            main(list(map(str, given)))
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return call


def fit(files, out, *more):
    """A whole command."""
    evidence = f"services={files / 'services.csv'}"
    policy = files / "league.toml"
    return ["fit", policy, "--evidence", evidence, "--period", "2026-Q1", "--out", out, *more]


@pytest.mark.parametrize("name", ["fitted.toml", "fitted.json"])
def test_fit_writes_a_policy_that_scores(files, run, name):
    """The same policy as `capaian.fit` gives, said in one line per method; `score` takes it."""
    path = files / name
    code, out, err = run(*fit(files, path))
    assert code == 0
    assert out == "handled: min-max, n = 3, left out = 0\n"
    assert err == f"league 2026+2026-Q1 in {path}\n"
    policy = capaian.load_policy(path)
    evidence = {"services": files / "services.csv"}
    assert policy == capaian.fit(files / "league.toml", evidence, period="2026-Q1")
    evidence = f"services={files / 'services.csv'}"
    code, out, _ = run("score", path, "--evidence", evidence, "--period", "2026-Q1", "--json")
    assert code == 0
    scored = json.loads(out)
    assert scored["policy"]["fingerprint"] == policy_fingerprint(policy)
    assert [each["score"] for each in scored["scores"]] == ["0.00", "100.00", "50.00"]


def test_fit_in_json_says_what_was_found_where(files, run):
    """For programs: the new edition, the file, and each cohort."""
    path = files / "fitted.toml"
    code, out, err = run(
        *fit(files, path, "--edition", "2026-b", "--as-of", "2026-04-05", "--json")
    )
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "policy": "league",
        "edition": "2026-b",
        "file": str(path),
        "left_behind": [],
        "fitted": [
            {
                "indicator": "handled",
                "method": "min-max",
                "period": "2026-Q1",
                "as_of": "2026-04-05T00:00:00",
                "n": 3,
                "left_out": {},
            }
        ],
    }


def test_the_fitted_document_is_one_that_people_read(files, run, snapshot):
    """Heads first, one key a line, what was found in a table of its own."""
    run(*fit(files, files / "fitted.toml"))
    snapshot("fitted.toml", (files / "fitted.toml").read_text(encoding="utf-8").rstrip("\n"))


def test_files_that_stay_behind_are_named(files, run):
    """A policy that goes to another folder takes its closures along, or says that it does not."""
    policy = files / "league.toml"
    text = OFFICE.replace("[[ind", 'calendar = "id/2024-2027"\nclosures = "own.csv"\n\n[[ind', 1)
    policy.write_text(text, encoding="utf-8")
    (files / "own.csv").write_text("date,reason\n2026-03-02,move\n", encoding="utf-8")
    other = files / "elsewhere"
    other.mkdir()
    code, _, err = run(*fit(files, other / "fitted.toml"))
    assert code == 0
    assert err.startswith(
        f"note: the policy names 'own.csv', which is not beside {other / 'fitted.toml'}\n"
    )
    code, _, err = run(*fit(files, files / "fitted.toml"))
    assert (code, "note" in err) == (0, False)


def test_faults_are_said_and_nothing_is_written(files, run):
    """Exit code 2: a cohort of one; the policy's own file; a name without an ending."""
    path = files / "fitted.toml"
    pl.DataFrame([{"nip": "a", "pages": 3}]).write_csv(files / "services.csv")
    code, out, err = run(*fit(files, path))
    assert (code, out) == (2, "")
    assert err == (
        "1 problem in the cohort; nothing was frozen.\n"
        "  CPN-R05  indicators['handled'].normalise: a cohort needs two subjects with a"
        " measured value; this one has 1, and 0 without.\n"
        "           to fix: fit to a period with more evidence, or use a method with a fixed"
        " target.\n"
    )
    code, out, err = run(*fit(files, files / "league.toml"))
    assert (code, out) == (2, "")
    assert err == (
        "Nothing was written.\n"
        "  CPN-R13  --out: 'league.toml' is the policy that is to be fitted.\n"
        "           to fix: write the fitted policy to another file: the two are two editions.\n"
    )
    code, out, err = run(*fit(files, files / "fitted.txt"))
    assert code == 2
    assert "fitted.txt' does not end in .toml or .json" in err
    assert sorted(each.name for each in files.iterdir()) == ["league.toml", "services.csv"]
    assert (files / "league.toml").read_text(encoding="utf-8") == OFFICE
