"""Documents against their schemas: what offices write, what is read, and what is not."""

import copy
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given

import capaian
from capaian.errors import Finding, findings_document, refuse
from capaian.policy import assignment_document, read_policy, to_document
from decisions import decided
from desk import DESK, documents, small
from documents import faults_of
from posts_office import CLERK, HEAD, RULE
from small_office import OFFICE

ROOT = Path(__file__).parents[2]
POLICIES = sorted(
    each
    for folder in ("docs", "examples", "src")
    for each in (ROOT / folder).rglob("*.toml")
    if "\nin_force = " in (text := each.read_text(encoding="utf-8")) and "[[indicators]]" in text
)
CASES = sorted(
    each for folder in ("examples", "src") for each in (ROOT / folder).rglob("*cases.json")
    if "schemas" not in each.parts
)  # fmt: skip


def plain(document):
    """A parsed document as JSON has it."""
    return json.loads(json.dumps(document, default=str))


@pytest.mark.parametrize("document", [DESK, OFFICE, CLERK, HEAD, decided()])
def test_a_policy_holds_as_it_is_written_and_with_every_default(document):
    assert faults_of("policy", plain(document)) == []
    assert faults_of("policy", to_document(read_policy(document))) == []


@given(documents())
def test_every_sound_policy_holds(document):
    """Trees of every shape."""
    assert faults_of("policy", plain(document)) == []


@pytest.mark.parametrize("path", POLICIES, ids=lambda each: str(each.relative_to(ROOT)))
def test_the_policies_of_docs_examples_and_packs_hold(path):
    found = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)
    assert faults_of("policy", plain(found)) == []


def test_there_are_policies_and_cases_to_be_held():
    assert len(POLICIES) >= 5
    assert len(CASES) >= 5


@pytest.mark.parametrize("path", CASES, ids=lambda each: str(each.relative_to(ROOT)))
def test_the_cases_of_packs_hold(path):
    assert faults_of("cases", json.loads(path.read_text(encoding="utf-8"))) == []


def test_an_assignment_holds():
    assert faults_of("assignment", RULE) == []
    assert faults_of("assignment", assignment_document(capaian.load_assignment(RULE))) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"mising": "exclude"}, "$: Additional properties"),
        ({"missing": "exlude"}, "$.missing"),
        ({"relative": 1}, "$.relative"),
        ({"in_force": {"to": "2026-12-31"}}, "$.in_force: 'from' is a required"),
        ({"scale": {"worst": "nought", "best": 100}}, "$.scale.worst"),
        ({"indicators": [{"id": "a"}]}, "$.indicators[0]"),
    ],
)
def test_what_a_policy_may_not_say_its_schema_refuses_too(change, place):
    """A key that is not known, a choice that is none, the wrong kind, what is missing."""
    document = small(**change)
    with pytest.raises(capaian.PolicyError):
        read_policy(document)
    assert any(each.startswith(place) for each in faults_of("policy", document))


def test_findings_and_errors_hold():
    finding = Finding("CPN-E54", "a", {"count": 2**60})
    assert finding.to_dict()["values"] == {"count": str(2**60)}
    assert faults_of("finding", finding.to_dict()) == []
    assert faults_of("findings", findings_document([finding])) == []
    error = refuse(capaian.EvidenceError, "Nothing was scored.", "CPN-E54", count=3)
    assert faults_of("error", error.to_dict()) == []
    assert json.loads(error.to_json()) == error.to_dict()


def test_a_document_with_a_number_for_a_score_is_refused(office, evidence):
    """As a program would write it that reads a document and writes it again."""
    document = capaian.score(read_policy(office), evidence, period="2026-01").to_dict()
    assert faults_of("result", document) == []
    spoilt = copy.deepcopy(document)
    spoilt["scores"][0]["score"] = float(spoilt["scores"][0]["score"])
    assert faults_of("result", spoilt)
    spoilt = copy.deepcopy(document)
    spoilt["scores"][0]["subject"] = 198706152010121003
    assert faults_of("result", spoilt)
