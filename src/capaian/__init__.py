"""capaian turns evidence about work into scores that can be explained, contested and reproduced.

>>> import capaian
>>> capaian.read_period("2026-Q1").last
datetime.date(2026, 3, 31)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from capaian.cases import CaseCoverage, CaseResults, boundary_cases, cover_cases, run_cases
    from capaian.errors import (
        AnalysisError,
        CalendarError,
        CapaianError,
        CaseError,
        EvidenceError,
        Finding,
        FormulaError,
        OutputError,
        PeriodError,
        PluginError,
        PolicyError,
        RecordError,
        RequestError,
        SheetError,
    )
    from capaian.explain import Explanation, PostingExplanation, UnitExplanation
    from capaian.parity import Parity, compare_sheet
    from capaian.period import Period, read_period
    from capaian.policy import Assignment, Policy, load_assignment
    from capaian.policy.difference import PolicyDiff
    from capaian.record import History, Override, Record, read_record
    from capaian.registry import Plugins, list_plugins
    from capaian.replay import Verification, verify
    from capaian.schemas import schema
    from capaian.schemas.tables import read_evidence
    from capaian.scores import (
        LazyScores,
        PostingScores,
        Scores,
        ScoresByPeriod,
        UnitScores,
        check,
        fit,
        score,
        score_units,
    )
    from capaian.shelf import (
        ListedPack,
        compare_policies,
        list_packs,
        load_evidence,
        load_policy,
    )
    from capaian.wire import read_object
    from capaian.workcalendar import WorkCalendar, load_calendar

_ROOMS = {
    "AnalysisError": "errors",
    "Assignment": "policy",
    "CalendarError": "errors",
    "CapaianError": "errors",
    "CaseCoverage": "cases",
    "CaseError": "errors",
    "CaseResults": "cases",
    "EvidenceError": "errors",
    "Explanation": "explain",
    "Finding": "errors",
    "FormulaError": "errors",
    "History": "record",
    "LazyScores": "scores",
    "ListedPack": "shelf",
    "OutputError": "errors",
    "Override": "record",
    "Parity": "parity",
    "Period": "period",
    "PeriodError": "errors",
    "PluginError": "errors",
    "Plugins": "registry",
    "Policy": "policy",
    "PolicyDiff": "policy.difference",
    "PolicyError": "errors",
    "PostingExplanation": "explain",
    "PostingScores": "scores",
    "Record": "record",
    "RecordError": "errors",
    "RequestError": "errors",
    "Scores": "scores",
    "ScoresByPeriod": "scores",
    "SheetError": "errors",
    "UnitExplanation": "explain",
    "UnitScores": "scores",
    "Verification": "replay",
    "WorkCalendar": "workcalendar",
    "boundary_cases": "cases",
    "check": "scores",
    "compare_policies": "shelf",
    "compare_sheet": "parity",
    "cover_cases": "cases",
    "fit": "scores",
    "list_packs": "shelf",
    "list_plugins": "registry",
    "load_assignment": "policy",
    "load_calendar": "workcalendar",
    "load_evidence": "shelf",
    "load_policy": "shelf",
    "read_evidence": "schemas.tables",
    "read_object": "wire",
    "read_period": "period",
    "read_record": "record",
    "run_cases": "cases",
    "schema": "schemas",
    "score": "scores",
    "score_units": "scores",
    "verify": "replay",
}

__all__ = [
    "AnalysisError",
    "Assignment",
    "CalendarError",
    "CapaianError",
    "CaseCoverage",
    "CaseError",
    "CaseResults",
    "EvidenceError",
    "Explanation",
    "Finding",
    "FormulaError",
    "History",
    "LazyScores",
    "ListedPack",
    "OutputError",
    "Override",
    "Parity",
    "Period",
    "PeriodError",
    "PluginError",
    "Plugins",
    "Policy",
    "PolicyDiff",
    "PolicyError",
    "PostingExplanation",
    "PostingScores",
    "Record",
    "RecordError",
    "RequestError",
    "Scores",
    "ScoresByPeriod",
    "SheetError",
    "UnitExplanation",
    "UnitScores",
    "Verification",
    "WorkCalendar",
    "boundary_cases",
    "check",
    "compare_policies",
    "compare_sheet",
    "cover_cases",
    "fit",
    "list_packs",
    "list_plugins",
    "load_assignment",
    "load_calendar",
    "load_evidence",
    "load_policy",
    "read_evidence",
    "read_object",
    "read_period",
    "read_record",
    "run_cases",
    "schema",
    "score",
    "score_units",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import capaian` costs nothing."""
    if name not in _ROOMS:
        return _retired(name)
    value = getattr(import_module(f"capaian.{_ROOMS[name]}"), name)
    # `capaian.scores` the module and `capaian.score` the verb differ by a letter: cache by name.
    globals()[name] = value
    return value


def _retired(name: str) -> Any:
    """Return what takes the place of a name that goes away, with a warning."""
    deprecated = import_module("capaian.deprecated")
    if name.startswith("__") or name not in deprecated.RETIRED:
        raise AttributeError(f"module 'capaian' has no attribute {name!r}")
    deprecation = deprecated.RETIRED[name]
    deprecated.warn(deprecation, above=2)
    return __getattr__(deprecation.instead.removeprefix("capaian."))


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
