"""A pack for the numeric grading of the APAR, with an indicator type for its grades."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import IndicatorType, Pack, Rule, Source, hookimpl
from capaian_india_apar.grades import GradeOptions, measure
from capaian_india_apar.rules import overall, score

_ORDER = Source(
    cite="DoPT OM 21011/1/2005-Estt(A)(Pt-II) of 23 July 2009, numeric grading of the APAR",
    trust="derived",
    note="Weights after gconnect.in, scores after nupeap.blogspot.com (2014/09), not the order "
    "itself. The day of the order stands for the day from which it is in force.",
)
_FIRST = date(2009, 7, 23)


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the type `apar-grade`."""
    title = {"en": "Grade from 1 to 10", "id": "Nilai 1 sampai 10"}
    return [IndicatorType("apar-grade", title, GradeOptions, measure)]


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack."""
    own = files("capaian_india_apar")
    return [
        Pack(
            id="in-apar",
            title={"en": "India: APAR, numeric grading", "id": "India: APAR, penilaian angka"},
            sources=(_ORDER,),
            first=_FIRST,
            policies=own / "policies",
            rules=(
                Rule(
                    id="in-apar/overall",
                    title={"en": "Overall grade", "id": "Nilai keseluruhan"},
                    source=_ORDER,
                    apply=overall,
                    first=_FIRST,
                ),
                Rule(
                    id="in-apar/score",
                    title={"en": "Band, and score for the average", "id": "Predikat dan skor"},
                    source=_ORDER,
                    apply=score,
                    first=_FIRST,
                ),
            ),
            cases=(own / "cases.json",),
        )
    ]
