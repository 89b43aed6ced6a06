"""`capaian cases` and `capaian packs`: what they print, and how they end."""

import json

import pytest

from capaian.cli import main
from capaian.wire import short
from shelves import install, pack, plugin, policies, rule

CASE = {"id": "a", "rule": "city/half", "input": {"x": 4}, "expected": {"half": 2}}


@pytest.fixture
def run(capsys):
    """Run a command; return its exit code, output and errors."""

    def call(*given):
        with pytest.raises(SystemExit) as caught:
            main(list(given))
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return call


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write cases to a file, with the pack of their rule installed, and return its path."""
    plugin("plugin_city", pack(policies=policies(tmp_path / "own")))
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))

    def write(*cases, **keys):
        path = tmp_path / "cases.json"
        path.write_text(json.dumps({"cases": list(cases), **keys}), encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize(
    ("cases", "options", "code", "last"),
    [
        ([CASE], [], 0, "1 passed, 0 failed, 0 unknown"),
        ([], [], 0, "0 passed, 0 failed, 0 unknown"),
        ([CASE, {**CASE, "id": "b", "rule": "x/y"}], [], 1, "1 passed, 0 failed, 1 unknown"),
        ([{**CASE, "rule": "x/y"}], ["--allow-unknown"], 0, "0 passed, 0 failed, 1 unknown"),
        ([{**CASE, "expected": {"half": 3}}], [], 1, "0 passed, 1 failed, 0 unknown"),
        ([{**CASE, "expected": {"half": 3}}], ["--allow-unknown"], 1, "0 passed, 1 failed, 0 unknown"),
        ([CASE], ["--language", "id"], 0, "1 lulus, 0 gagal, 0 tidak dikenal"),
        ([{**CASE, "input": {}}], [], 3, "0 passed, 1 failed, 0 unknown"),
    ],
)  # fmt: skip
def test_the_last_line_counts_and_the_exit_code_tells(run, file, cases, options, code, last):
    """0 all passed; 1 a case failed, or nobody knows its rule; 3 a rule is broken."""
    found, out, err = run("cases", file(*cases), *options)
    assert (found, out.splitlines()[-1], err) == (code, last, "")


def test_bad_input_is_said_and_ends_with_2(run, file):
    path = file(CASE, count=2)
    said = (
        f"The cases in '{short(path)}' cannot be read; nothing was run.\n"
        "  CPN-K24  line 1, count: the file says that it holds 2 cases, and it holds 1.\n"
        "           to fix: restore what is missing, or correct count.\n"
    )
    assert run("cases", path) == (2, "", said)
    code, out, err = run("cases", path, "--json")
    assert (code, err, json.loads(out)["code"]) == (2, "", "CPN-K24")
    assert json.loads(out)["error"] == "CaseError"


def test_the_results_in_json_are_the_library_s(run, file):
    import capaian

    path = file(CASE, {**CASE, "id": "b", "input": {"x": 5}})
    code, out, _ = run("cases", path, "--json")
    assert (code, json.loads(out)) == (1, capaian.run_cases(path).to_dict())


def test_packs_are_listed_with_their_editions(run, file):
    code, out, _ = run("packs", "--json")
    assert code == 0
    (listed,) = json.loads(out)["packs"]
    assert (listed["name"], listed["distribution"], listed["version"]) == ("city", "capaian-city", "1.2")  # fmt: skip
    assert [each["edition"] for each in listed["policies"]] == ["2024", "2026"]
    code, out, _ = run("packs")
    assert code == 0
    assert out == (
        "city  (capaian-city 1.2)  available, verified\n"
        "  policy   city/2024  2024-01-01 – 2025-12-31\n"
        "  policy   city/2026  2026-01-01 – …\n"
        "  rule     city/half  (verified)\n"
    )


REGULATION = """
id = "district"
cite = "Decree 12/2025"
title = { id = "Penilaian", en = "Ratings" }
in_force = { from = 2026-01-01, trust = "unconfirmed" }
sources = { a = { cite = "article 4", trust = "derived" } }
numbers = { share = { value = "70%", source = "a" } }
rules = { value = { title = "Value", source = "a", gives = { y = "share" } } }
"""


def test_regulations_and_sources_of_a_pack_are_listed(run, monkeypatch, tmp_path):
    """In short for all packs; with its sources for the one that is named."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "district.toml").write_text(REGULATION, encoding="utf-8")
    plugin("plugin_city", pack(regulations=("district",), documents=folder))
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))
    short_ = (
        "city  (capaian-city 1.2)  available, derived, verified\n"
        "  law      district  2026-01-01 – … (unconfirmed)  Decree 12/2025\n"
        "  rule     city/half  (verified)\n"
        "  rule     district/value  (derived)\n"
    )
    assert run("packs") == (0, short_, "")
    more = "  source   (verified) a decree\n  source   (derived) article 4\n"
    assert run("packs", "city") == (0, short_ + more, "")
    (listed,) = json.loads(run("packs", "--json")[1])["packs"]
    assert listed["regulations"] == [
        {
            "id": "district", "cite": "Decree 12/2025", "title": {"id": "Penilaian", "en": "Ratings"},
            "from": "2026-01-01", "to": None, "days": "unconfirmed",
            "sources": {"a": {"cite": "article 4", "trust": "derived", "note": ""}},
        }
    ]  # fmt: skip
    assert [each["id"] for each in listed["rules"]] == ["city/half", "district/value"]


def test_a_pack_that_is_not_there_ends_with_2(run, file):
    code, out, err = run("packs", "citty")
    assert (code, out) == (2, "")
    assert err == (
        "Nothing is listed.\n"
        "  CPN-K06  there is no pack 'citty'. Did you mean 'city'?\n"
        "           to fix: install it, or use one of: city.\n"
    )


def test_a_broken_pack_is_listed_and_ends_with_3(run, monkeypatch):
    plugin("plugin_city", pack(rules=(rule("town/half"),)))
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))
    code, out, _ = run("packs", "--json")
    assert code == 3
    (listed,) = json.loads(out)["packs"]
    assert listed["status"] == "broken"
    reason = listed["reason"]
    assert reason.startswith("the rule 'town/half' is not named after its pack 'city'")
    code, out, _ = run("packs")
    assert (code, out) == (3, f"city  (capaian-city 1.2)  broken\n  why not  {reason}\n")


def test_a_policy_of_a_broken_pack_ends_every_command_with_3(run, monkeypatch, tmp_path):
    plugin("plugin_city", pack(rules=(rule("town/half"),)))
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))
    (tmp_path / "rows.csv").write_text("nip\na\n", encoding="utf-8")
    evidence = f"complaints={tmp_path / 'rows.csv'}"
    code, _, err = run("score", "city/2026", "--evidence", evidence, "--period", "2026")
    assert (code, "CPN-K02" in err) == (3, True)


def test_what_utf_8_has_no_form_for_is_escaped_everywhere(run, file):
    """Half of a pair of surrogates, in a result and in an error, in text and in JSON."""
    odd = {**CASE, "id": "\ud800", "rule": "\ud800/x"}
    code, out, _ = run("cases", file(odd))
    assert (code, "\\ud800/x" in out) == (1, True)
    code, out, _ = run("cases", file(odd), "--json")
    assert json.loads(out)["cases"][0]["id"] == "\ud800"
    code, out, _ = run("cases", file(odd, odd), "--json")
    assert (code, json.loads(out)["findings"][0]["values"]["case"]) == (2, "\ud800")
