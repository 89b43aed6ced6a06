"""A stranger's functions cannot harm the host: their faults are findings, and none runs per row."""

import sys
import types
from fractions import Fraction

import pytest
from attrs import evolve, frozen

import capaian
from capaian.errors import PluginError, PolicyError, refuse
from capaian.formula import agg, lit
from capaian.plugin import (
    Aggregation,
    IndicatorType,
    Measure,
    Normalisation,
    RelativeNormalisation,
    hookimpl,
)
from capaian.policy import read_policy

TITLE = {"en": "Own", "id": "Sendiri"}
ROWS = [{"nip": f"{index % 400:03}"} for index in range(900)]


@frozen
class NoOptions:
    """No keys."""


def built(*_):
    return Measure(columns=(), value=agg.count() / 1, n=agg.count())


KIND = IndicatorType("own", TITLE, NoOptions, built)
METHOD = Normalisation(
    "own-method", TITLE, NoOptions, lambda _options, _scale, x: x, lambda _options: "higher"
)
RELATIVE = RelativeNormalisation(
    "own-relative", TITLE, NoOptions, NoOptions, lambda *_: NoOptions(),
    lambda _options, _parameters, _scale, x: x, lambda _options: "higher",
)  # fmt: skip
NODE = Aggregation(
    "own-node", TITLE, lambda parts, _weights: parts[0], lambda _parts, *_rest: lit(1)
)


def plugin(*records):
    """A plugin module with these records."""
    made = types.ModuleType("plugin_own")
    types_ = [each for each in records if isinstance(each, IndicatorType)]
    methods = [each for each in records if not isinstance(each, IndicatorType)]
    made.capaian_indicator_types = hookimpl(_named("capaian_indicator_types", types_))
    made.capaian_methods = hookimpl(_named("capaian_methods", methods))
    return made


def _named(name, records):
    def hook():
        return records

    hook.__name__ = name
    return hook


def office(**changes):
    """A policy of one indicator that counts, by the plugin's kinds."""
    return read_policy(
        {
            "id": "own", "edition": "1", "in_force": {"from": "2026-01-01"}, "subject": "nip",
            "scale": {"worst": 0, "best": 100}, "missing": "exclude",
            "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
            "score": {"method": "own-node"},
            "indicators": [{"id": "one", "type": "own", "table": "rows",
                            "normalise": {"method": "own-method"}}],
            **changes,
        }
    )  # fmt: skip


def run(*records, policy=None):
    """Score a few hundred people with these records."""
    return capaian.score(
        policy or office(), {"rows": ROWS}, period="2026", plugins=[plugin(*records)]
    )


def broken(*_):
    """What a stranger's function may do."""
    raise KeyError("limit")


LINE = broken.__code__.co_firstlineno + 2


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (evolve(KIND, build=broken), "build"),
        (evolve(METHOD, build=broken), "build"),
        (evolve(METHOD, direction=broken), "direction"),
        (evolve(METHOD, targets=broken), "targets"),
        (evolve(NODE, value=broken), "value"),
        (evolve(NODE, multiplier=broken), "multiplier"),
    ],
    ids=lambda each: getattr(each, "kind", each),
)
def test_what_a_function_raises_is_said_with_its_place(record, name):
    """Plugin, kind, function, file, line and reason; and nobody sees a traceback of ours."""
    others = [each for each in (KIND, METHOD, NODE) if each.kind != record.kind]
    with pytest.raises((PolicyError, PluginError)) as error:
        run(record, *others).to_native()
    text = (
        f"the plugin (given) (plugin_own) failed in '{name}' of the kind '{record.kind}': "
        f"KeyError at test_guard.py, line {LINE}: 'limit'"
    )
    assert [each.text() for each in error.value.findings] == [text]
    assert error.value.findings[0].code == "CPN-G09"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (evolve(KIND, build=lambda *_: 0.5), ("'build' of the kind 'own' from the plugin (given) "
         "(plugin_own) returned a float, not a Measure.")),
        (evolve(METHOD, build=lambda *_: 3), ("'build' of the kind 'own-method' from the plugin "
         "(given) (plugin_own) returned a int, not a Node.")),
        (evolve(METHOD, direction=lambda *_: None), ("'direction' of the kind 'own-method' from the "
         "plugin (given) (plugin_own) returned a NoneType, not a str.")),
        (evolve(NODE, value=lambda *_: 1.0), ("'value' of the kind 'own-node' from the plugin "
         "(given) (plugin_own) returned a float, not a Node.")),
    ],
    ids=["type", "method", "direction", "aggregation"],
)  # fmt: skip
def test_what_a_function_returns_wrongly_is_said(record, said):
    """Before anything is scored."""
    others = [each for each in (KIND, METHOD, NODE) if each.kind != record.kind]
    with pytest.raises((PolicyError, PluginError)) as error:
        run(record, *others).to_native()
    assert [each.text() for each in error.value.findings] == [said]
    assert error.value.findings[0].code == "CPN-G10"


