"""What every test has: Hypothesis profiles, the small office, snapshots, what only some machines have."""

import copy
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from documents import hold_everything
from opened import why_no_browser
from small_office import OFFICE, made_up_evidence
from spark_session import spark_session, why_no_spark

# `ci` repeats the same examples on every run; `deep` is for before a release.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def why_no_clients():
    """Return why the client examples cannot run here; empty where they can."""
    missing = [each for each in ("php", "node") if shutil.which(each) is None]
    return f"there is no {' and no '.join(missing)} (tools/set_up_clients.sh)" if missing else ""


WANTED = {"spark": why_no_spark, "clients": why_no_clients, "browser": why_no_browser}
"""What some tests need, by their marker, and what says why it is not here."""


OTHERS = ("faults", "slow")
"""Markers of tests that another command runs; `.ci/run` runs the slow ones too."""
UNTRACED = (
    "examples/",
    "faults/",
    "laws/",
    "columns/test_frames.py",
    "columns/test_records.py",
    "scores/test_columns.py",
    "scores/test_joining.py",
    "scores/test_lazy.py",
    "testing/test_good.py",
    "testing/test_mutants.py",
)
"""Tests that go over lines that others go over too, many times or in other processes: traced they
take twice as long. What is left traced covers 97 % of the lines and branches, all together 98 %."""


def pytest_collection_modifyitems(config, items):
    """Leave out what needs what is not here; `pytest_terminal_summary` says so.

    What takes long is not left out but another command's: `make slow`, `make faults`.
    """
    for marker in OTHERS:
        if marker not in config.option.markexpr:
            long = [item for item in items if item.get_closest_marker(marker)]
            items[:] = [item for item in items if not item.get_closest_marker(marker)]
            config.hook.pytest_deselected(items=long)
    tests = str(Path(__file__).parent) + os.sep
    for item in items:
        if str(item.path).removeprefix(tests).startswith(UNTRACED):
            item.add_marker(pytest.mark.no_cover)
    for marker, why_not in WANTED.items():
        wanted = [item for item in items if item.get_closest_marker(marker)]
        why = why_not() if wanted else ""
        for item in wanted if why else ():
            item.add_marker(pytest.mark.skip(reason=why))


def left_out(config, marker):
    """Return the tests of a marker that were left out, whichever process ran them."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return [each.nodeid for each in skipped if marker in each.keywords]


def pytest_terminal_summary(terminalreporter, config):
    """Name every test that was left out."""
    for marker, why_not in WANTED.items():
        if names := left_out(config, marker):
            terminalreporter.section(f"LEFT OUT: {len(names)} tests, {why_not()}", red=True)
            for each in names:
                terminalreporter.line(each)


def pytest_sessionfinish(session):
    """Where a change is proved, a test that was left out has failed."""
    proving = os.environ.get("CI") or os.environ.get("CAPAIAN_COMPLETE")
    if proving and any(left_out(session.config, marker) for marker in WANTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def documents():
    """Hold whatever any test writes as a document to its schema."""
    undo = hold_everything()
    yield
    undo()


@pytest.fixture(scope="session")
def spark():
    """Return the Spark session of this run; a test that asks for it is marked `spark`."""
    return spark_session()


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
