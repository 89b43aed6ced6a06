"""No check fails for a sound plugin: the built-in types, every method, and a few small ones."""

import pytest

from capaian.registry import list_plugins
from capaian.testing import Profile
from capaian.testing.run import check_sample
from testing.good_samples import INDICATORS, METHODS, PACKS

QUICK = Profile(examples=5, engines=("records", "polars"), probe=False)
SAMPLES = {**INDICATORS, **METHODS, **PACKS}


@pytest.mark.parametrize("name", SAMPLES)
def test_no_check_fails_for_a_sound_plugin(name):
    """Nor is anything noticed; what is skipped says why."""
    report = check_sample(SAMPLES[name], edition="2026.1", profile=QUICK)
    wrong = [each.text() for each in report if each.status in {"failed", "notice"}]
    assert wrong == []
    assert all(each.reason for each in report if each.status == "skipped")
    assert report.counts()["passed"] > len(report) / 2


def test_every_built_in_kind_is_among_them():
    """The three types and all methods."""
    kinds = {kind for each in list_plugins() for kind in each.kinds}
    assert kinds == {each.plugin for each in SAMPLES.values() if isinstance(each.plugin, str)}
