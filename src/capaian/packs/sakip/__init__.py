"""Evaluation of an agency's performance accountability, PermenPANRB 88/2021."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl

_SOURCES = (
    Source(
        "Peraturan Menteri PANRB Nomor 88 Tahun 2021 tentang Evaluasi Akuntabilitas "
        "Kinerja Instansi Pemerintah",
        "derived",
        "Read in worksheets and a program of third parties.",
    ),
    Source(
        "PermenPANRB 88/2021: the day from which it is in force",
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
            id="sakip",
            title={
                "en": "Evaluation of performance accountability (AKIP), PermenPANRB 88/2021",
                "id": "Evaluasi Akuntabilitas Kinerja (AKIP), PermenPANRB 88/2021",
            },
            sources=_SOURCES,
            first=date(2021, 12, 31),
            policies=folder / "policies",
            cases=(folder / "cases.json",),
            regulations=("permenpanrb-88-2021",),
            documents=folder / "documents",
        )
    ]
