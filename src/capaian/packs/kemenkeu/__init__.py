"""Performance management of the Ministry of Finance: KMK 127/2026, and KMK 467/2014 as recalled.

Everything is a document: the rules in `documents`, the policy in `policies`, the cases beside them.
"""

from __future__ import annotations

from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl

_HERE = files("capaian") / "packs" / "kemenkeu"


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack. What each of its numbers cites stands in its documents, once."""
    return [
        Pack(
            id="kemenkeu-2026",
            title={
                "en": "Performance management of the Ministry of Finance (KMK 127/2026)",
                "id": "Manajemen kinerja Kementerian Keuangan (KMK 127/2026)",
            },
            sources=(
                Source(
                    "KMK 127/2026",
                    "derived",
                    "The text of the decree was not available. It was read in two calculators by"
                    " others, one of which cites the pages, and in a study application.",
                ),
                Source(
                    "KMK 127/2026 Tabel 15 and the calibration",
                    "unconfirmed",
                    "The sources contradict each other, or reconstructed what they have.",
                ),
                Source(
                    "KMK 467/KMK.01/2014",
                    "unconfirmed",
                    "Recalled; only its table of contents was read.",
                ),
            ),
            policies=_HERE / "policies",
            cases=(_HERE / "cases.json",),
            regulations=("kmk-127-2026", "kmk-467-2014"),
            documents=_HERE / "documents",
        )
    ]
