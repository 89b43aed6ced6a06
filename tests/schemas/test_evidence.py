"""The schema of a policy's evidence: what the engine reads holds, what it refuses does not."""

import copy
import json

import pytest

import capaian
from capaian.policy import read_policy
from desk import DESK
from documents import faults_of
from small_office import OFFICE, made_up_evidence


def plain(evidence):
    """Evidence as another program would send it."""
    return json.loads(json.dumps(evidence, default=lambda stamp: stamp.isoformat()))


@pytest.fixture
def made():
    return capaian.schema("evidence", read_policy(OFFICE))


def test_sound_evidence_holds_with_and_without_a_policy(made):
    sent = plain(made_up_evidence())
    assert faults_of("evidence", sent, made) == []
    assert faults_of("evidence", sent) == []
    capaian.score(read_policy(OFFICE), sent, period="2026-01")


@pytest.mark.parametrize(
    ("table", "change", "place"),
    [
        ("complaints", {"received": None}, "$.complaints[0].received"),
        ("complaints", {"received": "5 January"}, "$.complaints[0].received"),
        ("survey", {"u1": 2.5}, "$.survey[0].u1"),
        ("survey", {"u1": "good"}, "$.survey[0].u1"),
        ("services", {"date": 20260101}, "$.services[0].date"),
    ],
)
def test_what_the_engine_refuses_the_schema_refuses(made, table, change, place):
    """A stamp that is missing or none, a decimal that is none, a text for a number."""
    sent = plain(made_up_evidence())
    sent[table][0] |= change
    found = capaian.check(read_policy(OFFICE), sent, period="2026-01")
    assert any(each.severity == "error" for each in found)
    assert any(each.startswith(place) for each in faults_of("evidence", sent, made))


def test_a_table_that_is_missing_or_empty_is_refused(made):
    sent = plain(made_up_evidence())
    assert faults_of("evidence", sent | {"survey": []}, made)
    del sent["survey"]
    assert faults_of("evidence", sent, made) == ["$: 'survey' is a required property"]


def test_every_kind_of_table_is_described():
    """Roster, pauses, days in post, targets, labels of guidance: by their columns."""
    document = copy.deepcopy(DESK) | {"relative": False}
    response, served, asked = document["indicators"]
    response |= {"floor": 0, "normalise": {"method": "target", "target": "90%", "better": "higher"}}
    response["measure"] = {"statistic": "share_within", "limit": "3 days", "clock": "calendar"}
    response["measure"]["basis"] = "mature"
    served["normalise"] |= {"better": "higher", "target": {"from": "targets"}}
    served["measure"]["no_rows"] = "missing"
    served["columns"] = asked["columns"] = {"date": "on"}
    asked["measure"] = {"statistic": "ikm", "items": ["u1"], "lowest": 1, "highest": 4}
    found = capaian.schema("evidence", read_policy(document))
    columns = {name: set(each["items"]["properties"]) for name, each in found["properties"].items()}
    assert columns["staff"] == {"nip", "name", "office", "status", "ide_baru"}
    assert columns["pauses"] == {"case", "from", "until"}
    assert columns["posts"] == {"nip", "days", "leave", "month"}
    assert columns["goals"] == {"officer", "what", "when", "goal"}
    assert columns["offices"] == {"office", "rating"}
    assert columns["complaints"] >= {"officer", "received", "closed", "status", "kind", "number"}


def test_a_number_that_javascript_would_round_is_refused(made):
    """An identifier is text; a whole number is one that every reader keeps."""
    sent = plain(made_up_evidence())
    sent["complaints"][0]["nip"] = 198706152010121003
    assert faults_of("evidence", sent, made)
    assert faults_of("evidence", sent)
