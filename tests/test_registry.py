"""Plugins are found by name, isolated when broken, and never chosen between."""

import sys
import types
from importlib.metadata import EntryPoint

import pytest
from attrs import frozen

from capaian import registry
from capaian.errors import Finding
from capaian.formula import agg
from capaian.plugin import GROUP, Aggregation, IndicatorType, Measure, Normalisation, Pack, hookimpl
from capaian.registry import announced_plugins, build_registry, list_plugins


class Distribution:
    """What importlib.metadata knows of an installed distribution, as far as it is asked."""

    def __init__(self, name, version="1.0"):
        self.name = name
        self.version = version


@frozen
class NoOptions:
    """A type without options."""


def indicator_type(kind):
    """The smallest indicator type there is."""
    measure = Measure(columns=(), value=agg.count() / 1, n=agg.count())
    return IndicatorType(kind, {"en": kind}, NoOptions, lambda *_: measure)


def module(name, **functions):
    """A plugin module with the given functions, importable by name."""
    made = types.ModuleType(name)
    for key, function in functions.items():
        setattr(made, key, function)
    sys.modules[name] = made
    return made


def hook(*kinds):
    """A hook implementation that brings these kinds."""

    @hookimpl
    def capaian_indicator_types():
        return [indicator_type(kind) for kind in kinds]

    return capaian_indicator_types


@pytest.fixture
def installed(monkeypatch):
    """Pretend that these distributions, and only these, are installed."""
    entries = []

    def install(kind, target, distribution="capaian-extra", version="1.0"):
        entry = EntryPoint(kind, target, GROUP)._for(Distribution(distribution, version))
        entries.append(entry)
        return entry

    monkeypatch.setattr(registry, "entry_points", lambda group: entries if group == GROUP else [])
    yield install
    for name in [name for name in sys.modules if name.startswith("plugin_")]:
        del sys.modules[name]


def texts(findings):
    """The whole text of each finding."""
    return [finding.line() for finding in findings]


def test_the_built_in_kinds_come_through_the_same_door():
    """Nothing is special about the three types and the methods that ship with capaian."""
    kinds = ["time-based", "count-based", "survey-based", "goalposts", "geometric"]
    found, findings = build_registry(kinds)
    assert findings == []
    assert isinstance(found.find("time-based", IndicatorType), IndicatorType)
    assert isinstance(found.find("goalposts", Normalisation), Normalisation)
    assert isinstance(found.find("geometric", Aggregation), Aggregation)
    assert found.find("geometric", IndicatorType) is None
    assert found.provenance["time-based"].distribution == "capaian"


def test_only_what_is_named_is_loaded(installed):
    """An installed plugin that no policy names is not even imported."""
    installed("turnover", "plugin_never_imported")
    module("plugin_used", capaian_indicator_types=hook("used"))
    installed("used", "plugin_used")
    found, findings = build_registry(["used"])
    assert findings == []
    assert list(found.records) == ["used"]


def test_what_is_announced_is_known_without_loading_it(installed):
    """By the names of the entry points, in order, each with where it is from."""
    installed("turnover", "plugin_never_imported", "capaian-turnover", "3")
    installed("city", "plugin_city")
    found = announced_plugins()
    assert list(found) == ["city", "turnover"]
    assert str(found["turnover"]) == "capaian-turnover 3 (plugin_never_imported)"


def test_a_pack_comes_through_the_same_door(installed):
    """It is a record like others, and clashes with them by its id."""
    pack = Pack("city", {"en": "City"}, ())

    @hookimpl
    def capaian_packs():
        return [pack]

    module("plugin_city", capaian_packs=capaian_packs)
    installed("city", "plugin_city", "capaian-city", "1.2")
    found, findings = build_registry(["city"])
    assert findings == []
    assert found.find("city", Pack) is pack
    assert [each.kinds for each in list_plugins()] == [("city",)]


def test_a_missing_kind_gets_a_suggestion(installed):
    """The finding names what is at hand."""
    module("plugin_used", capaian_indicator_types=hook("response-time"))
    installed("response-time", "plugin_used")
    _, findings = build_registry(["respons-time"])
    assert texts(findings) == [
        (
            "  CPN-G01  respons-time: nothing installed brings the kind 'respons-time'. "
            "Did you mean 'response-time'?\n"
            "           to fix: correct the word, or install the plugin that brings it. "
            "At hand: response-time."
        )
    ]


