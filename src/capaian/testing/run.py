"""Runs the checks of an edition on a plugin's record and reports what each found."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from capaian.errors import CapaianError
from capaian.plugin import Aggregation, IndicatorType, RelativeNormalisation
from capaian.registry import build_registry
from capaian.testing import (
    batch,
    explained,
    identity,
    lifecycle,
    methods,
    missing,
    purity,
    refusals,
    timing,
    value,
)
from capaian.testing.catalogue import binding, clauses, prove_checks, prove_edition
from capaian.testing.elsewhere import PLAIN, Elsewhere
from capaian.testing.method_rig import MethodRig
from capaian.testing.outcome import Broken, ConformanceError, Outcome, Report, Skipped
from capaian.testing.rig import Rig, plain
from capaian.testing.sample import METHODS, MethodSample, Sample, resolve, said
from capaian.testing.tables import Engine, installed

Check: TypeAlias = Callable[[Any], None]
OnFail = Literal["raise", "collect"]
EXAMPLES = 20
"""How many inputs a check tries at the default profile."""
SECONDS = 30.0
"""How long a new process may take."""

_SHARED: Mapping[str, Check] = {
    "A02": identity.kind, "A03": identity.title, "A08": identity.alone, "A09": identity.same_again,
    "E01": purity.same_again, "E02": purity.given_unchanged, "E03": purity.rows_unchanged,
    "E04": purity.new_process, "E05": purity.hash_seed, "E06": purity.locales,
    "E07": purity.decimals, "E08": purity.folders, "E09": purity.environment,
    "E10": purity.clock, "E11": purity.chance, "E12": purity.files, "E13": purity.outside,
    "E14": purity.threads, "E15": purity.copies, "E16": purity.no_state,
    "I01": lifecycle.quick_import, "I02": lifecycle.light_import, "I03": lifecycle.quiet_import,
    "I04": lifecycle.optimised, "I05": lifecycle.in_time,
}  # fmt: skip
_OF_INDICATORS: Mapping[str, Check] = {
    **_SHARED,
    "A01": identity.builds, "A04": identity.options, "A05": identity.described,
    "A06": identity.declared, "A07": identity.roles,
    "B01": value.bounded, "B02": value.exact, "B03": value.observed, "B04": value.monotone,
    "B05": value.minimum, "B06": value.cases, "B07": value.names,
    "C01": missing.no_rows, "C02": missing.not_zero, "C03": missing.no_advantage,
    "C04": missing.refused, "C05": missing.known_states, "C06": missing.full_row,
    "D01": timing.outside, "D02": timing.inside, "D03": timing.unknown_yet,
    "D04": timing.after_cut_off, "D05": timing.open_cases, "D06": timing.later_on,
    "F01": batch.engines, "F02": batch.one_by_one, "F03": batch.order, "F04": batch.selection,
    "F05": batch.many, "G01": explained.adds_up, "G02": explained.replays, "G03": explained.words,
    "G04": explained.documents, "H01": refusals.options, "H02": refusals.checks,
    "H03": refusals.content, "H04": refusals.measuring, "E17": purity.functions_unchanged,
}  # fmt: skip
_OF_METHODS: Mapping[str, Check] = {
    **_SHARED,
    "A01": methods.builds, "F01": methods.engines, "J03": methods.anchors,
}  # fmt: skip
_OF_NORMALISATIONS: Mapping[str, Check] = {
    **_OF_METHODS,
    "A04": identity.options, "A05": identity.described, "H01": refusals.options,
    "J01": methods.direction, "J02": methods.monotone, "J04": methods.everywhere,
    "J05": methods.only_the_value,
}  # fmt: skip
_OF_COHORTS: Mapping[str, Check] = {
    **_OF_NORMALISATIONS, "L01": methods.parameters, "L02": methods.narrow_cohorts,
}  # fmt: skip
_OF_AGGREGATIONS: Mapping[str, Check] = {
    **_OF_METHODS,
    "K01": methods.between, "K02": methods.rises, "K03": methods.contributions,
    "K04": methods.order_of_parts, "K05": methods.no_weight, "K06": methods.from_the_lowest,
}  # fmt: skip
CHECKS: Mapping[str, Mapping[str, Check]] = MappingProxyType({
    "indicator": dict(sorted(_OF_INDICATORS.items())),
    "normalisation": dict(sorted(_OF_NORMALISATIONS.items())),
    "cohort": dict(sorted(_OF_COHORTS.items())),
    "aggregation": dict(sorted(_OF_AGGREGATIONS.items())),
})  # fmt: skip
"""The checks of each sort of record, by id."""
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
    kind = sample.kind if isinstance(sample, MethodSample) else str(sample.table.get("type", ""))
    sorts = METHODS if isinstance(sample, MethodSample) else IndicatorType
    sort = "normalisation" if isinstance(sample, MethodSample) else "indicator"
    named = sample.plugin if isinstance(sample.plugin, str) else kind or _name(sample.plugin)
    try:
        found = resolve(sample.plugin, kind, sample.plugins, sorts)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises while it is loaded
        return Setting(named, sort, None, profile.seed, f"it cannot be loaded: {said(error)}")
    make: Any = MethodRig if isinstance(sample, MethodSample) else Rig
    engines = profile.engines
    rig = make(sample, found, profile.seed, profile.examples, engines, profile.seconds)
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


def _late_at_work(rig: Any) -> str:
    """Return why a new process that scores does not end; empty where it does."""
    try:
        rig.elsewhere.watched  # noqa: B018 - asking raises where it is late
    except Broken as broken:
        return broken.reason
    except Exception:  # noqa: BLE001 - whatever else is wrong is a check's to say
        return ""
    return ""


def _sample(given: object, wanted: Any) -> Sample | MethodSample:
    if isinstance(given, Sample | MethodSample):
        return given
    if wanted is None:
        wanted = IndicatorType
        if isinstance(given, METHODS):
            wanted = METHODS
        elif isinstance(given, str):
            registry, _ = build_registry([given])
            wanted = METHODS if registry.find(given, METHODS) else IndicatorType
    return Sample(given) if wanted is IndicatorType else MethodSample(given)


def _name(plugin: object) -> str:
    return str(getattr(plugin, "kind", "") or getattr(plugin, "__name__", type(plugin).__name__))


def _sort(record: object) -> str:
    if isinstance(record, IndicatorType):
        return "indicator"
    if isinstance(record, Aggregation):
        return "aggregation"
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


def check_sample(
    sample: Sample | MethodSample,
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
