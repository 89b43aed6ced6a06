"""The room of analysis: what it gives, and what it says where its libraries are missing."""

import sys

import pytest

import capaian.analysis
from capaian.errors import AnalysisError


def test_every_public_name_is_found():
    for name in capaian.analysis.__all__:
        assert getattr(capaian.analysis, name).__name__ == name


def test_another_name_is_none():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        capaian.analysis.nothing  # noqa: B018 - asking is what is tested


@pytest.mark.parametrize("library", ["scipy", "statsmodels"])
def test_a_missing_library_is_said_with_its_remedy(library, monkeypatch):
    """Whatever name is asked for, and nothing is half imported after it."""
    module = "capaian.analysis.missing_one"
    monkeypatch.setitem(capaian.analysis._ROOMS, "missing", "missing_one")

    def fails(name):
        assert name == module
        error = f"No module named '{library}'"
        raise ModuleNotFoundError(error, name=f"{library}.special")

    monkeypatch.setattr(capaian.analysis, "import_module", fails)
    with pytest.raises(AnalysisError) as refused:
        capaian.analysis.missing  # noqa: B018 - asking is what is tested
    assert refused.value.text() == (
        "A library for analysis is missing.\n"
        f"  CPN-M24  'missing' needs the library '{library}', which is not installed.\n"
        "           to fix: pip install 'capaian[analysis]'."
    )
    assert module not in sys.modules


def test_another_missing_module_is_not_hidden(monkeypatch):
    monkeypatch.setitem(capaian.analysis._ROOMS, "missing", "missing_one")
    with pytest.raises(ModuleNotFoundError, match="missing_one"):
        capaian.analysis.missing  # noqa: B018 - asking is what is tested
