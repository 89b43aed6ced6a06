"""`python -m capaian.testing`: text, JSON, exit codes."""

import json

import pytest

from capaian.testing.__main__ import run

QUICK = ["--examples", "4", "--engine", "records"]
MINE = ["--module", "testing.mutants.good"]


def test_a_good_method_is_done(capsys):
    assert run(["identity", *QUICK]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("identity, edition 2026.1: ")


def test_a_failing_indicator_is_a_finding_and_json_says_all(capsys):
    """What is announced is none."""
    wrong = ["unknown-state", "--module", "testing.mutants.gaps", *QUICK, "--json"]
    assert run(wrong) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "capaian/conformance/1"
    assert [e["check"] for e in document["outcomes"] if e["status"] == "failed"] == ["C05"]
    assert run([*wrong, "--expect", "C05=the rule"]) == 0


def test_a_sample_is_a_file(tmp_path, capsys):
    """An indicator's table as a policy has it."""
    file = tmp_path / "sample.toml"
    file.write_text("minimum = 2\n[measure]\nat_most = 2\n", encoding="utf-8")
    assert run(["good-visits", *MINE, *QUICK, "--sample", str(file)]) == 0
    file.write_text("at_least = 0.75\n", encoding="utf-8")
    assert run(["good-mark", *MINE, *QUICK, "--sample", str(file), "--all"]) == 0
    assert "A01  passed" in capsys.readouterr().out


def test_a_plugin_that_cannot_be_loaded_has_a_code_of_its_own(capsys):
    assert run(["nowhere", *QUICK]) == 3
    assert "nothing installed brings the kind 'nowhere'" in capsys.readouterr().out


def test_a_sample_that_is_refused_is_a_finding(capsys):
    """The plugin is there; what is asked of it is not enough."""
    assert run(["time-based", *QUICK]) == 1
    assert "the sample is refused: PolicyError CPN-P02" in capsys.readouterr().out


def test_bad_input_is_said_with_a_code(tmp_path, capsys):
    missing = tmp_path / "none.toml"
    assert run(["identity", "--sample", str(missing)]) == 2
    assert "CPN-T03" in capsys.readouterr().err
    assert run(["identity", "--edition", "1999", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "CPN-T01"
    assert run(["x", "--module", "no_such_module_at_all", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "CPN-G03"


def test_a_check_can_be_read(capsys):
    """Why it stands, what breaks it, what to do."""
    assert run(["C02"]) == 0
    assert capsys.readouterr().out == (
        "C02  A missing number is not counted as zero.\n\n"
        "Why: An unanswered question is not the worst answer.\n"
        'Broken by: `agg.sum(col("rating")) / agg.count()`.\n'
        "To fix: Divide by the rows that have the number: "
        '`agg.count(col("rating").present())`.\n'
        "Edition: 2026.1\n"
    )


def test_an_unknown_option_is_bad_input(capsys):
    with pytest.raises(SystemExit) as caught:
        run(["identity", "--no-such-option"])
    assert caught.value.code == 2
