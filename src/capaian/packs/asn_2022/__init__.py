"""Performance of civil servants: PermenPANRB 6/2022, and the distribution of SE MenPANRB 3/2023."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from capaian.errors import did_you_mean
from capaian.guidance import violations
from capaian.plugin import Pack, Rule, Source, hookimpl
from capaian.policy import Limit, Policy
from capaian.policy.editions import read_files
from capaian.wire import short

CIRCULAR = date(2023, 1, 31)
"""The day of SE MenPANRB 3/2023."""
PREDICATES = {
    "SB": "sangat_baik",
    "B": "baik",
    "BP": "butuh_perbaikan",
    "K": "kurang",
    "SK": "sangat_kurang",
}
"""How the table of the circular is abbreviated, and the policy's bands."""


@cache
def policy() -> Policy:
    """Return the policy `asn-2022/2022`: its limits are those of the rule too."""
    file = files(__name__) / "policies" / "2022.toml"
    (made,) = read_files({"asn-2022/2022": file}, "asn-2022/2022")
    return made


def distribution(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return which limits on the distribution of predicates a group does not keep.

    Parameters
    ----------
    values
        `predikat_organisasi`, the predicate of the organisation; `counts`, how many employees have
        each predicate, by `SB`, `B`, `BP`, `K` and `SK`.

    Returns
    -------
    dict
        `valid`, whether all limits are kept; `violations`, the ids of those that are not, in the
        policy's order. A group without a result keeps them all.

    Notes
    -----
    Source: SE Menteri PANRB 3/2023. The circular calls its shares a consideration for the
    appraiser: what is not kept is told, and changes no predicate.
    """
    organisation, counts = _taken(values)
    bands = {PREDICATES[name]: count for name, count in counts.items()}
    broken = [each.id for each in violations(_limits(), bands, organisation)]
    return {"valid": not broken, "violations": broken}


def _limits() -> tuple[Limit, ...]:
    guidance = policy().guidance
    assert guidance is not None  # noqa: S101 - capaian's own document
    return guidance.limits


def _labels() -> list[str]:
    return list(dict.fromkeys(label for limit in _limits() for label in limit.labels))


def _taken(values: Mapping[str, Any]) -> tuple[str, Mapping[str, int]]:
    """Return the label and the counts; refuse all else at once."""
    known = ("predikat_organisasi", "counts")
    faults = [
        f"'{short(str(key))}' is not known; there is {', '.join(known)}"
        for key in values
        if key not in known
    ]
    faults += [f"'{key}' is missing" for key in known if values.get(key) is None]
    organisation, counts = values.get("predikat_organisasi"), values.get("counts")
    labels = _labels()
    if organisation is not None and organisation not in labels:
        hint = did_you_mean(str(organisation), labels)
        faults.append(f"'predikat_organisasi' is none of {', '.join(labels)}{hint}")
    if counts is not None and not isinstance(counts, Mapping):
        faults.append("'counts' is not a table")
    elif counts is not None:
        faults += [
            f"'counts.{short(str(key))}' is not known; there is {', '.join(PREDICATES)}"
            for key in counts
            if key not in PREDICATES
        ]
        for name in PREDICATES:
            count = counts.get(name)
            if count is None:
                faults.append(f"'counts.{name}' is missing; write 0 where there is none")
            elif type(count) is not int or count < 0:
                faults.append(f"'counts.{name}' is not a whole number, 0 or more")
    if faults:
        raise ValueError("; ".join(faults))
    return organisation, counts  # type: ignore[return-value]


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack. What it is called and cites stands in its policy, once."""
    here, made = files(__name__), policy()
    title = {
        "en": "Limits on the distribution of predicates that are not kept",
        "id": "Batas distribusi predikat yang tidak dipenuhi",
    }
    source = Source(
        "SE MenPANRB 3/2023 of 31 January 2023, pola distribusi predikat kinerja pegawai, as"
        " reported (naikpangkat.com)",
        "derived",
        "Only the percentages, and the one Butuh Perbaikan or Kurang of an organisation that is"
        " Baik, are limits. Whether most is a lower limit too, how heads are rounded and whether"
        " the head of the unit counts were not found.",
    )
    rule = Rule("se-menpanrb-3-2023/distribution", title, source, distribution, first=CIRCULAR)
    return [
        Pack(
            id=made.id,
            title=made.title,
            sources=made.sources,
            first=made.first,
            last=made.last,
            policies=here / "policies",
            rules=(rule,),
            cases=(here / "cases.json",),
            regulations=("permenpanrb-6-2022", "se-menpanrb-3-2023"),
            documents=here / "documents",
        )
    ]
