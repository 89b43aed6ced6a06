"""Cases are run one by one: whatever a rule does is a result, and reaches nobody."""

import json
import sys
from decimal import Decimal
from fractions import Fraction

import pytest

import capaian
from capaian.cases.run import call_rule
from shelves import half, install, pack, plugin, rule


def case(name, x=4, rule="city/half", **keys):
    return {"id": name, "rule": rule, "input": {"x": x}, **({"expected": {"half": 2}} | keys)}


@pytest.fixture
def run(monkeypatch):
    """Run cases against a pack with this rule function."""

    def call(*cases, apply=half, name="city/half"):
        plugin("plugin_city", pack(rules=(rule(name, apply),)))
        install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))
        return capaian.run_cases({"cases": list(cases)})

    return call


def test_cases_pass_fail_or_are_of_an_unknown_rule(run):
    found = run(
        case("a"),
        case("b", 5),
        case("c", rule="city/halv"),
        case("d", rule="town/half"),
        case("e", rule="citi/half"),
        case("f", rule="town/half"),
    )
    assert [each.status for each in found.results] == [
        "passed", "failed", "unknown", "unknown", "unknown", "unknown",
    ]  # fmt: skip
    assert (found.passed, found.failed, found.unknown, found.broken) == (1, 1, 4, False)
    assert found.text() == (
        "b  city/half  /half  expected 2, found 2.5\n"
        "1 × city/halv  no installed pack brings the rule 'city/halv'. Did you mean 'city/half'?\n"
        "2 × town/half  no installed pack brings the rule 'town/half'.\n"
        "1 × citi/half  no installed pack brings the rule 'citi/half'. Did you mean 'city'?\n"
        "1 passed, 1 failed, 4 unknown"
    )
    assert found.text("id").splitlines()[-1] == "1 lulus, 1 gagal, 4 tidak dikenal"


def test_the_whole_text_of_every_kind_of_failure(run):
    """The case, the rule, the place, what was expected and what was found."""

    def many(values):
        return {
            "half": "two", "list": [1, None], "flag": True, "more": {"deep": Fraction(1, 3)},
            "kept": 7,
        }  # fmt: skip

    expected = {"half": 2, "list": [], "flag": None, "more": {"deep": 1}, "kept": 7, "gone": "x"}
    assert run(case("a", expected=expected), apply=many).text() == (
        'a  city/half  /half  expected 2, found "two"\n'
        "a  city/half  /list/0  expected nothing, found 1\n"
        "a  city/half  /list/1  expected nothing, found null\n"
        "a  city/half  /flag  expected null, found true\n"
        "a  city/half  /more/deep  expected 1, found 1/3\n"
        'a  city/half  /gone  expected "x", found nothing\n'
        "0 passed, 1 failed, 0 unknown"
    )


def test_a_tolerance_is_for_numbers_only(run):
    found = run(case("a", 5, tolerance=0.5), case("b", 5, tolerance=Decimal("0.49999999999999999")))
    assert [each.status for each in found.results] == ["passed", "failed"]


def test_a_refusal_is_a_failure_unless_it_is_right(run):
    """With its reason; and a result is none where a refusal is right."""
    refusal = {"id": "b", "rule": "city/half", "input": {"x": "four"}, "refused": True}
    found = run(case("a", "four"), refusal, {**refusal, "id": "c", "input": {"x": 4}})
    assert not found.broken
    assert found.text() == (
        "a  city/half  CPN-K10  the rule 'city/half' cannot take the input: 'x' is not a number.\n"
        "c  city/half  /refused  expected true, found nothing\n"
        "1 passed, 2 failed, 0 unknown"
    )


def divide(values):
    return {"half": values["x"] / 0}


def leave(values):
    sys.exit(7)


def inexact(values):
    return {"half": {"list": [1, 0.5]}}


def none(values):
    return None


