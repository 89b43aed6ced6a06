"""Systems of other countries: the same engine, other words, bands, weights and patterns."""

from __future__ import annotations

from importlib.resources import files

from capaian.plugin import Pack, Source, hookimpl

_COPIES = Source(
    "CSC MC 6/2012, DepEd Order 2/2015, 5 CFR 430.208, DoPT OM of 23 July 2009, SPP 3/2009",
    "derived",
    "Read in copies, in accounts by authorities and in programs that apply them; of the section of "
    "5 CFR, paragraphs (b)(1) and (b)(2) were read in the source.",
)
_RECALLED = Source(
    "5 CFR 430.208(d), patterns B to G; weights of a public RPMS utility; days of being in force",
    "unconfirmed",
    "Recalled, or used by a program that names no source.",
)


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack."""
    own = files("capaian.packs.abroad")
    return [
        Pack(
            id="abroad",
            title={
                "id": "Sistem negara lain: Filipina, Amerika Serikat, India, Malaysia",
                "en": "Systems of other countries: Philippines, United States, India, Malaysia",
            },
            sources=(_COPIES, _RECALLED),
            cases=(own / "cases.json",),
            regulations=(
                "csc-spms",
                "deped-rpms",
                "us-5cfr-430.208",
                "india-apar",
                "malaysia-lnpk",
            ),
            documents=own / "documents",
        )
    ]
