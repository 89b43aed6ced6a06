"""Each wrong plugin is caught by the check that is named for it, and says why."""

import re

import pytest

from capaian.testing import Profile
from capaian.testing.catalogue import clauses
from capaian.testing.checks import CHECKS
from capaian.testing.run import run_check, set_up
from testing.mutants.roll import CROOKED, MUTANTS

QUICK = Profile(examples=24, engines=("records", "polars"), seconds=6, probe=False)
PROBED = Profile(examples=24, engines=("records", "polars"), seconds=3)


@pytest.mark.filterwarnings("ignore:the next version")
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.check}-{mutant.name}")
def test_each_wrong_plugin_is_caught_by_its_check(mutant):
    """The check fails for the reason that the roll gives, not for any other."""
    profile = PROBED if mutant.check == "I05" else QUICK
    found = run_check(set_up(mutant.sample(), profile), mutant.check, "2026.1", {})
    assert found.status == ("notice" if mutant.check == "A05" else "failed")
    assert re.search(mutant.pattern(), found.reason), found.text()


def test_there_are_at_least_forty_and_none_twice():
    """The kit's own proof is broad."""
    names = [(mutant.check, mutant.module, mutant.name) for mutant in MUTANTS]
    assert len(names) >= 40
    assert len(set(names)) == len(names)


def test_every_check_has_a_wrong_plugin_or_a_crooked_scorer():
    """A check that nothing fails proves nothing."""
    caught = {mutant.check for mutant in MUTANTS} | set(CROOKED)
    assert caught == set(clauses())
    assert {check for checks in CHECKS.values() for check in checks} == set(clauses())
