"""Policies of packs are found by name beside files and shipped ones; no other pack is touched."""

import json
import zipfile
from pathlib import Path

import pytest

import capaian
from capaian.errors import PeriodError, PluginError, PolicyError
from capaian.policy import read_policy
from capaian.shelf import load_editions, load_named, load_rule
from desk import indicator, small
from shelves import install, pack, plugin, policies, write

CITED = small(id="city", indicators=[indicator("answered", source="a decree")])


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A pack with a policy in two editions, installed beside one that cannot be imported."""
    monkeypatch.chdir(tmp_path)
    plugin("plugin_city", pack(policies=policies(tmp_path / "own")))
    install(
        monkeypatch,
        ("city", "plugin_city", "capaian-city", "1.2"),
        ("broken", "plugin_that_is_not_there", "capaian-broken", "0.1"),
    )


def refused(kind, *arguments, **keywords):
    with pytest.raises(kind) as caught:
        capaian.load_policy(*arguments, **keywords)
    return str(caught.value)


def test_a_policy_of_a_pack_is_loaded_by_its_name(city):
    assert capaian.load_policy("city/2026").edition == "2026"
    assert capaian.load_policy("city", on="2025-06-30").edition == "2024"
    assert [each.edition for each in load_editions("city")] == ["2024", "2026"]
    assert load_rule("city", on="2026-01-01").edition == "2026"


def test_what_a_policy_of_a_pack_names_is_found_beside_it(city, tmp_path):
    assert capaian.load_policy("city/2026").folder == str(tmp_path / "own")


def test_editions_of_a_pack_are_those_of_a_folder(city):
    """A day without an edition, and no day where there are several, are refused in the same way."""
    assert refused(PeriodError, "city", on="2023-12-31") == (
        "The edition of the policy cannot be chosen.\n"
        "  CPN-D05  on: no edition of 'city' is in force on 2023-12-31; the nearest: '2024' 2024-01-01 – 2025-12-31.\n"
        "           to fix: use a day inside an edition, or add the edition that was in force."
    )
    assert "CPN-D06" in refused(PeriodError, "city")


def test_a_file_a_folder_and_a_shipped_policy_go_before_a_pack(city, tmp_path, monkeypatch):
    """No distribution can change what a name meant before it was installed."""
    write(tmp_path / "city" / "a.json", id="own", edition="mine")
    assert capaian.load_policy("city").edition == "mine"
    plugin("plugin_skm", pack("skm", policies=policies(tmp_path / "other", "skm")))
    install(monkeypatch, ("skm", "plugin_skm", "capaian-other", "1"))
    assert capaian.load_policy("skm/2017").sources[0].cite.startswith("Peraturan Menteri PANRB")


def test_a_folder_within_a_pack_holds_another_policy(tmp_path, monkeypatch):
    own = policies(tmp_path / "own")
    write(own / "field" / "2026.json", id="field", edition="2026")
    plugin("plugin_city", pack(policies=own))
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))
    assert capaian.load_policy("city/field").id == "field"
    assert capaian.load_policy("city/field/2026").id == "field"
    assert refused(PolicyError, "city", on="2026-06-30") == (
        "The policy cannot be chosen.\n"
        "  CPN-P42  'city' holds several policies: city, field.\n"
        "           to fix: name one of them, as in 'city/2024'."
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("city/2025", " Did you mean 'city/2026'?"),
        ("citi/2026", " Did you mean 'city'?"),
        ("skn/2017", " Did you mean 'skm/2017'?"),
        ("brokn", " Did you mean 'broken'?"),
        ("count-base", ""),
        ("nothing/like/it", ""),
    ],
)
def test_a_name_that_is_not_found_is_held_against_those_of_packs(city, name, hint):
    """Of packs that are not named only the names are looked at: one of them is broken."""
    assert refused(PolicyError, name) == (
        "The policy cannot be read.\n"
        f"  CPN-P09  there is no document, folder, shipped policy or pack '{name}'.{hint}\n"
        "           to fix: give the path of a .toml or .json file, of a folder of them,"
        " a shipped policy (skm/2017) or one of `capaian packs`."
    )


def test_capaian_s_own_kinds_are_not_taken_for_packs():
    """A policy called like a kind gets no suggestion of it."""
    assert "Did you mean" not in refused(PolicyError, "time-base")


def test_a_pack_that_is_named_and_broken_says_why(city, tmp_path, monkeypatch):
    (tmp_path / "plugin_broken.py").write_text("x = 1\nraise OSError('no licence file')\n")
    monkeypatch.syspath_prepend(tmp_path)
    install(monkeypatch, ("broken", "plugin_broken", "capaian-broken", "0.1"))
    assert refused(PluginError, "broken/2026") == (
        "The pack that is asked for cannot be used.\n"
        "  CPN-G03  plugin_broken: the plugin capaian-broken 0.1 (plugin_broken) failed in import:"
        " OSError at plugin_broken.py, line 2: no licence file\n"
        "           to fix: repair or remove that distribution."
    )


def test_a_pack_that_two_distributions_bring_is_refused(city, tmp_path, monkeypatch):
    for order in (1, -1):
        install(
            monkeypatch,
            *[
                ("city", "plugin_city", "capaian-city", "1.2"),
                ("city", "plugin_other", "capaian-other", "3"),
            ][::order],
        )
        assert refused(PluginError, "city/2026") == (
            "The pack that is asked for cannot be used.\n"
            "  CPN-G06  city: the kind 'city' is brought twice: by capaian-city 1.2 (plugin_city)"
            " and capaian-other 3 (plugin_other).\n"
            "           to fix: remove one of them; capaian does not choose."
        )


def test_a_document_of_a_pack_that_cannot_be_used_is_named(city, tmp_path):
    write(tmp_path / "own" / "2026.json", id="city", edition="2026", scale={"worst": 0})
    assert refused(PolicyError, "city/2026").startswith(
        "1 problem in the policy 'city/2026'; nothing was read.\n"
        "  CPN-P02  city/2026: scale: 'best' is missing.\n"
    )


def test_a_pack_that_is_not_installed_is_handed_over(tmp_path, monkeypatch):
    given = plugin("plugin_given", pack(policies=policies(tmp_path / "own")))
    install(monkeypatch)
    assert capaian.load_policy("city/2026", plugins=[given]).edition == "2026"
    assert "CPN-P09" in refused(PolicyError, "city/2026")


def test_a_pack_in_an_archive_is_read_there(tmp_path, monkeypatch):
    """Documents need not be files: a distribution may be run from a zip."""
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.writestr("own/2026.json", json.dumps(CITED))
    plugin("plugin_city", pack(policies=zipfile.Path(tmp_path / "own.zip", "own/")))
    install(monkeypatch, ("city", "plugin_city", "capaian-city", "1.2"))
    found = capaian.load_policy("city/2026")
    assert found == read_policy(CITED)
    assert found.folder == ""


def test_a_period_takes_its_edition_of_a_pack_s_policy(city, monkeypatch):
    """Every verb that takes a name takes that of a pack's policy."""
    from importlib.metadata import EntryPoint

    from capaian import registry
    from capaian.plugin import GROUP

    counted = EntryPoint("count-based", "capaian.indicators.count_based", GROUP)
    normal = EntryPoint("identity", "capaian.methods.normalisations", GROUP)
    mean = EntryPoint("arithmetic", "capaian.methods.aggregations", GROUP)
    both = [*registry.announced.entry_points(group=GROUP), counted, normal, mean]
    monkeypatch.setattr(registry.announced, "entry_points", lambda group: both)
    rows = [{"nip": "a"}, {"nip": "a"}]
    rule = {"statistic": "count", "no_rows": "missing"}
    for year in ("2024", "2026"):
        path = Path("own", f"{year}.json")
        document = json.loads(path.read_text(encoding="utf-8"))
        document["indicators"][0]["measure"] = rule
        path.write_text(json.dumps(document), encoding="utf-8")
    scores = capaian.score("city", {"complaints": rows}, period=["2025-12", "2026-01"])
    assert [each.to_dict()["policy"]["edition"] for each in scores] == ["2024", "2026"]
    assert capaian.check("city/2026", {"complaints": rows}, period="2026-01") == []


