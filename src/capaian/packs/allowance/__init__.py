"""Allowances: what lateness, absence and sanctions take from them, and what share is paid."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl

_SPLIT = Source(
    "Kepmendagri 900-4700/2020: produktivitas 60 %, disiplin 40 %",
    "unconfirmed",
    "Recalled; the 40 % agree with the program of Kabupaten Tulang Bawang.",
)
_DISTRICT = Source(
    "Diskominfo Tulang Bawang, github diskominfotuba/siaptuba-web: potongan disiplin",
    "derived",
    "The district's own program; its regulation was not read.",
)
_FINANCE = Source(
    "PMK 214/PMK.01/2011 dan PMK 85/PMK.01/2015",
    "unconfirmed",
    "Lateness is recalled; 5 % for a day of absence was read in an account of the regulation.",
)
_SANCTIONS = Source(
    "PP 94/2021, Pasal 8",
    "derived",
    "Read where the press and a study program restate the article.",
)


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack."""
    own = files("capaian.packs.allowance")
    return [
        Pack(
            id="allowance",
            title={
                "id": "Tunjangan: potongan kehadiran dan bagian yang dibayar",
                "en": "Allowances: deductions for attendance, and the share that is paid",
            },
            sources=(_SPLIT, _DISTRICT, _FINANCE, _SANCTIONS),
            first=date(2020, 1, 1),
            policies=own / "policies",
            cases=(own / "cases.json",),
            regulations=(
                "tpp-tulang-bawang",
                "kepmendagri-900-4700-2020",
                "pmk-214-2011",
                "pmk-85-2015",
                "pp-94-2021",
            ),
            documents=own / "documents",
        )
    ]
