"""Runs the checks of an edition on a plugin's record and reports what each found."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from capaian.errors import CapaianError
from capaian.plugin import (
    Aggregation,
    IndicatorType,
    Pack,
    ParametricAggregation,
    RelativeNormalisation,
)
from capaian.registry import build_registry
from capaian.testing import packs
from capaian.testing.catalogue import binding, clauses, prove_checks, prove_edition
from capaian.testing.checks import CHECKS
from capaian.testing.elsewhere import PLAIN, Elsewhere
from capaian.testing.method_rig import MethodRig
from capaian.testing.outcome import Broken, ConformanceError, Outcome, Report, Skipped
from capaian.testing.rig import Rig, plain
from capaian.testing.sample import (
    METHODS,
    AnySample,
    MethodSample,
    PackSample,
    Resolved,
    Sample,
    resolve,
    said,
)
from capaian.testing.tables import Engine, installed

OnFail = Literal["raise", "collect"]
EXAMPLES = 20
"""How many inputs a check tries at the default profile."""
SECONDS = 30.0
"""How long a new process may take."""
UNLOADED = "it cannot be loaded"
"""How the reason of a plugin begins that no engine could use."""

_UNBUILT = {"A01", "A02", "A03", "A04", "A08", "A09", "H01"}
"""What can be said of a plugin that cannot be built."""


@frozen(eq=False)
class Setting:
    """A plugin set up to be checked, or why it could not be.

    Attributes
    ----------
    subject, sort
        The kind, and the sort of its record.
    rig
        What checks run on; `None` where the plugin cannot be loaded.
    seed
        Where the search for inputs begins.
    fault, late
        Why it cannot be loaded or built; whether it took too long.
    """

    subject: str
    sort: str
    rig: Any
    seed: int
    fault: str = ""
    late: str = ""


@frozen
class Profile:
    """How hard the checks look.

    Attributes
    ----------
    seed
        Where the search for inputs begins.
    examples
        How many inputs a check tries.
    engines
        The kinds of tables that are compared; all that are installed.
    seconds
        How long a new process may take.
    probe
        Whether a new process builds the plugin first, so that one that never ends is stopped.
    """

    seed: int = 0
    examples: int = EXAMPLES
    engines: tuple[Engine, ...] = field(factory=installed)
    seconds: float = SECONDS
    probe: bool = True


def set_up(given: object, profile: Profile, wanted: Any = None) -> Setting:
    """Find what is to be checked, and see whether it can be built in time."""
    sample = _sample(given, wanted)
    kind = "" if isinstance(sample.plugin, str) else _kind(sample)
    sorts, sort = _SORTS[type(sample)]
    named = sample.plugin if isinstance(sample.plugin, str) else kind or _name(sample.plugin)
    try:
        found = resolve(sample.plugin, kind, sample.plugins, sorts)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises while it is loaded
        return Setting(named, sort, None, profile.seed, f"{UNLOADED}: {said(error)}")
    rig = _rig(sample, found, profile)
    kind, sort = found.record.kind, _sort(found.record)
    late = _late(rig, profile) if profile.probe else ""
    if late:
        return Setting(kind, sort, rig, profile.seed, late=late)
    try:
        CHECKS[sort]["A01"](rig)
    except Broken as broken:
        return Setting(kind, sort, rig, profile.seed, broken.reason)
    late = _late_at_work(rig) if profile.probe else ""
    return Setting(kind, sort, rig, profile.seed, late=late)


_SORTS: Mapping[type, tuple[Any, str]] = {
    Sample: (IndicatorType, "indicator"),
    MethodSample: (METHODS, "normalisation"),
    PackSample: (Pack, "pack"),
}


def _kind(sample: AnySample) -> str:
    return str(sample.table.get("type", "")) if isinstance(sample, Sample) else sample.kind


def _rig(sample: AnySample, found: Resolved, profile: Profile) -> Any:
    if isinstance(sample, PackSample):
        return packs.PackRig(found, profile.seed, profile.seconds)
    make: Any = MethodRig if isinstance(sample, MethodSample) else Rig
    engines = profile.engines
    return make(sample, found, profile.seed, profile.examples, engines, profile.seconds)


def _late_at_work(rig: Any) -> str:
    """Return why a new process that scores does not end; empty where it does."""
    try:
        rig.elsewhere.watched  # noqa: B018 - asking raises where it is late
    except Broken as broken:
        return broken.reason
    except Exception:  # noqa: BLE001 - whatever else is wrong is a check's to say
        return ""
    return ""


def _sample(given: object, wanted: Any) -> AnySample:
    if isinstance(given, AnySample):
        return given
    if wanted is None:
        wanted = next(
            (sort for sort in (METHODS, Pack) if isinstance(given, sort) or _brings(given, sort)),
            IndicatorType,
        )
    if wanted is IndicatorType:
        return Sample(given)
    return PackSample(given) if wanted is Pack else MethodSample(given)


def _brings(kind: object, sort: Any) -> bool:
    if not isinstance(kind, str):
        return False
    registry, _ = build_registry([kind])
    return registry.find(kind, sort) is not None


def _name(plugin: object) -> str:
    return str(getattr(plugin, "kind", "") or getattr(plugin, "__name__", type(plugin).__name__))


def _sort(record: object) -> str:
    if isinstance(record, IndicatorType):
        return "indicator"
    if isinstance(record, ParametricAggregation):
        return "family"
    if isinstance(record, Aggregation | Pack):
        return "pack" if isinstance(record, Pack) else "aggregation"
    return "cohort" if isinstance(record, RelativeNormalisation) else "normalisation"


def _late(rig: Any, profile: Profile) -> str:
    """Return why a new process that only builds does not end; empty where it does."""
    if not isinstance(rig, Rig):  # a method's policy holds what is fitted: it is built here
        document = {"documents": [], "evidence": {}, "period": ""}
    else:
        document = {"documents": [plain(rig.document())], "evidence": {}, "period": ""}
    probe = Elsewhere(rig.found.modules, rig.found.home, lambda: document, profile.seconds)
    try:
        probe.ask("probe", PLAIN)
    except Broken as broken:
        return broken.reason
    except Skipped:
        return ""
    return ""


def run_check(setting: Setting, check: str, edition: str, expected: Mapping[str, str]) -> Outcome:
    """Run one check and say what it found."""
    clause = clauses()[check].clause
    seed = setting.seed
    status, reason, example = _tried(setting, check)
    if check in expected:
        if status == "failed":
            return Outcome(check, clause, "expected", expected[check], example, seed)
        if status == "passed":
            reason = f"it was expected to fail ({expected[check]}) and does not"
            return Outcome(check, clause, "failed", reason, "", seed)
    if status == "failed" and not binding(check, edition):
        return Outcome(check, clause, "notice", reason, example, seed)
    return Outcome(check, clause, status, reason, example, seed)


def _tried(setting: Setting, check: str) -> tuple[Any, str, str]:
    if setting.late:
        return ("failed", setting.late, "") if check == "I05" else ("skipped", setting.late, "")
    if setting.rig is None:
        return ("failed" if check == "A01" else "skipped"), setting.fault, ""
    if setting.fault and check not in _UNBUILT:
        return "skipped", setting.fault, ""
    try:
        CHECKS[setting.sort][check](setting.rig)
    except Broken as broken:
        return "failed", broken.reason, broken.example
    except Skipped as skipped:
        return "skipped", skipped.reason, ""
    except CapaianError as error:
        return "failed", f"it is refused: {said(error)}", ""
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises
        return "failed", f"it raised {said(error)}", ""
    return "passed", "", ""


def known_checks(sort: str, edition: str) -> list[str]:
    """Return the ids of the checks of a sort of record that an edition knows."""
    return [each for each in CHECKS[sort] if binding(each, edition) is not None]


def check_indicator(
    indicator: object,
    *,
    edition: str,
    expected_failures: Mapping[str, str] | None = None,
    on_fail: OnFail = "raise",
    profile: Profile | None = None,
) -> Report:
    """Check an indicator type.

    Parameters
    ----------
    indicator
        The kind of an installed type, the module that brings it, its `IndicatorType`, or a `Sample`
        of any of these with an example of its use. Without one: no options, columns named as their
        roles.
    edition
        The edition of the checks, such as `"2026.1"`: it never changes under a plugin's feet.
    expected_failures
        Ids of checks that are known to fail, with the reason. One that does not fail is a failure.
    on_fail
        `raise` what failed, or `collect` it in the report.
    profile
        Seed, number of examples, kinds of tables, time limit of a new process.

    Returns
    -------
    Report
        A list of `Outcome`, in order of ids.

    Raises
    ------
    ConformanceError
        A check failed that was not expected to; only if `on_fail` is `raise`.
    PluginError
        There is no such edition (CPN-T01) or check (CPN-T02).
    """
    return _checked(indicator, IndicatorType, edition, expected_failures, on_fail, profile)


def check_method(
    method: object,
    *,
    edition: str,
    expected_failures: Mapping[str, str] | None = None,
    on_fail: OnFail = "raise",
    profile: Profile | None = None,
) -> Report:
    """Check a normalisation, an aggregation, or a method that is fitted to a cohort.

    Parameters
    ----------
    method
        The kind of an installed method, the module that brings it, its record, or a `MethodSample`
        of any of these with options.
    edition, expected_failures, on_fail, profile
        As for `check_indicator`.

    Raises
    ------
    ConformanceError, PluginError
        As for `check_indicator`.
    """
    return _checked(method, METHODS, edition, expected_failures, on_fail, profile)


def check_pack(
    pack: object,
    *,
    edition: str,
    expected_failures: Mapping[str, str] | None = None,
    on_fail: OnFail = "raise",
    profile: Profile | None = None,
) -> Report:
    """Check a pack: its policies, its rules, and the cases that it brings for them.

    Parameters
    ----------
    pack
        The id of an installed pack, the module that brings it, its record, or a `PackSample`.
    edition, expected_failures, on_fail, profile
        As for `check_indicator`.

    Raises
    ------
    ConformanceError, PluginError
        As for `check_indicator`.
    """
    return _checked(pack, Pack, edition, expected_failures, on_fail, profile)


def check_sample(
    sample: AnySample,
    *,
    edition: str,
    expected_failures: Mapping[str, str] | None = None,
    on_fail: OnFail = "collect",
    profile: Profile | None = None,
) -> Report:
    """Check what a sample is of; all else is as for `check_indicator`."""
    return _checked(sample, None, edition, expected_failures, on_fail, profile)


def _checked(
    given: object,
    wanted: Any,
    edition: str,
    expected: Mapping[str, str] | None,
    on_fail: OnFail,
    profile: Profile | None,
) -> Report:
    prove_edition(edition)
    prove_checks(expected or {})
    begun = time.perf_counter()
    setting = set_up(given, profile or Profile(), wanted)
    names = known_checks(setting.sort, edition)
    outcomes = [run_check(setting, each, edition, expected or {}) for each in names]
    report = Report(outcomes, setting.subject, edition, time.perf_counter() - begun)
    if on_fail == "raise" and report.failures:
        raise ConformanceError(report)
    return report
