"""What is on the shelf: every installed pack, its policies and rules, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, Literal

from attrs import evolve, frozen

from capaian.errors import CapaianError, PluginError
from capaian.plugin import Pack, Rule
from capaian.policy import Policy
from capaian.policy.editions import read_files
from capaian.registry import Plugins, Provenance, announced_plugins, build_registry, plugins_of
from capaian.shelf.packs import find_pack, known_packs
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
    """

    name: str
    provenance: Provenance
    status: Literal["available", "broken"]
    pack: Pack | None = None
    policies: tuple[ListedPolicy, ...] = ()
    reason: str = ""

    @property
    def trust(self) -> tuple[str, ...]:
        """How far its sources, and those of its rules and policies, are to be trusted; each once.

        Sorted: `derived`, `unconfirmed`, `verified`.
        """
        pack = self.pack
        sources = [] if pack is None else [*pack.sources, *(each.source for each in pack.rules)]
        for each in self.policies:
            sources += each.policy.sources if each.policy else ()
        return tuple(sorted({each.trust for each in sources}))

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
            **_pack(self.pack),
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
    for name in known_packs():
        try:
            found = find_pack(name, installed)
        except PluginError as error:
            listed.append(ListedPack(name, announced[name], "broken", reason=_reason(error)))
            continue
        if found and found.pack.id == name:  # and not under one of its regulations
            listed.append(_listed(found.pack, found.provenance))
    registry, _ = build_registry((), switches)
    for name in registry.kinds(Pack):
        found = find_pack(name, switches)
        if found and found.pack.id == name:
            listed.append(_listed(found.pack, found.provenance))
    return listed


def _listed(pack: Pack, provenance: Provenance) -> ListedPack:
    policies = tuple(
        each for name, file in documents_of(pack).items() for each in _policies(name, file)
    )
    reasons = [f"{each.name}: {each.reason}" for each in policies if each.reason]
    status: Literal["available", "broken"] = "broken" if reasons else "available"
    return ListedPack(pack.id, provenance, status, pack, policies, "; ".join(reasons))


def _policies(name: str, file: Traversable) -> list[ListedPolicy]:
    """Return the policy of a document, or none: a pack may hold other documents too."""
    try:
        return [ListedPolicy(name, each) for each in read_files({name: file}, name)]
    except CapaianError as error:
        return [ListedPolicy(name, reason=_reason(error))]


def _reason(error: CapaianError) -> str:
    return "; ".join(each.text() for each in error.findings)


def _pack(pack: Pack | None) -> dict[str, Any]:
    if pack is None:
        return {"rules": []}
    return {
        "title": dict(pack.title),
        **_force(pack),
        "sources": [
            {"cite": each.cite, "trust": each.trust, "note": each.note} for each in pack.sources
        ],
        "rules": [
            {
                "id": each.id,
                "title": dict(each.title),
                **_force(each),
                "cite": each.source.cite,
                "trust": each.source.trust,
                "note": each.source.note,
            }
            for each in pack.rules
        ],
        "cases": [each.name for each in pack.cases],
    }


def _force(record: Policy | Pack | Rule) -> dict[str, str | None]:
    """Return the days of being in force; `null` where one is open or not known."""
    return {"from": _day(record.first), "to": _day(record.last)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
