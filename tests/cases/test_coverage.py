"""How far cases reach, and cases made for every edge and cell."""

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

import capaian
from capaian.cli import cli
from capaian.errors import PluginError
from capaian.plugin import Pack, Rule, hookimpl
from shelves import SOURCE, TITLE, half

DOCUMENT = """
id = "district"
cite = "Decree"
title = "Ratings"
in_force = { from = 2026-01-01 }
sources = { a = { cite = "article 4", trust = "verified" }, b = { cite = "article 5", trust = "unconfirmed" } }
numbers = { share = { value = "70%", source = "a" } }

[tables.matrix]
source = "a"
inputs = { work = ["high", "low"], conduct = ["high", "low"] }
rows = [
    { work = "high", conduct = "high", word = "good" },
    { work = "high", conduct = "low", none = "not allowed" },
    { work = "low", word = "poor", source = "b" },
]

[grades.grade]
source = "a"
digits = 2
low = 0
high = 100
rows = [{ from = 50, word = "good" }, { to = 49.99, word = "poor", source = "b" }]

[rules.cell]
title = "Cell"
source = "a"
input = { work = { kind = "label", of = ["high", "low"] }, conduct = { kind = "label", of = ["high", "low"] } }
gives = { word = "matrix(work, conduct)" }

[rules.word]
title = "Word"
source = "a"
input = { score = { kind = "number", above = 0 }, more = { kind = "number", optional = true } }
gives = { word = "grade(score)", third = "score / (1 + 1 + 1)" }

[rules.indirect]
title = "Word of a sum"
source = "a"
input = { a = { kind = "number" } }
gives = { word = "grade(a * share)" }
"""
CASES = [
    {"id": "1", "rule": "district/word", "input": {"score": 50, "more": 7}, "expected": {"word": "good"}},
    {"id": "2", "rule": "district/word", "input": {"score": 49.99}, "expected": {"word": "poor"}},
    {"id": "3", "rule": "district/cell", "input": {"work": "high", "conduct": "high"},
     "expected": {"word": "good"}},
    {"id": "4", "rule": "district/indirect", "input": {"a": 10}, "expected": {"word": "poor"},
     "confidence": "memory", "source": "a talk"},
    {"id": "5", "rule": "office/half", "input": {"x": 3}, "expected": {"half": 1.5},
     "confidence": "memory"},
]  # fmt: skip


class Plugin:
    """A pack with a regulation as data, whose rules are found by the regulation's id."""

    __name__ = "district_pack"

    def __init__(self, folder, text=DOCUMENT, cases=CASES):
        folder.mkdir(exist_ok=True)
        (folder / "district.toml").write_text(text, encoding="utf-8")
        (folder / "cases.json").write_text(json.dumps({"cases": cases}), encoding="utf-8")
        self.folder = folder

    @hookimpl
    def capaian_packs(self):
        rule = Rule("office/half", TITLE, SOURCE, half)
        documents = self.folder
        return [
            Pack("office", TITLE, (SOURCE,), rules=(rule,), cases=(documents / "cases.json",),
                 regulations=("district",), documents=_Documents(documents)),
        ]  # fmt: skip


class _Documents(type(__import__("pathlib").Path())):
    """A folder of which only the regulations are seen."""

    def iterdir(self):
        return (each for each in super().iterdir() if each.name != "cases.json")


@pytest.fixture
def plugin(tmp_path):
    return Plugin(tmp_path / "pack")


def test_rules_of_a_regulation_are_found_by_its_id(plugin):
    found = capaian.run_cases("office", plugins=[plugin])
    assert (found.passed, found.failed, found.unknown) == (5, 0, 0)


def test_what_is_not_confirmed_is_counted_and_named(plugin):
    found = capaian.run_cases("office", plugins=[plugin])
    assert [(each.id, each.unconfirmed) for each in found.unconfirmed] == [
        ("2", ("article 5",)),
        ("4", ("article 5", "a talk")),
        ("5", ("5",)),
    ]
    assert found.text() == (
        "5 passed, 0 failed, 0 unknown\n"
        "3 of the passed rest on what is not confirmed: district/word (1), district/indirect (1), "
        "office/half (1)"
    )
    assert (
        found.text("id")
        .splitlines()[1]
        .startswith("3 dari yang lulus bersandar pada yang belum dikonfirmasi: ")
    )
    said = found.to_dict()
    assert said["unconfirmed"] == 3
    assert said["cases"][3]["unconfirmed"] == ["article 5", "a talk"]


