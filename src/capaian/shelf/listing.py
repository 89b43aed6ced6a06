"""What is on the shelf: every installed pack, its policies and rules, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, Literal

from attrs import evolve, frozen

from capaian.errors import CapaianError, PluginError
from capaian.plugin import Pack, Rule, Source
from capaian.policy import Policy
from capaian.policy.editions import read_files
from capaian.registry import Plugins, Provenance, announced_plugins, build_registry, plugins_of
from capaian.rules import Regulation
from capaian.rules.rule import said, source_of
from capaian.shelf.packs import FoundPack, find_pack, known_packs
from capaian.shelf.policies import documents_of


@frozen
class ListedPolicy:
    """A policy of a pack in one edition; `reason` says why its document cannot be used."""

    name: str
    policy: Policy | None = None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the policy as plain JSON values."""
        if self.policy is None:
            return {"name": self.name, "status": "broken", "reason": self.reason}
        return {
            "name": self.name,
            "status": "available",
            "id": self.policy.id,
            "edition": self.policy.edition,
            "title": dict(self.policy.title),
            **_force(self.policy),
            "trust": sorted({each.trust for each in self.policy.sources}),
        }


@frozen
class ListedPack:
    """A pack as `capaian packs` lists it.

    Attributes
    ----------
    name
        Its id; the entry point's name where it cannot be loaded.
    provenance
        Which plugin, distribution and version it comes from.
    status
        `available`, or `broken`: the pack cannot be used, or a document of it cannot.
    pack
        The record; `None` where it cannot be used.
    policies
        Its policies, one for each document, in order of their names.
    reason
        Why it is broken.
    rules
        All its rules: functions, and those of its documents.
    regulations
        Its regulations as data.
    """

    name: str
    provenance: Provenance
    status: Literal["available", "broken"]
    pack: Pack | None = None
    policies: tuple[ListedPolicy, ...] = ()
    reason: str = ""
    rules: tuple[Rule, ...] = ()
    regulations: tuple[Regulation, ...] = ()

    @property
    def trust(self) -> tuple[str, ...]:
        """How far its sources, and those of its rules and policies, are to be trusted; each once.

        Sorted: `derived`, `unconfirmed`, `verified`.
        """
        return tuple(sorted({each.trust for each in self.sources}))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Everything that it rests on: of the pack, its regulations, rules and policies; once."""
        found = list(self.pack.sources) if self.pack else []
        for regulation in self.regulations:
            found += map(source_of, regulation.sources.values())
        found += [each.source for each in self.rules]
        for each in self.policies:
            found += each.policy.sources if each.policy else ()
        return tuple(dict.fromkeys(found))

    def _said(self) -> dict[str, Any]:
        if self.pack is None:
            return {"rules": []}
        return {
            "title": dict(self.pack.title),
            **_force(self.pack),
            "sources": [_source(each) for each in self.pack.sources],
            "rules": [_rule(each) for each in self.rules],
            "cases": [each.name for each in self.pack.cases],
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the pack as plain JSON values."""
        return {
            "name": self.name,
            "distribution": self.provenance.distribution,
            "version": self.provenance.version,
            "module": self.provenance.module,
            "status": self.status,
            "reason": self.reason,
            "trust": list(self.trust),
            **self._said(),
            "regulations": [_regulation(each) for each in self.regulations],
            "policies": [each.to_dict() for each in self.policies],
        }


def list_packs(plugins: Plugins | Iterable[object] = ()) -> list[ListedPack]:
    """Return every pack that is installed, in order of name, loaded to see what it brings.

    Parameters
    ----------
    plugins
        As for `capaian.score`; packs of modules that are not installed are listed last.

    Returns
    -------
    list of ListedPack
        A plugin that cannot be loaded is listed too, since what it brings is not known; one that
        brings no pack is not.
    """
    announced = announced_plugins()
    switches = plugins_of(plugins)
    installed = evolve(switches, given=())
    listed: list[ListedPack] = []
    seen: set[str] = set()  # a pack is found under its regulations too
    for name in known_packs():
        if name in seen:
            continue
        try:
            found = find_pack(name, installed)
        except PluginError as error:
            listed.append(ListedPack(name, announced[name], "broken", reason=_reason(error)))
            continue
        if found:
            seen |= {found.pack.id, *found.pack.regulations}
            listed.append(_listed(found))
    listed.sort(key=lambda each: each.name)
    registry, _ = build_registry((), switches)
    for name in registry.kinds(Pack):
        found = find_pack(name, switches)
        if found and found.pack.id == name:
            listed.append(_listed(found))
    return listed


def _listed(found: FoundPack) -> ListedPack:
    pack = found.pack
    policies = tuple(
        each for name, file in documents_of(pack).items() for each in _policies(name, file)
    )
    reasons = [f"{each.name}: {each.reason}" for each in policies if each.reason]
    status: Literal["available", "broken"] = "broken" if reasons else "available"
    return ListedPack(
        pack.id,
        found.provenance,
        status,
        pack,
        policies,
        "; ".join(reasons),
        found.rules,
        found.documents,
    )


def _policies(name: str, file: Traversable) -> list[ListedPolicy]:
    """Return the policy of a document, or none: a pack may hold other documents too."""
    try:
        return [ListedPolicy(name, each) for each in read_files({name: file}, name)]
    except CapaianError as error:
        return [ListedPolicy(name, reason=_reason(error))]


def _reason(error: CapaianError) -> str:
    return "; ".join(each.text() for each in error.findings)


def _source(each: Source) -> dict[str, Any]:
    return {"cite": each.cite, "trust": each.trust, "note": each.note}


def _rule(each: Rule) -> dict[str, Any]:
    return {"id": each.id, "title": dict(each.title), **_force(each), **_source(each.source)}


def _regulation(each: Regulation) -> dict[str, Any]:
    force = each.in_force
    return {
        "id": each.id,
        "cite": each.cite,
        "title": dict(said(each.title)),
        "from": _day(force.from_ if force else None),
        "to": _day(force.to if force else None),
        "days": force.trust if force else None,
        "sources": {name: _source(source_of(source)) for name, source in each.sources.items()},
    }


def _force(record: Policy | Pack | Rule) -> dict[str, str | None]:
    """Return the days of being in force; `null` where one is open or not known."""
    return {"from": _day(record.first), "to": _day(record.last)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
