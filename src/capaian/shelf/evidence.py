"""Evidence that a pack brings for its policies, to learn and to try with."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from capaian.discreet import discreet
from capaian.errors import Finding, PolicyError, wrong_kind
from capaian.registry import Plugins, plugins_of
from capaian.shelf.packs import find_pack, known_packs, pack_hint
from capaian.wire import short

ENDINGS = (".csv", ".parquet", ".jsonl", ".ndjson")
"""Files that are evidence; anything else in the folder is for readers."""


@discreet
def load_evidence(name: str, *, plugins: Plugins | Iterable[object] = ()) -> dict[str, Path]:
    """Return the tables that a pack brings for one of its policies, as `capaian.score` takes them.

    Parameters
    ----------
    name
        The policy's name, such as `capaian/contoh`; an edition after it changes nothing.
    plugins
        As for `capaian.score`; packs of modules that are not installed are known besides.

    Returns
    -------
    dict of str to Path
        For each table its file, in order of name.

    Raises
    ------
    PolicyError
        No pack brings that policy, or it brings no evidence for it (CPN-K07).
    PluginError
        The pack cannot be used (CPN-G02 to G06, CPN-K01 to K05).

    Examples
    --------
    >>> sorted(load_evidence("capaian/contoh"))
    ['complaints', 'services', 'staff', 'survey', 'targets']
    """
    if not isinstance(name, str):
        headline, wanted = "There is no evidence to try with.", "the name of a policy (str)"
        raise wrong_kind(PolicyError, headline, "name", name, wanted)
    switches = plugins_of(plugins)
    found = find_pack(name, switches)
    evidence = found.pack.evidence if found else None
    files = _files(evidence, name.split("/")[1:]) if evidence is not None else {}
    if not files:
        hint = "" if found else pack_hint(name, known_packs(switches))
        values = {"name": short(name), "hint": hint}
        raise PolicyError("There is no evidence to try with.", [Finding("CPN-K07", "", values)])
    return files


def _files(folder: Traversable, parts: Iterable[str]) -> dict[str, Path]:
    """Return the files of the innermost folder that the parts of a name lead to."""
    for part in parts:
        # Only what the folder itself lists: `..` would lead out of the pack.
        inner = {each.name: each for each in folder.iterdir() if each.is_dir()}
        folder = inner.get(part, folder)
    made = {}
    for each in sorted(folder.iterdir(), key=lambda file: file.name):
        stem, dot, ending = each.name.rpartition(".")
        if f"{dot}{ending}" in ENDINGS and each.is_file():
            made[stem] = Path(str(each))
    return made