def test_rows_and_edges_that_no_case_meets_are_listed(plugin):
    reach = capaian.cover_cases("office", plugins=[plugin])
    assert str(reach) == (
        "district  matrix  row 1  work = high, conduct = low, none = not allowed\n"
        "district  matrix  row 2  work = low, word = poor, source = b\n"
        "district  grade  edge 0\n"
        "district  grade  edge 100\n"
        "5 of 9 rows and edges are met"
    )
    assert reach.text("id").endswith("5 dari 9 baris dan batas teruji")
    assert reach.to_dict()["missed"][0] == {
        "regulation": "district",
        "table": "matrix",
        "row": 1,
        "said": "work = high, conduct = low, none = not allowed",
    }


def test_a_pack_without_tables_has_nothing_to_meet():
    assert str(capaian.cover_cases({"cases": []})) == "no tables"


def test_cases_are_made_for_every_cell_and_both_sides_of_every_edge(plugin):
    made = capaian.boundary_cases("office", plugins=[plugin])
    words = [each for each in made if each["rule"] == "district/word"]
    assert {each["input"]["score"]: each["expected"]["word"] for each in words} == {
        0.005: "poor", 0.01: "poor", 49.98: "poor", 49.985: "poor", 49.99: "poor", 49.995: "good",
        50: "good", 50.005: "good", 50.01: "good", 99.99: "good", 99.995: "good", 100: "good",
    }  # fmt: skip
    assert all(each["input"]["more"] == 7 for each in words)
    cells = [each for each in made if each["rule"] == "district/cell"]
    assert [(*each["input"].values(), each["expected"]["word"]) for each in cells] == [
        ("high", "high", "good"), ("high", "low", None), ("low", "high", "poor"), ("low", "low", "poor"),
    ]  # fmt: skip
    assert not [each for each in made if each["rule"] == "district/indirect"]


def test_made_cases_are_read_back_exactly_and_pass(plugin, tmp_path):
    made = {"cases": capaian.boundary_cases("office", plugins=[plugin])}
    file = tmp_path / "made.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    found = capaian.run_cases(file, plugins=[plugin])
    assert (found.passed, found.failed, found.unknown) == (len(made["cases"]), 0, 0)
    thirds = [each for each in made["cases"] if "tolerance" in each]
    assert all(Fraction(repr(float(each["input"]["score"]))) % Fraction(3, 100) for each in thirds)
    reach = capaian.cover_cases(file, plugins=[plugin])
    assert [each.said for each in reach.missed] == ["0"]  # the input must be above it


def test_the_command_line_has_both(plugin, monkeypatch):
    from capaian.cli import options

    monkeypatch.setattr(options, "switches", lambda: capaian.Plugins(given=[plugin]))
    run = CliRunner().invoke(cli, ["cases", "office", "--coverage"])
    assert (run.exit_code, run.output.splitlines()[-1]) == (0, "5 of 9 rows and edges are met")
    run = CliRunner().invoke(cli, ["cases", "office", "--boundaries"])
    assert (run.exit_code, json.loads(run.output)["cases"][0]["id"]) == (0, "district/word#1")


def test_a_document_that_is_not_sound_keeps_its_pack_from_loading(tmp_path):
    text = DOCUMENT.replace("to = 49.99", "to = 49")
    found = capaian.run_cases(
        {"cases": [{"id": "1", "rule": "district/word", "input": {}, "refused": True}]},
        plugins=[Plugin(tmp_path / "pack", text)],
    )
    assert found.results[0].text().split("  ", 2)[2] == (
        "CPN-L03  no row is for 49.01 ≤ x ≤ 49.99."
    )
    assert found.results[0].findings[0].where == "documents['district.toml'].grades.grade"


def test_a_document_is_named_after_its_regulation(tmp_path):
    with pytest.raises(PluginError) as caught:
        capaian.cover_cases(
            "office",
            plugins=[Plugin(tmp_path / "p", DOCUMENT.replace('id = "district"', 'id = "city"'))],
        )
    assert caught.value.findings[0].text() == (
        "the document 'district.toml' holds the regulation 'city'; the pack 'office' does not name "
        "it so. It is from (given) (district_pack)."
    )
