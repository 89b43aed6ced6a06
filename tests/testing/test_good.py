"""No check fails for a sound plugin: the built-in types, methods and pack, and a few small ones."""

import pytest
from attrs import evolve

from capaian.registry import list_plugins
from capaian.shelf import list_packs
from capaian.testing import Profile
from capaian.testing.run import known_checks, run_check, set_up
from testing.good_samples import INDICATORS, METHODS, PACKS

QUICK = Profile(examples=5, engines=("records", "polars"), probe=False)
SAMPLES = {**INDICATORS, **METHODS, **PACKS}
APART = {f"E{number:02}" for number in range(4, 14)} | {f"I{number:02}" for number in range(1, 6)}
"""Checks that start a process: one method of each module is enough for them."""
WHOLE = {*INDICATORS, *PACKS, "goalposts", "min-max", "arithmetic", "good-mark", "good-mean"}


@pytest.mark.parametrize("name", SAMPLES)
def test_no_check_fails_for_a_sound_plugin(name):
    """Nor is anything noticed; what is skipped says why."""
    setting = set_up(SAMPLES[name], QUICK)
    names = [e for e in known_checks(setting.sort, "2026.1") if name in WHOLE or e not in APART]
    outcomes = [run_check(setting, each, "2026.1", {}) for each in names]
    wrong = [each.text() for each in outcomes if each.status in {"failed", "notice"}]
    assert wrong == []
    assert all(each.reason for each in outcomes if each.status == "skipped")
    assert sum(each.status == "passed" for each in outcomes) > len(outcomes) / 2


def test_every_built_in_kind_is_among_them():
    """The five types, all methods and the packs; a pack is found under its regulations too."""
    kinds = {kind for each in list_plugins() for kind in each.kinds}
    packs = [each.pack for each in list_packs() if each.pack]
    kinds -= {name for each in packs for name in each.regulations} - {each.id for each in packs}
    assert kinds == {each.plugin for each in SAMPLES.values() if isinstance(each.plugin, str)}


def test_contributions_that_leave_something_over_must_say_so():
    """The same method without `remainder=True` fails K03: it is no function of degree one."""
    setting = set_up(SAMPLES["good-held"], QUICK)
    assert run_check(setting, "K03", "2026.1", {}).status == "passed"
    bare = evolve(setting.rig.found, record=evolve(setting.rig.record, remainder=False))
    unmarked = evolve(setting, rig=evolve(setting.rig, found=bare))
    assert run_check(unmarked, "K03", "2026.1", {}).status == "failed"
