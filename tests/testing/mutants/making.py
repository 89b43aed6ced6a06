"""What the wrong plugins are made of: a sound measure, of which one thing is changed."""

from attrs import evolve, frozen

from capaian.formula import agg, col
from capaian.plugin import ColumnNeed, IndicatorType, Measure, StatusRule

DAY, RATING, STOP = col("day"), col("rating"), col("stop")
RATED = agg.count(RATING.present())
ROWS = agg.count()


@frozen
class NoOptions:
    """No keys."""


def states(n, indicator):
    """No rows, no observations, too few."""
    return (
        StatusRule("no_evidence", ROWS.equals(0)),
        StatusRule("undetermined", n.equals(0)),
        StatusRule("too_few", n < indicator.minimum),
    )


def mean_rating(indicator, **changes):
    """The mean of the ratings that were given: sound, but for the changes."""
    measure = Measure(
        columns=(ColumnNeed("day", "stamp"), ColumnNeed("rating", "integer", nullable=True)),
        value=agg.sum(RATING) / RATED,
        n=RATED,
        dated="day",
        figures={"unrated": ROWS - RATED},
        statuses=states(RATED, indicator),
        unit="points",
        least=None,
    )
    return evolve(measure, **changes)


def cases(indicator, **changes):
    """The share of cases that were closed by the cut-off: sound, but for the changes."""
    from capaian.formula import as_of

    closed = agg.count(STOP.present() & (STOP < as_of()))
    measure = Measure(
        columns=(ColumnNeed("day", "stamp"), ColumnNeed("stop", "stamp", nullable=True)),
        value=closed / ROWS,
        n=ROWS,
        dated="day",
        figures={"closed": closed},
        statuses=states(ROWS, indicator),
        unit="share",
        most=1,
    )
    return evolve(measure, **changes)


def of_kind(kind, build, options=NoOptions, title=None):
    """An indicator type."""
    return IndicatorType(kind, title or {"en": kind, "id": kind}, options, build)
