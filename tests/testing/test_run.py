"""What comes of a run: outcomes, expected failures, notices, the time limit, the seed."""

import json
import sys
import types

import pytest

from capaian.plugin import hookimpl
from capaian.testing import (
    ConformanceError,
    MethodSample,
    Outcome,
    PackSample,
    Profile,
    Sample,
    check_indicator,
    check_method,
    check_pack,
)
from testing.mutants import gaps, good, identities, lives, methods, shelf, values
from testing.mutants.making import mean_rating, of_kind

QUICK = Profile(examples=5, engines=("records",), probe=False)
WRONG = Sample(gaps, {"type": "unknown-state"})


def checked(sample, **how):
    return check_indicator(sample, edition="2026.1", profile=QUICK, **how)


@pytest.fixture(scope="module")
def report():
    return checked(WRONG, on_fail="collect")


def test_a_failure_raises_and_the_error_has_the_report():
    """A test runner counts it as a failed test."""
    with pytest.raises(ConformanceError, match="C05") as caught:
        checked(WRONG)
    assert isinstance(caught.value, AssertionError)
    assert [each.check for each in caught.value.report.failures] == ["C05"]


def test_outcomes_are_records(report):
    """Check, clause, status, reason, smallest failing input, seed."""
    found = {each.check: each for each in report}
    assert list(found) == sorted(found)
    assert found["C05"] == Outcome(
        "C05",
        "Every state has words in both languages.",
        "failed",
        found["C05"].reason,
    )
    assert found["C05"].reason.startswith("'waiting_for_godot' has no words; those that have: ")
    assert found["B06"].status == "skipped"
    assert found["B06"].reason == "the sample has no cases"


def test_the_report_says_the_same_as_text_and_as_json(report):
    """A line for each outcome, and one of all."""
    document = json.loads(report.to_json())
    assert document["subject"] == "unknown-state"
    assert document["counts"] == report.counts()
    assert sum(document["counts"].values()) == len(document["outcomes"]) == len(report)
    assert "C05  failed    Every state has words in both languages." in report.text()
    assert report.text(every=False).count("passed") == 1
    assert str(report) == report.text()
    assert repr(report).startswith("<Report unknown-state, edition 2026.1: ")
    assert "<pre>" in report._repr_html_()


def test_an_announced_failure_is_expected(report):
    """It raises nothing and keeps its reason."""
    found = {each.check: each for each in checked(WRONG, expected_failures={"C05": "the rule"})}
    assert (found["C05"].status, found["C05"].reason) == ("expected", "the rule")


def test_an_announced_failure_that_does_not_fail_is_one():
    """Strict: what was repaired must not stay announced."""
    with pytest.raises(ConformanceError, match=r"it was expected to fail \(old\) and does not"):
        checked(Sample(good, {"type": "good-cases"}), expected_failures={"B01": "old"})


def test_a_preview_is_a_notice():
    """It does not fail a plugin."""
    found = {e.check: e for e in checked(Sample(identities, {"type": "undescribed"}))}
    assert found["A05"].status == "notice"
    assert found["A05"].reason == "the docstring of Silent does not name: grace"


def test_a_plugin_that_cannot_be_built_is_said_once():
    """The rest is skipped with that reason."""
    report = checked(Sample(identities, {"type": "unread-column"}), on_fail="collect")
    assert [each.check for each in report.failures] == ["A01"]
    assert {each.status for each in report} == {"failed", "passed", "skipped"}


def test_the_smallest_input_is_shown_and_found_again():
    """The same seed finds the same rows."""
    sample = Sample(values, {"type": "unbounded"})
    first, second = (
        {each.check: each for each in checked(sample, on_fail="collect")}["B01"] for _ in range(2)
    )
    assert first == second
    assert len(first.example.splitlines()) <= 2
    assert "'rating': " in first.example


