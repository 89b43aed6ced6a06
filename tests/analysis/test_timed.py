"""Whatever analysis offers is timed at a million subjects, or it is said why that has no meaning."""

import ast
import re
from pathlib import Path

import pytest

import capaian.analysis

BENCH = Path(__file__).parents[2] / "bench"
FUNCTIONS = sorted(name for name in capaian.analysis.__all__ if name.islower())


@pytest.fixture(scope="module")
def untimed():
    """Return the functions that are left out of the table."""
    tree = ast.parse((BENCH / "analysis_run.py").read_text(encoding="utf-8"))
    (made,) = (
        each.value for each in tree.body
        if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == "UNTIMED"
    )  # fmt: skip
    return [name for names in ast.literal_eval(made).values() for name in names]


@pytest.fixture(scope="module")
def timed():
    """Return the functions that a timed call calls."""
    text = "".join(each.read_text(encoding="utf-8") for each in (BENCH / "analysis").glob("*.py"))
    return [name for name in FUNCTIONS if re.search(rf"(?<!def )\b{name}\(", text)]


def test_every_function_is_timed_or_has_a_reason(timed, untimed):
    """And none is both."""
    assert sorted([*timed, *untimed]) == FUNCTIONS
