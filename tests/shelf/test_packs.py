"""A pack is proved as a record before anything of it is used; rules are found by their ids."""

from datetime import date
from pathlib import Path

import pytest

from capaian.errors import PluginError
from capaian.plugin import Pack, Rule
from capaian.shelf import find_pack, find_rule, known_packs
from shelves import SOURCE, half, install, pack, plugin, policies, rule


@pytest.fixture
def bring(monkeypatch):
    """Install a pack and return how it is found, or what is said against it."""

    def call(*packs, name="city"):
        plugin("plugin_city", *packs)
        install(monkeypatch, (name, "plugin_city", "capaian-city", "1.2"))
        return find_pack(name)

    return call


def said(bring, *packs, language="en"):
    with pytest.raises(PluginError) as caught:
        bring(*packs)
    return caught.value.text(language)


def test_a_pack_and_its_rules_are_found(bring):
    found = bring(pack())
    assert found.pack == pack()
    assert str(found.provenance) == "capaian-city 1.2 (plugin_city)"
    assert find_rule("city/half") == rule()
    assert find_rule("city/double") is None
    assert find_rule("town/half") is None
    assert known_packs() == ["city"]


def test_one_plugin_may_bring_several_packs(monkeypatch):
    """Each is announced by an entry point of its own."""
    plugin("plugin_two", pack("city"), pack("town"))
    install(monkeypatch, *[(name, "plugin_two", "capaian-two", "1") for name in ("city", "town")])
    assert [find_pack(name).pack.id for name in ("city", "town")] == ["city", "town"]


def test_records_are_values():
    """Two packs built alike are equal, and neither can be changed."""
    assert pack() == pack()
    assert pack().kind == "city"
    with pytest.raises(AttributeError):
        pack().id = "town"


@pytest.mark.parametrize(
    ("part", "given", "keys"),
    [
        ("title", "str", {"title": "City"}),
        ("sources", "list", {"sources": [SOURCE]}),
        ("sources[0]", "str", {"sources": ("a decree",)}),
        ("first", "str", {"first": "2024-01-01"}),
        ("policies", "str", {"policies": "policies"}),
        ("rules", "list", {"rules": [rule()]}),
        ("rules[0]", "function", {"rules": (half,)}),
        ("cases[0]", "str", {"cases": ("cases.json",)}),
        ("rules['city/half'].apply", "NoneType", {"rules": (rule(apply=None),)}),
        ("rules['city/half'].source", "str", {"rules": (Rule("city/half", {}, "x", half),)}),
        ("rules['city/half'].last", "int", {"rules": (rule(last=2024),)}),
    ],
)  # fmt: skip
def test_a_part_of_the_wrong_type_is_named(bring, part, given, keys):
    whole = {"id": "city", "title": {}, "sources": (SOURCE,), **keys}
    assert said(bring, Pack(**whole)) == (
        "The pack that is asked for cannot be used.\n"
        f"  CPN-K01  {part}: '{part}' of the pack 'city' is of the type {given}; it is from"
        " capaian-city 1.2 (plugin_city).\n"
        "           to fix: its author must give what capaian.plugin.Pack and Rule describe."
    )


def test_a_rule_that_is_not_named_after_its_pack(bring):
    assert said(bring, pack(rules=(rule("town/half"), rule("city/")))) == (
        "The pack that is asked for cannot be used.\n"
        "  CPN-K02  rules: the rule 'town/half' is not named after its pack 'city'; it is from"
        " capaian-city 1.2 (plugin_city).\n"
        "           to fix: its author must begin the id with 'city/'.\n"
        "  CPN-K02  rules: the rule 'city/' is not named after its pack 'city'; it is from"
        " capaian-city 1.2 (plugin_city).\n"
        "           to fix: its author must begin the id with 'city/'."
    )


def test_a_rule_that_stands_twice(bring):
    assert said(bring, pack(rules=(rule(), rule())), language="id") == (
        "The pack that is asked for cannot be used.\n"
        "  CPN-K03  rules: paket 'city' membawa aturan 'city/half' 2 kali; asalnya"
        " capaian-city 1.2 (plugin_city).\n"
        "           perbaikan: pembuatnya harus memberi setiap aturan id sendiri."
    )


def test_files_that_were_left_out_of_the_distribution(bring, tmp_path):
    lacking = pack(policies=Path(tmp_path, "rules"), cases=(Path(tmp_path, "cases.json"),))
    assert said(bring, lacking) == (
        "The pack that is asked for cannot be used.\n"
        "  CPN-K04  policies: the pack 'city' names 'rules', which is not there; it is from"
        " capaian-city 1.2 (plugin_city).\n"
        "           to fix: its author must put the file into the distribution.\n"
        "  CPN-K04  cases: the pack 'city' names 'cases.json', which is not there; it is from"
        " capaian-city 1.2 (plugin_city).\n"
        "           to fix: its author must put the file into the distribution."
    )


def test_an_entry_point_without_its_pack(bring):
    """What is announced and not brought is said to be so."""
    assert "CPN-G02  city: the plugin capaian-city 1.2 (plugin_city) announces 'city'" in said(
        bring, pack("town")
    )


def test_what_is_no_pack_is_refused(bring):
    assert "CPN-G04  plugin_city: the hook capaian_packs of the plugin capaian-city 1.2" in said(
        bring, {"id": "city"}
    )


def test_a_day_in_a_pack_is_a_day(bring, tmp_path):
    found = bring(pack(policies=policies(tmp_path), last=date(2030, 12, 31)))
    assert found.pack.last == date(2030, 12, 31)
