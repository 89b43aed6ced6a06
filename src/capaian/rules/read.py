"""From a document to a regulation: read strictly, and proved as a whole."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from capaian.errors import PolicyError
from capaian.policy.files import document_at, read_document
from capaian.rules.document import Regulation
from capaian.rules.proof import prove_regulation
from capaian.rules.uses import with_used
from capaian.wire import short, structure


def read_regulation(
    source: str | os.PathLike[str] | Traversable | Mapping[str, Any],
    *,
    others: Mapping[str, Regulation] = MappingProxyType({}),
) -> Regulation:
    """Read and prove one regulation.

    Parameters
    ----------
    source
        The path of a `.toml` or `.json` document, the file itself, or what stands in one. Numbers
        are exact.
    others
        The regulations beside it that it may use, by id; a pack's are those of its folder that use
        no other themselves.

    Raises
    ------
    PolicyError
        All faults at once, each with its path in the document: keys and kinds (CPN-P01 to P06), a
        number, table, curve or rule without a date (L01) or with a source that is not known (L02),
        tables of intervals with gaps (L03) or overlaps (L04), decision tables without a row for a
        combination (L05) or with two (L06), rows that are not sound (L07 to L09), formulas that
        cannot be read (F10 to F15), names twice (L10), numbers in formulas that have no source
        (L11), and what is used from other regulations and is not there (L12, L13).
    """
    if isinstance(source, str | os.PathLike | Mapping):
        document, name, _ = document_at(source)
    else:
        document, name = read_document(source, source.name), source.name
    return _made(document, name, others)


def _made(document: Mapping[str, Any], name: str, others: Mapping[str, Regulation]) -> Regulation:
    made, findings = structure(document, Regulation)
    if made is not None:
        made, findings = with_used(made, others)
        findings = findings or prove_regulation(made)
    if made is None or findings:
        count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        headline = f"{count} in the regulation '{short(name)}'; nothing of it is used."
        raise PolicyError(headline, findings)
    return made