def test_a_plugin_that_fails_at_import_is_isolated(installed, tmp_path, monkeypatch):
    """It is named with distribution, version, file, line and reason; others still load."""
    (tmp_path / "plugin_broken.py").write_text("x = 1\nraise OSError('no licence file')\n")
    monkeypatch.syspath_prepend(tmp_path)
    installed("broken", "plugin_broken", "capaian-broken", "2.1")
    module("plugin_good", capaian_indicator_types=hook("good"))
    installed("good", "plugin_good")
    found, findings = build_registry(["good", "broken"])
    assert list(found.records) == ["good"]
    assert texts(findings) == [
        (
            "  CPN-G03  plugin_broken: the plugin capaian-broken 2.1 (plugin_broken) cannot be loaded: "
            "OSError at plugin_broken.py, line 2: no licence file\n"
            "           to fix: repair or remove that distribution."
        )
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_one_kind_from_two_distributions_is_refused(installed, turned):
    """Whatever the order of installation, both are named and neither is chosen."""
    names = ["capaian-a", "capaian-b"]
    for name in reversed(names) if turned else names:
        module(f"plugin_{name[-1]}", capaian_indicator_types=hook("same"))
        installed("same", f"plugin_{name[-1]}", name)
    _, findings = build_registry(["same"])
    assert [finding.text() for finding in findings] == [
        (
            "the kind 'same' is brought twice: by capaian-a 1.0 (plugin_a) and "
            "capaian-b 1.0 (plugin_b)."
        )
    ]


def test_two_plugins_that_bring_one_kind_under_different_names_are_refused(installed):
    """An entry point may bring more than its name says; a clash is still a clash."""
    module("plugin_a", capaian_indicator_types=hook("first", "same"))
    module("plugin_b", capaian_indicator_types=hook("second", "same"))
    installed("first", "plugin_a", "capaian-a")
    installed("second", "plugin_b", "capaian-b")
    _, findings = build_registry(["first", "second"])
    assert [finding.code for finding in findings] == ["CPN-G06"]


def test_a_misspelt_hook_gets_a_suggestion(installed):
    """Plain pluggy would register it and never call it."""

    @hookimpl
    def capaian_indicator_type():
        return []

    module("plugin_typo", capaian_indicator_type=capaian_indicator_type)
    installed("typo", "plugin_typo")
    _, findings = build_registry(["typo"])
    assert [finding.text() for finding in findings] == [
        (
            "the plugin capaian-extra 1.0 (plugin_typo) implements an unknown hook "
            "'capaian_indicator_type'. Did you mean 'capaian_indicator_types'?"
        )
    ]


def test_a_hook_that_returns_something_else_is_named(installed):
    """A string where a record belongs is the author's fault and is said so."""

    @hookimpl
    def capaian_methods():
        return ["goalposts"]

    module("plugin_wrong", capaian_methods=capaian_methods)
    installed("wrong", "plugin_wrong")
    _, findings = build_registry(["wrong"])
    assert [finding.text() for finding in findings] == [
        "the hook capaian_methods of the plugin capaian-extra 1.0 (plugin_wrong) returned a str."
    ]


def test_an_entry_point_that_brings_another_kind_is_named(installed):
    """Announcing is not bringing."""
    module("plugin_other", capaian_indicator_types=hook("other"))
    installed("promised", "plugin_other")
    _, findings = build_registry(["promised"])
    assert [finding.code for finding in findings] == ["CPN-G02"]


def test_a_plugin_need_not_be_installed():
    """Notebooks and tests hand a module over."""
    mine = module("plugin_mine", capaian_indicator_types=hook("mine"))
    found, findings = build_registry(["mine"], extra=[mine])
    assert findings == []
    assert found.provenance["mine"].distribution == "(given)"


def test_an_allow_list_hides_the_rest(installed):
    """A host that allows nothing loads nothing."""
    module("plugin_used", capaian_indicator_types=hook("used"))
    installed("used", "plugin_used")
    _, findings = build_registry(["used"], allow=[])
    assert [finding.code for finding in findings] == ["CPN-G01"]


def test_the_list_shows_every_entry_point_with_its_state(installed, tmp_path, monkeypatch):
    """Good, broken and duplicate ones, with the reason why not."""
    (tmp_path / "plugin_broken.py").write_text("import nothing_of_that_name\n")
    monkeypatch.syspath_prepend(tmp_path)
    module("plugin_good", capaian_indicator_types=hook("good"))
    installed("good", "plugin_good")
    installed("broken", "plugin_broken")
    listed = {each.name: each for each in list_plugins()}
    assert listed["good"].status == "available"
    assert listed["good"].kinds == ("good",)
    assert listed["broken"].status == "broken"
    assert "No module named 'nothing_of_that_name'" in listed["broken"].reason


def test_findings_about_plugins_have_indonesian_texts():
    """Every code can be shown to an officer."""
    finding = Finding("CPN-G06", "x", {"kind": "x", "plugins": "a dan b"})
    assert finding.text("id") == "jenis 'x' dibawa dua kali: oleh a dan b."
