"""Appraisal of civil servants' work under PP 46/2011: repealed, and kept for the past."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl

_SOURCES = (
    Source(
        "Peraturan Pemerintah Nomor 46 Tahun 2011 tentang Penilaian Prestasi Kerja "
        "Pegawai Negeri Sipil",
        "derived",
        "Weights and classes of quality read in a third party's deck.",
    ),
    Source(
        "Peraturan Kepala BKN Nomor 1 Tahun 2013: the value of time, and the days in force",
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
            id="pp-46-2011",
            title={
                "en": "Appraisal of civil servants' work, PP 46/2011 (repealed)",
                "id": "Penilaian Prestasi Kerja PNS, PP 46/2011 (dicabut)",
            },
            sources=_SOURCES,
            first=date(2013, 1, 3),
            last=date(2021, 6, 30),
            cases=(folder / "cases.json",),
            regulations=("perka-bkn-1-2013",),
            documents=folder / "documents",
        )
    ]
