"""Missing evidence that becomes a number, and states that nobody knows."""

from capaian.formula import agg, when
from capaian.plugin import StatusRule, hookimpl
from testing.mutants.making import RATED, RATING, ROWS, mean_rating, of_kind, states


def nothing_is_full(options, indicator):
    """No rows, no fault: a full mark."""
    value = 100 - agg.count(RATING < 3)
    return mean_rating(indicator, value=value, n=ROWS, statuses=())


def nothing_is_zero(options, indicator):
    """No rows count as none done."""
    return mean_rating(indicator, value=ROWS / 1, n=ROWS, statuses=(), unit="count")


def missing_as_zero(options, indicator):
    """The sum passes over what is missing, the count does not."""
    rules = states(ROWS, indicator)
    return mean_rating(indicator, value=agg.sum(RATING) / ROWS, n=ROWS, statuses=rules)


def favourable_default(options, indicator):
    """Whoever does not answer is content."""
    value = agg.sum(when(RATING.present(), RATING, 10**6)) / ROWS
    return mean_rating(indicator, value=value, n=ROWS, statuses=states(ROWS, indicator))


def unknown_state(options, indicator):
    """A state that no explanation has words for."""
    rules = (StatusRule("waiting_for_godot", ROWS.equals(0)), *states(RATED, indicator)[1:])
    return mean_rating(indicator, statuses=rules)


def never_measured(options, indicator):
    """There are always too few."""
    return mean_rating(indicator, statuses=(StatusRule("too_few", ROWS < 10**6),))


@hookimpl
def capaian_indicator_types():
    return [
        of_kind("nothing-is-full", nothing_is_full),
        of_kind("nothing-is-zero", nothing_is_zero),
        of_kind("missing-as-zero", missing_as_zero),
        of_kind("favourable-default", favourable_default),
        of_kind("unknown-state", unknown_state),
        of_kind("never-measured", never_measured),
    ]