def test_one_that_never_ends_is_stopped():
    """In a process of its own: everything else is skipped."""
    profile = Profile(examples=3, engines=("records",), seconds=2)
    report = check_indicator(
        Sample(lives, {"type": "endless"}), edition="2026.1", on_fail="collect", profile=profile
    )
    assert [each.check for each in report.failures] == ["I05"]
    assert report.failures[0].reason == "it did not finish within 2 s"


def test_a_module_that_brings_one_type_needs_no_sample():
    """The common case is one line; in a notebook no new process can import it."""

    @hookimpl
    def capaian_indicator_types():
        return [of_kind("only", lambda options, indicator: mean_rating(indicator))]

    module = types.ModuleType("notebook_plugin")
    module.capaian_indicator_types = capaian_indicator_types
    found = {each.check: each for each in checked(module)}
    assert found["B01"].status == "passed"
    assert found["E04"].reason == (
        "a new process cannot import the plugin: give a module that stands in a file"
    )


def test_a_record_is_checked_as_it_is():
    """Its functions' module is what a new process imports."""
    record = next(e for e in good.capaian_indicator_types() if e.kind == "good-cases")
    found = {each.check: each for each in checked(record)}
    assert found["E04"].status == "passed"


def test_a_module_that_brings_several_needs_the_kind():
    report = checked(good, on_fail="collect")
    assert report.failures[0].reason == (
        "it cannot be loaded: PluginError CPN-T04 plugin: it brings 4 plugins of the sort that is to be "
        "checked, not one (good-cases, good-rating, good-visits, owner/good)."
    )


def test_methods_are_checked_by_kind_record_or_sample():
    """All three are the same."""
    record = next(each for each in good.capaian_methods() if each.kind == "good-mean")
    for given in ("minimum", record, MethodSample(good, kind="good-mean")):
        report = check_method(given, edition="2026.1", profile=QUICK)
        assert report.counts()["failed"] == 0


def test_an_aggregation_and_a_normalisation_have_their_own_checks():
    wrong = MethodSample(methods, kind="half-again")
    report = check_method(wrong, edition="2026.1", on_fail="collect", profile=QUICK)
    assert "K01" in {each.check for each in report.failures}
    assert not {each.check[0] for each in report} & set("BCDGJL") - {"J"}
    assert "J02" not in {each.check for each in report}


def test_packs_are_checked_by_module_or_record():
    """With the cases that they bring."""
    record = next(each for each in shelf.capaian_packs() if each.kind == "good-pack")
    for given in (record, PackSample(shelf, kind="good-pack")):
        report = check_pack(given, edition="2026.1", profile=QUICK)
        assert {e.check for e in report if e.status == "passed"} >= {"A01", "P01", "P02", "P07"}


def test_capaian_does_not_load_hypothesis():
    """Only who runs checks needs it."""
    import subprocess

    code = (
        "import sys, capaian, capaian.testing\n"
        "for name in capaian.__all__: getattr(capaian, name)\n"
        "print('hypothesis' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_what_is_skipped_is_said_once_for_each_reason():
    """A new author reads the one failure, not sixty lines that follow from it."""
    report = check_indicator("cont-based", edition="2026.1", on_fail="collect")
    said = (
        "it cannot be loaded: PluginError CPN-G01 cont-based: nothing installed brings the kind "
        "'cont-based'. Did you mean 'count-based'?"
    )
    assert report.text(every=False).splitlines() == [
        f"skipped A02, A03, A04, A05, A06, A07 and 56 more: {said}",
        "A01  failed    The sample is accepted and makes a plan.",
        f"     {said}",
        "     seed 0",
        report.summary(),
    ]


def test_a_whole_indicator_of_a_policy_is_a_sample():
    """Where it stands in its policy is passed over."""
    table = {"measure": {"statistic": "count", "no_rows": "missing"}}
    place = {"id": "handled", "parent": "volume", "table": "events", "weight": 40}
    found = [checked(Sample("count-based", each)) for each in (table, table | place)]
    assert [(e.check, e.status) for e in found[0]] == [(e.check, e.status) for e in found[1]]
    assert not found[1].failures
