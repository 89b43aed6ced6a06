"""The built-in pack comes through the door of strangers, and is the shipped policy."""

from importlib.metadata import entry_points

import capaian
from capaian.plugin import GROUP
from capaian.shelf import documents_of, find_pack
from shelves import install, pack, plugin, policies


def test_it_is_found_by_its_entry_point():
    (entry,) = (each for each in entry_points(group=GROUP) if each.name == "skm")
    assert entry.value == "capaian.packs.skm"
    assert find_pack("skm/2017").provenance.distribution == "capaian"


def test_its_policy_is_the_shipped_one():
    """Document, sources and dates."""
    policy = capaian.load_policy("skm/2017")
    found = find_pack("skm").pack
    assert list(documents_of(found)) == ["skm/2017"]
    assert (found.first, found.last) == (policy.first, policy.last)
    assert found.sources == policy.sources
    assert found.title == policy.title


def test_it_is_listed():
    (listed,) = (each for each in capaian.list_packs() if each.name == "skm")
    assert (listed.status, listed.trust) == (
        "available",
        ("derived", "unconfirmed", "verified"),
    )
    assert [each.policy for each in listed.policies] == [capaian.load_policy("skm/2017")]


def test_a_stranger_of_its_name_changes_no_score(tmp_path, monkeypatch):
    """The shipped policy goes first; that both bring the pack is told where packs are listed."""
    before = capaian.load_policy("skm", on="2026-06-30")
    plugin("plugin_skm", pack("skm", policies=policies(tmp_path, "skm")))
    install(
        monkeypatch,
        ("skm", "capaian.packs.skm", "capaian", "0"),
        ("skm", "plugin_skm", "capaian-other", "1"),
    )
    assert capaian.load_policy("skm", on="2026-06-30") == before
    (listed,) = capaian.list_packs()
    assert listed.reason == (
        "the kind 'skm' is brought twice: by capaian 0 (capaian.packs.skm) and"
        " capaian-other 1 (plugin_skm)."
    )
