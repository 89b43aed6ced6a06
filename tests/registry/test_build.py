"""Plugins are found by name, isolated when broken, and never chosen between."""

import sys
import types
from importlib.metadata import EntryPoint

import pytest
from attrs import frozen

from capaian.errors import Finding
from capaian.formula import agg
from capaian.plugin import GROUP, Aggregation, IndicatorType, Measure, Normalisation, Pack, hookimpl
from capaian.registry import Plugins, announced, announced_plugins, build_registry, list_plugins


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

    monkeypatch.setattr(announced, "entry_points", lambda group: entries if group == GROUP else [])
    yield install
    for name in [name for name in sys.modules if name.startswith("plugin_")]:
        del sys.modules[name]


def texts(findings):
    """The whole text of each finding."""
    return [finding.line() for finding in findings]


def test_the_built_in_kinds_come_through_the_same_door():
    """Nothing is special about the types and the methods that ship with capaian."""
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
            "  CPN-G03  plugin_broken: the plugin capaian-broken 2.1 (plugin_broken) failed in import: "
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
    found, findings = build_registry(["mine"], Plugins(given=[mine]))
    assert findings == []
    assert found.provenance["mine"].distribution == "(given)"


def fails(*_):
    """What a stranger's function may do."""
    raise SystemExit("no licence")


def test_a_plugin_that_ends_the_process_is_isolated(installed, tmp_path, monkeypatch):
    """At import as in a hook: the host goes on."""
    (tmp_path / "plugin_exits.py").write_text("import sys\nsys.exit(4)\n")
    monkeypatch.syspath_prepend(tmp_path)
    installed("exits", "plugin_exits")
    module("plugin_hook", capaian_methods=hookimpl(fails))
    installed("hook", "plugin_hook")
    _, findings = build_registry(["exits", "hook"])
    line = fails.__code__.co_firstlineno + 2
    assert [finding.text() for finding in findings] == [
        (
            "the plugin capaian-extra 1.0 (plugin_exits) failed in import: "
            "SystemExit at plugin_exits.py, line 2: 4"
        ),
        (
            "the plugin capaian-extra 1.0 (plugin_hook) failed in capaian_methods: "
            f"SystemExit at test_build.py, line {line}: no licence"
        ),
    ]


def test_a_hook_with_other_arguments_is_named_with_its_own_line(installed):
    """pluggy refuses it; the error points at the author's function, not into pluggy."""

    @hookimpl
    def capaian_methods(config):
        return []

    module("plugin_arguments", capaian_methods=capaian_methods)
    installed("arguments", "plugin_arguments")
    _, findings = build_registry(["arguments"])
    line = capaian_methods.__code__.co_firstlineno
    (text,) = [finding.text() for finding in findings]
    assert text.startswith(
        "the plugin capaian-extra 1.0 (plugin_arguments) failed in capaian_methods: "
        f"PluginValidationError at test_build.py, line {line}: "
    )
    assert "config" in text


def test_one_plugin_that_brings_a_kind_twice_is_refused(installed):
    """Which of the two would be taken is not for capaian to choose."""
    module("plugin_twice", capaian_indicator_types=hook("same", "same"))
    installed("same", "plugin_twice")
    _, findings = build_registry(["same"])
    assert [finding.code for finding in findings] == ["CPN-G06"]


# ---- which may be loaded -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switches", "said"),
    [(Plugins(allow=["other"]), "allow=other"), (Plugins(none=True), "none"),
     (Plugins(allow=[], strict=True), "strict allow=")],
)  # fmt: skip
def test_a_plugin_that_may_not_be_loaded_is_not_even_imported(installed, switches, said):
    """The finding says who brings the kind, and what keeps it out."""
    installed("used", "plugin_never_imported", "capaian-x", "3")
    _, findings = build_registry(["used"], switches)
    assert texts(findings) == [
        (
            "  CPN-G11  used: the kind 'used' is brought by capaian-x 3 (plugin_never_imported), "
            f"which may not be loaded here ({said}).\n"
            "           to fix: where it may be trusted, add 'used' to allow."
        )
    ]


