"""The arithmetic of SKP, PermenPANRB 8/2021: replaced, and kept for the past."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl

_SOURCES = (
    Source(
        "Peraturan Menteri PANRB Nomor 8 Tahun 2021 tentang Sistem Manajemen Kinerja "
        "Pegawai Negeri Sipil",
        "derived",
        "Lampiran, Bab VI read in scanned copies.",
    ),
    Source(
        "PermenPANRB 8/2021: value of 101-110%, inside a target range, greatest value of "
        "an SKP, days in force",
        "unconfirmed",
        "Recalled.",
    ),
)


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack: its rules are documents."""
    folder = files(__name__)
    return [
        Pack(
            id="panrb-8-2021",
            title={
                "en": "Performance management of civil servants, PermenPANRB 8/2021",
                "id": "Sistem Manajemen Kinerja PNS, PermenPANRB 8/2021",
            },
            sources=_SOURCES,
            first=date(2021, 3, 17),
            last=date(2021, 12, 31),
            policies=folder / "policies",
            cases=(folder / "cases.json",),
            regulations=("permenpanrb-8-2021",),
            documents=folder / "documents",
        )
    ]
