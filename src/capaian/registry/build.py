"""Builds a registry: loads what a policy names, and refuses two that bring the same kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib.metadata import EntryPoint
from typing import Any, Literal

import pluggy
from attrs import field, frozen

from capaian import plugin as author
from capaian.errors import Finding, PluginError, did_you_mean
from capaian.plugin import (
    Aggregation,
    IndicatorType,
    Method,
    Normalisation,
    Pack,
    ParametricAggregation,
    RelativeNormalisation,
)
from capaian.registry.announced import (
    OWN,
    Provenance,
    announced,
    given_provenance,
    provenance_of,
)
from capaian.registry.guard import NEEDED, fault_of, guarded
from capaian.registry.switches import Plugins, plugins_of

Status = Literal["available", "broken", "duplicate", "blocked"]
Record = IndicatorType | Method | Pack
_HOOKS: Mapping[str, Any] = {
    "capaian_indicator_types": IndicatorType,
    "capaian_methods": (
        Normalisation | RelativeNormalisation | Aggregation | ParametricAggregation
    ),
    "capaian_packs": Pack,
}


_ANY = Plugins()


@frozen
class Plugin:
    """One entry point, as `capaian plugins` lists it."""

    name: str
    provenance: Provenance
    status: Status
    kinds: tuple[str, ...] = ()
    reason: str = ""


@frozen
class Registry:
    """The kinds that are at hand, each with where it came from."""

    records: Mapping[str, Record] = field(factory=dict)
    provenance: Mapping[str, Provenance] = field(factory=dict)

    def find(self, kind: str, wanted: type[Any] | tuple[type[Any], ...]) -> Record | None:
        """Return the record of a kind, or `None` where there is none of the wanted sort."""
        record = self.records.get(kind)
        return record if isinstance(record, wanted) else None

    def kinds(self, wanted: type[Any] | tuple[type[Any], ...]) -> list[str]:
        """Return the kinds of one sort, in order."""
        return sorted(kind for kind, each in self.records.items() if isinstance(each, wanted))


def build_registry(kinds: Iterable[str], plugins: Plugins = _ANY) -> tuple[Registry, list[Finding]]:
    """Load the plugins that bring these kinds.

    Parameters
    ----------
    kinds
        The words that a policy uses for types and methods.
    plugins
        Which plugins may be loaded, and those that are handed over.

    Returns
    -------
    registry, findings
        What is at hand, and a finding for every kind that is missing, broken, not allowed or
        brought twice; where `strict`, for every plugin at which something is wrong.
    """
    found = announced()
    loader = _Loader()
    findings: list[Finding] = []
    for module in plugins.given:
        findings += loader.load(partial(_itself, module), given_provenance(module))
    needed = sorted(set(kinds) - set(loader.records))
    for kind in needed:
        findings += _needed(kind, found, plugins, loader, findings)
    if plugins.strict:
        for name in sorted(set(found) - set(needed)):
            entries = [each for each in found[name] if _may(each, plugins)]
            if entries:
                findings += _all_of(name, entries, loader, findings)
    return Registry(loader.records, loader.provenance), findings + loader.clashes


def _needed(
    kind: str,
    found: Mapping[str, list[EntryPoint]],
    plugins: Plugins,
    loader: _Loader,
    before: list[Finding],
) -> list[Finding]:
    """Load what brings a kind that a policy names."""
    entries = found.get(kind, [])
    if not entries:
        known = sorted({*found, *loader.records})
        values = {"kind": kind, "known": ", ".join(known), "hint": did_you_mean(kind, known)}
        return [Finding("CPN-G01", kind, values)]
    allowed = [each for each in entries if _may(each, plugins)]
    if not allowed:
        named = " and ".join(sorted(str(provenance_of(each)) for each in entries))
        values = {"kind": kind, "plugins": named, "switches": plugins.text()}
        return [Finding("CPN-G11", kind, values)]
    return _all_of(kind, allowed, loader, before)


def _all_of(
    name: str, entries: list[EntryPoint], loader: _Loader, before: list[Finding]
) -> list[Finding]:
    """Load the one plugin that a name stands for, and see that it brings that kind."""
    if len(entries) > 1:
        return [_duplicate(name, map(provenance_of, entries))]
    provenance = provenance_of(entries[0])
    faults = [each for each in loader.load(entries[0].load, provenance) if each not in before]
    if not faults and name not in loader.records and not loader.failed(provenance):
        values = {"kind": name, "plugin": str(provenance)}
        return [Finding("CPN-G02", name, values)]
    return faults


def _may(entry: EntryPoint, plugins: Plugins) -> bool:
    return provenance_of(entry).distribution == OWN or plugins.may(entry.name)


def list_plugins(plugins: Plugins | Iterable[object] = ()) -> list[Plugin]:
    """Return every plugin that is installed, in order of name, loaded to see what it brings.

    Parameters
    ----------
    plugins
        Which may be loaded: the others are listed as `blocked` and not loaded. Plugin modules or
        objects that are not installed are listed last.

    Returns
    -------
    list of Plugin
        `name`, `provenance` (distribution, version, module), `status` (`available`, `broken`,
        `duplicate`, `blocked`), `kinds`, and the `reason` why one cannot be used.
    """
    switches = plugins_of(plugins)
    listed: list[Plugin] = []
    for name, entries in sorted(announced().items()):
        for entry in entries:
            provenance = provenance_of(entry)
            if not _may(entry, switches):
                values = {"kind": name, "plugins": str(provenance), "switches": switches.text()}
                reason = Finding("CPN-G11", name, values).text()
                listed.append(Plugin(name, provenance, "blocked", (), reason))
                continue
            made = _listed(name, provenance, entry.load, kind=name)
            if len(entries) > 1:
                reason = _duplicate(name, map(provenance_of, entries)).text()
                made = Plugin(name, provenance, "duplicate", made.kinds, reason)
            listed.append(made)
    for module in switches.given:
        provenance = given_provenance(module)
        listed.append(_listed(provenance.module, provenance, partial(_itself, module)))
    return listed


def _itself(module: object) -> object:
    return module


def _listed(
    name: str, provenance: Provenance, load: Callable[[], object], kind: str = ""
) -> Plugin:
    loader = _Loader()
    findings = loader.load(load, provenance)
    if not findings and kind and kind not in loader.records:
        findings = [Finding("CPN-G02", kind, {"kind": kind, "plugin": str(provenance)})]
    reason = "; ".join(finding.text() for finding in findings)
    kinds = tuple(sorted(loader.records))
    return Plugin(name, provenance, "broken" if findings else "available", kinds, reason)


class _Loader:
    """Registers plugins with pluggy and keeps what their hooks return."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.provenance: dict[str, Provenance] = {}
        self.clashes: list[Finding] = []
        self._loaded: dict[str, bool] = {}
        """Modules that were loaded, and whether that went well."""

    def failed(self, provenance: Provenance) -> bool:
        """Return whether a plugin was loaded already and something was wrong."""
        return not self._loaded.get(provenance.module, True)

    def load(self, load: Callable[[], object], provenance: Provenance) -> list[Finding]:
        """Load a plugin; a fault comes back as a finding and nothing else happens."""
        if provenance.module in self._loaded:
            return []
        self._loaded[provenance.module] = False
        try:
            module = load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's module raises
            return [_failed(provenance, "import", error)]
        try:
            records = list(_records(module, provenance))
        except PluginError as error:
            return list(error.findings)
        for record in records:
            self._keep(record, provenance)
        self._loaded[provenance.module] = True
        return []

    def _keep(self, record: Record, provenance: Provenance) -> None:
        made = guarded(record, provenance)
        for name in _names(record):
            if name in self.records:
                self.clashes.append(_duplicate(name, [self.provenance[name], provenance]))
            else:
                self.records[name], self.provenance[name] = made, provenance


