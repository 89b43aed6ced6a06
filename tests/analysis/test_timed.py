"""Whatever analysis offers is timed at a million subjects, or it is said why that has no meaning."""

import re
from pathlib import Path

import pytest

import capaian.analysis

BENCH = Path(__file__).parents[2] / "bench"
FUNCTIONS = sorted(name for name in capaian.analysis.__all__ if name.islower())


@pytest.fixture(scope="module")
def untimed():
    """Return the functions that are left out of the table."""
    text = (BENCH / "analysis_run.py").read_text(encoding="utf-8")
    made = re.search(r"^UNTIMED = \{.*?^\}", text, re.MULTILINE | re.DOTALL).group()
    space = {}
    exec(made, space)  # noqa: S102 - a literal of our own
    return [name for names in space["UNTIMED"].values() for name in names]


@pytest.fixture(scope="module")
def timed():
    """Return the functions that a timed call calls."""
    text = "".join(each.read_text(encoding="utf-8") for each in (BENCH / "analysis").glob("*.py"))
    return [name for name in FUNCTIONS if re.search(rf"\b{name}\(", text)]


def test_every_function_is_timed_or_has_a_reason(timed, untimed):
    """And none is both."""
    assert sorted([*timed, *untimed]) == FUNCTIONS