def test_an_assignment_names_a_pack_s_policy(city, tmp_path):
    """A file beside the document goes before it."""
    assert [each.edition for each in load_named("city", str(tmp_path / "elsewhere"))] == [
        "2024",
        "2026",
    ]
    write(tmp_path / "posts" / "city", id="x")
    (tmp_path / "posts" / "city").rename(tmp_path / "posts" / "city.json")
    assert [each.id for each in load_named("city.json", str(tmp_path / "posts"))] == ["x"]
    with pytest.raises(PolicyError, match="CPN-P09"):
        load_named("cty", str(tmp_path))


def test_a_number_of_a_pack_s_policy_that_cites_nothing_keeps_it_from_loading(tmp_path):
    """With every place; a policy of one's own may do without."""
    bands = [{"id": "good", "from": 50}, {"id": "poor", "below": 50, "source": "article 4"}]
    file = tmp_path / "own" / "2026.json"
    file.parent.mkdir()
    file.write_text(json.dumps(small(id="city", bands=bands)), encoding="utf-8")
    given = plugin("plugin_city", pack(policies=tmp_path / "own"))
    with pytest.raises(PolicyError) as caught:
        capaian.load_policy("city/2026", plugins=[given])
    why = "it has no source: a pack's policy cites where each of its numbers stands."
    remedy = 'to fix: add source = "article 4", or the id of one of the policy\'s sources.'
    assert str(caught.value) == (
        "2 problems in the policy 'city/2026'; nothing was read.\n"
        f"  CPN-L14  city/2026: indicators['answered']: {why}\n"
        f"           {remedy}\n"
        f"  CPN-L14  city/2026: bands['good']: {why}\n"
        f"           {remedy}"
    )
    assert capaian.load_policy(file).id == "city"
