"""An indicator type: how many of the services on offer a desk gave at all."""

from attrs import frozen

from capaian.formula import agg, col
from capaian.plugin import ColumnNeed, IndicatorType, Measure, StatusRule, hookimpl


@frozen
class Options:
    """The keys of an indicator's `measure` table.

    Attributes
    ----------
    services
        All services on offer; another one in the evidence is refused.
    """

    services: tuple[str, ...]


def build(options, indicator):
    """How many of the services on offer were given at all."""
    return Measure(
        columns=(ColumnNeed("service", "text", labels=options.services),),
        value=agg.distinct(col("service")) / len(options.services),
        n=agg.count(),
        statuses=(StatusRule("too_few", agg.count() < indicator.minimum),),
        unit="share",
    )


@hookimpl
def capaian_indicator_types():
    title = {"en": "Breadth of services", "id": "Ragam layanan"}
    return [IndicatorType("breadth", title, Options, build)]