def test_what_is_allowed_is_loaded(installed):
    """By the name of its entry point; capaian's own and what is handed over always are."""
    module("plugin_used", capaian_indicator_types=hook("used"))
    installed("used", "plugin_used")
    installed("own", "plugin_own", "capaian")
    module("plugin_own", capaian_indicator_types=hook("own"))
    mine = module("plugin_mine", capaian_indicator_types=hook("mine"))
    found, findings = build_registry(["used", "own"], Plugins(allow=["used"]))
    assert (list(found.records), findings) == (["own", "used"], [])
    found, findings = build_registry(["own", "mine"], Plugins(none=True, given=[mine]))
    assert (sorted(found.records), findings) == (["mine", "own"], [])


def test_of_two_that_bring_a_kind_the_blocked_one_is_no_rival(installed):
    """Both announce it under one name, so a name cannot tell them apart: they stay rivals."""
    for each in "ab":
        module(f"plugin_{each}", capaian_indicator_types=hook("same"))
        installed("same", f"plugin_{each}", f"capaian-{each}")
    for switches, code in ((Plugins(allow=["same"]), "CPN-G06"), (Plugins(none=True), "CPN-G11")):
        _, findings = build_registry(["same"], switches)
        assert [finding.code for finding in findings] == [code]


def test_strict_finds_what_nobody_needs(installed, tmp_path, monkeypatch):
    """A broken, an empty and a doubled plugin, none of which the policy names."""
    (tmp_path / "plugin_broken.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    module("plugin_good", capaian_indicator_types=hook("good"))
    installed("good", "plugin_good")
    installed("broken", "plugin_broken")
    installed("empty", "plugin_empty")
    module("plugin_empty")
    for each in "ab":
        installed("twice", f"plugin_{each}", f"capaian-{each}")
    found, findings = build_registry(["good"])
    assert findings == []
    found, findings = build_registry(["good"], Plugins(strict=True))
    assert "good" in found.records
    assert {finding.code: finding.where for finding in findings} == {
        "CPN-G03": "plugin_broken", "CPN-G02": "empty", "CPN-G06": "twice",
    }  # fmt: skip
    _, findings = build_registry(["good"], Plugins(strict=True, allow=["good"]))
    assert findings == []


def test_the_list_shows_every_entry_point_with_its_state(installed, tmp_path, monkeypatch):
    """Good, broken and duplicate ones, with the reason why not."""
    (tmp_path / "plugin_broken.py").write_text("import nothing_of_that_name\n")
    monkeypatch.syspath_prepend(tmp_path)
    module("plugin_good", capaian_indicator_types=hook("good"))
    installed("good", "plugin_good")
    installed("broken", "plugin_broken")
    installed("empty", "plugin_empty")
    module("plugin_empty")
    listed = {each.name: each for each in list_plugins()}
    assert listed["empty"].status == "broken"
    assert listed["empty"].reason.endswith("announces 'empty' but does not bring it.")
    assert listed["good"].status == "available"
    assert listed["good"].kinds == ("good",)
    assert listed["broken"].status == "broken"
    assert "No module named 'nothing_of_that_name'" in listed["broken"].reason


def test_the_list_shows_what_may_not_be_loaded(installed, monkeypatch):
    """Blocked, not loaded, with what blocks it; also by the environment."""
    installed("used", "plugin_never_imported")
    reason = (
        "the kind 'used' is brought by capaian-extra 1.0 (plugin_never_imported), "
        "which may not be loaded here (none)."
    )
    (listed,) = list_plugins(Plugins(none=True))
    assert (listed.status, listed.kinds, listed.reason) == ("blocked", (), reason)
    monkeypatch.setenv("CAPAIAN_PLUGINS", "none")
    assert list_plugins() == [listed]


def test_a_plugin_that_is_handed_over_may_be_broken_too(installed):
    """It is listed last, with the reason."""
    mine = module("plugin_mine", capaian_methods=hookimpl(fails))
    (listed,) = list_plugins([mine])
    assert (listed.name, listed.status) == ("plugin_mine", "broken")
    assert "SystemExit" in listed.reason


def test_findings_about_plugins_have_indonesian_texts():
    """Every code can be shown to an officer."""
    finding = Finding("CPN-G06", "x", {"kind": "x", "plugins": "a dan b"})
    assert finding.text("id") == "jenis 'x' dibawa dua kali: oleh a dan b."
