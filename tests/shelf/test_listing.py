"""What is installed is listed with editions, dates, rules and trust, broken packs with the reason."""

import capaian
from capaian.plugin import Rule, Source
from capaian.shelf import list_packs
from shelves import install, pack, plugin, policies, write


def test_every_pack_is_listed_in_order_of_name(tmp_path, monkeypatch):
    own = policies(tmp_path / "own")
    (own / "calendar.json").write_text('{"name": "no policy"}', encoding="utf-8")
    (own / "notes.txt").write_text("no document", encoding="utf-8")
    unsure = Rule("town/half", {"en": "Half"}, Source("x", "unconfirmed"), lambda _: {})
    plugin("plugin_both", pack(policies=own), pack("town", rules=(unsure,)))
    install(
        monkeypatch,
        ("town", "plugin_both", "capaian-both", "2"),
        ("city", "plugin_both", "capaian-both", "2"),
    )
    city, town = list_packs()
    assert (city.name, city.status, city.trust) == ("city", "available", ("verified",))
    assert [(each.name, each.policy.edition) for each in city.policies] == [
        ("city/2024", "2024"),
        ("city/2026", "2026"),
    ]
    assert (town.name, town.policies, town.trust) == ("town", (), ("unconfirmed", "verified"))
    assert city.to_dict()["policies"][0] == {
        "name": "city/2024",
        "status": "available",
        "id": "city",
        "edition": "2024",
        "title": {"en": "city", "id": "city"},
        "from": "2024-01-01",
        "to": "2025-12-31",
        "trust": [],
    }
    assert town.to_dict()["rules"] == [
        {
            "id": "town/half", "title": {"en": "Half"}, "from": None, "to": None, "cite": "x",
            "trust": "unconfirmed", "note": "",
        }
    ]  # fmt: skip


def test_broken_packs_are_listed_with_the_reason(tmp_path, monkeypatch):
    """One whose document cannot be used, one that cannot be imported, one that is no pack."""
    own = policies(tmp_path / "own")
    write(own / "2026.json", id="city", edition="2026", in_force={})
    plugin("plugin_city", pack(policies=own))
    install(
        monkeypatch,
        ("city", "plugin_city", "capaian-city", "1"),
        ("gone", "plugin_gone", "capaian-gone", "1"),
        ("count-based", "capaian.indicators.count_based", "capaian", "0"),
    )
    city, gone = capaian.list_packs()
    assert (city.status, city.reason) == ("broken", "city/2026: 'from' is missing.")
    assert [each.to_dict()["status"] for each in city.policies] == ["available", "broken"]
    assert (gone.name, gone.status, gone.pack) == ("gone", "broken", None)
    assert gone.reason.startswith("the plugin capaian-gone 1 (plugin_gone) failed in import")
    assert gone.to_dict()["rules"] == []


def test_packs_that_are_handed_over_are_listed_last(monkeypatch):
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1"))
    plugin("plugin_city", pack())
    given = plugin("plugin_given", pack("alpha"))
    assert [each.name for each in list_packs([given])] == ["city", "alpha"]
