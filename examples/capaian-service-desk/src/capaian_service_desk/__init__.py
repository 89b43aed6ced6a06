"""A service desk that is no office of a government: a pack, and an indicator type of its own."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from capaian.plugin import IndicatorType, Pack, Rule, Source, hookimpl
from capaian_service_desk.limits import response_limit
from capaian_service_desk.reopened import ReopenedOptions, measure

_OWN = Source(
    cite="Made up for this example",
    trust="derived",
    note="No company's agreement: targets, limits and bands only show how one is written.",
)


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the type `reopened-share`."""
    title = {"en": "Tickets that came back", "id": "Tiket yang dibuka lagi"}
    return [IndicatorType("reopened-share", title, ReopenedOptions, measure)]


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the pack."""
    own = files("capaian_service_desk")
    return [
        Pack(
            id="service-desk",
            title={"en": "Service desk", "id": "Meja layanan"},
            sources=(_OWN,),
            first=date(2025, 1, 1),
            policies=own / "policies",
            rules=(
                Rule(
                    id="service-desk/response-limit",
                    title={"en": "Hours to a first response", "id": "Jam hingga tanggapan pertama"},
                    source=_OWN,
                    apply=response_limit,
                    first=date(2025, 1, 1),
                ),
            ),
            cases=(own / "cases.json",),
        )
    ]
