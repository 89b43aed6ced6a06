"""The public satisfaction survey (SKM) of PermenPANRB 14/2017."""

from __future__ import annotations

from importlib.resources import files

from capaian.plugin import Pack, hookimpl
from capaian.policy import load_policy


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack. What it is called and cites stands in its policy, once."""
    policy = load_policy("skm/2017")
    here = files(__name__)
    return [
        Pack(
            id=policy.id,
            title=policy.title,
            sources=policy.sources,
            first=policy.first,
            last=policy.last,
            policies=files("capaian") / "policies" / "skm",
            cases=(here / "cases.json",),
            regulations=("permenpanrb-14-2017",),
            documents=here / "documents",
        )
    ]
