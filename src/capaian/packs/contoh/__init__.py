"""The teaching pack: a made-up service office, with a rule and evidence small enough to read."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack."""
    own = files("capaian.packs.contoh")
    return [
        Pack(
            id="capaian",
            title={"id": "Contoh untuk belajar", "en": "Example to learn with"},
            sources=(
                Source(
                    "Dibuat untuk capaian: contoh kantor layanan",
                    "derived",
                    "No office uses this rule, and the people in it are invented.",
                ),
            ),
            first=date(2026, 1, 1),
            last=date(2026, 12, 31),
            policies=own / "policies",
            cases=(own / "cases.json",),
            regulations=("capaian",),
            documents=own / "documents",
            evidence=own / "evidence",
        )
    ]
