"""Two packs: ratings by the Civil Service Commission's SPMS, and by the DepEd's RPMS.

The same number can be another word in each: 4.50 is Very Satisfactory in the bands of an LGU under
SPMS, and Outstanding in RPMS.
"""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import Pack, Rule, Source, hookimpl
from capaian_csc_spms.ratings import csc_adjectival, ipcr_average, rpms_adjectival, rpms_weighted

_SPMS = Source(
    cite="CSC Memorandum Circular 6, s. 2012 (Resolution 1200481), Strategic Performance "
    "Management System; bands as coded in the HRIS of a local government unit",
    trust="derived",
    note="Read in the program of an LGU, not in the circular. The year is known, the day from "
    "which it is in force is not: 1 January stands for it.",
)
_RPMS = Source(
    cite="DepEd Order 2, s. 2015, Results-based Performance Management System; bands as coded in "
    "a public RPMS utility",
    trust="derived",
    note="Read in a program, not in the order. The year is known, the day from which it is in "
    "force is not: 1 January stands for it.",
)
_WEIGHTS = Source(
    cite="Weights 40, 30, 30 of a public RPMS utility",
    trust="unconfirmed",
    note="What that program uses; the DepEd order itself was not read.",
)


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return both packs."""
    own = files("capaian_csc_spms")
    spms = Pack(
        id="ph-spms",
        title={"en": "Philippines: CSC SPMS, IPCR ratings", "id": "Filipina: CSC SPMS, nilai IPCR"},
        sources=(_SPMS,),
        first=date(2012, 1, 1),
        policies=own / "csc",
        rules=(
            Rule(
                id="ph-spms/adjectival",
                title={"en": "Word for a rating", "id": "Sebutan suatu nilai"},
                source=_SPMS,
                apply=csc_adjectival,
                first=date(2012, 1, 1),
            ),
            Rule(
                id="ph-spms/ipcr-average",
                title={"en": "Average of the rated dimensions", "id": "Rata-rata dimensi ternilai"},
                source=_SPMS,
                apply=ipcr_average,
                first=date(2012, 1, 1),
            ),
        ),
        cases=(own / "csc_cases.json",),
    )
    rpms = Pack(
        id="ph-rpms",
        title={"en": "Philippines: DepEd RPMS ratings", "id": "Filipina: nilai RPMS DepEd"},
        sources=(_RPMS, _WEIGHTS),
        first=date(2015, 1, 1),
        policies=own / "rpms",
        rules=(
            Rule(
                id="ph-rpms/adjectival",
                title={"en": "Word for a rating", "id": "Sebutan suatu nilai"},
                source=_RPMS,
                apply=rpms_adjectival,
                first=date(2015, 1, 1),
            ),
            Rule(
                id="ph-rpms/weighted",
                title={"en": "Weighted rating", "id": "Nilai berbobot"},
                source=_WEIGHTS,
                apply=rpms_weighted,
                first=date(2015, 1, 1),
            ),
        ),
        cases=(own / "rpms_cases.json",),
    )
    return [spms, rpms]
