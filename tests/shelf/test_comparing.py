"""`capaian.compare_policies`: by path, by name, as values, and what is refused."""

import json

import pytest

import capaian
from capaian.errors import PolicyError
from capaian.policy import load_assignment, read_policy
from desk import small
from posts_office import RULE
from shelves import pack, plugin, policies


def test_paths_names_and_values_are_taken(tmp_path):
    document = capaian.policy.to_document(capaian.load_policy("skm/2017"))
    (tmp_path / "skm.json").write_text(json.dumps(document), encoding="utf-8")
    for each in ("skm/2017", "skm", tmp_path / "skm.json", capaian.load_policy("skm")):
        assert capaian.compare_policies("skm/2017", each).same


def test_two_editions_of_a_pack(tmp_path):
    module = plugin("plugin_compared", pack(policies=policies(tmp_path / "own")))
    found = capaian.compare_policies("city/2024", "city/2026", plugins=[module])
    assert [(each.place, each.before, each.after) for each in found.changes] == [
        ("edition", "2024", "2026"),
        ("in_force.from", "2024-01-01", "2026-01-01"),
        ("in_force.to", "2025-12-31", None),
    ]
    assert found.effect == "texts"


def test_two_assignments():
    after = load_assignment(RULE | {"minimum_days": 30})
    found = capaian.compare_policies(load_assignment(RULE), after)
    assert [each.place for each in found.changes] == ["minimum_days"]
    assert found.effect == "scores"


def test_a_policy_and_an_assignment_are_refused():
    with pytest.raises(PolicyError) as caught:
        capaian.compare_policies(read_policy(small()), load_assignment(RULE))
    assert str(caught.value) == (
        "Nothing was compared.\n"
        "  CPN-P47  one is a policy and the other an assignment of posts to policies.\n"
        "           to fix: compare two policies, or two assignments."
    )
    assert caught.value.findings[0].line("id") == (
        "  CPN-P47  yang satu kebijakan, yang lain penugasan jabatan pada kebijakan.\n"
        "           perbaikan: bandingkan dua kebijakan, atau dua penugasan."
    )


def test_a_name_that_there_is_not_is_refused():
    with pytest.raises(PolicyError) as caught:
        capaian.compare_policies("skm/2017", "skm/2016")
    assert caught.value.code == "CPN-P09"
