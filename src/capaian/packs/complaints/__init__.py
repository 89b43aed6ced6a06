"""Complaints and working time: time limits of SP4N-LAPOR, working hours, and the days of a year."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.packs.complaints.calendar_rules import SOURCES, calendar_rules
from capaian.packs.complaints.elapsed import elapsed_rule
from capaian.plugin import Pack, Source, hookimpl

_LIMITS = Source(
    "SP4N-LAPOR: Perpres 76/2013 dan PermenPANRB 62/2018, batas 3, 5, 14 dan 60 hari kerja",
    "derived",
    "Read where the service and offices publish their limits; the articles were not read.",
)
_HOURS = Source(
    "Perpres 21/2023, Pasal 3 dan 4",
    "derived",
    "Quoted by the press; the gazette was not read. Signed on 12 April 2023.",
)
_COUNTING = Source(
    "Hari diterima = hari ke-0; batas tercapai pada akhir hari kerja ke-n",
    "unconfirmed",
    "How the days are counted was not read anywhere.",
)


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack."""
    own = files("capaian.packs.complaints")
    return [
        Pack(
            id="complaints",
            title={
                "id": "Pengaduan masyarakat dan waktu kerja",
                "en": "Complaints and working time",
            },
            sources=(_LIMITS, _HOURS, _COUNTING, *SOURCES.values()),
            first=date(2023, 4, 12),
            policies=own / "policies",
            rules=(*calendar_rules(), elapsed_rule()),
            cases=(own / "cases.json",),
            regulations=(
                "sp4n-lapor",
                "perpres-21-2023",
                "working-time",
                *(f"calendar-{year}" for year in SOURCES),
            ),
            documents=own / "documents",
        )
    ]
