"""Performance appraisal of civil servants, PP 30/2019: score and predicate."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl

_SOURCES = (
    Source(
        "Peraturan Pemerintah Nomor 30 Tahun 2019 tentang Penilaian Kinerja Pegawai Negeri Sipil",
        "derived",
        "Pasal 41 ayat (1) to (5) huruf c read in the copy of pasal.id.",
    ),
    Source(
        "PP 30/2019, Pasal 41 ayat (5) huruf d and e; the shares of the ranking; the day "
        "of promulgation",
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
            id="pp-30-2019",
            title={
                "en": "Performance appraisal of civil servants, PP 30/2019",
                "id": "Penilaian Kinerja PNS, PP 30/2019",
            },
            sources=_SOURCES,
            first=date(2019, 4, 29),
            policies=folder / "policies",
            cases=(folder / "cases.json",),
            regulations=("pp-30-2019",),
            documents=folder / "documents",
        )
    ]
