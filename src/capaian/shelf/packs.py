"""Packs by their id: loaded when they are named, proved, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from attrs import frozen

from capaian.errors import PluginError, did_you_mean
from capaian.plugin import Pack, Rule
from capaian.registry import Plugins, Provenance, announced_modules, build_registry, plugins_of
from capaian.rules import Regulation, rules_of
from capaian.shelf.proof import prove_pack
from capaian.shelf.regulations import documents_in

_HEADLINE = "The pack that is asked for cannot be used."
_KINDS = ("capaian.indicators.", "capaian.methods.")
"""Where capaian's own kinds are: no pack needs to be looked for there."""


@frozen(slots=False)
class FoundPack:
    """A pack that can be used, where it came from, and its regulations as data."""

    pack: Pack
    provenance: Provenance
    documents: tuple[Regulation, ...] = ()

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of the pack: its functions, and those of its documents."""
        return (*self.pack.rules, *(rule for each in self.documents for rule in rules_of(each)))

    def rule(self, name: str) -> Rule | None:
        """Return the rule of an id, or `None`."""
        return next((each for each in self.rules if each.id == name), None)


def known_packs(plugins: Plugins | Iterable[object] = ()) -> list[str]:
    """Return the names under which packs may be found: installed, then given; none is loaded.

    The name of an installed one is an entry point's, so it may turn out to be that of a kind.
    """
    installed = [
        name for name, module in announced_modules().items() if not module.startswith(_KINDS)
    ]
    given, _ = build_registry((), plugins_of(plugins))
    return installed + given.kinds(Pack)


def pack_hint(name: str, known: Iterable[str]) -> str:
    """Return which of the known packs could have been meant by a name, or its first part."""
    return did_you_mean(name.partition("/")[0], known)


def find_pack(name: str, plugins: Plugins | Iterable[object] = ()) -> FoundPack | None:
    """Return a pack by its id, or `None` where nothing brings one of that id.

    Parameters
    ----------
    name
        The id; also that of a policy or rule in the pack, such as `ph-spms/adjectival`.
    plugins
        Plugin modules or objects that are not installed.

    Raises
    ------
    PluginError
        The plugin that brings it is broken (CPN-G02 to G05) or one of several (G06), or what it
        brings is not a pack that can be used (CPN-K01 to K05, and what `read_regulation` raises).
    """
    pack_id = name.partition("/")[0]
    switches = plugins_of(plugins)
    wanted = {pack_id} & set(known_packs())
    if not wanted and not switches.given:
        return None
    registry, findings = build_registry(wanted, switches)
    if findings:
        raise PluginError(_HEADLINE, findings)
    pack = registry.find(pack_id, Pack)
    if not isinstance(pack, Pack):
        return None
    provenance = registry.provenance[pack_id]
    if faults := prove_pack(pack, provenance):
        raise PluginError(_HEADLINE, faults)
    documents, faults = documents_in(pack, provenance)
    if faults:
        raise PluginError(_HEADLINE, faults)
    return FoundPack(pack, provenance, documents)


def find_rule(name: str, plugins: Plugins | Iterable[object] = ()) -> Rule | None:
    """Return a rule function by its id, or `None` where no pack brings it.

    Parameters
    ----------
    name
        Such as `ph-spms/adjectival`.
    plugins
        Plugin modules or objects that are not installed.

    Raises
    ------
    PluginError
        As for `find_pack`.
    """
    found = find_pack(name, plugins)
    return found.rule(name) if found else None