def _names(record: Record) -> tuple[str, ...]:
    """Return the words under which a record is found: a pack's regulations are among them."""
    more = record.regulations if isinstance(record, Pack) else ()
    return (record.kind, *(each for each in more if each != record.kind))


def _records(module: object, provenance: Provenance) -> Iterable[Any]:
    """Return what a plugin's hooks return, each hook called once."""
    _refuse_misspelt(module, provenance)
    manager = pluggy.PluginManager("capaian")
    manager.add_hookspecs(author)
    try:
        manager.register(module, provenance.plugin)
    except pluggy.PluginValidationError as error:
        hook = next((each for each in _HOOKS if each in str(error)), "")
        raise _refused(_failed(provenance, hook, error, module)) from error
    for hook, wanted in _HOOKS.items():
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            try:
                records = list(implementation.function())
            except (Exception, SystemExit) as error:  # whatever a stranger's hook raises
                raise _refused(_failed(provenance, hook, error)) from error
            for record in records:
                if not isinstance(record, wanted):
                    values = {"hook": hook, "given": type(record).__name__}
                    raise _refused(_said(provenance, "CPN-G04", values))
                yield record


def _refuse_misspelt(module: object, provenance: Provenance) -> None:
    for name in dir(module):
        marked = getattr(getattr(module, name, None), "capaian_impl", None)
        if marked is not None and name not in _HOOKS:
            values = {"hook": name, "hint": did_you_mean(name, _HOOKS)}
            raise _refused(_said(provenance, "CPN-G05", values))


def _refused(finding: Finding) -> PluginError:
    return PluginError(NEEDED, [finding])


def _said(provenance: Provenance, code: str, values: Mapping[str, Any]) -> Finding:
    return Finding(code, provenance.plugin, {"plugin": str(provenance), **values})


def _failed(
    provenance: Provenance, stage: str, error: BaseException, module: object = None
) -> Finding:
    """Say what a plugin raised: at import, or in a hook."""
    fault = fault_of(error)
    function = getattr(getattr(module, stage, None), "__code__", None)
    if function is not None:  # pluggy refused the hook itself: its own line, not pluggy's
        fault["file"] = function.co_filename.rsplit("/", 1)[-1]
        fault["line"] = function.co_firstlineno
        fault["reason"] = str(error).splitlines()[-1]
    return _said(provenance, "CPN-G03", {"stage": stage, **fault})


def _duplicate(kind: str, sources: Iterable[Provenance]) -> Finding:
    named = " and ".join(sorted(str(each) for each in sources))
    return Finding("CPN-G06", kind, {"kind": kind, "plugins": named})
