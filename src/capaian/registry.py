"""Finds plugins, isolates the broken ones, and refuses two that bring the same kind.

Only the plugins whose kinds a policy names are loaded, each by the name of its entry point. A
plugin that fails is set aside; it is an error only when its kind is needed, and then the error says
which distribution, version, module and line.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

import pluggy
from attrs import field, frozen

from capaian import plugin as author
from capaian.errors import Finding, PluginError, did_you_mean
from capaian.plugin import (
    GROUP,
    Aggregation,
    IndicatorType,
    Method,
    Normalisation,
    Pack,
    RelativeNormalisation,
)

Status = Literal["available", "broken", "duplicate"]
Record = IndicatorType | Method | Pack
_HOOKS = {
    "capaian_indicator_types": IndicatorType,
    "capaian_methods": Normalisation | RelativeNormalisation | Aggregation,
    "capaian_packs": Pack,
}
_NEEDED = "A plugin that the policy needs cannot be used."


@frozen
class Provenance:
    """Which plugin brought a kind."""

    plugin: str
    distribution: str
    version: str
    module: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version} ({self.module})"


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


def build_registry(
    kinds: Iterable[str], *, allow: Sequence[str] | None = None, extra: Iterable[object] = ()
) -> tuple[Registry, list[Finding]]:
    """Load the plugins that bring these kinds.

    Parameters
    ----------
    kinds
        The words that a policy uses for types and methods.
    allow
        Names of the entry points that may be loaded; all where `None`.
    extra
        Plugin modules or objects that are not installed, for tests and notebooks.

    Returns
    -------
    registry, findings
        What is at hand, and a finding for every kind that is missing, broken or brought twice.
    """
    announced = _announced(allow)
    loader = _Loader()
    for module in extra:
        loader.add(module, Provenance(_name(module), "(given)", "", _name(module)))
    findings: list[Finding] = []
    for kind in sorted(set(kinds) - set(loader.records)):
        found = announced.get(kind, [])
        if not found:
            known = sorted({*announced, *loader.records})
            values = {"kind": kind, "known": ", ".join(known), "hint": did_you_mean(kind, known)}
            findings.append(Finding("CPN-G01", kind, values))
        elif len(found) > 1:
            findings.append(_duplicate(kind, [_provenance(each) for each in found]))
        else:
            faults = [each for each in loader.load(found[0]) if each not in findings]
            findings.extend(faults)
            if kind not in loader.records and not findings:
                values = {"kind": kind, "plugin": str(_provenance(found[0]))}
                findings.append(Finding("CPN-G02", kind, values))
    findings.extend(loader.clashes)
    return Registry(loader.records, loader.provenance), findings


def announced_plugins() -> dict[str, Provenance]:
    """Return where each installed plugin is from, by the name of its entry point; none is loaded.

    Of a name that is announced twice, either.
    """
    return {name: _provenance(found[0]) for name, found in sorted(_announced(None).items())}


def list_plugins(extra: Iterable[object] = ()) -> list[Plugin]:
    """Return every plugin that is installed, in order of name, loaded to see what it brings.

    Parameters
    ----------
    extra
        Plugin modules or objects that are not installed, listed last.

    Returns
    -------
    list of Plugin
        `name`, `provenance` (distribution, version, module), `status` (`available`, `broken`,
        `duplicate`), `kinds`, and the `reason` why one cannot be used.
    """
    listed: list[Plugin] = []
    for name, found in sorted(_announced(None).items()):
        for entry in found:
            provenance = _provenance(entry)
            loader = _Loader()
            findings = loader.load(entry)
            reason = "; ".join(finding.text() for finding in findings)
            status: Status = "broken" if findings else "available"
            if len(found) > 1:
                status, reason = "duplicate", _duplicate(name, map(_provenance, found)).text()
            kinds = tuple(sorted(loader.records))
            listed.append(Plugin(name, provenance, status, kinds, reason))
    for module in extra:
        loader = _Loader()
        provenance = Provenance(_name(module), "(given)", "", _name(module))
        loader.add(module, provenance)
        listed.append(Plugin(_name(module), provenance, "available", tuple(sorted(loader.records))))
    return listed


class _Loader:
    """Registers plugins with pluggy and keeps what their hooks return."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.provenance: dict[str, Provenance] = {}
        self.clashes: list[Finding] = []
        self._seen: set[str] = set()

    def load(self, entry: EntryPoint) -> list[Finding]:
        """Load one entry point; a fault comes back as a finding and nothing else happens."""
        provenance = _provenance(entry)
        if provenance.module in self._seen:
            return []
        try:
            self.add(entry.load(), provenance)
        except PluginError as error:
            return list(error.findings)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's module raises
            return [_broken(provenance, error)]
        return []

    def add(self, module: object, provenance: Provenance) -> None:
        """Register a plugin module or object and collect its records."""
        self._seen.add(provenance.module)
        _refuse_misspelt(module, provenance)
        manager = pluggy.PluginManager("capaian")
        manager.add_hookspecs(author)
        manager.register(module, provenance.plugin)
        for hook, wanted in _HOOKS.items():
            for implementation in getattr(manager.hook, hook).get_hookimpls():
                for record in implementation.function():
                    self._keep(hook, record, wanted, provenance)

    def _keep(self, hook: str, record: Any, wanted: Any, provenance: Provenance) -> None:
        if not isinstance(record, wanted):
            values = {"plugin": str(provenance), "hook": hook, "given": type(record).__name__}
            raise PluginError(_NEEDED, [Finding("CPN-G04", provenance.plugin, values)])
        if record.kind in self.records and self.provenance[record.kind] != provenance:
            both = [self.provenance[record.kind], provenance]
            self.clashes.append(_duplicate(record.kind, both))
            return
        self.records[record.kind] = record
        self.provenance[record.kind] = provenance


def _announced(allow: Sequence[str] | None) -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        same = found.setdefault(entry.name, [])
        # The same distribution may be seen twice on the path (a source tree and its wheel).
        if (allow is None or entry.name in allow) and _provenance(entry) not in map(
            _provenance, same
        ):
            same.append(entry)
    return {name: entries for name, entries in found.items() if entries}


def _provenance(entry: EntryPoint) -> Provenance:
    distribution = entry.dist.name if entry.dist else "(unknown)"
    version = entry.dist.version if entry.dist else ""
    return Provenance(entry.value, distribution, version, entry.module)


def _name(module: object) -> str:
    return str(getattr(module, "__name__", type(module).__name__))


def _refuse_misspelt(module: object, provenance: Provenance) -> None:
    for name in dir(module):
        marked = getattr(getattr(module, name, None), "capaian_impl", None)
        if marked is not None and name not in _HOOKS:
            values = {"plugin": str(provenance), "hook": name, "hint": did_you_mean(name, _HOOKS)}
            raise PluginError(_NEEDED, [Finding("CPN-G05", provenance.plugin, values)])


def _broken(provenance: Provenance, error: Exception) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    values = {
        "plugin": str(provenance),
        "error": type(error).__name__,
        "reason": str(error),
        "file": last.filename.rsplit("/", 1)[-1] if last else "",
        "line": last.lineno if last else 0,
    }
    return Finding("CPN-G03", provenance.plugin, values)


def _duplicate(kind: str, sources: Iterable[Provenance]) -> Finding:
    named = " and ".join(sorted(str(each) for each in sources))
    return Finding("CPN-G06", kind, {"kind": kind, "plugins": named})
