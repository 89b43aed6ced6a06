"""The conformance kit: whether a plugin keeps the promises that scores rest on.

>>> from capaian.testing import check_method
>>> report = check_method("identity", edition="2026.1")
>>> report.failures
[]

It needs the extra `testing`. Nothing is loaded before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capaian.testing import strategies as strategies
    from capaian.testing.marks import parametrize_with_checks
    from capaian.testing.outcome import ConformanceError, Outcome, Report
    from capaian.testing.run import Profile, check_indicator, check_method, check_pack
    from capaian.testing.sample import Case, MethodSample, PackSample, Sample

_HOMES = {
    "Case": "sample",
    "ConformanceError": "outcome",
    "MethodSample": "sample",
    "PackSample": "sample",
    "Outcome": "outcome",
    "Profile": "run",
    "Report": "outcome",
    "Sample": "sample",
    "check_indicator": "run",
    "check_method": "run",
    "check_pack": "run",
    "parametrize_with_checks": "marks",
}

__all__ = [
    "Case",
    "ConformanceError",
    "MethodSample",
    "Outcome",
    "PackSample",
    "Profile",
    "Report",
    "Sample",
    "check_indicator",
    "check_method",
    "check_pack",
    "parametrize_with_checks",
    "strategies",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a watched process needs none of them."""
    if name == "strategies":
        return import_module("capaian.testing.strategies")
    if name not in _HOMES:
        raise AttributeError(f"module 'capaian.testing' has no attribute {name!r}")
    value = getattr(import_module(f"capaian.testing.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
