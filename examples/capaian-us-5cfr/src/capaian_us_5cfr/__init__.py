"""A pack for 5 CFR 430.208: how elements become a summary level, and which levels a pattern has."""

from __future__ import annotations

from importlib.resources import files

from capaian.plugin import Pack, Rule, Source, hookimpl
from capaian_us_5cfr.levels import level_1, pattern, summary_level

_TEXT = Source(
    cite="5 CFR 430.208(b), (c), (d), edition of 2007 (edocket.access.gpo.gov)",
    trust="verified",
    note="Level 1 if and only if a critical element is Unacceptable. The day from which it is in "
    "force was not read.",
)
_PATTERNS = Source(
    cite="5 CFR 430.208(d), patterns A to H",
    trust="unconfirmed",
    note="A and H were read; B to G are from memory. The number of levels of A, B, C, E and H "
    "agrees with a table of the Department of Justice (usdoj.gov, chapter 2-15).",
)


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack."""
    return [
        Pack(
            id="us-5cfr",
            title={
                "en": "United States: 5 CFR 430.208, summary levels",
                "id": "Amerika Serikat: 5 CFR 430.208, tingkat ringkasan",
            },
            sources=(_TEXT, _PATTERNS),
            rules=(
                Rule(
                    id="us-5cfr/level-1",
                    title={"en": "Is it level 1?", "id": "Apakah tingkat 1?"},
                    source=_TEXT,
                    apply=level_1,
                ),
                Rule(
                    id="us-5cfr/pattern",
                    title={"en": "Levels of a pattern", "id": "Tingkat dalam suatu pola"},
                    source=_PATTERNS,
                    apply=pattern,
                ),
                Rule(
                    id="us-5cfr/summary-level",
                    title={"en": "The summary level", "id": "Tingkat ringkasan"},
                    source=_PATTERNS,
                    apply=summary_level,
                ),
            ),
            cases=(files("capaian_us_5cfr") / "cases.json",),
        )
    ]
