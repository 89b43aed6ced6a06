"""What every test has: Hypothesis profiles, the small office, snapshots."""

import copy
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from small_office import OFFICE, made_up_evidence

# `ci` repeats the same examples on every run; `deep` is for before a release.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture
def office():
    """A policy document that a test may change."""
    return copy.deepcopy(OFFICE)


@pytest.fixture
def evidence():
    """Three tables as lists of dicts."""
    return made_up_evidence()


@pytest.fixture
def snapshot(request):
    """Compare a text with the file of that name under tests/snapshots, or write it when asked to.

    `CAPAIAN_SNAPSHOTS=write` rewrites; the difference is then read like any other change.
    """
    folder = Path(__file__).parent / "snapshots" / request.module.__name__.rpartition(".")[2]

    def compare(name, text):
        path = folder / name
        if os.environ.get("CAPAIAN_SNAPSHOTS") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        assert text + "\n" == path.read_text(encoding="utf-8")

    return compare