@pytest.mark.parametrize(
    ("apply", "said"),
    [
        (divide, "CPN-K11  the rule 'city/half' failed: ZeroDivisionError at test_run.py, line {line}."),
        (leave, "CPN-K11  the rule 'city/half' failed: SystemExit at test_run.py, line {line}."),
        (inexact, "CPN-K12  the rule 'city/half' returned a value of the type float at '/half/list/1'."),
        (none, "CPN-K12  the rule 'city/half' returned a value of the type NoneType at '/'."),
        (lambda _: {"half": Decimal("nan")}, "CPN-K12  the rule 'city/half' returned a value of the type Decimal (NaN) at '/half'."),
    ],
    ids=["raises", "exits", "float", "none", "nan"],
)  # fmt: skip
def test_a_rule_that_is_broken_is_a_coded_failure_and_the_others_run(run, apply, said):
    """Type, file and line of what it raised; never its text, which could hold what it was given."""
    found = run(case("a"), case("b", rule="town/half"), apply=apply)
    line = apply.__code__.co_firstlineno + 1
    assert found.broken
    assert found.text().splitlines()[0] == f"a  city/half  {said.format(line=line)}"
    assert found.results[1].status == "unknown"


def test_a_broken_pack_fails_its_own_cases_only(run, monkeypatch):
    """The others run; a pack that no case names is not even looked at."""
    plugin("plugin_town", pack("town", rules=(rule("city/half"),)))
    cases = [case("a"), case("b", rule="town/half"), case("c", rule="town/other")]
    plugin("plugin_city", pack())
    install(
        monkeypatch,
        ("city", "plugin_city", "capaian-city", "1.2"),
        ("town", "plugin_town", "capaian-town", "3"),
        ("gone", "plugin_gone", "capaian-gone", "1"),
    )
    found = capaian.run_cases({"cases": cases})
    assert [each.status for each in found.results] == ["passed", "failed", "failed"]
    assert found.broken
    assert found.results[1].text("id") == (
        "b  town/half  CPN-K02  aturan 'city/half' tidak dinamai menurut paketnya, 'town';"
        " asalnya capaian-town 3 (plugin_town)."
    )
    assert capaian.run_cases({"cases": cases[:1]}).passed == 1


def test_a_rule_cannot_change_what_it_is_given():
    values = {"x": [1, 2]}

    def clear(given):
        given["x"].clear()
        return {"left": len(given["x"])}

    assert call_rule(rule(apply=clear), values) == {"left": 0}
    assert values == {"x": [1, 2]}


def test_a_rule_is_given_exact_numbers(run):
    """Whole ones as int, others as Fraction, however they are written."""
    seen = []

    def see(values):
        seen.append(values["x"])
        return {}

    run(case("a", 4.0, expected={}), case("b", Decimal("4.5"), expected={}), apply=see)
    assert [(type(each), each) for each in seen] == [(int, 4), (Fraction, Fraction(9, 2))]


def test_results_are_plain_json(run):
    """Numbers that are not whole are exact texts."""
    found = run(case("a", 5), case("b", rule="town/half"))
    said = found.to_dict()
    assert json.loads(json.dumps(said)) == said
    assert said["cases"][0] == {
        "id": "a",
        "rule": "city/half",
        "status": "failed",
        "differences": [{"pointer": "/half", "expected": 2, "found": "2.5"}],
        "findings": [],
        "unconfirmed": [],
    }
    assert said["cases"][1]["findings"][0]["code"] == "CPN-K20"
    assert (said["passed"], said["failed"], said["unknown"]) == (0, 1, 1)
    assert str(found) == found.text()