def test_a_float_in_a_formula_is_refused():
    """Where integers are declared: a measure ends in exact ratios."""
    kind = evolve(KIND, build=lambda *_: Measure((), agg.count() * 0.5, agg.count()))
    with pytest.raises(PolicyError) as error:
        run(kind, METHOD, NODE)
    assert str(error.value) == (
        "1 problem in the policy 'own'; nothing was scored.\n"
        "  CPN-F08  indicators['one'].literal: 0.5 is a float, which is not exact.\n"
        "           to fix: write an int, or a Fraction: Fraction('0.1'), Fraction(1, 10)."
    )


def test_an_authors_own_refusal_is_passed_on():
    """It has a code of its own."""

    def refusing(*_):
        raise refuse(PolicyError, "", "CPN-P09", "measure", name="x", hint="", known="")

    with pytest.raises(PolicyError) as error:
        run(evolve(KIND, build=refusing), METHOD, NODE)
    assert [each.code for each in error.value.findings] == ["CPN-P09"]


def test_what_fit_raises_is_said():
    """A relative method's own pass over a cohort."""
    policy = office(
        relative=True,
        indicators=[{"id": "one", "type": "own", "table": "rows",
                     "normalise": {"method": "own-relative"}}],
    )  # fmt: skip
    with pytest.raises(capaian.CapaianError) as error:
        capaian.fit(
            policy, {"rows": ROWS}, period="2026",
            plugins=[plugin(KIND, evolve(RELATIVE, fit=broken), NODE)],
        )  # fmt: skip
    assert [each.code for each in error.value.findings] == ["CPN-G09"]


def test_no_function_of_a_plugin_runs_once_for_a_subject():
    """The plan is made once: the number of calls is the same for one subject and for four hundred."""
    calls = []

    def counted(function, name):
        def call(*given):
            calls.append(name)
            return function(*given)

        return call

    kind = evolve(KIND, build=counted(built, "build"))
    method = evolve(METHOD, build=counted(METHOD.build, "method"))
    node = evolve(NODE, value=counted(NODE.value, "value"))
    module = plugin(kind, method, node)
    hook = module.capaian_methods

    def capaian_methods():
        calls.append("hook")
        return hook()

    module.capaian_methods = hookimpl(capaian_methods)
    made = []
    for rows in (ROWS[:1], ROWS):
        calls.clear()
        found = capaian.score(office(), {"rows": rows}, period="2026", plugins=[module])
        found.to_native()
        found.ledger()
        made.append(sorted(calls))
    assert made[0] == made[1]
    assert calls.count("hook") == 1
    assert calls.count("build") == 1


def test_every_result_says_which_plugin_brought_what():
    """By indicator and node: plugin, distribution and version; in the document too."""
    found = run(KIND, METHOD, NODE)
    own = found.provenance["one"]["own"]
    assert (own.distribution, own.version, own.module) == ("(given)", "", "plugin_own")
    assert found.provenance == {
        "one": {"own": own, "own-method": own}, "score": {"own-node": own},
    }  # fmt: skip
    assert found.to_dict()["plugins"] == dict.fromkeys(
        ["own", "own-method", "own-node"], "(given) (plugin_own)"
    )


def test_a_policy_of_capaians_own_kinds_has_its_version():
    """The built-in types come through the same door."""
    policy = office(
        score={"method": "arithmetic"},
        indicators=[{"id": "one", "type": "count-based", "table": "rows",
                     "measure": {"statistic": "count", "no_rows": "missing"},
                     "normalise": {"method": "goalposts", "worst": 0, "best": 5}}],
    )  # fmt: skip
    found = capaian.score(policy, {"rows": ROWS}, period="2026")
    assert {str(each) for some in found.provenance.values() for each in some.values()} == {
        f"capaian {capaian.__version__} (capaian.indicators.count_based)",
        f"capaian {capaian.__version__} (capaian.methods.normalisations)",
        f"capaian {capaian.__version__} (capaian.methods.aggregations)",
    }
    assert "plugin_own" not in sys.modules
    assert Fraction(found.to_native()[0]["score"]) > 0
