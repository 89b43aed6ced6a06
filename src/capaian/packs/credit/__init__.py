"""Credit points of functional positions: PermenPANRB 1/2023 and Peraturan BKN 3/2023."""

from __future__ import annotations

from importlib.resources import files

from capaian.plugin import Pack, hookimpl
from capaian.policy.editions import read_files


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack. What it is called and cites stands in its policy, once."""
    here = files(__name__)
    (policy,) = read_files({"credit/2023": here / "policies" / "2023.toml"}, "credit/2023")
    return [
        Pack(
            id=policy.id,
            title=policy.title,
            sources=policy.sources,
            first=policy.first,
            last=policy.last,
            policies=here / "policies",
            cases=(here / "cases.json",),
            regulations=("permenpanrb-1-2023", "peraturan-bkn-3-2023"),
            documents=here / "documents",
        )
    ]