def test_the_cases_that_a_pack_brings_are_run_by_its_id(tmp_path, monkeypatch):
    """All its files; a file of that name beside goes first."""
    files = []
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(json.dumps({"cases": [case("a"), case("b", 5)]}))
        files.append(tmp_path / name)
    plugin("plugin_city", pack(cases=tuple(files)))
    plugin("plugin_bad", pack("bad", rules=(rule("x/y"),)))
    install(
        monkeypatch,
        ("city", "plugin_city", "capaian-city", "1.2"),
        ("bad", "plugin_bad", "capaian-bad", "1"),
    )
    found = capaian.run_cases("city")
    assert (found.passed, found.failed) == (2, 2)
    with pytest.raises(capaian.PluginError, match="CPN-K02"):
        capaian.run_cases("bad")
    for name in ("town", "city/half"):
        with pytest.raises(capaian.CaseError, match="CPN-P10"):
            capaian.run_cases(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "city").write_text("no cases")
    with pytest.raises(capaian.CaseError, match="CPN-P10"):
        capaian.run_cases("city")


def test_a_pack_that_is_not_installed_is_handed_over(monkeypatch):
    install(monkeypatch)
    given = plugin("plugin_given", pack())
    assert capaian.run_cases({"cases": [case("a")]}, plugins=[given]).passed == 1
    (wrong,) = capaian.run_cases({"cases": [case("a", rule="citi/x")]}, plugins=[given]).results
    assert wrong.text().endswith("'citi/x'. Did you mean 'city'?")
    assert capaian.run_cases({"cases": [case("a")]}).unknown == 1


@pytest.mark.parametrize(
    ("code", "values", "english", "indonesian"),
    [
        (
            "CPN-K10",
            {"rule": "city/half", "reason": "'x' is not a number."},
            (
                "the rule 'city/half' cannot take the input: 'x' is not a number.\n"
                "           to fix: correct the input; where a refusal is right, write refused = true in"
                " place of expected."
            ),
            (
                "aturan 'city/half' tidak dapat menerima masukannya: 'x' is not a number.\n"
                "           perbaikan: perbaiki masukannya; bila penolakan memang benar, tulis"
                " refused = true, bukan expected."
            ),
        ),
        (
            "CPN-K11",
            {"rule": "city/half", "error": "KeyError", "file": "city.py", "line": 7},
            (
                "the rule 'city/half' failed: KeyError at city.py, line 7.\n"
                "           to fix: its author must repair it, or raise ValueError for what it cannot"
                " take."
            ),
            (
                "aturan 'city/half' gagal: KeyError di city.py, baris 7.\n"
                "           perbaikan: pembuatnya harus memperbaikinya, atau memunculkan ValueError untuk"
                " yang tidak diterima."
            ),
        ),
        (
            "CPN-K12",
            {"rule": "city/half", "given": "float", "pointer": "/half"},
            (
                "the rule 'city/half' returned a value of the type float at '/half'.\n"
                "           to fix: its author must return JSON values, a mapping first, with exact"
                " numbers: int, Fraction, Decimal."
            ),
            (
                "aturan 'city/half' mengembalikan nilai bertipe float di '/half'.\n"
                "           perbaikan: pembuatnya harus mengembalikan nilai JSON, diawali pemetaan, dengan"
                " bilangan eksak: int, Fraction, Decimal."
            ),
        ),
        (
            "CPN-K20",
            {"rule": "city/halv", "hint": " Did you mean 'city/half'?"},
            (
                "no installed pack brings the rule 'city/halv'. Did you mean 'city/half'?\n"
                "           to fix: correct the name, or install the pack; `capaian packs` lists what is"
                " installed."
            ),
            (
                "tidak ada paket terpasang yang membawa aturan 'city/halv'. Maksud Anda 'city/half'?\n"
                "           perbaikan: perbaiki namanya, atau pasang paketnya; `capaian packs` menampilkan"
                " yang terpasang."
            ),
        ),
    ],
)
def test_the_whole_text_of_what_is_said_of_a_rule(code, values, english, indonesian):
    """In both languages, with what is to be done."""
    finding = capaian.Finding(code, "", values)
    assert finding.line("en") == f"  {code}  {english}"
    assert finding.line("id") == f"  {code}  {indonesian}"
