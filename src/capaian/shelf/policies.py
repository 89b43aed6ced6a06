"""Policies by name: documents, folders, shipped policies, and those of installed packs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.resources.abc import Traversable

from capaian import policy
from capaian.discreet import discreet
from capaian.plugin import Pack
from capaian.policy import Assignment, Policy, PolicySource, Shelf
from capaian.policy.files import ENDINGS
from capaian.policy.shipped import within
from capaian.registry import Plugins, plugins_of
from capaian.shelf.packs import find_pack, known_packs


@discreet
def load_policy(
    source: PolicySource,
    *,
    on: str | date | None = None,
    plugins: Plugins | Iterable[object] = (),
) -> Policy:
    """Return a policy in the edition that is in force on a day.

    Parameters
    ----------
    source
        The path of a document (`.toml`, `.json`); of a folder of documents, which may hold several
        editions; of such a folder and the id of one policy in it (`rules/front-desk`); the name of
        a shipped policy (`skm/2017`, or `skm` for all its editions); or that of a policy of an
        installed pack, in the same way (`ph-spms/2012`, `ph-spms`). Where a name could be
        several of these, the first is taken. Or a document itself, as plain values (a `dict`).
    on
        The day. May be left out where there is only one edition: nothing here reads a clock.
    plugins
        As for `capaian.score`; packs of modules that are not installed are known besides.

    Raises
    ------
    PolicyError
        A document that cannot be used; no such policy (CPN-P09); a folder without policies (P43) or
        with several, of which none is named (P42); two editions in force on the same day (P40), or
        of the same name (P41).
    PeriodError
        No edition is in force on that day (CPN-D05); no day is given, and there are several (D06).
    PluginError
        The pack that is named cannot be used (CPN-G02 to G06, CPN-K01 to K04).

    Examples
    --------
    >>> load_policy("skm/2017").edition
    '2017'
    >>> load_policy("skm", on="2026-06-30").id
    'skm'
    """
    return policy.load_policy(source, on=on, more=_packs(plugins))


def load_editions(
    source: PolicySource, *, plugins: Plugins | Iterable[object] = ()
) -> list[Policy]:
    """Return every edition of a policy; `source`, `plugins` and errors as for `load_policy`."""
    return policy.load_editions(source, more=_packs(plugins))


def load_rule(
    source: PolicySource,
    *,
    on: str | date | None = None,
    plugins: Plugins | Iterable[object] = (),
) -> Policy | Assignment:
    """Return what a document holds, a policy or an assignment; its keys tell which.

    Parameters
    ----------
    source, on, plugins
        As for `load_policy`; an assignment is one document, with its dates in it.

    Raises
    ------
    PolicyError, PeriodError, PluginError
        As `load_policy` and `load_assignment`.
    """
    return policy.load_rule(source, on=on, more=_packs(plugins))


def load_named(
    name: str, folder: str = "", *, plugins: Plugins | Iterable[object] = ()
) -> tuple[Policy, ...]:
    """Return every edition of a policy that a document names, in order of time.

    Parameters
    ----------
    name
        A file or a folder, beside the document, or the name of a policy that is shipped or in an
        installed pack.
    folder
        Where the document came from; the working directory where empty.
    plugins
        As for `load_policy`.

    Raises
    ------
    PolicyError, PluginError
        As `load_policy`.
    """
    return policy.load_named(name, folder, more=_packs(plugins))


def documents_of(pack: Pack) -> dict[str, Traversable]:
    """Return the documents of a pack by name, in order: its id, the folder if any, the stem."""
    found: dict[str, Traversable] = {}
    folders = [(pack.id, pack.policies)] if pack.policies is not None else []
    if pack.policies is not None:
        folders += [(f"{pack.id}/{each.name}", each) for each in pack.policies.iterdir()]
    for prefix, folder in folders:
        for each in folder.iterdir() if folder.is_dir() else ():
            stem, dot, ending = each.name.rpartition(".")
            if f"{dot}{ending}" in ENDINGS and each.is_file():
                found[f"{prefix}/{stem}"] = each
    return dict(sorted(found.items()))


def _packs(plugins: Plugins | Iterable[object]) -> Shelf:
    """Return the shelf of the packs' policies; a pack is loaded when one of its own is named."""
    switches = plugins_of(plugins)

    def documents(name: str) -> dict[str, Traversable]:
        found = find_pack(name, switches)
        return within(documents_of(found.pack), name) if found else {}

    def names(name: str) -> list[str]:
        found = find_pack(name, switches)
        return [*known_packs(switches), *(documents_of(found.pack) if found else ())]

    return Shelf(documents, names)
